"""Named ways to draw a clip. `plain` is sample.draw; the others fill what it leaves thin, from streams of their own.

- `spine`: plain faults of the back and the neck at graded strength, alone, mostly from the side, in every kind of
  shirt; one clip in eight never shows the person standing.
- `faults`: every fault of every coached exercise at a strength of 0.4, 0.7 and 1, up to three in a clip beside a clean
  repetition of the same person, as coaches mean them (motion.PLAINLY); from the side, the pelvis from an angle.
- `rare`: the faults that other sets show least (hips first, load drifting, looking up, locked knees, a rear leg that
  drops, a pelvis that turns) on more people, as `faults` does them, with a clean repetition between the others.
- `rough`: what makes filming hard (smear of movement, uneven frames) and what `plain` does not do: a wall behind the
  wall drill, a goblet in the squat, repetitions that end bent or leaning back, a pelvis that opens on one leg.
- `plates`: deadlifts and Romanian deadlifts behind full-size plates, mostly from the side, two repetitions with legs
  and loads in every posture, from the 128th clip on as far from the usual as coaches mean a fault: what hidden legs are
  learned from.
- `one_leg`: two single-leg repetitions, mostly from the side: what the standing leg is learned from.
"""

from collections.abc import Callable, Sequence
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
STRAIGHT_DEG: Final = 1.5
"""Knee of who stands with locked knees."""
ROUGH: Final = (
    ("wall_drill", "lower_back_rounding"), ("squat", ""), ("single_leg_rdl", "pelvis_rotation"),
    ("deadlift", "incomplete_lockout"), ("rdl", "lean_back"), ("kettlebell_swing", "lean_back"),
    ("hinge", "incomplete_lockout"), ("good_morning", "lower_back_rounding"),
)  # fmt: skip
LONG_WALLS: Final = (3, 5)
"""Rounds of ROUGH whose wall runs on past the camera instead of ending beside the lifter."""
CELLS: Final = {
    "rdl": ("hyperextension", "knees_locked", "lean_back", "shins_forward", "load_drift", "too_shallow", "knees_locked",
            "too_fast", "incomplete_lockout", "squatting", "load_drift", "looking_up", "upper_back_rounding",
            "knee_drift", "lower_back_rounding"),
    "hinge": ("squatting", "hyperextension", "incomplete_lockout", "too_fast", "knee_drift", "lean_back",
              "knees_locked", "looking_up", "shins_forward", "too_shallow", "looking_down", "upper_back_rounding"),
    "kettlebell_swing": ("arms_lift", "hyperextension", "squatting", "arms_lift", "too_shallow", "lean_back",
                         "arms_lift", "looking_down", "incomplete_lockout", "arms_lift", "shins_forward",
                         "lower_back_rounding"),
    "deadlift": ("hips_rise_first", "looking_down", "incomplete_lockout", "hips_rise_first", "upper_back_rounding",
                 "load_drift", "hips_rise_first", "hyperextension", "lean_back", "lower_back_rounding"),
    "single_leg_rdl": ("rear_leg_drops", "too_shallow", "knee_drift", "rear_leg_drops", "too_fast", "shins_forward",
                       "rear_leg_drops", "looking_down", "knees_locked", "rear_leg_drops", "lower_back_rounding",
                       "squatting"),
    "good_morning": ("too_fast", "hyperextension", "incomplete_lockout", "shins_forward", "squatting", "looking_down",
                     "knee_drift", "too_shallow", "upper_back_rounding", "lower_back_rounding"),
    "dowel_drill": ("hyperextension", "too_shallow", "looking_down", "too_fast", "knee_drift", "squatting",
                    "shins_forward", "upper_back_rounding", "lower_back_rounding"),
    "wall_drill": ("squatting", "too_fast", "hyperextension", "too_shallow", "shins_forward", "looking_down",
                   "knee_drift", "lower_back_rounding"),
}  # fmt: skip
"""Faults of each exercise in the order in which clips bring them, three a clip; what other sets show rarely first."""
FROM_AN_ANGLE: Final = {"single_leg_rdl": ("pelvis_rotation", "pelvis_rotation", "too_shallow")}
"""What every other clip of an exercise shows instead, from an angle: the side does not show a pelvis turn."""
IN_TURN: Final = ("hinge", "rdl", "single_leg_rdl", "deadlift", "kettlebell_swing", "rdl", "good_morning", "hinge",
                  "single_leg_rdl", "dowel_drill", "deadlift", "wall_drill")  # fmt: skip
