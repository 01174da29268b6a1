"""Angles, body heights and travels over time, each with its standard error, from a clean pose track.

Signs and zeros: docs/explanation/conventions.md. The chain ankle-knee-hip-shoulder is taken at the midpoints of both
sides (`joints`), turned into the sagittal plane (roll and yaw undone), and measured from the lifter's own standing
posture (`standing`) where a quantity is a change.
"""

from collections.abc import Mapping
from typing import Final, NewType

import numpy as np
import xarray as xr

from hiphinge.cleaning import CleanTrack
from hiphinge.geometry import Floats, interval_of, nan_median
from hiphinge.kinematics.arms import hands
from hiphinge.kinematics.chain import Angle, Chain, Scale, Yaw
from hiphinge.kinematics.correction import SEGMENTS, SUMS, Correction, Posture, added, correction_for, left_deg
from hiphinge.kinematics.head import head_angle
from hiphinge.kinematics.joints import Landmarks, foot_lift, foot_shift, middle, sagittal, single, stance_weights
from hiphinge.kinematics.places import places, planted, ratios, scale_of
from hiphinge.kinematics.sides import sides
from hiphinge.kinematics.standing import Standing, baseline, find_standing
from hiphinge.kinematics.uncertainty import direction, gradient, length, propagated, quantile, yaw_slope
from hiphinge.records import View
from hiphinge.settings import KinematicsSettings

Kinematics = NewType("Kinematics", xr.Dataset)
"""What the body does, over uniform `time` (s). Every variable is (time,) and has the attributes `units`, `long_name`.

===================================  =======================================================================
`ANGLE_deg`, `ANGLE_error_deg`       for `hip_flexion`, `knee_flexion`, `trunk_inclination`, `thigh_inclination`,
                                     `shank_inclination`, `head_angle`; NaN for `pelvic_tilt`, `lumbar_flexion`,
                                     `thoracic_flexion`, which landmarks do not show
`hip_flexion_rate`,                  deg/s, + while bending
`trunk_inclination_rate`
`hip_travel_back` (`_error`)         hip behind its standing place over the ankle, statures, + backward
`hip_height`, `shoulder_height`      above the ankle, change from standing, statures, + up (`_error` each)
`wrist_forward`, `wrist_height`      wrists from the ankle, statures, + forward, + up
`wrist_ahead_of_shoulder`,           wrists from the shoulder, statures, + forward, + up
`wrist_above_shoulder`
`SIDE_hand_PLACE`, `hands_apart`     each wrist by itself, statures: see `arms`
`SIDE_thigh_inclination_deg`,        each thigh by itself, the better seen elbow, the hips' line: see `sides`
`elbow_flexion_deg`,
`pelvis_roll_deg` (`_error_deg`)
`face_angle_deg` (`_error_deg`)      the face against the trunk, change from standing, + up: see `look`
`left_foot_lift`, `right_foot_lift`  ankle above its own planted level, statures
`trunk_ratio`, `thigh_ratio`,        apparent segment length over its own typical length; far from 1 where the
`shank_ratio`                        segment is mistracked or turned out of the plane
`standing`                           1 where the lifter stands: the reference of every change; else 0
`shank_correction_deg`               what the correction added to the shank, 0 without one
`confidence`                         0 … 1, the least of the chain's joints
===================================  =======================================================================

Inclinations and the sums they make are corrected where a correction is known for the estimator's model (`correction`);
heights, travels and the head are the landmarks' own.

Attributes: `trunk_length_px`, `stature_px` (trunk length / 0.288), `stature_from_legs_px`, `standing` ("clip" or
"prior"), `standing_s`, `standing_ANGLE_deg` and `standing_ANGLE_error_deg` for the angles above, `yaw_deg`, `plane`,
`correction` ("blazepose full", or "" for none).
"""

ANGLES: Final = (
    "hip_flexion",
    "knee_flexion",
    "trunk_inclination",
    "thigh_inclination",
    "shank_inclination",
    "head_angle",
)
RATES: Final = ("hip_flexion", "trunk_inclination")
"""Angles whose rate is kept."""
UNSEEN: Final = ("pelvic_tilt", "lumbar_flexion", "thoracic_flexion")
"""Angles of the contract that landmarks do not show."""


