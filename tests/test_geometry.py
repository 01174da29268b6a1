"""Planar geometry and robust statistics."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiphinge import geometry
from hiphinge.geometry import angle_from_vertical_deg, mad_scale, nan_median, runs, two_circle_point, wrap_deg

angles = st.floats(-175, 175)


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(geometry).failed == 0


@pytest.mark.parametrize(("upper", "expected"), [((0, 1), 0), ((1, 0), 90), ((-1, 1), -45), ((1, -1), 135)])
def test_inclination_is_from_the_vertical_and_positive_forward(upper, expected):
    assert angle_from_vertical_deg([0, 0], upper) == pytest.approx(expected)


@given(angles, st.floats(0.1, 1e4))
def test_inclination_does_not_depend_on_length_or_place(angle, length):
    lower = np.array([3.0, -7.0])
    upper = lower + length * np.array([np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle))])
    assert angle_from_vertical_deg(lower, upper) == pytest.approx(angle, abs=1e-6)


def test_inclination_of_an_unknown_or_empty_line_is_unknown():
    assert np.isnan(angle_from_vertical_deg([0.0, np.nan], [1.0, 1.0]))
    assert np.isnan(angle_from_vertical_deg([2.0, 2.0], [2.0, 2.0]))


@given(st.floats(-1e4, 1e4), st.integers(-5, 5))
def test_wrapping_changes_an_angle_by_whole_turns_only(angle, turns):
    wrapped = wrap_deg(angle + 360 * turns)
    assert -180 <= wrapped < 180
    assert np.cos(np.deg2rad(wrapped)) == pytest.approx(np.cos(np.deg2rad(angle)), abs=1e-6)


def test_mad_scale_estimates_the_deviation_of_normal_noise_in_spite_of_a_tenth_of_garbage():
    values = np.random.default_rng(1).normal(5, 2, 4000)
    values[::10] = 1e6
    assert mad_scale(values) == pytest.approx(2, rel=0.2)


def test_statistics_ignore_nan_and_say_nan_when_nothing_is_left():
    table = np.array([[1.0, np.nan], [3.0, np.nan], [np.nan, np.nan]])
    assert nan_median(table, axis=0).tolist()[0] == 2.0
    assert np.isnan(nan_median(table, axis=0)[1])
    assert np.isnan(mad_scale(table, axis=0)[1])


@given(st.floats(-60, 60), st.floats(-100, 60), st.sampled_from([1.0, -1.0]))
def test_two_circles_find_the_knee_that_made_them(shank_deg, thigh_deg, front):
    ankle = np.array([10.0, 400.0])
    lean = np.deg2rad([shank_deg, thigh_deg])
    knee = ankle + 80 * np.array([front * np.sin(lean[0]), -np.cos(lean[0])])
    hip = knee + 75 * np.array([front * np.sin(lean[1]), -np.cos(lean[1])])
    found = two_circle_point(hip, ankle, radii=(75, 80), toward=front)
    assert np.linalg.norm(found - hip) == pytest.approx(75, abs=1e-6)
    assert np.linalg.norm(found - ankle) == pytest.approx(80, abs=1e-6)
    other = two_circle_point(hip, ankle, radii=(75, 80), toward=-front)
    assert min(np.linalg.norm(found - knee), np.linalg.norm(other - knee)) < 1e-4
    assert front * (found[0] - other[0]) >= -1e-9


def test_a_leg_longer_than_its_segments_has_its_knee_on_the_line():
    assert two_circle_point([0, 0], [0, 20], radii=(6.0, 4.0), toward=1) == pytest.approx([0, 12])


def test_runs_are_half_open_and_reach_both_ends():
    assert runs([True, False, True, True]) == [(0, 1), (2, 4)]
    assert runs([]) == []
