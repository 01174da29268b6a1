"""The pictures of the report: for each moment the nearest frame, cropped around the lifter and drawn on."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from hiphinge.backview import Back
from hiphinge.faults import fault_entries
from hiphinge.ghost import Ghost, ghost
from hiphinge.moments import SPINE_FAULTS, Moment, Still, moments
from hiphinge.overlay import drawing
from hiphinge.overlay import figure as ghost_figure
from hiphinge.overlay.artist import Artist, Figure, Look
from hiphinge.overlay.drawing import Pen, Picture, Point
from hiphinge.overlay.wall import draw_wall
from hiphinge.pose import KEYPOINTS

_SMALL: Final = ("start", "bottom", "lockout")
"""Pictures of the gallery, three in a row."""
_OF_BACK: Final = ("onset", "spine")
"""Pictures of the back alone, without the skeleton that would lie over it."""
_ABOUT_BACK: Final = tuple(
    number for number, name in enumerate(KEYPOINTS) if name.endswith(("ear", "shoulder", "hip", "nose"))
)


class StillTaker:
    """Takes the pictures of the report out of a stream of frames: for each moment the nearest one."""

    def __init__(self, artist: Artist) -> None:
        self._artist = artist
        self._waiting = list(moments(artist.record, gallery_reps_max=artist.settings.gallery_reps_max))
        self._ghost = self._add_ghost()
        self._stills: list[Still] = []
        self._last: tuple[Picture, float] | None = None
        self._boxes = _boxes(artist)

    def _add_ghost(self) -> Ghost | None:
        """Want one more picture where a fault of posture leads: the same moment as it would have been right."""
        worst = next((one for one in self._waiting if one.kind == "worst" and one.fault is not None), None)
        if worst is None or not fault_entries()[str(worst.fault)].posture:
            return None
        found = ghost(self._artist.analysis, worst.at_s)
        if found is not None:
            self._waiting.insert(self._waiting.index(worst) + 1, replace(worst, kind="ghost", angles=(), reading=None))
        return found

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
        box, tall = self._crop(moment)
        shown = image.shape[1] / artist.record.recording.width  # frames may be read smaller than they were filmed
        left, top, right, bottom = (round(shown * side) for side in (box.left, box.top, box.right, box.bottom))
        scale = tall / (box.bottom - box.top)
        picture = drawing.resized(image[top:bottom, left:right], (round(scale * (box.right - box.left)), tall))
        figure = artist.sampler.at(time_s).moved(np.array([box.left, box.top]), scale)
        back = artist.back_at(time_s, np.array([box.left, box.top]), scale)
        large = moment.kind not in _SMALL
        pen = artist.pen(picture, text_scale=1.0 if large else artist.settings.still_text_scale)
        if moment.kind == "ghost" and self._ghost is not None:
            origin = np.array([box.left, box.top])
            ghost_figure.draw_figure(
                picture, self._ghost, origin=origin, scale=scale, pen=pen, dim=artist.settings.ghost_dim
            )
            ghost_figure.draw_own(picture, self._filmed(figure, back), pen)
            return Still(
                moment, drawing.jpeg(picture, artist.settings.jpeg_quality), picture.shape[1], picture.shape[0]
            )
        if moment.kind == "bottom" or moment.fault == "wall_not_reached":
            corner = np.array([box.left, box.top])
            draw_wall(picture, artist.record, origin=corner, scale=scale, pen=pen, words=artist.words)
        if moment.fault == "load_drift":
            origin = np.array([box.left, box.top])
            artist.load.draw(picture, time_s, origin=origin, scale=scale, pen=pen, whole=True)
        if moment.kind not in _OF_BACK:
            self._draw_body(picture, figure, moment, pen)
        if back is not None:
            hinging = artist.back.hinging(time_s)
            artist.spine(picture, back, pen, hinging=hinging, gaps=large)
            if (large and moment.fault in SPINE_FAULTS) or moment.kind in _OF_BACK:
                artist.tell_back(picture, time_s, moment.fault, pen, low=moment.kind in _OF_BACK)
        return Still(moment, drawing.jpeg(picture, artist.settings.jpeg_quality), picture.shape[1], picture.shape[0])

    def _filmed(self, figure: Figure, back: Back | None) -> list[Point]:
        """Lines of the lifter beside the ghost: the chain; the back in place of the trunk where it is at fault."""
        chain = self._artist.chain(figure)
        if self._ghost is None or back is None or len(back.line) < 2 or not self._ghost.faults & set(SPINE_FAULTS):
            return chain
        return [*chain[: ghost_figure.UP_TO_HIP], back.line]

    def _draw_body(self, picture: Picture, figure: Figure, moment: Moment, pen: Pen) -> None:
        large = moment.kind not in _SMALL
        self._artist.lifter(picture, figure, pen)
        rod = self._artist.rod_shown(figure.time_s)
        for name in moment.angles:
            if rod and not large and name == "trunk_inclination":  # its wedge lies where the rod is to be seen
                continue
            look = Look(pen, moment.verdict, with_error=large, with_name=large, reading=moment.reading)
            self._artist.angle(picture, figure, name, look)

    def _crop(self, moment: Moment) -> tuple["Box", int]:
        """Part of the recording that is shown, and how many pixels high it becomes."""
        artist = self._artist
        if moment.kind in _SMALL:
            return self._boxes[moment.rep], artist.settings.still_height_px
        if moment.kind in _OF_BACK:
            return _back_box(artist, moment.at_s), artist.settings.back_still_height_px
        low, high = _with_back(artist, moment.at_s, _extent(artist, [moment.at_s]), whole=False)
        if moment.kind == "fault":
            return _box(artist, (low, high), high - low, large=True), artist.settings.fault_still_height_px
        if self._ghost is not None:  # the two pictures compare only if they show the same part
            low, high = ghost_figure.widened(self._ghost, (low, high), artist.image_size)
        return _box(artist, (low, high), high - low, large=True), artist.settings.hero_height_px


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


def _back_box(artist: Artist, time_s: float) -> Box:
    """Give a box around head, trunk and rod."""
    low, high = _with_back(artist, time_s, _extent(artist, [time_s], joints=_ABOUT_BACK), whole=True)
    size = (high - low) + 2 * artist.settings.back_margin * (high - low).max()
    wide = max(size[0], artist.settings.back_aspect * size[1])
    size = np.minimum([wide, wide / artist.settings.back_aspect], artist.image_size)
    left, top = np.clip((low + high) / 2 - size / 2, 0, artist.image_size - size)
    return Box(left, top, left + size[0], top + size[1])


def _with_back(artist: Artist, time_s: float, extent: tuple[Point, Point], *, whole: bool) -> tuple[Point, Point]:
    """Widen an extent to the back's line, or to the `whole` that is drawn about it: the standing line, the rod."""
    back = artist.back_at(time_s, np.zeros(2), 1.0)
    if back is None:
        return extent
    about = [back.ghost, *([back.rod.ends] if back.rod else [])] if whole else []
    places = np.concatenate([back.line, *about])
    places = np.clip(places[np.isfinite(places).all(axis=1)], 0, artist.image_size)
    both = np.concatenate([np.stack(extent), places])
    return both.min(axis=0), both.max(axis=0)


def _extent(
    artist: Artist, times_s: list[float], *, joints: tuple[int, ...] | slice = slice(None)
) -> tuple[Point, Point]:
    """Smallest and largest x and y of the lifter's joints at some times; the whole image where nothing is known."""
    places = np.concatenate([artist.sampler.at(time_s).joints[joints, :] for time_s in times_s])
    places = places[np.isfinite(places).all(axis=1)]
    if not places.size:
        return np.zeros(2), artist.image_size
    return np.clip(places.min(axis=0), 0, artist.image_size), np.clip(places.max(axis=0), 0, artist.image_size)
