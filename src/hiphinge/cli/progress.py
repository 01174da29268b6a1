"""Progress bars with the time left, on stderr, and only where somebody watches."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from hiphinge.messages import message
from hiphinge.progress import STAGES, Progress, silent


@contextmanager
def bars(title: str) -> Iterator[Progress]:
    """A bar per stage while the block runs; nothing when stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    columns = (TextColumn("{task.description:<26}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with RichProgress(*columns, console=Console(stderr=True), transient=True) as shown:
        tasks = {
            stage: shown.add_task(f"{title}: {message(f'progress.{stage}')}", total=1.0, visible=False)
            for stage in STAGES
        }

        def progress(stage: str, share: float) -> None:
            shown.update(tasks[stage], completed=share, visible=share < 1)

        yield progress
