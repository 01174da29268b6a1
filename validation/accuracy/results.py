"""Run every comparison and hold the results together for whoever writes them down."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from hiphinge.analysis.request import AUTO
from validation.accuracy.assess import Job, assess_all, track_path
from validation.accuracy.compare import Compared, compare
from validation.accuracy.landmarks import Offset, Traits, offsets, traits
from validation.accuracy.photos import Pair, judged
from validation.accuracy.published import Case, cases
from validation.accuracy.real import Labelled, labelled
from validation.accuracy.sets import ClipSet, clip_set, folders, refilmed
from validation.accuracy.swings import Swings, in_tracks

__all__ = ["OfLife", "Results", "fault_clips", "gather", "spine_clips"]

FAULT_SETS: Final = ("plain", "spine", "faults", "rare")
"""Recipes on whose clips faults are told."""


MODELS: Final = ("full", "heavy")
"""Pose models that are also tried alone."""


class Results(NamedTuple):
    """What the page is written from."""

    sets: dict[str, ClipSet]
    """What was planned, by recipe."""
    clips: list[Compared]
    """The plain ones."""
    models: dict[str, list[Compared]]
    """The first clips, by each pose model alone."""
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
    """Clips on which faults are told: the plain ones, those for the spine, those of every fault and of rare ones."""
    real: list[Labelled]
    swings: list[Swings]
    """Those in pose tracks."""
    cases: list[Case]
    photos: list[Pair]

    @property
    def chosen(self) -> ClipSet:
        """The plain set."""
        return self.sets["plain"]


class OfLife(NamedTuple):
    """Where material that was not simulated lies; what is not there is left out."""

    clips: Path | None
    """Folder of the labelled real clips."""
    manifest: Path
    """Their labels."""
    photos: Path | None
    """Folder of start and end photos."""
    swings: Path | None
    """Folder of pose tracks of swings."""


def gather(work: Path, sets: dict[str, ClipSet], life: OfLife, *, workers: int, most: int | None = None) -> Results:
    """Assess what is not, compare everything; of real clips and photographed lifts no more than the first `most`."""
    chosen, backs = sets["plain"], sets["spine"]
    there = folders(work, chosen)
    compared = _compared(there, AUTO, workers)
    again = _again(there[: chosen.refilmed], compared, workers)
    of_backs = folders(work, backs)
    bent = _compared(of_backs, AUTO, workers)
    wrong = [folder for recipe in ("faults", "rare") for folder in folders(work, sets[recipe])]
    tracks = [track_path(_job(folder, AUTO)) for folder in there]
    seen = [
        (clip, folder, track) for clip, folder, track in zip(compared, there, tracks, strict=True) if track.is_file()
    ]
    return Results(
        sets=sets,
        clips=compared,
        models={name: _compared(there[: chosen.models], name, workers) for name in MODELS if chosen.models},
        again=again,
        spine=[*compared, *bent],
        spine_again=[*again, *_again(of_backs[: backs.refilmed], bent, workers)],
        rough=_compared(folders(work, sets["rough"]), AUTO, workers),
        faults=[*compared, *bent, *_compared(wrong, AUTO, workers)],
        traits=[traits(track) for _, _, track in seen],
        offsets=[offsets(clip, folder, track) for clip, folder, track in seen],
        real=_real(life, work, workers, most),
        swings=in_tracks(life.swings),
        cases=cases(),
        photos=_photos(life.photos, work, most),
    )


def _real(life: OfLife, work: Path, workers: int, most: int | None) -> list[Labelled]:
    if life.clips is None or not life.clips.is_dir() or not life.manifest.is_file():
        return []
    return labelled(life.clips, life.manifest, work, workers=workers, most=most)


def _photos(folder: Path | None, work: Path, most: int | None) -> list[Pair]:
    if folder is None or not (folder / "photos.csv").is_file():
        return []
    return judged(folder, work / "photos", most=most)


def spine_clips(work: Path, split: str, *, workers: int) -> list[Compared]:
    """The clips of a split on which the spine is measured: the plain ones and those made for it."""
    there = [folder for recipe in ("plain", "spine") for folder in folders(work, clip_set(split, recipe))]
    return _compared(there, AUTO, workers)


def fault_clips(work: Path, split: str, *, workers: int, recipes: Sequence[str] = FAULT_SETS) -> list[Compared]:
    """The clips of a split on which faults are told."""
    there = [folder for recipe in recipes for folder in folders(work, clip_set(split, recipe))]
    return _compared(there, AUTO, workers)


def _again(there: list[Path], compared: list[Compared], workers: int) -> list[tuple[Compared, Compared]]:
    """Clips beside themselves from the second camera, where that was filmed."""
    second = {folder: other for folder in there if (other := refilmed(folder))}
    others = _compared(list(second.values()), AUTO, workers)
    by_folder = dict(zip(there, compared, strict=False))
    return [(by_folder[folder], other) for folder, other in zip(second, others, strict=True)]


def _job(folder: Path, model: str) -> Job:
    return Job(folder / "clip.mp4", folder / "clip", model)


def _compared(there: list[Path], model: str, workers: int) -> list[Compared]:
    jobs = [_job(folder, model) for folder in there]
    done = assess_all(jobs, workers=workers)
    return [compare(folder, one, track_path(job)) for folder, one, job in zip(there, done, jobs, strict=True)]
