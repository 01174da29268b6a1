"""Every rule holds together: metric, unit, source, sentences; one simulated lifter trips it and another does not."""

from functools import cache
from importlib.resources import files

import msgspec
import numpy as np
import pytest
import xarray as xr

from hiphinge.exercises import exercises
from hiphinge.faults import fault_entries, judge, rule_files, rules_of
from hiphinge.kinematics import Kinematics
from hiphinge.messages import catalogue
from hiphinge.metrics import METRICS, measure, measure_second
from hiphinge.records import ExerciseGuess
from hiphinge.settings import MetricSettings, entries, load_slice
from lifters import (
    SIDE,
    carried,
    counted,
    deadlift,
    filmed,
    from_view,
    hinge,
    hips_first,
    overlaid,
    reaching,
    squat,
    swing,
)

RULES = [(name, rule) for name, rules in sorted(rule_files().items()) for rule in rules]
IDS = [f"{name}-{rule.fault}" for name, rule in RULES]
ALONE = pytest.mark.parametrize("rule", [rule for _, rule in RULES], ids=IDS)
EACH = pytest.mark.parametrize(("name", "rule"), RULES, ids=IDS)
REFERENCES = msgspec.toml.decode(files("hiphinge").joinpath("data", "references.toml").read_bytes())
SPINE = ("pelvic_tilt", "lumbar_flexion", "thoracic_flexion")


def plain(motion):
    return lambda: filmed(motion())


def stooped_at_the_top():
    seen = filmed(hinge())
    trunk = seen["trunk_inclination_deg"].to_numpy()
    return Kinematics(seen.assign(trunk_inclination_deg=("time", np.maximum(trunk, 35.0))))


def leaning_back_at_the_top():
    seen = with_spine()()
    trunk = seen["trunk_inclination_deg"].to_numpy()
    return Kinematics(seen.assign(trunk_inclination_deg=("time", np.where(trunk < 8, -18.0, trunk))))


def with_spine(**curves):
    return lambda: overlaid(filmed(hinge()), **(dict.fromkeys(SPINE, 5.0) | curves))


def raised(seen, **columns):
    """The same kinematics with columns of whole degrees laid over, each with an error of 4."""
    data = {}
    for name, value in columns.items():
        data |= {f"{name}_deg": ("time", value), f"{name}_error_deg": ("time", np.full(seen.sizes["time"], 4.0))}
    return Kinematics(seen.assign(data))


def bent_arms(degrees):
    def lifter():
        seen = filmed(swing())
        return raised(seen, elbow_flexion=np.full(seen.sizes["time"], degrees))

    return lifter


def held_by_arms_at(degrees):
    """A load in arms that reach so far forward of hanging at the bottom."""
    return lambda: carried(reaching(hinge(), degrees)).motion


def one_leg(*, hangs=0.0, rolls=0.0):
    """On the left leg; the right thigh `hangs` below the trunk's line, the pelvis `rolls` with the depth."""

    def lifter():
        seen = filmed(hinge())
        trunk = seen["trunk_inclination_deg"].to_numpy()
        depth = np.clip(trunk / np.nanmax(trunk), 0, 1)
        lifted = seen.assign(right_foot_lift=("time", 0.4 * depth), left_foot_lift=("time", 0 * depth))
        return raised(Kinematics(lifted), right_thigh_inclination=hangs * depth - trunk, pelvis_roll=rolls * depth)

    return lifter


def craned(degrees):
    """A face that turns up against the trunk with the depth."""

    def lifter():
        seen = filmed(hinge())
        trunk = seen["trunk_inclination_deg"].to_numpy()
        return raised(seen, face_angle=degrees * np.clip(trunk / np.nanmax(trunk), 0, 1))

    return lifter


# every exercise whose knees only soften
def before_a_wall(nearest):
    """A lifter whose seat comes this near to the wall behind, statures."""

    def made():
        seen = filmed(hinge())
        trunk = seen["trunk_inclination_deg"]
        gap = nearest + 0.12 * (1 - trunk / trunk.max())
        return Kinematics(seen.assign(wall_gap=gap, wall_gap_error=xr.full_like(gap, 0.005)))

    return made


