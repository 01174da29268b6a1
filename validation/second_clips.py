"""A second clip of the same set: simulated people filmed again from front, back or oblique, and real pairs of cameras.

    python -m validation.second_clips film --clips SIM --split tune|report   (needs the validation extras)
    python -m validation.second_clips tracks --clips SIM --split tune|report
    python -m validation.second_clips figures --clips SIM --split tune|report [--real FOLDER]

The side's clips are those of the recipes plain and rough. The second camera films the same motion, to which knees that
come in and hips that move aside are added: what the side does not show. Its clip begins and ends at other moments, and
its clock differs by a known offset.
"""

import argparse
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from validation.simulate.sample import Spec, spec_of

SIDES: Final = {
    "tune": (
        "tune/00000-hinge", "tune/00001-rdl", "tune/00002-deadlift", "tune/00003-kettlebell_swing",
        "tune/00005-good_morning", "tune/00007-hinge", "tune/00008-single_leg_rdl", "tune/00010-deadlift",
        "rough_tune/00002-single_leg_rdl", "rough_tune/00010-single_leg_rdl",
    ),
    "report": (
        "report/00000-hinge", "report/00001-rdl", "report/00002-deadlift", "report/00003-kettlebell_swing",
        "report/00005-good_morning", "report/00007-hinge", "report/00008-single_leg_rdl", "report/00013-rdl",
        "report/00020-single_leg_rdl", "rough_report/00002-single_leg_rdl",
    ),
}  # fmt: skip
YAWS_DEG: Final = (90.0, 62.0, -90.0, 45.0, 78.0, -60.0)
"""The second camera's turn, clip after clip: + sees the front, − the back."""
SHORT_PX: Final = 480


def second_of(folder: Path, number: int) -> Spec:
    """The clip's description seen by a second camera, with what only that one sees."""
    spec = spec_of(json.loads((folder / "truth.json").read_text())["spec"])
    rng = np.random.default_rng((*spec.seed, 99))
    one_leg = spec.exercise == "single_leg_rdl"
    asides = [_aside(rng, sway=not one_leg) for _ in spec.faults]
    camera = spec.camera
    shrink = SHORT_PX / min(camera.width, camera.height)
    opening = float(rng.uniform(40, 55))
    distance = spec.shape.stature_m / rng.uniform(0.6, 0.75) / 2 / np.tan(np.deg2rad(opening) / 2)
    camera = replace(
        camera,
        yaw_deg=YAWS_DEG[number % len(YAWS_DEG)] + float(rng.uniform(-5, 5)),
        view_deg=opening,
        distance_m=float(distance),
        height_m=float(rng.uniform(0.6, 1.3)),
        roll_deg=float(rng.normal(0, 1.0)),
        width=2 * round(camera.width * min(shrink, 1.0) / 2),
        height=2 * round(camera.height * min(shrink, 1.0) / 2),
    )
    return replace(spec, camera=camera, bystander=None, extras={**spec.extras, "asides": asides})


def _aside(rng: np.random.Generator, *, sway: bool) -> dict[str, float]:
    """Half of the repetitions are clean; knees come in by 0.3 to 1.2 of `motion.ASIDE`, hips move to either side."""
    found = {}
    if rng.random() < 0.5:
        found["cave"] = float(np.round(rng.uniform(0.3, 1.2), 2))
    if sway and rng.random() < 0.4:
        found["sway"] = float(np.round(rng.choice([-1, 1]) * rng.uniform(0.3, 1.2), 2))
    return found


def film(clips: Path, split: str) -> None:
    """Film every clip of the split that was not."""
    from validation.simulate.clip import make  # noqa: PLC0415 - heavy, and only the validation extras have it

    for number, name in enumerate(SIDES[split]):
        again = second_folder(clips, split, name)
        if not again.exists():
            again.parent.mkdir(parents=True, exist_ok=True)
            took = make(second_of(clips / name, number), again)
            print(f"{again.name}: {took['total_s']:.0f} s", flush=True)


def second_folder(clips: Path, split: str, name: str) -> Path:
    """Where a clip's second view lies."""
    return clips / f"second_{split}" / name.replace("/", "__")


def main() -> None:
    """Do what is asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("film", "tracks", "figures"))
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--split", choices=tuple(SIDES), default="tune")
    given = parser.parse_args()
    {"film": film}[given.what](given.clips, given.split)


if __name__ == "__main__":
    os.environ.pop("DISPLAY", None)
    sys.exit(main())
