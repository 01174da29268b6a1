"""Draws the load's path on a picture: of the current repetition, over the vertical above mid-foot."""

import numpy as np

from hiphinge.geometry import Floats, nan_median
from hiphinge.overlay import drawing
from hiphinge.overlay.drawing import WHITE, Colour, Pen, Picture, Point, Stroke
from hiphinge.records import Rep
from hiphinge.reps import rep_at
from hiphinge.result import Analysis
from hiphinge.settings import OverlaySettings

PATH: Colour = (255, 200, 60)
_COLUMNS = ("load_x_px", "load_y_px", "midfoot_x_px", "midfoot_y_px")


class LoadTrail:
    """The load's path through a clip, to be drawn up to a moment; empty where no load was followed."""

    def __init__(self, analysis: Analysis, settings: OverlaySettings) -> None:
        motion, self._settings = analysis.kinematics, settings
        self._reps, self._time_s = analysis.record.reps, motion["time"].to_numpy()
        known = analysis.record.load_path is not None and all(name in motion for name in _COLUMNS)
        places = [motion[name].to_numpy() for name in _COLUMNS] if known else [np.empty(0)] * 4
        self._load, self._midfoot = np.stack(places[:2], axis=-1), np.stack(places[2:], axis=-1)
        self._from_the_side = analysis.record.view.plane == "sagittal"  # from an angle it stands between the feet
        roll = np.deg2rad(analysis.record.view.roll_deg)
        self._up = np.array([np.sin(roll), -np.cos(roll)])
        self._verticals = {rep.index: self._vertical_of(rep) for rep in self._reps} if known else {}

    def draw(
        self, image: Picture, time_s: float, *, origin: Point, scale: float, pen: Pen, whole: bool = False
    ) -> None:
        """Draw the path of the repetition at a time, as far as it has come or `whole`, and mid-foot's vertical."""
        rep = rep_at(self._reps, time_s)
        if rep is None or not self._load.size:
            return
        seen = self._of(self._load, rep, rep.end_s if whole else time_s)
        seen = seen[np.isfinite(seen).all(axis=1)]
        if len(seen) < 2:
            return
        thin = max(1, round(pen.line * self._settings.load_line))
        if self._from_the_side:
            self._vertical(image, self._verticals[rep.index], (origin, scale), thin)
        points = (seen - origin) * scale
        drawing.polyline(image, points, stroke=Stroke(PATH, thin))
        now = points[-1] if not whole else (self._at(time_s) - origin) * scale
        if np.isfinite(now).all():
            drawing.dot(image, now, pen.line * 1.2, PATH, hollow=False)

    def _vertical_of(self, rep: Rep) -> Floats:
        """(2, 2) ends of the line from mid-foot up past the load's highest place, pixels; NaN where unknown."""
        load, midfoot = (self._of(series, rep, rep.end_s) for series in (self._load, self._midfoot))
        floor = nan_median(midfoot, axis=0)
        heights = (load - floor) @ self._up
        reach = float(np.nanmax(heights)) if np.isfinite(heights).any() else np.nan
        return np.stack([floor, floor + reach * self._settings.load_vertical * self._up])

    def _vertical(self, image: Picture, ends: Floats, crop: tuple[Point, float], width: int) -> None:
        line = (ends - crop[0]) * crop[1]
        if np.isfinite(line).all():
            pieces = drawing.dashes(line, 5.0 * width, 5.0 * width)
            drawing.polyline(image, *pieces, stroke=Stroke(WHITE, max(1, width // 2)))

    def _of(self, series: Floats, rep: Rep, end_s: float) -> Floats:
        return series[(self._time_s >= rep.start_s) & (self._time_s <= end_s)]

    def _at(self, time_s: float) -> Floats:
        return np.asarray(self._load[int(np.abs(self._time_s - time_s).argmin())])
