"""The report's picture of the back: rod and standing line at the bottom, and lumbar flexion on the way down, as data.

Points of the drawing are in its own units, `WIDTH` across, y down; those of the chart as in `figures`.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import xarray as xr

from hiphinge.backview import Back, BackView, Contact, Rod, State
from hiphinge.geometry import Floats
from hiphinge.pose import KEYPOINTS
from hiphinge.records import Metric, Rep
from hiphinge.report import figures
from hiphinge.report.figures import Tick
from hiphinge.result import Analysis

WIDTH: Final = 400.0
_ASPECT: Final = (0.62, 1.05)
"""Least and greatest height of the drawing over its width."""
_MARGIN: Final = 0.09
"""Room around what is drawn, of its larger side: for gaps written beside the rod."""
_LIMBS: Final = (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
_THICK: Final = {"shoulder": 0.13, "elbow": 0.1, "hip": 0.26, "knee": 0.18}
"""Widths of limbs by their upper joint, trunk lengths."""
_TRUNK: Final = (-0.3, 1.1)
"""Heights between which the back's line bounds the trunk, trunk lengths from the hips."""
_DEPTH: Final = (0.16, 0.1)
"""From the line hip → shoulder to the front of the trunk, at the hips and at the shoulders, trunk lengths."""
_HEAD: Final = 0.18
"""Radius of the head, trunk lengths."""
_LETTER: Final = 8.6
"""Width of a letter written beside the rod, units of the drawing: bold, 14 high."""
_AWAY: Final = 14.0
"""From the rod to what is written beside it, units of the drawing."""


@dataclass(frozen=True)
class Stretch:
    """A part of the back's line in one state."""

    points: str
    state: State
    sure: bool


@dataclass(frozen=True)
class Touch:
    """The rod at one zone: the point of the back, the rod's point beside it, and where the gap is written."""

    zone: str
    back: tuple[float, float]
    rod: tuple[float, float]
    touches: bool
    gap: float
    text: tuple[float, float]
    anchor: str


@dataclass(frozen=True)
class Limb:
    """A thick line of the body."""

    points: str
    width: float


@dataclass(frozen=True)
class Drawing:
    """The back at one moment, with so much of the body as shows which way it stands."""

    height: float
    trunk: str
    limbs: tuple[Limb, ...]
    head: tuple[float, float, float] | None
    ghost: str
    line: tuple[Stretch, ...]
    rod: str
    touches: tuple[Touch, ...]


@dataclass(frozen=True)
class Zone:
    """A stretch of the chart's height, percent from the top, and what it means."""

    state: State
    top: float
    height: float


@dataclass(frozen=True)
class Way:
    """One repetition's way down."""

    rep: int
    line: str
    band: str


@dataclass(frozen=True)
class Onset:
    """Where rounding begins: percent from the left, with the error's reach."""

    at: float
    left: float
    width: float


@dataclass(frozen=True)
class Chart:
    """Lumbar flexion against hip flexion; `shown` is the repetition that carries its error band."""

    ticks_y: tuple[Tick, ...]
    ticks_x: tuple[Tick, ...]
    zones: tuple[Zone, ...]
    ways: tuple[Way, ...]
    shown: Way | None
    onset: Onset | None


def drawing(analysis: Analysis, view: BackView, time_s: float) -> Drawing | None:
    """Draw the back at a time, or None where its line is not seen."""
    back = view.at(time_s)
    if back is None:
        return None
    joints = _joints(analysis, time_s)
    held = np.concatenate([back.line, back.ghost, *([back.rod.ends] if back.rod else []), _known(joints, _FRAMED)])
    low, high = held.min(axis=0), held.max(axis=0)
    margin = _MARGIN * float((high - low).max())
    size = high - low + 2 * margin
    tall = float(np.clip(size[1] / size[0], *_ASPECT))
    scale = min(WIDTH / size[0], WIDTH * tall / size[1])
    origin = (low + high) / 2 - np.array([WIDTH, WIDTH * tall]) / (2 * scale)
    back = back.moved(origin, scale)
    joints = {name: (place - origin) * scale for name, place in joints.items()}
    trunk_px = scale * float(analysis.back_line.attrs["trunk_length_px"]) if analysis.back_line is not None else 0.0
    trunk = _trunk(back, joints)
    return Drawing(
        height=round(WIDTH * tall, 1),
        trunk=_points(trunk),
        limbs=tuple(_limbs(joints, trunk_px, whole=len(trunk) > 0)),
        head=_head(joints, trunk_px),
        ghost=_points(back.ghost),
        line=tuple(_stretches(back, view)),
        rod="" if back.rod is None else _points(back.rod.ends),
        touches=() if back.rod is None else tuple(_touch(back.rod, contact) for contact in back.rod.contacts),
    )


