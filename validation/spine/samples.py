"""Stills of simulated people as the package would see them: features and truth, person by person."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from hiphinge.body import middle
from hiphinge.estimators.blazepose.region import Region
from hiphinge.geometry import Floats
from hiphinge.kinematics.correction import SEGMENTS
from hiphinge.outline import RAYS, trace
from hiphinge.pose import KEYPOINTS
from hiphinge.settings import SpineSettings, load_slice
from hiphinge.spine import doubt
from hiphinge.spine.features import features, leans, posture
from validation.stills import MOMENTS, SEED, STANDING, person_of

CHANGES: Final = ("lumbar_deg", "thoracic_deg", "pelvis_deg", "head_angle_deg")
"""Learned as changes from the person's own standing."""
COPIES: Final = 3
"""Each still is given once as it is, and again with its landmarks moved as they are from one film to another."""
MOVED: Final = 0.012
"""How far, trunk lengths per axis, in each still; and as much again in all stills of one copy."""
GIRDLE: Final = 0.025
"""How far the shoulder girdle of a copy slides on the ribs, trunk lengths per axis in each still: the simulated one is
fixed to them, a lifter's hangs and is drawn back. Arms and shoulders move, with them the true line hip → shoulder."""
ARMS: Final = [
    KEYPOINTS.index(f"{side}_{name}") for side in ("left", "right") for name in ("shoulder", "elbow", "wrist")
]


class Shown(NamedTuple):
    """One camera's stills of one person.

    Attributes
    ----------
    features : (M, F) as `hiphinge.spine.features` gives them, with the standing trunk length as the unit.
    longest : standing trunk length over the longest of these stills, to measure without standing.
    true : (M, 7) degrees: CHANGES, then what is missing from the landmarks' inclinations of SEGMENTS.
    """

    features: Floats
    longest: float
    true: Floats
    person: int
    yaw_deg: float
    slack_m: float
    exercise: str
    copy: int


def shown(path: Path) -> list[Shown]:
    """Read one person's stills; a camera that did not find them every time is left out."""
    with np.load(path) as opened:
        kept = dict(opened) | {"person": person_of(int(path.stem))}
    settings = load_slice("spine", SpineSettings)
    found = []
    rng = np.random.default_rng((SEED, 93, int(path.stem)))
    for camera in range(len(kept["position"])):
        if np.isfinite(kept["position"][camera]).all():
            found += [_copy(kept, camera, number, rng=rng, settings=settings) for number in range(COPIES)]
    return found


def _copy(
    kept: Mapping[str, Any], camera: int, number: int, *, rng: np.random.Generator, settings: SpineSettings
) -> Shown:
    """One camera's stills; copy 0 as they are, the others with moved landmarks."""
    position = kept["position"][camera]
    upright, facing = slice(0, STANDING), np.full(MOMENTS, 1.0 if str(kept["facing"]) == "right" else -1.0)
    trunk = float(np.median(np.linalg.norm(middle(position, "shoulder") - middle(position, "hip"), axis=-1)))
    girdle = np.zeros((MOMENTS, 2))
    if number:
        position = position + rng.normal(0, MOVED * trunk, position.shape)
        position += rng.normal(0, MOVED * trunk, position.shape[1:])
        girdle = rng.normal(0, GIRDLE * trunk, (MOMENTS, 2))
    lean = np.rad2deg(_leans(position, facing)) * [1, -1, 1]
    missing = [kept[f"{name}_inclination_deg"] - lean[:, k] for k, name in enumerate(SEGMENTS)]
    position = position.copy()
    position[:, ARMS] += girdle[:, None]
    of = posture(position, _edges(kept, camera, position, facing=facing, settings=settings), facing)
    scale = float(of.trunk_px[upright].mean())
    changes = [kept[name] - kept[name][upright].mean() for name in CHANGES]
    return Shown(
        features(of, scale_px=scale),
        scale / float(of.trunk_px.max()),
        np.stack([*changes, *missing], axis=1),
        int(kept["person"]),
        float(kept["yaw_deg"][camera]),
        float(kept["slack_m"]),
        str(kept["exercise"]),
        number,
    )


def _leans(position: Floats, facing: Floats) -> Floats:
    """(M, 3) inclinations of trunk, thigh and shank, rad."""
    return leans(posture(position, np.empty((len(position), 2, 0, 2)), facing))[:, :3]


def _edges(
    kept: Mapping[str, Any], camera: int, position: Floats, *, facing: Floats, settings: SpineSettings
) -> Floats:
    """(M, 2, R, 2) outline at the back and the front, without what the package would not believe."""
    seen = np.clip(kept["confidence"][camera], 0, 1)
    place = np.full((MOMENTS, 2, len(RAYS), 2), np.nan)
    sharp, pixel_px = np.zeros((MOMENTS, 2, len(RAYS))), np.zeros(MOMENTS)
    for k in range(MOMENTS):
        region = Region(*kept["region"][camera, k])
        hip, shoulder, ear = (middle(position[k : k + 1], name)[0] for name in ("hip", "shoulder", "ear"))
        probability = kept["mask"][camera, k].astype(np.float32) / 255
        side = probability.shape[0]
        edges = trace(probability, region.to_image(side), hip=hip, shoulder=shoulder, ear=ear)
        place[k], sharp[k], pixel_px[k] = edges.position, edges.confidence, region.size / side
    left = facing < 0
    place[left], sharp[left] = place[left, ::-1], sharp[left, ::-1]
    trunk = np.linalg.norm(middle(position, "shoulder") - middle(position, "hip"), axis=-1)
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
