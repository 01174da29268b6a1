"""Charts as data: ticks, paths and marks in percent, for templates to set. Nothing here knows about HTML or CSS.

Every plot has a box 1000 wide and 100 high, y down, that is stretched to its place on the page; text is set outside it,
so that it keeps its size on every screen.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hiphinge.geometry import Bools, Floats, runs
from hiphinge.moments import ANGLES, SPINE_ANGLES
from hiphinge.records import Metric, PhaseName, Rep
from hiphinge.reps import within

TRACED: Final = (*ANGLES, *SPINE_ANGLES)
"""The angles that are drawn over time, where they were measured."""
WIDTH: Final = 1000.0
HEIGHT: Final = 100.0
_STEPS: Final = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0)
_TIME_STEPS: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0)
_AXIS_PERCENT: Final = (0.4, 99.6)
"""What an axis holds: one wild sample at a clip's end must not flatten the rest."""
_LEAST_REACH: Final = 10.0
"""Degrees an axis spans at least, so that stillness looks still."""
_ROOM_BESIDE: Final = 0.5
"""Of the repetitions' own reach, how far the axis may go beyond it for what lies before and after them."""
_MARGIN_S: Final = 1.0
_CURVE_POINTS: Final = 41
_CURSOR_STEP_S: Final = 0.05
_CURSOR_POINTS: Final = 1200


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where, in percent from the left or the top, and its number."""

    at: float
    value: float


@dataclass(frozen=True)
class Span:
    """A stretch of the time axis, percent from the left."""

    left: float
    width: float


@dataclass(frozen=True)
class PhaseSpan:
    """Where a phase lies."""

    name: PhaseName
    span: Span


@dataclass(frozen=True)
class RepSpan:
    """Where a repetition lies."""

    index: int
    span: Span
    bottom: float


@dataclass(frozen=True)
class Trace:
    """One angle over time: SVG paths of the line and of the band of ± one standard error."""

    name: str
    line: str
    band: str
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Traces:
    """All angles over one time axis, with what the cursor reads out."""

    start_s: float
    end_s: float
    ticks: tuple[Tick, ...]
    reps: tuple[RepSpan, ...]
    phases: tuple[PhaseSpan, ...]
    panels: tuple[Trace, ...]
    clock: tuple[float, ...]
    values: dict[str, tuple[tuple[int | None, int | None], ...]]
    """By panel: value and standard error, whole degrees, at the times of `clock`."""


@dataclass(frozen=True)
class Curve:
    """One repetition in a plot of all of them; `age` 0 for the first, 1 for the last."""

    rep: int
    path: str
    age: float


@dataclass(frozen=True)
class Curves:
    """One angle of every complete repetition, over the repetition's own course."""

    name: str
    ticks: tuple[Tick, ...]
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class Gauge:
    """A value beside its limit on a short scale, percent from the left."""

    value: float
    low: float
    high: float
    limit: float


@dataclass(frozen=True)
class Mark:
    """A value with its error, in percent of a strip: from the left, and from the top."""

    rep: int
    x: float
    y: float
    low: float
    high: float


def traces(kinematics: xr.Dataset, reps: tuple[Rep, ...], *, points: int) -> Traces:
    """Lay out the angles over the time of the set, with a second before and after it.

    Parameters
    ----------
    kinematics : angles in degrees over `time`, with `_error_deg` each.
    reps : repetitions with their phases.
    points : most points of a line; peaks are kept.
    """
    clock = kinematics["time"].to_numpy()
    start, end = _window(clock, reps)
    seen = kinematics.sel(time=slice(start, end))
    start, end = (float(t) for t in seen["time"].to_numpy()[[0, -1]])
    panels = [panel for panel in (_trace(seen, name, reps, points) for name in TRACED) if panel is not None]
    times = _cursor_times(start, end)
    return Traces(
        start_s=start,
        end_s=end,
        ticks=time_ticks(start, end),
        reps=tuple(_rep_span(rep, start, end) for rep in reps),
        phases=tuple(
            PhaseSpan(phase.name, span(phase.start_s, phase.end_s, start, end)) for rep in reps for phase in rep.phases
        ),
        panels=tuple(panels),
        clock=tuple(round(float(t), 2) for t in times),
        values={panel.name: _readout(kinematics, panel.name, clock, times) for panel in panels},
    )


