"""What the joints held: the most of a repetition, from series that are known as low, best and high."""

from typing import Final

import xarray as xr

from hiphinge import units
from hiphinge.geometry import NINE_IN_TEN, Floats
from hiphinge.metrics.window import Estimate, Window, at
from hiphinge.records import BOUNDS

PER_BODY: Final = {units.UNIT_OF[whole]: units.UNIT_OF[own] for whole, own in units.PER_BODY.items()}
"""Units where the lifter's mass is unknown."""
TOLD: Final = {
    units.quantity_and_end(name)[0]: name
    for name in ("hip_moment_nm", "knee_moment_nm", "l5s1_moment_nm", "l5s1_compression_n", "l5s1_shear_n")
}
"""Quantities that are told of a repetition, and their series."""


def held_columns(held: xr.Dataset) -> dict[str, Floats]:
    """Series (T,) with their standard errors: half of what lies between low and high, over 1.645."""
    columns: dict[str, Floats] = {}
    for name, series in TOLD.items():
        low, best, high = (held[series].sel(bound=bound).to_numpy() for bound in BOUNDS)
        columns |= {name: best, f"{name}_error": (high - low) / (2 * NINE_IN_TEN)}
    return columns


def knee_moment_bottom(window: Window) -> Estimate:
    """Moment at the knees at the deepest moment, + extensor."""
    return at(window, "knee_moment", window.rep.bottom_s)
