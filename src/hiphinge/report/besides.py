"""The report's other faults: what was seen beside the leading one, each with its picture, its cue and its drill.

They stand far down the page: one cue at a time, the most consequential first.
"""

from dataclasses import dataclass
from typing import Final

from hiphinge.moments import Headline, Still, besides
from hiphinge.records import Verdict
from hiphinge.report import page
from hiphinge.report.page import Picture
from hiphinge.report.score import LEAST_SHOWN
from hiphinge.result import Analysis
from hiphinge.words import Words, fault_name

_OWN: Final = ("fault", "spine", "second")
"""Kinds of pictures that are of one fault."""


@dataclass(frozen=True)
class Beside:
    """One fault beside the leading one."""

    fault: str
    verdict: Verdict
    picture: Picture | None
    where: str
    """Which repetition shows it best, when, and in which phase it counts."""
    measured: str
    """The value with its error, the limit, what it costs."""
    correction: str | None
    good: str | None
    drill: str | None


def others(analysis: Analysis, stills: tuple[Still, ...], text: Words) -> tuple[Beside, ...]:
    """Dress every fault of the set but the leading one, in the order of correction."""
    return tuple(_beside(one, analysis, stills, text) for one in besides(analysis.record))


def _beside(one: Headline, analysis: Analysis, stills: tuple[Still, ...], text: Words) -> Beside:
    fault = one.finding.fault
    still = next((s for s in stills if s.moment.fault == fault and s.moment.kind in _OWN), None)
    rep, at_s = (one.rep.index, one.at_s) if still is None else (still.moment.rep, still.moment.at_s)
    where = [text.hero["caption"].format(rep=rep, at=page.clock(at_s))]
    if one.shown.phase is not None:
        where.append(text.besides["counts"].format(phase=text.besides[f"phase_{one.shown.phase}"]))
    return Beside(
        fault=fault_name(fault),
        verdict=one.finding.verdict,
        picture=None if still is None else page.picture(still, analysis, text),
        where=" ".join(where),
        measured=_measured(one, analysis, text),
        correction=one.finding.correction,
        good=one.finding.good,
        drill=one.finding.drill,
    )


def _measured(one: Headline, analysis: Analysis, text: Words) -> str:
    """What was read and against what, and how much of the score it takes."""
    found, metric = one.shown, one.rep.metrics.get(one.shown.metric or "")
    said = []
    if found.value is not None:
        name = text.metrics.get(found.metric or "")
        value = text.quantity(found.value, found.unit, None if metric is None else metric.error)
        said.append(f"{name}: {value}" if name else value)
    if found.value is not None and found.limit is not None:
        said.append(text.findings["limit"].format(limit=text.limit(found.limit, found.unit)))
    score = analysis.record.summary.score
    points = 0.0 if score is None else score.lost.get(one.finding.fault, 0.0)
    if points >= LEAST_SHOWN:
        said.append(text.besides["costs"].format(points=f"{points:.0f}"))
    return "; ".join(said)
