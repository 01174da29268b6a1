"""Left and right that the estimator exchanged for some frames, put back. Plain arrays.

In a side view the two legs look alike, and estimators now and then hand a limb's labels to the other side. Each side's
landmarks move smoothly, so of all ways to exchange the labels frame by frame the one with the smoothest courses is
taken (Viterbi's algorithm over *as given* and *exchanged*). Smooth means: where the last two frames' velocity leads;
legs that truly cross, as in walking, are therefore left alone.
"""

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from hiphinge.body import INDEX, SIDES
from hiphinge.geometry import Bools, Floats, distance, nan_median

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "legs": ("knee", "ankle", "heel", "foot_index"),
    "hips": ("hip",),
    "shoulders": ("shoulder",),
    "arms": ("elbow", "wrist", "pinky", "index", "thumb"),
}
"""Limbs whose labels are exchanged together."""
DEPTH_TRUST: Final = 0.5
"""Weight of the estimator's depth against a coordinate of the picture."""


@dataclass(frozen=True)
class Costs:
    """What speaks against exchanging labels, in trunk lengths.

    `switch`: what one change of labels must gain, mean over the limb's points. `frame`: small cost of each exchanged
    frame, so that labels stay as given when nothing speaks for either. `step_cap`: the most that one frame's surprise
    counts, so that a cut in the film does not outweigh a set.
    """

    switch: float
    frame: float
    step_cap: float


def surprises(left: Floats, right: Floats, step_cap: float) -> Floats:
    """How far each way of labelling three consecutive frames is from moving on at the same velocity.

    Parameters
    ----------
    left, right : (T, N, D) coordinates of one limb's N points, in trunk lengths; NaN allowed.

    Returns
    -------
    (T, 2, 2, 2), mean over the points, by the labels (0 as given, 1 exchanged) of the frame before the last, the last
    and this one.
    """
    sides = np.stack([np.concatenate([left, right], axis=1), np.concatenate([right, left], axis=1)])
    surprise = np.zeros((left.shape[0], 2, 2, 2))
    for before, last, now in product((0, 1), repeat=3):
        expected = 2 * sides[last, 1:-1] - sides[before, :-2]
        off = np.linalg.norm(sides[now, 2:] - expected, axis=-1)
        surprise[2:, before, last, now] = np.nan_to_num(np.minimum(off, step_cap)).mean(axis=-1)
    return surprise


def smoothest(surprise: Floats, costs: Costs) -> Bools:
    """Labels of the cheapest course, for several limbs at once.

    Parameters
    ----------
    surprise : (T, G, 2, 2, 2) of G limbs.

    Returns
    -------
    (T, G) bool, true where the labels are exchanged.
    """
    count, limbs = surprise.shape[:2]
    if count < 3:
        return np.zeros((count, limbs), dtype=bool)
    change = costs.switch * (1 - np.eye(2))
    step = surprise + change + costs.frame * np.array([0, 1])
    cost = np.broadcast_to(change + costs.frame * np.add.outer([0, 1], [0, 1]), (limbs, 2, 2))
    came_from = np.zeros((count, limbs, 2, 2), dtype=np.int8)
    for t in range(2, count):
        given, exchanged = (cost[:, k, :, None] + step[t, :, k] for k in (0, 1))
        came_from[t] = exchanged < given
        cost = np.minimum(given, exchanged)
    which, (last, now) = np.arange(limbs), np.unravel_index(cost.reshape(limbs, 4).argmin(axis=1), (2, 2))
    state = np.zeros((count, limbs), dtype=bool)
    for t in range(count - 1, 1, -1):
        state[t] = now
        last, now = came_from[t, which, last, now], last
    state[1], state[0] = now, last
    return state


def find_swaps(position: Floats, world: Floats, trunk_px: float, *, costs: Costs) -> dict[str, Bools]:
    """Frames in which each limb group's labels are exchanged, `{group: (T,) bool}`.

    The estimator's depth counts as a third, less trusted coordinate: two legs that cover each other in the picture
    still lie apart in depth.
    """
    shoulder, hip = world[:, INDEX["left_shoulder"]], world[:, INDEX["left_hip"]]
    trunk_m = max(float(nan_median(distance(shoulder, hip))), np.finfo(np.float64).tiny)
    course = np.concatenate([position / trunk_px, DEPTH_TRUST * world[..., 2:] / trunk_m], axis=-1)
    limbs = []
    for parts in GROUPS.values():
        left, right = (course[:, [INDEX[f"{side}_{part}"] for part in parts]] for side in SIDES)
        limbs.append(surprises(left, right, costs.step_cap))
    return dict(zip(GROUPS, smoothest(np.stack(limbs, axis=1), costs).T, strict=True))


def exchange(array: Floats, swaps: dict[str, Bools]) -> Floats:
    """Return a copy of (T, 33, ...) in which the named groups have exchanged sides in the given frames."""
    result = array.copy()
    for group, frames in swaps.items():
        for part in GROUPS[group]:
            a, b = INDEX[f"left_{part}"], INDEX[f"right_{part}"]
            result[frames, a], result[frames, b] = array[frames, b], array[frames, a]
    return result
