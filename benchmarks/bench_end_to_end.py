"""The whole command, from file to folder, against the bare landmark model on as many frames.

What `bench_pose` is for the pose stage, this is for what a user waits for: start-up, reading, pose, judgement, overlay
video, report and tables. Both are taken in turns, and peak memory is the command's own::

    python benchmarks/bench_end_to_end.py CLIP.mp4 [--rounds 3]
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_pose import Bare
from hiphinge import video, weights
from hiphinge.people import worker_threads

AIM = 0.8
OWN_PEAK = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
"""Runs a command from a process without memory of its own: Linux counts that of whoever starts it to its peak."""


def main() -> int:
    """Take both in turns and print their shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    frames, landmarks = video.probe(given.clip).frames, weights.ready("full").landmarks
    cores = worker_threads()
    arrangements = [Bare(landmarks, lanes=1, threads=cores), Bare(landmarks, lanes=cores, threads=1)]
    shares, peaks_mb = [], []
    for _ in range(given.rounds):
        bare = min(arrangement.seconds(frames) for arrangement in arrangements)
        whole, peak_mb = _whole(given.clip)
        peaks_mb.append(peak_mb)
        shares.append(bare / whole)
        print(
            f"frames per second: bare {frames / bare:.0f}, the whole command {frames / whole:.0f}: {bare / whole:.2f}"
        )
    share = statistics.median(shares)
    print(f"{given.clip.name}, {frames} frames: median share {share:.2f} (aim {AIM}), peak {max(peaks_mb):.0f} MB")
    return 0 if share >= AIM else 1


def _whole(clip: Path) -> tuple[float, float]:
    """Wall seconds and peak memory, MB, of one `hiphinge analyze`, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        analyze = [sys.executable, "-m", "hiphinge", "analyze", str(clip), "--out", folder]
        peak_kb = subprocess.check_output([sys.executable, "-c", OWN_PEAK, *analyze], text=True)
        return time.perf_counter() - began, int(peak_kb) / 1024


if __name__ == "__main__":
    sys.exit(main())
