"""What the spine is read from: outline and landmarks of each moment as numbers, in the person's own frame.

Everything is mirrored so that the person faces right, and measured in the person's own trunk length while standing. The
picture is taken as it is: a turned camera is told by the distances between near and far landmarks.
"""

from typing import Final, NamedTuple

import numpy as np

from hiphinge.body import middle, pair
from hiphinge.geometry import Floats
from hiphinge.outline import RAYS, ray_starts
from hiphinge.pose import KEYPOINTS

PAIRS: Final = ("shoulder", "hip", "knee", "ankle", "elbow", "wrist", "ear", "eye")
"""Landmarks with a near and a far side."""
JOINTS: Final = ("shoulder", "knee", "ankle", "elbow", "wrist", "ear", "eye", "nose")
"""Places given from the middle of the hips."""
LEANS: Final = (("hip", "shoulder"), ("knee", "hip"), ("ankle", "knee"), ("shoulder", "ear"), ("ear", "nose"))
"""Lines whose inclination is given; the first three are trunk, thigh and shank."""
_ZONE: Final = np.array([ray.zone for ray in RAYS])
_TURN: Final = np.deg2rad([ray.turn_deg for ray in RAYS])
PATCHES: Final = tuple(
    patch for zone in ("pelvis", "trunk", "neck", "head") for patch in np.array_split(np.flatnonzero(zone == _ZONE), 3)
)
"""Rays in groups, lower to upper, of which the share seen is given."""
COUNT: Final = 2 * len(RAYS) + len(LEANS) + 2 * len(JOINTS) + 2 * len(PAIRS) + 1 + len(PATCHES)
"""Numbers of one moment."""


class Posture(NamedTuple):
    """Moments of one person, mirrored to face right: x forward, y up, pixels.

    Attributes
    ----------
    middle : (T, 2) by name of joint, the middle of both sides.
    half : (T, 2) by name of pair, half the way from the far to the near side.
    edge : (T, 2, R, 2) outline at the back and at the front, NaN where unknown.
    """

    middle: dict[str, Floats]
    half: dict[str, Floats]
    edge: Floats

    @property
    def trunk_px(self) -> Floats:
        """(T,) apparent distance from hips to shoulders, pixels."""
        return np.asarray(np.hypot(*(self.middle["shoulder"] - self.middle["hip"]).T))


def posture(position: Floats, edge: Floats, facing: Floats) -> Posture:
    """Mirror what the picture shows.

    Parameters
    ----------
    position : (T, 33, 2) landmarks, pixels of the picture.
    edge : (T, 2, R, 2) outline at the back and at the front, pixels of the picture, NaN where unknown.
    facing : (T,) +1 where the person faces the picture's right, −1 left.
    """
    flip = np.stack([facing, -np.ones_like(facing)], axis=-1)
    place = position * flip[:, None]
    middles, halves = {}, {}
    for name in PAIRS:
        sides = pair(place, name)
        middles[name] = middle(place, name)
        halves[name] = facing[:, None] * (sides[:, 1] - sides[:, 0]) / 2
    middles["nose"] = place[:, KEYPOINTS.index("nose")]
    return Posture(middles, halves, edge * flip[:, None, None])


def features(of: Posture, *, scale_px: float) -> Floats:
    """(T, COUNT) numbers of each moment, NaN where the outline is unknown.

    Parameters
    ----------
    of : the moments.
    scale_px : the person's trunk length while standing, pixels; without a standing moment the longest.
    """
    reach = _reach(of) / scale_px
    seen = np.isfinite(reach[:, 0]).astype(float)
    shares = np.stack([seen[:, patch].mean(axis=1) for patch in PATCHES], axis=1)
    size = of.trunk_px[:, None] / scale_px
    return np.concatenate([reach.reshape(len(reach), -1), leans(of), _landmarks(of) / scale_px, size, shares], axis=1)


def leans(of: Posture) -> Floats:
    """(T, 5) inclinations of `LEANS` from the vertical, rad, + forward; the thigh as knee → hip."""
    lines = [of.middle[high] - of.middle[low] for low, high in LEANS]
    return np.stack([np.arctan2(line[:, 0], line[:, 1]) for line in lines], axis=1)


def _axes(of: Posture) -> tuple[Floats, Floats]:
    """Unit vectors (T, 2) up the trunk and ahead of it."""
    up = (of.middle["shoulder"] - of.middle["hip"]) / np.maximum(of.trunk_px, 1e-9)[:, None]
    return up, np.stack([up[:, 1], -up[:, 0]], axis=-1)


def _reach(of: Posture) -> Floats:
    """(T, 2, R) how far out the outline lies along each ray, pixels."""
    up, ahead = (axis[:, None] for axis in _axes(of))
    start = ray_starts(*(of.middle[name] for name in ("hip", "shoulder", "ear")))
    cos, sin = np.cos(_TURN)[None, :, None], np.sin(_TURN)[None, :, None]
    return np.stack(
        [((of.edge[:, k] - start) * (sign * ahead * cos + up * sin)).sum(axis=-1) for k, sign in enumerate((-1, 1))],
        axis=1,
    )


def _landmarks(of: Posture) -> Floats:
    """(T, 2·8 + 2·8) joints from the hips, and halves of pairs, forward and up in the trunk's own frame, pixels."""
    up, ahead = _axes(of)
    lines = [*(of.middle[name] - of.middle["hip"] for name in JOINTS), *(of.half[name] for name in PAIRS)]
    return np.stack([(line * axis).sum(axis=-1) for line in lines for axis in (ahead, up)], axis=1)
