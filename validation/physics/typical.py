"""Ours and other people's figures for a man of 75 kg and 1.75 m: a Romanian deadlift, a deadlift, a swing."""

from typing import Final, NamedTuple

import numpy as np

from hiphinge.anthropometry import proportions, segments
from hiphinge.geometry import Floats, angle_from_vertical_deg
from hiphinge.ghost.body import GhostLengths, Posture, joints
from hiphinge.kinetics.body import Body
from hiphinge.kinetics.bounds import Bounds, Posed, drawn
from hiphinge.kinetics.chain import LoadAt, Places, mass_centre, masses_of
from hiphinge.kinetics.draws import Draws
from hiphinge.kinetics.static import static_loads
from hiphinge.records import Sex
from hiphinge.settings import KineticsSettings, load_slice
from validation.physics import rivals
from validation.physics.motions import Motion, Wave, angles

MASS_KG: Final = 75.0
STATURE_M: Final = 1.75
LOADS_KG: Final = (0.0, 20.0, 60.0)
OVER_FOOT: Final = 0.028
"""The mass centre's place ahead of the ankle, statures."""
STILL: Final = {"bottom of a Romanian deadlift": (70.0, 20.0), "start of a deadlift": (55.0, 60.0),
                "squat with the same load in the hands": (40.0, 95.0)}  # fmt: skip
"""Trunk inclination and knee flexion, degrees."""
SWING: Final = Motion(1.5, 16.0, {
    "shank": Wave(10, 1), "thigh": Wave(-26, 3, 0.04), "trunk": Wave(60, -3, 0.05), "neck": Wave(55, 0),
    "upper_arm": Wave(-22, 72), "forearm": Wave(-26, 76)})  # fmt: skip
"""From the bottom of the backswing, at 0 s, to the top and back: 40 swings a minute."""
BOTTOM_S: Final = (-0.15, 0.15)
"""About the turn at the bottom; at the top the bell flies, and a body with set angles would have to follow it."""
CLEARANCE: Final = 0.05
QUANTITIES: Final = ("hip_moment_nm", "knee_moment_nm", "l5s1_moment_nm", "l5s1_compression_n", "l5s1_shear_n")


class Case(NamedTuple):
    """A posture with its load: ours, and what others' formulae give (N)."""

    name: str
    load_kg: float
    ours: dict[str, Bounds]
    rivals: dict[str, float]


def cases() -> list[Case]:
    """Every posture with every load, and the swing."""
    return [*(_still(name, load) for name in STILL for load in LOADS_KG), _swing()]


def powerlifter() -> Case:
    """A lifter of 98.8 kg and 1.82 m with 68 kg, trunk at 80°: published are 684 N·m and 17.2 kN (2023, n = 1)."""
    return _still("68 kg, lifter of 98.8 kg", 68.0, body=Body(98.8, 1.82, 0.0, "m"), posture=(80.0, 20.0))


def heavy() -> Case:
    """A heavy lifter at the start of a heavy deadlift."""
    return _still("250 kg, lifter of 100 kg", 250.0, body=Body(100.0, 1.80, 0.0, "m"), posture=(55.0, 60.0))


def _still(name: str, load_kg: float, *, body: Body | None = None, posture: tuple[float, float] | None = None) -> Case:
    body = body or Body(MASS_KG, STATURE_M, 0.0, "m")
    trunk, knee = posture or STILL[name]
    places, carried = balanced(body, trunk, knee, load_kg)
    ours = static_loads(places, body, carried)
    return Case(name, load_kg, ours, _rivals(body, ours, trunk, (places, load_kg)))


def balanced(body: Body, trunk: float, knee: float, load_kg: float) -> tuple[Places, LoadAt]:
    """A posture whose shank leans until body and load stand over the foot; arms hang, clear of the legs."""
    own, masses = lengths_of(body.stature_m), masses_of(body.mass_kg or MASS_KG, body.sex)
    low, high = -30.0, 40.0
    for _ in range(40):
        shank = (low + high) / 2
        places = joints(Posture(shank, knee, trunk, 0.0), own)
        carried = LoadAt(load_kg, fist(places))
        ahead = mass_centre(places, masses, carried)[0]
        low, high = (shank, high) if ahead < OVER_FOOT * body.stature_m else (low, shank)
    return places, carried


