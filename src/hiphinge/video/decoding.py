"""Decoded pictures of a file with repaired times: opening, seeking, damaged pieces, restarted clocks.

Local files only: the container is opened so that no playlist inside it can reach for the network.
"""

import queue
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import av
from av.container import InputContainer
from av.filter import Graph
from av.stream import Disposition
from av.video.stream import VideoStream

from hiphinge.errors import UnreadableError
from hiphinge.messages import message
from hiphinge.settings import VideoSettings

if TYPE_CHECKING:
    from av.packet import Packet

T = TypeVar("T")

OPEN_OPTIONS: Final = {"protocol_whitelist": "file,crypto,data"}
COUNTED: Final = frozenset({"avi", "h264", "hevc", "m4v", "mpegvideo"})
"""Formats of constant rate without times of presentation; what is read as such is a guess, and out of order."""
PHOTO: Final = ("image2", "_pipe")
"""Ends of the names of formats that hold one picture."""
UNSEEKABLE: Final = COUNTED | {"gif"}


@dataclass(slots=True)
class Tally:
    """What went wrong during one reading, and how far it came."""

    damaged: int = 0
    repaired_times: int = 0
    broke_off: bool = False
    finished: bool = False
    promised_s: float | None = None
    read_until_s: float | None = None


class TimedFrame(NamedTuple):
    """A decoded picture, as stored, with its repaired time and the shape of its pixels (width over height)."""

    time_s: float
    frame: av.VideoFrame
    pixel_aspect: Fraction | None


class FrameClock:
    """Strictly increasing times out of timestamps that may be missing, doubled, restarted or far away."""

    def __init__(self, interval_s: float, settings: VideoSettings, tally: Tally) -> None:
        self._interval_s, self._settings, self._tally = interval_s, settings, tally
        self._last_s: float | None = None
        self._offset_s = 0.0

    def time_of(self, stamp_s: float | None) -> float:
        """The time of the next frame, whose own timestamp is `stamp_s`."""
        if self._last_s is None:
            self._last_s = stamp_s or 0.0
            return self._last_s
        expected_s = self._last_s + self._interval_s
        time_s = expected_s if stamp_s is None else stamp_s + self._offset_s
        step_s = time_s - self._last_s
        if step_s <= -self._settings.time_jump_s or step_s > self._settings.gap_max_s:
            self._offset_s += expected_s - time_s
            time_s = expected_s
        elif step_s <= 0:
            time_s = self._last_s + 0.5 * self._interval_s
        if stamp_s is None or time_s != stamp_s + self._offset_s or step_s != time_s - self._last_s:
            self._tally.repaired_times += 1
        self._last_s = time_s
        return time_s


