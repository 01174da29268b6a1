"""How quickly recordings are read and written, and in how much memory.

    python benchmarks/bench_video.py [CLIP ...]
    python benchmarks/bench_video.py --long MINUTES

Reads each clip, or one made here in 1080p at 60 Hz, through `VideoReader`, beside the bare decoder as the ceiling.
`--long` makes a 1080p60 file of that many minutes in a temporary folder and streams it.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from hiphinge.video import VideoReader, probe, read_frames
from hiphinge.video.writer import VideoWriter

SIZE = (1920, 1080)
LOOP_S = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--long", type=float, metavar="MINUTES")
    parser.add_argument("--stream", type=Path, metavar="FILE", help="read FILE and print the peak memory")
    asked = parser.parse_args()
    if asked.stream:
        stream(asked.stream)
        return
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made-1080p60.mp4"
        if asked.long:
            make_long(made, minutes=asked.long)
            # a process of its own, whose peak is not that of making the file
            subprocess.run([sys.executable, __file__, "--stream", str(made)], check=True)
            return
        make_long(made, minutes=1 / 6)
        for clip in [*asked.clips, made]:
            compare(clip)
        write(made, Path(folder) / "written.mp4")


def make_long(path: Path, *, minutes: float) -> None:
    """Two seconds of moving texture, their packets repeated: long without long encoding."""
    loop = path.with_suffix(".loop.mp4")
    with VideoWriter(loop, fps=60) as writer:
        for k, image in enumerate(moving_texture(60 * LOOP_S)):
            writer.write(image, k / 60)
    repeat(loop, path, times=max(1, round(minutes * 60 / LOOP_S)))
    loop.unlink()


def moving_texture(count: int) -> Iterator[np.ndarray]:
    """Pictures with as much detail and movement as a gym in the background."""
    noise = np.random.default_rng(0).integers(0, 256, (SIZE[1] // 8, SIZE[0] // 8 + count, 3), dtype=np.uint8)
    for k in range(count):
        yield np.ascontiguousarray(np.kron(noise[:, k : k + SIZE[0] // 8], np.ones((8, 8, 1), dtype=np.uint8)))


def repeat(source: Path, path: Path, *, times: int) -> None:
    with av.open(str(source)) as loop, av.open(str(path), "w") as out:
        stream_in = loop.streams.video[0]
        stream_out = out.add_stream_from_template(stream_in)
        packets = [packet for packet in loop.demux(stream_in) if packet.size]
        span = round(Fraction(LOOP_S) / stream_in.time_base)
        for turn in range(times):
            for packet in packets:
                copy = av.Packet(bytes(packet))
                copy.pts, copy.dts = packet.pts + turn * span, packet.dts + turn * span
                copy.time_base, copy.duration, copy.stream = stream_in.time_base, packet.duration, stream_out
                copy.is_keyframe = packet.is_keyframe
                out.mux(copy)


def compare(clip: Path) -> None:
    info = probe(clip)
    bare = rate(bare_frames(clip))
    ours = rate(read_frames(clip))
    small = rate(read_frames(clip, max_size=640))
    print(
        f"{clip.name}: {info.width}x{info.height}, {info.frames} frames; bare decoder {bare:.0f}/s, "
        f"upright RGB {ours:.0f}/s ({ours / bare:.2f} of it), at most 640 px {small:.0f}/s ({small / bare:.2f})"
    )


def bare_frames(clip: Path) -> Iterator[av.VideoFrame]:
    with av.open(str(clip)) as container:
        stream_in = container.streams.video[0]
        stream_in.thread_type = "AUTO"
        yield from container.decode(stream_in)


def rate(frames: Iterator[object]) -> float:
    began = time.perf_counter()
    count = sum(1 for _ in frames)
    return count / (time.perf_counter() - began)


def write(source: Path, target: Path) -> None:
    images = [frame.image for frame in read_frames(source, end_s=2.0)]
    began, cpu = time.perf_counter(), time.process_time()
    with VideoWriter(target, fps=60) as writer:
        for k, image in enumerate(images):
            writer.write(image, k / 60)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(f"writing {SIZE[0]}x{SIZE[1]}: {len(images) / wall:.0f} frames/s, {1e3 * cpu / len(images):.1f} ms CPU each")


def stream(path: Path) -> None:
    before = peak_mb()
    began = time.perf_counter()
    info = probe(path)
    probed = time.perf_counter() - began
    reader = VideoReader(path)
    speed = rate(iter(reader))
    print(
        f"{info.duration_s / 60:.1f} min {info.width}x{info.height} at {info.fps:.1f} Hz, "
        f"{path.stat().st_size / 1e6:.0f} MB: probed in {probed:.2f} s; "
        f"{reader.outcome.frames} frames at {speed:.0f}/s; "
        f"peak memory {peak_mb():.0f} MB ({before:.0f} MB before reading)"
    )


def peak_mb() -> float:
    """Peak memory of this process. Linux's getrusage counts the process that started it too."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if "VmHWM" in line) / 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    main()
