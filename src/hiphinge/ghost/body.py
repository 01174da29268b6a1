"""A planar body: a lifter's own segment lengths, the masses of its segments, its joints in a posture, its mass centre.

Plain numbers and arrays. Places are (2,): forward (the way the lifter faces) and up, pixels, from the ankle. Angles are
degrees with the signs of docs/explanation/conventions.md; an arm's inclination is 0 hanging, + forward.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from hiphinge.anthropometry import LEG, PAIRED, Lengths, Segment
from hiphinge.geometry import Floats

Places = dict[str, Floats]
"""Joints by name: (2,) each."""


@dataclass(frozen=True)
class GhostLengths(Lengths):
    """Lengths of a body whose arms may hang; of a lifter in pixels of the sagittal plane."""

    hand_clearance: float
    """How far a hanging hand stays in front of the line of the leg."""


class Posture(NamedTuple):
    """A body's angles, degrees."""

    shank: float
    knee: float
    trunk: float
    neck: float
    """Shoulder → ear from the line hip → shoulder, + forward."""
    arm: tuple[float, float] | None = None
    """Inclination of upper arm and forearm; None where they hang straight, clear of the leg."""
    rear: float | None = None
    """Inclination of a free leg's line hip → ankle from hanging, + backward; None where both feet stand."""

    @property
    def thigh(self) -> float:
        """Knee → hip from the vertical, + hip behind the knee."""
        return self.knee - self.shank

    @property
    def hip(self) -> float:
        """Trunk to thigh, 0 straight, + folded."""
        return self.trunk + self.thigh


class Load(NamedTuple):
    """A mass besides the body: its share of the body's mass, and where it is held."""

    share: float
    on_back: bool = False


def line(degrees: float) -> Floats:
    """(2,) unit vector of an inclination from the vertical, + forward.

    >>> line(90.0).round(6).tolist()
    [1.0, 0.0]
    """
    angle = np.deg2rad(degrees)
    return np.array([np.sin(angle), np.cos(angle)])


def joints(posture: Posture, lengths: GhostLengths) -> Places:
    """Place every joint of a posture, the standing ankle at the origin."""
    ankle = np.zeros(2)
    knee = ankle + lengths.shank * line(posture.shank)
    hip = knee + lengths.thigh * line(-posture.thigh)
    shoulder = hip + lengths.trunk * line(posture.trunk)
    ear = shoulder + lengths.neck * line(posture.trunk + posture.neck)
    places = {"ankle": ankle, "knee": knee, "hip": hip, "shoulder": shoulder, "ear": ear}
    places |= {"heel": lengths.heel, "toe": lengths.toe}
    arm = (hanging(places, lengths),) * 2 if posture.arm is None else posture.arm
    places["elbow"] = shoulder - lengths.upper_arm * line(-arm[0])
    places["wrist"] = places["elbow"] - lengths.forearm * line(-arm[1])
    if posture.rear is not None:
        places |= _free_leg(posture.rear, hip, lengths)
    return places


def _free_leg(rear: float, hip: Floats, lengths: GhostLengths) -> Places:
    """Place the free leg in one line behind the hip, its foot square to it."""
    down = -line(rear)
    knee = hip + lengths.thigh * down
    ankle = knee + lengths.shank * down
    turn = np.column_stack([[-down[1], down[0]], -down])  # the floor's forward and up, carried by the leg
    return {
        "free_knee": knee,
        "free_ankle": ankle,
        "free_heel": ankle + turn @ lengths.heel,
        "free_toe": ankle + turn @ lengths.toe,
    }


def hanging(places: Places, lengths: GhostLengths) -> float:
    """Inclination of straight arms that hang: vertical, or as far forward as the hand needs to clear the leg.

    The hand slides down the front of the leg where the leg is in its way, as a bar does.
    """
    shoulder, reach = places["shoulder"], lengths.upper_arm + lengths.forearm
    tries = np.arange(0.0, 90.5, 0.5)
    lean = np.deg2rad(tries)
    hands = shoulder + reach * np.stack([np.sin(lean), -np.cos(lean)], axis=1)
    leg = np.stack([places[name] for name in ("ankle", "knee", "hip")])
    height = np.clip(hands[:, 1], leg[0, 1], leg[2, 1])
    front = np.interp(height, leg[:, 1], leg[:, 0]) + lengths.hand_clearance
    clear = np.flatnonzero(hands[:, 0] >= front)
    if not clear.size:
        return float(tries[-1])
    first = int(clear[0])
    if first == 0:
        return 0.0
    before, after = hands[first - 1, 0] - front[first - 1], hands[first, 0] - front[first]
    return float(tries[first] - (tries[first] - tries[first - 1]) * after / (after - before))


def mass_centre(places: Places, masses: dict[str, Segment], load: Load | None = None) -> Floats:
    """(2,) mass centre of body and load; of a leg's two masses one is the free leg's where there is one."""
    total, moment = 0.0, np.zeros(2)
    single = "free_knee" in places
    for name, one in masses.items():
        first, second = (places[end] for end in one.ends)
        centre = first + one.centre * (second - first)
        mass = one.mass * (2 if name in PAIRED else 1)
        if single and name in LEG:
            first, second = (places[f"free_{end}" if end != "hip" else end] for end in one.ends)
            centre = (centre + first + one.centre * (second - first)) / 2
        total, moment = total + mass, moment + mass * centre
    if load is not None:
        total, moment = total + load.share, moment + load.share * load_place(places, masses, load)
    return np.asarray(moment / total)


def load_place(places: Places, masses: dict[str, Segment], load: Load) -> Floats:
    """(2,) where the load is: at the shoulders, or in the hands."""
    if load.on_back:
        return places["shoulder"]
    return places["elbow"] + masses["hand"].centre * (places["wrist"] - places["elbow"])
