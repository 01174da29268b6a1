"""Seconds that moments and loads take of a synthetic clip, beside everything else after the pose model.

    python benchmarks/bench_kinetics.py [--rounds 5] [--seconds 10]

The processor's seconds count: on a busy machine the clock's are not the program's own.
"""

import argparse
import statistics
import time

import numpy as np

from hiphinge import cleaning, kinematics, load, reps, view
from hiphinge.kinetics import kinetics
from hiphinge.records import Load, Subject
from hiphinge.settings import load_settings
from hiphinge.synthetic import lifter_track, repetitions

AIM_S = 0.3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=10.0)
    given = parser.parse_args()
    settings = load_settings()
    motion = repetitions(max(1, round((given.seconds - 2) / 4.5)))
    track = cleaning.clean(lifter_track(motion, noise_px=1.0), settings=settings.cleaning)
    camera = view.view_of(track, settings=settings.view)
    facing = view.facing_over_time(track, settings=settings.view)
    seen = kinematics.kinematics(track, camera, settings=settings.kinematics, facing=facing)
    found = reps.find_reps(seen, settings=settings.reps)
    subject, carried = Subject(mass_kg=75.0, stature_cm=175.0), Load(mass_kg=40.0)
    moved = load.follow_set(
        load.Filmed(seen, track, camera, facing),
        found,
        "rdl",
        subject=subject,
        load=carried,
        body=settings.kinematics,
        settings=settings.load,
    )
    filmed = load.Filmed(moved.motion, track, camera, facing)
    took = []
    for _ in range(given.rounds + 1):
        began = time.process_time()
        held = kinetics(filmed, found, "rdl", path=moved.path, subject=subject, load=carried, settings=settings)
        took.append(time.process_time() - began)
    assert held.kinetics is not None
    most = float(np.nanmax(held.kinetics["l5s1_moment_nm"].sel(bound="best")))
    print(f"{motion.time_s[-1]:.1f} s of video, {len(found)} repetitions, {most:.0f} N·m at the most")
    print(
        f"processor: median {statistics.median(took[1:]):.3f} s (best {min(took[1:]):.3f}, worst {max(took[1:]):.3f})"
    )
    print(f"aim: at most {AIM_S} s for ten seconds of video")
    return int(statistics.median(took[1:]) > AIM_S * given.seconds / 10)


if __name__ == "__main__":
    raise SystemExit(main())
