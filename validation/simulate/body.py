"""A parametric person in the standing rest posture: mesh, bones, skinning weights, segment masses.

The shape comes from `anny` (Brégier and others 2025; code Apache-2.0, data CC0). Only its rest posture is used: posing
is ours (pose.py), so that every angle is set and not estimated.

Frame of everything here: x the way the person faces, y to the person's left, z up, metres, floor at z = 0.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hiphinge.geometry import Floats

Integers = NDArray[np.int64]

SEGMENTS: Final[dict[str, tuple[str, ...]]] = {
    "pelvis": ("root", "pelvis.L", "pelvis.R", "spine05"),
    "lumbar_low": ("spine04",),
    "lumbar_high": ("spine03",),
    "thorax_low": ("spine02",),
    "thorax_high": ("spine01", "clavicle.L", "clavicle.R", "shoulder01.L", "shoulder01.R"),
    "neck": ("neck01", "neck02", "neck03"),
    "head": ("head", "eye.L", "eye.R"),
    **{
        f"{name}.{side}": tuple(f"{bone}.{side}" for bone in bones)
        for side in "LR"
        for name, bones in {
            "thigh": ("upperleg01", "upperleg02"),
            "shank": ("lowerleg01", "lowerleg02"),
            "upper_arm": ("upperarm01", "upperarm02"),
            "forearm": ("lowerarm01", "lowerarm02"),
        }.items()
    },
}
"""Which bones turn together; feet and hands take every bone that hangs below `foot` and `wrist`."""

MASS: Final[dict[str, dict[str, float]]] = {
    # de Leva 1996, table 4: percent of body mass; the middle trunk is shared by the two lumbar parts and the low thorax
    "m": {"head": 6.94, "upper": 15.96, "middle": 16.33, "lower": 11.17, "upper_arm": 2.71, "forearm": 1.62,
          "hand": 0.61, "thigh": 14.16, "shank": 4.33, "foot": 1.37},
    "f": {"head": 6.68, "upper": 15.45, "middle": 14.65, "lower": 12.47, "upper_arm": 2.55, "forearm": 1.38,
          "hand": 0.56, "thigh": 14.78, "shank": 4.81, "foot": 1.29},
}  # fmt: skip
_TRUNK_SHARE: Final = {
    "pelvis": ("lower", 1.0),
    "lumbar_low": ("middle", 0.25),
    "lumbar_high": ("middle", 0.30),
    "thorax_low": ("middle", 0.45),
    "thorax_high": ("upper", 1.0),
}


@dataclass(frozen=True)
class Shape:
    """Who it is. `age`, `muscle`, `weight` and `proportions` are anny's own 0…1 scales (age 2/3 young adult, 1 old)."""

    sex: str = "m"
    age: float = 0.67
    stature_m: float = 1.78
    weight: float = 0.5
    muscle: float = 0.6
    proportions: float = 0.6
    ancestry: tuple[float, float, float] = (0.33, 0.33, 0.34)
    """African, Asian, Caucasian; shapes only, skin colour is set apart."""


@dataclass(frozen=True)
class Body:
    """The rest posture of one person, ready to be posed."""

    shape: Shape
    vertices: Floats
    normals: Floats
    faces: Integers
    weights: Any
    """Sparse (vertices, bones)."""
    bones: tuple[str, ...]
    parents: tuple[int, ...]
    heads: Floats
    """(bones, 3) joint centres."""
    segment: Integers
    """(vertices,) index into `segments`, the segment that moves the vertex most."""
    segments: tuple[str, ...]
    segment_of_bone: Integers
    landmarks: dict[str, Integers]
    """Vertices whose mean is a surface landmark."""

    def bone(self, name: str) -> int:
        """Index of a bone."""
        return self.bones.index(name)

    @property
    def adjacency(self) -> Any:
        """Sparse (vertices, vertices): averages a vertex's neighbours."""
        return _neighbours(self.faces, len(self.vertices))


@lru_cache(maxsize=1)
def _model() -> Any:
    import anny  # noqa: PLC0415 - heavy, and only the validation extra has it

    return anny.Anny(phenotypes="all", skinning_method="lbs")