def kinematics(
    track: CleanTrack, view: View, *, settings: KinematicsSettings, facing: Floats | None = None
) -> Kinematics:
    """Measure angles, heights and travels with their errors.

    Parameters
    ----------
    track : clean track on uniform time.
    view : from where the camera saw the lifter.
    settings : this stage's numbers.
    facing : (T,) +1 where the lifter faces the picture's right and −1 left; the view's by default.
    """
    time_s = track["time"].to_numpy()
    interval_s = interval_of(time_s)
    yaw = _yaw(view, settings=settings)
    marks = sagittal_landmarks(track, view, facing, settings=settings)
    chain, lifts = _chain(marks, settings=settings)
    angles = _angles(chain, yaw, _bias(settings))
    standing = find_standing(
        height=chain.shoulder.place[:, 1] - chain.ankle.place[:, 1],
        trunk=angles["trunk_inclination"].value,
        hip=angles["hip_flexion"].value,
        interval_s=interval_s,
        settings=settings,
    )
    scale = scale_of(chain, standing, settings=settings)
    model = correction_for(str(track.attrs["estimator"]), str(track.attrs["model"]))
    if model is not None and abs(view.yaw_deg) > model.yaw_deg:
        model = None
    shank = angles["shank_inclination"].value
    if model is not None:
        angles = _corrected(angles, chain, standing, trunk_px=scale.trunk_px, yaw=yaw, model=model)
    angles["head_angle"] = head_angle(chain, standing, yaw, settings=settings)
    columns: dict[str, Floats] = {}
    for name, angle in angles.items():
        columns |= {f"{name}_deg": angle.value, f"{name}_error_deg": angle.error}
    for name in UNSEEN:
        columns |= {f"{name}_deg": np.full(time_s.size, np.nan), f"{name}_error_deg": np.full(time_s.size, np.nan)}
    for name in RATES:
        columns[f"{name}_rate"] = rate(angles[name].value, interval_s)
    foot = planted(chain.ankle, interval_s, settings=settings)
    columns |= places(chain, standing, scale, foot, settings=settings)
    columns["hip_travel_back_error"] = np.hypot(
        columns["hip_travel_back_error"],
        columns["hip_travel_back"] * (np.tan(yaw.angle) * yaw.error + yaw.error**2 / 2),
    )
    columns |= {f"{side}_foot_lift": lift / scale.stature_px for side, lift in lifts.items()}
    columns |= sides(marks, standing, stature_px=scale.stature_px, settings=settings)
    columns |= hands(marks, foot, chain.hip, chain.shoulder, stature_px=scale.stature_px)
    columns |= ratios(chain, standing)
    columns["shank_correction_deg"] = angles["shank_inclination"].value - shank
    columns["standing"] = standing.frames.astype(np.float64)
    columns["confidence"] = np.min([joint.confidence for joint in chain[:4]], axis=0)
    attributes = _attributes(angles, standing, scale, settings=settings) | {
        "yaw_deg": view.yaw_deg,
        "plane": view.plane,
        "correction": "{estimator} {model}".format(**track.attrs) if model is not None else "",
    }
    return _dataset(time_s, columns, attributes)


def _yaw(view: View, *, settings: KinematicsSettings) -> Yaw:
    """Give the yaw that is corrected for; what lies beyond the largest correction counts as error."""
    corrected = min(abs(view.yaw_deg), settings.max_corrected_yaw_deg)
    return Yaw(float(np.deg2rad(corrected)), float(np.deg2rad(view.yaw_error_deg + abs(view.yaw_deg) - corrected)))


def cos_yaw(view: View, *, settings: KinematicsSettings) -> float:
    """By how much the picture shortens what lies forward, as far as that is corrected for."""
    return float(np.cos(_yaw(view, settings=settings).angle))


def shown(motion: Kinematics, view: View) -> Kinematics:
    """The series as it may be shown: seen from the front or back, sagittal angles are unknown, not guesses.

    Repetitions are found on the whole series before, since where the body is lowest shows from everywhere.
    """
    if view.plane != "frontal":
        return motion
    hidden = [f"{name}{part}_deg" for name in ANGLES for part in ("", "_error")] + ["hip_travel_back"]
    return Kinematics(motion.assign({name: motion[name] * np.nan for name in hidden if name in motion}))