def chart(
    kinematics: xr.Dataset,
    reps: tuple[Rep, ...],
    view: BackView,
    *,
    shown: int | None,
    clean: Metric | None,
    points: int,
) -> Chart | None:
    """Lay out lumbar flexion against hip flexion on the way down of every repetition; None where none was judged.

    Parameters
    ----------
    shown : index of the repetition that gets the error band.
    clean : hip flexion at which rounding begins, degrees.
    points : most points of one line.
    """
    ways = {rep.index: _way(kinematics, rep) for rep in reps}
    ways = {index: way for index, way in ways.items() if np.isfinite(way[1]).sum() > 1}
    if not ways:
        return None
    everything = np.concatenate([way[:, np.isfinite(way[1])] for way in ways.values()], axis=1)
    low, high = _reach(everything, view)
    left, right = (float(v) for v in (everything[0].min(), everything[0].max()))
    lines = {}
    for index, (hip, value, error) in ways.items():
        kept = figures.thinned(value, points)
        x = figures.WIDTH * (hip[kept] - left) / max(right - left, 1e-9)
        above, below = (figures.down((value + sign * error)[kept], low, high) for sign in (1, -1))
        line = figures.path(x, figures.down(value[kept], low, high))
        lines[index] = Way(index, line, figures.band(x, above, below))
    return Chart(
        ticks_y=figures.ticks_between(low, high, 6),
        ticks_x=tuple(Tick(round(100 - tick.at, 2), tick.value) for tick in figures.ticks_between(left, right, 6)),
        zones=tuple(_zones(view, low, high)),
        ways=tuple(way for index, way in lines.items() if index != shown),
        shown=lines.get(shown) if shown is not None else None,
        onset=_onset(clean, left, right),
    )


_FRAMED: Final = ("ear", "shoulder", "hip")


