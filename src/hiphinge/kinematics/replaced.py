"""A motion whose inclinations are known better from elsewhere: its sums, rates and standing posture follow."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hiphinge.geometry import Floats
from hiphinge.kinematics.correction import SUMS
from hiphinge.kinematics.standing import Standing, baseline

RATES: Final = ("hip_flexion", "trunk_inclination")
"""Angles whose rate is kept."""


def with_inclinations(
    motion: xr.Dataset,
    value: Mapping[str, Floats],
    error: Mapping[str, Floats],
    *,
    where: Mapping[str, NDArray[np.bool_]],
) -> xr.Dataset:
    """The motion with other angles where they are better known.

    Parameters
    ----------
    motion : from `kinematics`.
    value, error : (T,) degrees, better known inclinations by segment, and their standard errors.
    where : (T,) by segment, where they replace the motion's own; a sum has the errors of its parts then.
    """
    time_s = motion["time"].to_numpy()
    lean, doubt = {}, {}
    for part, there in where.items():
        own, own_error = (motion[f"{part}_inclination{what}_deg"].to_numpy() for what in ("", "_error"))
        lean[part] = np.where(there, value.get(part, own), own)
        doubt[part] = np.where(there, error.get(part, own_error), own_error)
    columns: dict[str, Floats] = {}
    for name, parts in SUMS.items():
        new = np.any([where[part] for part in parts], axis=0)
        mixed = np.hypot.reduce([doubt[part] for part in parts])
        columns[f"{name}_deg"] = np.asarray(sum(lean[part] for part in parts))
        columns[f"{name}_error_deg"] = np.where(new, mixed, motion[f"{name}_error_deg"].to_numpy())
    for name in RATES:
        if time_s.size > 1:
            columns[f"{name}_rate"] = np.asarray(np.gradient(columns[f"{name}_deg"], time_s))
    found = motion.assign({name: ("time", values, motion[name].attrs) for name, values in columns.items()})
    return found.assign_attrs(_standing(motion, columns))


def _standing(motion: xr.Dataset, columns: Mapping[str, Floats]) -> dict[str, float]:
    """The standing posture's angles, anew where the clip shows one."""
    frames = motion["standing"].to_numpy() > 0
    if not frames.any():
        return {}
    standing = Standing(frames, "clip", float(motion.attrs["standing_s"]))
    found: dict[str, float] = {}
    for name in SUMS:
        zero = baseline(columns[f"{name}_deg"], standing, prior=0.0, prior_error=0.0)
        found |= {f"standing_{name}_deg": zero.value, f"standing_{name}_error_deg": zero.error}
    return found
