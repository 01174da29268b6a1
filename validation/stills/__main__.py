"""Stills of simulated people with known joints and spines, seen by our pose model: the school of what is learned.

    python -m validation.stills --out DIR --first 0 --count 1202
    python -m validation.stills --out DIR --first 10001 --count 601 --step 2

One file per person, `DIR/NNNNN.npz`: the same moments of their set filmed by two cameras, with landmarks, the model's
silhouette, and the truth. Spine, neck and knees are bent beyond what the set asks for, so that no posture tells the
spine's by habit alone. Numbers from 10000 show the same people again, who also squat, pull from deep knees, stand
anywhere from hip-wide to sumo and let the shoulders hang. A person whose file is there is left alone, so a run that was
stopped goes on. Drawn from the generator's `train` stream, which shares no body, room or motion with `tune` and
`report`.
"""

import argparse
import os
import time
from collections.abc import Iterator
from dataclasses import astuple, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from hiphinge import weights
from hiphinge.estimators.blazepose import BlazePose, Landmarks, Region, load_blazepose
from hiphinge.estimators.blazepose.landmarks import SIDE
from hiphinge.geometry import Floats
from validation.simulate import clip, truth
from validation.simulate.back import strip
from validation.simulate.clothes import dress
from validation.simulate.pose import Chain, Course
from validation.simulate.render import Film
from validation.simulate.sample import Spec, draw
from validation.simulate.scene import Camera, project
from validation.simulate.skin import skinned
from validation.stills import MOMENTS, SEED, STANDING, WIDE_FROM, YAW_DEG, person_of

LOOKS: Final = 3
"""Times the landmark model looks, each time where it saw the person before: by then the region has settled."""
COUNT: Final = 33
LOOSE: Final = 0.7
"""Share of bent moments whose spine is drawn anew."""
SMEARED: Final = 0.15
"""Share of stills that are."""
LUMBAR_DEG: Final = (-22.0, 48.0)
"""Range of lumbar flexion drawn there, times how deep the moment is."""
SITTING: Final = 0.5
"""Share of every other person's bent moments whose knees and trunk are drawn anew, between a squat and a bow."""
DEEP_KNEES_DEG: Final = (25.0, 140.0)
DEEP_TRUNK_DEG: Final = (0.0, 85.0)
SHANK_DEG: Final = (-12.0, 52.0)
"""Shanks people have with flat feet; a posture that balances only beyond them is not taken."""
STANCE: Final = (0.10, 0.40)
"""Distance of the ankles of those, statures: from hip-wide to a sumo stance."""
TOE_OUT_DEG: Final = (0.0, 35.0)
PROTRACTION_DEG: Final = (4.0, 6.0)
"""Mean and spread of the shoulders' slide forward where the arms hang from a level trunk."""
SHRUG_DEG: Final = 4.0
"""Spread of their lift."""
Picture = NDArray[np.uint8]


class Scene(NamedTuple):
    """A person at the chosen moments, and the cameras."""

    take: clip.Take
    cameras: tuple[Camera, Camera]
    angles: dict[str, Floats]
    joints: dict[str, Floats]


def scene(number: int) -> Scene:
    """Draw the person and the moments: some upright, the others evenly over the depths the set has."""
    index = person_of(number)
    spec = replace(draw(SEED, "train", index, largest=360, most_fps=12.0), bystander=None)
    rng = np.random.default_rng((SEED, 91, index))
    take = clip.prepare(spec)
    body, whole = take.body, take.planned.course
    depth = truth.angles(body, whole, take.posed, take.posed.position[:, body.bone("head")])["hip_flexion_deg"]
    chosen = moments(depth, rng)
    course = replace(whole, **{
        name: value[chosen] for name, value in vars(whole).items()
        if isinstance(value, np.ndarray) and value.size == depth.size
    })  # fmt: skip
    course = loosened(course, rng)
    if number >= WIDE_FROM:
        course = seated(take.chain, hanging(course, rng), rng)
    posed = take.chain.solve(course)
    angles = truth.angles(body, course, posed, posed.position[:, body.bone("head")])
    angles["head_angle_deg"] = head_deg(take.chain, course)
    angles |= {"lumbar_deg": course.lumbar, "thoracic_deg": course.thoracic, "pelvis_deg": posed.pelvis,
               "neck_deg": course.neck}  # fmt: skip
    small = clip.Take(spec, take.chain, replace(take.planned, course=course), posed, np.zeros((MOMENTS, 3)))
    return Scene(small, cameras(spec.camera, rng), angles, truth.joints(body, posed))


def loosened(course: Course, rng: np.random.Generator) -> Course:
    """Draw spine, neck and knees of most bent moments anew, the deeper the more; the upright ones stay as they are."""
    depth = np.clip(course.trunk / 60, 0, 1)
    depth[:STANDING] = 0
    anew = rng.random(MOMENTS) < LOOSE
    lumbar = rng.uniform(*LUMBAR_DEG, MOMENTS)
    return replace(
        course,
        lumbar=np.where(anew, course.lumbar * (1 - depth) + lumbar * depth, course.lumbar),
        thoracic=course.thoracic + anew * depth * rng.normal(3, 11, MOMENTS),
        neck=course.neck + anew * depth * rng.normal(0, 16, MOMENTS),
        knee=np.maximum(course.knee + anew * depth * rng.normal(0, 8, MOMENTS), 1.0),
    )


def hanging(course: Course, rng: np.random.Generator) -> Course:
    """Slide the shoulders on the ribs: a little in every moment, forward where the trunk is level."""
    level = np.sin(np.deg2rad(np.clip(course.trunk, 0, 90)))
    mean, spread = PROTRACTION_DEG
    own = rng.normal(mean, spread / 2)
    slide = level * own + rng.normal(0, spread, MOMENTS) * (0.3 + 0.7 * level)
    return replace(course, protraction=slide, shrug=rng.normal(0, SHRUG_DEG, MOMENTS) * (0.3 + 0.7 * level))


