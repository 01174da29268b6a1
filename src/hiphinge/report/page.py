"""What the report shows first, gathered from the analysis: the verdict, the leading picture, the gallery."""

import base64
from dataclasses import dataclass
from typing import Final

import numpy as np

from hiphinge.messages import localised
from hiphinge.moments import Headline, Moment, MomentKind, Still, faulty_above, headline
from hiphinge.records import ACTED_ON, AnalysisRecord, Rep, Verdict
from hiphinge.report import figures
from hiphinge.report.tables import ORDER
from hiphinge.result import Analysis
from hiphinge.words import Words, fault_name

_MOMENTS: Final[tuple[MomentKind, ...]] = ("start", "bottom", "lockout")


@dataclass(frozen=True)
class Picture:
    """A still as the page needs it."""

    moment: Moment
    source: str
    width: int
    height: int
    alt: str
    go: str


Pictures = dict[tuple[int, MomentKind], Picture]
"""The stills by repetition and kind."""


@dataclass(frozen=True)
class Lead:
    """The first screen."""

    verdict: Verdict | None
    fault: str | None
    picture: Picture | None
    measure: str | None
    caption: str | None
    value: str | None
    limit: str | None
    gauge: figures.Gauge | None
    faulty: tuple[float, float] | None
    """The faulty side of the gauge, percent from the left and its width."""
    ends: tuple[str, str] | None
    """What the two ends of the gauge are, where the number alone says little."""
    correction: str | None
    good: str | None
    drill: str | None


@dataclass(frozen=True)
class Said:
    """The verdict in three sizes: what it was, the point, the rest."""

    opening: str
    point: str
    rest: str


@dataclass(frozen=True)
class Unseen:
    """What matters most and could not be judged; `leads` where it stands before all that was found."""

    names: str
    film: str
    leads: bool


@dataclass(frozen=True)
class Card:
    """One repetition in the gallery."""

    rep: Rep
    pictures: tuple[Picture, ...]
    found: tuple[tuple[Verdict, str], ...]
    judged: bool


def picture(still: Still, analysis: Analysis, text: Words, *, alt: str | None = None) -> Picture:
    """Dress a still: inline source, a description of what it shows (`alt`, or made here), what a tap on it does."""
    moment = still.moment
    nearest = analysis.kinematics.sel(time=moment.at_s, method="nearest")
    angles = ", ".join(
        f"{text.angles[name].lower()} {text.quantity(float(nearest[f'{name}_deg']), 'deg')}"
        for name in moment.angles
        if f"{name}_deg" in nearest and np.isfinite(nearest[f"{name}_deg"])
    )
    name = text.moments[moment.kind]
    if alt is None:
        shown = ", ".join(part for part in (angles, fault_name(moment.fault).lower() if moment.fault else "") if part)
        said = text.gallery["alt_worst" if moment.kind in {"worst", "fault"} else "alt"]
        alt = said.format(moment=name.lower(), rep=moment.rep, angles=shown or text.gallery["alt_plain"])
    return Picture(
        moment=moment,
        source=inline(still.jpeg, "image/jpeg"),
        width=still.width,
        height=still.height,
        alt=alt,
        go=text.gallery["go"].format(rep=moment.rep, moment=name.lower(), at=clock(moment.at_s)),
    )


def lead(record: AnalysisRecord, pictures: Pictures, text: Words) -> Lead:
    """Fill the first screen: the leading finding with its picture, or the clean set's typical bottom."""
    shown = next((one for (_, kind), one in pictures.items() if kind == "worst"), None)
    caption = None
    if shown is not None:
        caption = text.hero["caption"].format(rep=shown.moment.rep, at=clock(shown.moment.at_s))
    first = headline(record)
    if first is not None and first.shown.view == "second":
        shown = pictures.get((first.rep.index, "second"), shown)
    if first is None:
        return Lead(None, None, shown, None, caption, None, None, None, None, None, None, None, None)
    error = _error(first)
    unit = first.shown.unit
    value, limit, metric = first.shown.value, first.shown.limit, first.shown.metric or ""
    gauge = None if value is None or limit is None else figures.gauge(value, error, limit)
    ends = text.hero.get(f"low_{metric}", ""), text.hero.get(f"high_{metric}", "")
    return Lead(
        verdict=first.finding.verdict,
        fault=fault_name(first.finding.fault),
        picture=shown,
        measure=text.hero.get(f"name_{metric}", text.metrics.get(metric)),
        caption=caption,
        value=None if value is None else text.quantity(value, unit, error),
        limit=None if limit is None else text.limit(limit, unit),
        gauge=gauge,
        faulty=None if gauge is None else _faulty(gauge, first, record),
        ends=ends if all(ends) else None,
        correction=first.finding.correction,
        good=first.finding.good,
        drill=first.finding.drill,
    )


def _faulty(gauge: figures.Gauge, first: Headline, record: AnalysisRecord) -> tuple[float, float] | None:
    above = faulty_above(first.shown, record.exercise.name)
    if above is None:
        return None
    return (gauge.limit, round(100 - gauge.limit, 1)) if above else (0.0, gauge.limit)


def unseen(record: AnalysisRecord) -> Unseen | None:
    """Name what matters most and could not be judged, with what to do; None where all of it was, or nothing at all."""
    found = record.summary.not_judged
    if found is None:
        return None
    return Unseen(", ".join(fault_name(fault) for fault in found.faults), found.film, found.leads)


def said(verdict: str) -> Said:
    """Part a verdict's first sentence at its colon, and from what follows it."""
    first, stop, rest = verdict.partition(". ")
    opening, colon, point = first.partition(": ")
    if not colon:
        opening, point = "", first
    return Said(opening + colon.strip(), point + stop.strip(), rest)


def card(rep: Rep, pictures: Pictures) -> Card:
    """Gather a repetition's pictures and what was found in it."""
    found = [one for one in rep.findings if one.verdict in ACTED_ON]
    found.sort(key=lambda one: ORDER.index(one.verdict))
    return Card(
        rep=rep,
        pictures=tuple(pictures[rep.index, kind] for kind in _MOMENTS if (rep.index, kind) in pictures),
        found=tuple((one.verdict, fault_name(one.fault)) for one in found),
        judged=any(one.verdict != "not_assessable" for one in rep.findings),
    )


def clock(time_s: float) -> str:
    """Write a moment of the clip as minutes, seconds and tenths."""
    minutes, seconds = divmod(round(time_s, 1), 60)
    return localised(f"{minutes:.0f}:{seconds:04.1f}")


def _error(first: Headline) -> float | None:
    metric = first.rep.metrics.get(first.shown.metric or "")
    return None if metric is None else metric.error


def inline(data: bytes, kind: str) -> str:
    """Give data as an address that holds it."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
