"""From the kinematics' angles to joints in metres: own lengths, stated cut-off, derivatives, draws of the errors.

The chain ankle-knee-hip-shoulder is laid out from the standing ankle by the corrected inclinations and the lifter's own
lengths, so segments keep their lengths and moments hang on angles whose errors are known. Arms, neck and a free leg are
laid onto it by the landmarks' own directions.

Every joint is a sum of lengths times unit vectors u(θ) = (sin θ, cos θ), so accelerations follow exactly from the
angles' derivatives: ü = θ̈ (cos θ, −sin θ) − θ̇² (sin θ, cos θ).
"""

from typing import Final, NamedTuple

import numpy as np

from hiphinge.anthropometry import sacral
from hiphinge.cleaning.smoothing import low_pass
from hiphinge.followed import Followed
from hiphinge.geometry import Floats, interval_of, nan_median
from hiphinge.kinematics import Kinematics, sagittal_landmarks
from hiphinge.kinematics.joints import Landmarks, middle, single
from hiphinge.kinetics.bounds import Back
from hiphinge.kinetics.chain import Places
from hiphinge.kinetics.draws import Draws
from hiphinge.kinetics.lengths import MetricLengths
from hiphinge.records import Side
from hiphinge.settings import KinematicsSettings, KineticsSettings

CHAIN: Final = ("shank", "thigh", "trunk")
"""Segments whose inclinations the kinematics measure and correct."""
MOST_SHARED: Final = 0.95
"""Errors of two segments are never taken for one."""
_ARM: Final = (("upper_arm", "shoulder", "elbow"), ("forearm", "elbow", "wrist"))
_FREE: Final = (("free_thigh", "hip", "knee"), ("free_shank", "knee", "ankle"))


class Turn(NamedTuple):
    """An inclination over time (T,): rad from the vertical, + forward, its first two derivatives, and its error."""

    angle: Floats
    rate: Floats
    acceleration: Floats
    error: Floats | float


class Course(NamedTuple):
    """A clip's angles, low-passed at one cut-off.

    Attributes
    ----------
    turns : by segment; `pelvis` is the trunk's own, less sure, where it was not measured.
    free : turns of a free leg by the side that is free.
    shared : how far the errors of trunk and shank go with the thigh's, as upper ends forward, −1 … 1.
    disc : inclination of the disc's normal and its error (T,), degrees; None where the pelvis was not measured.
    flexion : lumbar flexion and its error (T,), degrees; None where it was not measured.
    """

    time_s: Floats
    turns: dict[str, Turn]
    free: dict[str, dict[str, Turn]]
    shared: dict[str, float]
    disc: tuple[Floats, Floats] | None
    flexion: tuple[Floats, Floats] | None


def marks_of(followed: Followed, *, body: KinematicsSettings) -> Landmarks:
    """Give all landmarks in the sagittal plane."""
    return sagittal_landmarks(followed.track, followed.view, followed.facing, settings=body)


def course(
    followed: Followed, marks: Landmarks, *, cutoff_hz: float, body: KinematicsSettings, settings: KineticsSettings
) -> Course:
    """Low-pass every angle at a cut-off and differentiate it twice."""
    motion, time_s = followed.motion, followed.motion["time"].to_numpy()
    interval_s = interval_of(time_s)

    def turn(angle: Floats, error: Floats | float) -> Turn:
        return _turn(angle, error, cutoff_hz=cutoff_hz, interval_s=interval_s, pad_s=settings.pad_s)

    turns = {name: turn(*_leaning(motion, name)) for name in CHAIN}
    pelvis = _pelvis(motion)
    lean, doubt = pelvis or (turns["trunk"].angle, np.deg2rad(settings.disc_unseen_error_deg))
    turns["pelvis"] = turn(lean, np.hypot(doubt, np.deg2rad(settings.disc_behind_error_deg)))
    head = np.nan_to_num(np.deg2rad(motion["head_angle_deg"].to_numpy()))
    ahead = _leaning(motion, "trunk")[0] + np.deg2rad(body.standing_neck_deg)
    turns["neck"] = turn(ahead - head, np.deg2rad(settings.head_error_deg))
    for name, upper, lower in _ARM:
        down = middle(marks, lower, paired=False).place - middle(marks, upper, paired=False).place
        turns[name] = turn(_hanging(down), np.deg2rad(settings.arm_error_deg))
    free = {
        side: {
            name: turn(
                _hanging(single(marks, f"{side}_{lower}").place - single(marks, f"{side}_{upper}").place),
                np.deg2rad(settings.free_leg_error_deg),
            )
            for name, upper, lower in _FREE
        }
        for side in ("left", "right")
    }
    disc = None if pelvis is None else (np.rad2deg(turns["pelvis"].angle), np.rad2deg(pelvis[1]))
    return Course(time_s, turns, free, _shared(motion), disc, _flexion(motion))


