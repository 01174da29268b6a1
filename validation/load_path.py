"""How well the load is followed: path, drift, speeds and scale of simulated clips against what is true.

    python -m validation.load_path --work DIR [--stature] FOLDER…

FOLDERs hold clips of `validation.simulate` with the raw tracks that `validation.accuracy` keeps beside them; circles
are looked for in the pictures once and kept under DIR. True hands are the rig's wrists and a closed fist's step along
the forearm; a true bar on the back has its place in the frame of the trunk. Without `--stature` metres come from
plates alone.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hiphinge import video
from hiphinge.analysis import Request, assess
from hiphinge.errors import HiphingeError
from hiphinge.geometry import Floats
from hiphinge.load import Circles, PlateFinder
from hiphinge.pose import KEYPOINTS
from hiphinge.records import AnalysisRecord, Load, Rep, Subject
from hiphinge.result import Analysis
from hiphinge.settings import load_settings
from validation import tracks

LOADED: Final = ("rdl", "deadlift", "good_morning", "kettlebell_swing", "single_leg_rdl")
FIST: Final = (0.049, 0.010)
"""From the wrist along the forearm and in front of it, statures: the rig's, `Arms.grip`."""
ON_BACK: Final = (0.042, -0.070)
"""From the shoulders along the trunk and in front of it, statures: the rig's, `Arms.load_place`."""
SAME_BOTTOM_S: Final = 0.75
MOVING: Final = 0.05
"""The way up lasts while the load rises faster than this share of its fastest."""


class Truth(NamedTuple):
    """What is true of a clip, metres of the sagittal plane from the standing ankle: (T,) and (T, 2)."""

    time_s: Floats
    load: Floats
    midfoot: Floats
    deep: NDArray[np.bool_]
    """Where the trunk is in the deep part of its way."""
    pixels_per_metre: float


class Row(NamedTuple):
    """A clip's errors: centimetres, metres a second, relative."""

    name: str
    followed: str
    forward_cm: float
    height_cm: float
    shape_cm: float
    drift_cm: tuple[float, ...]
    drift_z: tuple[float, ...]
    peak: tuple[float, ...]
    mean: tuple[float, ...]
    source: str
    scale: float
    scale_z: float
    verdicts: tuple[tuple[float, str], ...]


