"""How the load moves: away from over mid-foot, up, and how fast; in statures, which the record's scale makes metres."""

import math

import numpy as np

from hiphinge.metrics.tempo import concentric_s
from hiphinge.metrics.window import UNKNOWN, Estimate, Window, at, largest


def load_path_drift(window: Window) -> Estimate:
    """How far the load is in front of the vertical over mid-foot while the body is deep, fraction of stature; + ahead.

    The median of x(load) − x(mid-foot) over the deep part: there the load's lever is long, and a load that has drifted
    stays out. Hands that pass behind plates or legs leave their place for a moment, which the most of a repetition
    would be taken for. Unknown where too little of the deep part is well seen.
    """
    settings = window.settings
    values, errors = window.series("load_over_midfoot")
    confidence, _ = window.series("confidence")
    deep = window.deep()
    with np.errstate(invalid="ignore"):
        seen = deep & np.isfinite(values) & np.isfinite(errors) & ~(confidence < settings.load_confidence)
    if not seen.any() or seen.sum() < settings.deep_seen_share * deep.sum():
        return UNKNOWN
    value = float(np.median(values[seen]))
    typical = int(np.where(seen, np.abs(values - value), np.inf).argmin())
    error = settings.load_error_share * float(np.sqrt(np.mean(errors[seen] ** 2)))
    return Estimate(value, error, float(window.time_s[typical]))


def load_rise(window: Window) -> Estimate:
    """How far the load is raised, fraction of stature; its moment is when the load leaves its lowest place.

    The lowest place is the repetition's; the highest is after it. The load has left once it is `load_leaves` of the
    way up: the hands settle and take the slack out before that.
    """
    height, _ = window.series("load_height")
    if not np.isfinite(height).any():
        return UNKNOWN
    low = int(np.nanargmin(height))
    after = np.arange(height.size) >= low
    top = largest(window, "load_height", where=after)
    bottom = at(window, "load_height", float(window.time_s[low]))
    rise = top.value - bottom.value
    if not rise > 0:
        return UNKNOWN
    left = np.flatnonzero(after & (height > bottom.value + window.settings.load_leaves * rise))
    leaves_s = float(window.time_s[max(int(left[0]) - 1, low)]) if left.size else float(window.time_s[low])
    error = math.sqrt((1 - window.settings.error_correlation) * (top.error**2 + bottom.error**2))
    return Estimate(rise, error, leaves_s)


def mean_load_speed(window: Window) -> Estimate:
    """Mean speed of the way up, statures/s: the rise over the time of the way up."""
    rise, time = load_rise(window), concentric_s(window)
    if not (math.isfinite(rise.value) and time.value > 0):
        return UNKNOWN
    speed = rise.value / time.value
    return Estimate(speed, math.hypot(rise.error / time.value, speed * time.error / time.value), rise.at_s)


def peak_load_speed(window: Window) -> Estimate:
    """Fastest moment of the way up, statures/s along the path."""
    return largest(window, "load_speed", where=window.during("concentric"))


def load_top_height(window: Window) -> Estimate:
    """The load's highest place from the shoulders, fraction of stature, − below; only where the arms swing it up.

    A load that hangs in straight arms is at its highest beside the thighs, and nothing is told by that.
    """
    height, _ = window.series("load_height")
    if not np.isfinite(height).any():
        return UNKNOWN
    top_s = float(window.time_s[int(np.nanargmax(height))])
    if not at(window, "load_over_midfoot", top_s).value > window.settings.load_swung_forward:
        return UNKNOWN
    return at(window, "load_above_shoulder", top_s)
