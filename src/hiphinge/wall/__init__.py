"""How far the seat is from the wall behind it: what the wall drill asks for.

The seat is the rearmost point of the outline about the pelvis. The wall is where the user says, a known way behind the
heels, or where the picture shows it (`picture`), and the camera is to the side, so the gap is measured along the way
the lifter faces:

    said:  gap = wall − (heel − seat) / stature
    seen:  gap = (seat − wall) / stature + aside

in statures, positive while the seat has not reached the wall. Heels and walls do not move, so their places are medians
over the clip. `aside` is what a wall seen at a slant adds: the outline's rearmost point lies nearer to the camera than
the middle of the buttocks that touches.
"""

import math
from typing import Final, NamedTuple

import msgspec
import numpy as np

from hiphinge.body import middle
from hiphinge.followed import Followed
from hiphinge.geometry import Bools, Floats, nan_median
from hiphinge.kinematics import Kinematics, cos_yaw, sagittal_landmarks
from hiphinge.kinematics.joints import in_picture, sagittal
from hiphinge.messages import message
from hiphinge.outline import RAYS
from hiphinge.records import Subject, Wall
from hiphinge.settings import KinematicsSettings, WallSettings
from hiphinge.spine.backline import BackLine
from hiphinge.units import shown
from hiphinge.wall.backdrop import Backdrop, WallFinder
from hiphinge.wall.picture import WallLine, wall_line

__all__ = ["COLUMN", "Backdrop", "Behind", "WallFinder", "contradiction", "is_used", "with_wall"]

COLUMN: Final = "wall_gap"
_SEAT: Final = np.array([ray.zone == "pelvis" for ray in RAYS])


class Behind(NamedTuple):
    """The motion with the gap's columns, where there are any, and the wall that it is of."""

    motion: Kinematics
    wall: Wall | None


class _Camera(NamedTuple):
    """How the picture shows the sagittal plane: its roll, how much it narrows, and where the lifter mostly faces."""

    roll_deg: float
    narrowed: float
    facing: float

    def place(self, point_px: Floats) -> Floats:
        """A point (2,) of the picture, forward and up."""
        place, _ = sagittal(
            point_px[None, None],
            np.zeros((1, 1)),
            roll_deg=self.roll_deg,
            facing=np.array([self.facing]),
            cos_yaw=self.narrowed,
        )
        return np.asarray(place[0, 0])

    def picture(self, place: Floats) -> Floats:
        """A point (2,) forward and up in the picture."""
        return in_picture(place, roll_deg=self.roll_deg, facing=self.facing, cos_yaw=self.narrowed)


class _Lifter(NamedTuple):
    """What the gap is measured from: places (T, 2) and (2,) in pixels of the sagittal plane, and its unit.

    `turned` (T,) is true while they face the other way: then the wall is not behind them.
    """

    seat: Floats
    seat_error: Floats
    heel: Floats
    stature_px: float
    turned: Bools


def with_wall(
    followed: Followed,
    back: BackLine | None,
    backdrop: Backdrop | None,
    *,
    wall_cm: float | None,
    subject: Subject,
    body: KinematicsSettings,
    settings: WallSettings,
) -> Behind:
    """The motion with the column `wall_gap` (statures, + short of the wall) and its ``_error``.

    Without a wall, an outline or a side view there is nothing to measure, and the motion is given back as it is. What
    the user says beats what the picture shows; where the two cannot both be right the record tells (`contradiction`).

    Parameters
    ----------
    followed : the lifter.
    back : the outline; None where no silhouette was kept.
    backdrop : the room behind the lifter, from a `WallFinder`; None where nobody looked.
    wall_cm : from the heels to the wall; None where nobody said.
    subject : the lifter; an unknown stature is a grown-up's, with their spread as its error.
    body, settings : the kinematics' and this stage's numbers.
    """
    motion, view = followed.motion, followed.view
    if back is None or view.plane == "frontal":
        return Behind(motion, None)
    facing = 1.0 if float(np.median(followed.facing)) > 0 else -1.0
    camera = _Camera(view.roll_deg, cos_yaw(view, settings=body), facing)
    lifter = _lifter(followed, back, camera, body)
    line = None
    if backdrop is not None and not view.camera_moves:
        usual = nan_median(followed.track["position"].to_numpy(), axis=0)
        line = wall_line(backdrop, usual, facing, settings=settings)
    if wall_cm is not None:
        wall = _said(wall_cm, lifter, subject, camera, settings=settings)
        gap, error = _gap_said(wall, lifter, settings)
        if line is not None:
            wall = _held_against(wall, _seen(line, lifter, camera, settings=settings), settings)
    elif line is not None:
        wall = _seen(line, lifter, camera, settings=settings)
        gap, error = _gap_seen(line, lifter, camera, settings=settings)
    else:
        return Behind(motion, None)
    about = {"units": "fraction of stature", "long_name": "distance of the seat from the wall"}
    columns = {COLUMN: ("time", gap, about), f"{COLUMN}_error": ("time", error, about)}
    return Behind(Kinematics(motion.assign(columns)), wall)


def is_used(behind: Behind, *, settings: WallSettings) -> bool:
    """Whether the lifter uses the wall that is there: the seat comes within reach of it."""
    return behind.wall is not None and bool((behind.motion[COLUMN].to_numpy() <= settings.within_reach).any())