def head_deg(chain: Chain, course: Course) -> Floats:
    """(T,) true head angle as if the shoulders had stayed on the ribs: they slide without any nodding of the head."""
    resting = replace(course, protraction=np.empty(0), shrug=np.empty(0))
    posed = chain.solve(resting)
    return truth.angles(chain.body, resting, posed, posed.position[:, chain.body.bone("head")])["head_angle_deg"]


def seated(chain: Chain, course: Course, rng: np.random.Generator) -> Course:
    """Give some bent moments the knees and trunk of anything between a squat and a bow, if the body can stand so."""
    anew = rng.random(MOMENTS) < SITTING
    anew[:STANDING] = False
    knee, trunk = rng.uniform(*DEEP_KNEES_DEG, MOMENTS), rng.uniform(*DEEP_TRUNK_DEG, MOMENTS)
    if course.rear.size:
        return course
    course = replace(course, stance=float(rng.uniform(*STANCE)), toe_out=float(rng.uniform(*TOE_OUT_DEG)))
    other = replace(course, knee=np.where(anew, knee, course.knee), trunk=np.where(anew, trunk, course.trunk))
    low, high = SHANK_DEG
    shank = chain.solve(other).shank
    anew &= (shank > low) & (shank < high)
    return replace(course, knee=np.where(anew, knee, course.knee), trunk=np.where(anew, trunk, course.trunk))


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


def pictures(made: Scene, rng: np.random.Generator, backs: list[Floats]) -> Iterator[tuple[int, int, Picture]]:
    """Film every moment with both cameras: number of the camera, of the moment, RGB; appends each moment's back."""
    take, spec = made.take, made.take.spec
    stage = Film(spec.camera, spec.room)
    stage.person(dress(take.body, spec.look, detail=clip.DETAIL))
    worn = clip.wear(stage, take.body, spec)
    held, middle = clip.hold(stage, take), strip(take.body)
    for k, (vertices, normals) in enumerate(skinned(take.body, take.posed)):
        backs.append(middle.line(vertices))
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
    """Defocus, noise, now and then the smear of a quick movement, and compression of a phone's video."""
    if rng.random() < SMEARED:
        picture = smeared(picture, float(rng.uniform(2, 8)), float(rng.uniform(0, 180)))
    (soft,) = clip.degraded(iter([picture]), spec)
    _, packed = cv2.imencode(".jpg", soft[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 90))])
    return np.ascontiguousarray(cv2.imdecode(packed, cv2.IMREAD_COLOR)[..., ::-1], dtype=np.uint8)


def smeared(picture: Picture, length_px: float, angle_deg: float) -> Picture:
    """Blur along a line, as a camera or a person that moves while the shutter is open."""
    side = 2 * int(np.ceil(length_px)) + 1
    kernel = np.zeros((side, side), np.float32)
    away = length_px / 2 * np.array([np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))])
    ends = [tuple(int(v) for v in np.round(16 * (side // 2 + sign * away))) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), dtype=np.uint8)


def seen(blazepose: BlazePose, picture: Picture, before: Region | None) -> Landmarks | None:
    """The person with their silhouette, the region settled; from the detector, or where they were a moment before."""
    found = [detection.region for detection in blazepose.detect(picture)]
    region = found[0] if found else before
    landmarks = None
    for _ in range(LOOKS):
        if region is None or not region.usable:
            return None
        landmarks = blazepose.landmarks(picture, region, silhouette=True)
        region = landmarks.next_region if landmarks else None
    return landmarks


def make(number: int, blazepose: BlazePose, path: Path) -> None:
    """One person's file."""
    made = scene(number)
    rng = np.random.default_rng((SEED, 92, person_of(number)))
    shape = (2, MOMENTS, COUNT)
    position, world, visibility = np.full((*shape, 2), np.nan), np.full((*shape, 3), np.nan), np.zeros(shape)
    mask, region = np.zeros((2, MOMENTS, SIDE, SIDE), np.uint8), np.full((2, MOMENTS, 4), np.nan)
    last: list[Region | None] = [None, None]
    backs: list[Floats] = []
    for camera, k, picture in pictures(made, rng, backs):
        landmarks = seen(blazepose, picture, last[camera])
        if landmarks is not None:
            position[camera, k] = landmarks.image[:COUNT, :2]
            world[camera, k] = landmarks.world[:COUNT]
            visibility[camera, k] = landmarks.visibility[:COUNT]
            last[camera] = landmarks.next_region
            assert landmarks.silhouette is not None
            mask[camera, k] = np.round(255 * landmarks.silhouette.probability)
            region[camera, k] = astuple(landmarks.silhouette.region)
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
    back = np.stack(backs)
    pixels["px_back"] = np.stack([project(back, camera) for camera in made.cameras])
    np.savez_compressed(
        part, position=position, world=world, confidence=visibility, mask=mask, region=region, back_m=back,
        **made.angles, **pixels, **about,
    )  # fmt: skip
    part.rename(path)


def main() -> None:
    """Make the files that are missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--model", default="full")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    files = weights.ready(given.model)
    blazepose = load_blazepose(files.detector, files.landmarks, model=given.model, threads=1)
    for number in range(given.first, given.first + given.count * given.step, given.step):
        path = given.out / f"{number:05d}.npz"
        if not path.exists():
            began = time.perf_counter()
            make(number, blazepose, path)
            print(f"{path.name}: {time.perf_counter() - began:.1f} s", flush=True)


if __name__ == "__main__":
    os.environ.pop("DISPLAY", None)
    main()
