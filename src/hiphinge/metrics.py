"""What is measured of each repetition: one small function per metric, all in one table, `METRICS`.

A metric that cannot be measured (a series is missing or unseen) has value ``None``. Errors are standard errors taken
from the series: neighbouring frames share their landmark's offset and the filter, so averaging a few of them steadies
the value and leaves the error as it was.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from hiphinge.geometry import Floats
from hiphinge.kinematics import ANGLES, UNSEEN, Kinematics
from hiphinge.records import Metric, PhaseName, Rep, View
from hiphinge.settings import MetricSettings, load_slice

NAN = math.nan


class Estimate(NamedTuple):
    """A value, its standard error, and the moment (s) that shows it best; NaN where unknown."""

    value: float
    error: float
    at_s: float = NAN


UNKNOWN = Estimate(NAN, NAN)


@dataclass(frozen=True)
class Window:
    """One repetition of the kinematics: plain arrays over `time_s`, seconds, degrees and fractions of stature."""

    rep: Rep
    time_s: Floats
    columns: dict[str, Floats]
    standing: dict[str, Estimate]
    settings: MetricSettings

    def series(self, name: str) -> tuple[Floats, Floats]:
        """Values and standard errors of one series; NaN where the kinematics do not carry it."""
        missing = np.full(self.time_s.size, NAN)
        suffix = "_deg" if f"{name}_deg" in self.columns else ""
        return self.columns.get(f"{name}{suffix}", missing), self.columns.get(f"{name}_error{suffix}", missing)

    def during(self, *phases: PhaseName) -> NDArray[np.bool_]:
        """Frames inside any of the named phases."""
        inside = np.zeros(self.time_s.size, dtype=bool)
        for phase in self.rep.phases:
            if phase.name in phases:
                inside |= (self.time_s >= phase.start_s) & (self.time_s < phase.end_s)
        return inside


Measure = Callable[[Window], Estimate]


class MetricKind(NamedTuple):
    """One row of the table: how a metric is measured, and in what unit."""

    unit: str
    measure: Measure


# --- reading a series ------------------------------------------------------------------------------------------------


def largest(window: Window, name: str, *, sign: float = 1.0, where: NDArray[np.bool_] | None = None) -> Estimate:
    """The largest value of a series (`sign` −1: the smallest), steadied over `extreme_window_s`."""
    values, _ = window.series(name)
    seen = np.isfinite(values) if where is None else np.isfinite(values) & where
    if not seen.any():
        return UNKNOWN
    at_s = float(window.time_s[np.where(seen, sign * values, -np.inf).argmax()])
    return at(window, name, at_s, where=seen)


def smallest(window: Window, name: str, *, where: NDArray[np.bool_] | None = None) -> Estimate:
    """The smallest value of a series, steadied over `extreme_window_s`."""
    return largest(window, name, sign=-1.0, where=where)


def at(window: Window, name: str, at_s: float, *, where: NDArray[np.bool_] | None = None) -> Estimate:
    """The value of a series around a moment: the mean over `extreme_window_s`, the error that of a single frame."""
    values, errors = window.series(name)
    near = np.isfinite(values) & (np.abs(window.time_s - at_s) <= window.settings.extreme_window_s / 2 + 1e-9)
    if where is not None:
        near &= where
    if not near.any():
        return UNKNOWN
    return Estimate(float(values[near].mean()), float(np.sqrt(np.mean(errors[near] ** 2))), at_s)


def change(window: Window, name: str, *, where: NDArray[np.bool_] | None = None) -> Estimate:
    """Range of motion: the largest value less the lifter's own standing value."""
    top, standing = largest(window, name, where=where), window.standing.get(name, UNKNOWN)
    return Estimate(top.value - standing.value, math.hypot(top.error, standing.error), top.at_s)


def from_standing(window: Window, name: str, at_s: float) -> Estimate:
    """A series at a moment, as change from the lifter's own standing."""
    value, standing = at(window, name, at_s), window.standing.get(name, UNKNOWN)
    return Estimate(value.value - standing.value, math.hypot(value.error, standing.error), value.at_s)


