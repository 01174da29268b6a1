"""Repetitions: upright, bottom, upright again, found on one depth signal that hinges, lifts, swings and squats share.

*Depth* is how far the body is folded, in degrees of hip flexion: the hip flexion's change from standing, averaged with
the shoulders' drop turned into degrees. The angle tells small hinges well and fails from the front; the drop needs no
side view. Turning points of the depth that reverse by enough of a typical repetition are tops and bottoms; a bottom
between two tops is a repetition. The clip's ends are judged apart: a lift from a dead stop is whole without a descent,
one that the clip cuts is not.
"""

from itertools import pairwise

import numpy as np

from hiphinge.body import running_median
from hiphinge.geometry import Bools, Floats, interval_of
from hiphinge.kinematics import Kinematics
from hiphinge.records import Rep
from hiphinge.reps.edges import from_the_start, is_up, to_the_end
from hiphinge.reps.phases import Bounds, Dip, bottom_time, bounds, phases, plateau
from hiphinge.reps.shallow import Course, shallow_dips
from hiphinge.reps.sides import by_the_set, side_at
from hiphinge.reps.turns import Candidate, Stretch, Turn, turning_points
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
        found = _with_shallow(kinematics, stretch, found, settings=settings)
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


def _stretches(kinematics: Kinematics, depth: Floats, *, settings: RepSettings) -> list[Stretch]:
    """Unbroken stretches of the clip; gaps shorter than `max_bridge_s` are bridged by straight lines.

    What is seen for less than that between two gaps, or beyond the last one, is a flicker and not counted as seen.
    """
    time_s = kinematics["time"].to_numpy()
    seen = np.flatnonzero(np.isfinite(depth))
    if seen.size < 3:
        return []
    interval_s = interval_of(time_s)
    trunk, hip = (
        kinematics[f"{name}_deg"].to_numpy() - kinematics.attrs[f"standing_{name}_deg"]
        for name in ("trunk_inclination", "hip_flexion")
    )
    hip_height = kinematics["hip_height"].to_numpy()
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
        stretches.append(Stretch(time_s[span], whole, rate, interval_s, trunk[span], hip[span], hip_height[span]))
    return stretches


def _candidates(stretch: Stretch, *, settings: RepSettings) -> list[Candidate]:
    """Bottoms worth a repetition, with what the clip shows of their descent and ascent."""
    first_look = turning_points(stretch.depth, reversal=settings.min_depth_deg)
    falls = [abs(stretch.depth[one.at] - stretch.depth[two.at]) for one, two in pairwise(first_look)]
    if not falls:
        return []
    typical = float(np.quantile(falls, settings.typical_quantile))
    turns = turning_points(stretch.depth, reversal=max(settings.min_depth_deg, settings.min_share * typical))
    between = [stretch.depth[turn.at] for turn in turns[1:-1] if not turn.down]
    upright = float(np.median(between)) if between else 0.0
    judged = [
        _judged(stretch, turns, place, upright, settings=settings) for place, turn in enumerate(turns) if turn.down
    ]
    return _like_the_whole_ones(stretch, [one for one in judged if one is not None], settings=settings)


def _like_the_whole_ones(stretch: Stretch, candidates: list[Candidate], *, settings: RepSettings) -> list[Candidate]:
    """Drop cut repetitions much deeper than the whole ones: a crouch over the load before or after the set.

    Where none is whole there is nothing to compare with, and only a fold as deep as a plain hinge's counts.
    """
    whole = [stretch.depth[one.bottom] for one in candidates if one.complete]
    if not whole:
        return [one for one in candidates if stretch.depth[one.bottom] >= settings.lone_cut_depth_deg]
    deepest = settings.max_cut_depth * float(np.median(whole))
    return [one for one in candidates if one.complete or stretch.depth[one.bottom] <= deepest]


def _with_shallow(
    kinematics: Kinematics, stretch: Stretch, found: list[Candidate], *, settings: RepSettings
) -> list[Candidate]:
    """Add the repetitions that were done too shallow to be found beside the deep ones."""
    turns = turning_points(stretch.depth, reversal=settings.shallow_depth_deg)
    bends = [
        Dip(turns[place - 1].at, turn.at, turns[place + 1].at)
        for place, turn in enumerate(turns[1:-1], start=1)
        if turn.down
    ]
    bends = [dip for dip in bends if not any(dip.before <= one.bottom <= dip.after for one in found)]
    whole = [one.dip for one in found if one.complete]
    if found and not whole:
        return found
    more = [
        one
        for dip in shallow_dips(Course(stretch.depth, stretch.hip, stretch.trunk), bends, whole, settings=settings)
        if _is_believable(kinematics, stretch, one := Candidate(dip, complete=True), settings=settings)
    ]
    return sorted([*(_beside(one, more) for one in found), *more], key=lambda one: one.bottom)


