"""Where the arms are: hanging, along the legs, on the hips, at a bar or a rod; elbows, wrists and closed hands."""

import numpy as np

from hiphinge.geometry import Floats
from validation.simulate.body import Body
from validation.simulate.course import Course
from validation.simulate.turns import about, align, direction, frame, smooth, unit


def middle(body: Body, position: Floats, bone: str) -> Floats:
    """(T, 3) between a bone's two sides."""
    return (position[:, body.bone(f"{bone}.L")] + position[:, body.bone(f"{bone}.R")]) / 2


class Arms:
    """The arms of one body."""

    def __init__(self, body: Body) -> None:
        self.body = body

    def turns(self, course: Course, rotation: Floats, position: Floats) -> dict[str, Floats]:
        """Turns of the arms' segments and fingers, by name, for a body whose trunk and legs are posed."""
        turns: dict[str, Floats] = {}
        for side, sign in (("L", 1.0), ("R", -1.0)):
            shoulder = position[:, self.body.bone(f"upperarm01.{side}")]
            thorax = rotation[:, self.body.bone("spine01")]
            pelvis = rotation[:, 0]
            if course.arms in {"hips", "back", "front", "rod"}:
                upper, fore = self._reach(course, side, thorax=thorax, pelvis=pelvis, position=position)
            else:
                angle = course.arm if course.arms != "legs" else self._along_legs(course, side, shoulder, position)
                spread = 7.0 if course.arms in {"hang", "legs"} else -6.0
                upper = direction(angle, sign * spread)
                fore = direction(angle + course.elbow, sign * (spread - (3.0 if course.arms != "swing" else 1.0)))
            self._arm_turns(side, turns, course, upper=upper, fore=fore)
        return turns

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
            place = middle(self.body, position, "upperarm01") + thorax @ (
                height * np.array([0.135, sign * 0.035, -0.035])
            )
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
        return smooth(np.maximum(tries[first], course.arm), 5)

    def _arm_turns(self, side: str, turns: dict[str, Floats], course: Course, *, upper: Floats, fore: Floats) -> None:
        """Turns that carry the rest arm onto the wanted directions, elbow hinge kept, hand turned to its grip."""
        heads = self.body.heads
        shoulder, elbow, wrist, finger = (
            heads[self.body.bone(f"{b}.{side}")] for b in ("upperarm01", "lowerarm01", "wrist", "finger3-1")
        )
        rest_upper, rest_fore = unit(elbow - shoulder), unit(wrist - elbow)
        hinge0 = unit(np.cross(rest_upper, rest_fore))
        hinge = np.cross(upper, fore)
        size = np.linalg.norm(hinge, axis=1, keepdims=True)
        hinge = np.where(size > 0.03, hinge / np.maximum(size, 1e-9), np.array([0.0, -1.0, 0.0]))
        hinge = unit(hinge - (hinge * upper).sum(axis=1, keepdims=True) * upper)
        turns[f"upper_arm.{side}"] = frame(upper, hinge) @ frame(rest_upper, hinge0).T
        hinge_fore = unit(hinge - (hinge * fore).sum(axis=1, keepdims=True) * fore)
        base = frame(fore, hinge_fore) @ frame(rest_fore, hinge0).T
        sign = 1.0 if side == "L" else -1.0
        grip = {"legs": 60.0, "swing": 60.0, "back": 30.0, "hips": 20.0, "front": -10.0}.get(course.arms, 25.0)
        turns[f"forearm.{side}"] = base
        turns[f"lowerarm02.{side}"] = about(fore, sign * grip * 0.5) @ base
        hand = about(fore, sign * grip) @ base
        aim = unit(finger - wrist)
        turns[f"hand.{side}"] = align(hand @ aim, fore) @ hand
        self._fingers(side, turns, curl=70.0 if course.arms in {"legs", "swing", "back", "front"} else 18.0)

    def _fingers(self, side: str, turns: dict[str, Floats], *, curl: float) -> None:
        """Close the hand around an axis across the knuckles."""
        heads, hand = self.body.heads, turns[f"hand.{side}"]
        across = unit(heads[self.body.bone(f"finger2-1.{side}")] - heads[self.body.bone(f"finger5-1.{side}")])
        sign = 1.0 if side == "L" else -1.0
        axis = hand @ across
        for joint in (1, 2, 3):
            bend = about(axis, -sign * curl * joint)
            for finger in (2, 3, 4, 5):
                turns[f"finger{finger}-{joint}.{side}"] = bend @ hand

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
