"""How far each point of the raw outline can be trusted: the picture's border, arms across the back, steps."""

from typing import Final

import numpy as np

from hiphinge.body import INDEX, SIDES, middle
from hiphinge.geometry import Bools, Floats
from hiphinge.outline import RAYS, ray_starts
from hiphinge.settings import SpineSettings

_ZONES: Final = tuple(ray.zone for ray in RAYS)
_SMOOTH: Final = ("pelvis", "trunk")
"""Fans over which a body has no steps; a face has."""


def trust(
    places: Floats,
    sharp: Floats,
    joints: Floats,
    seen: Floats,
    *,
    picture_px: tuple[float, float],
    pixel_px: Floats,
    trunk_px: float,
    settings: SpineSettings,
) -> Floats:
    """Trust (T, S, R), 0 … 1, that each point is the bare edge of the person's own body.

    Parameters
    ----------
    places : (T, S, R, 2) outline, pixels of the picture.
    sharp : (T, S, R) confidence of the raw outline.
    joints, seen : (T, 33, 2) pixels and (T, 33) confidence of the landmarks at the same times.
    picture_px : width and height of the picture.
    pixel_px : (T,) side of a pixel of the mask, pixels of the picture.
    trunk_px : the person's trunk length.
    """
    sure = np.clip(sharp / settings.outline_sharp, 0.0, 1.0)
    sure *= inside_picture(places, picture_px, settings.picture_margin * pixel_px)
    sure *= bare_of_arms(places, joints, seen, trunk_px=trunk_px, settings=settings)
    starts = ray_starts(*(middle(joints, part) for part in ("hip", "shoulder", "ear")))
    reach = np.linalg.norm(places - starts[:, None], axis=-1) / trunk_px
    sure[steps(reach, neighbours=settings.outline_neighbours, least=settings.outline_step)] = 0.0
    return np.where(np.isfinite(places).all(axis=-1), sure, 0.0)


def inside_picture(places: Floats, picture_px: tuple[float, float], margin_px: Floats) -> Bools:
    """Whether points (T, ..., 2) lie in the picture, at least (T,) `margin_px` from its border.

    A body that is cut by the border has no edge there, though the mask may end with the picture.
    """
    away = np.minimum(places, np.array(picture_px) - places).min(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.asarray(away > margin_px.reshape(-1, *[1] * (away.ndim - 1)))


def bare_of_arms(places: Floats, joints: Floats, seen: Floats, *, trunk_px: float, settings: SpineSettings) -> Floats:
    """Trust (T, S, R) in points (T, S, R, 2): 0 on an arm or a hand, 1 well away from them.

    An arm that is not `seen`, (T, 33), is behind the body and makes no edge.
    """
    trust = np.ones(places.shape[:-1])
    for side in SIDES:
        shoulder, elbow, wrist, finger = (INDEX[f"{side}_{part}"] for part in ("shoulder", "elbow", "wrist", "index"))
        for start, end in ((shoulder, elbow), (elbow, wrist), (wrist, finger)):
            for number in range(places.shape[1]):
                away = to_segment(places[:, number], joints[:, None, start], joints[:, None, end]) / trunk_px
                clear = np.clip((away - settings.arm_radius) / settings.arm_fade, 0.0, 1.0)
                doubt = np.nan_to_num(seen[:, None, end] * (1.0 - clear))
                trust[:, number] = np.minimum(trust[:, number], 1.0 - doubt)
    return trust


def to_segment(points: Floats, start: Floats, end: Floats) -> Floats:
    """Distance of points (..., 2) from the stretch start → end; NaN where an end is unknown."""
    line = end - start
    length = np.maximum((line**2).sum(axis=-1), np.finfo(np.float64).tiny)
    share = np.clip(((points - start) * line).sum(axis=-1) / length, 0.0, 1.0)
    off = points - start - share[..., None] * line
    return np.asarray(np.hypot(off[..., 0], off[..., 1]))


def steps(reach: Floats, *, neighbours: int, least: float) -> Bools:
    """Points farther than `least` from the median of their `neighbours` in the same fan: a strap, a handle, a hole.

    Parameters
    ----------
    reach : (T, S, R) trunk lengths from where each ray starts.
    """
    found = np.zeros(reach.shape, dtype=bool)
    for zone in _SMOOTH:
        fan = np.array([name == zone for name in _ZONES])
        with np.errstate(invalid="ignore"):
            found[..., fan] = np.abs(reach[..., fan] - _across_median(reach[..., fan], neighbours)) > least
    return found


def _across_median(values: Floats, width: int) -> Floats:
    """Running median along the last axis, NaN ignored, the window cut at the ends."""
    half = width // 2
    padded = np.pad(values, [(0, 0)] * (values.ndim - 1) + [(half, half)], constant_values=np.nan)
    windows = np.sort(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1, axis=-1), axis=-1)
    count = np.isfinite(windows).sum(axis=-1)
    low, high = np.maximum((count - 1) // 2, 0), np.maximum(count // 2, 0)
    pick = np.stack([low, np.minimum(high, 2 * half)], axis=-1)
    return np.asarray(np.take_along_axis(windows, pick, axis=-1).mean(axis=-1))
