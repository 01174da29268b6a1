"""A motion of which a part is known better from elsewhere: what follows from that part follows."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from hiphinge.cleaning import CleanTrack
from hiphinge.geometry import Bools, Floats, interval_of
from hiphinge.kinematics import RATES, Kinematics, cos_yaw, folded, kinematics, rate
from hiphinge.kinematics.joints import Landmarks, in_picture
from hiphinge.kinematics.standing import Standing, baseline
from hiphinge.records import View
from hiphinge.settings import KinematicsSettings

READ_LEGS: Final = ("thigh_read", "shank_read")
"""What the networks read of thigh and shank, degrees; with its error, until the legs are in their place."""
READ: Final = (
    "trunk_inclination", "lumbar_flexion", "thoracic_flexion", "pelvic_tilt", "head_angle", "dowel_gap",
    *READ_LEGS,
)  # fmt: skip
"""Columns that begin so were read from the outline: they stay when landmarks are moved."""


class Leant(NamedTuple):
    """An inclination (T,) and its standard error, degrees."""

    value: Floats
    error: Floats


def back_read(motion: Kinematics) -> Bools:
    """(T,) whether the back was read."""
    return np.asarray(np.isfinite(motion["lumbar_flexion_deg"].to_numpy()))


class Frame(NamedTuple):
    """How places of the sagittal plane lie in the picture."""

    marks: Landmarks
    view: View
    settings: KinematicsSettings


def with_moved(
    track: CleanTrack, keypoints: Sequence[int], moved: Floats, frame: Frame, *, error_px: Floats, whole: Bools
) -> CleanTrack:
    """The track with some landmarks elsewhere.

    Parameters
    ----------
    track : the clean track.
    keypoints : K indices of the landmarks, all moved alike.
    moved : (T, 2) forward and up in the sagittal plane, pixels.
    frame : how that lies in the picture.
    error_px : (T, K) their standard errors per axis now.
    whole : (T,) where nothing of their own place is left: there they are ``filled``.
    """
    shortened = cos_yaw(frame.view, settings=frame.settings)
    shift = in_picture(moved, roll_deg=frame.view.roll_deg, facing=frame.marks.facing, cos_yaw=shortened)
    columns = {name: track[name].to_numpy().copy() for name in ("position", "error_px", "filled")}
    columns["position"][:, keypoints] += shift[:, None]
    columns["error_px"][:, keypoints] = error_px
    columns["filled"][:, keypoints] |= whole[:, None]
    return CleanTrack(track.assign({name: (track[name].dims, values) for name, values in columns.items()}))


def measured_anew(
    track: CleanTrack, motion: Kinematics, view: View, facing: Floats | None, *, settings: KinematicsSettings
) -> Kinematics:
    """The motion of a track whose landmarks were moved, with what the outline told of the motion before."""
    anew = kinematics(track, view, settings=settings, facing=facing)
    kept = {name: motion[name] for name in motion.data_vars if str(name).startswith(READ)}
    trunk = Leant(*(motion[f"trunk_inclination{part}_deg"].to_numpy() for part in ("", "_error")))
    leant = with_trunk(anew, *trunk, where=back_read(motion))
    return Kinematics(leant.assign(kept).assign_attrs({**motion.attrs, **leant.attrs}))


def with_trunk(motion: Kinematics, value: Floats, error: Floats, *, where: Bools) -> Kinematics:
    """The motion with another trunk inclination where it is better known.

    Parameters
    ----------
    motion : from `kinematics`.
    value, error : (T,) degrees, the trunk's inclination and its standard error.
    where : (T,) where they replace the motion's own; hip flexion has the errors of trunk and thigh there.
    """
    trunk, thigh, hip = (own(motion, name) for name in ("trunk_inclination", "thigh_inclination", "hip_flexion"))
    bent = np.where(where, value, trunk.value)
    return _with(
        motion,
        {
            "trunk_inclination": Leant(bent, np.where(where, error, trunk.error)),
            "hip_flexion": Leant(folded(bent + thigh.value), np.where(where, np.hypot(error, thigh.error), hip.error)),
        },
    )


def with_legs(motion: Kinematics, *, thigh: Leant, shank: Leant) -> Kinematics:
    """The motion with other inclinations of thigh and shank; hip and knee take over what their variances change by."""
    trunk, hip, knee = (own(motion, name) for name in ("trunk_inclination", "hip_flexion", "knee_flexion"))
    more = {
        name: part.error**2 - own(motion, f"{name}_inclination").error ** 2
        for name, part in (("thigh", thigh), ("shank", shank))
    }
    return _with(
        motion,
        {
            "thigh_inclination": thigh,
            "shank_inclination": shank,
            "hip_flexion": Leant(
                folded(trunk.value + thigh.value), np.sqrt(np.maximum(hip.error**2 + more["thigh"], 0.0))
            ),
            "knee_flexion": Leant(
                folded(thigh.value + shank.value),
                np.sqrt(np.maximum(knee.error**2 + more["thigh"] + more["shank"], 0.0)),
            ),
        },
    )


def own(motion: Kinematics, name: str) -> Leant:
    """An angle of the motion with its error."""
    return Leant(motion[f"{name}_deg"].to_numpy(), motion[f"{name}_error_deg"].to_numpy())


def _with(motion: Kinematics, angles: Mapping[str, Leant]) -> Kinematics:
    """The motion with other angles, their rates and what they are while standing."""
    interval_s = interval_of(motion["time"].to_numpy())
    columns: dict[str, Floats] = {}
    for name, angle in angles.items():
        columns |= {f"{name}_deg": angle.value, f"{name}_error_deg": angle.error}
        if name in RATES:
            columns[f"{name}_rate"] = rate(angle.value, interval_s)
    found = motion.assign({name: ("time", values, motion[name].attrs) for name, values in columns.items()})
    return Kinematics(found.assign_attrs(_standing(motion, angles)))


def _standing(motion: Kinematics, angles: Mapping[str, Leant]) -> dict[str, float]:
    """The standing posture's angles, anew where the clip shows one."""
    frames = motion["standing"].to_numpy() > 0
    if not frames.any():
        return {}
    standing = Standing(frames, "clip", float(motion.attrs["standing_s"]))
    found: dict[str, float] = {}
    for name, angle in angles.items():
        zero = baseline(angle.value, standing, prior=0.0, prior_error=0.0)
        found |= {f"standing_{name}_deg": zero.value, f"standing_{name}_error_deg": zero.error}
    return found
