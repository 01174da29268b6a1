"""Where each hand is: over the floor, from the shoulder, and seen from the trunk.

Hands move apart freely, so each side is given by itself with the confidence it was seen with; a side view mostly
guesses the far one.
"""

import numpy as np

from hiphinge.geometry import Floats, distance
from hiphinge.kinematics.joints import Joint, Landmarks
from hiphinge.pose import KEYPOINTS


def hands(marks: Landmarks, foot: Joint, hip: Joint, shoulder: Joint, *, stature_px: float) -> dict[str, Floats]:
    """Columns (T,) in statures, confidences 0 … 1, of the wrist of each SIDE.

    ===============================  =================================================================================
    `SIDE_hand_height`               above the planted ankle
    `SIDE_hand_above_shoulder`,      from the middle of the shoulders, + up, + forward
    `SIDE_hand_ahead_of_shoulder`
    `SIDE_hand_along_trunk`          from the hip toward the shoulder, along the line between them
    `SIDE_hand_ahead_of_trunk`       from that line, + in front
    `SIDE_hand_confidence`           as it was seen
    `SIDE_hand_error`                standard error of its place
    `hands_apart`                    between both wrists
    ===============================  =================================================================================
    """
    line = shoulder.place - hip.place
    with np.errstate(invalid="ignore", divide="ignore"):
        along = line / distance(shoulder.place, hip.place)[:, None]
    ahead = np.stack([along[:, 1], -along[:, 0]], axis=-1)
    columns: dict[str, Floats] = {}
    wrists = {side: KEYPOINTS.index(f"{side}_wrist") for side in ("left", "right")}
    for side, wrist in wrists.items():
        place = marks.place[:, wrist]
        from_hip, from_shoulder = (place - hip.place) / stature_px, (place - shoulder.place) / stature_px
        columns |= {
            f"{side}_hand_height": (place - foot.place)[:, 1] / stature_px,
            f"{side}_hand_above_shoulder": from_shoulder[:, 1],
            f"{side}_hand_ahead_of_shoulder": from_shoulder[:, 0],
            f"{side}_hand_along_trunk": (from_hip * along).sum(axis=1),
            f"{side}_hand_ahead_of_trunk": (from_hip * ahead).sum(axis=1),
            f"{side}_hand_confidence": marks.confidence[:, wrist],
            f"{side}_hand_error": marks.error[:, wrist].max(axis=1) / stature_px,
        }
    left, right = wrists.values()
    return columns | {"hands_apart": distance(marks.place[:, left], marks.place[:, right]) / stature_px}
