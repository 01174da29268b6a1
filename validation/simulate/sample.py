"""Draw clips: who, what they wear and do, where, and how they are filmed. The same seed draws the same clip.

People of `train`, `tune` and `report` come from separate random streams, so no body, room or motion is in two of them.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Final

import msgspec
import numpy as np

from validation.simulate.body import Shape
from validation.simulate.clothes import HAIRS, SKINS, Look
from validation.simulate.scene import FLOORS, WALLS, Camera, Room

SPLITS: Final = ("train", "tune", "report")
ORDER: Final = (
    "hinge", "rdl", "deadlift", "kettlebell_swing", "squat", "good_morning", "rdl", "hinge", "single_leg_rdl",
    "wall_drill", "deadlift", "dowel_drill",
)  # fmt: skip
POSSIBLE: Final[dict[str, tuple[str, ...]]] = {
    "hinge": ("squatting", "lower_back_rounding", "upper_back_rounding", "hyperextension", "looking_down",
              "knees_locked", "shins_forward", "too_shallow", "knee_drift"),
    "rdl": ("squatting", "lower_back_rounding", "upper_back_rounding", "hyperextension", "looking_down", "knees_locked",
            "shins_forward", "too_shallow", "load_drift", "knee_drift"),
    "deadlift": ("lower_back_rounding", "upper_back_rounding", "looking_down", "hips_rise_first"),
    "kettlebell_swing": ("squatting", "lower_back_rounding", "looking_down", "hyperextension"),
    "good_morning": ("squatting", "lower_back_rounding", "upper_back_rounding", "looking_down", "too_shallow",
                     "too_fast"),
    "single_leg_rdl": ("lower_back_rounding", "looking_down", "too_shallow"),
    "wall_drill": ("squatting", "lower_back_rounding", "looking_down", "too_shallow"),
    "dowel_drill": ("lower_back_rounding", "upper_back_rounding", "looking_down", "hyperextension"),
    "squat": (),
}  # fmt: skip


@dataclass(frozen=True)
class Spec:
    """One clip, fully described; `asdict` of it stands in the clip's truth.json."""

    seed: tuple[int, int, int]
    split: str
    exercise: str
    shape: Shape
    look: Look
    camera: Camera
    room: Room
    fps: float
    faults: tuple[dict[str, float], ...]
    load_kg: float
    tempo: float
    depth: float
    bystander: Shape | None
    bystander_look: Look | None
    crf: int
    blur_px: float
    noise: float
    motion_seed: int
    extras: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Folder name of the clip."""
        return f"{self.seed[2]:05d}-{self.exercise}"

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def spec_of(plain: dict[str, Any]) -> Spec:
    """The description that stands in a clip's truth.json under `spec`."""
    return msgspec.convert(plain, Spec)


def draw(seed: int, split: str, index: int, *, largest: int = 1080, most_fps: float = 60.0) -> Spec:
    """Draw the `index`-th clip of a split; the picture's short side has at most `largest` pixels."""
    key = (seed, SPLITS.index(split), index)
    rng = np.random.default_rng(key)
    exercise = ORDER[index % len(ORDER)]
    shape = person(rng)
    camera, fps = view(rng, shape, largest=largest)
    if exercise == "kettlebell_swing":
        fps = max(fps, 30.0)
    fps = min(fps, most_fps)
    other = rng.random() < 0.15
    heavy = {"rdl": 0.7, "deadlift": 1.0, "good_morning": 0.35, "kettlebell_swing": 0.28, "single_leg_rdl": 0.2}
    return Spec(
        seed=key,
        split=split,
        exercise=exercise,
        shape=shape,
        look=clothes(rng, shape),
        camera=camera,
        room=room(rng),
        fps=fps,
        faults=faults(rng, exercise),
        load_kg=float(np.round(heavy.get(exercise, 0.0) * rng.uniform(0.3, 1.1) * 70)),
        tempo=float(np.exp(rng.normal(-0.08, 0.15))),
        depth=float(np.clip(rng.normal(1, 0.07), 0.8, 1.2)),
        bystander=person(rng) if other else None,
        bystander_look=clothes(rng, shape) if other else None,
        crf=int(rng.integers(20, 35)),
        blur_px=float(rng.choice([0.0, 0.0, 0.6, 1.1])),
        noise=float(rng.choice([0.0, 1.5, 4.0])),
        motion_seed=int(rng.integers(2**31)),
    )


def person(rng: np.random.Generator) -> Shape:
    """Adults of all builds; stature by sex as in European adults, 1.78 ± 0.07 m and 1.65 ± 0.065 m."""
    sex = str(rng.choice(["f", "m"]))
    mean, spread = (1.65, 0.065) if sex == "f" else (1.78, 0.07)
    mix = rng.dirichlet([0.7, 0.7, 0.7])
    return Shape(
        sex=sex,
        age=float(rng.uniform(0.60, 0.95)),
        stature_m=float(np.clip(rng.normal(mean, spread), mean - 0.15, mean + 0.17)),
        weight=float(np.clip(rng.normal(0.52, 0.13), 0.25, 0.88)),
        muscle=float(np.clip(rng.normal(0.6, 0.15), 0.25, 0.95)),
        proportions=float(rng.uniform(0.35, 0.8)),
        ancestry=(float(mix[0]), float(mix[1]), float(mix[2])),
    )


