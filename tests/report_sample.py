"""A whole analysis made by hand from a stick lifter whose angles are known, and a clip of it."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import xarray as xr

from hiphinge.messages import message
from hiphinge.pose import KEYPOINTS
from hiphinge.records import (
    AnalysisRecord,
    ExerciseGuess,
    Finding,
    Metric,
    NextStep,
    Phase,
    Provenance,
    Quality,
    RecordingInfo,
    Rep,
    Summary,
    SummaryFinding,
    View,
)
from hiphinge.result import Analysis
from hiphinge.settings import OverlaySettings, load_slice
from hiphinge.synthetic import Camera, Motion, balanced_shank, lifter_track, repetitions
from hiphinge.video.writer import VideoWriter

SETTINGS = load_slice("overlay", OverlaySettings)
WIDTH, HEIGHT = 360, 640
LIMIT = 12.5
CYCLE_S, LEAD_S, DOWN_S, PAUSE_S, UP_S = 4.5, 1.0, 2.0, 0.3, 1.4


@cache
def sample(count: int = 4, *, width: int = WIDTH, height: int = HEIGHT, faulty: bool = True) -> Analysis:
    motion = _motion(count, faulty=faulty)
    track = lifter_track(motion, camera=Camera(width=width, height=height, distance_m=4.2), noise_px=0.4)
    filled = xr.zeros_like(track["confidence"], dtype=bool)
    filled.loc[{"keypoint": "right_knee", "time": slice(2.5, 3.4)}] = True
    track = track.assign(filled=filled, error_px=xr.full_like(track["confidence"], 2.0))
    kinematics = _kinematics(motion)
    reps = tuple(_rep(k, kinematics) for k in range(count))
    return Analysis(record=_record(reps, width, height, motion), track=track, raw_track=track, kinematics=kinematics)


def _motion(count: int, *, faulty: bool) -> Motion:
    """A set whose knees, where it is faulty, bend and travel forward more from repetition to repetition."""
    motion = repetitions(count, trunk=62, knee=22, head=-14)
    if not faulty:
        return motion
    order = np.clip((motion.time_s - LEAD_S) // CYCLE_S, 0, count - 1) / max(count - 1, 1)
    depth = motion.trunk / motion.trunk.max()
    trunk = motion.trunk * (1 - 0.15 * order)
    knee = motion.knee + 33 * order * depth
    shank = balanced_shank(trunk, knee) + 7 * order * depth
    return Motion(
        time_s=motion.time_s, trunk=trunk, knee=knee, head=motion.head, bottoms_s=motion.bottoms_s, shank=shank
    )


def _kinematics(motion: Motion) -> xr.Dataset:
    zeros = np.zeros_like(motion.time_s)
    series = {
        "hip_flexion": (motion.hip, 5.0),
        "knee_flexion": (motion.knee, 4.0),
        "trunk_inclination": (motion.trunk, 3.0),
        "shank_inclination": (motion.shank, 2.5),
        "head_angle": (motion.head, 6.0),
        "pelvic_tilt": (zeros + np.nan, np.nan),
        "lumbar_flexion": (zeros + np.nan, np.nan),
        "thoracic_flexion": (zeros + np.nan, np.nan),
    }
    variables = {f"{name}_deg": ("time", value) for name, (value, _) in series.items()}
    hidden = (motion.time_s > 2.5) & (motion.time_s < 3.4)
    for name, (_, error) in series.items():
        variables[f"{name}_error_deg"] = ("time", error + zeros + np.where(hidden, 4.0, 0.0))
    variables["hip_travel_back"] = ("time", motion.hip_back)
    variables["confidence"] = ("time", zeros + 0.9)
    return xr.Dataset(variables, coords={"time": motion.time_s})


def _rep(k: int, kinematics: xr.Dataset) -> Rep:
    start = LEAD_S + k * CYCLE_S
    edges = np.cumsum([start, DOWN_S - 0.1, PAUSE_S + 0.2, UP_S, CYCLE_S - DOWN_S - PAUSE_S - UP_S - 0.1])
    names = ("eccentric", "bottom", "concentric", "lockout")
    phases = tuple(
        Phase(name=n, start_s=float(a), end_s=float(b)) for n, a, b in zip(names, edges, edges[1:], strict=False)
    )
    bottom = start + DOWN_S + PAUSE_S / 2
    row = kinematics.sel(time=bottom, method="nearest")

    def deg(name: str) -> Metric:
        return Metric(value=float(row[f"{name}_deg"]), error=float(row[f"{name}_error_deg"]), unit="deg")

    shank = deg("shank_inclination")
    assert shank.value is not None
    beyond = shank.value - LIMIT
    verdict = "present" if beyond > 2.5 else "borderline" if beyond > -2.5 else "absent"
    return Rep(
        index=k + 1,
        start_s=float(edges[0]),
        bottom_s=float(bottom),
        end_s=float(edges[-1]),
        complete=True,
        side="both",
        phases=phases,
        metrics={
            "hip_flexion_max": deg("hip_flexion"),
            "knee_flexion_max": deg("knee_flexion"),
            "trunk_inclination_max": deg("trunk_inclination"),
            "shank_inclination_max": shank,
            "hip_travel_back": Metric(value=float(row["hip_travel_back"]), error=0.012, unit="fraction of stature"),
            "hip_knee_ratio": Metric(value=4.1 - 0.6 * k, error=0.5, unit="1"),
            "head_angle_min": deg("head_angle"),
            "lumbar_flexion_max": Metric(value=None, error=None, unit="deg"),
            "lumbar_flexion_bottom": Metric(value=None, error=None, unit="deg"),
            "eccentric_s": Metric(value=1.9, error=0.04, unit="s"),
            "concentric_s": Metric(value=1.4, error=0.04, unit="s"),
        },
        findings=(
            Finding(
                fault="shins_forward",
                verdict=verdict,
                metric="shank_inclination_max",
                value=shank.value,
                limit=LIMIT,
                unit="deg",
                at_s=float(bottom),
            ),
            Finding(
                fault="looking_down",
                verdict="absent",
                metric="head_angle_min",
                value=-14.0,
                limit=-30.0,
                unit="deg",
                at_s=float(bottom),
            ),
            Finding(
                fault="too_shallow",
                verdict="absent",
                metric="hip_flexion_max",
                value=80.0,
                limit=55.0,
                unit="deg",
                at_s=float(bottom),
            ),
            Finding(fault="lower_back_rounding", verdict="not_assessable", reason="reason.spine_not_measured"),
        ),
    )


def _record(reps: tuple[Rep, ...], width: int, height: int, motion: Motion) -> AnalysisRecord:
    present = tuple(rep.index for rep in reps if rep.findings[0].verdict == "present")
    return AnalysisRecord(
        recording=RecordingInfo(
            path="set.mp4",
            sha256="0" * 64,
            width=width,
            height=height,
            frames=motion.time_s.size,
            fps=30.0,
            duration_s=float(motion.time_s[-1]),
            variable_rate=False,
            rotation_deg=0,
        ),
        view=View(
            plane="sagittal",
            yaw_deg=6.0,
            yaw_error_deg=4.0,
            facing="right",
            near_side="right",
            camera_moves=False,
            roll_deg=0.0,
        ),
        exercise=ExerciseGuess(name="rdl", confidence=0.87, given=False),
        reps=reps,
        summary=_summary(reps, present),
        quality=Quality(pose_coverage=0.98, people_seen=1, warnings=()),
        provenance=Provenance(
            version="0.1.0", model="full", weights_sha256={}, settings_sha256="1" * 64, seconds={"pose": 4.2}
        ),
    )


def _summary(reps: tuple[Rep, ...], present: tuple[int, ...]) -> Summary:
    listed = ", ".join(str(index) for index in present)
    first = SummaryFinding(
        fault="shins_forward",
        verdict="present" if present else "absent",
        reps=present,
        correction="Keep the weight over mid-foot and heel, and imagine a wall in front of your shins."
        if present
        else None,
        drill="Wall drill: stand a hand's width in front of a wall and send the hips straight back."
        if present
        else None,
        evidence="engineering",
    )
    rest = (
        SummaryFinding(
            fault="looking_down", verdict="absent", reps=(), correction=None, drill=None, evidence="engineering"
        ),
        SummaryFinding(
            fault="too_shallow", verdict="absent", reps=(), correction=None, drill=None, evidence="consensus"
        ),
        SummaryFinding(
            fault="lower_back_rounding",
            verdict="not_assessable",
            reps=(),
            correction=None,
            drill=None,
            evidence=None,
            reason=message("reason.spine_not_measured"),
        ),
    )
    return Summary(
        reps=len(reps),
        verdict=f"Romanian deadlift, {len(reps)} repetitions: your knees travel forward in repetitions {listed}."
        if present
        else f"Romanian deadlift, {len(reps)} repetitions: a clean set.",
        went_well=("Your head stays in line with your trunk.", "You use a good range."),
        findings=(first, *rest),
        next_step=NextStep(name="Wall drill", why="When the knees travel forward the hips cannot travel back."),
    )


def frame_of(analysis: Analysis, index: int) -> np.ndarray:
    """A picture of the lifter: a plain body before a wall, RGB."""
    width, height = analysis.record.recording.width, analysis.record.recording.height
    image = np.empty((height, width, 3), dtype=np.uint8)
    image[:] = np.linspace(150, 92, height)[:, None, None].astype(np.uint8)
    image[int(height * 0.86) :] = (74, 66, 60)
    joints = analysis.track["position"].to_numpy()[index]
    place = {name: tuple(int(v) for v in joints[k]) for k, name in enumerate(KEYPOINTS)}
    thick = max(3, height // 40)
    for side, shade in (("left", (58, 62, 70)), ("right", (40, 44, 52))):
        for a, b, factor in (
            ("shoulder", "hip", 2.6),
            ("hip", "knee", 1.8),
            ("knee", "ankle", 1.3),
            ("heel", "foot_index", 0.8),
            ("shoulder", "elbow", 1.0),
            ("elbow", "wrist", 0.8),
        ):
            cv2.line(image, place[f"{side}_{a}"], place[f"{side}_{b}"], shade, round(thick * factor), cv2.LINE_AA)
    cv2.circle(image, place["right_ear"], round(thick * 1.7), (150, 112, 92), -1, cv2.LINE_AA)
    return image


def write_clip(analysis: Analysis, path: Path, *, step: int = 1) -> Path:
    times = analysis.track["time"].to_numpy()
    with VideoWriter(path) as writer:
        for index in range(0, times.size, step):
            writer.write(frame_of(analysis, index), float(times[index]))
    return path
