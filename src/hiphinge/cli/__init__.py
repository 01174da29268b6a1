"""The command line: a thin door on the package's functions.

Every failure is one line on stderr and an exit code of :mod:`hiphinge.errors`; nothing heavy is imported until a
command runs.
"""

import errno
import os
import signal
import sys
from collections.abc import Sequence
from contextvars import copy_context
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Final

from cyclopts import App, CycloptsError

from hiphinge import __version__
from hiphinge.cli import analyze, weights
from hiphinge.cli.failing import say, tell
from hiphinge.cli.helping import app_of, described
from hiphinge.cli.language import asked, of_system
from hiphinge.cli.misuse import told
from hiphinge.errors import INTERRUPTED, HiphingeError, UsageError
from hiphinge.messages import message, speak, speech

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO})
"""Why the answer may not go where the output goes; files of ours say so themselves."""


@cache
def app_in(language: str) -> App:
    """Every command, the help in `language`."""
    app = app_of("hiphinge", language, version=__version__, suppress_keyboard_interrupt=False)
    for command in (analyze.analyze, analyze.demo):
        app.command(described(command, command.__name__, language))
    app.command(weights.app_in(language))
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    for name in ("stdout", "stderr"):  # a process may be started without either
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - till the process ends
    if hasattr(sys.stdout, "reconfigure"):  # a file's name, or a degree sign, may lie outside the terminal's alphabet
        sys.stdout.reconfigure(errors="backslashreplace")
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # nohup ignores its own
            signal.signal(number, _interrupt)
    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def run(arguments: list[str]) -> int:
    """Run one command; the exit code. No exception passes but when HIPHINGE_TRACEBACK is set."""
    return copy_context().run(_run, arguments)  # the language a command speaks ends with it


def _run(arguments: list[str]) -> int:
    try:
        speak(of_system(os.environ))
        language, rest = asked(arguments, default=speech().language)
        speak(language)
        code = app_in(language)(rest, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
    except CycloptsError as error:
        return say(f"{told(error)} {message('error.help')}", UsageError.exit_code)
    except KeyboardInterrupt:
        return say(message("error.stopped"), INTERRUPTED)
    except OSError as error:
        return _without_answer(error)
    except SystemExit as left:  # rich turns a broken pipe into one, and has seen to stdout
        return 0 if isinstance(left.__context__, BrokenPipeError) else int(left.code or 0)
    except Exception as error:  # noqa: BLE001 - told in one line
        return tell(error)
    return code if isinstance(code, int) else 0


def _without_answer(error: OSError) -> int:
    """Tell that the answer found no room; a reader who has left is no failure."""
    if not isinstance(error, BrokenPipeError) and error.errno not in _NO_ROOM:
        return tell(error)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter's own last flush would fail
    if isinstance(error, BrokenPipeError):
        return 0
    return say(message("error.not_printed", reason=error.strerror), HiphingeError.exit_code)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Let a request to end, or a terminal that is closed, clean up as Ctrl-C does."""
    raise KeyboardInterrupt
