"""From raw landmarks to a clean track: sides, outliers, gaps, hidden joints, uniform time, zero-lag filter, errors."""

from typing import NewType

import numpy as np
import xarray as xr

from hiphinge.body import middle, trunk_length
from hiphinge.cleaning.occlusion import Limits, place_knees, plant_feet
from hiphinge.cleaning.side_swaps import Costs, exchange, find_swaps
from hiphinge.cleaning.smoothing import (
    choose_cutoff,
    low_pass,
    noise_gain,
    outliers,
    resample,
    residual_noise,
    uniform_time,
)
from hiphinge.geometry import Bools, Floats, angle_from_vertical_deg, distance, interval_of
from hiphinge.pose import AXES, KEYPOINTS, SPACE, PoseTrack, check_track
from hiphinge.settings import CleaningSettings

CleanTrack = NewType("CleanTrack", xr.Dataset)
"""A pose track after cleaning: everything a `hiphinge.pose.PoseTrack` has, at uniform times, and

============  ===============  ===================================================================================
variable      dims             meaning
============  ===============  ===================================================================================
``filled``    time, keypoint   true where the position was not taken from the estimator at that time: bridged gap,
                               dropped outlier, hidden joint put where it must be; also where it stayed unknown (NaN)
``error_px``  time, keypoint   standard error of the position per axis in pixels: noise measured on the clip itself
                               after the filter, the landmark's own bias, low confidence, gaps; NaN with the position
============  ===============  ===================================================================================

Attributes as in the pose track, and ``cutoff_hz`` of the low-pass, ``rate_hz`` of the uniform time, ``trunk_px``, the
clip's median trunk length, and ``swapped_share``, the share of frames in which a limb's sides were exchanged back.
"""


def clean(track: PoseTrack, *, settings: CleaningSettings) -> CleanTrack:
    """Clean a raw pose track.

    Nothing is made up: points in long gaps stay NaN, and every bridged or replaced stretch is marked in ``filled`` and
    widens ``error_px``. A track in which no one was ever seen comes back all NaN.
    """
    check_track(track)
    time_s = track["time"].to_numpy()
    position, world, confidence = _arrays(track)
    size = trunk_length(position)
    wanted_s = uniform_time(time_s)
    if not np.isfinite(size) or wanted_s.size < 4:
        return _unknown(track)
    rate_hz = 1 / interval_of(wanted_s)
    position, world, confidence, swapped = _unswapped(position, world, confidence, size=size, settings=settings)
    dropped = outliers(
        position,
        width=int(settings.outlier_window_s * rate_hz),
        sigmas=settings.outlier_sigmas,
        floor=settings.outlier_floor * size,
    )
    position[dropped] = np.nan
    uniform, gap_s = _uniform(time_s, position, wanted_s, settings.max_gap_s)
    space, _ = _uniform(time_s, world, wanted_s, settings.max_gap_s)
    seen = np.clip(np.nan_to_num(_uniform(time_s, confidence[..., None], wanted_s, np.inf)[0][..., 0]), 0, 1)
    picture_px = (float(track.attrs["width"]), float(track.attrs["height"]))
    limits = Limits(settings, rate_hz, size, picture_px)
    placed, placed_error = _placed(uniform, seen, limits)
    cutoff_hz = _cutoff(placed, rate_hz, size, settings)
    smooth = low_pass(placed, cutoff_hz=cutoff_hz, rate_hz=rate_hz, pad_s=settings.pad_s)
    gain = noise_gain(cutoff_hz, rate_hz)
    error = _errors(placed, smooth, (seen, gap_s, placed_error), gain=gain, size=size, settings=settings)
    calm = low_pass(space, cutoff_hz=cutoff_hz, rate_hz=rate_hz, pad_s=settings.pad_s)
    filled = np.isfinite(placed_error) | (gap_s > 0) | _nearest(time_s, dropped, wanted_s)
    attrs = {**track.attrs, "cutoff_hz": cutoff_hz, "rate_hz": rate_hz, "trunk_px": size, "swapped_share": swapped}
    return _dataset(wanted_s, (smooth, calm, seen, filled, error), attrs)


def _arrays(track: PoseTrack) -> tuple[Floats, Floats, Floats]:
    """Copies of position, world and confidence; a point with any unknown coordinate is unknown whole."""
    position = track["position"].to_numpy().astype(np.float64)
    world = track["world"].to_numpy().astype(np.float64)
    position[~np.isfinite(position).all(axis=-1)] = np.nan
    return position, world, track["confidence"].to_numpy().astype(np.float64)


def _unswapped(
    position: Floats, world: Floats, confidence: Floats, *, size: float, settings: CleaningSettings
) -> tuple[Floats, Floats, Floats, float]:
    """Put exchanged sides back; also the share of frames in which there were any."""
    costs = Costs(switch=settings.swap_switch_cost, frame=settings.swap_frame_cost, step_cap=settings.swap_step_cap)
    swaps = find_swaps(position, world, size, costs=costs)
    share = float(np.any(list(swaps.values()), axis=0).mean())
    return exchange(position, swaps), exchange(world, swaps), exchange(confidence, swaps), share


def _uniform(time_s: Floats, values: Floats, wanted_s: Floats, max_gap_s: float) -> tuple[Floats, Floats]:
    """Resample every keypoint; (N, K, D) and the gap's measure (N, K) in seconds."""
    columns = [resample(time_s, values[:, k], wanted_s, max_gap_s=max_gap_s) for k in range(values.shape[1])]
    return np.stack([c[0] for c in columns], axis=1), np.stack([c[1] for c in columns], axis=1)


