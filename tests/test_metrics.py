"""The metrics of a simulated lifter are those of the motion it was made from, within their stated errors."""

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiphinge.kinematics import Kinematics
from hiphinge.metrics import METRICS, Estimate, measure, quotient
from hiphinge.settings import MetricSettings, load_slice
from lifters import (
    SIDE,
    bending,
    counted,
    deadlift,
    filmed,
    from_view,
    hinge,
    hips_first,
    measured,
    overlaid,
    squat,
    swing,
)

LENGTHS = {"fraction of stature", "fraction of trunk length"}


@pytest.fixture(scope="module")
def clean_hinge():
    motion = hinge(count=3)
    return motion, measured(motion, noise_px=1.5)


def test_every_repetition_carries_every_metric_of_the_table(clean_hinge):
    _, reps = clean_hinge
    assert len(reps) == 3
    for rep in reps:
        assert list(rep.metrics) == list(METRICS)
        assert all(rep.metrics[name].unit == kind.unit for name, kind in METRICS.items())


def test_value_and_error_are_known_together_or_not_at_all(clean_hinge):
    _, reps = clean_hinge
    for rep in reps:
        assert all((metric.value is None) == (metric.error is None) for metric in rep.metrics.values())


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("trunk_inclination_max", lambda m: m.trunk.max()),
        ("knee_flexion_max", lambda m: m.knee.max()),
        ("knee_flexion_rom", lambda m: m.knee.max() - m.knee[0]),
        ("hip_flexion_max", lambda m: m.hip.max()),
        ("hip_flexion_rom", lambda m: m.hip.max() - m.hip[0]),
        ("hip_travel_back", lambda m: m.hip_back.max()),
        ("lockout_trunk_inclination", lambda m: m.trunk[0]),
    ],
)
@pytest.mark.parametrize("make", [hinge, deadlift, squat])
def test_an_extreme_lies_within_two_errors_of_the_truth(name, truth, make):
    motion = make()
    for rep in measured(motion, noise_px=1.5):
        metric = rep.metrics[name]
        assert metric.value == pytest.approx(float(truth(motion)), abs=2 * metric.error)


def test_what_landmarks_do_not_show_is_null_and_not_zero(clean_hinge):
    _, reps = clean_hinge
    for name in ("lumbar_flexion_max", "pelvic_tilt_rom", "thoracic_flexion_max", "dowel_gap_head", "peak_load_speed"):
        assert reps[0].metrics[name].value is None


def test_a_spine_that_was_measured_is_reported_by_the_same_table():
    seen = overlaid(filmed(hinge()), lumbar_flexion=12.0)
    assert measure(seen, counted(seen), SIDE)[0].metrics["lumbar_flexion_max"].value == pytest.approx(12.0)


def test_hinge_deadlift_and_squat_lie_in_that_order():
    places = [measured(make())[1].metrics["hinge_dominance"].value for make in (hinge, deadlift, squat)]
    assert places[0] > 0.9
    assert 0.5 < places[1] < 0.9
    assert places[2] < 0.1


def test_the_published_contrasts_hold_for_the_balanced_hinge_and_squat():
    folded, sunk = measured(hinge(trunk=70, knee=20))[0].metrics, measured(squat())[0].metrics
    for name, hinge_edge, squat_edge in (("stoop_squat_index", 80, 40), ("hip_knee_ratio", 3, 1.4)):
        assert folded[name].value > hinge_edge
        assert sunk[name].value < squat_edge
    assert folded["hip_drop"].value < 0.05
    assert sunk["hip_drop"].value > 0.13
    assert folded["trunk_minus_shank"].value > 43
    assert sunk["trunk_minus_shank"].value < 25


def test_a_knee_that_never_bends_gives_no_infinite_ratio():
    ratio = measured(hinge(knee=4.0))[0].metrics["hip_knee_ratio"]
    assert math.isfinite(ratio.value)
    assert ratio.value < 20


