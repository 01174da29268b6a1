"""Where it happens: a training room, a camera, light. Everything is drawn from a seed; nothing is a stored picture."""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from hiphinge.geometry import Floats

Picture = NDArray[np.uint8]
WALLS: Final = ((196, 200, 203), (168, 176, 182), (208, 199, 186), (120, 128, 134), (225, 224, 220), (150, 116, 98))
FLOORS: Final = ((58, 60, 63), (84, 86, 90), (130, 118, 104), (70, 74, 84), (150, 128, 100))


@dataclass(frozen=True)
class Camera:
    """A pinhole on a stand. `yaw_deg` 0 sees the person side-on, + turns their front toward it."""

    yaw_deg: float = 0.0
    distance_m: float = 3.6
    height_m: float = 0.95
    aim_m: float = 0.88
    """Height of the point it looks at."""
    roll_deg: float = 0.0
    view_deg: float = 38.0
    """Vertical opening."""
    facing: str = "right"
    shake_m: float = 0.0
    width: int = 480
    height: int = 640
    ahead_m: float = 0.1
    """The point it looks at, in front of the ankles."""


def stand(camera: Camera, jolt: Floats | None = None) -> tuple[Floats, Floats, Floats, Floats]:
    """Where the camera is and how it looks: eye, and unit vectors ahead, right and up.

    `jolt` moves it: metres to the right, metres up, degrees of roll.
    """
    jolt = np.zeros(3) if jolt is None else jolt
    side = -1.0 if camera.facing == "right" else 1.0
    yaw = np.deg2rad(camera.yaw_deg)
    aim = np.array([camera.ahead_m, 0.0, camera.aim_m])
    out = camera.distance_m * np.array([np.sin(yaw), side * np.cos(yaw), 0.0])
    eye = aim * [1, 1, 0] + out + [0, 0, camera.height_m]
    ahead = (aim - eye) / np.linalg.norm(aim - eye)
    right = np.cross(ahead, [0, 0, 1.0])
    right = right / np.linalg.norm(right)
    up = np.cross(right, ahead)
    roll = np.deg2rad(camera.roll_deg + jolt[2])
    eye = eye + jolt[0] * right + jolt[1] * up
    return eye, ahead, right * np.cos(roll) + up * np.sin(roll), up * np.cos(roll) - right * np.sin(roll)


def project(points: Floats, camera: Camera, jolt: Floats | None = None) -> Floats:
    """(…, 3) metres to (…, 2) pixels, y down."""
    eye, ahead, right, up = stand(camera, jolt)
    away = points - eye
    focal = camera.height / 2 / np.tan(np.deg2rad(camera.view_deg) / 2) / (away @ ahead)
    return np.stack([camera.width / 2 + focal * (away @ right), camera.height / 2 - focal * (away @ up)], axis=-1)


@dataclass(frozen=True)
class Room:
    """Wall and floor colours, light, clutter."""

    wall: tuple[int, int, int] = WALLS[0]
    floor: tuple[int, int, int] = FLOORS[0]
    brick: bool = False
    wall_m: float = 1.9
    """Distance of the wall behind the person."""
    light: float = 1.0
    light_from: tuple[float, float, float] = (1.2, -2.5, 3.2)
    warm: float = 0.0
    """−1 bluish … 1 yellowish."""
    clutter: int = 4
    seed: int = 0


