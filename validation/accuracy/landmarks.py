"""Where the pose model's landmarks sit, and what simulated and real tracks have in common.

Offsets need the truth; confidence, scatter of segment lengths, jitter and the mask's edge are read from raw tracks of
either kind.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pyarrow.parquet as pq

from hiphinge.geometry import Floats
from hiphinge.outline import RAYS, Outline
from hiphinge.pose import KEYPOINTS
from validation.accuracy.compare import Compared
from validation.tracks import load

ZONES: Final = ("pelvis", "trunk", "head")
"""Parts of the outline, as `hiphinge.outline` names them."""
JOINTS: Final = ("shoulder", "hip", "knee", "ankle")
SEGMENTS: Final = (("trunk", "shoulder", "hip"), ("thigh", "hip", "knee"), ("shank", "knee", "ankle"))
HIGHEST_RATE: Final = 31.0
"""Jitter is compared at about 30 frames a second; quicker tracks are thinned."""


class Traits(NamedTuple):
    """What a raw track looks like, from the lifter's two sides; one value a side and joint or segment."""

    confidence: dict[str, float]
    """Median over the clip, the better side."""
    hidden: dict[str, float]
    """Share of frames in which the worse side's confidence is under 0.5."""
    scatter: dict[str, float]
    """Robust coefficient of variation of the segment's length in the picture, the better side, %."""
    jitter: dict[str, float]
    """Noise of a landmark per axis from third differences, % of the trunk's length, the better side."""
    blurred: dict[str, float]
    """How many pixels of the mask its edge takes to fall, median; nothing where no outline was kept."""
    torn: dict[str, float]
    """Share of the rays to the edge, %, that found none."""
    ragged: dict[str, float]
    """Noise of the edge from frame to frame, as `jitter`."""


def traits(track_file: Path) -> Traits:
    """Measure a kept raw track."""
    kept = load(track_file)
    track = kept.track
    time_s = track["time"].to_numpy()
    step = max(1, round(1 / (float(np.median(np.diff(time_s))) * HIGHEST_RATE)))
    position = track["position"].to_numpy()[::step]
    confidence = track["confidence"].to_numpy()[::step]
    place = {(side, joint): position[:, _index(side, joint)] for side in ("left", "right") for joint in JOINTS}
    sure = {(side, joint): confidence[:, _index(side, joint)] for side in ("left", "right") for joint in JOINTS}
    better = max(("left", "right"), key=lambda side: float(np.median([sure[side, joint] for joint in JOINTS])))
    worse = "left" if better == "right" else "right"
    lengths = {
        name: np.linalg.norm(place[better, upper] - place[better, lower], axis=1) for name, upper, lower in SEGMENTS
    }
    trunk = float(np.nanquantile(lengths["trunk"], 0.9))
    return Traits(
        confidence={joint: float(np.median(sure[better, joint])) for joint in JOINTS},
        hidden={joint: float(np.mean(sure[worse, joint] < 0.5)) for joint in JOINTS},
        scatter={name: 100 * _spread(length) / float(np.nanmedian(length)) for name, length in lengths.items()},
        jitter={joint: 100 * _noise(place[better, joint]) / trunk for joint in JOINTS},
        **_of_mask(kept.outline, step, trunk),
    )


def _of_mask(outline: Outline | None, step: int, trunk: float) -> dict[str, dict[str, float]]:
    """Traits of the mask's edge by zone of the body, of frames in which some of it was seen."""
    found: dict[str, dict[str, float]] = {"blurred": {}, "torn": {}, "ragged": {}}
    if outline is None:
        return found
    sure = outline["confidence"].to_numpy()[::step]
    place = outline["position"].to_numpy()[::step]
    seen = (sure > 0).any(axis=(1, 2))
    for zone in ZONES:
        rays = [number for number, ray in enumerate(RAYS) if ray.zone == zone]
        edge, at = sure[seen][:, :, rays], place[seen][:, :, rays]
        if not (edge > 0).any():
            continue
        found["blurred"][zone] = 1 / float(np.median(edge[edge > 0]))
        found["torn"][zone] = 100 * float(np.mean(edge == 0))
        found["ragged"][zone] = 100 * _noise(at.reshape(len(at), -1, 2)) / trunk
    return found


class Offset(NamedTuple):
    """Landmark less joint centre, midpoints of both sides, % of stature: forward and up, standing and at the bottom."""

    standing: Floats
    bottom: Floats


def offsets(clip: Compared, folder: Path, track_file: Path) -> dict[str, Offset]:
    """Where each joint's landmark lies beside the true centre in the picture, medians over frames of a clip."""
    track = load(track_file).track
    table = pq.read_table(folder / "truth.parquet")
    time_s = np.asarray(table["time_s"], dtype=float)
    clock = track["time"].to_numpy()
    nearest = np.abs(clock[None, :] - time_s[:, None]).argmin(axis=1)
    position = track["position"].to_numpy()[nearest]
    forward = 1.0 if clip.truth["facing"] == "right" else -1.0
    scale = _pixels_per_stature(table, clip.truth["stature_m"])
    hip = np.asarray(table["hip_flexion_deg"], dtype=float)
    low, high = hip.min(), hip.max()
    standing, deep = hip < low + 0.1 * (high - low), hip > high - 0.1 * (high - low)
    found = {}
    for joint in JOINTS:
        seen = (position[:, _index("left", joint)] + position[:, _index("right", joint)]) / 2
        true = sum(_pixels(table, f"{side}_{joint}") for side in ("left", "right")) / 2
        away = (seen - true) / scale * 100 * np.array([forward, -1.0])
        found[joint] = Offset(np.nanmedian(away[standing], axis=0), np.nanmedian(away[deep], axis=0))
    return found


def pooled(values: Sequence[dict[str, float]], name: str) -> Floats:
    """One trait over the clips."""
    return np.array([one[name] for one in values])


def _index(side: str, joint: str) -> int:
    return KEYPOINTS.index(f"{side}_{joint}")


def _pixels(table: object, name: str) -> Floats:
    return np.stack([np.asarray(table[f"{name}_{axis}_px"], dtype=float) for axis in "xy"], axis=1)  # type: ignore[index]


def _metres(table: object, name: str) -> Floats:
    return np.stack([np.asarray(table[f"{name}_{axis}_m"], dtype=float) for axis in "xyz"], axis=1)  # type: ignore[index]


def _pixels_per_stature(table: object, stature_m: float) -> float:
    """From the shank, which hardly turns out of the picture."""
    pixels = np.linalg.norm(_pixels(table, "left_knee") - _pixels(table, "left_ankle"), axis=1)
    metres = np.linalg.norm(_metres(table, "left_knee") - _metres(table, "left_ankle"), axis=1)
    return float(np.quantile(pixels / metres, 0.9)) * stature_m


def _spread(values: Floats) -> float:
    return 1.4826 * float(np.nanmedian(np.abs(values - np.nanmedian(values))))


def _noise(place: Floats) -> float:
    """Standard deviation of white noise whose third differences scatter as these do: theirs over √20."""
    third = np.diff(place, n=3, axis=0)
    third = third[np.isfinite(third).all(axis=-1)]
    return _spread(third.ravel()) / np.sqrt(20) if third.size else float("nan")
