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

from hiphinge.body import running_median
from hiphinge.cleaning import CleanTrack
from hiphinge.followed import Followed
from hiphinge.geometry import Bools, Floats, interval_of, nan_median
from hiphinge.kinematics import Kinematics
from hiphinge.kinematics.joints import sagittal
from hiphinge.pose import KEYPOINTS
from hiphinge.settings import SecondSettings

Frontal = NewType("Frontal", xr.Dataset)
"""Sideways series over `time` (s, the first clip's clock), each with its ``_error``; NaN where not seen.

============================  =====================================================================================
`depth_deg`                   how far the body is folded, as the first clip shows it; without an error
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
    """What the first clip knows at the second's times: how far joints are ahead of the ankles (T,), statures."""

    knee: Floats
    hip: Floats
    shoulder: Floats
    depth_deg: Floats
    """How far the body is folded (T,)."""


class _Place(NamedTuple):
    """Points of one joint: aside (T, 2) of left and right, height (T, 2), statures; the error of a place in the picture
    (T, 2), statures; whether both sides were seen (T,), and surely so.
    """  # noqa: D205 - one sentence

    aside: Floats
    height: Floats
    error: Floats
    seen: Bools
    sure: Bools
    """Whether both were seen well enough for a small distance between them."""


class _Camera(NamedTuple):
    """The picture's geometry: sin and cos of the yaw, the yaw's error (rad), and the signs.

    `front` is +1 in front and −1 behind, `facing` (T,) +1 where the lifter faces the picture's right, `near` +1 where
    the left side is nearer.
    """

    sine: float
    cosine: float
    error: float
    front: float
    facing: Floats
    near: float
    roll_deg: float
    stature_px: float


class _Set(NamedTuple):
    """What every measure needs."""

    time_s: Floats
    places: "dict[str, _Place]"
    camera: _Camera
    ahead: Ahead
    standing: Bools
    settings: SecondSettings


def in_front(track: CleanTrack) -> bool:
    """Whether the camera stands in front of the lifter: then the lifter's left is to the right in the picture."""
    position = track["position"].to_numpy()
    apart = sum(
        position[:, KEYPOINTS.index(f"left_{part}"), 0] - position[:, KEYPOINTS.index(f"right_{part}"), 0]
        for part in ("shoulder", "hip")
    )
    return bool(nan_median(apart) > 0)


def ahead_of_ankles(motion: Kinematics, depth_deg: Floats, time_s: Floats, *, settings: SecondSettings) -> Ahead:
    """How far the joints are ahead of the ankles at `time_s` of the clip that `motion` is of, from its inclinations.

    `depth_deg` is how far the body is folded over that clip's own time.
    """
    there_s = motion["time"].to_numpy()
    shank, thigh, trunk = (
        np.sin(np.deg2rad(np.interp(time_s, there_s, motion[f"{name}_inclination_deg"].to_numpy())))
        for name in ("shank", "thigh", "trunk")
    )
    trunk_length = float(motion.attrs["trunk_length_px"] / motion.attrs["stature_px"])
    knee = settings.half_leg * shank
    hip = knee - settings.half_leg * thigh
    return Ahead(knee, hip, hip + trunk_length * trunk, np.interp(time_s, there_s, depth_deg))


def sideways(second: Followed, ahead: Ahead, *, offset_s: float, settings: SecondSettings) -> Frontal:
    """Measure the sideways series of the second clip, on the first one's clock.

    Parameters
    ----------
    second : the lifter in the second clip.
    ahead : from the first clip, at the second's times.
    offset_s : by how much the second's clock is ahead of the first's.
    """
    camera = _camera(second, settings)
    forward = {
        "ankle": np.zeros_like(ahead.knee),
        "knee": ahead.knee,
        "hip": ahead.hip,
        "shoulder": ahead.shoulder,
        "wrist": ahead.shoulder,
    }
    places = {name: _place(second.track, camera, name, way, settings=settings) for name, way in forward.items()}
    turned = (_apart(places["hip"]) < 0) & (_apart(places["ankle"]) < 0)
    places = {name: _exchanged(place, turned) for name, place in places.items()}
    standing = second.motion["standing"].to_numpy() > 0
    whole = _Set(second.track["time"].to_numpy(), places, camera, ahead, standing, settings)
    columns = {"depth_deg": ahead.depth_deg} | _knees(whole) | _tilts(whole) | _shift(whole)
    time_s = second.track["time"].to_numpy() - offset_s
    return Frontal(xr.Dataset({name: ("time", values) for name, values in columns.items()}, {"time": time_s}))


