"""Where the load is: in the hands, a step along the forearms from the wrists, or across the upper back.

Everything is in the sagittal plane, forward and up, in statures from the planted ankle, as the kinematics have it.
"""

from typing import NamedTuple

import numpy as np

from hiphinge.geometry import Bools, Floats, distance, mad_scale, nan_median
from hiphinge.kinematics import standing_legs
from hiphinge.kinematics.joints import Joint, Landmarks, middle
from hiphinge.kinematics.places import planted
from hiphinge.pose import KEYPOINTS
from hiphinge.settings import KinematicsSettings, LoadSettings


class Foot(NamedTuple):
    """The standing foot.

    Attributes
    ----------
    ankle : as a planted foot has it, pixels.
    middle : (T,) from the ankle forward to the middle between heel and toe, pixels.
    """

    ankle: Joint
    middle: Floats


class Place(NamedTuple):
    """A point over time: (T, 2) forward and up in pixels of the sagittal plane, and its standard error per axis."""

    at: Floats
    error: Floats


def standing_foot(marks: Landmarks, interval_s: float, *, settings: KinematicsSettings) -> Foot:
    """Find the foot that carries the lifter: both, or in single-leg work the planted one."""
    _, legs = standing_legs(marks, settings=settings)
    ankle, heel, toe = (middle(marks, name, weights=legs) for name in ("ankle", "heel", "foot_index"))
    ahead = (heel.place[:, 0] + toe.place[:, 0]) / 2 - ankle.place[:, 0]
    typical = np.full(ahead.size, np.nan)
    for sign in (-1.0, 1.0):  # a turned camera sees the feet from their other side
        same = marks.facing == sign
        typical[same] = nan_median(ahead[same])
    return Foot(planted(ankle, interval_s, settings=settings), typical)


def in_hands(marks: Landmarks, *, stature_px: float, settings: LoadSettings) -> Place:
    """The middle of both fists: from the wrists along the forearms and, as hands close, a little in front of them."""
    paired = hands_together(marks, stature_px=stature_px, settings=settings)
    wrist, elbow = (middle(marks, name, paired=paired) for name in ("wrist", "elbow"))
    reach = distance(wrist.place, elbow.place)[:, None]
    along = np.divide(wrist.place - elbow.place, reach, out=np.full_like(wrist.place, np.nan), where=reach > 0)
    along = np.where(np.isfinite(along), along, [0.0, -1.0])
    ahead = np.stack([-along[:, 1], along[:, 0]], axis=-1)
    at = wrist.place + stature_px * (settings.grip_along * along + settings.grip_ahead * ahead)
    return Place(at, np.hypot(wrist.error, settings.grip_error * stature_px))


def hands_together(marks: Landmarks, *, stature_px: float, settings: LoadSettings) -> bool:
    """Whether both hands hold one thing: their distance in the picture hardly changes where both are seen.

    Then the middle between them is free of the camera's turn; hands that move apart have no such middle.
    """
    left, right = (KEYPOINTS.index(f"{side}_wrist") for side in ("left", "right"))
    apart = marks.place[:, right] - marks.place[:, left]
    seen = marks.confidence[:, [left, right]].min(axis=1) >= marks.pair_confidence
    apart = apart[seen] if seen.any() else apart
    spread = np.hypot(*(mad_scale(apart[:, axis]) for axis in (0, 1)))
    return bool(np.isfinite(spread) and spread <= settings.hands_apart_spread * stature_px)


def on_back(marks: Landmarks, *, stature_px: float, settings: LoadSettings) -> Place:
    """A bar across the upper back: a fixed place behind and above the shoulders, turning with the trunk."""
    hip, shoulder = (middle(marks, name) for name in ("hip", "shoulder"))
    length = distance(shoulder.place, hip.place)[:, None]
    up = np.divide(shoulder.place - hip.place, length, out=np.full_like(hip.place, np.nan), where=length > 0)
    ahead = np.stack([up[:, 1], -up[:, 0]], axis=-1)
    at = shoulder.place + stature_px * (settings.bar_along * up + settings.bar_ahead * ahead)
    return Place(at, np.hypot(shoulder.error, settings.bar_error * stature_px))


def either(one: Place, other: Place, where: Bools) -> Place:
    """The first place `where` true (T,), the other elsewhere."""
    return Place(*(np.where(where[:, None], a, b) for a, b in zip(one, other, strict=True)))
