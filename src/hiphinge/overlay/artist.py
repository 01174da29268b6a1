"""Draws the lifter on single frames: skeleton, angles, count, phase, depth and the faults of the moment."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hiphinge.backview import Back, BackView
from hiphinge.body import INDEX
from hiphinge.geometry import Bools
from hiphinge.moments import ANGLES, BASIC_ANGLES
from hiphinge.overlay import back as back_drawing
from hiphinge.overlay import drawing
from hiphinge.overlay.drawing import (
    ACCENT,
    BACK_PLATES,
    INK,
    VERDICT_COLOURS,
    VERDICT_INKS,
    WHITE,
    Arc,
    Colour,
    Pen,
    Picture,
    Point,
    Stroke,
)
from hiphinge.overlay.load import LoadTrail
from hiphinge.overlay.placing import Corner, free_corner
from hiphinge.overlay.wall import draw_wall
from hiphinge.records import ACTED_ON, Finding, Verdict
from hiphinge.reps import rep_at
from hiphinge.result import Analysis
from hiphinge.settings import OverlaySettings
from hiphinge.words import Words, fault_name, signed, words

_LIMBS: Final = (
    ("shoulder", "elbow"),
    ("elbow", "wrist"),
    ("shoulder", "hip"),
    ("hip", "knee"),
    ("knee", "ankle"),
    ("ankle", "heel"),
    ("heel", "foot_index"),
    ("ankle", "foot_index"),
)
_MEASURED: Final = (("ear", "shoulder"), ("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle"))
_FAINT: Final[Colour] = (150, 162, 172)
_SIGNS: Final[dict[Verdict, str]] = {"present": "×", "borderline": "!"}
"""The page's signs, of the letters that can be drawn."""
_MOST_TAGS: Final = 2
_LOOKS: Final = 24
"""Times at which the lifter is looked at for where to write."""
_JOINTS: Final = ("ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")


@dataclass(frozen=True)
class Figure:
    """The lifter at one time, in the pixels of the image that is drawn on.

    Attributes
    ----------
    joints : (33, 2) pixels; NaN where unknown.
    filled : (33,) true where a joint was inferred.
    angles : degrees by the stems of `ANGLES`; NaN where unknown.
    """

    time_s: float
    joints: NDArray[np.float64]
    filled: Bools
    angles: dict[str, float]
    errors: dict[str, float]

    def moved(self, origin: Point, scale: float) -> "Figure":
        """Give the same figure in an image cropped at `origin` and then enlarged by `scale`."""
        return Figure(self.time_s, (self.joints - origin) * scale, self.filled, self.angles, self.errors)


class Sampler:
    """Reads the analysis at the times of the video's frames, which need not be those of the clean track."""

    def __init__(self, analysis: Analysis) -> None:
        self._time = analysis.track["time"].to_numpy()
        self._position = analysis.track["position"].to_numpy()
        self._filled = analysis.track["filled"].to_numpy().astype(bool)
        self._clock = analysis.kinematics["time"].to_numpy()
        self._series = {
            (name, kind): analysis.kinematics[f"{name}{kind}"].to_numpy()
            for name in ANGLES
            for kind in ("_deg", "_error_deg")
            if f"{name}{kind}" in analysis.kinematics
        }

    @property
    def span_s(self) -> tuple[float, float]:
        """First and last time of the track."""
        return float(self._time[0]), float(self._time[-1])

    def at(self, time_s: float) -> Figure:
        """Interpolate between samples; unknown outside the track and beside unknown samples."""
        before, weight = _bracket(self._time, time_s)
        joints = (1 - weight) * self._position[before]
        joints = joints + weight * self._position[min(before + 1, self._time.size - 1)] if weight else joints
        values = {key: self._value(series, time_s) for key, series in self._series.items()}
        return Figure(
            time_s,
            joints,
            self._filled[before],
            {name: values.get((name, "_deg"), np.nan) for name in ANGLES},
            {name: values.get((name, "_error_deg"), np.nan) for name in ANGLES},
        )

    def _value(self, series: NDArray[np.float64], time_s: float) -> float:
        before, weight = _bracket(self._clock, time_s)
        return float(series[min(before + round(weight), series.size - 1)])


