"""The most that a set asked of the joints."""

from typing import Final

import numpy as np
import xarray as xr

from hiphinge.records import BOUNDS, Rep
from hiphinge.reps import within
from hiphinge.units import quantity_and_end

TOLD: Final = ("l5s1_moment_nm", "hip_moment_nm", "l5s1_compression_n")
"""What is told of a set; shear is too unsure to lead."""


def most_of(held: xr.Dataset | None, reps: tuple[Rep, ...]) -> dict[str, dict[str, float]] | None:
    """Low, best and high at the moment at which the set's repetitions held the most, by name with its unit.

    The names are `l5s1_moment_nm`, `hip_moment_nm` and `l5s1_compression_n`; with an unknown mass they end in
    `_nm_per_kg` and `_bw`. None where no repetition has any.
    """
    if held is None:
        return None
    time_s = held["time"].to_numpy()
    inside = within(time_s, reps)
    found = {}
    for name in TOLD:
        values = held[name].sel(bound=list(BOUNDS)).to_numpy()
        best = np.where(inside, values[:, 1], np.nan)
        if not np.isfinite(best).any():
            return None
        told = "_".join(quantity_and_end(name, per_body=held.attrs["unit_mass"] == "body"))
        found[told] = dict(zip(BOUNDS, map(float, values[int(np.nanargmax(best))]), strict=True))
    return found
