"""What is carried, where it is, and how much of it the lifter has while the floor still has a part."""

from typing import Literal, NamedTuple

import numpy as np

from hiphinge.cleaning.smoothing import low_pass
from hiphinge.geometry import Bools, Floats, interval_of, runs
from hiphinge.kinematics import Kinematics
from hiphinge.kinetics.chain import LoadAt
from hiphinge.kinetics.draws import Draws
from hiphinge.kinetics.posture import Course, Laid, derivatives, rider
from hiphinge.settings import KineticsSettings, LoadSettings


class Path(NamedTuple):
    """A load's way over a whole clip, from the standing ankle.

    Attributes
    ----------
    mass_kg : its mass.
    carries : in the hands or on the back.
    place, acceleration : (T, 2) m and m/s², as it was followed.
    share : (T,) how much of it the lifter has.
    """

    mass_kg: float
    carries: Literal["hands", "back"]
    place: Floats
    acceleration: Floats
    share: Floats


def path_of(
    motion: Kinematics,
    *,
    mass_kg: float,
    carries: Literal["hands", "back"],
    floor_under: Bools | None,
    unit_m: float,
    cutoff_hz: float,
    settings: KineticsSettings,
) -> Path:
    """Give the load's way in metres, low-passed at a cut-off, and the floor's share of it.

    Parameters
    ----------
    motion : with the columns of `hiphinge.load`.
    floor_under : (T,) when it is lifted off the floor and set down there; None where the exercise does neither.
    unit_m : metres of one stature of the kinematics.
    """
    interval_s = interval_of(motion["time"].to_numpy())
    seen = np.stack([motion[f"load_{name}"].to_numpy() for name in ("forward", "height")], axis=-1) * unit_m
    place = low_pass(seen, cutoff_hz=cutoff_hz, rate_hz=1 / interval_s, pad_s=settings.pad_s)
    _, acceleration = derivatives(place, interval_s)
    share = np.ones(len(place))
    if floor_under is not None:
        share = floor_share(place, interval_s, floor_under, rest_m_s=settings.rest_speed * unit_m, settings=settings)
    return Path(mass_kg, carries, place, acceleration, share)


def floor_share(
    place: Floats, interval_s: float, lifting: Bools, *, rest_m_s: float, settings: KineticsSettings
) -> Floats:
    """How much of the load (T,) the lifter has: 0 on the floor, up to 1 over the first `floor_rise_m` above it.

    The floor is where the load is slow for `rest_s`, within `floor_band_m` of its lowest place while there is `lifting`
    (T,): before and after, hands may go anywhere. A moment at the bottom of a swing is low as well, but never slow for
    so long: then no floor is known, and all is the lifter's. Once the floor is known it has the load wherever that is
    so low, such as when a clip begins in the middle of a pull.
    """
    height, share = place[:, 1], np.ones(len(place))
    if not np.isfinite(height[lifting]).any():
        return share
    rate, _ = derivatives(place, interval_s)
    low = np.abs(height - np.nanmin(height[lifting])) <= settings.floor_band_m
    rests = [
        slice(start, end)
        for start, end in runs(low & (np.hypot(*rate.T) < rest_m_s))
        if (end - start) * interval_s >= settings.rest_s
    ]
    if not rests:
        return share
    floor = float(np.median(np.concatenate([height[rest] for rest in rests])))
    share = np.clip((np.nan_to_num(height, nan=np.inf) - floor) / settings.floor_rise_m, 0.0, 1.0)
    for rest in rests:
        share[rest] = 0.0
    return np.asarray(share)


def load_at(
    path: Path,
    seen: Course,
    body: Laid,
    frames: slice,
    *,
    stature_m: float,
    draws: Draws,
    settings: KineticsSettings,
    grip: LoadSettings,
) -> LoadAt:
    """Place the load against the chain: on the back it rides on the shoulders, in the hands it is seen in two ways.

    From the ankle, as it was followed, and from the shoulder, along the arms: the two err by as much in opposite ways,
    since what one landmark's bias takes the other's adds, and the mean is off by half as much as either.
    """
    if path.carries == "back":
        place, acceleration = rider(
            seen, body, frames, on=("shoulder", "trunk"), draws=draws,
            along=grip.bar_along * stature_m, ahead=grip.bar_ahead * stature_m,
        )  # fmt: skip
        return LoadAt(path.mass_kg, place, acceleration, path.share[frames], (settings.bar_error_m,) * 2)
    place, acceleration = rider(
        seen, body, frames, on=("wrist", "forearm"), draws=draws,
        along=grip.grip_along * stature_m, ahead=-grip.grip_ahead * stature_m,
    )  # fmt: skip
    own, own_acceleration = path.place[frames], path.acceleration[frames]
    known = np.isfinite(own).all(axis=-1, keepdims=True)
    return LoadAt(
        path.mass_kg,
        np.where(known, (place + own) / 2, place),
        np.where(known & np.isfinite(own_acceleration), (acceleration + own_acceleration) / 2, acceleration),
        path.share[frames],
        (settings.hand_error_m,) * 2,
    )