def _joints(analysis: Analysis, time_s: float) -> dict[str, Floats]:
    """Near side's joints at a time by name, pixels; what is unknown is left out."""
    side = analysis.record.view.near_side
    nearest = analysis.track["position"].sel(time=time_s, method="nearest").to_numpy()
    names = ("ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    places = {name: nearest[KEYPOINTS.index(f"{side}_{name}")].astype(float) for name in names}
    return {name: place for name, place in places.items() if np.isfinite(place).all()}


def _known(joints: dict[str, Floats], names: tuple[str, ...]) -> Floats:
    return np.array([joints[name] for name in names if name in joints]).reshape(-1, 2)


def _trunk(back: Back, joints: dict[str, Floats]) -> Floats:
    """(N, 2) up the back, from where the hips are to the shoulders, and down in front; empty without hip and shoulder.

    The front is as far before the line from hip to shoulder as it is deep there in most people: its own outline has
    arms in it.
    """
    if not {"hip", "shoulder"} <= joints.keys():
        return np.empty((0, 2))
    hip, shoulder = joints["hip"], joints["shoulder"]
    along = shoulder - hip
    length = max(float(np.hypot(*along)), 1e-9)
    height = (back.line - hip) @ along / length**2
    part = back.line[(height > _TRUNK[0]) & (height < _TRUNK[1])]
    if len(part) < 2:
        return np.empty((0, 2))
    across = np.array([along[1], -along[0]]) / length
    front = -np.sign(float(np.mean((part - hip) @ across))) * across * length
    return np.concatenate([part, [shoulder + _DEPTH[1] * front, hip + _DEPTH[0] * front]])


def _limbs(joints: dict[str, Floats], trunk: float, *, whole: bool) -> list[Limb]:
    """Arms and legs, and the trunk where its own outline is not known."""
    pairs = _LIMBS if whole else (*_LIMBS, ("hip", "shoulder"))
    return [
        Limb(_points(np.stack([joints[upper], joints[lower]])), round(_THICK[upper] * trunk, 1))
        for upper, lower in pairs
        if upper in joints and lower in joints
    ]


def _head(joints: dict[str, Floats], trunk: float) -> tuple[float, float, float] | None:
    if "ear" not in joints:
        return None
    x, y = joints["ear"]
    return round(float(x), 1), round(float(y), 1), round(_HEAD * trunk, 1)


def _stretches(back: Back, view: BackView) -> list[Stretch]:
    """The line in the states of lower and upper back."""
    return [
        Stretch(_points(back.line[run.start : run.end + 1]), back.readings[run.part].state, run.sure)
        for run in back.runs(view.sure_from)
    ]


def _touch(rod: Rod, contact: Contact) -> Touch:
    foot = rod.foot(contact)
    start, end = rod.ends
    across = np.array([end[1] - start[1], start[0] - end[0]]) / max(float(np.hypot(*(end - start))), 1e-9)
    out = across if float(across @ (foot - contact.place)) >= 0 else -across
    text = foot + _AWAY * out
    anchor = "middle" if abs(out[0]) < 0.35 else "start" if out[0] > 0 else "end"
    back, beside, written = (_pair(place) for place in (contact.place, foot, text))
    return Touch(contact.zone, back, beside, contact.touches, contact.gap, written, anchor)


def goes_down(rep: Rep) -> bool:
    """Whether a repetition's way down was seen; one that begins on the floor has only its way up."""
    return any(phase.name == "eccentric" for phase in rep.phases) or not rep.phases


def with_room(figure: Drawing, gaps: tuple[str, ...]) -> Drawing:
    """The drawing with what is written beside its touches, `gaps` in their order, moved until it lies inside."""
    return replace(figure, touches=tuple(map(_inside, figure.touches, gaps)))


def _inside(touch: Touch, gap: str) -> Touch:
    wide = _LETTER * len(gap)
    before = {"start": 0.0, "middle": wide / 2, "end": wide}[touch.anchor]
    x = min(max(touch.text[0], before), WIDTH - wide + before)
    return replace(touch, text=(round(x, 1), touch.text[1]))


def _way(kinematics: xr.Dataset, rep: Rep) -> Floats:
    """(3, N) hip flexion, lumbar flexion and its error, degrees, on the way down; on the way up where none was seen."""
    span = slice(rep.start_s, rep.bottom_s) if goes_down(rep) else slice(rep.bottom_s, rep.end_s)
    part = kinematics.sel(time=span)
    names = ("hip_flexion_deg", "lumbar_flexion_deg", "lumbar_flexion_error_deg")
    way = np.array([part[name].to_numpy().astype(float) for name in names])
    way[1:, ~np.isfinite(way).all(axis=0)] = np.nan
    return way[:, np.isfinite(way[0])]


def _reach(everything: Floats, view: BackView) -> tuple[float, float]:
    """Limits of the chart's height: all values with their errors, and both bands of doubt, so that clips compare."""
    values = [everything[1] - everything[2], everything[1] + everything[2]]
    edges = [edge for pair in view.limits("lumbar").values() for edge in pair]
    low, high = min(float(values[0].min()), *edges, 0.0), max(float(values[1].max()), *edges, 0.0)
    spare = 0.05 * (high - low)
    return low - spare, high + spare


def _zones(view: BackView, low: float, high: float) -> list[Zone]:
    """What the rules call neutral, in doubt, rounded and arched, from the top."""
    limits = view.limits("lumbar")
    rounded, arched = limits.get("rounded", (high, high)), limits.get("arched", (low, low))
    edges: list[tuple[State, float, float]] = [
        ("rounded", rounded[1], high),
        ("borderline", rounded[0], rounded[1]),
        ("neutral", arched[1], rounded[0]),
        ("borderline", arched[0], arched[1]),
        ("arched", low, arched[0]),
    ]
    return [
        Zone(state, round(100 * (high - top) / (high - low), 2), round(100 * (top - bottom) / (high - low), 2))
        for state, bottom, top in edges
        if top > bottom
    ]


def _onset(clean: Metric | None, left: float, right: float) -> Onset | None:
    """Where rounding begins on the axis of hip flexion; None where it lies outside."""
    if clean is None or clean.value is None or not left <= clean.value <= right:
        return None
    error = clean.error or 0.0

    def across(value: float) -> float:
        return round(float(np.clip(100 * (value - left) / max(right - left, 1e-9), 0, 100)), 2)

    start = across(clean.value - error)
    return Onset(across(clean.value), start, round(across(clean.value + error) - start, 2))


def _points(places: Floats) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _pair(place: Floats) -> tuple[float, float]:
    return round(float(place[0]), 1), round(float(place[1]), 1)
