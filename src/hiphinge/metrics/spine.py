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


def deepest_of(name: str) -> Measure:
    """Metric: the largest value of a series of the back that is held for a moment in the deep part.

    A back rounds at depth. What is most on the way is where a plate or an arm passes before its outline.
    """

    def most(window: Window) -> Estimate:
        return held(window, name, where=_bent(window) & window.deep()) if back_seen(window, name) else UNKNOWN

    return most


def least_of(name: str) -> Measure:
    """Metric: the smallest value of a series of the back that is held for a moment, at the top too."""
    return lambda window: held(window, name, sign=-1.0) if back_seen(window, name) else UNKNOWN


def back_seen(window: Window, name: str) -> bool:
    """Whether enough frames of the deep part, and one around the bottom, show the back."""
    values, errors = window.series(name)
    known = np.isfinite(values) & np.isfinite(errors)
    deep = window.deep()
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


def neck_angle_min(window: Window) -> Estimate:
    """The lowest look, as the neck itself makes it.

    The head's angle H is measured against the line from hip to shoulder, and a back that rounds carries the head down
    with it: thoracic flexion T by `head_carried_thoracic`, lumbar flexion L by `head_carried_lumbar` a degree. So

        N = g·(H + t·T + l·L) + S,

    with g what the reading falls short by and S how far from neutral the head is carried while standing, from which H
    is measured. The three are read together and their errors go against one another, which most of N's error cancels
    in. Where the back was not judged, the head's angle alone has to do.
    """
    value, error = _neck(window)
    columns = {"neck_angle_deg": value, "neck_angle_error_deg": error}
    return held(replace(window, columns=window.columns | columns), "neck_angle", sign=-1.0, where=_bent(window))


def neck_angle_max(window: Window) -> Estimate:
    """How far the neck is craned up while the body is deep, in degrees of the line from shoulder to ear.

    N = f·(F + t·T + l·L) + S, with F the face's turn against the trunk, f what of it the neck's line shows, the rest as
    in `neck_angle_min`; the median over the deep part. The face tells it, for the outline shows a part of a craned
    neck. Unknown where too little of the deep part shows the face.
    """
    settings = window.settings
    face, face_error = window.series("face_angle")
    deep = window.deep()
    seen = deep & np.isfinite(face)
    if not seen.any() or seen.sum() < settings.deep_seen_share * deep.sum():
        return UNKNOWN
    look = window.standing.get("look", Estimate(0.0, 0.0))
    values = settings.neck_of_face * (face + _carried(window)) + look.value
    value = float(np.median(values[seen]))
    typical = int(np.where(seen, np.abs(values - value), np.inf).argmin())
    error = settings.neck_of_face * float(np.sqrt(np.mean(face_error[seen] ** 2)))
    return Estimate(value, math.hypot(error, look.error), float(window.time_s[typical]))


def _carries(window: Window) -> tuple[Floats, Floats]:
    """What a degree of the upper and of the lower back carries the head by (T,); nought where they were not judged."""
    settings = window.settings
    known = np.isfinite(sum(sum(window.series(name)) for name in ("thoracic_flexion", "lumbar_flexion")))
    return settings.head_carried_thoracic * known, settings.head_carried_lumbar * known


def _carried(window: Window) -> Floats:
    """By how much (T,), degrees, the back carries the head."""
    upper, lower = (np.nan_to_num(window.series(name)[0]) for name in ("thoracic_flexion", "lumbar_flexion"))
    by_upper, by_lower = _carries(window)
    return by_upper * upper + by_lower * lower


def _neck(window: Window) -> tuple[Floats, Floats]:
    """The neck's own angle (T,) and its standard error, as `neck_angle_min` has it."""
    settings = window.settings
    head, head_error = window.series("head_angle")
    upper_error, lower_error = (window.series(name)[1] for name in ("thoracic_flexion", "lumbar_flexion"))
    by_upper, by_lower = _carries(window)
    errors = np.stack([head_error, by_upper * np.nan_to_num(upper_error), by_lower * np.nan_to_num(lower_error)])
    alike = np.eye(3)
    alike[0, 1] = alike[1, 0] = settings.head_thoracic_correlation
    alike[0, 2] = alike[2, 0] = settings.head_lumbar_correlation
    alike[1, 2] = alike[2, 1] = settings.thoracic_lumbar_correlation
    together = np.sqrt(np.einsum("it,ij,jt->t", errors, alike, errors))
    look = window.standing.get("look", Estimate(0.0, 0.0))
    value = settings.neck_gain * (head + _carried(window)) + look.value
    return value, np.hypot(settings.neck_gain * settings.neck_error_share * together, look.error)


def _bent(window: Window) -> Bools:
    return window.during("eccentric", "bottom", "concentric")
