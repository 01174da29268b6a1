"""How long a muscle is at given joint angles, as a change from standing; plain arrays.

Angles are degrees: `hip` between pelvis and thigh, `knee`, both + flexed and 0 in standing. Results are fractions of
the muscle's length in standing, + longer. The hamstrings cross two joints: bending the hip lengthens them, bending the
knee shortens them, so a squat may leave them as they were and a hinge on the same hips stretches them far.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from hiphinge.geometry import Floats
from hiphinge.muscles.model import HEADS, HIP_MUSCLES, Cubic, HamstringLengths, MuscleModel, muscle_model


class Slopes(NamedTuple):
    """By how much a degree of hip and of knee flexion changes a length, fraction of standing length per degree."""

    hip: float
    knee: float


def hamstring_slopes(lengths: HamstringLengths, model: MuscleModel | None = None) -> Slopes:
    """Slopes of the hamstrings as one muscle: the mean of their heads' c1 / c0 and c2 / c0, weighed by strength.

    Both published models are straight lines in both angles, L = c0 + c1 a + c2 k, so the change from standing is
    (c1 a + c2 k) / c0.
    """
    model = model or muscle_model()
    weights = np.array([getattr(model.strength_n, head) for head in HEADS])
    lines = np.array([getattr(lengths, head) for head in HEADS])
    hip, knee = (np.average(lines[:, i] / lines[:, 0], weights=weights) for i in (1, 2))
    return Slopes(float(hip), float(knee))


def head_change(head: str, hip: ArrayLike, knee: ArrayLike, *, by: str) -> Floats:
    """Length change (...) of one head by one published model; see `hamstring_slopes`."""
    c0, c1, c2 = getattr(muscle_model().hamstring_lengths[by], head)
    return np.asarray((c1 * np.asarray(hip) + c2 * np.asarray(knee)) / c0)


def moment_arms(hip: ArrayLike) -> Floats:
    """Arms of hip extension (..., 3) in metres, in the order of `HIP_MUSCLES`.

    Cubics of hip flexion; beyond the range they were fitted over (0-110 degrees) the value at its end.
    """
    arms = muscle_model().hip_arms_mm
    within = np.clip(np.asarray(hip, dtype=np.float64), arms.least_deg, arms.most_deg)
    columns = [np.polynomial.polynomial.polyval(within, getattr(arms, name)) for name in HIP_MUSCLES]
    return np.stack(columns, axis=-1) / 1000


def one_joint_change(muscle: str, hip: ArrayLike) -> Floats:
    """Length change (...) of a muscle that crosses the hip alone: the integral of its arm from standing.

        dL = r(a) da  =>  (L(a) − L0) / L0 = ∫₀ᵃ r da / L0

    with a in rad; a muscle that extends the joint is lengthened by flexion.
    """
    model = muscle_model()
    arms = model.hip_arms_mm
    cubic: Cubic = getattr(arms, muscle)
    angle = np.asarray(hip, dtype=np.float64)
    integral = np.polynomial.polynomial.polyint(np.asarray(cubic))
    within = np.clip(angle, arms.least_deg, arms.most_deg)
    at_end = np.polynomial.polynomial.polyval(within, cubic)
    mm_deg = np.polynomial.polynomial.polyval(within, integral) + (angle - within) * at_end
    standing: float = getattr(model.standing_m, muscle)
    return np.asarray(np.deg2rad(mm_deg) / 1000 / standing)
