"""Each simulated fault is what the product's rules mean by it; skipped without the validation extra."""

from dataclasses import replace

import pyarrow as pa
import pytest

pytest.importorskip("anny")
pytest.importorskip("pyvista")
pytestmark = pytest.mark.filterwarnings("ignore")

from validation.accuracy.fault_figures import CALLED  # noqa: E402
from validation.accuracy.true_metrics import true_metrics, truly  # noqa: E402
from validation.simulate.recipes import CELLS, FROM_AN_ANGLE, PLAIN_FROM, RARE, RECIPES  # noqa: E402
from validation.simulate.record import columns, marks_of, record  # noqa: E402
from validation.simulate.sample import draw  # noqa: E402
from validation.simulate.take import prepare  # noqa: E402

from hiphinge.faults import rules_of  # noqa: E402 - after the skips

DONE = [
    ("hinge", "hyperextension"), ("hinge", "looking_up"), ("rdl", "load_drift"), ("rdl", "shins_forward"),
    ("rdl", "incomplete_lockout"), ("deadlift", "hips_rise_first"), ("deadlift", "lean_back"),
    ("kettlebell_swing", "arms_lift"), ("single_leg_rdl", "rear_leg_drops"), ("good_morning", "knee_drift"),
    ("dowel_drill", "too_fast"), ("wall_drill", "squatting"),
]  # fmt: skip


def done(exercise, fault):
    """True metrics of a clean repetition and of one with the fault at full strength."""
    drawn = draw(7, "train", 0, largest=240, most_fps=12.0)
    spec = replace(
        drawn,
        exercise=exercise,
        faults=({}, {fault: 1.0}),
        fps=12.0,
        tempo=1.0,
        depth=1.0,
        load_kg=40.0 if exercise in {"rdl", "deadlift"} else 0.0,
        bystander=None,
        bystander_look=None,
        extras={"plainly": True},
    )
    take = prepare(spec)
    return true_metrics(pa.table(columns(take, marks_of(take))), record(take))


@pytest.mark.parametrize(("exercise", "fault"), DONE)
def test_a_fault_of_full_strength_lies_beyond_its_rule_and_a_clean_repetition_does_not(exercise, fault):
    clean, wrong = done(exercise, fault)
    said = CALLED.get(fault, fault)
    assert truly(wrong, said, exercise) is True
    assert truly(clean, said, exercise) is not True


def test_every_fault_of_the_library_that_one_camera_shows_is_done_in_some_clip():
    shown = {CALLED.get(fault, fault) for cells in (CELLS, FROM_AN_ANGLE) for of in cells.values() for fault in of}
    rules = [rule for exercise in CELLS for rule in rules_of(exercise)]
    known = {rule.fault for rule in rules if {"sagittal", "oblique"} & set(rule.needs.view)}
    of_other_sets = {"wall_not_reached", "knees_cave"}  # `rough` has the wall, a second camera the knees
    assert known - shown <= of_other_sets


def test_a_fault_is_only_done_where_its_exercise_is_judged_by_it():
    for exercise, faults in CELLS.items():
        known = {rule.fault for rule in rules_of(exercise)}
        assert {CALLED.get(fault, fault) for fault in faults} <= known, exercise


def test_a_clip_has_a_clean_repetition_between_three_faults_and_ends_with_what_reaches_on():
    for index in range(24):
        spec = RECIPES["faults"](5, "train", index, largest=240, most_fps=30.0)
        assert [bool(one) for one in spec.faults] == [True, False, True, True]
        assert not set(spec.faults[0]) & {"incomplete_lockout", "lean_back"}


def test_rare_faults_are_brought_to_other_people_as_they_are_elsewhere():
    clips = [RECIPES["rare"](6, "train", index, largest=240, most_fps=24.0) for index in range(16)]
    others = [RECIPES["faults"](5, "train", index, largest=240, most_fps=24.0) for index in range(16)]
    assert not {spec.shape for spec in clips} & {spec.shape for spec in others}
    assert len({spec.shape for spec in clips}) == 16
    for spec in clips:
        assert [bool(one) for one in spec.faults] == [True, False, True, True]
        turned = any("pelvis_rotation" in one for one in spec.faults)
        assert (28 <= abs(spec.camera.yaw_deg) <= 40) if turned else abs(spec.camera.yaw_deg) <= 15
        assert all(one["knees_locked"] == 1.0 for one in spec.faults if "knees_locked" in one)


def test_a_rare_fault_is_only_done_where_its_exercise_is_judged_by_it():
    for exercise, faults in RARE:
        assert set(faults) <= {rule.fault for rule in rules_of(exercise)}, exercise


def test_hidden_legs_are_learned_from_full_size_plates_at_first_as_usual_then_as_plainly_as_coaches_mean_it():
    numbers = (0, 1, PLAIN_FROM, PLAIN_FROM + 1)
    clips = [RECIPES["plates"](7, "train", index, largest=240, most_fps=12.0) for index in numbers]
    assert [clip.exercise for clip in clips] == ["deadlift", "rdl"] * 2
    assert all(clip.motion_seed % 2 == 0 for clip in clips), "an odd one gives a Romanian deadlift small plates"
    assert [clip.extras.get("plainly", False) for clip in clips] == [False, False, True, True]
    assert all("shins_forward" in wrong for wrong in clips[2].faults)
    assert all(len(clip.faults) == 2 and abs(clip.camera.yaw_deg) <= 25 and clip.fps == 12 for clip in clips)


def test_a_leg_alone_is_learned_from_two_repetitions_on_one_leg():
    clip = RECIPES["one_leg"](7, "train", 3, largest=240, most_fps=12.0)
    assert clip.exercise == "single_leg_rdl"
    assert len(clip.faults) == 2
