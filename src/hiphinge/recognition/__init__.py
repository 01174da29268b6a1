"""Which exercise a set is: the signs of data/exercises/*.toml, weighed against what was measured.

`features` measures what exercises are told apart by, `signs` weighs it, `sets` finds where one exercise ends and
another begins. Confidence is an exercise's share of all scores, with something kept back for movements in no list.
Doubt is an answer: where it is not even sure that a hinge was done, nothing is graded and the user is asked.
"""

from hiphinge.exercises import check_name, exercises
from hiphinge.kinematics import Kinematics
from hiphinge.metrics import measure
from hiphinge.recognition.features import Features, Hints, features_of, of_set
from hiphinge.recognition.signs import evidence, is_unseen, scores
from hiphinge.records import Candidate, ExerciseGuess, Rep, View
from hiphinge.settings import ExerciseSettings, load_slice

__all__ = ["Hints", "recognise"]

NOTHING_SEEN = ExerciseGuess(name="other", confidence=0.0, given=False, evidence=("sign.not_seen",), graded=False)


def recognise(
    kinematics: Kinematics,
    reps: tuple[Rep, ...],
    view: View,
    *,
    given: str | None = None,
    hints: Hints | None = None,
    settings: ExerciseSettings | None = None,
) -> ExerciseGuess:
    """Tell which exercise a set is.

    Parameters
    ----------
    kinematics : the series of the whole clip.
    reps : its repetitions, measured or not.
    view : from where the camera saw them.
    given : the exercise the user named; it is believed.
    hints : what was seen or said besides: a rod on the back, a wall.
    settings : shares of doubt; the package's own where not given.

    Raises
    ------
    UsageError
        If `given` is no exercise.
    """
    settings = settings or load_slice("exercises", ExerciseSettings)
    if given is not None and given != "auto":
        return ExerciseGuess(name=check_name(given), confidence=1.0, given=True, evidence=("sign.given",))
    if not reps:
        return ExerciseGuess(name="other", confidence=0.0, given=False, evidence=("sign.no_repetitions",), graded=False)
    measured = reps if all(rep.metrics for rep in reps) else measure(kinematics, reps, view)
    seen = of_set(features_of(kinematics, measured, hints or Hints(), settings=settings))
    return guess(seen, view, len(reps), settings=settings)


def guess(seen: Features, view: View, count: int, *, settings: ExerciseSettings) -> ExerciseGuess:
    """Name a set by its features; `count` repetitions, seen from `view`."""
    if is_unseen(seen["hinge_dominance"]):
        return NOTHING_SEEN
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
        graded=bool(family >= settings.grade_from),
    )


def _trust(count: int, view: View, settings: ExerciseSettings) -> float:
    share = {"sagittal": 1.0, "oblique": settings.oblique_share, "frontal": settings.frontal_share}[view.plane]
    return share * (settings.single_rep_share if count == 1 else 1.0)
