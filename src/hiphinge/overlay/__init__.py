"""The overlay video and the stills of the report, made in one pass over the clip."""

from pathlib import Path
from typing import Final

import numpy as np

from hiphinge import video
from hiphinge.library import using
from hiphinge.messages import speaking
from hiphinge.moments import Still
from hiphinge.overlay.artist import Artist
from hiphinge.overlay.pace import Pace
from hiphinge.overlay.second import write_second
from hiphinge.overlay.stills import StillTaker
from hiphinge.progress import Progress, silent
from hiphinge.result import Analysis
from hiphinge.settings import OverlaySettings
from hiphinge.video.writer import VideoWriter

__all__ = ["Pace", "write_overlay", "write_second"]

_AT_ONCE: Final = 4
"""Frames held in memory at a time where single ones are fetched."""


def write_overlay(
    analysis: Analysis,
    video_path: Path,
    folder: Path,
    *,
    settings: OverlaySettings,
    with_video: bool = True,
    progress: Progress = silent,
) -> tuple[Still, ...]:
    """Write `overlay.mp4` into `folder` and take the report's stills, in one pass over the clip.

    Without `with_video` the stills alone are taken, and nothing is written.

    Returns
    -------
    tuple of Still
        The pictures of `moments.moments`, in the order of time; a moment whose frame cannot be read has none.
    """
    with using(analysis.library), speaking(analysis.record.language):
        return _drawn(Artist(analysis, settings), video_path, folder, with_video=with_video, progress=progress)


def _drawn(
    artist: Artist, video_path: Path, folder: Path, *, with_video: bool, progress: Progress
) -> tuple[Still, ...]:
    stills = StillTaker(artist)
    size = artist.output_size()
    if with_video:
        looks = np.linspace(*artist.sampler.span_s, artist.settings.place_frames + 2)[1:-1].tolist()
        artist.arrange([frame.image for frame in video.read_frames_at(video_path, looks, max_size=max(size))])
        _draw_through(artist, stills, (video_path, folder / "overlay.mp4"), progress)
        return stills.taken()
    times = stills.times()
    for first in range(0, len(times), _AT_ONCE):
        for frame in video.read_frames_at(video_path, times[first : first + _AT_ONCE], max_size=max(size)):
            stills.offer(frame.image, frame.time_s)
    return stills.taken()


def _draw_through(artist: Artist, stills: StillTaker, paths: tuple[Path, Path], progress: Progress) -> None:
    """Read the clip once: every frame to the stills, and, thinned to the overlay's rate, drawn, to the video."""
    start_s, end_s = artist.sampler.span_s
    size, pace = artist.output_size(), Pace(artist.settings.fps_max)
    after_s = end_s + 0.5 / artist.record.recording.fps
    with VideoWriter(paths[1], fps=min(artist.settings.fps_max, artist.record.recording.fps)) as writer:
        for frame in video.read_frames(paths[0], start_s=start_s, end_s=after_s, max_size=max(size)):
            stills.offer(frame.image, frame.time_s)
            if pace.wants(frame.time_s):
                writer.write(artist.frame(frame.image, frame.time_s, size), frame.time_s)
                progress("overlay", (frame.time_s - start_s) / max(end_s - start_s, 1e-9))
    progress("overlay", 1.0)
