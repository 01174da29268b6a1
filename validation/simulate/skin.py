"""Linear-blend skinning of a posed body, many frames at a time."""

from collections.abc import Iterator

import numpy as np

from hiphinge.geometry import Floats
from validation.simulate.body import Body, Integers
from validation.simulate.pose import Posed


def placed(body: Body, posed: Posed, index: Integers) -> Iterator[Floats]:
    """Yield the vertices per frame, only those of `index` filled: all that truth without pictures needs."""
    weights, rest = body.weights[index], body.vertices[index]
    shift = posed.position - np.einsum("tbij,bj->tbi", posed.rotation, body.heads)
    for turn, move in zip(posed.rotation, shift, strict=True):
        blended = weights @ np.concatenate([turn.reshape(len(turn), 9), move], axis=1)
        vertices = np.full_like(body.vertices, np.nan)
        vertices[index] = np.einsum("vij,vj->vi", blended[:, :9].reshape(-1, 3, 3), rest) + blended[:, 9:]
        yield vertices


def skinned(body: Body, posed: Posed, *, chunk: int = 48) -> Iterator[tuple[Floats, Floats]]:
    """Yield (vertices, normals) per frame.

    Each vertex moves with the weighted mean of its bones' rigid motions (linear blend skinning); normals turn with the
    same blend and are made unit again.
    """
    frames = len(posed.position)
    for start in range(0, frames, chunk):
        rotation = posed.rotation[start : start + chunk]
        shift = posed.position[start : start + chunk] - np.einsum("tbij,bj->tbi", rotation, body.heads)
        rigid = np.concatenate([rotation.reshape(*rotation.shape[:2], 9), shift], axis=2)
        blended = body.weights @ rigid.transpose(1, 0, 2).reshape(len(body.bones), -1)
        blended = blended.reshape(len(body.vertices), len(rotation), 12).transpose(1, 0, 2)
        for matrix in blended:
            turn = matrix[:, :9].reshape(-1, 3, 3)
            vertices = np.einsum("vij,vj->vi", turn, body.vertices) + matrix[:, 9:]
            normals = np.einsum("vij,vj->vi", turn, body.normals)
            yield vertices, normals / np.linalg.norm(normals, axis=1, keepdims=True)
