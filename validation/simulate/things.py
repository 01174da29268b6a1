"""Rigid things that ride on bones or in the hands: shoes, hair knots, barbells, kettlebells, dumbbells, rods."""

from typing import Any

import numpy as np
import pyvista as pv

from hiphinge.geometry import Floats
from validation.simulate.body import Body
from validation.simulate.clothes import Colour, Look


def shoe(body: Body, side: str, look: Look) -> tuple[Any, Floats]:
    """A trainer around the resting foot: (mesh, colours); upper in the look's colour on a darker sole."""
    foot = body.vertices[(body.segment == body.segments.index(f"foot.{side}")) & (body.vertices[:, 2] < 0.05)]
    heel, toe = (foot[body_end].mean(axis=0) for body_end in (foot[:, 0].argsort()[:6], foot[:, 0].argsort()[-6:]))
    ahead = (toe - heel) * [1, 1, 0]
    long = float(np.linalg.norm(ahead)) + 0.028
    ahead = ahead / np.linalg.norm(ahead)
    left = np.array([-ahead[1], ahead[0], 0.0])
    middle = left * float(np.median((foot - heel) @ left))
    wide = float(np.ptp((foot - heel) @ left)) / 2 + 0.006
    along = np.concatenate([[0.0, 0.012], np.linspace(0.05, 0.93, 18), [0.975, 1.0]])
    width = np.interp(
        along, [0, 0.012, 0.05, 0.2, 0.45, 0.72, 0.9, 0.975, 1], [0.3, 0.5, 0.62, 0.68, 0.72, 0.98, 0.8, 0.5, 0.2]
    )
    height = np.interp(
        along, [0, 0.05, 0.22, 0.36, 0.5, 0.75, 0.92, 1], [0.074, 0.088, 0.088, 0.092, 0.074, 0.052, 0.042, 0.018]
    )
    height = height * body.shape.stature_m / 1.75
    around = np.linspace(0, np.pi, 15)
    points = []
    for a, w, h in zip(along, width, height, strict=True):
        ring = np.stack([np.cos(around) * w * wide, np.sin(around) ** 0.75 * h], axis=1)
        ring[np.abs(ring[:, 0]) > 0.86 * w * wide, 1] *= 0.85
        points.append(heel * [1, 1, 0] - 0.016 * ahead + middle + a * long * ahead + ring[:, :1] * left
                      + ring[:, 1:] * [0, 0, 1.0])  # fmt: skip
    rings, each = len(points), len(around)
    grid = np.arange(rings * each).reshape(rings, each)
    quads = np.stack([grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]], axis=-1).reshape(-1, 4)
    place = np.concatenate(points)
    mesh = pv.PolyData(place, np.c_[np.full(len(quads), 4), quads].ravel()).triangulate()
    low = place[:, 2] < 0.026
    colour = np.where(low[:, None], 0.25 * np.array(look.shoes) + 25, np.array(look.shoes, dtype=float))
    return mesh, colour.astype(np.uint8)


def knot(body: Body, look: Look) -> Any | None:
    """A bun behind the head of the rest posture; None for short hair."""
    if look.hair_style not in {"bun", "ponytail"}:
        return None
    head = body.vertices[body.segment == body.segments.index("head")]
    eye = body.heads[body.bone("eye.L"), 2]
    back = head[head[:, 2] > eye][:, 0].min()
    bun = pv.Sphere(radius=0.042, center=(back - 0.012, 0.0, eye + 0.035))
    if look.hair_style == "bun":
        return bun
    tail = pv.Sphere(radius=0.05, center=(0, 0, 0)).scale((0.55, 0.7, 2.0))
    return pv.merge([bun.scale((0.6, 0.6, 0.6), point=bun.center), tail.translate((back - 0.045, 0.0, eye - 0.06))])


def barbell(plate_m: float, *, shaft_m: float = 2.0, plates: int = 1) -> list[tuple[Any, Colour]]:
    """A bar along y with plates of radius `plate_m` (0 for none), centred at the origin."""
    parts: list[tuple[Any, Colour]] = [(_across((0, 0, 0), 0.014, shaft_m, 12), (150, 152, 156))]
    colours = ((46, 46, 50), (160, 40, 44), (40, 70, 140))
    for side in (-1, 1):
        parts.append((_across((0, side * 0.62, 0), 0.04, 0.03, 16), (120, 120, 124)))
        for k in range(plates if plate_m > 0 else 0):
            radius = plate_m * (1 - 0.18 * k)
            place = (0, side * (0.67 + 0.055 * k), 0)
            parts.append((_across(place, radius, 0.05, 40), colours[k % 3]))
            parts.append((_across(place, radius * 0.35, 0.06, 24), (140, 140, 144)))
    return parts


def dumbbell() -> list[tuple[Any, Colour]]:
    """A dumbbell along y, centred at the origin."""
    parts: list[tuple[Any, Colour]] = [(_across((0, 0, 0), 0.015, 0.14, 10), (150, 150, 154))]
    parts += [(_across((0, side * 0.10, 0), 0.058, 0.085, 6), (42, 42, 46)) for side in (-1, 1)]
    return parts


def kettlebell(radius: float = 0.1) -> list[tuple[Any, Colour]]:
    """A kettlebell whose handle is at the origin and whose ball hangs below it."""
    ball = pv.Sphere(radius=radius, center=(0, 0, -radius * 1.55))
    angle = np.linspace(0, np.pi, 14)
    arch = np.stack([0 * angle, 0.065 * np.cos(angle), np.sin(angle) ** 0.6 * 0.075 - 0.075], axis=1)
    return [(ball, (44, 44, 50)), (pv.Spline(arch, 40).tube(radius=0.016), (70, 70, 76))]


def rod(length_m: float = 1.3) -> list[tuple[Any, Colour]]:
    """A wooden rod along z, centred at the origin."""
    return [(pv.Cylinder(direction=(0, 0, 1), radius=0.014, height=length_m, resolution=12), (190, 150, 100))]


def wall_behind(at_m: float, far_m: float, facing: str, *, near_m: float = 0.30) -> Any:
    """A wall across the way the person faces, its front at x = `at_m`, from the room's wall to their near side."""
    far, near = (far_m, -near_m) if facing == "right" else (-far_m, near_m)
    return pv.Box((at_m - 0.10, at_m, min(far, near), max(far, near), 0.0, 2.3))


def _across(centre: Floats | tuple[float, float, float], radius: float, length: float, sides: int) -> Any:
    """A round bar or disc whose axis points to the person's left."""
    return pv.Cylinder(center=centre, direction=(0, 1, 0), radius=radius, height=length, resolution=sides)
