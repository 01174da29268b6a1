"""Which language a command speaks: the one asked for, else the system's if it is one of ours, else English."""

from collections.abc import Mapping
from typing import Final

from hiphinge.messages import ENGLISH, check_language, own_languages

OPTION: Final = "--language"
_SYSTEM: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where a system says its language, what counts most first (POSIX)."""


def asked(arguments: list[str], *, default: str) -> tuple[str, list[str]]:
    """The language to speak, `default` where none is asked for, and the arguments without that option.

    It is looked for before the commands are, so that help and the line for a slip of the pen are told in it too, and
    may stand before or behind any command. A language that may be a coach's own is left to the command.

    Raises
    ------
    UsageError
        If it is none of ours, and no coach's folder is named that could bring it.
    """
    chosen, left = default, list(arguments)
    rest: list[str] = []
    with_coach = any(argument.partition("=")[0] == "--coach" for argument in arguments)
    while left:
        argument = left.pop(0)
        name, equals, value = argument.partition("=")
        if argument == "--":
            return chosen, [*rest, argument, *left]
        if name != OPTION or not (equals or _is_value(left)):
            rest.append(argument)
            continue
        language = value if equals else left.pop(0)
        if language in own_languages() or not with_coach:
            chosen = check_language(language)
        else:
            rest += [OPTION, language]
    return chosen, rest


def of_system(system: Mapping[str, str]) -> str:
    """The language of the environment's variables, ``es`` of ``es_MX.UTF-8``; English where it is none of ours."""
    named = next((system[name] for name in _SYSTEM if system.get(name)), "")
    language = named.partition(".")[0].partition("_")[0].lower()
    return language if language in own_languages() else ENGLISH


def _is_value(left: list[str]) -> bool:
    return bool(left) and not left[0].startswith("-")