def test_a_swing_opens_the_hip_faster_than_a_slow_hinge():
    fast, slow = measured(swing())[3].metrics, measured(hinge())[1].metrics
    assert fast["peak_hip_speed"].value > 150 > slow["peak_hip_speed"].value
    assert fast["concentric_s"].value < slow["concentric_s"].value


def test_a_head_that_drops_is_seen_where_it_drops():
    motion = hinge(head=-40.0)
    rep = measured(motion)[0]
    head = rep.metrics["head_angle_min"]
    assert head.value == pytest.approx(-40.0, abs=2 * head.error)
    assert abs(head.at_s - motion.bottoms_s[0]) < 0.4


def test_from_the_front_only_heights_and_times_are_measured():
    view = from_view("frontal")
    seen = filmed(squat(), yaw_deg=85.0, view=view)
    metrics = measure(seen, counted(seen), view)[0].metrics
    assert metrics["knee_flexion_max"].value is None
    assert metrics["hip_drop"].value == pytest.approx(0.2, abs=0.06)
    assert metrics["eccentric_s"].value is not None


def test_measuring_changes_nothing_it_was_given():
    seen = filmed(hinge())
    before, reps = seen.copy(deep=True), counted(seen)
    measure(seen, reps, SIDE)
    assert seen.equals(before)
    assert all(not rep.metrics for rep in reps)


def test_a_repetition_nobody_saw_has_no_metrics_but_is_still_there():
    seen = filmed(hinge())
    reps = counted(seen)
    gone = {name: ("time", np.full(seen.sizes["time"], np.nan)) for name in seen.data_vars}
    unseen = measure(Kinematics(seen.assign(gone)), reps, SIDE)
    assert len(unseen) == len(reps)
    assert unseen[0].metrics["hip_flexion_max"].value is None
    assert unseen[0].metrics["hinge_dominance"].value is None


@given(st.floats(1, 100), st.floats(0, 10), st.floats(6, 100), st.floats(0, 10))
def test_the_error_of_a_quotient_is_that_of_finite_differences(over, over_error, under, under_error):
    found = quotient(Estimate(over, over_error), Estimate(under, under_error), smallest_divisor=5.0)
    step = 1e-5
    by_over = ((over + step) / under - over / under) / step
    by_under = (over / (under + step) - over / under) / step
    assert found.error == pytest.approx(math.hypot(by_over * over_error, by_under * under_error), rel=1e-3, abs=1e-9)


def test_length_metrics_name_the_length_they_are_a_fraction_of():
    assert METRICS["hip_travel_back"].unit in LENGTHS
    assert METRICS["dowel_gap_head"].unit in LENGTHS


@pytest.mark.parametrize(("down_s", "up_s"), [(1.2, 1.0), (2.0, 1.4), (3.0, 2.0)])
def test_the_ways_down_and_up_take_as_long_as_they_took_within_two_errors(down_s, up_s):
    for rep in measured(hinge(eccentric_s=down_s, concentric_s=up_s)):
        for name, truth in (("eccentric_s", down_s), ("concentric_s", up_s)):
            metric = rep.metrics[name]
            assert metric.value == pytest.approx(truth, abs=2 * metric.error)


def test_way_down_pause_and_way_up_fill_the_movement_without_overlap():
    for rep in measured(hinge(pause_s=1.0)):
        parts = [rep.metrics[name].value for name in ("eccentric_s", "pause_s", "concentric_s")]
        assert 0.8 < parts[1] < 1.5
        assert sum(parts) <= rep.end_s - rep.start_s + 0.5
    assert measured(swing())[2].metrics["pause_s"].value < 0.3


def test_the_tempo_does_not_hang_on_the_frame_rate():
    seconds = [measured(hinge(fps=fps))[1].metrics["eccentric_s"].value for fps in (24.0, 30.0, 60.0)]
    assert max(seconds) - min(seconds) < 0.15


def tips(seen):
    return [rep.metrics["trunk_tip_on_rise"] for rep in measure(seen, counted(seen), SIDE)]


