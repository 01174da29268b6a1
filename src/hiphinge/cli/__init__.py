"""The command line: a thin door on the package's functions.

Every failure is one line on stderr and an exit code of :mod:`hiphinge.errors`; nothing heavy is imported until a
command runs.
"""

import os
import signal
import sys
from collections.abc import Sequence
from contextvars import copy_context
from functools import cache
from types import FrameType

from cyclopts import App, CycloptsError

from hiphinge import __version__
from hiphinge.cli import analyze, weights
from hiphinge.cli.failing import say, tell
from hiphinge.cli.helping import app_of, described
from hiphinge.cli.language import asked, of_system
from hiphinge.cli.misuse import told
from hiphinge.errors import INTERRUPTED, UsageError
from hiphinge.messages import message, speak, speech


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
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SystemExit as left:  # rich turns a broken pipe into one, and has seen to stdout
        return 0 if isinstance(left.__context__, BrokenPipeError) else int(left.code or 0)
    except Exception as error:  # noqa: BLE001 - told in one line
        return tell(error)
    return code if isinstance(code, int) else 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Let a request to end, or a terminal that is closed, clean up as Ctrl-C does."""
    raise KeyboardInterrupt
