"""The right person: who is in the clip, who lifts, and that one's pose track."""

import math
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from hiphinge import video
from hiphinge.errors import NotAssessableError, UsageError, WeightsMissingError
from hiphinge.estimators.blazepose import BlazePose, Landmarks, load_blazepose
from hiphinge.messages import message
from hiphinge.outline import Outline
from hiphinge.people.closer import Places, legs_in_doubt, look_closer
from hiphinge.people.following import OnFrame, follow
from hiphinge.people.moving import unaccounted
from hiphinge.people.outlining import Outliner
from hiphinge.people.scouting import Person, Scouting, scout, with_overlooked
from hiphinge.people.veiled import Veiled
from hiphinge.pose import PoseTrack
from hiphinge.progress import Progress, silent
from hiphinge.records import RecordingInfo
from hiphinge.settings import PoseSettings, load_slice
from hiphinge.video import Frame, ReadOutcome

__all__ = [
    "CLOSER_MODEL",
    "ModelFiles",
    "Person",
    "PoseEstimate",
    "Scouting",
    "each",
    "estimate_pose",
    "follow",
    "scout",
    "scout_clip",
]

CLOSER_MODEL: Final = "heavy"
"""What looks again where the quick model is in doubt."""

_MOST_THREADS: Final = 4
"""One run of the landmark model gains nothing from more."""


class ModelFiles(Protocol):
    """Where the two models are."""

    @property
    def detector(self) -> Path | bytes:
        """The detector's file, or its bytes."""

    @property
    def landmarks(self) -> Path | bytes:
        """The landmark model's file, or its bytes."""

    @property
    def sha256(self) -> dict[str, str]:
        """Fingerprint of each file, by its name."""


@dataclass(frozen=True)
class PoseEstimate:
    """The lifter's raw track.

    Attributes
    ----------
    track : one row per frame.
    people_seen : how many people the scouting found.
    person : which of them was followed, counted from the left from 1.
    notes : sentences about what may have gone wrong.
    outline : one row per frame of the track; None where the track came without silhouettes.
    closer : the heavy model's files, where it took a closer look.
    """

    track: PoseTrack
    people_seen: int
    person: int
    notes: tuple[str, ...] = ()
    outline: Outline | None = None
    closer: ModelFiles | None = None

    @property
    def coverage(self) -> float:
        """Share of frames in which the lifter was found, 0 … 1."""
        return float(np.mean(self.track["confidence"].to_numpy().any(axis=1)))


def estimate_pose(  # noqa: PLR0913 - the door of the stage: every choice is the user's
    recording: RecordingInfo,
    model_files: ModelFiles,
    *,
    model: str,
    closer: Callable[[], ModelFiles] | None = None,
    person: int | None = None,
    start_s: float | None = None,
    end_s: float | None = None,
    settings: PoseSettings | None = None,
    progress: Progress = silent,
    on_frame: OnFrame | None = None,
) -> PoseEstimate:
    """Find the lifter of a clip and follow them through it.

    The result does not depend on the number of cores: frames are taken in their order, only the models' inner loops
    are shared out.

    Parameters
    ----------
    recording : the clip, as `video.probe` found it.
    model_files : the two models.
    model : the landmark model's name, `full` or `heavy`.
    closer : gives the heavy model's files, asked only where the legs are in doubt; without it nobody looks closer.
    person : follow the Nth person from the left, from 1, instead of the one who hinges.
    start_s, end_s : look at ``[start_s, end_s)`` only, on the clip's own clock.
    on_frame : see `follow`; its landmarks carry the silhouette.

    Raises
    ------
    NotAssessableError
        If nobody is seen.
    UsageError
        If there are fewer than `person` people, or nothing of the clip lies between `start_s` and `end_s`.
    UnreadableError, WeightsMissingError
        If the clip or the models cannot be read.
    """
    settings = settings or load_slice("pose", PoseSettings)
    blazepose = _loaded(model_files, model, settings)
    path, span = Path(recording.path), _span(recording, start_s, end_s)
    scouting = scout_clip(path, blazepose, span=span, settings=settings, person=person)
    progress("scout", 1.0)
    reader, outliner, places = video.VideoReader(path, start_s=start_s, end_s=end_s), Outliner(), Places()
    track = follow(
        _counted(reader, lambda at: progress("pose", _share(at, span))),
        scouting.through(blazepose),
        scouting.lifter,
        settings=settings,
        others=scouting.others,
        on_frame=each(outliner.add, each(places.add, on_frame)),
        silhouette=True,
    )
    progress("pose", 1.0)
    notes = _on_reading(reader.outcome) + _on_sight(track, settings)
    if person is None:
        notes += _on_others(scouting)
    estimate = PoseEstimate(track, max(len(scouting.people), 1), (scouting.chosen or 0) + 1, notes, outliner.outline())
    if estimate.coverage == 0.0:
        raise NotAssessableError(message("error.no_person", path=path))
    if closer is None or not legs_in_doubt(track, settings=settings):
        return estimate
    try:
        heavy_files = closer()
    except WeightsMissingError:
        return replace(estimate, notes=(*estimate.notes, message("pose.not_closer")))

    def again() -> Iterator[Frame]:
        anew = video.VideoReader(path, start_s=start_s, end_s=end_s)
        return _counted(anew, lambda at: progress("closer", _share(at, span)))

    heavy = scouting.through(_loaded(heavy_files, CLOSER_MODEL, settings))
    looked = look_closer(track, places, again, heavy, outline=estimate.outline, settings=settings)
    progress("closer", 1.0)
    return replace(estimate, track=looked.track, outline=looked.outline, closer=heavy_files)


