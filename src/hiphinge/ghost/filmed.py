"""The lifter as filmed: posture at a time, typical segment lengths, the way between the body and the picture.

Joints are the middles of both sides, free of parallax (`hiphinge.kinematics.joints`); on one leg they are the standing
leg's own. How far the near and the far side lie from the middle in the picture is the clip's own typical distance.

Landmarks are not joint centres: BlazePose's hip lies low, its shoulder and ankle high, so a body made of them has a
long trunk on short legs. Where the estimator's angles are corrected, lengths are too: their sum stays the lifter's own,
and the shares of trunk and shank in it count as far as landmarks tell them, a population's for the rest.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from hiphinge.body import SIDES
from hiphinge.geometry import Bools, Floats, nan_median
from hiphinge.ghost.body import GhostLengths, Places, Posture
from hiphinge.kinematics.joints import Joint, Landmarks, in_picture, middle, sagittal, single
from hiphinge.pose import KEYPOINTS
from hiphinge.records import Side
from hiphinge.result import Analysis
from hiphinge.settings import GhostSettings

LANDMARK: Final = {
    "ankle": "ankle",
    "knee": "knee",
    "hip": "hip",
    "shoulder": "shoulder",
    "ear": "ear",
    "elbow": "elbow",
    "wrist": "wrist",
    "heel": "heel",
    "toe": "foot_index",
}
"""Which landmark shows which joint of the body."""
_ON_LEG: Final = ("ankle", "knee", "hip", "heel", "toe")
FOOT: Final = ("heel", "toe")
_FREE: Final = ("elbow", "wrist")
_CHAIN: Final = ("shank_inclination", "knee_flexion", "trunk_inclination")


def measurable(analysis: Analysis) -> bool:
    """Whether an analysis holds what a body is made from: lengths, the standing posture, the errors of the joints."""
    needed = {"stature_px", *(f"standing_{name}_deg" for name in _CHAIN)}
    return needed <= analysis.kinematics.attrs.keys() and "error_px" in analysis.track


@dataclass(frozen=True)
class Frame:
    """How the sagittal plane lies in the picture.

    Attributes
    ----------
    facing : +1 where the lifter faces the picture's right, −1 left.
    cos_yaw : by which the picture shortens what lies forward.
    roll_deg : as in the view; + when the picture's content leans clockwise.
    """

    facing: float
    cos_yaw: float
    roll_deg: float

    def picture(self, place: Floats, origin: Floats) -> Floats:
        """Pixels (2,) in the picture of a place forward and up of `origin`, itself in pixels of the picture."""
        return origin + in_picture(place, roll_deg=self.roll_deg, facing=self.facing, cos_yaw=self.cos_yaw)


class Lifter:
    """The lifter of an analysis about one time.

    Attributes
    ----------
    frame : how the sagittal plane lies in the picture.
    lengths : own typical segment lengths, pixels of the sagittal plane.
    neck_deg : shoulder → ear from hip → shoulder while standing, degrees, + forward.
    stature_px : as the kinematics estimated it.
    settings : this stage's numbers.
    """

    def __init__(self, analysis: Analysis, at_s: float, side: Side, settings: GhostSettings) -> None:
        view, self._motion, self.settings, self._side = analysis.record.view, analysis.kinematics, settings, side
        self._time = analysis.track["time"].to_numpy()
        self._position = analysis.track["position"].to_numpy()
        self.stature_px = float(self._motion.attrs["stature_px"])
        yaw = min(abs(view.yaw_deg), settings.most_yaw_deg)
        self._turned_deg = min(yaw + 2 * view.yaw_error_deg, 90.0)
        facing = self._facing(at_s, 1.0 if view.facing == "right" else -1.0)
        self.frame = Frame(facing, float(np.cos(np.deg2rad(yaw))), view.roll_deg)
        self._joints = self._middles(analysis)
        upright = self._motion["standing"].to_numpy() > 0
        self._standing_seen = bool(upright.any())
        self._typical = upright if upright.any() else np.ones(self._time.size, dtype=bool)
        self._corrected = bool(self._motion.attrs.get("correction"))
        self._ankle = self._joints["ankle"].place + np.array([0.0, self._ankle_up()])
        self.lengths, self.neck_deg = self._with_neck(self._lengths())

    def posture(self, at_s: float) -> Posture:
        """The posture at a time, by the kinematics' angles; arms as the landmarks show them."""
        neck = self.neck_deg - float(np.nan_to_num(self.angle("head_angle", at_s)))
        shank, knee, trunk = (self.angle(name, at_s) for name in _CHAIN)
        return Posture(shank, knee, trunk, neck, arm=self._arm(at_s))

    def standing(self) -> Posture:
        """The lifter's own standing posture, arms as they are held then."""
        arms = np.array([self._arms(upper, lower) for upper, lower in _ARM])[:, self._typical]
        upper, fore = (float(nan_median(one)) for one in arms)
        shank, knee, trunk = (float(self._motion.attrs[f"standing_{name}_deg"]) for name in _CHAIN)
        return Posture(shank, knee, trunk, self.neck_deg, arm=(upper, fore))

    @property
    def standing_seen(self) -> bool:
        """Whether the clip shows the lifter standing."""
        return self._standing_seen

    def angle(self, name: str, at_s: float) -> float:
        """One of the kinematics' angles at a time, degrees."""
        return float(self._motion[f"{name}_deg"].to_numpy()[self._sample(at_s)])

    def error(self, name: str, at_s: float) -> float:
        """Standard error of a joint's place at a time, the larger of both axes, statures; NaN where it is unknown."""
        return float(self._joints[name].error[self._sample(at_s)].max()) / self.stature_px

    def with_arms_as_filmed(self, at_s: float) -> GhostLengths:
        """The lengths with arms as long as they appear at a time: held arms point out of the plane."""
        k = self._sample(at_s)
        shoulder, elbow, wrist = (self._joints[name].place[k] for name in ("shoulder", "elbow", "wrist"))
        spans = [float(np.linalg.norm(elbow - shoulder)), float(np.linalg.norm(wrist - elbow))]
        longest = [self.lengths.upper_arm, self.lengths.forearm]
        upper, fore = (
            min(span, most) if np.isfinite(span) else most for span, most in zip(spans, longest, strict=True)
        )
        return replace(self.lengths, upper_arm=upper, forearm=fore)

    def ankle_px(self, at_s: float) -> Floats:
        """Where the standing ankle is in the picture: its median over a moment, since a planted foot stays."""
        place = nan_median(self._ankle[self._about(at_s)], axis=0)
        return self.frame.picture(place, np.zeros(2))

    def apart(self, side: str) -> Places:
        """How far (2,) each joint of one side lies from the middle, pixels of the picture.

        The clip's own typical distance, as far as the camera's turn can make it: landmarks of the far side are guesses.
        """
        s, found = self.settings, {}
        most = s.half_width * self.stature_px * np.array([np.sin(np.deg2rad(self._turned_deg)), s.farther_up])
        for name, landmark in LANDMARK.items():
            shown = "ankle" if name in FOOT else landmark
            left, right = (self._position[self._typical, KEYPOINTS.index(f"{one}_{shown}")] for one in SIDES)
            half = np.clip(np.nan_to_num(nan_median((right - left) / 2, axis=0)), -most, most)
            found[name] = half if side == "right" else -half
        found |= dict.fromkeys(_FREE, found["shoulder"])
        if self._side != "both":
            found |= {name: np.zeros(2) for name in _ON_LEG}
        return found

    def _middles(self, analysis: Analysis) -> dict[str, Joint]:
        signs = np.full(self._time.size, self.frame.facing)
        place, error = sagittal(
            self._position,
            analysis.track["error_px"].to_numpy(),
            roll_deg=self.frame.roll_deg,
            facing=signs,
            cos_yaw=self.frame.cos_yaw,
        )
        confidence = analysis.track["confidence"].to_numpy()
        marks = Landmarks(place, error, confidence, signs, self.settings.pair_confidence)
        one_leg = self._side != "both"
        return {
            name: single(marks, f"{self._side}_{landmark}")
            if one_leg and name in _ON_LEG
            else middle(marks, landmark, paired=name not in _FREE)
            for name, landmark in LANDMARK.items()
        }

    def _facing(self, at_s: float, usual: float) -> float:
        """The way the feet point about a time; the clip's own facing where they hardly show it."""
        feet = [
            self._position[self._about(at_s), KEYPOINTS.index(f"{side}_foot_index"), 0]
            - self._position[self._about(at_s), KEYPOINTS.index(f"{side}_heel"), 0]
            for side in SIDES
        ]
        ahead = float(nan_median(np.concatenate(feet)))
        return float(np.sign(ahead)) if abs(ahead) > self.settings.least_foot * self.stature_px else usual

    def _ankle_up(self) -> float:
        """How far the ankle's joint lies above its landmark, pixels of the sagittal plane."""
        return self.settings.ankle_up * self.stature_px if self._corrected else 0.0

    def _lengths(self) -> GhostLengths:
        s, seen = self.settings, self._corrected
        shank, thigh, trunk = (self._typical_px(*ends) for ends in _LOWER)
        whole = (shank + thigh + trunk) * (s.whole_length if seen else 1.0)
        if seen:
            trunk = whole * (s.trunk_usual + s.trunk_own * trunk / (shank + thigh + trunk))
            shank = (whole - trunk) * (s.shank_usual + s.shank_own * shank / (shank + thigh))
            thigh = whole - trunk - shank
        upper_arm, forearm = (
            float(
                np.clip(self._typical_px(*ends), (1 - s.arm_spread) * share * whole, (1 + s.arm_spread) * share * whole)
            )
            for ends, share in ((("shoulder", "elbow"), s.upper_arm_usual), (("elbow", "wrist"), s.forearm_usual))
        )
        heel, toe = (
            np.asarray(nan_median((self._joints[name].place - self._ankle)[self._typical], axis=0))
            for name in ("heel", "toe")
        )
        clear = s.hand_clearance * whole
        return GhostLengths(shank, thigh, trunk, 0.0, upper_arm, forearm, heel, toe, clear)

    def _with_neck(self, lengths: GhostLengths) -> tuple[GhostLengths, float]:
        """Measure the neck from the body's own shoulder to the ear; where nobody stands without the head's turn."""
        shank, knee, trunk = (self._motion[f"{name}_deg"].to_numpy() for name in _CHAIN)
        shoulder = self._ankle + sum(
            span * _lines(lean)
            for span, lean in ((lengths.shank, shank), (lengths.thigh, shank - knee), (lengths.trunk, trunk))
        )
        away = self._joints["ear"].place - shoulder
        lean = np.rad2deg(np.arctan2(away[:, 0], away[:, 1])) - trunk
        if not self._standing_seen:
            lean = lean + self._motion["head_angle_deg"].to_numpy()
        own = float(nan_median(((lean + 180) % 360 - 180)[self._typical]))
        return replace(lengths, neck=float(nan_median(np.hypot(*away.T)[self._typical]))), own

    def _typical_px(self, lower: str, upper: str) -> float:
        spans = np.linalg.norm(self._joints[upper].place - self._joints[lower].place, axis=1)
        return float(nan_median(spans[self._typical]))

    def _arm(self, at_s: float) -> tuple[float, float]:
        """Inclination of upper arm and forearm from hanging, degrees, + forward."""
        upper, fore = (float(self._arms(*ends)[self._sample(at_s)]) for ends in _ARM)
        return upper, fore

    def _arms(self, upper: str, lower: str) -> Floats:
        """(T,) inclination from hanging of a part of the arm, degrees, + forward."""
        down = self._joints[lower].place - self._joints[upper].place
        return np.asarray(np.rad2deg(np.arctan2(down[:, 0], -down[:, 1])))

    def _about(self, at_s: float) -> Bools:
        return np.abs(self._time - at_s) <= self.settings.moment_s / 2

    def _sample(self, at_s: float) -> int:
        return int(np.abs(self._time - at_s).argmin())


_ARM: Final = (("shoulder", "elbow"), ("elbow", "wrist"))
_LOWER: Final = (("ankle", "knee"), ("knee", "hip"), ("hip", "shoulder"))


def _lines(degrees: Floats) -> Floats:
    """(T, 2) unit vectors of inclinations from the vertical, + forward."""
    angle = np.deg2rad(degrees)
    return np.stack([np.sin(angle), np.cos(angle)], axis=1)
