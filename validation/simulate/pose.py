"""From sagittal angles to bones: the kinematic chain, feet planted, centre of mass over the feet.

Every bone gets a rotation relative to the rest posture in the world frame of body.py (x forward, y left, z up). A turn
by +θ about y leans forward, so the project's signs (docs/explanation/conventions.md) are turns about y, the thigh's
with a minus. The pelvis is solved so that the line hip → shoulder has the wanted trunk inclination whatever the spine
does, and the shank so that the centre of mass stands over the feet.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from hiphinge.geometry import Floats
from validation.simulate.arms import Arms, middle
from validation.simulate.body import Body, segment_centres, segment_masses
from validation.simulate.course import Course
from validation.simulate.turns import turn_x, turn_y, turn_z

__all__ = ["Chain", "Course", "Posed", "mass_kg", "turn_x", "turn_y", "turn_z"]

LUMBAR_SHARE: Final = {"lumbar_low": 0.40, "lumbar_high": 0.75, "thorax_low": 1.0}
"""How much of the lumbar flexion has happened at each level, from the sacrum up."""
OPENING_SHARE: Final = {"pelvis": 1.0, "lumbar_low": 1.0, "lumbar_high": 0.8, "thorax_low": 0.6, "thorax_high": 0.4,
                        "neck": 0.2, "head": 0.1}  # fmt: skip
"""How much of the pelvis's opening is left at each level."""


@dataclass(frozen=True)
class Posed:
    """Bones over time. `rotation` (T, bones, 3, 3), `position` (T, bones, 3)."""

    rotation: Floats
    position: Floats
    shank: Floats
    thigh: Floats
    pelvis: Floats
    mass_centre: Floats


