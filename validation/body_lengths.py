"""What BlazePose's landmarks say of a standing body's lengths: `python -m validation.body_lengths --stills DIR`.

Prints the numbers that data/settings/ghost.toml takes from simulated people: how high the ankle's joint lies, the sum
of shank, thigh and trunk, and the shares of trunk and shank in it as far as landmarks tell them.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from hiphinge.geometry import Floats
from hiphinge.pose import KEYPOINTS
from validation.stills import STANDING

SIDE_DEG: Final = 20.0
"""Views within this of the side."""
TRUNK_PER_STATURE: Final = 0.288
SEGMENTS: Final = (("ankle", "knee"), ("knee", "hip"), ("hip", "shoulder"))


class Body(NamedTuple):
    """Shank, thigh and trunk, pixels; by joints and by landmarks; the joint above the landmark, statures."""

    true: Floats
    seen: Floats
    ankle_up: float


def main() -> None:
    """Print the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stills", type=Path, required=True)
    found = [body for path in sorted(parser.parse_args().stills.glob("*.npz")) for body in bodies(path)]
    true, seen = (np.stack([getattr(one, name) for one in found]) for name in ("true", "seen"))
    ratio = true.sum(axis=1) / seen.sum(axis=1)
    print(f"{len(found)} views; ankle_up {np.median([one.ankle_up for one in found]):.3f}")
    print(f"whole_length {np.median(ratio):.3f}, 68 % within {np.diff(np.quantile(ratio, [0.16, 0.84]))[0] / 2:.3f}")
    for name, part, of in (("trunk", 2, slice(0, 3)), ("shank", 0, slice(0, 2))):
        own, usual, left = fitted(seen[:, part] / seen[:, of].sum(axis=1), true[:, part] / true[:, of].sum(axis=1))
        print(f"{name}_usual {usual:.3f}, {name}_own {own:.3f}, right to {left:.3f}")


def bodies(path: Path) -> Iterator[Body]:
    """The standing body of one person, by each camera that stood about at the side and saw it."""
    with np.load(path) as file:
        kept: dict[str, Any] = dict(file.items())
    for camera, yaw_deg in enumerate(kept["yaw_deg"]):
        position = kept["position"][camera]
        if abs(yaw_deg) < SIDE_DEG and np.isfinite(position).all():
            yield _body(kept, position, camera)


def _body(kept: dict[str, Any], position: Floats, camera: int) -> Body:
    def joint(name: str) -> Floats:
        return np.asarray((kept[f"px_left_{name}"][camera] + kept[f"px_right_{name}"][camera]) / 2)[:STANDING]

    def landmark(name: str) -> Floats:
        pair = [KEYPOINTS.index(f"{side}_{name}") for side in ("left", "right")]
        return np.asarray(position[:, pair].mean(axis=1))[:STANDING]

    true, seen = (
        np.array([np.median(np.linalg.norm(at(upper) - at(lower), axis=1)) for lower, upper in SEGMENTS])
        for at in (joint, landmark)
    )
    up = np.median((landmark("ankle") - joint("ankle"))[:, 1])
    return Body(true, seen, float(up / (seen[2] / TRUNK_PER_STATURE)))


def fitted(seen: Floats, true: Floats) -> tuple[float, float, float]:
    """Slope, intercept, and the robust spread of what is left."""
    slope, intercept = np.polyfit(seen, true, 1)
    left = true - slope * seen - intercept
    return float(slope), float(intercept), float(1.4826 * np.median(np.abs(left)))


if __name__ == "__main__":
    main()
