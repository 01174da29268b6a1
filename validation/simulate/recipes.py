"""Named ways to draw a clip. `plain` is sample.draw; the others fill what it leaves thin, from streams of their own.

- `spine`: plain faults of the back and the neck at graded strength, alone, mostly from the side, in every kind of
  shirt; one clip in eight never shows the person standing.
- `rough`: what makes filming hard (smear of movement, uneven frames) and what `plain` does not do: a wall behind the
  wall drill, a goblet in the squat, repetitions that end bent or leaning back, a pelvis that opens on one leg.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np

from validation.simulate.clothes import Look
from validation.simulate.sample import SPLITS, Spec, clothes, draw, person, room, view
from validation.simulate.scene import Camera

SPINE_EXERCISES: Final = ("rdl", "hinge", "good_morning", "deadlift", "dowel_drill", "rdl", "hinge", "dowel_drill")
SPINE_FAULTS: Final = (
    "lower_back_rounding", "upper_back_rounding", "lower_back_rounding", "hyperextension", "looking_down",
)  # fmt: skip
STRENGTHS: Final = (0.0, 0.35, 0.7, 1.1)
"""Of the four repetitions of a `spine` clip, in random order, each a little off."""
STOOPED: Final = {"trunk": 34.0, "knee": 15.0, "lumbar": 4.0}
"""How those rest who never stand."""
ROUGH: Final = (
    ("wall_drill", "lower_back_rounding"), ("squat", ""), ("single_leg_rdl", "pelvis_rotation"),
    ("deadlift", "incomplete_lockout"), ("rdl", "lean_back"), ("kettlebell_swing", "lean_back"),
    ("hinge", "incomplete_lockout"), ("good_morning", "lower_back_rounding"),
)  # fmt: skip
LONG_WALLS: Final = (3, 5)
"""Rounds of ROUGH whose wall runs on past the camera instead of ending beside the lifter."""
LOAD_KG: Final = {"rdl": 45.0, "deadlift": 65.0, "good_morning": 25.0, "kettlebell_swing": 16.0, "squat": 14.0,
                  "single_leg_rdl": 12.0}  # fmt: skip


def spine(seed: int, split: str, index: int, *, largest: int, most_fps: float) -> Spec:
    """A clip of the back: see the module."""
    rng = np.random.default_rng((seed, SPLITS.index(split), index, 101))
    exercise = SPINE_EXERCISES[index % len(SPINE_EXERCISES)]
    fault = SPINE_FAULTS[(index + index // len(SPINE_EXERCISES)) % len(SPINE_FAULTS)]
    strengths = [float(max(one + rng.uniform(-0.1, 0.1), 0.1)) if one else 0.0 for one in rng.permutation(STRENGTHS)]
    extras: dict[str, Any] = {"exposure": float(rng.choice([0.0, 0.2, 0.5]))}
    if index % 8 == 5:
        extras["top"] = STOOPED
    spec = _drawn(rng, (seed, split, index), exercise, largest=largest, most_fps=min(most_fps, 30.0))
    return replace(
        spec,
        look=dressed(spec.look, index, rng),
        camera=turned(spec.camera, rng, within=20.0 if rng.random() < 0.8 else 40.0),
        fps=min(most_fps, 30.0),
        faults=tuple({fault: round(one, 2)} if one else {} for one in strengths),
        extras=extras,
    )


def rough(seed: int, split: str, index: int, *, largest: int, most_fps: float) -> Spec:
    """A clip that is hard to film or ends its repetitions wrongly: see the module."""
    rng = np.random.default_rng((seed, SPLITS.index(split), index, 102))
    exercise, fault = ROUGH[index % len(ROUGH)]
    extras: dict[str, Any] = {"exposure": float(rng.uniform(0.2, 0.9))}
    if rng.random() < 0.5:
        extras["uneven"] = int(rng.integers(2**31))
    if exercise == "squat":
        extras["held"] = "goblet"
    if exercise == "wall_drill":
        extras["wall"] = "long" if index // len(ROUGH) in LONG_WALLS else True
    spec = _drawn(rng, (seed, split, index), exercise, largest=largest, most_fps=most_fps)
    camera = turned(spec.camera, rng, within=15.0 if extras.get("wall") else 25.0)
    if extras.get("wall"):  # a camera behind the person would look at the wall's back
        camera = replace(camera, yaw_deg=abs(camera.yaw_deg))
    strengths = rng.permutation([0.0, 0.0, 0.6, 1.0])
    return replace(
        spec,
        camera=camera,
        faults=tuple({fault: float(one)} if fault and one else {} for one in strengths),
        extras=extras,
    )


RECIPES: Final[dict[str, Callable[..., Spec]]] = {"plain": draw, "spine": spine, "rough": rough}


def folder_of(recipe: str, split: str) -> str:
    """Where the clips of a recipe and split go."""
    return split if recipe == "plain" else f"{recipe}_{split}"


def dressed(look: Look, index: int, rng: np.random.Generator) -> Look:
    """Tight, ordinary, loose and hooded in turn."""
    kind = (index + index // len(SPINE_EXERCISES)) % 4
    slack = (0.002, float(rng.uniform(0.006, 0.018)), float(rng.uniform(0.022, 0.035)), 0.03)[kind]
    return replace(look, shirt_slack_m=slack, sleeve=1.9 if kind == 3 else min(look.sleeve, 0.75))


def turned(camera: Camera, rng: np.random.Generator, *, within: float) -> Camera:
    """The camera somewhere within so many degrees of the side."""
    return replace(camera, yaw_deg=float(rng.uniform(-within, within)))


def _drawn(
    rng: np.random.Generator, key: tuple[int, str, int], exercise: str, *, largest: int, most_fps: float
) -> Spec:
    """Everything that is not the recipe's own."""
    seed, split, index = key
    shape = person(rng)
    camera, fps = view(rng, shape, largest=largest)
    return Spec(
        seed=(seed, SPLITS.index(split), index),
        split=split,
        exercise=exercise,
        shape=shape,
        look=clothes(rng, shape),
        camera=camera,
        room=room(rng),
        fps=min(fps, most_fps),
        faults=(),
        load_kg=float(np.round(LOAD_KG.get(exercise, 0.0) * rng.uniform(0.5, 1.2))),
        tempo=float(np.exp(rng.normal(-0.12, 0.12))),
        depth=float(np.clip(rng.normal(1, 0.07), 0.8, 1.2)),
        bystander=None,
        bystander_look=None,
        crf=int(rng.integers(20, 33)),
        blur_px=float(rng.choice([0.0, 0.0, 0.6, 1.1])),
        noise=float(rng.choice([0.0, 1.5, 4.0])),
        motion_seed=int(rng.integers(2**31)),
    )
