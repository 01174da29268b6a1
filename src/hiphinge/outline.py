"""The body's outline in one frame: rays from the trunk to the edge of the silhouette, on both sides.

A ray starts inside the body and ends at the first place where the probability of "person" falls through one half, found
between samples by linear interpolation, so the edge is finer than the mask's pixels. Four fans cover the trunk and what
joins it: about the hips (buttocks, belly crease), at right angles to the line hip → shoulder, about the shoulders
(nape), about the ears (the head, back and face).
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple, NewType

import cv2
import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hiphinge.geometry import Floats

SIDES: Final = ("left", "right")
"""Of the line hip → shoulder, as seen on the screen by somebody who looks along it."""
EDGE: Final = 0.5
"""Probability at the edge."""

Outline = NewType("Outline", xr.Dataset)
"""The outline of one person over time, as the estimator's masks gave it; one row per frame, as in the raw track.

================  ======================  ======================================================================
variable          dims                    meaning
================  ======================  ======================================================================
``position``      time, side, ray, xy     pixels of the upright picture, y **down**, float32; NaN where a ray
                                          found no edge, and in frames in which nobody was seen
``confidence``    time, side, ray         0 … 1, how sharp the edge is; 0 where there is none, float32
``pixel_px``      time                    side of one pixel of the mask in pixels of the picture, float32
================  ======================  ======================================================================

``side`` is `SIDES`, ``ray`` counts `RAYS`. A little more than a kilobyte per frame: 40 MB for ten minutes at 60 fps.
"""


class Ray(NamedTuple):
    """Where a ray starts and where it points, on either side.

    Attributes
    ----------
    zone : "pelvis", "trunk", "neck" or "head".
    along : where on the line hip → shoulder it starts, 0 at the hips and 1 at the shoulders; rays of the head start at
        the ears.
    turn_deg : its direction, from a right angle to hip → shoulder; + toward the shoulders.
    reach : how far it looks, trunk lengths.
    """

    zone: str
    along: float
    turn_deg: float
    reach: float


RAYS: Final[tuple[Ray, ...]] = (
    *(Ray("pelvis", 0.0, -float(turn), 0.75) for turn in range(120, 9, -10)),
    *(Ray("trunk", float(along), 0.0, 0.65) for along in np.linspace(0.0, 1.0, 25)),
    *(Ray("neck", 1.0, float(turn), 0.55) for turn in (15, 30, 45, 60)),
    *(Ray("head", 1.0, float(turn), 0.45) for turn in (-40, -20, 0, 20, 40, 60, 80)),
)
"""From below: along the back they end at the buttocks, the sacrum, the back, the nape and the back of the head."""
LOWEST_ON_BACK_DEG: Final = -40.0
"""Rays of the pelvis that point lower meet the buttocks, which move with the thighs."""
HIGHEST_ON_HEAD_DEG: Final = 20.0
"""Rays about the ears that point higher meet the crown, which no rod touches."""
SAMPLES: Final = 64
"""Places looked at on each ray: with the longest reach, about a hundredth of the trunk apart."""
_ZONE: Final = np.array([ray.zone for ray in RAYS])
_ALONG: Final = np.array([ray.along for ray in RAYS])
_TURN: Final = np.deg2rad([ray.turn_deg for ray in RAYS])
_REACH: Final = np.array([ray.reach for ray in RAYS])


class Edges(NamedTuple):
    """One frame's outline.

    Attributes
    ----------
    position : (2, R, 2) pixels of the picture, NaN where a ray starts outside the body or never leaves it.
    confidence : (2, R) 0 … 1, how sharply the probability falls there: 1 within a pixel of the mask, less the wider.
    """

    position: NDArray[np.float32]
    confidence: NDArray[np.float32]


def trace(probability: NDArray[np.float32], to_image: Floats, *, hip: Floats, shoulder: Floats, ear: Floats) -> Edges:
    """Find the outline of one frame.

    Parameters
    ----------
    probability : (H, W) that a pixel of the mask is the person.
    to_image : (2, 3) affine map from the mask's pixels to the picture's.
    hip, shoulder, ear : (2,) middles of both sides, pixels of the picture.
    """
    axis = shoulder - hip
    trunk = float(np.hypot(*axis))
    nothing = Edges(np.full((2, len(RAYS), 2), np.nan, np.float32), np.zeros((2, len(RAYS)), np.float32))
    if not np.isfinite(axis).all() or not np.isfinite(ear).all() or trunk < 1.0:
        return nothing
    start, step = _rays(hip, shoulder, ear, trunk)
    far = np.linspace(0.0, 1.0, SAMPLES)
    places = start[..., None, :] + far[:, None] * step[..., None, :]
    inverse = cv2.invertAffineTransform(to_image)
    in_mask = (places.reshape(-1, 2) @ inverse[:, :2].T + inverse[:, 2]).astype(np.float32)
    map_x, map_y = np.ascontiguousarray(in_mask.reshape(-1, SAMPLES, 2).transpose(2, 0, 1))
    seen = cv2.remap(probability, map_x, map_y, cv2.INTER_LINEAR, borderValue=np.nan)  # beyond the mask: unknown
    fraction, sharp = _first_fall(np.asarray(seen, dtype=np.float32))
    pixels = np.hypot(*(step.reshape(-1, 2) @ inverse[:, :2].T).T)
    width = sharp * pixels
    confidence = np.where(np.isfinite(fraction), 1.0 / np.maximum(width, 1.0), 0.0).astype(np.float32)
    found = start + fraction.reshape(2, -1, 1) * step
    return Edges(found.astype(np.float32), confidence.reshape(2, -1))


def ray_starts(hip: Floats, shoulder: Floats, ear: Floats) -> Floats:
    """Where each ray starts, (..., R, 2), by the middles (..., 2) of hips, shoulders and ears."""
    hip, shoulder, ear = (place[..., None, :] for place in (hip, shoulder, ear))
    return np.where((_ZONE == "head")[:, None], ear, hip + _ALONG[:, None] * (shoulder - hip))


def _rays(hip: Floats, shoulder: Floats, ear: Floats, trunk: float) -> tuple[Floats, Floats]:
    """Start and whole length (2, R, 2) of every ray, pixels of the picture."""
    up = (shoulder - hip) / trunk
    left = np.array([up[1], -up[0]])
    start = ray_starts(hip, shoulder, ear)
    out = np.stack([left, -left])[:, None] * np.cos(_TURN)[:, None] + up * np.sin(_TURN)[:, None]
    return np.broadcast_to(start, out.shape), out * (_REACH * trunk)[:, None]


def _first_fall(seen: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Fraction (N,) of each ray at its first fall through `EDGE`, and how wide the fall is there, in fractions."""
    inside = seen >= EDGE
    falls = inside[:, :-1] & ~inside[:, 1:]
    at = falls.argmax(axis=1)
    rows = np.arange(len(seen))
    known = falls.any(axis=1) & inside[:, 0]
    high, low = seen[rows, at].astype(float), seen[rows, at + 1].astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        fraction = (at + (high - EDGE) / (high - low)) / (SAMPLES - 1)
    before, after = seen[rows, np.maximum(at - 1, 0)], seen[rows, np.minimum(at + 2, SAMPLES - 1)]
    spans = np.minimum(3, np.minimum(at, SAMPLES - 2 - at) + 2)
    slope = np.maximum(np.nan_to_num(before - after), 1e-6) / spans
    return np.where(known, fraction, np.nan), 1.0 / slope / (SAMPLES - 1)


