"""Agreement of measurements with the truth: plain functions of numpy arrays.

An *error* is measured minus true, in the quantity's own unit. NaN never enters: whoever calls leaves out what was not
measured and says how much that was.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from hiphinge.geometry import Floats

NORMAL_90: Final = 1.6448536
"""Half width of the interval that holds 90 % of a standard normal variable."""


class Estimate(NamedTuple):
    """A figure with its bootstrap interval, and how many clips and values it rests on."""

    value: float
    low: float
    high: float
    groups: int
    values: int


def bias(errors: Floats) -> float:
    """Mean error."""
    return float(np.mean(errors))


def rmse(errors: Floats) -> float:
    """Root of the mean square error."""
    return float(np.sqrt(np.mean(np.square(errors))))


def limits_of_agreement(errors: Floats) -> tuple[float, float]:
    """Bias − and + 1.96 standard deviations (Bland and Altman 1986)."""
    spread = 1.96 * float(np.std(errors, ddof=1)) if errors.size > 1 else float("nan")
    return bias(errors) - spread, bias(errors) + spread


def within(errors: Floats, share: float = 0.9) -> float:
    """The size that `share` of the errors do not exceed."""
    return float(np.quantile(np.abs(errors), share))


def coverage(errors: Floats, stated: Floats, half_width: float = NORMAL_90) -> float:
    """Share of errors no larger than `half_width` stated standard errors."""
    return float(np.mean(np.abs(errors) <= half_width * stated))


def correlation(measured: Floats, true: Floats) -> float:
    """Pearson's correlation; NaN where either does not vary."""
    if measured.size < 3 or np.std(measured) == 0 or np.std(true) == 0:
        return float("nan")
    return float(np.corrcoef(measured, true)[0, 1])


def repeatability(first: Floats, second: Floats) -> float:
    """Repeatability coefficient: two measurements of the same thing differ by less than this 95 times in 100.

    2.77 within-subject standard deviations, those from the root mean square difference of the pairs / √2.
    """
    return float(1.96 * np.sqrt(np.mean(np.square(first - second))))


def bootstrap(
    groups: Sequence[Floats],
    statistic: Callable[[Floats], float],
    *,
    draws: int = 400,
    level: float = 0.95,
    seed: int = 20,
) -> Estimate:
    """Percentile bootstrap over whole groups (clips), since values inside one are not independent.

    Parameters
    ----------
    groups : one array per clip, values along axis 0; empty ones are left out.
    statistic : of the values of several clips, concatenated along axis 0.
    """
    filled = [np.asarray(group, dtype=float) for group in groups if len(group)]
    if not filled:
        return Estimate(float("nan"), float("nan"), float("nan"), 0, 0)
    whole = np.concatenate(filled)
    value = statistic(whole)
    count = len(filled)
    if count == 1:
        return Estimate(value, float("nan"), float("nan"), 1, len(whole))
    rng = np.random.default_rng(seed)
    drawn = np.array(
        [statistic(np.concatenate([filled[k] for k in rng.integers(count, size=count)])) for _ in range(draws)]
    )
    drawn = drawn[np.isfinite(drawn)]
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail]) if drawn.size else (float("nan"), float("nan"))
    return Estimate(value, float(low), float(high), count, len(whole))


def binned(positions: Floats, hits: Floats, edges: Sequence[float]) -> list[tuple[float, float, int]]:
    """Share of hits per half-open bin: middle, share (NaN where empty), count."""
    found = []
    for low, high in pairwise(edges):
        inside = (positions >= low) & (positions < high)
        share = float(np.mean(hits[inside])) if inside.any() else float("nan")
        found.append(((low + high) / 2, share, int(inside.sum())))
    return found
