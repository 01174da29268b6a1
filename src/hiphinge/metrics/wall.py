"""Touching the wall of the wall drill: how near the seat comes and stays, and how long it rests there."""

import numpy as np

from hiphinge.metrics.window import UNKNOWN, Estimate, Window, held


def wall_gap_min(window: Window) -> Estimate:
    """Distance of the seat from the wall where it is nearest, fraction of stature, held a moment; below 0 beyond it.

    What counts is where the seat stays for `hold_s`: an instant's approach is no touch, and no noise becomes one.
    """
    return held(window, "wall_gap", sign=-1.0)


def wall_rest_s(window: Window) -> Estimate:
    """Seconds that the seat rests where it is nearest to the wall; unknown without a wall.

    It rests as long as it stays within `wall_rest_gap` of its nearest place and hardly moves (`wall_rest_speed`).
    """
    gap, _ = window.series("wall_gap")
    nearest = wall_gap_min(window)
    if not np.isfinite(nearest.value) or window.time_s.size < 2:
        return UNKNOWN
    step_s, s = window.interval_s, window.settings
    speed = np.abs(np.gradient(gap, step_s))
    with np.errstate(invalid="ignore"):
        resting = (gap - nearest.value <= s.wall_rest_gap) & (speed <= s.wall_rest_speed)
    at = int(np.abs(window.time_s - nearest.at_s).argmin())
    if not resting[at]:
        return Estimate(0.0, step_s, nearest.at_s)
    ends = np.flatnonzero(~resting)
    first = int(ends[ends < at].max(initial=-1)) + 1
    after = int(ends[ends > at].min(initial=resting.size))
    return Estimate((after - first) * step_s, step_s, nearest.at_s)
