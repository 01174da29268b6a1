"""Draws the wall behind the lifter: where the wall drill was judged by, in the picture or as it was said."""

import numpy as np

from hiphinge.overlay import drawing
from hiphinge.overlay.drawing import WHITE, Colour, Pen, Picture, Point, Stroke
from hiphinge.records import AnalysisRecord
from hiphinge.words import Words

WALL: Colour = (240, 140, 220)
DRILL = "wall_drill"


def draw_wall(image: Picture, record: AnalysisRecord, *, origin: Point, scale: float, pen: Pen, words: Words) -> None:
    """Draw the wall at the lifter as a line from its foot one stature up, its name at the top; only in the wall drill.

    Parameters
    ----------
    image : cropped at `origin` and then enlarged by `scale`.
    """
    if record.wall is None or record.exercise.name != DRILL:
        return
    foot, head = (np.reshape(record.wall.line_px, (2, 2)) - origin) * scale
    thin = max(1, round(pen.line * 0.8))
    if record.wall.source == "picture":
        drawing.line(image, foot, head, Stroke(WALL, thin))
    else:
        drawing.polyline(
            image, *drawing.dashes(np.stack([foot, head]), 6.0 * thin, 4.0 * thin), stroke=Stroke(WALL, thin)
        )
    drawing.dot(image, foot, pen.line * 1.2, WHITE, hollow=False)
    text = words.overlay["wall" if record.wall.source == "picture" else "wall_said"]
    sprite = drawing.label_sprite(text, round(pen.text * 0.8))
    top = max(float(min(head[1], foot[1])), 0.0)
    x = float(np.clip(head[0] - sprite.width / 2, 0, max(image.shape[1] - sprite.width, 0)))
    drawing.paste(image, sprite, x, top + pen.gap)
