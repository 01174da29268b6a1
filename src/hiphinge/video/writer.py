"""Writing a video that every browser plays: H.264, even size, index in front, each picture at its true time."""

import os
import queue
import threading
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import av
import numpy as np
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from hiphinge.errors import UsageError
from hiphinge.settings import VideoSettings, load_slice

TIME_BASE: Final = Fraction(1, 90_000)
"""Every usual frame rate is a whole number of these."""
BT709: Final = 1
LIMITED_RANGE: Final = 1
QUEUED: Final = 4


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
        self._queue: queue.Queue[av.VideoFrame | None] = queue.Queue(QUEUED)
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
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image[:height, :width]), format="rgb24")
        frame.pts, frame.time_base = pts, TIME_BASE
        self._queue.put(frame)

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
                developer = VideoReformatter()
                for frame in frames:
                    container.mux(stream.encode(_encodable(developer, frame)))
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
        stream.colorspace = stream.color_primaries = stream.color_trc = BT709
        stream.options = {"preset": self._settings.encode_preset, "crf": str(self._settings.encode_crf)}
        return stream


def _encodable(developer: VideoReformatter, frame: av.VideoFrame) -> av.VideoFrame:
    coded = developer.reformat(
        frame, format="yuv420p", dst_colorspace=Colorspace.ITU709, interpolation=Interpolation.BILINEAR
    )
    coded.pts, coded.time_base = frame.pts, frame.time_base
    return coded