def knees_seen(side="both", **sideways):
    """What a second clip shows: each series is its value at the bottom; on both feet, or on the `side` that stands."""

    def made():
        seen = one_leg()() if side != "both" else filmed(hinge())
        trunk = seen["trunk_inclination_deg"]
        depth = trunk / trunk.max()
        data = {name: value * depth for name, value in sideways.items()}
        errors = {
            name.replace("_deg", "") + "_error" + "_deg" * name.endswith("_deg"): depth * 0 + 0.01 for name in data
        }
        return Kinematics(seen.assign(data | errors | {"depth_deg": trunk}))

    return made


SOFT = {
    "squatting": (plain(squat), plain(hinge)),
    "shins_forward": (plain(squat), plain(hinge)),
    "knees_locked": (lambda: filmed(hinge(knee=-12.0, standing_knee=-10.0)), plain(hinge)),
    "knee_drift": (lambda: filmed(hinge(knee=70.0)), lambda: filmed(hinge(knee=10.0))),
    "too_shallow": (lambda: filmed(hinge(trunk=30.0)), lambda: filmed(hinge(trunk=75.0))),
    "too_fast": (lambda: filmed(hinge(eccentric_s=0.45)), plain(hinge)),
}
SPINES = {
    "lower_back_rounding": (with_spine(lumbar_flexion=45.0), with_spine()),
    "hyperextension": (with_spine(lumbar_flexion=-25.0), with_spine()),
    "upper_back_rounding": (with_spine(thoracic_flexion=30.0), with_spine()),
}
LIFTERS = {
    **{
        (name, fault): pair
        for name in ("hinge", "wall_drill", "dowel_drill", "rdl", "good_morning", "single_leg_rdl")
        for fault, pair in SOFT.items()
    },
    **{(name, fault): pair for name in ("spine", "spine_deadlift") for fault, pair in SPINES.items()},
    ("wall", "wall_not_reached"): (before_a_wall(0.06), before_a_wall(0.0)),
    ("wall_drill", "too_shallow"): (lambda: filmed(hinge(trunk=22.0)), plain(hinge)),
    ("good_morning", "knees_locked"): (lambda: filmed(hinge(knee=-14.0, standing_knee=-12.0)), plain(hinge)),
    ("single_leg_rdl", "pelvis_rotation"): (one_leg(rolls=30.0), one_leg(rolls=2.0)),
    ("single_leg_rdl", "rear_leg_drops"): (one_leg(hangs=40.0), one_leg(hangs=4.0)),
    ("load", "load_drift"): (held_by_arms_at(25.0), held_by_arms_at(-8.0)),
    ("knees", "knees_cave"): (knees_seen(knees_inward=0.4), knees_seen(knees_inward=0.02)),
    ("stance_knee", "knees_cave"): (
        knees_seen("left", left_knee_inward_deg=20.0),
        knees_seen("left", left_knee_inward_deg=1.0),
    ),
    ("deadlift", "squatting"): (plain(squat), plain(deadlift)),
    ("deadlift", "shins_forward"): (lambda: filmed(squat(knee=115.0, trunk=30.0)), plain(deadlift)),
    ("deadlift", "hips_rise_first"): (plain(hips_first), plain(deadlift)),
    ("kettlebell_swing", "squatting"): (plain(squat), plain(swing)),
    ("kettlebell_swing", "shins_forward"): (plain(squat), plain(swing)),
    ("kettlebell_swing", "knees_locked"): (lambda: filmed(swing(knee=-8.0, standing_knee=-6.0)), plain(swing)),
    ("kettlebell_swing", "arms_lift"): (bent_arms(80.0), bent_arms(12.0)),
    ("kettlebell_swing", "too_shallow"): (lambda: filmed(hinge(trunk=25.0)), plain(swing)),
    ("lockout", "incomplete_lockout"): (stooped_at_the_top, plain(hinge)),
    ("lockout", "hyperextension"): (leaning_back_at_the_top, with_spine()),
    **{(name, "looking_down"): (lambda: filmed(hinge(head=-55.0)), plain(hinge)) for name in ("head", "head_deadlift")},
    ("head", "looking_up"): (craned(45.0), craned(4.0)),
    ("head_deadlift", "looking_up"): (craned(75.0), craned(20.0)),
}


