"""Make the demo clip: `python -m validation.make_demo` (needs the `validation` extra; about a minute).

Four freestanding hinges by a simulated person, filmed from the side. The first, second and fourth are clean; the third
is squatted, knees and shins forward, eyes on the floor: the report then has something to say.
"""

import json
from pathlib import Path

import av
import cv2
import numpy as np

from validation.simulate import truth
from validation.simulate.body import Shape, build
from validation.simulate.clothes import HAIRS, SKINS, Look, dress
from validation.simulate.motion import plan
from validation.simulate.pose import Chain
from validation.simulate.render import Film
from validation.simulate.scene import Camera, Room, project
from validation.simulate.skin import skinned
from validation.simulate.things import knot, shoe

OUT = Path(__file__).parent.parent / "src" / "hiphinge" / "data" / "demo"
SCALE = 2
"""Drawn this much larger, then reduced: smooth edges."""


def main(out: Path = OUT) -> None:
    """Render, encode, write the truth beside it."""
    rng = np.random.default_rng(20)
    body = build(Shape(sex="f", stature_m=1.70, weight=0.48, muscle=0.62, age=0.64, ancestry=(0.1, 0.2, 0.7)))
    look = Look(
        skin=SKINS[1], hair=HAIRS[1], hair_style="bun", shirt=(196, 82, 66), trousers=(44, 52, 74),
        shoes=(232, 232, 228), sleeve=0.42, shirt_slack_m=0.006, trousers_slack_m=0.001, seed=3,
    )  # fmt: skip
    wrong = ({}, {}, {"squatting": 1.0, "looking_down": 1.25}, {})
    done = plan("hinge", rng, count=4, faults=wrong, tempo=1.0, lead_s=0.7, variation=0.8)
    posed = Chain(body).solve(done.course)
    camera = Camera(distance_m=3.9, height_m=0.95, aim_m=0.86, view_deg=29.0, width=480, height=640, ahead_m=0.06)
    large = Camera(**{**camera.__dict__, "width": camera.width * SCALE, "height": camera.height * SCALE})
    room = Room(wall=(206, 203, 196), floor=(72, 74, 78), brick=True, clutter=6, seed=11, wall_m=1.7)
    film = Film(large, room)
    film.person(dress(body, look))
    worn = [(film.thing(*shoe(body, side, look)), body.bone(f"foot.{side}")) for side in "LR"]
    worn.append((film.thing(knot(body, look), look.hair, shine=0.2), body.bone("head")))
    ears, frames = [], []
    for k, (vertices, normals) in enumerate(skinned(body, posed)):
        film.move(0, vertices, normals)
        for actor, bone in worn:
            film.ride(actor, posed.rotation[k, bone], body.heads[bone], posed.position[k, bone])
        film.cast(vertices)
        frames.append(cv2.resize(film.frame(), (camera.width, camera.height), interpolation=cv2.INTER_AREA))
        marks = truth.landmarks(body, vertices)
        ears.append((marks["left_ear"] + marks["right_ear"]) / 2)
    film.close()
    out.mkdir(parents=True, exist_ok=True)
    encode(frames, out / "demo.mp4")
    series = truth.angles(body, done.course, posed, np.array(ears))
    record = {
        "exercise": done.exercise,
        "stature_m": body.shape.stature_m,
        "facing": camera.facing,
        "yaw_deg": camera.yaw_deg,
        "reps": [
            {"start_s": r.start_s, "bottom_s": r.bottom_s, "end_s": r.end_s, "faults": r.faults} for r in done.reps
        ],
        "time_s": done.course.time_s,
        "angles": series,
        "joints_px": {name: project(place, camera) for name, place in truth.joints(body, posed).items()},
    }
    (out / "demo.truth.json").write_text(json.dumps(record, default=_short))


def _short(value: object) -> object:
    return np.round(value, 2).tolist() if isinstance(value, np.ndarray) else truth.write_json(value)


def encode(frames: list[np.ndarray], path: Path, *, fps: int = 30, crf: int = 24) -> None:
    """Write H.264 that plays in a browser."""
    with av.open(str(path), "w", options={"movflags": "faststart"}) as out:
        stream = out.add_stream("h264", rate=fps, options={"crf": str(crf), "preset": "veryslow"})
        stream.width, stream.height, stream.pix_fmt = frames[0].shape[1], frames[0].shape[0], "yuv420p"
        for picture in frames:
            for packet in stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")):
                out.mux(packet)
        for packet in stream.encode():
            out.mux(packet)


if __name__ == "__main__":
    main()
