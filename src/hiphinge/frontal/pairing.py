"""Which repetition of one clip is which of another, and by how much their clocks differ.

Both clips show the same body going down and up, so their depths over time are the same curve, shifted. Every way of
laying the repetitions beside each other in their order gives a rough shift; the cross-correlation of the curves refines
it and says how well they agree:

    r(s) = corr(d₁(t), d₂(t + s))   over the times that both show.

Sets are nearly periodic, so neighbouring shifts agree nearly as well, and so do other sets of a like tempo. What tells
them apart is the unevenness of the lifter's own tempo: every repetition passes half of its depth once on the way down
and once on the way up, at moments tᵢⱼ that both clips show. From another side a body seems to go down a little earlier
or later, the same in every repetition; what remains,

    u² = Σ (t₂ᵢⱼ − t₁ᵢⱼ − s − mean over i)² / (number of moments − number of directions),

is small for the same set alone.
"""

from typing import Literal, NamedTuple

import numpy as np

from hiphinge.geometry import Bools, Floats, nan_median
from hiphinge.settings import SecondSettings


class Course(NamedTuple):
    """One clip's set: seconds and depth (T,), and the moments of its repetitions' bottoms (N,), seconds."""

    time_s: Floats
    depth: Floats
    bottoms_s: Floats


class _Set(NamedTuple):
    """A clip's course, and the moments (N, 2) at half of each repetition's depth, down and up; NaN where not shown."""

    course: Course
    halves_s: Floats


class _Both(NamedTuple):
    """Both clips' sets."""

    first: _Set
    second: _Set


class Laid(NamedTuple):
    """Two clips laid beside each other: `offset_s` raises the first's clock to the second's."""

    offset_s: float
    error_s: float
    likeness: float
    pairs: tuple[tuple[int, int], ...]
    """Indices, from 0, of the first's and the second's repetitions that are the same."""
    uneven_s: float
    """How far the pairs' moments at half of their depth scatter, u; 0 where too few are shown to tell."""
    apart_s: float
    """How far those moments lie apart in every repetition alike, the larger of down and up; 0 where none is shown."""
    alone: int
    """Repetitions that one clip shows at a time the other covers without showing them."""


Misfit = Literal["other_count", "other_rhythm", "unclear"]


def pair(first: Course, second: Course, *, settings: SecondSettings) -> Laid | Misfit:
    """Find the shift under which both clips show the same set.

    Returns
    -------
    The best way of laying them, or why none is to be trusted: ``other_count`` and ``other_rhythm`` where they do not
    agree, ``unclear`` where two ways agree about equally.
    """
    if not (first.bottoms_s.size and second.bottoms_s.size):
        return "other_count"
    both = _Both(*(_Set(one, halves(one, settings=settings)) for one in (first, second)))
    ways = [laid for laid in _ways(both, settings) if _may_be(laid, both, settings)]
    best = max(ways, key=lambda laid: laid.likeness, default=None)
    if best is None or best.likeness < settings.least_likeness:
        return "other_count" if first.bottoms_s.size != second.bottoms_s.size else "other_rhythm"
    if len(best.pairs) == 1 < max(first.bottoms_s.size, second.bottoms_s.size):
        return "unclear"  # one repetition has no tempo: it could be any of the others
    rivals = [
        laid.likeness * min(1.0, len(laid.pairs) / len(best.pairs))
        for laid in ways
        if abs(laid.offset_s - best.offset_s) > settings.partner_s
    ]
    least_left = max(settings.clear_by * (1 - best.likeness), settings.clear_least)
    return "unclear" if rivals and 1 - max(rivals) < least_left else best


