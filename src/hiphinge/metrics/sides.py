"""What one side does by itself: the rear leg of a single-leg lift, the level of the pelvis, the bend of the arms."""

import math

import numpy as np

from hiphinge.metrics.balance import FREE
from hiphinge.metrics.window import UNKNOWN, Estimate, Window, at, held


def rear_leg_line(window: Window) -> Estimate:
    """Angle (deg) between the trunk and the free leg's thigh at the bottom: 0 one straight line, + the leg hangs lower.

    Unknown where both feet stay down, and where the free foot was up and seems to stand at the bottom: a far leg that
    is laid on the near one hangs in the picture alone.
    """
    free = FREE.get(window.rep.side)
    if free is None:
        return UNKNOWN
    width_s = window.settings.hold_s
    if _is_lost(window, free):
        return UNKNOWN
    trunk, thigh = (
        at(window, name, window.rep.bottom_s, width_s=width_s)
        for name in ("trunk_inclination", f"{free}_thigh_inclination")
    )
    return Estimate(trunk.value + thigh.value, math.hypot(trunk.error, thigh.error), window.rep.bottom_s)


def _is_lost(window: Window, free: str) -> bool:
    """Whether the free foot is much lower at the bottom than it gets in the repetition."""
    lift, _ = window.series(f"{free}_foot_lift")
    bottom = at(window, f"{free}_foot_lift", window.rep.bottom_s, width_s=window.settings.hold_s)
    highest = float(np.nanmax(lift)) if np.isfinite(lift).any() else 0.0
    return highest >= window.settings.touch_from and bottom.value < window.settings.free_foot_kept * highest


def pelvis_roll(window: Window) -> Estimate:
    """How far (deg) the pelvis is from level at the bottom, as change from standing; to either side.

    Unknown on one leg where the free leg was laid on the standing one: the hips go with it.
    """
    free = FREE.get(window.rep.side)
    if free is not None and _is_lost(window, free):
        return UNKNOWN
    roll = at(window, "pelvis_roll", window.rep.bottom_s, width_s=window.settings.hold_s)
    return Estimate(abs(roll.value), roll.error, roll.at_s)


def elbow_flexion_max(window: Window) -> Estimate:
    """The most (deg) that the elbow bends on the way up and at the top, held for a moment."""
    return held(window, "elbow_flexion", where=window.during("concentric", "lockout"))