def clothes(rng: np.random.Generator, shape: Shape) -> Look:
    """Tight to loose; a hoodie covers the forearms and hangs."""
    hoodie = rng.random() < 0.18
    tight = rng.random() < 0.35
    colour = [tuple(int(c) for c in np.clip(rng.uniform(25, 225) + rng.normal(0, 45, 3), 12, 245)) for _ in range(3)]
    return Look(
        skin=SKINS[rng.integers(len(SKINS))],
        hair=HAIRS[rng.integers(len(HAIRS))],
        hair_style=str(rng.choice(["bun", "ponytail", "short"] if shape.sex == "f" else ["short", "short", "bald"])),
        shirt=colour[0],
        trousers=colour[1],
        shoes=colour[2],
        shirt_slack_m=float(0.03 if hoodie else 0.002 if tight else rng.uniform(0.006, 0.035)),
        trousers_slack_m=float(0.001 if tight else rng.uniform(0.002, 0.02)),
        sleeve=float(1.9 if hoodie else rng.choice([0.0, 0.4, 0.6, 0.75])),
        trouser_leg=float(rng.choice([0.55, 0.85, 2.0, 2.0])),
        hem=float(rng.uniform(0.0, 0.05)),
        seed=int(rng.integers(2**31)),
    )


def room(rng: np.random.Generator) -> Room:
    """Colours, light and clutter."""
    return Room(
        wall=WALLS[rng.integers(len(WALLS))],
        floor=FLOORS[rng.integers(len(FLOORS))],
        brick=bool(rng.random() < 0.3),
        wall_m=float(rng.uniform(1.3, 2.6)),
        light=float(rng.uniform(0.6, 1.15)),
        light_from=(float(rng.uniform(-2, 2)), float(rng.uniform(-3, -0.5)), float(rng.uniform(2, 4))),
        warm=float(rng.uniform(-1, 1)),
        clutter=int(rng.integers(0, 8)),
        seed=int(rng.integers(2**31)),
    )


def view(rng: np.random.Generator, shape: Shape, *, largest: int) -> tuple[Camera, float]:
    """Yaw mostly within 30°, up to 45°; a person of 55–85 % of the picture's height."""
    short = min(int(rng.choice([360, 480, 480, 720, 1080])), largest)
    tall = int(round(short * float(rng.choice([4 / 3, 16 / 9])) / 2) * 2)
    landscape = rng.random() < 0.3
    high = short if landscape else tall
    yaw = float(rng.choice([rng.uniform(-8, 8), rng.uniform(-30, 30), rng.uniform(-45, 45)], p=[0.45, 0.4, 0.15]))
    opening = float(rng.uniform(30, 55) if landscape else rng.uniform(34, 60))
    share = rng.uniform(0.55, 0.80)
    distance = shape.stature_m / share / 2 / np.tan(np.deg2rad(opening) / 2)
    camera = Camera(
        yaw_deg=yaw,
        distance_m=float(distance),
        height_m=float(rng.uniform(0.5, 1.5)),
        aim_m=float(shape.stature_m / 2 + rng.normal(0, 0.03)),
        roll_deg=float(rng.normal(0, 1.2)),
        view_deg=opening,
        facing=str(rng.choice(["left", "right"])),
        shake_m=float(rng.choice([0.0, 0.0, 0.004, 0.012])),
        width=tall if landscape else short,
        height=high,
        ahead_m=float(rng.normal(0.1, 0.05)),
    )
    return camera, float(rng.choice([24, 25, 30, 30, 30, 50, 60], p=[0.1, 0.1, 0.2, 0.2, 0.2, 0.1, 0.1]))


def faults(rng: np.random.Generator, exercise: str) -> tuple[dict[str, float], ...]:
    """Three or four repetitions; about half of them clean, the others with one of the lifter's one or two faults."""
    count = int(rng.integers(3, 5))
    if not POSSIBLE[exercise]:
        return tuple({} for _ in range(count))
    habits = rng.choice(POSSIBLE[exercise], size=min(2, len(POSSIBLE[exercise])), replace=False)
    found: list[dict[str, float]] = []
    for _ in range(count):
        wrong: dict[str, float] = {}
        if rng.random() < 0.5:
            for fault in habits[: 1 + int(rng.random() < 0.25)]:
                wrong[str(fault)] = float(np.round(rng.uniform(0.2, 1.2), 2))
        found.append(wrong)
    return tuple(found)
