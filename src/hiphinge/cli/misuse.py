"""A slip of the pen on the command line, told in the language that is spoken.

The names and values come from cyclopts' errors, which say the same in English; one of a kind that is not known here,
which none of our commands raises, keeps cyclopts' own words.
"""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, Final, get_args

from cyclopts import CoercionError, CycloptsError, MissingArgumentError, RepeatArgumentError, UnusedCliTokensError
from cyclopts.exceptions import UnknownCommandError, UnknownOptionError

from hiphinge.cli.failing import sentence
from hiphinge.cli.helping import placeholder
from hiphinge.messages import message, speech


def told(error: CycloptsError) -> str:
    """One sentence, or two, for a call that cannot be understood."""
    return next((say(error) for kind, say in _KINDS.items() if isinstance(error, kind)), sentence(error))


def _unknown_option(error: UnknownOptionError) -> str:
    given = error.token.keyword or error.token.value
    known = [name for argument in error.argument_collection for name in argument.names if name.startswith("-")]
    return message("error.usage.option", given=given) + _meant(given, known)


def _unknown_command(error: UnknownCommandError) -> str:
    given = (error.unused_tokens or [""])[0]
    if given.startswith("-"):
        return message("error.usage.option", given=given)
    known = [name for name in error.app or () if not name.startswith("-")]
    listed = message("error.usage.commands", known=", ".join(known)) if known else ""
    return " ".join(filter(None, (message("error.usage.command", given=given) + _meant(given, known), listed)))


def _no_such_value(error: CoercionError) -> str:
    """A value that is none of those there are, or no number."""
    given, option = error.token.value if error.token else "", _name(error)
    allowed = [str(one) for one in get_args(error.target_type)]
    if allowed:
        chosen = message("error.usage.choice", option=option, given=given, known=message("error.or").join(allowed))
        return chosen + _meant(given, allowed)
    kind = getattr(error.target_type, "__name__", "")
    key = f"error.usage.{kind if kind in {'int', 'float'} else 'value'}"
    return message(key, option=option, given=given)


def _name(error: Any) -> str:
    """How the option was written, or what an argument is called on the page of help."""
    keyword = error.token.keyword if getattr(error, "token", None) else None
    if keyword or error.argument is None:
        return str(keyword or "")
    name = str(error.argument.name)
    return name if name.startswith("-") else placeholder(name.upper(), speech().language)


def _meant(given: str, known: list[str]) -> str:
    near = get_close_matches(given, known, n=1)
    return f" {message('error.usage.meant', near=near[0])}" if near else ""


def _value_missing(error: MissingArgumentError) -> str:
    return message("error.usage.value_missing", option=error.keyword or _name(error))


def _repeated(error: RepeatArgumentError) -> str:
    return message("error.usage.repeated", option=error.token.keyword)


def _left_over(error: UnusedCliTokensError) -> str:
    return message("error.usage.left_over", given=" ".join(error.unused_tokens or ()))


_KINDS: Final[dict[type[CycloptsError], Callable[[Any], str]]] = {
    UnknownOptionError: _unknown_option,
    UnknownCommandError: _unknown_command,
    CoercionError: _no_such_value,
    MissingArgumentError: _value_missing,
    RepeatArgumentError: _repeated,
    UnusedCliTokensError: _left_over,
}
