"""Run every comparison and hold the results together for whoever writes them down."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from validation.accuracy.assess import Job, assess_all, track_path
from validation.accuracy.compare import Compared, compare
from validation.accuracy.landmarks import Offset, Traits, offsets, traits
from validation.accuracy.photos import Pair, judged
from validation.accuracy.published import Case, cases
from validation.accuracy.real import Labelled, labelled
from validation.accuracy.sets import ClipSet, clip_set, folders, refilmed

__all__ = ["Results", "fault_clips", "gather", "spine_clips"]

FAULT_SETS: Final = ("plain", "spine", "faults")
"""Recipes on whose clips faults are told."""


class Results(NamedTuple):
    """What the page is written from."""

    chosen: ClipSet
    clips: list[Compared]
    heavy: list[Compared]
    """The first clips, by the heavy model."""
    again: list[tuple[Compared, Compared]]
    """The same repetitions from two cameras."""
    traits: list[Traits]
    offsets: list[dict[str, Offset]]
    spine: list[Compared]
    """Plain clips, and those made for the spine."""
    spine_again: list[tuple[Compared, Compared]]
    """The same repetitions of these from two cameras."""
    rough: list[Compared]
    """Clips that are hard to film."""
    faults: list[Compared]
    """Clips on which faults are told: the plain ones, those for the spine, and those of every fault."""
    real: list[Labelled]
    cases: list[Case]
    photos: list[Pair]


def gather(
    work: Path, chosen: ClipSet, *, workers: int, clips: Path | None, manifest: Path, photos: Path | None = None
) -> Results:
    """Assess what is not, compare everything."""
    there = folders(work, chosen)
    compared = _compared(there, "full", workers)
    again = _again(there[: chosen.refilmed], compared, workers)
    backs, rough, wrong = (clip_set(chosen.split, recipe) for recipe in ("spine", "rough", "faults"))
    of_backs = folders(work, backs)
    bent = _compared(of_backs, "full", workers)
    tracks = [track_path(_job(folder, "full")) for folder in there]
    seen = [
        (clip, folder, track) for clip, folder, track in zip(compared, there, tracks, strict=True) if track.is_file()
    ]
    real = labelled(clips, manifest, work, workers=workers) if clips and clips.is_dir() and manifest.is_file() else []
    return Results(
        chosen=chosen,
        clips=compared,
        heavy=_compared(there[: chosen.heavy], "heavy", workers) if chosen.heavy else [],
        again=again,
        spine=[*compared, *bent],
        spine_again=[*again, *_again(of_backs[: backs.refilmed], bent, workers)],
        rough=_compared(folders(work, rough), "full", workers),
        faults=[*compared, *bent, *_compared(folders(work, wrong), "full", workers)],
        traits=[traits(track) for _, _, track in seen],
        offsets=[offsets(clip, folder, track) for clip, folder, track in seen],
        real=real,
        cases=cases(),
        photos=judged(photos, work / "photos") if photos and (photos / "photos.csv").is_file() else [],
    )


def spine_clips(work: Path, split: str, *, workers: int) -> list[Compared]:
    """The clips of a split on which the spine is measured: the plain ones and those made for it."""
    there = [folder for recipe in ("plain", "spine") for folder in folders(work, clip_set(split, recipe))]
    return _compared(there, "full", workers)


def fault_clips(work: Path, split: str, *, workers: int, recipes: Sequence[str] = FAULT_SETS) -> list[Compared]:
    """The clips of a split on which faults are told."""
    there = [folder for recipe in recipes for folder in folders(work, clip_set(split, recipe))]
    return _compared(there, "full", workers)


def _again(there: list[Path], compared: list[Compared], workers: int) -> list[tuple[Compared, Compared]]:
    """Clips beside themselves from the second camera, where that was filmed."""
    second = {folder: other for folder in there if (other := refilmed(folder))}
    others = _compared(list(second.values()), "full", workers)
    by_folder = dict(zip(there, compared, strict=False))
    return [(by_folder[folder], other) for folder, other in zip(second, others, strict=True)]


def _job(folder: Path, model: str) -> Job:
    return Job(folder / "clip.mp4", folder / "clip", model)


def _compared(there: list[Path], model: str, workers: int) -> list[Compared]:
    jobs = [_job(folder, model) for folder in there]
    done = assess_all(jobs, workers=workers)
    return [compare(folder, one, track_path(job)) for folder, one, job in zip(there, done, jobs, strict=True)]
