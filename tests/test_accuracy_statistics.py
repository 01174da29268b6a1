import numpy as np
import pytest
from validation.accuracy.statistics import (
    Estimate,
    bias,
    binned,
    bootstrap,
    correlation,
    coverage,
    limits_of_agreement,
    repeatability,
    rmse,
    within,
)


def test_a_constant_error_is_all_bias():
    errors = np.full(50, 3.0)
    assert bias(errors) == rmse(errors) == within(errors) == 3.0
    assert limits_of_agreement(errors) == (3.0, 3.0)


def test_rmse_is_bias_and_spread_in_quadrature():
    errors = np.array([1.0, 5.0, 1.0, 5.0])
    assert rmse(errors) == pytest.approx(np.hypot(bias(errors), errors.std()))


def test_limits_of_agreement_hold_nineteen_of_twenty_gaussian_errors():
    errors = np.random.default_rng(1).normal(-2.0, 4.0, 40_000)
    low, high = limits_of_agreement(errors)
    assert (low, high) == pytest.approx((-2 - 1.96 * 4, -2 + 1.96 * 4), abs=0.1)
    assert np.mean((errors > low) & (errors < high)) == pytest.approx(0.95, abs=0.005)


def test_nine_in_ten_errors_are_within_what_is_said():
    errors = np.random.default_rng(2).normal(0.0, 3.0, 40_000)
    assert within(errors) == pytest.approx(1.645 * 3, rel=0.02)
    assert np.mean(np.abs(errors) <= within(errors)) == pytest.approx(0.9, abs=1e-3)


@pytest.mark.parametrize(("stated", "held"), [(1.0, 0.900), (0.5, 0.589), (2.0, 0.999)])
def test_a_gaussian_error_is_covered_as_its_stated_error_promises(stated, held):
    errors = np.random.default_rng(3).normal(0.0, 1.0, 60_000)
    assert coverage(errors, np.full(errors.size, stated)) == pytest.approx(held, abs=0.006)


def test_correlation_sees_the_shape_and_neither_offset_nor_scale():
    true = np.sin(np.linspace(0, 6, 100))
    assert correlation(3 * true - 20, true) == pytest.approx(1.0)
    assert np.isnan(correlation(np.full(100, 4.0), true))


def test_repeatability_is_2_77_within_subject_deviations():
    rng = np.random.default_rng(4)
    subject = rng.normal(80, 10, 50_000)
    first, second = (subject + rng.normal(0, 2.0, subject.size) for _ in range(2))
    assert repeatability(first, second) == pytest.approx(1.96 * np.sqrt(2) * 2.0, rel=0.02)


def test_the_bootstrap_of_a_mean_is_as_wide_as_the_theory_says():
    groups = [np.array([value]) for value in np.random.default_rng(5).normal(0, 1, 400)]
    found = bootstrap(groups, bias, draws=2000)
    assert found.high - found.low == pytest.approx(2 * 1.96 / np.sqrt(400), rel=0.1)
    assert found.low < found.value < found.high


def test_clips_are_drawn_whole_so_many_frames_do_not_narrow_the_interval():
    rng = np.random.default_rng(6)
    offsets = rng.normal(0, 5, 30)
    short = bootstrap([np.full(2, offset) for offset in offsets], bias)
    long = bootstrap([np.full(500, offset) for offset in offsets], bias)
    assert long.high - long.low == pytest.approx(short.high - short.low, rel=1e-6)
    assert (long.groups, long.values) == (30, 15_000)


def test_the_interval_holds_the_truth_about_nineteen_times_of_twenty():
    rng = np.random.default_rng(7)
    held = 0
    for trial in range(200):
        clips = [rng.normal(offset, 1.0, 5) for offset in rng.normal(2.0, 3.0, 30)]
        found = bootstrap(clips, bias, draws=300, seed=trial)
        held += found.low <= 2.0 <= found.high
    assert 0.88 <= held / 200 <= 0.985


def test_nothing_measured_is_no_figure():
    assert bootstrap([np.empty(0)], bias).groups == 0
    assert np.isnan(bootstrap([], bias).value)
    alone = bootstrap([np.array([1.0, 2.0])], bias)
    assert alone[:1] == (1.5,)
    assert np.isnan(alone.low)
    assert isinstance(alone, Estimate)


def test_shares_are_counted_bin_by_bin():
    strength, seen = np.array([0.0, 0.0, 0.5, 0.9, 0.9]), np.array([0.0, 1.0, 0.0, 1.0, 1.0])
    assert binned(strength, seen, (0.0, 0.1, 0.7, 1.0))[0][1:] == (0.5, 2)
    assert binned(strength, seen, (0.0, 0.1, 0.7, 1.0))[2][1:] == (1.0, 2)
    assert np.isnan(binned(strength, seen, (1.0, 1.5))[0][1])
