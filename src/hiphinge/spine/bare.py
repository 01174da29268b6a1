"""The middle of the back under clothes, flesh and arms: what of the outline is back, and where it runs behind the rest.

The silhouette's edge is not the spine. Flesh beside it, shoulder blades and clothes lift it, on average by a known
amount; elbows and hands stand out behind it and hide it altogether. But backs are much alike: four ways of bending
describe those of simulated people to a few millimetres. Such a back is laid through the outline, and what stands out
behind it is not followed: an arm can only add to the silhouette. Learned by `validation/back_shape.py`.
"""

from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import msgspec
import numpy as np

from hiphinge.geometry import Bools, Floats, nan_median
from hiphinge.outline import LOWEST_ON_BACK_DEG, RAYS
from hiphinge.records import Record
from hiphinge.settings import SpineSettings
from hiphinge.spine.backline import BackLine

_FAN: Final = np.array([ray.zone for ray in RAYS])
_TURN: Final = np.array([ray.turn_deg for ray in RAYS])
_START: Final = np.array([ray.along for ray in RAYS])
_BACK: Final = np.flatnonzero(((_FAN == "pelvis") & (_TURN >= LOWEST_ON_BACK_DEG)) | (_FAN == "trunk"))
"""Rays that can meet the back between sacrum and shoulders, in order from below."""
_STATION: Final = np.flatnonzero((_FAN == "trunk") & (_START > 0.3))
"""Rays whose height tells how far the shoulders are from the hips."""
_ROUNDS: Final = 12
"""Weighings; the back hardly moves after eight."""


class Shape(Record, frozen=True, kw_only=True):
    """How backs look; lengths in trunk lengths, at stations evenly from the sacrum's lowest point to the shoulders.

    Attributes
    ----------
    mean : (S,) behind the straight line that fits the back best.
    modes : ways of bending (M, S), each as far as one standard deviation.
    offset, slope : mean and standard deviation of that line's place at the sacrum, and of its rise to the shoulders.
    lift, lift_error : (S,) how far the outline stands out behind the middle of the back; its spread between people.
    head_lift, head_lift_error : the same at the back of the head.
    provenance : what it was learned from.
    """

    mean: tuple[float, ...]
    modes: tuple[tuple[float, ...], ...]
    offset: tuple[float, float]
    slope: tuple[float, float]
    lift: tuple[float, ...]
    lift_error: tuple[float, ...]
    head_lift: float
    head_lift_error: float
    provenance: dict[str, str | int]


class BareBack(NamedTuple):
    """The middle of the back over time, at stations from the sacrum's lowest point to the shoulders; trunk lengths.

    Attributes
    ----------
    along, behind, error : (T, S) in the person's frame.
    lifted : (T, S) how far the outline stands out behind it.
    lowest, shoulder : (T,) place along of the first and the last station.
    seen : (T, S) whether the outline was followed there, or what lies between is told by its neighbours.
    """

    along: Floats
    behind: Floats
    error: Floats
    lifted: Floats
    lowest: Floats
    shoulder: Floats
    seen: Bools


@cache
def back_shape() -> Shape:
    """Read how backs look."""
    text = files("hiphinge").joinpath("data", "models", "back_shape.toml").read_bytes()
    return msgspec.toml.decode(text, type=Shape)


def heights(shape: Shape) -> Floats:
    """Heights (S,) of the stations: 0 at the sacrum's lowest point, 1 at the shoulders."""
    return np.linspace(0.0, 1.0, len(shape.mean))


def sacrum_along(shoulder_along: Floats, settings: SpineSettings) -> Floats:
    """Place along of the sacrum's lowest point, from that of the shoulders, trunk lengths from the hips.

    The landmark model's hips slide up the pelvis as it tips, and come nearer to the shoulders; the sacrum keeps its
    distance from these.
    """
    return np.asarray(settings.rod_sacrum_along + settings.rod_sacrum_slide * (shoulder_along - 1.0))


