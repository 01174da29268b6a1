"""Faults: what the product says of repetitions against what was done in them, and how strongly.

    python -m validation.accuracy.faults --work DIR --split tune [--fault NAME]

prints these figures from clips whose pose tracks are kept, with every wrong verdict: for development.

A repetition has a fault where its true value lies beyond the band of its exercise's rule, whatever was asked of it, has
it not where it lies before, and inside the band of doubt counts neither way.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hiphinge.faults import rules_of
from validation.accuracy.compare import Compared, RepPair
from validation.accuracy.statistics import Estimate, bias, binned, bootstrap
from validation.accuracy.true_metrics import known, truly

Floats = NDArray[np.float64]
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
            done = {CALLED.get(fault, fault): strength for fault, strength in pair.faults.items()}
            for fault in set(said) | set(done):
                there = _there(pair, fault, clip.exercise, done)
                found.setdefault(fault, []).append(
                    Verdict(number, done.get(fault, 0.0), said.get(fault, "unknown"), there)
                )
    return dict(sorted(found.items()))


def _there(pair: RepPair, fault: str, exercise: str, done: dict[str, float]) -> bool | None:
    """By the true values; by what was done where these do not tell."""
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


def main() -> None:
    """Print the figures of one split, and what was said wrongly."""
    from validation.accuracy.results import fault_clips  # noqa: PLC0415 - it is made of what is above
    from validation.accuracy.tables import faults  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="python -m validation.accuracy.faults", description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--split", choices=("tune", "report"), default="tune")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--fault", nargs="*", default=[], help="also every wrong verdict on these")
    given = parser.parse_args()
    clips = fault_clips(given.work, given.split, workers=given.workers)
    said = verdicts(clips)
    print(faults({name: fault_figures(rows) for name, rows in said.items()}))
    for fault in given.fault:
        for clip in clips:
            for pair in clip.pairs:
                if pair.found is not None:
                    print(_line(fault, clip, pair))


def _line(fault: str, clip: Compared, pair: RepPair) -> str:
    """One repetition: what is true, what is measured, what was said."""
    assert pair.found is not None
    done = {CALLED.get(name, name): strength for name, strength in pair.faults.items()}
    words = [f"{clip.name:24s}", f"yaw {clip.yaw_deg:3.0f}", f"{fault} {done.get(fault, 0):4.2f}"]
    words.append(f"{_there(pair, fault, clip.exercise, done)!s:5s}")
    findings = [finding for finding in pair.found.findings if finding.fault == fault]
    words += [f"{finding.verdict:14s} {finding.reason or ''}" for finding in findings]
    for rule in rules_of(clip.exercise):
        if rule.fault == fault:
            one, true = pair.found.metrics[rule.metric], pair.true_metrics.get(rule.metric, float("nan"))
            words.append(
                f"{rule.metric} {rule.limit:g}±{rule.margin:g}: true {true:.3f} measured {one.value} ± {one.error}"
            )
    return "  ".join([*words, "" if fault in done else str(dict(pair.faults) or "")])


if __name__ == "__main__":
    main()
