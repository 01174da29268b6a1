"""The same load at the same height, by bending the knees: a balanced squat of the lifter's own body.

A squat bends hips and knees alike, where a hinge bends the hips three times as far and more, as long as the ankles let
the shins tilt. Where they do not, the shins stay at that tilt and the trunk leans as much as the balance then asks. How
deep it goes is chosen so that the load is as low as it was.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.optimize import root

from hiphinge.geometry import Floats
from hiphinge.ghost.balance import ahead
from hiphinge.ghost.body import GhostLengths, Places, Posture, joints
from hiphinge.ghost.right import Stand

_CLOSE = 1e-3
"""Of a body's length: as near as a root must come to where mass centre and load belong."""
_GUESSES = ((25.0, 80.0, 30.0), (15.0, 45.0, 20.0), (35.0, 110.0, 40.0))
"""Shank, knee and trunk of squats, degrees, to start from."""


class Limits(NamedTuple):
    """How far a squat goes, degrees."""

    knee: float
    shank: float
    hip_to_knee: float
    """Hip flexion over knee flexion."""


def squatted(
    stand: Stand,
    height_of: Callable[[Places], float],
    *,
    like: Posture,
    height: float,
    limits: Limits,
) -> Posture | None:
    """Squat until something is as low as it was.

    Parameters
    ----------
    stand : the body, its load, and where its mass centre belongs.
    height_of : the height of what is to be as low as it was, from the joints' places.
    like : the posture whose neck and arms are kept; arms hang where its `arm` is None.
    height : above the ankle, in the unit of the lengths.

    Returns
    -------
    None where no balanced squat within the limits is that low.
    """
    body = stand.lengths.shank + stand.lengths.thigh + stand.lengths.trunk

    def posture(angles: Floats) -> Posture:
        shank, knee, trunk = (float(angle) for angle in angles)
        return like._replace(shank=shank, knee=knee, trunk=trunk, rear=None)

    def misses(angles: Floats, *, alike: bool) -> Floats:
        found = posture(angles)
        balance = ahead(found, stand.lengths, stand.masses, stand.load) - stand.place
        low = height_of(joints(found, stand.lengths)) - height
        form = found.hip - limits.hip_to_knee * found.knee if alike else found.shank - limits.shank
        return np.array([balance / body, low / body, form / 100])

    for alike in (True, False):
        for guess in _GUESSES:
            solved = root(partial(misses, alike=alike), np.array(guess))
            if solved.success and float(np.abs(solved.fun).max()) < _CLOSE:
                found = posture(solved.x)
                if 0 <= found.trunk <= 90 and 0 <= found.knee <= limits.knee and found.shank <= limits.shank + _CLOSE:
                    return found
                break
    return None


def between_the_feet(lengths: GhostLengths) -> GhostLengths:
    """Lengths of a body whose hanging hands need not clear the legs, since the load hangs between them."""
    return replace(lengths, hand_clearance=-float(lengths.shank + lengths.thigh))