def contradiction(
    wall: Wall | None, wall_cm: float | None, *, subject: Subject, settings: WallSettings
) -> tuple[str, ...]:
    """Say so where the picture shows the wall elsewhere than the user does; empty where there is nothing to say."""
    if wall is None or wall_cm is None or wall.seen_behind_heels is None or not wall.contradicted:
        return ()
    stature_cm = subject.stature_cm or settings.usual_stature_cm
    centimetres = shown("cm")
    said, seen = (
        f"{centimetres.factor * cm:.0f} {centimetres.unit}" for cm in (wall_cm, wall.seen_behind_heels * stature_cm)
    )
    return (message("warning.wall_elsewhere", said=said, seen=seen),)


def _seen(line: WallLine, lifter: _Lifter, camera: _Camera, *, settings: WallSettings) -> Wall:
    """The wall of the picture, as it is told."""
    behind = (lifter.heel[0] - camera.place(line.foot_px)[0]) / lifter.stature_px
    error = np.hypot(line.error_px / camera.narrowed / lifter.stature_px, settings.heel_error)
    return Wall(
        source="picture",
        behind_heels=round(float(behind), 4),
        behind_heels_error=round(float(error), 4),
        seen_behind_heels=round(float(behind), 4),
        line_px=_ends(line.foot_px, line.foot_px + lifter.stature_px * line.up_px),
    )


def _said(wall_cm: float, lifter: _Lifter, subject: Subject, camera: _Camera, *, settings: WallSettings) -> Wall:
    """The wall the user speaks of, as it is told: its error is the tape's and the stature's."""
    stature_cm = subject.stature_cm or settings.usual_stature_cm
    spread = 0.0 if subject.stature_cm else settings.usual_stature_error_cm / stature_cm
    far = wall_cm / stature_cm
    foot, up = lifter.heel - np.array([far * lifter.stature_px, 0.0]), np.array([0.0, lifter.stature_px])
    error = np.hypot(far * spread, settings.wall_error_cm / stature_cm)
    return Wall(
        source="given",
        behind_heels=round(far, 4),
        behind_heels_error=round(float(error), 4),
        line_px=_ends(camera.picture(foot), camera.picture(foot + up)),
    )


def _held_against(said: Wall, seen: Wall, settings: WallSettings) -> Wall:
    """What was said, and whether what is seen contradicts it."""
    doubt = math.hypot(said.behind_heels_error, seen.behind_heels_error, settings.scale_error * seen.behind_heels)
    apart = abs(said.behind_heels - seen.behind_heels)
    return msgspec.structs.replace(
        said, seen_behind_heels=seen.behind_heels, contradicted=apart > settings.contradicts * doubt
    )


def _gap_said(wall: Wall, lifter: _Lifter, settings: WallSettings) -> tuple[Floats, Floats]:
    """Gap (T,) from the wall that was spoken of, and its error, statures."""
    behind = (lifter.heel[0] - lifter.seat[:, 0]) / lifter.stature_px
    noise = lifter.seat_error / lifter.stature_px
    doubt = noise**2 + settings.heel_error**2 + (settings.scale_error * behind) ** 2 + wall.behind_heels_error**2
    return wall.behind_heels - behind, np.sqrt(doubt)


def _gap_seen(line: WallLine, lifter: _Lifter, camera: _Camera, *, settings: WallSettings) -> tuple[Floats, Floats]:
    """Gap (T,) from the wall of the picture at the height of the seat, and its error, statures."""
    foot, head = (camera.place(line.foot_px + way * line.up_px) for way in (0.0, lifter.stature_px))
    per_up = (head[0] - foot[0]) / (head[1] - foot[1])
    wall = foot[0] + per_up * (lifter.seat[:, 1] - foot[1])
    slant = settings.camera_height * line.slope
    gap = (lifter.seat[:, 0] - wall) / lifter.stature_px + settings.seat_aside * slant
    doubt = np.hypot(lifter.seat_error, line.error_px / camera.narrowed) / lifter.stature_px
    error = np.hypot(doubt, settings.seat_aside_error * slant)
    return np.where(lifter.turned, np.nan, gap), np.where(lifter.turned, np.nan, error)


def _lifter(followed: Followed, back: BackLine, camera: _Camera, body: KinematicsSettings) -> _Lifter:
    """The rearmost point of the pelvis's outline in every frame, NaN where none is seen, and the heels."""
    marks = sagittal_landmarks(followed.track, followed.view, followed.facing, settings=body)
    edge = back["position_px"].sel(side="back").to_numpy().astype(np.float64)[:, _SEAT]
    doubt = back["error"].sel(side="back").to_numpy().astype(np.float64)[:, _SEAT] * back.attrs["trunk_length_px"]
    seat, seat_error = sagittal(edge, doubt, roll_deg=camera.roll_deg, facing=marks.facing, cos_yaw=camera.narrowed)
    place = np.where(np.isfinite(seat[..., 0]), seat[..., 0], np.inf)
    rearmost, rows = place.argmin(axis=1), np.arange(len(place))
    unseen = ~np.isfinite(place[rows, rearmost])
    return _Lifter(
        np.where(unseen[:, None], np.nan, seat[rows, rearmost]),
        np.where(unseen, np.nan, seat_error[rows, rearmost, 0]),
        np.asarray(nan_median(middle(marks.place, "heel"), axis=0)),
        float(followed.motion.attrs["stature_px"]),
        marks.facing != camera.facing,
    )


def _ends(foot: Floats, head: Floats) -> tuple[float, float, float, float]:
    return (round(float(foot[0]), 1), round(float(foot[1]), 1), round(float(head[0]), 1), round(float(head[1]), 1))
