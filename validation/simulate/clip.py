"""One clip from its description: dress, film, degrade, write video and truth."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from hiphinge.geometry import Floats
from validation.simulate import things
from validation.simulate.body import Body, build
from validation.simulate.clothes import dress
from validation.simulate.degrade import Picture, degraded, encode
from validation.simulate.motion import EXERCISES
from validation.simulate.pose import Chain, Course, Posed, turn_y, turn_z
from validation.simulate.record import Marks, write_truth
from validation.simulate.render import Film
from validation.simulate.sample import Spec
from validation.simulate.skin import skinned
from validation.simulate.take import PLATE_M, Take, prepare

__all__ = ["DETAIL", "Take", "degraded", "film", "hold", "make", "prepare", "wear"]

LONG_WALL_M: Final = 6.0
"""A wall that long ends behind the camera."""
DETAIL: Final = 0.3
"""Share of the skin's triangles that is drawn; clothes keep all of theirs."""


def make(spec: Spec, folder: Path, *, silhouette: bool = False) -> dict[str, float]:
    """Make the clip in `folder` (written beside and renamed, so a folder that exists is complete); returns timings."""
    began = time.perf_counter()
    take = prepare(spec)
    working = folder.with_name(folder.name + ".part")
    working.mkdir(parents=True, exist_ok=True)
    ready = time.perf_counter()
    marks = Marks(take.body)
    pictures = film(take, marks, silhouette=silhouette)
    if silhouette:
        masks = np.stack(list(pictures)) > 127
        np.savez_compressed(working / "mask.npz", mask=np.packbits(masks, axis=2), shape=masks.shape)
    else:
        times = take.planned.course.time_s if "uneven" in spec.extras else None
        encode(degraded(pictures, spec), working / "clip.mp4", fps=spec.fps, crf=spec.crf, time_s=times)
    write_truth(take, marks, working)
    done = time.perf_counter()
    working.rename(folder)
    return {"prepare_s": ready - began, "film_s": done - ready, "frames": float(marks.count), "total_s": done - began}


def film(take: Take, marks: Marks, *, silhouette: bool) -> Iterator[Picture]:
    """Yield the frames as they are drawn; notes what each frame's skin shows in `marks`."""
    spec, body, posed = take.spec, take.body, take.posed
    stage = Film(spec.camera, spec.room, silhouette=silhouette)
    stage.person(dress(body, spec.look, detail=DETAIL))
    worn = wear(stage, body, spec)
    held = hold(stage, take)
    if spec.bystander is not None and not silhouette:
        stand_by(stage, spec)
    if spec.extras.get("wall") and not silhouette:
        near_m = LONG_WALL_M if spec.extras["wall"] == "long" else 0.30
        wall = things.wall_behind(behind_m(take), spec.room.wall_m, spec.camera.facing, near_m=near_m)
        stage.thing(wall, spec.room.wall, shine=0.0)
    for k, (vertices, normals) in enumerate(skinned(body, posed)):
        stage.move(0, vertices, normals)
        for actor, bone in worn:
            stage.ride(actor, posed.rotation[k, bone], body.heads[bone], posed.position[k, bone])
        for actor, turns, places in held:
            stage.ride(actor, turns[k], np.zeros(3), places[k])
        if not silhouette:
            stage.cast(vertices)
        if spec.camera.shake_m:
            stage.place(take.jolts[k])
        marks.note(vertices)
        yield stage.frame()
    stage.close()


def wear(stage: Film, body: Body, spec: Spec) -> list[tuple[Any, int]]:
    """Shoes and hair knots: actors and the bones they ride on."""
    worn = [(stage.thing(*things.shoe(body, side, spec.look)), body.bone(f"foot.{side}")) for side in "LR"]
    knot = things.knot(body, spec.look)
    if knot is not None:
        worn.append((stage.thing(knot, spec.look.hair, shine=0.15), body.bone("head")))
    return worn


