"""How faults are told: what the product says of repetitions against what was done in them, and how strongly.

A repetition has a fault where its true value lies beyond the band of its exercise's rule, whatever was asked of it, has
it not where it lies before, and inside the band of doubt counts neither way.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from hiphinge.geometry import Floats
from validation.accuracy.compare import Compared, RepPair
from validation.accuracy.statistics import Estimate, bias, binned, bootstrap
from validation.accuracy.true_metrics import known, truly

PLAIN: Final = 0.7
"""Strength from which a fault ought to be seen; 1 is plain to see. It tells where the true value does not."""
EDGES: Final = (0.0, 0.01, 0.4, 0.7, 1.0, 1.3)
JUDGED: Final = ("present", "borderline", "absent")
SIDE_EFFECTS: Final = {"squatting": ("shins_forward", "knee_drift", "too_shallow"), "too_shallow": ("squatting",)}
"""A fault brings others with it by its own geometry; those repetitions count neither for nor against the others where
the true value does not tell."""


CALLED: Final = {"lean_back": "hyperextension"}
"""What the product calls a fault of the generator."""


class Verdict(NamedTuple):
    """One repetition and one fault: its true strength, what was said."""

    clip: int
    strength: float
    verdict: str
    there: bool | None
    """Whether the repetition truly has the fault; None in the band of doubt."""


class FaultFigures(NamedTuple):
    """How one fault is told; shares 0 … 1, of what is judged."""

    sensitivity: Estimate
    """Present where it is there."""
    suspected: Estimate
    """Present or borderline where it is there."""
    specificity: Estimate
    """Not present where it is not."""
    balanced: Estimate
    """The mean of sensitivity and specificity."""
    judged: Estimate
    curve: list[tuple[float, float, int]]
    """Strength, share called present or borderline, repetitions."""


def verdicts(clips: Sequence[Compared]) -> dict[str, list[Verdict]]:
    """Every verdict on every repetition that was found, by fault."""
    found: dict[str, list[Verdict]] = {}
    for number, clip in enumerate(clips):
        for pair in clip.pairs:
            if pair.found is None:
                continue
            said = {finding.fault: finding.verdict for finding in pair.found.findings}
            done = done_in(pair)
            for fault in set(said) | set(done):
                there = there_is(pair, fault, clip.exercise, done)
                found.setdefault(fault, []).append(
                    Verdict(number, done.get(fault, 0.0), said.get(fault, "unknown"), there)
                )
    return dict(sorted(found.items()))


def done_in(pair: RepPair) -> dict[str, float]:
    """What was asked of a repetition, by the product's names, and how strongly."""
    return {CALLED.get(fault, fault): strength for fault, strength in pair.faults.items()}


def there_is(pair: RepPair, fault: str, exercise: str, done: dict[str, float]) -> bool | None:
    """Whether a repetition truly has a fault; None in doubt. True values tell; where they do not, what was done."""
    if known(pair.true_metrics, fault, exercise):
        return truly(pair.true_metrics, fault, exercise)
    if fault in done:
        return True if done[fault] >= PLAIN else None
    return None if any(fault in SIDE_EFFECTS.get(other, ()) for other in done) else False


def fault_figures(said: Sequence[Verdict]) -> FaultFigures:
    """Sensitivity, specificity and the share judged, each over clips."""
    judged = [one for one in said if one.verdict in JUDGED]
    plain = [one for one in judged if one.there]
    without = [one for one in judged if one.there is False]
    strengths = np.array([one.strength for one in judged])
    hits = np.array([float(one.verdict in {"present", "borderline"}) for one in judged])
    return FaultFigures(
        balanced=_balanced([*plain, *without]),
        sensitivity=_share(plain, {"present"}),
        suspected=_share(plain, {"present", "borderline"}),
        specificity=_share(without, {"absent", "borderline"}),
        judged=_share(said, set(JUDGED)),
        curve=binned(strengths, hits, EDGES) if judged else [],
    )


def false_alarms(clips: Sequence[Compared]) -> Estimate:
    """Share of clean repetitions in which any fault is called present."""
    groups = [
        np.array(
            [
                float(any(finding.verdict == "present" for finding in pair.found.findings))
                for pair in clip.pairs
                if pair.found and not pair.faults
            ]
        )
        for clip in clips
    ]
    return bootstrap(groups, bias)


def _balanced(said: Sequence[Verdict]) -> Estimate:
    groups: dict[int, list[tuple[float, float]]] = {}
    for one in said:
        groups.setdefault(one.clip, []).append((float(bool(one.there)), float(one.verdict == "present")))

    def balance(rows: Floats) -> float:
        there = rows[:, 0] > 0
        if not len(rows) or there.all() or not there.any():
            return float("nan")
        return float((rows[there, 1].mean() + 1 - rows[~there, 1].mean()) / 2)

    return bootstrap([np.array(group) for group in groups.values()], balance)


def _share(said: Sequence[Verdict], wanted: set[str]) -> Estimate:
    groups: dict[int, list[float]] = {}
    for one in said:
        groups.setdefault(one.clip, []).append(float(one.verdict in wanted))
    return bootstrap([np.array(group) for group in groups.values()], bias)
