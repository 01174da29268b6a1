"""Trunks whose two sides lean differently: what is not seen of a shoulder or a hip is guessed, and one guess is wrong.

Seen from about the side, the near and the far side of the trunk lean alike. Plates before the shoulders make them lean
apart, and surely. By how much they do beyond what turning a little does adds to the trunk's error.
"""

import numpy as np

from hiphinge.body import pair
from hiphinge.cleaning import CleanTrack
from hiphinge.geometry import Floats, angle_from_vertical_deg
from hiphinge.kinematics import Kinematics, folded, sagittal_landmarks
from hiphinge.kinematics.replaced import own, with_trunk
from hiphinge.records import View
from hiphinge.settings import KinematicsSettings


def with_sides_apart(
    motion: Kinematics, track: CleanTrack, view: View, facing: Floats | None, *, settings: KinematicsSettings
) -> Kinematics:
    """The motion with a trunk that is less sure where its sides lean apart; the same from too far round.

    Parameters
    ----------
    motion : the kinematics.
    track : the clean track it is of.
    view : from where the camera saw the lifter.
    facing : (T,) +1 where the lifter faces the picture's right and −1 left; the view's by default.
    settings : this stage's numbers.
    """
    if abs(view.yaw_deg) > settings.sides_apart_most_yaw_deg:
        return motion
    place = sagittal_landmarks(track, view, facing, settings=settings).place
    left, right = angle_from_vertical_deg(pair(place, "hip"), pair(place, "shoulder")).T
    beyond = np.nan_to_num(np.clip(np.abs(folded(left - right)) - settings.sides_apart_deg, 0.0, None))
    trunk = own(motion, "trunk_inclination")
    error = np.hypot(trunk.error, settings.sides_apart_share * beyond)
    return with_trunk(motion, trunk.value, error, where=beyond > 0)
