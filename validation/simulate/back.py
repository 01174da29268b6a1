"""The skin's own back line: the middle of the back from sacrum to the back of the head, as a rod would meet it."""

from typing import Final, NamedTuple

import numpy as np

from hiphinge.geometry import Floats
from validation.simulate.body import Body, Integers

POINTS: Final = 48
"""Points of a back line, from the sacrum (0) to the back of the head (47), evenly in height in the rest posture."""
MIDDLE: Final = 0.012
"""Half the width of the strip around the middle whose vertices are taken, statures."""
NEAR: Final = 0.012
"""Vertices within this height of a point, statures, tell where it is."""
COLUMN: Final = ("root", "spine04", "spine03", "spine02", "spine01", "neck01", "head")
"""Bones of the spine from below; what lies behind them is the back."""


class Strip(NamedTuple):
    """Vertices (POINTS, K) around each point of the line, and their shares (POINTS, K)."""

    index: Integers
    share: Floats

    def line(self, vertices: Floats) -> Floats:
        """(POINTS, 3) metres: the middle of the back on the posed skin; clothes and hair are not counted."""
        return np.asarray(np.einsum("pk,pkd->pd", self.share, vertices[self.index]))


def strip(body: Body) -> Strip:
    """Find the middle of the back in the rest posture."""
    size, place = body.shape.stature_m, body.vertices
    low, high = body.heads[body.bone("root"), 2] - 0.015 * size, body.heads[body.bone("eye.L"), 2]
    column = body.heads[[body.bone(name) for name in COLUMN]]
    middle = np.flatnonzero((np.abs(place[:, 1]) < MIDDLE * size) & (place[:, 2] > low) & (place[:, 2] < high))
    middle = middle[place[middle, 0] < np.interp(place[middle, 2], column[:, 2], column[:, 0])]
    away = np.abs(place[middle, 2] - np.linspace(low, high, POINTS)[:, None]) / (NEAR * size)
    outermost = np.array([place[middle[row < 1], 0].min(initial=np.inf) for row in away])
    outermost = np.where(np.isfinite(outermost), outermost, place[middle[away.argmin(axis=1)], 0])
    inner = np.abs(place[middle, 0] - outermost[:, None]) / (NEAR * size)
    rank = np.hypot(away, inner)
    chosen = np.argsort(rank, axis=1)[:, :6]
    share = 1 / (0.2 + np.take_along_axis(rank, chosen, axis=1))
    return Strip(middle[chosen], share / share.sum(axis=1, keepdims=True))
