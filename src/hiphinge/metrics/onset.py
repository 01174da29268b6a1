"""Where the back starts to round: the deepest trunk before the lumbar spine takes over.

While the hips fold, lumbar flexion grows slowly with the trunk's inclination; a back that gives grows it by more than
`onset_slope` degrees a degree over a window of `onset_window_deg`. Trunk inclination is read in even steps, each one
look, so a pause at the bottom weighs no more than the moment before it.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from hiphinge.geometry import Bools, Floats, mad_scale, runs
from hiphinge.metrics.spine import back_seen
from hiphinge.metrics.window import UNKNOWN, Estimate, Window
from hiphinge.settings import MetricSettings


class Course(NamedTuple):
    """Lumbar flexion, hip flexion and time (K,) at trunk inclinations in even steps, shallow to deep."""

    trunk: Floats
    lumbar: Floats
    lumbar_error: float
    hip: Floats
    hip_error: float
    time_s: Floats


class Onset(NamedTuple):
    """Trunk inclination (deg) at which rounding starts, and its standard error."""

    trunk: float
    error: float


def lumbar_onset_hip_flexion(window: Window) -> Estimate:
    """Hip flexion at which the lower back starts to round; unknown where it does not, or was not seen."""
    course = descent(window)
    found = None if course is None else onset_of(course, window.settings)
    if course is None or found is None:
        return UNKNOWN
    per_degree = abs(course.hip[-1] - course.hip[0]) / max(course.trunk[-1] - course.trunk[0], 1.0)
    hip = float(np.interp(found.trunk, course.trunk, course.hip))
    at_s = float(np.interp(found.trunk, course.trunk, course.time_s))
    return Estimate(hip, math.hypot(per_degree * found.error, course.hip_error), at_s)


def descent(window: Window) -> Course | None:
    """The way down to the bottom, or the way up from it where the clip has no way down; none where too little shows."""
    if not back_seen(window, "lumbar_flexion"):
        return None
    trunk, _ = window.series("trunk_inclination")
    lumbar, lumbar_error = window.series("lumbar_flexion")
    hip, hip_error = window.series("hip_flexion")
    way = window.during("eccentric")
    way |= window.during("bottom") & (window.time_s <= window.rep.bottom_s)
    if not window.during("eccentric").any():
        way = window.during("concentric") | (window.during("bottom") & (window.time_s >= window.rep.bottom_s))
    known = way & np.isfinite(trunk + lumbar + lumbar_error + hip + hip_error)
    if known.sum() < 3:
        return None
    step = window.settings.onset_bin_deg
    bins = np.floor(np.nan_to_num(trunk) / step)
    rows = [_bin(bins == number, known, trunk, lumbar, hip, window.time_s) for number in np.unique(bins[known])]
    if (len(rows) - 1) * step < window.settings.onset_least_span_deg:
        return None
    places = np.array(rows).T
    return Course(
        places[0],
        places[1],
        float(np.sqrt(np.mean(lumbar_error[known] ** 2))),
        places[2],
        float(np.sqrt(np.mean(hip_error[known] ** 2))),
        places[3],
    )


def _bin(inside: Bools, known: Bools, *series: Floats) -> list[float]:
    return [float(values[inside & known].mean()) for values in series]


def onset_of(course: Course, settings: MetricSettings) -> Onset | None:
    """Where the slope first exceeds `onset_slope` in the stretch that bends the back most; none where none does enough.

    A stretch is where the slope is not clearly below the limit (by a standard error); somewhere in it the slope must be
    above it by `onset_sure` errors, and it must gain `onset_least_gain_deg`. The onset is the start of the first window
    above the limit. Its error is half the way from where the slope is an error below the limit to where it is an error
    above it: where the back gives all at once that is short, where it gives evenly the onset is hardly known.
    """
    slope, error = slopes(course, settings)
    limit, reach = settings.onset_slope, round(settings.onset_window_deg / settings.onset_bin_deg)
    stretches = [
        (float(course.lumbar[start : end + reach].max() - course.lumbar[start]), start, end)
        for start, end in runs(slope > limit - error)
        if slope[start:end].max() > limit + settings.onset_sure * error
    ]
    if not stretches or max(stretches)[0] < settings.onset_least_gain_deg:
        return None
    _, start, end = max(stretches)
    low, middle, high = (
        _crossing(course.trunk, slope, level, inside=(start, end)) for level in (limit - error, limit, limit + error)
    )
    return Onset(middle, max((high - low) / 2, settings.onset_bin_deg / 2))


def _crossing(trunk: Floats, slope: Floats, level: float, *, inside: tuple[int, int]) -> float:
    """Trunk inclination at which the slope first passes `level` between two windows, interpolated."""
    at = inside[0] + int(np.argmax(slope[slice(*inside)] > level))
    if not at or slope[at - 1] > level:
        return float(trunk[at])
    share = (level - slope[at - 1]) / (slope[at] - slope[at - 1])
    return float(trunk[at - 1] + share * (trunk[at] - trunk[at - 1]))


def slopes(course: Course, settings: MetricSettings) -> tuple[Floats, float]:
    """Least-squares slope of lumbar flexion over every window of `onset_window_deg` (M,), and its standard error.

    The error has two parts: how the steps scatter about their windows' lines, and that part of the back's own error
    which changes within a window.
    """
    reach = round(settings.onset_window_deg / settings.onset_bin_deg)
    if course.trunk.size <= reach:
        return np.zeros(0), 0.0
    trunk = sliding_window_view(course.trunk, reach + 1)
    lumbar = sliding_window_view(course.lumbar, reach + 1)
    away = trunk - trunk.mean(axis=1, keepdims=True)
    power = (away**2).sum(axis=1)
    slope = (away * lumbar).sum(axis=1) / power
    residual = lumbar - lumbar.mean(axis=1, keepdims=True) - slope[:, None] * away
    noise = max(settings.onset_noise_deg, float(mad_scale(residual)))
    slow = settings.onset_slow_share * course.lumbar_error / settings.onset_window_deg
    return slope, math.hypot(noise / math.sqrt(float(np.median(power))), slow)
