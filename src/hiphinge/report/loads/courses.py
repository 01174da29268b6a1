"""What the lower back and the hips held over each repetition, as data for a chart: lines with their bands."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import xarray as xr

from hiphinge.geometry import Floats
from hiphinge.kinetics import Kinetics
from hiphinge.records import BOUNDS, Rep
from hiphinge.records.base import Span
from hiphinge.report import figures
from hiphinge.report.figures import PhaseSpan, Tick

DRAWN: Final = ("hip_moment_nm", "l5s1_moment_nm")
"""In the order they are drawn."""
_ROOM: Final = 1.06
_STEPS: Final = (0.5, 1.0, 2.0, 50.0, 100.0, 200.0, 250.0, 500.0, 1000.0)
_MOST_TICKS: Final = 4


@dataclass(frozen=True)
class Line:
    """One quantity of one repetition: SVG paths in the charts' own box."""

    name: str
    line: str
    band: str


@dataclass(frozen=True)
class Course:
    """One repetition."""

    rep: int
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    seconds: tuple[Tick, ...]
    phases: tuple[PhaseSpan, ...]


class Axis(NamedTuple):
    """The scale that all repetitions share, and how many points a line has at most."""

    low: float
    high: float
    ticks: tuple[Tick, ...]
    points: int


def courses(kinetics: Kinetics, reps: tuple[Rep, ...], *, points: int) -> dict[int, Course]:
    """Lay out every repetition that has moments, all on one scale.

    Parameters
    ----------
    kinetics : what the joints held.
    points : most points of a line.
    """
    parts = {rep.index: _within(kinetics, rep) for rep in reps}
    known = {index: part for index, part in parts.items() if part is not None}
    if not known:
        return {}
    values = np.concatenate([part[name].to_numpy().ravel() for part in known.values() for name in DRAWN])
    low, high = min(0.0, float(np.nanmin(values))) * _ROOM, max(float(np.nanmax(values)), 1e-9) * _ROOM
    axis = Axis(low, high, figures.ticks_between(low, high, _MOST_TICKS, steps=_STEPS), points)
    return {rep.index: _course(known[rep.index], rep, axis) for rep in reps if rep.index in known}


def at(kinetics: Kinetics, time_s: float, name: str) -> Span | None:
    """Bounds of a quantity at a time; None where it was not told."""
    low, best, high = (float(v) for v in kinetics[name].sel(time=time_s, method="nearest").sel(bound=list(BOUNDS)))
    return Span(low=low, best=best, high=high) if np.isfinite([low, best, high]).all() else None


def _within(kinetics: Kinetics, rep: Rep) -> xr.Dataset | None:
    part = kinetics.sel(time=slice(rep.start_s, rep.end_s))
    told = np.isfinite(part["l5s1_moment_nm"].sel(bound="best"))
    return part if part.sizes["time"] > 1 and bool(told.any()) else None


def _course(part: xr.Dataset, rep: Rep, axis: Axis) -> Course:
    clock = part["time"].to_numpy()
    start, end = float(clock[0]), float(clock[-1])
    return Course(
        rep=rep.index,
        lines=tuple(_line(part, name, clock, axis) for name in DRAWN),
        ticks=axis.ticks,
        seconds=figures.time_ticks(0.0, end - start),
        phases=tuple(
            PhaseSpan(phase.name, figures.span(phase.start_s, phase.end_s, start, end)) for phase in rep.phases
        ),
    )


def _line(part: xr.Dataset, name: str, clock: Floats, axis: Axis) -> Line:
    low, best, high = (part[name].sel(bound=bound).to_numpy() for bound in BOUNDS)
    kept = figures.thinned(best, axis.points)
    x = figures.WIDTH * (clock[kept] - clock[0]) / max(float(clock[-1] - clock[0]), 1e-9)
    down = [figures.down(values[kept], axis.low, axis.high) for values in (best, high, low)]
    return Line(name, figures.path(x, down[0]), figures.band(x, down[1], down[2]))
