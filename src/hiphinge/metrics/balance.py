"""How steadily one leg carries: what a camera at the side sees of it.

A lifter who folds in balance passes the same postures on the way down and on the way up: where the hips are over the
standing foot follows from how deep the trunk is. What is left of the hips' place, or of the shank's lean, when its own
smooth dependence on depth is taken out is sway. Landmark noise from frame to frame, and what
the model adds more slowly to somebody who does not sway, are taken off in quadrature; a knee that bends differently on
the way up is in it.

From the side only sway forward and back is seen; to the left and right a camera from the front is needed.
"""

import math

import numpy as np

from hiphinge.geometry import Bools, Floats, mad_scale
from hiphinge.metrics.window import UNKNOWN, Estimate, Window

FREE = {"left": "right", "right": "left"}
"""The foot in the air, by the leg that carries."""


def balance_sway(window: Window) -> Estimate:
    """How much the hips sway forward and back over the standing foot: standard deviation, fraction of stature."""
    s = window.settings
    return _sway(window, "hip_travel_back", s.balance_sway_floor, s.balance_sway_error)


def balance_wobble(window: Window) -> Estimate:
    """How much the standing shank wobbles forward and back: standard deviation, degrees."""
    s = window.settings
    return _sway(window, "shank_inclination", s.balance_wobble_floor_deg, s.balance_wobble_error_deg)


def free_foot_touches(window: Window) -> Estimate:
    """How often the free foot comes down to the floor between leaving it and the end; unknown on two feet.

    It is down while lower than `touch_below`, for `touch_while_s` at least, after it was above `touch_from`. A far foot
    that seems to be down while the trunk is deep, or comes down in no time, was lost by the model: nothing is known.
    """
    free, s = FREE.get(window.rep.side), window.settings
    lift = window.columns.get(f"{free}_foot_lift")
    if free is None or lift is None or not np.isfinite(lift).all():
        return UNKNOWN
    up = np.flatnonzero(lift >= s.touch_from)
    if not up.size:
        return UNKNOWN
    inside = slice(int(up[0]), int(up[-1]) + 1)
    lost = (lift <= s.touch_below) & (window.depth() >= s.touch_depth)
    if lost.any() or np.abs(np.gradient(lift, window.interval_s)).max() > s.touch_most_speed:
        return UNKNOWN
    down = _runs(lift[inside] <= s.touch_below)
    return Estimate(float(sum(length * window.interval_s >= s.touch_while_s for length in down)), s.touch_error)


def _sway(window: Window, name: str, floor: float, doubt: float) -> Estimate:
    """Standard deviation of what depth does not explain of a series, less what there always is; unknown on two feet."""
    values, _ = window.series(name)
    trunk, _ = window.series("trunk_inclination")
    free, s = FREE.get(window.rep.side), window.settings
    if free is None:
        return UNKNOWN
    alone = np.isfinite(values) & np.isfinite(trunk) & window.during("eccentric", "bottom", "concentric")
    if alone.sum() * window.interval_s < s.balance_least_s:
        return UNKNOWN
    rest = _unexplained(trunk[alone], values[alone], s.balance_bends)
    noise = mad_scale(np.diff(values[alone], n=2)) / math.sqrt(6.0)
    value = math.sqrt(max(float(rest @ rest) / rest.size - float(noise) ** 2 - floor**2, 0.0))
    looks = max(alone.sum() * window.interval_s * s.balance_looks_per_s, 1.0)
    error = math.hypot(value / math.sqrt(2 * looks), doubt)
    return Estimate(value, error, float(window.time_s[alone][int(np.abs(rest).argmax())]))


def _unexplained(depth: Floats, values: Floats, bends: int) -> Floats:
    """What a smooth curve over depth, of so many bends, leaves of the values."""
    span = float(np.ptp(depth))
    at = (depth - depth.min()) / span if span > 0 else np.zeros_like(depth)
    curve = np.polynomial.Polynomial.fit(at, values, bends)
    return np.asarray(values - curve(at))


def _runs(true: Bools) -> list[int]:
    """Lengths of the stretches that are true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], true, [False]]).astype(int)))
    return [int(end - start) for start, end in edges.reshape(-1, 2)]
