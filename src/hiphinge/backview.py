"""The back as it is shown at one moment: its line, the own standing line laid on it, the rod, and what they say.

The standing line is carried by its lower end: it is laid on today's sacrum and turned with the pelvis, that is, by what
the trunk has turned less what the bent spine adds to that. So it shows where the back would be had the spine kept its
standing shape, and the angle that opens between the two lines is about the number that is written beside them. Anchored
to hips and shoulders instead, the two lines could only part by a bulge of a few hundredths of the trunk: 20° of
rounding would hardly show.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal

import numpy as np
import xarray as xr
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from hiphinge.faults import Rule, rules_of, verdict_of
from hiphinge.geometry import Bools, Floats, nan_median
from hiphinge.outline import HIGHEST_ON_HEAD_DEG, LOWEST_ON_BACK_DEG, RAYS
from hiphinge.records import Metric
from hiphinge.result import Analysis
from hiphinge.settings import OverlaySettings

State = Literal["neutral", "borderline", "rounded", "arched", "unsure"]
"""How one part of the back stands at one moment."""
_PARTS: Final = ("lumbar", "thoracic")
_ROUNDED: Final = {"lumbar": "lumbar_flexion_max", "thoracic": "thoracic_flexion_max"}
_ARCHED: Final = {"lumbar": "lumbar_flexion_min"}
_ALONG: Final = np.array([ray.along for ray in RAYS])
_ON_LINE: Final = np.array(
    [
        (ray.zone != "pelvis" or ray.turn_deg >= LOWEST_ON_BACK_DEG)
        and (ray.zone != "head" or ray.turn_deg <= HIGHEST_ON_HEAD_DEG)
        for ray in RAYS
    ]
)


@dataclass(frozen=True)
class Reading:
    """Flexion of one part of the spine, degrees from standing, + flexed; NaN where it is not judged."""

    value: float
    error: float
    state: State

    @property
    def known(self) -> bool:
        """Whether there is a number."""
        return bool(np.isfinite(self.value))


@dataclass(frozen=True)
class Contact:
    """The rod at one zone: the back's nearest point (2,), how far off it is (trunk lengths), whether it touches."""

    zone: str
    place: Floats
    gap: float
    touches: bool


@dataclass(frozen=True)
class Rod:
    """The rod's two ends (2, 2), and its contacts with the back from below."""

    ends: Floats
    contacts: tuple[Contact, ...]

    def foot(self, contact: Contact) -> Floats:
        """Give the rod's point beside a contact."""
        start, end = self.ends
        along = end - start
        share = float((contact.place - start) @ along) / max(float(along @ along), 1e-9)
        return np.asarray(start + share * along)


@dataclass(frozen=True)
class Run:
    """A stretch of a line: its first and last point (that one shared with the next), its part, whether it is sure."""

    start: int
    end: int
    part: str
    sure: bool


@dataclass(frozen=True)
class Back:
    """The back at one moment, in the pixels of the image that is drawn on.

    Attributes
    ----------
    line : (N, 2) from the sacrum to the back of the head.
    sure : (N,) 0 … 1, the confidence of each point.
    joined : (N − 1,) whether each point is next to the one after it, nothing unknown between them.
    low : (N,) true for points of the lower back.
    readings : by part, "lumbar" and "thoracic".
    ghost : (M, 2) the own standing line, from the sacrum to the shoulders; empty where it cannot be laid.
    rod : None where there is none.
    """

    line: Floats
    sure: Floats
    joined: Bools
    low: Bools
    readings: dict[str, Reading]
    ghost: Floats
    rod: Rod | None

    def runs(self, sure_from: float) -> list["Run"]:
        """Part the line between lower and upper back, where its sureness passes `sure_from`, and at its gaps."""
        kinds = np.stack([self.low[:-1], self.sure[:-1] >= sure_from, self.joined], axis=1)
        edges = np.flatnonzero((kinds[1:] != kinds[:-1]).any(axis=1)) + 1
        bounds = [0, *edges.tolist(), len(kinds)]
        return [
            Run(start, end, "lumbar" if kinds[start, 0] else "thoracic", bool(kinds[start, 1]))
            for start, end in pairwise(bounds)
            if kinds[start, 2]
        ]

    def moved(self, origin: Floats, scale: float) -> "Back":
        """Give the same back in an image cropped at `origin` and then enlarged by `scale`."""
        rod = self.rod
        if rod is not None:
            contacts = tuple(Contact(c.zone, (c.place - origin) * scale, c.gap, c.touches) for c in rod.contacts)
            rod = Rod((rod.ends - origin) * scale, contacts)
        ghost, line = (self.ghost - origin) * scale, (self.line - origin) * scale
        return replace(self, line=line, ghost=ghost, rod=rod)


