"""What is moved: where it is, how fast, how far from over mid-foot, and how many metres that is.

Hands are what a pose shows, so hands are followed, and it is said so; a bar on the back goes with the shoulders. Where
the plate that faces the camera is surely seen, its course corrects theirs, and the implement itself was followed.
"""

from typing import Literal, NamedTuple

import numpy as np
from scipy.ndimage import median_filter, uniform_filter1d

from hiphinge.exercises import exercises
from hiphinge.followed import Followed
from hiphinge.geometry import Bools, Floats, interval_of
from hiphinge.kinematics import Kinematics, cos_yaw, sagittal_landmarks
from hiphinge.kinematics.joints import in_picture, sagittal
from hiphinge.load.place import Foot, Place, either, in_hands, on_back, standing_foot
from hiphinge.load.plates import Circles, Plate, PlateFinder, moving_with_the_hands
from hiphinge.load.scale import Scale, nearer, scale_of
from hiphinge.pose import KEYPOINTS
from hiphinge.records import Load, LoadPath, Rep, Subject
from hiphinge.settings import KinematicsSettings, LoadSettings

__all__ = ["Circles", "Moved", "PlateFinder", "follow", "follow_set", "plate_of"]

_Carrier = Literal["hands", "shoulders", "implement"]


class Moved(NamedTuple):
    """The motion with the load's columns, and what they are of."""

    motion: Kinematics
    path: LoadPath


def follow_set(
    followed: Followed,
    reps: tuple[Rep, ...],
    exercise: str,
    *,
    circles: Circles | None = None,
    subject: Subject,
    load: Load,
    body: KinematicsSettings,
    settings: LoadSettings,
) -> Moved | None:
    """Follow the load of a set, where each repetition's exercise (`exercise` where it has none) carries it.

    `circles` are what a `PlateFinder` saw while the lifter was followed; None where nobody looked.

    Returns
    -------
    As `follow`; None where no exercise of the set has a load, so that nobody takes empty hands for one. Where it may
    be done without, a load counts that was stated, or whose plate was seen.
    """
    plate = plate_of(followed, circles, settings=settings)
    sure = load.mass_kg is not None or plate is not None
    carries = {name: _carries(name, sure=sure) for name in {exercise, *(rep.exercise for rep in reps if rep.exercise)}}
    if not any(carries.values()):
        return None
    time_s = followed.motion["time"].to_numpy()
    back = np.full(time_s.size, carries[exercise] == "back")
    for rep in reps:
        back[rep.holds(time_s)] = carries[rep.exercise or exercise] == "back"
    return follow(followed, back, plate, subject=subject, body=body, settings=settings)


def _carries(exercise: str, *, sure: bool) -> Literal["hands", "back"] | None:
    """Where an exercise carries its load; None where it has none, or may have none and none is `sure`."""
    entry = exercises()[exercise]
    return entry.carries if sure or "none" not in entry.implement else None


def follow(
    followed: Followed,
    back: Bools,
    plate: Plate | None,
    *,
    subject: Subject,
    body: KinematicsSettings,
    settings: LoadSettings,
) -> Moved:
    """Follow the load through a clip.

    Parameters
    ----------
    followed : the lifter.
    back : (T,) true where the load is carried on the back, false where in the hands.
    plate : what `plate_of` found.
    subject : a given stature gives the scale.
    body, settings : the kinematics' and this stage's numbers.

    Returns
    -------
    The motion with the columns below, statures, each with its ``_error``; and what was followed, at what scale.

    =====================  ====================================================================
    `load_forward`         from the planted ankle, + forward
    `load_height`          above the planted ankle, + up
    `load_over_midfoot`    in front of the vertical over mid-foot, + forward
    `load_above_shoulder`  above the shoulders, + up
    `load_speed`           along its path, statures/s
    `load_x_px`, `…_y_px`  the load in the picture, and `midfoot_…_px`; without errors
    =====================  ====================================================================
    """
    motion, unit_px = followed.motion, float(followed.motion.attrs["stature_px"])
    marks = sagittal_landmarks(followed.track, followed.view, followed.facing, settings=body)
    hands = in_hands(marks, stature_px=unit_px, settings=settings)
    place = either(on_back(marks, stature_px=unit_px, settings=settings), hands, back)
    what: _Carrier = "shoulders" if back.all() else "hands"
    if plate is not None and not back.any():
        place, what = _by_plate(place, plate, followed, body=body, settings=settings), "implement"
    interval_s = interval_of(motion["time"].to_numpy())
    foot = standing_foot(marks, interval_s, settings=body)
    columns = _columns(place, foot, motion, interval_s, settings=settings)
    columns |= _in_picture(columns, foot, followed, body=body, settings=settings)
    scale = scale_of(motion, followed.view, stature_cm=subject.stature_cm, plate=plate, body=body, settings=settings)
    return Moved(_with(motion, columns), _record(what, scale, plate))


