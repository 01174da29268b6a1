"""A simulated repetition truly has a fault where exact values lie beyond its rule's band."""

import math

import numpy as np
import pytest
from validation.accuracy.true_metrics import MEANT, _phases, known, truly

from hiphinge.faults import rules_of

FLAT = {"lumbar_flexion_max": 10.0, "lumbar_flexion_rise": 14.0, "lumbar_flexion_min": -2.0}


@pytest.mark.parametrize(("lean_deg", "shallow"), [(60.0, False), (47.0, None), (43.0, None), (30.0, True)])
def test_inside_the_band_of_doubt_nothing_is_true(lean_deg, shallow):
    assert truly({"trunk_inclination_max": lean_deg}, "too_shallow", "hinge") is shallow


def test_a_rule_that_does_not_apply_clears_a_repetition():
    assert truly(FLAT, "lower_back_rounding", "hinge") is False
    assert truly(FLAT | {"lumbar_flexion_max": 28.0}, "lower_back_rounding", "hinge") is None
    assert truly(FLAT | {"lumbar_flexion_max": 28.0, "lumbar_flexion_rise": 20.0}, "lower_back_rounding", "hinge")


def test_one_rule_beyond_its_band_is_a_fault_and_all_before_theirs_are_needed_to_be_without():
    upright = {"lockout_trunk_inclination": 1.0}
    assert truly(FLAT | {"lockout_trunk_inclination": -12.0}, "hyperextension", "rdl") is True
    assert truly(FLAT | upright, "hyperextension", "rdl") is False
    assert truly(FLAT, "hyperextension", "rdl") is None


def test_where_a_band_is_laid_on_what_is_read_the_true_one_counts():
    upright = {"lockout_trunk_inclination": 1.0}
    assert truly(FLAT | upright | {"lumbar_flexion_min": -16.0}, "hyperextension", "rdl") is True
    assert truly(FLAT | upright | {"lumbar_flexion_min": -11.0}, "hyperextension", "rdl") is None
    assert truly(FLAT | upright | {"lumbar_flexion_min": -9.0}, "hyperextension", "rdl") is False
    rules = {(rule.fault, rule.metric) for rule in rules_of("rdl")}
    assert set(MEANT) <= rules


def test_what_exact_series_do_not_tell_is_not_known():
    assert not known({"pelvis_roll": math.nan}, "pelvis_rotation", "single_leg_rdl")
    assert known({"trunk_inclination_max": 60.0}, "too_shallow", "single_leg_rdl")


def test_a_lift_that_begins_at_rest_on_the_floor_has_no_way_down():
    time_s = np.linspace(0, 4, 121)
    way_up = np.clip((time_s - 1.5) / 1.5, 0, 1)
    from_floor = 100 - 95 * way_up + 15 * np.exp(-(((time_s - 1.4) / 0.2) ** 2))  # deepest where the trunk tips
    from_standing = np.where(time_s < 1.0, 5 + 100 * time_s, from_floor)
    rep = {"start_s": 0.0, "end_s": 3.2}
    named = {name: {one.name for one in _phases(rep, time_s, hip, 4.0)} for name, hip in
             (("floor", from_floor), ("standing", from_standing))}  # fmt: skip
    assert named["floor"] == {"bottom", "concentric", "lockout"}
    assert named["standing"] == {"eccentric", "bottom", "concentric", "lockout"}