def _camera(second: Followed, settings: SecondSettings) -> _Camera:
    """The yaw's witnesses saturate before the very front, so what lies beyond `square_from_deg` is stretched."""
    beyond = max(0.0, second.view.yaw_deg - settings.square_from_deg)
    yaw = np.deg2rad(min(90.0, second.view.yaw_deg + (settings.square_gain - 1) * beyond))
    return _Camera(
        sine=float(np.sin(yaw)),
        cosine=float(np.cos(yaw)),
        error=float(np.deg2rad(second.view.yaw_error_deg)),
        front=1.0 if in_front(second.track) else -1.0,
        facing=second.facing,
        near=1.0 if second.view.near_side == "left" else -1.0,
        roll_deg=second.view.roll_deg,
        stature_px=float(second.motion.attrs["stature_px"]),
    )


def _place(track: CleanTrack, camera: _Camera, name: str, forward: Floats, *, settings: SecondSettings) -> _Place:
    """Where left and right of a joint are, the picture's turn and depth taken out."""
    both, feet = ([KEYPOINTS.index(f"{side}_{part}") for side in SIDES] for part in (name, "ankle"))
    (across, error), (ground, _) = (
        sagittal(
            track["position"].to_numpy()[:, pair],
            track["error_px"].to_numpy()[:, pair],
            roll_deg=camera.roll_deg,
            facing=np.ones(track.sizes["time"]),
            cos_yaw=1.0,
        )
        for pair in (both, feet)
    )
    from_feet = (across - ground.mean(axis=1, keepdims=True)) / camera.stature_px
    nearer = 1 + camera.front * camera.sine * forward / settings.distance
    ahead = camera.facing * camera.cosine * forward
    aside = camera.front * (from_feet[..., 0] - ahead[:, None]) / (camera.sine * nearer[:, None])
    confidence = track["confidence"].to_numpy()[:, both].min(axis=1)
    return _Place(
        aside,
        from_feet[..., 1] / nearer[:, None],
        error[..., 0] / camera.stature_px,
        confidence >= settings.confidence,
        confidence >= settings.knee_confidence,
    )


def _exchanged(place: _Place, turned: Bools) -> _Place:
    """Give left and right back their names where the model took a bent back for a front: hips and feet change sides.

    Feet that stay do not cross, and hips cannot.
    """
    aside, height, error = (
        np.where(turned[:, None], values[:, ::-1], values) for values in (place.aside, place.height, place.error)
    )
    return place._replace(aside=aside, height=height, error=error)


def _knees(whole: _Set) -> dict[str, Floats]:
    """Both knees together by their distance, each alone by its angle."""
    camera, settings = whole.camera, whole.settings
    ankle, knee = whole.places["ankle"], whole.places["knee"]
    apart, feet = _apart(knee), _of_feet(whole)
    usable = knee.sure & (feet >= settings.least_stance) & _sides_told(whole)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(usable, apart / feet, np.nan)
        uneven = settings.level_error * camera.cosine / camera.sine
        noise = settings.ratio_noise * np.hypot(_noise(knee), ratio * _noise(ankle)) / camera.sine
        error = np.sqrt(noise**2 + uneven**2 + settings.place_bias**2) / feet
    zero, zero_error = _standing(ratio, error, whole.standing)
    columns = {
        "knee_ankle_ratio": ratio,
        "knee_ankle_ratio_error": np.hypot(error, settings.ratio_bias),
        "knees_inward": (zero - ratio) / settings.knees_follow,
        "knees_inward_error": np.hypot(error, settings.ratio_noise * zero_error) / settings.knees_follow,
    }
    for number, (side, inward) in enumerate(zip(SIDES, (-1.0, 1.0), strict=True)):
        value, doubt = _bent_inward(whole, number, inward)
        own, _ = _standing(value, doubt, whole.standing)
        told = np.where(doubt <= settings.most_knee_error_deg, value - own, np.nan)
        columns |= {f"{side}_knee_inward_deg": told, f"{side}_knee_inward_error_deg": doubt}
    return columns


def _bent_inward(whole: _Set, number: int, inward: float) -> tuple[Floats, Floats]:
    """Turn of the thigh against the shank in the frontal plane (T,), degrees, and its error.

    The error is that of the landmarks over the segments' seen lengths (a share of it stays as the leg moves and goes
    with the standing value), what the yaw's error lets through of the knee
    ahead of the line hip to ankle, and the landmarks' own wandering.
    """
    camera, ahead, settings = whole.camera, whole.ahead, whole.settings
    hip, knee, ankle = (whole.places[name] for name in ("hip", "knee", "ankle"))
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
    own = settings.own_noise * np.rad2deg(noise / camera.sine)
    angled = settings.knee_oblique_deg * camera.cosine / camera.sine
    error = np.sqrt(own**2 + np.rad2deg(through) ** 2 + angled**2 + settings.knee_bias_deg**2)
    return np.where(seen, bent, np.nan), error