def difference(window: Window, late: Estimate, early: Estimate) -> Estimate:
    """One series at two moments of a repetition: errors shared by both, ρ of them, cancel.

    σ² = σ₁² + σ₂² − 2ρσ₁σ₂, ρ being `error_correlation`: a landmark beside its joint is so at both moments.
    """
    shared = 2 * window.settings.error_correlation * late.error * early.error
    error = math.sqrt(late.error**2 + early.error**2 - shared)
    return Estimate(late.value - early.value, error, late.at_s)


def quotient(over: Estimate, under: Estimate, *, smallest_divisor: float) -> Estimate:
    """Quotient and its error, (a/b)·sqrt((σa/a)² + (σb/b)²); the divisor is at least `smallest_divisor`."""
    divisor = max(under.value, smallest_divisor)
    value = over.value / divisor
    error = math.hypot(over.error / divisor, value * under.error / divisor)
    return Estimate(value, error, over.at_s)


# --- the metrics -----------------------------------------------------------------------------------------------------


def peak_of(name: str) -> Measure:
    """Metric: the largest value of a series in the repetition."""
    return lambda window: largest(window, name)


def trough_of(name: str) -> Measure:
    """Metric: the smallest value of a series in the repetition."""
    return lambda window: smallest(window, name)


def range_of(name: str) -> Measure:
    """Metric: the largest value of a series less its standing value."""
    return lambda window: change(window, name)


def duration_of(phase: PhaseName) -> Measure:
    """Metric: seconds spent in a phase; unknown where the repetition lacks it or the clip cuts it."""

    def measure(window: Window) -> Estimate:
        spans = [span for span in window.rep.phases if span.name == phase]
        cut = not window.rep.complete and spans and spans[0] in (window.rep.phases[0], window.rep.phases[-1])
        if not spans or cut:
            return UNKNOWN
        seconds = sum(span.end_s - span.start_s for span in spans)
        return Estimate(seconds, window.settings.phase_error_s, spans[0].start_s)

    return measure


def hip_knee_ratio(window: Window) -> Estimate:
    """Hip over knee range of motion: about 4-5 in a balanced hinge, 1 in a squat.

    Knee ranges under `least_knee_rom_deg` count as that much, since the quotient has no upper end.
    """
    hip, knee = change(window, "hip_flexion"), change(window, "knee_flexion")
    return quotient(hip, knee, smallest_divisor=window.settings.least_knee_rom_deg)


def hip_drop(window: Window) -> Estimate:
    """How far the hip sinks from standing, fraction of stature; + down."""
    low = smallest(window, "hip_height")
    return Estimate(-low.value, low.error, low.at_s)


def stoop_squat_index(window: Window) -> Estimate:
    """Stoop-squat index at the lowest shoulder: SSI = 100·(1 − Δhip height / Δshoulder height).

    0 is a full squat, 100 a full stoop; squats stay below 30 and stoops above 90 (Schmid et al. 2022, the formula as
    reconstructed from the heights). It does not tell a clean hinge from a rounded stoop.
    """
    shoulder = smallest(window, "shoulder_height")
    if not -shoulder.value > window.settings.least_shoulder_drop:
        return UNKNOWN
    hip = at(window, "hip_height", shoulder.at_s)
    share = quotient(
        Estimate(-hip.value, hip.error),
        Estimate(-shoulder.value, shoulder.error),
        smallest_divisor=window.settings.least_shoulder_drop,
    )
    return Estimate(100 * (1 - share.value), 100 * share.error, shoulder.at_s)


def trunk_minus_shank(window: Window) -> Estimate:
    """Trunk less shank inclination at the bottom, each from standing: near 0 in a squat, over 40° in a hinge."""
    at_s = window.rep.bottom_s
    trunk, shank = (from_standing(window, name, at_s) for name in ("trunk_inclination", "shank_inclination"))
    return Estimate(trunk.value - shank.value, math.hypot(trunk.error, shank.error), at_s)


