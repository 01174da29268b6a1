"""What the body does from side to side, over time, as a camera in front, behind or at an angle shows it.

Such a camera sees the lifter's left-right direction shortened by sin ψ, ψ the yaw, and, unless it stands square, some
of the fore-and-aft direction too. With a body point ahead of the ankles by F, aside by A (+ to the lifter's left), in
pixels of the lifter's plane,

    x = s·sin ψ·A·n + f·cos ψ·F,      n = 1 + s·sin ψ·F / Z,

s being +1 in front and −1 behind, f +1 where the lifter faces the picture's right, and n what nearness to a camera Z
away adds. F is known from the side's clip, at the same moment, so A follows.
"""

from typing import Final, NamedTuple, NewType

import numpy as np
import xarray as xr

from hiphinge.cleaning import CleanTrack
from hiphinge.geometry import Floats, nan_median
from hiphinge.kinematics import Kinematics
from hiphinge.kinematics.joints import sagittal
from hiphinge.pose import KEYPOINTS
from hiphinge.records import View
from hiphinge.settings import SecondSettings

Frontal = NewType("Frontal", xr.Dataset)
"""Sideways series over `time` (s, the first clip's clock), each with its ``_error``; NaN where not seen.

============================  =====================================================================================
`knee_ankle_ratio`            the knees' distance over the ankles', 1
`knees_inward`                how much less that is than in the lifter's own standing, 1
`SIDE_knee_inward_deg`        turn of the thigh against the shank in the frontal plane, change from standing, + the knee
                              comes inward
`pelvis_roll_deg`             the hips' line from the horizontal, change from standing, + left hip higher
`shoulder_tilt_deg`           the same of the shoulders
`hands_tilt_deg`              the same of the hands, as it is: a bar's tilt
`weight_shift`                the hips' middle from over the ankles' middle, change from standing, statures, + to the
                              lifter's left
============================  =====================================================================================
"""

SIDES: Final = ("left", "right")


class Ahead(NamedTuple):
    """How far joints are ahead of the ankles (T,), statures, at the times of the second clip."""

    knee: Floats
    hip: Floats
    shoulder: Floats


class _Place(NamedTuple):
    """Points of one joint: aside (T, 2) of left and right, height (T, 2), statures; their error, and whether seen."""

    aside: Floats
    height: Floats
    error: Floats
    seen: Floats


class _Camera(NamedTuple):
    """The picture's geometry: sin and cos of the yaw, the yaw's error (rad), and both signs."""

    sine: float
    cosine: float
    error: float
    front: float
    facing: Floats


def in_front(track: CleanTrack) -> bool:
    """Whether the camera stands in front of the lifter: then the lifter's left is to the right in the picture."""
    position = track["position"].to_numpy()
    apart = sum(
        position[:, KEYPOINTS.index(f"left_{part}"), 0] - position[:, KEYPOINTS.index(f"right_{part}"), 0]
        for part in ("shoulder", "hip")
    )
    return bool(nan_median(apart) > 0)


def ahead_of_ankles(motion: Kinematics, time_s: Floats, *, settings: SecondSettings) -> Ahead:
    """How far the joints are ahead of the ankles at `time_s` of the clip that `motion` is of, from its inclinations."""
    there_s = motion["time"].to_numpy()
    shank, thigh, trunk = (
        np.sin(np.deg2rad(np.interp(time_s, there_s, motion[f"{name}_inclination_deg"].to_numpy())))
        for name in ("shank", "thigh", "trunk")
    )
    trunk_length = float(motion.attrs["trunk_length_px"] / motion.attrs["stature_px"])
    knee = settings.half_leg * shank
    hip = knee - settings.half_leg * thigh
    return Ahead(knee, hip, hip + trunk_length * trunk)