def _loaded(files: ModelFiles, model: str, settings: PoseSettings) -> BlazePose:
    """Load the models with as many threads as this machine has use for."""
    return load_blazepose(files.detector, files.landmarks, model=model, threads=worker_threads(), settings=settings)


def scout_clip(
    path: Path,
    blazepose: BlazePose,
    *,
    span: tuple[float, float],
    settings: PoseSettings,
    person: int | None = None,
) -> Scouting:
    """Scout a clip: with few frames, and with many if there is a choice to make or nobody was seen.

    Where all who were seen stand still and something else moves, that is looked at too.
    """
    if person is None:
        few = video.read_frames_at(path, _spread(span, settings.quick_scout_frames))
        quick = scout(few, blazepose, settings=settings)
        if len(quick.people) == 1 and unaccounted(few, quick.people, settings=settings) is None:
            return quick
    frames = video.read_frames_at(path, _spread(span, settings.scout_frames))
    found = scout(frames, blazepose, settings=settings, person=person)
    moves = unaccounted(frames, found.people, settings=settings)
    if moves is None:
        return found
    again = scout(frames, Veiled(blazepose, moves.still), settings=settings, also=moves.region)
    if again.lifter is None:
        return found
    return with_overlooked(found, again.lifter, moves.still, settings=settings, person=person)


def _span(recording: RecordingInfo, start_s: float | None, end_s: float | None) -> tuple[float, float]:
    """The part of the clip to look at, in seconds of its own clock.

    Raises
    ------
    UsageError
        If a bound lies outside the clip. An end may lie within the clip's last, broken second.
    """
    first_s, last_s = recording.start_s, recording.start_s + recording.duration_s
    for name, bound_s, low, high in (
        ("start", start_s, -math.inf, last_s),
        ("end", end_s, first_s, math.ceil(last_s) + math.ulp(last_s)),
    ):
        if bound_s is not None and not low <= bound_s < high:
            seconds = {"bound_s": bound_s, "first_s": first_s, "last_s": last_s}
            raise UsageError(message("error.outside", name=name, path=recording.path, **seconds))
    return max(start_s or 0.0, first_s), min(last_s if end_s is None else end_s, last_s)


def _on_reading(outcome: ReadOutcome) -> tuple[str, ...]:
    """Say so if the file was cut off, or parts of it could not be decoded."""
    notes = []
    if outcome.ended_early:
        notes.append(message("warning.ended_early", frames=outcome.frames, seconds=outcome.last_time_s or 0.0))
    if outcome.damaged:
        notes.append(message("warning.damaged", count=outcome.damaged))
    return tuple(notes)


def _on_others(scouting: Scouting) -> tuple[str, ...]:
    """Say who was followed where there was a choice."""
    if not scouting.others or scouting.chosen is None:
        return ()
    return (message("pose.others", count=len(scouting.people), person=scouting.chosen + 1),)


def _on_sight(track: PoseTrack, settings: PoseSettings) -> tuple[str, ...]:
    """Say so if the lifter was out of sight for long."""
    unseen = ~track["confidence"].to_numpy().any(axis=1)
    seconds = float(np.gradient(track["time"].to_numpy())[unseen].sum()) if unseen.size > 1 else 0.0
    return (message("pose.out_of_sight", seconds=seconds),) if seconds >= settings.forget_after_s else ()


def worker_threads() -> int:
    """Threads for one run of a model on this machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, _MOST_THREADS))


def _spread(span: tuple[float, float], count: int) -> list[float]:
    """The middles of `count` equal parts of the span, in seconds."""
    start_s, end_s = span
    return [start_s + (k + 0.5) / count * (end_s - start_s) for k in range(count)]


def each(first: OnFrame, then: OnFrame | None) -> OnFrame:
    """Show each frame to both, one after the other."""

    def both(frame: Frame, seen: Landmarks | None) -> None:
        first(frame, seen)
        if then is not None:
            then(frame, seen)

    return both


def _counted(frames: Iterable[Frame], tell: Callable[[float], None]) -> Iterator[Frame]:
    for frame in frames:
        yield frame
        tell(frame.time_s)


def _share(time_s: float, span: tuple[float, float]) -> float:
    return float(np.clip((time_s - span[0]) / max(span[1] - span[0], 1e-9), 0.0, 1.0))
