"""The depth of a clip and its turning points: what repetitions are made of."""

from typing import NamedTuple

from hiphinge.geometry import Floats
from hiphinge.reps.phases import Dip


class Turn(NamedTuple):
    """A turning point of the depth: the sample `at` which it lies; `down` when it is a bottom."""

    at: int
    down: bool


class Stretch(NamedTuple):
    """An unbroken stretch of the depth signal."""

    time_s: Floats
    depth: Floats
    rate: Floats
    interval_s: float
    trunk: Floats
    """Trunk inclination's change from standing, deg."""
    hip: Floats
    """Hip flexion's change from standing, deg."""
    hip_height: Floats
    """Change from standing, statures."""


class Candidate(NamedTuple):
    """A bend that may be a repetition, and what the clip shows of it."""

    dip: Dip
    complete: bool
    floor: bool = False
    """It began at rest at the bottom, so that nothing of the descent belongs to it."""
    ends_up: bool = True
    """The clip shows the lifter upright again; else nobody knows how far up the repetition would have gone."""

    @property
    def bottom(self) -> int:
        """Sample of the greatest depth."""
        return self.dip.bottom


def turning_points(depth: Floats, *, reversal: float) -> list[Turn]:
    """Tops and bottoms (T,) that alternate and reverse by at least `reversal`, the clip's ends included."""
    turns: list[Turn] = []
    low = high = 0
    for index, value in enumerate(depth):
        if value < depth[low]:
            low = index
        if value > depth[high]:
            high = index
        seeking_top = not turns or turns[-1].down
        seeking_bottom = not turns or not turns[-1].down
        if seeking_top and value - depth[low] >= reversal:
            turns.append(Turn(low, down=False))
            high = index
        elif seeking_bottom and depth[high] - value >= reversal:
            turns.append(Turn(high, down=True))
            low = index
    if turns:
        turns.append(Turn(low, down=False) if turns[-1].down else Turn(high, down=True))
    return turns
