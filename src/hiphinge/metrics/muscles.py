"""How far and how fast the hamstrings are stretched, and what makes the trunk lean: the pelvis or the back."""

import numpy as np

from hiphinge.metrics.spine import back_seen
from hiphinge.metrics.window import UNKNOWN, Estimate, Window, at, from_standing, quotient


def hamstring_stretch_speed_max(window: Window) -> Estimate:
    """Fastest lengthening of the hamstrings, standing lengths per second."""
    rate, _ = window.series("hamstring_strain_rate")
    _, errors = window.series("hamstring_strain")
    if not np.isfinite(rate).any():
        return UNKNOWN
    fastest = int(np.nanargmax(rate))
    if not rate[fastest] > 0:
        return UNKNOWN
    error = float(errors[fastest] / window.settings.speed_span_s)
    return Estimate(float(rate[fastest]), error, float(window.time_s[fastest]))


def pelvic_tilt_share(window: Window) -> Estimate:
    """Share of the trunk's change of inclination at the bottom that the pelvis's forward tilt gave, 0 … 1 and more.

    A hinge is the pelvis tipping over the thighs: near 1. What is missing is the back's, which rounds; above 1 it
    arches.
    """
    if not back_seen(window, "pelvic_tilt"):
        return UNKNOWN
    lean = from_standing(window, "trunk_inclination", window.rep.bottom_s)
    tilt = at(window, "pelvic_tilt", window.rep.bottom_s, width_s=window.settings.hold_s)
    if not lean.value >= window.settings.least_shared_lean_deg:
        return UNKNOWN
    return quotient(tilt, lean, smallest_divisor=window.settings.least_shared_lean_deg)


def hip_passive_share(window: Window) -> Estimate:
    """Share of the hip's moment at the bottom that relaxed tissue holds, 0 … 1."""
    return at(window, "hip_passive_share", window.rep.bottom_s)
