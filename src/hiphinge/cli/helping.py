"""What ``--help`` shows, in the language of whoever asks: data/messages/help_LANGUAGE.toml.

Its words lie in files of their own, so that a page of help does not read all the sentences of the reports.
"""

from collections.abc import Callable, Mapping
from functools import cache, wraps
from inspect import signature
from typing import TYPE_CHECKING, Any, Final, TypeVar

from cyclopts import App, Group, Parameter

from hiphinge.messages import HELP, shipped_table

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

F = TypeVar("F", bound=Callable[..., Any])
Table = Mapping[str, Any]

_PLACES: Final = {"[OPTIONS]": "OPTIONS", "[ARGS...]": "ARGUMENTS", "[ARGS]": "ARGUMENTS", "COMMAND": "COMMAND"}
"""What the line of usage shows, and the word for it."""


def app_of(name: str, language: str, **more: Any) -> App:
    """A command of commands without any, its page of help in `language`."""
    page = _words(language)["page"]
    made = App(
        name=name,
        help=_command(name, language)["does"],
        help_format="plaintext",
        help_formatter=Page(language),
        default_parameter=Parameter(show_default=False, show_choices=False),
        group_commands=Group(page["commands"]),
        group_arguments=Group(page["arguments"]),
        group_parameters=Group(page["options"]),
        **more,
    )
    made["--help"].help = page["help"]
    made["--version"].help = page["version"]
    return made


def described(function: F, name: str, language: str) -> F:
    """`function` with what its command and every option of it are for in `language`; `name` as in the file, dotted.

    Raises
    ------
    KeyError
        If the command or one of its options has no words: a bug, not a user's mistake.
    """
    told = _command(name, language)
    options = [f"{option}\n    {told['option'][option]}" for option in signature(function).parameters]

    @wraps(function)
    def command(*given: Any, **named: Any) -> Any:
        return function(*given, **named)

    command.__doc__ = "\n".join([told["does"], *(["", "Parameters", "----------"] if options else []), *options])
    return command  # type: ignore[return-value]  # the same signature, by `wraps`


def placeholder(name: str, language: str) -> str:
    """The word that stands for a value or an argument, ``RUTA`` for ``PATH``."""
    return str(_words(language)["place"].get(name, name))


class Page:
    """Draws a page of help as cyclopts does, with its own words in another language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, console: "Console", options: "ConsoleOptions", panel: "HelpPanel") -> None:
        """Draw one panel."""
        from cyclopts.help import DefaultFormatter

        told = panel.copy(entries=[self._told(entry) for entry in panel.entries])
        DefaultFormatter()(console, options, told)

    def render_usage(self, console: "Console", _options: "ConsoleOptions", usage: object) -> None:
        """Draw the line that says how the command is written."""
        from rich.text import Text

        written = [placeholder(_PLACES.get(word, word), self._language) for word in str(usage).split()]
        console.print(Text(f"{_words(self._language)['page']['usage']}: {' '.join(written)}\n", style="bold"))

    def _told(self, entry: "HelpEntry") -> "HelpEntry":
        value, argument = entry.metavar, entry.positional_label
        return entry.copy(
            metavar=value and placeholder(value, self._language),
            positional_label=argument and placeholder(argument, self._language),
        )


@cache
def _words(language: str) -> Table:
    return shipped_table(f"{HELP}{language}")


def _command(name: str, language: str) -> Table:
    """What is said of a command, by its dotted name."""
    found: Table = _words(language)["command"]
    for part in name.split("."):
        found = found[part]
    return found
