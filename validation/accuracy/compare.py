"""One simulated clip: what the product measured beside what is true, at the same times."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hiphinge.geometry import Floats
from hiphinge.pose import KEYPOINTS
from hiphinge.records import Rep
from validation.accuracy.assess import Assessed
from validation.accuracy.backs import GAPS, onset_hip_deg, true_gaps
from validation.accuracy.true_metrics import neck_deg, true_metrics

ANGLES: Final = ("hip_flexion", "knee_flexion", "trunk_inclination", "shank_inclination", "head_angle")
SPINE: Final = ("lumbar_flexion", "thoracic_flexion", "pelvic_tilt")
"""What the outline of the back tells."""
CHANGES: Final = ("head_angle", "lumbar_flexion", "thoracic_flexion", "pelvic_tilt")
"""Angles that are a change from standing by definition."""
SAMPLES: Final = 120
"""Moments per clip, evenly over its repetitions, so that every clip weighs the same."""
UPRIGHT_SHARE: Final = 0.05
"""Standing is where the true hip flexion is within this share of its range from its least."""
SAME_BOTTOM_S: Final = 0.75
"""A found bottom further than this from a true one is another bottom."""
PLATEAU_DEG: Final = 1.0
"""The bottom lasts while the true hip flexion is this close to its greatest."""


class Series(NamedTuple):
    """One angle at matching times: (n,) true, measured, stated standard error; changes are from standing."""

    true: Floats
    measured: Floats
    stated: Floats
    true_change: Floats
    change: Floats

    @property
    def error(self) -> Floats:
        """Measured minus true."""
        return self.measured - self.true

    @property
    def change_error(self) -> Floats:
        """The same of the change from standing."""
        return self.change - self.true_change

    def seen(self) -> "Series":
        """Only the moments that were measured."""
        kept = np.isfinite(self.measured) & np.isfinite(self.stated) & np.isfinite(self.true)
        return Series(*(values[kept] for values in self))


class RepPair(NamedTuple):
    """A true repetition, and the one found at its bottom (None where there is none)."""

    start_s: float
    bottom_s: float
    end_s: float
    faults: dict[str, float]
    plateau_s: tuple[float, float]
    found: Rep | None
    true_values: dict[str, float]
    true_metrics: dict[str, float]
    """The product's metrics of the exact series; empty where the truth has no joints."""


class Compared(NamedTuple):
    """A clip, what it shows and how the product did on it."""

    name: str
    truth: dict[str, Any]
    assessed: Assessed
    along: dict[str, Series]
    bottom: dict[str, Series]
    pairs: tuple[RepPair, ...]
    extra_reps: int
    followed: float
    """Share of moments at which the raw track is on the lifter, not on somebody else; 1 where there is no track."""

    @property
    def spec(self) -> dict[str, Any]:
        """What the clip was drawn from."""
        spec: dict[str, Any] = self.truth["spec"]
        return spec

    @property
    def yaw_deg(self) -> float:
        """Of the camera from the side view."""
        return float(abs(self.spec["camera"]["yaw_deg"]))

    @property
    def exercise(self) -> str:
        """What was done."""
        return str(self.truth["exercise"])


def compare(folder: Path, assessed: Assessed, track_file: Path) -> Compared:
    """Read a clip's truth and hold the analysis against it."""
    truth = json.loads((folder / "truth.json").read_text())
    table = pq.read_table(folder / "truth.parquet")
    true = {
        name: np.asarray(table[name], dtype=float) for name in table.column_names if not name.endswith(("_m", "_px"))
    }
    standing = true["upright"] > 0 if "upright" in true else _standing(true["hip_flexion_deg"])
    true |= true_gaps(table)
    time_s = true["time_s"]
    reps = tuple(assessed.record.reps) if assessed.record else ()
    exact = true_metrics(table, truth) if "left_hip_x_m" in table.column_names else [{}] * len(truth["reps"])
    pairs, extra = _paired(truth["reps"], reps, true, standing, exact=exact)
    inside = np.any([(time_s >= rep["start_s"]) & (time_s < rep["end_s"]) for rep in truth["reps"]], axis=0)
    moments = time_s[inside]
    moments = moments[np.unique(np.linspace(0, moments.size - 1, SAMPLES).astype(int))]
    bottoms = np.array([pair.bottom_s for pair in pairs])
    read = _reader(true, assessed, standing)
    seen = bool(assessed.series)
    along = {name: read(name, moments) for name in (*ANGLES, *SPINE, *GAPS)} if seen else {}
    bottom = {name: read(name, bottoms) for name in (*ANGLES, *SPINE, *GAPS)} if seen else {}
    followed = _followed(table, track_file) if track_file.is_file() else 1.0
    return Compared(folder.name, truth, assessed, along, bottom, pairs, extra, followed)


def _followed(table: pa.Table, track_file: Path) -> float:
    """Both hips' middle within a shank's length of where it is."""
    with np.load(track_file) as kept:
        hips = kept["position"][:, [KEYPOINTS.index("left_hip"), KEYPOINTS.index("right_hip")]].mean(axis=1)
        clock = kept["time"]
    place = {
        joint: np.stack([np.asarray(table[f"left_{joint}_{axis}_px"], dtype=float) for axis in "xy"], axis=1)
        for joint in ("hip", "knee", "ankle")
    }
    time_s = np.asarray(table["time_s"], dtype=float)
    true = np.stack([np.interp(clock, time_s, place["hip"][:, axis]) for axis in (0, 1)], axis=1)
    reach = float(np.quantile(np.linalg.norm(place["knee"] - place["ankle"], axis=1), 0.9))
    away = np.linalg.norm(hips - true, axis=1)
    return float(np.mean(away[np.isfinite(away)] < reach))


