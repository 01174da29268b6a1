"""What the same lifter with the same load would have to do in another posture, held still at one moment."""

from typing import Literal

import msgspec

from hiphinge.records.base import Record, Span

Supposed = Literal["as_filmed", "like_this", "squat", "squat_in_front", "rounded", "load_nearer", "load_farther"]
Held = Literal["l5s1_moment", "l5s1_compression", "l5s1_shear", "hip_moment", "knee_moment"]


class Supposition(Record, frozen=True, kw_only=True):
    """One quantity of a supposed posture, and how far it is from the same as filmed."""

    value: Span
    """In `unit`."""
    unit: str
    """N·m or N; N·m/kg or body weights where the mass is unknown."""
    difference: Span | None = None
    """Supposed less filmed, in `unit`: what is unsure in both alike cancels; null for the filmed posture itself."""
    change_percent: Span | None = None
    """The same in percent of the filmed one; null where that is too near zero for percents to mean anything."""


class WhatIf(Record, frozen=True, kw_only=True):
    """One supposed posture at one moment, held still."""

    name: Supposed
    """As filmed, done right, as a squat (load between the feet, or in front of the knees), rounded, load elsewhere."""
    rep: int
    """Of which repetition."""
    at_s: float
    """The moment, seconds of the clip."""
    shift_cm: float | None = None
    """How far the load was moved, + farther from the body; null where it was not."""
    rounded_deg: float | None = None
    """By how much more the lower back was rounded, degrees; null where it was not."""
    angles: dict[str, float] = msgspec.field(default_factory=dict)
    """The posture, degrees: trunk, hip, knee, shank."""
    joints: dict[str, tuple[float, float]] = msgspec.field(default_factory=dict)
    """Joints, and the load where one is counted, statures forward and up of the ankle."""
    quantities: dict[Held, Supposition] = msgspec.field(default_factory=dict)
    """What the joints hold."""
    title: str
    """What is supposed, in a few words."""
    says: str
    """What differs, in words."""
    assumes: str
    """What was taken for granted, in words."""