def _nearest(time_s: Floats, flags: Bools, wanted_s: Floats) -> Bools:
    """Bools (T, K) carried to new times from the nearest old one."""
    after = np.clip(np.searchsorted(time_s, wanted_s), 1, time_s.size - 1)
    nearest = np.where(wanted_s - time_s[after - 1] < time_s[after] - wanted_s, after - 1, after)
    return np.asarray(flags[nearest])


def _placed(position: Floats, confidence: Floats, limits: Limits) -> tuple[Floats, Floats]:
    """Hidden feet and knees where they must be; (N, K) error in px of what was replaced, NaN elsewhere."""
    lean = middle(position, "shoulder") - middle(position, "hip")
    inclination = np.abs(angle_from_vertical_deg([0.0, 0.0], lean * [1, -1]))
    upright = np.nan_to_num(np.clip((45.0 - inclination) / 30.0, 0, 1))
    feet, feet_error = plant_feet(position, confidence, upright, limits)
    knees, knee_error = place_knees(feet, confidence, limits)
    return knees, np.where(np.isfinite(knee_error), knee_error, feet_error)


def _cutoff(position: Floats, rate_hz: float, size: float, settings: CleaningSettings) -> float:
    """Cut-off (Hz): what the clip's spectrum asks for, or what its fastest hinging asks for, whichever is higher.

    The spectrum alone asks for no more than the usual cut-off: landmark noise is not white, and what of it is slow
    looks like movement.
    """
    shoulder, hip, knee = (middle(position, part) for part in ("shoulder", "hip", "knee"))
    by_noise = choose_cutoff(
        np.concatenate([shoulder, hip], axis=1) / size,
        rate_hz=rate_hz,
        lowest_hz=settings.cutoff_lowest_hz,
        highest_hz=settings.cutoff_highest_hz,
        pad_s=settings.pad_s,
    )
    rate = _turning_deg_s(shoulder - hip, rate_hz) + _turning_deg_s(hip - knee, rate_hz)
    fast = float(np.nanpercentile(rate, 95)) if np.isfinite(rate).any() else 0.0
    share = (fast - settings.slow_rate_deg_s) / (settings.fast_rate_deg_s - settings.slow_rate_deg_s)
    by_speed = settings.cutoff_lowest_hz + share * (settings.cutoff_highest_hz - settings.cutoff_lowest_hz)
    top = min(settings.cutoff_highest_hz, 0.4 * rate_hz)
    return float(
        np.clip(max(min(by_noise, settings.cutoff_usual_hz), by_speed), min(settings.cutoff_lowest_hz, top), top)
    )


def _turning_deg_s(segment: Floats, rate_hz: float) -> Floats:
    """Angular speed (T,) of a segment (T, 2): the speed of its end over its own usual length."""
    calm = low_pass(segment, cutoff_hz=min(6.0, 0.4 * rate_hz), rate_hz=rate_hz, pad_s=1.0)
    speed = np.linalg.norm(np.gradient(calm, 1 / rate_hz, axis=0), axis=-1)
    length = np.nanmedian(distance(segment, np.zeros(2)))
    return np.asarray(np.rad2deg(speed / length))


def _errors(
    placed: Floats,
    smooth: Floats,
    doubts: tuple[Floats, Floats, Floats],
    *,
    gain: tuple[float, float],
    size: float,
    settings: CleaningSettings,
) -> Floats:
    """Standard error per axis in px, (N, K): noise, bias, confidence, gaps and replacement in quadrature.

    `doubts` are confidence (N, K), the gap's measure in seconds and the error of what was replaced, NaN elsewhere.
    `gain` is the filter's, from `hiphinge.cleaning.smoothing.noise_gain`.
    """
    confidence, gap_s, placed_error = doubts
    measured = np.where((np.isfinite(placed_error) | (gap_s > 0))[..., None], np.nan, placed)
    noise = np.nan_to_num(residual_noise(measured, smooth, gain)).max(axis=-1) * np.sqrt(gain[0])
    bias = settings.landmark_bias * size
    doubt = settings.doubt_spread * size * (1 - confidence)
    across = settings.gap_acceleration * size * np.where(np.isfinite(gap_s), gap_s, 0.0) ** 2 / 2
    replaced = np.nan_to_num(placed_error) * settings.replaced_widening
    seen_doubt = np.where(np.isfinite(placed_error), 0.0, doubt)
    error = np.sqrt(noise**2 + bias**2 + seen_doubt**2 + across**2 + replaced**2)
    return np.asarray(np.where(np.isfinite(smooth).all(axis=-1), error, np.nan))


def _unknown(track: PoseTrack) -> CleanTrack:
    """Clean track of a clip in which no one was seen, or that is too short to filter."""
    position, world, confidence = _arrays(track)
    shape = position.shape[:2]
    attrs = {**track.attrs, "cutoff_hz": np.nan, "rate_hz": np.nan, "trunk_px": np.nan, "swapped_share": 0.0}
    nothing = np.full_like(position, np.nan)
    values = (nothing, world, confidence, np.ones(shape, dtype=bool), np.full(shape, np.nan))
    return _dataset(track["time"].to_numpy(), values, attrs)


def _dataset(
    time_s: Floats, values: tuple[Floats, Floats, Floats, Bools, Floats], attrs: dict[str, object]
) -> CleanTrack:
    """Put position, world, confidence, filled and error_px under their names."""
    dims = ("time", "keypoint")
    names = {
        "position": (*dims, "space"),
        "world": (*dims, "axis"),
        "confidence": dims,
        "filled": dims,
        "error_px": dims,
    }
    return CleanTrack(
        xr.Dataset(
            {name: (names[name], array) for name, array in zip(names, values, strict=True)},
            coords={"time": time_s, "keypoint": list(KEYPOINTS), "space": list(SPACE), "axis": list(AXES)},
            attrs=attrs,
        )
    )
