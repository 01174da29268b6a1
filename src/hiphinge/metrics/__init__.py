"""What is measured of each repetition: one small function per metric, all in one table, `METRICS`.

A metric that cannot be measured (a series is missing or unseen) has value ``None``. How a series is read stands in
`window`, the whole body's metrics in `pattern`, the back's in `spine` and `onset`, times in `tempo`.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import msgspec
import numpy as np
import xarray as xr

from hiphinge.geometry import Floats
from hiphinge.kinematics import ANGLES, UNSEEN, Kinematics
from hiphinge.metrics.balance import balance_sway, balance_wobble, free_foot_touches
from hiphinge.metrics.held import PER_BODY, held_columns, knee_moment_bottom
from hiphinge.metrics.load import load_path_drift, load_rise, load_top_height, mean_load_speed, peak_load_speed
from hiphinge.metrics.muscles import hamstring_stretch_speed_max, hip_passive_share, pelvic_tilt_share
from hiphinge.metrics.onset import lumbar_onset_hip_flexion
from hiphinge.metrics.pattern import (
    head_angle_min,
    hinge_dominance,
    hip_drop,
    hip_knee_ratio,
    knee_drift,
    knee_flexion_deep,
    lockout_trunk_inclination,
    peak_hip_speed,
    pose_confidence,
    shank_inclination_deep,
    stoop_squat_index,
    trunk_minus_shank,
    trunk_tip_on_rise,
)
from hiphinge.metrics.second import (
    knee_ankle_ratio,
    knee_inward_of,
    knees_inward,
    stance_knee_inward,
    tilt_of,
    weight_shift,
)
from hiphinge.metrics.sides import elbow_flexion_max, pelvis_roll, rear_leg_line
from hiphinge.metrics.spine import (
    deepest_of,
    least_of,
    lockout_lumbar_flexion,
    lumbar_flexion_bottom,
    lumbar_flexion_rise,
    most_of,
    neck_angle_max,
    neck_angle_min,
)
from hiphinge.metrics.tempo import concentric_s, eccentric_s, pause_s
from hiphinge.metrics.wall import wall_gap_min, wall_rest_s
from hiphinge.metrics.window import NAN, Estimate, Measure, Window, peak_of, quotient, range_of
from hiphinge.records import Metric, Rep, Side, View
from hiphinge.settings import MetricSettings, load_slice

__all__ = [
    "METRICS",
    "SECOND",
    "Estimate",
    "MetricKind",
    "measure",
    "measure_effort",
    "measure_held",
    "measure_load",
    "measure_second",
    "quotient",
]


class MetricKind(NamedTuple):
    """One row of the table: how a metric is measured, and in what unit."""

    unit: str
    measure: Measure


STATURES, TRUNKS, SPEED = "fraction of stature", "fraction of trunk length", "statures/s"
STRAIN, STRAIN_SPEED, STRENGTH = "fraction of standing length", "standing lengths/s", "fraction of strength"
FEET = "fraction of the feet's distance"
LOAD = ("load_path_drift", "load_rise", "load_top_height", "mean_load_speed", "peak_load_speed")
"""Metrics of what is moved; they need its path, which depends on where the exercise carries it."""
HELD = ("hip_moment_max", "knee_moment_bottom", "l5s1_moment_max", "l5s1_compression_max", "l5s1_shear_max")
"""Metrics of what the joints held; they need more than the kinematics."""
EFFORT = ("hip_effort_max", "hip_passive_share")
"""Metrics of what that took the muscles."""

SECOND = (
    "knee_ankle_ratio",
    "knees_inward",
    "knee_inward_left",
    "knee_inward_right",
    "stance_knee_inward",
    "weight_shift",
    "shoulder_tilt",
    "hands_tilt",
    "pelvis_roll",
)
"""Metrics of what goes on from side to side, which a second clip shows."""

METRICS: dict[str, MetricKind] = {
    "hip_flexion_max": MetricKind("deg", peak_of("hip_flexion")),
    "hip_flexion_rom": MetricKind("deg", range_of("hip_flexion")),
    "knee_flexion_max": MetricKind("deg", peak_of("knee_flexion")),
    "knee_flexion_rom": MetricKind("deg", range_of("knee_flexion")),
    "trunk_inclination_max": MetricKind("deg", peak_of("trunk_inclination")),
    "shank_inclination_max": MetricKind("deg", peak_of("shank_inclination")),
    "shank_inclination_rom": MetricKind("deg", range_of("shank_inclination")),
    "knee_flexion_deep": MetricKind("deg", knee_flexion_deep),
    "shank_inclination_deep": MetricKind("deg", shank_inclination_deep),
    "trunk_minus_shank": MetricKind("deg", trunk_minus_shank),
    "hip_knee_ratio": MetricKind("1", hip_knee_ratio),
    "hip_travel_back": MetricKind(STATURES, peak_of("hip_travel_back")),
    "hip_drop": MetricKind(STATURES, hip_drop),
    "stoop_squat_index": MetricKind("1", stoop_squat_index),
    "hinge_dominance": MetricKind("1", hinge_dominance),
    "knee_drift": MetricKind("deg", knee_drift),
    "trunk_tip_on_rise": MetricKind("deg", trunk_tip_on_rise),
    "head_angle_min": MetricKind("deg", head_angle_min),
    "lockout_trunk_inclination": MetricKind("deg", lockout_trunk_inclination),
    "peak_hip_speed": MetricKind("deg/s", peak_hip_speed),
    "eccentric_s": MetricKind("s", eccentric_s),
    "pause_s": MetricKind("s", pause_s),
    "concentric_s": MetricKind("s", concentric_s),
    "rear_leg_line": MetricKind("deg", rear_leg_line),
    "pelvis_roll": MetricKind("deg", pelvis_roll),
    "elbow_flexion_max": MetricKind("deg", elbow_flexion_max),
    "pelvic_tilt_rom": MetricKind("deg", most_of("pelvic_tilt")),
    "pelvic_tilt_share": MetricKind("1", pelvic_tilt_share),
    "lumbar_flexion_max": MetricKind("deg", deepest_of("lumbar_flexion")),
    "lumbar_flexion_min": MetricKind("deg", least_of("lumbar_flexion")),
    "lumbar_flexion_bottom": MetricKind("deg", lumbar_flexion_bottom),
    "lumbar_flexion_rise": MetricKind("deg", lumbar_flexion_rise),
    "lumbar_onset_hip_flexion": MetricKind("deg", lumbar_onset_hip_flexion),
    "lockout_lumbar_flexion": MetricKind("deg", lockout_lumbar_flexion),
    "thoracic_flexion_max": MetricKind("deg", deepest_of("thoracic_flexion")),
    "neck_angle_min": MetricKind("deg", neck_angle_min),
    "neck_angle_max": MetricKind("deg", neck_angle_max),
    "dowel_gap_head": MetricKind(TRUNKS, most_of("dowel_gap_head")),
    "dowel_gap_thoracic": MetricKind(TRUNKS, most_of("dowel_gap_thoracic")),
    "dowel_gap_sacral": MetricKind(TRUNKS, most_of("dowel_gap_sacral")),
    "load_path_drift": MetricKind(STATURES, load_path_drift),
    "load_rise": MetricKind(STATURES, load_rise),
    "load_top_height": MetricKind(STATURES, load_top_height),
    "mean_load_speed": MetricKind(SPEED, mean_load_speed),
    "peak_load_speed": MetricKind(SPEED, peak_load_speed),
    "hip_moment_max": MetricKind("N·m", peak_of("hip_moment")),
    "knee_moment_bottom": MetricKind("N·m", knee_moment_bottom),
    "l5s1_moment_max": MetricKind("N·m", peak_of("l5s1_moment")),
    "l5s1_compression_max": MetricKind("N", peak_of("l5s1_compression")),
    "l5s1_shear_max": MetricKind("N", peak_of("l5s1_shear")),
    "hamstring_strain_max": MetricKind(STRAIN, peak_of("hamstring_strain")),
    "hamstring_stretch_speed_max": MetricKind(STRAIN_SPEED, hamstring_stretch_speed_max),
    "hamstring_passive_tension_max": MetricKind("N", peak_of("hamstring_passive_tension")),
    "gluteus_maximus_strain_max": MetricKind(STRAIN, peak_of("gluteus_maximus_strain")),
    "hip_effort_max": MetricKind(STRENGTH, peak_of("hip_effort")),
    "hip_passive_share": MetricKind("1", hip_passive_share),
    "balance_sway": MetricKind(STATURES, balance_sway),
    "balance_wobble": MetricKind("deg", balance_wobble),
    "free_foot_touches": MetricKind("1", free_foot_touches),
    "wall_gap_min": MetricKind(STATURES, wall_gap_min),
    "wall_rest_s": MetricKind("s", wall_rest_s),
    "knee_ankle_ratio": MetricKind(FEET, knee_ankle_ratio),
    "knees_inward": MetricKind(FEET, knees_inward),
    "knee_inward_left": MetricKind("deg", knee_inward_of("left")),
    "knee_inward_right": MetricKind("deg", knee_inward_of("right")),
    "stance_knee_inward": MetricKind("deg", stance_knee_inward),
    "weight_shift": MetricKind(STATURES, weight_shift),
    "shoulder_tilt": MetricKind("deg", tilt_of("shoulder_tilt")),
    "hands_tilt": MetricKind("deg", tilt_of("hands_tilt")),
    "pose_confidence": MetricKind("1", pose_confidence),
}
"""Every metric by its name in `analysis.json`."""


def measure(
    kinematics: Kinematics, reps: tuple[Rep, ...], view: View, *, settings: MetricSettings | None = None
) -> tuple[Rep, ...]:
    """Measure every metric of every repetition.

    Parameters
    ----------
    kinematics : the series, over uniform time.
    reps : repetitions with their phases.
    view : from where the camera saw them; a frontal view yields no sagittal metric, only times.
    settings : widths and edges; the package's own where not given.

    Returns
    -------
    The same repetitions with `metrics` filled, each name of `METRICS` present.
    """
    settings = settings or load_slice("metrics", MetricSettings)
    return tuple(
        msgspec.structs.replace(rep, metrics=_metrics_of(_window(kinematics, rep, view, settings))) for rep in reps
    )


def measure_load(
    kinematics: Kinematics, reps: tuple[Rep, ...], view: View, *, settings: MetricSettings | None = None
) -> tuple[Rep, ...]:
    """Measure the metrics of the load, `LOAD`, of repetitions whose others are measured already."""
    return _measured_too(LOAD, kinematics, reps, view, settings=settings)


def measure_effort(
    kinematics: Kinematics, reps: tuple[Rep, ...], view: View, *, settings: MetricSettings | None = None
) -> tuple[Rep, ...]:
    """Measure what it took the muscles, `EFFORT`, of repetitions whose other metrics are measured already."""
    return _measured_too(EFFORT, kinematics, reps, view, settings=settings)


def _measured_too(
    names: tuple[str, ...],
    kinematics: Kinematics,
    reps: tuple[Rep, ...],
    view: View,
    *,
    settings: MetricSettings | None,
) -> tuple[Rep, ...]:
    settings = settings or load_slice("metrics", MetricSettings)
    measured = []
    for rep in reps:
        window = _window(kinematics, rep, view, settings)
        found = {name: _record(METRICS[name].measure(window), METRICS[name].unit) for name in names}
        measured.append(msgspec.structs.replace(rep, metrics=rep.metrics | found))
    return tuple(measured)


def measure_second(
    sideways: xr.Dataset, reps: tuple[Rep, ...], paired: Mapping[int, Side], view: View, *, settings: MetricSettings
) -> tuple[Rep, ...]:
    """Measure `SECOND` of the repetitions that both clips show, whose other metrics are measured already.

    What both clips tell is taken from the one with the smaller error; from the side the pelvis's roll is a guess, and
    counts for nothing.

    Parameters
    ----------
    sideways : the second clip's series on the first one's clock.
    reps : repetitions of the first clip.
    paired : the working side that the second clip shows, by the index of each repetition that it shows too.
    view : from where the first clip was filmed.
    settings : widths and edges.
    """
    time_s = sideways["time"].to_numpy()
    measured = []
    for rep in reps:
        inside = rep.holds(time_s)
        columns = {str(name): values.to_numpy()[inside] for name, values in sideways.data_vars.items()}
        lone = paired.get(rep.index, "both") if rep.side == "both" else rep.side
        window = Window(msgspec.structs.replace(rep, side=lone), time_s[inside], columns, {}, settings)
        found = {name: _record(METRICS[name].measure(window), METRICS[name].unit) for name in SECOND}
        better = {
            name: one
            for name, one in found.items()
            if rep.index in paired and one.error is not None and _is_better(one, rep.metrics[name], view)
        }
        measured.append(msgspec.structs.replace(rep, metrics=rep.metrics | better, from_second=tuple(better)))
    return tuple(measured)


def _is_better(second: Metric, first: Metric, view: View) -> bool:
    if first.error is None or second.error is None or view.plane == "sagittal":
        return True
    return second.error < first.error


def measure_held(
    kinematics: Kinematics,
    held: xr.Dataset,
    reps: tuple[Rep, ...],
    view: View,
    *,
    settings: MetricSettings | None = None,
) -> tuple[Rep, ...]:
    """Measure what the joints held, `HELD`, of repetitions whose other metrics are measured already.

    Parameters
    ----------
    held : moments and forces over the kinematics' time, low, best and high.
    """
    settings = settings or load_slice("metrics", MetricSettings)
    series = Kinematics(kinematics.assign({name: ("time", values) for name, values in held_columns(held).items()}))
    whole, measured = held.attrs["unit_mass"] == "kg", []
    for rep in reps:
        window, found = _window(series, rep, view, settings), {}
        for name in HELD:
            unit = METRICS[name].unit
            found[name] = _record(METRICS[name].measure(window), unit if whole else PER_BODY[unit])
        measured.append(msgspec.structs.replace(rep, metrics=rep.metrics | found))
    return tuple(measured)


def _standing(kinematics: Kinematics, name: str) -> Estimate:
    """The lifter's own standing value of an angle, as the kinematics found it; unknown where they did not."""
    attributes = kinematics.attrs
    return Estimate(attributes.get(f"standing_{name}_deg", NAN), attributes.get(f"standing_{name}_error_deg", NAN))