@dataclass
class OutlineRows:
    """The outline while it grows, frame by frame."""

    time_s: list[float] = field(default_factory=list)
    position: list[NDArray[np.float32]] = field(default_factory=list)
    confidence: list[NDArray[np.float32]] = field(default_factory=list)
    pixel_px: list[float] = field(default_factory=list)

    def add(self, time_s: float, edges: Edges | None, pixel_px: float = np.nan) -> None:
        """Append one frame; None where nobody was seen."""
        shape = (len(SIDES), len(RAYS))
        self.time_s.append(time_s)
        self.position.append(edges.position if edges else np.full((*shape, 2), np.nan, np.float32))
        self.confidence.append(edges.confidence if edges else np.zeros(shape, np.float32))
        self.pixel_px.append(pixel_px)

    def outline(self) -> Outline:
        """Everything that was added."""
        return make_outline(
            np.array(self.time_s), np.array(self.position), np.array(self.confidence), np.array(self.pixel_px)
        )


def make_outline(
    time_s: Floats,
    position: NDArray[np.floating],
    confidence: NDArray[np.floating],
    pixel_px: NDArray[np.floating],
) -> Outline:
    """Put arrays (T,), (T, 2, R, 2), (T, 2, R) and (T,) under their names.

    Raises
    ------
    ValueError
        If a shape is not as described.
    """
    shape = (len(time_s), len(SIDES), len(RAYS))
    if position.shape != (*shape, 2) or confidence.shape != shape or pixel_px.shape != shape[:1]:
        raise ValueError(f"outline: expected rows of {shape}, found {position.shape}, {confidence.shape}")
    dims = ("time", "side", "ray")
    return Outline(
        xr.Dataset(
            {
                "position": ((*dims, "xy"), np.asarray(position, dtype=np.float32)),
                "confidence": (dims, np.asarray(confidence, dtype=np.float32)),
                "pixel_px": (dims[:1], np.asarray(pixel_px, dtype=np.float32)),
            },
            coords={
                "time": np.asarray(time_s, dtype=np.float64),
                "side": list(SIDES),
                "ray": np.arange(len(RAYS)),
                "xy": ["x", "y"],
            },
        )
    )
