"""Postures that do not fall over: the shank for a wanted place of the mass centre, the trunk for a wanted height."""

from collections.abc import Callable
from typing import Final

from scipy.optimize import brentq

from hiphinge.anthropometry import Segment
from hiphinge.ghost.body import GhostLengths, Load, Posture, joints, mass_centre

SHANK_DEG: Final = (-45.0, 60.0)
"""No ankle goes further either way."""
_CLOSE_DEG: Final = 1e-9


def ahead(posture: Posture, lengths: GhostLengths, masses: dict[str, Segment], load: Load | None = None) -> float:
    """How far the mass centre lies in front of the ankle, pixels."""
    return float(mass_centre(joints(posture, lengths), masses, load)[0])


def balanced(
    posture: Posture, lengths: GhostLengths, masses: dict[str, Segment], *, place: float, load: Load | None = None
) -> Posture | None:
    """Tilt the shank until the mass centre lies `place` pixels in front of the ankle.

    Knee and trunk keep their angles, so the whole body turns about the ankle and the mass centre moves forward with the
    shank. None where no shank that an ankle allows does it.
    """

    def miss(shank: float) -> float:
        return ahead(posture._replace(shank=shank), lengths, masses, load) - place

    low, high = SHANK_DEG
    if miss(low) > 0 or miss(high) < 0:
        return None
    return posture._replace(shank=float(brentq(miss, low, high, xtol=_CLOSE_DEG)))


def lowered(
    right: Callable[[float], Posture | None], lengths: GhostLengths, *, height: float, trunk_deg: tuple[float, float]
) -> float:
    """Give the trunk inclination at which the shoulders of a right posture are `height` above the ankle, pixels.

    Parameters
    ----------
    right : the balanced posture at a trunk inclination, degrees; None where there is none.
    trunk_deg : least and greatest inclination; where the height lies beyond what they reach, the nearer one is given.
    """

    def above(trunk: float) -> float:
        posture = right(trunk)
        return -height if posture is None else float(joints(posture, lengths)["shoulder"][1]) - height

    low, high = trunk_deg
    if above(low) <= 0:
        return low
    if above(high) >= 0:
        return high
    return float(brentq(above, low, high, xtol=1e-4))
