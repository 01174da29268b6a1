"""A wall behind the lifter, found in the picture of the room without them.

A wall that the seat can touch stands across the way the lifter faces. Seen from the side it is a plane at a slant: its
edge with another wall, or its own end, is a long vertical line, and from that line's foot a seam runs over the floor,
outward as it comes nearer to the camera. Where the seam crosses the ground under the lifter's feet, the wall stands at
the lifter's own distance from the camera; a vertical line alone would be nearer or farther away and say nothing.

Uprights of a rack, door frames and things by the far wall have vertical lines too, but no seam that passes the heels.

Everything here is in pixels of the background, `FINE` to the trunk, mirrored so that +u is behind the lifter; v is
down.
"""

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from hiphinge.body import INDEX
from hiphinge.geometry import Bools, Floats
from hiphinge.settings import WallSettings
from hiphinge.wall.backdrop import FINE, Backdrop, Picture

_STEP: Final = 0.05
"""Between the slopes that are tried for a seam."""
_EVERY: Final = 3
"""Rows between the feet that are tried of an edge whose foot is hidden."""


class WallLine(NamedTuple):
    """The wall where the lifter is, in the clip's picture.

    Attributes
    ----------
    foot_px : (2,) where it meets the floor beside the lifter's feet.
    up_px : (2,) the direction of its vertical, per pixel upward.
    slope : of its seam with the floor: pixels behind per pixel down. The larger, the more slantingly the wall is seen.
    error_px : standard error of its place, along the floor.
    """

    foot_px: Floats
    up_px: Floats
    slope: float
    error_px: float


class Edge(NamedTuple):
    """A long vertical line: u = lean · v + at, from row `top` down; its pieces end at the rows `ends`."""

    lean: float
    at: float
    top: float
    ends: tuple[float, ...]

    def u(self, v: float) -> float:
        """Its place at a row."""
        return self.lean * v + self.at


class Seam(NamedTuple):
    """A line over the floor from an edge's foot (u, v): slope, grey levels of contrast a pixel, length that is seen."""

    foot: tuple[float, float]
    slope: float
    contrast: float
    length: float

    def u(self, v: float) -> float:
        """Its place at a row."""
        return self.foot[0] + self.slope * (v - self.foot[1])


class Feet(NamedTuple):
    """Where the lifter stands: row of the ground under them, and place of the heels."""

    ground: float
    heel: float


class _Room(NamedTuple):
    """The mirrored background and how it changes from pixel to pixel."""

    picture: Picture
    seen: Bools
    across: NDArray[np.float32]
    down: NDArray[np.float32]
    known: Bools


def wall_line(backdrop: Backdrop, places: Floats, facing: float, *, settings: WallSettings) -> WallLine | None:
    """Find the wall that stands within reach behind the lifter; None where none surely does.

    Parameters
    ----------
    backdrop : the room without the lifter.
    places : (33, 2) where the landmarks typically are, pixels of the clip; of them the feet count.
    facing : +1 where the lifter faces the picture's right, −1 left.
    """
    room, feet = _mirrored(backdrop, places, facing, settings)
    stature = settings.trunks_per_stature * FINE
    found: list[tuple[Seam, Edge]] = []
    for edge in edges(room.picture, room.seen, settings=settings):
        seam = _seam_of(edge, room, feet, settings)
        behind = np.nan if seam is None else (seam.u(feet.ground) - feet.heel) / stature
        tall = feet.ground - edge.top >= settings.edge_top * FINE
        if seam is not None and tall and settings.nearest <= behind <= settings.farthest:
            found.append((seam, edge))
    if not found:
        return None
    seam, edge = max(found, key=lambda pair: pair[0].contrast)
    u = seam.u(feet.ground)
    foot = np.array([room.picture.shape[1] - 1 - u if facing > 0 else u, feet.ground])
    scale, corner = backdrop.to_clip[0, 0], backdrop.to_clip[:, 2]
    away = abs(feet.ground - seam.foot[1])
    error = np.hypot(settings.ground_error * stature * seam.slope, 1.0 + _STEP * away)
    up = np.array([edge.lean if facing > 0 else -edge.lean, -1.0])
    return WallLine(foot * scale + corner, up, seam.slope, float(error * scale))