def sideways(
    track: CleanTrack,
    motion: Kinematics,
    view: View,
    facing: Floats,
    ahead: Ahead,
    *,
    offset_s: float,
    settings: SecondSettings,
) -> Frontal:
    """Measure the sideways series of the second clip, on the first one's clock.

    Parameters
    ----------
    track, motion, view, facing : the second clip's own; its `motion` gives scale, standing and the pelvis's roll.
    ahead : from the first clip, at the second's times.
    offset_s : by how much the second's clock is ahead of the first's.
    """
    camera = _camera(track, view, facing)
    stature_px = float(motion.attrs["stature_px"])
    places = {
        name: _place(track, view, camera, name, forward, stature_px, settings)
        for name, forward in (
            ("ankle", np.zeros_like(ahead.knee)),
            ("knee", ahead.knee),
            ("hip", ahead.hip),
            ("shoulder", ahead.shoulder),
            ("wrist", ahead.shoulder),
        )
    }
    standing = motion["standing"].to_numpy() > 0
    columns = _knees(places, camera, ahead, standing, settings)
    columns |= _tilts(places, camera, standing, settings)
    columns |= _shift(places, camera, ahead, standing, settings)
    columns |= {name: motion[name].to_numpy() for name in ("pelvis_roll_deg", "pelvis_roll_error_deg")}
    return Frontal(
        xr.Dataset(
            {name: ("time", values) for name, values in columns.items()},
            {"time": track["time"].to_numpy() - offset_s},
        )
    )


def _camera(track: CleanTrack, view: View, facing: Floats) -> _Camera:
    yaw, error = np.deg2rad(view.yaw_deg), np.deg2rad(view.yaw_error_deg)
    return _Camera(float(np.sin(yaw)), float(np.cos(yaw)), float(error), 1.0 if in_front(track) else -1.0, facing)


def _place(
    track: CleanTrack,
    view: View,
    camera: _Camera,
    name: str,
    forward: Floats,
    stature_px: float,
    settings: SecondSettings,
) -> _Place:
    """Where left and right of a joint are, the picture's turn and depth taken out."""
    both = [KEYPOINTS.index(f"{side}_{name}") for side in SIDES]
    across, error = sagittal(
        track["position"].to_numpy()[:, both],
        track["error_px"].to_numpy()[:, both],
        roll_deg=view.roll_deg,
        facing=np.ones(track.sizes["time"]),
        cos_yaw=1.0,
    )
    feet = [KEYPOINTS.index(f"{side}_ankle") for side in SIDES]
    ground, _ = sagittal(
        track["position"].to_numpy()[:, feet],
        track["error_px"].to_numpy()[:, feet],
        roll_deg=view.roll_deg,
        facing=np.ones(track.sizes["time"]),
        cos_yaw=1.0,
    )
    from_feet = (across - ground.mean(axis=1, keepdims=True)) / stature_px
    nearer = 1 + camera.front * camera.sine * forward / settings.distance
    ahead = camera.facing * camera.cosine * forward
    aside = camera.front * (from_feet[..., 0] - ahead[:, None]) / (camera.sine * nearer[:, None])
    confidence = track["confidence"].to_numpy()[:, both].min(axis=1)
    return _Place(
        aside,
        from_feet[..., 1] / nearer[:, None],
        error[..., 0] / stature_px / camera.sine,
        confidence >= settings.confidence,
    )


def _knees(
    places: dict[str, _Place], camera: _Camera, ahead: Ahead, standing: Floats, settings: SecondSettings
) -> dict[str, Floats]:
    """Both knees together by their distance, each alone by its angle."""
    ankle, knee = places["ankle"], places["knee"]
    apart, feet = _apart(knee), _apart(ankle)
    usable = ankle.seen & knee.seen & (feet >= settings.least_stance)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(usable, apart / feet, np.nan)
        uneven = settings.level_error * camera.cosine / camera.sine
        noise = np.hypot(_noise(knee), ratio * _noise(ankle))
        error = np.sqrt(noise**2 + uneven**2 + settings.place_bias**2) / feet
    zero, zero_error = _standing(ratio, error, standing)
    columns = {
        "knee_ankle_ratio": ratio,
        "knee_ankle_ratio_error": error,
        "knees_inward": zero - ratio,
        "knees_inward_error": np.hypot(error, zero_error),
    }
    for number, (side, inward) in enumerate(zip(SIDES, (-1.0, 1.0), strict=True)):
        value, doubt = _bent_inward(places, camera, ahead, number, inward, settings)
        own, _ = _standing(value, doubt, standing)
        columns |= {f"{side}_knee_inward_deg": value - own, f"{side}_knee_inward_error_deg": doubt}
    return columns


