"""Run the product over clips, keeping what it says: the pose track for good, the analysis until the code changes."""

import hashlib
import json
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

import hiphinge
from hiphinge import video
from hiphinge.analysis import Request
from hiphinge.analysis import assess as assess_track
from hiphinge.errors import HiphingeError
from hiphinge.geometry import Floats
from hiphinge.records import AnalysisRecord
from hiphinge.settings import load_settings
from validation.rods import sightings
from validation.tracks import seen


class Assessed(NamedTuple):
    """What the product said of one clip; `record` is None where it refused, `refusal` says why."""

    record: AnalysisRecord | None
    refusal: str
    series: dict[str, Floats]
    standing: dict[str, float]
    pose_s: float
    assess_s: float
    spine: str = ""
    """Why the spine was not judged; empty where it was."""
    spine_standing: str = ""
    """`clip` where the spine was measured from standing seen in the clip, `prior` where from a population."""


class Job(NamedTuple):
    """A clip, and the stem beside which its track and analysis are kept."""

    clip: Path
    stem: Path
    model: str


def assess_all(jobs: Iterable[Job], *, workers: int = 2) -> list[Assessed]:
    """Analyse every clip, the missing ones by several processes."""
    listed = list(jobs)
    code = fingerprint()
    todo = [job for job in listed if not _is_current(job, code)]
    if todo:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            for job, line in zip(todo, pool.map(_work, todo, [code] * len(todo)), strict=True):
                print(f"{job.stem.parent.name}/{job.stem.name} {job.model}: {line}", flush=True)
    return [read(job) for job in listed]


@cache
def fingerprint() -> str:
    """Of everything in the installed package that an analysis depends on."""
    root = Path(hiphinge.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".toml", ".npz"} and "report" not in path.parts:
            digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def track_path(job: Job) -> Path:
    """Where the raw track is kept."""
    return job.stem.with_name(f"{job.stem.name}.track-{job.model}.npz")


def read(job: Job) -> Assessed:
    """Read what was kept of a clip."""
    with np.load(_kept(job), allow_pickle=False) as kept:
        text = str(kept["record"])
        about = json.loads(str(kept["about"]))
        series = {name.removeprefix("series_"): kept[name] for name in kept.files if name.startswith("series_")}
    record = msgspec.json.decode(text, type=AnalysisRecord) if text else None
    return Assessed(record, series=series, **{name: about[name] for name in Assessed._fields if name in about})


def _kept(job: Job) -> Path:
    return job.stem.with_name(f"{job.stem.name}.assessed-{job.model}.npz")


def _is_current(job: Job, code: str) -> bool:
    path = _kept(job)
    if not path.is_file():
        return False
    with np.load(path, allow_pickle=False) as kept:
        about = json.loads(str(kept["about"]))
    return bool(about["code"] == code and about.get("track") == _stamp(job))


def _stamp(job: Job) -> str:
    """Of the kept track: one made anew is another."""
    path = track_path(job)
    return f"{path.stat().st_size} {path.stat().st_mtime_ns}" if path.is_file() else ""


def _work(job: Job, code: str) -> str:
    """Analyse one clip and keep the result; returns what to print."""
    about: dict[str, object] = {"code": code, "refusal": "", "standing": {}, "pose_s": 0.0, "assess_s": 0.0}
    about |= {"spine": "", "spine_standing": ""}
    arrays: dict[str, Floats] = {}
    text = ""
    began = time.perf_counter()
    try:
        info = video.probe(job.clip)
        was_there = track_path(job).is_file()
        found = seen(job.clip, track_path(job), model=job.model)
        about["pose_s"] = _pose_seconds(job, None if was_there else time.perf_counter() - began)
        began = time.perf_counter()
        stripes = sightings(job.clip, found.track, _stripes(job), settings=load_settings().spine)
        about["look_s"] = time.perf_counter() - began
        began = time.perf_counter()
        analysis = assess_track(found, info, Request(model=job.model), stripes=stripes)
        about["assess_s"] = time.perf_counter() - began
        text = msgspec.json.encode(analysis.record).decode()
        motion = analysis.kinematics
        arrays = {f"series_{name}": motion[name].to_numpy() for name in motion.data_vars if _wanted(str(name))}
        arrays["series_time"] = motion["time"].to_numpy()
        about["standing"] = {
            str(key): float(value) for key, value in motion.attrs.items() if str(key).startswith("standing_")
        }
        about |= {key: str(motion.attrs.get(key, "")) for key in ("spine", "spine_standing")}
    except HiphingeError as error:
        about["refusal"] = str(error)
    about["track"] = _stamp(job)
    part = _kept(job).with_suffix(".part.npz")
    np.savez_compressed(part, record=np.array(text), about=np.array(json.dumps(about)), **arrays)
    part.rename(_kept(job))
    return str(about["refusal"]) or f"pose {about['pose_s']:.1f} s, assess {about['assess_s']:.2f} s"


def _stripes(job: Job) -> Path:
    """Where what may be a rod is kept: it is looked for about the trunk, which both pose models find alike."""
    return job.stem.with_name(f"{job.stem.name}.stripes.npz")


def _pose_seconds(job: Job, took: float | None) -> float:
    """How long the pose model took when it ran, kept beside the track."""
    note = track_path(job).with_suffix(".seconds")
    if took is not None:
        note.write_text(f"{took:.2f}\n")
    return float(note.read_text()) if note.is_file() else 0.0


def _wanted(name: str) -> bool:
    return (
        name.endswith("_deg") or name.startswith(("hip_travel_back", "hip_height", "dowel_gap")) or name == "confidence"
    )
