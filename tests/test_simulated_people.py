"""Simulated people do exactly what they are asked, on planted feet; skipped without the validation extra."""

import numpy as np
import pytest

pytest.importorskip("anny")
pytest.importorskip("pyvista")
pytestmark = pytest.mark.filterwarnings("ignore")

from validation.simulate import truth  # noqa: E402 - after the skips
from validation.simulate.body import Shape, build  # noqa: E402
from validation.simulate.pose import Chain, Course, mass_kg  # noqa: E402
from validation.simulate.sample import draw  # noqa: E402
from validation.simulate.scene import Camera, project, stand  # noqa: E402
from validation.simulate.skin import skinned  # noqa: E402

FRAMES = 7
BODY = Shape(sex="f", stature_m=1.66, weight=0.55)


@pytest.fixture(scope="module")
def chain():
    return Chain(build(BODY))


def course(**changes):
    zero = np.zeros(FRAMES)
    plain = {
        "time_s": np.arange(FRAMES) / 10, "trunk": np.linspace(0, 75, FRAMES), "knee": np.linspace(5, 20, FRAMES),
        "lumbar": zero, "thoracic": zero, "neck": zero, "arm": zero, "balance": zero + 0.03, "arms": "legs",
    }  # fmt: skip
    return Course(**(plain | changes))


def angles(chain, asked):
    posed = chain.solve(asked)
    head = posed.position[:, chain.body.bone("head")]
    return truth.angles(chain.body, asked, posed, head), posed


def test_the_trunk_leans_as_asked_whatever_the_spine_does(chain):
    rounded = course(lumbar=np.linspace(0, 40, FRAMES), thoracic=np.linspace(0, 25, FRAMES))
    for asked in (course(), rounded):
        found, _ = angles(chain, asked)
        np.testing.assert_allclose(found["trunk_inclination_deg"], asked.trunk, atol=0.05)


def test_the_knees_bend_as_asked(chain):
    asked = course(knee=np.linspace(2, 100, FRAMES))
    found, _ = angles(chain, asked)
    np.testing.assert_allclose(found["knee_flexion_deg"], asked.knee, atol=0.3)


def test_a_rounded_back_takes_the_flexion_from_the_pelvis(chain):
    flat, _ = angles(chain, course())
    rounded, _ = angles(chain, course(lumbar=np.linspace(0, 40, FRAMES)))
    assert rounded["pelvic_tilt_deg"][-1] < flat["pelvic_tilt_deg"][-1] - 15


def test_the_feet_stay_where_they_are(chain):
    _, posed = angles(chain, course())
    for side in "LR":
        ankle = posed.position[:, chain.body.bone(f"foot.{side}")]
        assert np.ptp(ankle, axis=0).max() < 1e-3


@pytest.mark.parametrize("load_kg", [0.0, 60.0])
def test_the_centre_of_mass_stands_over_the_feet(chain, load_kg):
    _, posed = angles(chain, course(load_kg=load_kg))
    ankle = posed.position[:, chain.body.bone("foot.L"), 0]
    ahead = (posed.mass_centre[:, 0] - ankle) / BODY.stature_m
    np.testing.assert_allclose(ahead, 0.03, atol=0.004)


def test_a_balanced_hinge_keeps_the_shins_near_vertical_and_a_squat_does_not(chain):
    hinge, _ = angles(chain, course())
    squat, _ = angles(chain, course(trunk=np.linspace(0, 38, FRAMES), knee=np.linspace(5, 105, FRAMES)))
    assert abs(hinge["shank_inclination_deg"][-1]) < 10
    assert squat["shank_inclination_deg"][-1] > 20


def test_the_body_weighs_what_a_person_weighs(chain):
    assert 45 < mass_kg(chain.body) < 85


def test_the_skin_follows_the_bones(chain):
    posed = chain.solve(course())
    for vertices, normals in skinned(chain.body, posed):
        assert -0.05 < vertices[:, 2].min() < 0.03
        np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1.0, atol=1e-6)


def test_a_camera_sees_the_point_it_aims_at_in_the_middle():
    camera = Camera(yaw_deg=25, roll_deg=3)
    seen = project(np.array([camera.ahead_m, 0.0, camera.aim_m]), camera)
    np.testing.assert_allclose(seen, [camera.width / 2, camera.height / 2], atol=1e-6)


def test_someone_who_faces_right_looks_to_the_right_of_the_picture():
    for facing, sign in (("right", 1), ("left", -1)):
        camera = Camera(facing=facing)
        step = project(np.array([0.5, 0, 0.9]), camera) - project(np.array([0.0, 0, 0.9]), camera)
        assert sign * step[0] > 0


def test_positive_yaw_shows_the_front():
    eye, *_ = stand(Camera(yaw_deg=30))
    assert eye[0] > 0.5


def test_the_same_seed_draws_the_same_clip_and_splits_share_nobody():
    assert draw(3, "tune", 5) == draw(3, "tune", 5)
    people = {draw(3, split, 5).shape for split in ("train", "tune", "report")}
    assert len(people) == 3
