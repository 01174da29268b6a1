"""A real rod along the back: found in the picture as a thin straight stripe that moves with the back.

While the lifter is followed, every fifth of a second or so a strip of the picture about the trunk is laid out straight
and searched for long thin stripes, lighter or darker than both of their sides. Only their ends are kept. A door frame,
a rack or a skirting board is such a stripe as well, and now and then lies along a back; but it stays where it is while
the back leans. A rod is a stripe that keeps its place in the person's frame, behind the back from the sacrum to over
the head, while that frame turns in the picture. Where that is not sure, there is none.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from hiphinge.body import INDEX
from hiphinge.estimators.blazepose import Landmarks
from hiphinge.geometry import Bools, Floats
from hiphinge.settings import SpineSettings
from hiphinge.spine.backline import BackLine
from hiphinge.spine.bare import Shape, back_shape, bare_back, heights
from hiphinge.spine.rod import ZONES, Moment, Rod, body_to_picture, finished, head_points, no_rods, zones
from hiphinge.video import Frame

Picture = NDArray[np.uint8]

FINE: Final = 96
"""Pixels per trunk length of the strip that is searched."""
_ALONG: Final = (-0.5, 2.1)
"""How far the strip reaches from the hips, trunk lengths: from the thighs to over the head."""
_ACROSS: Final = 0.7
"""How far it reaches to either side."""
_STEEPEST: Final = 0.45
"""Greatest angle of a stripe to the trunk, rad."""
_KEPT: Final = 6
"""Stripes kept of a moment."""
_SIZE: Final = (round((_ALONG[1] - _ALONG[0]) * FINE), round(2 * _ACROSS * FINE))


class Stripe(NamedTuple):
    """A thin straight stripe in the strip.

    Attributes
    ----------
    ends : (2, 2) of its visible parts, pixels of the strip, x along the trunk.
    cover : how much of it is seen, trunk lengths.
    """

    ends: Floats
    cover: float


class Sightings(NamedTuple):
    """Stripes seen about the trunk.

    Attributes
    ----------
    time_s : (N,) seconds.
    ends_px : (N, K, 2, 2) their ends, pixels of the picture; NaN for none.
    cover : (N, K) how much of each is seen, trunk lengths.
    """

    time_s: Floats
    ends_px: Floats
    cover: Floats


@dataclass
class RodFinder:
    """Looks for stripes while the lifter is followed; hand it to `people.estimate_pose` as ``on_frame``.

    Keeps a few numbers of each frame it looks at, no picture.
    """

    settings: SpineSettings
    _time_s: list[float] = field(default_factory=list)
    _ends_px: list[Floats] = field(default_factory=list)
    _cover: list[Floats] = field(default_factory=list)

    def __call__(self, frame: Frame, seen: Landmarks | None) -> None:
        """Look at a frame, if the last look was long enough ago."""
        if seen is None or (self._time_s and frame.time_s - self._time_s[-1] < self.settings.rod_look_every_s):
            return
        hip, shoulder = (
            np.mean([seen.image[INDEX[f"{side}_{part}"], :2] for side in ("left", "right")], axis=0)
            for part in ("hip", "shoulder")
        )
        self.look(frame.time_s, frame.image, hip=hip, shoulder=shoulder)

    def look(self, time_s: float, picture: Picture, *, hip: Floats, shoulder: Floats) -> None:
        """Search one picture (H, W, 3) about the line `hip` → `shoulder`, pixels."""
        ends_px, cover = np.full((_KEPT, 2, 2), np.nan), np.zeros(_KEPT)
        if np.isfinite([*hip, *shoulder]).all() and np.hypot(*(shoulder - hip)) >= 1.0:
            to_picture = strip_to_picture(hip, shoulder)
            strip = cv2.warpAffine(
                picture, to_picture, _SIZE, flags=cv2.INTER_AREA | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
            )
            found = stripes(np.asarray(strip, dtype=np.uint8), settings=self.settings)
            for n, stripe in enumerate(found[:_KEPT]):
                ends_px[n] = stripe.ends @ to_picture[:, :2].T + to_picture[:, 2]
                cover[n] = stripe.cover
        self._time_s.append(time_s)
        self._ends_px.append(ends_px)
        self._cover.append(cover)

    @property
    def found(self) -> Sightings:
        """All that was seen so far."""
        count = len(self._time_s)
        return Sightings(
            np.array(self._time_s),
            np.array(self._ends_px).reshape(count, _KEPT, 2, 2),
            np.array(self._cover).reshape(count, _KEPT),
        )


def strip_to_picture(hip: Floats, shoulder: Floats) -> Floats:
    """Affine map (2, 3) from pixels of the strip, x along hip → shoulder, to pixels of the picture."""
    along = (shoulder - hip) / FINE
    across = np.array([-along[1], along[0]])
    corner = hip + _ALONG[0] * FINE * along - _ACROSS * FINE * across
    return np.stack([along, across, corner], axis=-1)


def stripes(strip: Picture, *, settings: SpineSettings) -> list[Stripe]:
    """Find long thin stripes along a strip (H, W, 3), the longest seen first."""
    marks = thin(strip, width_px=settings.rod_width * FINE, contrast=settings.rod_contrast)
    lines = cv2.HoughLines(
        marks, 1.0, np.pi / 180, round(settings.rod_least_cover * FINE / 2),
        min_theta=np.pi / 2 - _STEEPEST, max_theta=np.pi / 2 + _STEEPEST,
    )  # fmt: skip
    if lines is None:
        return []
    thick = cv2.dilate(marks, np.ones((3, 1), np.uint8)) > 0
    found: list[Stripe] = []
    x = np.arange(marks.shape[1])
    for distance, angle in np.asarray(lines[: 4 * _KEPT], dtype=float).reshape(-1, 2):
        y = (distance - x * np.cos(angle)) / np.sin(angle)
        row = np.rint(y).astype(int)
        inside = (row >= 0) & (row < marks.shape[0])
        on = np.zeros(x.size, dtype=bool)
        on[inside] = thick[row[inside], x[inside]]
        on = _lasting(on, settings.rod_least_run * FINE)
        if on.sum() < settings.rod_least_cover * FINE:
            continue
        first, last = np.flatnonzero(on)[[0, -1]]
        ends = np.array([[x[first], y[first]], [x[last], y[last]]], dtype=float)
        if all(np.abs(_height_at(ends, other.ends)).max() > settings.rod_width * FINE for other in found):
            found.append(Stripe(ends, float(on.sum()) / FINE))
    return sorted(found, key=lambda stripe: -stripe.cover)


def thin(strip: Picture, *, width_px: float, contrast: float) -> Picture:
    """Middles of thin stripes along the strip: 255 where a pixel is lighter, or darker, than both sides, 0 elsewhere.

    Parameters
    ----------
    strip : (H, W, 3).
    width_px : how far to either side is compared.
    contrast : least difference in any colour, of 255.
    """
    soft = cv2.GaussianBlur(strip, (5, 3), 0).astype(np.int16)
    away = round(width_px)
    padded = np.pad(soft, ((away, away), (0, 0), (0, 0)), mode="edge")
    one, other = soft - padded[: -2 * away], soft - padded[2 * away :]
    least = np.where((one > 0) == (other > 0), np.minimum(np.abs(one), np.abs(other)), 0).max(axis=-1)
    level = least.astype(np.float32)
    peak = level >= cv2.dilate(level, np.ones((2 * (away // 2) + 1, 1), np.uint8))
    return np.asarray(np.where(peak & (level >= contrast), 255, 0), dtype=np.uint8)


def _lasting(on: Bools, least: float) -> Bools:
    """Only the stretches of true values at least `least` long, holes of two pixels closed."""
    closed = cv2.morphologyEx(on.astype(np.uint8)[None], cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    width = max(int(least), 1)
    opened = cv2.morphologyEx(np.pad(closed, ((0, 0), (width, width))), cv2.MORPH_OPEN, np.ones((1, width), np.uint8))
    return np.asarray(opened[0, width:-width] > 0)


def _height_at(ends: Floats, other: Floats) -> Floats:
    """How far two lines are apart, across, at the ends (2, 2) of the first."""
    slope = (other[1, 1] - other[0, 1]) / max(other[1, 0] - other[0, 0], 1e-9)
    return np.asarray(ends[:, 1] - other[0, 1] - slope * (ends[:, 0] - other[0, 0]))


class _InBody(NamedTuple):
    """Stripes in the person's frame at the moments looked at.

    Attributes
    ----------
    low, high : (N, K) trunk lengths behind the line hip → shoulder, at the two heights compared.
    bottom, top : (N, K) places along of the visible ends.
    cover : (N, K) trunk lengths.
    lean_deg : (N,) direction of the trunk in the picture.
    frame : (N,) the back line's frame nearest to the look; −1 where it knows nothing of the body.
    """

    low: Floats
    high: Floats
    bottom: Floats
    top: Floats
    cover: Floats
    lean_deg: Floats
    frame: NDArray[np.intp]


_LOW, _HIGH = 0.1, 1.1
"""Heights, trunk lengths along, at which stripes are compared."""


def real_rod(
    found: Sightings,
    back_line: BackLine,
    *,
    standing: Bools | None = None,
    shape: Shape | None = None,
    settings: SpineSettings,
) -> Rod | None:
    """Judge contact with a real rod, if one is surely there.

    Parameters
    ----------
    found : what a `RodFinder` saw of the same clip.
    back_line, standing, shape : as for `virtual_rod`.

    Returns
    -------
    The rod's series with attribute ``kind`` "real"; gaps are from its inner edge to the middle of the back. None
    when no stripe moves with the back: then there may be a rod, but none that could be judged.
    """
    shape = shape or back_shape()
    seen = _in_body(found, back_line)
    chosen = moving_with_the_back(seen, settings) if seen is not None else None
    if seen is None or chosen is None:
        return None
    time_s = back_line["time"].to_numpy()
    looks = np.flatnonzero(chosen >= 0)
    at_s, pick = found.time_s[looks], chosen[looks]
    line = np.stack([np.interp(time_s, at_s, values[looks, pick]) for values in (seen.low, seen.high)], axis=-1)
    after = np.searchsorted(at_s, time_s).clip(0, at_s.size - 1)
    away_s = np.minimum(np.abs(at_s[after] - time_s), np.abs(time_s - at_s[np.maximum(after - 1, 0)]))
    line[away_s > settings.rod_bridge_s] = np.nan
    ends = np.array([np.median(values[looks, pick]) for values in (seen.bottom, seen.top)])
    rods, nearest = _gaps_under(line, ends, back_line, shape=shape, settings=settings)
    if not np.isfinite(nearest).any() or abs(np.nanmedian(nearest)) > settings.rod_touch_most:
        return None
    return finished(time_s, rods, kind="real", standing=standing, settings=settings)


def _in_body(found: Sightings, back_line: BackLine) -> _InBody | None:
    """Bring stripes into the person's frame."""
    time_s = back_line["time"].to_numpy()
    if not found.time_s.size or not time_s.size:
        return None
    count, kept = found.cover.shape
    low, high, bottom, top = (np.full((count, kept), np.nan) for _ in range(4))
    lean, frame = np.full(count, np.nan), np.full(count, -1)
    nearest = np.abs(found.time_s[:, None] - time_s).argmin(axis=1)
    for n, k in enumerate(nearest):
        to_body = _to_body(back_line, int(k))
        if to_body is None:
            continue
        frame[n] = k
        up = np.linalg.inv(to_body)[0, :2]
        lean[n] = np.rad2deg(np.arctan2(up[0], -up[1]))
        place = np.concatenate([found.ends_px[n], np.ones((kept, 2, 1))], axis=-1) @ to_body
        run = place[:, 1, 0] - place[:, 0, 0]
        slope = np.divide(place[:, 1, 1] - place[:, 0, 1], run, out=np.full(kept, np.nan), where=np.abs(run) > 0)
        for values, height in ((low, _LOW), (high, _HIGH)):
            values[n] = place[:, 0, 1] + slope * (height - place[:, 0, 0])
        bottom[n], top[n] = place[..., 0].min(axis=1), place[..., 0].max(axis=1)
    return _InBody(low, high, bottom, top, found.cover, lean, frame)


