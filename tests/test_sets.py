"""Several exercises in one clip are told apart; one odd repetition is not; each is judged by its own rules."""

import msgspec
import numpy as np
import pytest

from hiphinge.coaching import summarise
from hiphinge.faults import judge
from hiphinge.kinematics import Kinematics
from hiphinge.messages import message
from hiphinge.metrics import measure
from hiphinge.recognition import of_main, tell_apart
from hiphinge.recognition.features import Hints, features_of
from hiphinge.recognition.sets import stretches
from hiphinge.records import Candidate
from hiphinge.settings import ExerciseSettings, load_slice
from hiphinge.synthetic import Motion
from lifters import SEEN_WELL, SIDE, counted, deadlift, filmed, hinge, squat
from test_recognition import hands_at

SETTINGS = load_slice("exercises", ExerciseSettings)


def after(one: Motion, two: Motion) -> Motion:
    """The first motion, then the second, filmed without a break."""
    step = one.time_s[1] - one.time_s[0]
    later = one.time_s[-1] + step

    def joined(name):
        return np.concatenate([getattr(one, name), getattr(two, name)])

    return Motion(
        time_s=np.concatenate([one.time_s, two.time_s + later]),
        trunk=joined("trunk"),
        knee=joined("knee"),
        head=joined("head"),
        bottoms_s=(*one.bottoms_s, *(bottom + later for bottom in two.bottoms_s)),
    )


def from_time(seen, changed, start_s):
    """The first series until `start_s`, the second from then on."""
    late = seen["time"].to_numpy() >= start_s
    names = [name for name in seen.data_vars if "hand_" in name or "wrist" in name]
    return Kinematics(
        seen.assign({name: ("time", np.where(late, changed[name].to_numpy(), seen[name].to_numpy())) for name in names})
    )


def told(seen):
    reps = measure(seen, counted(seen), SIDE)
    return tell_apart(seen, reps, SIDE, hints=Hints(rod=False))


def named(answer):
    return [(one.exercise.name, one.reps) for one in answer.sets]


RDLS_THEN_DEADLIFTS = after(hinge(count=3), deadlift(count=4, trunk=72.0, knee=78.0))


def test_rdls_and_then_deadlifts_are_two_sets():
    answer = told(filmed(RDLS_THEN_DEADLIFTS))
    assert named(answer) == [("rdl", (1, 2, 3)), ("deadlift", (4, 5, 6, 7))]
    assert [rep.exercise for rep in answer.reps] == ["rdl"] * 3 + ["deadlift"] * 4


def test_the_clip_is_named_by_the_exercise_with_most_repetitions():
    answer = told(filmed(RDLS_THEN_DEADLIFTS))
    assert answer.exercise.name == "deadlift"
    assert [rep.index for rep in of_main(answer, answer.reps)] == [4, 5, 6, 7]


def test_a_bar_that_goes_from_the_hands_to_the_back_makes_another_set():
    seen = filmed(after(hinge(count=3), hinge(count=3)))
    moved = from_time(seen, hands_at(seen, ahead=-0.03, above=0.0), counted(seen)[3].start_s - 0.5)
    assert [name for name, _ in named(told(moved))] == ["rdl", "good_morning"]


def test_one_exercise_is_one_set():
    assert named(told(filmed(hinge(count=6)))) == [("rdl", (1, 2, 3, 4, 5, 6))]


def test_one_squatted_repetition_stays_in_its_set_so_that_it_can_be_corrected():
    motion = after(after(hinge(count=3), deadlift(count=1, trunk=40.0, knee=80.0)), hinge(count=3))
    answer = told(filmed(motion))
    assert len(answer.sets) == 1
    assert answer.exercise.name == "rdl"


def test_two_odd_repetitions_at_the_end_without_a_rest_stay_in_their_set():
    seen = filmed(hinge(count=6, rest_s=0.5))
    reps = counted(seen)
    moved = from_time(seen, hands_at(seen, ahead=-0.03, above=0.0), reps[4].start_s)
    measured = measure(moved, reps, SIDE)
    features = features_of(moved, measured, Hints(rod=False), settings=SETTINGS)
    assert stretches(measured, features, settings=SETTINGS) == [(0, 6)]


