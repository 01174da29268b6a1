"""One clip: scale, body, load, cut-off, and every repetition through the draws."""

import math
from typing import Final, Literal, NamedTuple

import numpy as np
import xarray as xr
from msgspec.structs import replace
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from hiphinge.exercises import exercises
from hiphinge.followed import Followed
from hiphinge.geometry import Floats, interval_of
from hiphinge.kinematics.joints import Landmarks, middle
from hiphinge.kinetics.body import body_of
from hiphinge.kinetics.bounds import QUANTITIES, Drawn, Posed, drawn
from hiphinge.kinetics.carried import Path, load_at, path_of
from hiphinge.kinetics.draws import Draws
from hiphinge.kinetics.lengths import MetricLengths, own_lengths
from hiphinge.kinetics.posture import Course, course, laid, marks_of
from hiphinge.records import BOUNDS, Load, Loading, LoadPath, Rep, Side, Subject, Withheld
from hiphinge.reps import within
from hiphinge.settings import Settings
from hiphinge.units import quantity_and_end, unit_at_end

SWUNG: Final = frozenset({"kettlebell_swing"})
"""Exercises that throw their load: they live by speed, and held still they would say nothing."""
LEAST_FRAMES: Final = 3
"""A second derivative takes three."""
_OTHER: Final[dict[Side, Side | None]] = {"left": "right", "right": "left", "both": None}


class Scale(NamedTuple):
    """How tall the lifter is, and what says so."""

    source: Literal["stature", "plate", "population"]
    stature_m: float
    error_m: float


class Given(NamedTuple):
    """What a clip's forces are made from.

    Attributes
    ----------
    followed : with the load's columns in its motion, where it has one.
    exercise : of the set; repetitions may have their own.
    path : what was followed as the load; None where nothing was.
    """

    followed: Followed
    reps: tuple[Rep, ...]
    exercise: str
    path: LoadPath | None
    subject: Subject
    load: Load


class Solved(NamedTuple):
    """Series over the whole clip, None where withheld, and what they were made from."""

    data: xr.Dataset | None
    loading: Loading


def solve(given: Given, settings: Settings) -> Solved:
    """Give what the joints held in every repetition, or why not."""
    marks = marks_of(given.followed, body=settings.kinematics)
    reason = why_not(given, marks, settings)
    if reason is not None:
        return Solved(None, Loading(withheld=reason))
    return _Clip(given, marks, settings).solved()


def why_not(given: Given, marks: Landmarks, settings: Settings) -> Withheld | None:
    """What stands in the way before anything is reckoned: the view, the feet, or a load that is not known."""
    view, motion = given.followed.view, given.followed.motion
    if view.plane == "frontal" or abs(view.yaw_deg) > settings.kinematics.max_corrected_yaw_deg:
        return "view"
    if not math.isfinite(float(motion.attrs["stature_px"])):
        return "not_measured"
    inside = within(motion["time"].to_numpy(), given.reps)
    for joint, why in (("ankle", "feet_unseen"), ("foot_index", "feet_unseen"), ("hip", "not_measured")):
        error = middle(marks, joint).error[inside].max(axis=-1) / float(motion.attrs["stature_px"])
        if not np.nanmedian(np.where(np.isfinite(error), error, np.inf)) <= settings.kinetics.most_foot_error:
            return why  # type: ignore[return-value]
    return _load_unknown(given)


def _load_unknown(given: Given) -> Withheld | None:
    if given.load.mass_kg and (given.path is None or "load_forward" not in given.followed.motion):
        return "load_without_implement"
    names = {given.exercise, *(rep.exercise for rep in given.reps if rep.exercise)}
    implements = [exercises()[name] for name in names if name in exercises()]
    if given.load.mass_kg is None and any(one.carries and "none" not in one.implement for one in implements):
        return "load_not_given"
    return None


