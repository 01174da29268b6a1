"""The command line: a thin door on the package's functions.

Every failure is one line on stderr and an exit code of :mod:`hiphinge.errors`; nothing heavy is imported until a
command runs.
"""

import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from hiphinge import __version__
from hiphinge.cli import analyze, weights
from hiphinge.errors import HiphingeError, UsageError

INTERRUPTED = 130

app = App(
    name="hiphinge",
    help="A phone video in, a hip-hinge report out. Everything stays on this machine.",
    version=__version__,
)
app.command(analyze.analyze)
app.command(analyze.demo)
app.command(weights.app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def run(arguments: list[str]) -> int:
    """Run one command; the exit code. No exception passes but when HIPHINGE_TRACEBACK is set."""
    try:
        code = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        return _fail(f"{_one_line(error)} See: hiphinge --help", UsageError.exit_code)
    except HiphingeError as error:
        return _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _fail("stopped; nothing was written", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("HIPHINGE_TRACEBACK"):
            raise
        return _fail(
            f"internal error, {type(error).__name__}: {_one_line(error)} "
            "Set HIPHINGE_TRACEBACK=1 to see where, and please report it.",
            HiphingeError.exit_code,
        )
    return code if isinstance(code, int) else 0


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _fail(line: str, exit_code: int) -> int:
    print(f"hiphinge: {line}", file=sys.stderr)
    return exit_code