def edges(picture: Picture, seen: Bools, *, settings: WallSettings) -> list[Edge]:
    """Find the long vertical lines of a picture (H, W, 3), where it is `seen`."""
    pieces = _upright(_segments(picture, seen, settings), settings)
    left, found = np.ones(len(pieces), dtype=bool), []
    for k in np.argsort(pieces[:, 1] - pieces[:, 3]):
        if not left[k]:
            continue
        u0, v0, u1, v1 = pieces[k]
        slope = (u1 - u0) / (v1 - v0)
        off = np.abs(pieces[:, 0::2] - (u0 + slope * (pieces[:, 1::2] - v0))).max(axis=1)
        same = off <= settings.edge_straight * FINE
        left &= ~same
        rows = np.zeros(picture.shape[0] + 1, dtype=bool)
        for _, top, _, bottom in pieces[same]:
            rows[max(int(top), 0) : int(bottom) + 1] = True
        if rows.sum() >= settings.edge_least * FINE:
            ends = pieces[same].reshape(-1, 2)
            lean, at = np.polyfit(ends[:, 1], ends[:, 0], 1)
            found.append(Edge(float(lean), float(at), float(ends[:, 1].min()), _apart(pieces[same][:, 3])))
    return found


def _apart(rows: Floats) -> tuple[float, ...]:
    """Rows without those that another is just below."""
    ordered = np.sort(rows)
    return tuple(float(row) for row in ordered[np.append(np.diff(ordered) > _EVERY, True)])


def _segments(picture: Picture, seen: Bools, settings: WallSettings) -> Floats:
    """Straight pieces (N, 4) u, v, u, v of all colours, most of each in known places."""
    detector = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD)
    filled = _filled(picture, seen)
    found = [detector.detect(np.ascontiguousarray(filled[..., colour]))[0] for colour in range(3)]
    pieces = np.concatenate([np.empty((0, 4)), *(one.reshape(-1, 4) for one in found if one is not None)])
    along = np.linspace(0, 1, 9)[:, None]
    points = pieces[:, None, :2] * (1 - along) + pieces[:, None, 2:] * along
    at = np.clip(np.round(points).astype(int), 0, np.array(picture.shape[1::-1]) - 1)
    return np.asarray(pieces[_sure(seen)[at[..., 1], at[..., 0]].mean(axis=1) >= settings.edge_known])


def _filled(picture: Picture, seen: Bools) -> Picture:
    """The picture with what was not seen in the colours around it, so that the blot has no sharp edges of its own."""
    wide = (FINE, FINE)
    share = cv2.blur(seen.astype(np.float32), wide)[..., None]
    around = cv2.blur(np.where(seen[..., None], picture, 0).astype(np.float32), wide) / np.maximum(share, 1e-3)
    return np.asarray(np.where(seen[..., None], picture, np.clip(around, 0, 255)), dtype=np.uint8)


def _upright(pieces: Floats, settings: WallSettings) -> Floats:
    """Those of the pieces that are nearly vertical, upper end first."""
    pieces = np.where((pieces[:, 1] > pieces[:, 3])[:, None], pieces[:, [2, 3, 0, 1]], pieces)
    aside, down = np.abs(pieces[:, 2] - pieces[:, 0]), pieces[:, 3] - pieces[:, 1]
    steep = np.tan(np.deg2rad(settings.edge_lean_deg))
    return np.asarray(pieces[(aside <= steep * down) & (down >= settings.edge_piece * FINE)])


def _seam_of(edge: Edge, room: _Room, feet: Feet, settings: WallSettings) -> Seam | None:
    """The seam from the edge's foot past the lifter's feet: the one with the most contrast that shows well enough."""
    tried = [
        seam
        for v, hidden in _feet_of(edge, room, feet, settings)
        for seam in _seams((edge.u(v), v), room, feet, settings)
        if not hidden or seam.length >= settings.seam_least_hidden * FINE
    ]
    return max(tried, key=lambda one: one.contrast, default=None)


