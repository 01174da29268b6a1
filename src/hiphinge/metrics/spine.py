"""How the back's shape changes in a repetition; changes from the lifter's own standing, + flexed.

Nothing is said of a repetition in whose deep part too few frames show the back: a rounding hides there.
"""

import math
from dataclasses import replace

import numpy as np

from hiphinge.metrics.window import UNKNOWN, Bools, Estimate, Measure, Window, at, difference, held, median_of


def most_of(name: str) -> Measure:
    """Metric: the largest value of a series of the back that is held for a moment, while the body is bent."""
    return lambda window: held(window, name, where=_bent(window)) if back_seen(window, name) else UNKNOWN


def least_of(name: str) -> Measure:
    """Metric: the smallest value of a series of the back that is held for a moment, at the top too."""
    return lambda window: held(window, name, sign=-1.0) if back_seen(window, name) else UNKNOWN


def back_seen(window: Window, name: str) -> bool:
    """Whether enough frames of the deep part, and one around the bottom, show the back."""
    values, errors = window.series(name)
    known = np.isfinite(values) & np.isfinite(errors)
    with np.errstate(invalid="ignore"):
        deep = window.depth() >= window.settings.deep_from
    near = np.abs(window.time_s - window.rep.bottom_s) <= window.settings.hold_s
    return bool(deep.any() and known[deep].mean() >= window.settings.deep_seen_share and known[near].any())


def lumbar_flexion_bottom(window: Window) -> Estimate:
    """Lumbar flexion at the deepest moment: the mean over `hold_s`."""
    return at(window, "lumbar_flexion", window.rep.bottom_s, width_s=window.settings.hold_s)


def lumbar_flexion_rise(window: Window) -> Estimate:
    """Lumbar flexion gained from 30 % of the way down to the bottom.

    It needs no standing posture: what is wrong alike at both moments cancels. A pull from the floor has no way down in
    the clip; there the way up is read backwards.
    """
    late, begun = lumbar_flexion_bottom(window), _early_s(window)
    if begun is None or not math.isfinite(late.value):
        return UNKNOWN
    early = at(window, "lumbar_flexion", begun, width_s=window.settings.hold_s)
    return difference(late, early, shared=window.settings.spine_error_correlation)


def _early_s(window: Window) -> float | None:
    """When the trunk passes `drift_from` of its depth on the way down, or else on the way up."""
    with np.errstate(invalid="ignore"):
        past = window.depth() >= window.settings.drift_from
    down, up = past & window.during("eccentric"), past & window.during("concentric")
    if window.during("eccentric").any():
        return float(window.time_s[down.argmax()]) if down.any() else None
    return float(window.time_s[np.flatnonzero(up)[-1]]) if up.any() else None


def lockout_lumbar_flexion(window: Window) -> Estimate:
    """Lumbar flexion at lock-out: the median over the phase; − arched more than when standing."""
    return median_of(window, "lumbar_flexion", "lockout")


def neck_angle(sign: float) -> Measure:
    """Metric: the lowest (`sign` −1) or highest (+1) look, as the neck itself makes it.

    The head's angle is measured against the line from hip to shoulder, and a back that rounds carries the head down
    with it. What it carries is added back, where the back was measured: a bend of the lower back turns the line by
    almost as much as the head, one of the upper back by little. Of the upper back only what lies beyond its error
    counts: a dropped head is itself easily read as some rounding below it.
    """

    def measure(window: Window) -> Estimate:
        settings = window.settings
        head, head_error = window.series("head_angle")
        upper, upper_error = window.series("thoracic_flexion")
        lower, lower_error = window.series("lumbar_flexion")
        sure = np.sign(upper) * np.maximum(np.abs(upper) - upper_error, 0.0)
        carried = settings.head_carried_thoracic * sure + settings.head_carried_lumbar * lower
        error = np.hypot(settings.head_carried_thoracic * upper_error, settings.head_carried_lumbar * lower_error)
        known = np.isfinite(carried) & np.isfinite(error)
        columns = {
            "neck_angle_deg": head + np.where(known, carried, 0.0),
            "neck_angle_error_deg": np.hypot(head_error, np.where(known, error, 0.0)),
        }
        return held(replace(window, columns=window.columns | columns), "neck_angle", sign=sign, where=_bent(window))

    return measure


def _bent(window: Window) -> Bools:
    return window.during("eccentric", "bottom", "concentric")
