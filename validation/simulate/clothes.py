"""Skin, hair, shoes and garments: layers of the body's own surface, pushed outward, smoothed, and hung by gravity.

A garment takes the faces of a region of the skin. Its vertices follow the skin, lifted off it; looser cloth is smoothed
over hollows (the small of the back disappears under a loose shirt, as in life) and sags where it hangs free.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from hiphinge.geometry import Floats
from validation.simulate.body import Body, Integers

Colour = tuple[int, int, int]
SKINS: Final[tuple[Colour, ...]] = (
    (241, 203, 178), (232, 184, 150), (214, 160, 124), (187, 129, 93), (146, 97, 68), (104, 68, 49), (74, 49, 38),
)  # fmt: skip
HAIRS: Final[tuple[Colour, ...]] = (
    (38, 28, 24),
    (64, 44, 32),
    (96, 66, 40),
    (152, 112, 66),
    (120, 116, 112),
    (20, 18, 18),
)


@dataclass(frozen=True)
class Look:
    """What the person wears. `shirt_slack_m` and `trousers_slack_m` are how far cloth may hang away from the skin."""

    skin: Colour = SKINS[1]
    hair: Colour = HAIRS[1]
    hair_style: str = "short"
    """`short`, `bun`, `ponytail`, `bald`."""
    shirt: Colour = (44, 92, 150)
    trousers: Colour = (46, 50, 58)
    shoes: Colour = (225, 225, 222)
    shirt_slack_m: float = 0.006
    trousers_slack_m: float = 0.004
    sleeve: float = 0.55
    """Fraction of the upper arm covered; above 1 the forearm follows; 0 is a tank top."""
    trouser_leg: float = 2.0
    """0…1 covers that part of the thigh, 1…2 reaches down the shank."""
    hem: float = 0.0
    """How far the shirt comes down below the waist, statures."""
    seed: int = 0


@dataclass(frozen=True)
class Layer:
    """A surface to draw: `index` picks body vertices, `faces` are local, `lift` metres along the normal per vertex."""

    name: str
    index: Integers
    faces: Integers
    lift: Floats
    colour: NDArray[np.uint8]
    """(vertices, 3)."""
    bump: Floats
    """(vertices, 3) added to the normals: folds and weave."""
    slack: Floats
    """(vertices,) metres that the cloth may sag."""
    blend: Any = None
    """Sparse smoothing of the covered surface, or None."""

    def shape(self, vertices: Floats, normals: Floats) -> tuple[Floats, Floats]:
        """Vertices and normals of the layer on the posed skin."""
        skin, normal = vertices[self.index], normals[self.index]
        points = skin + self.lift[:, None] * normal
        if self.blend is not None:
            points = self.blend @ points
            above = ((points - skin) * normal).sum(axis=1)
            points = points + np.maximum(self.lift - above, 0)[:, None] * normal
        if self.slack.any():
            hanging = np.clip(-normal[:, 2], 0, 1) ** 1.5
            points = points - (self.slack * hanging)[:, None] * np.array([0.0, 0.0, 1.0])
        normal = normal + self.bump
        return points, normal / np.linalg.norm(normal, axis=1, keepdims=True)


def dress(body: Body, look: Look, *, detail: float = 1.0) -> list[Layer]:
    """Skin, shirt, trousers and hair of one person; `detail` is the share of the skin's triangles to keep."""
    region = _regions(body, look)
    layers = []
    noise = _Folds(body, look.seed)
    covered = np.zeros(len(body.faces), dtype=bool)
    for name, lift, slack, rounds in (
        ("trousers", 0.0045, look.trousers_slack_m, 2),
        ("shirt", 0.0065, look.shirt_slack_m, 3),
        ("shoes", 0.0, 0.0, 0),
        ("hair", 0.010, 0.0, 3),
    ):
        inside = region[name]
        chosen = inside[body.faces].all(axis=1)
        if name == "shoes":  # a thing of its own hides the foot
            covered |= inside[body.faces].any(axis=1)
            continue
        if not chosen.any():
            continue
        covered |= _eroded(body, inside, 1)[body.faces].all(axis=1)
        layers.append(_garment(body, name, chosen, lift, slack, rounds, look, noise))
    layers.insert(0, _skin(body, look, ~covered, detail))
    return layers


def _skin(body: Body, look: Look, shown: NDArray[np.bool_], detail: float) -> Layer:
    index, faces = _submesh(body.faces[shown] if detail >= 1 else _coarser(body, body.faces[shown], detail))
    return Layer(
        name="skin",
        index=index,
        faces=faces,
        lift=np.zeros(len(index)),
        colour=_skin_colours(body, look)[index],
        bump=np.zeros((len(index), 3)),
        slack=np.zeros(len(index)),
    )


