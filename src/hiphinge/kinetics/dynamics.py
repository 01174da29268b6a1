"""Planar Newton-Euler on plain arrays: what must act on bodies, besides gravity, for them to move as they do.

Forward is x, up is y, moments are counterclockwise positive (with the lifter facing +x: backward rotation of what is
above). Leading axes are free and broadcast.

A body of mass m at c with acceleration a, moment of inertia I and angular acceleration α needs the force and, about the
origin, the moment

    F = m (a − g),    M₀ = c × F + I α.

Wrenches of several bodies add. What a set of bodies needs about a point p is M₀ − p × F: cut the body at a joint, and
that is the joint's net moment on the set, whatever the order in which segments are visited.
"""

from typing import Final, NamedTuple

import numpy as np

from hiphinge.geometry import Floats

GRAVITY: Final = 9.80665
"""m/s², down."""


class Wrench(NamedTuple):
    """A force (..., 2) in N and its moment (...) about the origin in N·m, counterclockwise positive."""

    force: Floats
    moment: Floats

    def about(self, point: Floats) -> Floats:
        """Give the moment (...) about a point (..., 2)."""
        return np.asarray(self.moment - cross(point, self.force))

    def plus(self, other: "Wrench") -> "Wrench":
        """Both together."""
        return Wrench(np.asarray(self.force + other.force), np.asarray(self.moment + other.moment))

    def times(self, factor: Floats | float) -> "Wrench":
        """Scale it, sample by sample."""
        scale = np.asarray(factor)
        return Wrench(np.asarray(self.force * scale[..., None]), np.asarray(self.moment * scale))


def cross(one: Floats, other: Floats) -> Floats:
    """Z component of the cross product of vectors (..., 2)."""
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])


def needed(
    mass: Floats | float,
    centre: Floats,
    *,
    acceleration: Floats | None = None,
    inertia: Floats | float = 0.0,
    angular: Floats | float = 0.0,
    gravity: float = GRAVITY,
) -> Wrench:
    """What must act on a rigid body besides gravity.

    Parameters
    ----------
    mass : kg. centre : (..., 2) of mass, m. acceleration : (..., 2) of the centre, m/s²; at rest where None.
    inertia : about the mass centre and the mediolateral axis, kg·m².
    angular : acceleration, rad/s², counterclockwise positive.
    """
    up = np.zeros_like(centre) if acceleration is None else acceleration.copy()
    up[..., 1] += gravity
    force = np.asarray(mass)[..., None] * up
    return Wrench(force, np.asarray(cross(centre, force) + np.asarray(inertia) * angular))


def applied(force: Floats, point: Floats, couple: Floats | float = 0.0) -> Wrench:
    """A force (..., 2) at a point, such as the ground's, with a couple."""
    return Wrench(force, np.asarray(cross(point, force) + couple))


def turning(span: Floats, span_acceleration: Floats) -> Floats:
    """Angular acceleration (...) of a rigid segment, from the vector between its ends and its second derivative.

    For a constant length d × d̈ = |d|² α.
    """
    square = (span**2).sum(axis=-1)
    return np.asarray(cross(span, span_acceleration) / np.where(square > 0, square, 1.0))
