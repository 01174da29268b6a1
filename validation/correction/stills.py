"""Stills of simulated people with known joints, seen by our pose model: what the correction is learned from.

    python -m validation.correction.stills --out DIR --first 0 --count 300

One file per person, `DIR/NNNNN.npz`: the same eight moments of their set filmed by two cameras. A person whose file is
there is left alone, so a run that was stopped goes on. Drawn from the generator's `train` stream, which shares no body,
room or motion with `tune` and `report`.
"""

import argparse
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from hiphinge import weights
from hiphinge.estimators.blazepose import BlazePose, Landmarks, Region, load_blazepose
from validation.correction import MOMENTS, SEED, STANDING, YAW_DEG
from validation.simulate import clip, truth
from validation.simulate.clothes import dress
from validation.simulate.pose import Posed
from validation.simulate.render import Film
from validation.simulate.sample import Spec, draw
from validation.simulate.scene import Camera, project
from validation.simulate.skin import skinned

LOOKS = 3
"""Times the landmark model looks, each time where it saw the person before: by then the region has settled."""
COUNT = 33
Picture = NDArray[np.uint8]
Floats = NDArray[np.float64]


class Scene(NamedTuple):
    """A person at the chosen moments, and the cameras."""

    take: clip.Take
    cameras: tuple[Camera, Camera]
    angles: dict[str, Floats]
    joints: dict[str, Floats]


def scene(index: int) -> Scene:
    """Draw the person and the moments: some upright, the others evenly over the depths the set has."""
    spec = replace(draw(SEED, "train", index, largest=360, most_fps=12.0), bystander=None)
    rng = np.random.default_rng((SEED, 91, index))
    take = clip.prepare(spec)
    posed, body = take.posed, take.body
    head = posed.position[:, body.bone("head")]
    depth = truth.angles(body, take.planned.course, posed, head)["hip_flexion_deg"]
    chosen = moments(depth, rng)
    few = Posed(*(values[chosen] for values in (posed.rotation, posed.position, posed.shank, posed.thigh, posed.pelvis,
                                                posed.mass_centre)))  # fmt: skip
    everything = truth.angles(body, take.planned.course, posed, head)
    angles = {name: values[chosen] for name, values in everything.items()}
    course = replace(take.planned.course, **{
        name: value[chosen] for name, value in vars(take.planned.course).items()
        if isinstance(value, np.ndarray) and value.size == depth.size
    })  # fmt: skip
    small = clip.Take(spec, take.chain, replace(take.planned, course=course), few, np.zeros((MOMENTS, 3)))
    return Scene(small, cameras(spec.camera, rng), angles, truth.joints(body, few))


