"""The sentences people read, by dotted key, in the language that is spoken: data/messages/LANGUAGE.toml.

Places stand in braces, ``{name}``; fractions are written with the language's own decimal mark. Which language is spoken
follows the context (``contextvars``), so that no function has to hand it on::

    with speaking("es"):
        message("exercise.rdl.name")        # 'peso muerto rumano'

A coach's own sentences lie over ours, see `added`; what a language lacks is said in English.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any, Final

import msgspec

from hiphinge.errors import UsageError

ENGLISH: Final = "en"
REPORT: Final = "report_"
"""Before the language in the names of the files that hold the words of report and overlay."""
HELP: Final = "help_"
"""Before the language in the names of the files that hold what ``--help`` says."""
_FILE_END: Final = ".toml"


@dataclass(frozen=True, eq=False)
class Added:
    """A coach's own sentences in one language: as they were given, by dotted key, and the file they are from."""

    language: str
    table: Mapping[str, Any]
    flat: Mapping[str, str]
    source: str


@dataclass(frozen=True)
class Speech:
    """The language that is spoken, and what was added to the messages, the latest last."""

    language: str = ENGLISH
    added: tuple[Added, ...] = ()


_SPEECH: ContextVar[Speech] = ContextVar("hiphinge_speech", default=Speech())  # noqa: B039 - frozen


def speech() -> Speech:
    """What is spoken here."""
    return _SPEECH.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak `language` within the block.

    Raises
    ------
    UsageError
        If nothing is known in that language.
    """
    token = _SPEECH.set(replace(speech(), language=check_language(language)))
    try:
        yield
    finally:
        _SPEECH.reset(token)


def speak(language: str) -> None:
    """Speak `language` from here on in this context; for a command, whose failures are told after its function left."""
    _SPEECH.set(replace(speech(), language=check_language(language)))


@contextmanager
def added(language: str, table: Mapping[str, Any], *, source: Path | str | None = None) -> Iterator[None]:
    """Lay a coach's own sentences over ours within the block: new keys, other words, or another language.

    Parameters
    ----------
    language : of the sentences; one that is not ours becomes known, and what it lacks is said in English.
    table : nested as in the files, ``{"fault": {"squatting": {"correction": "..."}}}``; words of the report too.
    source : the file it was read from, for the message of an error.

    Raises
    ------
    UsageError
        For a section that nothing reads, a sentence that is no text, unpaired braces, or a place that is not filled in
        there; the line names file, key and place.
    """
    where = str(source or f"messages/{language}{_FILE_END}")
    before = speech()
    _check_sections(table, where)
    flat = _checked(table, where, before)
    token = _SPEECH.set(replace(before, added=(*before.added, Added(language, table, flat, where))))
    try:
        yield
    finally:
        _SPEECH.reset(token)


@cache
def own_languages() -> tuple[str, ...]:
    """Those that ship, by name."""
    names = [entry.name for entry in _folder().iterdir() if entry.name.endswith(_FILE_END)]
    return tuple(sorted(name.removesuffix(_FILE_END) for name in names if not name.startswith((REPORT, HELP))))


def languages() -> tuple[str, ...]:
    """Every language that can be spoken here: those that ship, and those that were added."""
    return tuple(sorted({*own_languages(), *(one.language for one in speech().added)}))


def check_language(language: str) -> str:
    """Give the language back if it is known; otherwise UsageError, listing the known ones."""
    if language not in languages():
        known = message("error.or").join(languages())
        raise UsageError(message("error.language", language=language, known=known))
    return language


def message(key: str, /, **values: object) -> str:
    """The sentence of `key` with its places filled in.

    Raises
    ------
    KeyError
        If there is no such message, or a place has no value: both are bugs, not a user's mistake.

    Examples
    --------
    >>> message("exercise.rdl.name")
    'Romanian deadlift'
    """
    sentence = next((table[key] for table in _tables() if key in table), None)
    if sentence is None:
        raise KeyError(f"no message {key!r} in data/messages/{ENGLISH}{_FILE_END}")
    return _PEN.vformat(sentence, (), values)


def choose(*keys: str) -> str:
    """The first of `keys` that the spoken language has itself; failing that, the first that English has.

    So a language that lacks a special case says the general one, rather than the special one in English.

    Raises
    ------
    KeyError
        If there is none of them.
    """
    spoken, english = catalogue(speech().language, fallback=False), catalogue(ENGLISH)
    for table in (spoken, english):
        for key in keys:
            if key in table:
                return key
    raise KeyError(f"none of the messages {', '.join(keys)}")


def known(key: str) -> bool:
    """Whether there is such a message."""
    return any(key in table for table in _tables())


def catalogue(language: str | None = None, *, fallback: bool = True) -> dict[str, str]:
    """Every message of a language by its dotted key; by default of the spoken one, with English where it has none."""
    language = language or speech().language
    order = [language, ENGLISH] if fallback else [language]
    merged: dict[str, str] = {}
    for table in reversed([table for one in order for table in _of_language(one)]):
        merged |= table
    return merged


def localised(number: str) -> str:
    """A written number with the decimal mark of the language that is spoken."""
    return number.replace(".", message("language.decimal"))


def _tables() -> Iterator[Mapping[str, str]]:
    """Where a sentence is looked for, first to last."""
    language = speech().language
    yield from _of_language(language)
    if language != ENGLISH:
        yield from _of_language(ENGLISH)


def _of_language(language: str) -> Iterator[Mapping[str, str]]:
    yield from (one.flat for one in reversed(speech().added) if one.language == language)
    if language in own_languages():
        yield _shipped(language)


@cache
def shipped_table(name: str) -> dict[str, Any]:
    """One of the files that ship, as it stands: ``en``, ``report_en``, ``help_en``, …."""
    table: dict[str, Any] = msgspec.toml.decode(_folder().joinpath(f"{name}{_FILE_END}").read_bytes())
    return table


@cache
def _shipped(language: str) -> dict[str, str]:
    return dict(_flat(shipped_table(language)))


@cache
def _report_places() -> dict[str, frozenset[str]]:
    """The places of every word of the report, by dotted key."""
    return {key: places(text) for key, text in _flat(shipped_table(f"{REPORT}{ENGLISH}"))}


def _folder() -> Any:
    return files("hiphinge").joinpath("data", "messages")


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every sentence by its dotted key; how units are written is no sentence."""
    for name, entry in table.items():
        key = f"{prefix}{name}"
        if isinstance(entry, Mapping):
            yield from _flat(entry, f"{key}.")
        elif isinstance(entry, list):
            yield from ((f"{key}.{index}", item) for index, item in enumerate(entry))
        elif prefix.partition(".")[0] != "units":
            yield key, entry


