"""Who cannot be judged is told the true reason and the true way to film; who was filmed from the side, not to do so."""

import re

import msgspec
import pytest

from hiphinge.body import FOOT, INDEX, LEG, SIDES
from hiphinge.cleaning import clean
from hiphinge.coaching import summarise
from hiphinge.drills import drill
from hiphinge.exercises import exercises
from hiphinge.faults import judge, rules_of
from hiphinge.kinematics import kinematics
from hiphinge.library import library
from hiphinge.messages import catalogue, message, speaking
from hiphinge.pose import make_track
from hiphinge.recognition import without_repetitions
from hiphinge.records import ExerciseGuess, Metric, Subject
from hiphinge.reps import find_reps
from hiphinge.settings import load_settings
from hiphinge.synthetic import Camera, lifter_track
from hiphinge.unseen import UPPER, Unseen, badly_seen, unseen
from lifters import SEEN_WELL, SIDE, from_view, hinge, whole

SETTINGS = load_settings()
TO_THE_SIDE = {
    "en": re.compile(r"from the side|side-on|square from|side view", re.IGNORECASE),
    "es": re.compile(r"\bde lado\b|perfil|vista lateral", re.IGNORECASE),
}
COACHED = sorted(name for name, one in exercises().items() if one.coached)
BADLY = ("legs_hidden", "legs_outside", "too_far_away", "body_unclear", "poorly_seen")
OF_THE_BACK = ("no_outline", "outline_hidden", "unusual", "not_measured")
REPS = whole(hinge())


def filmed(*, parts=(), confidence=0.1, moved=(0.0, 0.0), scale=1.0):
    """A lifter from the side; `parts` are seen with this confidence and lie that far from where they are."""
    track = lifter_track(hinge(2), camera=Camera(), noise_px=1.0)
    position, sure = scale * track["position"].to_numpy(), track["confidence"].to_numpy().copy()
    for column in (INDEX[f"{side}_{part}"] for part in parts for side in SIDES):
        sure[:, column] = confidence
        position[:, column] += moved
    raw = make_track(
        track["time"].to_numpy(), position, track["world"].to_numpy(), sure,
        width=track.attrs["width"], height=track.attrs["height"], estimator="synthetic", model="stick",
    )  # fmt: skip
    return clean(raw, settings=SETTINGS.cleaning)


def reps_of(track):
    return find_reps(kinematics(track, SIDE, settings=SETTINGS.kinematics), settings=SETTINGS.reps)


WHOLE = reps_of(filmed())


def said_of(track):
    return {badly_seen(track, rep, settings=SETTINGS.unseen) for rep in WHOLE}


@pytest.mark.parametrize("part", LEG)
def test_knees_and_feet_that_are_guessed_inside_the_picture_are_hidden(part):
    assert said_of(filmed(parts=(part,))) == {"legs_hidden"}


@pytest.mark.parametrize("moved", [(0.0, 5000.0), (-5000.0, 0.0)])
def test_feet_that_lie_beyond_the_picture_are_outside_it(moved):
    assert said_of(filmed(parts=FOOT, moved=moved)) == {"legs_outside"}


@pytest.mark.parametrize("part", UPPER)
def test_shoulders_and_hips_that_are_guessed_are_not_blamed_on_the_legs(part):
    assert said_of(filmed(parts=(part, *LEG))) == {"body_unclear"}


def test_a_body_of_a_few_pixels_is_told_to_come_nearer():
    far = filmed(parts=UPPER, scale=0.1)
    assert far.attrs["trunk_px"] < SETTINGS.unseen.least_trunk_px
    assert said_of(far) == {"too_far_away"}


@pytest.mark.parametrize(("yaw", "nearly"), [(15.0, False), (22.0, True), (26.0, False), (80.0, False)])
def test_a_camera_that_missed_the_side_by_no_more_than_its_error_is_told_so(yaw, nearly):
    plane = "sagittal" if yaw <= 20 else "oblique" if yaw < 70 else "frontal"
    view = msgspec.structs.replace(from_view(plane), yaw_deg=yaw, yaw_error_deg=5.0)
    found = unseen(filmed(), (), view, settings=SETTINGS.unseen, view=SETTINGS.view)
    assert (found.view == "view_nearly") == nearly
    reasons = {one.reason for rep in judge(REPS, named("rdl"), view, unseen=found) for one in rep.findings}
    assert ("reason.view_nearly" in reasons) == nearly


def named(exercise):
    return ExerciseGuess(name=exercise, confidence=1.0, given=True)


def dim(rep):
    return msgspec.structs.replace(
        rep, metrics=rep.metrics | {"pose_confidence": Metric(value=0.2, error=0.0, unit="1")}
    )


def without(rep, exercise, error):
    """No metric of the exercise's rules is known, or none well enough."""
    blank = {
        rule.metric: msgspec.structs.replace(
            rep.metrics[rule.metric], value=None if error is None else 0.0, error=error
        )
        for rule in rules_of(exercise)
    }
    return msgspec.structs.replace(rep, metrics=rep.metrics | blank)


