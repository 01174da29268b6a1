"""Work and power of the load on its way up, from its path in metres and the mass that was given.

The load is a point of mass m at (x, y), metres, + forward and up. Its mechanical energy, and the power that goes in:

    E = m (g y + v²/2),    P = dE/dt = m (a·v + g v_y) = F·v,    F = m (a + g up)

Velocity and acceleration are central differences of the place after a zero-lag low-pass (second-order Butterworth,
forward and backward) whose cut-off is `cutoff_per_way` over the typical time of the way up, so that slow lifts are not
judged by the landmarks' jitter nor swings blunted; it is told with the results. Work is the gain from the repetition's
least energy to the greatest after it, so what is lowered and lifted back is not counted twice; a lift begins and ends
at rest, and m g times the rise remains. Peak power is the largest P between the two moments. Mean power is what goes in
between a tenth and nine tenths of the work over the time that takes: the load gathers way and comes to rest so slowly
that a picture does not tell when it begins and ends.

A kettlebell hangs from its handle and, swung, lies on beyond the hands in line with the arms: its middle is taken to
be `bell_m` further on. What hangs straight down moves as the hands do. Loads held in the hands come out to rise too
far, since the hands' landmarks sink where thighs, plates or the bend hide them: `rise_gain` takes the mean of that off.

The speed of a repetition, by which the repetitions of a set are compared, is the mean over the middle of the rise; it
needs neither mass nor scale.
"""

import math
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import msgspec
import numpy as np

from hiphinge.cleaning.smoothing import low_pass
from hiphinge.exercises import exercises
from hiphinge.geometry import Floats, interval_of
from hiphinge.kinematics import Kinematics
from hiphinge.kinetics.dynamics import GRAVITY
from hiphinge.kinetics.solving import SWUNG
from hiphinge.records import Load, LoadPath, Metric, Rep, View
from hiphinge.settings import StrengthSettings

SPEED: Final = "mid_load_speed"
"""The metric of a repetition's speed."""
_PER_SECOND: Final = "statures/s"
UNITS: Final[Mapping[str, str]] = {"work_j": "J", "mean_power_w": "W", "peak_power_w": "W"}
"""Metrics of the load's work and their units."""


class Worked(NamedTuple):
    """The repetitions with their load's speed, work and power; `withheld` says, as a message key, why there is no work.

    Attributes
    ----------
    cutoff_hz : of the low-pass; NaN where nothing was measured.
    """

    reps: tuple[Rep, ...]
    cutoff_hz: float
    withheld: str | None


class Course(NamedTuple):
    """The load over a clip: (T,) seconds, (T, 2) velocity and acceleration, (T,) energy and power, all per kg."""

    time_s: Floats
    velocity: Floats
    acceleration: Floats
    energy: Floats
    power: Floats


class Way(NamedTuple):
    """Where in a course the energy is least, where it is greatest after that, and where power is greatest between."""

    low: int
    top: int
    peak: int


def measure_work(
    motion: Kinematics,
    reps: tuple[Rep, ...],
    exercise: str,
    view: View,
    *,
    load: Load,
    path: LoadPath | None,
    settings: StrengthSettings,
) -> Worked:
    """Measure speed, work and power of every complete repetition.

    Parameters
    ----------
    motion : with the load's columns.
    reps : with their other metrics; `load_rise` and `concentric_s` are used.
    exercise : of repetitions that have none of their own.
    load, path : what is moved, and how many metres a stature is. Without a mass or a scale there is a speed alone.
    """
    withheld = _withheld(view, load, path, exercise)
    cutoff_hz = cutoff_of(reps, settings=settings)
    if path is None or view.plane == "frontal" or not math.isfinite(cutoff_hz):
        return Worked(reps, math.nan, withheld or "strength.no_way_up")
    time_s = motion["time"].to_numpy()
    height = _smooth(_place(motion, 1.0), interval_of(time_s), cutoff_hz, pad_s=settings.pad_s)[:, 1]
    reps = _each(reps, lambda rep: _speed(rep, time_s, height, settings=settings))
    if withheld is not None:
        return Worked(reps, cutoff_hz, withheld)
    courses = {
        name: _course(motion, path, name, cutoff_hz, settings=settings)
        for name in {rep.exercise or exercise for rep in reps}
    }

    def worked(rep: Rep) -> dict[str, Metric]:
        name = rep.exercise or exercise
        return _work(rep, courses[name], load, path, gain_error=_gain_error(name, settings), settings=settings)

    return Worked(_each(reps, worked), cutoff_hz, None)


def _each(reps: tuple[Rep, ...], metrics: Callable[[Rep], dict[str, Metric]]) -> tuple[Rep, ...]:
    """Add metrics to every complete repetition."""
    return tuple(
        msgspec.structs.replace(rep, metrics=rep.metrics | metrics(rep)) if rep.complete else rep for rep in reps
    )


