"""Draws a ghost: a translucent body about its joints, the straight back as a line, and the lifter's own chain.

The body's outline is an average one, in statures: the ghost's joints are the lifter's own, its flesh is not.
"""

from typing import Final

import cv2
import numpy as np

from hiphinge.geometry import Floats
from hiphinge.ghost import Ghost
from hiphinge.ghost.body import Places
from hiphinge.overlay import drawing
from hiphinge.overlay.drawing import Colour, Pen, Picture, Point, Stroke

BODY: Final[Colour] = (88, 214, 178)
FAR: Final[Colour] = (46, 128, 118)
EDGE: Final[Colour] = (214, 255, 240)
BACK: Final[Colour] = (255, 255, 255)
OWN: Final[Colour] = (255, 128, 66)
UP_TO_HIP: Final = 2
"""Segments of a chain below the trunk."""
_SMOOTH: Final = 4
_LIMBS: Final = {
    # joint to joint: half widths in statures at each quarter of the way
    ("hip", "knee"): (0.054, 0.053, 0.046, 0.038, 0.031),
    ("knee", "ankle"): (0.030, 0.033, 0.031, 0.023, 0.019),
    ("shoulder", "elbow"): (0.029, 0.028, 0.025, 0.022, 0.020),
    ("elbow", "wrist"): (0.020, 0.021, 0.019, 0.015, 0.012),
}
_TRUNK: Final = (
    # along hip to shoulder, then how far the body reaches behind and in front of that line, statures
    (-0.20, 0.030, 0.012),
    (-0.10, 0.056, 0.036),
    (0.02, 0.064, 0.046),
    (0.16, 0.061, 0.048),
    (0.34, 0.055, 0.048),
    (0.52, 0.054, 0.053),
    (0.72, 0.055, 0.060),
    (0.88, 0.051, 0.052),
    (1.02, 0.040, 0.038),
    (1.12, 0.024, 0.022),
)
_NECK: Final = (0.031, 0.028)
_HEAD: Final = (0.060, 0.046)
"""Half the height and half the depth of a head."""
_HAND: Final = (0.018, 0.045)
"""Radius of a fist, and how far it lies beyond the wrist."""
_SOLE: Final = 0.012
_BACK_FROM: Final = 0.10
"""Where the line of the back begins, on the sacrum; it ends at the back of the head."""


def draw_figure(image: Picture, ghost: Ghost, *, origin: Point, scale: float, pen: Pen, dim: float) -> None:
    """Draw a ghost on an image cropped at `origin` and then enlarged by `scale`; the rest is dimmed by `dim`."""
    image[:] = (image.astype(np.float32) * dim).astype(np.uint8)
    size = ghost.stature_px * scale
    far, near = (
        {name: (place - origin) * scale for name, place in side.items()} for side in (ghost.far_px, ghost.near_px)
    )
    sign = _facing(near)
    _blend(image, _leg(far, size, sign) + _arm(far, size), FAR, 0.55)
    body = [*_leg(near, size, sign), *_trunk(near, size, sign), *_head(near, size)]
    _blend(image, body, BODY, 0.62)
    _contour(image, body, max(1, round(0.4 * pen.line)))
    arm = _arm(near, size)
    _blend(image, arm, BODY, 0.7)
    _contour(image, arm, max(1, round(0.3 * pen.line)))
    drawing.polyline(image, back_line(near, size, sign), stroke=Stroke(BACK, max(2, round(1.1 * pen.line))))


def draw_own(image: Picture, lines: list[Point], pen: Pen) -> None:
    """Draw what was filmed, as thin dashed lines."""
    for line in lines:
        pieces = drawing.dashes(line, 3.2 * pen.line, 2.2 * pen.line)
        drawing.polyline(image, *pieces, stroke=Stroke(OWN, max(1, round(0.6 * pen.line))))


def widened(ghost: Ghost, extent: tuple[Point, Point], image_size: Point) -> tuple[Point, Point]:
    """Widen an extent, pixels of the recording, to all of a ghost that lies inside the picture."""
    places = np.clip(np.stack(list(ghost.near_px.values())), 0, image_size)
    head = np.array(_HEAD).max() * ghost.stature_px
    low, high = places.min(axis=0), places.max(axis=0)
    ear = ghost.near_px["ear"]
    both = np.clip(np.stack([*extent, low, high, ear - head, ear + head]), 0, image_size)
    return both.min(axis=0), both.max(axis=0)


def back_line(places: Places, size: float, sign: float) -> Point:
    """(N, 2) the line of the back, from the sacrum along the skin to the back of the head."""
    hip, shoulder = places["hip"], places["shoulder"]
    along, behind = (np.array([row[k] for row in _TRUNK]) for k in (0, 1))
    steps = np.linspace(_BACK_FROM, 0.92, 12)
    normal = _behind(hip, shoulder, sign)
    skin = [hip + step * (shoulder - hip) + np.interp(step, along, behind) * size * normal for step in steps]
    ear = places["ear"]
    head = ear + 0.9 * _HEAD[1] * size * _behind(shoulder, ear, sign)
    return np.stack([*skin, head])


def _facing(places: Places) -> float:
    return 1.0 if places["toe"][0] >= places["heel"][0] else -1.0


def _behind(low: Point, high: Point, sign: float) -> Floats:
    """Unit vector at right angles to a line, to the body's back."""
    line = (high - low) / max(float(np.hypot(*(high - low))), 1e-9)
    return np.asarray(np.array([line[1], -line[0]]) * sign)