class BackView:
    """Reads the back of an analysis at any time.

    Attributes
    ----------
    asked : whether the exercise's rules judge the spine and it was looked for at all.
    reason : key of why most moments were not judged, "" where most were.
    """

    def __init__(self, analysis: Analysis, settings: OverlaySettings) -> None:
        motion = analysis.kinematics
        self._settings = settings
        self._clock = motion["time"].to_numpy()
        self._series = {name: _series(motion, name) for name in _SERIES}
        self._rules = _rules(analysis.record.exercise.name)
        self._sign = 1.0 if analysis.record.view.facing == "right" else -1.0
        self._outline = None
        if analysis.back_line is not None:
            self._outline = _Outline(analysis.back_line, sacrum_top=settings.sacrum_top, sure=settings.back_sure)
        self._rod = None if analysis.rod is None else _Rods(analysis.rod)
        self._from_deg = float(motion.attrs.get("standing_hip_flexion_deg", 0.0)) + settings.back_from_deg
        self.asked = bool(self._rules) and (analysis.back_line is not None or "spine" in motion.attrs)
        self.reason = str(motion.attrs.get("spine", ""))
        upright = motion["standing"].to_numpy() > 0 if "standing" in motion else np.zeros(self._clock.size, dtype=bool)
        self._standing = self._own_standing(upright)
        self._turned = self._pelvis_turned(upright)

    @property
    def known(self) -> bool:
        """Whether the back was outlined and its flexion judged at any moment."""
        return self._outline is not None and bool(np.isfinite(self._series["lumbar"][0]).any())

    @property
    def sure_from(self) -> float:
        """Confidence below which a point is drawn as unsure."""
        return self._settings.back_sure

    @property
    def kind(self) -> Literal["virtual", "real"]:
        """Whether the rod is laid on the picture or was held in it."""
        return "real" if self._rod is not None and self._rod.kind == "real" else "virtual"

    def hinging(self, time_s: float) -> bool:
        """Tell whether the hips are folded enough for rod and standing line to say something."""
        return bool(self._series["hip"][0][self._sample(time_s)] > self._from_deg)

    def judged(self, time_s: float) -> bool:
        """Tell whether the lower back is judged at a time; where it is not, a rod would show what is not known."""
        return bool(np.isfinite(self._series["lumbar"][0][self._sample(time_s)]))

    def reading(self, part: str, time_s: float) -> Reading:
        """Flexion of "lumbar" or "thoracic" at a time, and how it stands by the exercise's rules."""
        value, error = (float(series[self._sample(time_s)]) for series in self._series[part])
        return Reading(value, error, self.state(part, value, error))

    def state(self, part: str, value: float, error: float) -> State:
        """Hold a flexion with its standard error against the exercise's rules."""
        if not np.isfinite([value, error]).all():
            return "unsure"
        metric, verdicts = Metric(value=value, error=error, unit="deg"), {}
        for side, names in (("rounded", _ROUNDED), ("arched", _ARCHED)):
            rule = self._rules.get(names.get(part, ""))
            if rule is not None and error <= rule.needs.error:
                verdicts[side] = verdict_of(rule, metric)
        if verdicts.get("rounded") == "present":
            return "rounded"
        if verdicts.get("arched") == "present":
            return "arched"
        if "borderline" in verdicts.values():
            return "borderline"
        return "neutral" if "rounded" in verdicts else "unsure"

    def limits(self, part: str) -> dict[str, tuple[float, float]]:
        """Give the band of doubt, degrees from low to high, toward "rounded" and "arched", where a rule bounds it."""
        found = {}
        for side, names in (("rounded", _ROUNDED), ("arched", _ARCHED)):
            rule = self._rules.get(names.get(part, ""))
            if rule is not None:
                found[side] = (rule.limit - rule.margin, rule.limit + rule.margin)
        return found

    def at(self, time_s: float) -> Back | None:
        """Give the back at a time in the recording's pixels; None where its line is not seen."""
        if self._outline is None:
            return None
        k, place = self._outline.sample(time_s), self._outline.at(time_s)
        rays = self._outline.line(k, place)
        if rays.size < 2:
            return None
        return Back(
            line=place[rays],
            sure=self._outline.sure[k, rays],
            joined=self._outline.joined(rays, place),
            low=self._outline.along[k, rays] < self._settings.lumbar_top,
            readings={part: self.reading(part, time_s) for part in _PARTS},
            ghost=self._ghost(place, time_s),
            rod=self._rod.at(time_s) if self._rod is not None and self.judged(time_s) else None,
        )

    def _ghost(self, place: Floats, time_s: float) -> Floats:
        """Lay the standing line on the sacrum of the back's rays `place` (R, 2), turned with the pelvis."""
        nothing = np.empty((0, 2))
        turned = float(self._turned[self._sample(time_s)])
        if self._standing is None or not np.isfinite(turned):
            return nothing
        angle = np.deg2rad(turned) * self._sign
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        carried = self._standing @ turn.T
        away = (place - carried)[_ON_LINE & (self._settings.sacrum_top >= _ALONG)]
        away = away[np.isfinite(away).all(axis=1)]
        if not len(away):
            return nothing
        line = (carried + np.median(away, axis=0))[_ON_LINE & _OF_TRUNK]
        return np.asarray(line[np.isfinite(line).all(axis=1)])

    def _own_standing(self, upright: Bools) -> Floats | None:
        """(R, 2) the back's rays while standing, pixels from the middle of the lowest; None where nobody stands."""
        return None if self._outline is None else self._outline.typical(self._clock[upright])

    def _pelvis_turned(self, upright: Bools) -> Floats:
        """(T,) degrees by which the pelvis has turned forward from standing, so that it agrees with what is written.

        The line hip → shoulder turns with the pelvis and by a share of each part's flexion.
        """
        trunk, lumbar, thoracic = (self._series[name][0] for name in ("trunk", "lumbar", "thoracic"))
        if not upright.any():
            return np.full(trunk.size, np.nan)
        s = self._settings
        return np.asarray(
            trunk
            - nan_median(trunk[upright])
            - s.trunk_by_lumbar * lumbar
            - s.trunk_by_thoracic * np.nan_to_num(thoracic)
        )

    def _sample(self, time_s: float) -> int:
        return _nearest(self._clock, time_s)