def _while_standing(kinematics: Kinematics, column: str) -> Estimate:
    """The median of a column over the moments of standing; unknown where the clip shows none."""
    values = kinematics[column].to_numpy()[kinematics["standing"].to_numpy() > 0]
    seen = values[np.isfinite(values)]
    return Estimate(float(np.median(seen)), 0.0) if seen.size else Estimate(NAN, NAN)


def _window(kinematics: Kinematics, rep: Rep, view: View, settings: MetricSettings) -> Window:
    """Cut one repetition out; from the front only heights and confidence are kept, for they need no side view."""
    time_s = kinematics["time"].to_numpy()
    inside = rep.holds(time_s)
    names = [str(name) for name in kinematics.data_vars if kinematics[name].dims == ("time",)]
    if view.plane == "frontal":
        names = [name for name in names if "_height" in name or "pelvis_roll" in name or name == "confidence"]
    columns = {name: kinematics[name].to_numpy()[inside].astype(np.float64) for name in names}
    columns = _without_guesses(columns, settings.least_confidence)
    standing = {name: _standing(kinematics, name) for name in (*ANGLES, *UNSEEN)}
    if "shank_correction_deg" in columns:
        standing["shank_correction"] = _while_standing(kinematics, "shank_correction_deg")
    if "standing_look_deg" in kinematics.attrs:
        standing["look"] = _standing(kinematics, "look")
    before = (time_s >= rep.start_s - settings.tempo_reach_s) & (time_s < rep.start_s)
    hip = kinematics["hip_flexion_deg"].to_numpy()[before]
    lead = (time_s[before], hip) if "hip_flexion_deg" in columns else (np.empty(0), np.empty(0))
    return Window(rep, time_s[inside], columns, standing, settings, lead)


def _without_guesses(columns: dict[str, Floats], least: float) -> dict[str, Floats]:
    """Leave out frames in which the pose is as good as guessed; behind a plate it folds legs that stand straight."""
    confidence = columns.get("confidence")
    if confidence is None:
        return columns
    guessed = confidence < least
    return {
        name: values if name == "confidence" else np.where(guessed, NAN, values) for name, values in columns.items()
    }


def _metrics_of(window: Window) -> dict[str, Metric]:
    return {name: _record(kind.measure(window), kind.unit) for name, kind in METRICS.items()}


def _record(estimate: Estimate, unit: str) -> Metric:
    """Make the record; a value without an error is not a measurement, so both are given or neither."""
    if not (math.isfinite(estimate.value) and math.isfinite(estimate.error)):
        return Metric(value=None, error=None, unit=unit)
    at_s = round(estimate.at_s, 3) if math.isfinite(estimate.at_s) else None
    return Metric(value=round(estimate.value, 4), error=round(estimate.error, 4), unit=unit, at_s=at_s)
