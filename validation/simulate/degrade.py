"""What a camera does to a picture: shake, the smear of movement, defocus, noise, compression, uneven frames."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from hiphinge.geometry import Floats
from validation.simulate.sample import Spec

Picture = NDArray[np.uint8]
SUB_FRAMES: Final = 7
"""Moments of an exposure that are added up."""
STILL_PX: Final = 0.4
"""A picture in which nothing moves further than this while the shutter is open is left alone."""
CLOCK: Final = 90_000
"""Ticks a second in which uneven frames are timed."""


def shake(spec: Spec, frames: int) -> Floats:
    """(T, 3) hand-held movement of the camera: metres right, metres up, degrees of roll; below about 1.5 Hz."""
    rng = np.random.default_rng(spec.motion_seed + 1)
    raw = gaussian_filter1d(rng.normal(0, 1, (frames, 3)), 0.12 * spec.fps, axis=0, mode="reflect")
    raw /= np.maximum(raw.std(axis=0), 1e-9)
    return raw * spec.camera.shake_m * np.array([1.0, 1.0, 25.0])


def smeared(pictures: Iterator[Picture], exposure: float) -> Iterator[Picture]:
    """Blur every picture along its own movement while the shutter is open, `exposure` of the frame's interval.

    The movement is the dense optical flow from the picture before, so what moves smears and what rests stays sharp.
    """
    flow_of = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    before: Picture | None = None
    for picture in pictures:
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        flow = flow_of.calc(before, grey, None) * exposure if before is not None else None
        before = np.asarray(grey, dtype=np.uint8)
        moves = flow is not None and float(np.quantile(np.abs(flow), 0.995)) > STILL_PX
        yield along(picture, flow) if flow is not None and moves else picture


def along(picture: Picture, flow: NDArray[np.float32]) -> Picture:
    """Mean of the picture shifted by −½ … +½ of `flow` (H, W, 2), pixels."""
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    total = np.zeros(picture.shape, np.float32)
    for share in np.linspace(-0.5, 0.5, SUB_FRAMES, dtype=np.float32):
        total += cv2.remap(picture, x - share * flow[..., 0], y - share * flow[..., 1], cv2.INTER_LINEAR,
                           borderMode=cv2.BORDER_REPLICATE)  # fmt: skip
    return np.asarray(total / SUB_FRAMES + 0.5, dtype=np.uint8)


def degraded(pictures: Iterator[Picture], spec: Spec) -> Iterator[Picture]:
    """Smear of movement, defocus and sensor noise."""
    if spec.extras.get("exposure"):
        pictures = smeared(pictures, spec.extras["exposure"])
    rng = np.random.default_rng(spec.motion_seed + 3)
    for picture in pictures:
        changed = cv2.GaussianBlur(picture, (0, 0), spec.blur_px) if spec.blur_px else picture
        if spec.noise:
            small = rng.normal(0, spec.noise, (changed.shape[0] // 2, changed.shape[1] // 2, 1)).astype(np.float32)
            grain = cv2.resize(small, changed.shape[1::-1], interpolation=cv2.INTER_NEAREST)[..., None]
            changed = np.clip(changed + grain, 0, 255).astype(np.uint8)
        yield changed


def encode(
    pictures: Iterator[Picture],
    path: Path,
    *,
    fps: float,
    crf: int,
    preset: str = "veryfast",
    time_s: Floats | None = None,
) -> None:
    """Write H.264 that plays in a browser; `time_s` (T,) are the frames' own times where they are not even."""
    with av.open(str(path), "w", options={"movflags": "faststart"}) as out:
        stream = None
        for k, picture in enumerate(pictures):
            if stream is None:
                stream = out.add_stream("h264", rate=round(fps), options={"crf": str(crf), "preset": preset})
                stream.width, stream.height, stream.pix_fmt = picture.shape[1], picture.shape[0], "yuv420p"
                if time_s is not None:
                    stream.codec_context.time_base = stream.time_base = Fraction(1, CLOCK)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            if time_s is not None:
                frame.pts, frame.time_base = round(float(time_s[k]) * CLOCK), Fraction(1, CLOCK)
            for packet in stream.encode(frame):
                out.mux(packet)
        if stream is not None:
            for packet in stream.encode():
                out.mux(packet)