def misread(seen, phase, *, off_deg, part=(0.0, 1.0), confidence=1.0):
    """The same kinematics, trunk read too upright and hips too low in a part of one phase of each repetition."""
    trunk, height, sure = (seen[name].copy() for name in ("trunk_inclination_deg", "hip_height", "confidence"))
    for rep in counted(seen):
        (span,) = [one for one in rep.phases if one.name == phase]
        start, end = (span.start_s + share * (span.end_s - span.start_s) for share in part)
        while_so = {"time": slice(start, end)}
        trunk.loc[while_so] = trunk.loc[while_so] - off_deg
        height.loc[while_so] = height.loc[while_so] - 0.05
        sure.loc[while_so] = confidence
    return Kinematics(seen.assign(trunk_inclination_deg=trunk, hip_height=height, confidence=sure))


def test_hips_that_rise_first_tip_the_trunk_and_an_ordinary_pull_does_not():
    assert all(tip.value > 9.0 for tip in tips(filmed(hips_first())))
    assert all(abs(tip.value) < 3.0 for tip in tips(filmed(deadlift())))


def test_a_trunk_that_comes_out_from_behind_the_plates_on_the_way_down_has_not_tipped():
    assert all(
        abs(tip.value) < 3.0 for tip in tips(misread(filmed(deadlift()), "eccentric", off_deg=12.0, part=(0.5, 0.7)))
    )


def test_where_the_floor_is_badly_seen_nothing_is_said_of_the_hips():
    hidden = misread(filmed(deadlift(pause_s=2.0)), "bottom", off_deg=12.0, confidence=0.2)
    assert all(tip.value is None for tip in tips(hidden))


def test_a_trunk_that_wanders_while_the_hips_rest_is_known_less_well():
    still = filmed(deadlift(pause_s=1.0))
    time_s = still["time"].to_numpy()
    wanders = still.assign(
        trunk_inclination_deg=still["trunk_inclination_deg"] + 4.0 * np.sin(2 * np.pi * 1.2 * time_s)
    )
    assert np.median([tip.error for tip in tips(Kinematics(wanders))]) > 1.2 * np.median(
        [tip.error for tip in tips(still)]
    )


@pytest.mark.parametrize(
    ("head", "back"), [(-12.0, {}), (-20.0, {"thoracic_flexion": 10.0}), (-10.0, {"lumbar_flexion": 30.0})]
)
def test_the_neck_is_what_the_head_does_beyond_what_the_back_carries(head, back):
    seen = filmed(hinge())
    depth = np.clip(seen["trunk_inclination_deg"] / seen["trunk_inclination_deg"].max(), 0, 1)
    seen = Kinematics(seen.assign(head_angle_deg=head * depth, head_angle_error_deg=0 * depth + 2.0))
    seen = bending(seen, **{name: (lambda d, most=most: most * d) for name, most in back.items()})
    for rep in measure(seen, counted(seen), SIDE):
        expected = 1.4 * (head + 0.82 * back.get("thoracic_flexion", 0.0) + 0.33 * back.get("lumbar_flexion", 0.0))
        assert rep.metrics["neck_angle_min"].value == pytest.approx(expected, abs=2.0)


def craned(face, *, thoracic=0.0, hidden_from=2.0):
    """A hinge whose face turns up against the trunk by so much, unseen where the body is deeper than a share."""
    seen = filmed(hinge())
    depth = np.clip(seen["trunk_inclination_deg"] / seen["trunk_inclination_deg"].max(), 0, 1)
    turned = (face * depth).where(depth < hidden_from)
    seen = Kinematics(seen.assign(face_angle_deg=turned, face_angle_error_deg=0 * depth + 6.0))
    return bending(seen, thoracic_flexion=lambda d: thoracic * d)


@pytest.mark.parametrize(("face", "thoracic"), [(0.0, 0.0), (40.0, 0.0), (20.0, 20.0)])
def test_a_craned_neck_is_told_by_the_face_and_what_the_back_carries_of_it(face, thoracic):
    seen = craned(face, thoracic=thoracic)
    for rep in measure(seen, counted(seen), SIDE):
        up = rep.metrics["neck_angle_max"]
        deepest = 0.74 * (face + 0.82 * thoracic)
        assert 0.75 * deepest - 1 <= up.value <= deepest + 1
        assert up.error == pytest.approx(0.74 * 6.0, abs=0.5)


