"""Where something moves in a clip that nobody who was seen accounts for.

The detector looks for heads and shoulders. Of a lifter whose head hides behind a plate it sees nothing, and takes the
one who stands beside them for the only person there. But who lifts moves, and who stands by does not.
"""

from collections.abc import Iterable
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from hiphinge.estimators.blazepose import Region
from hiphinge.people.scouting import Person
from hiphinge.settings import PoseSettings
from hiphinge.video import Frame


class Unaccounted(NamedTuple):
    """Something that moves, and the still people beside it."""

    region: Region
    """The square around what moves."""
    still: NDArray[np.bool_]
    """(h, w) true where those who were seen stand and nothing moves; a small picture of the whole image."""


def unaccounted(frames: Iterable[Frame], people: tuple[Person, ...], *, settings: PoseSettings) -> Unaccounted | None:
    """The largest thing that moves beside the people, all of whom stand still.

    Parameters
    ----------
    frames : a few of the clip, in the order of time; what differs between any two of them has moved.
    people : who was seen in them.

    Returns
    -------
    None where somebody bends, where nothing else moves, or where everything does, as when the camera moves.
    """
    if any(person.hip_range_deg >= settings.still_hips_deg for person in people):
        return None
    small, scale = _small(frames, settings)
    if len(small) < 2:
        return None
    moved = np.ptp(small.astype(np.int16), axis=0) >= settings.moved_grey
    if moved.mean() > settings.moved_most:
        return None
    taken = np.zeros_like(moved)
    for person in people:
        for left, top, right, bottom in (sighting.box for sighting in person.sightings):
            rim = settings.moved_rim * person.size
            taken[_span(top - rim, bottom + rim, scale), _span(left - rim, right + rim, scale)] = True
    region = _around_the_largest(moved & ~taken, scale, settings)
    return None if region is None else Unaccounted(region, taken & ~moved)


def _small(frames: Iterable[Frame], settings: PoseSettings) -> tuple[NDArray[np.uint8], float]:
    """The frames in grey (F, h, w), their longer side `moved_side_px` long, and how many times smaller they are."""
    rows, scale = [], 1.0
    for frame in frames:
        height, width = frame.image.shape[:2]
        scale = max(height, width) / settings.moved_side_px
        size = (max(round(width / scale), 1), max(round(height / scale), 1))
        rows.append(cv2.cvtColor(cv2.resize(frame.image, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY))
    return np.array(rows, dtype=np.uint8), scale


def _span(low: float, high: float, scale: float) -> slice:
    return slice(max(int(low / scale), 0), max(int(np.ceil(high / scale)), 0))


def _around_the_largest(moved: NDArray[np.bool_], scale: float, settings: PoseSettings) -> Region | None:
    """The square around the largest patch of `moved` (h, w), of `moved_least` of the picture at least."""
    _, _, patches, middles = cv2.connectedComponentsWithStats(moved.astype(np.uint8))
    if len(patches) < 2:  # the first is what did not move
        return None
    best = 1 + int(patches[1:, cv2.CC_STAT_AREA].argmax())
    if patches[best, cv2.CC_STAT_AREA] < settings.moved_least * moved.size:
        return None
    side = float(max(patches[best, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]))
    x, y = (middles[best] + 0.5) * scale
    return Region(float(x), float(y), side * scale * settings.moved_around, 0.0)
