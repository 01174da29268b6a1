"""Which muscle gives how much of a moment: the assumption that a body shares out effort evenly, in closed form.

Of all ways to make a moment M with muscles that could give at most m₁ … mₙ (strength times arm at that angle), the one
is taken that

    minimises  Σ aᵢᵖ   with   Σ aᵢ mᵢ = M,   0 ≤ aᵢ ≤ 1,

a the share of each muscle's strength, p = 2 (Kaufman et al. 1991; p = 3 is Crowninshield & Brand's 1981 choice and
shares more evenly). It is an assumption about the nervous system, not a measurement; muscles that work against each
other are not in it. Lagrange's condition p aᵢᵖ⁻¹ = λ mᵢ gives aᵢ = min(1, μ mᵢ^(1/(p−1))), and μ follows muscle by
muscle: the largest mᵢ reaches its bound first.
"""

import numpy as np

from hiphinge.geometry import Floats


def activations(moment: Floats, capacity: Floats, *, power: float = 2.0) -> Floats:
    """Share of its strength (..., n) that each muscle gives.

    Parameters
    ----------
    moment : (...) to make together; nothing is asked of them where it is not positive.
    capacity : (..., n) the most each can give, > 0, same unit.
    power : p > 1.

    Returns
    -------
    Shares that make the moment exactly. Where it is more than all can give together, every share is the same quotient
    above 1: such a lifter is stronger than the capacities say.
    """
    wanted = np.clip(moment, 0.0, None)[..., None]
    weight = capacity ** (1 / (power - 1))
    full = np.zeros(capacity.shape, dtype=bool)
    shares = np.zeros(capacity.shape)
    for _ in range(capacity.shape[-1]):
        free = np.where(full, 0.0, capacity)
        left = wanted - np.where(full, capacity, 0.0).sum(axis=-1, keepdims=True)
        given = (free * weight).sum(axis=-1, keepdims=True)
        shares = np.where(full, 1.0, left * weight / np.where(given > 0, given, 1.0))
        full = full | (shares >= 1.0)
    beyond = wanted / capacity.sum(axis=-1, keepdims=True)
    return np.where(beyond >= 1.0, beyond, np.where(np.isfinite(wanted), np.minimum(shares, 1.0), np.nan))
