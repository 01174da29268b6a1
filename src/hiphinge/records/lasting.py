"""What lasts from one moment until before another."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Lasting:
    """Mixin of records that have a `start_s` and an `end_s`, seconds: they hold `[start_s, end_s)`."""

    __slots__ = ()
    start_s: float
    end_s: float

    def holds(self, time_s: "NDArray[np.float64]") -> "NDArray[np.bool_]":
        """Tell which times, seconds, lie in it."""
        return (time_s >= self.start_s) & (time_s < self.end_s)