def hinge_dominance(window: Window) -> Estimate:
    """How far the movement lies on the way from squat (0) to hinge (1): the mean of five contrasts.

    Each contrast is laid linearly between its value in a balanced squat and the edge of the hinge band, and cut off at
    0 and 1. A pull from the floor lies between. The contrasts share their landmarks, so their errors are added, not in
    quadrature; where they disagree, the standard error of their mean is the least.
    """
    ends = window.settings
    contrasts = (
        (hip_knee_ratio(window), ends.squat_ratio, ends.hinge_ratio),
        (change(window, "shank_inclination"), ends.squat_shank_deg, ends.hinge_shank_deg),
        (trunk_minus_shank(window), ends.squat_trunk_minus_shank_deg, ends.hinge_trunk_minus_shank_deg),
        (hip_drop(window), ends.squat_hip_drop, ends.hinge_hip_drop),
        (stoop_squat_index(window), ends.squat_index, ends.hinge_index),
    )
    placed = [
        np.clip((estimate.value + np.array([-1, 0, 1]) * estimate.error - squat) / (hinge - squat), 0, 1)
        for estimate, squat, hinge in contrasts
        if math.isfinite(estimate.value) and math.isfinite(estimate.error)
    ]
    if len(placed) < ends.least_contrasts:
        return UNKNOWN
    places = np.array(placed)
    shared = np.abs(places[:, 2] - places[:, 0]).mean() / 2
    disagreement = places[:, 1].std() / math.sqrt(len(places))
    return Estimate(float(places[:, 1].mean()), float(max(shared, disagreement)), window.rep.bottom_s)


def knee_drift(window: Window) -> Estimate:
    """Knee flexion gained from 30 % of the way down (of trunk inclination) to the bottom; + bending on."""
    trunk, _ = window.series("trunk_inclination")
    down = window.during("eccentric")
    depth = change(window, "trunk_inclination")
    leaned = trunk - window.standing["trunk_inclination"].value
    past = down & (leaned >= window.settings.drift_from * depth.value)
    if not past.any():
        return UNKNOWN
    early = at(window, "knee_flexion", float(window.time_s[past.argmax()]))
    late = at(window, "knee_flexion", window.rep.bottom_s)
    return difference(window, late, early)


def trunk_tip_on_rise(window: Window) -> Estimate:
    """How much further the trunk tips forward while the hips already rise (deg, + forward).

    The largest trunk inclination in the first half of the hip's rise less that at the hip's lowest point. A trunk that
    keeps its angle while the knees open is an ordinary pull from the floor; one that tips further is hips first.
    """
    height, _ = window.series("hip_height")
    if not np.isfinite(height).any() or not window.during("concentric").any():
        return UNKNOWN
    low = int(np.nanargmin(height))
    halfway = (height[low] + np.nanmax(height[low:])) / 2
    above = np.flatnonzero(height[low:] > halfway)
    rising = np.zeros(height.size, dtype=bool)
    rising[low : low + int(above[0]) if above.size else None] = True
    first = at(window, "trunk_inclination", float(window.time_s[low]))
    furthest = largest(window, "trunk_inclination", where=rising)
    return difference(window, furthest, first)


def lockout_trunk_inclination(window: Window) -> Estimate:
    """Trunk inclination at lock-out: the median over the phase."""
    trunk, errors = window.series("trunk_inclination")
    top = window.during("lockout") & np.isfinite(trunk)
    if not top.any():
        return UNKNOWN
    middle_s = float(np.median(window.time_s[top]))
    return Estimate(float(np.median(trunk[top])), float(np.sqrt(np.mean(errors[top] ** 2))), middle_s)


def head_angle_min(window: Window) -> Estimate:
    """The lowest look between the start of the way down and the end of the way up."""
    return smallest(window, "head_angle", where=window.during("eccentric", "bottom", "concentric"))


def peak_hip_speed(window: Window) -> Estimate:
    """Fastest hip extension (deg/s), 30-150 in slow hinges, 300-500 in swings."""
    rate, _ = window.series("hip_flexion_rate")
    _, errors = window.series("hip_flexion")
    if not np.isfinite(rate).any():
        return UNKNOWN
    fastest = int(np.nanargmin(rate))
    return Estimate(
        float(-rate[fastest]), float(errors[fastest] / window.settings.speed_span_s), float(window.time_s[fastest])
    )


