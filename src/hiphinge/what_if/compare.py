"""Two postures held by the same body: values with bounds, and the bounds of their difference, draw by draw."""

from typing import Final

import numpy as np

from hiphinge.geometry import Floats
from hiphinge.kinetics.bounds import Drawn, low_best_high
from hiphinge.records.base import Span
from hiphinge.records.supposed import Held, Supposition
from hiphinge.settings import KineticsSettings, WhatIfSettings
from hiphinge.units import unit_at_end
from hiphinge.what_if.held import Values

_IN_PERCENT: Final[frozenset[Held]] = frozenset({"l5s1_moment", "l5s1_compression", "hip_moment"})
"""The others pass through zero: their change is told in their unit."""


def suppositions(
    values: Values,
    filmed: Values | None,
    stands: np.ndarray,
    *,
    known_mass: bool,
    weight: float,
    kinetics: KineticsSettings,
    settings: WhatIfSettings,
) -> dict[Held, Supposition]:
    """Compare a posture with the filmed one.

    Parameters
    ----------
    values, filmed : every quantity, draw by draw (N,); `filmed` None for the filmed posture itself.
    stands : (N,) the draws that count: those in which the filmed lifter does not fall over.
    known_mass : whether values are in N·m and N.
    weight : of the lifter, in the unit of forces: a force that is a small share of it is near zero.
    """
    found: dict[Held, Supposition] = {}
    for name, own in values.items():
        is_moment = name.endswith("moment")
        difference = percent = None
        if filmed is not None:
            base = filmed[name][stands]
            less = own[stands] - base
            difference = spread(less, kinetics)
            least = settings.least_for_percent * (np.median(filmed["hip_moment"][stands]) if is_moment else weight)
            if name in _IN_PERCENT and np.quantile(base, kinetics.low_quantile) >= least:
                percent = spread(100 * less / base, kinetics)
        found[name] = Supposition(
            value=_span(*low_best_high(own[stands], kinetics)),
            unit=unit_at_end(f"{name}_{'nm' if is_moment else 'n'}", per_body=not known_mass),
            difference=difference,
            change_percent=percent,
        )
    return found


def spread(differences: Floats, kinetics: KineticsSettings) -> Span:
    """Percentiles of differences (N,), draw by draw; what is not drawn is mostly alike in both, and cancels."""
    return _span(*np.quantile(differences, [kinetics.low_quantile, 0.5, kinetics.high_quantile]))


def _span(low: Floats, best: Floats, high: Floats) -> Span:
    return Span(low=float(low), best=float(best), high=float(high))


def counted(found: Drawn, kinetics: KineticsSettings) -> np.ndarray | None:
    """(N,) the draws that stand; None where hardly one does, so that the posture cannot be what was filmed."""
    return found.stands if found.kept >= kinetics.least_kept else None
