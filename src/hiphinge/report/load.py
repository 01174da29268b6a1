"""The report's picture of the load's path: each repetition from the side, over mid-foot, in one scale, as data.

Points are in the drawing's own units, `UNIT` to a stature, y down, the floor under mid-foot at the bottom.
"""

import math
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np

from hiphinge.geometry import Floats
from hiphinge.metrics import LOAD
from hiphinge.records import AnalysisRecord, LoadPath, Metric, Rep
from hiphinge.report import figures
from hiphinge.result import Analysis
from hiphinge.strength import SPEED
from hiphinge.words import Words

UNIT: Final = 400.0
"""Units of the drawing per stature."""
_FOOT: Final = (-0.076, 0.076)
"""Heel and toes from mid-foot, statures (a foot is 0.152 of a stature: Drillis and Contini)."""
_SOLE: Final = 0.039
"""The ankle above the floor, statures (the same)."""
_MARGIN: Final = 0.03
_POINTS: Final = 120


@dataclass(frozen=True)
class Course:
    """One repetition: SVG paths of the way down and the way up, where it is furthest forward, and what that is."""

    rep: int
    down: str
    up: str
    furthest: tuple[float, float] | None
    said: str


@dataclass(frozen=True)
class Figure:
    """All repetitions' paths, in drawings of one size and scale; `middle` is where mid-foot's vertical is."""

    width: float
    height: float
    middle: float
    foot: tuple[float, float]
    floor: float
    courses: tuple[Course, ...]
    title: str
    caption: str
    alt: str


def figure(analysis: Analysis, text: Words, *, most: int) -> Figure | None:
    """Draw the paths of at most `most` repetitions; None where no load was followed, or only from the front."""
    record, motion = analysis.record, analysis.kinematics
    if record.load_path is None or record.view.plane == "frontal" or "load_over_midfoot" not in motion:
        return None
    time_s = motion["time"].to_numpy()
    place = np.stack([motion[name].to_numpy() for name in ("load_over_midfoot", "load_height")], axis=-1)
    place[:, 1] += _SOLE
    told = figures.within_reps(time_s, record.reps) & np.isfinite(place).all(axis=1)
    if not told.any() or not record.reps:
        return None
    low, high = place[told].min(axis=0), place[told].max(axis=0)
    left, right = min(low[0], _FOOT[0]) - _MARGIN, max(high[0], _FOOT[1]) + _MARGIN
    top = high[1] + _MARGIN
    corner = np.array([left, top])
    courses = tuple(
        _course(rep, (time_s, place), corner, said=_said(rep, record.load_path, text)) for rep in record.reps[:most]
    )
    words = text.load
    scaled = record.load_path.scale
    caption = f"{words[f'followed_{record.load_path.followed}']} {words[f'scale_{scaled}']}"
    if record.view.plane == "oblique":
        caption += f" {words['oblique']}"
    return Figure(
        width=round(UNIT * (right - left), 1),
        height=round(UNIT * (top + _MARGIN), 1),
        middle=round(-UNIT * left, 1),
        foot=(round(UNIT * (_FOOT[0] - left), 1), round(UNIT * (_FOOT[1] - left), 1)),
        floor=round(UNIT * top, 1),
        courses=courses,
        title=words["title"],
        caption=f"{words['help']} {caption}",
        alt=words["alt"].format(courses="; ".join(f"{one.rep}: {one.said}" for one in courses)),
    )


def _course(rep: Rep, series: tuple[Floats, Floats], corner: Floats, *, said: str) -> Course:
    """Draw one repetition; `series` are seconds and (T, 2) places, statures."""
    time_s, place = series
    drift = rep.metrics.get("load_path_drift")
    furthest = None
    if drift is not None and drift.at_s is not None:
        at = place[int(np.abs(time_s - drift.at_s).argmin())]
        furthest = _drawn(at[None], corner)[0] if np.isfinite(at).all() else None
    down, up = (
        _line(place[(time_s >= start) & (time_s <= end)], corner)
        for start, end in ((rep.start_s, rep.bottom_s), (rep.bottom_s, rep.end_s))
    )
    return Course(rep.index, down, up, furthest, said)


def _said(rep: Rep, path: LoadPath, text: Words) -> str:
    """How far forward, and how fast at its fastest."""
    parts = [measure(rep.metrics.get(name), path, text) for name in ("load_path_drift", "peak_load_speed")]
    return " · ".join(part for part in parts if part)


def in_metres(record: AnalysisRecord) -> AnalysisRecord:
    """The record with the load's metrics in centimetres and metres a second, where the scale is known."""
    path = record.load_path
    if path is None or path.metres_per_stature is None:
        return record
    reps = [
        msgspec.structs.replace(
            rep,
            metrics={name: scaled(one, path) if name in (*LOAD, SPEED) else one for name, one in rep.metrics.items()},
        )
        for rep in record.reps
    ]
    return msgspec.structs.replace(record, reps=tuple(reps))


def scaled(metric: Metric, path: LoadPath) -> Metric:
    """A metric in metric units, the scale's own error in its error; as it is where it or the scale is unknown."""
    scale, unsure = path.metres_per_stature, path.metres_per_stature_error
    if metric.value is None or metric.error is None or scale is None or unsure is None:
        return metric
    factor, unit = (1.0, "m/s") if metric.unit == "statures/s" else (100.0, "cm")
    error = math.hypot(metric.error * scale, metric.value * unsure)
    return msgspec.structs.replace(metric, value=factor * metric.value * scale, error=factor * error, unit=unit)


def measure(metric: Metric | None, path: LoadPath, text: Words) -> str:
    """Write a metric of the load: as a length or a speed where the scale is known, else in body units."""
    if metric is None or metric.value is None:
        return ""
    if path.metres_per_stature is None:
        return text.quantity(metric.value, metric.unit)
    metres = metric.value * path.metres_per_stature
    if metric.unit == "statures/s":
        return text.quantity(metres, "m/s")
    return f"{'+' if metres > 0 else ''}{text.quantity(100 * metres, 'cm')}"


def _line(points: Floats, corner: Floats) -> str:
    kept = points[:: max(1, len(points) // _POINTS)]
    drawn = _drawn(kept, corner)
    return figures.path(np.array([x for x, _ in drawn]), np.array([y for _, y in drawn])) if drawn else ""


def _drawn(points: Floats, corner: Floats) -> list[tuple[float, float]]:
    x, y = UNIT * (points[:, 0] - corner[0]), UNIT * (corner[1] - points[:, 1])
    return [(round(float(a), 1), round(float(b), 1)) for a, b in zip(x, y, strict=True)]
