"""Writing a video that every browser plays: H.264, even size, index in front, each picture at its true time."""

import os
import queue
import threading
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from hiphinge.errors import UsageError
from hiphinge.settings import VideoSettings, load_slice

TIME_BASE: Final = Fraction(1, 90_000)
"""Every usual frame rate is a whole number of these."""
BT709: Final = 1
BT601: Final = 6
"""Code points of ITU-T H.273: primaries and transfer of sRGB-like pictures, and the matrix OpenCV applies."""
LIMITED_RANGE: Final = 1
QUEUED: Final = 4

Picture = NDArray[np.uint8]


class VideoWriter:
    """Context manager that writes pictures to `path` when all went well, and leaves nothing when it did not.

    Encoding runs in a thread of its own, so that drawing the next picture overlaps with it. The first picture stands at
    0 of the file's clock; its time on the recording's clock is `start_s`. The size is that of the first picture, less
    one row or column where that is odd.

    Parameters
    ----------
    path : the finished file, an MP4; replaced if it exists.
    fps : a hint to the encoder; the times decide.

    Raises
    ------
    UsageError
        If nothing was written, or times do not increase, or sizes differ.
    """

    def __init__(self, path: Path | str, *, fps: float = 30.0, settings: VideoSettings | None = None) -> None:
        self._path = Path(path)
        self._partial = self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
        self._fps, self._settings = fps, settings or load_slice("video", VideoSettings)
        self._queue: queue.Queue[tuple[Picture, int] | None] = queue.Queue(QUEUED)
        self._thread: threading.Thread | None = None
        self._error: Exception | None = None
        self._size: tuple[int, int] = (0, 0)
        self._last_pts = -1
        self.start_s: float | None = None

    def __enter__(self) -> Self:
        return self

    def write(self, image: NDArray[np.uint8], time_s: float) -> None:
        """Add one picture, (H, W, 3) uint8 RGB, at `time_s` seconds. The image may be changed afterwards."""
        if self._error is not None:
            raise self._error
        height, width = image.shape[0] & ~1, image.shape[1] & ~1
        if self.start_s is None:
            if not width or not height:
                raise UsageError(f"cannot write pictures of {image.shape[1]}×{image.shape[0]} pixels: 2×2 is the least")
            self.start_s, self._size = time_s, (width, height)
            self._thread = threading.Thread(target=self._encode, name="hiphinge-encode", daemon=True)
            self._thread.start()
        if (width, height) != self._size:
            raise UsageError(f"pictures of one video must have one size: {self._size} so far, now {(width, height)}")
        pts = round((time_s - self.start_s) / TIME_BASE)
        if pts <= self._last_pts:
            raise UsageError(f"pictures must be written in order of time: {time_s:g} s is not after the one before")
        self._last_pts = pts
        self._queue.put((np.array(image[:height, :width]), pts))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join()
        try:
            if kind is not None:
                return
            if self._error is not None:
                raise self._error
            if self.start_s is None:
                raise UsageError(f"no picture was given for {self._path}: a video needs at least one")
            self._partial.replace(self._path)
        finally:
            self._partial.unlink(missing_ok=True)

    def _encode(self) -> None:
        frames = iter(self._queue.get, None)
        try:
            with av.open(
                str(self._partial), "w", format="mp4", container_options={"movflags": "+faststart"}
            ) as container:
                stream = self._stream(container.add_stream("libx264", rate=Fraction(self._fps).limit_denominator(1001)))
                for image, pts in frames:
                    container.mux(stream.encode(_encodable(image, pts)))
                container.mux(stream.encode(None))
        except Exception as error:  # noqa: BLE001 - carried over to the writer's thread and raised there
            self._error = error
            for _ in frames:  # so that `write` never waits for a thread that has ended
                pass

    def _stream(self, stream: VideoStream) -> VideoStream:
        stream.width, stream.height = self._size
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = TIME_BASE
        stream.codec_context.gop_size = self._settings.keyframe_frames
        stream.color_range = LIMITED_RANGE
        stream.colorspace = BT601
        stream.color_primaries = stream.color_trc = BT709
        stream.options = {"preset": self._settings.encode_preset, "crf": str(self._settings.encode_crf)}
        return stream


def _encodable(image: Picture, pts: int) -> av.VideoFrame:
    """The picture in the encoder's own form; OpenCV converts five times faster than FFmpeg's scaler, to BT.601."""
    coded = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), dtype=np.uint8)
    frame = av.VideoFrame.from_ndarray(coded, format="yuv420p")
    frame.pts, frame.time_base = pts, TIME_BASE
    return frame
