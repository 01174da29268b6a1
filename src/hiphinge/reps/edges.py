"""Repetitions at a clip's ends: a lift from a dead stop is whole without a descent, one that the clip cuts is not."""

import numpy as np

from hiphinge.reps.phases import Dip, plateau
from hiphinge.reps.turns import Candidate, Stretch, turning_points
from hiphinge.settings import RepSettings


def from_the_start(
    stretch: Stretch, bottom: int, after: int, upright: float, *, settings: RepSettings
) -> Candidate | None:
    """Judge a clip that begins bent.

    Still at the bottom before the ascent, or settling into it by a little: a lift from the floor, whole without a
    descent. Still going down: the descent is cut. Already coming up: the bottom was not seen, and there is nothing to
    measure. The clip's very first moments do not tell stillness: the lifter is still being found in them.
    """
    crouch, bottom = _departure(stretch, bottom, after, settings=settings)
    departure = _lift_off(stretch, crouch, bottom, after, settings=settings)
    dip = Dip(crouch, departure, after)
    _, last = plateau(stretch.depth, dip=dip, settings=settings)
    if last * stretch.interval_s < settings.edge_s:
        return None
    first = round(settings.edge_s / stretch.interval_s)
    first = first if (last - first) * stretch.interval_s >= settings.edge_still_s else 0
    lead = min(departure, max(first, departure - round(settings.lead_s / stretch.interval_s)))
    descent = stretch.depth[departure] - stretch.depth[lead : departure + 1].min()
    rested = descent < settings.rest_share * (stretch.depth[departure] - stretch.depth[after])
    if rested and stretch.trunk[departure] < settings.floor_min_trunk_deg:
        return None
    setup = round(settings.floor_setup_s / stretch.interval_s)
    dip = Dip(max(crouch, departure - setup) if rested else crouch, departure, after)
    up = after < stretch.depth.size - 1 or is_up(stretch, after, departure, upright, settings=settings)
    return Candidate(dip, rested and up, floor=rested, ends_up=up)


def _departure(stretch: Stretch, bottom: int, after: int, *, settings: RepSettings) -> tuple[int, int]:
    """Find the last bottom before the first ascent, and where the way down to it began.

    A swing's hike comes after the lifter's crouch over the bell, and is apart from it by a small rise.
    """
    reversal = settings.departure_share * float(stretch.depth[bottom] - stretch.depth[after])
    turns = turning_points(stretch.depth[: after + 1], reversal=reversal)
    bottoms = [place for place, turn in enumerate(turns) if turn.down and turn.at < after]
    if not bottoms:
        return 0, bottom
    return turns[bottoms[-1] - 1].at if bottoms[-1] else 0, turns[bottoms[-1]].at


def _lift_off(stretch: Stretch, crouch: int, bottom: int, after: int, *, settings: RepSettings) -> int:
    """Find where the ascent begins: at the bottom, or before it where the hips rise first.

    Hips that rise while the shoulders stay, or sink a little, fold the body further though the load leaves the floor.
    Where their rise is lost in what hides them, the end of the rest over the bar tells it.
    """
    height = stretch.hip_height[crouch : bottom + 1]
    if not np.isfinite(height).any():
        return bottom
    lowest, highest = float(np.nanmin(height)), float(height[-1])
    low = np.flatnonzero(height <= lowest + settings.turn_tolerance * max(0.0, -lowest))
    departure = crouch + int(low[-1])
    tips = stretch.depth[bottom] - stretch.depth[departure]
    farthest = settings.floor_tip_share * (stretch.depth[bottom] - stretch.depth[after])
    rises = highest - lowest >= settings.floor_hips_rise and tips <= farthest
    return min(departure if rises else bottom, _end_of_rest(stretch, crouch, bottom, after, settings=settings))


def _end_of_rest(stretch: Stretch, crouch: int, bottom: int, after: int, *, settings: RepSettings) -> int:
    """The last moment before the bottom up to which the body kept still for a while, nearly as deep; or the bottom."""
    span = round(settings.floor_rest_s / stretch.interval_s)
    earliest = max(span, crouch, bottom - round(settings.floor_tip_s / stretch.interval_s))
    reach = stretch.depth[bottom] - stretch.depth[after]
    for end in range(bottom, earliest - 1, -1):
        rest = stretch.depth[end - span : end + 1]
        tips = stretch.depth[bottom] - stretch.depth[end]
        if np.ptp(rest) <= settings.floor_still_share * reach and tips <= settings.floor_rest_tip_share * reach:
            return end
    return bottom


def to_the_end(stretch: Stretch, before: int, bottom: int, *, settings: RepSettings) -> Candidate | None:
    """Judge a clip that ends bent: a repetition cut on its way up, or a bottom that was not seen to be one.

    Without a rise after it nobody knows whether the deepest moment was the bottom, or the lifter stays down with the
    load.
    """
    last = stretch.depth.size - 1
    risen = stretch.depth[bottom] - stretch.depth[last]
    if risen < settings.seen_turn_share * (stretch.depth[bottom] - stretch.depth[before]):
        return None
    return Candidate(Dip(before, bottom, last), complete=False, ends_up=False)


def is_up(stretch: Stretch, top: int, bottom: int, upright: float, *, settings: RepSettings) -> bool:
    """Whether a top at the clip's edge is upright enough to be a repetition's own beginning or end.

    That is nearly standing, or nearly as far up as between repetitions, `upright` deep; or the lifter stays there and
    does not come further up, as in a lock-out that is left unfinished.
    """
    deepest = stretch.depth[bottom]
    as_between = upright + settings.upright_share * (deepest - upright)
    if stretch.depth[top] <= max(settings.edge_upright_share * deepest, as_between):
        return True
    span = round(settings.edge_still_s / stretch.interval_s) + 1
    edge = stretch.depth[:span] if top < bottom else stretch.depth[-span:]
    return bool(np.ptp(edge) <= settings.turn_tolerance * (deepest - stretch.depth[top]))
