"""How far an angle may be from the truth: landmark noise carried through the geometry, and the camera's yaw.

Plain arrays. A *direction* is the angle (rad) by which a segment leans forward from the vertical; its *normal* is the
unit vector along which its upper end moves when it leans further.
"""

from collections.abc import Sequence

import numpy as np

from hiphinge.geometry import Floats


def direction(lower: Floats, upper: Floats) -> Floats:
    """Forward lean (T,) in rad of the segments from `lower` to `upper`, (T, 2) forward and up."""
    span = upper - lower
    return np.asarray(np.arctan2(span[:, 0], span[:, 1]))


def length(lower: Floats, upper: Floats) -> Floats:
    """Segment lengths (T,), in the unit of the points."""
    return np.asarray(np.hypot(*(upper - lower).T))


def gradient(lower: Floats, upper: Floats) -> Floats:
    """Derivative (T, 2) of the segment's direction (rad) by the place of its upper end; by the lower end, its negative.

    For a segment of length L leaning by θ it is (cos θ, −sin θ) / L; NaN where the ends fall together.
    """
    angle, span = direction(lower, upper), length(lower, upper)
    return np.stack([np.cos(angle), -np.sin(angle)], axis=1) / np.where(span > 0, span, np.nan)[:, None]


def propagated(gradients: Sequence[Floats], errors: Sequence[Floats]) -> Floats:
    """Standard error (T,) of a quantity of several independent points.

    Parameters
    ----------
    gradients : derivative of the quantity by each point, (T, 2).
    errors : standard error of each point per axis, (T, 2).
    """
    return np.asarray(
        np.sqrt(sum(((slope * error) ** 2).sum(axis=1) for slope, error in zip(gradients, errors, strict=True)))
    )


def yaw_slope(angle: Floats, yaw: float, yaw_error: float) -> Floats:
    """Error (rad, signed) that a yaw error of `yaw_error` (rad) leaves in a corrected direction.

    A distant camera shortens the forward extent, tan θ' = tan θ cos ψ, so dθ/dψ = sin θ cos θ tan ψ. Exactly side-on
    the first order vanishes, so half the second order is added. Signed, because directions that make one joint angle
    share the yaw and its error.
    """
    return np.asarray(np.sin(angle) * np.cos(angle) * (np.tan(yaw) * yaw_error + yaw_error**2 / 2))


def quantile(values: Floats, share: float) -> float:
    """Give the quantile of the finite values; NaN where there are none."""
    finite = values[np.isfinite(values)]
    return float(np.quantile(finite, share)) if finite.size else float("nan")
