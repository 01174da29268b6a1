"""From one frame to the next: where to look, from where the person was seen."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hiphinge.estimators.blazepose.landmarks import KEYPOINT_COUNT, Landmarks
from hiphinge.estimators.blazepose.region import Region, region_between
from hiphinge.settings import PoseSettings

_LEAST_STEP_S: Final = 1e-3


class RegionTracker:
    """The region for the next look, from alignment points that a one-euro filter has steadied.

    A region that trembles makes the landmarks tremble, one that lags cuts off hands. The filter of Casiez et al.
    (2012) is slow while the points rest and quick while they move; the reference graph steadies the same two points.
    It touches the region only: the landmarks stay as the model gave them.
    """

    def __init__(self, settings: PoseSettings) -> None:
        self._settings = settings
        self.reset()

    def reset(self) -> None:
        """Forget the person: the next sight of one is taken as it is."""
        self._time_s = math.nan
        self._raw: NDArray[np.float64] = np.zeros((2, 2))
        self._slope: NDArray[np.float64] = np.zeros((2, 2))
        self._steady: NDArray[np.float64] = np.zeros((2, 2))

    def update(self, time_s: float, seen: Landmarks) -> Region:
        """The region after `seen` at `time_s`; times must increase until `reset`."""
        points = seen.image[KEYPOINT_COUNT : KEYPOINT_COUNT + 2, :2]
        if math.isnan(self._time_s):
            self._steady = points.copy()
        else:
            step_s = max(time_s - self._time_s, _LEAST_STEP_S)
            scale = max(2 * float(np.hypot(*(points[1] - points[0]))), 1.0)
            slope = (points - self._raw) / (scale * step_s)
            slope_gain = _gain(np.float64(self._settings.steady_slope_cutoff_hz), step_s)
            self._slope = self._slope + slope_gain * (slope - self._slope)
            cutoff = self._settings.steady_cutoff_hz + self._settings.steady_speed_gain * np.abs(self._slope)
            self._steady = self._steady + _gain(cutoff, step_s) * (points - self._steady)
        self._time_s, self._raw = time_s, points.copy()
        return region_between(self._steady[0], self._steady[1], scale=self._settings.region_scale)


def _gain(cutoff_hz: NDArray[np.float64] | np.float64, step_s: float) -> NDArray[np.float64] | np.float64:
    """Weight of the new value in a first-order low-pass with this cut-off, 0 … 1."""
    return 1.0 / (1.0 + 1.0 / (2 * np.pi * cutoff_hz * step_s))
