"""BlazePose on LiteRT, written against its published model cards.

A detector finds people; a landmark model looks at one turned square and gives the keypoints, and the square for the
next frame. What the models are and how well they see: Bazarevsky et al. (2020) and the BlazePose GHUM model card.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hiphinge.estimators.blazepose.detector import Detection, Detector
from hiphinge.estimators.blazepose.landmarks import LandmarkModel, Landmarks, Silhouette
from hiphinge.estimators.blazepose.region import Region, windows
from hiphinge.estimators.blazepose.tracker import RegionTracker
from hiphinge.settings import PoseSettings, load_slice

__all__ = ["BlazePose", "Detection", "Landmarks", "Region", "RegionTracker", "Silhouette", "load_blazepose"]


class BlazePose:
    """A detector and a landmark model. One thread at a time may use it."""

    def __init__(self, detector: Detector, landmark_model: LandmarkModel, *, model: str) -> None:
        self.model = model
        self._detector = detector
        self._landmark_model = landmark_model

    def detect(self, image: NDArray[np.uint8], window: Region | None = None) -> list[Detection]:
        """People in `image` (H, W, 3) RGB, or in a square `window` of it, the surest first."""
        return self._detector(image, window)

    def detect_closely(self, image: NDArray[np.uint8]) -> list[Detection]:
        """People in `image` and in each of its overlapping square windows: slower, and misses fewer.

        The surest first; one person may be there several times.
        """
        found = [d for window in (None, *windows(image)) for d in self.detect(image, window)]
        return sorted(found, key=lambda d: -d.score)

    def landmarks(self, image: NDArray[np.uint8], region: Region, *, silhouette: bool = False) -> Landmarks | None:
        """The person in `region` of `image` (H, W, 3) RGB, or None if there is nobody.

        With `silhouette`, the outline comes along.
        """
        return self._landmark_model(image, region, silhouette=silhouette)


def load_blazepose(
    detector: Path | bytes,
    landmarks: Path | bytes,
    *,
    model: str,
    threads: int,
    settings: PoseSettings | None = None,
) -> BlazePose:
    """Load the models.

    Parameters
    ----------
    detector, landmarks : the model files, or their bytes.
    model : the landmark model's name, `full` or `heavy`, for the track's provenance.
    threads : threads of each run; the result does not depend on it.
    settings : thresholds; the package's own by default.

    Raises
    ------
    WeightsMissingError
        If a file cannot be read or holds something else.
    """
    settings = settings or load_slice("pose", PoseSettings)
    return BlazePose(
        Detector(detector, threads=threads, settings=settings),
        LandmarkModel(landmarks, threads=threads, settings=settings),
        model=model,
    )
