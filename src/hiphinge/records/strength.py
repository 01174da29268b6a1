"""What a set tells of strength: work and power of the load, how the set slowed, what might be lifted once."""

from typing import Literal

import msgspec

from hiphinge.records.base import Record
from hiphinge.records.rep import Metric


class VelocityLoss(Record, frozen=True, kw_only=True):
    """How much slower the last repetition went up than the fastest."""

    fastest: int
    """Index of the fastest repetition."""
    last: int
    """Index of the last complete one."""
    loss: Metric
    """Share of the fastest one's speed, 0 … 1; below 0 for none. Noise that makes one the fastest is taken off."""
    verdict: Literal["slower", "cannot_tell"]
    """`cannot_tell` where the loss is within its error."""


class OneRepMax(Record, frozen=True, kw_only=True):
    """What might be lifted once, by every formula; it supposes that the set ended near failure."""

    load_kg: float
    """What was lifted."""
    reps: int
    """How often: the complete repetitions that were seen."""
    reps_most: int
    """The same with those that the clip cuts."""
    formulae_kg: dict[str, float]
    """By the formulae's names, from `reps`."""
    low_kg: float
    """The least of all."""
    high_kg: float
    """The most of all, from `reps_most`."""
    at_least: bool
    """True where the last repetition was still fast, so that the set surely ended before failure: more is likely."""


class Strength(Record, frozen=True, kw_only=True):
    """What the set tells of strength. What is null has its reason in `withheld`."""

    work_j: Metric | None = None
    """Work on the load on all ways up together, with one error for all, since repetitions share theirs."""
    mean_power_w: Metric | None = None
    """Mean over repetitions of their mean power."""
    peak_power_w: Metric | None = None
    """The most powerful repetition's."""
    cutoff_hz: float | None = None
    """Cut-off of the zero-lag low-pass before speed and acceleration were taken."""
    velocity_loss: VelocityLoss | None = None
    """How the set slowed."""
    one_rep_max: OneRepMax | None = None
    """What might be lifted once."""
    withheld: dict[str, str] = msgspec.field(default_factory=dict)
    """Why one of `work`, `velocity_loss`, `one_rep_max` is null, as message keys."""
    says: tuple[str, ...] = ()
    """All of it in words."""
