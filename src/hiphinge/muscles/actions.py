"""What a muscle did in a phase - got longer, kept its length, got shorter - told from its length and the error of it.

A change is normal about what was measured, N(Δ, σ²), and the length is kept where it changes by less than a band b:

    eccentric   P(Δ > b),   isometric   P(|Δ| ≤ b),   concentric   P(Δ < −b)

The action is the one that is sure enough, else `unclear`. σ is not the error of a length: most of an angle's error is
where landmarks lie on this body, the same at both ends of a phase, and the more so the less the posture changes.
"""

from typing import Final, NamedTuple

import numpy as np
from scipy.special import ndtr

from hiphinge.geometry import NINE_IN_TEN, Floats
from hiphinge.records import Held, MuscleAction
from hiphinge.settings import MuscleSettings

ERROR: Final = "error"
"""The change is not told from none."""
TURNED: Final = "turned"
"""It went one way and back within the phase."""
UNSEEN: Final = "unseen"
"""Too few frames show it."""


class Change(NamedTuple):
    """A change, its standard error, and how far the length went to and fro in between (largest less smallest)."""

    value: float
    error: float
    span: float


class Told(NamedTuple):
    """An action, and why it is unclear."""

    action: MuscleAction
    reason: str | None = None


def shared(apart_deg: float, settings: MuscleSettings) -> float:
    """How far errors agree (ρ) at two postures whose hips are so far apart: falls evenly from near to far."""
    far = min(1.0, abs(apart_deg) / settings.far_deg)
    return settings.correlation_near + far * (settings.correlation_far - settings.correlation_near)


def change_error(first: float, last: float, apart_deg: float, settings: MuscleSettings) -> float:
    """Standard error of a difference: σ² = σ₁² + σ₂² − 2 ρ σ₁ σ₂."""
    agree = shared(apart_deg, settings)
    return float(np.sqrt(max(first**2 + last**2 - 2 * agree * first * last, 0.0)))


def chances(change: Change, band: float) -> tuple[float, float, float]:
    """Probability of having got longer, of having kept the length within ±band, of having got shorter."""
    error = max(change.error, np.finfo(float).tiny)
    longer, shorter = (float(ndtr((sign * change.value - band) / error)) for sign in (1.0, -1.0))
    return longer, 1 - longer - shorter, shorter


def told(change: Change, band: float, settings: MuscleSettings) -> Told:
    """Name the action."""
    longer, kept, shorter = chances(change, band)
    if longer >= settings.sure:
        return Told("eccentric")
    if shorter >= settings.sure:
        return Told("concentric")
    if kept < settings.sure:
        return Told("unclear", ERROR)
    if change.span > band + NINE_IN_TEN * change.error:
        return Told("unclear", TURNED)
    return Told("isometric")


def held(change: Change, settings: MuscleSettings) -> Held:
    """Whether the erectors kept their length, from a change of lumbar flexion in degrees."""
    within, beyond = (chances(change, band)[1] for band in (settings.held_lumbar_deg, settings.drifted_lumbar_deg))
    if within >= settings.sure:
        return "yes"
    if 1 - beyond >= settings.sure:
        return "no"
    return "drifted" if beyond - within >= settings.sure else "unclear"


def ends(values: Floats, errors: Floats, hip: Floats, settings: MuscleSettings) -> tuple[Change, int, int] | None:
    """Change over a phase (T,) from its first known frame to its last, and their places; None where too few are."""
    known = np.flatnonzero(np.isfinite(values) & np.isfinite(errors))
    if known.size < 2 or known.size < settings.seen_share * values.size:
        return None
    first, last = int(known[0]), int(known[-1])
    error = change_error(float(errors[first]), float(errors[last]), float(hip[last] - hip[first]), settings)
    span = float(np.ptp(values[known]))
    return Change(float(values[last] - values[first]), error, span), first, last
