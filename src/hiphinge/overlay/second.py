"""The second clip drawn on: both legs, pelvis and shoulders, and the lines hip to ankle that the knees should keep to.

Those lines hold from square in front or behind alone: at an angle a knee that bends forward leaves them.
"""

from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from hiphinge import video
from hiphinge.geometry import Floats
from hiphinge.library import using
from hiphinge.messages import speaking
from hiphinge.moments import Moment, Still, is_square, second_moments
from hiphinge.overlay import drawing
from hiphinge.overlay.drawing import ACCENT, VERDICT_INKS, WHITE, Pen, Picture, Stroke
from hiphinge.overlay.pace import Pace
from hiphinge.pose import KEYPOINTS
from hiphinge.progress import Progress, silent
from hiphinge.records import ACTED_ON, Verdict
from hiphinge.reps import rep_at
from hiphinge.result import Analysis
from hiphinge.settings import OverlaySettings
from hiphinge.video.writer import VideoWriter
from hiphinge.words import words

VIDEO: Final = "overlay_second.mp4"
_LEG: Final = ("hip", "knee", "ankle", "foot_index")


def write_second(
    analysis: Analysis,
    folder: Path,
    *,
    settings: OverlaySettings,
    with_video: bool = True,
    progress: Progress = silent,
) -> tuple[Still, ...]:
    """Write `overlay_second.mp4` into `folder` and take the second clip's pictures; nothing where it was not used.

    The pictures' moments are on the first clip's clock.
    """
    second = analysis.record.second
    if second is None or analysis.second_track is None or second.offset_s is None:
        return ()
    with using(analysis.library), speaking(analysis.record.language):
        artist = SecondArtist(analysis, settings)
        path = Path(second.recording.path)
        if with_video:
            _film(artist, path, folder / VIDEO, progress)
        return _stills(artist, path)


class SecondArtist:
    """Draws the lifter of the second clip on its frames."""

    def __init__(self, analysis: Analysis, settings: OverlaySettings) -> None:
        assert analysis.record.second is not None and analysis.second_track is not None  # noqa: S101, PT018 - asked for
        self.record, self.second, self.settings = analysis.record, analysis.record.second, settings
        self.offset_s = self.second.offset_s or 0.0
        self.square = is_square(self.second)
        self.time_s = analysis.second_track["time"].to_numpy()
        self._position = analysis.second_track["position"].to_numpy()
        self._words = words()

    def joints(self, time_s: float) -> Floats:
        """(33, 2) pixels at a time of the second clip."""
        return np.asarray(self._position[int(np.abs(self.time_s - time_s).argmin())])

    def output_size(self) -> tuple[int, int]:
        """Width and height of the video, even, its short side between the limits of the settings."""
        width, height = self.second.recording.width, self.second.recording.height
        short = min(width, height)
        scale = min(max(short, self.settings.short_side_min_px), self.settings.short_side_max_px) / short
        return 2 * round(width * scale / 2), 2 * round(height * scale / 2)

    def frame(self, image: Picture, time_s: float, size: tuple[int, int]) -> Picture:
        """Draw on one frame, resized to `size`, with the repetition's number."""
        canvas = drawing.resized(image, size)
        scale = size[0] / self.second.recording.width
        pen = drawing.pen_for(canvas, line_share=self.settings.line_share, text_share=self.settings.text_share)
        self.draw(canvas, self.joints(time_s) * scale, pen, self._verdict_at(time_s - self.offset_s))
        rep = rep_at(self.record.reps, time_s - self.offset_s)
        if rep is not None:
            sprite = drawing.label_sprite(f"{self._words.page.rep} {rep.index}", pen.text)
            drawing.paste(canvas, sprite, pen.text * 0.6, pen.text * 0.6)
        return canvas

    def draw(self, image: Picture, joints: Floats, pen: Pen, verdict: Verdict | None) -> None:
        """Draw legs, pelvis and shoulders, (33, 2) pixels of the image; a verdict on the knees colours the legs."""
        ink = VERDICT_INKS[verdict] if verdict in ACTED_ON else ACCENT
        place = {name: joints[KEYPOINTS.index(name)] for name in KEYPOINTS}
        for part in ("shoulder", "hip"):
            self._line(image, place[f"left_{part}"], place[f"right_{part}"], Stroke(WHITE, pen.line))
        for side in ("left", "right"):
            leg = [place[f"{side}_{part}"] for part in _LEG]
            if self.square and np.isfinite([leg[0], leg[2]]).all():
                drawing.dashed(image, leg[0], leg[2], Stroke(WHITE, max(1, round(0.6 * pen.line))))
            for start, end in pairwise(leg):
                self._line(image, start, end, Stroke(ink, round(1.3 * pen.line)))
            for joint in leg[:3]:
                if np.isfinite(joint).all():
                    drawing.dot(image, joint, 1.35 * pen.line, WHITE, hollow=False)

    def _line(self, image: Picture, start: Floats, end: Floats, stroke: Stroke) -> None:
        if np.isfinite([start, end]).all():
            drawing.line(image, start, end, stroke)

    def _verdict_at(self, time_s: float) -> Verdict | None:
        """What was found of the knees in the repetition at a time of the first clip."""
        rep = rep_at(self.record.reps, time_s)
        found = () if rep is None else rep.findings
        return next((one.verdict for one in found if one.fault == "knees_cave"), None)


