"""Drawing on frames: antialiased lines, angle arcs and cached text, sized relative to the image.

Images are (H, W, 3) uint8, red first, and are drawn into in place. Points are (x, y) in pixels, y down. Directions are
degrees clockwise from the image's x axis, as OpenCV has them.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from hiphinge.overlay import lettering

Picture = NDArray[np.uint8]
Point = NDArray[np.float64]
Colour = tuple[int, int, int]

WHITE: Final[Colour] = (255, 255, 255)
INK: Final[Colour] = (13, 20, 27)
ACCENT: Final[Colour] = (64, 196, 255)
VERDICT_COLOURS: Final[dict[str, Colour]] = {
    # Okabe and Ito's palette, darkened until white text on it has a contrast of 4.5
    "present": (190, 62, 0),
    "borderline": (138, 98, 0),
    "absent": (0, 117, 86),
    "not_assessable": (88, 98, 108),
}
VERDICT_INKS: Final[dict[str, Colour]] = {
    # the same hues, light, for lines over any picture
    "present": (255, 128, 66),
    "borderline": (255, 200, 60),
    "absent": (80, 220, 170),
    "not_assessable": ACCENT,
}
BACK_INKS: Final[dict[str, Colour]] = {
    # told apart with any colour vision by lightness and by blue against yellow; rounding and arching by the words too
    "neutral": (92, 226, 184),
    "borderline": (255, 208, 84),
    "rounded": (255, 122, 58),
    "arched": (206, 150, 255),
    "unsure": (214, 220, 226),
}
BACK_PLATES: Final[dict[str, Colour]] = {
    # the same hues, dark, behind white text
    "neutral": VERDICT_COLOURS["absent"],
    "borderline": VERDICT_COLOURS["borderline"],
    "rounded": VERDICT_COLOURS["present"],
    "arched": (118, 66, 168),
    "unsure": VERDICT_COLOURS["not_assessable"],
}
_ROOM: Final = 0.25
"""Least room between a label and the edge of the picture, of the label's height."""
TOUCH: Final[Colour] = (60, 210, 140)
OFF: Final[Colour] = (255, 76, 66)
_SHIFT: Final = 4
_SUBPIXEL: Final = 1 << _SHIFT


@dataclass(frozen=True)
class Pen:
    """Sizes for one image: `line` and `text` in pixels."""

    line: int
    text: int

    @property
    def gap(self) -> int:
        """Space around text."""
        return max(2, round(self.text * 0.35))


class Stroke(NamedTuple):
    """How a line is drawn: its colour and its width in pixels."""

    colour: Colour
    width: int


def pen_for(image: Picture, *, line_share: float, text_share: float) -> Pen:
    """Choose sizes as shares of the image's shorter side."""
    short = min(image.shape[:2])
    return Pen(line=max(1, round(short * line_share)), text=max(9, round(short * text_share)))


def resized(image: Picture, size: tuple[int, int]) -> Picture:
    """Give a copy of width and height `size`: averaged where it shrinks, smooth where it grows."""
    shrinks = size[0] < image.shape[1]
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC), np.uint8)


def jpeg(image: Picture, quality: int) -> bytes:
    """Encode as JPEG, with `quality` 0 … 100."""
    _, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()


def _fixed(point: Point) -> tuple[int, int]:
    return round(float(point[0] - 0.5) * _SUBPIXEL), round(float(point[1] - 0.5) * _SUBPIXEL)


def line(image: Picture, start: Point, end: Point, stroke: Stroke, *, edge: bool = True) -> None:
    """Draw a line, with a dark edge so that it shows on any background."""
    if edge:
        cv2.line(image, _fixed(start), _fixed(end), INK, stroke.width + 2, cv2.LINE_AA, _SHIFT)
    cv2.line(image, _fixed(start), _fixed(end), stroke.colour, stroke.width, cv2.LINE_AA, _SHIFT)


def dashed(image: Picture, start: Point, end: Point, stroke: Stroke) -> None:
    """Draw a dashed reference line."""
    length = float(np.hypot(*(end - start)))
    count = max(2, round(length / (9 * stroke.width)))
    line(image, start, end, Stroke(INK, stroke.width), edge=False)
    for k in range(count):
        a, b = (start + (end - start) * ((k + part) / count) for part in (0.0, 0.55))
        line(image, a, b, stroke, edge=False)


def polyline(image: Picture, *lines: Point, stroke: Stroke, edge: bool = True) -> None:
    """Draw lines through points (N, 2) each, with a dark edge so that they show on any background."""
    places = [np.round((points - 0.5) * _SUBPIXEL).astype(np.int32) for points in lines]
    if edge:
        cv2.polylines(image, places, False, INK, stroke.width + 2, cv2.LINE_AA, _SHIFT)
    cv2.polylines(image, places, False, stroke.colour, stroke.width, cv2.LINE_AA, _SHIFT)


def dashes(points: Point, dash: float, gap: float) -> list[Point]:
    """Cut a line through points (N, 2) into pieces `dash` long with `gap` between them, pixels along the line."""
    far = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    starts = np.arange(0.0, far[-1], dash + gap)
    at = np.concatenate([starts[:, None] + [[0.0, dash / 2, dash]]]).clip(max=far[-1])
    return list(np.stack([np.interp(at, far, points[:, axis]) for axis in (0, 1)], axis=-1))