def _coarser(body: Body, faces: Integers, detail: float) -> Integers:
    """Fewer triangles on the same vertices; most sit in the face and the fingers, small in the picture."""
    import pyvista as pv  # noqa: PLC0415 - only when asked for

    index, local = _submesh(faces)
    mesh = pv.PolyData(body.vertices[index], np.c_[np.full(len(local), 3), local].ravel())
    coarse = mesh.decimate_pro(1 - detail, preserve_topology=True, boundary_vertex_deletion=False)
    _, nearest = cKDTree(body.vertices[index]).query(np.asarray(coarse.points))
    return np.asarray(index[nearest][coarse.regular_faces], dtype=np.int64)


def _garment(  # noqa: PLR0917 - one call site, one table
    body: Body,
    name: str,
    chosen: NDArray[np.bool_],
    lift: float,
    slack: float,
    rounds: int,
    look: Look,
    noise: "_Folds",
) -> Layer:
    index, faces = _submesh(body.faces[chosen])
    local = Body.adjacency.fget(body)[index][:, index]  # type: ignore[attr-defined]
    degree = np.asarray(local.sum(axis=1)).ravel()
    edge = degree < 0.999
    lifted = np.full(len(index), lift) + slack * 0.35
    if name == "hair":
        lifted = _hair_lift(body, index, look)
    rim = 1.0 * edge
    for _ in range(2):
        rim = np.maximum(rim, 0.6 * (local @ rim))
    colour = np.array(getattr(look, name), dtype=float)
    shade = 1 + 0.07 * noise.at(index, 1) + (0.10 if name == "hair" else 0.03) * noise.at(index, 3)
    strength = {"shirt": 0.10 + 6.0 * slack, "trousers": 0.08 + 4.0 * slack, "hair": 0.22}[name]
    return Layer(
        name=name,
        index=index,
        faces=faces,
        lift=lifted * (1 - 0.45 * rim) if name in {"shirt", "trousers"} else lifted,
        colour=np.clip(np.ones((len(index), 3)) * colour * shade[:, None], 0, 255).astype(np.uint8),
        bump=strength * noise.gradient(index),
        slack=np.full(len(index), slack if name in {"shirt", "trousers"} else 0.0),
        blend=_smoothing(local, edge, rounds + int(slack * 600)) if name != "hair" else None,
    )


def _smoothing(local: Any, edge: NDArray[np.bool_], rounds: int) -> Any:
    """Laplacian smoothing, repeated; the rim stays where the skin is."""
    keep = np.where(edge, 1.0, 0.35)
    step = sparse.diags(keep) + sparse.diags(1 - keep) @ local
    total = step
    for _ in range(min(rounds, 30) - 1):
        total = step @ total
        total.data[np.abs(total.data) < 1e-4] = 0
        total.eliminate_zeros()
    return sparse.diags(1 / np.asarray(total.sum(axis=1)).ravel()) @ total


def _regions(body: Body, look: Look) -> dict[str, NDArray[np.bool_]]:
    """Which vertices each garment covers, from segments and rest heights."""
    stature, z = body.shape.stature_m, body.vertices[:, 2]
    name = np.array([s.split(".")[0] for s in body.segments])[body.segment]
    waist = body.heads[body.bone("spine04"), 2] + 0.005 * stature
    along_arm = _along(body, "upperarm01", "lowerarm01")
    along_fore = _along(body, "lowerarm01", "wrist")
    along_leg = np.where(
        name == "shank", 1 + _along(body, "lowerleg01", "foot"), _along(body, "upperleg01", "lowerleg01")
    )
    trunk = np.isin(name, ["pelvis", "lumbar_low", "lumbar_high", "thorax_low", "thorax_high"])
    neckline = body.heads[body.bone("neck01"), 2] - 0.012 * stature
    centre = np.hypot(body.vertices[:, 0] - 0.0, body.vertices[:, 1])
    shirt = (trunk | (name == "thigh")) & (z > waist - (0.045 + look.hem) * stature)
    shirt &= ~((z > neckline - 0.02 * stature) & (centre < 0.052 * stature))
    if look.sleeve > 0:
        shirt |= (name == "upper_arm") & (along_arm < look.sleeve)
        shirt |= (name == "forearm") & (along_fore < look.sleeve - 1)
    legs = np.isin(name, ["thigh", "shank"])
    trousers = (trunk & (z < waist + 0.015 * stature)) | (legs & (along_leg < look.trouser_leg - 0.06))
    trousers |= (name == "thigh") & (along_leg < 0.25)
    if look.trouser_leg >= 2:
        trousers |= (name == "shank") & (along_leg < 1.93)
    shoes = (name == "foot") & (z < 0.047 * stature)
    return {"shirt": shirt, "trousers": trousers, "shoes": shoes, "hair": _scalp(body, look)}


def _along(body: Body, first: str, second: str) -> Floats:
    """How far along the bone of its own side each vertex lies, 0 at its head and 1 at the next joint."""
    left = body.vertices[:, 1] > 0
    start, end = (
        np.where(left[:, None], body.heads[body.bone(f"{b}.L")], body.heads[body.bone(f"{b}.R")])
        for b in (first, second)
    )
    line = end - start
    return ((body.vertices - start) * line).sum(axis=1) / (line**2).sum(axis=1)