class Chain:
    """Forward kinematics of one body; solves pelvis, shank and arms for a course."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.masses = segment_masses(body)
        self.centres = segment_centres(body)
        self.index = {name: k for k, name in enumerate(body.segments)}
        self.order = range(1, len(body.bones))
        self.arms = Arms(body)

    # ---- the whole posture --------------------------------------------------------------------

    def solve(self, course: Course, *, shank: Floats | None = None) -> Posed:
        """Pose the body over the course: three rounds of arms, then balance, since each needs the other.

        With a `shank` (T,) inclination the legs stand as it says, balanced or not.
        """
        turns = self._upright(course)
        pelvis = self._pelvis_for(course, turns)
        opening = _or_zero(course.opening, course)
        for name, share in OPENING_SHARE.items():
            turns[name] = turn_z(_or_zero(course.twist, course)) @ turn_y(pelvis + turns[name])
            if course.opening.size:
                turns[name] = turns[name] @ turn_z(-share * opening)
        turns |= _girdle(course, turns["thorax_high"])
        given, shank = shank, course.knee * 0.3 if shank is None else shank
        for _ in range(3 if given is None else 0):
            self._legs(course, shank, turns)
            turns |= self.arms.turns(course, *self._forward(turns))
            shank = self._balanced(course, turns)
        self._legs(course, shank, turns)
        turns |= self.arms.turns(course, *self._forward(turns))
        rotation, position = self._forward(turns)
        position = position + self._planted(course, position)[:, None]
        return Posed(
            rotation=rotation,
            position=position,
            shank=shank,
            thigh=course.knee - shank,
            pelvis=pelvis,
            mass_centre=self._mass_centre(turns, position, course),
        )

    def _upright(self, course: Course) -> dict[str, Floats]:
        """Turns of the spine relative to the pelvis, degrees."""
        turns = {name: share * course.lumbar for name, share in LUMBAR_SHARE.items()}
        turns["pelvis"] = np.zeros_like(course.time_s)
        turns["thorax_high"] = course.lumbar + course.thoracic
        turns["neck"] = turns["thorax_high"] - 0.8 * course.neck
        turns["head"] = turns["thorax_high"] - course.neck
        return turns

    def _pelvis_for(self, course: Course, relative: dict[str, Floats]) -> Floats:
        """Pelvis inclination that brings the line hip → shoulder to the wanted trunk inclination; exact."""
        turns = {name: turn_y(value) for name, value in relative.items()}
        turns |= _girdle(course, turns["thorax_high"])
        _, position = self._forward(turns)
        line = middle(self.body, position, "upperarm01") - middle(self.body, position, "upperleg01")
        return course.trunk - np.rad2deg(np.arctan2(line[:, 0], line[:, 2]))

    def _forward(self, turns: dict[str, Floats]) -> tuple[Floats, Floats]:
        """Rotations and joint places of all bones, the root where it rests."""
        body = self.body
        frames = len(next(iter(turns.values())))
        rotation = np.broadcast_to(np.eye(3), (frames, len(body.bones), 3, 3)).copy()
        for name, turn in turns.items():
            if name in self.index:
                rotation[:, body.segment_of_bone == self.index[name]] = turn[:, None]
        for bone, turn in turns.items():
            if bone in body.bones:
                rotation[:, body.bone(bone)] = turn
        position = np.empty((frames, len(body.bones), 3))
        position[:, 0] = body.heads[0]
        for k in self.order:
            parent = body.parents[k]
            position[:, k] = position[:, parent] + rotation[:, parent] @ (body.heads[k] - body.heads[parent])
        return rotation, position

    # ---- legs ---------------------------------------------------------------------------------

    def _leg(self, side: str, course: Course) -> tuple[Floats, Floats, float, float]:
        """Rest vectors knee → hip and ankle → knee after the stance is set, and the turns that set it."""
        hip, knee, ankle = (
            self.body.heads[self.body.bone(f"{b}.{side}")] for b in ("upperleg01", "lowerleg01", "foot")
        )
        sign = 1.0 if side == "L" else -1.0
        long = np.linalg.norm((hip - knee)[1:]) + np.linalg.norm((knee - ankle)[1:])
        aside = course.stance / 2 * self.body.shape.stature_m - sign * hip[1]
        lean = np.rad2deg(np.arcsin(np.clip(aside / long, -0.4, 0.4))) * sign
        turn_thigh = lean - np.rad2deg(np.arctan2((knee - hip)[1], -(knee - hip)[2]))
        turn_shank = lean - np.rad2deg(np.arctan2((ankle - knee)[1], -(ankle - knee)[2]))
        return turn_x(turn_thigh) @ (hip - knee), turn_x(turn_shank) @ (knee - ankle), turn_thigh, turn_shank

    def _legs(self, course: Course, shank: Floats, turns: dict[str, Floats]) -> None:
        for side, sign in (("L", 1.0), ("R", -1.0)):
            thigh_line, shank_line, turn_thigh, turn_shank = self._leg(side, course)
            aside_thigh, aside_shank = self._aside(sign, course, (thigh_line, shank_line))
            thigh0 = -np.rad2deg(np.arctan2(thigh_line[0], thigh_line[2]))
            shank0 = np.rad2deg(np.arctan2(shank_line[0], shank_line[2]))
            thigh, low, flat = course.knee - shank, shank, np.zeros_like(shank)
            if course.rear.size and side == "R":
                low = -course.rear + 14.0 * np.clip(-course.rear / 60, 0, 1)
                thigh, flat = course.rear, low
            turns[f"thigh.{side}"] = turn_y(-(thigh - thigh0)) @ turn_x(turn_thigh + aside_thigh)
            turns[f"shank.{side}"] = turn_y(low - shank0) @ turn_x(turn_shank + aside_shank)
            turns[f"foot.{side}"] = turn_y(flat) @ turn_z(np.full_like(shank, sign * course.toe_out))

    def _aside(self, sign: float, course: Course, lines: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
        """Turns of thigh and shank that bring a knee inward and the hips aside while the foot stays, degrees."""
        thigh_long, shank_long = (float(np.linalg.norm(line)) for line in lines)
        stature = self.body.shape.stature_m
        inward, sway = (stature * _or_zero(values, course) for values in (course.cave, course.sway))
        shank = sign * inward / shank_long - sway / (thigh_long + shank_long)
        thigh = -sign * inward / thigh_long - sway / (thigh_long + shank_long)
        return np.rad2deg(np.arcsin(thigh)), np.rad2deg(np.arcsin(shank))

    def _planted(self, course: Course, position: Floats) -> Floats:
        """(T, 3) shift that puts the standing ankle back over its place on the floor."""
        left, right = (self.body.bone(f"foot.{side}") for side in "LR")
        ankle = position[:, left] if course.rear.size else (position[:, left] + position[:, right]) / 2
        height = (self.body.heads[left, 2] + self.body.heads[right, 2]) / 2
        return np.array([0.0, 0.0, height]) - ankle * np.array([1.0, 1.0, 1.0])

    # ---- balance ------------------------------------------------------------------------------

    def _balanced(self, course: Course, turns: dict[str, Floats]) -> Floats:
        """Shank inclination that puts the centre of mass `balance` in front of the ankle; bisection on −45 … 60°."""
        target = course.balance * self.body.shape.stature_m
        low, high = np.full_like(course.trunk, -45.0), np.full_like(course.trunk, 60.0)
        rotation, position = self._forward(turns)
        upper_moment, upper_mass = self._above_hips(course, rotation, position)
        thigh_line, shank_line, *_ = self._leg("L", course)
        thigh_long, shank_long = np.hypot(*thigh_line[[0, 2]]), np.hypot(*shank_line[[0, 2]])
        mass = {name: self.masses[self.index[f"{name}.L"]] * 2 for name in ("thigh", "shank", "foot")}
        if course.rear.size:
            mass = {name: value / 2 for name, value in mass.items()}
        down_thigh, down_shank = (
            self._down("thigh", "upperleg01", "lowerleg01"),
            self._down("shank", "lowerleg01", "foot"),
        )
        foot_x = self.centres[self.index["foot.L"], 0] - self.body.heads[self.body.bone("foot.L"), 0]
        for _ in range(36):
            shank = (low + high) / 2
            knee_x = shank_long * np.sin(np.deg2rad(shank))
            hip_x = knee_x - thigh_long * np.sin(np.deg2rad(course.knee - shank))
            thigh_x = hip_x + down_thigh * (knee_x - hip_x)
            total = upper_moment + upper_mass * hip_x + mass["thigh"] * thigh_x
            total = total + mass["shank"] * (1 - down_shank) * knee_x + mass["foot"] * foot_x
            ahead = total / (upper_mass + sum(mass.values())) > target
            low, high = np.where(ahead, low, shank), np.where(ahead, shank, high)
        return (low + high) / 2

    def _down(self, segment: str, start: str, end: str) -> float:
        """How far down a leg segment its centre lies, 0…1."""
        first, last = (self.body.heads[self.body.bone(f"{bone}.L")] for bone in (start, end))
        line = last - first
        return float((self.centres[self.index[f"{segment}.L"]] - first) @ line / (line @ line))

    def _above_hips(self, course: Course, rotation: Floats, position: Floats) -> tuple[Floats, float]:
        """First moment about the hips (x, per body mass) and mass of everything that is not a standing leg."""
        hip = middle(self.body, position, "upperleg01")[:, 0]
        legs = {"thigh.L", "shank.L", "foot.L", "thigh.R", "shank.R", "foot.R"}
        if course.rear.size:
            legs = {name for name in legs if name.endswith("L")}
        moment, mass = np.zeros_like(hip), 0.0
        for name, k in self.index.items():
            if name not in legs:
                moment += self.masses[k] * (self._centre(name, rotation, position)[:, 0] - hip)
                mass += self.masses[k]
        if course.load_kg:
            share = course.load_kg / mass_kg(self.body)
            moment += share * (self.arms.load_place(course, rotation, position)[:, 0] - hip)
            mass += share
        return moment, mass

    def _centre(self, segment: str, rotation: Floats, position: Floats) -> Floats:
        k = self.index[segment]
        bone = int(np.flatnonzero(self.body.segment_of_bone == k)[0])
        return position[:, bone] + rotation[:, bone] @ (self.centres[k] - self.body.heads[bone])

    def _mass_centre(self, turns: dict[str, Floats], position: Floats, course: Course) -> Floats:
        rotation, _ = self._forward(turns)
        total = sum(self.masses[k] * self._centre(name, rotation, position) for name, k in self.index.items())
        share = course.load_kg / mass_kg(self.body)
        return (total + share * self.arms.load_place(course, rotation, position)) / (1 + share)


def mass_kg(body: Body) -> float:
    """Body mass from the mesh's volume at 1010 kg/m³ (whole-body density with lungs half full)."""
    corners = body.vertices[body.faces]
    volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    return float(abs(volume) * 1010)


def _girdle(course: Course, thorax: Floats) -> dict[str, Floats]:
    """Turns of the shoulder girdle on a thorax; none where it rests."""
    if not course.protraction.size:
        return {}
    sides = (("L", 1.0), ("R", -1.0))
    return {
        f"{bone}.{side}": thorax @ turn_x(sign * course.shrug) @ turn_z(-sign * course.protraction)
        for side, sign in sides
        for bone in ("clavicle", "shoulder01")
    }


def _or_zero(values: Floats, course: Course) -> Floats:
    return values if values.size else np.zeros_like(course.time_s)