def halves(course: Course, *, settings: SecondSettings) -> Floats:
    """When each repetition passes half of its depth (N, 2), seconds: on the way down, and up; NaN where not shown."""
    time_s, depth, bottoms_s = course
    edges = np.concatenate([[time_s[0]], (bottoms_s[1:] + bottoms_s[:-1]) / 2, [time_s[-1]]])
    found = np.full((bottoms_s.size, 2), np.nan)
    for number, bottom_s in enumerate(bottoms_s):
        down = (time_s >= edges[number]) & (time_s <= bottom_s)
        up = (time_s <= edges[number + 1]) & (time_s >= bottom_s)
        half = float(nan_median(depth[np.abs(time_s - bottom_s) <= settings.bottom_s / 2])) / 2
        found[number] = (
            _passes(time_s[down][::-1], depth[down][::-1], half),
            _passes(time_s[up], depth[up], half),
        )
    return found


def _passes(time_s: Floats, depth: Floats, level: float) -> float:
    """When a depth that begins above `level` first falls below it, between samples; NaN if it is lost, or never."""
    below = np.flatnonzero(~(depth >= level))
    if not below.size or below[0] == 0 or not np.isfinite(depth[below[0]]):
        return float("nan")
    at = int(below[0])
    return float(np.interp(level, depth[[at, at - 1]], time_s[[at, at - 1]]))


def _ways(both: _Both, settings: SecondSettings) -> list[Laid]:
    """Every way of laying the second's repetitions beside the first's in their order, its shift refined."""
    first, second = both
    ours_count, theirs_count = first.course.bottoms_s.size, second.course.bottoms_s.size
    found = []
    for ahead in range(1 - theirs_count, ours_count):
        ours = slice(max(ahead, 0), min(ahead + theirs_count, ours_count))
        theirs = slice(ours.start - ahead, ours.stop - ahead)
        rough_s = (
            float(np.median(second.course.bottoms_s[theirs] - first.course.bottoms_s[ours])),
            float(nan_median(second.halves_s[theirs] - first.halves_s[ours])),
        )
        refined = [_refined(first.course, second.course, one, settings) for one in rough_s if np.isfinite(one)]
        offset_s, likeness = max(refined, key=lambda one: np.nan_to_num(one[1], nan=-1.0))
        if np.isfinite(likeness):
            found.append(_laid(both, offset_s, likeness, settings))
    return found


