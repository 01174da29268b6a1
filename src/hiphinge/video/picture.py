"""From a decoded picture to an upright 8-bit RGB image, whatever the codec, the phone's attitude or the colours."""

import struct
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, SupportsBytes, cast

import av
import cv2
import numpy as np
from av.video.reformatter import ColorTrc, Interpolation, VideoReformatter
from numpy.typing import NDArray

from hiphinge.errors import UnreadableError
from hiphinge.messages import message

if TYPE_CHECKING:
    from collections.abc import Mapping

Image = NDArray[np.uint8]
"""(H, W, 3), red, green, blue, upright, C-contiguous."""

COLORSPACE_BT709: Final = 1
COLORSPACE_UNKNOWN: Final = 2
HD_LINES: Final = 720
"""From this height on, pictures that do not say their colour matrix are BT.709 (the convention of every player)."""


PIXEL_ASPECTS: Final = (0.25, 4.0)
"""Video formats have pixels at most twice as wide as high; a header that says much more is damaged."""


class Orientation(NamedTuple):
    """How a stored picture is turned upright: mirrored left to right first, then `quarter_turns` counterclockwise."""

    quarter_turns: int = 0
    mirrored: bool = False

    @property
    def rotation_deg(self) -> int:
        """Counterclockwise turn in degrees: 0, 90, 180 or 270."""
        return 90 * self.quarter_turns


class Layout(NamedTuple):
    """The size to scale the stored picture to, before it is turned."""

    width: int
    height: int
    orientation: Orientation

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height of the upright image."""
        return (self.height, self.width) if self.orientation.quarter_turns % 2 else (self.width, self.height)


def orientation_of(frame: av.VideoFrame) -> Orientation:
    """The orientation that the frame's display matrix asks for, to the nearest quarter turn.

    The matrix maps a stored point (x, y), y down, to (a x + c y, b x + d y). Read as bytes rather than as an angle
    because selfie cameras also mirror, which an angle cannot say.
    """
    side_data = cast("Mapping[str, SupportsBytes]", frame.side_data)
    if "DISPLAYMATRIX" not in side_data:
        return Orientation()
    a, b, _, c, d = struct.unpack("=5i", bytes(side_data["DISPLAYMATRIX"])[:20])
    mirrored = a * d - b * c < 0
    if mirrored:  # undo the mirroring, which comes first, to leave a pure turn
        a, b = -a, -b
    turn = round(float(np.degrees(np.arctan2(c - b, a + d))) / 90.0) % 4
    return Orientation(quarter_turns=turn, mirrored=mirrored)


def layout_of(frame: av.VideoFrame, *, pixel_aspect: Fraction | None, max_size: int | None = None) -> Layout:
    """The layout in which the frame's pixels are square and its longer side at most `max_size` pixels."""
    width, height = float(frame.width), float(frame.height)
    if pixel_aspect and PIXEL_ASPECTS[0] <= pixel_aspect <= PIXEL_ASPECTS[1]:
        width *= float(pixel_aspect)
    scale = min(1.0, max_size / max(width, height)) if max_size else 1.0
    return Layout(max(1, round(width * scale)), max(1, round(height * scale)), orientation_of(frame))


class Developer:
    """Makes upright RGB images of one video's decoded frames.

    High-dynamic-range pictures keep their wider primaries, so colours come out a little muted; PQ passes through a
    brightness curve. That costs 2 ms for a 1080p picture where a full conversion costs 70.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._reformatter = VideoReformatter()

    def image(self, frame: av.VideoFrame) -> Image:
        """The frame as an upright image of the layout's size.

        Raises
        ------
        UnreadableError
            If its pixel format cannot be turned into RGB.
        """
        width, height, orientation = self.layout
        shrinks = width < frame.width or height < frame.height
        try:
            rgb = self._reformatter.reformat(
                frame,
                width=width,
                height=height,
                format="rgb24",
                src_colorspace=_assumed_matrix(frame),
                interpolation=Interpolation.AREA if shrinks else Interpolation.BILINEAR,
            ).to_ndarray()
        except av.FFmpegError as error:
            raise UnreadableError(
                message("error.not_rgb", format=frame.format.name, width=frame.width, height=frame.height)
            ) from error
        image = _turned(np.asarray(rgb, dtype=np.uint8), orientation)
        curve = brightness_curve(frame.color_trc)
        if curve is not None:
            image = np.asarray(cv2.LUT(image, curve), dtype=np.uint8)
        return np.ascontiguousarray(image)


def _assumed_matrix(frame: av.VideoFrame) -> int | None:
    unknown = frame.colorspace == COLORSPACE_UNKNOWN
    return COLORSPACE_BT709 if unknown and frame.height >= HD_LINES else None


def _turned(image: Image, orientation: Orientation) -> Image:
    if orientation.mirrored:
        image = np.asarray(cv2.flip(image, 1), dtype=np.uint8)
    turns = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}
    if orientation.quarter_turns:
        image = np.asarray(cv2.rotate(image, turns[orientation.quarter_turns]), dtype=np.uint8)
    return image


@cache
def brightness_curve(transfer: int) -> NDArray[np.uint8] | None:
    """Table of 256 values from a PQ signal to a standard one; ``None`` for all other transfer functions.

    HLG, what most phones write, was made to look right on standard displays as it is. PQ looks grey and flat: its
    light, relative to reference white (203 cd/m², ITU-R BT.2408), is compressed by Reinhard's extended operator, which
    leaves the dark parts alone and reaches 1 at the peak of 1000 cd/m², then sRGB-encoded.
    """
    if transfer != ColorTrc.SMPTE2084:
        return None
    relative, peak = _pq_light(np.arange(256) / 255.0) / 203.0, 1000.0 / 203.0
    shown = np.clip(relative * (1.0 + relative / peak**2) / (1.0 + relative), 0.0, 1.0)
    encoded = np.where(shown <= 0.0031308, 12.92 * shown, 1.055 * shown ** (1 / 2.4) - 0.055)
    return np.round(255.0 * encoded).astype(np.uint8)


def _pq_light(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Luminance in cd/m² of a PQ signal in 0 … 1 (SMPTE ST 2084)."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    root = signal ** (1 / m2)
    return np.asarray(10000.0 * (np.maximum(root - c1, 0.0) / (c2 - c3 * root)) ** (1 / m1))
