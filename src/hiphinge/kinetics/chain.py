"""The lifter as a chain of rigid segments: masses, joints, and what each joint must hold.

Joints are a dict of places (..., 2), metres forward and up of the standing ankle: `ankle`, `knee`, `hip`, `l5s1`,
`shoulder`, `ear`, `elbow`, `wrist`, `heel`, `toe`, and on one leg `free_knee`, `free_ankle`, `free_heel`, `free_toe`.
Where `l5s1` is missing it lies on the line from hip to shoulder.

The trunk is one rigid segment from hip to shoulder; its part below the lumbosacral disc is taken off it as an even
column along hip → disc. Both limbs of a pair move as one, but for the legs where one is free.
"""

from typing import Final, NamedTuple

import numpy as np

from hiphinge.anthropometry import ARM, LEG, PAIRED, sacral, segments
from hiphinge.geometry import Floats
from hiphinge.kinetics.dynamics import GRAVITY, Wrench, needed, turning
from hiphinge.records import Sex

Places = dict[str, Floats]

_FREE_ENDS: Final = {"hip": "hip", "knee": "free_knee", "ankle": "free_ankle", "heel": "free_heel", "toe": "free_toe"}


class Inertia(NamedTuple):
    """A segment of one lifter: mass of one limb in kg, mass centre and radius of gyration as shares of its length.

    `aside` is how far the mass centre lies from the line between the ends, as a share of it: counterclockwise of the
    way from the first end to the second, which for the trunk is forward.
    """

    mass: Floats | float
    ends: tuple[str, str]
    centre: Floats | float
    radius: Floats | float
    aside: Floats | float = 0.0


class Masses(NamedTuple):
    """A lifter's segments; numbers or arrays that broadcast with the samples.

    Attributes
    ----------
    segments : by name.
    disc_at : the lumbosacral disc's place from hip to shoulder.
    column : kg of trunk for one trunk length of the even column below the disc.
    """

    segments: dict[str, Inertia]
    disc_at: Floats | float
    column: Floats | float


class LoadAt(NamedTuple):
    """What is carried.

    Attributes
    ----------
    mass_kg : (...) its mass. With an unknown body mass, as a share of it.
    place : (..., 2) m.
    acceleration : (..., 2) m/s²; None at rest.
    share : (...) how much of it the lifter carries; the floor has the rest.
    error_m : standard error of its place, forward and up.
    """

    mass_kg: Floats | float
    place: Floats
    acceleration: Floats | None = None
    share: Floats | float = 1.0
    error_m: tuple[float, float] = (0.0, 0.0)


class Demands(NamedTuple):
    """What the joints must hold: net moments (...) in N·m, both sides together, + extensor (ankle: plantarflexor).

    Attributes
    ----------
    above : (..., 2) force through the lumbosacral disc, on what is above it.
    ground : (..., 2) ground reaction on the feet. centre_of_pressure : (...) ahead of the ankle, m.
    """

    ankle: Floats
    knee: Floats
    hip: Floats
    l5s1: Floats
    above: Floats
    ground: Floats
    centre_of_pressure: Floats


def masses_of(mass_kg: float, sex: Sex | None) -> Masses:
    """Give the usual segments of a lifter of a mass."""
    low = sacral(sex)
    own = {name: Inertia(mass_kg * one.mass, one.ends, one.centre, one.radius) for name, one in segments(sex).items()}
    return Masses(own, low.at, mass_kg * low.mass / low.at)


def demands(
    places: Places,
    masses: Masses,
    *,
    accelerations: Places | None = None,
    load: LoadAt | None = None,
    gravity: float = GRAVITY,
) -> Demands:
    """Newton-Euler from the head down, one joint after another.

    Parameters
    ----------
    places, accelerations : of the joints, m and m/s²; at rest without accelerations.
    masses : the lifter's segments.
    load : what is carried besides the body.
    """
    moving = _with_disc(accelerations, masses) if accelerations is not None else None
    where, single = _with_disc(places, masses), "free_knee" in places

    def of(name: str, *, free: bool = False) -> Wrench:
        return _segment(masses.segments[name], where, moving, free=free, gravity=gravity)

    def legs(name: str) -> Wrench:
        return of(name) if single else of(name).times(2.0)

    low = _column(where, moving, masses, gravity)
    upper = of("trunk").plus(of("head")).plus(low.times(-1.0))
    for name in ARM:
        upper = upper.plus(of(name).times(2.0))
    if load is not None:
        carried = needed(load.mass_kg, load.place, acceleration=load.acceleration, gravity=gravity)
        upper = upper.plus(carried.times(load.share))
    over_hip = upper.plus(low)
    if single:
        for name in LEG:
            over_hip = over_hip.plus(of(name, free=True))
    over_knee = over_hip.plus(legs("thigh"))
    over_ankle = over_knee.plus(legs("shank"))
    whole = over_ankle.plus(legs("foot"))
    return Demands(
        ankle=over_ankle.about(where["ankle"]),
        knee=-over_knee.about(where["knee"]),
        hip=over_hip.about(where["hip"]),
        l5s1=upper.about(where["l5s1"]),
        above=upper.force,
        ground=whole.force,
        centre_of_pressure=_pressure(whole, where),
    )


