"""Repetitions: upright, bottom, upright again, found on one depth signal that hinges, lifts, swings and squats share.

*Depth* is how far the body is folded, in degrees of hip flexion: the hip flexion's change from standing, averaged with
the shoulders' drop turned into degrees. The angle tells small hinges well and fails from the front; the drop needs no
side view. Turning points of the depth that reverse by enough of a typical repetition are tops and bottoms; a bottom
between two tops is a repetition. The clip's ends are judged apart: a lift from a dead stop is whole without a descent,
one that the clip cuts is not.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from hiphinge.body import running_median
from hiphinge.geometry import Bools, Floats, interval_of
from hiphinge.kinematics import Kinematics
from hiphinge.records import Rep
from hiphinge.reps.phases import Bounds, Dip, bottom_time, bounds, phases, plateau
from hiphinge.reps.sides import by_the_set, side_at
from hiphinge.settings import RepSettings


def rep_at(reps: tuple[Rep, ...], time_s: float) -> Rep | None:
    """The repetition that a time lies in; they are half-open, so never two."""
    return next((rep for rep in reps if rep.start_s <= time_s < rep.end_s), None)


def within(time_s: Floats, reps: tuple[Rep, ...]) -> Bools:
    """Tell which times lie inside repetitions, `[start_s, end_s)`."""
    inside = np.zeros(time_s.size, dtype=bool)
    for rep in reps:
        inside |= rep.holds(time_s)
    return inside


class Turn(NamedTuple):
    """A turning point of the depth: the sample `at` which it lies; `down` when it is a bottom."""

    at: int
    down: bool


class _Candidate(NamedTuple):
    """A bend that may be a repetition, and what the clip shows of it."""

    dip: Dip
    complete: bool
    floor: bool = False
    """It began at rest at the bottom, so that nothing of the descent belongs to it."""

    @property
    def bottom(self) -> int:
        return self.dip.bottom


class _Stretch(NamedTuple):
    """An unbroken stretch of the depth signal."""

    time_s: Floats
    depth: Floats
    rate: Floats
    interval_s: float
    trunk: Floats
    """Trunk inclination's change from standing, deg."""


def find_reps(kinematics: Kinematics, *, settings: RepSettings) -> tuple[Rep, ...]:
    """Find the repetitions in a clip, with their phases; metrics and findings stay empty.

    Returns
    -------
    Repetitions in order of time, numbered from 1, not overlapping. `complete` is false where the clip begins after the
    descent began or ends before the lifter is upright again.
    """
    depth = depth_deg(kinematics, settings=settings)
    reps: list[Rep] = []
    for stretch in _stretches(kinematics, depth, settings=settings):
        found = [
            one
            for one in _candidates(stretch, settings=settings)
            if _is_believable(kinematics, stretch, one, settings=settings)
        ]
        starts = [_bounds(stretch, one, settings=settings).start for one in found]
        for one, limit in zip(found, [*starts, stretch.depth.size][1:], strict=True):
            reps.append(_rep(kinematics, stretch, one, limit=limit, index=len(reps) + 1, settings=settings))
    return by_the_set(kinematics, tuple(reps), settings=settings)


def depth_deg(kinematics: Kinematics, *, settings: RepSettings) -> Floats:
    """How far the body is folded (T,), degrees from the lifter's own standing.

    The hip angle's share falls with the cosine of the yaw: seen from the front it tells nothing.
    """
    hip = kinematics["hip_flexion_deg"].to_numpy() - kinematics.attrs["standing_hip_flexion_deg"]
    drop = -kinematics["shoulder_height"].to_numpy() * settings.drop_to_deg
    share = settings.angle_share * np.cos(np.deg2rad(kinematics.attrs["yaw_deg"]))
    limit = settings.max_depth_deg
    depth = share * np.clip(hip, -limit, limit) + (1 - share) * np.clip(drop, -limit, limit)
    settled = running_median(depth, round(settings.spike_window_s / interval_of(kinematics["time"].to_numpy())))
    return np.where(np.abs(depth - settled) > settings.spike_deg, settled, depth)


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


def _stretches(kinematics: Kinematics, depth: Floats, *, settings: RepSettings) -> list[_Stretch]:
    """Unbroken stretches of the clip; gaps shorter than `max_bridge_s` are bridged by straight lines.

    What is seen for less than that between two gaps, or beyond the last one, is a flicker and not counted as seen.
    """
    time_s = kinematics["time"].to_numpy()
    seen = np.flatnonzero(np.isfinite(depth))
    if seen.size < 3:
        return []
    interval_s = interval_of(time_s)
    trunk = kinematics["trunk_inclination_deg"].to_numpy() - kinematics.attrs["standing_trunk_inclination_deg"]
    islands = np.split(seen, np.flatnonzero(np.diff(seen) > 1) + 1)
    steady = [island for island in islands if island.size * interval_s >= settings.max_bridge_s]
    if not steady:
        return []
    seen = np.concatenate(steady)
    stretches = []
    for part in np.split(seen, np.flatnonzero(np.diff(seen) * interval_s > settings.max_bridge_s) + 1):
        span = np.arange(part[0], part[-1] + 1)
        whole = np.interp(span, part, depth[part])
        rate = np.gradient(whole, interval_s)
        stretches.append(_Stretch(time_s[span], whole, rate, interval_s, trunk[span]))
    return stretches


