"""How a failure is told: one line on stderr, and the exit code."""

import os
import sys

from hiphinge.errors import HiphingeError


def tell(error: Exception, *, where: str | None = None) -> int:
    """Print the one line for `error` and give its exit code.

    `where` names the file at hand, for failures that are bugs of ours and so do not say it themselves. With
    HIPHINGE_TRACEBACK set those are raised instead.
    """
    if isinstance(error, HiphingeError):
        return say(str(error), error.exit_code)
    if os.environ.get("HIPHINGE_TRACEBACK"):
        raise error
    place = f" at {where}" if where else ""
    return say(
        f"internal error{place}, {type(error).__name__}: {sentence(error)} "
        "Set HIPHINGE_TRACEBACK=1 to see where, and please report it.",
        HiphingeError.exit_code,
    )


def say(line: str, exit_code: int) -> int:
    """Print one line on stderr and give `exit_code` back."""
    print(f"hiphinge: {one_line(line)}", file=sys.stderr)
    return exit_code


def one_line(text: str) -> str:
    """The text without line breaks, which a file's name may hold."""
    return " ".join(text.split())


def sentence(error: Exception) -> str:
    """An error's text as one sentence."""
    text = one_line(str(error)) or "no more is known"
    return text if text.endswith((".", "?", "!")) else f"{text}."
