"""Looks that went astray: a figure that left its feet is looked for again, with the region turned and resized.

With plates before the legs a landmark model may lay the whole figure beside the lifter, surely, and the region for the
next look goes with it. What does not change tells: feet stay where they stand, shank, thigh and trunk keep their
lengths. A look is off by

    √ Σ (x / s)²,    x = (ankle from where it stands, shank, thigh and trunk less the clip's own) / trunk length

on the leg where that is least, for one foot may leave the floor. The shank goes from the knee to where the ankle
stands: an ankle that alone is lost behind a plate counts little, for cleaning puts it back. What the search is worth:
docs/explanation/legs.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import copysign, radians
from typing import NamedTuple

import numpy as np

from hiphinge.body import pair, trunk_length
from hiphinge.estimators.blazepose import BlazePose, Landmarks, Region
from hiphinge.geometry import Bools, Floats, densest, distance, nan_median
from hiphinge.pose import KEYPOINTS, PoseTrack
from hiphinge.settings import PoseSettings
from hiphinge.video import Frame

_ABOVE = ("knee", "hip", "shoulder")
_FEWEST = 5


class Unchanging(NamedTuple):
    """What a clip's looks have in common.

    Attributes
    ----------
    standing : (L, 2, 2) px, where each foot's ankle stands around the time of each look; NaN where it never does.
    lengths : (3, 2) px, shank, thigh and trunk of the left and the right side.
    trunk_px : the unit of what a look is off by.
    """

    standing: Floats
    lengths: Floats
    trunk_px: float


def unchanging(looks: PoseTrack, settings: PoseSettings) -> Unchanging:
    """Where feet stand: the densest place of the ankles for some seconds around; lengths: of looks with feet there."""
    position, confidence = looks["position"].to_numpy(), looks["confidence"].to_numpy()
    trunk_px = max(trunk_length(position), 1.0)
    ankle, sure = pair(position, "ankle"), pair(confidence, "ankle")
    standing = np.full_like(ankle, np.nan)
    for index, at_s in enumerate(time_s := looks["time"].to_numpy()):
        around = np.abs(time_s - at_s) < settings.astray_window_s
        for side in (0, 1):
            known = around & np.isfinite(ankle[:, side]).all(axis=1) & (sure[:, side] > 0)
            if np.count_nonzero(known) >= _FEWEST:
                place = ankle[known, side], sure[known, side] ** 2
                standing[index, side] = densest(*place, settings.astray_place * trunk_px)
    there = distance(ankle, standing) < settings.astray_place * trunk_px
    lengths = nan_median(np.where(there[None], _lengths(ankle, position), np.nan), axis=1)
    return Unchanging(standing, lengths, trunk_px)


def _lengths(ankle: Floats, position: Floats) -> Floats:
    """(3, T, 2) shank, thigh and trunk of both sides, from ankles (T, 2, 2)."""
    joints = [ankle, *(pair(position, part) for part in _ABOVE)]
    return np.stack([distance(lower, upper) for lower, upper in pairwise(joints)])


def off_by(position: Floats, standing: Floats, body: Unchanging, settings: PoseSettings) -> Floats:
    """By how much looks (T, 33, 2) with feet that stand at (T, 2, 2) px are off: (T,), the module's head.

    Zero where nothing is known of either leg: then nothing speaks against the look.
    """
    ankle = pair(position, "ankle")
    spans = _lengths(standing, position) - body.lengths[:, None]
    parts = np.concatenate([distance(ankle, standing)[None], spans]) / body.trunk_px
    usual = np.array([settings.astray_end_scatter, *[settings.astray_scatter] * 2, settings.astray_end_scatter])
    sides = np.sqrt(((parts / usual[:, None, None]) ** 2).sum(axis=0))
    return np.asarray(np.nan_to_num(np.where(np.isfinite(sides), sides, np.inf).min(axis=1), posinf=0.0))


@dataclass(frozen=True)
class Search:
    """Looks anew where a look is off.

    Attributes
    ----------
    blazepose : the model that looks.
    body : what the looks have in common.
    settings : the pose stage's numbers.
    """

    blazepose: BlazePose
    body: Unchanging
    settings: PoseSettings

    def better(self, frame: Frame, region: Region, look: int, off: float) -> Landmarks | None:
        """Give the first look of `frame` that is off by no more than usual, else the least; None where none is less.

        Parameters
        ----------
        frame : the picture.
        region : where the look was that is off.
        look : its number.
        off : by how much.
        """
        best = None
        for other in _around(region, self.settings):
            seen = self.blazepose.landmarks(frame.image, other, silhouette=True)
            if seen is None:
                continue
            found = self._off(seen, look)
            if found < off:
                best, off = seen, found
            if off < self.settings.astray_settled:
                break
        return best

    def elsewhere(self, first: Floats, found: Landmarks) -> Bools:
        """(33,) which landmarks of `found` lie elsewhere than in the first look (33, 2).

        A wider region sees less sharply, so that what is in the same place stays as it was.
        """
        moved = distance(first, found.image[: len(KEYPOINTS), :2]) / self.body.trunk_px
        return np.asarray(moved > self.settings.astray_place)

    def _off(self, seen: Landmarks, look: int) -> float:
        place = seen.image[None, : len(KEYPOINTS), :2]
        return float(off_by(place, self.body.standing[look : look + 1], self.body, self.settings)[0])


def _around(region: Region, settings: PoseSettings) -> Iterator[Region]:
    """The region turned on as it is turned, for it lags behind a lifter who bends, and wider; the likelier first."""
    turn = copysign(radians(settings.astray_turn_deg), region.rotation)
    wide = settings.astray_wider
    for turns, size in ((1, wide), (2, 1.0), (0, wide), (1, 1.0), (-1, wide)):
        yield replace(region, rotation=region.rotation + turns * turn, size=region.size * size)