def total(masses: Masses) -> Floats:
    """Give the mass of the whole body."""
    return np.asarray(
        sum(np.asarray(one.mass) * (2.0 if name in PAIRED else 1.0) for name, one in masses.segments.items())
    )


def mass_centre(places: Places, masses: Masses, load: LoadAt | None = None) -> Floats:
    """(..., 2) mass centre of the lifter and what is carried."""
    single, total, moment = "free_knee" in places, np.asarray(0.0), np.zeros(2)
    for name, one in masses.segments.items():
        limbs = 2.0 if name in ARM or (name in LEG and not single) else 1.0
        for free in (False, True) if single and name in LEG else (False,):
            first, second = _ends(one, places, free=free)
            centre = _centre(one, first, second - first)
            mass = np.asarray(limbs * np.asarray(one.mass))
            total, moment = total + mass, moment + mass[..., None] * centre
    if load is not None:
        mass = np.asarray(load.mass_kg * np.asarray(load.share))
        total, moment = total + mass, moment + mass[..., None] * load.place
    return np.asarray(moment / total[..., None])


def _with_disc(vectors: Places, masses: Masses) -> Places:
    """Add the disc on the line from hip to shoulder where it is not given; serves places and accelerations alike."""
    if "l5s1" in vectors:
        return vectors
    up = vectors["shoulder"] - vectors["hip"]
    return vectors | {"l5s1": vectors["hip"] + np.asarray(masses.disc_at)[..., None] * up}


def _ends(one: Inertia, vectors: Places, *, free: bool) -> tuple[Floats, Floats]:
    first, second = (_FREE_ENDS[end] if free else end for end in one.ends)
    return vectors[first], vectors[second]


def _centre(one: Inertia, first: Floats, span: Floats) -> Floats:
    """The mass centre, and in the same way, since it is linear, its acceleration."""
    on_line = first + np.asarray(one.centre)[..., None] * span
    if isinstance(one.aside, float) and one.aside == 0.0:
        return on_line
    return np.asarray(on_line + np.asarray(one.aside)[..., None] * np.stack([-span[..., 1], span[..., 0]], axis=-1))


def _segment(one: Inertia, places: Places, moving: Places | None, *, free: bool, gravity: float) -> Wrench:
    first, second = _ends(one, places, free=free)
    span = second - first
    centre = _centre(one, first, span)
    if moving is None:
        return needed(one.mass, centre, gravity=gravity)
    first_moves, second_moves = _ends(one, moving, free=free)
    span_moves = second_moves - first_moves
    inertia = one.mass * np.square(one.radius) * (span**2).sum(axis=-1)
    return needed(
        one.mass,
        centre,
        acceleration=_centre(one, first_moves, span_moves),
        inertia=inertia,
        angular=turning(span, span_moves),
        gravity=gravity,
    )


def _column(places: Places, moving: Places | None, masses: Masses, gravity: float) -> Wrench:
    """The trunk below the disc; its own inertia is below a hundredth of the trunk's, and left with the trunk."""
    span = np.linalg.norm(places["shoulder"] - places["hip"], axis=-1)
    reach = np.linalg.norm(places["l5s1"] - places["hip"], axis=-1)
    centre = (places["hip"] + places["l5s1"]) / 2
    acceleration = None if moving is None else (moving["hip"] + moving["l5s1"]) / 2
    share = np.divide(reach, span, out=np.zeros_like(np.asarray(reach + span)), where=np.asarray(span) > 0)
    return needed(masses.column * share, centre, acceleration=acceleration, gravity=gravity)


def _pressure(whole: Wrench, places: Places) -> Floats:
    """Where on the floor, at the height of heel and toe, the ground's reaction acts; NaN where nothing presses."""
    floor = (places["heel"][..., 1] + places["toe"][..., 1]) / 2
    up = whole.force[..., 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        ahead = (whole.moment + floor * whole.force[..., 0]) / up - places["ankle"][..., 0]
    return np.asarray(np.where(up > 0, ahead, np.nan))