def _feet_of(edge: Edge, room: _Room, feet: Feet, settings: WallSettings) -> list[tuple[float, bool]]:
    """Rows where the edge may end, and whether that is hidden.

    It ends where a piece of it does, or below that as long as the lifter hides it: behind them, so above their feet.
    """
    height, width = room.seen.shape
    rows: dict[float, bool] = {}
    for bottom in edge.ends:
        rows[bottom] = False
        for v in np.arange(np.ceil(bottom), min(feet.ground, height - 1)):
            u = round(edge.u(v))
            hidden = 0 < u < width - 1 and not room.known[int(v), u - 1 : u + 2].all()
            if hidden and not int(v) % _EVERY:
                rows[float(v)] = True
            elif not hidden and v > bottom + settings.edge_loose * FINE:
                break
    return sorted(rows.items())


def _seams(foot: tuple[float, float], room: _Room, feet: Feet, settings: WallSettings) -> list[Seam]:
    """Lines over the floor from an edge's foot that show well enough.

    They run inward and up where the foot is nearer to the camera than the lifter, else outward and down.
    """
    reach = settings.seam_reach * FINE
    if foot[1] >= feet.ground:
        v = np.arange(feet.ground - reach, foot[1] - 1)
    else:
        v = np.arange(foot[1] + 1, feet.ground + reach)
    slope = np.arange(settings.seam_slope_least, settings.seam_slope_most, _STEP)
    u = foot[0] + slope[:, None] * (v - foot[1])
    height, width = room.seen.shape
    inside = (u >= 0) & (u <= width - 1) & (v >= 0) & (v <= height - 1)
    at = (
        np.broadcast_to(np.round(v).astype(int).clip(0, height - 1), u.shape),
        np.round(u).astype(int).clip(0, width - 1),
    )
    known = inside & room.known[at]
    count = np.maximum(known.sum(axis=1), 1)
    long = np.hypot(1, slope)
    step = (room.across[at] - slope[:, None, None] * room.down[at]) / long[:, None, None] * known[..., None]
    mean = step.sum(axis=1) / count[:, None]
    colour = np.abs(mean).argmax(axis=1)
    best = mean[np.arange(slope.size), colour]
    shown = step[np.arange(slope.size), :, colour] * np.sign(best)[:, None]
    cover = ((shown >= settings.seam_shows * np.abs(best)[:, None]) & known).sum(axis=1) / count
    length = known.sum(axis=1) * long
    sure = (length >= settings.seam_least * FINE) & (cover >= settings.seam_cover)
    sure &= np.abs(best) >= settings.seam_contrast
    return [Seam(foot, float(slope[k]), float(abs(best[k])), float(length[k])) for k in np.flatnonzero(sure)]


def _mirrored(backdrop: Backdrop, places: Floats, facing: float, settings: WallSettings) -> tuple[_Room, Feet]:
    """The background with the lifter's back to the right, and where they stand in it."""
    names = [f"{side}_{part}" for part in ("heel", "foot_index") for side in ("left", "right")]
    feet = (places[[INDEX[name] for name in names]] - backdrop.to_clip[:, 2]) / backdrop.to_clip[0, 0]
    picture, seen = backdrop.picture, backdrop.seen
    if facing > 0:
        picture, seen = np.ascontiguousarray(picture[:, ::-1]), np.ascontiguousarray(seen[:, ::-1])
        feet = feet * [-1, 1] + [picture.shape[1] - 1, 0]
    smooth = cv2.GaussianBlur(picture, (3, 3), 0).astype(np.float32)
    across, down = (cv2.Sobel(smooth, cv2.CV_32F, *way, scale=1 / 8) for way in ((1, 0), (0, 1)))
    room = _Room(picture, seen, np.asarray(across), np.asarray(down), _sure(seen))
    stature = settings.trunks_per_stature * FINE
    return room, Feet(float(feet[:, 1].mean()) + settings.sole * stature, float(feet[:2, 0].mean()))


def _sure(seen: Bools) -> Bools:
    """Places all of whose neighbourhood is seen: what borders on the blot is no edge of the room."""
    return np.asarray(cv2.erode(seen.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)
