"""The pose track: landmarks of one person over time. One schema, one maker, one checker."""

from typing import Final, NewType

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

PoseTrack = NewType("PoseTrack", xr.Dataset)
"""Landmarks of one person over time, as an estimator saw them.

=================  ======================  =====================================================================
variable           dims                    meaning
=================  ======================  =====================================================================
``position``       time, keypoint, space   pixels of the upright image, x right, y **down**, (0, 0) the outer
                                           corner of the top left pixel; NaN where nothing was seen
``world``          time, keypoint, axis    metres, origin between the hips, x image right, y **down**, z away
                                           from the camera; the estimator's guess of depth, used for the view only
``confidence``     time, keypoint          0 … 1, the probability that the keypoint is visible; 0 where unseen
=================  ======================  =====================================================================

``time`` is in seconds from the frames' own timestamps, strictly increasing. Attributes: ``width`` and ``height``
(pixels, upright), ``estimator`` and ``model`` (names).
"""

KEYPOINTS: Final[tuple[str, ...]] = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)
"""The 33 keypoints of BlazePose, in the order its model card gives them; left is the person's left."""

SPACE: Final[tuple[str, ...]] = ("x", "y")
AXES: Final[tuple[str, ...]] = ("x", "y", "z")


def make_track(
    time_s: ArrayLike,
    position: ArrayLike,
    world: ArrayLike,
    confidence: ArrayLike,
    *,
    width: int,
    height: int,
    estimator: str,
    model: str,
) -> PoseTrack:
    """Make a checked pose track from plain arrays.

    Parameters
    ----------
    time_s : (T,) seconds, strictly increasing.
    position : (T, 33, 2) pixels, y down.
    world : (T, 33, 3) metres, y down.
    confidence : (T, 33) in 0 … 1.
    width, height : size of the upright image in pixels.
    estimator, model : names, for provenance.

    Raises
    ------
    ValueError
        If a shape, an order or a range is not as described.
    """
    track = PoseTrack(
        xr.Dataset(
            {
                "position": (("time", "keypoint", "space"), np.asarray(position, dtype=np.float64)),
                "world": (("time", "keypoint", "axis"), np.asarray(world, dtype=np.float64)),
                "confidence": (("time", "keypoint"), np.asarray(confidence, dtype=np.float64)),
            },
            coords={
                "time": np.asarray(time_s, dtype=np.float64),
                "keypoint": list(KEYPOINTS),
                "space": list(SPACE),
                "axis": list(AXES),
            },
            attrs={"width": int(width), "height": int(height), "estimator": estimator, "model": model},
        )
    )
    check_track(track)
    return track


def check_track(track: PoseTrack) -> None:
    """Raise ValueError, naming the variable and what was found, unless `track` keeps the schema."""
    dims = {
        "position": ("time", "keypoint", "space"),
        "world": ("time", "keypoint", "axis"),
        "confidence": ("time", "keypoint"),
    }
    for name, expected in dims.items():
        if name not in track or track[name].dims != expected:
            found = track[name].dims if name in track else "nothing"
            raise ValueError(f"pose track: {name} must have dims {expected}, found {found}")
    if tuple(track["keypoint"].values) != KEYPOINTS:
        raise ValueError("pose track: keypoints must be hiphinge.pose.KEYPOINTS in their order")
    time_s = track["time"].to_numpy()
    if time_s.size and not (np.isfinite(time_s).all() and (np.diff(time_s) > 0).all()):
        raise ValueError("pose track: time must be finite and strictly increasing")
    confidence = track["confidence"].to_numpy()
    if not ((confidence >= 0) & (confidence <= 1)).all():
        raise ValueError("pose track: confidence must lie in 0 … 1, without NaN")
    if int(track.attrs.get("width", 0)) <= 0 or int(track.attrs.get("height", 0)) <= 0:
        raise ValueError("pose track: attributes width and height must be positive")