def sagittal_landmarks(
    track: CleanTrack, view: View, facing: Floats | None, *, settings: KinematicsSettings
) -> Landmarks:
    """All landmarks in the sagittal plane; the track's errors already know noise, guesses behind the body and gaps."""
    position = track["position"].to_numpy()
    confidence = track["confidence"].to_numpy()
    signs = np.full(len(position), 1.0 if view.facing == "right" else -1.0) if facing is None else facing
    error = track["error_px"].to_numpy()
    shortened = cos_yaw(view, settings=settings)
    place, axes = sagittal(position, error, roll_deg=view.roll_deg, facing=signs, cos_yaw=shortened)
    return Landmarks(place, axes, confidence, signs, settings.pair_confidence)


def _chain(marks: Landmarks, *, settings: KinematicsSettings) -> tuple[Chain, dict[str, Floats]]:
    """Joints of the sagittal chain, and each foot's lift in pixels; a lifted leg does not count as the standing one."""
    lifts, legs = standing_legs(marks, settings=settings)
    chain = Chain(
        ankle=middle(marks, "ankle", weights=legs),
        knee=middle(marks, "knee", weights=legs),
        hip=middle(marks, "hip"),
        shoulder=middle(marks, "shoulder"),
        ear=middle(marks, "ear"),
        nose=single(marks, "nose"),
        eye=middle(marks, "eye"),
        elbow=middle(marks, "elbow", paired=False),
        wrist=middle(marks, "wrist", paired=False),
    )
    return chain, lifts


def standing_legs(marks: Landmarks, *, settings: KinematicsSettings) -> tuple[dict[str, Floats], Floats]:
    """Each foot's lift (T,) in pixels by its side, and how much each leg (T, 2) counts as the standing one."""
    lifts = {side: foot_lift(marks, side, grounded_quantile=settings.grounded_quantile) for side in ("left", "right")}
    trunk = quantile(length(middle(marks, "hip").place, middle(marks, "shoulder").place), 0.9)
    stature = trunk / settings.trunk_per_stature
    start, end = settings.lift_start * stature, settings.lift_end * stature
    left, right = (foot_shift(marks, side, lift, planted=start) for side, lift in lifts.items())
    return lifts, stance_weights(left, right, start=start, end=end)


def _angles(chain: Chain, yaw: Yaw, bias_deg: Mapping[str, float | Floats]) -> dict[str, Angle]:
    """Every angle of the chain from ankle to shoulder; `bias_deg` is the error that no smoothing removes."""
    ankle, knee, hip, shoulder = chain[:4]
    shank, thigh, trunk = (
        direction(lower.place, upper.place) for lower, upper in ((ankle, knee), (knee, hip), (hip, shoulder))
    )
    shank_by, thigh_by, trunk_by = (
        gradient(lower.place, upper.place) for lower, upper in ((ankle, knee), (knee, hip), (hip, shoulder))
    )
    shank_yaw, thigh_yaw, trunk_yaw = (yaw_slope(angle, *yaw) for angle in (shank, thigh, trunk))
    parts = {
        "hip_flexion": (
            trunk - thigh,
            propagated((trunk_by, -trunk_by - thigh_by, thigh_by), (shoulder.error, hip.error, knee.error)),
            trunk_yaw - thigh_yaw,
        ),
        "knee_flexion": (
            shank - thigh,
            propagated((thigh_by, -thigh_by - shank_by, shank_by), (hip.error, knee.error, ankle.error)),
            shank_yaw - thigh_yaw,
        ),
        "trunk_inclination": (trunk, propagated((trunk_by, trunk_by), (shoulder.error, hip.error)), trunk_yaw),
        "thigh_inclination": (-thigh, propagated((thigh_by, thigh_by), (hip.error, knee.error)), thigh_yaw),
        "shank_inclination": (shank, propagated((shank_by, shank_by), (knee.error, ankle.error)), shank_yaw),
    }
    return {
        name: Angle(
            folded(np.rad2deg(angle)),
            np.sqrt(np.rad2deg(noise) ** 2 + np.rad2deg(by_yaw) ** 2 + np.square(bias_deg[name])),
        )
        for name, (angle, noise, by_yaw) in parts.items()
    }


