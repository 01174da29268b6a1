"""How much of their strength the hip's muscles used, from the moment at the hip; arrays over time.

What the relaxed hip holds by itself is taken off first; the rest is shared out (`sharing`) over gluteus maximus,
hamstrings and adductor magnus. How strong each is comes from two things: together they are as strong as hips are
measured to be at that angle and speed, and beside each other as size and arm say. What is unsure - the moment, the
lifter's strength, the relaxed hip, the angle, the rule of sharing - is moved to its bounds one at a time; the changes
add in quadrature.
"""

from dataclasses import dataclass, replace

import numpy as np

from hiphinge.geometry import NINE_IN_TEN, Floats
from hiphinge.muscles.lengths import moment_arms
from hiphinge.muscles.model import HIP_MUSCLES, muscle_model
from hiphinge.muscles.sharing import activations
from hiphinge.muscles.strength import passive_extension, strength_of
from hiphinge.records import Sex
from hiphinge.settings import MuscleSettings


@dataclass(frozen=True)
class Asked:
    """What was asked of the hips, over time (T,).

    Attributes
    ----------
    moment : (T, 3) hip extension of both sides together, low, best, high: N·m, or N·m/kg where mass is unknown.
    hip, knee : degrees, hip between pelvis and thigh. hip_error : its standard error.
    rate_rad_s : speed of extension, + extending.
    mass_kg : None where it is unknown. stature_m : what the moment was made with.
    legs : how many work.
    """

    moment: Floats
    hip: Floats
    knee: Floats
    hip_error: Floats
    rate_rad_s: Floats
    mass_kg: float | None
    stature_m: float
    sex: Sex | None
    legs: int


@dataclass(frozen=True)
class Efforts:
    """What they used: the last axis is low, best, high.

    Attributes
    ----------
    whole : (T, 3) share of the whole strength of hip extension. muscles : (T, 3, 3) of each of `HIP_MUSCLES`.
    force_n : (T, 3, 3) force of each of them, both sides together; NaN where the mass is unknown.
    passive : (T, 3) share of the whole moment that the relaxed hip holds, 0 … 1.
    """

    whole: Floats
    muscles: Floats
    force_n: Floats
    passive: Floats


@dataclass(frozen=True)
class _Case:
    """One choice of everything unsure."""

    moment: Floats
    hip: Floats
    strength: int = 1
    passive: float = 1.0
    power: float = 2.0


def efforts(asked: Asked, settings: MuscleSettings) -> Efforts:
    """Give every effort with its bounds."""
    best = _Case(asked.moment[:, 1], asked.hip, power=settings.sharing_power)
    wide = NINE_IN_TEN * np.hypot(asked.hip_error, settings.standing_pelvis_error_deg)
    relaxed = NINE_IN_TEN * np.hypot(settings.passive_spread, _mass_doubt(asked, settings))
    pairs = (
        (replace(best, moment=asked.moment[:, 0]), replace(best, moment=asked.moment[:, 2])),
        (replace(best, strength=0), replace(best, strength=2)),
        (replace(best, passive=max(1 - relaxed, 0.0)), replace(best, passive=1 + relaxed)),
        (replace(best, hip=asked.hip - wide), replace(best, hip=asked.hip + wide)),
        (replace(best, power=settings.sharing_power_other),),
    )
    centre = _outcome(asked, best, settings)
    others = [[_outcome(asked, case, settings) for case in pair] for pair in pairs]
    spans = [_bounded(centre[i], [[outcome[i] for outcome in pair] for pair in others]) for i in range(len(centre))]
    return Efforts(*spans)


def _mass_doubt(asked: Asked, settings: MuscleSettings) -> float:
    known = asked.mass_kg is not None
    return 0.0 if known else settings.passive_mass_error_kg / settings.passive_mass_kg


def _outcome(asked: Asked, case: _Case, settings: MuscleSettings) -> tuple[Floats, Floats, Floats, Floats]:
    """Whole effort (T,), each muscle's (T, 3), their forces (T, 3), the passive share (T,)."""
    unit_kg = 1.0 if asked.mass_kg is not None else settings.passive_mass_kg
    relaxed = case.passive * asked.legs * passive_extension(case.hip, asked.knee) / unit_kg
    strong = strength_of(
        case.hip,
        asked.rate_rad_s,
        mass_kg=1.0 if asked.mass_kg is None else asked.mass_kg,
        stature_m=asked.stature_m,
        sex=asked.sex,
        spread=(NINE_IN_TEN * settings.strength_spread, settings.strength_trained),
    )
    whole = asked.legs * strong[case.strength]
    arms = moment_arms(case.hip)
    size = np.array([getattr(muscle_model().strength_n, name) for name in HIP_MUSCLES])
    capacity = whole[:, None] * (size * arms) / (size * arms).sum(axis=-1, keepdims=True)
    active = np.clip(case.moment - relaxed, 0.0, None)
    shares = activations(active, capacity, power=case.power)
    force = shares * capacity / arms if asked.mass_kg is not None else np.full_like(capacity, np.nan)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        held = np.where(case.moment > 0, np.clip(relaxed / case.moment, 0.0, 1.0), np.nan)
    return active / whole, shares, force, held


def _bounded(best: Floats, others: list[list[Floats]]) -> Floats:
    """(…, 3) low, best, high: the farthest each unsure thing moves it down and up, in quadrature."""
    down = np.sqrt(
        sum((np.clip(best - np.minimum.reduce(pair), 0.0, None) ** 2 for pair in others), np.zeros_like(best))
    )
    up = np.sqrt(sum((np.clip(np.maximum.reduce(pair) - best, 0.0, None) ** 2 for pair in others), np.zeros_like(best)))
    return np.stack([np.clip(best - down, 0.0, None), best, best + up], axis=-1)