_OF_TRUNK: Final = np.array([ray.zone in {"pelvis", "trunk"} for ray in RAYS])
_SERIES: Final = {
    "lumbar": "lumbar_flexion",
    "thoracic": "thoracic_flexion",
    "trunk": "trunk_inclination",
    "hip": "hip_flexion",
}


def _series(motion: xr.Dataset, name: str) -> tuple[Floats, Floats]:
    unknown = np.full(motion.sizes["time"], np.nan)
    value, error = (
        motion[key].to_numpy().astype(float) if key in motion else unknown
        for key in (f"{_SERIES[name]}_deg", f"{_SERIES[name]}_error_deg")
    )
    return value, error


def _rules(exercise: str) -> dict[str, Rule]:
    wanted = {*_ROUNDED.values(), *_ARCHED.values()}
    return {rule.metric: rule for rule in rules_of(exercise) if rule.metric in wanted}


def _nearest(clock: Floats, time_s: float) -> int:
    after = min(int(np.searchsorted(clock, time_s)), clock.size - 1)
    return after - 1 if after and time_s - clock[after - 1] < clock[after] - time_s else after


class _Outline:
    """The dorsal side of a back line, as arrays."""

    def __init__(self, back_line: xr.Dataset, *, sacrum_top: float, sure: float) -> None:
        self._clock = back_line["time"].to_numpy()
        self._place, self.along, self.sure = (
            back_line[name].sel(side="back").to_numpy().astype(float) for name in ("position_px", "along", "confidence")
        )
        self._low = _ON_LINE & (sacrum_top >= _ALONG)
        self._own = np.where((self.sure >= sure)[..., None], self._place, np.nan)

    def sample(self, time_s: float) -> int:
        """Nearest sample."""
        return _nearest(self._clock, time_s)

    def at(self, time_s: float) -> Floats:
        """(R, 2) where the rays end at a time, pixels."""
        return _between(self._clock, self._place, time_s)

    def line(self, k: int, place: Floats) -> NDArray[np.int64]:
        """Rays that make the line from the sacrum up, without those that turn back on it."""
        rays = np.flatnonzero(_ON_LINE & np.isfinite(place).all(axis=-1) & np.isfinite(self.along[k]))
        along = self.along[k, rays]
        highest = np.maximum.accumulate(along) if along.size else along
        return np.asarray(rays[along >= highest])

    def joined(self, rays: NDArray[np.int64], place: Floats) -> Bools:
        """Tell of every two rays in a row whether at most one ray between them is unknown."""
        unknown = np.cumsum(_ON_LINE & ~np.isfinite(place).all(axis=-1))
        return np.asarray(np.diff(unknown[rays]) <= 1)

    def typical(self, times_s: Floats) -> Floats | None:
        """(R, 2) median place over some times, pixels from the middle of the lowest rays; None without any."""
        rows = [self.sample(float(t)) for t in times_s]
        sacrum = np.array([_mean_place(self._own[row, self._low]) for row in rows]).reshape(-1, 1, 2)
        away = self._own[rows] - sacrum
        away = away[np.isfinite(sacrum).all(axis=(1, 2))]
        if not len(away):
            return None
        seen = np.isfinite(away).all(axis=2).mean(axis=0) > 0.5
        middle = np.full(away.shape[1:], np.nan)
        middle[seen] = smooth(np.nanmedian(away[:, seen], axis=0))
        return middle


