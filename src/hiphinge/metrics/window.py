"""One repetition cut out of the kinematics, and the ways of reading a series in it.

Errors are standard errors taken from the series: neighbouring frames share their landmark's offset and the filter, so
averaging a few of them steadies the value and leaves the error as it was.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from hiphinge.geometry import Bools, Floats, expected_largest, interval_of, mad_scale
from hiphinge.records import PhaseName, Rep
from hiphinge.settings import MetricSettings

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
    lead: tuple[Floats, Floats] = (np.empty(0), np.empty(0))
    """Seconds and hip flexion shortly before the repetition: it begins where the movement is already plain."""

    @property
    def interval_s(self) -> float:
        """Time between two frames."""
        return interval_of(self.time_s)

    def series(self, name: str) -> tuple[Floats, Floats]:
        """Values and standard errors of one series; NaN where the kinematics do not carry it."""
        missing = np.full(self.time_s.size, NAN)
        suffix = "_deg" if f"{name}_deg" in self.columns else ""
        return self.columns.get(f"{name}{suffix}", missing), self.columns.get(f"{name}_error{suffix}", missing)

    def during(self, *phases: PhaseName) -> Bools:
        """Frames inside any of the named phases."""
        inside = np.zeros(self.time_s.size, dtype=bool)
        for phase in self.rep.phases:
            if phase.name in phases:
                inside |= phase.holds(self.time_s)
        return inside

    def at_rest(self, name: str, slowest: float) -> Bools:
        """Frames in which a series, steadied over `hold_s`, changes by no more than `slowest` a second."""
        values, _ = self.series(name)
        if values.size < 2:
            return np.ones(values.size, dtype=bool)
        speed = np.gradient(_running_mean(values, frames_of(self, self.settings.hold_s)), self.interval_s)
        return np.asarray(np.abs(speed) <= slowest)

    def depth(self) -> Floats:
        """How deep the trunk is in every frame: 0 as standing, 1 at the repetition's deepest; NaN where unseen."""
        trunk, _ = self.series("trunk_inclination")
        leaned = trunk - self.standing["trunk_inclination"].value
        deepest = change(self, "trunk_inclination").value
        return leaned / deepest if deepest > 0 else np.full(trunk.size, NAN)

    def deep(self) -> Bools:
        """Whether each frame belongs to the deep part; not where the depth is unseen."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.depth() >= self.settings.deep_from)


Measure = Callable[[Window], Estimate]


def largest(window: Window, name: str, *, sign: float = 1.0, where: Bools | None = None) -> Estimate:
    """The largest value of a series (`sign` −1: the smallest), steadied over `extreme_window_s`."""
    values, _ = window.series(name)
    seen = np.isfinite(values) if where is None else np.isfinite(values) & where
    if not seen.any():
        return UNKNOWN
    at_s = float(window.time_s[np.where(seen, sign * values, -np.inf).argmax()])
    return at(window, name, at_s, where=seen)


def smallest(window: Window, name: str, *, where: Bools | None = None) -> Estimate:
    """The smallest value of a series, steadied over `extreme_window_s`."""
    return largest(window, name, sign=-1.0, where=where)


def at(window: Window, name: str, at_s: float, *, where: Bools | None = None, width_s: float | None = None) -> Estimate:
    """The value of a series around a moment: the mean over `width_s`, the error that of a single frame."""
    values, errors = window.series(name)
    width_s = window.settings.extreme_window_s if width_s is None else width_s
    near = np.isfinite(values) & (np.abs(window.time_s - at_s) <= width_s / 2 + 1e-9)
    if where is not None:
        near &= where
    if not near.any():
        return UNKNOWN
    return Estimate(float(values[near].mean()), float(np.sqrt(np.mean(errors[near] ** 2))), at_s)


def held(window: Window, name: str, *, sign: float = 1.0, where: Bools | None = None) -> Estimate:
    """The largest value of a noisy series that is held for `hold_s` (`sign` −1: the smallest).

    The largest of several noisy looks lies too far out, the further the more looks there are. A look here is the mean
    over `hold_s`; its noise is what the frames scatter about the looks, and the K looks that come within three noises
    of the best compete with it. The excess of the best, noise · Φ⁻¹((K − 3/8) / (K + 1/4)) (Blom 1958), is taken off,
    and the noise is added to the error in quadrature. On a smooth series nothing is taken off.
    """
    values, errors = window.series(name)
    seen = np.isfinite(values) & np.isfinite(errors)
    seen = seen if where is None else seen & where
    if not seen.any():
        return UNKNOWN
    width = frames_of(window, window.settings.hold_s)
    looks = sign * _running_mean(np.where(seen, values, NAN), width)
    looks[~seen] = -np.inf
    best = int(looks.argmax())
    noise = _noise_of_a_look(sign * values - looks, seen, width)
    rivals = max(1.0, float((looks >= looks[best] - 3 * noise).sum()) / width)
    excess = noise * expected_largest(rivals)
    near = seen & (np.abs(np.arange(seen.size) - best) <= width // 2)
    stated = float(np.sqrt(np.mean(errors[near] ** 2)))
    return Estimate(sign * (float(looks[best]) - excess), math.hypot(stated, noise), float(window.time_s[best]))


def frames_of(window: Window, span_s: float) -> int:
    """An odd number of frames that last `span_s`."""
    return 2 * (round(span_s / window.interval_s) // 2) + 1


def _running_mean(values: Floats, width: int) -> Floats:
    """Centred mean over `width` samples, of those that are known."""
    kernel, known = np.ones(min(width, values.size)), np.isfinite(values)
    count = np.convolve(known.astype(float), kernel, mode="same")
    total = np.convolve(np.where(known, values, 0.0), kernel, mode="same")
    return np.asarray(total / np.maximum(count, 1.0))


def _noise_of_a_look(residual: Floats, seen: Bools, width: int) -> float:
    """Standard error of a mean over `width` frames, from how the frames scatter about it.

    Frames that resemble their neighbours (correlation r) count for fewer: n·(1 − r)/(1 + r).
    """
    scatter = residual[seen]
    if scatter.size < 3 or width < 3:
        return 0.0
    spread = float(mad_scale(scatter)) * math.sqrt(width / (width - 1))
    power = float(np.mean(scatter**2))
    alike = float(np.mean(scatter[1:] * scatter[:-1])) / power if power > 0 else 0.0
    alike = min(max(alike, 0.0), 0.95)
    return spread / math.sqrt(max(1.0, width * (1 - alike) / (1 + alike)))


def change(window: Window, name: str, *, where: Bools | None = None) -> Estimate:
    """Range of motion: the largest value less the lifter's own standing value."""
    top, standing = largest(window, name, where=where), window.standing.get(name, UNKNOWN)
    return Estimate(top.value - standing.value, math.hypot(top.error, standing.error), top.at_s)


