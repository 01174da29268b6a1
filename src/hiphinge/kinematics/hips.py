"""Hips hidden behind plates, bells and hands: where the back and the shoulder say they must be.

An estimator that does not see the hip guesses it, and often surely: up to a tenth of the stature in front of its place.
The trunk's inclination as the outline of the back tells it, and the shoulder above, point to the hip as well. How the
landmark lies from that point is the person's own and the garment's, and changes evenly with the trunk's lean::

    hip = shoulder − L · (sin θ, cos θ) + p + q · θ / 60°

with L the trunk's length, θ its inclination, and p, q two places in statures that the clip itself shows, within what
people show. Where the landmark leaves this line by more than the errors of both allow, it goes back to it.
"""

from typing import Final, NamedTuple

import numpy as np

from hiphinge.cleaning import CleanTrack
from hiphinge.geometry import Bools, Floats
from hiphinge.kinematics import Kinematics, sagittal_landmarks
from hiphinge.kinematics.joints import middle
from hiphinge.kinematics.replaced import Frame, back_read, measured_anew, with_moved
from hiphinge.pose import KEYPOINTS
from hiphinge.records import View
from hiphinge.settings import KinematicsSettings

_HIPS: Final = [KEYPOINTS.index(f"{side}_hip") for side in ("left", "right")]
_LEAN_DEG: Final = 60.0
"""The lean at which q is told."""
_ROUNDS: Final = 30
_FEWEST: Final = 20


class Pointed(NamedTuple):
    """Hips as back and shoulder point to them, statures; NaN where the back was not read."""

    place: Floats
    """(T, 2) forward and up."""
    error: Floats
    """(T,) standard error per axis."""
    distance: Floats
    """(T,) how far the landmark lies from it, standard errors of their difference."""


def with_hips_in_place(
    track: CleanTrack, motion: Kinematics, view: View, facing: Floats | None, *, settings: KinematicsSettings
) -> tuple[CleanTrack, Kinematics]:
    """Track and motion with hips put back where they had left their place; both as given where none had.

    Parameters
    ----------
    track : the clean track.
    motion : its kinematics, with the trunk as the back's outline tells it.
    view : from where the camera saw the lifter.
    facing : (T,) +1 where the lifter faces the picture's right and −1 left; the view's by default.
    settings : this stage's numbers.

    Returns
    -------
    The track with both hips moved alike, ``filled`` true and ``error_px`` that of the pointing where they were moved
    whole; the motion measured anew from it, the back's own columns kept.
    """
    mended = mended_track(track, motion, view, facing, settings=settings)
    if mended is None:
        return track, motion
    return mended, measured_anew(mended, motion, view, facing, settings=settings)


def mended_track(
    track: CleanTrack, motion: Kinematics, view: View, facing: Floats | None, *, settings: KinematicsSettings
) -> CleanTrack | None:
    """Give the track of `with_hips_in_place`; None where every hip kept its place."""
    marks = sagittal_landmarks(track, view, facing, settings=settings)
    hip, shoulder = middle(marks, "hip"), middle(marks, "shoulder")
    stature_px = float(motion.attrs["stature_px"])
    pointed = point(
        hip.place / stature_px, (shoulder.place / stature_px, shoulder.error[:, 1] / stature_px), motion, settings
    )
    if pointed is None:
        return None
    share = np.nan_to_num(np.clip((pointed.distance - 1.0) / (settings.hip_off_sigmas - 1.0), 0.0, 1.0))
    if not (share == 1.0).any():
        return None
    moved = share[:, None] * np.nan_to_num(stature_px * pointed.place - hip.place)
    whole = share == 1.0
    error_px = np.where(whole[:, None], stature_px * pointed.error[:, None], track["error_px"].to_numpy()[:, _HIPS])
    return with_moved(track, _HIPS, moved, Frame(marks, view, settings), error_px=error_px, whole=whole)


def point(
    hip: Floats, shoulder: tuple[Floats, Floats], motion: Kinematics, settings: KinematicsSettings
) -> Pointed | None:
    """Point to the hips from shoulder and back; None where the back was read in too few moments.

    Parameters
    ----------
    hip : (T, 2) the landmark, statures.
    shoulder : (T, 2) and its standard error (T,), statures.
    motion : the kinematics with the trunk as the back's outline tells it.
    settings : this stage's numbers.
    """
    lean = motion["trunk_inclination_deg"].to_numpy()
    known = back_read(motion) & np.isfinite(hip + shoulder[0]).all(axis=1)
    if np.count_nonzero(known) < _FEWEST:
        return None
    angle = np.deg2rad(lean)
    trunk = settings.trunk_per_stature
    ray = shoulder[0] - trunk * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    by_lean = np.deg2rad(motion["trunk_inclination_error_deg"].to_numpy()) * trunk
    error = np.hypot(settings.hip_lean_share * by_lean, settings.hip_line_error)
    line = _line(hip - ray, lean / _LEAN_DEG, error, known=known, settings=settings)
    place = np.where(known[:, None], ray + line, np.nan)
    return Pointed(place, error, np.linalg.norm(hip - place, axis=1) / error)


def _line(away: Floats, lean: Floats, error: Floats, *, known: Bools, settings: KinematicsSettings) -> Floats:
    """(T, 2) p + q · lean: what the clip shows of it, within what people show; a moment far off it hardly counts."""
    usual = np.array(
        [[settings.hip_line_forward, settings.hip_line_up], [settings.hip_slide_forward, settings.hip_slide_up]]
    )
    spread = np.array([settings.hip_line_spread, settings.hip_slide_spread])
    predictors = np.stack([np.ones_like(lean), lean], axis=1)[known]
    told, size = away[known], error[known]
    share = settings.hip_line_looks / len(told)
    weight = np.ones(len(told))
    line = usual
    for _ in range(_ROUNDS):
        counted = (predictors * (share * weight / size**2)[:, None]).T
        line = np.linalg.solve(
            counted @ predictors + np.diag(1 / spread**2), counted @ told + usual / spread[:, None] ** 2
        )
        off = np.linalg.norm(told - predictors @ line, axis=1) / size
        weight = 1 / (1 + off**2)
    return np.asarray(np.stack([np.ones_like(lean), lean], axis=1) @ line)