def _bent_inward(
    places: dict[str, _Place], camera: _Camera, ahead: Ahead, number: int, inward: float, settings: SecondSettings
) -> tuple[Floats, Floats]:
    """Turn of the thigh against the shank in the frontal plane (T,), degrees, and its error.

    The error is that of the landmarks over the segments' seen lengths, what the yaw's error lets through of the knee
    ahead of the line hip to ankle, and the landmarks' own wandering.
    """
    hip, knee, ankle = (places[name] for name in ("hip", "knee", "ankle"))
    low = np.maximum((knee.height - ankle.height)[:, number], settings.least_extent)
    high = np.maximum((hip.height - knee.height)[:, number], settings.least_extent)
    to_knee = inward * (knee.aside - ankle.aside)[:, number]
    to_hip = inward * (knee.aside - hip.aside)[:, number]
    bent = np.rad2deg(np.arctan2(to_knee, low) + np.arctan2(to_hip, high))
    through = np.abs(ahead.knee / low + (ahead.knee - ahead.hip) / high) * camera.error / camera.sine
    noise = np.sqrt(
        (knee.error[:, number] * (1 / low + 1 / high)) ** 2
        + (ankle.error[:, number] / low) ** 2
        + (hip.error[:, number] / high) ** 2
    )
    seen = hip.seen & knee.seen & ankle.seen
    error = np.sqrt(np.rad2deg(noise) ** 2 + np.rad2deg(through) ** 2 + settings.knee_bias_deg**2)
    return np.where(seen, bent, np.nan), error


def _tilts(places: dict[str, _Place], camera: _Camera, standing: Floats, settings: SecondSettings) -> dict[str, Floats]:
    """Lines of shoulders and hands from the horizontal, + the left end higher."""
    shoulder, hand = places["shoulder"], places["wrist"]
    rise = (shoulder.height[:, 0] - shoulder.height[:, 1]) / settings.shoulder_width
    tilt = np.where(shoulder.seen, np.rad2deg(np.arcsin(np.clip(rise, -1, 1))), np.nan)
    doubt = np.hypot(np.rad2deg(_noise(shoulder) * camera.sine / settings.shoulder_width), settings.tilt_bias_deg)
    zero, zero_error = _standing(tilt, doubt, standing)
    apart = _apart(hand)
    with np.errstate(invalid="ignore", divide="ignore"):
        held = hand.seen & (apart >= settings.hands_apart)
        bar = np.where(held, np.rad2deg(np.arctan2(hand.height[:, 0] - hand.height[:, 1], apart)), np.nan)
        unsure = np.hypot(np.rad2deg(_noise(hand) / apart), settings.tilt_bias_deg)
    return {
        "shoulder_tilt_deg": tilt - zero,
        "shoulder_tilt_error_deg": np.hypot(doubt, zero_error),
        "hands_tilt_deg": bar,
        "hands_tilt_error_deg": unsure,
    }


def _shift(
    places: dict[str, _Place], camera: _Camera, ahead: Ahead, standing: Floats, settings: SecondSettings
) -> dict[str, Floats]:
    """The hips' middle from over the ankles' middle, statures."""
    hip, ankle = places["hip"], places["ankle"]
    middle = np.where(hip.seen & ankle.seen, hip.aside.mean(axis=1), np.nan)
    noise = np.hypot(_noise(hip), _noise(ankle)) / 2
    error = np.sqrt(noise**2 + (ahead.hip * camera.error / camera.sine) ** 2 + settings.place_bias**2)
    zero, zero_error = _standing(middle, error, standing)
    return {"weight_shift": middle - zero, "weight_shift_error": np.hypot(error, zero_error)}


def _apart(place: _Place) -> Floats:
    """Distance of left from right, statures; negative where the legs cross."""
    return np.asarray(place.aside[:, 0] - place.aside[:, 1])


def _noise(place: _Place) -> Floats:
    """Standard error of the difference of left and right."""
    return np.asarray(np.hypot(place.error[:, 0], place.error[:, 1]))


def _standing(values: Floats, error: Floats, standing: Floats) -> tuple[float, float]:
    """The lifter's own standing value and what noise leaves in it; NaN where the clip shows no standing."""
    seen = standing & np.isfinite(values)
    if not seen.any():
        return float("nan"), float("nan")
    spread = nan_median(np.abs(values[seen] - nan_median(values[seen])))
    return float(nan_median(values[seen])), float(min(spread, nan_median(error[seen])))