RARE: Final = (
    ("deadlift", ("hips_rise_first", "load_drift", "hips_rise_first")),
    ("single_leg_rdl", ("pelvis_rotation", "pelvis_rotation", "pelvis_rotation")),
    ("rdl", ("load_drift", "looking_up", "knees_locked")),
    ("single_leg_rdl", ("rear_leg_drops", "knees_locked", "rear_leg_drops")),
    ("deadlift", ("hips_rise_first", "looking_up", "hips_rise_first")),
    ("single_leg_rdl", ("pelvis_rotation", "pelvis_rotation", "pelvis_rotation")),
    ("hinge", ("looking_up", "knees_locked", "looking_up")),
    ("rdl", ("load_drift", "knees_locked", "load_drift")),
)
"""Clips of `rare` in turn: the exercise and its three faults; the pelvis from an angle, the others from the side.
A knee locked by less than all of it is still soft by the rules."""
LEG_FAULTS: Final = {
    "deadlift": ("hips_rise_first", "load_drift", "lower_back_rounding", "upper_back_rounding", "incomplete_lockout"),
    "rdl": ("squatting", "shins_forward", "knees_locked", "knee_drift", "load_drift", "too_shallow"),
    "single_leg_rdl": ("squatting", "shins_forward", "knees_locked", "knee_drift", "rear_leg_drops", "pelvis_rotation"),
}
"""What the repetitions of `plates` and `one_leg` have, two at most at any strength."""
PLAIN_FROM: Final = 128
"""From this clip of `plates` and `one_leg` on, a fault of strength 1 is a plain one (motion.PLAINLY)."""
GRADES: Final = ((1.0, 0.7, 1.0), (0.7, 1.0, 0.4), (0.7, 1.0, 0.7), (1.0, 0.4, 0.7))
AT_THE_END: Final = ("incomplete_lockout", "lean_back", "arms_lift")
"""Faults that reach into the next repetition: the last of a clip has them."""
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


