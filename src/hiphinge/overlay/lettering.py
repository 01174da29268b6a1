"""Writing with Pillow's own font, which has the letters of English alone: accents and a few signs are drawn here.

So words look alike on every machine, whatever fonts it has. Measures are shares of the letters' size; y is down.
"""

import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

Font = ImageFont.ImageFont | ImageFont.FreeTypeFont
Strokes = tuple[tuple[tuple[float, float], ...], ...]

_FINER: Final = 4
"""Strokes are drawn so much larger and then reduced: Pillow does not smooth lines."""
_THICK: Final = 0.095
_NO_GLYPH: Final = "\uffff"
_TURNED: Final = {"¿": "?", "¡": "!"}
"""Written upside down, from the height of the small letters down."""
_SPELLED: Final = {
    "ß": "ss",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
    "ı": "i",
}
_UNKNOWN: Final = "?"
_SIGNS: Final[dict[str, Strokes]] = {
    "−": (((-0.21, 0.0), (0.21, 0.0)),),
    "–": (((-0.21, 0.0), (0.21, 0.0)),),
    "—": (((-0.27, 0.0), (0.27, 0.0)),),
    "→": (((-0.24, 0.0), (0.22, 0.0)), ((0.07, -0.14), (0.22, 0.0), (0.07, 0.14))),
    "×": (((-0.15, -0.15), (0.15, 0.15)), ((-0.15, 0.15), (0.15, -0.15))),
}
"""Drawn about the middle of a plus sign, and as wide as one."""
_WAVE: Final = tuple((float(x), float(-0.035 * np.sin(x / 0.16 * np.pi))) for x in np.linspace(-0.16, 0.16, 9))
_RING: Final = tuple((0.07 * float(np.cos(a)), 0.07 * float(np.sin(a))) for a in np.linspace(0, 2 * np.pi, 13))
_ABOVE: Final[dict[str, Strokes]] = {
    "\u0300": (((0.05, 0.06), (-0.08, -0.07)),),
    "\u0301": (((-0.05, 0.06), (0.08, -0.07)),),
    "\u0302": (((-0.12, 0.05), (0.0, -0.07), (0.12, 0.05)),),
    "\u0303": (_WAVE,),
    "\u0308": (((-0.12, 0.0), (-0.11, 0.0)), ((0.11, 0.0), (0.12, 0.0))),
    "\u030a": (_RING,),
    "\u030c": (((-0.12, -0.07), (0.0, 0.05), (0.12, -0.07)),),
}
"""Grave, acute, circumflex, tilde, diaeresis, ring, caron: about a point above the letter."""
_CEDILLA: Final = "\u0327"
_BELOW: Final[dict[str, Strokes]] = {_CEDILLA: (((0.0, 0.0), (0.05, 0.08), (-0.06, 0.15)),)}
_RISE: Final = 0.17
"""From the letter's top to the middle of what stands above it."""
_DOTTED: Final = "ij"


class Face(NamedTuple):
    """A font, and the size of its letters in pixels."""

    font: Font
    size: float

    @property
    def stroke(self) -> float:
        """By how much the letters are made bolder, pixels."""
        return self.size / 45


class Cell(NamedTuple):
    """One letter as it is written: the font's glyph, what stands above or below it, or strokes in its place."""

    glyph: str
    marks: tuple[str, ...] = ()
    sign: str = ""
    turned: bool = False


@lru_cache(maxsize=512)
def _has(letter: str) -> bool:
    font = ImageFont.load_default(20)
    return bytes(font.getmask(letter)) != bytes(font.getmask(_NO_GLYPH))


@lru_cache(maxsize=2048)
def cells(text: str) -> tuple[Cell, ...]:
    """How each letter of a text is written; one that cannot be is a question mark."""
    written: list[Cell] = []
    for letter in unicodedata.normalize("NFC", text):
        if letter in _TURNED:
            written.append(Cell(_TURNED[letter], turned=True))
        elif letter in _SIGNS:
            written.append(Cell("+", sign=letter))
        elif _has(letter) or letter.isspace():
            written.append(Cell(letter))
        elif letter in _SPELLED:
            written += [Cell(one) for one in _SPELLED[letter]]
        else:
            base, *marks = list(unicodedata.normalize("NFD", letter))
            whole = _has(base) and all(mark in _ABOVE or mark in _BELOW for mark in marks)
            written.append(Cell(base, tuple(marks)) if whole else Cell(_UNKNOWN))
    return tuple(written)


def writable(text: str) -> bool:
    """Whether every letter of a text can be written."""
    return _UNKNOWN not in "".join(cell.glyph for cell in cells(text) if not cell.turned) or _UNKNOWN in text


