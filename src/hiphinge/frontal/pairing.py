"""Which repetition of one clip is which of another, and by how much their clocks differ.

Both clips show the same body going down and up, so their depths over time are the same curve, shifted. Every way of
laying the repetitions beside each other in their order gives a rough shift; the cross-correlation of the curves refines
it and says how well they agree:

    r(s) = corr(d₁(t), d₂(t + s))   over the times that both show.

Sets are nearly periodic, so neighbouring shifts agree nearly as well: what tells them apart is the unevenness of the
lifter's own tempo, the standing before and after the set, and how many repetitions find their partner.
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hiphinge.geometry import Floats, mad_scale
from hiphinge.settings import SecondSettings


class Course(NamedTuple):
    """One clip's set: seconds and depth (T,), and the moments of its repetitions' bottoms (N,), seconds."""

    time_s: Floats
    depth: Floats
    bottoms_s: Floats


class _Both(NamedTuple):
    """Both clips' courses."""

    first: Course
    second: Course


class Laid(NamedTuple):
    """Two clips laid beside each other: `offset_s` raises the first's clock to the second's."""

    offset_s: float
    error_s: float
    likeness: float
    pairs: tuple[tuple[int, int], ...]
    """Indices, from 0, of the first's and the second's repetitions that are the same."""
    scatter_s: float
    """How far the pairs' bottoms scatter, robustly: one that the clip's edge cuts is not where it seems."""
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
    ways = [laid for laid in _ways(first, second, settings) if _may_be(laid, first, second, settings)]
    best = max(ways, key=lambda laid: laid.likeness, default=None)
    if best is None or best.likeness < settings.least_likeness or best.scatter_s > settings.most_scatter_s:
        return "other_count" if first.bottoms_s.size != second.bottoms_s.size else "other_rhythm"
    rivals = [
        laid.likeness * min(1.0, len(laid.pairs) / len(best.pairs))
        for laid in ways
        if abs(laid.offset_s - best.offset_s) > settings.partner_s
    ]
    least_left = max(settings.clear_by * (1 - best.likeness), settings.clear_least)
    return "unclear" if rivals and 1 - max(rivals) < least_left else best


def _ways(first: Course, second: Course, settings: SecondSettings) -> list[Laid]:
    """Every way of laying the second's repetitions beside the first's in their order, its shift refined."""
    found = []
    for ahead in range(1 - second.bottoms_s.size, first.bottoms_s.size):
        ours = first.bottoms_s[max(ahead, 0) : ahead + second.bottoms_s.size]
        theirs = second.bottoms_s[max(-ahead, 0) :][: ours.size]
        rough_s = float(np.median(theirs - ours))
        offset_s, likeness = _refined(first, second, rough_s, settings)
        if np.isfinite(likeness):
            found.append(_laid(_Both(first, second), offset_s, likeness, settings))
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
    """Partners at one shift: each bottom and the nearest of the other clip, if they are each other's and near."""
    first, second = both
    apart = np.abs(first.bottoms_s[:, None] + offset_s - second.bottoms_s[None])
    pairs = tuple(
        (ours, int(apart[ours].argmin()))
        for ours in range(len(apart))
        if apart[ours].min() <= settings.partner_s and apart[:, apart[ours].argmin()].argmin() == ours
    )
    ours_seen = _shows(second, first.bottoms_s + offset_s, settings)
    theirs_seen = _shows(first, second.bottoms_s - offset_s, settings)
    alone = int(ours_seen.sum() + theirs_seen.sum()) - sum(int(ours_seen[a]) + int(theirs_seen[b]) for a, b in pairs)
    spread = np.array([second.bottoms_s[b] - first.bottoms_s[a] - offset_s for a, b in pairs])
    scatter_s = float(mad_scale(spread)) if spread.size else np.inf
    share_s = float(spread.std()) / np.sqrt(spread.size) if spread.size > 1 else settings.partner_s / 2
    return Laid(offset_s, float(np.hypot(share_s, settings.clock_error_s)), likeness, pairs, scatter_s, alone)


def _shows(course: Course, times_s: Floats, settings: SecondSettings) -> NDArray[np.bool_]:
    """Whether a clip shows the lifter at each of the moments, and for a while before and after."""
    around = times_s[:, None] + np.array([-settings.partner_s, 0.0, settings.partner_s])
    known = np.interp(around, course.time_s, np.isfinite(course.depth).astype(np.float64), left=0.0, right=0.0)
    return np.asarray((known == 1.0).all(axis=1))


def _may_be(laid: Laid, first: Course, second: Course, settings: SecondSettings) -> bool:
    """Whether the repetitions themselves allow a way: none is missing that should be there, and most have partners."""
    most = min(first.bottoms_s.size, second.bottoms_s.size)
    return laid.alone == 0 and len(laid.pairs) >= max(1, settings.least_pairs_share * most)
