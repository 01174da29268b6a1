"""Where the lifter looks: while standing, and by the face throughout.

Who stands with the head dropped shows no neutral to measure a look from.

Angles of the head are changes from the lifter's own standing. Two lines tell how the head is carried there: the neck
(shoulder to ear) and the face (ear to nose and eyes); a neck that bends turns the second more than the first. People
carry their heads differently, so only what lies beyond what nine in ten do is taken for a look at the floor; nobody was
seen to stand with the head thrown back, and that is left alone.

Of a neck that is craned up the face tells most: networks that read the outline learned hardly any and show part of it.
"""

import math

import numpy as np

from hiphinge.cleaning import CleanTrack
from hiphinge.geometry import NINE_IN_TEN, Bools, Floats, nan_median
from hiphinge.kinematics import Kinematics, sagittal_landmarks
from hiphinge.kinematics.joints import middle, single
from hiphinge.kinematics.uncertainty import direction
from hiphinge.records import View
from hiphinge.settings import KinematicsSettings


def with_standing_look(
    motion: Kinematics, track: CleanTrack, view: View, facing: Floats | None, *, settings: KinematicsSettings
) -> Kinematics:
    """The motion with `face_angle_deg` and its error, and attributes `standing_look_deg`, − down, with its error.

    Both lines' leans beyond the usual, in degrees of the neck's line (the face turns g times as much), are averaged by
    the inverse variance between people; the look is what is left of that beyond `NINE_IN_TEN` of its own spread.
    Nought within it, and where the clip shows nobody standing.

    `face_angle_deg` is the line from ear to face against the trunk, change from standing, + up. Unknown where that
    line is not about as long as standing, for then a plate or an arm hides the head, and but from the side.
    """
    standing = motion["standing"].to_numpy() > 0
    look, error = 0.0, 0.0
    turned = np.full(standing.size, np.nan)
    trunk, trunk_error = (motion[f"trunk_inclination{part}_deg"].to_numpy() for part in ("", "_error"))
    if standing.any():
        marks = sagittal_landmarks(track, view, facing, settings=settings)
        shoulder, ear, eye = (middle(marks, name).place for name in ("shoulder", "ear", "eye"))
        face = (single(marks, "nose").place + eye) / 2
        look, error = _look(_lean(shoulder, ear, standing), _lean(ear, face, standing), settings)
        if view.plane == "sagittal":
            turned = _turned(face - ear, trunk, standing, settings)
    doubt = np.hypot(trunk_error, settings.face_bias_deg)
    columns = {"face_angle_deg": ("time", turned), "face_angle_error_deg": ("time", doubt)}
    return Kinematics(motion.assign(columns).assign_attrs(standing_look_deg=look, standing_look_error_deg=error))


def _turned(line: Floats, trunk: Floats, standing: Bools, settings: KinematicsSettings) -> Floats:
    """How far the face, a line (T, 2), is turned up against the trunk (T,), change from standing, degrees."""
    long = np.linalg.norm(line, axis=1)
    share = long / nan_median(long[standing])
    against = trunk - np.rad2deg(direction(np.zeros_like(line), line))
    change = against - nan_median(against[standing])
    with np.errstate(invalid="ignore"):
        seen = (share >= settings.face_shortest) & (share <= settings.face_longest)
    return np.asarray(np.where(seen, (change + 180) % 360 - 180, np.nan))


def _lean(low: Floats, high: Floats, standing: Bools) -> float:
    """Median inclination of a line from the vertical while standing, + forward."""
    return float(nan_median(np.rad2deg(direction(low, high))[standing]))


def _look(neck: float, face: float, settings: KinematicsSettings) -> tuple[float, float]:
    leans = (
        (neck - settings.usual_neck_deg, settings.usual_neck_spread_deg),
        ((face - settings.usual_face_deg) / settings.face_gain, settings.usual_face_spread_deg / settings.face_gain),
    )
    known = [(lean, 1 / spread**2) for lean, spread in leans if math.isfinite(lean)]
    if not known:
        return 0.0, 0.0
    total = sum(weight for _, weight in known)
    lean, spread = sum(lean * weight for lean, weight in known) / total, 1 / math.sqrt(total)
    beyond = max(lean - NINE_IN_TEN * spread, 0.0)
    return -beyond, min(beyond, spread)
