"""The same simulated set seen by two cameras: the second in front, behind or at an angle, its clip cut elsewhere."""

from dataclasses import replace

import numpy as np

from hiphinge.frontal import Clip
from hiphinge.people import PoseEstimate
from hiphinge.pose import KEYPOINTS, PoseTrack, make_track
from hiphinge.records import RecordingInfo
from hiphinge.synthetic import Camera, Motion, lifter_track

STATURE_M = 1.75


def uneven(motion: Motion, *, tempo: float = 0.12) -> Motion:
    """The motion at the uneven pace of a person: the clock runs faster and slower, and nothing else changes."""
    end_s = motion.time_s[-1]
    warped = motion.time_s + tempo * end_s / 6 * np.sin(2 * np.pi * 1.3 * motion.time_s / end_s)
    series = {
        name: np.interp(warped, motion.time_s, getattr(motion, name))
        for name in ("trunk", "knee", "head", "shank", "arm", "drift")
    }
    bottoms = tuple(float(np.interp(at, warped, motion.time_s)) for at in motion.bottoms_s)
    return replace(motion, bottoms_s=bottoms, **series)


def second_track(
    motion: Motion,
    *,
    yaw_deg: float = 85.0,
    inward_m: float = 0.0,
    aside_m: float = 0.0,
    rolls_deg: float = 0.0,
    from_s: float = 0.0,
    to_s: float = np.inf,
    offset_s: float = 0.0,
    noise_px: float = 0.5,
    size: tuple[int, int] = (1080, 1920),
) -> PoseTrack:
    """Film the motion from in front (`yaw_deg` to 90) or behind (negative), between two moments of it.

    At the bottom each knee is `inward_m` inward, the hips are `aside_m` to the lifter's left, and the pelvis is rolled,
    left hip up.
    """
    camera = Camera(yaw_deg=yaw_deg, width=size[0], height=size[1])
    raw = lifter_track(motion, camera=camera, stature_m=STATURE_M, noise_px=noise_px)
    px = camera.focal * camera.height / camera.distance_m
    depth = np.clip((motion.trunk - motion.trunk[0]) / np.ptp(motion.trunk), 0, 1)
    position = raw["position"].to_numpy().copy()
    left = np.sin(np.deg2rad(yaw_deg))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        position[:, KEYPOINTS.index(f"{side}_knee"), 0] -= sign * left * inward_m * px * depth
        position[:, KEYPOINTS.index(f"{side}_hip"), 0] += left * aside_m * px * depth
        rise = np.sin(np.deg2rad(rolls_deg)) * 0.127 * STATURE_M / 2
        position[:, KEYPOINTS.index(f"{side}_hip"), 1] -= sign * rise * px * depth
    kept = (motion.time_s >= from_s) & (motion.time_s <= to_s)
    confidence = np.full_like(raw["confidence"].to_numpy(), 0.95)
    return make_track(
        motion.time_s[kept] + offset_s, position[kept], raw["world"].to_numpy()[kept], confidence[kept],
        width=camera.width, height=camera.height, estimator="synthetic", model="stick",
    )  # fmt: skip


def clip_of(track: PoseTrack | None, *, path: str = "front.mp4", size: tuple[int, int] = (1080, 1920)) -> Clip:
    """The track as a second clip; None for one that shows nobody."""
    info = RecordingInfo(
        path=path, sha256="1", width=size[0], height=size[1], frames=100, fps=30.0, duration_s=10.0,
        variable_rate=False, rotation_deg=0,
    )  # fmt: skip
    return Clip(info, None if track is None else PoseEstimate(track, 1, 1))
