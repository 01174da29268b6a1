"""From where the camera saw the lifter: plane, yaw, facing, near side, roll, and whether the camera moved."""

from typing import Final

import numpy as np

from hiphinge.body import (
    FOOT,
    INDEX,
    SIDES,
    facing_evidence,
    middle,
    pair,
    running_median,
    standing_straight,
    trunk_length,
)
from hiphinge.cleaning import CleanTrack
from hiphinge.geometry import Bools, Floats, angle_from_vertical_deg, nan_median, runs, wrap_deg
from hiphinge.pose import PoseTrack
from hiphinge.records import Plane, View
from hiphinge.settings import ViewSettings

UPSIDE_DOWN_DEG: Final = 150.0
"""Beyond this roll the phone was held upside down; between a lean and this, the lifter lies or hangs."""


def view_of(track: CleanTrack, *, settings: ViewSettings) -> View:
    """Judge from where the camera saw the lifter, over the whole clip.

    ``facing`` and ``near_side`` hold in the picture once ``roll_deg`` is taken out of it, which matters only when the
    phone was upside down. They are those of most of the time; `facing_over_time` follows a lifter who turns. Where no
    one was seen, the view is oblique with an error of 90°, so that nothing is judged from it. The near side is the one
    of the facing's name: whoever faces right shows the right side, from any angle short of the very front or back.
    """
    position, confidence = track["position"].to_numpy(), track["confidence"].to_numpy()
    yaw, error = yaw_of(track, settings=settings)
    facing = facing_over_time(track, settings=settings)
    right = bool(facing.mean() >= 0) if facing.size else True
    return View(
        plane=_plane(yaw, settings),
        yaw_deg=yaw,
        yaw_error_deg=error,
        facing="right" if right else "left",
        near_side="right" if right else "left",
        camera_moves=_camera_moves(track, settings),
        roll_deg=_roll(position, confidence, settings),
    )


def view_problems(view: View, *, settings: ViewSettings) -> tuple[str, ...]:
    """What the view does not allow, as message keys: ``view_oblique``, ``view_frontal``, ``camera_moves``,
    ``camera_rolled``, ``upside_down``. Each message says how to film.
    """  # noqa: D205 - the list of keys is the summary
    upside_down = abs(view.roll_deg) > UPSIDE_DOWN_DEG
    found = {
        f"view_{view.plane}": view.plane != "sagittal",
        "camera_moves": view.camera_moves,
        "upside_down": upside_down,
        "camera_rolled": not upside_down and abs(view.roll_deg) > settings.roll_warn_deg,
    }
    return tuple(key for key, holds in found.items() if holds)


def facing_over_time(track: CleanTrack, *, settings: ViewSettings) -> Floats:
    """Which way the lifter faces at each time: (T,) +1 right, −1 left in the picture with its roll taken out.

    A turn counts when the evidence (`hiphinge.body.facing_evidence`, and which side is nearer) is plain and stays for
    ``settings.turn_min_s``; between plain moments the nearest one holds, and a clip without any is one facing by its
    faint majority. Never 0.
    """
    position, confidence = track["position"].to_numpy(), track["confidence"].to_numpy()
    rate_hz = float(track.attrs["rate_hz"])
    if not np.isfinite(rate_hz):
        return np.ones(position.shape[0])
    upside_down = abs(_roll(position, confidence, settings)) > UPSIDE_DOWN_DEG
    evidence = facing_evidence(position, confidence) * (-1.0 if upside_down else 1.0)
    evidence += settings.depth_weight * np.nan_to_num(_depth_evidence(track["world"].to_numpy()))
    steady = running_median(evidence, int(settings.turn_min_s * rate_hz))
    facing = np.where(np.abs(steady) > settings.turn_evidence, np.sign(steady), 0.0)
    for sign in (1.0, -1.0):
        for start, end in runs(facing == sign):
            if end - start < settings.turn_min_s * rate_hz:
                facing[start:end] = 0.0
    plain = np.flatnonzero(facing)
    if not plain.size:
        return np.full(facing.size, 1.0 if np.nansum(evidence) >= 0 else -1.0)
    after = np.clip(np.searchsorted(plain, np.arange(facing.size)), 0, plain.size - 1)
    before = np.maximum(after - 1, 0)
    frames = np.arange(facing.size)
    nearest = np.where(np.abs(frames - plain[before]) < np.abs(plain[after] - frames), before, after)
    return np.asarray(facing[plain[nearest]])


def _plane(yaw_deg: float, settings: ViewSettings) -> Plane:
    if yaw_deg <= settings.sagittal_max_deg:
        return "sagittal"
    return "frontal" if yaw_deg >= settings.frontal_min_deg else "oblique"


