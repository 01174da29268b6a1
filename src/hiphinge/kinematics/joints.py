"""The lifter's joints in the sagittal plane, from landmarks of both sides.

A side view shows the near side well and guesses the far one; a turned camera sees both, apart by the body's width. The
midpoint of both sides is free of that parallax, the near side is free of guessing. A joint here is the midpoint where
both sides are known, and moves over to one side plus the clip's own half distance where the other is not.
"""

from typing import NamedTuple

import numpy as np

from hiphinge.geometry import Floats, nan_median
from hiphinge.pose import KEYPOINTS


class Landmarks(NamedTuple):
    """All landmarks in the sagittal plane: forward and up, pixels, with standard errors per axis and confidence."""

    place: Floats
    """(T, 33, 2)"""
    error: Floats
    """(T, 33, 2)"""
    confidence: Floats
    """(T, 33)"""
    facing: Floats
    """(T,) +1 where the lifter faces the picture's right, −1 left."""
    pair_confidence: float
    """Confidence from which both sides of a pair are good enough to tell how far apart they are."""


class Joint(NamedTuple):
    """One joint of the sagittal chain over time."""

    place: Floats
    """(T, 2) forward and up, pixels."""
    error: Floats
    """(T, 2) standard error per axis, pixels."""
    confidence: Floats
    """(T,) of the better side."""


def sagittal(
    position: Floats, error_px: Floats, *, roll_deg: float, facing: Floats, cos_yaw: float
) -> tuple[Floats, Floats]:
    """Turn image positions (T, K, 2) into forward and up, undoing roll and the camera's yaw; errors likewise.

    The image's content leans clockwise by `roll_deg`, so it is turned back by as much. A distant camera shortens what
    lies along the walking direction by the cosine of the yaw; dividing by it restores the sagittal plane.
    """
    roll = np.deg2rad(roll_deg)
    x, y = position[..., 0], position[..., 1]
    across = x * np.cos(roll) + y * np.sin(roll)
    down = y * np.cos(roll) - x * np.sin(roll)
    place = np.stack([facing[:, None] * across / cos_yaw, -down], axis=-1)
    return place, np.stack([error_px / cos_yaw, error_px], axis=-1)


def in_picture(place: Floats, *, roll_deg: float, facing: Floats | float, cos_yaw: float) -> Floats:
    """Bring points (..., 2) of the sagittal plane, forward and up in pixels, back into the picture: x right, y down."""
    roll = np.deg2rad(roll_deg)
    across, down = facing * cos_yaw * place[..., 0], -place[..., 1]
    return np.stack([across * np.cos(roll) - down * np.sin(roll), across * np.sin(roll) + down * np.cos(roll)], axis=-1)


def middle(marks: Landmarks, name: str, *, weights: Floats | None = None, paired: bool = True) -> Joint:
    """Blend the left and right landmark `name` by inverse variance, free of parallax.

    Parameters
    ----------
    marks : landmarks in the sagittal plane.
    name : keypoint without its side, e.g. ``"hip"``.
    weights : (T, 2) further weights of left and right, such as whether the foot is planted.
    paired : false for parts that move apart freely, as hands do: then no typical distance between the sides is used.
    """
    left, right = (KEYPOINTS.index(f"{side}_{name}") for side in ("left", "right"))
    precision = marks.confidence[:, [left, right]] / marks.error[:, [left, right], 1] ** 2
    known = np.isfinite(precision) & np.isfinite(marks.place[:, [left, right]]).all(axis=-1)
    precision = np.where(known, precision, 0.0) * (1.0 if weights is None else weights)
    total = precision.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = precision / total[:, None]
    half = _half_distance(marks, (left, right), np.ones(len(precision)) if weights is None else weights.min(axis=1))
    towards_middle = np.stack([half, -half], axis=1) * paired
    places = np.nan_to_num(marks.place[:, [left, right]]) + towards_middle
    errors = np.nan_to_num(marks.error[:, [left, right]])
    place = (share[..., None] * places).sum(axis=1)
    error = np.sqrt(((share[..., None] * errors) ** 2).sum(axis=1))
    return Joint(place, error, marks.confidence[:, [left, right]].max(axis=1))


def _half_distance(marks: Landmarks, sides: tuple[int, int], planted: Floats) -> Floats:
    """Half the way (T, 2) from left to right: its median where both sides are seen and `planted`, for each facing.

    Where that is a minority of the planted moments they are not typical (the free leg passing by), and all are taken.
    """
    half = (marks.place[:, sides[1]] - marks.place[:, sides[0]]) / 2
    seen = marks.confidence[:, list(sides)].min(axis=1) >= marks.pair_confidence
    standing = np.isfinite(half).all(axis=1) & (planted == 1)
    typical = np.zeros_like(half)
    for sign in (-1.0, 1.0):
        same = marks.facing == sign
        known = same & standing
        usable = known & seen if 2 * np.count_nonzero(known & seen) >= np.count_nonzero(known) else known
        if usable.any():
            typical[same] = np.median(half[usable], axis=0)
    return typical


def single(marks: Landmarks, name: str) -> Joint:
    """Give a landmark that has no sides, such as the nose."""
    index = KEYPOINTS.index(name)
    return Joint(marks.place[:, index], marks.error[:, index], marks.confidence[:, index])


def foot_lift(marks: Landmarks, side: str, *, grounded_quantile: float) -> Floats:
    """Height (T,) in pixels of one ankle above its own planted level, the given quantile of its height in the clip."""
    height = marks.place[:, KEYPOINTS.index(f"{side}_ankle"), 1]
    if not np.isfinite(height).any():
        return np.full_like(height, np.nan)
    return np.asarray(height - np.nanquantile(height, grounded_quantile))


def foot_shift(marks: Landmarks, side: str, lift: Floats, *, planted: float) -> Floats:
    """Distance (T,) in pixels of one ankle from its planted place: where it mostly is while lower than `planted`.

    It tells a free leg before the foot is high, and a far foot that the estimator has lost while the near one stands.
    """
    place = marks.place[:, KEYPOINTS.index(f"{side}_ankle")]
    shift = np.full(len(place), np.nan)
    for sign in (-1.0, 1.0):
        same = marks.facing == sign
        ahead = place[same, 0] - nan_median(place[same & (lift < planted), 0])
        shift[same] = np.hypot(ahead, lift[same])
    return shift


def stance_weights(left_shift: Floats, right_shift: Floats, *, start: float, end: float) -> Floats:
    """How much each leg (T, 2) counts: 1 while its foot moved no more than the other by `start`, 0 from `end` on."""
    more = np.nan_to_num(np.stack([left_shift - right_shift, right_shift - left_shift], axis=1))
    return np.asarray(np.clip((end - more) / (end - start), 1e-6, 1.0))
