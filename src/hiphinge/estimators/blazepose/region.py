"""Regions of interest: a turned square around a person, and the way between image and crop."""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Region:
    """A square of the image, turned.

    Attributes
    ----------
    x, y : its centre, pixels of the upright image, y down.
    size : its side in pixels.
    rotation : radians; the crop's up is the image's up turned clockwise by it, 0 for an upright person.
    """

    x: float
    y: float
    size: float
    rotation: float

    @property
    def usable(self) -> bool:
        """Whether it is a real place: finite, and at least a pixel wide."""
        return all(map(math.isfinite, (self.x, self.y, self.size, self.rotation))) and self.size >= 1.0

    def to_image(self, crop_size: int) -> NDArray[np.float64]:
        """Affine map (2, 3) from pixels of a `crop_size` square crop to pixels of the image."""
        scale = self.size / crop_size
        cos, sin = scale * math.cos(self.rotation), scale * math.sin(self.rotation)
        half = crop_size / 2
        return np.array(
            [[cos, -sin, self.x - half * (cos - sin)], [sin, cos, self.y - half * (sin + cos)]], dtype=np.float64
        )

    def distance(self, other: "Region") -> float:
        """Distance of the centres as a share of the larger side."""
        return math.hypot(self.x - other.x, self.y - other.y) / max(self.size, other.size)

    def growth(self, other: "Region") -> float:
        """Ratio of the sides, the larger over the smaller: 1 where they are alike."""
        return max(self.size, other.size) / min(self.size, other.size)

    def mismatch(self, other: "Region") -> float:
        """How unlike the two are in place and size: 0 for the same, about 1 for a side apart or a factor of e."""
        return math.hypot(self.distance(other), math.log(self.growth(other)))


def whole_image(image: NDArray[np.uint8]) -> Region:
    """The smallest upright square around the whole image, centred on it: what a letterbox shows."""
    height, width = image.shape[:2]
    return Region(width / 2, height / 2, float(max(width, height)), 0.0)


def windows(image: NDArray[np.uint8]) -> list[Region]:
    """Squares as wide as the image's shorter side, overlapping by half or more, that together show all of it."""
    height, width = image.shape[:2]
    side, length = min(width, height), max(width, height)
    count = math.ceil(2 * (length / side - 1)) + 1 if length > side else 0
    middles = np.linspace(side / 2, length - side / 2, count)
    if width > height:
        return [Region(float(m), height / 2, float(side), 0.0) for m in middles]
    return [Region(width / 2, float(m), float(side), 0.0) for m in middles]


def region_between(centre: NDArray[Any], edge: NDArray[Any], *, scale: float) -> Region:
    """Region of a person from the two alignment points that both BlazePose models give.

    Parameters
    ----------
    centre : (2,) pixels, the middle of the hips.
    edge : (2,) pixels, the point that tells size and turn: on the circle around the whole body, above the head of
        an upright person.
    scale : how much larger than that circle's bounding square.
    """
    dx, dy = float(edge[0] - centre[0]), float(edge[1] - centre[1])
    rotation = math.pi / 2 - math.atan2(-dy, dx)
    turn = rotation - 2 * math.pi * math.floor((rotation + math.pi) / (2 * math.pi))
    return Region(float(centre[0]), float(centre[1]), 2 * math.hypot(dx, dy) * scale, turn)


def crop(image: NDArray[np.uint8], region: Region, size: int, *, replicate: bool = False) -> NDArray[np.uint8]:
    """Cut `region` out of `image` (H, W, 3) as (size, size, 3), bilinear.

    Outside the image the crop is black, or the nearest edge pixel with `replicate`. Corners map to corners in pixel
    indices, without the half-pixel shift, as in the graph that the models were made with.
    """
    border = cv2.BORDER_REPLICATE if replicate else cv2.BORDER_CONSTANT
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    out: NDArray[np.uint8] = np.asarray(
        cv2.warpAffine(image, region.to_image(size), (size, size), flags=flags, borderMode=border), dtype=np.uint8
    )
    return out


def transform(points: NDArray[Any], affine: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (N, 2) through an affine map (2, 3)."""
    moved: NDArray[np.float64] = points @ affine[:, :2].T + affine[:, 2]
    return moved
