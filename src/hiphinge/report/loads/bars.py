"""Bars with bounds on one scale, as data: percent from the left, with what is written beside them."""

from dataclasses import dataclass
from typing import Final

from hiphinge.records.base import Span
from hiphinge.report.figures import Tick, round_values
from hiphinge.words import signed

_STEPS: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 250, 500, 1000, 2000, 5000)
_ROOM: Final = 1.08
"""What an axis holds beyond the widest bar."""
_REACHES: Final = 2.0
"""A mark of others' figures widens the axis by no more than this."""
_MOST_TICKS: Final = 6
_WHOLE: Final = frozenset({"N·m", "N"})


@dataclass(frozen=True)
class Bar:
    """One quantity: a band from low to high, its best value, and both in words."""

    name: str
    low: float
    width: float
    best: float
    value: str
    between: str


@dataclass(frozen=True)
class Mark:
    """A figure of others, on the axis or beyond its right end."""

    at: float
    label: str
    beyond: bool


@dataclass(frozen=True)
class Bars:
    """Quantities of one unit; `zero` is where nothing is held."""

    title: str
    unit: str
    zero: float
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]


def bars(title: str, rows: list[tuple[str, Span]], unit: str, marks: tuple[tuple[str, float], ...] = ()) -> Bars:
    """Lay quantities of one unit on one scale.

    Parameters
    ----------
    rows : names and bounds.
    unit : N·m, kN, N·m/kg or × weight, written after each value.
    marks : names and values of what others measured; those far off the scale are left to the words.
    """
    low = min(0.0, *(span.low for _, span in rows))
    high = max(0.0, *(span.high for _, span in rows))
    near = [value for _, value in marks if value <= _REACHES * high]
    low, high = _ROOM * low, _ROOM * max([high, *near])
    reach = max(high - low, 1e-9)

    def at(value: float) -> float:
        return round(100 * (value - low) / reach, 2)

    return Bars(
        title=title,
        unit=unit,
        zero=at(0.0),
        bars=tuple(
            Bar(
                name=name,
                low=at(span.low),
                width=round(at(span.high) - at(span.low), 2),
                best=at(span.best),
                value=amount(span.best, unit),
                between=between(span, unit),
            )
            for name, span in rows
        ),
        ticks=tuple(Tick(at(value), value) for value in round_values(low, high, _MOST_TICKS, steps=_STEPS)),
        marks=tuple(Mark(at(value), name, beyond=False) for name, value in marks if value <= high),
    )


def amount(value: float, unit: str) -> str:
    """Write a value with its unit, no finer than models know it."""
    return f"{number(value, unit)}\u00a0{unit}"


def between(span: Span, unit: str) -> str:
    """Write bounds with their unit."""
    dash = " … " if span.low < 0 else "–"
    return f"{number(span.low, unit)}{dash}{number(span.high, unit)}\u00a0{unit}"


def number(value: float, unit: str = "") -> str:
    """Two figures of a number: tens from a hundred on; tenths under ten, but of newtons and newton metres."""
    size = abs(value)
    if size >= 100:
        return signed(round(value, -1), 0)
    return signed(value, 0 if size >= 10 or unit in _WHOLE else 1)
