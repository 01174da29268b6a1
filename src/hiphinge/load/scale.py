"""How many metres a stature is: from the stature that was given, or from a full-size plate of 450 mm.

The kinematics' unit, the stature, is the trunk's length in the picture over its share of a body. Landmarks put the hips
a little low, so trunks come out long and legs short; trunk and legs together are right on average, and the given
stature is laid on both.

A plate is nearer to the camera than the lifter by half a bar. With the camera at distance d of the lifter's middle, a
thing nearer by z is larger in the picture by d / (d − z). The hands are nearer by h, the plate by p, so the plate
travels g = (d − h) / (d − p) times as far in the picture as the hands: that gives d, and with it the plate's size at
the lifter's distance, r (d − p) / d. Where the hands were followed badly d stays near what rooms allow.
"""

import math
from typing import Literal, NamedTuple

from hiphinge.kinematics import Kinematics
from hiphinge.load.plates import Plate
from hiphinge.records import View
from hiphinge.settings import KinematicsSettings, LoadSettings

Source = Literal["stature", "plate", "body"]


class Scale(NamedTuple):
    """Metres per stature of the kinematics, with its standard error; NaN where only body units are known."""

    source: Source
    metres: float
    error: float


UNSCALED = Scale("body", math.nan, math.nan)


class Body(NamedTuple):
    """The lifter's stature in pixels from trunk and legs together, and its relative standard error."""

    stature_px: float
    error: float


def body_of(motion: Kinematics, *, body: KinematicsSettings, settings: LoadSettings) -> Body:
    """Weigh trunk and legs by their lengths: what the hips' landmark gives one it takes from the other.

    Legs that are short beyond that were hidden, or were never seen straight: half of what is missing is error.
    """
    trunk, legs = (float(motion.attrs[name]) for name in ("stature_px", "stature_from_legs_px"))
    stature = (trunk * body.trunk_per_stature + legs * body.leg_per_stature) / (
        body.trunk_per_stature + body.leg_per_stature
    )
    missing = abs(legs / trunk / settings.legs_usual - 1) if trunk > 0 else math.nan
    return Body(stature, math.hypot(settings.body_error, missing / 2))


def scale_of(
    motion: Kinematics,
    view: View,
    *,
    stature_cm: float | None,
    plate: Plate | None,
    body: KinematicsSettings,
    settings: LoadSettings,
) -> Scale:
    """Find the scale: a given stature before a plate; a plate only where the lifter it implies can be a person."""
    lifter, unit_px = body_of(motion, body=body, settings=settings), float(motion.attrs["stature_px"])
    if not (math.isfinite(lifter.stature_px) and lifter.stature_px > 0):
        return UNSCALED
    if stature_cm is not None:
        metres = stature_cm / 100 * unit_px / lifter.stature_px
        return Scale("stature", metres, metres * lifter.error)
    if plate is None or view.plane == "frontal" or abs(view.yaw_deg) > settings.plate_most_yaw_deg:
        return UNSCALED
    pixels, relative = pixels_per_metre(plate, settings=settings)  # trunk and legs only tell whether it can be
    if not settings.stature_least_m <= lifter.stature_px / pixels <= settings.stature_most_m:
        return UNSCALED
    return Scale("plate", unit_px / pixels, relative * unit_px / pixels)


def nearer(plate: Plate, *, settings: LoadSettings) -> tuple[float, float]:
    """How much smaller than in the picture the plate would be at the lifter's distance, (d − p) / d, and its error."""
    nearness, unsure = nearness_of(plate, settings=settings)
    return 1 - settings.plate_nearer_m * nearness, settings.plate_nearer_m * unsure


def pixels_per_metre(plate: Plate, *, settings: LoadSettings) -> tuple[float, float]:
    """Pixels that a metre has at the lifter's distance by a plate of full size, and the relative standard error."""
    smaller, unsure = nearer(plate, settings=settings)
    pixels = plate.radius_px / (settings.plate_diameter_m / 2) * smaller
    relative = math.sqrt(
        (plate.radius_error_px / plate.radius_px) ** 2 + settings.plate_radius_error**2 + (unsure / smaller) ** 2
    )
    return pixels, relative


def nearness_of(plate: Plate, *, settings: LoadSettings) -> tuple[float, float]:
    """One over the camera's distance, and its standard error, 1/m: the plate's gain weighed with what rooms allow.

    From g = (d − h) / (d − p): 1/d = (g − 1) / (g p − h).
    """
    hands, end = settings.hands_nearer_m, settings.plate_nearer_m
    usual, spread = 1 / settings.camera_m, settings.camera_error / settings.camera_m
    gain_error = math.hypot(plate.gain_error, settings.plate_gain_error)
    gain = max(plate.gain, 1.0)
    seen = (gain - 1) / (gain * end - hands)
    per_gain = (end - hands) / (gain * end - hands) ** 2
    weights = 1 / spread**2, 1 / (per_gain * gain_error) ** 2
    total = sum(weights)
    return (usual * weights[0] + seen * weights[1]) / total, math.sqrt(1 / total)
