"""The pictures of the report: for each moment the nearest frame, cropped around the lifter and drawn on."""

from dataclasses import dataclass

import numpy as np

from hiphinge.moments import Moment, Still, moments
from hiphinge.overlay import drawing
from hiphinge.overlay.artist import Artist, Look
from hiphinge.overlay.drawing import Picture, Point


class StillTaker:
    """Takes the pictures of the report out of a stream of frames: for each moment the nearest one."""

    def __init__(self, artist: Artist) -> None:
        self._artist = artist
        self._waiting = list(moments(artist.record, gallery_reps_max=artist.settings.gallery_reps_max))
        self._stills: list[Still] = []
        self._last: tuple[Picture, float] | None = None
        self._boxes = _boxes(artist)

    def times(self) -> list[float]:
        """Times still wanted, increasing."""
        return sorted({moment.at_s for moment in self._waiting})

    def offer(self, image: Picture, time_s: float) -> None:
        """Take the pictures of the moments up to this frame, each from the nearer of this frame and the last one."""
        while self._waiting and self._waiting[0].at_s <= time_s:
            moment = self._waiting.pop(0)
            frames = [(image, time_s), *([self._last] if self._last else [])]
            self._stills.append(self._still(min(frames, key=lambda frame: abs(frame[1] - moment.at_s)), moment))
        self._last = (image, time_s)

    def taken(self) -> tuple[Still, ...]:
        """The stills, in the order of time; moments after the last frame show that."""
        while self._waiting and self._last:
            self._stills.append(self._still(self._last, self._waiting.pop(0)))
        return tuple(self._stills)

    def _still(self, frame: tuple[Picture, float], moment: Moment) -> Still:
        artist, (image, time_s) = self._artist, frame
        box = self._boxes[moment.rep]
        if moment.kind == "worst":
            low, high = _extent(artist, [moment.at_s])
            box = _box(artist, (low, high), high - low, large=True)
        shown = image.shape[1] / artist.record.recording.width  # frames may be read smaller than they were filmed
        left, top, right, bottom = (round(shown * side) for side in (box.left, box.top, box.right, box.bottom))
        tall = artist.settings.hero_height_px if moment.kind == "worst" else artist.settings.still_height_px
        scale = tall / (box.bottom - box.top)
        picture = drawing.resized(image[top:bottom, left:right], (round(scale * (box.right - box.left)), tall))
        figure = artist.sampler.at(time_s).moved(np.array([box.left, box.top]), scale)
        large = moment.kind == "worst"
        pen = artist.pen(picture, text_scale=1.0 if large else artist.settings.still_text_scale)
        artist.lifter(picture, figure, pen)
        for name in moment.angles:
            look = Look(pen, moment.verdict, with_error=large, with_name=large, reading=moment.reading)
            artist.angle(picture, figure, name, look)
        return Still(moment, drawing.jpeg(picture, artist.settings.jpeg_quality), picture.shape[1], picture.shape[0])


@dataclass(frozen=True)
class Box:
    """A part of the image, pixels of the recording."""

    left: float
    top: float
    right: float
    bottom: float


def _boxes(artist: Artist) -> dict[int, Box]:
    """Crop box of each repetition, all of one size, so that the pictures compare."""
    extents = {
        rep.index: _extent(artist, np.linspace(rep.start_s, rep.end_s, 9).tolist()) for rep in artist.record.reps
    }
    size = np.max([high - low for low, high in extents.values()], axis=0) if extents else np.zeros(2)
    return {index: _box(artist, extent, size) for index, extent in extents.items()}


def _box(artist: Artist, extent: tuple[Point, Point], size: Point, *, large: bool = False) -> Box:
    """Give a box around the middle of an extent, `size` and a margin large, inside the image."""
    settings, image = artist.settings, artist.image_size
    aspect_min = settings.hero_aspect_min if large else settings.crop_aspect_min
    aside, above = (settings.hero_side_margin, settings.hero_margin) if large else (settings.crop_margin,) * 2
    size = size + 2 * np.array([aside, above]) * size.max()
    wide = np.clip(size[0], aspect_min * size[1], settings.crop_aspect_max * size[1])
    size = np.minimum([wide, max(size[1], wide / settings.crop_aspect_max)], image)
    left, top = np.clip((extent[0] + extent[1]) / 2 - size / 2, 0, image - size)
    return Box(left, top, left + size[0], top + size[1])


def _extent(artist: Artist, times_s: list[float]) -> tuple[Point, Point]:
    """Smallest and largest x and y of the lifter's joints at some times; the whole image where nothing is known."""
    joints = np.concatenate([artist.sampler.at(time_s).joints for time_s in times_s])
    joints = joints[np.isfinite(joints).all(axis=1)]
    if not joints.size:
        return np.zeros(2), artist.image_size
    return np.clip(joints.min(axis=0), 0, artist.image_size), np.clip(joints.max(axis=0), 0, artist.image_size)
