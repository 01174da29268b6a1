"""How the whole body moves: hips or knees, the path of the trunk, the head, the finish, the speed."""

import math
from dataclasses import replace

import numpy as np

from hiphinge.geometry import mad_scale
from hiphinge.metrics.window import (
    UNKNOWN,
    Estimate,
    Window,
    at,
    change,
    difference,
    from_standing,
    held,
    median_of,
    quotient,
    smallest,
)


def hip_knee_ratio(window: Window) -> Estimate:
    """Hip over knee range of motion: about 4-5 in a balanced hinge, 1 in a squat.

    Knee ranges under `least_knee_rom_deg` count as that much, since the quotient has no upper end.
    """
    hip, knee = change(window, "hip_flexion"), change(window, "knee_flexion")
    return quotient(hip, knee, smallest_divisor=window.settings.least_knee_rom_deg)


def hip_drop(window: Window) -> Estimate:
    """How far the hip sinks from standing, fraction of stature; + down."""
    low = smallest(window, "hip_height")
    return Estimate(-low.value, low.error, low.at_s)


def stoop_squat_index(window: Window) -> Estimate:
    """Stoop-squat index at the lowest shoulder: SSI = 100·(1 − Δhip height / Δshoulder height).

    0 is a full squat, 100 a full stoop; squats stay below 30 and stoops above 90 (Schmid et al. 2022, the formula as
    reconstructed from the heights). It does not tell a clean hinge from a rounded stoop.
    """
    shoulder = smallest(window, "shoulder_height")
    if not -shoulder.value > window.settings.least_shoulder_drop:
        return UNKNOWN
    hip = at(window, "hip_height", shoulder.at_s)
    share = quotient(
        Estimate(-hip.value, hip.error),
        Estimate(-shoulder.value, shoulder.error),
        smallest_divisor=window.settings.least_shoulder_drop,
    )
    return Estimate(100 * (1 - share.value), 100 * share.error, shoulder.at_s)


def trunk_minus_shank(window: Window) -> Estimate:
    """Trunk less shank inclination at the bottom, each from standing: near 0 in a squat, over 40° in a hinge."""
    at_s = window.rep.bottom_s
    trunk, shank = (from_standing(window, name, at_s) for name in ("trunk_inclination", "shank_inclination"))
    return Estimate(trunk.value - shank.value, math.hypot(trunk.error, shank.error), at_s)


def hinge_dominance(window: Window) -> Estimate:
    """How far the movement lies on the way from squat (0) to hinge (1): the mean of five contrasts.

    Each contrast is laid linearly between its value in a balanced squat and the edge of the hinge band, and cut off at
    0 and 1. A pull from the floor lies between. The contrasts share most of their landmarks, so their errors are added
    and `dominance_error_share` of that is left; where they disagree, the standard error of their mean is the least.
    """
    ends = window.settings
    contrasts = (
        (hip_knee_ratio(window), ends.squat_ratio, ends.hinge_ratio),
        (change(window, "shank_inclination"), ends.squat_shank_deg, ends.hinge_shank_deg),
        (trunk_minus_shank(window), ends.squat_trunk_minus_shank_deg, ends.hinge_trunk_minus_shank_deg),
        (hip_drop(window), ends.squat_hip_drop, ends.hinge_hip_drop),
        (stoop_squat_index(window), ends.squat_index, ends.hinge_index),
    )
    placed = [
        np.clip((estimate.value + np.array([-1, 0, 1]) * estimate.error - squat) / (hinge - squat), 0, 1)
        for estimate, squat, hinge in contrasts
        if math.isfinite(estimate.value) and math.isfinite(estimate.error)
    ]
    if len(placed) < ends.least_contrasts:
        return UNKNOWN
    places = np.array(placed)
    shared = ends.dominance_error_share * np.abs(places[:, 2] - places[:, 0]).mean() / 2
    disagreement = places[:, 1].std() / math.sqrt(len(places))
    return Estimate(float(places[:, 1].mean()), float(max(shared, disagreement)), window.rep.bottom_s)


def knee_flexion_deep(window: Window) -> Estimate:
    """The most that the knee bends while the body is deep: what is before the legs at the top does not count."""
    return held(window, "knee_flexion", where=window.deep())


def shank_inclination_deep(window: Window) -> Estimate:
    """How far the shank leans forward of standing while the body is deep, at most (deg).

    What the landmark model does to everybody cancels in a change from standing, and its correction was learned from
    balanced people: it draws shins that lean unusually towards where those of others are. So where the legs are well
    seen the change is the landmarks' own; where plates hide them the correction is the better guess.
    """
    lean, standing = window.series("shank_inclination")[0], window.standing.get("shank_inclination", UNKNOWN)
    added = window.series("shank_correction")[0]
    seen = _well_seen(window)
    own = seen * (added - window.standing.get("shank_correction", UNKNOWN).value)
    columns = window.columns | {"shank_inclination_deg": lean - np.nan_to_num(own)}
    most = held(replace(window, columns=columns), "shank_inclination", where=window.deep())
    share = 1 - seen * (1 - window.settings.shank_error_share)
    return Estimate(most.value - standing.value, share * math.hypot(most.error, standing.error), most.at_s)


