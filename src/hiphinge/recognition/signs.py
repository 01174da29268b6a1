"""Signs weighed: how well a repetition or a set fits what data/exercises says of an exercise.

A sign's weight runs smoothly from 0 to 1 across its band's edge, and the more gently the larger the error of what was
measured: what is not well known speaks softly, for and against. An exercise's score is the product of its signs; where
it can be done in several ways, that of the best way.
"""

import math

from hiphinge.exercises import Exercise, Sign, exercises
from hiphinge.metrics import Estimate
from hiphinge.recognition.features import UNSEEN, Features

LOGISTIC_PER_SIGMA = 0.588
"""Scale of the logistic curve that comes nearest to a normal one of standard deviation 1: 1/1.702."""


def scores(seen: Features) -> dict[str, float]:
    """Every exercise's score, 0 … 1; a variant takes its part of the score of what it is a variant of."""
    fit = {name: score(exercise, seen) for name, exercise in exercises().items()}
    for name, exercise in exercises().items():
        if exercise.variant_of is not None:
            whole, part = fit[exercise.variant_of], fit[name]
            fit |= {name: whole * part, exercise.variant_of: whole * (1 - part)}
    return fit


def score(exercise: Exercise, seen: Features) -> float:
    """How well the features fit: the product of the signs' weights, in the best of the exercise's ways."""
    if not exercise.signs:
        return 0.0
    return max(math.prod(weight(sign, seen) for sign in signs) for signs in ways(exercise))


def ways(exercise: Exercise) -> list[list[Sign]]:
    """The signs of each way to do an exercise, those of every way included."""
    always = [sign for sign in exercise.signs if sign.way is None]
    names = dict.fromkeys(sign.way for sign in exercise.signs if sign.way is not None)
    return [always + [sign for sign in exercise.signs if sign.way == name] for name in names] or [always]


def weight(sign: Sign, seen: Features) -> float:
    """Weight of one sign: 1 well inside the band, 1/2 at its edge, towards 0 outside; 1/2 for what was not seen."""
    value, error, *_ = seen.get(sign.feature, UNSEEN)
    if not math.isfinite(value):
        return 0.5
    scale = math.hypot(sign.width, LOGISTIC_PER_SIGMA * (error if math.isfinite(error) else 0.0))
    inside = 1.0
    if sign.at_least is not None:
        inside *= _step((value - sign.at_least) / scale)
    if sign.at_most is not None:
        inside *= _step((sign.at_most - value) / scale)
    return inside


def evidence(exercise: Exercise, seen: Features, *, told_from: float) -> tuple[str, ...]:
    """Message keys of the signs that were clearly met (weight above `told_from`), of the way that fits best."""
    if not exercise.signs:
        return ()
    best = max(ways(exercise), key=lambda signs: math.prod(weight(sign, seen) for sign in signs))
    return tuple(dict.fromkeys(f"sign.{sign.says}" for sign in best if sign.says and weight(sign, seen) > told_from))


def is_unseen(estimate: Estimate) -> bool:
    """Whether a feature is unknown."""
    return not math.isfinite(estimate.value)


def _step(distance: float) -> float:
    """Logistic step: 1/2 at 0."""
    return 1 / (1 + math.exp(-max(min(distance, 50.0), -50.0)))
