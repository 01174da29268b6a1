"""What is known exactly about a simulated clip: joints in space and in the picture, sagittal angles, repetitions."""

from typing import Any, Final

import numpy as np

from validation.simulate.body import Body, Floats
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


def angles(body: Body, course: Course, posed: Posed, head: Floats) -> dict[str, Floats]:
    """Sagittal angles in degrees, signs as in conventions.md, from joint centres; changes from the first half second.

    `head` is the (T, 3) mean of both ears.
    """
    place = joints(body, posed)
    middle = {name: (place[f"left_{name}"] + place[f"right_{name}"]) / 2 for name in JOINTS}
    if course.rear.size:
        middle |= {name: place[f"left_{name}"] for name in ("knee", "ankle", "hip")}
    trunk = _lean(middle["hip"], middle["shoulder"])
    shank = _lean(middle["ankle"], middle["knee"])
    thigh = -_lean(middle["knee"], middle["hip"])
    standing = course.time_s < course.time_s[0] + 0.5
    neck = trunk - _lean(middle["shoulder"], head)
    stature = body.shape.stature_m
    return {
        "trunk_inclination_deg": trunk,
        "shank_inclination_deg": shank,
        "thigh_inclination_deg": thigh,
        "knee_flexion_deg": shank + thigh,
        "hip_flexion_deg": trunk + thigh,
        "pelvic_tilt_deg": posed.pelvis - posed.pelvis[standing].mean(),
        "lumbar_flexion_deg": course.lumbar - course.lumbar[standing].mean(),
        "thoracic_flexion_deg": course.thoracic - course.thoracic[standing].mean(),
        "head_angle_deg": neck - neck[standing].mean(),
        "hip_travel_back": (middle["hip"][standing, 0].mean() - middle["hip"][:, 0]) / stature,
        "hip_height": (middle["hip"][:, 2] - middle["hip"][standing, 2].mean()) / stature,
    }


def write_json(value: Any) -> Any:
    """Numpy to plain, rounded: for json.dumps(default=…)."""
    if isinstance(value, np.ndarray):
        return np.round(value, 4).tolist()
    if isinstance(value, np.floating | np.integer | np.bool_):
        return value.item()
    raise TypeError(type(value))


def _lean(low: Floats, high: Floats) -> Floats:
    """Inclination of low → high from the vertical in the sagittal plane, + forward."""
    line = high - low
    return np.rad2deg(np.arctan2(line[:, 0], line[:, 2]))
