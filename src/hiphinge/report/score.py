"""The score as the page shows it: never without the faults that took its points, nor without those not judged."""

from dataclasses import dataclass

from hiphinge.records import AnalysisRecord
from hiphinge.words import Words, fault_name

LEAST_SHOWN = 0.5
"""Points under this are not worth a line."""


@dataclass(frozen=True)
class Part:
    """One fault and the points it takes, `width` in percent of the bar of a hundred."""

    name: str
    points: str
    width: float


@dataclass(frozen=True)
class ScorePanel:
    """The set's score, what it is made of, and each repetition's own."""

    value: str
    error: str
    kept: float
    parts: tuple[Part, ...]
    others: str
    not_judged: str | None
    by_rep: tuple[tuple[int, str], ...]


def score_panel(record: AnalysisRecord, text: Words) -> ScorePanel | None:
    """Dress the set's score; None where it has none."""
    score = record.summary.score
    if score is None:
        return None
    taken = sorted(((points, fault) for fault, points in score.lost.items() if points >= LEAST_SHOWN), reverse=True)
    parts = tuple(Part(fault_name(fault), f"−{points:.0f}", points) for points, fault in taken)
    unseen = ", ".join(fault_name(fault).lower() for fault in score.not_judged)
    return ScorePanel(
        value=f"{score.value:.0f}",
        error=f"{max(score.error, 1.0):.0f}",
        kept=score.value,
        parts=parts,
        others=text.score["others"] if parts else text.score["nothing"],
        not_judged=text.score["not_judged"].format(faults=unseen) if unseen else None,
        by_rep=tuple((rep.index, f"{rep.score.value:.0f}" if rep.score else "–") for rep in record.reps),
    )
