"""Where writing goes: the corner of the picture that hides least of the lifter, and of what a clip itself says there.

One corner serves the whole clip, so that nothing jumps. It is chosen from a few frames and from where the lifter's
joints are throughout.
"""

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from hiphinge.body import INDEX
from hiphinge.geometry import Bools, Floats
from hiphinge.overlay.drawing import Picture
from hiphinge.settings import OverlaySettings

_GRID: Final = 320
"""Pixels of the longer side in which corners are compared: captions are still sharp in it."""
_LIMBS: Final = (
    ("ear", "shoulder"),
    ("shoulder", "elbow"),
    ("elbow", "wrist"),
    ("shoulder", "hip"),
    ("hip", "knee"),
    ("knee", "ankle"),
    ("heel", "foot_index"),
)
_THICK: Final = 0.35
"""Of the trunk's length: how wide the body is about the lines between its joints."""


class Corner(NamedTuple):
    """A corner of the picture."""

    right: bool = False
    low: bool = False


CORNERS: Final = (Corner(), Corner(right=True), Corner(low=True), Corner(right=True, low=True))
"""The usual one first: it is taken where others are no better."""


def free_corner(
    frames: list[Picture], bodies: list[Floats], block: tuple[float, float], *, settings: OverlaySettings
) -> Corner:
    """Choose the corner in which a block of writing hides least.

    Parameters
    ----------
    frames : a few pictures of the clip, all of one size.
    bodies : (33, 2) the lifter's joints at several times, in pixels of those pictures; NaN where unknown.
    block : width and height of the writing, in those pixels.
    """
    if not frames:
        return CORNERS[0]
    height, width = frames[0].shape[:2]
    scale = _GRID / max(height, width)
    size = round(width * scale), round(height * scale)
    busy = np.mean([_written_on(frame, size, settings.busy_level) for frame in frames], axis=0)
    lifter = covered([body * scale for body in bodies], size)
    cost = settings.place_body * lifter + busy

    def of(corner: Corner) -> float:
        part = cost[_region(corner, (block[0] * scale, block[1] * scale), size)]
        return float(part.mean()) + settings.place_low * corner.low

    return min(CORNERS, key=of)


def covered(bodies: list[Floats], size: tuple[int, int]) -> Bools:
    """Tell which pixels (height, width) the lifter covers at any of the times, by lines between joints, body-wide."""
    mask = np.zeros((size[1], size[0]), dtype=np.uint8)
    for body in bodies:
        ends = [body[[INDEX[f"{side}_shoulder"], INDEX[f"{side}_hip"]]] for side in ("left", "right")]
        trunk = [float(np.hypot(*(two - one))) for one, two in ends]
        if not np.isfinite(trunk).any():
            continue
        thick = max(1, round(_THICK * float(np.nanmax(trunk))))
        for side in ("left", "right"):
            for start, end in _LIMBS:
                line = body[[INDEX[f"{side}_{start}"], INDEX[f"{side}_{end}"]]]
                if np.isfinite(line).all():
                    one, two = (tuple(int(v) for v in place) for place in np.round(line))
                    cv2.line(mask, one, two, 1, thick)
    return mask.astype(bool)


def _written_on(frame: Picture, size: tuple[int, int], level: float) -> NDArray[np.float32]:
    """Where there is something to see, 0 or 1: between the hard edges of captions nothing is left free."""
    grey = cv2.cvtColor(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    edges = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > level
    return np.asarray(cv2.dilate(edges.astype(np.float32), np.ones((7, 7), np.uint8)))


def _region(corner: Corner, block: tuple[float, float], size: tuple[int, int]) -> tuple[slice, slice]:
    wide, high = (max(1, min(round(b), whole)) for b, whole in zip(block, size, strict=True))
    across = slice(size[0] - wide, size[0]) if corner.right else slice(0, wide)
    return (slice(size[1] - high, size[1]) if corner.low else slice(0, high)), across