def test_a_given_name_is_believed_of_the_whole_clip():
    seen = filmed(RDLS_THEN_DEADLIFTS)
    answer = tell_apart(seen, counted(seen), SIDE, given="rdl")
    assert [one.exercise.given for one in answer.sets] == [True]
    assert {rep.exercise for rep in answer.reps} == {"rdl"}


def test_every_repetition_is_judged_by_its_own_exercise():
    seen = filmed(RDLS_THEN_DEADLIFTS)
    answer = told(seen)
    judged = judge(answer.reps, answer.exercise, SIDE, seen)
    faults = [{finding.fault for finding in rep.findings} for rep in judged]
    alone = judge(told(filmed(hinge())).reps, told(filmed(hinge())).exercise, SIDE, seen)
    assert faults[0] == {finding.fault for finding in alone[0].findings}
    assert faults[0] != faults[-1]


def test_squats_between_hinges_get_no_findings():
    seen = filmed(after(hinge(count=4), squat(count=3)))
    start_s = counted(seen)[4].start_s - 0.5
    moved = from_time(seen, hands_at(seen, ahead=0.08, above=-0.05), start_s)
    answer = told(moved)
    assert [name for name, _ in named(answer)] == ["rdl", "squat"]
    judged = judge(answer.reps, answer.exercise, SIDE, moved)
    assert all(rep.findings for rep in judged[:4])
    assert not any(rep.findings for rep in judged[4:])


def test_the_summary_speaks_of_the_main_set_and_names_the_others_in_one_sentence():
    seen = filmed(RDLS_THEN_DEADLIFTS)
    answer = told(seen)
    judged = judge(answer.reps, answer.exercise, SIDE, seen)
    summary = summarise(of_main(answer, judged), answer.exercise, SIDE, SEEN_WELL, sets=answer.sets)
    assert "4 repetitions" in summary.verdict
    assert "Romanian deadlift (3 repetitions)" in summary.remarks[0]


def test_what_is_too_doubtful_is_not_judged_and_the_user_is_asked_with_the_two_likeliest_names():
    seen = filmed(hinge())
    answer = told(seen)
    doubtful = msgspec.structs.replace(answer.exercise, confidence=0.4, graded=False)
    doubtful = msgspec.structs.replace(doubtful, alternatives=(Candidate(name="squat", confidence=0.3),))
    judged = judge(tuple(msgspec.structs.replace(rep, exercise=None) for rep in answer.reps), doubtful, SIDE, seen)
    assert not any(rep.findings for rep in judged)
    summary = summarise(judged, doubtful, SIDE, SEEN_WELL)
    for wanted in (message("exercise.rdl.name"), message("exercise.squat.name"), "--exercise"):
        assert wanted in summary.verdict
    assert summary.next_step is None


@pytest.mark.parametrize("reps", [0, 1, 2])
def test_a_clip_of_few_repetitions_is_one_set_at_most(reps):
    seen = filmed(hinge(count=3))
    answer = tell_apart(seen, counted(seen)[:reps], SIDE)
    assert len(answer.sets) == (1 if reps else 0)


def on_one_leg(seen, indices):
    """Repetitions of a clip, those of `indices` taken for ones on the left leg."""
    reps = counted(seen)
    return tuple(msgspec.structs.replace(rep, side="left" if rep.index in indices else "both") for rep in reps)


@pytest.mark.parametrize(("lifted", "left"), [({4}, 0), ({1, 2, 4}, 3)])
def test_a_lone_repetition_that_seems_to_be_on_one_leg_is_one_of_its_set_on_two(lifted, left):
    seen = filmed(hinge(4))
    answer = tell_apart(seen, on_one_leg(seen, lifted), SIDE, given="rdl")
    assert sum(rep.side == "left" for rep in answer.reps) == left