@contextmanager
def opened(path: Path, settings: VideoSettings) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The container and its stream of moving pictures.

    Raises
    ------
    UnreadableError
        If there is no such file, it is no video, or it holds no pictures.
    """
    _check_file(path)
    try:
        container = av.open(f"file:{path}", "r", container_options=OPEN_OPTIONS, metadata_errors="replace")
    except (av.FFmpegError, ValueError) as error:
        raise UnreadableError(_why_not_opened(path, error)) from error
    with container:
        if container.format.name.endswith(PHOTO):
            raise UnreadableError(message("error.photo", path=path))
        yield container, _moving_pictures(path, container, settings)


def nominal_interval(container: InputContainer, stream: VideoStream, settings: VideoSettings) -> float:
    """Seconds between frames by the header, for where timestamps are missing.

    An AVI's header may count in finer steps than its pictures come.
    """
    told, guessed = stream.average_rate, stream.guessed_rate
    rate = (guessed or told if container.format.name == "avi" else told or guessed) or stream.base_rate
    return 1.0 / float(rate) if rate else 1.0 / settings.fallback_fps


def promised_end(container: InputContainer, stream: VideoStream) -> float | None:
    """Where the header says that the pictures end, in seconds; ``None`` where it does not say."""
    if stream.duration and stream.time_base:
        return float(((stream.start_time or 0) + stream.duration) * stream.time_base)
    if container.duration and len(container.streams) == 1:
        return ((container.start_time or 0) + container.duration) / av.time_base
    return None


def key_times(container: InputContainer, stream: VideoStream) -> list[float] | None:
    """Times of the key pictures, seconds: none where seeking is no use, ``None`` where the index does not say.

    Only MP4 and MOV carry an index that is whole as soon as they are opened.
    """
    if container.format.name in UNSEEKABLE or not stream.time_base:
        return []
    if "mp4" not in container.format.name:
        return None
    return [float(entry.timestamp * stream.time_base) for entry in stream.index_entries if entry.is_keyframe]


def packet_times(container: InputContainer, stream: VideoStream, settings: VideoSettings) -> tuple[list[float], float]:
    """Sorted times of all pictures, without decoding any, and how long the last one stands. Seconds."""
    interval_s = nominal_interval(container, stream, settings)
    base = float(stream.time_base or Fraction(1, 1000))
    times: list[float] = []
    last_s = interval_s
    with suppress(av.FFmpegError):
        for packet in container.demux(stream):
            if not packet.size or packet.is_discard:
                continue
            stamp = packet.pts if packet.pts is not None else packet.dts
            times.append(len(times) * interval_s if stamp is None else stamp * base)
            last_s = packet.duration * base if packet.duration else interval_s
    return sorted(times), last_s


def timed_frames(
    path: Path, settings: VideoSettings, *, start_s: float | None = None, tally: Tally | None = None
) -> Generator[TimedFrame]:
    """Decoded pictures in order of display; from a key picture at or before `start_s` if seeking is worth it.

    Raises
    ------
    UnreadableError
        If not one picture can be decoded.
    """
    tally = tally or Tally()
    if start_s is not None and start_s > settings.seek_from_s:
        with opened(path, settings) as (container, stream):
            if _seek(container, stream, start_s):
                frames = _timed(container, stream, settings, tally)
                first = next(frames, None)
                if first is not None and first.frame.pts is not None and first.time_s <= start_s:
                    yield first
                    yield from frames
                    return
    with opened(path, settings) as (container, stream):
        frames = _timed(container, stream, settings, tally)
        first = next(frames, None)
        if first is None:
            raise UnreadableError(message("error.not_decoded", path=path))
        yield first
        yield from frames


def prefetched(items: Generator[T], depth: int) -> Generator[T]:
    """The same items, made up to `depth` ahead in a thread that ends with its consumer."""
    ready: queue.Queue[T | _End] = queue.Queue(depth)
    stop = threading.Event()

    def put(item: T | _End) -> None:
        while not stop.is_set():
            with suppress(queue.Full):
                ready.put(item, timeout=0.1)
                return

    def work() -> None:
        end = _End()
        try:
            for item in items:
                put(item)
                if stop.is_set():
                    break
        except Exception as error:  # noqa: BLE001 - carried over to the consumer's thread and raised there
            end = _End(error)
        finally:
            items.close()
        put(end)

    thread = threading.Thread(target=copy_context().run, args=(work,), name="hiphinge-decode", daemon=True)
    thread.start()
    try:
        while not isinstance(item := ready.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stop.set()
        with suppress(queue.Empty):
            ready.get_nowait()  # a full queue would keep the thread waiting
        thread.join()


class _End(NamedTuple):
    error: Exception | None = None


def _check_file(path: Path) -> None:
    try:
        if path.is_dir():
            raise UnreadableError(message("error.folder", path=path))
        if not path.exists():
            raise UnreadableError(message("error.missing", path=path))
        if path.stat().st_size == 0:
            raise UnreadableError(message("error.empty", path=path))
        with path.open("rb"):
            pass
    except OSError as error:
        raise UnreadableError(message("error.not_opened", path=path, reason=error.strerror or error)) from error


def _why_not_opened(path: Path, error: Exception) -> str:
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp":
        return message("error.cut_off", path=path)
    reason = getattr(error, "strerror", None) or str(error)
    return message("error.not_video", path=path, reason=reason)


def _moving_pictures(path: Path, container: InputContainer, settings: VideoSettings) -> VideoStream:
    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams:
        raise UnreadableError(message(f"error.{'sound_only' if container.streams.audio else 'no_pictures'}", path=path))
    best = container.streams.best("video")
    stream = next((s for s in streams if best is not None and s.index == best.index), streams[0])
    if stream.codec_context is None:
        raise UnreadableError(message("error.unknown_coding", path=path))
    stream.thread_type = "AUTO"
    stream.codec_context.thread_count = settings.decode_threads
    return stream


def _seek(container: InputContainer, stream: VideoStream, time_s: float) -> bool:
    if not stream.time_base or container.format.name in UNSEEKABLE:
        return False
    try:
        container.seek(int(time_s / stream.time_base), stream=stream, backward=True)
    except av.FFmpegError:
        return False
    return True


def _timed(
    container: InputContainer, stream: VideoStream, settings: VideoSettings, tally: Tally
) -> Generator[TimedFrame]:
    interval_s = nominal_interval(container, stream, settings)
    clock = FrameClock(interval_s, settings, tally)
    tally.promised_s = promised_end(container, stream)
    aspect = stream.sample_aspect_ratio
    counts_only = container.format.name in COUNTED
    for count, frame in enumerate(_deinterlaced(_decoded(container, stream, tally), stream)):
        base = frame.time_base
        stamp_s = None if frame.pts is None or not base else float(frame.pts * base)
        time_s = clock.time_of(count * interval_s if counts_only else stamp_s)
        shown_s = float(frame.duration * base) if frame.duration and base else interval_s
        tally.read_until_s = time_s + shown_s
        yield TimedFrame(time_s, frame, aspect)
    tally.finished = True


def _decoded(container: InputContainer, stream: VideoStream, tally: Tally) -> Iterator[av.VideoFrame]:
    for packet in _packets(container, stream, tally):
        try:
            yield from stream.decode(packet)
        except av.EOFError:
            return
        except av.FFmpegError:
            tally.damaged += 1


def _packets(container: InputContainer, stream: VideoStream, tally: Tally) -> Iterator["Packet[VideoStream] | None"]:
    """Every packet, and ``None`` (give out what is left) if the file breaks off; whole files end with such a packet."""
    try:
        yield from container.demux(stream)
    except av.FFmpegError:
        tally.broke_off = True
        yield None


def _deinterlaced(frames: Iterator[av.VideoFrame], stream: VideoStream) -> Iterator[av.VideoFrame]:
    graph: Graph | None = None
    for frame in frames:
        if graph is None and frame.interlaced_frame:
            graph = _deinterlacer(stream)
        if graph is None:
            yield frame
        else:
            graph.push(frame)
            yield from _pulled(graph)
    if graph is not None:
        graph.push(None)
        yield from _pulled(graph)


def _deinterlacer(stream: VideoStream) -> Graph:
    graph = Graph()
    graph.link_nodes(
        graph.add_buffer(template=stream),
        graph.add("bwdif", "mode=send_frame:deint=interlaced"),
        graph.add("buffersink"),
    ).configure()
    return graph


def _pulled(graph: Graph) -> Iterator[av.VideoFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        if isinstance(frame, av.VideoFrame):
            yield frame
