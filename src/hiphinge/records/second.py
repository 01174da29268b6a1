"""The second clip of the same set, filmed from in front, behind or at an angle."""

from typing import Literal

from hiphinge.records.base import Record, Side
from hiphinge.records.seen import RecordingInfo, View

SeenFrom = Literal["front", "back"]
NotUsed = Literal["no_person", "from_side", "swapped", "no_reps", "lost", "other_count", "other_rhythm", "unclear"]


class Pair(Record, frozen=True, kw_only=True):
    """One repetition in both clips."""

    rep: int
    """Its index in the first clip."""
    second_rep: int
    """Its index in the second clip."""
    bottom_s: float
    """Its deepest moment, seconds of the second clip."""
    side: Side
    """The working side as the second clip shows it."""


class Second(Record, frozen=True, kw_only=True):
    """What the second clip is, and how its repetitions were found to be those of the first."""

    recording: RecordingInfo
    """The file."""
    view: View | None = None
    """From where it was filmed; null where nobody was seen."""
    seen_from: SeenFrom | None = None
    """Whether the camera stood in front of the lifter or behind."""
    reps: int = 0
    """How many whole repetitions it shows."""
    offset_s: float | None = None
    """What a moment of the first clip's clock is to be raised by to be the second's; null where it was not used."""
    offset_error_s: float | None = None
    """Standard error of `offset_s`."""
    likeness: float | None = None
    """Correlation of the two clips' depths over the time both show, 0 … 1."""
    pairs: tuple[Pair, ...] = ()
    """The repetitions both show; empty where it was not used."""
    not_used: NotUsed | None = None
    """Why it was not used, as a message key under ``second.``; null where it was."""
