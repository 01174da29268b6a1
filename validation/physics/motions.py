"""Movements given by formulae, so that places and accelerations are exact: a slow hinge, a deadlift, a swing.

A body of round numbers, none of them from a table of ours: two programs are to agree on it whatever tables say.
"""

from typing import Final, NamedTuple

import numpy as np

from hiphinge.geometry import Floats
from hiphinge.kinetics.chain import Inertia, LoadAt, Masses

LENGTHS: Final = {"shank": 0.43, "thigh": 0.42, "trunk": 0.50, "neck": 0.20, "upper_arm": 0.31, "forearm": 0.26}
MASSES: Final = Masses(
    {
        "head": Inertia(5.0, ("shoulder", "ear"), 1.0, 0.4),
        "trunk": Inertia(33.0, ("shoulder", "hip"), 0.42, 0.35),
        "upper_arm": Inertia(2.0, ("shoulder", "elbow"), 0.55, 0.27),
        "forearm": Inertia(1.2, ("elbow", "wrist"), 0.45, 0.26),
        "hand": Inertia(0.5, ("elbow", "wrist"), 1.25, 0.15),
        "thigh": Inertia(10.5, ("hip", "knee"), 0.40, 0.33),
        "shank": Inertia(3.5, ("knee", "ankle"), 0.44, 0.25),
        "foot": Inertia(1.0, ("heel", "toe"), 0.45, 0.25),
    },
    disc_at=0.18,
    column=30.0,
)
GRIP: Final = 1.30
"""The load's place from elbow to wrist."""
FOOT: Final = {"heel": (-0.06, -0.07), "toe": (0.18, -0.07)}
LINKS: Final = (("ankle", "shank", "knee"), ("knee", "thigh", "hip"), ("hip", "trunk", "shoulder"),
                ("shoulder", "neck", "ear"), ("shoulder", "upper_arm", "elbow"),
                ("elbow", "forearm", "wrist"))  # fmt: skip
CHAIN: Final = ("shank", "thigh", "trunk", "neck", "upper_arm", "forearm")


class Wave(NamedTuple):
    """low + (high − low)·(1 − cos ωt)/2, with half as much again of its double frequency where `sharp` is not 0."""

    low: float
    high: float
    sharp: float = 0.0


class Motion(NamedTuple):
    """Inclinations from the vertical, + forward, degrees; the arms' is 0 hanging. One period repeats."""

    period_s: float
    load_kg: float
    segments: dict[str, Wave]


MOTIONS: Final = {
    "slow hinge": Motion(4.0, 0.0, {
        "shank": Wave(2, -4), "thigh": Wave(-2, -18), "trunk": Wave(3, 72), "neck": Wave(3, 60),
        "upper_arm": Wave(0, 8), "forearm": Wave(0, 4)}),
    "deadlift": Motion(2.4, 100.0, {
        "shank": Wave(12, 0), "thigh": Wave(-55, -2), "trunk": Wave(60, 2, 0.1), "neck": Wave(55, 2),
        "upper_arm": Wave(2, 0), "forearm": Wave(2, 0)}),
    "swing": Motion(1.5, 16.0, {
        "shank": Wave(6, -2), "thigh": Wave(-38, 2, 0.08), "trunk": Wave(62, -4, 0.10), "neck": Wave(50, -2),
        "upper_arm": Wave(-25, 80, 0.05), "forearm": Wave(-32, 86, 0.05)}),
}  # fmt: skip


def angles(motion: Motion, time_s: Floats) -> dict[str, tuple[Floats, Floats, Floats]]:
    """Inclination of every segment with its first two derivatives: rad, rad/s, rad/s², each (T,)."""
    turn = 2 * np.pi / motion.period_s
    found = {}
    for name, wave in motion.segments.items():
        half = np.deg2rad(wave.high - wave.low) / 2
        value = (
            np.deg2rad(wave.low) + half * (1 - np.cos(turn * time_s)) + half * wave.sharp * np.sin(2 * turn * time_s)
        )
        speed = half * turn * (np.sin(turn * time_s) + 2 * wave.sharp * np.cos(2 * turn * time_s))
        growth = half * turn**2 * (np.cos(turn * time_s) - 4 * wave.sharp * np.sin(2 * turn * time_s))
        found[name] = (value, speed, growth)
    return found


def places(motion: Motion, time_s: Floats) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Joints (T, 2) in metres from the ankle, and their accelerations in m/s²."""
    return laid(angles(motion, time_s))


def laid(turned: dict[str, tuple[Floats, Floats, Floats]]) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Joints and accelerations of angles with their derivatives."""
    spans = {name: _span(LENGTHS[name], *angle, down=name in {"upper_arm", "forearm"})
             for name, angle in turned.items()}  # fmt: skip
    size = turned["shank"][0].size
    found: list[dict[str, Floats]] = []
    for which in (0, 1):
        rest = {name: np.tile(np.array(place) * (1 - which), (size, 1)) for name, place in FOOT.items()}
        one = rest | {"ankle": np.zeros((size, 2))}
        for start, name, end in LINKS:
            one[end] = one[start] + spans[name][which]
        found.append(one)
    return found[0], found[1]


def carried(motion: Motion, where: dict[str, Floats], moving: dict[str, Floats]) -> LoadAt:
    """The load in the fist, a little beyond the wrist."""
    place, acceleration = (one["elbow"] + GRIP * (one["wrist"] - one["elbow"]) for one in (where, moving))
    return LoadAt(motion.load_kg, place, acceleration)


def _span(length: float, value: Floats, speed: Floats, growth: Floats, *, down: bool) -> tuple[Floats, Floats]:
    """A segment's vector (T, 2) and its second derivative."""
    sign = -1.0 if down else 1.0  # an arm that swings forward goes with its lower end ahead
    ahead = np.stack([np.sin(value), sign * np.cos(value)], axis=1)
    along = np.stack([np.cos(value), -sign * np.sin(value)], axis=1)
    return length * ahead, length * (growth[:, None] * along - (speed**2)[:, None] * ahead)
