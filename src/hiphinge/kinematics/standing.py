"""The lifter's own standing posture: found in the clip where it shows one, taken from a population where not.

Landmarks lie a few centimetres beside the joint centres, which shifts every angle by a few degrees; what is measured
from the lifter's own standing is free of that.
"""

from typing import Literal, NamedTuple

import numpy as np

from hiphinge.geometry import Bools, Floats, mad_scale
from hiphinge.settings import KinematicsSettings


class Standing(NamedTuple):
    """Which frames show the lifter standing, or that none does."""

    frames: Bools
    """(T,) empty of true values when the posture is a population's."""
    source: Literal["clip", "prior"]
    seconds: float
    """How long the lifter is seen standing."""


class Baseline(NamedTuple):
    """One quantity while standing, and its standard error."""

    value: float
    error: float


def find_standing(
    *, height: Floats, trunk: Floats, hip: Floats, interval_s: float, settings: KinematicsSettings
) -> Standing:
    """Find the frames in which the lifter stands upright, the stillest of them where there are enough.

    Parameters
    ----------
    height : (T,) shoulder above ankle, any unit.
    trunk, hip : (T,) inclination and flexion, degrees. Knees are not asked: plates hide them too often.
    interval_s : sampling interval, s.
    """
    nobody = Standing(np.zeros(height.size, dtype=bool), "prior", 0.0)
    finite = np.isfinite(height) & np.isfinite(trunk) & np.isfinite(hip)
    if finite.sum() < 2:
        return nobody
    tallest = np.quantile(height[finite], settings.tallest_quantile)
    with np.errstate(invalid="ignore"):
        upright = (
            finite
            & (height > settings.standing_height_share * tallest)
            & (np.abs(trunk) < settings.standing_max_trunk_deg)
            & (hip < settings.standing_max_hip_deg)
        )
    if upright.sum() * interval_s < settings.standing_min_s:
        return nobody
    speed = np.abs(np.gradient(hip, interval_s)) + np.abs(np.gradient(trunk, interval_s))
    slow = max(settings.standing_still_deg_s, float(np.nanquantile(speed[upright], settings.standing_still_quantile)))
    still = upright & (np.nan_to_num(speed, nan=np.inf) <= slow)
    return Standing(still, "clip", float(still.sum() * interval_s))


def baseline(values: Floats, standing: Standing, *, prior: float, prior_error: float) -> Baseline:
    """Give the median of `values` (T,) while standing, or the prior when the clip shows no standing.

    The error is the robust spread over the standing frames, shrunk by the number of independent looks, taken as one
    a second because people sway about that slowly.
    """
    seen = values[standing.frames & np.isfinite(values)]
    if not seen.size:
        return Baseline(prior, prior_error)
    return Baseline(float(np.median(seen)), float(mad_scale(seen) / np.sqrt(max(1.0, standing.seconds))))
