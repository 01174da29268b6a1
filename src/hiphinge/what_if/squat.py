"""The same load at the same height, by bending the knees: a balanced squat of the lifter's own body.

A squat is what bends hips and knees alike (their quotient is 1.0 in a squat and 3 and more in a hinge: science of the
hinge and `hinge_dominance`), as far as the ankles let the shins tilt. Where they do not, the trunk leans as much as the
balance then asks. What is left free, how deep, is chosen so that the load is as high as it was.
"""

from collections.abc import Callable
from typing import NamedTuple

from scipy.optimize import brentq

from hiphinge.ghost.body import Lengths, Places, Posture, joints
from hiphinge.ghost.right import Stand

_CLOSE_DEG = 1e-4


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

    def posture(knee: float) -> Posture | None:
        return _balanced(stand, like, knee=knee, limits=limits)

    def above(knee: float) -> float:
        found = posture(knee)
        return -height if found is None else height_of(joints(found, stand.lengths)) - height

    if above(limits.knee) > 0 or above(0.0) < 0:
        return None
    return posture(float(brentq(above, 0.0, limits.knee, xtol=_CLOSE_DEG)))


def _balanced(stand: Stand, like: Posture, *, knee: float, limits: Limits) -> Posture | None:
    """The squat with this knee: the least trunk inclination that bends hips and knees alike and spares the ankles."""

    def standing(trunk: float) -> Posture | None:
        return stand.balanced(like._replace(knee=knee, trunk=trunk, rear=None))

    def leans_enough(trunk: float) -> float:
        found = standing(trunk)
        if found is None:
            return -1.0
        alike = found.hip - limits.hip_to_knee * knee
        return min(alike, limits.shank - found.shank)

    low, high = 0.0, 90.0
    if leans_enough(low) >= 0:
        return standing(low)
    if leans_enough(high) < 0:
        return None
    return standing(float(brentq(leans_enough, low, high, xtol=_CLOSE_DEG)))


def between_the_feet(lengths: Lengths) -> Lengths:
    """Lengths of a body whose hanging hands need not clear the legs, since the load hangs between them."""
    return lengths._replace(hand_clearance=-float(lengths.shank + lengths.thigh))
