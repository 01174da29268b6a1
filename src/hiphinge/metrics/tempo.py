"""How long the way down, the pause and the way up take.

Phases begin where the movement is clearly faster than rest, and leave out how it gathers speed and comes to rest: a
third of a smooth movement. Here the movement's end is found from its course close by. A movement from rest starts as
the square of time, so from the moments at which it has gone two small shares of its way, the moment of none follows.
For ramps of constant acceleration the end is exact; a minimum-jerk movement (Flash and Hogan 1985) comes out 5 % short
at each end, one of constant speed 9 % long.
"""

import math
from typing import NamedTuple

import numpy as np

from hiphinge.geometry import Floats
from hiphinge.metrics.window import UNKNOWN, Estimate, Measure, Window
from hiphinge.records import PhaseName


class Way(NamedTuple):
    """One way between standing and bottom: when it begins and ends, seconds."""

    begin_s: float
    end_s: float


def eccentric_s(window: Window) -> Estimate:
    """Seconds of the way down."""
    way = _way(window, "eccentric")
    return UNKNOWN if way is None else _seconds(window, way)


def concentric_s(window: Window) -> Estimate:
    """Seconds of the way up."""
    way = _way(window, "concentric")
    return UNKNOWN if way is None else _seconds(window, way)


def pause_s(window: Window) -> Estimate:
    """Seconds between the way down and the way up; 0 where one turns into the other."""
    if not any(span.name == "bottom" for span in window.rep.phases):
        return UNKNOWN
    down, up = _way(window, "eccentric"), _way(window, "concentric")
    if down is None or up is None:
        return duration_of("bottom")(window)
    rest = Way(down.end_s, max(down.end_s, up.begin_s))
    return _seconds(window, rest)


def duration_of(phase: PhaseName) -> Measure:
    """Metric: seconds spent in a phase; unknown where the repetition lacks it or the clip cuts it."""

    def measure(window: Window) -> Estimate:
        way = _phase(window, phase)
        return UNKNOWN if way is None else _seconds(window, way)

    return measure


def _seconds(window: Window, way: Way) -> Estimate:
    seconds = way.end_s - way.begin_s
    error = math.hypot(window.settings.phase_error_s, window.settings.tempo_error_share * seconds)
    return Estimate(seconds, error, way.begin_s)


def _phase(window: Window, phase: PhaseName) -> Way | None:
    spans = [span for span in window.rep.phases if span.name == phase]
    cut = not window.rep.complete and spans and spans[0] in (window.rep.phases[0], window.rep.phases[-1])
    return None if not spans or cut else Way(spans[0].start_s, spans[-1].end_s)


def _way(window: Window, phase: PhaseName) -> Way | None:
    """One way with its slow ends; the phase's own bounds where its course was not seen well enough to tell more."""
    plain = _phase(window, phase)
    hip, _ = window.series("hip_flexion")
    if plain is None or not np.isfinite(hip).any():
        return plain
    time_s, hip = np.concatenate([window.lead[0], window.time_s]), np.concatenate([window.lead[1], hip])
    if phase == "eccentric":
        return _with_ends(plain, time_s, hip, window)
    mirrored = _with_ends(Way(-plain.end_s, -plain.begin_s), -time_s[::-1], hip[::-1], window)
    return Way(-mirrored.end_s, -mirrored.begin_s)


def _with_ends(plain: Way, time_s: Floats, hip: Floats, window: Window) -> Way:
    """A way down, in time or in mirrored time, from where it leaves the top to where it reaches the bottom."""
    turn_s = math.copysign(window.rep.bottom_s, time_s[-1])
    inside = np.isfinite(hip) & (time_s <= turn_s)
    inside &= time_s >= plain.begin_s - window.settings.tempo_reach_s
    if inside.sum() < 4:
        return plain
    times, flexion = time_s[inside], hip[inside]
    top = float(flexion[times <= plain.begin_s + window.interval_s].min(initial=flexion[0]))
    span = float(flexion.max()) - top
    if span <= 0:
        return plain
    share = (flexion - top) / span
    low, high = window.settings.tempo_low, window.settings.tempo_high
    begin = _rest(_last_below(times, share, low), _last_below(times, share, high), low, high)
    end = _rest(_first_above(times, share, 1 - low), _first_above(times, share, 1 - high), low, high)
    most = window.settings.tempo_most_added * (plain.end_s - plain.begin_s)
    begin = max(min(plain.begin_s, begin), plain.begin_s - most)
    end = min(max(plain.end_s, end), plain.end_s + most, max(plain.end_s, turn_s))
    return Way(begin, end)


def _rest(near_s: float, far_s: float, low: float, high: float) -> float:
    """The moment of rest, from those at which `low` and `high` of the way lie between it and the movement."""
    return near_s - (far_s - near_s) * math.sqrt(low) / (math.sqrt(high) - math.sqrt(low))


def _last_below(times: Floats, share: Floats, level: float) -> float:
    """When the way leaves a level for good, before its deepest; NaN where it never lay below."""
    below = np.flatnonzero(share[: int(share.argmax()) + 1] <= level)
    return math.nan if not below.size else _between(times, share, int(below[-1]), level)


def _first_above(times: Floats, share: Floats, level: float) -> float:
    above = np.flatnonzero(share >= level)
    return math.nan if not above.size or not above[0] else _between(times, share, int(above[0]) - 1, level)


def _between(times: Floats, share: Floats, at: int, level: float) -> float:
    if at + 1 >= share.size or share[at + 1] == share[at]:
        return float(times[at])
    part = (level - share[at]) / (share[at + 1] - share[at])
    return float(times[at] + part * (times[at + 1] - times[at]))
