"""What the muscles did: how their length changed in each phase, and how much of their strength it took."""

from typing import Literal

from hiphinge.records.base import PhaseName, Record, Span

MuscleName = Literal["hamstrings", "gluteus_maximus", "adductor_magnus", "erector_spinae"]
MuscleAction = Literal["eccentric", "isometric", "concentric", "unclear"]
Held = Literal["yes", "drifted", "no", "unclear"]


class LengthChange(Record, frozen=True, kw_only=True):
    """By how much a muscle's length changed, as a fraction of its length in standing; + longer."""

    value: float
    """Mean of the models."""
    error: float
    """Standard error from the measured angles."""
    low: float
    """The model that gives the least."""
    high: float
    """The model that gives the most."""


class MusclePhase(Record, frozen=True, kw_only=True):
    """One muscle in one phase of one repetition. Both sides together; one leg where one leg works."""

    muscle: MuscleName
    """Which muscle."""
    phase: PhaseName
    """Which phase."""
    action: MuscleAction
    """Whether it got longer, kept its length or got shorter, as measured; `unclear` where that cannot be told."""
    reason: str | None = None
    """Why the action is unclear, as a message key."""
    change: LengthChange | None = None
    """From the phase's beginning to its end; null where it was not seen."""
    speed: float | None = None
    """Mean rate of that change, standing lengths per second; + getting longer."""
    effort: Span | None = None
    """The most of its strength at that length that it used in the phase, 0 … 1; above 1 it takes more strength than
    people measured on average have."""
    effort_reason: str | None = None
    """Why the effort is not known, as a message key."""
    force_n: Span | None = None
    """Its greatest force in the phase, newtons; null where the body mass is unknown."""


class MuscleFigure(Record, frozen=True, kw_only=True):
    """The one number that says most about a muscle in the set."""

    metric: str
    """Which metric it is."""
    value: float
    """In `unit`."""
    error: float
    """Standard error, in `unit`."""
    unit: str
    """Its unit."""


class SetMuscle(Record, frozen=True, kw_only=True):
    """One muscle over the whole set."""

    action: dict[PhaseName, MuscleAction]
    """What it did in each phase: what most repetitions show; `unclear` where none stands out."""
    expected: dict[PhaseName, str]
    """What it does in each phase of this exercise done well, by the roles of exercises.md."""
    figure: MuscleFigure | None = None
    """Hamstrings: how far they were stretched; gluteus maximus: how far it lengthened; erectors: how far the lower
    back bent. Null where it was not measured."""
    effort: Span | None = None
    """The most of its strength that it used: the median over the repetitions."""
    effort_reason: str | None = None
    """Why the effort is not known, as a message key."""
    held: Held | None = None
    """Erectors only: whether they kept their length from the way down to the way up."""