def _withheld(view: View, load: Load, path: LoadPath | None, exercise: str) -> str | None:
    """Why nothing can be measured; None where it can.

    What is thrown forward goes partly towards a camera that stands at an angle, and its speed counts squared.
    """
    if not load.mass_kg:
        return "strength.no_mass"
    if path is None:
        return "strength.no_load"
    if view.plane == "frontal":
        return "strength.frontal"
    if view.plane == "oblique" and exercise in SWUNG:
        return "strength.at_an_angle"
    return "strength.no_scale" if path.metres_per_stature is None else None


def cutoff_of(reps: tuple[Rep, ...], *, settings: StrengthSettings) -> float:
    """The low-pass's cut-off, Hz: so many periods to the typical time of the way up; NaN where none was measured."""
    times = [one.value for rep in reps if (one := rep.metrics.get("concentric_s")) is not None and one.value]
    if not times:
        return math.nan
    wanted = settings.cutoff_per_way / float(np.median(times))
    return min(max(wanted, settings.cutoff_least_hz), settings.cutoff_most_hz)


def course_of(time_s: Floats, place: Floats, cutoff_hz: float, *, pad_s: float) -> Course:
    """Velocity, acceleration, energy and power, each per kilogram, of a point.

    Parameters
    ----------
    time_s : (T,) uniform seconds.
    place : (T, 2) forward and up, metres; NaN where unseen.
    cutoff_hz : of the low-pass; held below 0.4 of the rate.
    pad_s : how far ends are continued for the filter.
    """
    smooth = _smooth(place, interval_of(time_s), cutoff_hz, pad_s=pad_s)
    velocity = np.gradient(smooth, time_s, axis=0)
    acceleration = np.gradient(velocity, time_s, axis=0)
    energy = GRAVITY * smooth[:, 1] + (velocity**2).sum(axis=1) / 2
    power = (acceleration * velocity).sum(axis=1) + GRAVITY * velocity[:, 1]
    return Course(time_s, velocity, acceleration, energy, power)


def _smooth(place: Floats, interval_s: float, cutoff_hz: float, *, pad_s: float) -> Floats:
    return low_pass(place, cutoff_hz=min(cutoff_hz, 0.4 / interval_s), rate_hz=1 / interval_s, pad_s=pad_s)


def way_up(course: Course, start_s: float, end_s: float) -> Way | None:
    """Find the way up within `[start_s, end_s)`; None where the load is not raised there, or was not seen."""
    inside = (course.time_s >= start_s) & (course.time_s < end_s) & np.isfinite(course.energy)
    frames = np.flatnonzero(inside & np.isfinite(course.power))
    if frames.size < 5:
        return None
    low = int(frames[course.energy[frames].argmin()])
    after = frames[frames >= low]
    top = int(after[course.energy[after].argmax()])
    way = frames[(frames >= low) & (frames <= top)]
    if way.size < 4:
        return None
    return Way(low, top, int(way[course.power[way].argmax()]))


def span_of(time_s: Floats, share: Floats, low: float, high: float) -> float:
    """Seconds from where a course leaves the share `low` of its way to where it reaches `high`; NaN if too short."""
    reached = np.flatnonzero(share >= high)
    if not reached.size or reached[0] == 0:
        return math.nan
    last = int(reached[0])
    first = int(np.flatnonzero(share[:last] <= low)[-1]) if (share[:last] <= low).any() else 0
    begin = np.interp(low, share[first : first + 2], time_s[first : first + 2])
    end = np.interp(high, share[last - 1 : last + 1], time_s[last - 1 : last + 1])
    return float(end - begin) if end > begin else math.nan


def _place(motion: Kinematics, scale: float) -> Floats:
    return scale * np.stack([motion["load_forward"].to_numpy(), motion["load_height"].to_numpy()], axis=1)


def _course(
    motion: Kinematics, path: LoadPath, exercise: str, cutoff_hz: float, *, settings: StrengthSettings
) -> Course:
    """The load's course in metres: of the bell where it is swung, of the hands or the bar on the back elsewhere."""
    place = _place(motion, path.metres_per_stature or math.nan)
    if _is_bell(exercise):
        place = place + settings.bell_m * arm_direction(motion)
    elif _in_hands(exercise):
        place[:, 1] *= settings.rise_gain
    return course_of(motion["time"].to_numpy(), place, cutoff_hz, pad_s=settings.pad_s)


