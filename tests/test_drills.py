"""A drill is passed, not yet, or cannot be judged, each with its reason; the wall is where the user says it is."""

import msgspec
import pytest

from hiphinge.drills import drill
from hiphinge.exercises import exercises
from hiphinge.faults import rules_of
from hiphinge.messages import message
from hiphinge.records import Finding, Metric, Subject
from hiphinge.settings import DrillSettings, load_slice
from lifters import hinge, measured

SETTINGS = load_slice("drills", DrillSettings)
REP = measured(hinge())[0]
DRILLS = [name for name, entry in exercises().items() if entry.passing]


def found(exercise, *, reason=None, **verdicts):
    """A complete repetition whose faults are absent but for these."""
    names = dict.fromkeys(rule.fault for rule in rules_of(exercise))
    findings = tuple(
        Finding(fault=name, verdict=verdicts.get(name, "absent"),
                reason=reason if verdicts.get(name) == "not_assessable" else None)
        for name in names
    )  # fmt: skip
    return msgspec.structs.replace(REP, complete=True, findings=findings)


def judged(reps, exercise="hinge", stature_cm=None):
    return drill(tuple(reps), exercise, subject=Subject(stature_cm=stature_cm), settings=SETTINGS)


def test_the_three_drills_are_those_of_the_subject():
    assert sorted(DRILLS) == ["dowel_drill", "hinge", "wall_drill"]


@pytest.mark.parametrize("exercise", DRILLS)
def test_a_clean_set_passes(exercise):
    result = judged([found(exercise)] * 4, exercise)
    assert result.verdict == "pass"
    assert "4" in result.says


@pytest.mark.parametrize("exercise", DRILLS)
def test_each_thing_the_drill_asks_for_stands_in_the_way_when_it_fails(exercise):
    for fault in exercises()[exercise].passing.needs:
        result = judged([found(exercise, **{fault: "present"})] * 3, exercise)
        assert (result.verdict, result.fault) == ("not_yet", fault)
        assert message(f"drill_why.{exercise}.{fault}") in result.says


def test_one_slip_in_five_is_practice_two_are_not():
    good, bad = found("hinge"), found("hinge", squatting="present")
    assert judged([good] * 4 + [bad]).verdict == "pass"
    assert judged([good] * 3 + [bad] * 2).verdict == "not_yet"


def test_what_was_not_seen_is_not_passed_and_says_why():
    unseen = found("dowel_drill", lower_back_rounding="not_assessable", reason="reason.spine_outline_hidden")
    result = judged([unseen] * 4, "dowel_drill")
    assert (result.verdict, result.fault) == ("cannot_judge", "lower_back_rounding")
    assert message("reason.spine_outline_hidden") in result.says


def test_a_close_call_is_not_passed_unless_the_drill_is_lenient_there():
    assert judged([found("hinge", lower_back_rounding="borderline")] * 4).verdict == "cannot_judge"
    assert "shins_forward" in exercises()["hinge"].passing.lenient
    assert judged([found("hinge", shins_forward="borderline")] * 4).verdict == "pass"


def test_two_good_repetitions_are_not_yet_enough_to_pass():
    result = judged([found("hinge")] * 2)
    assert result.verdict == "cannot_judge"
    assert str(SETTINGS.pass_reps) in result.says


def test_a_fault_outside_the_drill_does_not_stand_in_its_way():
    assert "too_fast" not in exercises()["hinge"].passing.needs
    assert judged([found("hinge", too_fast="present")] * 3).verdict == "pass"


def test_the_cause_is_named_before_what_follows_from_it():
    result = judged([found("hinge", squatting="present", shins_forward="present")] * 3)
    assert result.fault == "squatting"


def test_a_lift_that_is_no_drill_has_no_pass():
    assert judged([found("rdl")] * 3, "rdl") is None


def test_how_far_the_hips_went_back_is_told_in_centimetres_once_the_stature_is_known():
    back = {"hip_travel_back": Metric(value=0.12, error=0.01, unit="fraction of stature")}
    rep = msgspec.structs.replace(found("hinge"), metrics=REP.metrics | back)
    assert "12 ± 1 %" in judged([rep] * 3).measured
    assert "cm" not in judged([rep] * 3).measured
    assert "21 ± 2 cm" in judged([rep] * 3, stature_cm=175).measured


@pytest.mark.parametrize("exercise", ["hinge", "dowel_drill"])
def test_the_neck_has_to_be_clearly_in_line(exercise):
    assert judged([found(exercise, looking_down="borderline")] * 4, exercise).verdict == "cannot_judge"
