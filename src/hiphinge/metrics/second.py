"""What a second clip shows from side to side: the knees, the hips over the feet, the tilt of shoulders and hands.

Unknown where there is no second clip: the series are its alone.
"""

import math

import numpy as np

from hiphinge.geometry import mad_scale
from hiphinge.metrics.window import UNKNOWN, Estimate, Measure, Window, at, held


def knee_ankle_ratio(window: Window) -> Estimate:
    """The distance of the knees over that of the ankles in the deep half; on both feet only."""
    return UNKNOWN if window.rep.side != "both" else _deep(window, "knee_ankle_ratio")


def knees_inward(window: Window) -> Estimate:
    """How far both knees come in from where they stand in the deep half, share of the ankles' distance."""
    return UNKNOWN if window.rep.side != "both" else _deep(window, "knees_inward")


def knee_inward_of(side: str) -> Measure:
    """Metric: how far (deg) one leg bends inward at the knee in the deep half; of a leg that stands."""

    def inward(window: Window) -> Estimate:
        return _deep(window, f"{side}_knee_inward") if window.rep.side in {"both", side} else UNKNOWN

    return inward


def stance_knee_inward(window: Window) -> Estimate:
    """How far (deg) the standing leg bends inward at the knee, held a moment; on one leg only."""
    return UNKNOWN if window.rep.side == "both" else held(window, f"{window.rep.side}_knee_inward")


def weight_shift(window: Window) -> Estimate:
    """The hips' middle from over the feet's at the bottom, fraction of stature, + to the lifter's left."""
    return UNKNOWN if window.rep.side != "both" else _at_bottom(window, "weight_shift")


def tilt_of(name: str) -> Measure:
    """Metric: a line's tilt (deg) at the bottom, + the left end higher."""
    return lambda window: _at_bottom(window, name)


def _at_bottom(window: Window, name: str) -> Estimate:
    return at(window, name, window.rep.bottom_s, width_s=window.settings.hold_s)


def _deep(window: Window, name: str) -> Estimate:
    """The median of a series over the deep half, with the moment nearest to it.

    A hand or a bar in front of a knee draws it aside for a while, which the most of a repetition would be taken for.
    The median's own error is 1.25 sd / √n, n the looks of `hold_s` that fit in what was seen.
    """
    values, errors = window.series(name)
    settings, depth = window.settings, window.columns.get("depth_deg", np.full(values.size, np.nan))
    deep = depth >= settings.knees_from * np.nanmax(depth, initial=0.0)
    known = deep & np.isfinite(values) & np.isfinite(errors)
    if not known.any() or known.sum() < settings.knees_seen_share * deep.sum():
        return UNKNOWN
    value = float(np.median(values[known]))
    looks = max(1.0, known.sum() * window.interval_s / settings.hold_s)
    own = 1.25 * float(mad_scale(values[known])) / math.sqrt(looks)
    best = int(np.where(known, np.abs(values - value), np.inf).argmin())
    stated = float(np.sqrt(np.mean(errors[known] ** 2)))
    return Estimate(value, math.hypot(stated, own), float(window.time_s[best]))
