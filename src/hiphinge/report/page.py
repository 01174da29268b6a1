"""What the report shows, gathered from the analysis: the first screen, the gallery, the tables, the method in words."""

import base64
from dataclasses import dataclass
from typing import Final

import numpy as np

from hiphinge.exercises import exercises
from hiphinge.messages import localised, message
from hiphinge.moments import Headline, Moment, MomentKind, Still, beyond, faulty_above, headline
from hiphinge.records import AnalysisRecord, ExerciseGuess, Metric, Rep, SummaryFinding, Verdict
from hiphinge.report import figures
from hiphinge.result import Analysis
from hiphinge.words import Words, exercise_name, fault_name, plain

_MOMENTS: Final[tuple[MomentKind, ...]] = ("start", "bottom", "lockout")
_ORDER: Final[tuple[Verdict, ...]] = ("present", "borderline", "absent", "not_assessable")
_KEY_METRICS: Final = (
    "hip_flexion_max",
    "knee_flexion_max",
    "trunk_inclination_max",
    "lumbar_flexion_max",
    "shank_inclination_max",
    "hip_travel_back",
    "eccentric_s",
)
_NOT_COMPARED: Final = ("pose_confidence",)
"""Metrics that say how well was seen, not how was lifted; the method speaks of that."""
_NEAR_JOINTS: Final = ("shoulder", "hip", "knee", "ankle", "ear")


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


@dataclass(frozen=True)
class Cell:
    """One repetition's value in the comparison."""

    value: str
    error: str | None
    verdict: Verdict | None


@dataclass(frozen=True)
class Row:
    """One metric over all repetitions."""

    name: str
    unit: str
    cells: tuple[Cell, ...]
    marks: tuple[figures.Mark, ...]
    usual: str | None = None
    """Where the metric mostly lies in this exercise."""


@dataclass(frozen=True)
class FindingRow:
    """One fault over all repetitions."""

    fault: str
    verdict: Verdict
    by_rep: tuple[tuple[int, Verdict], ...]
    value: str | None
    limit: str | None
    note: str | None
    evidence: str | None


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
        said = text.gallery["alt_worst" if moment.kind == "worst" else "alt"]
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
    ends = tuple(text.hero.get(f"{end}_{metric}", "") for end in ("low", "high"))
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
        ends=(ends[0], ends[1]) if all(ends) else None,
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
    found = [one for one in rep.findings if one.verdict in {"present", "borderline"}]
    found.sort(key=lambda one: _ORDER.index(one.verdict))
    return Card(
        rep=rep,
        pictures=tuple(pictures[rep.index, kind] for kind in _MOMENTS if (rep.index, kind) in pictures),
        found=tuple((one.verdict, fault_name(one.fault)) for one in found),
        judged=any(one.verdict != "not_assessable" for one in rep.findings),
    )


def numbers(record: AnalysisRecord, text: Words) -> list[tuple[str, str]]:
    """Give the set's medians of the few metrics that say most, each with the typical error of one repetition.

    The angle that drives the exercise comes first.
    """
    whole = [rep for rep in record.reps if rep.complete] or list(record.reps)
    listed = []
    driving = f"{exercises()[record.exercise.name].driving_angle}_max"
    for name in dict.fromkeys((driving, *_KEY_METRICS)):
        known = [one for rep in whole if (one := rep.metrics.get(name)) is not None and one.value is not None]
        if known:
            value = float(np.median([one.value for one in known if one.value is not None]))
            errors = [one.error for one in known if one.error is not None]
            error = float(np.median(errors)) if errors else None
            listed.append((text.metrics[name], text.quantity(value, known[0].unit, error)))
    return listed


def comparison(record: AnalysisRecord, text: Words) -> list[Row]:
    """Set every metric that was measured at least once beside itself, repetition by repetition."""
    expected = exercises()[record.exercise.name].expected
    names = [*text.metrics, *(name for rep in record.reps for name in rep.metrics if name not in text.metrics)]
    rows = []
    for name in dict.fromkeys(name for name in names if name not in _NOT_COMPARED):
        metrics = {rep.index: rep.metrics.get(name) for rep in record.reps}
        known = [one for one in metrics.values() if one is not None and one.value is not None]
        if known:
            cells = tuple(_cell(metrics[rep.index], rep, name, text) for rep in record.reps)
            unit = text.unit(known[0].unit).suffix.strip()
            usual = expected.get(name)
            span = None if usual is None else text.span(usual.low, usual.high, usual.unit)
            rows.append(Row(text.metrics.get(name, plain(name)), unit, cells, figures.strip(metrics), span))
    return rows


def _cell(metric: Metric | None, rep: Rep, name: str, text: Words) -> Cell:
    if metric is None or metric.value is None:
        return Cell("–", None, None)
    judged = [one.verdict for one in rep.findings if one.metric == name and one.verdict in {"present", "borderline"}]
    unit, error = metric.unit, metric.error
    return Cell(
        text.number(metric.value, unit, error),
        None if error is None else text.number(error, unit, error),
        min(judged, key=_ORDER.index, default=None),
    )


