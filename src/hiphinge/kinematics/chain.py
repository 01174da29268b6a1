"""What angles, head and places are measured from: the sagittal chain of joints, and the yaw it was seen at."""

from typing import NamedTuple

from hiphinge.geometry import Floats
from hiphinge.kinematics.joints import Joint


class Chain(NamedTuple):
    """Joints of the sagittal plane, from the ground up; the first four carry the angles."""

    ankle: Joint
    knee: Joint
    hip: Joint
    shoulder: Joint
    ear: Joint
    nose: Joint
    eye: Joint
    elbow: Joint
    wrist: Joint


class Angle(NamedTuple):
    """Degrees over time and their standard error."""

    value: Floats
    error: Floats


class Yaw(NamedTuple):
    """The camera's turn from the side and its standard error, rad."""

    angle: float
    error: float


class Scale(NamedTuple):
    """How large the lifter is in the picture."""

    trunk_px: float
    stature_px: float
    legs_px: float
    error: float
    """Relative standard error of the stature."""
