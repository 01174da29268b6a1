"""The models with part of the picture covered: for them, who stands there is not."""

import cv2
import numpy as np
from numpy.typing import NDArray

from hiphinge.estimators.blazepose import BlazePose, Detection, Landmarks, Region

_ROWS = 64
"""Rows and columns that are enough for the picture's middle colour."""


class Veiled(BlazePose):
    """Models that see one colour, the image's own middle one, where somebody stands by.

    Parameters
    ----------
    blazepose : the models.
    still : (h, w) true where nothing shall be seen; a small picture of the whole image.
    """

    def __init__(self, blazepose: BlazePose, still: NDArray[np.bool_]) -> None:
        self.model = blazepose.model
        self._seeing, self._still = blazepose, still.astype(np.uint8)

    def detect(self, image: NDArray[np.uint8], window: Region | None = None) -> list[Detection]:
        """As `BlazePose.detect`."""
        return self._seeing.detect(self._veil(image), window)

    def landmarks(self, image: NDArray[np.uint8], region: Region, *, silhouette: bool = False) -> Landmarks | None:
        """As `BlazePose.landmarks`."""
        return self._seeing.landmarks(self._veil(image), region, silhouette=silhouette)

    def _veil(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        height, width = image.shape[:2]
        covered = cv2.resize(self._still, (width, height), interpolation=cv2.INTER_NEAREST) > 0
        veiled = image.copy()
        veiled[covered] = np.median(image[:: max(height // _ROWS, 1), :: max(width // _ROWS, 1)], axis=(0, 1))
        return veiled
