"""Weight plates seen end-on: circles beside the hands, found while the lifter is followed.

A few times a second the picture about the wrists is shrunk and searched for circles, and only their centres and radii
are kept. Wheels, racks of plates and logos are circles as well, but they stay where they are while the hands travel:
the plate on the bar is a circle of one size that goes up and down with the hands. It is nearer to the camera than the
hands are, so it goes a little further in the picture than they do; by how much tells how near.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from hiphinge.body import INDEX
from hiphinge.estimators.blazepose import Landmarks
from hiphinge.geometry import Floats, mad_scale
from hiphinge.settings import LoadSettings
from hiphinge.video import Frame

Picture = NDArray[np.uint8]

FINE: Final = 46
"""Pixels per trunk length of the patch that is searched."""
_KEPT: Final = 6
"""Circles kept of a moment, the surest first."""


class Circles(NamedTuple):
    """Circles seen about the hands.

    Attributes
    ----------
    time_s : (N,) seconds.
    centre_px : (N, K, 2) pixels of the picture; NaN for none.
    radius_px : (N, K) pixels of the picture.
    """

    time_s: Floats
    centre_px: Floats
    radius_px: Floats


class Plate(NamedTuple):
    """The plate at the end of the bar that faces the camera.

    Attributes
    ----------
    time_s : (M,) moments at which it was seen.
    centre_px : (M, 2) pixels of the picture.
    radius_px : its typical radius.
    radius_error_px : standard error of that.
    gain, gain_error : pixels it travels for every pixel the hands travel, and the standard error.
    """

    time_s: Floats
    centre_px: Floats
    radius_px: float
    radius_error_px: float
    gain: float
    gain_error: float


@dataclass
class PlateFinder:
    """Looks for circles while the lifter is followed; hand it to `people.estimate_pose` as ``on_frame``.

    Keeps a few numbers of each frame it looks at, no picture.
    """

    settings: LoadSettings
    _time_s: list[float] = field(default_factory=list)
    _centre_px: list[Floats] = field(default_factory=list)
    _radius_px: list[Floats] = field(default_factory=list)

    def __call__(self, frame: Frame, seen: Landmarks | None) -> None:
        """Look at a frame, if the last look was long enough ago."""
        if seen is None or (self._time_s and frame.time_s - self._time_s[-1] < self.settings.plate_look_every_s):
            return
        hip, shoulder, hands = (
            np.mean([seen.image[INDEX[f"{side}_{part}"], :2] for side in ("left", "right")], axis=0)
            for part in ("hip", "shoulder", "wrist")
        )
        self.look(frame.time_s, frame.image, hands=hands, trunk_px=float(np.hypot(*(shoulder - hip))))

    def look(self, time_s: float, picture: Picture, *, hands: Floats, trunk_px: float) -> None:
        """Search one picture (H, W, 3) about the hands, pixels."""
        centre_px, radius_px = np.full((_KEPT, 2), np.nan), np.full(_KEPT, np.nan)
        if np.isfinite([*hands, trunk_px]).all() and trunk_px >= 1.0:
            side = round(2 * self.settings.plate_reach * FINE)
            scale = trunk_px / FINE
            corner = hands - side / 2 * scale
            to_picture = np.array([[scale, 0.0, corner[0]], [0.0, scale, corner[1]]])
            patch = cv2.warpAffine(
                picture, to_picture, (side, side),
                flags=cv2.INTER_AREA | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
            )  # fmt: skip
            found = circles(np.asarray(patch, dtype=np.uint8), settings=self.settings)[:_KEPT]
            centre_px[: len(found)] = corner + scale * (found[:, :2] + 0.5)
            radius_px[: len(found)] = scale * found[:, 2]
        self._time_s.append(time_s)
        self._centre_px.append(centre_px)
        self._radius_px.append(radius_px)

    @property
    def found(self) -> Circles:
        """All that was seen so far."""
        count = len(self._time_s)
        return Circles(
            np.array(self._time_s),
            np.array(self._centre_px).reshape(count, _KEPT, 2),
            np.array(self._radius_px).reshape(count, _KEPT),
        )


def circles(patch: Picture, *, settings: LoadSettings) -> Floats:
    """Find circles in a patch (H, W, 3) of `FINE` pixels per trunk length: (M, 3) centre and radius, surest first."""
    grey = cv2.GaussianBlur(cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY), (3, 3), 0)
    found = cv2.HoughCircles(
        grey, cv2.HOUGH_GRADIENT_ALT, 1.5, 0.1 * FINE,
        param1=settings.plate_edge, param2=settings.plate_roundness,
        minRadius=round(settings.plate_radius_least * FINE), maxRadius=round(settings.plate_radius_most * FINE),
    )  # fmt: skip
    return np.empty((0, 3)) if found is None else np.asarray(found, dtype=np.float64).reshape(-1, 3)


def moving_with_the_hands(seen: Circles, hands_px: Floats, *, trunk_px: float, settings: LoadSettings) -> Plate | None:
    """The plate, if one is surely there.

    Parameters
    ----------
    seen : what a `PlateFinder` saw.
    hands_px : (N, 2) the hands at the same moments, pixels of the picture; NaN where unknown.
    trunk_px : trunk length.

    Returns
    -------
    Of all sizes at which enough looks agree on a circle that travels with the hands, the largest: smaller plates are
    loaded outside it. None where no size does.
    """
    s = settings
    known = np.isfinite(hands_px).all(axis=1)
    if known.sum() < s.plate_looks_least or np.ptp(hands_px[known, 1]) < s.plate_travel_least * trunk_px:
        return None
    found: list[Plate] = []
    sizes = np.unique(np.round(np.log(seen.radius_px[np.isfinite(seen.radius_px)]) / s.plate_same_size))
    for size in np.exp(sizes * s.plate_same_size):
        plate = _of_size(seen, hands_px, size, trunk_px=trunk_px, settings=s)
        if plate is not None:
            found.append(plate)
    if not found:
        return None
    most = max(plate.time_s.size for plate in found)
    return max((one for one in found if one.time_s.size >= s.plate_rival * most), key=lambda plate: plate.radius_px)


def _of_size(seen: Circles, hands_px: Floats, size: float, *, trunk_px: float, settings: LoadSettings) -> Plate | None:
    """The circle of about this radius that keeps its place beside the hands; None where too few looks agree on one."""
    s = settings
    alike = np.abs(np.log(np.where(np.isfinite(seen.radius_px), seen.radius_px, 1e-9) / size)) < s.plate_same_size
    off = seen.centre_px - hands_px[:, None]
    alike &= np.isfinite(off).all(axis=-1)
    if alike.any(axis=1).sum() < s.plate_looks_least:
        return None
    near = s.plate_keeps_place * trunk_px
    places = off[alike]
    agree = (np.hypot(*np.moveaxis(places[:, None] - places[None], -1, 0)) < near).sum(axis=1)
    usual = np.median(places[np.hypot(*(places - places[agree.argmax()]).T) < near], axis=0)
    away = np.where(alike, np.hypot(*np.moveaxis(off - usual, -1, 0)), np.inf)
    pick, there = away.argmin(axis=1), away.min(axis=1) < near
    looked = np.isfinite(hands_px).all(axis=1)
    if there.sum() < s.plate_looks_least or there.sum() < s.plate_seen_least * looked.sum():
        return None
    centre, radius = seen.centre_px[there, pick[there]], seen.radius_px[there, pick[there]]
    if np.ptp(hands_px[there, 1]) < s.plate_travel_least * trunk_px:
        return None
    gain, gain_error = travel(hands_px[there, 1], centre[:, 1])
    if not s.plate_gain_least <= gain <= s.plate_gain_most:
        return None
    spread = float(mad_scale(radius)) / np.sqrt(radius.size)
    return Plate(seen.time_s[there], centre, float(np.median(radius)), float(spread), gain, gain_error)


def travel(hands: Floats, plate: Floats) -> tuple[float, float]:
    """Pixels the plate travels for every pixel the hands do, and its standard error: the line through both series.

    Both are measured with noise, so the slope is that of the line nearest to the points, not of either on the other.
    """
    x, y = hands - hands.mean(), plate - plate.mean()
    xx, yy, xy = float(x @ x), float(y @ y), float(x @ y)
    if xy <= 0:
        return 0.0, np.inf
    slope = (yy - xx + np.hypot(yy - xx, 2 * xy)) / (2 * xy)
    scatter = mad_scale(y - slope * x)
    return float(slope), float(scatter / np.sqrt(max(xx, 1e-9)))
