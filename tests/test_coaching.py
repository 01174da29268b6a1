"""The set in words: one sentence, one correction first, causes before what follows from them, nothing invented."""

import msgspec
import numpy as np
import pytest

from hiphinge import what_it_was
from hiphinge.coaching import _named, set_verdict, summarise
from hiphinge.exercises import exercises
from hiphinge.faults import fault_entries, judge
from hiphinge.messages import message, speaking
from hiphinge.not_judged import OfSet, not_judged
from hiphinge.records import ExerciseGuess, Finding, Quality
from hiphinge.settings import CoachingSettings, load_slice
from lifters import SEEN_WELL, SIDE, deadlift, from_view, hinge, measured, squat, whole

SETTINGS = load_slice("coaching", CoachingSettings)


def guessed(name, *, confidence=1.0, given=True):
    return ExerciseGuess(name=name, confidence=confidence, given=given)


def summed(motion, exercise="hinge", *, view=SIDE, quality=SEEN_WELL, back=None, **how):
    guess = guessed(exercise, **how)
    return summarise(judge(whole(motion, **(back or {})), guess, view), guess, view, quality)


def without_back(motion, exercise="hinge"):
    """The same with joints alone: the back cannot be judged."""
    guess = guessed(exercise)
    return summarise(judge(measured(motion), guess, SIDE), guess, SIDE, SEEN_WELL)


def called(*verdicts):
    return [(index, Finding(fault="squatting", verdict=verdict)) for index, verdict in enumerate(verdicts, start=1)]


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (["present", "present"] + ["absent"] * 8, ("present", (1, 2))),
        (["present"] + ["absent"] * 9, ("borderline", (1,))),
        (["present"] + ["absent"] * 3, ("present", (1,))),
        (["present", "absent", "absent"], ("present", (1,))),
        (["present"], ("present", (1,))),
        (["borderline"] * 4 + ["absent"] * 4, ("borderline", (1, 2, 3, 4))),
        (["borderline"] + ["absent"] * 2, ("absent", ())),
        (["borderline", "absent"], ("absent", ())),
        (["borderline"], ("borderline", (1,))),
        (["borderline"] * 2 + ["absent"] * 8, ("absent", ())),
        (["not_assessable", "absent"], ("absent", ())),
        (["not_assessable"] * 3, ("not_assessable", ())),
        (["not_assessable"] * 3 + ["absent"], ("not_assessable", ())),
        (["not_assessable"] * 9 + ["present"], ("present", (10,))),
    ],
)
def test_a_fault_of_the_set_is_a_habit_and_not_a_slip(verdicts, expected):
    assert set_verdict(called(*verdicts), SETTINGS) == expected


def test_a_clean_set_is_called_clean_and_leads_on():
    summary = summed(hinge())
    assert summary.verdict.startswith("Hip hinge, 3 repetitions: a clean set")
    assert summary.next_step.name == message("next_step.rdl.name")
    assert 1 <= len(summary.went_well) <= SETTINGS.praises
    assert all(one.correction is None for one in summary.findings)


def test_a_set_whose_back_was_not_judged_is_not_called_clean_but_filmed_again():
    summary = without_back(hinge())
    said = summary.verdict
    assert said.startswith("Hip hinge, 3 repetitions: I cannot judge your lower back from this clip.")
    assert message("reason.spine_not_measured") in said
    assert "clean" not in said
    assert said.index("cannot judge") < said.index("nothing wrong")
    assert summary.not_judged.leads
    assert summary.not_judged.faults == ("lower_back_rounding",)
    assert summary.next_step.why == summary.not_judged.film == message("film.sagittal")


def test_a_plain_squat_is_told_before_the_back_that_was_not_judged():
    summary = without_back(squat())
    assert not summary.not_judged.leads
    assert summary.verdict.index("your knees do the work") < summary.verdict.index("lower back was not judged")
    assert summary.next_step.name == "Wall drill"