@cache
def verdicts(name, fault, *, faulty):
    """Verdicts of every repetition of the lifter, by the first exercise that uses the rule file."""
    bad, good = LIFTERS[name, fault]
    seen = (bad if faulty else good)()
    exercise = next(entry.name for entry in exercises().values() if name in entry.rules)
    view = from_view("oblique") if fault == "pelvis_rotation" else SIDE
    # repetitions are found on the plain motion: what is overlaid is how it is judged, not when
    reps = counted(seen) if not name.startswith("lockout") else counted(filmed(hinge()))
    guess = ExerciseGuess(name=exercise, confidence=1.0, given=True)
    measured, second = measure(seen, reps, view), None
    if fault == "knees_cave":  # the same series stand for a second clip's
        second, sides = from_view("frontal"), {rep.index: rep.side for rep in reps}
        measured = measure_second(seen, measured, sides, view, settings=load_slice("metrics", MetricSettings))
    judged = judge(measured, guess, view, second=second)
    return [finding.verdict for rep in judged for finding in rep.findings if finding.fault == fault]


@EACH
def test_every_rule_has_a_lifter_who_trips_it(name, rule):
    assert set(verdicts(name, rule.fault, faulty=True)) == {"present"}


@EACH
def test_every_rule_lets_a_good_lifter_pass(name, rule):
    assert set(verdicts(name, rule.fault, faulty=False)) == {"absent"}


@ALONE
def test_every_rule_rests_on_a_metric_in_its_unit(rule):
    assert rule.metric in METRICS
    assert rule.unit == METRICS[rule.metric].unit
    assert rule.margin > 0


@ALONE
def test_every_rule_says_why(rule):
    assert rule.why.endswith(".")


@ALONE
def test_a_rule_that_claims_to_be_published_does_not_name_us_as_the_source(rule):
    assert rule.evidence != "published" or rule.source not in {"own", "coaching_consensus", "balance_model"}


@pytest.mark.parametrize("fault", fault_entries())
def test_every_fault_has_its_sentences(fault):
    wanted = {"name", "correction", "why", "present", "borderline", "absent", "not_assessable"}
    assert {key for key in wanted if f"fault.{fault}.{key}" in catalogue()} == wanted
    assert f"drill.{fault_entries()[fault].drill}" in catalogue()
    assert f"drill_name.{fault_entries()[fault].drill}" in catalogue()


def test_every_fault_of_a_coached_exercise_is_ordered_for_correction():
    orders = [entry.order for entry in fault_entries().values()]
    assert len(set(orders)) == len(orders)
    assert {rule.fault for _, rule in RULES} == set(fault_entries())


@pytest.mark.parametrize("name", exercises())
def test_every_exercise_has_a_name_and_its_rule_files(name):
    exercise = exercises()[name]
    assert f"exercise.{name}.name" in catalogue()
    assert bool(rules_of(name)) == exercise.coached
    for sign in exercise.signs:
        assert sign.says is None or f"sign.{sign.says}" in catalogue()


def test_every_reason_a_rule_can_give_has_a_sentence():
    assert {f"reason.{rule.unmeasured}" for _, rule in RULES} <= set(catalogue())


@pytest.mark.parametrize("slice_name", ["metrics", "exercises", "coaching"])
def test_every_number_of_these_stages_has_a_known_source(slice_name):
    assert {entry.source for entry in entries(slice_name).values()} <= set(REFERENCES)


def test_no_sentence_diagnoses_or_promises():
    banned = ("injur", "hernia", "disc", "diagnos", "prevent", "guarantee", "dangerous", "damage")
    spoken = {key: text.lower() for key, text in catalogue().items() if not key.startswith(("warning.", "error."))}
    assert not [(key, word) for key, text in spoken.items() for word in banned if word in text]
