"""Reading a recording: its frames upright, in RGB, each with its own time in seconds.

Bounded memory: frames stream through a short queue from a decoding thread. Time is the container's own, never
``k / fps``; which way is up is the container's display matrix.
"""

import hashlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from hiphinge.errors import NotAssessableError, UnreadableError, UsageError
from hiphinge.messages import message
from hiphinge.records import Record, RecordingInfo
from hiphinge.settings import VideoSettings, load_slice
from hiphinge.video.decoding import (
    Tally,
    TimedFrame,
    key_times,
    nominal_interval,
    opened,
    packet_times,
    prefetched,
    timed_frames,
)
from hiphinge.video.picture import Developer, Image, Layout, layout_of


@dataclass(frozen=True, slots=True)
class Frame:
    """One upright picture of a recording."""

    index: int
    """Its place in this reading, from 0."""
    time_s: float
    """Its own timestamp in seconds; strictly increasing within one reading."""
    image: Image
    """(H, W, 3) uint8, RGB, upright, C-contiguous."""


class ReadOutcome(Record, frozen=True, kw_only=True):
    """How a reading went, for whoever must tell the user."""

    frames: int
    """Frames read."""
    last_time_s: float | None
    """Time of the last of them."""
    promised_s: float | None
    """Where the header says that the recording ends, on the frames' clock; ``None`` where it does not say."""
    ended_early: bool
    """The file was read to its end, and that comes before the promised one: it was cut off."""
    damaged: int
    """Pieces of the file that could not be decoded and were left out."""
    repaired_times: int
    """Frames whose timestamp was missing or did not increase, and was set from its neighbours."""


@cache
def default_settings() -> VideoSettings:
    """The slice as it ships."""
    return load_slice("video", VideoSettings)


def probe(path: Path | str, *, settings: VideoSettings | None = None) -> RecordingInfo:
    """What the file holds, from its packets' timestamps and its first picture; nothing else is decoded.

    ``fps`` is one over the median interval, refined by the mean of the intervals near it because containers round to
    whole milliseconds. ``rotation_deg`` is the counterclockwise turn that was applied: 0, 90, 180 or 270.

    Raises
    ------
    UnreadableError
        If the file is missing, is no video, has no pictures, or is cut off before the first of them or so early that
        nothing can be judged.
    """
    path, settings = Path(path), settings or default_settings()
    with opened(path, settings) as (container, stream):
        interval_s = nominal_interval(container, stream, settings)
        times, last_s = packet_times(container, stream, settings)
        promised_s = float((stream.duration or 0) * (stream.time_base or 0))
    if not times:
        raise UnreadableError(message("error.no_picture", path=path))
    layout, start_s = _first_picture(path, settings)
    typical_s, variable = typical_interval(times, settings)
    width, height = layout.upright
    duration_s = _span(times, typical_s or interval_s, settings) + last_s
    if duration_s < settings.min_duration_s <= promised_s:
        raise UnreadableError(message("error.breaks_off", path=path, seconds=duration_s, promised=promised_s))
    return RecordingInfo(
        path=str(path),
        sha256=sha256_of(path),
        width=width,
        height=height,
        frames=len(times),
        fps=1.0 / (typical_s or interval_s),
        start_s=start_s,
        duration_s=duration_s,
        variable_rate=variable,
        rotation_deg=layout.orientation.rotation_deg,
    )


def check_assessable(info: RecordingInfo, *, settings: VideoSettings | None = None) -> None:
    """Raise unless the recording is large, long and quick enough for a movement to be judged.

    Raises
    ------
    NotAssessableError
        With the first thing that is lacking.
    """
    settings = settings or default_settings()
    if min(info.width, info.height) < settings.min_side_px:
        size = {"width": info.width, "height": info.height, "least": settings.min_side_px}
        raise NotAssessableError(message("error.too_small", path=info.path, **size))
    if info.frames < 2 or info.duration_s < settings.min_duration_s:
        raise NotAssessableError(
            message("error.too_short", path=info.path, frames=info.frames, seconds=info.duration_s)
        )
    if info.fps < settings.min_fps:
        raise NotAssessableError(message("error.too_slow", path=info.path, fps=info.fps, least=settings.min_fps))


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal, read piece by piece.

    Raises
    ------
    UnreadableError
        If the file is missing or may not be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableError(message("error.not_read", path=path, reason=error.strerror or error)) from error


def typical_interval(times_s: Sequence[float], settings: VideoSettings) -> tuple[float | None, bool]:
    """Typical interval of sorted times, in seconds (``None`` for a single picture), and whether the rate varies."""
    steps = np.diff(np.unique(np.asarray(times_s, dtype=np.float64)))
    if not steps.size:
        return None, False
    median = float(np.median(steps))
    near = np.abs(steps - median) <= settings.variable_tolerance * median
    typical = float(np.mean(steps[near])) if near.any() else median
    return typical, bool(np.mean(~near) > settings.variable_share)


