"""The score as the page shows it: never without the faults that took its points, nor without those not judged."""

from dataclasses import dataclass

from hiphinge.records import AnalysisRecord, Rep
from hiphinge.words import Words, fault_name

LEAST_SHOWN = 0.51
"""Points under this, which would be written as none, are not worth a line."""


@dataclass(frozen=True)
class Part:
    """One fault and the points it takes, `width` in percent of the bar of a hundred."""

    name: str
    points: str
    width: float


@dataclass(frozen=True)
class ScorePanel:
    """The set's score, what it is made of, and each repetition's own.

    Where parts were not judged it lies between `least` and `value`; `value` is None where what matters most was not.
    The bar's `sure` and `open` share, percent, are what it has for certain and what hangs on the parts not judged.
    """

    value: str | None
    least: str | None
    error: str
    shown: str
    sure: float
    open: float
    parts: tuple[Part, ...]
    others: str
    not_judged: str | None
    by_rep: tuple[tuple[int, str], ...]


def score_panel(record: AnalysisRecord, text: Words) -> ScorePanel | None:
    """Dress the set's score, or say that it has none for want of what matters most; None where it is not scored."""
    score = record.summary.score
    if score is None:
        return None if record.summary.not_judged is None else _none()
    taken = sorted(((points, fault) for fault, points in score.lost.items() if points >= LEAST_SHOWN), reverse=True)
    parts = tuple(Part(fault_name(fault), f"−{points:.0f}", points) for points, fault in taken)
    unseen = ", ".join(fault_name(fault).lower() for fault in score.not_judged)
    value, least = f"{score.value:.0f}", f"{score.least:.0f}"
    open_ended = bool(unseen) and least != value
    return ScorePanel(
        value=value,
        least=least if open_ended else None,
        error=f"{max(score.error, 1.0):.0f}",
        shown=f"{least} {text.score['to']} {value}" if open_ended else value,
        sure=score.least,
        open=round(score.value - score.least, 1),
        parts=parts,
        others=text.score["others"] if parts else text.score["nothing"],
        not_judged=text.score["not_judged"].format(faults=unseen, value=value, least=least) if unseen else None,
        by_rep=tuple((rep.index, _of_rep(rep, text)) for rep in record.reps),
    )


def _none() -> ScorePanel:
    return ScorePanel(None, None, "", "", 0.0, 0.0, (), "", None, ())


def _of_rep(rep: Rep, text: Words) -> str:
    if rep.score is None:
        return "–"
    value, least = f"{rep.score.value:.0f}", f"{rep.score.least:.0f}"
    return value if least == value else f"{least} {text.score['to']} {value}"