def rep_curves(kinematics: xr.Dataset, reps: tuple[Rep, ...]) -> tuple[Curves, ...]:
    """Lay every complete repetition over its own course: start at 0, bottom at 50 and top at 100 percent."""
    whole = [rep for rep in reps if rep.complete and rep.start_s < rep.bottom_s < rep.end_s]
    clock = kinematics["time"].to_numpy()
    result = []
    for name in TRACED if len(whole) > 1 else ():
        value, _ = _angle(kinematics, name)
        courses = np.array([_course(clock, value, rep) for rep in whole])
        if not np.isfinite(courses).any():
            continue
        low, high, ticks = _axis(courses, 3)
        x = np.linspace(0, WIDTH, _CURVE_POINTS)
        curves = tuple(
            Curve(rep.index, path(x, down(course, low, high)), number / (len(whole) - 1))
            for number, (rep, course) in enumerate(zip(whole, courses, strict=True))
        )
        result.append(Curves(name, ticks, curves))
    return tuple(result)


def strip(metrics: dict[int, Metric | None]) -> tuple[Mark, ...]:
    """Place one metric of every repetition on a strip from the first to the last, with whiskers of one error."""
    known = {rep: one for rep, one in metrics.items() if one is not None and one.value is not None}
    values = np.array([one.value for one in known.values()], dtype=float)
    errors = np.array([one.error or 0.0 for one in known.values()], dtype=float)
    if not values.size:
        return ()
    low, high = float((values - errors).min()), float((values + errors).max())
    reach = max(high - low, 1e-9)
    order = list(metrics)

    def place(value: float) -> float:
        return round(8 + 84 * (high - value) / reach, 1)

    return tuple(
        Mark(
            rep=rep,
            x=round(100 * (order.index(rep) + 0.5) / len(order), 2),
            y=place(value),
            low=place(value - error),
            high=place(value + error),
        )
        for rep, value, error in zip(known, values, errors, strict=True)
    )


def gauge(value: float, error: float | None, limit: float) -> Gauge:
    """Place a value with its error and its limit on a scale that holds both with room to spare."""
    margin = error or 0.0
    low, high = min(value - margin, limit), max(value + margin, limit)
    reach = max(high - low, 1e-9)
    low, high = low - 0.25 * reach, high + 0.25 * reach

    def across(number: float) -> float:
        return round(100 * (number - low) / (high - low), 1)

    return Gauge(across(value), across(value - margin), across(value + margin), across(limit))


def time_ticks(start_s: float, end_s: float) -> tuple[Tick, ...]:
    """Choose round times, at most nine, over the axis."""
    length = max(end_s - start_s, 1e-9)
    times = round_values(start_s, start_s + length, 9, steps=_TIME_STEPS)
    return tuple(Tick(round(100 * (t - start_s) / length, 3), round(t, 1)) for t in times)