def moments(depth: Floats, rng: np.random.Generator) -> NDArray[np.intp]:
    """Frames: STANDING of the most upright tenth, the others one from each band between least and greatest depth."""
    order = np.argsort(depth)
    upright = rng.choice(order[: max(depth.size // 10, STANDING)], STANDING, replace=False)
    edges = np.linspace(depth.min(), depth.max(), MOMENTS - STANDING + 1)
    bent = []
    for low, high in pairwise(edges):
        inside = np.flatnonzero((depth >= low) & (depth <= high))
        bent.append(rng.choice(inside) if inside.size else rng.integers(depth.size))
    return np.concatenate([upright, np.array(bent)]).astype(np.intp)


def cameras(camera: Camera, rng: np.random.Generator) -> tuple[Camera, Camera]:
    """One camera about from the side, as advised, and one from anywhere within 45° of it."""
    aside = float(np.clip(rng.normal(0, 12), -YAW_DEG, YAW_DEG))
    other = replace(camera, yaw_deg=float(rng.uniform(-YAW_DEG, YAW_DEG)), height_m=float(rng.uniform(0.5, 1.5)))
    return replace(camera, yaw_deg=aside), other


def pictures(made: Scene, rng: np.random.Generator) -> Iterator[tuple[int, int, Picture]]:
    """Film every moment with both cameras: number of the camera, of the moment, RGB."""
    take, spec = made.take, made.take.spec
    stage = Film(spec.camera, spec.room)
    stage.person(dress(take.body, spec.look, detail=clip.DETAIL))
    worn = clip.wear(stage, take.body, spec)
    held = clip.hold(stage, take)
    for k, (vertices, normals) in enumerate(skinned(take.body, take.posed)):
        stage.move(0, vertices, normals)
        for actor, bone in worn:
            stage.ride(actor, take.posed.rotation[k, bone], take.body.heads[bone], take.posed.position[k, bone])
        for actor, turns, places in held:
            stage.ride(actor, turns[k], np.zeros(3), places[k])
        stage.cast(vertices)
        for number, camera in enumerate(made.cameras):
            stage.camera = camera
            stage.place()
            yield number, k, spoiled(stage.frame(), spec, rng)
    stage.close()


def spoiled(picture: Picture, spec: Spec, rng: np.random.Generator) -> Picture:
    """Defocus, noise and compression of a phone's video."""
    (soft,) = clip.degraded(iter([picture]), spec)
    _, packed = cv2.imencode(".jpg", soft[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 90))])
    return np.ascontiguousarray(cv2.imdecode(packed, cv2.IMREAD_COLOR)[..., ::-1], dtype=np.uint8)


def seen(blazepose: BlazePose, picture: Picture, before: Region | None) -> Landmarks | None:
    """The person, with the region settled; from the detector, or where they were a moment before."""
    found = [detection.region for detection in blazepose.detect(picture)]
    region = found[0] if found else before
    landmarks = None
    for _ in range(LOOKS):
        if region is None or not region.usable:
            return None
        landmarks = blazepose.landmarks(picture, region)
        region = landmarks.next_region if landmarks else None
    return landmarks


def make(index: int, blazepose: BlazePose, path: Path) -> None:
    """One person's file."""
    made = scene(index)
    rng = np.random.default_rng((SEED, 92, index))
    shape = (2, MOMENTS, COUNT)
    position, world, visibility = np.full((*shape, 2), np.nan), np.full((*shape, 3), np.nan), np.zeros(shape)
    last: list[Region | None] = [None, None]
    for number, k, picture in pictures(made, rng):
        landmarks = seen(blazepose, picture, last[number])
        if landmarks is not None:
            position[number, k] = landmarks.image[:COUNT, :2]
            world[number, k] = landmarks.world[:COUNT]
            visibility[number, k] = landmarks.visibility[:COUNT]
            last[number] = landmarks.next_region
    spec = made.take.spec
    pixels = {
        f"px_{name}": np.stack([project(place, camera) for camera in made.cameras])
        for name, place in made.joints.items()
    }
    about: dict[str, Any] = {
        "exercise": spec.exercise, "facing": spec.camera.facing, "slack_m": spec.look.shirt_slack_m,
        "yaw_deg": np.array([camera.yaw_deg for camera in made.cameras]), "width": spec.camera.width,
        "height": spec.camera.height, "stature_m": spec.shape.stature_m, "sex": spec.shape.sex,
        "distance_m": spec.camera.distance_m,
        "weight": spec.shape.weight,
    }  # fmt: skip
    part = path.with_suffix(".part.npz")
    np.savez_compressed(part, position=position, world=world, confidence=visibility, **made.angles, **pixels, **about)
    part.rename(path)


def main() -> None:
    """Make the files that are missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--model", default="full")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    files = weights.ready(given.model)
    blazepose = load_blazepose(files.detector, files.landmarks, model=given.model, threads=1)
    for index in range(given.first, given.first + given.count):
        path = given.out / f"{index:05d}.npz"
        if not path.exists():
            began = time.perf_counter()
            make(index, blazepose, path)
            print(f"{path.name}: {time.perf_counter() - began:.1f} s", flush=True)


if __name__ == "__main__":
    os.environ.pop("DISPLAY", None)
    main()