def _candidates(stretch: _Stretch, *, settings: RepSettings) -> list[_Candidate]:
    """Bottoms worth a repetition, with what the clip shows of their descent and ascent."""
    first_look = turning_points(stretch.depth, reversal=settings.min_depth_deg)
    falls = [abs(stretch.depth[one.at] - stretch.depth[two.at]) for one, two in pairwise(first_look)]
    if not falls:
        return []
    typical = float(np.quantile(falls, settings.typical_quantile))
    turns = turning_points(stretch.depth, reversal=max(settings.min_depth_deg, settings.min_share * typical))
    found = []
    for place, turn in enumerate(turns):
        if not turn.down:
            continue
        before = turns[place - 1].at if place else None
        after = turns[place + 1].at if place + 1 < len(turns) else None
        candidate = _judged(stretch, turn.at, (before, after), settings=settings)
        if candidate is not None:
            found.append(candidate)
    return _like_the_whole_ones(stretch, found, settings=settings)


def _like_the_whole_ones(stretch: _Stretch, candidates: list[_Candidate], *, settings: RepSettings) -> list[_Candidate]:
    """Drop cut repetitions much deeper than the whole ones: a crouch over the load before or after the set.

    Where none is whole there is nothing to compare with, and only a fold as deep as a plain hinge's counts.
    """
    whole = [stretch.depth[one.bottom] for one in candidates if one.complete]
    if not whole:
        return [one for one in candidates if stretch.depth[one.bottom] >= settings.lone_cut_depth_deg]
    deepest = settings.max_cut_depth * float(np.median(whole))
    return [one for one in candidates if one.complete or stretch.depth[one.bottom] <= deepest]


def _judged(
    stretch: _Stretch, bottom: int, tops: tuple[int | None, int | None], *, settings: RepSettings
) -> _Candidate | None:
    """Make a repetition of a bottom and the tops around it, or none where the clip shows too little."""
    before, after = tops
    last = stretch.depth.size - 1
    if before is None:
        return None if after is None else _from_the_start(stretch, bottom, after, settings=settings)
    if after is None:
        return _to_the_end(stretch, before, bottom, settings=settings)
    dip = Dip(before, bottom, after)
    first, end = plateau(stretch.depth, dip=dip, settings=settings)
    if (end - first) * stretch.interval_s > settings.max_bottom_s:
        return None
    start_seen = before > 0 or _is_up(stretch, before, bottom, settings=settings)
    end_seen = after < last or _is_up(stretch, after, bottom, settings=settings)
    return _Candidate(dip, start_seen and end_seen)


def _from_the_start(stretch: _Stretch, bottom: int, after: int, *, settings: RepSettings) -> _Candidate | None:
    """Judge a clip that begins bent.

    Still at the bottom before the ascent: a lift from the floor, whole without a descent. Still going down: the
    descent is cut. Already coming up: the bottom was not seen, and there is nothing to measure.
    """
    crouch, departure = _departure(stretch, bottom, after, settings=settings)
    dip = Dip(crouch, departure, after)
    _, last = plateau(stretch.depth, dip=dip, settings=settings)
    if last * stretch.interval_s < settings.edge_s:
        return None
    lead = max(0, departure - round(settings.lead_s / stretch.interval_s))
    descent = stretch.depth[departure] - stretch.depth[lead : departure + 1].min()
    rested = descent < settings.rest_share * (stretch.depth[departure] - stretch.depth[after])
    bent = stretch.trunk[departure] >= settings.floor_min_trunk_deg
    seen = descent >= settings.seen_turn_share * (stretch.depth[departure] - stretch.depth[after])
    if not (bent if rested else seen):
        return None
    setup = round(settings.floor_setup_s / stretch.interval_s)
    dip = Dip(max(crouch, departure - setup) if rested else crouch, departure, after)
    up = after < stretch.depth.size - 1 or _is_up(stretch, after, departure, settings=settings)
    return _Candidate(dip, rested and up, floor=rested)


