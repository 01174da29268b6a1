"""Where an analysis spends its time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Wall seconds per stage, each without those of the stages within it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._within = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the block's time to stage `name`."""
        began, outside, self._within = time.perf_counter(), self._within, 0.0
        yield
        took = time.perf_counter() - began
        self.seconds[name] = round(self.seconds.get(name, 0.0) + took - self._within, 3)
        self._within = outside + took
