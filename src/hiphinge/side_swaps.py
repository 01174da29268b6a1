"""Left and right that the estimator exchanged for some frames, put back. Plain arrays.

In a side view the two legs look alike, and estimators now and then hand a limb's labels to the other side. Each side's
landmarks move smoothly, so of all ways to exchange the labels frame by frame the one with the smoothest courses is
taken (Viterbi's algorithm over *as given* and *exchanged*). Smooth means: where the last two frames' velocity leads;
legs that truly cross, as in walking, are therefore left alone.
"""

from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hiphinge.body import INDEX, SIDES
from hiphinge.geometry import Floats

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "legs": ("knee", "ankle", "heel", "foot_index"),
    "hips": ("hip",),
    "shoulders": ("shoulder",),
    "arms": ("elbow", "wrist", "pinky", "index", "thumb"),
}
"""Limbs whose labels are exchanged together."""


def swapped_frames(
    left: Floats, right: Floats, *, switch_cost: float, swapped_cost: float, step_cap: float
) -> NDArray[np.bool_]:
    """Tell in which frames the two sides of one limb group carry each other's labels.

    Parameters
    ----------
    left, right : (T, N, D) coordinates of the group's N points, in trunk lengths; NaN allowed.
    switch_cost : what one change of labels must gain, mean over the points, in trunk lengths.
    swapped_cost : small cost of each exchanged frame: when nothing speaks for either, the labels stay as given.
    step_cap : a single frame's surprise counts no more than this, so that a cut in the film does not outweigh a set.

    Returns
    -------
    (T,) bool.
    """
    count = left.shape[0]
    if count < 3:
        return np.zeros(count, dtype=bool)
    sides = np.stack([np.concatenate([left, right], axis=1), np.concatenate([right, left], axis=1)])
    states = list(product((0, 1), repeat=3))
    surprise = np.empty((count, 2, 2, 2))
    for before, last, now in states:
        expected = 2 * sides[last, 1:-1] - sides[before, :-2]
        off = np.linalg.norm(sides[now, 2:] - expected, axis=-1)
        surprise[2:, before, last, now] = np.nan_to_num(np.minimum(off, step_cap)).mean(axis=-1)
    return _smoothest(surprise, switch_cost, swapped_cost)


def _smoothest(surprise: Floats, switch_cost: float, swapped_cost: float) -> NDArray[np.bool_]:
    """Cheapest course through the states; `surprise[t, before, last, now]`."""
    count = surprise.shape[0]
    change = switch_cost * (1 - np.eye(2))
    cost = change + swapped_cost * np.add.outer([0, 1], [0, 1])
    came_from = np.zeros((count, 2, 2), dtype=np.int8)
    for t in range(2, count):
        total = cost[:, :, None] + surprise[t] + change[None] + swapped_cost * np.array([0, 1])
        came_from[t] = total.argmin(axis=0)
        cost = total.min(axis=0)
    last, now = np.unravel_index(int(cost.argmin()), cost.shape)
    state = np.zeros(count, dtype=bool)
    for t in range(count - 1, 1, -1):
        state[t] = bool(now)
        last, now = came_from[t, last, now], last
    state[1], state[0] = bool(now), bool(last)
    return state


def find_swaps(
    position: Floats, world: Floats, trunk_px: float, *, switch_cost: float, swapped_cost: float, step_cap: float
) -> dict[str, NDArray[np.bool_]]:
    """Frames in which each limb group's labels are exchanged, `{group: (T,) bool}`.

    The estimator's depth counts as a third, less trusted coordinate: two legs that cover each other in the picture
    still lie apart in depth.
    """
    trunk_m = float(
        np.nanmedian(np.linalg.norm(world[:, INDEX["left_shoulder"]] - world[:, INDEX["left_hip"]], axis=-1))
    )
    depth = world[..., 2:] / max(trunk_m, np.finfo(np.float64).tiny)
    course = np.concatenate([position / trunk_px, 0.5 * depth], axis=-1)
    found = {}
    for group, parts in GROUPS.items():
        left, right = (course[:, [INDEX[f"{side}_{part}"] for part in parts]] for side in SIDES)
        found[group] = swapped_frames(
            left, right, switch_cost=switch_cost, swapped_cost=swapped_cost, step_cap=step_cap
        )
    return found


def exchange(array: Floats, swaps: dict[str, NDArray[np.bool_]]) -> Floats:
    """Return a copy of (T, 33, ...) in which the named groups have exchanged sides in the given frames."""
    result = array.copy()
    for group, frames in swaps.items():
        for part in GROUPS[group]:
            a, b = INDEX[f"left_{part}"], INDEX[f"right_{part}"]
            result[frames, a], result[frames, b] = array[frames, b], array[frames, a]
    return result