def _scalp(body: Body, look: Look) -> NDArray[np.bool_]:
    head = body.segment == body.segments.index("head")
    if look.hair_style == "bald":
        return np.zeros(len(body.vertices), dtype=bool)
    size = body.shape.stature_m
    eye = body.heads[body.bone("eye.L")]
    top = body.vertices[head, 2].max()
    ahead = (body.vertices[:, 0] - eye[0]) / size
    above = (body.vertices[:, 2] - eye[2]) / size
    line = np.interp(
        ahead, [-0.115, -0.085, -0.062, -0.045, -0.02, 0.01], [-0.035, -0.025, -0.012, 0.008, 0.036, 0.041]
    )
    ears = np.abs(body.vertices[:, 1]) > 0.043 * size
    ears &= (above < 0.012) & (ahead < -0.03) & (ahead > -0.085)
    return head & (above > line) & (body.vertices[:, 2] <= top) & ~ears


def _hair_lift(body: Body, index: Integers, look: Look) -> Floats:
    above = body.vertices[index, 2] - body.heads[body.bone("eye.L"), 2]
    thick = {"short": 0.011, "bun": 0.010, "ponytail": 0.012}[look.hair_style]
    return thick * np.clip(0.35 + above / 0.05, 0.35, 1.25)


def _skin_colours(body: Body, look: Look) -> NDArray[np.uint8]:
    """Skin with a warmer face and hands, dark brows, lips, and eyes with an iris."""
    size, eye = body.shape.stature_m, body.heads[body.bone("eye.L")]
    colour = np.broadcast_to(np.array(look.skin, dtype=float), (len(body.vertices), 3)).copy()
    colour *= (1 + 0.03 * _Folds(body, look.seed + 7).at(np.arange(len(body.vertices)), 2))[:, None]
    head = body.segment == body.segments.index("head")
    place = body.vertices
    above, ahead, aside = (place[:, 2] - eye[2]) / size, (place[:, 0] - eye[0]) / size, np.abs(place[:, 1]) / size
    brow = head & (above > 0.008) & (above < 0.0125) & (ahead > 0) & (aside > 0.006) & (aside < 0.028)
    colour[brow] = 0.5 * colour[brow] + 0.5 * np.array(look.hair)
    lips = head & (above < -0.034) & (above > -0.0425) & (aside < 0.0125) & (ahead > 0.012)
    colour[lips] = colour[lips] * np.array([0.92, 0.72, 0.72])
    scalp = _scalp(body, look).astype(float)
    near = np.clip(body.adjacency @ (body.adjacency @ scalp) * 1.6, 0, 1)[:, None] * head[:, None]
    colour = (1 - near) * colour + near * np.array(look.hair)
    cheeks = head & (np.abs(above + 0.018) < 0.012) & (aside > 0.012) & (ahead > -0.005)
    colour[cheeks] = colour[cheeks] * np.array([1.0, 0.97, 0.96])
    if look.hair_style == "short":
        stubble = head & (above < -0.024) & (ahead > -0.035) & ~lips
        colour[stubble] = 0.9 * colour[stubble] + 0.1 * np.array(look.hair)
    for side in "LR":
        ball = np.flatnonzero((body.weights[:, body.bone(f"eye.{side}")] > 0.9).toarray().ravel())
        if ball.size:
            centre = body.heads[body.bone(f"eye.{side}")]
            off = np.hypot(*(place[ball] - centre)[:, 1:].T)
            colour[ball] = np.where((off < 0.0062)[:, None], (52, 38, 30), (232, 230, 226))
    return np.clip(colour, 0, 255).astype(np.uint8)


def _submesh(faces: Integers) -> tuple[Integers, Integers]:
    index, local = np.unique(faces, return_inverse=True)
    return index.astype(np.int64), local.reshape(faces.shape).astype(np.int64)


def _eroded(body: Body, inside: NDArray[np.bool_], rings: int) -> NDArray[np.bool_]:
    near = body.adjacency
    for _ in range(rings):
        inside = inside & ((near @ inside.astype(float)) > 0.999)
    return inside


class _Folds:
    """Smooth random fields over the rest surface: sums of plane waves, the same for the same seed."""

    def __init__(self, body: Body, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.place = body.vertices
        self.waves = rng.normal(0, 1, (24, 3)) * np.geomspace(12, 140, 24)[:, None] * np.array([1.0, 1.0, 0.7])
        self.phase = rng.uniform(0, 2 * np.pi, 24)

    def at(self, index: Integers, band: int) -> Floats:
        """Values about −1…1; band 1 is broad, 3 fine."""
        use = slice(8 * (band - 1), 8 * band)
        return np.sin(self.place[index] @ self.waves[use].T + self.phase[use]).mean(axis=1) * 2

    def gradient(self, index: Integers) -> Floats:
        """Unit-sized slopes of the broad and middle bands, to tilt normals with."""
        waves, phase = self.waves[:18], self.phase[:18]
        slope = np.cos(self.place[index] @ waves.T + phase) @ (waves / np.linalg.norm(waves, axis=1, keepdims=True))
        return slope / 3.0
