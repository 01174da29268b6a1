"""What is known of a recording besides its pictures: the lifter, the load, the file's fingerprint."""

import hashlib
from pathlib import Path
from typing import Final, Literal

from hiphinge.errors import UnreadableError, UsageError
from hiphinge.records import Record

Sex = Literal["f", "m"]

MASS_RANGE_KG: Final = (15.0, 400.0)
"""Wider than any adult or child who trains: only a slip of the pen falls outside."""
STATURE_RANGE_M: Final = (0.9, 2.6)
LOAD_RANGE_KG: Final = (0.0, 600.0)
"""The heaviest deadlift on record is just above 500 kg."""

_READ_BYTES: Final = 1 << 20


class Subject(Record, frozen=True, kw_only=True):
    """The lifter. What is not known stays ``None`` and is not guessed here.

    Raises
    ------
    UsageError
        If a mass or stature is outside what a person can have; the line suggests the unit that was probably meant.
    """

    mass_kg: float | None = None
    stature_m: float | None = None
    sex: Sex | None = None

    def __post_init__(self) -> None:
        if self.mass_kg is not None and not _inside(self.mass_kg, MASS_RANGE_KG):
            raise UsageError(
                f"body mass {self.mass_kg:g} kg is outside {_span(MASS_RANGE_KG)} kg: give it in kilograms"
            )
        if self.stature_m is not None and not _inside(self.stature_m, STATURE_RANGE_M):
            raise UsageError(
                f"stature {self.stature_m:g} m is outside {_span(STATURE_RANGE_M)} m: {_stature_hint(self.stature_m)}"
            )


class Load(Record, frozen=True, kw_only=True):
    """What the lifter moves: its whole mass, and the implement's name (``barbell``, ``kettlebell``, …) if known.

    Raises
    ------
    UsageError
        If the mass is negative or beyond any lift.
    """

    mass_kg: float = 0.0
    implement: str | None = None

    def __post_init__(self) -> None:
        if not _inside(self.mass_kg, LOAD_RANGE_KG):
            raise UsageError(
                f"load {self.mass_kg:g} kg is outside {_span(LOAD_RANGE_KG)} kg: give the whole load in kilograms"
            )


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal, read piece by piece.

    Raises
    ------
    UnreadableError
        If the file is missing or may not be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_READ_BYTES):
                digest.update(piece)
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror or error}") from error
    return digest.hexdigest()


def _inside(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _span(limits: tuple[float, float]) -> str:
    return f"{limits[0]:g} to {limits[1]:g}"


def _stature_hint(stature_m: float) -> str:
    for unit, in_metres in (("centimetres", 0.01), ("decimetres", 0.1), ("inches", 0.0254), ("feet", 0.3048)):
        if _inside(stature_m * in_metres, STATURE_RANGE_M):
            return f"{stature_m:g} looks like {unit}, that is {stature_m * in_metres:.2f} m"
    return "give it in metres"
