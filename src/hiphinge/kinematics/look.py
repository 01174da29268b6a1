"""Where the lifter looks while standing: who stands with the head dropped shows no neutral to measure a look from.

Angles of the head are changes from the lifter's own standing. Two lines tell how the head is carried there: the neck
(shoulder to ear) and the face (ear to nose and eyes); a neck that bends turns the second more than the first. People
carry their heads differently, so only what lies beyond what nine in ten do is taken for a look at the floor; nobody was
seen to stand with the head thrown back, and that is left alone.
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
    """The motion with the attributes `standing_look_deg`, − looking down, and `standing_look_error_deg`.

    Both lines' leans beyond the usual, in degrees of the neck's line (the face turns g times as much), are averaged by
    the inverse variance between people; the look is what is left of that beyond `NINE_IN_TEN` of its own spread.
    Nought within it, and where the clip shows nobody standing.
    """
    standing = motion["standing"].to_numpy() > 0
    look, error = 0.0, 0.0
    if standing.any():
        marks = sagittal_landmarks(track, view, facing, settings=settings)
        shoulder, ear, eye = (middle(marks, name).place for name in ("shoulder", "ear", "eye"))
        face = (single(marks, "nose").place + eye) / 2
        look, error = _look(_lean(shoulder, ear, standing), _lean(ear, face, standing), settings)
    return Kinematics(motion.assign_attrs(standing_look_deg=look, standing_look_error_deg=error))


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
