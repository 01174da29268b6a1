"""Which exercise a set is: the signs of data/exercises/*.toml, weighed against what was measured.

`features` measures what exercises are told apart by, `signs` weighs it, `sets` finds where one exercise ends and
another begins. Confidence is an exercise's share of all scores, with something kept back for movements in no list.
Doubt is an answer: where it is not even sure that a hinge was done, nothing is graded and the user is asked.
"""

from typing import NamedTuple

import msgspec

from hiphinge.exercises import check_name, exercises
from hiphinge.kinematics import Kinematics
from hiphinge.metrics import measure
from hiphinge.recognition.features import Features, Hints, features_of, of_set
from hiphinge.recognition.idle import without_repetitions
from hiphinge.recognition.sets import stretches
from hiphinge.recognition.signs import evidence, is_unseen, scores
from hiphinge.records import Candidate, ExerciseGuess, ExerciseSet, Rep, View
from hiphinge.settings import ExerciseSettings, load_slice

__all__ = ["Hints", "Told", "of_main", "recognise", "tell_apart", "without_repetitions"]


class Told(NamedTuple):
    """What was done in a clip."""

    exercise: ExerciseGuess
    """Of the exercise with the most repetitions."""
    sets: tuple[ExerciseSet, ...]
    reps: tuple[Rep, ...]
    """With the exercise each is a repetition of."""


def recognise(
    kinematics: Kinematics,
    reps: tuple[Rep, ...],
    view: View,
    *,
    given: str | None = None,
    hints: Hints | None = None,
    settings: ExerciseSettings | None = None,
) -> ExerciseGuess:
    """Tell which exercise a clip shows; where it shows several, the one with the most repetitions.

    The parameters are those of `tell_apart`.
    """
    return tell_apart(kinematics, reps, view, given=given, hints=hints, settings=settings).exercise


def tell_apart(
    kinematics: Kinematics,
    reps: tuple[Rep, ...],
    view: View,
    *,
    given: str | None = None,
    hints: Hints | None = None,
    settings: ExerciseSettings | None = None,
) -> Told:
    """Tell which exercises a clip shows, and which repetitions belong to which.

    Parameters
    ----------
    kinematics : the series of the whole clip.
    reps : its repetitions, measured or not.
    view : from where the camera saw them.
    given : the exercise the user named; it is believed, of the whole clip.
    hints : what was seen or said besides: a rod on the back, a wall.
    settings : shares of doubt; the package's own where not given.

    Raises
    ------
    UsageError
        If `given` is no exercise.
    """
    settings = settings or load_slice("exercises", ExerciseSettings)
    if given is not None and given != "auto":
        name = check_name(given)
        return _one(ExerciseGuess(name=name, confidence=1.0, given=True, evidence=("sign.given",)), reps)
    if not reps:
        return _one(_unknown("sign.no_repetitions"), reps)
    measured = reps if all(rep.metrics for rep in reps) else measure(kinematics, reps, view)
    features = features_of(kinematics, measured, hints or Hints(), settings=settings)
    found: list[tuple[ExerciseGuess, int, int]] = []
    for first, end in stretches(reps, features, settings=settings):
        said = guess(of_set(features[first:end]), view, end - first, settings=settings)
        begin = first
        if found and found[-1][0].name == said.name:
            _, begin, _ = found.pop()
            said = guess(of_set(features[begin:end]), view, end - begin, settings=settings)
        found.append((said, begin, end))
    return _several(found, reps)


def of_main(told: Told, reps: tuple[Rep, ...]) -> tuple[Rep, ...]:
    """The repetitions, as they stand now, of the exercise with the most of them."""
    wanted = {index for one in told.sets if one.exercise.name == told.exercise.name for index in one.reps}
    return tuple(rep for rep in reps if rep.index in wanted)


def _one(exercise: ExerciseGuess, reps: tuple[Rep, ...]) -> Told:
    return _several([(exercise, 0, len(reps))], reps)


def _several(found: list[tuple[ExerciseGuess, int, int]], reps: tuple[Rep, ...]) -> Told:
    """Write each set and its repetitions; an exercise done in several sets counts with all of them."""
    sets, named = [], []
    for said, first, end in found:
        judged_as = said.name if said.graded else None
        named += [msgspec.structs.replace(rep, exercise=judged_as) for rep in _on_two_feet(reps[first:end])]
        sets.append(ExerciseSet(exercise=said, reps=tuple(rep.index for rep in reps[first:end])))
    count = {said.name: sum(end - first for one, first, end in found if one.name == said.name) for said, *_ in found}
    main = max(found, key=lambda one: (count[one[0].name], one[0].graded, one[2] - one[1]))[0]
    return Told(main, tuple(one for one in sets if one.reps), tuple(named))


def _on_two_feet(reps: tuple[Rep, ...]) -> tuple[Rep, ...]:
    """The set with a lone repetition on one leg put back on both: a foot that was taken for a lifted one."""
    if 2 * sum(rep.side != "both" for rep in reps) >= len(reps):
        return reps
    return tuple(msgspec.structs.replace(rep, side="both") for rep in reps)


def _unknown(why: str) -> ExerciseGuess:
    return ExerciseGuess(name="other", confidence=0.0, given=False, evidence=(why,), graded=False)


def guess(seen: Features, view: View, count: int, *, settings: ExerciseSettings) -> ExerciseGuess:
    """Name a set by its features; `count` repetitions, seen from `view`."""
    if is_unseen(seen["hinge_dominance"]):
        return _unknown("sign.not_seen")
    fit = scores(seen)
    total = sum(fit.values()) + settings.other_share
    share = {name: value / total for name, value in fit.items()}
    share["other"] += settings.other_share / total
    trust = _trust(count, view, settings)
    best, *rest = sorted(share, key=lambda name: -share[name])
    family = sum(part for name, part in share.items() if exercises()[name].family == exercises()[best].family)
    says = evidence(exercises()[best], seen, told_from=settings.told_from)
    if best == "other" and fit["other"] < settings.other_share:
        says = ("sign.nothing_fits",)
    return ExerciseGuess(
        name=best,
        confidence=round(share[best] * trust, 2),
        given=False,
        evidence=says,
        alternatives=tuple(
            Candidate(name=name, confidence=round(share[name] * trust, 2))
            for name in rest[: settings.alternatives]
            if share[name] * trust >= settings.least_alternative
        ),
        graded=bool(family >= (settings.grade_single if count == 1 else settings.grade_from)),
    )


def _trust(count: int, view: View, settings: ExerciseSettings) -> float:
    share = {"sagittal": 1.0, "oblique": settings.oblique_share, "frontal": settings.frontal_share}[view.plane]
    return share * (settings.single_rep_share if count == 1 else 1.0)
