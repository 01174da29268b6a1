"""At what rate frames are kept."""

import numpy as np


class Pace:
    """Thins frames out to a highest rate, evenly for any input rate."""

    def __init__(self, fps_max: float) -> None:
        self._interval = 1.0 / fps_max
        self._due = -np.inf

    def wants(self, time_s: float) -> bool:
        """Tell whether the frame at `time_s` is to be kept; a tenth of an interval early still counts."""
        if time_s < self._due - 0.1 * self._interval:
            return False
        self._due = max(self._due, time_s - 0.5 * self._interval) + self._interval
        return True
