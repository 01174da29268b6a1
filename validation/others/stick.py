"""A stick person posed by the lean of every segment, each leg and arm by itself, filmed as an estimator sees people.

`hiphinge.synthetic` bends both legs and both arms alike and keeps the feet planted; a lunge, a row with one arm or a
bridge cannot be said in it. Here a posture is fourteen numbers, a movement a list of postures with the seconds that
lead to each, in minimum-jerk courses. Directions run up the body from the left ankle: 0 is upright, + leans the way the
person faces, degrees; arms hang at 0 and + swings them forward. Lengths are statures.
"""

from typing import NamedTuple

import numpy as np

from hiphinge.geometry import Floats
from hiphinge.pose import KEYPOINTS, PoseTrack, make_track
from hiphinge.synthetic import (
    ANKLE_HALF_WIDTH,
    ANKLE_HEIGHT,
    FOREARM,
    HAND,
    HEAD,
    HEEL,
    HIP_HALF_WIDTH,
    SHANK,
    SHOULDER_HALF_WIDTH,
    THIGH,
    TOE,
    TRUNK,
    UPPER_ARM,
    Camera,
    along,
    balanced_shank,
    project,
    smooth,
)

SEGMENTS = {"shank": SHANK, "thigh": THIGH, "trunk": TRUNK, "arm": UPPER_ARM, "fore": FOREARM, "hand": HAND}
ASIDE = {"shoulder": SHOULDER_HALF_WIDTH, "hip": HIP_HALF_WIDTH, "knee": 0.06, "ankle": ANKLE_HALF_WIDTH}
"""Half of what lies between left and right."""


class Posture(NamedTuple):
    """Leans in degrees, the place of the left ankle over the ground, and how far to the side each hand is held."""

    trunk: float = 2.0
    thigh_l: float = -2.0
    thigh_r: float = -2.0
    shank_l: float = 2.0
    shank_r: float = 2.0
    arm_l: float = 0.0
    arm_r: float = 0.0
    fore_l: float = 8.0
    fore_r: float = 8.0
    head: float = 0.0
    foot_l: float = 0.0
    foot_r: float = 0.0
    x: float = 0.0
    y: float = 0.0

    def arms(self, arm: float, fore: float) -> "Posture":
        """Both arms alike."""
        return self._replace(arm_l=arm, arm_r=arm, fore_l=fore, fore_r=fore)

    def hanging(self, ahead: float = 0.0) -> "Posture":
        """Arms straight down, or a little ahead."""
        return self.arms(ahead, ahead + 4)


Keys = list[tuple[Posture, float]]
"""Postures, and the seconds that lead to each."""


def both(trunk: float, knee: float, shank: float | None = None) -> Posture:
    """Stand on both feet, bent; the shank keeps the person over the feet unless it is given."""
    lean = float(balanced_shank(np.array([trunk]), np.array([knee]))[0]) if shank is None else shank
    return Posture(trunk=trunk, thigh_l=lean - knee, thigh_r=lean - knee, shank_l=lean, shank_r=lean)


def course(keys: Keys, fps: float) -> tuple[Floats, Floats]:
    """Times (T,) and postures (T, 14) of a movement."""
    ends = np.cumsum([seconds for _, seconds in keys])
    time_s = np.arange(0, ends[-1], 1 / fps)
    values = np.array([posture for posture, _ in keys], dtype=np.float64)
    path = np.tile(values[0], (time_s.size, 1))
    for index in range(1, len(keys)):
        share = smooth((time_s - ends[index - 1]) / max(keys[index][1], 1e-6))
        path += share[:, None] * (values[index] - values[index - 1])
    return time_s, path


