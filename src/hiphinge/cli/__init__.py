"""The command line: a thin door on the package's functions.

Every failure is one line on stderr and an exit code of :mod:`hiphinge.errors`; nothing heavy is imported until a
command runs.
"""

import os
import signal
import sys
from collections.abc import Sequence
from contextvars import copy_context
from types import FrameType

from cyclopts import App, CycloptsError

from hiphinge import __version__
from hiphinge.cli import analyze, weights
from hiphinge.cli.failing import say, sentence, tell
from hiphinge.errors import UsageError
from hiphinge.messages import message

INTERRUPTED = 130

app = App(
    name="hiphinge",
    help="A phone video in, a hip-hinge report out. Everything stays on this machine.",
    version=__version__,
    suppress_keyboard_interrupt=False,
)
app.command(analyze.analyze)
app.command(analyze.demo)
app.command(weights.app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    if hasattr(sys.stdout, "reconfigure"):  # a file's name, or a degree sign, may lie outside the terminal's alphabet
        sys.stdout.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def run(arguments: list[str]) -> int:
    """Run one command; the exit code. No exception passes but when HIPHINGE_TRACEBACK is set."""
    return copy_context().run(_run, arguments)  # the language a command speaks ends with it


def _run(arguments: list[str]) -> int:
    try:
        code = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
    except CycloptsError as error:
        return say(f"{sentence(error)} {message('error.help')}", UsageError.exit_code)
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
    """Let a request to end clean up as Ctrl-C does."""
    raise KeyboardInterrupt
