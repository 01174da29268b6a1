"""One clip from its description: pose, dress, film, degrade, write video and truth."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from validation.simulate import things, truth
from validation.simulate.body import Body, Floats, build
from validation.simulate.clothes import dress
from validation.simulate.motion import EXERCISES, Plan, plan
from validation.simulate.pose import Chain, Course, Posed, turn_y, turn_z
from validation.simulate.render import Film
from validation.simulate.sample import Spec
from validation.simulate.scene import project
from validation.simulate.skin import skinned

Picture = NDArray[np.uint8]
PLATE_M = 0.225
DETAIL = 0.3
"""Share of the skin's triangles that is drawn; clothes keep all of theirs."""


@dataclass(frozen=True)
class Take:
    """A clip before it is filmed: who, what they do, every bone of every frame, how the camera shakes."""

    spec: Spec
    chain: Chain
    planned: Plan
    posed: Posed
    jolts: Floats

    @property
    def body(self) -> Body:
        """The person."""
        return self.chain.body


def prepare(spec: Spec) -> Take:
    """Build the person, plan the motion, pose every frame."""
    chain = Chain(build(spec.shape))
    planned = motion_of(spec, chain)
    posed = chain.solve(planned.course)
    return Take(spec, chain, planned, posed, shake(spec, planned.course.time_s.size))


def make(spec: Spec, folder: Path, *, silhouette: bool = False) -> dict[str, float]:
    """Make the clip in `folder` (written beside and renamed, so a folder that exists is complete); returns timings."""
    began = time.perf_counter()
    take = prepare(spec)
    working = folder.with_name(folder.name + ".part")
    working.mkdir(parents=True, exist_ok=True)
    ready = time.perf_counter()
    marks: list[dict[str, Floats]] = []
    pictures = film(take, marks, silhouette=silhouette)
    if silhouette:
        masks = np.stack(list(pictures)) > 127
        np.savez_compressed(working / "mask.npz", mask=np.packbits(masks, axis=2), shape=masks.shape)
    else:
        encode(degraded(pictures, spec), working / "clip.mp4", fps=spec.fps, crf=spec.crf)
    write_truth(take, marks, working)
    done = time.perf_counter()
    working.rename(folder)
    return {"prepare_s": ready - began, "film_s": done - ready, "frames": float(len(marks)), "total_s": done - began}


def motion_of(spec: Spec, chain: Chain) -> Plan:
    """Plan the set; a deadlift goes as low as the bar on the floor asks."""
    bottom: dict[str, float] = {}
    if EXERCISES[spec.exercise].from_floor:
        bottom = down_to_floor(chain, EXERCISES[spec.exercise].bottom)
    return plan(
        spec.exercise,
        np.random.default_rng(spec.motion_seed),
        count=len(spec.faults),
        fps=spec.fps,
        faults=spec.faults,
        depth=1.0 if bottom else spec.depth,
        tempo=spec.tempo,
        load_kg=spec.load_kg,
        bottom=bottom,
    )


def down_to_floor(chain: Chain, bottom: dict[str, float]) -> dict[str, float]:
    """Trunk and knee at which the fists hold a bar with full-size plates on the floor, lowering both together."""
    deeper = np.linspace(-0.3, 1.2, 31)
    trunk, knee = bottom["trunk"] + 12 * deeper, bottom["knee"] + 38 * deeper
    same = np.zeros_like(knee)
    course = Course(
        time_s=same, trunk=trunk, knee=knee, lumbar=same + bottom["lumbar"], thoracic=same, neck=same, arm=same,
        balance=same + 0.03, arms="legs",
    )  # fmt: skip
    height = chain.grip(chain.solve(course).position, "L")[:, 2]
    best = np.abs(height - PLATE_M - 0.01).argmin()
    return bottom | {"trunk": float(trunk[best]), "knee": float(knee[best])}


def shake(spec: Spec, frames: int) -> Floats:
    """(T, 3) hand-held movement of the camera: metres right, metres up, degrees of roll; below about 1.5 Hz."""
    rng = np.random.default_rng(spec.motion_seed + 1)
    raw = gaussian_filter1d(rng.normal(0, 1, (frames, 3)), 0.12 * spec.fps, axis=0, mode="reflect")
    raw /= np.maximum(raw.std(axis=0), 1e-9)
    return raw * spec.camera.shake_m * np.array([1.0, 1.0, 25.0])


