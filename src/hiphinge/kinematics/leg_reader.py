"""Legs behind plates, and a leg that stands alone, read from how the landmarks of the whole repetition move.

A landmark behind a plate is guessed from what is seen, and it is guessed in ways that repeat: the knee too far ahead as
the plate passes, the ankle drawn up with the bar. A few small perceptrons, learned from simulated people behind plates
and on one leg, read what thigh and shank still lack from where ankle, knee and hip are now and up to 1.2 s before and
after. They know simulated people, who balance; so of legs that are seen nothing is read, and never more than some
degrees (docs/explanation/legs.md; learned by validation/legs/learn.py).
"""

from typing import Final, NamedTuple

import numpy as np

from hiphinge.geometry import Bools, Floats, interval_of
from hiphinge.kinematics import Kinematics
from hiphinge.kinematics.reach import LegJoints
from hiphinge.kinematics.replaced import READ_LEGS, Leant, own, with_legs
from hiphinge.perceptrons import kept_reader, read
from hiphinge.settings import KinematicsSettings

OUTPUTS: Final = ("thigh", "shank")
"""Degrees to be added to the inclinations."""
ASIDE_S: Final = (0.25, 0.6, 1.2)
"""How long before and after each moment the legs are looked at, seconds."""
_SEGMENTS: Final = ("thigh", "shank", "trunk")


class Told(NamedTuple):
    """Legs as landmarks and their own lengths tell them.

    Attributes
    ----------
    joints : ankle, knee and hip as landmarks have them, statures from where the ankle mostly is; `sure` is the less
        of ankle's and knee's.
    motion : with what the networks of the spine read of thigh and shank where they did (`READ_LEGS`).
    both_feet : (T,) whether both legs count as standing.
    left_stands : (T,) whether the left leg is the standing one; where both feet stand it says nothing.
    yaw_deg : from how far round the camera saw them.
    """

    joints: LegJoints
    motion: Kinematics
    both_feet: Bools
    left_stands: Bools
    yaw_deg: float


def features(told: Told) -> Floats:
    """(T, F) what the legs are read from: places in statures from where the ankle mostly is, inclinations in degrees.

    Now: ankle, knee, hip, forward and up; thigh, shank, trunk; what the networks of the spine would add to thigh and
    shank, NaN where they read nothing; 1 while both feet stand, and how much further back the standing thigh leans than
    the other one where not. Before and after: by how much knee, hip, thigh and shank differ from now.
    """
    motion, places = told.motion, told.joints[:3]
    leans = {name: motion[f"{name}_inclination_deg"].to_numpy() for name in _SEGMENTS}
    unread = np.full(len(told.both_feet), np.nan)
    lacks = [
        (motion[f"{column}_deg"].to_numpy() if f"{column}_deg" in motion else unread) - leans[name]
        for name, column in zip(OUTPUTS, READ_LEGS, strict=True)
    ]
    left, right = (motion[f"{side}_thigh_inclination_deg"].to_numpy() for side in ("left", "right"))
    free = np.where(told.both_feet, 0.0, np.where(told.left_stands, left - right, right - left))
    moving = np.column_stack([places[1], places[2], leans["thigh"], leans["shank"]])
    now = [*places, *leans.values(), *lacks, told.both_feet.astype(float), free]
    interval_s = interval_of(motion["time"].to_numpy())
    aside = [_aside(moving, sign * seconds, interval_s) - moving for seconds in ASIDE_S for sign in (-1, 1)]
    return np.column_stack([*now, *aside])


def _aside(values: Floats, seconds: float, interval_s: float) -> Floats:
    """Values (T, N) so many seconds later; the clip's first or last beyond its ends."""
    return values[np.clip(np.arange(len(values)) + round(seconds / interval_s), 0, len(values) - 1)]


def with_legs_read(told: Told, settings: KinematicsSettings) -> Kinematics:
    """The motion with thigh and shank as they are read where they are hidden or one leg stands; else the same."""
    share = _share(told, settings)
    estimator, _, model = str(told.motion.attrs["correction"]).partition(" ")
    reader = kept_reader(f"legs_{estimator}", model)
    if reader is None or not share.any() or abs(told.yaw_deg) > reader.about.yaw_deg:
        return told.motion
    reading = read(reader, features(told))
    leant = {}
    for k, name in enumerate(OUTPUTS):
        value, error = own(told.motion, f"{name}_inclination")
        most = settings.leg_lack_most_deg
        lack = np.clip(reading.value[:, k], -most, most)
        beyond = np.abs(reading.value[:, k] - lack)
        left = np.sqrt(share * (reading.error[:, k] ** 2 + beyond**2) + (1 - share) * error**2)
        known = np.isfinite(value)
        leant[name] = Leant(np.where(known, value + share * lack, value), np.where(known, left, error))
    return with_legs(told.motion, **leant)


def _share(told: Told, settings: KinematicsSettings) -> Floats:
    """(T,) how much of what is read counts: all on one leg, on two by how unsurely the clip shows knees and ankles."""
    low, high = settings.leg_hidden_confidence, settings.leg_seen_confidence
    hidden = np.clip((high - np.nanmean(told.joints.sure)) / (high - low), 0.0, 1.0)
    return np.where(told.both_feet, np.nan_to_num(hidden), 1.0)