def _bracket(time: NDArray[np.float64], time_s: float) -> tuple[int, float]:
    """Sample at or before a time, and how far toward the next one, 0 … 1; held at the ends."""
    after = int(np.searchsorted(time, time_s, side="right"))
    if after == 0 or after >= time.size:
        return max(0, min(after, time.size) - 1), 0.0
    return after - 1, float((time_s - time[after - 1]) / (time[after] - time[after - 1]))


@dataclass(frozen=True)
class Place:
    """Where an angle is drawn: its arc; its degrees lie in direction `written`, `reach` pixels from the joint."""

    arc: Arc
    written: float
    reach: float


@dataclass(frozen=True)
class Look:
    """How an angle is drawn: plainly, or in the colour of a verdict, larger."""

    pen: Pen
    verdict: Verdict | None = None
    with_error: bool = False
    with_name: bool = True
    reading: tuple[float, float] | None = None

    @property
    def colour(self) -> Colour:
        """Colour of the arc."""
        return ACCENT if self.verdict is None else VERDICT_INKS[self.verdict]

    @property
    def plate(self) -> Colour:
        """Colour behind the degrees."""
        return INK if self.verdict is None else VERDICT_COLOURS[self.verdict]

    @property
    def text(self) -> int:
        """Height of the degrees in pixels."""
        return round(self.pen.text * (1.25 if self.verdict in ACTED_ON else 1.0))