def _leaning(motion: Kinematics, name: str) -> tuple[Floats, Floats]:
    """Inclination of a segment of the chain, + its upper end forward, rad, and its standard error."""
    sign = -1.0 if name == "thigh" else 1.0
    value, error = (np.deg2rad(motion[f"{name}_inclination{part}_deg"].to_numpy()) for part in ("", "_error"))
    return sign * value, error


def _shared(motion: Kinematics) -> dict[str, float]:
    """Correlation of the errors of trunk and shank with the thigh's, from the errors of hip and knee.

    The thigh's sign is turned: as a lean its upper end goes forward, as an inclination backward.
    """
    thigh = motion["thigh_inclination_error_deg"].to_numpy()
    found = {}
    for name, angle in (("trunk", "hip_flexion"), ("shank", "knee_flexion")):
        own, both = (motion[f"{one}_error_deg"].to_numpy() for one in (f"{name}_inclination", angle))
        with np.errstate(invalid="ignore", divide="ignore"):
            rho = float(nan_median((both**2 - own**2 - thigh**2) / (2 * own * thigh)))
        found[name] = -float(np.clip(np.nan_to_num(rho), -MOST_SHARED, MOST_SHARED))
    return found


def _pelvis(motion: Kinematics) -> tuple[Floats, Floats] | None:
    """Inclination of the pelvis, rad, and its error: the trunk's while standing, from there as it tilts."""
    tilt, error = motion["pelvic_tilt_deg"].to_numpy(), motion["pelvic_tilt_error_deg"].to_numpy()
    if not np.isfinite(tilt).any():
        return None
    standing = float(motion.attrs["standing_trunk_inclination_deg"])
    return np.deg2rad(standing + tilt), np.deg2rad(error)


def _flexion(motion: Kinematics) -> tuple[Floats, Floats] | None:
    value, error = motion["lumbar_flexion_deg"].to_numpy(), motion["lumbar_flexion_error_deg"].to_numpy()
    return (value, np.nan_to_num(error)) if np.isfinite(value).any() else None


def _hanging(down: Floats) -> Floats:
    """Direction (T,) of a part that hangs from its upper end, rad as an inclination: π straight down.

    Unseen stretches are bridged, and a part that was never seen hangs.
    """
    angle = np.arctan2(down[:, 0], down[:, 1]) % (2 * np.pi)
    seen = np.isfinite(angle)
    if not seen.any():
        return np.full_like(angle, np.pi)
    steps = np.arange(angle.size)
    return np.asarray(np.interp(steps, steps[seen], np.unwrap(angle[seen])))


def _turn(angle: Floats, error: Floats | float, *, cutoff_hz: float, interval_s: float, pad_s: float) -> Turn:
    calm = low_pass(angle, cutoff_hz=cutoff_hz, rate_hz=1 / interval_s, pad_s=pad_s)
    rate, acceleration = derivatives(calm, interval_s)
    return Turn(calm, rate, acceleration, error)


def derivatives(values: Floats, interval_s: float) -> tuple[Floats, Floats]:
    """First and second derivative along axis 0, by central differences."""
    if len(values) < 3:
        return np.zeros_like(values), np.zeros_like(values)
    rate = np.gradient(values, interval_s, axis=0)
    second = np.empty_like(values)
    second[1:-1] = (values[2:] - 2 * values[1:-1] + values[:-2]) / interval_s**2
    second[0], second[-1] = second[1], second[-2]
    return np.asarray(rate), second


class Laid(NamedTuple):
    """Joints and their accelerations, (N, T, 2) m and m/s², with what is known of the low back."""

    places: Places
    accelerations: Places
    back: Back