def plate_of(followed: Followed, circles: Circles | None, *, settings: LoadSettings) -> Plate | None:
    """The plate that goes with the hands, of all circles that a `PlateFinder` saw; None where nobody looked."""
    if circles is None or not circles.time_s.size:
        return None
    position = followed.track["position"].to_numpy()
    hands = position[:, [KEYPOINTS.index("left_wrist"), KEYPOINTS.index("right_wrist")]].mean(axis=1)
    at_looks = _at(circles.time_s, followed.track["time"].to_numpy(), hands)
    trunk_px = float(followed.motion.attrs["trunk_length_px"])
    return moving_with_the_hands(circles, at_looks, trunk_px=trunk_px, settings=settings)


def _by_plate(
    hands: Place, plate: Plate, followed: Followed, *, body: KinematicsSettings, settings: LoadSettings
) -> Place:
    """The hands' path with the plate's course in place of their own, as far as the looks reach.

    The plate's course is drawn in to the lifter's distance. Where in the picture that puts it depends on the camera's
    turn and height, so its mean place is left to the hands, by the looks at which they were followed best.
    """
    time_s, seen_s = followed.motion["time"].to_numpy(), plate.time_s
    place, _ = sagittal(
        plate.centre_px[:, None],
        np.zeros((seen_s.size, 1)),
        roll_deg=followed.view.roll_deg,
        facing=followed.facing[np.abs(time_s[:, None] - seen_s).argmin(axis=0)],
        cos_yaw=cos_yaw(followed.view, settings=body),
    )
    more = nearer(plate, settings=settings)[0] * place[:, 0] - _at(seen_s, time_s, hands.at)
    unsure = np.interp(seen_s, time_s, np.hypot(*hands.error.T))
    best = unsure <= np.median(unsure)
    steady = median_filter(more, size=(3, 1), mode="nearest")  # one look in a while finds another circle
    course = _at(time_s, seen_s, steady - np.median(more[best], axis=0))
    after = np.searchsorted(seen_s, time_s).clip(0, seen_s.size - 1)
    away_s = np.minimum(np.abs(seen_s[after] - time_s), np.abs(time_s - seen_s[np.maximum(after - 1, 0)]))
    near = np.clip(2 - away_s / settings.plate_bridge_s, 0.0, 1.0)[:, None]
    return hands._replace(at=hands.at + near * course)


def _at(at_s: Floats, time_s: Floats, place: Floats) -> Floats:
    """Points (T, 2) at other times, interpolated."""
    return np.stack([np.interp(at_s, time_s, place[:, axis]) for axis in (0, 1)], axis=1)


def _columns(
    place: Place, foot: Foot, motion: Kinematics, interval_s: float, *, settings: LoadSettings
) -> dict[str, Floats]:
    """Places and speed in statures with their errors."""
    unit = float(motion.attrs["stature_px"])
    away = (place.at - foot.ankle.place) / unit
    midfoot = foot.middle / unit + settings.midfoot_ahead
    shoulder = motion["wrist_height"].to_numpy() - motion["wrist_above_shoulder"].to_numpy()
    hanging = (motion["standing"].to_numpy() > 0) & (away[:, 1] - shoulder < -settings.hanging_least)
    shift, bias = _anchor(away[:, 0] - midfoot, hanging, settings)
    away[:, 0] += shift
    noise = np.hypot(place.error, foot.ankle.error) / unit
    error = np.sqrt(noise**2 + (settings.body_error * away) ** 2 + np.square([bias, settings.place_bias]))
    speed, speed_error = _speed(away, noise, interval_s, settings)
    return {
        "load_forward": away[:, 0],
        "load_forward_error": error[:, 0],
        "load_height": away[:, 1],
        "load_height_error": error[:, 1],
        "load_over_midfoot": away[:, 0] - midfoot,
        "load_over_midfoot_error": np.hypot(error[:, 0], settings.midfoot_error),
        "load_above_shoulder": away[:, 1] - shoulder,
        "load_above_shoulder_error": error[:, 1],
        "load_speed": speed,
        "load_speed_error": speed_error,
    }


