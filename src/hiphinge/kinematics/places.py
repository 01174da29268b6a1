"""Where joints are: the lifter's size in pixels, heights and travels from the planted foot, apparent lengths."""

import numpy as np
from scipy.ndimage import median_filter

from hiphinge.geometry import Floats, nan_median
from hiphinge.kinematics.chain import Chain, Scale
from hiphinge.kinematics.joints import Joint
from hiphinge.kinematics.standing import Standing, baseline
from hiphinge.kinematics.uncertainty import length, quantile
from hiphinge.settings import KinematicsSettings


def scale_of(chain: Chain, standing: Standing, *, settings: KinematicsSettings) -> Scale:
    """Trunk length and stature in pixels; the legs' own estimate of the stature tells how sure that is."""
    spans = length(chain.hip.place, chain.shoulder.place)
    legs = length(chain.ankle.place, chain.knee.place) + length(chain.knee.place, chain.hip.place)
    if standing.source == "clip":
        trunk_px, legs_px = (float(nan_median(values[standing.frames])) for values in (spans, legs))
    else:
        trunk_px, legs_px = (quantile(values, settings.tallest_quantile) for values in (spans, legs))
    stature = trunk_px / settings.trunk_per_stature
    from_legs = legs_px / settings.leg_per_stature
    return Scale(trunk_px, stature, from_legs, abs(from_legs - stature) / (2 * stature))


def planted(ankle: Joint, interval_s: float, *, settings: KinematicsSettings) -> Joint:
    """Give the ankle as a planted foot has it: the running median of its place."""
    window = max(1, round(settings.planted_window_s / interval_s)) | 1
    place = np.stack([median_filter(ankle.place[:, axis], size=window, mode="nearest") for axis in (0, 1)], axis=1)
    return ankle._replace(place=np.where(np.isfinite(place), place, ankle.place))


def places(
    chain: Chain, standing: Standing, scale: Scale, foot: Joint, *, settings: KinematicsSettings
) -> dict[str, Floats]:
    """Heights and travels in statures, from the planted foot; the hip's travel without the yaw's part of its error."""
    columns: dict[str, Floats] = {}
    for name, joint, axis, sign, prior in (
        ("hip_height", chain.hip, 1, 1.0, settings.hip_height_per_stature),
        ("shoulder_height", chain.shoulder, 1, 1.0, settings.hip_height_per_stature + settings.trunk_per_stature),
        ("hip_travel_back", chain.hip, 0, -1.0, 0.0),
    ):
        away = sign * (joint.place[:, axis] - foot.place[:, axis]) / scale.stature_px
        zero = baseline(away, standing, prior=prior, prior_error=settings.standing_place_error)
        change = away - zero.value
        noise = np.hypot(joint.error[:, axis], foot.error[:, axis]) / scale.stature_px
        error = np.sqrt(noise**2 + (change * scale.error) ** 2 + zero.error**2 + settings.place_bias**2)
        columns |= {name: change, f"{name}_error": error}
    from_foot = (chain.wrist.place - foot.place) / scale.stature_px
    from_shoulder = (chain.wrist.place - chain.shoulder.place) / scale.stature_px
    return columns | {
        "wrist_forward": from_foot[:, 0],
        "wrist_height": from_foot[:, 1],
        "wrist_ahead_of_shoulder": from_shoulder[:, 0],
        "wrist_above_shoulder": from_shoulder[:, 1],
    }


def ratios(chain: Chain, standing: Standing) -> dict[str, Floats]:
    """Apparent segment lengths over their typical ones."""
    found = {}
    for name, lower, upper in (("trunk", 2, 3), ("thigh", 1, 2), ("shank", 0, 1)):
        spans = length(chain[lower].place, chain[upper].place)
        typical = nan_median(spans[standing.frames] if standing.frames.any() else spans)
        found[f"{name}_ratio"] = spans / typical
    return found
