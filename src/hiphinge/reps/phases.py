"""The phases of one repetition, on a depth signal: going down, turning, coming up, standing at the end.

Plain arrays. Positions are sample indices; an interval is [first, end).
"""

from typing import NamedTuple

import numpy as np

from hiphinge.geometry import Floats
from hiphinge.records import Phase, PhaseName
from hiphinge.settings import RepSettings


class Dip(NamedTuple):
    """One bend: the top `before`, the `bottom` and the top `after`, as indices in this order."""

    before: int
    bottom: int
    after: int


class Bounds(NamedTuple):
    """Where the phases of one repetition meet: [start, turn), [turn, rise), [rise, upright), [upright, end)."""

    start: int
    turn: int
    rise: int
    upright: int
    end: int


def bounds(depth: Floats, rate: Floats, *, dip: Dip, settings: RepSettings) -> Bounds:
    """Find where the phases meet between the top `before`, the `bottom` and the top `after`.

    The descent starts where the depth last leaves the top's level and was slow; the ascent ends, in mirror image, where
    it first comes near the next top's level and is slow. The turn is the stretch around the greatest depth in which
    the depth stays within a tolerance of it, widened by the slow samples beside it.

    Parameters
    ----------
    depth, rate : (T,) deg and deg/s.
    dip : where the tops and the bottom are.
    """
    before, bottom, after = dip
    start = _leaves(depth[before : bottom + 1], rate[before : bottom + 1], settings=settings) + before
    upright = after - _leaves(depth[bottom : after + 1][::-1], -rate[bottom : after + 1][::-1], settings=settings)
    first, last = plateau(depth, dip=dip, settings=settings)
    slow = _slow(rate[start : upright + 1], settings=settings)
    while first - 1 > start and abs(rate[first - 1]) < slow:
        first -= 1
    while last + 1 < upright and abs(rate[last + 1]) < slow:
        last += 1
    return Bounds(start, max(start, first), last + 1, max(upright, last + 1), max(after, last + 1))


def plateau(depth: Floats, *, dip: Dip, settings: RepSettings) -> tuple[int, int]:
    """First and last sample between two tops that are as deep as the bottom but for a tolerance."""
    level = _turn_level(depth, dip=dip, settings=settings)
    deep = np.flatnonzero(depth[dip.before : dip.after + 1] >= level) + dip.before
    return int(deep[0]), int(deep[-1])


def bottom_time(time_s: Floats, depth: Floats, *, dip: Dip, settings: RepSettings) -> float:
    """When the bottom is: the middle between sinking below a depth and rising above it, the mean over several depths.

    For a sharp turn this is the vertex of a parabola through it; for a pause it is the middle of the pause, which is
    what an observer calls the bottom and what noise on a flat stretch would otherwise place anywhere. The depths lie
    in steps of degrees under the deepest, not in shares of the fall, for so does the noise; none is beyond half of it.
    """
    before, after = dip.before, dip.after
    times, course = time_s[before : after + 1], depth[before : after + 1]
    deepest = float(course.max())
    farthest = (deepest - float(min(course[0], course[-1]))) / 2
    below = settings.bottom_step_deg * np.arange(1, settings.bottom_steps + 1)
    return float(np.mean([_middle(times, course, deepest - min(far, farthest)) for far in below.tolist()]))


def phases(time_s: Floats, marks: Bounds, *, interval_s: float) -> tuple[Phase, ...]:
    """Write the phases out in seconds; one without duration is left out."""
    edges = [float(time_s[0] + index * interval_s) for index in marks]
    names: tuple[PhaseName, ...] = ("eccentric", "bottom", "concentric", "lockout")
    return tuple(
        Phase(name=name, start_s=start, end_s=end)
        for name, start, end in zip(names, edges[:-1], edges[1:], strict=True)
        if end > start
    )


def _turn_level(depth: Floats, *, dip: Dip, settings: RepSettings) -> float:
    fall = depth[dip.bottom] - min(depth[dip.before], depth[dip.after])
    return float(depth[dip.bottom] - settings.turn_tolerance * fall)


def _leaves(depth: Floats, rate: Floats, *, settings: RepSettings) -> int:
    """Index at which the course from a top (first sample) to a bottom (last) sets off."""
    level = depth[0] + settings.upright_share * (depth[-1] - depth[0])
    low = np.flatnonzero(depth <= level)
    index = int(low[-1]) if low.size else 0
    slow = _slow(rate, settings=settings)
    while index > 0 and rate[index] > slow:
        index -= 1
    return index


def _slow(rate: Floats, *, settings: RepSettings) -> float:
    """Rate below which a stretch counts as not moving: absolute for slow lifts, relative for swings."""
    return max(settings.slow_deg_s, settings.slow_share * float(np.abs(rate).max()))


def _middle(time_s: Floats, depth: Floats, level: float) -> float:
    """Middle between the first and the last time at which the depth crosses `level`; the ends where it does not."""
    deep = np.flatnonzero(depth >= level)
    first, last = int(deep[0]), int(deep[-1])
    down = _crossing(time_s, depth, (first - 1, first), level) if first > 0 else float(time_s[first])
    up = _crossing(time_s, depth, (last, last + 1), level) if last + 1 < depth.size else float(time_s[last])
    return (down + up) / 2


def _crossing(time_s: Floats, depth: Floats, samples: tuple[int, int], level: float) -> float:
    """Time at which the depth crosses `level` between two neighbouring samples."""
    one, other = samples
    share = (level - depth[one]) / (depth[other] - depth[one])
    return float(time_s[one] + share * (time_s[other] - time_s[one]))