def pose_confidence(window: Window) -> Estimate:
    """Mean confidence of the pose over the repetition, 0 … 1."""
    confidence, _ = window.series("confidence")
    seen = confidence[np.isfinite(confidence)]
    return Estimate(float(seen.mean()), 0.0, window.rep.bottom_s) if seen.size else UNKNOWN


# --- the table -------------------------------------------------------------------------------------------------------

STATURES, TRUNKS = "fraction of stature", "fraction of trunk length"

METRICS: dict[str, MetricKind] = {
    "hip_flexion_max": MetricKind("deg", peak_of("hip_flexion")),
    "hip_flexion_rom": MetricKind("deg", range_of("hip_flexion")),
    "knee_flexion_max": MetricKind("deg", peak_of("knee_flexion")),
    "knee_flexion_rom": MetricKind("deg", range_of("knee_flexion")),
    "trunk_inclination_max": MetricKind("deg", peak_of("trunk_inclination")),
    "shank_inclination_max": MetricKind("deg", peak_of("shank_inclination")),
    "shank_inclination_rom": MetricKind("deg", range_of("shank_inclination")),
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
    "eccentric_s": MetricKind("s", duration_of("eccentric")),
    "pause_s": MetricKind("s", duration_of("bottom")),
    "concentric_s": MetricKind("s", duration_of("concentric")),
    "pelvic_tilt_rom": MetricKind("deg", range_of("pelvic_tilt")),
    "lumbar_flexion_max": MetricKind("deg", peak_of("lumbar_flexion")),
    "lumbar_flexion_min": MetricKind("deg", trough_of("lumbar_flexion")),
    "thoracic_flexion_max": MetricKind("deg", peak_of("thoracic_flexion")),
    "dowel_gap_head": MetricKind(TRUNKS, peak_of("dowel_gap_head")),
    "dowel_gap_thoracic": MetricKind(TRUNKS, peak_of("dowel_gap_thoracic")),
    "dowel_gap_sacral": MetricKind(TRUNKS, peak_of("dowel_gap_sacral")),
    "load_path_drift": MetricKind(STATURES, peak_of("load_path_drift")),
    "peak_load_speed": MetricKind("m/s", peak_of("load_speed")),
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


def _standing(kinematics: Kinematics, name: str) -> Estimate:
    """The lifter's own standing value of an angle, as the kinematics found it; unknown where they did not."""
    attributes = kinematics.attrs
    return Estimate(attributes.get(f"standing_{name}_deg", NAN), attributes.get(f"standing_{name}_error_deg", NAN))


def _window(kinematics: Kinematics, rep: Rep, view: View, settings: MetricSettings) -> Window:
    """Cut one repetition out; from the front only heights and confidence are kept, for they need no side view."""
    time_s = kinematics["time"].to_numpy()
    inside = (time_s >= rep.start_s) & (time_s < rep.end_s)
    names = [str(name) for name in kinematics.data_vars if kinematics[name].dims == ("time",)]
    if view.plane == "frontal":
        names = [name for name in names if "_height" in name or name == "confidence"]
    columns = {name: kinematics[name].to_numpy()[inside].astype(np.float64) for name in names}
    standing = {name: _standing(kinematics, name) for name in (*ANGLES, *UNSEEN)}
    return Window(rep, time_s[inside], columns, standing, settings)


def _metrics_of(window: Window) -> dict[str, Metric]:
    return {name: _record(kind.measure(window), kind.unit) for name, kind in METRICS.items()}


def _record(estimate: Estimate, unit: str) -> Metric:
    """Make the record; a value without an error is not a measurement, so both are given or neither."""
    if not (math.isfinite(estimate.value) and math.isfinite(estimate.error)):
        return Metric(value=None, error=None, unit=unit)
    at_s = round(estimate.at_s, 3) if math.isfinite(estimate.at_s) else None
    return Metric(value=round(estimate.value, 4), error=round(estimate.error, 4), unit=unit, at_s=at_s)