def extent(text: str, face: Face) -> tuple[float, float]:
    """Left and right edge of a text that is written from x = 0."""
    left, _, right, _ = face.font.getbbox(_plain(cells(text)))
    return left, right


def write(ink: Image.Image, place: tuple[float, float], text: str, face: Face) -> None:
    """Write a text into `ink` (mode L), from `place`: its left edge, and the middle of its height."""
    (font, size), stroke, known = face, face.stroke, cells(text)
    draw, plain = ImageDraw.Draw(ink), _plain(known)
    ascent, descent = font.getmetrics() if isinstance(font, ImageFont.FreeTypeFont) else (size, 0.0)
    base = place[1] + (ascent - descent) / 2
    starts = [place[0] + font.getlength(plain[:index]) for index in range(len(known))]
    for start, end in _runs(known):
        draw.text((starts[start], base), plain[start:end], font=font, fill=255, anchor="ls", stroke_width=stroke)
    if all(cell == Cell(cell.glyph) for cell in known):
        return
    fine = Image.new("L", (ink.width * _FINER, ink.height * _FINER), 0)
    for cell, x in zip(known, starts, strict=True):
        if cell.turned:
            _write_turned(ink, (x, base), cell.glyph, face)
        for strokes, middle in _strokes(cell, (x, base), font, size):
            _draw(fine, strokes, middle, size)
        if cell.marks and cell.glyph in _DOTTED:
            _undot(ink, (x, base), cell.glyph, font)
    reduced = fine.resize(ink.size, Image.Resampling.LANCZOS)
    ink.paste(ImageChops.lighter(ink, reduced))


def _plain(known: tuple[Cell, ...]) -> str:
    return "".join(cell.glyph for cell in known)


def _runs(known: tuple[Cell, ...]) -> list[tuple[int, int]]:
    """Stretches that the font itself writes."""
    runs: list[tuple[int, int]] = []
    for index, cell in enumerate(known):
        if cell.sign or cell.turned:
            continue
        if runs and runs[-1][1] == index:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    return runs


def _box(font: Font, glyph: str) -> tuple[float, float, float, float]:
    """Edges of a glyph about the start of its base line."""
    if not isinstance(font, ImageFont.FreeTypeFont):
        return font.getbbox(glyph)
    left, top, right, bottom = font.getbbox(glyph, anchor="ls")
    return left, top, right, bottom


def _strokes(
    cell: Cell, place: tuple[float, float], font: Font, size: float
) -> list[tuple[Strokes, tuple[float, float]]]:
    """What is drawn of a cell, each with the point it is drawn about."""
    left, top, right, bottom = _box(font, cell.glyph)
    middle = place[0] + (left + right) / 2
    if cell.sign:
        return [(_SIGNS[cell.sign], (middle, place[1] + (top + bottom) / 2))]
    if cell.glyph in _DOTTED:
        top = _box(font, "a")[1]
    found = []
    for mark in cell.marks:
        above = mark in _ABOVE
        y = place[1] + (top - _RISE * size if above else 0.0)
        found.append(((_ABOVE if above else _BELOW)[mark], (middle, y)))
    return found


def _draw(fine: Image.Image, strokes: Strokes, middle: tuple[float, float], size: float) -> None:
    draw, width = ImageDraw.Draw(fine), _THICK * size * _FINER
    for stroke in strokes:
        points = [(_FINER * (middle[0] + size * x), _FINER * (middle[1] + size * y)) for x, y in stroke]
        draw.line(points, fill=255, width=round(width), joint="curve")
        for x, y in (points[0], points[-1]):
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)


def _undot(ink: Image.Image, place: tuple[float, float], glyph: str, font: Font) -> None:
    """Take the dot off an i or j: an accent stands in its place."""
    left, top, right, _ = _box(font, glyph)
    low = place[1] + _box(font, "x")[1]
    ImageDraw.Draw(ink).rectangle((place[0] + left, place[1] + top - 1, place[0] + right, low - 1), fill=0)


def _write_turned(ink: Image.Image, place: tuple[float, float], glyph: str, face: Face) -> None:
    """Write a glyph upside down, its top at the height of the small letters."""
    left, top, right, bottom = (round(edge) for edge in _box(face.font, glyph))
    upright = Image.new("L", (right - left + 2, bottom - top + 2), 0)
    draw = ImageDraw.Draw(upright)
    draw.text((1 - left, 1 - top), glyph, font=face.font, fill=255, anchor="ls", stroke_width=face.stroke)
    turned = upright.transpose(Image.Transpose.ROTATE_180)
    corner = (round(place[0] + left), round(place[1] + _box(face.font, "x")[1]) - 1)
    patch = Image.new("L", ink.size, 0)
    patch.paste(turned, corner)
    ink.paste(ImageChops.lighter(ink, patch))
