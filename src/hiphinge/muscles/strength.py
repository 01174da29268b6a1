"""How strong hips are at an angle, and what they hold without any muscle; plain arrays, one leg.

Angles in degrees: hip flexion between pelvis and thigh, knee flexion, both 0 in standing.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from hiphinge.geometry import Floats
from hiphinge.kinetics.dynamics import GRAVITY
from hiphinge.muscles.model import AgeCurves, Curve, muscle_model
from hiphinge.records import Sex


def hip_strength(hip: ArrayLike, curve: Curve, rate_rad_s: ArrayLike = 0.0) -> Floats:
    """Greatest voluntary moment of hip extension (...), N·m per newton of weight and metre of stature.

    Anderson, Madigan & Nussbaum (2007), with θ in rad and ω the speed of extension,

        T = C1 cos(C2 (θ − C3)) · (2 C4 C5 + ω (C5 − 3 C4)) / (2 C4 C5 + ω (2 C5 − 4 C4))

    Shortening faster than C5, where half of T is left, was not measured and is taken as C5. Muscles that lengthen are
    taken to be as strong as those that hold; many are a little stronger.
    """
    c1, c2, c3, c4, c5, _ = curve
    theta = np.deg2rad(np.asarray(hip, dtype=np.float64))
    held = c1 * np.cos(np.clip(c2 * (theta - c3), -np.pi / 2, np.pi / 2))
    speed = np.clip(rate_rad_s, 0.0, c5)
    slower = (2 * c4 * c5 + speed * (c5 - 3 * c4)) / (2 * c4 * c5 + speed * (2 * c5 - 4 * c4))
    return np.asarray(held * slower)


class Strength(NamedTuple):
    """Strength (...) of one leg's hip extension, in the moment's own unit."""

    low: Floats
    best: Floats
    high: Floats


def strength_of(
    hip: ArrayLike,
    rate_rad_s: ArrayLike,
    *,
    mass_kg: float,
    stature_m: float,
    sex: Sex | None,
    spread: tuple[float, float],
) -> Strength:
    """Strength of a lifter whose age, training and maybe sex are unknown.

    Best is the mean of the curves that may apply: people who were measured, not lifters. Their extremes, and beyond
    them `spread`, by how much less and more people of one age and sex have, make the bounds, in quadrature. Hips bent
    further than any model was made for are as strong as at the end of its range.

    Parameters
    ----------
    mass_kg : 1 for strength per kilogram.
    spread : relative, less and more.
    """
    arms, model = muscle_model().hip_arms_mm, muscle_model().hip_strength
    within = np.clip(np.asarray(hip, dtype=np.float64), arms.least_deg, arms.most_deg)
    groups: list[AgeCurves] = [getattr(model, one) for one in (("f", "m") if sex is None else (sex,))]
    curves = [curve for ages in groups for curve in (ages.young, ages.old)]
    newton_metres = mass_kg * GRAVITY * stature_m
    each = newton_metres * np.stack([hip_strength(within, curve, rate_rad_s) for curve in curves])
    best = each.mean(axis=0)
    low = best - np.hypot(best - each.min(axis=0), spread[0] * best)
    high = best + np.hypot(each.max(axis=0) - best, spread[1] * best)
    return Strength(low, np.asarray(best), high)


def passive_extension(hip: ArrayLike, knee: ArrayLike) -> Floats:
    """Moment (...) that one relaxed hip resists bending with, N·m, + extending.

    Riener & Edrich (1999): tissue at the front (in extension) and at the back (in flexion, the more the straighter the
    knee). Beyond the hips' fitted range the value at its end.
    """
    model = muscle_model()
    front, _ = _exponentials(hip, knee)
    return np.asarray(passive_back(hip, knee) - front - model.passive_hip.rest)


def passive_back(hip: ArrayLike, knee: ArrayLike) -> Floats:
    """Its part from the back of thigh and buttock (...), N·m, + extending: what stretched hamstrings share in."""
    return _exponentials(hip, knee)[1]


def _exponentials(hip: ArrayLike, knee: ArrayLike) -> tuple[Floats, Floats]:
    model = muscle_model()
    arms, passive = model.hip_arms_mm, model.passive_hip
    a = np.minimum(np.asarray(hip, dtype=np.float64), arms.most_deg)
    k = np.asarray(knee, dtype=np.float64)
    front, back = (np.asarray(np.exp(p0 + p1 * k + p2 * a)) for p0, p1, p2 in (passive.front, passive.back))
    return front, back