def main() -> None:
    """Print a line for every clip, and the whole."""
    parser = argparse.ArgumentParser(prog="python -m validation.load_path", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--work", type=Path, required=True, help="where circles are kept")
    parser.add_argument("--stature", action="store_true", help="give every lifter's stature")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    rows = []
    for folder in given.folders:
        for clip in sorted(folder.glob("*/truth.json")):
            row = measured(clip.parent, given.work, stature=given.stature)
            if row is not None:
                rows.append(row)
                print(line(row), flush=True)
    print(whole(rows))


def measured(folder: Path, work: Path, *, stature: bool) -> Row | None:
    """One clip's errors; None where the exercise has no load, or nothing was found."""
    truth = json.loads((folder / "truth.json").read_text())
    track_file = folder / tracks.TRACK
    if truth["exercise"] not in LOADED or not track_file.is_file():
        return None
    info = video.probe(folder / "clip.mp4")
    seen = tracks.load(track_file)
    circles = looked(folder / "clip.mp4", seen.track, work / f"{folder.parent.name}-{folder.name}.circles.npz")
    subject = Subject(stature_cm=100 * truth["stature_m"]) if stature else Subject()
    request = Request(exercise=truth["exercise"], subject=subject, load=Load(mass_kg=truth["spec"]["load_kg"]))
    try:
        found = assess(seen, info, request, circles=circles)
    except HiphingeError as error:
        print(f"{folder.name}: {error}")
        return None
    return compared(f"{folder.parent.name}/{folder.name}", found, truth, true_path(folder, truth))


def looked(clip: Path, track: Any, cache: Path) -> Circles:
    """The circles of a clip, found along its raw track, or those kept."""
    if not cache.is_file():
        finder = PlateFinder(load_settings().load)
        time_s, position = track["time"].to_numpy(), track["position"].to_numpy()
        hip, shoulder, hands = (
            position[:, [KEYPOINTS.index(f"{side}_{part}") for side in ("left", "right")]].mean(axis=1)
            for part in ("hip", "shoulder", "wrist")
        )
        last_s = -np.inf
        for frame in video.read_frames(clip):
            if frame.time_s - last_s >= finder.settings.plate_look_every_s:
                k, last_s = int(np.abs(time_s - frame.time_s).argmin()), frame.time_s
                trunk_px = float(np.hypot(*(shoulder[k] - hip[k])))
                finder.look(frame.time_s, frame.image, hands=hands[k], trunk_px=trunk_px)
        part = cache.with_name(f"{cache.name}.{os.getpid()}.part.npz")
        np.savez(part, **finder.found._asdict())
        part.rename(cache)
    with np.load(cache) as kept:
        return Circles(*(kept[name] for name in Circles._fields))


def true_path(folder: Path, truth: dict[str, Any]) -> Truth:
    """The load as it was."""
    table = pq.read_table(folder / "truth.parquet")
    sides = ("left",) if truth["exercise"] == "single_leg_rdl" else ("left", "right")

    def place(joint: str, of: tuple[str, ...] = ("left", "right"), axes: str = "xz", unit: str = "m") -> Floats:
        columns = [[np.asarray(table[f"{side}_{joint}_{axis}_{unit}"], dtype=float) for axis in axes] for side in of]
        return np.moveaxis(np.mean(columns, axis=0), 0, -1)

    stature_m, ankle = float(truth["stature_m"]), place("ankle", sides)
    if truth["exercise"] == "good_morning":
        start, line, step = place("shoulder"), place("shoulder") - place("hip"), ON_BACK
    else:
        start, line, step = place("wrist"), place("wrist") - place("elbow"), FIST
    along = line / np.linalg.norm(line, axis=1, keepdims=True)
    turn = 1.0 if truth["exercise"] == "good_morning" else -1.0  # in front of a hanging arm lies the other hand
    ahead = turn * np.stack([along[:, 1], -along[:, 0]], axis=1)
    load = start + stature_m * (step[0] * along + step[1] * ahead)
    midfoot = (place("heel", sides) + place("toe", sides))[:, 0] / 2
    high = np.abs(place("hip")[:, 1] - place("ankle", sides)[:, 1])
    high_px = np.abs(place("hip", axes="xy", unit="px")[:, 1] - place("ankle", sides, "xy", "px")[:, 1])
    trunk, upright = (np.asarray(table[name], dtype=float) for name in ("trunk_inclination_deg", "upright"))
    lean = trunk - (np.median(trunk[upright > 0]) if (upright > 0).any() else trunk.min())
    return Truth(
        np.asarray(table["time_s"], dtype=float),
        load - ankle,
        midfoot - ankle[:, 0],
        lean >= load_settings().metrics.deep_from * lean.max(),
        float(np.median(high_px / high)),
    )


def compared(name: str, found: Analysis, truth: dict[str, Any], true: Truth) -> Row | None:
    """Hold the measured load against the true one, at the scale that is true."""
    record, motion = found.record, found.kinematics
    if record.load_path is None:
        return None
    metre = float(motion.attrs["stature_px"]) / true.pixels_per_metre
    clock = motion["time"].to_numpy()
    inside = np.any([(clock >= rep["start_s"]) & (clock < rep["end_s"]) for rep in truth["reps"]], axis=0)
    load = np.stack([np.interp(clock, true.time_s, true.load[:, axis]) for axis in (0, 1)], axis=1)
    seen = metre * np.stack([motion["load_forward"].to_numpy(), motion["load_height"].to_numpy()], axis=1)
    off = 100 * (seen - load)[inside]
    pairs = [pair for rep in truth["reps"] if (pair := _pair(rep, record)) is not None]
    drift, drift_z, peak, mean = ([] for _ in range(4))
    for rep, mine in pairs:
        real, got = true_values(true, rep), mine.metrics
        one = got["load_path_drift"]
        if one.value is not None and one.error is not None:
            drift.append(100 * (metre * one.value - real["drift"]))
            drift_z.append((one.value - real["drift"] / metre) / one.error)
        for errors, key in ((peak, "peak"), (mean, "mean")):
            value = got[f"{key}_load_speed"].value
            if value is not None and np.isfinite(real[key]):
                errors.append(metre * value - real[key])
    path = record.load_path
    scale, unsure = path.metres_per_stature, path.metres_per_stature_error
    return Row(
        name=name,
        followed=path.followed,
        forward_cm=_rms(off[:, 0]),
        height_cm=_rms(off[:, 1]),
        shape_cm=_rms(np.hypot(*(off - np.nanmedian(off, axis=0)).T)),
        drift_cm=tuple(drift),
        drift_z=tuple(drift_z),
        peak=tuple(peak),
        mean=tuple(mean),
        source=path.scale,
        scale=np.nan if scale is None else scale / metre - 1,
        scale_z=np.nan if scale is None or unsure is None else (scale - metre) / unsure,
        verdicts=tuple(_verdict(rep, mine) for rep, mine in pairs),
    )


def true_values(true: Truth, rep: dict[str, Any]) -> dict[str, float]:
    """A repetition's true drift (m), and its mean and fastest speed on the way up (m/s)."""
    inside = (true.time_s >= rep["start_s"]) & (true.time_s < rep["end_s"])
    up = inside & (true.time_s >= rep["bottom_s"])
    over = true.load[:, 0] - true.midfoot
    drift = float(np.median(over[inside & true.deep])) if (inside & true.deep).any() else float(over[inside].max())
    if up.sum() < 5:
        return {"drift": drift, "peak": np.nan, "mean": np.nan}
    time_s, path = true.time_s[up], true.load[up]
    velocity = np.gradient(path, time_s, axis=0)
    rising = np.flatnonzero(velocity[:, 1] > MOVING * velocity[:, 1].max())
    first, last = rising[0], rising[-1]
    mean = (path[last, 1] - path[first, 1]) / max(time_s[last] - time_s[first], 1e-9)
    return {"drift": drift, "peak": float(np.hypot(*velocity.T).max()), "mean": float(mean)}


def _pair(rep: dict[str, Any], record: AnalysisRecord) -> tuple[dict[str, Any], Rep] | None:
    near = [mine for mine in record.reps if abs(mine.bottom_s - rep["bottom_s"]) < SAME_BOTTOM_S]
    return (rep, min(near, key=lambda mine: abs(mine.bottom_s - rep["bottom_s"]))) if near else None


def _verdict(rep: dict[str, Any], mine: Rep) -> tuple[float, str]:
    found = next((one.verdict for one in mine.findings if one.fault == "load_drift"), "-")
    return float(rep["faults"].get("load_drift", 0.0)), found


def _rms(values: Floats) -> float:
    return float(np.sqrt(np.nanmean(np.square(values)))) if np.isfinite(values).any() else float("nan")


def line(row: Row) -> str:
    """One clip."""
    told = " ".join(f"{strength:g}:{verdict[:4]}" for strength, verdict in row.verdicts)
    scale = "" if np.isnan(row.scale) else f" {100 * row.scale:+.0f} % ({row.scale_z:+.1f} errors)"
    return (
        f"{row.name:32s} {row.followed:9s} "
        f"path {row.forward_cm:4.1f} {row.height_cm:4.1f} shape {row.shape_cm:4.1f} cm  "
        f"drift {np.mean(row.drift_cm) if row.drift_cm else np.nan:+5.1f} cm  peak "
        f"{np.mean(row.peak) if row.peak else np.nan:+.2f} mean {np.mean(row.mean) if row.mean else np.nan:+.2f} m/s  "
        f"{row.source}{scale}  {told}"
    )


def whole(rows: list[Row]) -> str:
    """All clips together."""

    def spread(values: list[float]) -> str:
        known = np.array([value for value in values if np.isfinite(value)])
        return f"{known.mean():+.2f} ± {known.std():.2f} (n = {known.size})" if known.size else "none"

    z = np.array([value for row in rows for value in row.drift_z])
    plates = [row for row in rows if row.source == "plate"]
    lines = [
        f"clips                 {len(rows)}: {', '.join(sorted({row.followed for row in rows}))}",
        (
            f"path, median RMSE     forward {np.median([r.forward_cm for r in rows]):.1f} cm, "
            f"height {np.median([r.height_cm for r in rows]):.1f} cm, "
            f"shape {np.median([r.shape_cm for r in rows]):.1f} cm"
        ),
        (
            f"drift, cm             {spread([value for row in rows for value in row.drift_cm])}; "
            f"{100 * np.mean(np.abs(z) <= 1.645):.0f} % within 1.645 errors"
        ),
        f"peak speed, m/s       {spread([value for row in rows for value in row.peak])}",
        f"mean speed, m/s       {spread([value for row in rows for value in row.mean])}",
        f"plates                {sum(row.followed == 'implement' for row in rows)} found, {len(plates)} give the scale",
        f"scale, relative       {spread([row.scale for row in rows])}",
    ]
    for wanted in ("present", "borderline", "absent", "not_assessable"):
        told = [strength for row in rows for strength, verdict in row.verdicts if verdict == wanted]
        if told:
            lines.append(f"{wanted:21s} clean {sum(s == 0 for s in told)}, drifting {sorted(s for s in told if s > 0)}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