def bare_back(back_line: BackLine, *, shape: Shape | None = None, settings: SpineSettings) -> BareBack:
    """Find the middle of the back in every frame; NaN where too little of it is seen."""
    shape = shape or back_shape()
    along, behind, error, sure = (
        back_line[name].isel(side=0).to_numpy() for name in ("along", "behind", "error", "confidence")
    )
    shoulder = nan_median(along[:, _STATION] / _START[_STATION], axis=1)
    lowest = sacrum_along(shoulder, settings)
    along, behind, error, sure = (values[:, _BACK] for values in (along, behind, error, sure))
    at = heights(shape)
    with np.errstate(invalid="ignore"):
        height = (along - lowest[:, None]) / (shoulder - lowest)[:, None]
        usable = (sure >= settings.rod_least_confidence) & (height >= -at[1]) & (height <= 1.0 + at[1])
        usable &= np.isfinite(behind) & ((shoulder - lowest) > 0)[:, None]
    height = np.where(usable, height, 0.0)
    bare = np.where(usable, behind - np.interp(height, at, shape.lift), 0.0)
    fit, spread, kept = _laid_through(height, bare, usable, shape=shape, settings=settings)
    value, doubt, seen = fit, spread, np.zeros(fit.shape, dtype=bool)
    for k in np.flatnonzero(kept.any(axis=1)):
        order = np.argsort(height[k, kept[k]], kind="stable")
        here, what, off = (values[k, kept[k]][order] for values in (height, bare, error))
        after = np.searchsorted(here, at)
        reach = settings.rod_shape_reach
        seen[k] = (at - here[np.maximum(after - 1, 0)] <= reach) & (
            here[np.minimum(after, here.size - 1)] - at <= reach
        )
        value[k, seen[k]] = np.interp(at[seen[k]], here, what)
        doubt[k, seen[k]] = np.interp(at[seen[k]], here, off)
    known = seen.mean(axis=1) >= settings.rod_least_seen
    value[~known], doubt[~known] = np.nan, np.nan
    places = lowest[:, None] + at * (shoulder - lowest)[:, None]
    lifted = np.broadcast_to(np.array(shape.lift), value.shape)
    return BareBack(places, value, np.hypot(doubt, shape.lift_error), lifted, lowest, shoulder, seen)


def _laid_through(
    height: Floats, bare: Floats, usable: Bools, *, shape: Shape, settings: SpineSettings
) -> tuple[Floats, Floats, Bools]:
    """Lay a likely back through points (T, N), those that stand out behind it left aside.

    Returns
    -------
    place and standard error (T, S) at the stations, and which points (T, N) it follows.
    """
    at = heights(shape)
    ways = np.stack([np.ones_like(at), at, *map(np.array, shape.modes)], axis=-1)
    centre = np.r_[shape.offset[0], shape.slope[0], np.zeros(len(shape.modes))]
    stiff = np.diag(1 / np.r_[shape.offset[1], shape.slope[1], np.ones(len(shape.modes))] ** 2)
    step = np.clip(height, 0.0, 1.0) * (at.size - 1)
    low = np.minimum(step.astype(int), at.size - 2)
    share = (step - low)[..., None]
    design = ways[low] * (1 - share) + ways[low + 1] * share
    wanted = bare - np.interp(height, at, shape.mean)
    noise, cut = settings.rod_shape_noise, settings.rod_shape_cut
    inner = nan_median(np.where(usable, wanted, np.nan), axis=1)[:, None] + noise
    weight = usable * np.where(wanted > inner, 0.1, 1.0)
    for _ in range(_ROUNDS):
        pull = (weight * settings.rod_shape_share / noise**2)[..., None] * design
        known = np.swapaxes(pull, 1, 2) @ design + stiff
        bend = np.linalg.solve(known, (np.swapaxes(pull, 1, 2) @ wanted[..., None]) + (stiff @ centre)[:, None])
        off = (wanted - (design @ bend)[..., 0]) / noise
        weight = usable / (1 + (off / np.where(off > 0, cut, 2 * cut)) ** 2) ** 2
    spread = np.sqrt(np.einsum("sm,tmn,sn->ts", ways, np.linalg.inv(known), ways))
    return (ways @ bend)[..., 0] + np.array(shape.mean), spread, usable & (weight >= settings.rod_shape_least)