def laid(
    seen: Course, own: MetricLengths, frames: slice, *, free: Side | None, draws: Draws, settings: KineticsSettings
) -> Laid:
    """Lay out the chain over some frames, once for every draw of its angles' errors.

    Parameters
    ----------
    free : the side of a free leg; None where both feet stand.
    """
    off = _offsets(seen, frames, draws)

    def vector(name: str, length: Floats | float, turn: Turn | None = None) -> tuple[Floats, Floats]:
        return _vector(turn or seen.turns[name], frames, length, off.get(name, np.zeros((1, 1))))

    shape = (draws.size, seen.time_s[frames].size, 2)
    nothing = np.zeros(shape)
    at: dict[str, tuple[Floats, Floats]] = {"ankle": (nothing, nothing)}
    for name, upper, lower in (("shank", "knee", "ankle"), ("thigh", "hip", "knee"), ("trunk", "shoulder", "hip")):
        at[upper] = _plus(at[lower], vector(name, _length(own, name, draws, settings)))
    at["ear"] = _plus(at["shoulder"], vector("neck", own.neck))
    at["elbow"] = _plus(at["shoulder"], vector("upper_arm", _length(own, "upper_arm", draws, settings)))
    at["wrist"] = _plus(at["elbow"], vector("forearm", _length(own, "forearm", draws, settings)))
    pelvis = seen.turns["pelvis"]
    behind = pelvis._replace(angle=pelvis.angle - np.deg2rad(settings.disc_behind_deg))
    disc = own.trunk * (sacral(None).at + settings.disc_place_error * draws["disc_place"])
    at["l5s1"] = _plus(at["hip"], vector("pelvis", disc, behind))
    for name, place in (("heel", own.heel), ("toe", own.toe)):
        at[name] = (np.broadcast_to(place, shape), nothing)
    if free is not None:
        leg = seen.free[free]
        at["free_knee"] = _plus(at["hip"], vector("free_thigh", own.thigh, leg["free_thigh"]))
        at["free_ankle"] = _plus(at["free_knee"], vector("free_shank", own.shank, leg["free_shank"]))
        at |= dict.fromkeys(("free_heel", "free_toe"), at["free_ankle"])
    return Laid(
        {name: place for name, (place, _) in at.items()}, {name: a for name, (_, a) in at.items()}, _back(seen, frames)
    )


def _length(own: MetricLengths, name: str, draws: Draws, settings: KineticsSettings) -> Floats:
    """Draw a segment's length (N, 1)."""
    return np.asarray(getattr(own, name) * (1 + settings.length_error * draws[f"length_{name}"]))


def rider(
    seen: Course,
    body: Laid,
    frames: slice,
    *,
    on: tuple[str, str],
    along: float,
    ahead: float,
    draws: Draws,
) -> tuple[Floats, Floats]:
    """Place and acceleration (N, T, 2) of what is fixed to the end of a segment and turns with it.

    Parameters
    ----------
    on : the joint it hangs from and the segment it turns with.
    along, ahead : its place from the joint, m: in the segment's direction, and square to it, clockwise.
    """
    joint, name = on
    turn = seen.turns[name]
    turned = turn._replace(angle=turn.angle + np.arctan2(ahead, along))
    off = _offsets(seen, frames, draws)[name]
    arm, arm_acceleration = _vector(turned, frames, float(np.hypot(along, ahead)), off)
    return body.places[joint] + arm, body.accelerations[joint] + arm_acceleration


def _back(seen: Course, frames: slice) -> Back:
    flexion, error = (None, 0.0) if seen.flexion is None else (one[frames] for one in seen.flexion)
    if seen.disc is None:
        return Back(np.rad2deg(seen.turns["trunk"].angle[frames]), None, flexion, error)
    disc, doubt = (one[frames] for one in seen.disc)
    return Back(disc, doubt, flexion, error)


def _offsets(seen: Course, frames: slice, draws: Draws) -> dict[str, Floats]:
    """Errors (N, T) of the inclinations, rad: one draw a repetition, as large as each frame's own standard error.

    Landmarks that lie beside their joints do so all through a repetition. Neighbouring segments share a joint, so their
    errors go together as the errors of the angles between them say: σ²(a + b) = σ²(a) + σ²(b) + 2 ρ σ(a) σ(b).
    """
    errors = {name: np.asarray(turn.error) for name, turn in seen.turns.items()}
    normal = {name: draws[f"angle_{name}"] for name in errors}
    for name in ("trunk", "shank"):
        rho = seen.shared[name]
        normal[name] = rho * normal["thigh"] + np.sqrt(1 - rho**2) * normal[name]
    return {name: normal[name] * (error[frames] if error.ndim else error) for name, error in errors.items()}


def _vector(turn: Turn, frames: slice, length: Floats | float, off: Floats) -> tuple[Floats, Floats]:
    """A segment's vector (N, T, 2) and its second derivative."""
    angle = turn.angle[frames] + off
    sine, cosine = np.sin(angle), np.cos(angle)
    rate, acceleration = turn.rate[frames], turn.acceleration[frames]
    out = np.asarray(length)[..., None] if np.ndim(length) else length
    along = np.stack([sine, cosine], axis=-1)
    return np.asarray(out * along), np.asarray(
        out * np.stack([acceleration * cosine - rate**2 * sine, -acceleration * sine - rate**2 * cosine], axis=-1)
    )


def _plus(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    return np.asarray(one[0] + other[0]), np.asarray(one[1] + other[1])
