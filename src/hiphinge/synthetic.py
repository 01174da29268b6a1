"""A stick lifter whose true angles are known: balanced motions, seen through a pinhole camera as a pose track.

For tests and validation. The body is the chain foot-shank-thigh-trunk-head with hanging arms; lengths are Drillis and
Contini's fractions of stature, masses de Leva's (1996). The shank angle is solved so that the centre of mass stays over
the feet, as it must in life.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from hiphinge.geometry import Floats
from hiphinge.pose import KEYPOINTS, PoseTrack, make_track

SHANK, THIGH, TRUNK, UPPER_ARM, FOREARM, HAND = 0.246, 0.245, 0.288, 0.186, 0.146, 0.054
ANKLE_HEIGHT, HEEL, TOE = 0.039, 0.045, 0.107
HIP_HALF_WIDTH, SHOULDER_HALF_WIDTH, ANKLE_HALF_WIDTH = 0.05, 0.11, 0.06
BALANCE: Final = 0.028
"""Centre of mass in front of the ankle, fraction of stature."""
HEAD: Final[dict[str, tuple[float, float, float]]] = {
    # along the neck, in front of it, to the left; fractions of stature from the mid shoulder
    "ear": (0.100, 0.015, 0.042),
    "eye": (0.115, 0.060, 0.018),
    "eye_inner": (0.115, 0.064, 0.010),
    "eye_outer": (0.115, 0.055, 0.026),
    "mouth": (0.075, 0.062, 0.014),
    "nose": (0.097, 0.072, 0.0),
}


@dataclass(frozen=True)
class Motion:
    """What the lifter does: sagittal angles in degrees over time, signs as in conventions.md.

    `bottoms_s` are the true moments of greatest depth, `head` the head's angle to the trunk (0 as
    standing, − down), `arm` the arms' inclination from hanging (+ forward), `drift` the feet's place along the floor in
    statures.
    """

    time_s: Floats
    trunk: Floats
    knee: Floats
    head: Floats
    bottoms_s: tuple[float, ...]
    shank: Floats = field(default_factory=lambda: np.empty(0))
    arm: Floats = field(default_factory=lambda: np.empty(0))
    drift: Floats = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        """Fill in what was not given: a balanced shank, hanging arms, planted feet."""
        zeros = np.zeros_like(self.time_s)
        if not self.arm.size:
            object.__setattr__(self, "arm", zeros)
        if not self.drift.size:
            object.__setattr__(self, "drift", zeros)
        if not self.shank.size:
            object.__setattr__(self, "shank", balanced_shank(self.trunk, self.knee))

    @property
    def hip(self) -> Floats:
        """Trunk-thigh hip flexion: trunk inclination plus thigh inclination."""
        return np.asarray(self.trunk + self.knee - self.shank)

    @property
    def hip_back(self) -> Floats:
        """Horizontal distance of the hip behind its place in the first frame, fraction of stature."""
        forward = SHANK * _sin(self.shank) - THIGH * _sin(self.knee - self.shank) + self.drift
        return np.asarray(forward[0] - forward)


@dataclass(frozen=True)
class Camera:
    """A pinhole camera on a stand. `yaw_deg` 0 sees the lifter side-on; + turns the front toward it."""

    yaw_deg: float = 0.0
    distance_m: float = 4.0
    height_m: float = 0.9
    roll_deg: float = 0.0
    width: int = 1080
    height: int = 1920
    focal: float = 1.5
    """Focal length as a fraction of the image's height."""
    facing: str = "right"


def _sin(degrees: Floats) -> Floats:
    return np.asarray(np.sin(np.deg2rad(degrees)))


def _cos(degrees: Floats) -> Floats:
    return np.asarray(np.cos(np.deg2rad(degrees)))


def repetitions(  # noqa: PLR0913 - every argument is one plain property of the set
    count: int,
    *,
    trunk: float = 65.0,
    knee: float = 18.0,
    standing_knee: float = 4.0,
    standing_trunk: float = 2.0,
    head: float = 0.0,
    eccentric_s: float = 2.0,
    pause_s: float = 0.3,
    concentric_s: float = 1.4,
    rest_s: float = 0.8,
    lead_s: float = 1.0,
    fps: float = 30.0,
) -> Motion:
    """Build a set of equal repetitions from standing; `trunk`, `knee` and `head` are the angles at the bottom."""
    cycle = eccentric_s + pause_s + concentric_s + rest_s
    time_s = np.arange(0, 2 * lead_s + count * cycle, 1 / fps)
    since = np.clip(time_s - lead_s, 0, None)
    within = np.where(since < count * cycle, since % cycle, cycle)
    down = smooth(within / eccentric_s)
    up = smooth((within - eccentric_s - pause_s) / concentric_s)
    depth = down - up
    bottoms = tuple(lead_s + k * cycle + eccentric_s + pause_s / 2 for k in range(count))
    return Motion(
        time_s=time_s,
        trunk=standing_trunk + (trunk - standing_trunk) * depth,
        knee=standing_knee + (knee - standing_knee) * depth,
        head=head * depth,
        bottoms_s=bottoms,
    )


def smooth(fraction: Floats) -> Floats:
    """Minimum-jerk course from 0 to 1 (Flash and Hogan 1985)."""
    x = np.clip(fraction, 0, 1)
    return np.asarray(x**3 * (10 - 15 * x + 6 * x**2))


def balanced_shank(trunk: Floats, knee: Floats) -> Floats:
    """Shank inclination (deg) that keeps the centre of mass BALANCE in front of the ankle, arms hanging.

    Solved by bisection on −45 … 60°; the centre of mass moves forward monotonically with the shank.
    """
    low, high = np.full_like(trunk, -45.0), np.full_like(trunk, 60.0)
    for _ in range(40):
        middle = (low + high) / 2
        ahead = _mass_centre_x(trunk, knee, middle) > BALANCE
        low, high = np.where(ahead, low, middle), np.where(ahead, middle, high)
    return (low + high) / 2


