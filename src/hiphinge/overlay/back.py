"""Draws the back on a picture: its line, the rod with its contacts, and the own standing line as a ghost behind."""

from typing import Final

import numpy as np

from hiphinge.backview import Back, Contact, Reading, Rod
from hiphinge.overlay import drawing
from hiphinge.overlay.drawing import BACK_INKS, OFF, TOUCH, WHITE, Colour, Pen, Picture, Point, Stroke
from hiphinge.words import Words

_GHOST: Final[Colour] = (196, 206, 255)


def draw_line(image: Picture, back: Back, pen: Pen, *, sure_from: float) -> None:
    """Draw the back's line: each part in the colour of its state, dashed where it is not surely the bare back."""
    width = max(2, round(pen.line * 1.5))
    for run in back.runs(sure_from):
        points, part = back.line[run.start : run.end + 1], run.part
        stroke = Stroke(
            BACK_INKS[back.readings[part].state], width if back.readings[part].known else max(1, round(0.7 * pen.line))
        )
        if run.sure:
            drawing.polyline(image, points, stroke=stroke)
        else:
            pieces = drawing.dashes(points, 2.5 * width, 2.5 * width)
            drawing.polyline(image, *pieces, stroke=Stroke(stroke.colour, max(1, width // 2)))


def draw_ghost(image: Picture, back: Back, pen: Pen) -> None:
    """Draw the own standing line, dashed, thin and pale: it is a memory, not an outline of what is there."""
    if len(back.ghost) < 2:
        return
    pieces = drawing.dashes(back.ghost, 2.8 * pen.line, 2 * pen.line)
    drawing.polyline(image, *pieces, stroke=Stroke(_GHOST, max(1, round(pen.line * 0.75))))


def draw_rod(image: Picture, rod: Rod, pen: Pen, words: Words | None = None) -> None:
    """Draw the rod with a dot where it touches; where it is off, a ring on the back, and with `words` how far."""
    thin = max(1, round(pen.line * 0.7))
    drawing.polyline(image, rod.ends, stroke=Stroke(WHITE, thin))
    for contact in rod.contacts:
        foot, colour = rod.foot(contact), TOUCH if contact.touches else OFF
        if np.hypot(*(foot - contact.place)) > pen.line:
            drawing.polyline(image, np.stack([foot, contact.place]), stroke=Stroke(colour, thin))
        drawing.dot(image, contact.place, pen.line * 1.5, colour, hollow=not contact.touches)
        if words is not None and not contact.touches:
            _write_gap(image, contact, foot, (pen, words))


def _write_gap(image: Picture, contact: Contact, foot: Point, style: tuple[Pen, Words]) -> None:
    """Write a gap beside the rod, on the side away from the back."""
    pen, words = style
    away = drawing.direction(contact.place, foot)
    sprite = drawing.label_sprite(words.back["gap"].format(share=round(100 * contact.gap)), round(pen.text * 0.85))
    room = drawing.reach_of(sprite, away) + pen.gap
    drawing.label(image, sprite, drawing.towards(foot, away, room))


def reading_text(reading: Reading, words: Words, part: str = "lumbar") -> str:
    """Write the flexion of one part of the back with its error, signed: + rounded, − arched."""
    return words.back[part].format(change=words.change(reading.value, reading.error))


def unjudged_text(reason: str, words: Words) -> str:
    """Say that the back cannot be judged, and in a word or two why; without a reason it is only this moment's."""
    if not reason:
        return words.back["unjudged"]
    short = words.back_reasons_short
    return f"{words.back['unjudged']} ({short.get(reason, short['other'])})"