def dot(image: Picture, centre: Point, radius: float, colour: Colour, *, hollow: bool) -> None:
    """Draw a joint: a disc where it was seen, a ring where it was inferred."""
    place, size = _fixed(centre), round(radius * _SUBPIXEL)
    cv2.circle(image, place, size + _SUBPIXEL, INK, -1, cv2.LINE_AA, _SHIFT)
    cv2.circle(image, place, size, colour, -1, cv2.LINE_AA, _SHIFT)
    if hollow:
        cv2.circle(image, place, round(size * 0.55), INK, -1, cv2.LINE_AA, _SHIFT)


def direction(start: Point, end: Point) -> float:
    """Direction from `start` to `end`, degrees clockwise from the image's x axis."""
    return float(np.degrees(np.arctan2(end[1] - start[1], end[0] - start[0])))


def towards(centre: Point, degrees: float, distance: float) -> Point:
    """Give the point at `distance` from `centre` in a direction."""
    angle = np.deg2rad(degrees)
    return np.asarray(centre + distance * np.array([np.cos(angle), np.sin(angle)]))


def turn(start_deg: float, end_deg: float) -> float:
    """Shortest turn from one direction to another, −180 … 180."""
    return (end_deg - start_deg + 180) % 360 - 180


@dataclass(frozen=True)
class Arc:
    """An angle at a joint: from the direction `start` to the direction `end`, the short way round."""

    centre: Point
    start: float
    end: float
    radius: float


def wedge(image: Picture, arc: Arc, stroke: Stroke) -> None:
    """Draw an angle: a tinted sector with a clear arc."""
    centre, sweep = arc.centre, turn(arc.start, arc.end)
    rim = [towards(centre, arc.start + sweep * share, arc.radius) for share in np.linspace(0, 1, 9)]
    spare = 2 * stroke.width + 2
    low, high = (np.array(edge([centre, *rim], axis=0)) for edge in (np.min, np.max))
    left, top = (max(0, int(v) - spare) for v in low)
    right, bottom = (max(0, int(v) + spare) for v in high)
    region = image[top:bottom, left:right]
    if not region.size:
        return
    tint = region.copy()
    local = _fixed(centre - np.array([left, top]))
    size = (round(arc.radius * _SUBPIXEL),) * 2
    cv2.ellipse(tint, local, size, 0, arc.start, arc.start + sweep, stroke.colour, -1, cv2.LINE_AA, _SHIFT)
    cv2.addWeighted(tint, 0.38, region, 0.62, 0, dst=region)
    for colour, width in ((INK, stroke.width + 2), (stroke.colour, stroke.width)):
        cv2.ellipse(region, local, size, 0, arc.start, arc.start + sweep, colour, width, cv2.LINE_AA, _SHIFT)


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)


class Sprite(NamedTuple):
    """A small picture (h, w, 3), its opacity (h, w) and what that leaves of the picture behind it, 0 … 1."""

    colour: Picture
    opacity: NDArray[np.float32]
    rest: NDArray[np.float32]

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.colour.shape[0])

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.colour.shape[1])


@lru_cache(maxsize=2048)
def label_sprite(text: str, size: int, back: Colour = INK) -> Sprite:
    """Write text in white on a rounded plate."""
    face, pad, opacity = lettering.Face(_font(size), size), max(3, round(size * 0.34)), 200 if back == INK else 245
    left, right = lettering.extent(text, face)
    width, height = round(right - left) + 2 * pad, round(size * 1.06) + pad
    scale = 3  # the plate's corners are drawn larger and reduced: Pillow does not smooth shapes
    plate = Image.new("L", (width * scale, height * scale), 0)
    ImageDraw.Draw(plate).rounded_rectangle(
        (0, 0, width * scale - 1, height * scale - 1), radius=height * scale * 0.28, fill=opacity
    )
    alpha = plate.resize((width, height), Image.Resampling.LANCZOS)
    sprite = Image.merge("RGBA", [*Image.new("RGB", (width, height), back).split(), alpha])
    ink = Image.new("L", (width, height), 0)
    lettering.write(ink, (pad - left, height / 2), text, face)
    white = Image.new("RGBA", (width, height), (*WHITE, 255))
    drawn = np.asarray(Image.composite(white, sprite, ink))
    cover = np.asarray(drawn[..., 3] / 255, dtype=np.float32)
    return Sprite(np.ascontiguousarray(drawn[..., :3]), cover, np.asarray(1 - cover, dtype=np.float32))


def paste(image: Picture, sprite: Sprite, x: float, y: float) -> None:
    """Blend a sprite whose top left corner is at (x, y), moved until it lies inside the image."""
    if sprite.height > image.shape[0] or sprite.width > image.shape[1]:
        return
    left = min(max(round(x), 0), image.shape[1] - sprite.width)
    top = min(max(round(y), 0), image.shape[0] - sprite.height)
    region = image[top : top + sprite.height, left : left + sprite.width]
    region[:] = cv2.blendLinear(sprite.colour, np.ascontiguousarray(region), sprite.opacity, sprite.rest)


def reach_of(sprite: Sprite, degrees: float) -> float:
    """How far a sprite must be moved in a direction from a point for the point to lie outside it."""
    half_width, half_height = sprite.width / 2, sprite.height / 2
    x, y = abs(np.cos(np.deg2rad(degrees))), abs(np.sin(np.deg2rad(degrees)))
    return float(min(half_width / max(x, 1e-9), half_height / max(y, 1e-9)))


def label(image: Picture, sprite: Sprite, centre: Point) -> None:
    """Blend a sprite centred at a point, moved until a little of the image is left around it."""
    size, room = np.array([sprite.width, sprite.height]), _ROOM * sprite.height
    corner = np.asarray(centre, dtype=float) - size / 2
    most = np.maximum(np.array(image.shape[1::-1]) - size - room, room)
    x, y = np.clip(corner, room, most)
    paste(image, sprite, float(x), float(y))
