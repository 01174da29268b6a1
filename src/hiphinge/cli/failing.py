"""How a failure is told: one line on stderr, and the exit code."""

import os
import sys

from hiphinge.errors import HiphingeError
from hiphinge.messages import message


def tell(error: Exception, *, where: str | None = None) -> int:
    """Print the one line for `error` and give its exit code.

    `where` names the file at hand, for failures that are bugs of ours and so do not say it themselves. With
    HIPHINGE_TRACEBACK set those are raised instead.
    """
    if isinstance(error, HiphingeError):
        return say(str(error), error.exit_code)
    if os.environ.get("HIPHINGE_TRACEBACK"):
        raise error
    place = message("error.internal_at", where=where) if where else ""
    line = message("error.internal", place=place, kind=type(error).__name__, text=sentence(error))
    return say(line, HiphingeError.exit_code)


def say(line: str, exit_code: int) -> int:
    """Print one line on stderr and give `exit_code` back."""
    print(f"hiphinge: {one_line(line)}", file=sys.stderr)
    return exit_code


def one_line(text: str) -> str:
    """The text without line breaks, which a file's name may hold."""
    return " ".join(text.split())


def sentence(error: Exception) -> str:
    """An error's text as one sentence."""
    text = one_line(str(error)) or message("error.nothing_known")
    return text if text.endswith((".", "?", "!")) else f"{text}."
