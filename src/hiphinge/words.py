"""The words of the report and the overlay, read from their message file."""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from hiphinge import units
from hiphinge.errors import UsageError
from hiphinge.messages import ENGLISH, REPORT, Added, localised, message, own_languages, shipped_table, speech
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
    score: dict[str, str]
    sections: dict[str, str]
    watch: dict[str, str]
    overlay: dict[str, str]
    drawn: dict[str, str]
    phases: dict[str, str]
    moments: dict[str, str]
    besides: dict[str, str]
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
    ghost: dict[str, str]
    back: dict[str, str]
    load: dict[str, str]
    second: dict[str, str]
    strength: dict[str, str]
    loads: dict[str, str]
    back_reasons: dict[str, str]
    back_reasons_short: dict[str, str]
    rod_zones: dict[str, str]
    metrics: dict[str, str]
    metric_groups: dict[str, str]
    metric_means: dict[str, str]
    units: dict[str, UnitWords]

    def unit(self, unit: str | None) -> UnitWords:
        """How a unit is written in the system that is shown; one not in the file follows its number as it is."""
        shown = units.shown(unit or "")
        style = self.units.get(shown.unit, UnitWords(suffix=f" {shown.unit}", factor=1.0, decimals=1))
        return msgspec.structs.replace(style, factor=style.factor * shown.factor)

    def number(self, value: float, unit: str | None, error: float | None) -> str:
        """Write a value without its unit, as precisely as its error allows."""
        style = self.unit(unit)
        return signed(style.factor * value, style.decimals_for(error))

    def limit(self, value: float, unit: str | None) -> str:
        """Write a limit, which is exact: with all its decimals."""
        style = self.unit(unit)
        text = f"{style.factor * value:.2f}".rstrip("0").rstrip(".")
        return f"{localised(text.replace('-', '−'))}{style.suffix}"

    def mass(self, kg: float) -> str:
        """Write a mass that was given, to half a unit: who said 100 kg did not say 220.46 lb."""
        style = self.unit("kg")
        return self.limit(round(2 * style.factor * kg) / 2 / style.factor, "kg")

    def span(self, low: float | None, high: float | None, unit: str | None) -> str:
        """Write a range without its unit; an open end is written as a bound."""
        suffix = self.unit(unit).suffix
        ends = [None if end is None else self.limit(end, unit).removesuffix(suffix) for end in (low, high)]
        if ends[0] is None:
            return f"≤ {ends[1]}"
        if ends[1] is None:
            return f"≥ {ends[0]}"
        return f"{ends[0]} … {ends[1]}" if low is not None and low < 0 else f"{ends[0]}–{ends[1]}"

    def change(self, value: float, error: float) -> str:
        """Write a change in degrees with its sign, also where it is positive, and its standard error."""
        return f"{'+' if round(value) > 0 else ''}{signed(value, 0)} ± {signed(error, 0)}°"

    def quantity(self, value: float | None, unit: str | None, error: float | None = None) -> str:
        """Write a value with its error and unit; an unknown value is an en dash."""
        if value is None:
            return "–"
        margin = "" if error is None else f" ± {self.number(error, unit, error)}"
        return f"{self.number(value, unit, error)}{margin}{self.unit(unit).suffix}"

    def rough(self, value: float | None, unit: str | None, error: float | None) -> str:
        """Write a value with its error, both to the error's second figure: what is beyond that nobody knows."""
        factor = self.unit(unit).factor
        if value is None or error is None or not factor * error >= 10:
            return self.quantity(value, unit, error)
        step = 10.0 ** (math.floor(math.log10(factor * error)) - 1) / factor
        return self.quantity(step * round(value / step), unit, step * round(error / step))

    def length(self, cm: float) -> str:
        """Write a length that has no sign; one that would be written as none is less than the least that is."""
        style = self.unit("cm")
        least = 10.0 ** -style.decimals_for(None)
        if style.factor * cm < least:
            return f"<{signed(least, style.decimals_for(None))}{style.suffix}"
        return self.quantity(cm, "cm")


def signed(value: float, decimals: int) -> str:
    """Write a number with a true minus sign, without a negative zero, with the spoken language's decimal mark."""
    text = f"{value:.{decimals}f}"
    return localised(text.removeprefix("-") if float(text) == 0 else text.replace("-", "−"))


def plus(value: float, decimals: int = 0) -> str:
    """Write a number with its sign, also where it is positive."""
    text = signed(value, decimals)
    return f"+{text}" if round(value, decimals) > 0 else text


def short(value: float) -> str:
    """Write a number with no more digits than it has, as on an axis."""
    return localised(f"{value:g}".replace("-", "−"))


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


def words(language: str | None = None) -> Words:
    """The words of a language, by default of the one that is spoken, under what a coach added."""
    return _words(language or speech().language, speech().added)


@lru_cache(maxsize=16)
def _words(language: str, added: tuple[Added, ...]) -> Words:
    """English first, over it what was added in English, then the language and what was added in it.

    Raises
    ------
    UsageError
        If what was added is not what a word of the report is, such as a unit whose factor is no number.
    """
    merged: dict[str, Any] = {}
    for one in dict.fromkeys((ENGLISH, language)):
        if one in own_languages():
            merged = _over(merged, shipped_table(f"{REPORT}{one}"))
        for own in added:
            if own.language == one:
                merged = _over(merged, own.table)
    sections = {name: merged[name] for name in Words.__struct_fields__}
    try:
        return msgspec.convert(sections, type=Words)
    except msgspec.ValidationError as error:
        if not added:
            raise
        names = ", ".join(one.source for one in added)
        raise UsageError(message("error.words", file=names, reason=error)) from error


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables within tables laid over each other."""
    merged = dict(below)
    for name, entry in above.items():
        under = merged.get(name)
        merged[name] = _over(under, entry) if isinstance(under, Mapping) and isinstance(entry, Mapping) else entry
    return merged
