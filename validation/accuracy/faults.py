"""Faults: what the product says of repetitions against what was done in them, and how strongly."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from validation.accuracy.compare import Compared
from validation.accuracy.statistics import Estimate, bias, binned, bootstrap

Floats = NDArray[np.float64]
PLAIN: Final = 0.7
"""Strength from which a fault ought to be seen; 1 is plain to see."""
EDGES: Final = (0.0, 0.01, 0.4, 0.7, 1.0, 1.3)
JUDGED: Final = ("present", "borderline", "absent")
SIDE_EFFECTS: Final = {"squatting": ("shins_forward", "knee_drift", "too_shallow"), "too_shallow": ("squatting",)}
"""A fault brings others with it by its own geometry; those repetitions count neither for nor against the others."""


CALLED: Final = {"lean_back": "hyperextension"}
"""What the product calls a fault of the generator."""


class Verdict(NamedTuple):
    """One repetition and one fault: its true strength, what was said."""

    clip: int
    strength: float
    verdict: str
    clean: bool
    """Whether no fault at all was done in the repetition."""


class FaultFigures(NamedTuple):
    """How one fault is told; shares 0 … 1."""

    sensitivity: Estimate
    suspected: Estimate
    """Present or borderline where plainly done."""
    specificity: Estimate
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
            done = {CALLED.get(fault, fault): strength for fault, strength in pair.faults.items()}
            hidden = {other for fault in done for other in SIDE_EFFECTS.get(fault, ())} - set(done)
            for fault in (set(said) | set(done)) - hidden:
                found.setdefault(fault, []).append(
                    Verdict(number, done.get(fault, 0.0), said.get(fault, "unknown"), not done)
                )
    return dict(sorted(found.items()))


def fault_figures(said: Sequence[Verdict]) -> FaultFigures:
    """Sensitivity, specificity and the share judged, each over clips."""
    judged = [one for one in said if one.verdict in JUDGED]
    plain = [one for one in judged if one.strength >= PLAIN]
    without = [one for one in judged if one.strength == 0]
    strengths = np.array([one.strength for one in judged])
    hits = np.array([float(one.verdict in {"present", "borderline"}) for one in judged])
    return FaultFigures(
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


def _share(said: Sequence[Verdict], wanted: set[str]) -> Estimate:
    groups: dict[int, list[float]] = {}
    for one in said:
        groups.setdefault(one.clip, []).append(float(one.verdict in wanted))
    return bootstrap([np.array(group) for group in groups.values()], bias)
