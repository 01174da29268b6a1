"""The sentences people read: data/messages/en.toml, by dotted key, with plain ``{name}`` places."""

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

LANGUAGE = "en"


@cache
def catalogue(language: str = LANGUAGE) -> dict[str, str]:
    """Every message of a language by its dotted key, e.g. ``fault.squatting.present``."""
    text = files("hiphinge").joinpath("data", "messages", f"{language}.toml").read_bytes()
    return dict(_flat(msgspec.toml.decode(text)))


def message(key: str, /, **values: object) -> str:
    """The sentence of `key` with its places filled in.

    Raises
    ------
    KeyError
        If the language has no such message, or a place has no value: both are bugs, not a user's mistake.

    Examples
    --------
    >>> message("exercise.rdl.name")
    'Romanian deadlift'
    """
    sentences = catalogue()
    if key not in sentences:
        raise KeyError(f"no message {key!r} in data/messages/{LANGUAGE}.toml")
    return sentences[key].format(**values)


def _flat(table: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, entry in table.items():
        key = f"{prefix}{name}"
        rows += _flat(entry, f"{key}.") if isinstance(entry, dict) else [(key, str(entry))]
    return rows
