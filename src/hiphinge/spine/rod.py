"""A straight rod laid on the back: where it rests, and how far sacrum, upper back and head are from it.

The rod touches the back's hull, from the sacrum up, along one of the hull's edges: the one over the middle between
sacrum and back of the head, where a rod lies that two hands press on there. Of a back with one corner that is the
longer edge: a low corner (the lower back rounds) leaves a gap at the sacrum, a high one (the upper back rounds) a gap
at the head, and a hollow back or a craned neck one between sacrum and head. The buttocks, which stand out beside the
sacrum, begin below it and do not carry the rod.

The silhouette's edge is not the spine: flesh beside it, shoulder blades and clothes stand out farther, and more at the
shoulders than at the head. What they lift the outline on average is taken off before the rod is laid, so that gaps are
those to the middle of the back; how that differs between people is part of each gap's error. It hardly changes within
a clip, and neither does a head carried forward: contact is judged against the person's own gaps while standing.
"""

from typing import Final, NamedTuple, NewType

import numpy as np
import xarray as xr

from hiphinge.geometry import Bools, Floats, nan_median
from hiphinge.outline import HIGHEST_ON_HEAD_DEG, RAYS
from hiphinge.settings import SpineSettings
from hiphinge.spine.backline import BackLine
from hiphinge.spine.bare import Shape, back_shape, bare_back

Rod = NewType("Rod", xr.Dataset)
"""A rod on the back over time.

===============  ================  ===================================================================================
variable         dims              meaning
===============  ================  ===================================================================================
``gap``          time, zone        between rod and back where they are nearest in the zone, trunk lengths, ≥ 0; NaN
                                   where it cannot be known: the head out of sight, say, or all of a turned frame
``gap_error``    time, zone        standard error, trunk lengths
``contact``      time, zone        whether the zone touches, with hysteresis in size and time; false, and meaningless,
                                   where the gap is NaN
``end_px``       time, end, xy     the rod's lower and upper end, pixels of the picture
``touch_px``     time, zone, xy    the point of the back's outline nearest to the rod
``rest``         time, end         where the rod rests: places along the trunk, trunk lengths from the hips
``hollow``       time              depth of the hollow of the lower back under the rod, trunk lengths
===============  ================  ===================================================================================

``zone`` is "sacral", "thoracic", "head"; ``end`` "lower", "upper". Attributes: ``kind`` ("virtual" or "real"),
``standing_gap`` (zone; NaN where the clip shows no standing), ``limit`` (zone; beyond it contact is lost) and
``standing_hollow``.
"""

ZONES: Final = ("sacral", "thoracic", "head")
ENDS: Final = ("lower", "upper")
_FAN: Final = np.array([ray.zone for ray in RAYS])
_TURN: Final = np.array([ray.turn_deg for ray in RAYS])
_HEAD: Final = np.flatnonzero((_FAN == "head") & (_TURN <= HIGHEST_ON_HEAD_DEG))
"""Rays that can meet the back of the head."""
_LEVEL: Final = int(np.flatnonzero((_FAN == "head") & (_TURN == 0.0))[0])
"""The ray from the ears straight back, and on the other side straight ahead."""
_STRAIGHT: Final = 1e-12
"""Corners flatter than this, square trunk lengths, are rounding and none."""


class Rest(NamedTuple):
    """A straight line that touches a back at two of its points and has none of it behind.

    Attributes
    ----------
    lower, upper : indices of the two points.
    slope : behind per along.
    """

    lower: int
    upper: int
    slope: float


class Gap(NamedTuple):
    """One distance from the rod: trunk lengths, its standard error, and the index of the point."""

    value: float
    error: float
    point: int


