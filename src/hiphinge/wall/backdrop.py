"""What stands still behind the lifter: a background picture, gathered while the lifter is followed.

Now and then the picture about the lifter is shrunk and kept with the lifter blotted out; the median of these looks,
pixel by pixel, is the room without the lifter, as far as it was ever seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from hiphinge.body import INDEX
from hiphinge.estimators.blazepose import Landmarks
from hiphinge.geometry import Bools, Floats
from hiphinge.settings import WallSettings
from hiphinge.video import Frame

Picture = NDArray[np.uint8]

FINE: Final = 56
"""Pixels per trunk length of the background."""
_SIDE, _ABOVE, _BELOW = 2.4, 4.0, 0.9
"""What is kept to either side of the ankles, above and below them, trunk lengths."""
_LIMBS: Final = (
    ("shoulder", "hip", 0.30), ("hip", "knee", 0.20), ("knee", "ankle", 0.15), ("heel", "foot_index", 0.10),
    ("ankle", "heel", 0.10), ("shoulder", "elbow", 0.14), ("elbow", "wrist", 0.14), ("ear", "shoulder", 0.28),
)  # fmt: skip
"""Parts of the body and how thick they are at most, half widths in trunk lengths, clothes included."""
_UNSEEN: Final = 255


class Backdrop(NamedTuple):
    """The room without the lifter.

    Attributes
    ----------
    picture : (H, W, 3) the background.
    seen : (H, W) whether it was ever seen there.
    to_clip : (2, 3) from its pixels' centres (x, y, 1) to pixels of the clip's picture.
    """

    picture: Picture
    seen: Bools
    to_clip: Floats


@dataclass
class WallFinder:
    """Looks at what is behind the lifter while they are followed; a `hiphinge.people.following.OnFrame`.

    It keeps at most `looks_most` small pictures: when they are full every other one is forgotten, and the looks
    become rarer.
    """

    settings: WallSettings
    _to_clip: Floats | None = None
    _time_s: list[float] = field(default_factory=list)
    _looks: list[Picture] = field(default_factory=list)
    _every_s: float = 0.0

    def __call__(self, frame: Frame, seen: Landmarks | None) -> None:
        """Look at a frame, if the last look was long enough ago."""
        self._every_s = self._every_s or self.settings.look_every_s
        if seen is None or (self._time_s and frame.time_s - self._time_s[-1] < self._every_s):
            return
        self.look(frame.time_s, frame.image, seen.image[:, :2])

    def look(self, time_s: float, picture: Picture, places: Floats) -> None:
        """Keep what one picture (H, W, 3) shows about a person whose landmarks (33, 2) lie there, pixels."""
        hip, shoulder, ankle = (_middle(places, part) for part in ("hip", "shoulder", "ankle"))
        trunk_px = float(np.hypot(*(shoulder - hip)))
        if not np.isfinite(places).all() or trunk_px < 1.0:
            return
        if self._to_clip is None:
            scale = trunk_px / FINE
            corner = ankle - np.array([_SIDE, _ABOVE]) * trunk_px
            self._to_clip = np.array([[scale, 0.0, corner[0]], [0.0, scale, corner[1]]])
        patch = _shrunk(picture, self._to_clip)
        _blot(patch, places, self._to_clip, trunk_px)
        self._time_s.append(time_s)
        self._looks.append(patch)
        if len(self._looks) > self.settings.looks_most:
            self._time_s, self._looks = self._time_s[::2], self._looks[::2]
            self._every_s = 2 * (self._every_s or self.settings.look_every_s)

    @property
    def found(self) -> Backdrop | None:
        """The room as far as it was seen; None where nobody was."""
        if self._to_clip is None:
            return None
        looks = np.sort(np.stack(self._looks), axis=0)
        count = (looks[..., :1] != _UNSEEN).sum(axis=0)
        rank = np.broadcast_to(np.maximum(count - 1, 0) // 2, looks.shape[1:])
        room = np.take_along_axis(looks, rank[None], axis=0)[0]
        return Backdrop(room, (count >= self.settings.looks_least)[..., 0], self._to_clip)


def _middle(places: Floats, part: str) -> Floats:
    return np.asarray((places[INDEX[f"left_{part}"]] + places[INDEX[f"right_{part}"]]) / 2)


def _shrunk(picture: Picture, to_clip: Floats) -> Picture:
    """The part of the picture that is kept, shrunk; `_UNSEEN` beyond the picture's edge."""
    scale = to_clip[0, 0]
    size = (round(2 * _SIDE * FINE), round((_ABOVE + _BELOW) * FINE))
    steps = max(round(scale), 1)
    fine = to_clip / [1.0, 1.0, 1.0]
    smooth = picture if steps == 1 else cv2.blur(picture, (steps, steps))
    patch = np.asarray(
        cv2.warpAffine(
            smooth, fine, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT, borderValue=(_UNSEEN,) * 3,
        ), dtype=np.uint8,
    )  # fmt: skip
    inside = cv2.warpAffine(
        np.ones(picture.shape[:2], np.uint8), fine, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    )
    patch = np.minimum(patch, _UNSEEN - 1)
    patch[inside == 0] = _UNSEEN
    return patch


def _blot(patch: Picture, places: Floats, to_clip: Floats, trunk_px: float) -> None:
    """Take the lifter out of a patch, generously."""
    scale = to_clip[0, 0]
    for start, end, thick in _limbs(places):
        a, b = (tuple(int(v) for v in np.round((point - to_clip[:, 2]) / scale)) for point in (start, end))
        cv2.line(patch, a, b, (_UNSEEN,) * 3, max(round(2 * thick * trunk_px / scale), 1))


def _limbs(places: Floats) -> Iterator[tuple[Floats, Floats, float]]:
    for one, other, thick in _LIMBS:
        for side in ("left", "right"):
            yield places[INDEX[f"{side}_{one}"]], places[INDEX[f"{side}_{other}"]], thick
