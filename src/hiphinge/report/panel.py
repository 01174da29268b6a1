"""The report's panel on the back, in words: what the rod shows, where rounding begins, or why nothing was judged."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from hiphinge.backview import BackView
from hiphinge.moments import Still, back_rep, onset_rep
from hiphinge.records import ACTED_ON, AnalysisRecord, Metric, Rep
from hiphinge.report import page, spine
from hiphinge.report.page import Picture
from hiphinge.result import Analysis
from hiphinge.settings import OverlaySettings
from hiphinge.words import Words, exercise_name, fault_name

_UP: Final = "_up"


@dataclass(frozen=True)
class Shot:
    """A picture of the back with its title and caption; `state` colours the title."""

    picture: Picture
    title: str
    caption: str
    verdict: str | None


@dataclass(frozen=True)
class Panel:
    """The panel; where the back was not judged only `title`, `cannot` and `remedy` are there."""

    title: str
    lead: tuple[str, ...] = ()
    figure: spine.Drawing | None = None
    figure_words: str = ""
    figure_alt: str = ""
    gaps: tuple[str, ...] = ()
    """Beside the drawing's touches, in their order; "" where it touches."""
    note: str = ""
    chart: spine.Chart | None = None
    chart_title: str = ""
    chart_help: str = ""
    chart_alt: str = ""
    onset: str = ""
    shots: tuple[Shot, ...] = ()
    cannot: str = ""
    remedy: str = ""


def panel(analysis: Analysis, stills: tuple[Still, ...], text: Words, settings: OverlaySettings) -> Panel | None:
    """Gather the panel; None where the exercise's rules do not ask for the back, or nobody looked for it."""
    record, view = analysis.record, BackView(analysis, settings)
    if not view.asked:
        return None
    title = text.back["title_real" if view.kind == "real" else "title"]
    rep, chart = back_rep(record), None
    clean = None if _rounding(record) == "absent" else record.summary.clean_range_deg
    if view.known and rep is not None:
        chart = spine.chart(
            analysis.kinematics,
            record.reps,
            view,
            shown=rep.index,
            clean=clean,
            points=settings.back_points,
        )
    if rep is None or chart is None:
        reasons = text.back_reasons
        reason = reasons.get(view.reason, reasons["other"])
        remedy = text.back["remedy_yaw" if view.reason == "yaw" else "remedy"]
        return Panel(title, cannot=text.back["cannot"].format(reason=reason), remedy=remedy)
    at_s = _shown_s(rep, view)
    figure = spine.drawing(analysis, view, at_s)
    gaps = (
        ()
        if figure is None
        else tuple("" if one.touches else _gap(one, "gap", analysis, text) for one in figure.touches)
    )
    figure = figure if figure is None else spine.with_room(figure, gaps)
    said = () if figure is None else _rod_said(figure, analysis, text)
    lead = (*_lead(record, rep, text), *said)
    return Panel(
        title,
        lead=lead,
        figure=figure,
        figure_words=text.back["figure"].format(rep=rep.index, at=page.clock(at_s)),
        figure_alt=text.back["figure_alt"].format(rep=rep.index, contacts=" ".join(said)),
        gaps=gaps,
        note=_note(analysis, text) if any(gaps) else "",
        chart=chart,
        chart_title=text.back[f"chart{_ways(record)}"],
        chart_help=text.back["chart_help"].format(rep=rep.index, exercise=exercise_name(record.exercise.name)),
        chart_alt=text.back["chart_alt"].format(
            chart=text.back[f"chart{_ways(record)}"], n=len(chart.ways) + 1, lead=" ".join(lead)
        ),
        onset="" if clean is None else text.back["chart_onset"].format(degrees=_degrees(clean, text)),
        shots=tuple(_shot(still, analysis, view, text) for still in stills if still.moment.kind in {"onset", "spine"}),
    )


def _shown_s(rep: Rep, view: BackView) -> float:
    """The bottom; where the back is not judged there, the moment at which it rounds most."""
    most = rep.metrics.get("lumbar_flexion_max")
    if view.judged(rep.bottom_s) or most is None or most.at_s is None:
        return rep.bottom_s
    return most.at_s