class _Back(NamedTuple):
    """One frame's points of the back that may touch a rod, from below; the first is the sacrum's lowest.

    Attributes
    ----------
    along, behind : (N,) trunk lengths, `behind` without what flesh and clothes add.
    error : (N,) trunk lengths, of one frame and of what differs between people.
    height : (N,) 0 at the sacrum's lowest point, 1 at the shoulders.
    lift : (N,) what was taken off.
    head : (N,) whether the point belongs to the head.
    lowest, shoulder : heights 0 and 1, trunk lengths along.
    """

    along: Floats
    behind: Floats
    error: Floats
    height: Floats
    lift: Floats
    head: Bools
    lowest: float
    shoulder: float

    def at(self, height: float) -> float:
        """Place along of a height."""
        return self.lowest + height * (self.shoulder - self.lowest)


def virtual_rod(
    back_line: BackLine,
    *,
    standing: Bools | None = None,
    shape: Shape | None = None,
    settings: SpineSettings,
) -> Rod:
    """Lay a rod on the back in every frame.

    Parameters
    ----------
    back_line : the outline over uniform time.
    standing : (T,) frames in which the person stands upright. Their own gaps there are the reference for contact;
        without it gaps are judged by the absolute limit alone, and a head that is always carried forward never touches.
    shape : how backs look; what was learned by default.
    settings : this stage's numbers.
    """
    time_s = back_line["time"].to_numpy()
    rods = no_rods(time_s.size)
    slope = np.nan
    for k, back in enumerate(_backs(back_line, shape or back_shape(), settings)):
        if back is None:
            slope = np.nan
            continue
        rest = resting(
            back.along, back.behind, press=back.at(settings.rod_press), spare=settings.rod_spare, slope=slope
        )
        slope = rest.slope
        to_px = body_to_picture(*(back_line[name].to_numpy()[k] for name in ("along", "behind", "position_px")))
        for values, value in zip(rods, _moment(back, rest, to_px, settings=settings), strict=True):
            values[k] = value
    return finished(time_s, rods, kind="virtual", standing=standing, settings=settings)


def resting(along: Floats, behind: Floats, *, press: float, spare: float = 0.0, slope: float = np.nan) -> Rest:
    """Lay a rod on a back.

    Parameters
    ----------
    along, behind : (N,) its points, at least two of them at different places along.
    press : where along it is pressed on the back; it rests on the hull's edge there.
    spare : how far from there it stays on an edge on which it lies already.
    slope : the rod's before; of the edges within `spare` of `press` the nearest to it is taken. NaN for none.
    """
    corners = np.array(_hull(along, behind))
    x, y = along[corners], behind[corners]
    slopes = np.diff(y) / np.diff(x)
    press = float(np.clip(press, x[0], x[-1]))
    near = (x[:-1] <= press + spare) & (x[1:] >= press - spare)
    if np.isnan(slope):
        edge = min(int(np.searchsorted(x[1:], press)), slopes.size - 1)
    else:
        edge = int(np.where(near, np.abs(slopes - slope), np.inf).argmin())
    return Rest(int(corners[edge]), int(corners[edge + 1]), float(slopes[edge]))


def _hull(along: Floats, behind: Floats) -> list[int]:
    """Indices of the corners of the points' dorsal hull, ordered along."""
    corners: list[int] = []
    for i in np.lexsort((behind, along)):
        while corners and along[corners[-1]] == along[i]:
            corners.pop()
        while len(corners) > 1:
            a, b = corners[-2:]
            rise = (along[b] - along[a]) * (behind[i] - behind[a]) - (behind[b] - behind[a]) * (along[i] - along[a])
            if rise < -_STRAIGHT:
                break
            corners.pop()
        corners.append(int(i))
    return corners


def gaps(along: Floats, behind: Floats, rest: Rest) -> Floats:
    """Distance (N,) of every point from the rod, at right angles to it; 0 where it touches."""
    line = behind[rest.lower] + rest.slope * (along - along[rest.lower])
    return np.asarray((line - behind) / np.hypot(1.0, rest.slope))