def _to_body(back_line: BackLine, k: int) -> Floats | None:
    """Map (3, 3) from the picture, (x, y, 1), to (along, behind, 1); None where frame `k` knows nothing."""
    places = [back_line[name].to_numpy()[k] for name in ("along", "behind", "position_px")]
    if np.isfinite(places[0]).sum() < 3:
        return None
    square = np.eye(3)
    square[:, :2] = body_to_picture(*places)
    return np.asarray(np.linalg.inv(square), dtype=np.float64) if abs(np.linalg.det(square)) > 0 else None


def moving_with_the_back(seen: _InBody, settings: SpineSettings) -> NDArray[np.intp] | None:
    """Choose the stripe of each look that is the rod: (N,) its number, −1 where the rod is not seen; None for no rod.

    Of all stripes that might be one, the one that most looks agree with is taken, if it is seen in most of them,
    upright as well as leaning.
    """
    s = settings
    likely = (seen.low > s.rod_behind_least) & (seen.low < s.rod_behind_most) & (seen.high > s.rod_behind_least)
    likely &= (seen.high < s.rod_behind_most) & (seen.top > s.rod_top_least)
    if not likely.any():
        return None
    low, high = (np.where(likely, values, np.inf) for values in (seen.low, seen.high))
    best, weight = None, 0.0
    for one, other in zip(low[likely], high[likely], strict=True):
        with np.errstate(invalid="ignore"):
            off = np.maximum(np.abs(low - one), np.abs(high - other))
        agree = off < s.rod_keeps_place
        total = float((seen.cover * agree).max(axis=1).sum())
        if total > weight:
            best, weight = np.where(agree.any(axis=1), np.where(agree, seen.cover, -1.0).argmax(axis=1), -1), total
    if best is None:
        return None
    looked, there = seen.frame >= 0, best >= 0
    lean = np.where(looked, seen.lean_deg, np.nan)
    upright = float(np.nanquantile(np.abs(lean), 0.1))
    leaning = looked & (np.abs(np.abs(lean) - upright) >= s.rod_turn_least_deg)
    others = looked & ~leaning
    enough = leaning.sum() >= s.rod_looks_least and others.sum() >= s.rod_looks_least
    sure = enough and there[leaning].mean() >= s.rod_seen_least and there[others].mean() >= s.rod_seen_least
    return best.astype(np.intp) if sure else None


