"""The truth of a clip as files: truth.parquet with a row per frame, truth.json with the repetitions and the spec."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hiphinge.geometry import Floats
from validation.simulate import truth
from validation.simulate.back import POINTS, strip
from validation.simulate.body import Body, Integers
from validation.simulate.motion import Plan
from validation.simulate.pose import Chain, Course
from validation.simulate.scene import project
from validation.simulate.skin import placed
from validation.simulate.take import Take

SCHEMA = "simulated/2"


class Marks:
    """What is read off the posed skin of every frame: surface landmarks and the line of the back."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.middle = strip(body)
        self.surface: list[dict[str, Floats]] = []
        self.back: list[Floats] = []

    def note(self, vertices: Floats) -> None:
        """Read one frame's skin, (vertices, 3) metres."""
        self.surface.append(truth.landmarks(self.body, vertices))
        self.back.append(self.middle.line(vertices))

    @property
    def count(self) -> int:
        """Frames noted."""
        return len(self.surface)

    @property
    def needed(self) -> Integers:
        """The vertices that `note` reads."""
        return np.unique(np.concatenate([self.middle.index.ravel(), *self.body.landmarks.values()]))

    @property
    def ears(self) -> Floats:
        """(T, 3) middle of both ears."""
        return np.array([(one["left_ear"] + one["right_ear"]) / 2 for one in self.surface])


def marks_of(take: Take) -> Marks:
    """The same without filming."""
    marks = Marks(take.body)
    for vertices in placed(take.body, take.posed, marks.needed):
        marks.note(vertices)
    return marks


def write_truth(take: Take, marks: Marks, folder: Path) -> None:
    """Write both files."""
    pq.write_table(pa.table(columns(take, marks)), folder / "truth.parquet")
    (folder / "truth.json").write_text(json.dumps(record(take), default=truth.write_json, indent=1))


def columns(take: Take, marks: Marks) -> dict[str, Any]:
    """Angles, joints and surface landmarks in metres and pixels, the line of the back; a value per frame each."""
    body, planned, posed = take.body, take.planned, take.posed
    upright = planned.upright
    table: dict[str, Floats] = {"time_s": planned.course.time_s}
    table |= truth.angles(body, planned.course, posed, marks.ears, zero=zero_of(take, marks.ears, upright))
    table |= truth.absolute(planned.course, posed)
    surface = {name: np.array([mark[name] for mark in marks.surface]) for name in marks.surface[0]}
    for name, place in (truth.joints(body, posed) | surface | {"mass_centre": posed.mass_centre}).items():
        flat = _seen(take, place)
        table |= {f"{name}_{axis}_m": place[:, k] for k, axis in enumerate("xyz")}
        table |= {f"{name}_{axis}_px": flat[:, k] for k, axis in enumerate("xy")}
    plain: dict[str, Any] = {k: v.astype(np.float32 if k != "time_s" else float) for k, v in table.items()}
    back = np.array(marks.back)
    return plain | {"upright": upright, "back_px": _lists(_seen(take, back)), "back_m": _lists(back)}


def zero_of(take: Take, ears: Floats, upright: NDArray[np.bool_]) -> truth.Zero:
    """Standing: the frames that show it, or, where none does, the person as they would stand."""
    if upright.any():
        return truth.standing(take.body, take.planned.course, take.posed, ears, upright=upright)
    two = np.zeros(2)
    course = Course(two, two + 2, two + 5, two, two, two, two, two + 0.03, arms=take.planned.course.arms)
    posed = Chain(take.body).solve(course)
    marks = Marks(take.body)
    for vertices in placed(take.body, posed, marks.needed):
        marks.note(vertices)
    return truth.standing(take.body, course, posed, marks.ears, upright=np.ones(2, dtype=bool))


def record(take: Take) -> dict[str, Any]:
    """Contents of truth.json."""
    spec, planned = take.spec, take.planned
    return {
        "schema": SCHEMA,
        "exercise": spec.exercise,
        "fps": spec.fps,
        "stature_m": spec.shape.stature_m,
        "yaw_deg": abs(spec.camera.yaw_deg),
        "facing": spec.camera.facing,
        "stands": bool(planned.upright.any()),
        "reps": [
            {
                "start_s": r.start_s if r.start_s >= 0 else deepest(planned, k),
                "bottom_s": deepest(planned, k),
                "end_s": r.end_s,
                "faults": r.faults,
                "when": r.when,
            }
            for k, r in enumerate(planned.reps)
            if r.end_s > planned.course.time_s[0]
        ],
        "spec": spec.plain(),
    }


def deepest(planned: Plan, index: int) -> float:
    """Time of the greatest trunk inclination plus knee flexion of a repetition, as filmed."""
    course, rep = planned.course, planned.reps[index]
    if rep.start_s < 0:
        return rep.start_s + rep.down_s + rep.pause_s
    inside = (course.time_s >= rep.start_s) & (course.time_s < rep.end_s)
    depth = np.where(inside, course.trunk + 0.3 * course.knee, -np.inf)
    return float(course.time_s[depth.argmax()])


def _seen(take: Take, place: Floats) -> Floats:
    """(T, ..., 3) metres to (T, ..., 2) pixels of the shaken picture."""
    return np.stack([project(p, take.spec.camera, j) for p, j in zip(place, take.jolts, strict=True)])


def _lists(values: Floats) -> Any:
    """(T, POINTS, axes) as a column of lists, point after point."""
    flat = pa.array(values.astype(np.float32).ravel())
    return pa.FixedSizeListArray.from_arrays(flat, POINTS * values.shape[2])
