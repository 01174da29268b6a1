"""Stills of simulated people as the package would see them: features and truth, person by person."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hiphinge.estimators.blazepose.region import Region
from hiphinge.outline import RAYS, trace
from hiphinge.settings import SpineSettings, load_slice
from hiphinge.spine import doubt
from hiphinge.spine.features import features, leans, posture
from validation.stills import MOMENTS, STANDING

Floats = NDArray[np.float64]
CHANGES: Final = ("lumbar_deg", "thoracic_deg", "pelvis_deg", "head_angle_deg")
"""Learned as changes from the person's own standing."""
SEGMENTS: Final = ("trunk", "thigh", "shank")
"""Learned as what is missing from the landmarks' inclinations."""


class Shown(NamedTuple):
    """One camera's stills of one person.

    Attributes
    ----------
    features : (M, F) as `hiphinge.spine.features` gives them, with the standing trunk length as the unit.
    longest : standing trunk length over the longest of these stills, to measure without standing.
    true : (M, 7) degrees: CHANGES, then what is missing from the inclinations of SEGMENTS.
    """

    features: Floats
    longest: float
    true: Floats
    person: int
    yaw_deg: float
    slack_m: float
    exercise: str


def shown(path: Path) -> list[Shown]:
    """Read one person's stills; a camera that did not find them every time is left out."""
    kept = np.load(path)
    settings = load_slice("spine", SpineSettings)
    found = []
    for camera in range(len(kept["position"])):
        position = kept["position"][camera]
        if not np.isfinite(position).all():
            continue
        facing = np.full(MOMENTS, 1.0 if str(kept["facing"]) == "right" else -1.0)
        of = posture(position, _edges(kept, camera, facing, settings), facing)
        upright = slice(0, STANDING)
        scale = float(of.trunk_px[upright].mean())
        changes = [kept[name] - kept[name][upright].mean() for name in CHANGES]
        sign = {"trunk": 1.0, "thigh": -1.0, "shank": 1.0}
        lean = np.rad2deg(leans(of))
        missing = [kept[f"{name}_inclination_deg"] - sign[name] * lean[:, k] for k, name in enumerate(SEGMENTS)]
        found.append(
            Shown(
                features(of, scale_px=scale),
                scale / float(of.trunk_px.max()),
                np.stack([*changes, *missing], axis=1),
                int(path.stem),
                float(kept["yaw_deg"][camera]),
                float(kept["slack_m"]),
                str(kept["exercise"]),
            )
        )
    return found


def _edges(kept: dict[str, NDArray[np.float64]], camera: int, facing: Floats, settings: SpineSettings) -> Floats:
    """(M, 2, R, 2) outline at the back and the front, without what the package would not believe."""
    position, seen = kept["position"][camera], np.clip(kept["confidence"][camera], 0, 1)
    place = np.full((MOMENTS, 2, len(RAYS), 2), np.nan)
    sharp, pixel_px = np.zeros((MOMENTS, 2, len(RAYS))), np.zeros(MOMENTS)
    for k in range(MOMENTS):
        region = Region(*kept["region"][camera, k])
        hip, shoulder, ear = (position[k, [left, left + 1]].mean(axis=0) for left in (23, 11, 7))
        probability = kept["mask"][camera, k].astype(np.float32) / 255
        side = probability.shape[0]
        edges = trace(probability, region.to_image(side), hip=hip, shoulder=shoulder, ear=ear)
        place[k], sharp[k], pixel_px[k] = edges.position, edges.confidence, region.size / side
    left = facing < 0
    place[left], sharp[left] = place[left, ::-1], sharp[left, ::-1]
    trunk = np.linalg.norm(position[:, 11:13].mean(axis=1) - position[:, 23:25].mean(axis=1), axis=-1)
    picture = (float(kept["width"]), float(kept["height"]))
    trust = doubt.trust(
        place, sharp, position, seen, picture_px=picture, pixel_px=pixel_px,
        trunk_px=float(trunk[:STANDING].mean()), settings=settings,
    )  # fmt: skip
    place[trust < settings.outline_least_confidence] = np.nan
    return place


def read(folder: Path, *, workers: int = 2) -> Sequence[Shown]:
    """Read every person's stills."""
    with ProcessPoolExecutor(workers) as pool:
        return [one for person in pool.map(shown, sorted(folder.glob("[0-9]*.npz")), chunksize=8) for one in person]
