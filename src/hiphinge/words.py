"""The words of the report and the overlay, read from their message file."""

import math
from functools import lru_cache
from importlib.resources import files

import msgspec

from hiphinge.messages import message
from hiphinge.records import Record


class UnitWords(Record, frozen=True, kw_only=True):
    """How a unit is written: the value times `factor`, with `decimals`, then `suffix`.

    Without `decimals` a value has as many as show the first digit of its error, at most two.
    """

    suffix: str
    factor: float
    decimals: int | None = None

    def decimals_for(self, error: float | None) -> int:
        """Decimals of a value with this standard error."""
        if self.decimals is not None:
            return self.decimals
        if error is None or not error > 0:
            return 1
        return min(2, max(0, -math.floor(math.log10(self.factor * error))))


class PageWords(Record, frozen=True, kw_only=True):
    """Words used all over the page."""

    title: str
    brand: str
    language: str
    skip: str
    rep: str
    rep_short: str
    incomplete: str
    standard_error: str


class FilmingWords(Record, frozen=True, kw_only=True):
    """How to film, in steps."""

    title: str
    steps: tuple[str, ...]


class Words(Record, frozen=True, kw_only=True):
    """One language's words; sections as in the file."""

    page: PageWords
    hero: dict[str, str]
    sections: dict[str, str]
    watch: dict[str, str]
    overlay: dict[str, str]
    phases: dict[str, str]
    moments: dict[str, str]
    gallery: dict[str, str]
    compare: dict[str, str]
    findings: dict[str, str]
    verdicts: dict[str, str]
    verdict_meaning: dict[str, str]
    symbols: dict[str, str]
    method: dict[str, str]
    filming: FilmingWords
    footer: dict[str, str]
    angles: dict[str, str]
    angles_short: dict[str, str]
    angle_hints: dict[str, str]
    joints: dict[str, str]
    back: dict[str, str]
    back_reasons: dict[str, str]
    back_reasons_short: dict[str, str]
    rod_zones: dict[str, str]
    metrics: dict[str, str]
    units: dict[str, UnitWords]

    def unit(self, unit: str | None) -> UnitWords:
        """How a unit is written; one that is not in the file follows its number as it is."""
        return self.units.get(unit or "", UnitWords(suffix=f" {unit}", factor=1.0, decimals=1))

    def number(self, value: float, unit: str | None, error: float | None) -> str:
        """Write a value without its unit, as precisely as its error allows."""
        style = self.unit(unit)
        return signed(style.factor * value, style.decimals_for(error))

    def limit(self, value: float, unit: str | None) -> str:
        """Write a limit, which is exact: with all its decimals."""
        style = self.unit(unit)
        text = f"{style.factor * value:.2f}".rstrip("0").rstrip(".")
        return f"{text.replace('-', '−')}{style.suffix}"

    def change(self, value: float, error: float) -> str:
        """Write a change in degrees with its sign, also where it is positive, and its standard error."""
        return f"{'+' if round(value) > 0 else ''}{signed(value, 0)}° ± {signed(error, 0)}°"

    def quantity(self, value: float | None, unit: str | None, error: float | None = None) -> str:
        """Write a value with its error and unit; an unknown value is an en dash."""
        if value is None:
            return "–"
        margin = "" if error is None else f" ± {self.number(error, unit, error)}"
        return f"{self.number(value, unit, error)}{margin}{self.unit(unit).suffix}"


def signed(value: float, decimals: int) -> str:
    """Write a number with a true minus sign, and without a negative zero."""
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", "−")


def fault_name(fault: str) -> str:
    """Title of a fault."""
    return message(f"fault.{fault}.name")


def exercise_name(exercise: str) -> str:
    """Title of an exercise."""
    name = message(f"exercise.{exercise}.name")
    return name[0].upper() + name[1:]


def plain(name: str) -> str:
    """Make a machine name readable."""
    return name.replace("_", " ").capitalize()


@lru_cache(maxsize=4)
def words(language: str = "en") -> Words:
    """Read the words of one language."""
    text = files("hiphinge").joinpath("data", "messages", f"report_{language}.toml").read_bytes()
    return msgspec.toml.decode(text, type=Words)
