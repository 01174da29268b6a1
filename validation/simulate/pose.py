"""From sagittal angles to bones: the kinematic chain, feet planted, centre of mass over the feet.

Every bone gets a rotation relative to the rest posture in the world frame of body.py (x forward, y left, z up). A turn
by +θ about y leans forward, so the project's signs (docs/explanation/conventions.md) are turns about y, the thigh's
with a minus. The pelvis is solved so that the line hip → shoulder has the wanted trunk inclination whatever the spine
does, and the shank so that the centre of mass stands over the feet.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from validation.simulate.body import Body, Floats, segment_centres, segment_masses

LUMBAR_SHARE: Final = {"lumbar_low": 0.40, "lumbar_high": 0.75, "thorax_low": 1.0}
"""How much of the lumbar flexion has happened at each level, from the sacrum up."""


@dataclass(frozen=True)
class Course:
    """What the person does: degrees over time, signs as in conventions.md.

    `neck` turns the head against the upper trunk (+ looking up). `arm` is the upper arms' inclination from hanging (+
    forward), used where the arms hang freely; `balance` the centre of mass in front of the ankle in statures; `rear`
    the free leg's thigh inclination in single-leg work.
    """

    time_s: Floats
    trunk: Floats
    knee: Floats
    lumbar: Floats
    thoracic: Floats
    neck: Floats
    arm: Floats
    balance: Floats
    arms: str = "hang"
    """`hang`, `legs` (hands slide along them), `hips`, `back` (bar on the back), `front` (goblet), `rod`, `swing`."""
    elbow: float = 8.0
    stance: float = 0.16
    """Distance of the ankles, fraction of stature."""
    toe_out: float = 8.0
    load_kg: float = 0.0
    rear: Floats = field(default_factory=lambda: np.empty(0))
    twist: Floats = field(default_factory=lambda: np.empty(0))
    """Turn of pelvis and trunk about the vertical, + to the left."""


@dataclass(frozen=True)
class Posed:
    """Bones over time. `rotation` (T, bones, 3, 3), `position` (T, bones, 3)."""

    rotation: Floats
    position: Floats
    shank: Floats
    thigh: Floats
    pelvis: Floats
    mass_centre: Floats


def turn_y(degrees: Floats | float) -> Floats:
    """(…, 3, 3) turn about the left axis; + leans forward."""
    return _turn(degrees, 2, 0)


def turn_x(degrees: Floats | float) -> Floats:
    """Turn about the forward axis; + lowers the right side's … y toward z."""
    return _turn(degrees, 1, 2)


def turn_z(degrees: Floats | float) -> Floats:
    """Turn about the vertical; + to the left."""
    return _turn(degrees, 0, 1)


def _turn(degrees: Floats | float, first: int, second: int) -> Floats:
    angle = np.deg2rad(np.asarray(degrees, dtype=float))
    matrix = np.zeros((*angle.shape, 3, 3))
    other = 3 - first - second
    matrix[..., other, other] = 1
    matrix[..., first, first] = matrix[..., second, second] = np.cos(angle)
    matrix[..., second, first] = np.sin(angle)
    matrix[..., first, second] = -np.sin(angle)
    return matrix


