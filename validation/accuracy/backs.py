"""What a true back says without any measuring: where it begins to round, and the gaps under a rod laid on it."""

from typing import Any, Final

import numpy as np

from hiphinge.geometry import Floats

ROUNDS: Final = 0.5
"""A back rounds while its lumbar flexion grows this fast with the trunk's inclination."""
WINDOW_DEG: Final = 10.0
"""Trunk inclination over which that is read."""
LEAST_DEG: Final = 8.0
"""A back that bends by less than this so fast has not rounded."""
ZONES: Final[dict[str, slice]] = {"sacral": slice(0, 7), "thoracic": slice(17, 34), "head": slice(42, 48)}
"""Points of the true back line (validation/simulate/back.py) that belong to each zone."""
GAPS: Final = tuple(f"dowel_gap_{zone}" for zone in ("head", "thoracic", "sacral"))


def onset_hip_deg(trunk_deg: Floats, lumbar_deg: Floats, hip_deg: Floats) -> float:
    """Hip flexion at which the back begins to round on the way down; NaN where it does not.

    It is the beginning of that stretch of the way down in which the lumbar spine flexes more than half as fast as the
    trunk leans, over windows of 10°, and which bends it most, by 8° at least. All (T,) in degrees, from the start of a
    repetition to its bottom.
    """
    deeper = trunk_deg >= np.maximum.accumulate(trunk_deg)
    grid = np.arange(trunk_deg.min(), trunk_deg.max(), 1.0)
    wide = int(WINDOW_DEG)
    if grid.size <= wide:
        return float("nan")
    lumbar = np.interp(grid, trunk_deg[deeper], lumbar_deg[deeper])
    fast = np.concatenate([[False], lumbar[wide:] - lumbar[:-wide] > ROUNDS * WINDOW_DEG, [False]])
    edges = np.flatnonzero(np.diff(fast.astype(int)))
    gains = [(float(lumbar[start : end + wide].max() - lumbar[start]), int(start))
             for start, end in zip(edges[::2], edges[1::2], strict=True)]  # fmt: skip
    gain, start = max(gains, default=(0.0, 0))
    return float(np.interp(grid[start], trunk_deg[deeper], hip_deg[deeper])) if gain >= LEAST_DEG else float("nan")


def true_gaps(table: Any) -> dict[str, Floats]:
    """(T,) distance from a rod on the skin's own back, in trunk lengths, per zone; nothing where no back is known."""
    if "back_m" not in table.column_names:
        return {}
    back = np.asarray(table["back_m"].combine_chunks().flatten(), dtype=float).reshape(len(table), -1, 3)
    hip, shoulder = (
        sum(np.stack([np.asarray(table[f"{side}_{joint}_{axis}_m"], dtype=float) for axis in "xz"], axis=1)
            for side in ("left", "right")) / 2
        for joint in ("hip", "shoulder")
    )  # fmt: skip
    line = shoulder - hip
    trunk = np.linalg.norm(line, axis=1)
    up = line / trunk[:, None]
    away = back[..., [0, 2]] - hip[:, None]
    along = np.einsum("tpi,ti->tp", away, up)
    behind = np.einsum("tpi,ti->tp", away, np.stack([-up[:, 1], up[:, 0]], axis=1))
    gaps = np.array([rod_gaps(a, b) for a, b in zip(along, behind, strict=True)]) / trunk[:, None]
    return {f"dowel_gap_{zone}": gaps[:, k] for k, zone in enumerate(ZONES)}


def rod_gaps(along: Floats, behind: Floats) -> list[float]:
    """Nearest distance of each zone from the rod: the edge of the back's hull over its middle; in the units given."""
    lower, upper = resting(along, behind)
    slope = (behind[upper] - behind[lower]) / (along[upper] - along[lower])
    away = (behind[lower] + slope * (along - along[lower]) - behind) / np.hypot(1.0, slope)
    return [float(max(away[zone].min(), 0.0)) for zone in ZONES.values()]


def resting(along: Floats, behind: Floats) -> tuple[int, int]:
    """The two points on which a rod over the middle of the back rests."""
    middle = (along[0] + along[-1]) / 2
    hull: list[int] = []
    for k in np.argsort(along):
        while len(hull) > 1 and _inward(along, behind, hull[-2], hull[-1], int(k)):
            hull.pop()
        hull.append(int(k))
    at = int(np.clip(np.searchsorted(along[hull], middle), 1, len(hull) - 1))
    return hull[at - 1], hull[at]


def _inward(along: Floats, behind: Floats, a: int, b: int, c: int) -> bool:  # noqa: PLR0917 - three points
    """Whether the middle one of three points lies at or before the line of the others."""
    return bool((behind[b] - behind[a]) * (along[c] - along[a]) <= (behind[c] - behind[a]) * (along[b] - along[a]))