class Artist:
    """Draws the lifter and what was found on single frames."""

    def __init__(self, analysis: Analysis, settings: OverlaySettings) -> None:
        self.record, self.settings, self.analysis = analysis.record, settings, analysis
        self.sampler = Sampler(analysis)
        self.back = BackView(analysis, settings)
        self.load = LoadTrail(analysis, settings)
        self.words: Words = words()
        self.image_size = np.array([self.record.recording.width, self.record.recording.height], dtype=float)
        self._deepest = _deepest(analysis)
        self._found = [
            (one.at_s, one)
            for rep in self.record.reps
            for one in rep.findings
            if one.at_s is not None and one.verdict in ACTED_ON
        ]
        self._corner = Corner()
        self._near = self.record.view.near_side
        self._far = "left" if self._near == "right" else "right"
        self._sign = 1.0 if self.record.view.facing == "right" else -1.0

    def arrange(self, frames: list[Picture]) -> None:
        """Choose once where count, phase and faults are written, from a few frames of the clip, all of one size."""
        if not frames:
            return
        pen, scale = self.pen(frames[0]), frames[0].shape[1] / self.record.recording.width
        start_s, end_s = self.sampler.span_s
        times = np.linspace(start_s, end_s, _LOOKS).tolist()
        bodies = [self.sampler.at(time_s).moved(np.zeros(2), scale).joints for time_s in times]
        self._corner = free_corner(frames, bodies, self._block(pen), settings=self.settings)

    def _block(self, pen: Pen) -> tuple[float, float]:
        """Width and height, pixels, of the most that is written at a time, with the margin about it."""
        tags = {self._tag(one): drawing.label_sprite(self._tag(one), round(pen.text * 1.15)) for _, one in self._found}
        title = drawing.label_sprite(self._title(0), round(pen.text * 1.5))
        phase = drawing.label_sprite(next(iter(self.words.phases.values())), pen.text)
        back = drawing.label_sprite(self.words.back["lumbar"].format(change=self.words.change(0, 0)), pen.text)
        lines = [title, phase, back, *sorted(tags.values(), key=lambda one: -one.width)[:_MOST_TAGS]]
        return (
            max(one.width for one in lines) + 2 * pen.text,
            sum(one.height + pen.gap for one in lines) + 2 * pen.text,
        )

    def output_size(self) -> tuple[int, int]:
        """Width and height of the overlay video, even, its short side between the limits of the settings."""
        width, height = self.record.recording.width, self.record.recording.height
        short = min(width, height)
        scale = min(max(short, self.settings.short_side_min_px), self.settings.short_side_max_px) / short
        return 2 * round(width * scale / 2), 2 * round(height * scale / 2)

    def frame(self, image: Picture, time_s: float, size: tuple[int, int]) -> Picture:
        """Draw everything on one frame, resized to `size`; the frame itself is not changed."""
        same = (image.shape[1], image.shape[0]) == size
        canvas = image.copy() if same else drawing.resized(image, size)
        pen = self.pen(canvas)
        origin, scale = np.zeros(2), size[0] / self.record.recording.width
        figure = self.sampler.at(time_s).moved(origin, scale)
        draw_wall(canvas, self.record, origin=origin, scale=scale, pen=pen, words=self.words)
        self.load.draw(canvas, time_s, origin=origin, scale=scale, pen=pen)
        self.lifter(canvas, figure, pen)
        back = self.back_at(time_s, origin, scale)
        with_rod = self.rod_shown(time_s)
        self._depth_bar(canvas, figure.angles["hip_flexion"], pen)
        for name in BASIC_ANGLES:
            if not (with_rod and name == "trunk_inclination"):  # its wedge lies where the rod is to be seen
                self.angle(canvas, figure, name, Look(pen))
        if back is not None:
            self.spine(canvas, back, pen, hinging=self.back.hinging(time_s))
        self._display(canvas, figure, pen)
        return canvas

    def back_at(self, time_s: float, origin: Point, scale: float) -> Back | None:
        """Give the back at a time in an image cropped at `origin` and then enlarged by `scale`.

        None where it is unseen, and in a clip that never shows it well enough: an outline that nothing was read from
        would only look like a finding.
        """
        back = self.back.at(time_s) if self.back.known else None
        return None if back is None else back.moved(origin, scale)

    def rod_shown(self, time_s: float) -> bool:
        """Tell whether rod and standing line are drawn at a time."""
        return self.back.judged(time_s) and self.back.hinging(time_s)

    def tell_back(self, image: Picture, time_s: float, fault: str | None, pen: Pen, *, low: bool = False) -> None:
        """Write the flexion of the part of the back that a fault is of at the top left, or `low` at the bottom left."""
        part = "thoracic" if fault == "upper_back_rounding" else "lumbar"
        reading = self.back.reading(part, time_s)
        if reading.known:
            text = back_drawing.reading_text(reading, self.words, part)
            sprite = drawing.label_sprite(text, round(pen.text * 1.2), BACK_PLATES[reading.state])
            y = image.shape[0] - sprite.height - pen.text * 0.6 if low else pen.text * 0.6
            drawing.paste(image, sprite, pen.text * 0.6, y)

    def spine(self, image: Picture, back: Back, pen: Pen, *, hinging: bool, gaps: bool = True) -> None:
        """Draw the back's line; while hinging also the own standing line and the rod, with its `gaps` written."""
        if hinging:
            back_drawing.draw_ghost(image, back, pen)
        back_drawing.draw_line(image, back, pen, sure_from=self.settings.back_sure)
        if hinging and back.rod is not None:
            back_drawing.draw_rod(image, back.rod, pen, self.words if gaps else None)

    def pen(self, image: Picture, *, text_scale: float = 1.0) -> Pen:
        """Sizes for an image."""
        text_share = text_scale * self.settings.text_share
        return drawing.pen_for(image, line_share=self.settings.line_share, text_share=text_share)

    def lifter(self, image: Picture, figure: Figure, pen: Pen) -> None:
        """Draw the skeleton: the far side faint, the near side strong, the measured segments strongest."""
        self._limbs(image, figure, (self._far, _LIMBS), Stroke(_FAINT, max(1, round(pen.line * 0.6))))
        self._limbs(image, figure, (self._near, _LIMBS), Stroke(WHITE, pen.line))
        self._limbs(image, figure, (self._near, _MEASURED), Stroke(ACCENT, round(pen.line * 1.3)))
        for name in _JOINTS:
            number = INDEX[f"{self._near}_{name}"]
            if np.isfinite(figure.joints[number]).all():
                drawing.dot(image, figure.joints[number], pen.line * 1.35, WHITE, hollow=bool(figure.filled[number]))

    def chain(self, figure: Figure) -> list[Point]:
        """The measured segments of the near side from the foot up, (2, 2) each; those that are known."""
        lines = []
        for upper, lower in reversed(_MEASURED):
            ends = np.stack([figure.joints[INDEX[f"{self._near}_{name}"]] for name in (lower, upper)])
            if np.isfinite(ends).all():
                lines.append(ends)
        return lines

    def _limbs(
        self, image: Picture, figure: Figure, limbs: tuple[str, tuple[tuple[str, str], ...]], stroke: Stroke
    ) -> None:
        side, pairs = limbs
        for start, end in pairs:
            a, b = figure.joints[INDEX[f"{side}_{start}"]], figure.joints[INDEX[f"{side}_{end}"]]
            if np.isfinite(a).all() and np.isfinite(b).all():
                drawing.line(image, a, b, stroke, edge=side == self._near)

    def angle(self, image: Picture, figure: Figure, name: str, look: "Look") -> None:
        """Draw one angle: reference line, arc and degrees."""
        value, error = look.reading or (figure.angles[name], figure.errors[name])
        place = self._places(figure)[name]
        if not np.isfinite([value, *place.arc.centre, place.arc.start, place.arc.end, place.arc.radius]).all():
            return
        end = drawing.towards(place.arc.centre, place.arc.start, place.arc.radius * 1.15)
        drawing.dashed(image, place.arc.centre, end, Stroke(WHITE, max(1, look.pen.line // 2)))
        drawing.wedge(image, place.arc, Stroke(look.colour, look.pen.line))
        title = f"{self.words.angles_short[name]} " if look.with_name else ""
        margin = f" ± {error:.0f}" if look.with_error and np.isfinite(error) else ""
        text = f"{title}{signed(value, 0)}{margin}°"
        sprite = drawing.label_sprite(text, look.text, look.plate)
        room = drawing.reach_of(sprite, place.written) + look.pen.gap
        drawing.label(image, sprite, drawing.towards(place.arc.centre, place.written, place.reach + room))

    def _places(self, figure: Figure) -> dict[str, "Place"]:
        """Where each angle is drawn and its degrees are written; unknown joints give unknown places."""
        shoulder, hip, knee, ankle, ear = (
            figure.joints[INDEX[f"{self._near}_{joint}"]] for joint in ("shoulder", "hip", "knee", "ankle", "ear")
        )
        toward = drawing.direction
        trunk = float(np.hypot(*(shoulder - hip)))
        up = -90.0 + self.record.view.roll_deg
        forward = up + 90.0 * self._sign
        behind = forward + (180 - 30 * self._sign)  # a little below: the lower end of the rod is level with the hips
        below = forward + 50 * self._sign  # under the face, which is what is to be seen
        lean, neck = toward(hip, shoulder), toward(shoulder, ear)
        neutral = neck + figure.angles["head_angle"] * self._sign  # looking down, negative, turns the head forward
        return {
            "trunk_inclination": Place(Arc(hip, up, lean, 0.66 * trunk), up - 40 * self._sign, 0.8 * trunk),
            "hip_flexion": Place(Arc(hip, toward(knee, hip), lean, 0.3 * trunk), behind, 0.3 * trunk),
            "knee_flexion": Place(Arc(knee, toward(hip, knee), toward(knee, ankle), 0.3 * trunk), forward, 0.3 * trunk),
            "shank_inclination": Place(Arc(ankle, up, toward(ankle, knee), 0.6 * trunk), forward, 0.3 * trunk),
            "head_angle": Place(Arc(shoulder, neutral, neck, 0.42 * trunk), below, 0.45 * trunk),
        }

    def _display(self, image: Picture, figure: Figure, pen: Pen) -> None:
        """Write count, phase, the lower back's flexion and the faults of the moment in the corner that is free."""
        now = rep_at(self.record.reps, figure.time_s)
        done = sum(rep.end_s <= figure.time_s for rep in self.record.reps)
        count = done if now is None else now.index
        sprites = [drawing.label_sprite(self._title(count), round(pen.text * 1.5))]
        phase = None if now is None else next((p for p in now.phases if p.start_s <= figure.time_s < p.end_s), None)
        if phase is not None:
            sprites.append(drawing.label_sprite(self.words.phases[phase.name], pen.text))
        told = self._back_told(figure.time_s)
        if told is not None:
            sprites.append(drawing.label_sprite(told[0], round(pen.text * (1.15 if told[1] != INK else 0.9)), told[1]))
        sprites += [
            drawing.label_sprite(self._tag(finding), round(pen.text * 1.15), VERDICT_COLOURS[finding.verdict])
            for finding in self._found_at(figure.time_s)
        ]
        y = image.shape[0] - self._block(pen)[1] + pen.text if self._corner.low else float(pen.text)
        for sprite in sprites:
            x = image.shape[1] - pen.text - sprite.width if self._corner.right else pen.text
            drawing.paste(image, sprite, x, y)
            y += sprite.height + pen.gap

    def _title(self, count: int) -> str:
        return f"{self.words.page.rep_short} {count}/{len(self.record.reps)}"

    def _back_told(self, time_s: float) -> tuple[str, Colour] | None:
        """Write the lower back's flexion while hinging, or that and why it cannot be judged; None while upright."""
        if not (self.back.asked and self.back.hinging(time_s)):
            return None
        reading = self.back.reading("lumbar", time_s)
        if reading.known:
            return back_drawing.reading_text(reading, self.words), BACK_PLATES[reading.state]
        return back_drawing.unjudged_text(self.back.reason, self.words), INK

    def _depth_bar(self, image: Picture, hip_flexion: float, pen: Pen) -> None:
        if not np.isfinite(hip_flexion) or not self._deepest > 0:
            return
        height, width = image.shape[:_MOST_TAGS]
        top, bottom = round(height * 0.2), round(height * 0.62)
        thick = max(4, round(pen.text * 0.45))
        right = pen.text + 2 * thick if self._corner.right else width - pen.text
        track = image[top:bottom, right - thick : right]
        track[:] = (track * 0.45).astype(np.uint8)
        level = top + round((bottom - top) * float(np.clip(hip_flexion / self._deepest, 0, 1)))
        image[top:level, right - thick : right] = ACCENT
        image[bottom - 2 : bottom, right - 2 * thick : right] = WHITE
        sprite = drawing.label_sprite(self.words.overlay["depth"], round(pen.text * 0.8))
        x = pen.text if self._corner.right else right - sprite.width
        drawing.paste(image, sprite, x, top - pen.gap - sprite.height)

    def _found_at(self, time_s: float) -> list[Finding]:
        """Give the faults whose moment it is, worst first, at most two: more cannot be read in passing."""
        near = [one for at_s, one in self._found if abs(at_s - time_s) <= self.settings.fault_shown_s]
        return sorted(near, key=lambda one: one.verdict != "present")[:2]

    def _tag(self, finding: Finding) -> str:
        """The fault behind the page's own sign for how sure it is: a colour alone tells not everybody."""
        return f"{_SIGNS[finding.verdict]} {fault_name(finding.fault)}"


def _deepest(analysis: Analysis) -> float:
    """Greatest hip flexion at a repetition's bottom, degrees; NaN where there is none."""
    sampler = Sampler(analysis)
    depths = [sampler.at(rep.bottom_s).angles["hip_flexion"] for rep in analysis.record.reps]
    return max((depth for depth in depths if np.isfinite(depth)), default=np.nan)
