"""Thigh and shank as landmarks, the legs' own lengths and the silhouette together tell them.

Five things are mended, the first two only while both feet stand:

1. A knee hidden behind a plate is guessed where no leg of this lifter reaches. It goes back to the likeliest place
   within reach (`reach`), the further its landmark is out of it the more; there the networks that read the silhouette
   (`spine`) share in it.
2. Landmarks sit beside the joints by what a person's build and clothes make of it. Those networks see that, so the
   thigh goes towards their reading, by a few degrees and on knees bent as in a hinge: of deep knees simulated people,
   whom the networks know, are no witness, nor of living shanks (docs/explanation/legs.md).
3. The correction of the landmarks was learned from people on both feet. On one, as the pelvis opens, it leans the
   standing thigh too far; a constant takes that back.
4. What is left behind plates and on one leg is read from how the landmarks move (`leg_reader`).
5. Knees do not bend backwards by more than a few degrees. Where they are read so one leg was taken for the other: thigh
   and shank share what is too much, and it is added to the error of both.
"""

from typing import Final, NamedTuple

import numpy as np

from hiphinge.cleaning import CleanTrack
from hiphinge.geometry import Bools, Floats, nan_median
from hiphinge.kinematics import Kinematics, sagittal_landmarks, standing_legs
from hiphinge.kinematics.joints import Joint, Landmarks, middle
from hiphinge.kinematics.leg_reader import Told, with_legs_read
from hiphinge.kinematics.reach import LegJoints, knee_in_reach, legs_of
from hiphinge.kinematics.replaced import READ_LEGS, Frame, Leant, measured_anew, own, with_legs, with_moved
from hiphinge.pose import KEYPOINTS
from hiphinge.records import View
from hiphinge.settings import KinematicsSettings

_KNEES: Final = [KEYPOINTS.index(f"{side}_knee") for side in ("left", "right")]
_FEWEST: Final = 20


class Mended(NamedTuple):
    """A track whose hidden knees are within reach.

    Attributes
    ----------
    track : the same one where all were.
    share : (T,) how much of each moment's knee is inferred, 0 … 1.
    """

    track: CleanTrack
    share: Floats


class _Legs(NamedTuple):
    """Landmarks of the legs in the sagittal plane, pixels; `stance` (T, 2) how much each leg counts as standing."""

    marks: Landmarks
    stance: Floats
    ankle: Joint
    knee: Joint
    hip: Joint

    @property
    def both_feet(self) -> Bools:
        """(T,) whether both legs count as standing."""
        return np.asarray(self.stance.min(axis=1) > 1 / 2)


def with_legs_in_place(
    track: CleanTrack, motion: Kinematics, view: View, facing: Floats | None, *, settings: KinematicsSettings
) -> tuple[CleanTrack, Kinematics]:
    """Track and motion with legs as everything together tells them.

    Parameters
    ----------
    track : the clean track, hips in their place.
    motion : its kinematics, with what the networks read of thigh and shank where they did (`READ_LEGS`).
    view : from where the camera saw the lifter.
    facing : (T,) +1 where the lifter faces the picture's right and −1 left; the view's by default.
    settings : this stage's numbers.

    Returns
    -------
    The track with both knees moved alike where they were out of reach, ``filled`` true where they were moved whole; the
    motion measured anew from it.
    """
    mended, told = legs_as_told(track, motion, view, facing, settings=settings)
    motion = _not_backwards(with_legs_read(told, settings), settings)
    return mended, Kinematics(motion.drop_vars([name for name in motion if str(name).startswith(READ_LEGS)]))


def legs_as_told(
    track: CleanTrack, motion: Kinematics, view: View, facing: Floats | None, *, settings: KinematicsSettings
) -> tuple[CleanTrack, Told]:
    """Track and legs as landmarks, their own lengths and the silhouette tell them; arguments as above."""
    legs = _legs(track, view, facing, settings)
    mended = _mended(track, legs, float(motion.attrs["stature_px"]), view, settings=settings)
    if mended.track is not track:
        motion = measured_anew(mended.track, motion, view, facing, settings=settings)
    motion = _towards_reading(motion, mended.share, legs.both_feet, settings)
    motion = _on_one_leg(motion, legs.both_feet, settings)
    stature_px, foot = float(motion.attrs["stature_px"]), _foot(legs.ankle.place, legs.marks.facing)
    ankle, knee, hip = ((joint.place - foot) / stature_px for joint in (legs.ankle, legs.knee, legs.hip))
    sure = np.minimum(legs.ankle.confidence, legs.knee.confidence)
    left_stands = np.greater_equal(*legs.stance.T)
    return mended.track, Told(LegJoints(ankle, knee, hip, sure), motion, legs.both_feet, left_stands, view.yaw_deg)