def _speed(rep: Rep, time_s: Floats, smooth: Floats, *, settings: StrengthSettings) -> dict[str, Metric]:
    """Mean speed over the middle of the rise, statures/s; `smooth` is the load's height (T,), statures."""
    frames = np.flatnonzero(rep.holds(time_s) & np.isfinite(smooth))
    if frames.size < 5:
        return {SPEED: Metric(value=None, error=None, unit=_PER_SECOND)}
    low = int(frames[smooth[frames].argmin()])
    after = frames[frames >= low]
    way = after[: int(smooth[after].argmax()) + 1]
    rise = float(smooth[way[-1]] - smooth[low])
    begin, end = settings.speed_from, 1 - settings.speed_from
    span = span_of(time_s[way], (smooth[way] - smooth[low]) / rise, begin, end) if rise > 0 else math.nan
    if not math.isfinite(span):
        return {SPEED: Metric(value=None, error=None, unit=_PER_SECOND)}
    speed = (end - begin) * rise / span
    error = settings.speed_error * speed
    return {
        SPEED: Metric(value=round(speed, 4), error=round(error, 4), unit=_PER_SECOND, at_s=round(float(time_s[low]), 3))
    }


def _is_bell(exercise: str) -> bool:
    """Whether nothing but a kettlebell is moved in this exercise: then it is swung."""
    return exercises()[exercise].implement == ("kettlebell",)


def _in_hands(exercise: str) -> bool:
    return exercises()[exercise].carries == "hands"


def _gain_error(exercise: str, settings: StrengthSettings) -> float:
    return settings.rise_gain_error if _in_hands(exercise) and not _is_bell(exercise) else settings.rise_error


def arm_direction(motion: Kinematics) -> Floats:
    """(T, 2) unit vectors from the shoulders to the hands, by how well each is seen; straight down where unseen."""
    weight = np.stack([motion[f"{side}_hand_confidence"].to_numpy() for side in ("left", "right")], axis=1)
    weight = np.where(np.isfinite(weight), weight, 0.0)
    way = np.stack(
        [
            [motion[f"{side}_hand_{toward}_shoulder"].to_numpy() for side in ("left", "right")]
            for toward in ("ahead_of", "above")
        ],
        axis=-1,
    )
    summed = np.einsum("ts,sta->ta", weight, np.where(np.isfinite(way), way, 0.0))
    length = np.linalg.norm(summed, axis=1, keepdims=True)
    return np.where(length > 0, summed / np.where(length > 0, length, 1.0), [0.0, -1.0])


def _work(
    rep: Rep,
    course: Course,
    load: Load,
    path: LoadPath,
    *,
    gain_error: float,
    settings: StrengthSettings,
) -> dict[str, Metric]:
    """A repetition's work, mean and peak power; without values where its way up was not seen.

    Errors, in quadrature: the rise's own; the scale's and the gain's, which the kinetic part of the energy takes twice;
    the speed's; the acceleration's, for the peak; that of telling when, for the mean.
    """
    way, rise = way_up(course, rep.start_s, rep.end_s), rep.metrics.get("load_rise")
    if way is None or rise is None or rise.error is None or load.mass_kg is None:
        return {name: _metric(name) for name in UNITS}
    scale, unsure = path.metres_per_stature or math.nan, path.metres_per_stature_error or 0.0
    relative = math.hypot(unsure / scale, gain_error)
    speed = np.linalg.norm(course.velocity, axis=1)
    up = slice(way.low, way.top + 1)
    gained = float(course.energy[way.top] - course.energy[way.low])
    moving = float(speed[way.top] ** 2 - speed[way.low] ** 2) / 2
    off = math.sqrt(
        (settings.rise_error_share * GRAVITY * scale * rise.error) ** 2
        + (relative * (gained + moving)) ** 2
        + (float(speed[way.top]) * settings.speed_error_m_s) ** 2
    )
    share = (course.energy[up] - course.energy[way.low]) / gained
    span = span_of(course.time_s[up], share, settings.power_from, 1 - settings.power_from)
    mean = (1 - 2 * settings.power_from) * gained / span
    mean_off = mean * math.hypot(off / gained, settings.time_error_s / span, settings.time_error_share)
    mass, peak = load.mass_kg, float(course.power[way.peak])
    pull = GRAVITY + float(course.acceleration[way.peak, 1])
    inertial = float(course.acceleration[way.peak] @ course.velocity[way.peak])
    peak_off = math.sqrt(
        (pull * settings.speed_error_m_s) ** 2
        + (float(speed[way.peak]) * settings.acceleration_error_m_s2) ** 2
        + (relative * (peak + inertial)) ** 2
    )
    return {
        "work_j": _metric("work_j", mass * gained, mass * off, course.time_s[way.top]),
        "mean_power_w": _metric("mean_power_w", mass * mean, mass * mean_off),
        "peak_power_w": _metric("peak_power_w", mass * peak, mass * peak_off, course.time_s[way.peak]),
    }


def _metric(name: str, value: float = math.nan, error: float = math.nan, at_s: float | None = None) -> Metric:
    if not (math.isfinite(value) and math.isfinite(error)):
        return Metric(value=None, error=None, unit=UNITS[name])
    moment = None if at_s is None else round(float(at_s), 3)
    return Metric(value=round(value, 1), error=round(error, 1), unit=UNITS[name], at_s=moment)
