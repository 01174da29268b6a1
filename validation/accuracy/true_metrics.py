"""The product's own metrics of a simulated clip's truth: a fault is truly there where they lie beyond its rule.

Exact series stand in for the measured ones; the functions are the product's, so no second definition can drift away.
"""

import math
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hiphinge.faults import Rule, rules_of
from hiphinge.geometry import Floats
from hiphinge.metrics import METRICS
from hiphinge.metrics.window import Estimate, Window
from hiphinge.records import Phase, Rep
from hiphinge.settings import MetricSettings, load_slice

MOVES: Final = 0.03
"""A repetition's way has begun, or ended, where so much of the hip's range is gone."""
FROM_FLOOR: Final = 0.5
"""A repetition that begins deeper than this share of its range began on the floor."""
LOCKOUT_S: Final = 0.4
FIST: Final = 0.045
"""From wrist to the middle of the fist, statures."""
MEANT: Final[dict[tuple[str, str], tuple[float, float]]] = {
    ("hyperextension", "lumbar_flexion_min"): (-12.5, 2.5),
    ("looking_down", "neck_angle_min"): (-11.0, 2.75),
}
"""By fault and metric, middle and half width of the true band where a rule's own is laid on what is read of the truth:
an arch of 10 degrees is tolerated and one of 15 is not, a neck bent by 15 is neutral and one by 25 looks down."""
NOT_HERE: Final = ("pelvis_roll", "wall_gap_min")
"""Metrics whose landmarks show something else than what is true: judged by what was done."""
UPRIGHT_TRUNK_DEG: Final = 2.0
"""Trunk of who stands, for those who never do."""


def true_metrics(table: pa.Table, truth: dict[str, Any]) -> list[dict[str, float]]:
    """Every metric that exact series give, by repetition; NaN where they give none."""
    columns, standing = _columns(table, truth)
    time_s = columns.pop("time_s")
    neck = neck_deg(columns, np.asarray(table["upright"]) > 0)
    starts = [rep["start_s"] for rep in truth["reps"]] + [math.inf]
    found = []
    for number, rep in enumerate(truth["reps"]):
        end = min(rep["end_s"] + LOCKOUT_S, starts[number + 1])
        inside = (time_s >= rep["start_s"]) & (time_s < end)
        shape = _phases(rep, time_s, columns["hip_flexion_deg"], end)
        record = Rep(index=number + 1, start_s=rep["start_s"], bottom_s=rep["bottom_s"], end_s=end, complete=True,
                     side="left" if truth["exercise"] == "single_leg_rdl" else "both", phases=shape)  # fmt: skip
        before = (time_s >= rep["start_s"] - 1) & (time_s < rep["start_s"])
        window = Window(
            record, time_s[inside], {name: values[inside] for name, values in columns.items()}, standing,
            load_slice("metrics", MetricSettings), (time_s[before], columns["hip_flexion_deg"][before]),
        )  # fmt: skip
        told = {name: kind.measure(window).value for name, kind in METRICS.items() if name not in NOT_HERE}
        craned = neck[(time_s >= rep["start_s"]) & (time_s < rep["end_s"])]
        found.append(told | {"neck_angle_min": float(craned.min()), "neck_angle_max": float(craned.max())})
    return found


def neck_deg(true: dict[str, Floats], standing: NDArray[np.bool_]) -> Floats:
    """The head's angle to the upper chest instead of to the trunk's line, change from standing, + looking up."""
    upright = float(np.median(true["trunk_inclination_deg"][standing])) if standing.any() else UPRIGHT_TRUNK_DEG
    chest = true["pelvic_tilt_deg"] + true["lumbar_flexion_deg"] + true["thoracic_flexion_deg"]
    return np.asarray(true["head_angle_deg"] + chest - (true["trunk_inclination_deg"] - upright))


def truly(metrics: dict[str, float], fault: str, exercise: str) -> bool | None:
    """Whether a repetition has a fault by its exercise's rules; None inside a band of doubt or where none can tell.

    One rule beyond its band is enough; all of them before theirs are needed to be without.
    """
    said = [_one(metrics, rule) for rule in rules_of(exercise) if rule.fault == fault]
    if any(said):
        return True
    return None if not said or None in said else False


def known(metrics: dict[str, float], fault: str, exercise: str) -> bool:
    """Whether true values tell of a fault at all."""
    rules = [rule for rule in rules_of(exercise) if rule.fault == fault]
    return bool(rules) and any(math.isfinite(metrics.get(rule.metric, math.nan)) for rule in rules)