def _departure(stretch: _Stretch, bottom: int, after: int, *, settings: RepSettings) -> tuple[int, int]:
    """Find the last bottom before the first ascent, and where the way down to it began.

    A swing's hike comes after the lifter's crouch over the bell, and is apart from it by a small rise.
    """
    reversal = settings.departure_share * float(stretch.depth[bottom] - stretch.depth[after])
    turns = turning_points(stretch.depth[: after + 1], reversal=reversal)
    bottoms = [place for place, turn in enumerate(turns) if turn.down and turn.at < after]
    if not bottoms:
        return 0, bottom
    return turns[bottoms[-1] - 1].at if bottoms[-1] else 0, turns[bottoms[-1]].at


def _to_the_end(stretch: _Stretch, before: int, bottom: int, *, settings: RepSettings) -> _Candidate | None:
    """Judge a clip that ends bent: a repetition cut on its way up, or a bottom that was not seen to be one.

    Without a rise after it nobody knows whether the deepest moment was the bottom, or the lifter stays down with the
    load.
    """
    last = stretch.depth.size - 1
    risen = stretch.depth[bottom] - stretch.depth[last]
    if risen < settings.seen_turn_share * (stretch.depth[bottom] - stretch.depth[before]):
        return None
    return _Candidate(Dip(before, bottom, last), complete=False)


def _is_up(stretch: _Stretch, top: int, bottom: int, *, settings: RepSettings) -> bool:
    """Whether a top at the clip's edge is upright enough to be a repetition's own beginning or end."""
    return bool(stretch.depth[top] <= settings.edge_upright_share * stretch.depth[bottom])


def _is_believable(kinematics: Kinematics, stretch: _Stretch, one: _Candidate, *, settings: RepSettings) -> bool:
    """Whether a body folds here: for long enough, not too fast, coming up enough, by its hips.

    Walking away from the camera lowers the shoulders in the picture too, but bends no hip, and shortens trunk, thigh
    and shank alike; folding toward the camera shortens trunk or thigh alone.
    """
    before, bottom, after = one.dip
    down, up = bottom - before, after - bottom
    if (min(down, up) if one.complete and not one.floor else max(down, up)) * stretch.interval_s < settings.min_half_s:
        return False
    if stretch.depth[[before, after]].min() > settings.max_top_share * stretch.depth[bottom]:
        return False
    steady = running_median(stretch.depth[before : after + 1], round(settings.jump_window_s / stretch.interval_s))
    if np.abs(np.gradient(steady, stretch.interval_s)).max() > settings.max_rate_deg_s:
        return False
    window = kinematics.sel(time=slice(stretch.time_s[before], stretch.time_s[after]))
    hip = window["hip_flexion_deg"].to_numpy() - kinematics.attrs["standing_hip_flexion_deg"]
    folded = np.fmin(window["trunk_ratio"], window["thigh_ratio"]) < settings.foreshortened * window["shank_ratio"]
    return bool((hip >= settings.min_hip_deg).any() or folded.any())


def _rep(
    kinematics: Kinematics, stretch: _Stretch, one: _Candidate, *, limit: int, index: int, settings: RepSettings
) -> Rep:
    """Write out one repetition; upright time after it belongs to it for a while, but not beyond sample `limit`."""
    marks = _bounds(stretch, one, settings=settings)
    lockout = round(settings.max_lockout_s / stretch.interval_s)
    end = max(marks.upright, min(limit, marks.upright + lockout, _bends_again(stretch, one, marks, settings)))
    upright = marks.upright - (one.complete and end == marks.upright and marks.upright - 1 > marks.rise)
    written = phases(stretch.time_s, marks._replace(upright=upright, end=end), interval_s=stretch.interval_s)
    bottom_s = bottom_time(stretch.time_s, stretch.depth, dip=one.dip, settings=settings)
    return Rep(
        index=index,
        start_s=written[0].start_s,
        bottom_s=bottom_s,
        end_s=written[-1].end_s,
        complete=bool(one.complete),  # the clip's edges compare as numpy booleans
        side=side_at(kinematics, bottom_s, settings=settings),
        phases=written,
    )


def _bends_again(stretch: _Stretch, one: _Candidate, marks: Bounds, settings: RepSettings) -> int:
    """First sample after a repetition at which the lifter is not upright any more, as who sets the bar down is not."""
    top, bottom = stretch.depth[one.dip.after], stretch.depth[one.dip.bottom]
    bent = stretch.depth[marks.upright :] > top + settings.upright_share * (bottom - top)
    return marks.upright + int(bent.argmax()) if bent.any() else stretch.depth.size


def _bounds(stretch: _Stretch, one: _Candidate, *, settings: RepSettings) -> Bounds:
    marks = bounds(stretch.depth, stretch.rate, dip=one.dip, settings=settings)
    return marks._replace(start=one.dip.before, turn=one.dip.before) if one.floor else marks
