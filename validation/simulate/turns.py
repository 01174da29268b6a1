"""Turns of space: about the body's axes, about any axis, from one direction to another."""

import numpy as np

from hiphinge.geometry import Floats


def turn_y(degrees: Floats | float) -> Floats:
    """(…, 3, 3) turn about the left axis; + leans forward."""
    return _turn(degrees, 2, 0)


def turn_x(degrees: Floats | float) -> Floats:
    """Turn about the forward axis; + lowers the right side's … y toward z."""
    return _turn(degrees, 1, 2)


def turn_z(degrees: Floats | float) -> Floats:
    """Turn about the vertical; + to the left."""
    return _turn(degrees, 0, 1)


def _turn(degrees: Floats | float, first: int, second: int) -> Floats:
    angle = np.deg2rad(np.asarray(degrees, dtype=float))
    matrix = np.zeros((*angle.shape, 3, 3))
    other = 3 - first - second
    matrix[..., other, other] = 1
    matrix[..., first, first] = matrix[..., second, second] = np.cos(angle)
    matrix[..., second, first] = np.sin(angle)
    matrix[..., first, second] = -np.sin(angle)
    return matrix


def direction(inclination: Floats, aside: float) -> Floats:
    """(T, 3) unit vectors hanging down, forward by `inclination`, to the left by `aside` degrees."""
    angle, side = np.deg2rad(inclination), np.deg2rad(aside)
    return np.stack(
        [np.sin(angle) * np.cos(side), np.full_like(angle, np.sin(side)), -np.cos(angle) * np.cos(side)], axis=1
    )


def unit(vector: Floats) -> Floats:
    """Of length one along the last axis."""
    return vector / np.maximum(np.linalg.norm(vector, axis=-1, keepdims=True), 1e-12)


def frame(along: Floats, hinge: Floats) -> Floats:
    """(…, 3, 3) right-handed frames with columns along, hinge and their product."""
    return np.stack([along, hinge, np.cross(along, hinge)], axis=-1)


def about(axis: Floats, degrees: float) -> Floats:
    """(T, 3, 3) turns about unit axes (Rodrigues)."""
    angle = np.deg2rad(degrees)
    x, y, z = np.moveaxis(axis, -1, 0)
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*x.shape, 3, 3)
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)


def align(start: Floats, end: Floats) -> Floats:
    """(T, 3, 3) the shortest turns that carry unit vectors `start` onto `end`."""
    v = np.cross(start, end)
    c = (start * end).sum(axis=-1)
    x, y, z = np.moveaxis(v, -1, 0)
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*x.shape, 3, 3)
    return np.eye(3) + cross + (cross @ cross) / (1 + c)[..., None, None]


def smooth(values: Floats, width: int) -> Floats:
    """(T,) weighted means over ±`width` frames."""
    padded = np.pad(values, width, mode="edge")
    kernel = np.hanning(2 * width + 1)
    return np.convolve(padded, kernel / kernel.sum(), mode="valid")
