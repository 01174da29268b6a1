"""Simulated lifters for the tests of what is said about them: a motion, filmed, cleaned, measured."""

from dataclasses import replace

import msgspec
import numpy as np

from hiphinge.cleaning import clean
from hiphinge.followed import Followed
from hiphinge.kinematics import Kinematics, kinematics
from hiphinge.load import Moved, follow, plate_of
from hiphinge.metrics import measure
from hiphinge.records import Quality, Rep, Subject, View
from hiphinge.reps import find_reps
from hiphinge.settings import (
    CleaningSettings,
    KinematicsSettings,
    LoadSettings,
    RepSettings,
    load_slice,
)
from hiphinge.synthetic import Camera, Motion, lifter_track, repetitions

SIDE = View(
    plane="sagittal",
    yaw_deg=0.0,
    yaw_error_deg=3.0,
    facing="right",
    near_side="right",
    camera_moves=False,
    roll_deg=0.0,
)
SEEN_WELL = Quality(pose_coverage=1.0, people_seen=1, warnings=())


def from_view(plane):
    yaw = {"sagittal": 0.0, "oblique": 40.0, "frontal": 85.0}[plane]
    return View(
        plane=plane,
        yaw_deg=yaw,
        yaw_error_deg=5.0,
        facing="right",
        near_side="right",
        camera_moves=False,
        roll_deg=0.0,
    )


def filmed(motion: Motion, *, noise_px: float = 1.0, yaw_deg: float = 0.0, view: View = SIDE) -> Kinematics:
    raw = lifter_track(motion, camera=Camera(yaw_deg=yaw_deg), noise_px=noise_px)
    track = clean(raw, settings=load_slice("cleaning", CleaningSettings))
    return kinematics(track, view, settings=load_slice("kinematics", KinematicsSettings))


def counted(motion_seen: Kinematics) -> tuple[Rep, ...]:
    return find_reps(motion_seen, settings=load_slice("reps", RepSettings))


def measured(motion: Motion, **how) -> tuple[Rep, ...]:
    seen = filmed(motion, **how)
    return measure(seen, counted(seen), SIDE)


def hinge(count=3, **changes) -> Motion:
    return repetitions(count, **({"trunk": 65.0, "knee": 18.0} | changes))


def deadlift(count=3, **changes) -> Motion:
    return repetitions(count, **({"trunk": 55.0, "knee": 60.0, "eccentric_s": 1.5} | changes))


def squat(count=3, **changes) -> Motion:
    return repetitions(count, **({"trunk": 35.0, "knee": 100.0} | changes))


def swing(count=8, **changes) -> Motion:
    tempo = {"eccentric_s": 0.5, "pause_s": 0.1, "concentric_s": 0.45, "rest_s": 0.45, "fps": 60.0}
    motion = repetitions(count, **({"trunk": 60.0, "knee": 40.0} | tempo | changes))
    depth = (motion.trunk - motion.trunk[0]) / (motion.trunk.max() - motion.trunk[0])
    swung = np.where((motion.time_s > 1.5) & (motion.time_s < motion.time_s[-1] - 1.0), 85.0 - 100.0 * depth, 0.0)
    return replace(motion, arm=np.convolve(swung, np.ones(9) / 9, mode="same"))


def hips_first(count=3) -> Motion:
    """Pulls in which the knees open first while the trunk tips on."""
    motion = deadlift(count, pause_s=0.4, concentric_s=2.0)
    rate = 1 / float(np.diff(motion.time_s)[0])
    late = round(0.8 * rate)
    trunk = np.concatenate([np.full(late, motion.trunk[0]), motion.trunk[:-late]])
    trunk = np.maximum(motion.trunk, trunk)
    rising = np.zeros_like(trunk)
    for bottom_s in motion.bottoms_s:
        rising += 25 * np.exp(-(((motion.time_s - bottom_s - 0.95) / 0.35) ** 2))
    return Motion(motion.time_s, trunk + rising, motion.knee, motion.head, motion.bottoms_s)


def overlaid(seen: Kinematics, **columns: float) -> Kinematics:
    """The same kinematics with columns set to a constant, errors to 2 degrees."""
    data = {}
    for name, value in columns.items():
        data[f"{name}_deg"] = ("time", np.full(seen.sizes["time"], value))
        data[f"{name}_error_deg"] = ("time", np.full(seen.sizes["time"], 2.0))
    return Kinematics(seen.assign(data))


def bending(seen: Kinematics, *, error: float = 3.0, noise: float = 0.0, seed: int = 0, **curves) -> Kinematics:
    """The same kinematics with a back that was judged: each curve gives degrees for the trunk's depth, 0 … 1.

    `error` is the stated standard error; `noise` the scatter that is really there, fresh in every frame.
    """
    lean = seen["trunk_inclination_deg"].to_numpy() - seen.attrs["standing_trunk_inclination_deg"]
    depth = np.clip(lean / np.nanmax(lean), 0, 1)
    scatter = np.random.default_rng(seed)
    straight = dict.fromkeys(("pelvic_tilt", "lumbar_flexion", "thoracic_flexion"), np.zeros_like)
    data = {}
    for name, curve in (straight | curves).items():
        data[f"{name}_deg"] = ("time", curve(depth) + noise * scatter.normal(size=depth.size))
        data[f"{name}_error_deg"] = ("time", np.full(depth.size, error))
    return Kinematics(seen.assign(data).assign_attrs(spine="", spine_standing="clip"))


def whole(motion: Motion, **curves) -> tuple[Rep, ...]:
    """Repetitions of a motion whose back was judged too; it keeps its shape unless `curves` say otherwise."""
    seen = filmed(motion)
    return measure(bending(seen, **curves), counted(seen), SIDE)


def late(most: float, *, start: float = 0.6):
    """A back that keeps its shape until `start` of the trunk's depth and rounds by `most` degrees by the bottom."""
    return lambda depth: most * np.clip((depth - start) / (1 - start), 0, 1)


def evenly(most: float):
    """A back that bends in proportion to the trunk."""
    return lambda depth: most * depth


def carried(motion: Motion, *, noise_px: float = 1.0, camera: Camera | None = None, on_back: bool = False,
            stature_cm: float | None = None, circles=None) -> Moved:  # fmt: skip
    """The motion filmed and its load followed: in the hands, or on the back."""
    camera = camera or Camera()
    view = replace_view(SIDE, camera)
    track = clean(
        lifter_track(motion, camera=camera, noise_px=noise_px), settings=load_slice("cleaning", CleaningSettings)
    )
    body = load_slice("kinematics", KinematicsSettings)
    seen = kinematics(track, view, settings=body)
    facing = np.full(track.sizes["time"], 1.0 if camera.facing == "right" else -1.0)
    followed, settings = Followed(track, seen, view, facing), load_slice("load", LoadSettings)
    return follow(
        followed,
        np.full(track.sizes["time"], on_back),
        plate_of(followed, circles, settings=settings),
        subject=Subject(stature_cm=stature_cm),
        body=body,
        settings=settings,
    )


def replace_view(view: View, camera: Camera) -> View:
    near = "right" if camera.facing == "right" else "left"
    return msgspec.structs.replace(view, facing=camera.facing, near_side=near, yaw_deg=abs(camera.yaw_deg))


def reaching(motion: Motion, degrees: float) -> Motion:
    """The same motion with the arms so far in front of hanging at the bottom."""
    depth = (motion.trunk - motion.trunk[0]) / (motion.trunk.max() - motion.trunk[0])
    return replace(motion, arm=degrees * depth)
