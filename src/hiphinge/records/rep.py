"""One repetition: its phases, what was measured and what was found."""

from typing import Literal

import msgspec

from hiphinge.records.base import PhaseName, Record, Side, Verdict
from hiphinge.records.lasting import Lasting
from hiphinge.records.muscles import MusclePhase


class Phase(Record, Lasting, frozen=True, kw_only=True):
    """One phase of a repetition, `[start_s, end_s)`."""

    name: PhaseName
    """Which phase."""
    start_s: float
    """Its first moment, seconds."""
    end_s: float
    """The moment after its last, seconds."""


class Metric(Record, frozen=True, kw_only=True):
    """A measured value with its standard error, in `unit`; both ``None`` where it could not be measured."""

    value: float | None
    """In `unit`."""
    error: float | None
    """Standard error, in `unit`."""
    unit: str
    """deg, s, 1 (a ratio or a fraction of stature), …"""
    at_s: float | None = None
    """The moment that shows it best, for values read at one moment."""


class Finding(Record, frozen=True, kw_only=True):
    """What one rule says of one repetition. `not_assessable` always has a `reason` (a message key)."""

    fault: str
    """The fault's name; see rules.md."""
    verdict: Verdict
    """What the rule says."""
    metric: str | None = None
    """The metric that decided."""
    value: float | None = None
    """Its value."""
    limit: float | None = None
    """The limit it was held against: the middle of the band of doubt."""
    margin: float | None = None
    """Half the width of that band."""
    unit: str | None = None
    """Unit of value, limit and margin."""
    severity: float | None = None
    """How far gone, 0 … 1: the share of its weight that it takes of the score (score.md). 0 is no sign of it, 0.63 the
    far edge of the band of doubt; null where it was not judged."""
    phase: PhaseName | None = None
    """The phase in which it counts."""
    at_s: float | None = None
    """The moment that shows it best."""
    reason: str | None = None
    """Why it was not assessable, as a message key."""
    view: Literal["second"] | None = None
    """`second` where the second clip decided; null for the first."""


class Score(Record, frozen=True, kw_only=True):
    """How near a repetition is to one without faults, never without what it is made of; see score.md."""

    value: float
    """0 … 100: 100 with no sign of a fault; at most this, where parts were not judged."""
    least: float
    """The same if all that was not judged were far gone: equal to `value` where everything was judged."""
    error: float
    """Standard error."""
    lost: dict[str, float]
    """Points each judged fault takes; together they make 100 − `value`."""
    not_judged: tuple[str, ...] = ()
    """Faults that could not be judged: they part `least` from `value`."""


class Rep(Record, Lasting, frozen=True, kw_only=True):
    """One repetition: upright → bottom → upright. `complete` is false where the clip begins or ends inside it."""

    index: int
    """Counted from 1."""
    start_s: float
    """Where it leaves upright (or the floor)."""
    bottom_s: float
    """The deepest moment."""
    end_s: float
    """Where it is upright again."""
    complete: bool
    """False where the clip begins or ends inside it."""
    side: Side
    """The working side; `both` for two-legged lifts."""
    exercise: str | None = None
    """What it is a repetition of; null where that is too doubtful to judge it."""
    phases: tuple[Phase, ...]
    """In their order, without gaps."""
    metrics: dict[str, Metric] = msgspec.field(default_factory=dict)
    """By metric name."""
    from_second: tuple[str, ...] = ()
    """Names of the metrics that were read in the second clip."""
    findings: tuple[Finding, ...] = ()
    """One per fault the exercise knows."""
    score: Score | None = None
    """How near it is to one without faults; null where too little was judged, or not what decides."""
    muscles: tuple[MusclePhase, ...] = ()
    """What each muscle did in each phase; empty where the side view does not show it."""