def _gaps_under(
    line: Floats, ends: Floats, back_line: BackLine, *, shape: Shape, settings: SpineSettings
) -> tuple[Moment, Floats]:
    """Gaps between a rod whose middle is (T, 2) behind at the two heights, and the middle of the back.

    Also (T,) how far behind the nearest point of sacrum or upper back its inner edge is: below 0, inside.
    """
    bare = bare_back(back_line, shape=shape, settings=settings)
    rods, nearest = no_rods(line.shape[0]), np.full(line.shape[0], np.nan)
    at = heights(shape)
    head_along, head_behind, head_error = head_points(back_line, shape, settings)
    slope = (line[:, 1] - line[:, 0]) / (_HIGH - _LOW)
    inner = line[:, 0] - settings.rod_width / 4 * np.hypot(1.0, slope)
    for k in np.flatnonzero(np.isfinite(slope) & np.isfinite(bare.behind).all(axis=1)):
        along = np.r_[bare.along[k], head_along[k]]
        behind, error = np.r_[bare.behind[k], head_behind[k]], np.r_[bare.error[k], head_error[k]]
        unsure = settings.rod_place_error * np.hypot(1.0, (along - ends.mean()) / (np.ptp(ends) / 2))
        is_head = np.arange(along.size) >= at.size
        away = (inner[k] + slope[k] * (along - _LOW) - behind) / np.hypot(1.0, slope[k])
        to_px = body_to_picture(*(back_line[name].to_numpy()[k] for name in ("along", "behind", "position_px")))
        part = zones(np.r_[at, np.full(head_along.shape[1], np.inf)], is_head, settings)
        for z, name in enumerate(ZONES):
            zone = part[name] & np.isfinite(away)
            if zone.any():
                point = int(np.where(zone, away, np.inf).argmin())
                rods.gap[k, z] = max(away[point], 0.0)
                rods.gap_error[k, z] = np.hypot(error[point], unsure[point])
                rods.touch_px[k, z] = np.array([along[point], behind[point]]) @ to_px[:2] + to_px[2]
        nearest[k] = away[(part["sacral"] | part["thoracic"]) & np.isfinite(away)].min()
        place = line[k, 0] + slope[k] * (ends - _LOW)
        rods.end_px[k] = np.stack([ends, place], axis=-1) @ to_px[:2] + to_px[2]
        rods.rest[k] = ends
        hollow = away[part["lumbar"] & np.isfinite(away)]
        rods.hollow[k] = hollow.max(initial=0.0)
    return rods, nearest
