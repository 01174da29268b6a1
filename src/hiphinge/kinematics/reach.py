"""A knee that legs of constant length allow: plain arrays, statures, the sagittal plane.

A knee K lies one shank from the ankle A and one thigh from the hip H. Where the landmark K₀ does not, it is hidden and
guessed, and the likeliest knee is the one that makes

    (ν + 2) · ln(1 + |K − K₀|² / (ν σ²)) + ((|K − A| − a) / s_a)² + ((|H − K| − b) / s_b)²

least: a landmark may be far off (Student's t with ν degrees of freedom), a leg may not be much longer than it is, and
looks shorter only as far as a knee turns out of the plane.
"""

from typing import NamedTuple

import numpy as np

from hiphinge.geometry import Floats
from hiphinge.kinematics.uncertainty import length
from hiphinge.settings import KinematicsSettings

_ROUNDS = 40
_STEP = 0.8


class Legs(NamedTuple):
    """Shank and thigh as the clip shows them, statures."""

    shank: float
    thigh: float


class Knee(NamedTuple):
    """Where legs and landmark together put the knee.

    Attributes
    ----------
    place : (T, 2) forward and up, statures; the landmark itself where hip or ankle are unknown.
    error : (T,) standard error per axis, statures.
    misfit : (T,) how far the landmark is from legs of these lengths, in what lengths usually vary by.
    """

    place: Floats
    error: Floats
    misfit: Floats


class LegJoints(NamedTuple):
    """Ankle, knee and hip over time, (T, 2) statures, and how surely (T,) knee and ankle were seen."""

    ankle: Floats
    knee: Floats
    hip: Floats
    sure: Floats


def legs_of(joints: LegJoints, settings: KinematicsSettings) -> Legs:
    """Lengths in the surer half of the moments; how they share the leg is told half by the clip, half by people."""
    shank, thigh = length(joints.ankle, joints.knee), length(joints.knee, joints.hip)
    known = np.isfinite(shank + thigh + joints.sure)
    surer = known & np.greater_equal(joints.sure, np.median(joints.sure[known]))
    whole = float(np.median((shank + thigh)[surer]))
    share = float(np.median((shank / (shank + thigh))[surer]))
    share = (share + settings.shank_of_leg) / 2
    return Legs(whole * share, whole * (1 - share))


class _Sought(NamedTuple):
    """What a knee is sought from; `error` (T,) is the landmark's standard error per axis, statures."""

    joints: LegJoints
    legs: Legs
    error: Floats
    settings: KinematicsSettings


def knee_in_reach(joints: LegJoints, legs: Legs, error: Floats, settings: KinematicsSettings) -> Knee:
    """Find the likeliest knee of every moment.

    Parameters
    ----------
    joints : the landmarks.
    legs : lengths of this lifter's legs.
    error : (T,) standard error of the knee landmark per axis, statures.
    settings : this stage's numbers.
    """
    sought = _Sought(joints, legs, np.maximum(error, settings.knee_least_error), settings)
    seen, bent = (_settled(start, sought) for start in (joints.knee, _bent(joints, legs)))
    place = np.where((_cost(seen, sought) <= _cost(bent, sought))[:, None], seen, bent)
    known = np.asarray(np.isfinite(place).all(axis=1), dtype=np.bool_)
    place = np.where(known[:, None], place, joints.knee)
    curve, _ = _pull(place, sought)
    spread = np.full(len(place), np.nan)
    spread[known] = np.sqrt(np.trace(np.linalg.inv(curve[known]), axis1=1, axis2=2) / 2)
    return Knee(place, spread, np.sqrt(_misfit(joints.knee, sought)))


def _bent(joints: LegJoints, legs: Legs) -> Floats:
    """(T, 2) the knee where both lengths hold, ahead of the line ankle → hip; on that line where they do not meet."""
    line = joints.hip - joints.ankle
    span = np.hypot(*line.T)
    apart = np.clip(span, abs(legs.shank - legs.thigh), legs.shank + legs.thigh)
    along = (legs.shank**2 - legs.thigh**2 + apart**2) / (2 * apart)
    ahead = np.sqrt(np.maximum(legs.shank**2 - along**2, 0.0))
    unit = line / span[:, None]
    return np.asarray(
        joints.ankle + along[:, None] * unit + ahead[:, None] * np.stack([unit[:, 1], -unit[:, 0]], axis=1)
    )


def _ends(sought: _Sought) -> tuple[tuple[Floats, float], tuple[Floats, float]]:
    """The joints a knee hangs on, (T, 2), and how far from each it should be."""
    return (sought.joints.ankle, sought.legs.shank), (sought.joints.hip, sought.legs.thigh)


def _spread(off: Floats, wanted: float, settings: KinematicsSettings) -> Floats:
    """(T,) by how much a length `wanted` varies, on the side where it is `off`; statures."""
    return np.asarray(wanted * settings.leg_length_spread * np.where(off < 0, settings.leg_turned_out, 1.0))


def _misfit(knee: Floats, sought: _Sought) -> Floats:
    """(T,) the last two terms of the module's head."""
    offs = [(length(end, knee) - wanted, wanted) for end, wanted in _ends(sought)]
    return np.asarray(sum((off / _spread(off, wanted, sought.settings)) ** 2 for off, wanted in offs))


def _astray(knee: Floats, sought: _Sought) -> Floats:
    """(T,) squared distance from the landmark, in its variances."""
    return np.asarray(((knee - sought.joints.knee) ** 2).sum(axis=1) / sought.error**2)


def _cost(knee: Floats, sought: _Sought) -> Floats:
    """(T,) the function of the module's head."""
    tails = sought.settings.knee_tails
    return np.asarray((tails + 2) * np.log1p(_astray(knee, sought) / tails) + _misfit(knee, sought))


def _pull(knee: Floats, sought: _Sought) -> tuple[Floats, Floats]:
    """Curvature (T, 2, 2) and slope (T, 2) of half the cost, as of a sum of squares whose weights stand still."""
    tails = sought.settings.knee_tails
    weight = (tails + 2) / (tails + _astray(knee, sought)) / sought.error**2
    curve = weight[:, None, None] * np.eye(2)
    slope = weight[:, None] * (knee - sought.joints.knee)
    for end, wanted in _ends(sought):
        away = knee - end
        span = np.hypot(*away.T)
        unit, off = away / np.maximum(span, 1e-9)[:, None], span - wanted
        stiff = 1 / _spread(off, wanted, sought.settings) ** 2
        curve = curve + stiff[:, None, None] * unit[:, :, None] * unit[:, None, :]
        slope = slope + (stiff * off)[:, None] * unit
    return curve, slope


def _settled(start: Floats, sought: _Sought) -> Floats:
    """Go downhill from `start` (T, 2)."""
    knee = start
    for _ in range(_ROUNDS):
        curve, slope = _pull(knee, sought)
        knee = knee - _STEP * np.linalg.solve(curve, slope[..., None])[..., 0]
    return knee