def body(path: Floats, lengths: dict[str, float], *, hands_aside: float) -> Floats:
    """(T, 33, 3) in statures: forward, up, to the person's left."""
    at = {name: path[:, index] for index, name in enumerate(Posture._fields)}
    ankle_l = np.stack([at["x"], at["y"] + ANKLE_HEIGHT], axis=-1)
    knee_l = ankle_l + lengths["shank"] * along(at["shank_l"])
    hip = knee_l + lengths["thigh"] * along(at["thigh_l"])
    knee_r = hip - lengths["thigh"] * along(at["thigh_r"])
    ankle_r = knee_r - lengths["shank"] * along(at["shank_r"])
    shoulder = hip + lengths["trunk"] * along(at["trunk"])
    place: dict[str, tuple[Floats, float]] = {}
    for side, sign, knee, ankle in (("left", 1.0, knee_l, ankle_l), ("right", -1.0, knee_r, ankle_r)):
        key = side[0]
        elbow = shoulder - lengths["arm"] * along(-at[f"arm_{key}"])
        wrist = elbow - lengths["fore"] * along(-at[f"fore_{key}"])
        hand = wrist - lengths["hand"] * along(-at[f"fore_{key}"])
        foot = at[f"foot_{key}"]
        toe = TOE * along(90 + foot) - 0.03 * along(foot)
        heel = -HEEL * along(90 + foot) - 0.03 * along(foot)
        for name, point, aside in (
            ("shoulder", shoulder, ASIDE["shoulder"]), ("elbow", elbow, (ASIDE["shoulder"] + hands_aside) / 2),
            ("wrist", wrist, hands_aside), ("pinky", hand, hands_aside), ("index", hand, hands_aside),
            ("thumb", hand, hands_aside), ("hip", hip, ASIDE["hip"]), ("knee", knee, ASIDE["knee"]),
            ("ankle", ankle, ASIDE["ankle"]), ("heel", ankle + heel, ASIDE["ankle"]),
            ("foot_index", ankle + toe, ASIDE["ankle"]),
        ):  # fmt: skip
            place[f"{side}_{name}"] = (point, sign * aside)
    neck = at["trunk"] - at["head"]
    for name, (up, ahead, aside) in HEAD.items():
        point = shoulder + up * along(neck) + ahead * along(neck + 90)
        for side, sign in (("left", 1.0), ("right", -1.0)):
            place[f"{side}_{name}"] = (point, sign * aside)
            place[f"{name}_{side}"] = place[f"{side}_{name}"]
        place[name] = (point, 0.0)
    return np.stack(
        [np.concatenate([place[n][0], np.full((path.shape[0], 1), place[n][1])], axis=1) for n in KEYPOINTS], axis=1
    )


def film(keys: Keys, rng: np.random.Generator, *, yaw_deg: float) -> PoseTrack:
    """Film a person drawn by `rng`: own proportions, a camera somewhere, landmarks with quick and slow errors."""
    time_s, path = course(keys, fps=float(rng.choice([24.0, 30.0, 60.0], p=[0.1, 0.7, 0.2])))
    lengths = {name: length * rng.normal(1, 0.035) for name, length in SEGMENTS.items()}
    metres = float(rng.normal(1.72, 0.08)) * body(path, lengths, hands_aside=float(rng.uniform(0.03, 0.16)))
    metres[..., 0] -= np.median(metres[..., 0])
    facing = str(rng.choice(["left", "right"]))
    camera = Camera(
        yaw_deg=yaw_deg,
        distance_m=float(rng.uniform(3.0, 5.0)),
        height_m=float(rng.uniform(0.5, 1.3)),
        roll_deg=float(rng.normal(0, 1)),
        facing=facing,
    )
    pixels, world = project(metres, camera)
    near = "right" if facing == "right" else "left"
    far = np.array([near not in name and name != "nose" for name in KEYPOINTS])
    hidden = np.cos(np.deg2rad(yaw_deg)) ** 2
    stature_px = float(np.ptp(pixels[..., 1], axis=1).max())
    spread = stature_px * (1 + far * hidden)[None, :, None]
    errors = 0.003 * rng.normal(size=pixels.shape) + 0.007 * _slow(rng, pixels.shape, time_s)
    confidence = np.clip(
        np.where(far, 0.95 - 0.45 * hidden, 0.95) + 0.05 * _slow(rng, pixels.shape, time_s)[..., 0], 0, 1
    )
    return make_track(
        time_s,
        pixels + spread * errors,
        world,
        confidence,
        width=camera.width,
        height=camera.height,
        estimator="synthetic",
        model="stick",
    )


def _slow(rng: np.random.Generator, shape: tuple[int, ...], time_s: Floats) -> Floats:
    """Errors of unit size that wander within half a second."""
    every = max(1, round(0.4 / float(np.median(np.diff(time_s)))))
    knots = np.arange(-every, shape[0] + 2 * every, every)
    values = rng.normal(size=(knots.size, *shape[1:]))
    at = np.arange(shape[0])
    low = np.searchsorted(knots, at, side="right") - 1
    share = smooth((at - knots[low]) / every).reshape(-1, *([1] * (len(shape) - 1)))
    return np.asarray(values[low] * (1 - share) + values[low + 1] * share)
