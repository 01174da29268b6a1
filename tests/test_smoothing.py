"""The filter, the gaps and the robust helpers, one by one."""

import numpy as np
import pytest

from hiphinge.body import running_median
from hiphinge.cleaning.smoothing import choose_cutoff, low_pass, noise_gain, outliers, resample, uniform_time

RATE = 60.0
TIME = np.arange(0, 10, 1 / RATE)


@pytest.mark.parametrize(("hertz", "share"), [(0.5, 1.0), (6.0, np.sqrt(0.5)), (20.0, 0.0)])
def test_the_low_pass_halves_the_power_at_its_cut_off_after_both_passes(hertz, share):
    wave = np.sin(2 * np.pi * hertz * TIME)
    smooth = low_pass(wave, cutoff_hz=6.0, rate_hz=RATE, pad_s=1.0)
    middle = slice(120, -120)
    assert np.sqrt(2 * (smooth[middle] ** 2).mean()) == pytest.approx(share, abs=0.02)


def test_the_low_pass_has_no_lag():
    wave = np.exp(-(((TIME - 5) / 0.2) ** 2))
    assert TIME[low_pass(wave, cutoff_hz=4.0, rate_hz=RATE, pad_s=1.0).argmax()] == pytest.approx(5.0)


def test_one_unknown_sample_stays_unknown_and_spoils_nothing_else():
    wave = np.sin(TIME)
    wave[200] = np.nan
    smooth = low_pass(wave, cutoff_hz=6.0, rate_hz=RATE, pad_s=1.0)
    assert np.flatnonzero(np.isnan(smooth)).tolist() == [200]
    assert np.nanmax(np.abs(smooth - np.sin(TIME))) < 0.01


def test_what_the_filter_leaves_of_noise_is_what_is_said():
    noise = np.random.default_rng(0).normal(0, 1, 200_000)
    smooth = low_pass(noise, cutoff_hz=5.0, rate_hz=RATE, pad_s=1.0)
    kept, own = noise_gain(5.0, RATE)
    assert smooth.var() == pytest.approx(kept, rel=0.05)
    assert (smooth * noise).mean() == pytest.approx(own, rel=0.05)


def test_faster_movement_gets_a_higher_cut_off():
    noise = np.random.default_rng(0).normal(0, 0.02, (TIME.size, 2))
    slow, fast = (np.stack([np.sin(2 * np.pi * f * TIME)] * 2, axis=1) + noise for f in (0.3, 3.0))
    chosen = [choose_cutoff(x, rate_hz=RATE, lowest_hz=2, highest_hz=12, pad_s=1.0) for x in (slow, fast)]
    assert chosen[0] < 4
    assert chosen[1] > 6


def test_the_cut_off_stays_below_what_the_frame_rate_allows():
    wave = np.sin(2 * np.pi * 0.3 * np.arange(0, 20, 0.1))[:, None]
    assert choose_cutoff(wave, rate_hz=10.0, lowest_hz=3.5, highest_hz=9, pad_s=1.0) <= 4.0


def test_uniform_time_has_the_median_step_and_stays_inside():
    uneven = np.array([0.0, 0.03, 0.07, 0.10, 0.13, 0.17, 0.5])
    even = uniform_time(uneven)
    assert np.diff(even) == pytest.approx(np.median(np.diff(uneven)))
    assert even[0] == 0
    assert even[-1] <= 0.5


def test_gaps_are_bridged_up_to_a_length_and_measured():
    time_s = np.arange(0, 2, 0.1)
    values = time_s[:, None] ** 2
    values[5:8] = np.nan
    values[12:19] = np.nan
    bridged, gap = resample(time_s, values, time_s, max_gap_s=0.5)
    assert np.isfinite(bridged[5:8]).all()
    assert np.isnan(bridged[12:19]).all()
    assert gap[6] == pytest.approx(0.2)
    assert gap[[0, 4, 8, 19]].tolist() == [0, 0, 0, 0]
    assert np.isinf(gap[12:19]).all()


def test_nothing_is_extrapolated():
    values, gap = resample(
        np.arange(5.0), np.array([[np.nan], [1.0], [2.0], [3.0], [np.nan]]), np.arange(5.0), max_gap_s=9
    )
    assert np.isnan(values[[0, 4]]).all()
    assert np.isinf(gap[[0, 4]]).all()


def test_only_what_stands_out_by_more_than_noise_is_an_outlier():
    points = np.random.default_rng(2).normal(0, 1, (300, 1, 2))
    points[150, 0] = [40, 0]
    found = outliers(points, width=9, sigmas=3.0, floor=5.0)
    assert np.flatnonzero(found[:, 0]).tolist() == [150]


def test_the_running_median_ignores_the_unknown_and_reaches_the_ends():
    values = np.array([1.0, np.nan, 3.0, 100.0, 5.0])
    assert running_median(values, 3).tolist() == [1.0, 2.0, 51.5, 5.0, 52.5]
    assert np.isnan(running_median(np.full(4, np.nan), 3)).all()