def _bias(settings: KinematicsSettings) -> dict[str, float | Floats]:
    """Errors that no smoothing removes, for estimators whose own are not known."""
    return {
        "hip_flexion": settings.hip_bias_deg,
        "knee_flexion": settings.knee_bias_deg,
        "trunk_inclination": settings.trunk_bias_deg,
        "thigh_inclination": settings.thigh_bias_deg,
        "shank_inclination": settings.shank_bias_deg,
    }


def _corrected(
    measured: dict[str, Angle], chain: Chain, standing: Standing, *, trunk_px: float, yaw: Yaw, model: Correction
) -> dict[str, Angle]:
    """Every angle without the landmark model's own error; what that leaves is stated in place of the bias.

    It was found with a well-seen landmark's noise in it, so noise counts only beyond that.
    """
    lean = {name: np.deg2rad(measured[f"{name}_inclination"].value) for name in SEGMENTS}
    arm = (chain.elbow.place - chain.shoulder.place) / trunk_px
    own = None
    if standing.source == "clip":
        own = {name: float(nan_median(values[standing.frames])) for name, values in lean.items()}
    more = added(Posture(**lean, elbow_forward=arm[:, 0], elbow_up=arm[:, 1]), own, model)
    hip_deg, usual_px = measured["hip_flexion"].value, model.landmark_error * trunk_px
    left = {name: left_deg(name, hip_deg, model, standing_seen=own is not None) for name in measured}
    beyond = Chain(*(joint._replace(error=np.sqrt(np.clip(joint.error**2 - usual_px**2, 0, None))) for joint in chain))
    angles = _angles(beyond, yaw, left)
    return {
        name: angle._replace(value=angle.value + sum(more[part] for part in SUMS[name]))
        for name, angle in angles.items()
    }


def folded(angle_deg: Floats) -> Floats:
    """Bring angles into −90 … 270: joints flex far beyond 90° and extend little, so the jump lies where no body is."""
    return np.asarray((angle_deg + 90.0) % 360.0 - 90.0)


def rate(angle: Floats, interval_s: float) -> Floats:
    """Central differences on uniform time, deg/s."""
    return np.asarray(np.gradient(angle, interval_s)) if angle.size > 1 else np.zeros_like(angle)


def _attributes(
    angles: dict[str, Angle], standing: Standing, scale: Scale, *, settings: KinematicsSettings
) -> dict[str, float | str]:
    """Body lengths and the standing posture."""
    priors = {
        "trunk_inclination": settings.standing_trunk_deg,
        "hip_flexion": settings.standing_hip_deg,
        "knee_flexion": settings.standing_knee_deg,
    }
    attributes: dict[str, float | str] = {
        "trunk_length_px": scale.trunk_px,
        "stature_px": scale.stature_px,
        "stature_from_legs_px": scale.legs_px,
        "standing": standing.source,
        "standing_s": standing.seconds,
    }
    for name, angle in angles.items():
        zero = baseline(
            angle.value, standing, prior=priors.get(name, 0.0), prior_error=settings.standing_angle_error_deg
        )
        attributes |= {f"standing_{name}_deg": zero.value, f"standing_{name}_error_deg": zero.error}
    return attributes


def _dataset(time_s: Floats, columns: dict[str, Floats], attributes: dict[str, float | str]) -> Kinematics:
    """Wrap the columns; units follow from the names."""
    data = xr.Dataset({name: ("time", values) for name, values in columns.items()}, {"time": time_s}, attributes)
    for name, variable in data.data_vars.items():
        text = str(name)
        angle, rate = text.endswith("_deg"), text.endswith("_rate")
        plain = text.endswith(("_ratio", "confidence", "standing"))
        unit = "deg" if angle else "deg/s" if rate else "1" if plain else "stature"
        variable.attrs = {"units": unit, "long_name": text.removesuffix("_deg").replace("_", " ")}
    return Kinematics(data)
