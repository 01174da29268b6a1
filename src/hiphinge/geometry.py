"""Planar geometry and robust statistics on plain arrays, shared by the kernel.

Points are ``(..., 2)`` arrays. Sagittal axes: x forward (the way the lifter faces), y up. NaN goes in, NaN comes out.
"""

import warnings
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MAD_TO_SIGMA: Final = 1.4826
"""Median absolute deviation → standard deviation of a normal distribution."""
NINE_IN_TEN: Final = 1.645
"""Standard errors on either side that hold the truth nine times in ten, if errors are normal."""


def wrap_deg(angle_deg: ArrayLike) -> Floats:
    """Bring angles in degrees into [−180, 180).

    >>> wrap_deg([190.0, -190.0, 180.0]).tolist()
    [-170.0, 170.0, -180.0]
    """
    angle = np.asarray(angle_deg, dtype=np.float64)
    return np.asarray((angle + 180.0) % 360.0 - 180.0)


def angle_from_vertical_deg(lower_xy: ArrayLike, upper_xy: ArrayLike) -> Floats:
    """Inclination of the line lower → upper from the vertical, degrees; 0 upright, + leaning forward.

    Parameters
    ----------
    lower_xy, upper_xy : (..., 2) in sagittal axes, x forward, y **up**, any length unit.

    Returns
    -------
    (...) in −180 … 180; NaN where an end is unknown. Two points in one place have no direction: NaN.

    >>> angle_from_vertical_deg([0.0, 0.0], [1.0, 1.0]).item()
    45.0
    """
    line = np.asarray(upper_xy, dtype=np.float64) - np.asarray(lower_xy, dtype=np.float64)
    angle = np.rad2deg(np.arctan2(line[..., 0], line[..., 1]))
    return np.asarray(np.where((line == 0.0).all(axis=-1), np.nan, angle))


def mad_scale(values: ArrayLike, axis: int | None = None) -> Floats:
    """Robust standard deviation: 1.4826 times the median absolute deviation from the median, NaN ignored.

    An all-NaN slice gives NaN, without a warning.
    """
    array = np.asarray(values, dtype=np.float64)
    return MAD_TO_SIGMA * nan_median(np.abs(array - nan_median(array, axis=axis, keepdims=True)), axis=axis)


def nan_median(values: ArrayLike, axis: int | None = None, *, keepdims: bool = False) -> Floats:
    """Median without the NaN; NaN, silently, where nothing is left."""
    array = np.asarray(values, dtype=np.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # numpy warns of all-NaN slices; NaN is the wanted answer
        return np.asarray(np.nanmedian(array, axis=axis, keepdims=keepdims), dtype=np.float64)


def expected_largest(count: float) -> float:
    """How far the largest of `count` draws from a normal distribution lies above their mean, in standard deviations.

    Φ⁻¹((K − 3/8) / (K + 1/4)) (Blom 1958).

    >>> expected_largest(1), round(expected_largest(10), 2)
    (0.0, 1.55)
    """
    return float(ndtri((count - 0.375) / (count + 0.25)))


def interval_of(time_s: Floats) -> float:
    """Typical time between two samples, seconds; 1 where there is only one, so that nothing divides by nought."""
    return float(np.median(np.diff(time_s))) if time_s.size > 1 else 1.0


def distance(first: ArrayLike, second: ArrayLike) -> Floats:
    """Euclidean distance along the last axis."""
    return np.asarray(np.linalg.norm(np.asarray(first) - np.asarray(second), axis=-1))


def two_circle_point(
    first: ArrayLike, second: ArrayLike, *, radii: tuple[ArrayLike, ArrayLike], toward: ArrayLike
) -> Floats:
    """The point at given distances from two points: the joint between two segments of known length.

    Parameters
    ----------
    first, second : (..., 2) centres, e.g. hip and ankle.
    radii : distances from the first and the second, e.g. the lengths of thigh and shank.
    toward : (...) sign of the horizontal side on which the point lies: + toward larger x, − toward smaller.

    Returns
    -------
    (..., 2). Where the centres are farther apart than both lengths together (or closer than their difference) the
    circles do not meet; the nearest point on the line through the centres is given.
    """
    start, end = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    a, b = (np.asarray(radius, dtype=np.float64) for radius in radii)
    line = end - start
    apart = np.maximum(np.linalg.norm(line, axis=-1), np.finfo(np.float64).tiny)
    along = np.clip((apart**2 + a**2 - b**2) / (2 * apart), -a, a)
    stretched = apart >= a + b
    along = np.where(stretched, apart * a / (a + b), along)
    aside = np.where(stretched, 0.0, np.sqrt(np.maximum(a**2 - along**2, 0.0)))
    unit = line / apart[..., None]
    normal = np.stack([unit[..., 1], -unit[..., 0]], axis=-1)
    branch = np.where(normal[..., 0] * np.asarray(toward) >= 0, 1.0, -1.0)
    return np.asarray(start + along[..., None] * unit + (branch * aside)[..., None] * normal)


def runs(mask: ArrayLike) -> list[tuple[int, int]]:
    """Half-open index intervals ``[start, end)`` in which a boolean series is true.

    >>> runs([False, True, True, False, True])
    [(1, 3), (4, 5)]
    """
    padded = np.concatenate([[False], np.asarray(mask, dtype=bool), [False]])
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def densest(points: Floats, weight: Floats, radius: float) -> Floats:
    """Centre (2,) of the heaviest disc of `radius` among weighted points, refined by mean shift."""
    used = np.flatnonzero(weight > 0)
    trial = used[:: max(1, used.size // 200)]
    inside = distance(points[trial][:, None], points[used][None]) < radius
    centre = points[trial[int((inside @ weight[used]).argmax())]]
    for _ in range(5):
        member = used[distance(points[used], centre) < radius]
        centre = np.average(points[member], axis=0, weights=weight[member])
    return np.asarray(centre)
