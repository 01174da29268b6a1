"""The most that repetitions asked of the joints: the repetitions' own metrics, with low and high about them.

Numbers come from the metrics alone, which are steadied over a few frames, so that a table, a sentence and the summary
never differ by what one frame scatters.
"""

from typing import Final

import numpy as np
import xarray as xr

from hiphinge.records import BOUNDS, Rep
from hiphinge.records.base import Span
from hiphinge.units import quantity_and_end

METRIC_OF: Final = {
    "l5s1_moment_nm": "l5s1_moment_max",
    "hip_moment_nm": "hip_moment_max",
    "knee_moment_nm": "knee_moment_bottom",
    "l5s1_compression_n": "l5s1_compression_max",
    "l5s1_shear_n": "l5s1_shear_max",
}
"""Series of what the joints held, and the metric that tells of each in a repetition."""
TOLD: Final = ("l5s1_moment_nm", "hip_moment_nm", "l5s1_compression_n")
"""What is told of a set; shear is too unsure to lead."""


def of_rep(held: xr.Dataset, rep: Rep, name: str) -> Span | None:
    """A repetition's metric with the bounds that its moment has about the best value; None where it was not told."""
    metric = rep.metrics.get(METRIC_OF[name])
    if metric is None or metric.value is None:
        return None
    at_s = rep.bottom_s if metric.at_s is None else metric.at_s
    low, best, high = (float(v) for v in held[name].sel(time=at_s, method="nearest").sel(bound=list(BOUNDS)))
    if not np.isfinite([low, best, high]).all():
        return None
    return Span(low=metric.value + low - best, best=metric.value, high=metric.value + high - best)


def most_of(held: xr.Dataset | None, reps: tuple[Rep, ...]) -> dict[str, dict[str, float]] | None:
    """Low, best and high at the moment at which the set's repetitions held the most, by name with its unit.

    The names are `l5s1_moment_nm`, `hip_moment_nm` and `l5s1_compression_n`; with an unknown mass they end in
    `_nm_per_kg` and `_bw`. None where no repetition has any.
    """
    if held is None:
        return None
    found = {}
    for name in TOLD:
        spans = [span for rep in reps if (span := of_rep(held, rep, name)) is not None]
        if not spans:
            return None
        most = max(spans, key=lambda span: span.best)
        told = "_".join(quantity_and_end(name, per_body=held.attrs["unit_mass"] == "body"))
        found[told] = {bound: getattr(most, bound) for bound in BOUNDS}
    return found
