"""Our equations and muscles against figures kept from OpenSim's models and from the rigid-body engine MuJoCo."""

import numpy as np
import pytest
from validation.physics import motions, references

from hiphinge.kinetics.chain import demands
from hiphinge.kinetics.dynamics import GRAVITY


@pytest.mark.parametrize("name", motions.MOTIONS)
@pytest.mark.parametrize("joint", ["ankle", "knee", "hip", "l5s1"])
def test_moving_bodies_need_what_a_rigid_body_engine_says(name: str, joint: str) -> None:
    theirs, ours = references.movement(name)[joint]
    assert np.abs(theirs).max() > 50
    assert ours == pytest.approx(theirs, abs=0.001 * np.abs(theirs).max())


@pytest.mark.parametrize("model", references.MODELS)
def test_still_postures_need_at_hip_and_low_back_what_opensim_says(model: str) -> None:
    for posture in references.postures(model):
        for joint in ("hip", "lumbar"):
            assert posture.same_inertia[joint] == pytest.approx(posture.theirs[joint], rel=0.01), posture.name


@pytest.mark.parametrize("model", references.MODELS)
def test_still_postures_need_at_knee_and_ankle_nearly_what_opensim_says(model: str) -> None:
    """Its knee's centre glides and its ankle's axis is oblique; ours turn about one point across the picture."""
    for posture in references.postures(model):
        for joint in ("knee", "ankle"):
            slack = 2.5 + 0.01 * (posture.load_kg + 84) * 9.81 * 0.5
            assert posture.same_inertia[joint] == pytest.approx(posture.theirs[joint], abs=slack), posture.name


def test_opensims_moments_of_straight_legs_that_lean_with_the_trunk() -> None:
    """Published figures of Rajagopal's model, worked out again."""
    published = {30: (49.2, 66.2), 45: (73.4, 106.1), 60: (92.7, 138.8), 70: (102.1, 155.4), 80: (108.4, 167.4),
                 90: (111.4, 174.2)}  # fmt: skip
    for lean, theirs, _ in references.straight_legs("rajagopal"):
        assert (theirs["lumbar"], theirs["hip"]) == pytest.approx(published[int(lean)], abs=0.15)


def test_our_body_on_opensims_joints_is_near_opensims_own() -> None:
    """Deep postures within 12 %; nearly upright a centimetre of the trunk's mass centre is most of the moment."""
    for lean, theirs, own in references.straight_legs("rajagopal"):
        if lean >= 45:
            assert own["hip"] == pytest.approx(theirs["hip"], rel=0.12)
        else:
            assert own["hip"] == pytest.approx(theirs["hip"], abs=12)


@pytest.mark.parametrize(
    ("name", "cutoff_hz", "share"), [("slow hinge", 1.8, 0.001), ("deadlift", 1.8, 0.01), ("swing", 4, 0.005)]
)
def test_a_film_of_thirty_frames_a_second_keeps_the_moments(name: str, cutoff_hz: float, share: float) -> None:
    """Of exact angles; what landmarks add is another matter."""
    off = references.sampled_movement(name, rate_hz=30, cutoff_hz=cutoff_hz)
    assert max(off.values()) < share


def energy(motion: motions.Motion, time_s: np.ndarray) -> np.ndarray:
    """Kinetic and potential energy (T,) of everything above the feet, J, from places alone."""
    step = 1e-5
    before, now, after = (motions.places(motion, time_s + late)[0] for late in (-step, 0, step))
    total = np.zeros_like(time_s)
    for name, one in motions.MASSES.segments.items():
        if name == "foot":
            continue
        limbs = 1 if name in {"head", "trunk"} else 2
        first, second = one.ends
        spans = [place[second] - place[first] for place in (before, now, after)]
        centres = [place[first] + one.centre * span for place, span in zip((before, now, after), spans, strict=True)]
        velocity = (centres[2] - centres[0]) / (2 * step)
        lean = [np.unwrap(np.arctan2(span[:, 1], span[:, 0])) for span in spans]
        inertia = one.mass * one.radius**2 * (spans[1] ** 2).sum(axis=1)
        turning = (lean[2] - lean[0]) / (2 * step)
        moving = 0.5 * one.mass * (velocity**2).sum(axis=1) + 0.5 * inertia * turning**2
        total += limbs * (moving + one.mass * GRAVITY * centres[1][:, 1])
    held = [motions.carried(motion, place, place).place for place in (before, now, after)]
    speed = (held[2] - held[0]) / (2 * step)
    return total + motion.load_kg * (0.5 * (speed**2).sum(axis=1) + GRAVITY * held[1][:, 1])


def test_the_joints_work_becomes_the_bodys_energy() -> None:
    """A lifter who keeps arms and head still against the trunk: ankle, knee and hip do all the work."""
    legs = {"shank": motions.Wave(8, -3), "thigh": motions.Wave(-40, -4, 0.05)}
    trunk = motions.Wave(58, 3, 0.08)
    arms = motions.Wave(40 - trunk.low, 40 - trunk.high, trunk.sharp)
    still = {"trunk": trunk, "neck": trunk, "upper_arm": arms, "forearm": arms}
    motion = motions.Motion(1.6, 24.0, legs | still)
    time_s = np.linspace(0.1, 1.5, 60)
    where, moving = motions.places(motion, time_s)
    held = demands(where, motions.MASSES, accelerations=moving, load=motions.carried(motion, where, moving))
    shank, thigh, back = (-motions.angles(motion, time_s)[name][1] for name in ("shank", "thigh", "trunk"))
    power = held.ankle * shank - held.knee * (thigh - shank) + held.hip * (back - thigh)
    step = 1e-4
    growth = (energy(motion, time_s + step) - energy(motion, time_s - step)) / (2 * step)
    assert np.abs(growth).max() > 300
    assert power == pytest.approx(growth, abs=0.005 * np.abs(growth).max())