def _tilts(whole: _Set) -> dict[str, Floats]:
    """Lines of hips, shoulders and hands from the horizontal, + the left end higher."""
    settings, hand = whole.settings, whole.places["wrist"]
    apart = _apart(hand)
    with np.errstate(invalid="ignore", divide="ignore"):
        held = hand.seen & (apart >= settings.hands_apart)
        bar = np.where(held, np.rad2deg(np.arctan2(hand.height[:, 0] - hand.height[:, 1], apart)), np.nan)
        unsure = np.hypot(np.rad2deg(_noise(hand) / apart), settings.tilt_bias_deg)
    return {
        **_tilt(whole, "pelvis_roll", whole.places["hip"], width=settings.hip_width, bias_deg=settings.pelvis_bias_deg),
        **_tilt(
            whole,
            "shoulder_tilt",
            whole.places["shoulder"],
            width=settings.shoulder_width,
            bias_deg=settings.tilt_bias_deg,
        ),
        "hands_tilt_deg": bar,
        "hands_tilt_error_deg": unsure,
    }


def _tilt(whole: _Set, name: str, place: _Place, *, width: float, bias_deg: float) -> dict[str, Floats]:
    """Tilt of the line between two landmarks `width` apart, change from standing.

    What is nearer the camera moves further in the picture: as the body folds by a height h, the near end sinks by
    h·cos ψ·width / Z more than the far one, which is no tilt. A camera at an angle knows the line less well, for one
    end hides behind the body: `tilt_oblique_deg` · cot ψ.
    """
    camera, settings = whole.camera, whole.settings
    sunk = camera.near * place.height.mean(axis=1) * camera.cosine / settings.distance
    rise = (place.height[:, 0] - place.height[:, 1]) / width - sunk
    tilt = np.where(place.seen, np.rad2deg(np.arcsin(np.clip(rise, -1, 1))), np.nan)
    angled = settings.tilt_oblique_deg * camera.cosine / camera.sine
    doubt = np.sqrt(np.rad2deg(_noise(place) / width) ** 2 + bias_deg**2 + angled**2)
    zero, zero_error = _standing(tilt, doubt, whole.standing)
    return {f"{name}_deg": tilt - zero, f"{name}_error_deg": np.hypot(doubt, zero_error)}


def _shift(whole: _Set) -> dict[str, Floats]:
    """The hips' middle from over the ankles' middle, statures."""
    camera, settings = whole.camera, whole.settings
    hip, ankle = whole.places["hip"], whole.places["ankle"]
    middle = np.where(hip.seen & ankle.seen, hip.aside.mean(axis=1), np.nan)
    noise = np.hypot(_noise(hip), _noise(ankle)) / 2 / camera.sine
    error = np.sqrt(noise**2 + (whole.ahead.hip * camera.error / camera.sine) ** 2 + settings.place_bias**2)
    zero, zero_error = _standing(middle, error, whole.standing)
    return {"weight_shift": middle - zero, "weight_shift_error": np.hypot(error, zero_error)}


def _of_feet(whole: _Set) -> Floats:
    """Distance of the feet (T,), statures: the ankles' over a while in which they were seen."""
    ankle = whole.places["ankle"]
    width = round(whole.settings.feet_s / interval_of(whole.time_s))
    return running_median(np.where(ankle.seen, _apart(ankle), np.nan), width)


def _sides_told(whole: _Set) -> Bools:
    """Where the hips are as wide as standing (T,), so that left is left; everywhere where no standing was seen."""
    hip, settings = whole.places["hip"], whole.settings
    wide = _apart(hip)
    seen = whole.standing & hip.seen & (wide > 0)
    if not seen.any():
        return np.ones(wide.size, dtype=bool)
    share = wide / nan_median(wide[seen])
    return np.asarray((share >= settings.hips_narrowest) & (share <= settings.hips_widest))


def _apart(place: _Place) -> Floats:
    """Distance of left from right, statures; negative where the legs cross."""
    return np.asarray(place.aside[:, 0] - place.aside[:, 1])


def _noise(place: _Place) -> Floats:
    """Standard error of the difference of left and right."""
    return np.asarray(np.hypot(place.error[:, 0], place.error[:, 1]))


def _standing(values: Floats, error: Floats, standing: Bools) -> tuple[float, float]:
    """The lifter's own standing value and what noise leaves in it; NaN where the clip shows no standing."""
    seen = standing & np.isfinite(values)
    if not seen.any():
        return float("nan"), float("nan")
    spread = nan_median(np.abs(values[seen] - nan_median(values[seen])))
    return float(nan_median(values[seen])), float(min(spread, nan_median(error[seen])))