def _lead(record: AnalysisRecord, rep: Rep, text: Words) -> tuple[str, ...]:
    """Say first to where the back keeps its shape, then how far it leaves it."""
    said, clean, verdict = [], record.summary.clean_range_deg, _rounding(record)
    known = clean is not None and clean.value is not None
    if clean is not None and known and verdict != "absent":
        said.append(text.back["lead_clean_range"].format(degrees=_degrees(clean, text)))
    elif verdict == "absent" and _seen(rep):
        said.append(text.back["lead_mostly"].format(rep=rep.index))
    elif verdict == "absent":
        to = "" if clean is None or not known else text.back["lead_to"].format(degrees=_degrees(clean, text))
        said.append(text.back["lead_neutral_up" if _ways(record) == _UP else "lead_neutral"].format(to=to))
    most = rep.metrics.get("lumbar_flexion_max")
    if most is not None and most.value is not None and most.error is not None:
        said.append(text.back["lead_rounded"].format(change=text.change(most.value, most.error), rep=rep.index))
    return tuple(said)


def _ways(record: AnalysisRecord) -> str:
    """End of the words' names: whether the repetitions were seen on the way down, up from the floor, or both."""
    down = {spine.goes_down(rep) for rep in record.reps}
    return _UP if down == {False} else "" if down == {True} else "_both"


def _rounding(record: AnalysisRecord) -> str | None:
    """Verdict on lower-back rounding over the set."""
    return next((one.verdict for one in record.summary.findings if one.fault == "lower_back_rounding"), None)


def _seen(rep: Rep) -> bool:
    """Whether one repetition was found rounding, clearly or not."""
    return any(one.fault == "lower_back_rounding" and one.verdict in ACTED_ON for one in rep.findings)


def _rod_said(figure: spine.Drawing, analysis: Analysis, text: Words) -> tuple[str, ...]:
    """Say in one sentence where the rod touches and where it is off."""
    zones = text.rod_zones
    touching = [zones[one.zone] for one in figure.touches if one.touches]
    off = [_gap(one, "off_zone", analysis, text) for one in figure.touches if not one.touches]
    if touching and off:
        return (text.back["touching_off"].format(zones=_listed(touching, text), off=_listed(off, text)),)
    key, listed = ("touching", touching) if touching else ("off", off)
    return (text.back[key].format(zones=_listed(listed, text)),) if listed else ()


def _listed(items: list[str], text: Words) -> str:
    *first, last = items
    return f"{', '.join(first)} {text.back['and']} {last}" if first else last


def _gap(touch: spine.Touch, words: str, analysis: Analysis, text: Words) -> str:
    """Write a gap in percent of the trunk, and as a length where the stature is known."""
    share, zone, trunk_cm = round(100 * touch.gap), text.rod_zones[touch.zone], _trunk_cm(analysis)
    if trunk_cm is None:
        return text.back[words].format(share=share, zone=zone)
    return text.back[f"{words}_far"].format(share=share, zone=zone, far=text.length(touch.gap * trunk_cm))


def _trunk_cm(analysis: Analysis) -> float | None:
    """Trunk length by the given stature and the clip's own proportions, or None."""
    stature_cm, lengths = analysis.record.subject.stature_cm, analysis.kinematics.attrs
    if stature_cm is None or not {"trunk_length_px", "stature_px"} <= lengths.keys():
        return None
    cm = stature_cm * float(lengths["trunk_length_px"]) / float(lengths["stature_px"])
    return cm if np.isfinite(cm) else None


def _note(analysis: Analysis, text: Words) -> str:
    stature_cm = analysis.record.subject.stature_cm
    if stature_cm is None or _trunk_cm(analysis) is None:
        return text.back["unit_note"]
    return text.back["unit_note_far"].format(stature=text.length(stature_cm))


def _degrees(metric: Metric, text: Words) -> str:
    return text.quantity(metric.value, metric.unit, metric.error)


def _shot(still: Still, analysis: Analysis, view: BackView, text: Words) -> Shot:
    moment = still.moment
    when = {"rep": moment.rep, "at": page.clock(moment.at_s)}
    if moment.kind == "onset":
        rep = onset_rep(analysis.record)
        onset = None if rep is None else rep.metrics.get("lumbar_onset_hip_flexion")
        hip = "–" if onset is None else _degrees(onset, text)
        title, caption = text.moments["onset"], text.back["onset_caption"].format(hip=hip, **when)
    else:
        part = "thoracic" if moment.fault == "upper_back_rounding" else "lumbar"
        reading = view.reading(part, moment.at_s)
        change = text.back[part].format(change=text.change(reading.value, reading.error)) if reading.known else "–"
        title, caption = fault_name(moment.fault or ""), text.back["worst_caption"].format(change=change, **when)
    return Shot(page.picture(still, analysis, text, alt=f"{title}. {caption}"), title, caption, moment.verdict)
