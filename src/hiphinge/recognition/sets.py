"""Where one exercise ends and another begins in a clip.

Every repetition says by its own signs how likely each exercise is. The likeliest story of the whole clip is looked for
in which changing over to another exercise has a price (Viterbi 1967): one odd repetition never makes a set of its own,
and a change is believed sooner after a long rest, in which the load or the stance may have been changed. What a single
repetition can say for or against an exercise is bounded, so that one with a plain fault stays in its set.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from hiphinge.geometry import Floats
from hiphinge.recognition.features import Features
from hiphinge.recognition.signs import scores
from hiphinge.records import Rep
from hiphinge.settings import ExerciseSettings


def stretches(
    reps: tuple[Rep, ...], features: Sequence[Features], *, settings: ExerciseSettings
) -> list[tuple[int, int]]:
    """Runs of repetitions of one exercise, ``[first, end)`` of their places in `reps`, in order."""
    if len(reps) <= 2:
        return [(0, len(reps))]
    said = likelihood(features, settings=settings)
    named = _story(said, _prices(reps, settings))
    edges = [0, *(place for place in range(1, len(named)) if named[place] != named[place - 1]), len(named)]
    return list(pairwise(edges))


def likelihood(features: Sequence[Features], *, settings: ExerciseSettings) -> Floats:
    """(reps, exercises): logarithm of each exercise's share of the repetition, at least that of `least_share`."""
    fits = [scores(seen) for seen in features]
    names = list(fits[0])
    rows = np.array([[fit[name] + (name == "other") * settings.other_share for name in names] for fit in fits])
    return np.asarray(np.log(np.maximum(rows / rows.sum(axis=1, keepdims=True), settings.least_share)))


def _prices(reps: tuple[Rep, ...], settings: ExerciseSettings) -> list[float]:
    """Price of a change before each repetition but the first: lower after a rest that is long for this clip."""
    rests = [two.start_s - _upright_s(one) for one, two in pairwise(reps)]
    long = max(settings.long_rest_s, settings.long_rest_share * float(np.median(rests)))
    return [settings.change_after_rest if rest >= long else settings.change_price for rest in rests]


def _upright_s(rep: Rep) -> float:
    """When a repetition is upright again: its lockout is rest already."""
    return next((phase.start_s for phase in rep.phases if phase.name == "lockout"), rep.end_s)


def _story(said: Floats, prices: list[float]) -> list[int]:
    """The exercise of every repetition in the likeliest story."""
    best, came_from = said[0], []
    for row, price in zip(said[1:], prices, strict=True):
        leader = int(best.argmax())
        changed = best[leader] - price
        came_from.append([leader if changed > stayed else place for place, stayed in enumerate(best)])
        best = np.maximum(best, changed) + row
    story = [int(best.argmax())]
    for step in reversed(came_from):
        story.append(step[story[-1]])
    return story[::-1]