def places(sentence: str) -> frozenset[str]:
    """Names of the places of a sentence; ValueError for unpaired braces."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


_BY_REPETITION: Final = frozenset({"present", "borderline"})
"""Sentences of a fault that say in which repetitions."""


def _check_sections(table: Mapping[str, Any], where: str) -> None:
    """A section with a slip of the pen would be lost in silence."""
    read = {*shipped_table(ENGLISH), *shipped_table(f"{REPORT}{ENGLISH}")}
    for section in table:
        if section not in read:
            near = get_close_matches(section, read, n=1)
            hint = message("error.did_you_mean", section=near[0]) if near else ""
            raise UsageError(message("error.section", file=where, section=section, hint=hint))


def _checked(table: Mapping[str, Any], where: str, before: Speech) -> dict[str, str]:
    """The sentences by dotted key, once every place in them is one that is filled in."""
    flat = dict(_flat(table))
    for key, sentence in flat.items():
        if not isinstance(sentence, str):
            raise UsageError(message("error.not_text", file=where, key=key, found=sentence))
        try:
            found = places(sentence)
        except ValueError as error:
            raise UsageError(message("error.braces", file=where, key=key)) from error
        fillable = _fillable(key, before)
        for place in sorted(found - fillable):
            listed = ", ".join(f"{{{name}}}" for name in sorted(fillable)) or message("error.no_places")
            raise UsageError(message("error.place", file=where, key=key, place=f"{{{place}}}", known=listed))
    return flat


def _fillable(key: str, before: Speech) -> frozenset[str]:
    """The places that are filled in where `key` is said: ours, an earlier coach's, or what its kind always has."""
    words = _report_places()
    ours = places(_shipped(ENGLISH).get(key, "")) | words.get(key, frozenset())
    theirs = [places(one.flat[key]) for one in before.added if key in one.flat]
    section, *_, last = key.split(".")
    of_kind: frozenset[str] = frozenset()
    if section == "fault":
        special = len(key.split(".")) > 3  # in the words of the way a fault shows, which may name an angle
        of_kind = (frozenset({"where"}) if last in _BY_REPETITION else of_kind) | (
            frozenset({"degrees"}) if special else frozenset()
        )
    return ours.union(of_kind, *theirs)


class _Pen(Formatter):
    """Fills the places of a sentence; fractions with the language's decimal mark."""

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(super().format_field(value, format_spec))
        return localised(text) if isinstance(value, float) else text


_PEN: Final = _Pen()
