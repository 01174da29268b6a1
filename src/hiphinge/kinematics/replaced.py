"""A motion whose trunk is known better from elsewhere: hip flexion, rates and standing posture follow."""

import numpy as np
from numpy.typing import NDArray

from hiphinge.geometry import Floats, interval_of
from hiphinge.kinematics import RATES, Kinematics, folded, rate
from hiphinge.kinematics.standing import Standing, baseline


def with_trunk(motion: Kinematics, value: Floats, error: Floats, *, where: NDArray[np.bool_]) -> Kinematics:
    """The motion with another trunk inclination where it is better known.

    Parameters
    ----------
    motion : from `kinematics`.
    value, error : (T,) degrees, the trunk's inclination and its standard error.
    where : (T,) where they replace the motion's own; hip flexion has the errors of trunk and thigh there.
    """
    trunk, trunk_error, thigh, thigh_error, hip_error = (
        motion[f"{name}_deg"].to_numpy()
        for name in ("trunk_inclination", "trunk_inclination_error", "thigh_inclination", "thigh_inclination_error",
                     "hip_flexion_error")
    )  # fmt: skip
    trunk = np.where(where, value, trunk)
    columns = {
        "trunk_inclination_deg": trunk,
        "trunk_inclination_error_deg": np.where(where, error, trunk_error),
        "hip_flexion_deg": folded(trunk + thigh),
        "hip_flexion_error_deg": np.where(where, np.hypot(error, thigh_error), hip_error),
    }
    interval_s = interval_of(motion["time"].to_numpy())
    columns |= {f"{name}_rate": rate(columns[f"{name}_deg"], interval_s) for name in RATES}
    found = motion.assign({name: ("time", values, motion[name].attrs) for name, values in columns.items()})
    return Kinematics(found.assign_attrs(_standing(motion, columns)))


def _standing(motion: Kinematics, columns: dict[str, Floats]) -> dict[str, float]:
    """The standing posture's angles, anew where the clip shows one."""
    frames = motion["standing"].to_numpy() > 0
    if not frames.any():
        return {}
    standing = Standing(frames, "clip", float(motion.attrs["standing_s"]))
    found: dict[str, float] = {}
    for name in RATES:
        zero = baseline(columns[f"{name}_deg"], standing, prior=0.0, prior_error=0.0)
        found |= {f"standing_{name}_deg": zero.value, f"standing_{name}_error_deg": zero.error}
    return found