def film(take: Take, marks: list[dict[str, Floats]], *, silhouette: bool) -> Iterator[Picture]:
    """Yield the frames as they are drawn; appends each frame's surface landmarks to `marks`."""
    spec, body, posed = take.spec, take.body, take.posed
    stage = Film(spec.camera, spec.room, silhouette=silhouette)
    stage.person(dress(body, spec.look, detail=DETAIL))
    worn = wear(stage, body, spec)
    held = hold(stage, take)
    if spec.bystander is not None and not silhouette:
        stand_by(stage, spec)
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
        marks.append(truth.landmarks(body, vertices))
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
    left, right = (chain.grip(posed.position, side) for side in "LR")
    middle = (left + right) / 2
    kind = EXERCISES[spec.exercise].implement
    found: list[tuple[Any, Floats, Floats]] = []
    if kind == "barbell":
        big = spec.exercise == "deadlift" or spec.motion_seed % 2 == 0
        plate = min(PLATE_M, float(middle[:, 2].min()) - 0.005) if big else 0.12
        found = [(stage.thing(m, c), level, middle) for m, c in things.barbell(plate, plates=1 + spec.motion_seed % 3)]
    elif kind == "back_bar":
        place = chain.load_place(take.planned.course, posed.rotation, posed.position)
        plate = (0.0, 0.12, 0.175)[spec.motion_seed % 3]
        found = [(stage.thing(m, c), level, place) for m, c in things.barbell(plate)]
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


def degraded(pictures: Iterator[Picture], spec: Spec) -> Iterator[Picture]:
    """Defocus and sensor noise."""
    rng = np.random.default_rng(spec.motion_seed + 3)
    for picture in pictures:
        changed = cv2.GaussianBlur(picture, (0, 0), spec.blur_px) if spec.blur_px else picture
        if spec.noise:
            small = rng.normal(0, spec.noise, (changed.shape[0] // 2, changed.shape[1] // 2, 1)).astype(np.float32)
            grain = cv2.resize(small, changed.shape[1::-1], interpolation=cv2.INTER_NEAREST)[..., None]
            changed = np.clip(changed + grain, 0, 255).astype(np.uint8)
        yield changed


def encode(pictures: Iterator[Picture], path: Path, *, fps: float, crf: int, preset: str = "veryfast") -> None:
    """Write H.264 that plays in a browser."""
    with av.open(str(path), "w", options={"movflags": "faststart"}) as out:
        stream = None
        for picture in pictures:
            if stream is None:
                stream = out.add_stream("h264", rate=round(fps), options={"crf": str(crf), "preset": preset})
                stream.width, stream.height, stream.pix_fmt = picture.shape[1], picture.shape[0], "yuv420p"
            for packet in stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")):
                out.mux(packet)
        if stream is not None:
            for packet in stream.encode():
                out.mux(packet)


def write_truth(take: Take, marks: list[dict[str, Floats]], folder: Path) -> None:
    """truth.parquet: a row per frame (angles, joints in metres and pixels). truth.json: spec and repetitions."""
    spec, body, planned, posed = take.spec, take.body, take.planned, take.posed
    surface = {name: np.array([mark[name] for mark in marks]) for name in marks[0]}
    ears = (surface["left_ear"] + surface["right_ear"]) / 2
    table: dict[str, Floats] = {"time_s": planned.course.time_s}
    table |= truth.angles(body, planned.course, posed, ears)
    for name, place in (truth.joints(body, posed) | surface | {"mass_centre": posed.mass_centre}).items():
        flat = np.stack([project(p, spec.camera, j) for p, j in zip(place, take.jolts, strict=True)])
        table |= {f"{name}_{axis}_m": place[:, k] for k, axis in enumerate("xyz")}
        table |= {f"{name}_{axis}_px": flat[:, k] for k, axis in enumerate("xy")}
    pq.write_table(
        pa.table({k: v.astype(np.float32 if k != "time_s" else float) for k, v in table.items()}),
        folder / "truth.parquet",
    )
    course = planned.course
    record = {
        "schema": "simulated/1",
        "exercise": spec.exercise,
        "fps": spec.fps,
        "stature_m": spec.shape.stature_m,
        "yaw_deg": abs(spec.camera.yaw_deg),
        "facing": spec.camera.facing,
        "reps": [
            {
                "start_s": r.start_s if r.start_s >= 0 else deepest(planned, k),
                "bottom_s": deepest(planned, k),
                "end_s": r.end_s,
                "faults": r.faults,
                "when": r.when,
            }
            for k, r in enumerate(planned.reps)
            if r.end_s > course.time_s[0]
        ],
        "spec": spec.plain(),
    }
    (folder / "truth.json").write_text(json.dumps(record, default=truth.write_json, indent=1))


def deepest(planned: Plan, index: int) -> float:
    """Time of the greatest trunk inclination plus knee flexion of a repetition, as filmed."""
    course, rep = planned.course, planned.reps[index]
    if rep.start_s < 0:
        return rep.start_s + rep.down_s + rep.pause_s
    inside = (course.time_s >= rep.start_s) & (course.time_s < rep.end_s)
    depth = np.where(inside, course.trunk + 0.3 * course.knee, -np.inf)
    return float(course.time_s[depth.argmax()])


def _mean(chain: Chain, posed: Posed, bone: str) -> Floats:
    return (posed.position[:, chain.body.bone(f"{bone}.L")] + posed.position[:, chain.body.bone(f"{bone}.R")]) / 2
