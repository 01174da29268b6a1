"""What is known exactly about a simulated clip: joints in space and in the picture, sagittal angles, repetitions."""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hiphinge.geometry import Floats
from validation.simulate.body import Body
from validation.simulate.pose import Course, Posed

JOINTS: Final = {"hip": "upperleg01", "knee": "lowerleg01", "ankle": "foot", "shoulder": "upperarm01",
                 "elbow": "lowerarm01", "wrist": "wrist"}  # fmt: skip
SPINE: Final = {"l5s1": "spine04", "l3": "spine03", "t12": "spine02", "t6": "spine01", "c7": "neck01", "skull": "head"}


def joints(body: Body, posed: Posed) -> dict[str, Floats]:
    """(T, 3) joint centres and spine levels in metres: x forward, y left, z up."""
    found = {
        f"{side}_{name}": posed.position[:, body.bone(f"{bone}.{side[0].upper()}")]
        for name, bone in JOINTS.items()
        for side in ("left", "right")
    }
    return found | {name: posed.position[:, body.bone(bone)] for name, bone in SPINE.items()}


def landmarks(body: Body, vertices: Floats) -> dict[str, Floats]:
    """(3,) surface landmarks of one frame: nose, ears, heels, toes."""
    sides = {"L": "left", "R": "right"}
    return {
        (f"{sides[key[-1]]}_{key[:-2]}" if "." in key else key): vertices[index].mean(axis=0)
        for key, index in body.landmarks.items()
    }


class Zero(NamedTuple):
    """The standing posture from which changes count: degrees, and the hips' place in metres."""

    pelvis: float
    lumbar: float
    thoracic: float
    neck: float
    hip_x: float
    hip_z: float


def standing(body: Body, course: Course, posed: Posed, head: Floats, *, upright: NDArray[np.bool_]) -> Zero:
    """Medians over the frames that show the person standing; `head` is the (T, 3) mean of both ears."""
    middle = _middles(body, course, posed)
    neck = _lean(middle["hip"], middle["shoulder"]) - _lean(middle["shoulder"], head)
    traces = (posed.pelvis, course.lumbar, course.thoracic, neck, middle["hip"][:, 0], middle["hip"][:, 2])
    return Zero(*(float(np.median(trace[upright])) for trace in traces))


def angles(body: Body, course: Course, posed: Posed, head: Floats, *, zero: Zero | None = None) -> dict[str, Floats]:
    """Sagittal angles in degrees, signs as in conventions.md, from joint centres; changes from standing.

    `head` is the (T, 3) mean of both ears. Without a `zero` the least bent frames count as standing.
    """
    middle = _middles(body, course, posed)
    trunk = _lean(middle["hip"], middle["shoulder"])
    shank = _lean(middle["ankle"], middle["knee"])
    thigh = -_lean(middle["knee"], middle["hip"])
    neck = trunk - _lean(middle["shoulder"], head)
    hip, stature = trunk + thigh, body.shape.stature_m
    if zero is None:
        zero = standing(body, course, posed, head, upright=hip <= hip.min() + 0.05 * np.ptp(hip))
    return {
        "trunk_inclination_deg": trunk,
        "shank_inclination_deg": shank,
        "thigh_inclination_deg": thigh,
        "knee_flexion_deg": shank + thigh,
        "hip_flexion_deg": hip,
        "pelvic_tilt_deg": posed.pelvis - zero.pelvis,
        "lumbar_flexion_deg": course.lumbar - zero.lumbar,
        "thoracic_flexion_deg": course.thoracic - zero.thoracic,
        "head_angle_deg": neck - zero.neck,
        "hip_travel_back": (zero.hip_x - middle["hip"][:, 0]) / stature,
        "hip_height": (middle["hip"][:, 2] - zero.hip_z) / stature,
    }


def absolute(course: Course, posed: Posed) -> dict[str, Floats]:
    """The spine and pelvis as posed, degrees from the rest posture of the body."""
    return {
        "pelvis_deg": posed.pelvis,
        "lumbar_deg": course.lumbar,
        "thoracic_deg": course.thoracic,
        "neck_deg": course.neck,
        "pelvis_opening_deg": course.opening if course.opening.size else np.zeros_like(course.lumbar),
    }


def write_json(value: Any) -> Any:
    """Numpy to plain, rounded: for json.dumps(default=…)."""
    if isinstance(value, np.ndarray):
        return np.round(value, 4).tolist()
    if isinstance(value, np.floating | np.integer | np.bool_):
        return value.item()
    raise TypeError(type(value))


def _middles(body: Body, course: Course, posed: Posed) -> dict[str, Floats]:
    """(T, 3) middles of both sides; of the legs, the standing one alone in single-leg work."""
    place = joints(body, posed)
    middle = {name: (place[f"left_{name}"] + place[f"right_{name}"]) / 2 for name in JOINTS}
    if course.rear.size:
        middle |= {name: place[f"left_{name}"] for name in ("knee", "ankle", "hip")}
    return middle


def _lean(low: Floats, high: Floats) -> Floats:
    """Inclination of low → high from the vertical in the sagittal plane, + forward."""
    line = high - low
    return np.rad2deg(np.arctan2(line[:, 0], line[:, 2]))