class Chain:
    """Forward kinematics of one body; solves pelvis, shank and arms for a course."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.masses = segment_masses(body)
        self.centres = segment_centres(body)
        self.index = {name: k for k, name in enumerate(body.segments)}
        self.order = range(1, len(body.bones))

    # ---- the whole posture --------------------------------------------------------------------

    def solve(self, course: Course) -> Posed:
        """Pose the body over the course: three rounds of arms, then balance, since each needs the other."""
        turns = self._upright(course)
        pelvis = self._pelvis_for(course, turns)
        for name in ("pelvis", "lumbar_low", "lumbar_high", "thorax_low", "thorax_high", "neck", "head"):
            turns[name] = turn_z(_or_zero(course.twist, course)) @ turn_y(pelvis + turns[name])
        shank = course.knee * 0.3
        for _ in range(3):
            self._legs(course, shank, turns)
            self._arms(course, turns)
            shank = self._balanced(course, turns)
        self._legs(course, shank, turns)
        self._arms(course, turns)
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
        _, position = self._forward(turns)
        line = self._middle(position, "upperarm01") - self._middle(position, "upperleg01")
        return course.trunk - np.rad2deg(np.arctan2(line[:, 0], line[:, 2]))

    def _middle(self, position: Floats, bone: str) -> Floats:
        return (position[:, self.body.bone(f"{bone}.L")] + position[:, self.body.bone(f"{bone}.R")]) / 2

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
            thigh0 = -np.rad2deg(np.arctan2(thigh_line[0], thigh_line[2]))
            shank0 = np.rad2deg(np.arctan2(shank_line[0], shank_line[2]))
            thigh, low, flat = course.knee - shank, shank, np.zeros_like(shank)
            if course.rear.size and side == "R":
                low = -course.rear + 14.0 * np.clip(-course.rear / 60, 0, 1)
                thigh, flat = course.rear, low
            turns[f"thigh.{side}"] = turn_y(-(thigh - thigh0)) @ turn_x(turn_thigh)
            turns[f"shank.{side}"] = turn_y(low - shank0) @ turn_x(turn_shank)
            turns[f"foot.{side}"] = turn_y(flat) @ turn_z(np.full_like(shank, sign * course.toe_out))

    def _planted(self, course: Course, position: Floats) -> Floats:
        """(T, 3) shift that puts the standing ankle back over its place on the floor."""
        left, right = (self.body.bone(f"foot.{side}") for side in "LR")
        ankle = position[:, left] if course.rear.size else (position[:, left] + position[:, right]) / 2
        height = (self.body.heads[left, 2] + self.body.heads[right, 2]) / 2
        return np.array([0.0, 0.0, height]) - ankle * np.array([1.0, 1.0, 1.0])

    # ---- arms ---------------------------------------------------------------------------------

    def _arms(self, course: Course, turns: dict[str, Floats]) -> None:
        rotation, position = self._forward(turns)
        for side, sign in (("L", 1.0), ("R", -1.0)):
            shoulder = position[:, self.body.bone(f"upperarm01.{side}")]
            thorax = rotation[:, self.body.bone("spine01")]
            pelvis = rotation[:, 0]
            if course.arms in {"hips", "back", "front", "rod"}:
                upper, fore = self._reach(course, side, thorax=thorax, pelvis=pelvis, position=position)
            else:
                angle = course.arm if course.arms != "legs" else self._along_legs(course, side, shoulder, position)
                spread = 7.0 if course.arms in {"hang", "legs"} else -6.0
                upper = _direction(angle, sign * spread)
                fore = _direction(angle + course.elbow, sign * (spread - (3.0 if course.arms != "swing" else 1.0)))
            self._arm_turns(side, turns, course, upper=upper, fore=fore)

    def _reach(
        self, course: Course, side: str, *, thorax: Floats, pelvis: Floats, position: Floats
    ) -> tuple[Floats, Floats]:
        """Two-link reach of the wrist to a place that rides on the pelvis, the back or the chest."""
        height = self.body.shape.stature_m
        sign = 1.0 if side == "L" else -1.0
        shoulder = position[:, self.body.bone(f"upperarm01.{side}")]
        if course.arms == "hips":
            place = position[:, 0] + pelvis @ (height * np.array([0.018, sign * 0.098, 0.065]))
            pole = thorax @ np.array([-0.75, sign * 1.0, -0.1])
        elif course.arms == "rod" and side == "R":
            place = position[:, self.body.bone("spine04")] + pelvis @ (height * np.array([-0.075, -0.015, 0.0]))
            pole = thorax @ np.array([-0.8, sign * 1.0, 0.0])
        elif course.arms == "rod":
            place = position[:, self.body.bone("neck01")] + thorax @ (height * np.array([-0.045, 0.03, 0.06]))
            pole = thorax @ np.array([0.0, sign * 1.0, 0.8])
        elif course.arms == "back":
            place = shoulder + thorax @ (height * np.array([-0.035, sign * 0.115, 0.035]))
            pole = thorax @ np.array([-0.6, sign * 0.25, -1.0])
        else:
            place = self._middle(position, "upperarm01") + thorax @ (height * np.array([0.135, sign * 0.035, -0.035]))
            pole = thorax @ np.array([0.35, sign * 0.35, -1.0])
        first, second = self._arm_lengths(side)
        line = place - shoulder
        distance = np.linalg.norm(line, axis=1, keepdims=True)
        line = line / distance
        distance = np.clip(distance, abs(first - second) + 1e-3, first + second - 1e-3)
        along = (first**2 - second**2 + distance**2) / (2 * distance)
        out = pole - (pole * line).sum(axis=1, keepdims=True) * line
        out = out / np.linalg.norm(out, axis=1, keepdims=True)
        elbow = along * line + np.sqrt(np.maximum(first**2 - along**2, 0)) * out
        return elbow / first, (distance * line - elbow) / second

    def _arm_lengths(self, side: str) -> tuple[float, float]:
        shoulder, elbow, wrist = (
            self.body.heads[self.body.bone(f"{b}.{side}")] for b in ("upperarm01", "lowerarm01", "wrist")
        )
        return float(np.linalg.norm(elbow - shoulder)), float(np.linalg.norm(wrist - elbow))

    def _along_legs(self, course: Course, side: str, shoulder: Floats, position: Floats) -> Floats:
        """Arm inclination at which the hand just clears the front of the leg; as far back as hanging freely allows."""
        hip, knee, ankle = (position[:, self.body.bone(f"{b}.{side}")] for b in ("upperleg01", "lowerleg01", "foot"))
        reach = sum(self._arm_lengths(side)) + 0.045 * self.body.shape.stature_m
        clear = 0.052 * self.body.shape.stature_m
        tries = np.arange(-40.0, 70.0, 0.5)
        sin, cos = np.sin(np.deg2rad(tries + course.elbow / 2)), np.cos(np.deg2rad(tries + course.elbow / 2))
        hand_x, hand_z = shoulder[:, :1] + reach * sin, shoulder[:, 2:] - reach * cos
        points = np.stack([ankle, knee, hip], axis=1)
        leg_x = np.empty_like(hand_x)
        for t in range(len(points)):  # a leg line has its own corners in every frame
            leg_x[t] = np.interp(hand_z[t], points[t, :, 2], points[t, :, 0])
        free = hand_x >= leg_x + clear
        first = np.where(free.any(axis=1), free.argmax(axis=1), len(tries) - 1)
        return _smooth(np.maximum(tries[first], course.arm), 5)

    def _arm_turns(self, side: str, turns: dict[str, Floats], course: Course, *, upper: Floats, fore: Floats) -> None:
        """Turns that carry the rest arm onto the wanted directions, elbow hinge kept, hand turned to its grip."""
        heads = self.body.heads
        shoulder, elbow, wrist, finger = (
            heads[self.body.bone(f"{b}.{side}")] for b in ("upperarm01", "lowerarm01", "wrist", "finger3-1")
        )
        rest_upper, rest_fore = _unit(elbow - shoulder), _unit(wrist - elbow)
        hinge0 = _unit(np.cross(rest_upper, rest_fore))
        hinge = np.cross(upper, fore)
        size = np.linalg.norm(hinge, axis=1, keepdims=True)
        hinge = np.where(size > 0.03, hinge / np.maximum(size, 1e-9), np.array([0.0, -1.0, 0.0]))
        hinge = _unit(hinge - (hinge * upper).sum(axis=1, keepdims=True) * upper)
        turns[f"upper_arm.{side}"] = _frame(upper, hinge) @ _frame(rest_upper, hinge0).T
        hinge_fore = _unit(hinge - (hinge * fore).sum(axis=1, keepdims=True) * fore)
        base = _frame(fore, hinge_fore) @ _frame(rest_fore, hinge0).T
        sign = 1.0 if side == "L" else -1.0
        grip = {"legs": 60.0, "swing": 60.0, "back": 30.0, "hips": 20.0, "front": -10.0}.get(course.arms, 25.0)
        turns[f"forearm.{side}"] = base
        turns[f"lowerarm02.{side}"] = _about(fore, sign * grip * 0.5) @ base
        hand = _about(fore, sign * grip) @ base
        aim = _unit(finger - wrist)
        turns[f"hand.{side}"] = _align(hand @ aim, fore) @ hand
        self._fingers(side, turns, curl=70.0 if course.arms in {"legs", "swing", "back", "front"} else 18.0)

    def _fingers(self, side: str, turns: dict[str, Floats], *, curl: float) -> None:
        """Close the hand around an axis across the knuckles."""
        heads, hand = self.body.heads, turns[f"hand.{side}"]
        across = _unit(heads[self.body.bone(f"finger2-1.{side}")] - heads[self.body.bone(f"finger5-1.{side}")])
        sign = 1.0 if side == "L" else -1.0
        axis = hand @ across
        for joint in (1, 2, 3):
            bend = _about(axis, -sign * curl * joint)
            for finger in (2, 3, 4, 5):
                turns[f"finger{finger}-{joint}.{side}"] = bend @ hand

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
        hip = self._middle(position, "upperleg01")[:, 0]
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
            moment += share * (self.load_place(course, rotation, position)[:, 0] - hip)
            mass += share
        return moment, mass

    def _centre(self, segment: str, rotation: Floats, position: Floats) -> Floats:
        k = self.index[segment]
        bone = int(np.flatnonzero(self.body.segment_of_bone == k)[0])
        return position[:, bone] + rotation[:, bone] @ (self.centres[k] - self.body.heads[bone])

    def load_place(self, course: Course, rotation: Floats, position: Floats) -> Floats:
        """(T, 3) centre of the load: across the upper back, or in the hands."""
        if course.arms == "back":
            bone = self.body.bone("spine01")
            across = np.array([-0.062, 0.0, 0.078]) * self.body.shape.stature_m
            return position[:, bone] + rotation[:, bone] @ across
        return (self.grip(position, "L") + self.grip(position, "R")) / 2

    def grip(self, position: Floats, side: str) -> Floats:
        """(T, 3) middle of the fist."""
        wrist, knuckle, tip = (self.body.bone(f"{b}.{side}") for b in ("wrist", "finger3-1", "finger3-3"))
        return 0.1 * position[:, wrist] + 0.45 * position[:, knuckle] + 0.45 * position[:, tip]

    def _mass_centre(self, turns: dict[str, Floats], position: Floats, course: Course) -> Floats:
        rotation, _ = self._forward(turns)
        total = sum(self.masses[k] * self._centre(name, rotation, position) for name, k in self.index.items())
        share = course.load_kg / mass_kg(self.body)
        return (total + share * self.load_place(course, rotation, position)) / (1 + share)


def mass_kg(body: Body) -> float:
    """Body mass from the mesh's volume at 1010 kg/m³ (whole-body density with lungs half full)."""
    corners = body.vertices[body.faces]
    volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    return float(abs(volume) * 1010)


