"""The landmark model: 33 keypoints, their places in space and the person's silhouette, from one region."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from hiphinge.errors import WeightsMissingError
from hiphinge.estimators.blazepose.litert import LiteModel
from hiphinge.estimators.blazepose.region import Region, crop, region_between, transform
from hiphinge.messages import message
from hiphinge.settings import PoseSettings

SIDE: Final = 256
"""Side of the landmark model's square input, pixels."""
POINTS: Final = 39
"""33 keypoints, 2 alignment points (the middle of the hips and the point of size and turn), 4 spare."""
KEYPOINT_COUNT: Final = 33
_LANDMARKS: Final = (1, POINTS * 5)
_PRESENCE: Final = (1, 1)
_MASK: Final = (1, SIDE, SIDE, 1)
_HEAT: Final = (1, 64, 64, POINTS)
_WORLD: Final = (1, POINTS * 3)


@dataclass(frozen=True)
class Silhouette:
    """The person's outline in one frame, as the model left it: a small mask and its place in the image.

    Hold it only as long as the frame is in hand: a quarter of a megabyte each.
    """

    logits: NDArray[np.float32]
    """(256, 256), the mask in the turned region."""
    region: Region

    @cached_property
    def probability(self) -> NDArray[np.float32]:
        """(256, 256) probability that a pixel of the turned region is the person."""
        return np.asarray(sigmoid(self.logits), dtype=np.float32)

    @property
    def to_image(self) -> NDArray[np.float64]:
        """Affine map (2, 3) from pixels of the mask to pixels of the image."""
        return self.region.to_image(SIDE)

    def in_image(self, width: int, height: int) -> NDArray[np.float32]:
        """The probability in the upright image, (height, width), 0 outside the region."""
        warped = cv2.warpAffine(self.probability, self.to_image, (width, height), flags=cv2.INTER_LINEAR)
        return np.asarray(warped, dtype=np.float32)


@dataclass(frozen=True)
class Landmarks:
    """One person in one frame.

    Attributes
    ----------
    image : (39, 3) pixels of the upright image, x right, y down; z in the same unit, away from the camera, zero at
        the hips. The first 33 are ``hiphinge.pose.KEYPOINTS``.
    world : (39, 3) metres, origin between the hips, y down, z away from the camera.
    visibility, presence : (39,) in 0 … 1: not hidden; inside the image at all.
    score : 0 … 1, the probability that the region holds a person.
    region : where the model looked.
    next_region : where the person is now, the place to look in the next frame.
    silhouette : the outline, where it was asked for.
    """

    image: NDArray[np.float64]
    world: NDArray[np.float64]
    visibility: NDArray[np.float64]
    presence: NDArray[np.float64]
    score: float
    region: Region
    next_region: Region
    silhouette: Silhouette | None


class LandmarkModel:
    """A BlazePose landmark model, `full` or `heavy`; not to be called by two threads at once."""

    def __init__(self, source: Path | bytes, *, threads: int, settings: PoseSettings) -> None:
        self._model = LiteModel(source, threads=threads, name="pose landmark")
        if not all(map(self._model.has_output, (_LANDMARKS, _PRESENCE, _MASK, _HEAT, _WORLD))):
            raise WeightsMissingError(message("error.weights.other_landmarks"))
        self._settings = settings

    def __call__(self, image: NDArray[np.uint8], region: Region, *, silhouette: bool) -> Landmarks | None:
        """The person in `region` of `image` (H, W, 3) RGB, or None if there is nobody."""
        self._model.run(crop(image, region, SIDE, replicate=True), low=0.0, high=1.0)
        score = float(self._model.view(_PRESENCE)[0, 0])
        if not score >= self._settings.presence_score:
            return None
        rows = self._model.view(_LANDMARKS).reshape(POINTS, 5).astype(np.float64)
        flat = refine(
            rows[:, :2] / SIDE,
            self._model.view(_HEAT)[0],
            kernel=self._settings.refine_kernel,
            confidence=self._settings.refine_confidence,
        )
        placed = transform(flat, region.to_image(1))
        next_region = region_between(
            placed[KEYPOINT_COUNT], placed[KEYPOINT_COUNT + 1], scale=self._settings.region_scale
        )
        return Landmarks(
            image=np.column_stack([placed, rows[:, 2] * (region.size / SIDE)]),
            world=turned(self._model.view(_WORLD).reshape(POINTS, 3).astype(np.float64), region.rotation),
            visibility=sigmoid(rows[:, 3]),
            presence=sigmoid(rows[:, 4]),
            score=score,
            region=region,
            next_region=next_region,
            silhouette=Silhouette(self._model.output(_MASK)[0, :, :, 0], region) if silhouette else None,
        )


def refine(
    points: NDArray[np.float64], heat: NDArray[np.float32], *, kernel: int, confidence: float
) -> NDArray[np.float64]:
    """Move each point to the centre of mass of its heat map around it.

    Parameters
    ----------
    points : (N, 2), shares of the region.
    heat : (rows, columns, N) logits.
    kernel : side of the window in cells of the heat map, odd.
    confidence : a point stays where it is unless the window's highest probability reaches this.

    Returns
    -------
    (N, 2), shares of the region. A point outside the map stays.
    """
    rows, columns, _ = heat.shape
    cells = (points * (columns, rows)).astype(np.int64)
    inside = (points >= 0).all(axis=1) & (cells < (columns, rows)).all(axis=1)
    reach = np.arange(kernel) - (kernel - 1) // 2
    column, row = cells[:, :1] + reach, cells[:, 1:] + reach
    used = ((row >= 0) & (row < rows))[:, :, None] & ((column >= 0) & (column < columns))[:, None, :]
    values = heat[
        np.clip(row, 0, rows - 1)[:, :, None],
        np.clip(column, 0, columns - 1)[:, None, :],
        np.arange(len(points))[:, None, None],
    ]
    weight = np.where(used, sigmoid(values.astype(np.float64)), 0.0)
    moved = inside & (weight.max(axis=(1, 2)) >= confidence)
    total = np.where(moved, weight.sum(axis=(1, 2)), 1.0)
    x = (weight.sum(axis=1) * column).sum(axis=1) / total / columns
    y = (weight.sum(axis=2) * row).sum(axis=1) / total / rows
    return np.where(moved[:, None], np.column_stack([x, y]), points)


def turned(world: NDArray[np.float64], rotation: float) -> NDArray[np.float64]:
    """World points (N, 3) of a turned region, turned back so that x is the image's right and y its down."""
    cos, sin = np.cos(rotation), np.sin(rotation)
    back: NDArray[np.float64] = world @ np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
    return back


def sigmoid(logits: NDArray[Any]) -> NDArray[Any]:
    """Probability from its logit, without overflow."""
    probability: NDArray[Any] = 0.5 * (1.0 + np.tanh(0.5 * logits))
    return probability