def _in_picture(
    columns: dict[str, Floats], foot: Foot, followed: Followed, *, body: KinematicsSettings, settings: LoadSettings
) -> dict[str, Floats]:
    """The load, and mid-foot at the ankle's height, in pixels of the picture."""
    unit = float(followed.motion.attrs["stature_px"])
    load = foot.ankle.place + unit * np.stack([columns["load_forward"], columns["load_height"]], axis=-1)
    middle = foot.ankle.place + np.stack(
        [foot.middle + unit * settings.midfoot_ahead, np.zeros(foot.middle.size)], axis=-1
    )
    found: dict[str, Floats] = {}
    for name, place in (("load", load), ("midfoot", middle)):
        picture = in_picture(
            place,
            roll_deg=followed.view.roll_deg,
            facing=followed.facing,
            cos_yaw=cos_yaw(followed.view, settings=body),
        )
        found |= {f"{name}_x_px": picture[:, 0], f"{name}_y_px": picture[:, 1]}
    return found


def _anchor(over: Floats, hanging: Bools, settings: LoadSettings) -> tuple[float, float]:
    """How far to move the path forward, and the bias that is left, statures.

    Landmarks of wrists and ankles are off by much the same all through a clip. Where somebody stands with the load in
    hanging arms is known without them, to about as much: both are weighed by their inverse variance.
    """
    seen = over[hanging & np.isfinite(over)]
    if not seen.size:
        return 0.0, settings.place_bias
    bias, usual = settings.place_bias**2, settings.hanging_error**2
    share = bias / (bias + usual)
    return share * (settings.hanging_over_midfoot - float(np.median(seen))), float(np.sqrt(share * usual))


def _speed(away: Floats, noise: Floats, interval_s: float, settings: LoadSettings) -> tuple[Floats, Floats]:
    """Speed along the path and its error, statures/s: of the place's mean over `speed_window_s`."""
    if len(away) < 2:
        return np.full(len(away), np.nan), np.full(len(away), np.nan)
    width = max(1, round(settings.speed_window_s / interval_s)) | 1
    known = np.isfinite(away).all(axis=1)
    filled = np.stack(
        [np.interp(np.arange(known.size), np.flatnonzero(known), away[known, k]) for k in (0, 1)], axis=1
    ) if known.any() else away  # fmt: skip
    steady = uniform_filter1d(filled, width, axis=0, mode="nearest")
    speed = np.where(known, np.hypot(*np.gradient(steady, interval_s, axis=0).T), np.nan)
    unsure = noise.max(axis=1) / settings.speed_span_s
    return speed, np.sqrt(unsure**2 + settings.speed_bias**2 + (settings.body_error * speed) ** 2)


def _with(motion: Kinematics, columns: dict[str, Floats]) -> Kinematics:
    data = {
        name: ("time", values, {"units": _unit(name), "long_name": name.replace("_", " ")})
        for name, values in columns.items()
    }
    return Kinematics(motion.assign(data))


def _unit(name: str) -> str:
    return "px" if name.endswith("_px") else "stature/s" if "speed" in name else "stature"


def _record(what: _Carrier, scale: Scale, plate: Plate | None) -> LoadPath:
    known = scale.source != "body"
    return LoadPath(
        followed=what,
        scale=scale.source,
        metres_per_stature=round(scale.metres, 4) if known else None,
        metres_per_stature_error=round(scale.error, 4) if known else None,
        plate_looks=0 if plate is None else int(plate.time_s.size),
    )