def _well_seen(window: Window) -> float:
    """How far the legs are seen while the body is deep, 0 as behind plates … 1 as with nothing before them."""
    settings, confidence = window.settings, window.series("confidence")[0][window.deep()]
    seen = confidence[np.isfinite(confidence)]
    if not seen.size:
        return 0.0
    span = settings.legs_seen_whole - settings.legs_seen_from
    return float(np.clip((seen.mean() - settings.legs_seen_from) / span, 0.0, 1.0))


def knee_drift(window: Window) -> Estimate:
    """Knee flexion gained from 30 % of the way down (of trunk inclination) to the bottom; + bending on."""
    trunk, _ = window.series("trunk_inclination")
    down = window.during("eccentric")
    depth = change(window, "trunk_inclination")
    leaned = trunk - window.standing["trunk_inclination"].value
    past = down & (leaned >= window.settings.drift_from * depth.value)
    if not past.any():
        return UNKNOWN
    early = at(window, "knee_flexion", float(window.time_s[past.argmax()]))
    late = at(window, "knee_flexion", window.rep.bottom_s)
    return difference(late, early, shared=window.settings.error_correlation)


def trunk_tip_on_rise(window: Window) -> Estimate:
    """How much further the trunk tips forward while the hips already rise (deg, + forward).

    The largest trunk inclination in the first half of the hip's rise, held for a moment, less its median while the hips
    are at their lowest: as a trunk tips, the hip seems to sink a little, so the lowest moment alone may be one of
    tipping. A trunk that keeps its angle while the knees open is an ordinary pull from the floor; one that tips further
    is hips first.

    Plates hide knees and feet just there, so frames that are not well seen are left out, and nothing is said where too
    few are left. On the way down only a trunk at rest counts: one that comes out from behind the plates late has not
    tipped. By how much the trunk wanders while the hips are at their lowest (median absolute deviation) adds to the
    error.
    """
    settings = window.settings
    height, _ = window.series("hip_height")
    trunk, _ = window.series("trunk_inclination")
    confidence, _ = window.series("confidence")
    with np.errstate(invalid="ignore"):
        seen = np.isfinite(height + trunk) & ~(confidence < settings.rise_confidence)
        bent = seen & (window.depth() >= settings.lowest_from)
    lifting = window.during("bottom", "concentric")
    bent &= lifting | window.at_rest("trunk_inclination", settings.rest_deg_s)
    if not window.during("concentric").any() or bent.sum() < 2:
        return UNKNOWN
    lowest = smallest(window, "hip_height", where=bent)
    after = np.isfinite(height) & (window.time_s >= lowest.at_s)
    rise = float(height[after].max()) - lowest.value
    above = np.flatnonzero(after & (height > lowest.value + rise / 2))
    low = np.arange(height.size) < (above[0] if above.size else height.size)
    pulling = lifting & low
    if not pulling.any() or seen[pulling].mean() < settings.deep_seen_share:
        return UNKNOWN
    rising = after & low
    resting = bent & (height <= lowest.value + settings.rest_share * rise)
    _, errors = window.series("trunk_inclination")
    rest = Estimate(float(np.median(trunk[resting])), float(np.sqrt(np.mean(errors[resting] ** 2))), lowest.at_s)
    tip = difference(held(window, "trunk_inclination", where=rising & seen), rest, shared=settings.error_correlation)
    return tip._replace(error=math.hypot(tip.error, float(mad_scale(trunk[resting]))))


def lockout_trunk_inclination(window: Window) -> Estimate:
    """Trunk inclination at lock-out: the median over the phase; − leaning back."""
    return median_of(window, "trunk_inclination", "lockout")


def head_angle_min(window: Window) -> Estimate:
    """The lowest look between the start of the way down and the end of the way up."""
    return smallest(window, "head_angle", where=window.during("eccentric", "bottom", "concentric"))


def peak_hip_speed(window: Window) -> Estimate:
    """Fastest hip extension (deg/s), 30-150 in slow hinges, 300-500 in swings."""
    rate, _ = window.series("hip_flexion_rate")
    _, errors = window.series("hip_flexion")
    if not np.isfinite(rate).any():
        return UNKNOWN
    fastest = int(np.nanargmin(rate))
    return Estimate(
        float(-rate[fastest]), float(errors[fastest] / window.settings.speed_span_s), float(window.time_s[fastest])
    )


def pose_confidence(window: Window) -> Estimate:
    """Mean confidence of the pose over the repetition, 0 … 1."""
    confidence, _ = window.series("confidence")
    seen = confidence[np.isfinite(confidence)]
    return Estimate(float(seen.mean()), 0.0, window.rep.bottom_s) if seen.size else UNKNOWN
