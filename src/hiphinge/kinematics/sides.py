"""What each side does by itself: the thighs, the elbow that is seen, the pelvis from one hip to the other.

The sagittal chain takes both sides together, or the standing leg alone; these are the landmarks' own, each side apart.
"""

import numpy as np

from hiphinge.geometry import Floats, nan_median
from hiphinge.kinematics.joints import Landmarks
from hiphinge.kinematics.standing import Standing, baseline
from hiphinge.kinematics.uncertainty import direction, gradient, propagated
from hiphinge.pose import KEYPOINTS
from hiphinge.settings import KinematicsSettings

SIDES = ("left", "right")


def sides(
    marks: Landmarks, standing: Standing, *, stature_px: float, settings: KinematicsSettings
) -> dict[str, Floats]:
    """Columns (T,) in degrees, each with its ``_error_deg``.

    ============================  =====================================================================================
    `SIDE_thigh_inclination_deg`  knee to hip from the vertical, + hip behind the knee
    `elbow_flexion_deg`           of the arm that is seen better over the clip, 0 straight
    `pelvis_roll_deg`             the hips' line from the horizontal, change from standing, + left hip higher; from the
                                  hips' heights and the pelvis's width, so that the camera's turn does not matter
    ============================  =====================================================================================
    """
    columns: dict[str, Floats] = {}
    for side in SIDES:
        value, error = _thigh(marks, side, settings)
        columns |= {f"{side}_thigh_inclination_deg": value, f"{side}_thigh_inclination_error_deg": error}
    bend, doubt = _elbow(marks, settings)
    roll, roll_error = _pelvis_roll(marks, standing, stature_px=stature_px, settings=settings)
    return columns | {
        "elbow_flexion_deg": bend,
        "elbow_flexion_error_deg": doubt,
        "pelvis_roll_deg": roll,
        "pelvis_roll_error_deg": roll_error,
    }


def _thigh(marks: Landmarks, side: str, settings: KinematicsSettings) -> tuple[Floats, Floats]:
    knee, hip = (KEYPOINTS.index(f"{side}_{name}") for name in ("knee", "hip"))
    lower, upper = marks.place[:, knee], marks.place[:, hip]
    slope = gradient(lower, upper)
    noise = propagated((slope, slope), (marks.error[:, knee], marks.error[:, hip]))
    return -np.rad2deg(direction(lower, upper)), np.hypot(np.rad2deg(noise), settings.thigh_bias_deg)


def _elbow(marks: Landmarks, settings: KinematicsSettings) -> tuple[Floats, Floats]:
    """Bend of the better seen arm; it is planar, so an arm that turns aside looks more or less bent than it is."""
    arms = {side: [KEYPOINTS.index(f"{side}_{name}") for name in ("shoulder", "elbow", "wrist")] for side in SIDES}
    near = max(arms.values(), key=lambda arm: float(np.nan_to_num(nan_median(marks.confidence[:, arm].min(axis=1)))))
    shoulder, elbow, wrist = (marks.place[:, index] for index in near)
    turn = direction(elbow, wrist) - direction(shoulder, elbow)
    upper, fore = gradient(shoulder, elbow), gradient(elbow, wrist)
    noise = propagated((upper, upper + fore, fore), tuple(marks.error[:, index] for index in near))
    bend = np.abs(np.rad2deg(np.arctan2(np.sin(turn), np.cos(turn))))
    return bend, np.hypot(np.rad2deg(noise), settings.elbow_bias_deg)


def _pelvis_roll(
    marks: Landmarks, standing: Standing, *, stature_px: float, settings: KinematicsSettings
) -> tuple[Floats, Floats]:
    left, right = (KEYPOINTS.index(f"{side}_hip") for side in SIDES)
    width = settings.pelvis_width * stature_px
    rise = marks.place[:, left, 1] - marks.place[:, right, 1]
    roll = np.rad2deg(np.arcsin(np.clip(rise / width, -1, 1)))
    seen = marks.confidence[:, [left, right]].min(axis=1) >= marks.pair_confidence
    roll = np.where(seen, roll, np.nan)
    zero = baseline(roll, standing, prior=0.0, prior_error=settings.standing_angle_error_deg)
    noise = np.rad2deg(np.hypot(marks.error[:, left, 1], marks.error[:, right, 1]) / width)
    return roll - zero.value, np.sqrt(noise**2 + zero.error**2 + settings.pelvis_bias_deg**2)