def smooth(line: Floats) -> Floats:
    """Even out a line (N, 2) over five points in a row, its ends over fewer: a back has no corners that small."""
    padded = np.pad(line, ((2, 2), (0, 0)), mode="reflect", reflect_type="odd") if len(line) > 2 else line
    return np.asarray(sliding_window_view(padded, 5, axis=0).mean(axis=-1)) if len(line) > 2 else line


def _mean_place(places: Floats) -> Floats:
    known = places[np.isfinite(places).all(axis=-1)]
    return np.asarray(known.mean(axis=0)) if len(known) else np.full(2, np.nan)


def _between(clock: Floats, values: Floats, time_s: float) -> Floats:
    """Interpolate samples (T, …) at a time; beside an unknown one the nearest counts."""
    nearest = _nearest(clock, time_s)
    other = min(max(nearest + (1 if time_s > clock[nearest] else -1), 0), clock.size - 1)
    if other == nearest:
        return np.asarray(values[nearest])
    weight = min(float((time_s - clock[nearest]) / (clock[other] - clock[nearest])), 0.5)
    mixed = (1 - weight) * values[nearest] + weight * values[other]
    return np.asarray(np.where(np.isfinite(mixed), mixed, values[nearest]))


class _Rods:
    """A rod over time, as arrays."""

    def __init__(self, rod: xr.Dataset) -> None:
        self._clock = rod["time"].to_numpy()
        self._ends, self._touch, self._gap = (
            rod[name].to_numpy().astype(float) for name in ("end_px", "touch_px", "gap")
        )
        self._contact = rod["contact"].to_numpy().astype(bool)
        self._zones = [str(zone) for zone in rod["zone"].to_numpy()]
        self.kind = str(rod.attrs.get("kind", "virtual"))

    def at(self, time_s: float) -> Rod | None:
        """Give the rod at a time; None where it could not be laid."""
        k = _nearest(self._clock, time_s)
        ends, touch = (_between(self._clock, values, time_s) for values in (self._ends, self._touch))
        if not np.isfinite(ends).all():
            return None
        contacts = tuple(
            Contact(zone, touch[z], float(self._gap[k, z]), bool(self._contact[k, z]))
            for z, zone in enumerate(self._zones)
            if np.isfinite(touch[z]).all() and np.isfinite(self._gap[k, z])
        )
        return Rod(ends, contacts)
