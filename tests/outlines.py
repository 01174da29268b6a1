"""A body whose outline is known in closed form: an ellipse about the trunk, a disc about the ears."""

import numpy as np

from hiphinge.body import middle
from hiphinge.outline import RAYS, make_outline

CENTRE, HALF_LENGTH, HALF_DEPTH, HEAD = 0.45, 0.95, 0.22, 0.2
"""Trunk lengths: where along the trunk the ellipse has its middle, its semi-axes, and the head's radius."""


def edge_reach():
    """Trunk lengths (R,) from each ray's start to the body's edge, the same on both sides."""
    turn = np.deg2rad([ray.turn_deg for ray in RAYS])
    up, out = np.sin(turn), np.cos(turn)
    off = np.array([ray.along for ray in RAYS]) - CENTRE
    a = (up / HALF_LENGTH) ** 2 + (out / HALF_DEPTH) ** 2
    b = off * up / HALF_LENGTH**2
    c = (off / HALF_LENGTH) ** 2 - 1
    reach = (-b + np.sqrt(b**2 - a * c)) / a
    return np.where([ray.zone == "head" for ray in RAYS], HEAD, reach)


def outline_of(track, *, noise_px=0.0, seed=0):
    """What the mask's rays would find about this track's own joints, in its own pixels."""
    position = track["position"].to_numpy()
    hip, shoulder, ear = (middle(position, part) for part in ("hip", "shoulder", "ear"))
    line = shoulder - hip
    trunk = np.linalg.norm(line, axis=-1)
    up = line / trunk[:, None]
    left = np.stack([up[:, 1], -up[:, 0]], axis=-1)
    turn = np.deg2rad([ray.turn_deg for ray in RAYS])[None, :, None]
    start = hip[:, None] + np.array([ray.along for ray in RAYS])[None, :, None] * line[:, None]
    start = np.where(np.array([ray.zone == "head" for ray in RAYS])[None, :, None], ear[:, None], start)
    rng = np.random.default_rng(seed)
    sides = []
    for sign in (1.0, -1.0):
        ahead = sign * np.cos(turn) * left[:, None] + np.sin(turn) * up[:, None]
        length = trunk[:, None] * edge_reach() + rng.normal(0, noise_px, (len(trunk), len(RAYS)))
        sides.append(start + length[..., None] * ahead)
    found = np.stack(sides, axis=1)
    shape = found.shape[:3]
    return make_outline(track["time"].to_numpy(), found, np.full(shape, 0.5), np.full(len(trunk), 2.0))


def edge_in_body():
    """Along and behind (R,) of the pelvis, trunk and neck rays' edge on the back; the head's depend on the neck."""
    turn = np.deg2rad([ray.turn_deg for ray in RAYS])
    along = np.array([ray.along for ray in RAYS]) + edge_reach() * np.sin(turn)
    return along, edge_reach() * np.cos(turn)