def _standing(hip_deg: Floats) -> NDArray[np.bool_]:
    low, high = float(hip_deg.min()), float(hip_deg.max())
    return np.asarray(hip_deg <= low + UPRIGHT_SHARE * (high - low))


def _reader(
    true: dict[str, Floats], assessed: Assessed, standing: NDArray[np.bool_]
) -> Callable[[str, Floats], Series]:
    def read(name: str, at_s: Floats) -> Series:
        is_gap = name in GAPS
        column, error = (name, f"{name}_error") if is_gap else (f"{name}_deg", f"{name}_error_deg")
        is_change = is_gap or name in CHANGES
        zero = 0.0 if is_change else _middle(true[column][standing])
        measured_zero = 0.0 if is_change else assessed.standing.get(f"standing_{name}_deg", float("nan"))
        true_now = np.interp(at_s, true["time_s"], true.get(column, np.full_like(true["time_s"], np.nan)))
        clock = assessed.series["time"]
        measured, stated = (
            np.interp(at_s, clock, assessed.series.get(key, np.full_like(clock, np.nan)), left=np.nan, right=np.nan)
            for key in (column, error)
        )
        return Series(true_now, measured, stated, true_now - zero, measured - measured_zero)

    return read


def _middle(values: Floats) -> float:
    return float(np.median(values)) if values.size else float("nan")


def _paired(
    truths: list[dict[str, Any]],
    found: tuple[Rep, ...],
    true: dict[str, Floats],
    standing: NDArray[np.bool_],
    *,
    exact: list[dict[str, float]],
) -> tuple[tuple[RepPair, ...], int]:
    """Give each true repetition the found one with the nearest bottom; what is left over was not there."""
    left = list(found)
    pairs = []
    for rep, plain in zip(truths, exact, strict=True):
        nearest = min(left, key=lambda one: abs(one.bottom_s - rep["bottom_s"]), default=None)
        plateau = _plateau(rep, true)
        late = float("inf")
        if nearest is not None:
            late = max(plateau[0] - nearest.bottom_s, nearest.bottom_s - plateau[1], 0.0)
        if nearest is not None and late <= SAME_BOTTOM_S:
            left.remove(nearest)
        else:
            nearest = None
        values = _values(rep, true, standing)
        pairs.append(
            RepPair(
                rep["start_s"],
                rep["bottom_s"],
                rep["end_s"],
                rep["faults"],
                plateau,
                nearest,
                values,
                plain,
            )
        )
    return tuple(pairs), len(left)


def _plateau(rep: dict[str, Any], true: dict[str, Floats]) -> tuple[float, float]:
    """First and last moment of a repetition at which the hips are as deep as they get, give or take PLATEAU_DEG."""
    time_s, hip = true["time_s"], true["hip_flexion_deg"]
    inside = (time_s >= rep["start_s"]) & (time_s < rep["end_s"])
    deep = time_s[inside][hip[inside] >= hip[inside].max() - PLATEAU_DEG]
    return float(deep[0]), float(deep[-1])


def _values(rep: dict[str, Any], true: dict[str, Floats], standing: NDArray[np.bool_]) -> dict[str, float]:
    """The repetition's true values of metrics that the product gives, in their unit."""
    time_s = true["time_s"]
    inside = (time_s >= rep["start_s"]) & (time_s < rep["end_s"])
    values = {}
    for name in ("hip_flexion", "knee_flexion", "trunk_inclination", "shank_inclination"):
        trace = true[f"{name}_deg"]
        values[f"{name}_max"] = float(trace[inside].max())
        values[f"{name}_rom"] = float(trace[inside].max()) - _middle(trace[standing])
    values["hip_travel_back"] = float(true["hip_travel_back"][inside].max())
    values["head_angle_min"] = float(true["head_angle_deg"][inside].min())
    for name in ("lumbar_flexion", "thoracic_flexion"):
        values[f"{name}_max"] = float(true[f"{name}_deg"][inside].max())
        values[f"{name}_min"] = float(true[f"{name}_deg"][inside].min())
    neck = neck_deg(true, standing)[inside]
    values |= {"neck_angle_min": float(neck.min()), "neck_angle_max": float(neck.max())}
    down = down_of(rep, true)
    values["lumbar_onset_hip_flexion"] = onset_hip_deg(
        *(true[f"{name}_deg"][down] for name in ("trunk_inclination", "lumbar_flexion", "hip_flexion"))
    )
    return values


def down_of(rep: dict[str, Any], true: dict[str, Floats]) -> NDArray[np.bool_]:
    """The way down of a repetition: from its start to the deepest hip."""
    time_s = true["time_s"]
    inside = (time_s >= rep["start_s"]) & (time_s < rep["end_s"])
    deepest = time_s[np.where(inside, true["hip_flexion_deg"], -np.inf).argmax()]
    return inside & (time_s <= deepest)