def thinned(values: Floats, points: int) -> NDArray[np.int64]:
    """Choose indices of at most about `points` samples, keeping the lowest and the highest of every stretch."""
    if values.size <= points:
        return np.arange(values.size)
    keep = {0, values.size - 1}
    for part in np.array_split(np.arange(values.size), max(1, points // 2)):
        known = part[np.isfinite(values[part])]
        if known.size:
            keep |= {int(known[values[known].argmin()]), int(known[values[known].argmax()])}
        if known.size < part.size:  # keep one unknown, so that the gap stays a gap
            keep.add(int(part[~np.isfinite(values[part])][0]))
    return np.array(sorted(keep))


def within_reps(time_s: Floats, reps: tuple[Rep, ...]) -> Bools:
    """Tell which times lie inside repetitions; all of them where there are none."""
    return within(time_s, reps) if reps else np.ones(time_s.size, dtype=bool)


def _window(clock: Floats, reps: tuple[Rep, ...]) -> tuple[float, float]:
    """Time of the set with a margin; the whole clip where there is no repetition."""
    if not reps:
        return float(clock[0]), float(clock[-1])
    start, end = reps[0].start_s - _MARGIN_S, reps[-1].end_s + _MARGIN_S
    return max(float(clock[0]), start), min(float(clock[-1]), end)


def _angle(kinematics: xr.Dataset, name: str) -> tuple[Floats, Floats]:
    unknown = np.full(kinematics.sizes["time"], np.nan)
    value, error = (
        kinematics[key].to_numpy().astype(float) if key in kinematics else unknown
        for key in (f"{name}_deg", f"{name}_error_deg")
    )
    return value, error


def _trace(kinematics: xr.Dataset, name: str, reps: tuple[Rep, ...], points: int) -> Trace | None:
    value, error = _angle(kinematics, name)
    if not np.isfinite(value).any():
        return None
    margin = np.where(np.isfinite(error), error, 0.0)
    clock = kinematics["time"].to_numpy()
    told = within_reps(clock, reps) & np.isfinite(value)
    told = told if told.any() else np.isfinite(value)
    low, high, ticks = _axis(np.array([value - margin, value + margin])[:, told], 4, also=value[np.isfinite(value)])
    kept = thinned(value, points)
    x = WIDTH * (clock[kept] - clock[0]) / max(clock[-1] - clock[0], 1e-9)
    line = path(x, down(value[kept], low, high))
    around = band(x, down((value + margin)[kept], low, high), down((value - margin)[kept], low, high))
    return Trace(name, line, around, ticks)


def _axis(values: Floats, most: int, *, also: Floats | None = None) -> tuple[float, float, tuple[Tick, ...]]:
    """Limits that hold the values, and at most `most` + 1 round ticks inside them.

    What is `also` drawn lies inside too, but where that would flatten the values.
    """
    low, high = (float(v) for v in np.nanpercentile(values, _AXIS_PERCENT))
    if also is not None:
        room = _ROOM_BESIDE * max(high - low, _LEAST_REACH)
        lowest, highest = (float(v) for v in np.nanpercentile(also, _AXIS_PERCENT))
        low = lowest if low - room <= lowest < low else low
        high = highest if high < highest <= high + room else high
    spare = max(0.06 * (high - low), (_LEAST_REACH - (high - low)) / 2)
    low, high = low - spare, high + spare
    return low, high, ticks_between(low, high, most)


def ticks_between(low: float, high: float, most: int, *, steps: tuple[float, ...] = _STEPS) -> tuple[Tick, ...]:
    """Choose at most `most` + 1 round values between two limits, placed from the top."""
    values = round_values(low, high, most, steps=steps)
    return tuple(Tick(round(100 * (high - value) / (high - low), 2), value) for value in values)


def round_values(low: float, high: float, most: int, *, steps: tuple[float, ...]) -> list[float]:
    """Multiples of the smallest step of which at most `most` lie between two limits, or of the largest step."""
    step = next((step for step in steps if (high - low) / step <= most), steps[-1])
    return [step * count + 0.0 for count in range(math.ceil(low / step), math.floor(high / step + 1e-9) + 1)]


def down(values: Floats, low: float, high: float) -> Floats:
    """Place values on an axis, from the top of the box."""
    return np.asarray(HEIGHT * (high - values) / (high - low))


def _points(x: Floats, y: Floats) -> str:
    return " ".join(f"{a:.4g},{b:.4g}" for a, b in zip(np.round(x, 1), np.round(y, 1), strict=True))


def path(x: Floats, y: Floats) -> str:
    """SVG path through the known points, broken at gaps."""
    return "".join(f"M{_points(x[first:end], y[first:end])}" for first, end in runs(np.isfinite(y)))


def band(x: Floats, upper: Floats, lower: Floats) -> str:
    """SVG path around the known stretches between two lines."""
    known = [slice(*run) for run in runs(np.isfinite(upper) & np.isfinite(lower))]
    return "".join(f"M{_points(x[run], upper[run])} {_points(x[run][::-1], lower[run][::-1])}Z" for run in known)


def span(start: float, end: float, low: float, high: float) -> Span:
    """Give a stretch of an axis from `low` to `high`, as far as it lies within."""
    length = max(high - low, 1e-9)
    left, right = (float(np.clip(100 * (t - low) / length, 0, 100)) for t in (start, end))
    return Span(round(left, 3), round(right - left, 3))


def _rep_span(rep: Rep, low: float, high: float) -> RepSpan:
    own = span(rep.start_s, rep.end_s, low, high)
    return RepSpan(rep.index, own, span(rep.bottom_s, rep.bottom_s, low, high).left)


def _course(clock: Floats, value: Floats, rep: Rep) -> Floats:
    """One repetition at even steps of its course, the bottom in the middle."""
    half = _CURVE_POINTS // 2
    times = np.concatenate(
        [np.linspace(rep.start_s, rep.bottom_s, half + 1)[:-1], np.linspace(rep.bottom_s, rep.end_s, half + 1)]
    )
    return np.asarray(np.interp(times, clock, value))


def _cursor_times(start: float, end: float) -> Floats:
    count = min(_CURSOR_POINTS, max(2, round((end - start) / _CURSOR_STEP_S)))
    return np.linspace(start, end, count)


def _readout(
    kinematics: xr.Dataset, name: str, clock: Floats, times: Floats
) -> tuple[tuple[int | None, int | None], ...]:
    nearest = np.clip(np.searchsorted(clock, times), 0, clock.size - 1)
    value, error = (series[nearest] for series in _angle(kinematics, name))
    whole = [[None if np.isnan(v) else round(float(v)) for v in series] for series in (value, error)]
    return tuple(zip(*whole, strict=True))
