"""The lifter followed through a clip: what every stage after the angles starts from."""

from dataclasses import dataclass

from hiphinge.cleaning import CleanTrack
from hiphinge.geometry import Floats
from hiphinge.kinematics import Kinematics
from hiphinge.records import View


@dataclass(frozen=True)
class Followed:
    """The lifter over time.

    Attributes
    ----------
    track : where the landmarks are.
    motion : the angles, and whatever stages before have added to them.
    view : from where the camera saw the lifter.
    facing : (T,) over the track's times, +1 where the lifter faces the picture's right, −1 left.
    """

    track: CleanTrack
    motion: Kinematics
    view: View
    facing: Floats
