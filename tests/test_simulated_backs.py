"""What the generator knows of backs, endings and cameras; skipped without the validation extra."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytest.importorskip("anny")
pytest.importorskip("pyvista")
pytestmark = pytest.mark.filterwarnings("ignore")

from validation.simulate.back import POINTS  # noqa: E402
from validation.simulate.body import Shape, build  # noqa: E402
from validation.simulate.degrade import encode, smeared  # noqa: E402
from validation.simulate.motion import plan  # noqa: E402
from validation.simulate.pose import Chain, Course  # noqa: E402
from validation.simulate.recipes import RECIPES, folder_of  # noqa: E402
from validation.simulate.record import columns, marks_of, record  # noqa: E402
from validation.simulate.retruth import retruth  # noqa: E402
from validation.simulate.sample import draw, spec_of  # noqa: E402
from validation.simulate.take import prepare  # noqa: E402
from validation.simulate.truth import write_json  # noqa: E402

from hiphinge import video  # noqa: E402 - after the skips

FPS = 8.0


def spec(exercise, faults, **extras):
    drawn = draw(5, "tune", 0, largest=360, most_fps=FPS)
    return replace(drawn, exercise=exercise, fps=FPS, faults=faults, load_kg=0.0, tempo=0.8, extras=extras)


@pytest.fixture(scope="module")
def rounded():
    """A hinge that rounds the lower back in the second repetition: (take, columns of its truth)."""
    take = prepare(spec("hinge", ({}, {"lower_back_rounding": 1.0})))
    return take, columns(take, marks_of(take))


def lines(column, axes):
    return np.asarray(column.flatten()).reshape(-1, POINTS, axes)


def test_the_back_line_runs_up_from_the_sacrum_behind_the_spine(rounded):
    take, table = rounded
    back = lines(table["back_m"], 3)[0]
    assert np.all(np.diff(back[:, 2]) > 0)
    assert np.all(np.abs(back[:, 1]) < 0.02)
    hips = (table["left_hip_x_m"][0] + table["right_hip_x_m"][0]) / 2
    assert back[0, 0] < hips - 0.03
    assert back[-1, 2] > 0.85 * take.body.shape.stature_m


def test_a_lower_back_that_rounds_bulges_behind_the_line_from_sacrum_to_nape(rounded):
    _, table = rounded
    back, lumbar = lines(table["back_m"], 3)[..., [0, 2]], table["lumbar_flexion_deg"]

    def bulge(frame):
        line = back[frame, 36] - back[frame, 0]
        behind = np.array([-line[1], line[0]]) / np.hypot(*line)
        return float(((back[frame, 4:20] - back[frame, 0]) @ behind).max())

    flat, bent = int(np.argmin(np.abs(lumbar - 10))), int(np.argmax(lumbar))
    assert lumbar[bent] > 35
    assert bulge(bent) > bulge(flat) + 0.01


def test_changes_count_from_frames_that_show_the_lifter_standing(rounded):
    take, table = rounded
    upright = np.asarray(table["upright"])
    assert 0.1 < upright.mean() < 0.7
    for name in ("lumbar_flexion_deg", "pelvic_tilt_deg", "head_angle_deg"):
        assert abs(np.median(table[name][upright])) < 0.01
    assert np.all(np.abs(table["trunk_inclination_deg"][upright]) < 8)
    assert record(take)["stands"]


def test_a_pull_from_the_floor_takes_standing_from_its_lockouts():
    take = prepare(spec("deadlift", ({}, {})))
    upright = take.planned.upright
    assert not upright[0]
    assert upright.any()
    assert np.all(np.abs(take.planned.course.trunk[upright]) < 10)


def test_who_rests_bent_never_stands_and_counts_from_how_they_would_stand():
    take = prepare(spec("rdl", ({}, {}), top={"trunk": 34.0, "knee": 15.0, "lumbar": 4.0}))
    assert not take.planned.upright.any()
    table = columns(take, marks_of(take))
    assert table["lumbar_flexion_deg"].min() > 1
    assert table["trunk_inclination_deg"].min() > 25
    assert table["pelvic_tilt_deg"].min() > 15


@pytest.mark.parametrize(("fault", "low", "high"), [("incomplete_lockout", 15, 35), ("lean_back", -25, -6)])
def test_a_repetition_that_ends_wrongly_stays_so_until_the_next(fault, low, high):
    done = plan("rdl", np.random.default_rng(3), count=3, fps=20, faults=({}, {fault: 1.0}, {}), variation=0.0)
    course, reps = done.course, done.reps
    rests = [(course.time_s > reps[k].end_s + 0.1) & (course.time_s < reps[k + 1].start_s - 0.1) for k in range(2)]
    assert np.all(np.abs(course.trunk[rests[0]]) < 8)
    assert np.all((course.trunk[rests[1]] > low) & (course.trunk[rests[1]] < high))
    assert not done.upright[rests[1]].any()


def test_an_opening_pelvis_lifts_the_free_hip_of_a_bent_body():
    chain = Chain(build(Shape()))
    zero, bent = np.zeros(2), np.array([0.0, 80.0])
    course = Course(zero, bent, zero + 15, zero, zero, zero, zero, zero + 0.03, rear=-0.9 * bent, opening=zero + 30)
    square = replace(course, opening=zero)
    lift = [chain.solve(one).position[1, chain.body.bone("upperleg01.R"), 2] for one in (square, course)]
    assert lift[1] > lift[0] + 0.03


def test_old_descriptions_draw_the_same_clip_as_ever():
    take = prepare(spec("hinge", ({}, {})))
    assert take.spec.extras == {}
    assert take.planned.course.opening.size == 0
    assert np.allclose(np.diff(take.planned.course.time_s), 1 / FPS)


def test_truth_written_anew_is_the_same_and_a_strangers_is_left_alone(rounded, tmp_path):
    take, table = rounded
    pq.write_table(pa.table(table), tmp_path / "truth.parquet")
    text = json.dumps(record(take), default=write_json)
    (tmp_path / "truth.json").write_text(text)
    assert retruth(tmp_path) < 0.1
    assert pq.read_table(tmp_path / "truth.parquet").equals(pa.table(table))
    other = table | {"left_knee_x_px": table["left_knee_x_px"] + 3}
    pq.write_table(pa.table(other), tmp_path / "truth.parquet")
    assert retruth(tmp_path) > 2
    assert pq.read_table(tmp_path / "truth.parquet").equals(pa.table(other))


def test_a_description_survives_being_written():
    for recipe, drawn in RECIPES.items():
        one = drawn(4, "report", 5, largest=480, most_fps=30.0)
        plain = json.loads(json.dumps(one.plain(), default=write_json))
        assert spec_of(plain) == one
        assert folder_of(recipe, "report").endswith("report")


def test_recipes_share_nobody_and_hold_what_they_promise():
    made = [drawn(4, "tune", k, largest=480, most_fps=30.0) for drawn in RECIPES.values() for k in range(8)]
    assert len({one.shape for one in made}) == len(made)
    backs = made[8:16]
    assert all(len(one.faults) == 4 and sum(not wrong for wrong in one.faults) == 1 for one in backs)
    assert {round(one.look.shirt_slack_m, 3) for one in backs} >= {0.002, 0.03}


def test_what_moves_smears_and_what_rests_stays_sharp():
    rng = np.random.default_rng(1)
    texture = (255 * rng.random((60, 40, 3))).astype(np.uint8)
    still = (255 * rng.random((60, 200, 3))).astype(np.uint8)
    pictures = []
    for k in range(3):
        picture = np.concatenate([np.full((60, 120, 3), 90, np.uint8), still], axis=1)
        picture[:, 20 + 8 * k : 60 + 8 * k] = np.repeat(np.repeat(texture[::4, ::4], 4, 0), 4, 1)
        pictures.append(picture)
    soft = list(smeared(iter(pictures), 0.8))
    edge = lambda one, part: np.abs(np.diff(one[:, part].astype(float), axis=1)).mean()  # noqa: E731
    moving, resting = slice(40, 72), slice(200, 320)
    assert edge(soft[2], moving) < 0.8 * edge(pictures[2], moving)
    assert edge(soft[2], resting) > 0.9 * edge(pictures[2], resting)


def test_uneven_frames_are_written_at_their_own_times(tmp_path):
    done = plan("hinge", np.random.default_rng(2), count=1, fps=15, uneven=7)
    time_s = done.course.time_s
    steps = np.diff(time_s)
    assert steps.min() > 0
    assert steps.max() > 1.5 * np.median(steps)
    grey = (np.full((64, 48, 3), k % 200, np.uint8) for k in range(time_s.size))
    encode(grey, tmp_path / "clip.mp4", fps=15, crf=30, time_s=time_s)
    seen = [frame.time_s for frame in video.read_frames(tmp_path / "clip.mp4")]
    np.testing.assert_allclose(seen, time_s, atol=1e-3)