def test_nothing_is_said_of_a_craned_neck_whose_face_is_hidden_at_depth():
    seen = craned(40.0, hidden_from=0.8)
    assert all(rep.metrics["neck_angle_max"].value is None for rep in measure(seen, counted(seen), SIDE))


def test_errors_that_go_against_one_another_leave_the_neck_better_known_than_its_parts():
    seen = bending(overlaid(filmed(hinge()), head_angle=-10.0), error=4.0)
    for rep in measure(seen, counted(seen), SIDE):
        apart = 1.4 * math.hypot(2.0, 0.82 * 4.0, 0.33 * 4.0)
        assert rep.metrics["neck_angle_min"].error < 0.85 * apart


def test_hips_that_seem_to_sink_as_the_trunk_tips_do_not_hide_the_tip():
    seen = filmed(hips_first())
    still = [tip.value for tip in tips(seen)]
    time_s, trunk, height = (seen[name].to_numpy() for name in ("time", "trunk_inclination_deg", "hip_height"))
    sunk = height.copy()
    for rep, tip in zip(counted(seen), still, strict=True):
        inside = (time_s >= rep.start_s) & (time_s < rep.end_s)
        low = np.nanmin(height[inside])
        tipping = inside & (trunk > np.nanmax(trunk[inside]) - 0.4 * tip) & (height < low + 0.03)
        sunk[tipping] = low - 0.003
    found = tips(Kinematics(seen.assign(hip_height=("time", sunk))))
    assert [tip.value for tip in found] == pytest.approx(still, abs=2.5)


def test_what_is_wrong_with_one_contrast_of_hinge_and_squat_is_not_all_wrong_with_the_others():
    seen = filmed(squat(knee=80.0))
    plain = load_slice("metrics", MetricSettings)
    added = msgspec.structs.replace(plain, dominance_error_share=1.0)
    ours, summed = (
        measure(seen, counted(seen), SIDE, settings=one)[0].metrics["hinge_dominance"] for one in (plain, added)
    )
    assert ours.value == summed.value
    assert ours.error == pytest.approx(0.7 * summed.error, abs=0.005)


def shins(confidence):
    """What is read of shins whose lean the correction halved, with the legs seen as surely as this."""
    seen = filmed(deadlift(1), noise_px=0.1)
    lean = seen["shank_inclination_deg"]
    halved = -(lean - seen.attrs["standing_shank_inclination_deg"]) / 2
    drawn = seen.assign(shank_inclination_deg=lean + halved, shank_correction_deg=halved)
    drawn["confidence"] = drawn["confidence"] * 0 + confidence
    reps = counted(seen)
    whole, half = (measure(one, reps, SIDE)[0].metrics["shank_inclination_deep"] for one in (seen, drawn))
    return whole, half


def test_shins_that_are_seen_lean_as_their_landmarks_do_and_hidden_ones_as_the_correction_says():
    whole, half = shins(1.0)
    assert whole.value > 8
    assert half.value == pytest.approx(whole.value, abs=0.5)
    whole, half = shins(0.8)
    assert half.value == pytest.approx(whole.value / 2, abs=0.5)
    assert shins(1.0)[1].error < shins(0.9)[1].error < shins(0.8)[1].error


def test_shins_whose_standing_was_not_seen_stay_as_they_were_corrected():
    seen = filmed(deadlift(1), noise_px=0.1)
    bare = Kinematics(seen.assign(standing=seen["standing"] * 0, shank_correction_deg=seen["standing"] * 0 + 4.0))
    reps = counted(seen)
    shank = [measure(one, reps, SIDE)[0].metrics["shank_inclination_deep"].value for one in (seen, bare)]
    assert shank[0] == pytest.approx(shank[1], abs=0.2)