def _refined(first: Course, second: Course, rough_s: float, settings: SecondSettings) -> tuple[float, float]:
    """The shift near `rough_s` at which the curves agree best, between samples by a parabola, and how well."""
    shifts = rough_s + np.arange(-settings.search_s, settings.search_s + settings.step_s / 2, settings.step_s)
    likeness = np.array([_likeness(first, second, float(shift), settings) for shift in shifts])
    if not np.isfinite(likeness).any():
        return rough_s, float("nan")
    best = int(np.nanargmax(likeness))
    fine = 0.0
    if 0 < best < shifts.size - 1:
        before, at, after = likeness[best - 1 : best + 2]
        bend = before - 2 * at + after
        fine = float(np.clip((before - after) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0.0
    return float(shifts[best] + fine * settings.step_s), float(likeness[best])


def _likeness(first: Course, second: Course, shift_s: float, settings: SecondSettings) -> float:
    """Correlation of the depths over the time both show; NaN where that is too short."""
    start_s = max(first.time_s[0], second.time_s[0] - shift_s)
    end_s = min(first.time_s[-1], second.time_s[-1] - shift_s)
    if end_s - start_s < settings.least_overlap_s:
        return float("nan")
    time_s = np.arange(start_s, end_s, settings.step_s)
    ours = np.interp(time_s, first.time_s, first.depth)
    theirs = np.interp(time_s + shift_s, second.time_s, second.depth)
    known = np.isfinite(ours) & np.isfinite(theirs)
    if known.sum() * settings.step_s < settings.least_overlap_s or not (np.ptp(ours[known]) and np.ptp(theirs[known])):
        return float("nan")
    return float(np.corrcoef(ours[known], theirs[known])[0, 1])


def _laid(both: _Both, offset_s: float, likeness: float, settings: SecondSettings) -> Laid:
    """Partners at one shift: each repetition and the nearest of the other clip, if they are each other's and near."""
    apart = _apart(both, offset_s)
    pairs = tuple(
        (ours, int(apart[ours].argmin()))
        for ours in range(len(apart))
        if apart[ours].min() <= settings.partner_s and apart[:, apart[ours].argmin()].argmin() == ours
    )
    (first, our_halves), (second, their_halves) = both
    spread = np.array([second.bottoms_s[b] - first.bottoms_s[a] - offset_s for a, b in pairs])
    share_s = float(spread.std()) / np.sqrt(spread.size) if spread.size > 1 else settings.partner_s / 2
    between = np.array([their_halves[b] - our_halves[a] - offset_s for a, b in pairs]).reshape(-1, 2)
    return Laid(
        offset_s=offset_s,
        error_s=float(np.hypot(share_s, settings.clock_error_s)),
        likeness=likeness,
        pairs=pairs,
        uneven_s=_uneven(between),
        apart_s=float(max((abs(column[np.isfinite(column)].mean()) for column in _shown(between)), default=0.0)),
        alone=_alone(both, offset_s, pairs, settings),
    )


def _apart(both: _Both, offset_s: float) -> Floats:
    """How far each repetition of the one is from each of the other (N, M), seconds: the nearest of bottom and halves.

    The bottom of a bend that rests on the floor, or that the clip's edge cuts, is not where it seems; its way up is.
    """
    (first, our_halves), (second, their_halves) = both
    ours = np.column_stack([first.bottoms_s, our_halves]) + offset_s
    theirs = np.column_stack([second.bottoms_s, their_halves])
    return np.asarray(np.nanmin(np.abs(ours[:, None] - theirs[None]), axis=2))


def _shown(between: Floats) -> list[Floats]:
    """The columns in which anything is known."""
    return [column for column in between.T if np.isfinite(column).any()]


def _uneven(between: Floats) -> float:
    """Scatter of (P, 2) differences about the mean of each column; 0 where there are too few to tell."""
    known = [column[np.isfinite(column)] for column in _shown(between)]
    free = sum(column.size - 1 for column in known)
    return float(np.sqrt(sum(((column - column.mean()) ** 2).sum() for column in known) / free)) if free else 0.0


def _alone(both: _Both, offset_s: float, pairs: tuple[tuple[int, int], ...], settings: SecondSettings) -> int:
    """Count repetitions without a partner that both clips show around their bottoms."""
    first, second = both.first.course, both.second.course
    ours = _shows(second, first.bottoms_s + offset_s, settings) & _shows(first, first.bottoms_s, settings)
    theirs = _shows(first, second.bottoms_s - offset_s, settings) & _shows(second, second.bottoms_s, settings)
    ours[[a for a, _ in pairs]] = theirs[[b for _, b in pairs]] = False
    return int(ours.sum() + theirs.sum())


def _shows(course: Course, times_s: Floats, settings: SecondSettings) -> Bools:
    """Whether a clip shows the lifter at each of the moments, and for a while before and after."""
    around = times_s[:, None] + np.array([-settings.partner_s, 0.0, settings.partner_s])
    known = np.interp(around, course.time_s, np.isfinite(course.depth).astype(np.float64), left=0.0, right=0.0)
    return np.asarray((known == 1.0).all(axis=1))


def _may_be(laid: Laid, both: _Both, settings: SecondSettings) -> bool:
    """Whether the repetitions themselves allow a way: none is missing, most have partners, and those keep time."""
    most = min(one.course.bottoms_s.size for one in both)
    return (
        laid.alone == 0
        and len(laid.pairs) >= max(1, settings.least_pairs_share * most)
        and laid.uneven_s <= settings.most_uneven_s
        and laid.apart_s <= settings.most_apart_s
    )