def obstacles(exercise):
    """Every way in which nothing, or little, of a set can be judged from the side: judged repetitions."""
    ways = [judge(tuple(dim(rep) for rep in REPS), named(exercise), SIDE)]
    for why in BADLY:
        badly = Unseen({rep.index: why for rep in REPS})
        ways.append(judge(tuple(dim(rep) for rep in REPS), named(exercise), SIDE, unseen=badly))
    for error in (None, 1e6):
        blank = tuple(without(rep, exercise, error) for rep in REPS)
        ways.append(judge(blank, named(exercise), SIDE))
        ways.append(judge(tuple(msgspec.structs.replace(rep, complete=False) for rep in blank), named(exercise), SIDE))
    ways.append(judge(REPS, named(exercise), SIDE))
    ways += [with_back_unjudged(ways[-1], f"reason.spine_{why}") for why in OF_THE_BACK]
    reasons = {f"reason.{rule.unmeasured}" for rules in library().rules.values() for rule in rules}
    reasons |= {f"reason.{rule.close_reason}" for rules in library().rules.values() for rule in rules}
    ways += [with_back_unjudged(ways[-1], reason) for reason in sorted(reasons)]
    return ways


def with_back_unjudged(reps, reason):
    """The same findings with the back not judged for this reason."""
    return tuple(
        msgspec.structs.replace(
            rep,
            findings=tuple(
                msgspec.structs.replace(one, verdict="not_assessable", reason=reason)
                if one.fault in {"lower_back_rounding", "hyperextension", "upper_back_rounding"}
                else one
                for one in rep.findings
            ),
        )
        for rep in reps
    )


def sentences(reps, exercise, view):
    """Everything that is said of a set."""
    summary = summarise(reps, named(exercise), view, SEEN_WELL)
    passed = drill(reps, exercise, subject=Subject(), settings=SETTINGS.drills)
    return [
        summary.verdict,
        summary.clean_range or "",
        *summary.went_well,
        *(one.reason or "" for one in summary.findings),
        *((summary.next_step.name, summary.next_step.why) if summary.next_step else ()),
        *((summary.not_judged.why, summary.not_judged.film) if summary.not_judged else ()),
        *(() if passed is None else (passed.says,)),
        *(message(one.reason) for rep in reps for one in rep.findings if one.reason),
    ]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("exercise", COACHED)
def test_whoever_was_filmed_from_the_side_is_never_told_to_film_from_there(exercise, language):
    with speaking(language):
        said = {one for reps in obstacles(exercise) for one in sentences(reps, exercise, SIDE)}
    assert len(said) > 10
    assert sorted(one for one in said if TO_THE_SIDE[language].search(one) and not excused(one, language)) == []


def excused(sentence, language):
    """The pelvis is what the side hides: to name the side there sends nobody to it."""
    return sentence == catalogue(language)["reason.pelvis_from_side"]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("plane", ["oblique", "frontal"])
def test_whoever_was_not_filmed_from_the_side_is_told_to(plane, language):
    with speaking(language):
        view = from_view(plane)
        said = " ".join(sentences(judge(REPS, named("rdl"), view), "rdl", view))
        assert TO_THE_SIDE[language].search(said)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("why", BADLY)
def test_a_refusal_leads_with_its_true_reason_and_how_to_film_is_about_it(why, language):
    badly = Unseen({rep.index: why for rep in REPS})
    with speaking(language):
        reps = judge(tuple(dim(rep) for rep in REPS), named("deadlift"), SIDE, unseen=badly)
        summary = summarise(reps, named("deadlift"), SIDE, SEEN_WELL)
        reason = message(f"reason.{why}")
        assert reason.partition(". ")[0] in summary.verdict
        if f"film.{why}" in catalogue(language):
            assert summary.not_judged.film == message(f"film.{why}")
            assert summary.not_judged.film not in summary.verdict


@pytest.mark.parametrize("language", ["en", "es"])
def test_without_a_repetition_the_side_is_asked_for_only_from_elsewhere(language):
    track = lifter_track(hinge(1, trunk=8.0, knee=5.0), camera=Camera(), noise_px=1.0)
    motion = kinematics(clean(track, settings=SETTINGS.cleaning), SIDE, settings=SETTINGS.kinematics)
    with speaking(language):
        for how in ({}, {"trunk_inclination_deg": 70.0, "hip_flexion_deg": 80.0}, {"shoulder_height": -0.7},
                    {"confidence": 0.0}):  # fmt: skip
            still = motion.assign({name: motion[name] * 0 + value for name, value in how.items()})
            said = message(without_repetitions(still, SIDE, settings=SETTINGS.exercises), path="clip.mp4")
            assert not TO_THE_SIDE[language].search(said)
        ahead = without_repetitions(motion, from_view("frontal"), settings=SETTINGS.exercises)
        assert TO_THE_SIDE[language].search(message(ahead, path="clip.mp4"))