def hold(stage: Film, take: Take) -> list[tuple[Any, Floats, Floats]]:
    """The implement: actors with their turns (T, 3, 3) and places (T, 3)."""
    spec, chain, posed = take.spec, take.chain, take.posed
    frames = len(posed.position)
    level = np.broadcast_to(np.eye(3), (frames, 3, 3))
    left, right = (chain.arms.grip(posed.position, side) for side in "LR")
    middle = (left + right) / 2
    kind = spec.extras.get("held", EXERCISES[spec.exercise].implement)
    found: list[tuple[Any, Floats, Floats]] = []
    if kind == "barbell":
        big = spec.exercise == "deadlift" or spec.motion_seed % 2 == 0
        plate = min(PLATE_M, float(middle[:, 2].min()) - 0.005) if big else 0.12
        found = [(stage.thing(m, c), level, middle) for m, c in things.barbell(plate, plates=1 + spec.motion_seed % 3)]
    elif kind == "back_bar":
        place = chain.arms.load_place(take.planned.course, posed.rotation, posed.position)
        plate = (0.0, 0.12, 0.175)[spec.motion_seed % 3]
        found = [(stage.thing(m, c), level, place) for m, c in things.barbell(plate)]
    elif kind == "goblet":
        lift = np.array([0.03, 0.0, 0.02])
        found = [(stage.thing(m, c), level, middle + lift) for m, c in things.kettlebell()]
    elif kind == "kettlebell":
        arm = middle - _mean(chain, posed, "upperarm01")
        turns = turn_y(-np.rad2deg(np.arctan2(arm[:, 0], -arm[:, 2])))
        found = [(stage.thing(m, c), turns, middle) for m, c in things.kettlebell()]
    elif kind == "dumbbells":
        found = [(stage.thing(m, c), level, hand) for hand in (left, right) for m, c in things.dumbbell()]
    elif kind == "rod":
        found = [(stage.thing(m, c), *rod_on_back(chain, posed)) for m, c in things.rod(0.75 * spec.shape.stature_m)]
    return found


def rod_on_back(chain: Chain, posed: Posed) -> tuple[Floats, Floats]:
    """A rod that touches sacrum and upper back: turns and places."""
    body, size = chain.body, chain.body.shape.stature_m
    middle = np.abs(body.vertices[:, 1]) < 0.03 * size
    touch = []
    for bone, up in (("root", 0.03), ("spine01", 0.03)):
        k = body.bone(bone)
        near = np.flatnonzero(middle & (np.abs(body.vertices[:, 2] - body.heads[k, 2] - up * size) < 0.015 * size))
        point = body.vertices[near[body.vertices[near, 0].argmin()]] * [1, 0, 1] - [0.02, 0, 0]
        touch.append(posed.position[:, k] + posed.rotation[:, k] @ (point - body.heads[k]))
    line = touch[1] - touch[0]
    line = line / np.linalg.norm(line, axis=1, keepdims=True)
    lean = np.rad2deg(np.arctan2(line[:, 0], line[:, 2]))
    return turn_y(lean), touch[0] + 0.25 * size * line


def behind_m(take: Take) -> float:
    """Where the buttocks are at the deepest moment of the first repetition, metres before the ankles (so negative)."""
    course, rep = take.planned.course, take.planned.reps[0]
    inside = (course.time_s >= rep.start_s) & (course.time_s < rep.end_s)
    deepest = int(np.where(inside, course.trunk, -np.inf).argmax())
    one = Posed(*(value[deepest : deepest + 1] for value in vars(take.posed).values()))
    vertices, _ = next(iter(skinned(take.body, one)))
    return float(vertices[np.isin(take.body.segment, [take.body.segments.index("pelvis")])][:, 0].min())


def stand_by(stage: Film, spec: Spec) -> None:
    """Someone who stands in the background."""
    assert spec.bystander is not None
    assert spec.bystander_look is not None
    rng = np.random.default_rng(spec.motion_seed + 2)
    body = build(spec.bystander)
    two = np.zeros(2)
    course = Course(two, two + rng.uniform(-2, 6), two + 4, two, two, two - rng.uniform(0, 20), two, two + 0.03)
    vertices, normals = next(iter(skinned(body, Chain(body).solve(course))))
    side = 1.0 if spec.camera.facing == "right" else -1.0
    turn = float(rng.uniform(-180, 180))
    rotate = turn_z(turn)
    shift = np.array(
        [rng.choice([-1, 1]) * rng.uniform(0.6, 1.3), side * rng.uniform(0.7, spec.room.wall_m - 0.4), 0.0]
    )
    who = stage.person(dress(body, spec.bystander_look, detail=DETAIL))
    stage.move(who, vertices @ rotate.T + shift, normals @ rotate.T)
    for side_name in "LR":
        mesh, colour = things.shoe(body, side_name, spec.bystander_look)
        mesh.points = np.asarray(mesh.points) @ rotate.T + shift
        stage.thing(mesh, colour)


def _mean(chain: Chain, posed: Posed, bone: str) -> Floats:
    return (posed.position[:, chain.body.bone(f"{bone}.L")] + posed.position[:, chain.body.bone(f"{bone}.R")]) / 2