def yaw_of(track: CleanTrack | PoseTrack, *, settings: ViewSettings) -> tuple[float, float]:
    """Yaw 0 … 90° and its standard error: the median of four witnesses, and their disagreement.

    Two are the directions of the estimator's own three-dimensional axes of hips and shoulders; two are the widths of
    hips and shoulders in the picture, against what they are from the front, in trunk lengths.
    """
    position, world = track["position"].to_numpy(), track["world"].to_numpy()
    trunk = np.linalg.norm(middle(position, "shoulder") - middle(position, "hip"), axis=-1)
    if not np.isfinite(trunk).any():
        return 45.0, 90.0
    length = float(np.nanpercentile(trunk, 80))
    witnesses = []
    for part, full in (("shoulder", settings.shoulder_width), ("hip", settings.hip_width)):
        axis = np.abs(world[:, INDEX[f"left_{part}"]] - world[:, INDEX[f"right_{part}"]])
        witnesses.append(np.rad2deg(np.arctan2(axis[:, 0], axis[:, 2])))
        width = np.abs(np.diff(pair(position, part)[..., 0], axis=1)[:, 0]) / length
        witnesses.append(np.rad2deg(np.arcsin(np.clip(width / full, 0, 1))))
    typical = nan_median(np.stack(witnesses), axis=1)
    disagreement = float(np.nanstd(typical)) / 2
    return float(nan_median(typical)), float(np.hypot(settings.yaw_error_deg, disagreement))


def _depth_evidence(world: Floats) -> Floats:
    """How clearly the right side is nearer the camera, (T,) 1 … −1, by the estimator's axes of hips and shoulders.

    Whoever faces the picture's right shows the right side, so this is evidence of facing that neither hidden feet nor a
    trunk leaning backward can mislead. NaN where no one was seen.
    """
    axes = [np.diff(pair(world, part), axis=1)[:, 0] for part in ("shoulder", "hip")]
    directions = [-axis[:, 2] / np.maximum(np.linalg.norm(axis, axis=-1), np.finfo(np.float64).tiny) for axis in axes]
    return np.asarray(np.mean(directions, axis=0))


def _roll(position: Floats, confidence: Floats, settings: ViewSettings) -> float:
    """Roll in degrees, + when the content leans clockwise; 0 unless plainly more than a person leans by themselves.

    Standing straight on both feet, ankle to shoulder is vertical to within a few degrees. What is found between a lean
    and upside down is a person lying, and no roll.
    """
    straight = standing_straight(position, confidence, max_bend_deg=settings.straight_bend_deg)
    straight &= _on_both_feet(position, settings)
    if np.count_nonzero(straight) < settings.straight_share_min * straight.size or not straight.any():
        return 0.0
    up = np.array([1.0, -1.0])
    lean = angle_from_vertical_deg(middle(position, "ankle") * up, middle(position, "shoulder") * up)[straight]
    centre = float(np.rad2deg(np.angle(np.exp(1j * np.deg2rad(lean)).mean())))
    roll = float(wrap_deg(centre + float(np.median(wrap_deg(lean - centre)))))
    believed = settings.roll_min_deg < abs(roll) < settings.roll_max_deg or abs(roll) > UPSIDE_DOWN_DEG
    return roll if believed else 0.0


def _on_both_feet(position: Floats, settings: ViewSettings) -> Bools:
    """Frames in which neither foot is lifted: the ankles lie about level, across the line of the trunk."""
    body = middle(position, "shoulder") - middle(position, "hip")
    apart = np.diff(pair(position, "ankle"), axis=1)[:, 0]
    lifted = np.abs((apart * body).sum(axis=-1)) / np.maximum(np.linalg.norm(body, axis=-1), 1.0)
    with np.errstate(invalid="ignore"):
        return np.asarray(lifted < settings.feet_level * trunk_length(position))


def _camera_moves(track: CleanTrack, settings: ViewSettings) -> bool:
    """Whether feet that stand drift across the picture.

    Steps are quick and are left out; what remains of the six foot points' common, slow movement is summed. Only points
    seen, not inferred, count. Conservative: a shaking hand does not show in it.
    """
    rate_hz, size = float(track.attrs["rate_hz"]), float(track.attrs["trunk_px"])
    if not np.isfinite(rate_hz * size) or track.sizes["time"] < 3:
        return False
    columns = [INDEX[f"{side}_{part}"] for side in SIDES for part in FOOT]
    seen = ~track["filled"].to_numpy()[:, columns] & (
        track["confidence"].to_numpy()[:, columns] > settings.foot_confidence
    )
    feet = np.where(seen[..., None], track["position"].to_numpy()[:, columns], np.nan)
    calm = running_median(feet, int(settings.drift_window_s * rate_hz))
    velocity = np.nan_to_num(nan_median(np.gradient(calm, 1 / rate_hz, axis=0), axis=1)) / size
    slow = np.linalg.norm(velocity, axis=-1) < settings.step_speed
    drift = np.cumsum(velocity * slow[:, None], axis=0) / rate_hz
    return bool(np.ptp(drift, axis=0).max() > settings.drift_max)
