"""Makes the small videos that the tests read: any codec, attitude, clock or damage, without a camera.

Each picture carries its own number as a row of sixteen black or white squares, and its four corners have colours of
their own, so that a test can say which picture it got and which way up.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

CORNERS = {"top_left": (255, 0, 0), "top_right": (0, 255, 0), "bottom_left": (0, 0, 255), "bottom_right": (255,) * 3}
BITS = 16
MICROSECONDS = Fraction(1, 1_000_000)


def picture(number: int, *, width: int = 128, height: int = 96) -> np.ndarray:
    """(H, W, 3) uint8: grey, coloured corners, and `number` in binary across the middle."""
    image = np.full((height, width, 3), 128, dtype=np.uint8)
    h, w = height // 4, width // 4
    image[:h, :w] = CORNERS["top_left"]
    image[:h, -w:] = CORNERS["top_right"]
    image[-h:, :w] = CORNERS["bottom_left"]
    image[-h:, -w:] = CORNERS["bottom_right"]
    edges = np.linspace(0, width, BITS + 1).astype(int)
    for bit in range(BITS):
        image[height // 2 - h // 2 : height // 2 + h // 2, edges[bit] : edges[bit + 1]] = 255 * (number >> bit & 1)
    return image


def number_of(image: np.ndarray) -> int:
    """The number that `picture` wrote, read from an upright image of any size."""
    height, width = image.shape[:2]
    centres = ((np.arange(BITS) + 0.5) * width / BITS).astype(int)
    bright = image[height // 2, centres].mean(axis=1) > 127
    return int(sum(int(on) << bit for bit, on in enumerate(bright)))


def corners_of(image: np.ndarray) -> dict[str, str]:
    """Which of `CORNERS` stands in which corner."""
    height, width = image.shape[:2]
    y, x = height // 10, width // 10
    seen = {
        "top_left": image[y, x],
        "top_right": image[y, -1 - x],
        "bottom_left": image[-1 - y, x],
        "bottom_right": image[-1 - y, -1 - x],
    }
    names = list(CORNERS)
    colours = np.array([CORNERS[name] for name in names], dtype=float)
    return {place: names[int(np.argmin(np.abs(colours - colour).sum(axis=1)))] for place, colour in seen.items()}


def make_video(
    path: Path,
    *,
    frames: int = 20,
    fps: float = 30.0,
    times_s: Sequence[float] | None = None,
    width: int = 128,
    height: int = 96,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    rotation_deg: int | None = None,
    mirrored: bool = False,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    pictures: Iterable[np.ndarray] | None = None,
    pixel_aspect: Fraction | None = None,
    time_base: Fraction | None = None,
    container_format: str | None = None,
    audio_s: float = 0.0,
) -> Path:
    """Write a video; `times_s` gives each picture its own time. `rotation_deg` is the header's, counterclockwise."""
    times = times_s if times_s is not None else [k / fps for k in range(frames)]
    shown = pictures if pictures is not None else (picture(k, width=width, height=height) for k in range(len(times)))
    base = time_base or MICROSECONDS
    with av.open(str(path), "w", format=container_format, options=container_options or {}) as container:
        stream = container.add_stream(codec, rate=Fraction(fps).limit_denominator(1001))
        stream.width, stream.height, stream.pix_fmt = width, height, pix_fmt
        stream.time_base = base
        stream.codec_context.time_base = base
        stream.options = options or {}
        if pixel_aspect is not None:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        if rotation_deg is not None or mirrored:
            stream.set_display_rotation(rotation_deg or 0, hflip=mirrored)
        sound = container.add_stream("aac", rate=8000) if audio_s else None
        for time_s, image in zip(times, shown, strict=True):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24").reformat(format=pix_fmt)
            frame.pts, frame.time_base = round(time_s / base), base
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if sound is not None:
            _mux_silence(container, sound, audio_s)
    return path


def make_audio(path: Path, *, seconds: float = 0.5) -> Path:
    """A file with sound and nothing to see."""
    with av.open(str(path), "w") as container:
        _mux_silence(container, container.add_stream("aac", rate=8000), seconds)
    return path


def make_without_pictures(path: Path) -> Path:
    """A whole MP4 whose video track holds no picture, beside a sound track."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        _mux_silence(container, container.add_stream("aac", rate=8000), 0.2)
    return path


def cut(source: Path, path: Path, *, share: float) -> Path:
    """The first `share` of a file's bytes."""
    content = source.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def has_encoder(name: str) -> bool:
    """Whether this build of PyAV can encode `name`."""
    try:
        av.Codec(name, "w")
    except av.FFmpegError:
        return False
    return True


def _mux_silence(container, stream, seconds: float) -> None:
    stream.layout = "mono"
    for start in range(0, int(8000 * seconds), 1024):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), dtype=np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 8000, start, Fraction(1, 8000)
        container.mux(stream.encode(frame))
    container.mux(stream.encode())