def _one(metrics: dict[str, float], rule: Rule) -> bool | None:
    if rule.given is not None and metrics[rule.given.metric] < rule.given.at_least:
        return False
    value = metrics.get(rule.metric, math.nan)
    if not math.isfinite(value):
        return None
    return beyond_band(rule, value)


def beyond_band(rule: Rule, value: float) -> bool | None:
    """Whether a true value lies beyond a rule's band; None inside it."""
    limit, margin = MEANT.get((rule.fault, rule.metric), (rule.limit, rule.margin))
    beyond = rule.beyond(value + rule.limit - limit)
    return None if abs(beyond) <= margin else beyond > 0


def _columns(table: pa.Table, truth: dict[str, Any]) -> tuple[dict[str, Floats], dict[str, Estimate]]:
    """The product's series by its names, without error, and the standing values."""
    true = {
        name: np.asarray(table[name], dtype=float)
        for name in table.column_names
        if not name.startswith("back_") and not name.endswith("_px")
    }
    stature, upright = float(truth["stature_m"]), true["upright"] > 0
    if not upright.any():
        upright = true["hip_flexion_deg"] <= true["hip_flexion_deg"].min() + 1.0

    def place(name: str) -> Floats:
        sides = ("left",) if truth["exercise"] == "single_leg_rdl" and name in ("heel", "toe") else ("left", "right")
        return np.mean([[true[f"{side}_{name}_{axis}_m"] for axis in "xz"] for side in sides], axis=0)

    names = ("hip_flexion", "knee_flexion", "trunk_inclination", "thigh_inclination", "shank_inclination",
             "head_angle", "pelvic_tilt", "lumbar_flexion", "thoracic_flexion")  # fmt: skip
    series = {f"{name}_deg": true[f"{name}_deg"] for name in names}
    for side in ("left", "right"):
        thigh = [true[f"{side}_hip_{axis}_m"] - true[f"{side}_knee_{axis}_m"] for axis in "xz"]
        series[f"{side}_thigh_inclination_deg"] = -np.rad2deg(np.arctan2(*thigh))
    shoulder, elbow, wrist = place("shoulder"), place("elbow"), place("wrist")
    fore = (wrist - elbow) / np.linalg.norm(wrist - elbow, axis=0)
    upper = (elbow - shoulder) / np.linalg.norm(elbow - shoulder, axis=0)
    series["elbow_flexion_deg"] = np.rad2deg(np.arccos(np.clip((fore * upper).sum(axis=0), -1, 1)))
    load, middle = wrist + FIST * stature * fore, (place("heel") + place("toe")) / 2
    series["load_over_midfoot"] = (load[0] - middle[0]) / stature
    series["load_height"] = load[1] / stature
    series["load_above_shoulder"] = (load[1] - shoulder[1]) / stature
    series["hip_height"], series["hip_travel_back"] = true["hip_height"], true["hip_travel_back"]
    series["shoulder_height"] = (shoulder[1] - np.median(shoulder[1][upright])) / stature
    series["confidence"] = np.ones_like(true["time_s"])
    standing = {name: Estimate(float(np.median(series[f"{name}_deg"][upright])), 0.0) for name in names}
    errors = {
        name.replace("_deg", "") + "_error" + ("_deg" if name.endswith("_deg") else ""): np.zeros_like(values)
        for name, values in series.items()
    }
    return {"time_s": true["time_s"]} | series | errors, standing


def _phases(rep: dict[str, Any], time_s: Floats, hip: Floats, end: float) -> tuple[Phase, ...]:
    """Down until the hip is nearly deepest, bottom, up until it is nearly at its least, lock-out."""
    inside = (time_s >= rep["start_s"]) & (time_s < rep["end_s"])
    times, bend = time_s[inside], hip[inside]
    low = int(bend.argmax())
    span = float(np.ptp(bend))
    deep = np.flatnonzero(bend >= bend.max() - MOVES * span)
    first, last = float(times[deep[0]]), float(times[deep[-1]])
    if bend[0] - bend.min() > FROM_FLOOR * span:  # at rest on the floor: nothing of a way down is in it
        first = float(rep["start_s"])
    after = np.flatnonzero(bend[low:] <= bend[low:].min() + MOVES * span)
    up = float(times[low + after[0]])
    edges = (rep["start_s"], first, last, max(up, last), end)
    names = ("eccentric", "bottom", "concentric", "lockout")
    return tuple(
        Phase(name=name, start_s=a, end_s=b)  # type: ignore[arg-type]
        for name, a, b in zip(names, edges[:-1], edges[1:], strict=True)
        if b > a
    )
