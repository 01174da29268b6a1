"""What forces and moments were made from, or why there are none."""

from typing import Literal

import msgspec

from hiphinge.records.base import Record

Withheld = Literal[
    "view",
    "feet_unseen",
    "load_without_implement",
    "load_not_given",
    "not_measured",
    "does_not_close",
]


class Loading(Record, frozen=True, kw_only=True):
    """What forces and moments were made from, or why there are none; how: docs/explanation/loads.md."""

    withheld: Withheld | None = None
    """Why there are none, as a message key; null where there are some."""
    reps_withheld: dict[int, Withheld] = msgspec.field(default_factory=dict)
    """Why single repetitions have none."""
    unit_mass: Literal["kg", "body"] = "kg"
    """"body" where the lifter's mass is unknown: then moments are N·m per kg, forces body weights."""
    scale: Literal["stature", "plate", "population"] | None = None
    """What metres come from: the given stature, a plate of 450 mm, or how tall people are."""
    stature_m: float | None = None
    """Stature that was reckoned with."""
    stature_error_m: float | None = None
    """Its standard error."""
    load_kg: float | None = None
    """What was carried besides the body; 0 where nothing was."""
    carried: Literal["hands", "back"] | None = None
    """Where it was carried."""
    cutoff_hz: float | None = None
    """Cut-off of the low-pass in front of the derivatives."""
    dynamic: bool | None = None
    """Whether accelerations count; else each moment was taken as held still."""
    pressure_out: float | None = None
    """Share of the repetitions' time for which accelerations send the centre of pressure off the foot: what decides."""
    stands: float | None = None
    """Share of the draws behind the bounds that keep the centre of pressure under the feet, 0 … 1."""
    weight_residual: float | None = None
    """Mean vertical ground reaction over the repetitions less the weight, as a share of it: 0 where impulses close."""
