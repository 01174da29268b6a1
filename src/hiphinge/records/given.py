"""What the user gives: the lifter and the load, checked at the door."""

from typing import Final

from hiphinge.errors import UsageError
from hiphinge.messages import message
from hiphinge.records.base import Record, Sex
from hiphinge.units import CM_PER_INCH, INCHES_PER_FOOT

MASS_RANGE_KG: Final = (15.0, 400.0)
"""Wider than any adult or child who trains: only a slip of the pen falls outside."""
STATURE_RANGE_CM: Final = (90.0, 260.0)
LOAD_RANGE_KG: Final = (0.0, 600.0)
"""The heaviest deadlift on record is just above 500 kg."""


class Subject(Record, frozen=True, kw_only=True):
    """The lifter. What is not known stays ``None`` and is not guessed here.

    Raises
    ------
    UsageError
        If a mass or stature is outside what a person can have; the line suggests the unit that was probably meant.
    """

    mass_kg: float | None = None
    """Body mass."""
    stature_cm: float | None = None
    """Standing height."""
    sex: Sex | None = None
    """For body proportions."""

    def __post_init__(self) -> None:
        if self.mass_kg is not None and not _inside(self.mass_kg, MASS_RANGE_KG):
            low, high = MASS_RANGE_KG
            raise UsageError(message("error.mass", mass=self.mass_kg, low=low, high=high))
        if self.stature_cm is not None and not _inside(self.stature_cm, STATURE_RANGE_CM):
            raise UsageError(_stature_error(self.stature_cm))


class Load(Record, frozen=True, kw_only=True):
    """What the lifter moves besides the body.

    Raises
    ------
    UsageError
        If the mass is negative or beyond any lift.
    """

    mass_kg: float | None = None
    """The whole mass in the hands or on the back."""

    def __post_init__(self) -> None:
        if self.mass_kg is not None and not _inside(self.mass_kg, LOAD_RANGE_KG):
            low, high = LOAD_RANGE_KG
            raise UsageError(message("error.load", load=self.mass_kg, low=low, high=high))


def _inside(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _stature_error(stature_cm: float) -> str:
    """What is wrong with a stature, and the unit that was probably meant."""
    low, high = STATURE_RANGE_CM
    for unit, in_cm in (
        ("metres", 100.0),
        ("millimetres", 0.1),
        ("inches", CM_PER_INCH),
        ("feet", INCHES_PER_FOOT * CM_PER_INCH),
    ):
        if _inside(stature_cm * in_cm, STATURE_RANGE_CM):
            meant = message(f"error.unit.{unit}")
            cm = stature_cm * in_cm
            return message("error.stature_unit", stature=stature_cm, low=low, high=high, unit=meant, cm=cm)
    return message("error.stature", stature=stature_cm, low=low, high=high)
