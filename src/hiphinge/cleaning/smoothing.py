"""Outliers, gaps, uniform time and zero-lag low-pass on plain arrays; time along axis 0."""

from typing import Final

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.signal import butter, sosfiltfilt

from hiphinge.body import running_median
from hiphinge.geometry import MAD_TO_SIGMA, Bools, Floats, interval_of, nan_median, runs

DUAL_PASS: Final = 0.802
"""A second-order Butterworth, run both ways, is 3 dB down at this fraction of its design cut-off (Winter 2009)."""


def outliers(values: Floats, *, width: int, sigmas: float, floor: float) -> Bools:
    """Samples far from the running median of their neighbours (Hampel's identifier).

    Parameters
    ----------
    values : (T, K, 2) positions; a point is an outlier when either coordinate is.
    width : window in samples.
    sigmas : how many robust standard deviations of the window away.
    floor : no deviation smaller than this (in the unit of `values`) is an outlier.

    Returns
    -------
    (T, K) bool.
    """
    middle = running_median(values, width)
    off = np.abs(values - middle)
    spread = MAD_TO_SIGMA * running_median(off, width)
    with np.errstate(invalid="ignore"):
        return np.asarray((off > np.maximum(sigmas * spread, floor)).any(axis=-1))


def uniform_time(time_s: Floats) -> Floats:
    """Times at the median rate from the first sample on, never beyond the last."""
    if time_s.size < 2:
        return np.asarray(time_s.copy())
    step = interval_of(time_s)
    count = int(np.floor((time_s[-1] - time_s[0]) / step + 1e-6)) + 1
    return np.asarray(time_s[0] + step * np.arange(count))


def resample(time_s: Floats, values: Floats, wanted_s: Floats, *, max_gap_s: float) -> tuple[Floats, Floats]:
    """Bring one series to new times by monotone cubic interpolation (PCHIP) and bridge short gaps.

    Parameters
    ----------
    time_s, values : (T,), (T, D); a row with NaN was not seen.
    wanted_s : (N,) new times.
    max_gap_s : wanted times inside a longer gap, and those beyond the first or last sample, stay NaN.

    Returns
    -------
    values : (N, D).
    gap_s : (N,) √(time since the last seen sample × time to the next), 0 where samples are dense, infinite where the
        value stays unknown; the interpolation's error grows with its square.
    """
    seen = np.isfinite(values).all(axis=-1)
    result = np.full((wanted_s.size, values.shape[1]), np.nan)
    if seen.sum() < 2:
        return result, np.full(wanted_s.size, np.inf)
    known_s = time_s[seen]
    step = interval_of(time_s)
    after = np.clip(np.searchsorted(known_s, wanted_s - 1e-3 * step), 0, known_s.size - 1)
    on_sample = np.abs(known_s[after] - wanted_s) <= 1e-3 * step
    before = np.where(on_sample, after, np.maximum(after - 1, 0))
    width = known_s[after] - known_s[before]
    inside = (known_s[before] - 1e-3 * step <= wanted_s) & (wanted_s <= known_s[after] + 1e-3 * step)
    bridged = inside & (width <= max(max_gap_s, 1.5 * step))
    result[bridged] = PchipInterpolator(known_s, values[seen], axis=0)(wanted_s[bridged])
    root = np.sqrt(np.clip(wanted_s - known_s[before], 0, None) * np.clip(known_s[after] - wanted_s, 0, None))
    gap = np.where(width > 1.5 * step, root, 0.0)
    return result, np.where(bridged, gap, np.inf)


def _sections(cutoff_hz: float, rate_hz: float) -> Floats:
    """Second-order sections that, run both ways, are 3 dB down at `cutoff_hz`."""
    design = min(cutoff_hz / DUAL_PASS, 0.49 * rate_hz)
    return np.asarray(butter(2, design, fs=rate_hz, output="sos"))


def low_pass(values: Floats, *, cutoff_hz: float, rate_hz: float, pad_s: float) -> Floats:
    """Zero-lag fourth-order (second-order, both ways) Butterworth along axis 0.

    Each stretch between NaN is filtered by itself, its ends continued by point reflection over `pad_s`, so that one
    unseen sample spoils nothing. Stretches of fewer than four samples are returned as they are.
    """
    sections = _sections(cutoff_hz, rate_hz)
    result = values.copy()
    flat, out = values.reshape(values.shape[0], -1), result.reshape(values.shape[0], -1)
    for column in range(flat.shape[1]):
        for start, end in runs(np.isfinite(flat[:, column])):
            if end - start >= 4:
                pad = min(end - start - 1, max(int(pad_s * rate_hz), 3))
                out[start:end, column] = sosfiltfilt(sections, flat[start:end, column], padlen=pad)
    return result


def noise_gain(cutoff_hz: float, rate_hz: float) -> tuple[float, float]:
    """What the filter leaves of white noise: share of its variance, and the weight of a sample on itself.

    The first is Σh², the second h₀, of the two-way impulse response h. Σh² = 1 and h₀ = 1 would be no filter at all.
    """
    impulse = np.zeros(2 * int(4 * rate_hz) + 1)
    impulse[impulse.size // 2] = 1.0
    response = sosfiltfilt(_sections(cutoff_hz, rate_hz), impulse)
    return float((response**2).sum()), float(response[impulse.size // 2])


def residual_noise(raw: Floats, smooth: Floats, gain: tuple[float, float]) -> Floats:
    """Standard deviation of the noise in `raw`, from what the filter took away: robust, per column, (D...)."""
    kept, own = gain
    off = np.abs(raw - smooth)
    spread = MAD_TO_SIGMA * nan_median(off, axis=0)
    return np.asarray(spread / np.sqrt(max(1 - 2 * own + kept, 1e-6)))


def choose_cutoff(values: Floats, *, rate_hz: float, lowest_hz: float, highest_hz: float, pad_s: float) -> float:
    """Cut-off that suits a clip's own motion: the lowest whose expected error is within 10 % of the least.

    The expected squared error of a linear smoother is residual² − σ² + 2σ²h₀ (Stein's unbiased risk), σ being the noise
    that the highest cut-off already takes away. This is Winter's residual analysis with its line drawn by arithmetic.

    Parameters
    ----------
    values : (T, D) courses of the large joints, any unit, NaN allowed.
    lowest_hz, highest_hz : the range to choose from; the highest is held below 0.4 of the rate.
    """
    top = min(highest_hz, 0.4 * rate_hz)
    bottom = min(lowest_hz, top)
    candidates = np.arange(bottom, top + 0.25, 0.5)
    gains = [noise_gain(candidate, rate_hz) for candidate in candidates]
    filtered = [low_pass(values, cutoff_hz=c, rate_hz=rate_hz, pad_s=pad_s) for c in candidates]
    noise = np.nanmean((values - filtered[-1]) ** 2, axis=0) / (1 - 2 * gains[-1][1] + gains[-1][0])
    risk = np.array(
        [
            np.nansum(np.nanmean((values - smooth) ** 2, axis=0) - noise + 2 * noise * own)
            for smooth, (_, own) in zip(filtered, gains, strict=True)
        ]
    )
    good_enough = risk <= risk.min() + 0.1 * abs(risk.min())
    return float(candidates[int(np.argmax(good_enough))])
