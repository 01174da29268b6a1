"""The pose detector: where people are in an image, and how they are turned."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hiphinge.errors import WeightsMissingError
from hiphinge.estimators.blazepose.litert import LiteModel
from hiphinge.estimators.blazepose.region import Region, crop, region_between, transform, whole_image
from hiphinge.messages import message
from hiphinge.settings import PoseSettings

SIDE: Final = 224
"""Side of the detector's square input, pixels."""
GRIDS: Final = ((28, 2), (14, 2), (7, 6))
"""Cells per side and anchors per cell of each level (strides 8, 16 and three times 32)."""
_BOXES: Final = (1, 2254, 12)
_SCORES: Final = (1, 2254, 1)
_LOGIT_LIMIT: Final = 100.0


@dataclass(frozen=True)
class Detection:
    """One person as the detector saw them.

    Attributes
    ----------
    score : 0 … 1.
    box : (4,) left, top, right, bottom of the head and shoulders' box, pixels of the image.
    keypoints : (4, 2) pixels: middle of the hips, point of size and turn for the full body, middle of the shoulders,
        point of size and turn for the upper body.
    region : the turned square for the landmark model.
    """

    score: float
    box: NDArray[np.float64]
    keypoints: NDArray[np.float64]
    region: Region


def anchors() -> NDArray[np.float64]:
    """Anchor centres (2254, 2), x and y as shares of the input, in the order of the model's rows.

    Single-shot detector of Liu et al. (2016) with anchors of one fixed size, so that only the centres matter: cell
    middles, row by row, finest level first.
    """
    levels = []
    for cells, per_cell in GRIDS:
        middles = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(middles, middles, indexing="ij")
        levels.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), per_cell, axis=0))
    return np.concatenate(levels)


class Detector:
    """The BlazePose detector.

    Bazarevsky et al. (2020), BlazePose: on-device real-time body pose tracking.
    """

    def __init__(self, source: Path | bytes, *, threads: int, settings: PoseSettings) -> None:
        self._model = LiteModel(source, threads=threads, name="pose detector")
        if not (self._model.has_output(_BOXES) and self._model.has_output(_SCORES)):
            raise WeightsMissingError(message("error.weights.other_detector"))
        self._settings = settings
        self._anchors = anchors()

    def __call__(self, image: NDArray[np.uint8], window: Region | None = None) -> list[Detection]:
        """People in `image` (H, W, 3) RGB, the surest first; in a square `window` of it, if one is given.

        The whole image is shown letterboxed. A window shows small people larger, and those whom a more striking
        neighbour outshines.
        """
        frame = window or whole_image(image)
        self._model.run(crop(image, frame, SIDE), low=-1.0, high=1.0)
        logits = np.clip(self._model.view(_SCORES)[0, :, 0].astype(np.float64), -_LOGIT_LIMIT, _LOGIT_LIMIT)
        scores = 1.0 / (1.0 + np.exp(-logits))
        keep = np.flatnonzero(scores >= self._settings.detection_score)
        if not keep.size:
            return []
        raw = self._model.view(_BOXES)[0, keep].astype(np.float64)
        boxes, points = decode(raw, self._anchors[keep])
        merged = weighted_suppression(boxes, points, scores[keep], overlap=self._settings.detection_overlap)
        affine = frame.to_image(1)
        found = []
        for box, keypoints, score in merged:
            placed = transform(keypoints, affine)
            region = region_between(placed[0], placed[1], scale=self._settings.region_scale)
            if region.usable:
                found.append(Detection(score, transform(box.reshape(2, 2), affine).ravel(), placed, region))
        return found


def decode(raw: NDArray[np.float64], centres: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Boxes (N, 4: left, top, right, bottom) and keypoints (N, 4, 2), shares of the input, from the model's rows.

    `raw` (N, 12) is centre, size and four points in input pixels, all but the size relative to `centres` (N, 2).
    """
    scaled = raw / SIDE
    middle, half = scaled[:, :2] + centres, scaled[:, 2:4] / 2
    points = scaled[:, 4:].reshape(-1, 4, 2) + centres[:, None]
    return np.concatenate([middle - half, middle + half], axis=1), points


def weighted_suppression(
    boxes: NDArray[np.float64], points: NDArray[np.float64], scores: NDArray[np.float64], *, overlap: float
) -> list[tuple[NDArray[np.float64], NDArray[np.float64], float]]:
    """One (box, points, score) per cluster of boxes: the mean, weighted by score, of all that overlap the best one.

    `overlap` is intersection over union beyond which two boxes are one person. BlazeFace's blending (Bazarevsky et
    al. 2019), steadier than keeping the best box alone.
    """
    left = np.argsort(-scores, kind="stable")
    merged = []
    while left.size:
        same = iou(boxes[left[0]], boxes[left]) > overlap
        same[0] = True
        cluster = left[same]
        weight = scores[cluster] / scores[cluster].sum()
        merged.append((weight @ boxes[cluster], np.tensordot(weight, points[cluster], 1), float(scores[left[0]])))
        left = left[~same]
    return merged


def iou(box: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Intersection over union of one box (4,) with each of `boxes` (N, 4); 0 where a box has no area."""
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=1)
    union = np.prod(box[2:] - box[:2]) + np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) - shared
    share: NDArray[np.float64] = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return share