class _Clip:
    """A clip on its way from given to solved."""

    def __init__(self, given: Given, marks: Landmarks, settings: Settings) -> None:
        self.given, self.marks, self.all, self.own = given, marks, settings, settings.kinetics
        self.motion = given.followed.motion
        self.time_s = self.motion["time"].to_numpy()
        self.body = body_of(given.subject, self.own)
        self.scale = self._scale()
        self.body = self.body._replace(stature_m=self.scale.stature_m, stature_error_m=self.scale.error_m)
        self.lengths = self._lengths()
        self.draws = Draws(self.own.draws, self.own.seed)
        self._courses: dict[float, Course] = {}
        self._paths: dict[str, Path | None] = {}

    def solved(self) -> Solved:
        """Every repetition, one after another."""
        moving, out = self._moves()
        size = self.time_s.size
        values = {name: np.full((size, 3), np.nan) for name in QUANTITIES}
        pressure, share = np.full(size, np.nan), np.full(size, np.nan)
        withheld: dict[int, Withheld] = {}
        kept, weights = [], []
        for rep in self.given.reps:
            frames = self._frames(rep)
            if frames.stop - frames.start < LEAST_FRAMES:
                withheld[rep.index] = "not_measured"
                continue
            posed = self._posed(rep, frames, self.draws, moving=moving)
            if moving:
                posed = _moving_by(posed, self._believed(rep, frames))
            found = drawn(posed, self.body, self.draws, self.own)
            kept.append(found.kept)
            if found.kept < self.own.least_kept:
                withheld[rep.index] = "does_not_close"
                continue
            for name, value in found.values.items():
                values[name][frames] = np.stack(found.bounds(value, self.own), axis=-1)
            pressure[frames] = found.bounds(found.centre_of_pressure, self.own)[1]
            share[frames] = 1.0 if posed.load is None else posed.load.share
            weights.append(_weight_residual(found))
        loading = self._loading(moving=moving, out=out)
        if len(withheld) == len(self.given.reps):
            why: Withheld = next(iter(withheld.values()), "not_measured")
            return Solved(None, Loading(withheld=why, stands=_mean(kept)))
        loading = replace(loading, reps_withheld=withheld, stands=_mean(kept), weight_residual=_mean(weights))
        return Solved(self._dataset(values, pressure, share, loading), loading)

    def _scale(self) -> Scale:
        """The given stature, else a plate's, else the population's."""
        if self.given.subject.stature_cm is not None:
            return Scale("stature", self.body.stature_m, self.body.stature_error_m)
        path = self.given.path
        if path is not None and path.scale == "plate" and path.metres_per_stature is not None:
            unit_m = path.metres_per_stature / float(self.motion.attrs["stature_px"])
            lengths = self._lengths()
            stature = self.body.stature_m * unit_m / lengths.unit
            error = (path.metres_per_stature_error or 0.0) / path.metres_per_stature
            return Scale("plate", stature, stature * math.hypot(error, self.own.stature_given_error))
        return Scale("population", self.body.stature_m, self.body.stature_error_m)

    def _lengths(self) -> MetricLengths:
        return own_lengths(
            self.motion,
            self.marks,
            self.given.followed,
            stature_m=self.body.stature_m,
            sex=self.given.subject.sex,
            body=self.all.kinematics,
            seen=self.all.ghost,
        )

    def cutoff_hz(self, exercise: str) -> float:
        """Cut-off by exercise, never above what the track was low-passed at."""
        asked = self.own.cutoff_swing_hz if exercise in SWUNG else self.own.cutoff_slow_hz
        seen = float(self.given.followed.track.attrs["cutoff_hz"])
        return min(asked, seen) if math.isfinite(seen) else asked

    def _course(self, cutoff_hz: float) -> Course:
        if cutoff_hz not in self._courses:
            self._courses[cutoff_hz] = course(
                self.given.followed, self.marks, cutoff_hz=cutoff_hz, body=self.all.kinematics, settings=self.own
            )
        return self._courses[cutoff_hz]

    def _frames(self, rep: Rep) -> slice:
        first, last = np.searchsorted(self.time_s, [rep.start_s, rep.end_s])
        return slice(int(first), int(last))

    def _posed(self, rep: Rep, frames: slice, draws: Draws, *, moving: bool) -> Posed:
        exercise = rep.exercise or self.given.exercise
        seen = self._course(self.cutoff_hz(exercise))
        body = laid(seen, self.lengths, frames, free=_OTHER[rep.side], draws=draws, settings=self.own)
        load, path = None, self._path(exercise)
        if path is not None:
            load = load_at(
                path, seen, body, frames,
                stature_m=self.lengths.stature, draws=draws, settings=self.own, grip=self.all.load,
            )  # fmt: skip
            load = load if moving else load._replace(acceleration=None)
        return Posed(
            body.places,
            body.accelerations if moving else None,
            load,
            body.back,
            unmoved=not moving,
            interval_s=interval_of(self.time_s),
        )

    def _path(self, exercise: str) -> Path | None:
        if exercise not in self._paths:
            self._paths[exercise] = self._way(exercise)
        return self._paths[exercise]

    def _way(self, exercise: str) -> Path | None:
        mass, entry = self.given.load.mass_kg, exercises().get(exercise)
        if not mass or entry is None or entry.carries is None:
            return None
        return path_of(
            self.motion,
            mass_kg=mass,
            carries=entry.carries,
            floor_under=within(self.time_s, self.given.reps) if entry.start == "floor" else None,
            unit_m=self.lengths.unit * float(self.motion.attrs["stature_px"]),
            cutoff_hz=self.cutoff_hz(exercise),
            settings=self.own,
        )

    def _moves(self) -> tuple[bool, float]:
        """Whether accelerations count, and for how much of the time they send the centre of pressure off the foot.

        Nobody stands beside the feet, so where they do that for long they are noise. What is swung is never still.
        """
        out = []
        heel, toe = self._under()
        for rep in self.given.reps:
            frames = self._frames(rep)
            if frames.stop - frames.start < LEAST_FRAMES:
                continue
            ahead = self._pressure(rep, frames, moving=True)
            out.append(~((ahead >= heel) & (ahead <= toe)))
        share = float(np.concatenate(out).mean()) if out else 1.0
        return self.given.exercise in SWUNG or share <= self.own.pressure_out_most, share

    def _pressure(self, rep: Rep, frames: slice, *, moving: bool) -> Floats:
        """Centre of pressure (T,) ahead of the ankle, m, with everything at its most likely."""
        usual = Draws(1, self.own.seed)
        found = drawn(self._posed(rep, frames, usual, moving=moving), self.body, usual, self.own)
        return np.asarray(found.centre_of_pressure[0])

    def _under(self) -> tuple[float, float]:
        """Where the centre of pressure may be, from behind the heel to before the toes, m ahead of the ankle."""
        spare = self.own.off_foot_m
        return float(self.lengths.heel[0]) - spare, float(self.lengths.toe[0]) + spare

    def _believed(self, rep: Rep, frames: slice) -> Floats:
        """Share (T,) of the accelerations that leaves the centre of pressure on the foot; the rest of them is noise."""
        still, moved = (self._pressure(rep, frames, moving=moving) for moving in (False, True))
        heel, toe = self._under()
        with np.errstate(invalid="ignore", divide="ignore"):
            most = (np.where(moved > still, toe, heel) - still) / (moved - still)
        share = np.where((moved >= heel) & (moved <= toe), 1.0, np.clip(np.nan_to_num(most), 0.0, 1.0))
        width = max(1, round(self.own.believed_s / interval_of(self.time_s)))
        return np.asarray(uniform_filter1d(minimum_filter1d(share, width), width))

    def _loading(self, *, moving: bool, out: float) -> Loading:
        entry = exercises().get(self.given.exercise)
        mass = self.given.load.mass_kg or 0.0
        return Loading(
            unit_mass="kg" if self.body.mass_kg is not None else "body",
            scale=self.scale.source,
            stature_m=round(self.scale.stature_m, 3),
            stature_error_m=round(self.scale.error_m, 3),
            load_kg=mass,
            carried=entry.carries if mass and entry is not None else None,
            cutoff_hz=self.cutoff_hz(self.given.exercise),
            dynamic=moving,
            pressure_out=round(out, 3),
        )

    def _dataset(self, values: dict[str, Floats], pressure: Floats, share: Floats, loading: Loading) -> xr.Dataset:
        data = xr.Dataset(
            {name: (("time", "bound"), value) for name, value in values.items()}
            | {"centre_of_pressure_m": ("time", pressure), "load_share": ("time", share)},
            {"time": self.time_s, "bound": list(BOUNDS)},
            {
                "unit_mass": loading.unit_mass,
                "scale": self.scale.source,
                "stature_m": self.scale.stature_m,
                "stature_error_m": self.scale.error_m,
                "mass_kg": math.nan if self.body.mass_kg is None else self.body.mass_kg,
                "load_kg": loading.load_kg or 0.0,
                "cutoff_hz": loading.cutoff_hz or math.nan,
                "dynamic": int(bool(loading.dynamic)),
                "kept": loading.stands or 0.0,
                "weight_residual": loading.weight_residual or 0.0,
            },
        )
        for name, variable in data.data_vars.items():
            text = str(name)
            variable.attrs = {
                "units": unit_at_end(text, per_body=loading.unit_mass == "body"),
                "long_name": quantity_and_end(text)[0].replace("_", " "),
            }
        return data


def _moving_by(posed: Posed, share: Floats) -> Posed:
    """A motion with so much (T,) of its accelerations."""
    moved = {name: share[:, None] * one for name, one in (posed.accelerations or {}).items()}
    load = posed.load
    if load is not None and load.acceleration is not None:
        load = load._replace(acceleration=share[:, None] * load.acceleration)
    return posed._replace(accelerations=moved, load=load)


def _weight_residual(found: Drawn) -> float:
    """Mean vertical ground reaction over a repetition, less the weight that stands on it, as a share of that."""
    up, weight = (np.nanmean(one[found.stands], axis=-1) for one in (found.demands.ground[..., 1], found.weight))
    return float(np.median(up / weight - 1))


def _mean(values: list[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None
