"""From file to pose track, against the bare landmark model on as many frames: how much of the ceiling is reached.

The ceiling does nothing but run the landmark model once per frame on ready-made inputs, in the better of two
arrangements: one interpreter with all threads, or one single-threaded interpreter per core side by side. Ours opens
the file, scouts, decodes, detects, cuts out, tracks and writes the track, loading the models included. Both are taken
in turns, so that whatever else the machine does falls on both::

    python benchmarks/bench_pose.py CLIP.mp4 [--model heavy] [--rounds 3]
"""

import argparse
import statistics
import sys
import threading
import time
from pathlib import Path

import numpy as np

from hiphinge import video, weights
from hiphinge.estimators.blazepose.landmarks import SIDE
from hiphinge.estimators.blazepose.litert import LiteModel
from hiphinge.people import estimate_pose, worker_threads

AIM = 0.8


class Bare:
    """The landmark model and nothing else; loaded and warm before the clock runs."""

    def __init__(self, source: Path, *, lanes: int, threads: int) -> None:
        self._models = [LiteModel(source, threads=threads, name="pose landmark") for _ in range(lanes)]
        self._picture = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
        self.seconds(2 * lanes)

    def seconds(self, frames: int) -> float:
        """Wall time of `frames` runs shared out over the lanes."""
        share = frames // len(self._models)
        lanes = [threading.Thread(target=self._lane, args=(model, share)) for model in self._models]
        began = time.perf_counter()
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join()
        return (time.perf_counter() - began) * frames / (share * len(self._models))

    def _lane(self, model: LiteModel, frames: int) -> None:
        for _ in range(frames):
            model.run(self._picture, low=0.0, high=1.0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--model", default="full", choices=("full", "heavy"))
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    files, cores = weights.model_files(given.model), worker_threads()
    info = video.probe(given.clip)
    shared = Bare(files.landmarks, lanes=1, threads=cores)
    apart = Bare(files.landmarks, lanes=cores, threads=1)
    print(f"{given.clip.name}: {info.frames} frames of {info.width}×{info.height}, model {given.model}, {cores} cores")
    ratios = []
    for _ in range(given.rounds):
        bare = {"one interpreter": shared.seconds(info.frames), "one per core": apart.seconds(info.frames)}
        began = time.perf_counter()
        estimate = estimate_pose(info, files, model=given.model)
        ours = time.perf_counter() - began
        frames = estimate.track.sizes["time"]
        ratios.append(min(bare.values()) / info.frames / (ours / frames))
        told = ", ".join(f"{name} {info.frames / seconds:6.1f}" for name, seconds in bare.items())
        print(f"frames per second: bare {told}; ours {frames / ours:6.1f}; share {ratios[-1]:.2f}", flush=True)
    print(f"median share of the ceiling {statistics.median(ratios):.2f} (aim: at least {AIM})")
    return 0 if statistics.median(ratios) >= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
