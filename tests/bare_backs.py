"""Backs for a rod to lie on: where their rays end along an upright trunk, and people whose outline is their middle."""

import msgspec
import numpy as np

from hiphinge.outline import RAYS
from hiphinge.spine.bare import back_shape

SHAPE = back_shape()
NAKED = msgspec.structs.replace(
    SHAPE, lift=(0.0,) * len(SHAPE.lift), lift_error=(0.0,) * len(SHAPE.lift), head_lift=0.0, head_lift_error=0.0
)
"""Backs whose outline is their middle."""
FANS = np.array([ray.zone for ray in RAYS])
ALONG = np.concatenate([
    np.linspace(-0.8, -0.04, 12),
    [ray.along for ray in RAYS if ray.zone == "trunk"],
    [1.09, 1.14, 1.18, 1.23],
    np.linspace(1.26, 1.6, 7),
])  # fmt: skip