def _mass_centre_x(trunk: Floats, knee: Floats, shank: Floats) -> Floats:
    """Horizontal place of the centre of mass from the ankle, statures; de Leva's male masses, arms hanging."""
    knee_x = SHANK * _sin(shank)
    hip_x = knee_x - THIGH * _sin(knee - shank)
    along = TRUNK * _sin(trunk)
    parts = (
        (0.0274, 0.03 + 0 * trunk),  # feet
        (0.0866, 0.554 * knee_x),
        (0.2832, hip_x + 0.4095 * (knee_x - hip_x)),
        (0.4346, hip_x + 0.569 * along),
        (0.0694, hip_x + 1.406 * along),
        (0.0988, hip_x + along),
    )
    return np.asarray(sum(mass * x for mass, x in parts) / sum(mass for mass, _ in parts))


def lifter_track(
    motion: Motion,
    *,
    camera: Camera | None = None,
    stature_m: float = 1.75,
    noise_px: float = 0.0,
    seed: int = 0,
) -> PoseTrack:
    """Film the motion: a pose track with Gaussian landmark noise of `noise_px` pixels.

    The far side's confidence is 0.6, the near side's 0.95, as estimators tend to give in side views.
    """
    camera = camera or Camera()
    body = stature_m * _body(motion)
    pixels, seen = project(body, camera)
    noise = np.random.default_rng(seed).normal(0, noise_px, pixels.shape) if noise_px else 0.0
    near = "right" if camera.facing == "right" else "left"
    confidence = np.array([0.95 if near in name or name == "nose" else 0.6 for name in KEYPOINTS])
    return make_track(
        motion.time_s,
        pixels + noise,
        seen,
        np.broadcast_to(confidence, pixels.shape[:2]),
        width=camera.width,
        height=camera.height,
        estimator="synthetic",
        model="stick",
    )


def _body(motion: Motion) -> Floats:
    """(T, 33, 3) in statures: forward, up, to the lifter's left."""
    zero = np.zeros_like(motion.time_s)
    ankle = np.stack([motion.drift, zero + ANKLE_HEIGHT], axis=-1)
    knee = ankle + SHANK * along(motion.shank)
    hip = knee + THIGH * along(motion.shank - motion.knee)
    shoulder = hip + TRUNK * along(motion.trunk)
    elbow = shoulder - UPPER_ARM * along(-motion.arm)
    wrist = elbow - FOREARM * along(-motion.arm)
    hand = wrist - HAND * along(-motion.arm)
    centre: dict[str, tuple[Floats, float]] = {
        "shoulder": (shoulder, SHOULDER_HALF_WIDTH),
        "elbow": (elbow, SHOULDER_HALF_WIDTH),
        "wrist": (wrist, SHOULDER_HALF_WIDTH),
        "pinky": (hand, SHOULDER_HALF_WIDTH),
        "index": (hand, SHOULDER_HALF_WIDTH),
        "thumb": (hand, SHOULDER_HALF_WIDTH),
        "hip": (hip, HIP_HALF_WIDTH),
        "knee": (knee, ANKLE_HALF_WIDTH),
        "ankle": (ankle, ANKLE_HALF_WIDTH),
        "heel": (ankle + np.array([-HEEL, -ANKLE_HEIGHT]), ANKLE_HALF_WIDTH),
        "foot_index": (ankle + np.array([TOE, -ANKLE_HEIGHT]), ANKLE_HALF_WIDTH),
    }
    neck = motion.trunk - motion.head
    for name, (up, ahead, aside) in HEAD.items():
        centre[name] = (shoulder + up * along(neck) + ahead * along(neck + 90), aside)
    body = np.empty((motion.time_s.size, len(KEYPOINTS), 3))
    for index, name in enumerate(KEYPOINTS):
        place, half_width = centre[
            name.replace("left_", "").replace("right_", "").replace("_left", "").replace("_right", "")
        ]
        body[:, index, :2] = place
        body[:, index, 2] = half_width if "left" in name else -half_width if "right" in name else 0.0
    return body


def along(inclination: Floats) -> Floats:
    """Unit vectors (T, 2) leaning forward from the vertical."""
    return np.stack([_sin(inclination), _cos(inclination)], axis=-1)


def project(body_m: Floats, camera: Camera) -> tuple[Floats, Floats]:
    """Pixels (T, 33, 2), y down, and estimator-like world coordinates (T, 33, 3)."""
    mirror = 1.0 if camera.facing == "right" else -1.0
    yaw = np.deg2rad(camera.yaw_deg)
    forward, up, left = body_m[..., 0], body_m[..., 1], body_m[..., 2]
    aside = mirror * left  # facing right, the left side is the far one; facing left, the near one
    x = mirror * (forward * np.cos(yaw) + aside * np.sin(yaw))
    z = aside * np.cos(yaw) - forward * np.sin(yaw)
    focal = camera.focal * camera.height
    scale = focal / (camera.distance_m + z)
    across, down = scale * x, scale * (camera.height_m - up)
    roll = np.deg2rad(camera.roll_deg)
    pixels = np.stack(
        [
            camera.width / 2 + across * np.cos(roll) - down * np.sin(roll),
            camera.height / 2 + across * np.sin(roll) + down * np.cos(roll),
        ],
        axis=-1,
    )
    world = np.stack([x, -up, z], axis=-1)
    hips = [KEYPOINTS.index("left_hip"), KEYPOINTS.index("right_hip")]
    return pixels, world - world[:, hips].mean(axis=1, keepdims=True)
