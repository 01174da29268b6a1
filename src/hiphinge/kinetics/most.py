"""The most that a set asked of the joints."""

from typing import Final

import numpy as np
import xarray as xr

from hiphinge.records import BOUNDS, Rep
from hiphinge.reps import within

TOLD: Final = ("l5s1_moment", "hip_moment", "l5s1_compression")
"""What is told of a set; shear is too unsure to lead."""
_ENDINGS: Final = {
    ("moment", "kg"): ("_nm", "_nm"),
    ("moment", "body"): ("_nm", "_nm_per_kg"),
    ("compression", "kg"): ("_n", "_n"),
    ("compression", "body"): ("_n", "_bw"),
}


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
        series, told = _ENDINGS[name.rsplit("_", 1)[1], str(held.attrs["unit_mass"])]
        values = held[f"{name}{series}"].sel(bound=list(BOUNDS)).to_numpy()
        best = np.where(inside, values[:, 1], np.nan)
        if not np.isfinite(best).any():
            return None
        found[f"{name}{told}"] = dict(zip(BOUNDS, map(float, values[int(np.nanargmax(best))]), strict=True))
    return found