def faults(seed: int, split: str, index: int, *, largest: int, most_fps: float) -> Spec:
    """A clip of three faults and a clean repetition, the second: see the module."""
    rng = np.random.default_rng((seed, SPLITS.index(split), index, 103))
    exercise = IN_TURN[index % len(IN_TURN)]
    turn = sum(name == exercise for k in range(index) for name in [IN_TURN[k % len(IN_TURN)]])
    around = exercise in FROM_AN_ANGLE and turn % 2 == 1
    cells = FROM_AN_ANGLE[exercise] if around else CELLS[exercise]
    shift = SPLITS.index(split) + 3 * (turn // 2 if exercise in FROM_AN_ANGLE else turn)
    chosen = [cells[(shift + k) % len(cells)] for k in range(3)]
    spec = _drawn(rng, (seed, split, index), exercise, largest=largest, most_fps=most_fps)
    return _with_faults(spec, rng, chosen, GRADES[(index + index // len(GRADES)) % len(GRADES)], around, most_fps)


def rare(seed: int, split: str, index: int, *, largest: int, most_fps: float) -> Spec:
    """A clip of faults that are rare elsewhere and a clean repetition, the second: see the module."""
    rng = np.random.default_rng((seed, SPLITS.index(split), index, 104))
    exercise, chosen = RARE[index % len(RARE)]
    spec = _drawn(rng, (seed, split, index), exercise, largest=largest, most_fps=most_fps)
    usual = GRADES[(index + index // len(RARE)) % len(GRADES)]
    grades = [1.0 if fault == "knees_locked" else one for fault, one in zip(chosen, usual, strict=True)]
    return _with_faults(spec, rng, chosen, grades, "pelvis_rotation" in chosen, most_fps)


def plates(seed: int, split: str, index: int, *, largest: int, most_fps: float) -> Spec:
    """A clip of two repetitions behind full-size plates: see the module."""
    rng = np.random.default_rng((seed, SPLITS.index(split), index, 105))
    return _with_legs(rng, (seed, split, index), ("deadlift", "rdl")[index % 2], largest=largest, most_fps=most_fps)


def one_leg(seed: int, split: str, index: int, *, largest: int, most_fps: float) -> Spec:
    """A clip of two repetitions on one leg: see the module."""
    rng = np.random.default_rng((seed, SPLITS.index(split), index, 106))
    return _with_legs(rng, (seed, split, index), "single_leg_rdl", largest=largest, most_fps=most_fps)


def _with_legs(
    rng: np.random.Generator, key: tuple[int, str, int], exercise: str, *, largest: int, most_fps: float
) -> Spec:
    """Two repetitions with legs and loads in every posture."""
    index = key[2]
    spec = _drawn(rng, key, exercise, largest=largest, most_fps=most_fps)
    plainly = index >= PLAIN_FROM
    drawn = [rng.choice(LEG_FAULTS[exercise], size=rng.integers(0, 3), replace=False) for _ in range(2)]
    found = [{str(fault): round(float(rng.uniform(0.1, 1.0)), 2) for fault in one} for one in drawn]
    if plainly and exercise == "deadlift":
        found = [one | {"shins_forward": round(float(rng.uniform(-0.6, 1.0)), 2)} for one in found]
    return replace(
        spec,
        look=dressed(spec.look, index, rng),
        camera=turned(spec.camera, rng, within=12.0 if rng.random() < 0.6 else 25.0),
        faults=tuple(found),
        extras={"top": {"knee": float(rng.uniform(1.0, 14.0))}} | ({"plainly": True} if plainly else {}),
        motion_seed=2 * (spec.motion_seed // 2),
    )


def _with_faults(  # noqa: PLR0917
    spec: Spec,
    rng: np.random.Generator,
    chosen: Sequence[str],
    grades: Sequence[float],
    around: bool,  # noqa: FBT001 - from an angle
    most_fps: float,
) -> Spec:
    """The clip with these faults at these strengths, the first before its clean repetition."""
    graded = [*zip(chosen, grades, strict=True)]
    wrong = [{fault: one} for fault, one in sorted(graded, key=lambda pair: pair[0] in AT_THE_END)]
    extras: dict[str, Any] = {"plainly": True}
    if "knees_locked" in chosen:
        extras["top"] = {"knee": STRAIGHT_DEG}
    camera = turned(spec.camera, rng, within=15.0)
    if around:
        camera = replace(camera, yaw_deg=float(rng.choice([-1, 1]) * rng.uniform(28.0, 40.0)))
    return replace(
        spec,
        look=dressed(spec.look, spec.seed[2], rng),
        camera=camera,
        fps=most_fps if spec.exercise == "kettlebell_swing" else min(most_fps, 24.0),
        faults=(wrong[0], {}, *wrong[1:]),
        extras=extras,
        tempo=1.0 if spec.exercise in {"hinge", "wall_drill", "dowel_drill"} else 0.85,
    )


RECIPES: Final[dict[str, Callable[..., Spec]]] = {
    "plain": draw, "spine": spine, "rough": rough, "faults": faults, "rare": rare, "plates": plates,
    "one_leg": one_leg,
}  # fmt: skip
LEARNED_FROM: Final = ("plates", "one_leg")
"""Recipes that something was learned from and nothing is reported on: only their `train` people are made."""


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
