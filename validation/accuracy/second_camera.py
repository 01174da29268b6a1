"""Film simulated clips again: the same person, clothes and motion from another camera.

    python -m validation.accuracy.second_camera CLIP_FOLDER...

Needs the validation extras. A clip whose second folder is there is left alone.
"""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from validation.accuracy.sets import REFILMED
from validation.simulate.clip import make
from validation.simulate.sample import Spec, spec_of

TURN_DEG = (18.0, 32.0)
"""How far the second camera stands from the first, around the lifter."""


def main() -> None:
    """Film each clip again that was not."""
    for folder in map(Path, sys.argv[1:]):
        again = folder.with_name(folder.name + REFILMED)
        if not again.exists():
            make(from_elsewhere(folder), again)
            print(f"{again.parent.name}/{again.name}: filmed again", flush=True)


def from_elsewhere(folder: Path) -> Spec:
    """The clip's description with the camera moved: other yaw, height, distance and lens."""
    spec = spec_of(json.loads((folder / "truth.json").read_text())["spec"])
    seed, _, index = spec.seed
    rng = np.random.default_rng((seed, 77, index))
    turn = float(rng.uniform(*TURN_DEG))
    camera = spec.camera
    yaw = camera.yaw_deg - turn if camera.yaw_deg > 0 else camera.yaw_deg + turn
    opening = float(np.clip(camera.view_deg * rng.uniform(0.8, 1.2), 30, 60))
    nearer = np.tan(np.deg2rad(camera.view_deg) / 2) / np.tan(np.deg2rad(opening) / 2)
    return replace(
        spec,
        camera=replace(
            camera,
            yaw_deg=yaw,
            view_deg=opening,
            distance_m=camera.distance_m * float(nearer),
            height_m=float(rng.uniform(0.5, 1.5)),
            roll_deg=float(rng.normal(0, 1.2)),
        ),
    )


if __name__ == "__main__":
    os.environ.pop("DISPLAY", None)
    main()