def _film(artist: SecondArtist, path: Path, target: Path, progress: Progress) -> None:
    """Every frame, thinned to the overlay's rate, drawn."""
    rate, size = min(artist.settings.fps_max, artist.second.recording.fps), artist.output_size()
    pace, last_s = Pace(artist.settings.fps_max), float(artist.time_s[-1])
    with VideoWriter(target, fps=rate) as writer:
        for frame in video.read_frames(path, max_size=max(size)):
            if pace.wants(frame.time_s):
                writer.write(artist.frame(frame.image, frame.time_s, size), frame.time_s)
                progress("overlay", min(1.0, frame.time_s / max(last_s, 1e-9)))
    progress("overlay", 1.0)


def _stills(artist: SecondArtist, path: Path) -> tuple[Still, ...]:
    """Pictures of the moments, all of one part of the picture, so that they compare."""
    wanted = sorted(second_moments(artist.record), key=lambda moment: moment.at_s)
    times_s = [moment.at_s + artist.offset_s for moment in wanted]
    box = _box(artist, times_s)
    if box is None:
        return ()
    frames = video.read_frames_at(path, times_s)
    return tuple(_still(artist, frame.image, moment, box) for frame, moment in zip(frames, wanted, strict=False))


def _box(artist: SecondArtist, times_s: list[float]) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of the part around the lifter, pixels of the recording; None where none is known."""
    places = np.concatenate([artist.joints(time_s) for time_s in times_s]) if times_s else np.empty((0, 2))
    places = places[np.isfinite(places).all(axis=1)]
    if not places.size:
        return None
    whole = np.array([artist.second.recording.width, artist.second.recording.height], dtype=float)
    low, high = np.clip(places.min(axis=0), 0, whole), np.clip(places.max(axis=0), 0, whole)
    size = high - low + 2 * artist.settings.crop_margin * (high - low).max()
    size = np.minimum([max(size[0], artist.settings.crop_aspect_min * size[1]), size[1]], whole)
    left, top = np.clip((low + high) / 2 - size / 2, 0, whole - size)
    return round(left), round(top), round(left + size[0]), round(top + size[1])


def _still(artist: SecondArtist, image: Picture, moment: Moment, box: tuple[int, int, int, int]) -> Still:
    left, top, right, bottom = box
    tall = artist.settings.hero_height_px
    scale = tall / (bottom - top)
    picture = drawing.resized(image[top:bottom, left:right], (round(scale * (right - left)), tall))
    joints = (artist.joints(moment.at_s + artist.offset_s) - np.array([left, top])) * scale
    pen = drawing.pen_for(picture, line_share=artist.settings.line_share, text_share=artist.settings.text_share)
    artist.draw(picture, joints, pen, moment.verdict)
    return Still(moment, drawing.jpeg(picture, artist.settings.jpeg_quality), picture.shape[1], picture.shape[0])