def nearest(back_gaps: Floats, back: tuple[Floats, Floats], rest: Rest, *, zone: Bools) -> Gap:
    """Give the least gap among the points of `zone` (N,); `back` holds their places along and their errors.

    The error is that of the point and of the two the rod rests on, as levers; a touching point is as uncertain as its
    own place.
    """
    if not zone.any():
        return Gap(np.nan, np.nan, -1)
    along, error = back
    point = int(np.where(zone, back_gaps, np.inf).argmin())
    lever = (along[point] - along[rest.lower]) / (along[rest.upper] - along[rest.lower])
    share = np.zeros(along.size)
    share[[rest.lower, rest.upper]] = 1 - lever, lever
    share[point] -= 1.0
    propagated = float(np.sqrt(np.sum((share * error) ** 2))) / np.hypot(1.0, rest.slope)
    return Gap(max(float(back_gaps[point]), 0.0), max(propagated, float(error[point])), point)


def zones(height: Floats, head: Bools, settings: SpineSettings) -> dict[str, Bools]:
    """Which points (N,) belong to the sacrum, the upper back, the head and the lower back between."""
    body = ~head
    return {
        "sacral": body & (height <= settings.rod_sacral_to),
        "thoracic": body & (height >= settings.rod_thoracic_from) & (height <= 1.0),
        "head": head,
        "lumbar": body & (height > settings.rod_sacral_to) & (height < settings.rod_thoracic_from),
    }


def head_points(back_line: BackLine, shape: Shape, settings: SpineSettings) -> tuple[Floats, Floats, Floats]:
    """Points (T, H) of the back of the head under the hair: along, behind, error; NaN where unseen.

    From face to back a head is about as deep as any other; where the silhouette is deeper, an arm held up, a bun or a
    hood stands for the head, and nothing is told of it.
    """
    sides = [back_line[name].to_numpy() for name in ("along", "behind")]
    depth = np.hypot(*(values[:, 0, _LEVEL] - values[:, 1, _LEVEL] for values in sides))
    along, behind, error, sure = (
        back_line[name].isel(side=0).to_numpy()[:, _HEAD] for name in ("along", "behind", "error", "confidence")
    )
    seen = np.isfinite(behind) & (sure >= settings.rod_least_confidence)
    seen[depth > settings.rod_head_most] = False
    spread = np.hypot(np.nan_to_num(error), shape.head_lift_error)
    along, behind, spread = (np.where(seen, values, np.nan) for values in (along, behind - shape.head_lift, spread))
    return along, behind, spread


def _backs(back_line: BackLine, shape: Shape, settings: SpineSettings) -> list[_Back | None]:
    """Every frame's back, None where too little of it is seen to lay a rod on."""
    bare = bare_back(back_line, shape=shape, settings=settings)
    head = head_points(back_line, shape, settings)
    backs: list[_Back | None] = []
    for k in range(bare.behind.shape[0]):
        along, behind, error = (values[k] for values in head)
        seen = np.isfinite(behind)
        place = np.r_[bare.along[k], along[seen]]
        if np.isfinite(bare.behind[k]).all():
            backs.append(
                _Back(
                    place,
                    np.r_[bare.behind[k], behind[seen]],
                    np.r_[bare.error[k], error[seen]],
                    (place - bare.lowest[k]) / (bare.shoulder[k] - bare.lowest[k]),
                    np.r_[bare.lifted[k], np.full(int(seen.sum()), shape.head_lift)],
                    np.arange(place.size) >= bare.along.shape[1],
                    float(bare.lowest[k]),
                    float(bare.shoulder[k]),
                )
            )
        else:
            backs.append(None)
    return backs


class Moment(NamedTuple):
    """A rod in one frame, the fields of a `Rod` without time; or in all, with it."""

    gap: Floats
    gap_error: Floats
    end_px: Floats
    touch_px: Floats
    rest: Floats
    hollow: Floats


def no_rods(frames: int) -> Moment:
    """`frames` moments in which no rod is known."""
    shapes = ((3,), (3,), (2, 2), (3, 2), (2,), ())
    return Moment(*(np.full((frames, *shape), np.nan) for shape in shapes))


