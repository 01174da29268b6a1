"""What loads, muscles and other postures cost beside the pose model, in one and the same analysis.

    python benchmarks/bench_loads.py CLIP.mp4 … [--exercise rdl] [--load KG]

The pose stage has all cores; the others run on one, after it. Aim: kinetics and muscles at most 5 % of the pose model.
"""

import argparse
from pathlib import Path

from hiphinge.analysis import Request, analyse
from hiphinge.records import Load, Subject

AIM = 0.05
STAGES = ("kinetics", "muscles", "what_if")


def main() -> None:
    """Analyse every clip and print the stages' seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--exercise")
    parser.add_argument("--load", type=float)
    given = parser.parse_args()
    for clip in given.clips:
        request = Request(
            exercise=given.exercise, subject=Subject(mass_kg=75, stature_cm=175), load=Load(mass_kg=given.load)
        )
        took = analyse(clip, request).record.provenance.seconds
        pose, stages = took["pose"], {name: took.get(name, 0.0) for name in STAGES}
        share = (stages["kinetics"] + stages["muscles"]) / pose
        told = ", ".join(f"{name} {seconds:.2f}" for name, seconds in stages.items())
        print(f"{clip.name}: pose {pose:.1f} s, {told} s: kinetics and muscles {100 * share:.1f} % (aim {AIM:.0%})")


if __name__ == "__main__":
    main()