def _beside(one: Candidate, more: list[Candidate]) -> Candidate:
    """The repetition with its tops between it and the shallow ones before and after it."""
    before = max([one.dip.before, *(other.dip.after for other in more if other.bottom < one.bottom)])
    after = min([one.dip.after, *(other.dip.before for other in more if other.bottom > one.bottom)])
    return one._replace(dip=Dip(before, one.bottom, after))


def _judged(
    stretch: Stretch, turns: list[Turn], place: int, upright: float, *, settings: RepSettings
) -> Candidate | None:
    """Make a repetition of the bottom at `place` and the tops around it, or none where the clip shows too little.

    `upright` is how deep the lifter still is between repetitions: one who never stands up whole does so at the clip's
    ends neither.
    """
    first, last = place == 0, place == len(turns) - 1
    bottom = turns[place].at
    if first:
        return None if last else from_the_start(stretch, bottom, turns[1].at, upright, settings=settings)
    before = turns[place - 1].at
    if last:
        return to_the_end(stretch, before, bottom, settings=settings)
    dip = Dip(before, bottom, turns[place + 1].at)
    down, up = plateau(stretch.depth, dip=dip, settings=settings)
    if (up - down) * stretch.interval_s > settings.max_bottom_s:
        return None
    start_seen = place > 1 or is_up(stretch, before, bottom, upright, settings=settings)
    end_seen = place < len(turns) - 2 or is_up(stretch, dip.after, bottom, upright, settings=settings)
    return Candidate(dip, start_seen and end_seen, ends_up=end_seen)


def _is_believable(kinematics: Kinematics, stretch: Stretch, one: Candidate, *, settings: RepSettings) -> bool:
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
    kinematics: Kinematics, stretch: Stretch, one: Candidate, *, limit: int, index: int, settings: RepSettings
) -> Rep:
    """Write out one repetition; upright time after it belongs to it for a while, but not beyond sample `limit`."""
    marks = _bounds(stretch, one, settings=settings)
    if one.ends_up:
        lockout = round(settings.max_lockout_s / stretch.interval_s)
        end = max(marks.upright, min(limit, marks.upright + lockout, _bends_again(stretch, one, marks, settings)))
        upright = marks.upright - (one.complete and end == marks.upright and marks.upright - 1 > marks.rise)
    else:
        upright = end = max(one.dip.after, marks.rise + 1)
    written = phases(stretch.time_s, marks._replace(upright=upright, end=end), interval_s=stretch.interval_s)
    bottom_s = bottom_time(
        stretch.time_s, _timed(kinematics, stretch, one.dip, settings), dip=one.dip, settings=settings
    )
    return Rep(
        index=index,
        start_s=written[0].start_s,
        bottom_s=bottom_s,
        end_s=written[-1].end_s,
        complete=bool(one.complete),  # the clip's edges compare as numpy booleans
        side=side_at(kinematics, bottom_s, settings=settings),
        phases=written,
    )


def _timed(kinematics: Kinematics, stretch: Stretch, dip: Dip, settings: RepSettings) -> Floats:
    """The depth with some of the trunk's lean (T,), deg: what turns together tells when better than either alone.

    From the front the lean tells nothing, and where it is not seen in this bend the depth stays alone.
    """
    lean = settings.bottom_trunk * np.cos(np.deg2rad(kinematics.attrs["yaw_deg"])) * stretch.trunk
    seen = np.isfinite(lean[dip.before : dip.after + 1]).all()
    return stretch.depth + lean if seen else stretch.depth


def _bends_again(stretch: Stretch, one: Candidate, marks: Bounds, settings: RepSettings) -> int:
    """First sample after a repetition at which the lifter is not upright any more, as who sets the bar down is not."""
    top, bottom = stretch.depth[one.dip.after], stretch.depth[one.dip.bottom]
    bent = stretch.depth[marks.upright :] > top + settings.upright_share * (bottom - top)
    return marks.upright + int(bent.argmax()) if bent.any() else stretch.depth.size


def _bounds(stretch: Stretch, one: Candidate, *, settings: RepSettings) -> Bounds:
    marks = bounds(stretch.depth, stretch.rate, dip=one.dip, settings=settings)
    return marks._replace(start=one.dip.before, turn=one.dip.before) if one.floor else marks