def finding_row(finding: SummaryFinding, record: AnalysisRecord, text: Words) -> FindingRow:
    """Gather what was found of one fault: by repetition, the worst value, what it means."""
    seen = [(rep, one) for rep in record.reps for one in rep.findings if one.fault == finding.fault]
    same = [one for _, one in seen if one.verdict == finding.verdict and finding.verdict != "not_assessable"]
    worst = max(same, key=lambda one: beyond(one, record.exercise.name), default=None)
    value = None if worst is None else text.quantity(worst.value, worst.unit)
    limit = None
    if worst is not None and worst.limit is not None:
        limit = text.findings["limit"].format(limit=text.limit(worst.limit, worst.unit))
    note = finding.correction
    if finding.reason is not None:
        note = finding.reason
    elif finding.verdict == "absent":
        note = message(f"fault.{finding.fault}.absent")
    return FindingRow(
        fault=fault_name(finding.fault),
        verdict=finding.verdict,
        by_rep=tuple((rep.index, one.verdict) for rep, one in seen),
        value=value,
        limit=limit,
        note=note,
        evidence=text.findings[f"evidence_{finding.evidence}"] if finding.evidence and worst is not None else None,
    )


def _exercise(record: AnalysisRecord, text: Words) -> str:
    """What was done, what tells it, and what else it may be; of every set where there are several."""
    sets = record.sets if len({one.exercise.name for one in record.sets}) > 1 else ()
    said = [_guess(record.exercise, text)] if not sets else []
    for one in sets:
        reps = text.method["set_reps"].format(first=one.reps[0], last=one.reps[-1])
        said.append(f"{reps} {_guess(one.exercise, text)}")
    return " ".join(said)


def _guess(exercise: ExerciseGuess, text: Words) -> str:
    m = text.method
    if exercise.given:
        return m["exercise_given"].format(name=exercise_name(exercise.name))
    share = round(100 * exercise.confidence)
    said = [m["exercise_guess"].format(name=exercise_name(exercise.name), share=share)]
    said += [message(key) for key in exercise.evidence]
    if exercise.alternatives:
        others = ", ".join(
            m["exercise_share"].format(name=exercise_name(one.name), share=round(100 * one.confidence))
            for one in exercise.alternatives
        )
        said.append(m["exercise_perhaps"].format(others=others))
    return " ".join(said)


def method(analysis: Analysis, text: Words) -> list[tuple[str, str]]:
    """Tell in plain words what was seen, from where, how well, and what had to be inferred."""
    record = analysis.record
    view, recording, m = record.view, record.recording, text.method
    camera = [
        m[f"plane_{view.plane}"].format(yaw=f"{view.yaw_deg:.0f}", error=f"{view.yaw_error_deg:.0f}"),
        m[f"facing_{view.facing}"].format(side=m[view.near_side]),
        *([m["moves"]] if view.camera_moves else []),
    ]
    coverage = [m["coverage_text"].format(share=round(100 * record.quality.pose_coverage))]
    if record.quality.people_seen > 1:
        coverage.append(m["people_text"].format(n=record.quality.people_seen))
    clip = [
        m["clip_text"].format(
            width=recording.width,
            height=recording.height,
            fps=localised(f"{recording.fps:.4g}"),
            duration=localised(f"{recording.duration_s:.1f}"),
        ),
        *([m["variable"]] if recording.variable_rate else []),
    ]
    made = m["made_text"].format(version=record.provenance.version, model=record.provenance.model)
    own = record.provenance.coach_sha256
    coach = () if own is None else (m["coach"].format(sha=own[:12]),)
    prints = m["settings"].format(sha=record.provenance.settings_sha256[:12], clip_sha=recording.sha256[:12])
    return [
        (m["exercise"], _exercise(record, text)),
        (m["camera"], " ".join(camera)),
        (m["coverage"], " ".join(coverage)),
        (m["filled"], _filled(analysis, text)),
        (m["errors"], f"{_errors(analysis, text)} {m['planar']}"),
        (m["clip"], " ".join(clip)),
        (m["made"], " ".join((made, prints, *coach))),
    ]


def _filled(analysis: Analysis, text: Words) -> str:
    """Shares of the set's time in which joints of the near side were inferred."""
    within = figures.within_reps(analysis.track["time"].to_numpy(), analysis.record.reps)
    side = analysis.record.view.near_side
    shares = {
        joint: float(analysis.track["filled"].sel(keypoint=f"{side}_{joint}").to_numpy()[within].mean())
        for joint in _NEAR_JOINTS
    }
    parts = [
        text.method["filled_joint"].format(joint=text.joints[joint], share=round(100 * share))
        for joint, share in shares.items()
        if round(100 * share)
    ]
    return text.method["filled_text"].format(joints=", ".join(parts)) if parts else text.method["filled_none"]


def _errors(analysis: Analysis, text: Words) -> str:
    within = figures.within_reps(analysis.kinematics["time"].to_numpy(), analysis.record.reps)
    parts = []
    for name in figures.TRACED:
        key = f"{name}_error_deg"
        errors = analysis.kinematics[key].to_numpy()[within] if key in analysis.kinematics else np.empty(0)
        errors = errors[np.isfinite(errors)]
        if errors.size:
            parts.append(f"{text.angles_short[name]} {text.quantity(float(np.median(errors)), 'deg')}")
    return text.method["errors_text"].format(errors=", ".join(parts))


def clock(time_s: float) -> str:
    """Write a moment of the clip as minutes, seconds and tenths."""
    minutes, seconds = divmod(round(time_s, 1), 60)
    return localised(f"{minutes:.0f}:{seconds:04.1f}")


def _error(first: Headline) -> float | None:
    metric = first.rep.metrics.get(first.shown.metric or "")
    return None if metric is None else metric.error


def in_order(findings: tuple[SummaryFinding, ...]) -> list[SummaryFinding]:
    """Sort findings by verdict, what needs work first; among equals as they came."""
    return sorted(findings, key=lambda finding: _ORDER.index(finding.verdict))


def inline(data: bytes, kind: str) -> str:
    """Give data as an address that holds it."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