def lengths_of(stature_m: float, sex: Sex = "m") -> GhostLengths:
    """Usual segment lengths in metres."""
    own = proportions(sex)
    heel, toe = (stature_m * np.array(end) for end in ((-own.heel, -own.ankle_height), (own.toe, -own.ankle_height)))
    limbs = [stature_m * getattr(own, part) for part in ("shank", "thigh", "trunk", "neck", "upper_arm", "forearm")]
    return GhostLengths(*limbs, heel, toe, CLEARANCE)


def fist(places: Places) -> Floats:
    """Where a hand holds: the hand's mass centre."""
    beyond = segments("m")["hand"].centre
    return np.asarray(places["elbow"] + beyond * (places["wrist"] - places["elbow"]))


def swing_motion(motion: Motion, time_s: Floats, own: GhostLengths) -> tuple[Places, Places]:
    """Joints (T, 2) of a movement given by inclinations, and their accelerations, by exact derivatives."""
    turned = angles(motion, time_s)
    found: list[Places] = [{}, {}]
    for which, one in enumerate(found):
        for end in ("heel", "toe"):
            one[end] = np.tile(getattr(own, end) * (1 - which), (time_s.size, 1))
        one["ankle"] = np.zeros((time_s.size, 2))
        for start, name, end in (("ankle", "shank", "knee"), ("knee", "thigh", "hip"), ("hip", "trunk", "shoulder"),
                                 ("shoulder", "neck", "ear"), ("shoulder", "upper_arm", "elbow"),
                                 ("elbow", "forearm", "wrist")):  # fmt: skip
            sign = -1.0 if "arm" in name else 1.0
            value, speed, growth = turned[name]
            ahead = np.stack([np.sin(value), sign * np.cos(value)], axis=1)
            along = np.stack([np.cos(value), -sign * np.sin(value)], axis=1)
            line = ahead if which == 0 else growth[:, None] * along - (speed**2)[:, None] * ahead
            one[end] = one[start] + getattr(own, name) * line
    return found[0], found[1]


def _swing() -> Case:
    """The swing at the instant of the greatest compression."""
    settings = load_slice("kinetics", KineticsSettings)
    body = Body(MASS_KG, STATURE_M, 0.0, "m")
    time_s = np.arange(*BOTTOM_S, 0.01)
    places, moving = swing_motion(SWING, time_s, lengths_of(STATURE_M))
    load = LoadAt(SWING.load_kg, fist(places), fist(moving))
    found = drawn(Posed(places, moving, load), body, Draws(settings.draws, settings.seed), settings)
    every = {name: found.bounds(found.values[name], settings) for name in QUANTITIES}
    at = int(np.argmax(every["l5s1_compression_n"][1]))
    ours = {name: Bounds(*(float(one[at]) for one in bounds)) for name, bounds in every.items()}
    instant = {name: place[at] for name, place in places.items()}
    trunk = float(angle_from_vertical_deg(instant["hip"], instant["shoulder"]))
    return Case("swing, the hardest instant", SWING.load_kg, ours, _rivals(body, ours, trunk, (instant, SWING.load_kg)))


def _rivals(body: Body, ours: dict[str, Bounds], trunk: float, held: tuple[Places, float]) -> dict[str, float]:
    """What others make of the posture; they take the load as still, and three of them the moment from us."""
    places, load_kg = held
    moment = ours["l5s1_moment_nm"].best
    disc = places["hip"] + 0.18 * (places["shoulder"] - places["hip"])
    reach = float(fist(places)[0] - disc[0])
    return {
        "utah": rivals.back_compressive_force(body.mass_kg or MASS_KG, trunk, load_kg, reach),
        "polynomial": rivals.polynomial(moment),
        "lever": moment / 0.05,
        "cycles": rivals.cycles_to_failure(ours["l5s1_compression_n"].best),
    }