class VideoReader:
    """Frames of a recording in order, decoded ahead in a thread of their own. Iterate it once.

    Parameters
    ----------
    path : the recording.
    start_s, end_s : read only frames in ``[start_s, end_s)``, on the frames' own clock.
    max_size : shrink the images so that their longer side has at most so many pixels.

    Raises
    ------
    UnreadableError
        On iteration, as `probe` does. What breaks after the first picture ends the frames, or is skipped, and shows
        in `outcome`.
    UsageError
        If the interval is empty, or begins after the recording's end.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        start_s: float | None = None,
        end_s: float | None = None,
        max_size: int | None = None,
        settings: VideoSettings | None = None,
    ) -> None:
        if end_s is not None and end_s <= (start_s or 0.0):
            raise UsageError(message("error.span_empty", start_s=start_s or 0.0, end_s=end_s))
        self._path = Path(path)
        self._settings = settings or default_settings()
        self._start_s, self._end_s, self._max_size = start_s, end_s, max_size
        self._tally = Tally()
        self._frames = 0
        self._last_time_s: float | None = None

    def __iter__(self) -> Iterator[Frame]:
        for time_s, image in prefetched(self._images(), self._settings.prefetch_frames):
            frame = Frame(self._frames, time_s, image)
            self._frames += 1
            self._last_time_s = time_s
            yield frame
        if not self._frames:
            end_s = self._tally.read_until_s or 0.0
            raise UsageError(message("error.past_end", path=self._path, end_s=end_s))

    @property
    def outcome(self) -> ReadOutcome:
        """How the reading went so far."""
        tally = self._tally
        return ReadOutcome(
            frames=self._frames,
            last_time_s=self._last_time_s,
            promised_s=tally.promised_s,
            ended_early=tally.broke_off or _falls_short(tally, self._settings),
            damaged=tally.damaged,
            repaired_times=tally.repaired_times,
        )

    def _images(self) -> Generator[tuple[float, Image]]:
        developer: Developer | None = None
        for time_s, frame, aspect in timed_frames(self._path, self._settings, start_s=self._start_s, tally=self._tally):
            if self._start_s is not None and time_s < self._start_s:
                continue
            if self._end_s is not None and time_s >= self._end_s:
                return
            if developer is None:
                developer = Developer(layout_of(frame, pixel_aspect=aspect, max_size=self._max_size))
            yield time_s, developer.image(frame)


def read_frames(
    path: Path | str,
    *,
    start_s: float | None = None,
    end_s: float | None = None,
    max_size: int | None = None,
    settings: VideoSettings | None = None,
) -> Iterator[Frame]:
    """Frames of a recording, as `VideoReader` gives them, for those who need not know how the reading went."""
    yield from VideoReader(path, start_s=start_s, end_s=end_s, max_size=max_size, settings=settings)


def read_frames_at(
    path: Path | str, times_s: Sequence[float], *, max_size: int | None = None, settings: VideoSettings | None = None
) -> list[Frame]:
    """For each of `times_s`, in the order given, the frame nearest to it. Seeks where that spares decoding.

    A frame's ``index`` is the place of its time in `times_s`; its ``time_s`` is its own. Times outside the recording
    get its first or last frame.
    """
    cursor = _Cursor(Path(path), settings or default_settings())
    developer: Developer | None = None
    found: dict[int, Frame] = {}
    for index in sorted(range(len(times_s)), key=lambda k: times_s[k]):
        time_s, frame, aspect = cursor.nearest(times_s[index])
        if developer is None:
            developer = Developer(layout_of(frame, pixel_aspect=aspect, max_size=max_size))
        found[index] = Frame(index, time_s, developer.image(frame))
    cursor.close()
    return [found[index] for index in range(len(times_s))]


class _Cursor:
    """The two decoded pictures around a time that only moves forward."""

    def __init__(self, path: Path, settings: VideoSettings) -> None:
        self._path, self._settings = path, settings
        with opened(path, settings) as (container, stream):
            self._key_times = key_times(container, stream)
        self._frames = timed_frames(path, settings)
        self._before: TimedFrame | None = None
        self._after: TimedFrame | None = None

    def nearest(self, time_s: float) -> TimedFrame:
        if self._worth_a_jump(self._after.time_s if self._after else 0.0, time_s):
            self._frames.close()
            self._frames = timed_frames(self._path, self._settings, start_s=time_s)
            self._before = self._after = None
        self._after = self._after or next(self._frames)
        while self._after.time_s < time_s:
            following = next(self._frames, None)
            if following is None:
                return self._after
            self._before, self._after = self._after, following
        if self._before is not None and time_s - self._before.time_s < self._after.time_s - time_s:
            return self._before
        return self._after

    def close(self) -> None:
        self._frames.close()

    def _worth_a_jump(self, here_s: float, there_s: float) -> bool:
        if there_s - here_s <= self._settings.seek_from_s:
            return False
        if self._key_times is None:
            return there_s - here_s > self._settings.seek_blind_s
        return any(here_s < key_s <= there_s for key_s in self._key_times)


def _span(times_s: Sequence[float], interval_s: float, settings: VideoSettings) -> float:
    """First to last time, a restarted clock's leap counted as one interval, as the frames' clock does."""
    steps = np.diff(np.asarray(times_s, dtype=np.float64))
    return float(np.where(steps > settings.gap_max_s, interval_s, steps).sum())


def _first_picture(path: Path, settings: VideoSettings) -> tuple[Layout, float]:
    """Which way up the pictures are and how large, and the time of the first."""
    frames = timed_frames(path, settings)
    try:
        first = next(frames)
        return layout_of(first.frame, pixel_aspect=first.pixel_aspect), first.time_s
    finally:
        frames.close()


def _falls_short(tally: Tally, settings: VideoSettings) -> bool:
    if not tally.finished or tally.promised_s is None or tally.read_until_s is None:
        return False
    return tally.promised_s - tally.read_until_s > settings.early_end_s