def _legs(track: CleanTrack, view: View, facing: Floats | None, settings: KinematicsSettings) -> _Legs:
    marks = sagittal_landmarks(track, view, facing, settings=settings)
    _, stance = standing_legs(marks, settings=settings)
    ankle, knee = (middle(marks, name, weights=stance) for name in ("ankle", "knee"))
    return _Legs(marks, stance, ankle, knee, middle(marks, "hip"))


def _foot(ankle: Floats, facing: Floats) -> Floats:
    """(T, 2) where the ankle mostly is, for each way the lifter faces."""
    found = np.zeros_like(ankle)
    for sign in (-1.0, 1.0):
        same = facing == sign
        if same.any():
            found[same] = nan_median(ankle[same], axis=0)
    return found


def _mended(track: CleanTrack, legs: _Legs, stature_px: float, view: View, *, settings: KinematicsSettings) -> Mended:
    """Give the track with knees within reach; the same one where all were.

    So it is too where one cannot tell: legs seen too little, or from too far round.
    """
    marks, ankle, knee = legs.marks, legs.ankle, legs.knee
    joints = LegJoints(
        ankle.place / stature_px,
        knee.place / stature_px,
        legs.hip.place / stature_px,
        np.where(legs.both_feet, ankle.confidence * knee.confidence, np.nan),
    )
    usable = np.isfinite(joints.sure) & np.isfinite(joints.ankle + joints.knee + joints.hip).all(axis=1)
    if np.count_nonzero(usable) < _FEWEST or abs(view.yaw_deg) > settings.leg_reach_most_yaw_deg:
        return Mended(track, np.zeros(len(usable)))
    found = knee_in_reach(joints, legs_of(joints, settings), knee.error[:, 1] / stature_px, settings)
    out = (found.misfit - settings.knee_off_from) / (settings.knee_off_whole - settings.knee_off_from)
    share = np.where(usable, np.nan_to_num(np.clip(out, 0.0, 1.0)), 0.0)
    if not share.any():
        return Mended(track, share)
    moved = share[:, None] * np.nan_to_num(stature_px * (found.place - joints.knee))
    spread = share * np.nan_to_num(stature_px * found.error)
    error_px = np.maximum(track["error_px"].to_numpy()[:, _KNEES], spread[:, None])
    moved_track = with_moved(track, _KNEES, moved, Frame(marks, view, settings), error_px=error_px, whole=share == 1.0)
    return Mended(moved_track, share)


def _towards_reading(motion: Kinematics, share: Floats, both_feet: Bools, settings: KinematicsSettings) -> Kinematics:
    """The motion with the thigh nearer to what the networks read of it, and both where the knee is hidden."""
    if f"{READ_LEGS[0]}_deg" not in motion:
        return motion
    knee = motion["knee_flexion_deg"].to_numpy()
    low, high = settings.leg_reading_knee_deg, settings.leg_reading_no_knee_deg
    hinged = np.clip((high - knee) / (high - low), 0.0, 1.0)
    leant = {}
    for name in ("thigh", "shank"):
        value, error = own(motion, f"{name}_inclination")
        off = motion[f"{name}_read_deg"].to_numpy() - value
        known = both_feet & np.isfinite(off)
        most = settings.leg_reading_most_deg
        little = hinged * np.clip(off, -most, most) if name == "thigh" else 0.0
        hidden = share * settings.leg_reading_hidden_share
        added = np.where(known, hidden * off + (1 - hidden) * little, 0.0)
        beyond = np.where(known, hidden * np.abs(off) / 2, 0.0)
        sure = np.where(known, 1 - (1 - settings.leg_reading_error_share) * hinged * (1 - share), 1.0)
        leant[name] = Leant(value + added, np.hypot(sure * error, beyond))
    return with_legs(motion, **leant)


def _on_one_leg(motion: Kinematics, both_feet: Bools, settings: KinematicsSettings) -> Kinematics:
    """The motion with the standing thigh as it leans where one foot stands; untouched where nothing was corrected."""
    if not motion.attrs["correction"] or both_feet.all():
        return motion
    thigh, shank = (own(motion, f"{name}_inclination") for name in ("thigh", "shank"))
    alone = np.where(both_feet, 0.0, settings.one_leg_thigh_deg)
    return with_legs(motion, thigh=thigh._replace(value=thigh.value + alone), shank=shank)


def _not_backwards(motion: Kinematics, settings: KinematicsSettings) -> Kinematics:
    """The motion with knees that bend backwards no further than knees do; untouched where none does."""
    thigh, shank = (own(motion, f"{name}_inclination") for name in ("thigh", "shank"))
    knee = motion["knee_flexion_deg"].to_numpy()
    beyond = np.nan_to_num(np.clip(-settings.knee_backwards_deg - knee, 0.0, None))
    if not beyond.any():
        return motion
    return with_legs(
        motion,
        thigh=Leant(thigh.value + beyond / 2, np.hypot(thigh.error, beyond)),
        shank=Leant(shank.value + beyond / 2, np.hypot(shank.error, beyond)),
    )