def wall_texture(room: Room, size: int = 2048) -> Picture:
    """A painted or brick wall with a darker dado, uneven paint and light falling off sideways."""
    rng = np.random.default_rng(room.seed)
    base = np.ones((size // 2, size, 3)) * np.array(room.wall, dtype=float)
    base *= 1 + 0.05 * _clouds(rng, base.shape[:2], 5)[..., None]
    if room.brick:
        base *= _bricks(rng, base.shape[:2])[..., None]
    dado = int(size // 2 * 0.67)
    base[dado:] *= np.array([0.78, 0.80, 0.83])
    base[dado - 2 : dado + 2] *= 0.72
    base[-12:] = 45
    across = np.linspace(-1, 1, size)[None, :, None]
    base *= 1.05 - 0.18 * across**2
    base *= np.linspace(1.05, 0.9, size // 2)[:, None, None]
    return np.clip(base + rng.normal(0, 1.5, base.shape), 0, 255).astype(np.uint8)


def floor_texture(room: Room, size: int = 1024) -> Picture:
    """Rubber tiles: speckles, seams, worn patches."""
    rng = np.random.default_rng(room.seed + 1)
    base = np.ones((size, size, 3)) * np.array(room.floor, dtype=float)
    base *= 1 + 0.10 * _clouds(rng, base.shape[:2], 6)[..., None]
    speckles = rng.random((size, size)) > 0.985
    base[speckles] += rng.uniform(10, 60, (int(speckles.sum()), 1))
    base = cv2.GaussianBlur(base, (3, 3), 0)
    for k in range(0, size, size // 8):
        base[k : k + 2] *= 0.80
        base[:, k : k + 2] *= 0.80
    return np.clip(base, 0, 255).astype(np.uint8)


def shadow(vertices: Floats, light: Floats, half_m: float, pixels: int = 128) -> NDArray[np.uint8]:
    """(pixels, pixels) darkness of a soft shadow on the floor, square of ±half_m around the origin.

    Vertices are thrown along the light onto the floor and blurred, the higher the wider: two bands.
    """
    total = np.zeros((pixels, pixels), dtype=np.float32)
    for low, high, blur, weight in ((-1.0, 0.16, 1.3, 0.62), (0.16, 0.9, 4.0, 0.30), (0.9, 3.0, 7.5, 0.22)):
        band = vertices[(vertices[:, 2] >= low) & (vertices[:, 2] < high)]
        if not len(band):
            continue
        thrown = band[:, :2] - 0.45 * band[:, 2:] * light[:2] / max(light[2], 1e-6)
        cell = ((thrown / half_m + 1) / 2 * pixels).astype(int)
        cell = cell[((cell >= 0) & (cell < pixels)).all(axis=1)]
        hit = np.zeros((pixels, pixels), dtype=np.float32)
        hit[cell[:, 1], cell[:, 0]] = 1
        hit = cv2.dilate(hit, np.ones((3, 3), np.uint8), iterations=2 if low < 0.5 else 3)
        total = 1 - (1 - total) * (1 - weight * cv2.GaussianBlur(hit, (0, 0), blur))
    return (np.clip(total, 0, 1) * 210).astype(np.uint8)


def props(room: Room, camera: Camera) -> list[tuple[Any, tuple[int, int, int], float]]:
    """Things along the wall: (mesh, colour, shininess); placed where the camera sees them, behind the person."""
    import pyvista as pv  # noqa: PLC0415 - heavy, and only the validation extra has it

    rng = np.random.default_rng(room.seed + 2)
    side = 1.0 if camera.facing == "right" else -1.0
    back = side * room.wall_m  # the camera stands on the person's right when they face right
    found: list[tuple[Any, tuple[int, int, int], float]] = []
    places = rng.permutation(np.linspace(-2.3, 2.3, 8))[: room.clutter]
    for x in places:
        y = back - side * rng.uniform(0.2, 0.45)
        kind = rng.integers(0, 4)
        if kind == 0:  # rack of plates
            for k in range(3):
                radius = 0.225 - 0.045 * k
                centre = (x + 0.07 * k, y, radius)
                disc = pv.Cylinder(center=centre, direction=(1, 0.2, 0), radius=radius, height=0.05, resolution=32)
                found.append((disc, tuple(int(c) for c in rng.integers(25, 90, 3)), 0.3))
        elif kind == 1:  # kettlebells
            for k in range(int(rng.integers(1, 4))):
                grey = int(rng.integers(25, 70))
                found.extend(
                    (m, (grey, grey, grey + 4), 0.4) for m in kettlebell(np.array([x + 0.28 * k, y, 0.0]), 0.10)
                )
        elif kind == 2:  # a bench or box
            wide, deep, high = rng.uniform(0.4, 1.0), 0.4, rng.uniform(0.35, 0.6)
            box = pv.Box((x - wide / 2, x + wide / 2, y - deep / 2, y + deep / 2, 0, high))
            found.append((box, tuple(int(c) for c in rng.integers(60, 170, 3)), 0.1))
        else:  # uprights of a rack
            colour = (int(rng.integers(20, 190)), 30, 34)
            uprights = (pv.Box((x + dx - 0.03, x + dx + 0.03, y - 0.03, y + 0.03, 0, 2.2)) for dx in (0.0, 0.9))
            found.extend((mesh, colour, 0.3) for mesh in uprights)
            found.append((pv.Box((x, x + 0.9, y - 0.03, y + 0.03, 2.14, 2.2)), colour, 0.3))
    return found


def kettlebell(place: Floats, radius: float) -> list[Any]:
    """Meshes of a kettlebell standing at `place`: ball and handle."""
    import pyvista as pv  # noqa: PLC0415 - as above

    ball = pv.Sphere(radius=radius, center=place + np.array([0, 0, radius * 0.92]))
    angle = np.linspace(0, np.pi, 14)
    arch = np.stack(
        [0 * angle, 0.062 * np.cos(angle) * radius / 0.1, np.sin(angle) ** 0.6 * 0.075 * radius / 0.1], axis=1
    )
    handle = pv.Spline(arch + place + np.array([0, 0, radius * 1.75]), 40).tube(radius=0.016)
    return [ball, handle]


def _clouds(rng: np.random.Generator, shape: tuple[int, ...], octaves: int) -> Floats:
    total = np.zeros(shape)
    for k in range(octaves):
        small = rng.normal(0, 1, (2 ** (k + 1), 2 ** (k + 1)))
        total += cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC) / (k + 1.5)
    return total / np.abs(total).max()


def _bricks(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    rows, wide = 44, 44
    height = shape[0] / rows
    shade = np.ones(shape)
    for r in range(rows):
        top, bottom = int(r * height), int((r + 1) * height)
        shift = (r % 2) * wide // 2
        for left in range(-wide, shape[1], wide):
            a = max(left + shift, 0)
            shade[top:bottom, a : a + wide] = 1 + rng.normal(0, 0.03)
            shade[top:bottom, a : a + 2] = 0.90
        shade[top : top + 2] = 0.90
    return shade
