"""The lifter's own lengths in metres: as far as landmarks tell them, else as people are."""

from dataclasses import dataclass

import numpy as np

from hiphinge.anthropometry import Lengths, Proportions, proportions
from hiphinge.followed import Followed
from hiphinge.geometry import Floats, distance, interval_of, nan_median
from hiphinge.kinematics import Kinematics
from hiphinge.kinematics.joints import Landmarks, middle
from hiphinge.load.place import standing_foot
from hiphinge.records import Sex
from hiphinge.settings import GhostSettings, KinematicsSettings


@dataclass(frozen=True)
class MetricLengths(Lengths):
    """The lifter's own lengths in metres."""

    stature: float
    unit: float
    """Metres that a pixel of the sagittal plane has."""


def own_lengths(
    motion: Kinematics,
    marks: Landmarks,
    followed: Followed,
    *,
    stature_m: float,
    sex: Sex | None,
    body: KinematicsSettings,
    seen: GhostSettings,
) -> MetricLengths:
    """Measure the lifter's proportions in the picture, as far as landmarks tell them, and scale them to a stature.

    How much of a landmark's proportion is the body's own, `seen`, was learned for the ghost's body.
    """
    usual = proportions(sex)
    trunk_px = float(motion.attrs["trunk_length_px"])
    legs_px = float(motion.attrs["stature_from_legs_px"]) * body.leg_per_stature
    whole = (usual.shank + usual.thigh + usual.trunk) * stature_m
    share = trunk_px / (trunk_px + legs_px)
    if motion.attrs["correction"]:
        share = seen.trunk_usual + seen.trunk_own * share
    trunk = share * whole
    legs = whole - trunk
    shank = legs * usual.shank / (usual.shank + usual.thigh)
    unit_m = whole / (trunk_px + legs_px)
    heel, toe = _foot(marks, followed, usual, unit_m=unit_m, stature_m=stature_m, body=body, seen=seen)
    return MetricLengths(
        shank=shank,
        thigh=legs - shank,
        trunk=trunk,
        neck=usual.neck * stature_m,
        upper_arm=_apparent(
            marks, ("shoulder", "elbow"), unit_m=unit_m, usual_m=usual.upper_arm * stature_m, seen=seen
        ),
        forearm=_apparent(marks, ("elbow", "wrist"), unit_m=unit_m, usual_m=usual.forearm * stature_m, seen=seen),
        heel=heel,
        toe=toe,
        stature=stature_m,
        unit=unit_m,
    )


def _apparent(marks: Landmarks, ends: tuple[str, str], *, unit_m: float, usual_m: float, seen: GhostSettings) -> float:
    """Length of a part of the arm as it mostly appears: held arms point out of the plane, and none is longer."""
    spans = distance(*(middle(marks, end, paired=False).place for end in ends))
    typical = float(nan_median(spans)) * unit_m
    return float(min(typical, (1 + seen.arm_spread) * usual_m)) if np.isfinite(typical) else usual_m


def _foot(
    marks: Landmarks,
    followed: Followed,
    usual: Proportions,
    *,
    unit_m: float,
    stature_m: float,
    body: KinematicsSettings,
    seen: GhostSettings,
) -> tuple[Floats, Floats]:
    """Heel and toe from the ankle, m: forward as seen while nothing odd is seen, down as people are."""
    interval_s = interval_of(followed.motion["time"].to_numpy())
    ankle = standing_foot(marks, interval_s, settings=body).ankle.place
    found = []
    for name, ahead in (("heel", -usual.heel), ("foot_index", usual.toe)):
        usual_m = ahead * stature_m
        own = float(nan_median((middle(marks, name).place - ankle)[:, 0])) * unit_m
        odd = not np.isfinite(own) or abs(own - usual_m) > seen.least_foot * stature_m
        found.append(np.array([usual_m if odd else own, -usual.ankle_height * stature_m]))
    return found[0], found[1]
