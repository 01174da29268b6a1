"""Seconds that moments and loads take of a synthetic clip, beside what goes before them after the pose model.

    python benchmarks/bench_kinetics.py [--rounds 5] [--seconds 10]

Both are taken in turns, and the processor's seconds count: on a busy machine the clock's are not the program's own.
"""

import argparse
import statistics
import time
from dataclasses import replace

import numpy as np

from hiphinge import cleaning, kinematics, load, reps, view
from hiphinge.followed import Followed
from hiphinge.kinetics import kinetics
from hiphinge.pose import PoseTrack
from hiphinge.records import Load, LoadPath, Rep, Subject
from hiphinge.settings import load_settings
from hiphinge.synthetic import lifter_track, repetitions

AIM_S = 0.3
SETTINGS = load_settings()
EXERCISE, LIFTER, CARRIED = "rdl", Subject(mass_kg=75.0, stature_cm=175.0), Load(mass_kg=40.0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=10.0)
    given = parser.parse_args()
    motion = repetitions(max(1, round((given.seconds - 2) / 4.5)))
    track = lifter_track(motion, noise_px=1.0)
    took, shares = [], []
    for _ in range(given.rounds + 1):
        began = time.process_time()
        lifter, found, path = followed(track)
        between = time.process_time()
        held = kinetics(lifter, found, EXERCISE, path=path, subject=LIFTER, load=CARRIED, settings=SETTINGS)
        took.append(time.process_time() - between)
        shares.append(took[-1] / (between - began))
    assert held.kinetics is not None
    most = float(np.nanmax(held.kinetics["l5s1_moment_nm"].sel(bound="best")))
    print(f"{motion.time_s[-1]:.1f} s of video, {len(found)} repetitions, {most:.0f} N·m at the most")
    print(
        f"processor: median {statistics.median(took[1:]):.3f} s (best {min(took[1:]):.3f}, worst {max(took[1:]):.3f}), "
        f"{statistics.median(shares[1:]):.2f} × what cleaning, angles, repetitions and the load's path took"
    )
    print(f"aim: at most {AIM_S} s for ten seconds of video")
    return int(statistics.median(took[1:]) > AIM_S * given.seconds / 10)


def followed(raw: PoseTrack) -> tuple[Followed, tuple[Rep, ...], LoadPath]:
    """All that goes before: from the raw track to repetitions and the load's path."""
    track = cleaning.clean(raw, settings=SETTINGS.cleaning)
    camera = view.view_of(track, settings=SETTINGS.view)
    facing = view.facing_over_time(track, settings=SETTINGS.view)
    seen = kinematics.kinematics(track, camera, settings=SETTINGS.kinematics, facing=facing)
    lifter = Followed(track, seen, camera, facing)
    found = reps.find_reps(seen, settings=SETTINGS.reps)
    moved = load.follow_set(
        lifter, found, EXERCISE, subject=LIFTER, load=CARRIED, body=SETTINGS.kinematics, settings=SETTINGS.load
    )
    return replace(lifter, motion=moved.motion), found, moved.path


if __name__ == "__main__":
    raise SystemExit(main())
