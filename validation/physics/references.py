"""Reference figures read, and ours for the same postures and movements beside them."""

import csv
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.interpolate import CubicSpline

from hiphinge.anthropometry import proportions
from hiphinge.cleaning.smoothing import low_pass
from hiphinge.geometry import Floats
from hiphinge.kinetics.chain import Demands, LoadAt, Places, demands, masses_of
from hiphinge.kinetics.dynamics import Wrench, needed
from hiphinge.kinetics.posture import derivatives
from validation.physics import motions

FOLDER: Final = Path(__file__).parent / "reference"
MODELS: Final = {"lifting": "lifting full-body", "rajagopal": "Rajagopal 2016"}
ERECTORS: Final = ("IL_", "LTp", "MF_")
"""Iliocostalis, longissimus and multifidus as the lifting model names their parts."""
ABOVE_LUMBAR: Final = ("trunk", "head", "upper_arm", "forearm", "hand")
ABOVE_HIP: Final = (*ABOVE_LUMBAR, "pelvis")
ABOVE_KNEE: Final = (*ABOVE_HIP, "thigh")


class Posture(NamedTuple):
    """One still posture: the model's moments, ours on the model's inertia and ours on our own body; N·m."""

    name: str
    load_kg: float
    theirs: dict[str, float]
    same_inertia: dict[str, float]
    own_body: dict[str, float]


def read(name: str) -> list[dict[str, Any]]:
    """Rows of a reference table, numbers as numbers; empty cells are left out."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        return [{key: _number(value) for key, value in row.items() if value} for row in csv.DictReader(file)]


def postures(model: str) -> list[Posture]:
    """Every still posture of a model, legs in line with the trunk aside."""
    return [_compared(row) for row in read(f"{model}_postures") if not row["posture"].startswith("straight legs")]


def straight_legs(model: str) -> list[tuple[float, dict[str, float], dict[str, float]]]:
    """Postures with the legs in line with a leaning trunk: the lean, the model's lumbar and hip moments, our body's."""
    found = []
    for row in read(f"{model}_postures"):
        if row["posture"].startswith("straight legs"):
            one = _compared(row)
            found.append((float(row["lean_deg"]), one.theirs, one.own_body))
    return found


def movement(name: str) -> dict[str, tuple[Floats, Floats]]:
    """A movement's moments (T,) by the rigid-body engine and by ours, with exact accelerations."""
    rows = [row for row in read("engine") if row["motion"] == name]
    motion = motions.MOTIONS[name]
    time_s = np.arange(len(rows)) * motion.period_s / len(rows)
    where, moving = motions.places(motion, time_s)
    held = demands(where, motions.MASSES, accelerations=moving, load=motions.carried(motion, where, moving))
    return {joint: (np.array([row[f"{joint}_nm"] for row in rows]), getattr(held, joint))
            for joint in ("ankle", "knee", "hip", "l5s1")}  # fmt: skip


def sampled_movement(name: str, *, rate_hz: float, cutoff_hz: float) -> dict[str, float]:
    """How far moments are off where angles come in frames, low-passed and differentiated as the product does it.

    Root mean square over the middle one of three periods, as a share of the engine's greatest moment at that joint.
    """
    motion = motions.MOTIONS[name]
    time_s = np.arange(-motion.period_s, 2 * motion.period_s, 1 / rate_hz)
    turned = {}
    for segment, (angle, _, _) in motions.angles(motion, time_s).items():
        calm = low_pass(angle, cutoff_hz=cutoff_hz, rate_hz=rate_hz, pad_s=1.0)
        turned[segment] = (calm, *derivatives(calm, 1 / rate_hz))
    where, moving = motions.laid(turned)
    held = demands(where, motions.MASSES, accelerations=moving, load=motions.carried(motion, where, moving))
    inner = (time_s >= 0) & (time_s < motion.period_s)
    found = {}
    for joint, (theirs, _) in movement(name).items():
        clock = np.arange(theirs.size + 1) * motion.period_s / theirs.size
        true = CubicSpline(clock, np.append(theirs, theirs[0]), bc_type="periodic")(time_s[inner])
        off = getattr(held, joint)[inner] - true
        found[joint] = float(np.sqrt(np.mean(off**2)) / np.abs(theirs).max())
    return found


def muscle_rows(model: str) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Rows of arms and lengths, and each muscle's greatest force."""
    rows = read(f"{model}_muscles")
    forces = {key.removesuffix("_force_n"): value for key, value in rows[0].items() if key.endswith("_force_n")}
    return rows, forces


def extensor_arm() -> tuple[float, float]:
    """Arm (m) of the lifting model's erector spinae and multifidus about the disc, weighted by force, and the force."""
    rows = [row for row in read("lifting_extensors") if row["muscle"].startswith(ERECTORS)]
    force = sum(row["force_n"] for row in rows)
    return sum(row["force_n"] * row["arm_mm"] for row in rows) / force / 1000, force


def _compared(row: dict[str, Any]) -> Posture:
    def place(name: str) -> Floats:
        return np.array([row[f"{name}_x_m"], row[f"{name}_y_m"]])

    carried = LoadAt(row["load_kg"], place("hand"))
    return Posture(
        name=row["posture"],
        load_kg=row["load_kg"],
        theirs={joint: row[f"{joint}_nm"] for joint in ("hip", "lumbar", "knee", "ankle")},
        same_inertia=_same_inertia(row, place, carried),
        own_body=_moments(_own_body(row, place, carried)),
    )


def _same_inertia(row: dict[str, Any], place: Any, carried: LoadAt) -> dict[str, float]:
    """Our equations on the model's own masses and mass centres."""

    def of(names: tuple[str, ...]) -> Wrench:
        whole = needed(carried.mass_kg, carried.place)
        for name in names:
            if f"{name}_kg" in row:
                whole = whole.plus(needed(row[f"{name}_kg"], place(name)))
        return whole

    return {
        "lumbar": float(of(ABOVE_LUMBAR).about(place("lumbar"))),
        "hip": float(of(ABOVE_HIP).about(place("hip"))),
        "knee": -float(of(ABOVE_KNEE).about(place("knee"))),
        "ankle": float(of((*ABOVE_KNEE, "shank")).about(place("ankle"))),
    }


def _own_body(row: dict[str, Any], place: Any, carried: LoadAt) -> Demands:
    """Our body of the model's mass on the model's joints, cut at the model's own lumbar joint."""
    joints: Places = {name: place(name) for name in ("ankle", "knee", "hip", "shoulder", "elbow", "wrist")}
    up = joints["shoulder"] - joints["hip"]
    usual = proportions("m")
    joints["ear"] = place("head") if "head_x_m" in row else joints["shoulder"] + up * usual.neck / usual.trunk
    joints |= {"heel": np.array([-0.05, -0.06]), "toe": np.array([0.19, -0.06])}
    joints["l5s1"] = place("lumbar")
    mass = sum(value for key, value in row.items() if key.endswith("_kg") and key != "load_kg")
    return demands(joints, masses_of(mass, "m"), load=carried)


def _moments(held: Demands) -> dict[str, float]:
    return {"lumbar": float(held.l5s1), "hip": float(held.hip), "knee": float(held.knee), "ankle": float(held.ankle)}


def _number(value: str) -> float | str:
    try:
        return float(value)
    except ValueError:
        return value