@lru_cache(maxsize=4)
def build(shape: Shape) -> Body:
    """Build the person; the stature is met by scaling the nearest of anny's own heights."""
    model = _model()
    african, asian, caucasian = shape.ancestry
    low, high = (1.50, 1.86) if shape.sex == "f" else (1.60, 2.00)
    answer = model(
        phenotype_kwargs={
            "gender": 1.0 if shape.sex == "f" else 0.0,
            "age": shape.age,
            "muscle": shape.muscle,
            "weight": shape.weight,
            "height": float(np.clip((shape.stature_m - low) / (high - low), 0.1, 0.9)),
            "proportions": shape.proportions,
            "african": african,
            "asian": asian,
            "caucasian": caucasian,
        }
    )
    turn = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    vertices = answer["rest_vertices"][0].numpy().astype(float) @ turn.T
    heads = answer["rest_bone_heads"][0].numpy().astype(float) @ turn.T
    floor = vertices[:, 2].min()
    scale = shape.stature_m / (vertices[:, 2].max() - floor)
    vertices, heads = ((a - [0, 0, floor]) * scale for a in (vertices, heads))
    faces = model.faces.numpy().astype(np.int64)
    bones = tuple(model.bone_labels)
    parents = tuple(int(p) for p in model.bone_parents)
    weights = _weights(model, len(vertices), len(bones))
    names, of_bone = _segments(bones, parents)
    to_segment = sparse.csr_matrix((np.ones(len(bones)), (np.arange(len(bones)), of_bone)))
    segment = np.asarray((weights @ to_segment).argmax(axis=1)).ravel().astype(np.int64)
    return Body(
        shape=shape,
        vertices=vertices,
        normals=vertex_normals(vertices, faces),
        faces=faces,
        weights=weights,
        bones=bones,
        parents=parents,
        heads=heads,
        segment=segment,
        segments=names,
        segment_of_bone=of_bone,
        landmarks=_landmarks(vertices, segment, names),
    )


def segment_masses(body: Body) -> Floats:
    """Fraction of body mass of each segment (de Leva 1996)."""
    table = MASS[body.shape.sex]
    masses = []
    for name in body.segments:
        plain = name.split(".")[0]
        if plain in _TRUNK_SHARE:
            part, share = _TRUNK_SHARE[plain]
            masses.append(table[part] * share)
        elif plain == "neck":
            masses.append(0.15 * table["head"])
        elif plain == "head":
            masses.append(0.85 * table["head"])
        else:
            masses.append(table[plain])
    return np.array(masses) / sum(masses)


def segment_centres(body: Body) -> Floats:
    """(segments, 3) area-weighted centre of each segment's skin in the rest posture."""
    corners = body.vertices[body.faces]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    share = np.bincount(body.faces.ravel(), np.repeat(area, 3), minlength=len(body.vertices))
    total = np.bincount(body.segment, share, minlength=len(body.segments))
    return np.stack(
        [
            np.bincount(body.segment, share * body.vertices[:, k], minlength=len(body.segments)) / total
            for k in range(3)
        ],
        axis=1,
    )


def vertex_normals(vertices: Floats, faces: Integers) -> Floats:
    """Outward unit normals, area-weighted."""
    corners = vertices[faces]
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.stack(
        [np.bincount(faces.ravel(), np.repeat(flat[:, k], 3), minlength=len(vertices)) for k in range(3)], axis=1
    )
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)


def _weights(model: Any, vertices: int, bones: int) -> Any:
    value = model.vertex_bone_weights.numpy().astype(float)
    index = model.vertex_bone_indices.numpy()
    rows = np.repeat(np.arange(vertices), value.shape[1])
    table = sparse.csr_matrix((value.ravel(), (rows, index.ravel())), shape=(vertices, bones))
    table.eliminate_zeros()
    return sparse.diags(1 / np.asarray(table.sum(axis=1)).ravel()) @ table


def _segments(bones: tuple[str, ...], parents: tuple[int, ...]) -> tuple[tuple[str, ...], Integers]:
    names = (*SEGMENTS, "foot.L", "foot.R", "hand.L", "hand.R")
    of_bone = np.zeros(len(bones), dtype=np.int64)
    where = {bone: names.index(segment) for segment, members in SEGMENTS.items() for bone in members}
    for side in "LR":
        where[f"foot.{side}"] = names.index(f"foot.{side}")
        where[f"wrist.{side}"] = names.index(f"hand.{side}")
    for index, bone in enumerate(bones):
        of_bone[index] = where[bone] if bone in where else of_bone[parents[index]]
    return names, of_bone


def _landmarks(vertices: Floats, segment: Integers, names: tuple[str, ...]) -> dict[str, Integers]:
    """Ears, nose, heels and toes as extreme vertices of their segments."""
    head = np.flatnonzero(segment == names.index("head"))
    found = {"nose": head[np.argsort(vertices[head, 0])[-3:]]}
    for side, sign in (("L", 1.0), ("R", -1.0)):
        found[f"ear.{side}"] = head[np.argsort(sign * vertices[head, 1])[-40:]]
        foot = np.flatnonzero(segment == names.index(f"foot.{side}"))
        low = foot[vertices[foot, 2] < 0.05]
        found[f"heel.{side}"] = low[np.argsort(vertices[low, 0])[:8]]
        found[f"toe.{side}"] = low[np.argsort(vertices[low, 0])[-8:]]
    return found


def _neighbours(faces: Integers, count: int) -> Any:
    pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    pairs = np.concatenate([pairs, pairs[:, ::-1]])
    table = sparse.csr_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    table.data[:] = 1.0
    degree = np.asarray(table.sum(axis=1)).ravel()
    return sparse.diags(1 / np.maximum(degree, 1)) @ table
