"""Swings: how many are counted in pose tracks and clips in which somebody counted them by eye; which leg stands.

A counter that waits for hips that bend and straighten again in one direction of the picture finds 2 of 10 in the clips.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from hiphinge import people
from hiphinge.analysis import Request, assess
from hiphinge.errors import NotAssessableError
from hiphinge.records import AnalysisRecord
from validation.accuracy.compare import Compared
from validation.accuracy.real import Labelled
from validation.accuracy.statistics import Estimate, bias, bootstrap
from validation.rep_counts import SWINGS, info_of, swing_track

SWING: Final = "kettlebell_swing"
STANDS: Final = "left"
"""The leg on which simulated people stand."""


class Swings(NamedTuple):
    """One recording of swings: how many there are by eye, how many were counted, what they were taken for."""

    name: str
    kind: str
    low: int
    high: int
    counted: int
    named: str

    @property
    def right(self) -> bool:
        """Whether as many were counted as by eye."""
        return self.low <= self.counted <= self.high


def in_tracks(folder: Path | None) -> list[Swings]:
    """Count the swings of the pose tracks in `folder`; none where it is not there."""
    if folder is None:
        return []
    found = []
    for name, (low, high) in SWINGS.items():
        path = folder / f"{name}.posetrack.json.gz"
        if low is None or high is None or not path.is_file():
            continue
        track = swing_track(path)
        try:
            record = assess(people.PoseEstimate(track, 1, 1, outline=None), info_of(name, track), Request()).record
        except NotAssessableError:
            record = None
        found.append(Swings(name, "pose track", low, high, *_told(record)))
    return found


def in_clips(clips: Sequence[Labelled]) -> list[Swings]:
    """The labelled clips of swings."""
    found = []
    for clip in clips:
        if clip.row["exercise"] != SWING or not clip.counts:
            continue
        kind = "clip, settings were chosen on it" if clip.tuned else "clip"
        low, high = int(clip.row["reps_min"]), int(clip.row["reps_max"])
        found.append(Swings(clip.row["clip"], kind, low, high, *_told(clip.assessed.record)))
    return found


def _told(record: AnalysisRecord | None) -> tuple[int, str]:
    """How many whole ones were counted, and what they were taken for; None was refused."""
    return (0, "refused") if record is None else (sum(rep.complete for rep in record.reps), record.exercise.name)


def leg_right(clips: Sequence[Compared]) -> Estimate:
    """Share of the repetitions on one leg of which the standing one was told rightly."""
    groups = [
        np.array([float(pair.found.side == STANDS) for pair in clip.pairs if pair.found])
        for clip in clips
        if clip.exercise == "single_leg_rdl"
    ]
    return bootstrap(groups, bias)