def _limb(start: Point, end: Point, widths: tuple[float, ...], size: float) -> Point:
    """(N, 2) outline of a limb with round ends."""
    along = (end - start) / max(float(np.hypot(*(end - start))), 1e-9)
    across = np.array([-along[1], along[0]])
    steps = np.linspace(0, 1, 17)
    radii = np.interp(steps, np.linspace(0, 1, len(widths)), widths) * size
    middle = start + steps[:, None] * (end - start)
    turn = np.linspace(0, np.pi, 13)[1:-1, None]
    foot = end + radii[-1] * (np.cos(turn) * across + np.sin(turn) * along)
    head = start - radii[0] * (np.cos(turn) * across + np.sin(turn) * along)
    return np.concatenate([middle + radii[:, None] * across, foot, (middle - radii[:, None] * across)[::-1], head])


def _leg(places: Places, size: float, sign: float) -> list[Point]:
    parts = [_limb(places[a], places[b], _LIMBS[a, b], size) for a, b in (("hip", "knee"), ("knee", "ankle"))]
    return [*parts, _foot(places, size, sign)]


def _foot(places: Places, size: float, sign: float) -> Point:
    """(N, 2) outline of a foot in its shoe, from the ankle over the instep to the toe and back along the sole."""
    heel, toe, ankle = places["heel"], places["toe"], places["ankle"]
    along = (toe - heel) / max(float(np.hypot(*(toe - heel))), 1e-9)
    up = np.array([along[1], -along[0]]) * sign
    r = _SOLE * size
    points = [
        ankle - 1.7 * r * along,
        ankle + 1.7 * r * along,
        (ankle + toe) / 2 + 1.1 * r * up,
        toe + 0.9 * r * up,
        toe + 1.3 * r * along - 0.4 * r * up,
        toe + 0.6 * r * along - 1.9 * r * up,
        heel - 0.6 * r * along - 1.9 * r * up,
        heel - 1.3 * r * along - 0.4 * r * up,
    ]
    return _rounded(np.stack(points))


def _trunk(places: Places, size: float, sign: float) -> list[Point]:
    hip, shoulder, ear = places["hip"], places["shoulder"], places["ear"]
    normal = _behind(hip, shoulder, sign)
    behind = [hip + row[0] * (shoulder - hip) + row[1] * size * normal for row in _TRUNK]
    front = [hip + row[0] * (shoulder - hip) - row[2] * size * normal for row in _TRUNK]
    neck = _limb(shoulder + 0.1 * (ear - shoulder), shoulder + 0.85 * (ear - shoulder), _NECK, size)
    return [_rounded(np.stack([*behind, *front[::-1]])), neck]


def _head(places: Places, size: float) -> list[Point]:
    """(N, 2) an egg about the ear, its long axis along the neck."""
    shoulder, ear = places["shoulder"], places["ear"]
    along = (ear - shoulder) / max(float(np.hypot(*(ear - shoulder))), 1e-9)
    across = np.array([-along[1], along[0]])
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)[:, None]
    centre = ear + 0.012 * size * along
    return [centre + size * (_HEAD[0] * np.cos(turn) * along + _HEAD[1] * np.sin(turn) * across)]


def _arm(places: Places, size: float) -> list[Point]:
    parts = [_limb(places[a], places[b], _LIMBS[a, b], size) for a, b in (("shoulder", "elbow"), ("elbow", "wrist"))]
    line = places["wrist"] - places["elbow"]
    hand = places["wrist"] + _HAND[1] * size * line / max(float(np.hypot(*line)), 1e-9)
    return [*parts, _limb(places["wrist"], hand, (0.015, _HAND[0], 0.016), size)]


def _rounded(corners: Point) -> Point:
    """Round a closed outline off, by cutting its corners (Chaikin)."""
    for _ in range(3):
        following = np.roll(corners, -1, axis=0)
        corners = np.stack([0.75 * corners + 0.25 * following, 0.25 * corners + 0.75 * following], axis=1)
        corners = corners.reshape(-1, 2)
    return corners


def _cover(image: Picture, outlines: list[Point]) -> Floats:
    """(H, W) share of each pixel that any of the outlines covers."""
    mask = np.zeros(image.shape[:2], np.uint8)
    for outline in outlines:
        cv2.fillPoly(mask, [_fixed(outline)], 255, cv2.LINE_AA, _SMOOTH)
    return np.asarray(mask / 255.0)


def _blend(image: Picture, outlines: list[Point], colour: Colour, opacity: float) -> None:
    cover = (_cover(image, outlines) * opacity)[..., None]
    image[:] = (image * (1 - cover) + np.array(colour) * cover).astype(np.uint8)


def _contour(image: Picture, outlines: list[Point], width: int) -> None:
    """Draw a thin light edge about the union of the outlines."""
    mask = (_cover(image, outlines) > 0.5).astype(np.uint8)
    edges, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for edge in edges:
        points = edge[:, 0].astype(np.float64) + 0.5
        if len(points) > 8:
            kernel = np.ones(5) / 5
            padded = np.concatenate([points[-2:], points, points[:2]])
            points = np.stack([np.convolve(padded[:, k], kernel, mode="valid") for k in (0, 1)], axis=1)
        cv2.polylines(image, [_fixed(points)], True, EDGE, width, cv2.LINE_AA, _SMOOTH)


def _fixed(points: Point) -> np.ndarray:
    return np.round((points - 0.5) * (1 << _SMOOTH)).astype(np.int32)
