"""Our muscles beside OpenSim's: arms about the hip, lengths of the hamstrings, over the range of postures."""

from typing import Any, Final, NamedTuple

import numpy as np

from hiphinge.geometry import Floats
from hiphinge.muscles.lengths import head_change, moment_arms, one_joint_change
from hiphinge.muscles.model import HEADS, HIP_MUSCLES
from validation.physics.references import MODELS, muscle_rows

PARTS: Final = {
    "hamstrings": ("bflh", "semimem", "semiten"),
    "gluteus_maximus": ("glmax1", "glmax2", "glmax3"),
    "adductor_magnus": ("addmagDist", "addmagIsch", "addmagMid", "addmagProx"),
}
THEIR_HEADS: Final = dict(zip(HEADS, PARTS["hamstrings"], strict=True))
OURS: Final = ("rajagopal", "hawkins_hull")
"""The two published lines that our lengths are made of."""
HINGE: Final = (90, 15)
"""Hip and knee of a deep hinge, degrees."""


class Grid(NamedTuple):
    """Hip and knee angles of every posture, degrees, and values in each, all (N,)."""

    hip: Floats
    knee: Floats
    ours: Floats
    theirs: Floats

    @property
    def off(self) -> Floats:
        """Ours less theirs."""
        return self.ours - self.theirs


def arms(model: str) -> dict[str, Grid]:
    """Arms of hip extension, mm, each group's parts weighed by their strength."""
    rows, forces = muscle_rows(model)
    hip, knee = (np.array([row[f"{name}_deg"] for row in rows]) for name in ("hip", "knee"))
    ours = 1000 * moment_arms(hip)
    found = {}
    for k, name in enumerate(HIP_MUSCLES):
        parts = np.array([[row[f"{part}_arm_mm"] for part in PARTS[name]] for row in rows])
        theirs = np.average(parts, axis=1, weights=[forces[part] for part in PARTS[name]])
        found[name] = Grid(hip, knee, ours[:, k], theirs)
    return found


def lengths(model: str, by: str) -> dict[str, Grid]:
    """Length of each head of the hamstrings, % more than standing, by one of our two lines."""
    rows, _ = muscle_rows(model)
    hip, knee = (np.array([row[f"{name}_deg"] for row in rows]) for name in ("hip", "knee"))
    return {
        head: Grid(hip, knee, 100 * head_change(head, hip, knee, by=by), _longer(rows, part))
        for head, part in THEIR_HEADS.items()
    }


def one_joint(model: str) -> dict[str, Grid]:
    """Length of the muscles that cross the hip alone, % more than standing, parts weighed by their strength."""
    rows, forces = muscle_rows(model)
    hip, knee = (np.array([row[f"{name}_deg"] for row in rows]) for name in ("hip", "knee"))
    found = {}
    for name in ("gluteus_maximus", "adductor_magnus"):
        weights = [forces[part] for part in PARTS[name]]
        theirs = np.average([_longer(rows, part) for part in PARTS[name]], axis=0, weights=weights)
        found[name] = Grid(hip, knee, 100 * one_joint_change(name, hip), theirs)
    return found


def at(grid: Grid, hip: float, knee: float) -> tuple[float, float]:
    """Ours and theirs in one posture of the grid."""
    k = int(np.flatnonzero((grid.hip == hip) & (grid.knee == knee))[0])
    return float(grid.ours[k]), float(grid.theirs[k])


def shift(model: str) -> float:
    """Hip flexion (°) by which a model's hamstring arm is longest later than ours, at a knee of 15°."""
    grid = arms(model)["hamstrings"]
    bent = grid.knee == 15
    hip = grid.hip[bent]
    return float(hip[grid.theirs[bent].argmax()] - hip[grid.ours[bent].argmax()])


def every_model() -> dict[str, dict[str, Grid]]:
    """Arms by model."""
    return {model: arms(model) for model in MODELS}


def _longer(rows: list[dict[str, Any]], part: str) -> Floats:
    values = np.array([row[f"{part}_length_mm"] for row in rows])
    standing = next(row for row in rows if row["hip_deg"] == 0 and row["knee_deg"] == 0)[f"{part}_length_mm"]
    return 100 * (values / standing - 1)
