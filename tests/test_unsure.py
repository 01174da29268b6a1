"""What is said where the exercise is a guess, or is none that is coached: kindly, and with what to do next."""

import pytest

from hiphinge.coaching import summarise
from hiphinge.faults import judge
from hiphinge.messages import message, speaking
from hiphinge.records import Candidate, ExerciseGuess
from lifters import SEEN_WELL, SIDE, filmed, hinge, measured

REPS = measured(hinge())
LOOKS = {
    "stays_bent": "row",
    "hands_overhead": "snatch",
    "hands_pulled_up": "clean",
    "not_standing": "bridge",
    "goes_to_floor": "burpee",
}


def said(name, *, confidence=0.9, graded=True, evidence=(), perhaps=None):
    alternatives = (Candidate(name=perhaps, confidence=0.3),) if perhaps else ()
    guess = ExerciseGuess(
        name=name, confidence=confidence, given=False, graded=graded, evidence=evidence, alternatives=alternatives
    )
    return summarise(judge(REPS, guess, SIDE, filmed(hinge())), guess, SIDE, SEEN_WELL)


def test_a_guess_names_what_else_it_may_be_and_how_to_say_so():
    verdict = said("rdl", confidence=0.4, perhaps="deadlift").verdict
    for wanted in ("Romanian deadlift", "may be a deadlift", "--exercise"):
        assert wanted in verdict


def test_a_guess_is_judged_while_it_is_sure_that_it_was_a_hinge():
    assert said("rdl", confidence=0.4, perhaps="deadlift").findings


def test_a_sure_name_asks_nothing():
    assert "--exercise" not in said("rdl", perhaps="deadlift").verdict


@pytest.mark.parametrize("pair", [("rdl", "squat"), ("squat", "rdl"), ("other", "rdl"), ("rdl", "other")])
def test_what_may_be_no_hinge_is_not_graded_but_asked(pair):
    name, perhaps = pair
    summary = said(name, confidence=0.35, graded=False, perhaps=perhaps)
    assert "--exercise" in summary.verdict
    assert "Romanian deadlift" in summary.verdict
    assert not summary.findings
    assert not summary.went_well
    assert summary.next_step is None


@pytest.mark.parametrize(("sign", "looks_like"), LOOKS.items())
def test_a_movement_of_another_kind_is_told_what_it_looks_like_and_not_graded(sign, looks_like):
    summary = said("other", evidence=(f"sign.{sign}",))
    assert looks_like in summary.verdict
    assert "do not grade" in summary.verdict
    assert not summary.findings


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("key", [f"verdict.other_{sign}" for sign in (*LOOKS, "hips_hardly_bend")])
def test_every_kind_has_its_sentence_in_every_language(language, key):
    with speaking(language):
        assert "3" in message(key, reps="3")


@pytest.mark.parametrize("what", ["bent", "lying", "walking", "upright"])
def test_a_clip_without_repetitions_has_its_sentence_in_every_language(what):
    texts = set()
    for language in ("en", "es"):
        with speaking(language):
            texts.add(message(f"error.no_repetition_{what}", path="clip.mp4"))
    assert len(texts) == 2
    assert all(text.startswith("clip.mp4: ") for text in texts)
