"""How far the seat is from the wall behind it: what the wall drill asks for.

The seat is the rearmost point of the outline about the pelvis, the wall stands a known way behind the heels, and
the camera is to the side, so the gap is measured along the way the lifter faces:

    gap = wall − (heel − seat) / stature

in statures, positive while the seat has not reached the wall. The heels do not move, so their place is the median over
the clip.
"""

from typing import Final

import numpy as np

from hiphinge.body import middle
from hiphinge.geometry import Floats, nan_median
from hiphinge.kinematics import Kinematics, cos_yaw
from hiphinge.kinematics.joints import Landmarks, sagittal
from hiphinge.outline import RAYS
from hiphinge.records import Subject, View
from hiphinge.settings import KinematicsSettings, WallSettings
from hiphinge.spine.backline import BackLine

COLUMN: Final = "wall_gap"
_SEAT: Final = np.array([ray.zone == "pelvis" for ray in RAYS])


def with_wall(
    motion: Kinematics,
    back: BackLine | None,
    marks: Landmarks,
    view: View,
    *,
    wall_cm: float | None,
    subject: Subject,
    body: KinematicsSettings,
    settings: WallSettings,
) -> Kinematics:
    """The motion with the column `wall_gap` (statures, + short of the wall) and its ``_error``.

    Without a wall, an outline or a side view there is nothing to measure, and the motion is given back as it is.

    Parameters
    ----------
    motion, back, view : what is known of the clip.
    marks : its landmarks in the sagittal plane.
    wall_cm : from the heels to the wall; None where nobody said.
    subject : the lifter; an unknown stature is a grown-up's, with their spread as its error.
    body, settings : the kinematics' and this stage's numbers.
    """
    if wall_cm is None or back is None or view.plane == "frontal":
        return motion
    stature_cm = subject.stature_cm or settings.usual_stature_cm
    spread = 0.0 if subject.stature_cm else settings.usual_stature_error_cm / stature_cm
    stature_px = float(motion.attrs["stature_px"])
    behind, noise = seat_behind_heel(back, marks, view, cos_yaw=cos_yaw(view, settings=body), stature_px=stature_px)
    far = wall_cm / stature_cm
    error = np.sqrt(
        noise**2 + settings.heel_error**2 + (settings.scale_error * behind) ** 2 + (far * spread) ** 2
        + (settings.wall_error_cm / stature_cm) ** 2
    )  # fmt: skip
    about = {"units": "fraction of stature", "long_name": "distance of the seat from the wall"}
    columns = {COLUMN: ("time", far - behind, about), f"{COLUMN}_error": ("time", error, about)}
    return Kinematics(motion.assign(columns))


def seat_behind_heel(
    back: BackLine, marks: Landmarks, view: View, *, cos_yaw: float, stature_px: float
) -> tuple[Floats, Floats]:
    """How far the rearmost point of the pelvis's outline lies behind the heels, and its standard error: (T,), statures.

    NaN where no outline of the pelvis is seen.
    """
    edge = back["position_px"].sel(side="back").to_numpy().astype(np.float64)[:, _SEAT]
    doubt = back["error"].sel(side="back").to_numpy().astype(np.float64)[:, _SEAT] * back.attrs["trunk_length_px"]
    seat, seat_error = sagittal(edge, doubt, roll_deg=view.roll_deg, facing=marks.facing, cos_yaw=cos_yaw)
    heel = float(nan_median(middle(marks.place, "heel")[:, 0]))
    place = np.where(np.isfinite(seat[..., 0]), seat[..., 0], np.inf)
    rearmost = place.argmin(axis=1)
    rows = np.arange(len(place))
    unseen = ~np.isfinite(place[rows, rearmost])
    found = heel - np.where(unseen, np.nan, place[rows, rearmost])
    return found / stature_px, np.where(unseen, np.nan, seat_error[rows, rearmost, 0]) / stature_px