def test_a_lesser_fault_is_told_after_the_back_that_was_not_judged():
    summary = without_back(hinge(trunk=30.0, eccentric_s=0.5), "rdl")
    assert {one.verdict for one in summary.findings if one.fault in {"too_shallow", "too_fast"}} == {"present"}
    assert summary.verdict.index("lower back") < summary.verdict.index("What could be judged asks for one thing")
    assert summary.findings[0].correction


def test_a_back_that_may_round_is_not_told_as_nothing_wrong_alone():
    summary = summed(hinge(), back={"lumbar_flexion": lambda depth: 23.0 * np.clip(depth / 0.3, 0, 1)})
    assert summary.findings[0].verdict == "borderline"
    assert summary.findings[0].fault == "lower_back_rounding"
    assert "on what matters most I am not sure" in summary.verdict


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("reason", ["spine_yaw", "spine_outline_hidden", "spine_no_standing", "poorly_seen"])
def test_whoever_cannot_be_judged_is_told_why_and_how_to_film(reason, language):
    with speaking(language):
        found = not_judged([OfSet("lower_back_rounding", "not_assessable", f"reason.{reason}")], "oblique")
        assert message(f"reason.{reason}").startswith(found.why)
        assert found.why.endswith(".")
        assert found.film
        assert (found.judged, found.looked_for) == (0, 1)


def test_what_does_not_decide_does_not_stand_in_the_way_of_a_clean_set():
    assert (
        not_judged([OfSet("looking_up", "not_assessable", None), OfSet("squatting", "absent", None)], "sagittal")
        is None
    )


def test_a_squatted_hinge_is_told_so_with_the_wall_drill_first():
    summary = summed(squat())
    first = summary.findings[0]
    assert (first.fault, first.verdict, first.reps) == ("squatting", "present", (1, 2, 3))
    assert "in every repetition" in summary.verdict
    assert first.correction == message("fault.squatting.correction")
    assert first.drill == message("drill.wall")
    assert summary.next_step.name == "Wall drill"


def test_causes_come_before_what_follows_from_them():
    summary = summed(squat(head=-55.0))
    present = [one.fault for one in summary.findings if one.verdict == "present"]
    assert present == sorted(present, key=lambda fault: fault_entries()[fault].order)
    assert {"squatting", "looking_down"} <= set(present)


def test_a_present_fault_comes_before_a_borderline_one_and_both_before_the_rest():
    ranks = [
        ("present", "borderline", "absent", "not_assessable").index(one.verdict) for one in summed(squat()).findings
    ]
    assert ranks == sorted(ranks)


def test_the_repetitions_of_a_fault_are_listed_in_words():
    reps = measured(hinge(count=4))
    bad = measured(squat(count=4))
    mixed = tuple(bad[k] if k in {1, 3} else reps[k] for k in range(4))
    summary = summarise(judge(mixed, guessed("hinge"), SIDE), guessed("hinge"), SIDE, SEEN_WELL)
    assert summary.findings[0].reps == (2, 4)
    assert "in repetitions 2 and 4" in summary.verdict


def test_a_squat_is_recognised_kindly_and_not_graded():
    summary = summed(squat(), "squat")
    assert "This is a squat" in summary.verdict
    assert summary.findings == ()
    assert summary.went_well == ()
    assert summary.next_step is None


def test_a_guess_is_said_to_be_one():
    assert "not certain" in summed(hinge(), "rdl", confidence=0.3, given=False).verdict
    assert "not certain" not in summed(hinge(), "rdl", confidence=0.9, given=False).verdict


def test_a_front_view_praises_nothing_it_could_not_see():
    summary = summed(deadlift(), "deadlift", view=from_view("frontal"))
    assert summary.went_well == ()
    assert "side" in summary.verdict
    assert summary.next_step is None
    assert all(one.reason for one in summary.findings)


