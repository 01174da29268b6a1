"""What the landmarks say of the whole body: its size, its facing, its uprightness. Plain arrays in, plain arrays out.

``position`` is (T, 33, 2) pixels, x right, y **down**; ``confidence`` (T, 33).
"""

from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hiphinge.geometry import Bools, Floats, angle_from_vertical_deg, distance, nan_median, wrap_deg
from hiphinge.pose import KEYPOINTS

INDEX: Final[dict[str, int]] = {name: index for index, name in enumerate(KEYPOINTS)}
LEG: Final[tuple[str, ...]] = ("knee", "ankle", "heel", "foot_index")
FOOT: Final[tuple[str, ...]] = ("ankle", "heel", "foot_index")
SIDES: Final[tuple[str, str]] = ("left", "right")


def pair(array: NDArray[np.float64], part: str) -> Floats:
    """(T, 2, ...): left and right of one body part."""
    return np.asarray(array[:, [INDEX[f"left_{part}"], INDEX[f"right_{part}"]]])


def middle(position: Floats, part: str) -> Floats:
    """(T, 2): the point between left and right of one body part."""
    return np.asarray(pair(position, part).mean(axis=1))


def trunk_length(position: Floats) -> float:
    """Median distance between the middle of the hips and the middle of the shoulders, px; NaN when never seen."""
    return float(nan_median(distance(middle(position, "shoulder"), middle(position, "hip"))))


def facing_evidence(position: Floats, confidence: Floats) -> Floats:
    """How clearly the lifter faces the picture's right in each frame: (T,), + right, − left, about ±1 when plain.

    A vote of four: the trunk leans toward the front and hardly ever backward; the nose is in front of the ears; the
    toes are in front of the heels; the knees are in front of the line from hip to ankle. All as fractions of trunk
    length, so that each counts the more the clearer it is; feet and knees count by their confidence. Points unseen do
    not vote.
    """
    size = max(trunk_length(position), 1.0)
    lean = middle(position, "shoulder") - middle(position, "hip")
    nose = position[:, INDEX["nose"]] - middle(position, "ear")
    foot = pair(position, "foot_index") - pair(position, "heel")
    feet_seen = np.minimum(pair(confidence, "foot_index"), pair(confidence, "heel"))
    leg_line = (pair(position, "hip") + pair(position, "ankle")) / 2
    knees = pair(position, "knee") - leg_line
    knees_seen = np.minimum(pair(confidence, "knee"), pair(confidence, "ankle"))
    votes = np.stack(
        [
            lean[:, 0] / size,
            2.0 * nose[:, 0] / size,
            (foot[..., 0] * feet_seen).mean(axis=1) / size,
            (knees[..., 0] * knees_seen).mean(axis=1) / size,
        ]
    )
    return np.asarray(np.nansum(votes, axis=0))


def running_median(values: Floats, width: int) -> Floats:
    """Centred median over `width` samples (made odd), NaN ignored, window cut at the ends. Works along axis 0."""
    table = pd.DataFrame(values.reshape(values.shape[0], -1))
    middle_value = table.rolling(2 * (max(width, 1) // 2) + 1, center=True, min_periods=1).median()
    return np.asarray(middle_value.to_numpy(dtype=np.float64).reshape(values.shape))


def standing_straight(position: Floats, confidence: Floats, *, max_bend_deg: float) -> Bools:
    """Frames in which shoulder, hip, knee and ankle lie on one line, whichever way the picture is turned: (T,).

    Frames whose hips or shoulders were not seen do not count.
    """
    up = np.array([1.0, -1.0])
    points = [middle(position, part) * up for part in ("ankle", "knee", "hip", "shoulder")]
    leans = [angle_from_vertical_deg(lower, upper) for lower, upper in pairwise(points)]
    bends = np.abs(np.stack([wrap_deg(b - a) for a, b in pairwise(leans)]))
    seen = pair(confidence, "hip").max(axis=1) > 0
    with np.errstate(invalid="ignore"):
        return np.asarray((bends < max_bend_deg).all(axis=0) & seen)
