"""Units at the doors: kilograms and centimetres inside, pounds, inches and feet where people write or read them.

What is typed becomes SI once, here; what is shown is turned once, by `Words.unit`, in the system that is spoken, which
follows the context as the language does::

    with measuring("imperial"):
        words().quantity(2.54, "cm")        # '1.0 in'

What the body held is named with its unit at the end (`hip_moment_nm`); which unit an end means stands here once.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal, NamedTuple

from hiphinge.errors import UsageError
from hiphinge.messages import message

System = Literal["metric", "imperial"]

KG_PER_LB: Final = 0.45359237
"""The international pound, exact."""
CM_PER_INCH: Final = 2.54
"""The international inch, exact."""
INCHES_PER_FOOT: Final = 12

UNIT_OF: Final[Mapping[str, str]] = {
    "nm": "N·m",
    "n": "N",
    "nm_per_kg": "N·m/kg",
    "bw": "body weights",
    "m": "m",
}
"""Units by the end of a name."""
PER_BODY: Final[Mapping[str, str]] = {"nm": "nm_per_kg", "n": "bw"}
"""The end that a name has instead where the lifter's mass is unknown."""

_NUMBER: Final = r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)"
_FEET: Final = r"ft|feet|foot|pies|pie|['’′]"
_INCHES: Final = r"inches|inch|in|pulgadas|pulgada|pulg|[\"”″]|''|’’|′′"
_MASSES: Final[Mapping[str, float]] = {
    r"|kgs?|kilos?|kilograms?|kilogramos?": 1.0,
    r"lbs?|pounds?|libras?": KG_PER_LB,
}
_LENGTHS: Final[Mapping[str, float]] = {
    r"|cms?": 1.0,
    r"mm": 0.1,
    r"m": 100.0,
    _INCHES: CM_PER_INCH,
    _FEET: INCHES_PER_FOOT * CM_PER_INCH,
}
_FEET_AND_INCHES: Final = re.compile(rf"(\d+)\s*(?:{_FEET})\s*({_NUMBER})\s*(?:{_INCHES})?")


class Shown(NamedTuple):
    """How a unit is shown: in which other, and how many of those it has."""

    unit: str
    factor: float


_IMPERIAL: Final[Mapping[str, Shown]] = {
    "cm": Shown("in", 1 / CM_PER_INCH),
    "kg": Shown("lb", 1 / KG_PER_LB),
    "m/s": Shown("ft/s", 100 / (INCHES_PER_FOOT * CM_PER_INCH)),
}
"""Moments, forces, work and power stay in N·m, N, J and W: nobody who lifts reads them in foot-pounds."""

_SYSTEM: ContextVar[System] = ContextVar("hiphinge_units", default="metric")


def quantity_and_end(name: str, *, per_body: bool = False) -> tuple[str, str]:
    """Part a name from the unit at its end, which is that per body where the lifter's mass is unknown.

    >>> quantity_and_end("hip_moment_nm"), quantity_and_end("hip_moment_nm", per_body=True)
    (('hip_moment', 'nm'), ('hip_moment', 'nm_per_kg'))
    >>> quantity_and_end("load_share")
    ('load_share', '')
    """
    end = max((end for end in UNIT_OF if name.endswith(f"_{end}")), key=len, default="")
    quantity = name.removesuffix(f"_{end}") if end else name
    return quantity, PER_BODY.get(end, end) if per_body else end


def unit_at_end(name: str, *, per_body: bool = False) -> str:
    """The unit of what is named so; "1" where the name ends in none."""
    return UNIT_OF.get(quantity_and_end(name, per_body=per_body)[1], "1")


def system() -> System:
    """The system that is shown here."""
    return _SYSTEM.get()


@contextmanager
def measuring(wanted: System) -> Iterator[None]:
    """Show lengths and masses in `wanted` within the block."""
    token = _SYSTEM.set(wanted)
    try:
        yield
    finally:
        _SYSTEM.reset(token)


def shown(unit: str) -> Shown:
    """What a unit is shown in, in the system of this context; itself where the system has no other for it."""
    same = Shown(unit, 1.0)
    return _IMPERIAL.get(unit, same) if system() == "imperial" else same


def mass_kg(given: str | None, option: str) -> float | None:
    """Read a mass, kilograms: ``80``, ``80kg``, ``176lb``; a bare number is in kilograms.

    Parameters
    ----------
    given : what was typed; None where nothing was.
    option : where, for the message of an error.

    Raises
    ------
    UsageError
        With one line that lists what is accepted. Whether anybody can weigh that much is not asked here.
    """
    if given is None:
        return None
    read = _read(given, _MASSES)
    if read is None:
        raise UsageError(message("error.not_a_mass", option=option, given=given))
    return read


def length_cm(given: str | None, option: str) -> float | None:
    """Read a length, centimetres: ``178``, ``1.78m``, ``70in``, ``5ft10in``, ``5'10"``; a bare number is in cm.

    Parameters, errors as of `mass_kg`. After feet there are whole feet and less than twelve inches.
    """
    if given is None:
        return None
    both = _FEET_AND_INCHES.fullmatch(given.strip().lower())
    if both is None:
        read = _read(given, _LENGTHS)
    else:
        inches = _number(both[2])
        read = CM_PER_INCH * (INCHES_PER_FOOT * int(both[1]) + inches) if 0 <= inches < INCHES_PER_FOOT else None
    if read is None:
        raise UsageError(message("error.not_a_length", option=option, given=given))
    return read


def _read(given: str, units: Mapping[str, float]) -> float | None:
    """A number with one of the units, in the first of them; None where it is anything else."""
    text = given.strip().lower()
    for names, factor in units.items():
        match = re.fullmatch(rf"({_NUMBER})\s*(?:{names})\.?", text)
        if match is not None:
            return factor * _number(match[1])
    return None


def _number(text: str) -> float:
    return float(text.replace(",", "."))