def test_a_clip_that_often_lost_the_lifter_says_so():
    lost = Quality(pose_coverage=0.5, people_seen=1, warnings=())
    assert "50 %" in summed(hinge(), quality=lost).verdict


def test_one_repetition_is_one_repetition():
    assert "1 repetition:" in summed(hinge(count=1)).verdict


def test_the_summary_is_a_record_that_survives_json():
    summary = summed(squat())
    assert msgspec.json.decode(msgspec.json.encode(summary), type=type(summary)) == summary


def test_no_place_in_a_sentence_is_left_open():
    for motion, exercise in ((squat(head=-55.0), "hinge"), (hinge(trunk=30.0, eccentric_s=0.5), "rdl")):
        summary = summed(motion, exercise)
        texts = [summary.verdict, *summary.went_well, *(one.correction or "" for one in summary.findings)]
        assert not [text for text in texts if "{" in text]


def test_a_squatted_deadlift_is_corrected_in_its_own_words():
    first = summed(squat(), "deadlift").findings[0]
    assert first.correction == message("fault.squatting.deadlift.correction")
    assert first.correction != message("fault.squatting.correction")


def test_what_is_measured_roughly_is_not_praised():
    praised = summed(hinge()).went_well
    assert praised
    assert message("fault.looking_down.absent") not in praised


def judged_as(verdicts):
    """Summarise repetitions of given verdicts by fault, one letter a repetition: p, b, a or n."""
    named = {"p": "present", "b": "borderline", "a": "absent", "n": "not_assessable"}
    count = len(next(iter(verdicts.values())))
    plain = judge(whole(hinge(count=count)), guessed("hinge"), SIDE)
    reps = tuple(
        msgspec.structs.replace(
            rep, findings=tuple(Finding(fault=fault, verdict=named[said[k]]) for fault, said in verdicts.items())
        )
        for k, rep in enumerate(plain)
    )
    return summarise(reps, guessed("hinge"), SIDE, SEEN_WELL)


@pytest.mark.parametrize("fault", [name for name, entry in fault_entries().items() if entry.praised])
def test_what_one_repetition_speaks_against_is_not_praised(fault):
    assert len(judged_as({fault: "aaaaa"}).went_well) == 1
    slipped = judged_as({fault: "aaaba"})
    assert slipped.findings[0].verdict == "absent"
    assert not slipped.went_well


def test_hips_that_go_back_are_not_praised_beside_knees_that_go_forward():
    praise = message("fault.squatting.absent")
    assert praise in judged_as({"squatting": "aaa", "shins_forward": "aaa"}).went_well
    for beside in ("ppp", "bbb", "aab"):
        assert praise not in judged_as({"squatting": "aaa", "shins_forward": beside}).went_well


def test_faults_that_keep_a_praise_back_are_faults():
    named = {other for entry in fault_entries().values() for other in entry.praised_without}
    assert named
    assert named <= fault_entries().keys()


def test_several_faults_that_no_one_drill_mends_lead_back_to_something_easier():
    summary = summed(squat(head=-55.0, eccentric_s=0.4), "rdl")
    drills = {fault_entries()[one.fault].drill for one in summary.findings if one.verdict == "present"}
    assert len(drills) >= SETTINGS.regress_drills
    assert summary.next_step.name == "Dowel drill"
    assert summary.next_step.why == message("next_step.regress.why")


@pytest.mark.parametrize("name", [name for name, entry in exercises().items() if entry.coached])
def test_what_an_exercise_leads_to_and_back_to_can_be_named(name):
    for step in (*exercises()[name].progressions, *exercises()[name].regressions):
        assert _named(step)[0].isupper()


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_exercise_that_is_not_sure_is_named_with_its_article(language):
    articles = {"en": ("a ", "an ", "another "), "es": ("un ", "una ", "otro ")}[language]
    with speaking(language):
        for name in exercises():
            said = message(f"exercise.{name}.one")
            assert said.startswith(articles)
            if language == "en" and said.startswith(("a ", "an ")):
                assert said.startswith("an ") == (said.split(" ", 1)[1][0] in "aeiou")