def _or_zero(values: Floats, course: Course) -> Floats:
    return values if values.size else np.zeros_like(course.time_s)


def _direction(inclination: Floats, aside: float) -> Floats:
    """(T, 3) unit vectors hanging down, forward by `inclination`, to the left by `aside` degrees."""
    angle, side = np.deg2rad(inclination), np.deg2rad(aside)
    return np.stack(
        [np.sin(angle) * np.cos(side), np.full_like(angle, np.sin(side)), -np.cos(angle) * np.cos(side)], axis=1
    )


def _unit(vector: Floats) -> Floats:
    return vector / np.maximum(np.linalg.norm(vector, axis=-1, keepdims=True), 1e-12)


def _frame(along: Floats, hinge: Floats) -> Floats:
    """(…, 3, 3) right-handed frames with columns along, hinge and their product."""
    return np.stack([along, hinge, np.cross(along, hinge)], axis=-1)


def _about(axis: Floats, degrees: float) -> Floats:
    """(T, 3, 3) turns about unit axes (Rodrigues)."""
    angle = np.deg2rad(degrees)
    x, y, z = np.moveaxis(axis, -1, 0)
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*x.shape, 3, 3)
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)


def _align(start: Floats, end: Floats) -> Floats:
    """(T, 3, 3) the shortest turns that carry unit vectors `start` onto `end`."""
    v = np.cross(start, end)
    c = (start * end).sum(axis=-1)
    x, y, z = np.moveaxis(v, -1, 0)
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*x.shape, 3, 3)
    return np.eye(3) + cross + (cross @ cross) / (1 + c)[..., None, None]


def _smooth(values: Floats, width: int) -> Floats:
    padded = np.pad(values, width, mode="edge")
    kernel = np.hanning(2 * width + 1)
    return np.convolve(padded, kernel / kernel.sum(), mode="valid")