def from_standing(window: Window, name: str, at_s: float) -> Estimate:
    """A series at a moment, as change from the lifter's own standing."""
    value, standing = at(window, name, at_s), window.standing.get(name, UNKNOWN)
    return Estimate(value.value - standing.value, math.hypot(value.error, standing.error), value.at_s)


def difference(late: Estimate, early: Estimate, *, shared: float) -> Estimate:
    """One series at two moments of a repetition: errors common to both, `shared` (ρ) of them, cancel.

    σ² = σ₁² + σ₂² − 2ρσ₁σ₂: a landmark beside its joint is so at both moments.
    """
    error = math.sqrt(late.error**2 + early.error**2 - 2 * shared * late.error * early.error)
    return Estimate(late.value - early.value, error, late.at_s)


def quotient(over: Estimate, under: Estimate, *, smallest_divisor: float) -> Estimate:
    """Quotient and its error, (a/b)·sqrt((σa/a)² + (σb/b)²); the divisor is at least `smallest_divisor`."""
    divisor = max(under.value, smallest_divisor)
    value = over.value / divisor
    error = math.hypot(over.error / divisor, value * under.error / divisor)
    return Estimate(value, error, over.at_s)


def median_of(window: Window, name: str, phase: PhaseName) -> Estimate:
    """The median of a series over a phase."""
    values, errors = window.series(name)
    inside = window.during(phase) & np.isfinite(values)
    if not inside.any():
        return UNKNOWN
    middle_s = float(np.median(window.time_s[inside]))
    return Estimate(float(np.median(values[inside])), float(np.sqrt(np.mean(errors[inside] ** 2))), middle_s)


def peak_of(name: str) -> Measure:
    """Metric: the largest value of a series in the repetition."""
    return lambda window: largest(window, name)


def range_of(name: str) -> Measure:
    """Metric: the largest value of a series less its standing value."""
    return lambda window: change(window, name)