def _moment(back: _Back, rest: Rest, to_px: Floats, *, settings: SpineSettings) -> Moment:
    """What one frame's rod tells; drawn shifted out, onto the outline itself."""
    moment = Moment(*(values[0] for values in no_rods(1)))
    away, part = gaps(back.along, back.behind, rest), zones(back.height, back.head, settings)
    edge = back.behind + back.lift
    for z, name in enumerate(ZONES):
        found = nearest(away, (back.along, back.error), rest, zone=part[name])
        moment.gap[z], moment.gap_error[z] = found.value, found.error
        if found.point >= 0:
            moment.touch_px[z] = np.array([back.along[found.point], edge[found.point]]) @ to_px[:2] + to_px[2]
    level = float((edge - rest.slope * back.along).max())
    ends = np.array([back.at(0.0) - settings.rod_below, back.at(1.0) + settings.rod_above])
    moment.end_px[:] = np.stack([ends, level + rest.slope * ends], axis=-1) @ to_px[:2] + to_px[2]
    moment.rest[:] = back.along[rest.lower], back.along[rest.upper]
    hollow = away[part["lumbar"]]
    return moment._replace(hollow=np.asarray(hollow.max() if hollow.size else np.nan))


def body_to_picture(along: Floats, behind: Floats, position_px: Floats) -> Floats:
    """Affine map (3, 2) from places (along, behind) in the person's frame to the picture, by least squares."""
    known = np.isfinite(along) & np.isfinite(behind) & np.isfinite(position_px).all(axis=-1)
    here = np.stack([along[known], behind[known], np.ones(int(known.sum()))], axis=-1)
    return np.asarray(np.linalg.lstsq(here, position_px[known], rcond=None)[0])


def finished(time_s: Floats, rods: Moment, *, kind: str, standing: Bools | None, settings: SpineSettings) -> Rod:
    """Judge contact and put a rod's series together."""
    own = np.full(len(ZONES), np.nan)
    own_hollow = np.nan
    if standing is not None and standing.any():
        own, own_hollow = nan_median(rods.gap[standing], axis=0), float(nan_median(rods.hollow[standing]))
    limit = np.fmax(settings.rod_lost, own + settings.rod_beyond_own)
    contact = np.stack([contacts(time_s, rods.gap[:, z], float(limit[z]), settings) for z in range(len(ZONES))], axis=1)
    return Rod(
        xr.Dataset(
            {
                "gap": (("time", "zone"), rods.gap),
                "gap_error": (("time", "zone"), rods.gap_error),
                "contact": (("time", "zone"), contact),
                "end_px": (("time", "end", "xy"), rods.end_px),
                "touch_px": (("time", "zone", "xy"), rods.touch_px),
                "rest": (("time", "end"), rods.rest),
                "hollow": (("time",), rods.hollow),
            },
            coords={"time": time_s, "zone": list(ZONES), "end": list(ENDS), "xy": ["x", "y"]},
            attrs={
                "kind": kind,
                "standing_gap": tuple(own.tolist()),
                "limit": tuple(limit.tolist()),
                "standing_hollow": own_hollow,
            },
        )
    )


def contacts(time_s: Floats, gap: Floats, limit: float, settings: SpineSettings) -> Bools:
    """Whether a zone touches (T,): lost once the gap has been over `limit` for long enough, regained at a smaller one.

    The moment told is when the gap grew too wide (or small enough), not when that had lasted. Unknown gaps interrupt
    nothing, and are false.
    """
    known = np.flatnonzero(np.isfinite(gap))
    touching = np.zeros(gap.size, dtype=bool)
    state, since = None, 0
    for n, k in enumerate(known):
        if state is None:
            state = gap[k] <= limit
        other = gap[k] > limit if state else gap[k] < limit - settings.rod_regain
        since = since if other else n + 1
        if other and time_s[k] - time_s[known[since]] >= settings.rod_lost_s:
            state = not state
            touching[known[since:n]] = state
            since = n + 1
        touching[k] = state
    return touching
