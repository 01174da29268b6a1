"""How far the muscles are stretched over time, as columns of the kinematics."""

from typing import Final, NamedTuple

import numpy as np

from hiphinge.geometry import Floats, interval_of
from hiphinge.kinematics import Kinematics, rate
from hiphinge.muscles.angles import Angles, angles_of
from hiphinge.muscles.lengths import Slopes, hamstring_slopes, moment_arms, one_joint_change
from hiphinge.muscles.model import HIP_MUSCLES, muscle_model
from hiphinge.muscles.strength import passive_back
from hiphinge.settings import MuscleSettings

LENGTHS: Final = "fraction of standing length"
SPEEDS: Final = "standing lengths/s"


class Stretch(NamedTuple):
    """A muscle's length over time, as a change from the lifter's own standing; fractions of that length, + longer.

    Attributes
    ----------
    value, low, high : (T,) mean of the models, and the least and most of them.
    error : (T,) standard error from the angles alone.
    slopes : by how much a degree of hip and knee changes it, (T,) or one number each.
    """

    value: Floats
    low: Floats
    high: Floats
    error: Floats
    slopes: tuple[Floats | float, Floats | float]


def stretches(angles: Angles, settings: MuscleSettings) -> dict[str, Stretch]:
    """Every hip extensor's length over time, by its name."""
    return {"hamstrings": _hamstrings(angles)} | {
        name: _one_joint(name, angles, settings) for name in HIP_MUSCLES if name != "hamstrings"
    }


def _hamstrings(angles: Angles) -> Stretch:
    models = [hamstring_slopes(one) for one in muscle_model().hamstring_lengths.values()]
    each = np.stack([_from_standing(slopes, angles) for slopes in models])
    slopes = Slopes(*(float(column) for column in np.mean(models, axis=0)))
    error = _error(angles, *slopes) + _beyond(angles.hip) * slopes.hip / 2
    return Stretch(each.mean(axis=0), each.min(axis=0), each.max(axis=0), error, slopes)


def _from_standing(slopes: Slopes, angles: Angles) -> Floats:
    """(L − L₀) / L₀ with L₀ the length in the lifter's own standing."""
    length = 1 + slopes.hip * angles.hip + slopes.knee * angles.knee
    own = 1 + slopes.hip * angles.hip_standing + slopes.knee * angles.knee_standing
    return np.asarray(length / own - 1)


def _beyond(hip: Floats) -> Floats:
    """Degrees of hip flexion beyond those that any model was made for: half of what they would add is doubt."""
    return np.clip(hip - muscle_model().hip_arms_mm.most_deg, 0.0, None)


def _one_joint(name: str, angles: Angles, settings: MuscleSettings) -> Stretch:
    own = 1 + one_joint_change(name, angles.hip_standing)
    value = (1 + one_joint_change(name, angles.hip)) / own - 1
    arm = moment_arms(angles.hip)[..., HIP_MUSCLES.index(name)]
    standing: float = getattr(muscle_model().standing_m, name)
    slope = np.deg2rad(arm / standing)
    spread = settings.arm_model_error * np.abs(value)
    error = _error(angles, slope, 0.0) + _beyond(angles.hip) * slope / 2
    return Stretch(value, value - spread, value + spread, error, (slope, 0.0))


def _error(angles: Angles, hip: Floats | float, knee: Floats | float) -> Floats:
    """Standing is the reference, and is known only so well."""
    return np.hypot(angles.error_of(hip=hip, knee=knee), angles.standing_error_of(hip=hip, knee=knee))


def with_lengths(motion: Kinematics, settings: MuscleSettings) -> Kinematics:
    """The motion with the muscles' lengths from standing.

    New columns, all NaN where the lifter is seen from the front or the chain was not seen:

    =====================================================  ==========================================================
    `pelvic_hip_flexion_deg` (`_error_deg`)                hip between pelvis and thigh, + flexed
    `hamstring_strain`, `gluteus_maximus_strain`,          change of length from standing, fractions of it, + longer;
    `adductor_magnus_strain` (`_error`)                    errors with the models' spread in them
    `hamstring_strain_rate`                                per second, + getting longer
    `hamstring_passive_tension` (`_error`)                 what relaxed hamstrings pull with at that length, N, one leg
    =====================================================  ==========================================================
    """
    angles = angles_of(motion, settings)
    columns = {"pelvic_hip_flexion_deg": angles.hip, "pelvic_hip_flexion_error_deg": angles.error_of(hip=1.0, knee=0.0)}
    units = {"pelvic_hip_flexion_deg": "deg", "pelvic_hip_flexion_error_deg": "deg"}
    for name, one in stretches(angles, settings).items():
        stem = f"{name.removesuffix('s') if name == 'hamstrings' else name}_strain"
        columns |= {stem: one.value, f"{stem}_error": np.hypot(one.error, (one.high - one.low) / 2)}
    columns["hamstring_strain_rate"] = rate(columns["hamstring_strain"], interval_of(motion["time"].to_numpy()))
    columns["hamstring_passive_tension"], columns["hamstring_passive_tension_error"] = _tension(angles, settings)
    if motion.attrs["plane"] == "frontal":
        columns = {name: np.full_like(values, np.nan) for name, values in columns.items()}
    found = motion.assign({name: ("time", values) for name, values in columns.items()})
    for name in columns:
        unit = "N" if "tension" in name else SPEEDS if name.endswith("_rate") else units.get(name, LENGTHS)
        found[name].attrs = {"units": unit, "long_name": name.removesuffix("_deg").replace("_", " ")}
    return Kinematics(found)


def _tension(angles: Angles, settings: MuscleSettings) -> tuple[Floats, Floats]:
    """Pull (T,) of one leg's relaxed hamstrings in newtons and its standard error.

    The moment that the back of a relaxed hip resists bending with, over the hamstrings' arm. At most all of it is
    theirs, at least what a bent knee takes away; the mean of both, half their difference and the people's own spread.
    """
    arm = moment_arms(angles.hip)[..., 0]
    most = passive_back(angles.hip, angles.knee)
    least = most - passive_back(angles.hip, np.maximum(angles.knee, settings.straight_knee_far_deg))
    pull = (most + least) / 2 / arm
    further = passive_back(angles.hip + angles.error_of(hip=1.0, knee=0.0), angles.knee) - most
    doubt = np.sqrt(((most - least) / 2 / arm) ** 2 + (settings.passive_spread * pull) ** 2 + (further / arm) ** 2)
    return np.asarray(pull), np.asarray(doubt)
