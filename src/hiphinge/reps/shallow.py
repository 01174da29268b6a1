"""Bends too small to count beside the deep ones, and yet repetitions: those done too shallow.

A movement much smaller than the repetitions of its clip is mostly a false start or an adjustment. It is a repetition
where it is done as they are: from standing to standing, by the hips and with the trunk, at their pace and in their
rhythm. Who does it too shallow must be told so, not passed over. In a clip without any deep bend small ones count where
there are several and all alike.

Plain arrays; positions are sample indices.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from hiphinge.geometry import Floats
from hiphinge.reps.phases import Dip
from hiphinge.settings import RepSettings


class Course(NamedTuple):
    """How the body folds: the depth, and hip flexion and trunk inclination as changes from standing; (T,) deg."""

    depth: Floats
    hip: Floats
    trunk: Floats


def shallow_dips(course: Course, bends: Sequence[Dip], whole: Sequence[Dip], *, settings: RepSettings) -> list[Dip]:
    """Choose among the small `bends` those that are repetitions as the `whole` ones are, in order of time."""
    bent = [dip for dip in bends if _folds(course, dip, settings=settings)]
    if whole:
        return _in_rhythm(course.depth, bent, whole, settings=settings)
    return _alike(course.depth, bent, settings=settings)


def _folds(course: Course, dip: Dip, *, settings: RepSettings) -> bool:
    """Whether hips and trunk bend, and not the knees or the shoulders alone."""
    span = slice(dip.before, dip.after + 1)
    hip, trunk = (np.nan_to_num(values[span], nan=-np.inf).max() for values in (course.hip, course.trunk))
    return bool(hip >= settings.shallow_hip_deg and trunk >= settings.shallow_trunk_deg)


def _in_rhythm(depth: Floats, bends: list[Dip], whole: Sequence[Dip], *, settings: RepSettings) -> list[Dip]:
    """Bends from standing to standing, as long as the whole ones, and not far from one of them or from each other."""
    upright = float(np.median([depth[at] for dip in whole for at in (dip.before, dip.after)]))
    width = float(np.median([_width(depth, dip) for dip in whole]))
    like = [
        dip
        for dip in bends
        if max(abs(depth[dip.before] - upright), abs(depth[dip.after] - upright)) <= settings.shallow_top_deg
        and _as_long(_width(depth, dip), width, settings=settings)
    ]
    bottoms = [dip.bottom for dip in whole]
    gaps = [two - one for one, two in pairwise(bottoms)] or [whole[0].after - whole[0].before]
    farthest = settings.shallow_gap * float(np.median(gaps))
    chosen: list[Dip] = []
    while near := [dip for dip in like if min(abs(dip.bottom - at) for at in bottoms) <= farthest]:
        chosen += near
        bottoms += [dip.bottom for dip in near]
        like = [dip for dip in like if dip not in near]
    return sorted(chosen)


def _alike(depth: Floats, bends: list[Dip], *, settings: RepSettings) -> list[Dip]:
    """Small bends where nothing is deep: several, alike in size, length and distance; else none."""
    if len(bends) < settings.shallow_alone:
        return []
    sizes = [depth[dip.bottom] - max(depth[dip.before], depth[dip.after]) for dip in bends]
    widths = [_width(depth, dip) for dip in bends]
    gaps = [float(two.bottom - one.bottom) for one, two in pairwise(bends)]
    even = all(
        _as_long(value, float(np.median(values)), settings=settings)
        for values in (sizes, widths, gaps)
        for value in values
    )
    return bends if even else []


def _as_long(value: float, usual: float, *, settings: RepSettings) -> bool:
    return settings.shallow_pace <= value / usual <= 1 / settings.shallow_pace


def _width(depth: Floats, dip: Dip) -> float:
    """For how many samples a bend is at least half as deep as it gets."""
    course = depth[dip.before : dip.after + 1]
    half = (depth[dip.bottom] + max(depth[dip.before], depth[dip.after])) / 2
    return float(np.count_nonzero(course >= half))