def test_what_a_coach_calls_their_own_exercise_needs_no_article(monkeypatch):
    monkeypatch.setattr(what_it_was, "known", lambda _key: False)
    assert what_it_was._one("hinge") == "the hip hinge"


@pytest.mark.parametrize(
    ("cut", "english", "spanish"),
    [
        ((), "Hip hinge, 3 repetitions: ", "Bisagra de cadera, 3 repeticiones: "),
        (
            (0,),
            "Hip hinge, 2 repetitions, 1 more cut off by the clip: ",
            "2 repeticiones, y 1 más que el vídeo corta: ",
        ),
        (
            (0, 1, 2),
            "Hip hinge, 3 repetitions, each cut off by the clip: ",
            "3 repeticiones, todas cortadas por el vídeo: ",
        ),
    ],
)
def test_repetitions_that_the_clip_cuts_are_named_beside_the_whole_ones(cut, english, spanish):
    guess = guessed("hinge")
    reps = tuple(
        msgspec.structs.replace(rep, complete=at not in cut)
        for at, rep in enumerate(judge(whole(hinge(3)), guess, SIDE))
    )
    assert summarise(reps, guess, SIDE, SEEN_WELL).verdict.startswith(english)
    with speaking("es"):
        assert spanish in summarise(reps, guess, SIDE, SEEN_WELL).verdict


def test_how_to_film_again_is_said_once_where_it_comes_first():
    unseen = not_judged([OfSet("lower_back_rounding", "not_assessable", "reason.spine_yaw")], "oblique")
    whole = message("reason.spine_yaw")
    assert unseen.leads
    assert whole.startswith(unseen.why)
    assert "Film" not in unseen.why
    assert unseen.film.startswith("Film")
    beside = [OfSet("squatting", "present", None), OfSet("lower_back_rounding", "not_assessable", "reason.spine_yaw")]
    assert not_judged(beside, "oblique").why == whole


def doubtful(reps, fault, *indices):
    """The same repetitions, in some of which a fault is too close to call."""
    return tuple(
        msgspec.structs.replace(
            rep,
            findings=tuple(
                msgspec.structs.replace(one, verdict="borderline" if rep.index in indices else "absent", reason=None)
                if one.fault == fault
                else one
                for one in rep.findings
            ),
        )
        for rep in reps
    )


@pytest.mark.parametrize(("fault", "told"), [("lower_back_rounding", True), ("looking_down", False)])
def test_what_matters_most_is_told_where_half_of_a_short_set_leaves_it_open(fault, told):
    guess = guessed("hinge")
    reps = doubtful(judge(whole(hinge(2)), guess, SIDE), fault, 1)
    said = summarise(reps, guess, SIDE, SEEN_WELL).verdict
    sentence = message(f"fault.{fault}.borderline", where=message("where.one", index=1))
    assert (sentence[1:] in said) == told
    long = doubtful(judge(whole(hinge(5)), guess, SIDE), fault, 1)
    assert sentence[1:] not in summarise(long, guess, SIDE, SEEN_WELL).verdict


def test_hips_that_hand_their_work_to_the_legs_over_the_set_are_not_praised():
    guess, praise = guessed("hinge"), message("fault.squatting.absent")
    steady = judge(whole(hinge(6)), guess, SIDE)
    assert praise in summarise(steady, guess, SIDE, SEEN_WELL).went_well
    tired = tuple(
        msgspec.structs.replace(
            rep,
            metrics=rep.metrics
            | {
                "knee_flexion_max": msgspec.structs.replace(rep.metrics["knee_flexion_max"], value=15.0 + 6 * rep.index)
            },
        )
        for rep in steady
    )
    summary = summarise(tired, guess, SIDE, SEEN_WELL)
    assert any("handing work to the legs" in one for one in summary.remarks)
    assert praise not in summary.went_well
