"""How the back's shape changes in a repetition; changes from the lifter's own standing, + flexed.

Nothing is said of a repetition in whose deep part too few frames show the back: a rounding hides there.
"""

import math
from dataclasses import replace

import numpy as np

from hiphinge.geometry import Bools, Floats
from hiphinge.metrics.window import UNKNOWN, Estimate, Measure, Window, at, difference, held, median_of


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

    The head's angle H is measured against the line from hip to shoulder, and a back that rounds carries the head down
    with it: thoracic flexion T by `head_carried_thoracic`, lumbar flexion L by `head_carried_lumbar` a degree. So

        N = g·(H + t·T + l·L) + S,

    with g what the reading falls short by and S how far from neutral the head is carried while standing, from which H
    is measured. The three are read together and their errors go against one another, which most of N's error cancels
    in. Where the back was not judged, the head's angle alone has to do.
    """

    def measure(window: Window) -> Estimate:
        value, error = _neck(window)
        columns = {"neck_angle_deg": value, "neck_angle_error_deg": error}
        return held(replace(window, columns=window.columns | columns), "neck_angle", sign=sign, where=_bent(window))

    return measure


def _neck(window: Window) -> tuple[Floats, Floats]:
    """The neck's own angle (T,) and its standard error, as `neck_angle` has it."""
    settings = window.settings
    head, head_error = window.series("head_angle")
    upper, upper_error = window.series("thoracic_flexion")
    lower, lower_error = window.series("lumbar_flexion")
    known = np.isfinite(upper + upper_error + lower + lower_error)
    by_upper, by_lower = settings.head_carried_thoracic * known, settings.head_carried_lumbar * known
    carried = by_upper * np.nan_to_num(upper) + by_lower * np.nan_to_num(lower)
    errors = np.stack([head_error, by_upper * np.nan_to_num(upper_error), by_lower * np.nan_to_num(lower_error)])
    alike = np.eye(3)
    alike[0, 1] = alike[1, 0] = settings.head_thoracic_correlation
    alike[0, 2] = alike[2, 0] = settings.head_lumbar_correlation
    alike[1, 2] = alike[2, 1] = settings.thoracic_lumbar_correlation
    together = np.sqrt(np.einsum("it,ij,jt->t", errors, alike, errors))
    look = window.standing.get("look", Estimate(0.0, 0.0))
    value = settings.neck_gain * (head + carried) + look.value
    return value, np.hypot(settings.neck_gain * settings.neck_error_share * together, look.error)


def _bent(window: Window) -> Bools:
    return window.during("eccentric", "bottom", "concentric")
