"""The back from its angles to words: metrics, where rounding starts, verdicts and their confidence, the clean range."""

from functools import cache

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hiphinge.coaching import summarise
from hiphinge.faults import judge, rules_of, verdict_of
from hiphinge.kinematics import Kinematics
from hiphinge.messages import catalogue, message
from hiphinge.metrics import measure
from hiphinge.records import ExerciseGuess, Metric
from lifters import SEEN_WELL, SIDE, bending, counted, deadlift, evenly, filmed, from_view, hinge, late, whole

BACK = ("lower_back_rounding", "upper_back_rounding", "hyperextension")


@cache
def stood_still(fps=30.0, count=3):
    seen = filmed(hinge(count=count, fps=fps))
    return seen, counted(seen)


def measured_back(*, fps=30.0, count=3, **how):
    seen, reps = stood_still(fps, count)
    back = bending(seen, **how)
    return back, measure(back, reps, SIDE)


def judged_back(exercise="hinge", **how):
    back, reps = measured_back(**how)
    return judge(reps, named(exercise), SIDE, back)


def named(exercise):
    return ExerciseGuess(name=exercise, confidence=1.0, given=True)


def said(reps, fault):
    return {finding.verdict for rep in reps for finding in rep.findings if finding.fault == fault}


def summed(exercise="hinge", **how):
    return summarise(judged_back(exercise, **how), named(exercise), SIDE, SEEN_WELL)


# --- metrics ---------------------------------------------------------------------------------------------------------


def test_the_largest_bend_is_read_without_the_excess_that_noise_adds():
    found, raw = [], []
    for seed in range(12):
        back, reps = measured_back(lumbar_flexion=evenly(0.0), noise=5.0, seed=seed)
        found += [rep.metrics["lumbar_flexion_max"].value for rep in reps]
        raw.append(float(back["lumbar_flexion_deg"].max()))
    assert np.mean(raw) > 12
    assert abs(np.mean(found)) < 1.5


def test_on_a_smooth_trace_nothing_is_taken_off_the_largest_bend():
    _, reps = measured_back(lumbar_flexion=evenly(24.0))
    for rep in reps:
        assert rep.metrics["lumbar_flexion_max"].value == pytest.approx(24.0, abs=0.5)
        assert rep.metrics["lumbar_flexion_max"].error == pytest.approx(3.0, abs=0.3)


def test_the_noise_that_is_seen_adds_to_the_error_that_is_stated():
    steady = measured_back(lumbar_flexion=evenly(20.0))[1][0].metrics["lumbar_flexion_max"]
    noisy = measured_back(lumbar_flexion=evenly(20.0), noise=6.0)[1][0].metrics["lumbar_flexion_max"]
    assert noisy.error > steady.error


def test_what_a_standing_posture_read_wrongly_adds_to_all_angles_does_not_reach_the_rise():
    straight = measured_back(lumbar_flexion=evenly(20.0))[1][0].metrics
    shifted = measured_back(lumbar_flexion=lambda depth: 20.0 * depth + 9.0)[1][0].metrics
    assert shifted["lumbar_flexion_max"].value == pytest.approx(straight["lumbar_flexion_max"].value + 9, abs=0.2)
    assert shifted["lumbar_flexion_rise"].value == pytest.approx(straight["lumbar_flexion_rise"].value, abs=0.2)
    assert straight["lumbar_flexion_rise"].value == pytest.approx(0.7 * 20, abs=1.5)


@pytest.mark.parametrize("start", [0.4, 0.6, 0.75])
def test_the_onset_is_where_the_back_gives_within_two_errors(start):
    back, reps = measured_back(lumbar_flexion=late(30.0, start=start))
    trunk, hip = (back[f"{name}_deg"].to_numpy() for name in ("trunk_inclination", "hip_flexion"))
    lean = trunk - back.attrs["standing_trunk_inclination_deg"]
    at_start = hip[np.abs(lean - start * lean.max()) < 1.5].mean()
    for rep in reps:
        onset = rep.metrics["lumbar_onset_hip_flexion"]
        assert onset.value == pytest.approx(at_start, abs=2 * onset.error)
        assert onset.error < 10
        assert rep.start_s < onset.at_s < rep.bottom_s


@pytest.mark.parametrize("most", [0.0, 10.0, 18.0])
def test_a_back_that_bends_little_and_evenly_has_no_onset(most):
    for noise in (0.0, 1.0):
        _, reps = measured_back(lumbar_flexion=evenly(most), noise=noise)
        assert all(rep.metrics["lumbar_onset_hip_flexion"].value is None for rep in reps)


def test_a_back_unseen_in_the_deep_part_is_not_read_from_the_rest():
    seen, reps = stood_still()
    back = bending(seen, lumbar_flexion=late(40.0))
    trunk = back["trunk_inclination_deg"].to_numpy()
    hidden = np.where(trunk > 0.6 * trunk.max(), np.nan, back["lumbar_flexion_deg"].to_numpy())
    half = Kinematics(back.assign(lumbar_flexion_deg=("time", hidden)))
    metrics = measure(half, reps, SIDE)[0].metrics
    for name in ("lumbar_flexion_max", "lumbar_flexion_min", "lumbar_flexion_bottom", "lumbar_onset_hip_flexion"):
        assert metrics[name].value is None
    finding = next(
        one for one in judge(measure(half, reps, SIDE), named("hinge"), SIDE, half)[0].findings if one.fault == BACK[0]
    )
    assert (finding.verdict, finding.reason) == ("not_assessable", "reason.spine_hidden_here")


def test_a_pull_from_the_floor_is_read_on_its_way_up():
    seen = filmed(deadlift(count=1))
    (rep,) = counted(seen)
    lift = msgspec.structs.replace(
        rep, start_s=rep.bottom_s, phases=tuple(one for one in rep.phases if one.name in {"concentric", "lockout"})
    )
    lift = msgspec.structs.replace(lift, start_s=lift.phases[0].start_s, bottom_s=lift.phases[0].start_s)
    metrics = measure(bending(seen, lumbar_flexion=late(30.0)), (lift,), SIDE)[0].metrics
    assert metrics["lumbar_flexion_rise"].value == pytest.approx(30.0, abs=6.0)
    assert metrics["lumbar_onset_hip_flexion"].value is not None


def test_a_head_carried_down_by_a_round_upper_back_is_not_looking_down():
    carried = Kinematics(filmed(hinge(head=-24.0)))
    reps = counted(carried)
    round_back = bending(carried, thoracic_flexion=evenly(32.0))
    flat_back = bending(carried)
    assert said(judge(measure(round_back, reps, SIDE), named("hinge"), SIDE, round_back), "looking_down") == {"absent"}
    flat = said(judge(measure(flat_back, reps, SIDE), named("hinge"), SIDE, flat_back), "looking_down")
    assert flat <= {"borderline", "present"}


# --- verdicts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exercise", "curve", "verdict"),
    [
        ("hinge", evenly(8.0), "absent"),
        ("hinge", evenly(18.0), "absent"),
        ("rdl", evenly(25.0), "borderline"),
        ("hinge", evenly(40.0), "present"),
        ("rdl", late(38.0), "present"),
        ("deadlift", evenly(24.0), "absent"),
        ("deadlift", evenly(27.0), "borderline"),
        ("deadlift", late(42.0), "present"),
    ],
)
def test_neutral_is_a_range_and_wider_in_a_pull_from_the_floor(exercise, curve, verdict):
    assert said(judged_back(exercise, lumbar_flexion=curve), "lower_back_rounding") == {verdict}


def test_a_sharp_rise_decides_where_the_amount_alone_does_not():
    smooth = judged_back(lumbar_flexion=lambda depth: 28.0 * np.clip(depth / 0.3, 0, 1))
    sharp = judged_back(lumbar_flexion=late(28.0))
    assert said(smooth, "lower_back_rounding") == {"borderline"}
    assert said(sharp, "lower_back_rounding") == {"present"}
    assert {one.metric for rep in sharp for one in rep.findings if one.fault == BACK[0]} == {"lumbar_flexion_rise"}


@pytest.mark.parametrize("error", [0.5, 3.0, 6.0, 9.9])
@pytest.mark.parametrize("exercise", ["hinge", "rdl", "deadlift"])
def test_a_flat_back_is_never_called_round_nor_arched(exercise, error):
    for most in (-4.0, 0.0, 10.0, 20.0):
        reps = judged_back(exercise, lumbar_flexion=evenly(most), thoracic_flexion=evenly(most / 4), error=error)
        assert not {"present"} & set.union(*(said(reps, fault) for fault in BACK))


@pytest.mark.parametrize("most", [0.0, 25.0, 45.0])
def test_a_wide_error_gives_no_verdict_at_all_and_says_why(most):
    reps = judged_back(lumbar_flexion=late(most), error=14.0)
    for fault in BACK:
        assert said(reps, fault) == {"not_assessable"}
    assert {one.reason for rep in reps for one in rep.findings if one.fault in BACK} == {"reason.too_uncertain"}


def test_where_nobody_stands_the_reason_is_that_nobody_stands():
    back, reps = measured_back(lumbar_flexion=late(40.0), error=14.0)
    alone = Kinematics(back.assign_attrs(spine_standing="prior"))
    reasons = {
        one.reason for rep in judge(reps, named("hinge"), SIDE, alone) for one in rep.findings if one.fault in BACK
    }
    assert reasons == {"reason.spine_no_standing"}


@pytest.mark.parametrize("why", ["yaw", "outline_hidden", "no_outline", "unusual"])
def test_a_back_that_was_not_judged_says_why_in_one_sentence(why):
    seen, reps = stood_still()
    blind = Kinematics(seen.assign_attrs(spine=why, spine_standing="clip"))
    judged = judge(measure(blind, reps, SIDE), named("hinge"), SIDE, blind)
    for fault in BACK:
        assert said(judged, fault) == {"not_assessable"}
    summary = summarise(judged, named("hinge"), SIDE, SEEN_WELL)
    assert {one.reason for one in summary.findings if one.fault in BACK} == {catalogue()[f"reason.spine_{why}"]}
    assert summary.clean_range_deg is None
    assert catalogue()[f"reason.spine_{why}"] in summary.clean_range
    assert not [praise for praise in summary.went_well if "lower back" in praise or "upper back" in praise]


def test_leaning_back_is_found_without_the_back_but_its_absence_clears_nobody():
    seen, reps = stood_still()
    lockout = Metric(value=-18.0, error=2.0, unit="deg")
    leaning = tuple(
        msgspec.structs.replace(rep, metrics=rep.metrics | {"lockout_trunk_inclination": lockout})
        for rep in measure(seen, reps, SIDE)
    )
    assert said(judge(leaning, named("hinge"), SIDE), "hyperextension") == {"present"}
    assert said(judge(measure(seen, reps, SIDE), named("hinge"), SIDE), "hyperextension") == {"not_assessable"}
    summary = summarise(judge(leaning, named("hinge"), SIDE), named("hinge"), SIDE, SEEN_WELL)
    assert "lean back" in summary.verdict


@given(st.floats(-40, 60), st.floats(0.1, 10), st.floats(-1, 1))
def test_noise_within_the_error_never_turns_present_into_absent(value, error, share):
    for rule in rules_of("rdl"):
        steady = verdict_of(rule, Metric(value=value, error=error, unit=rule.unit))
        moved = verdict_of(rule, Metric(value=value + share * error, error=error, unit=rule.unit))
        assert {steady, moved} != {"present", "absent"}


@given(st.floats(10, 60), st.floats(3.5, 9.9))
@settings(max_examples=30)
def test_present_is_said_with_the_confidence_the_rule_states(value, error):
    rule = next(rule for rule in rules_of("rdl") if rule.metric == "lumbar_flexion_max")
    if verdict_of(rule, Metric(value=value, error=error, unit="deg")) == "present":
        truths = value + error * np.random.default_rng(0).standard_normal(20_000)
        assert (truths > rule.limit).mean() > rule.sure.present - 0.01


@pytest.mark.parametrize("curve", [evenly(10.0), late(45.0)], ids=["flat", "round"])
def test_the_frame_rate_changes_no_verdict(curve):
    by_rate = [said(judged_back(fps=fps, lumbar_flexion=curve), "lower_back_rounding") for fps in (24.0, 30.0, 60.0)]
    assert by_rate[0] == by_rate[1] == by_rate[2]


@pytest.mark.parametrize(("curve", "never"), [(evenly(12.0), "present"), (late(45.0), "absent")], ids=["flat", "round"])
def test_noise_of_the_size_of_the_error_flips_no_verdict(curve, never):
    for seed in range(6):
        assert never not in said(judged_back(lumbar_flexion=curve, noise=3.0, seed=seed), "lower_back_rounding")


def test_a_back_seen_from_the_front_is_not_judged():
    seen, reps = stood_still()
    back = bending(seen, lumbar_flexion=late(45.0))
    view = from_view("frontal")
    judged = judge(measure(back, reps, view), named("hinge"), view, back)
    assert said(judged, "lower_back_rounding") == {"not_assessable"}


# --- words -----------------------------------------------------------------------------------------------------------


def test_late_rounding_is_told_from_rounding_all_the_way():
    at_depth, throughout = summed(lumbar_flexion=late(42.0)), summed(lumbar_flexion=evenly(42.0))
    assert "rounds at depth" in at_depth.verdict
    assert "all" not in at_depth.verdict.split("rounds")[0]
    assert "along with the hips" in throughout.verdict
    correction = at_depth.findings[0].correction
    assert "Stop at about" in correction
    assert "zipping up" in correction
    assert correction != throughout.findings[0].correction


def test_the_clean_range_ends_where_the_back_rounds():
    summary = summed(lumbar_flexion=late(42.0))
    assert not summary.clean_range_at_least
    assert 40 < summary.clean_range_deg.value < 60
    assert f"{summary.clean_range_deg.value:.0f} ± " in summary.clean_range


def test_a_back_that_never_rounds_has_a_clean_range_of_at_least_its_depth():
    summary = summed(lumbar_flexion=evenly(9.0))
    _, reps = stood_still()
    assert summary.clean_range_at_least
    assert "at least" in summary.clean_range
    assert summary.clean_range_deg.value > 65
    assert len(reps) == 3


def test_a_back_that_rounds_from_the_start_has_no_clean_range():
    summary = summed(lumbar_flexion=lambda depth: 45.0 * np.clip(depth / 0.4, 0, 1))
    assert summary.clean_range_deg is None
    assert summary.clean_range == message("clean_range.at_once")


def test_one_onset_read_wrongly_does_not_move_the_clean_range():
    reps = judged_back(count=5, lumbar_flexion=late(42.0))
    wrong = reps[1].metrics | {"lumbar_onset_hip_flexion": Metric(value=12.0, error=3.0, unit="deg")}
    spoilt = (reps[0], msgspec.structs.replace(reps[1], metrics=wrong), *reps[2:])
    clean, odd = (summarise(one, named("hinge"), SIDE, SEEN_WELL).clean_range_deg for one in (reps, spoilt))
    assert odd.value == pytest.approx(clean.value, abs=2)
    assert odd.error > clean.error


def test_a_flat_back_is_praised_by_how_little_it_moved():
    said = "Your lower back keeps the shape it has when you stand, to within 10°."
    assert said in summed(lumbar_flexion=evenly(9.2)).went_well


def test_a_back_that_gives_what_is_usual_is_praised_without_a_number_that_sounds_like_a_reproach():
    praised = summed(lumbar_flexion=evenly(17.0)).went_well
    assert message("fault.lower_back_rounding.usual.absent") in praised
    assert not [praise for praise in praised if "°" in praise]


def test_a_back_that_gave_once_is_neither_praised_nor_said_to_be_clean_throughout():
    seen, reps = stood_still(30.0, 5)
    flat = bending(seen, lumbar_flexion=evenly(9.0))
    given_way = bending(seen, lumbar_flexion=lambda depth: 26.0 * np.clip(depth / 0.3, 0, 1))
    once = flat["time"].to_numpy() >= reps[-1].start_s
    mixed = np.where(once, given_way["lumbar_flexion_deg"], flat["lumbar_flexion_deg"])
    back = Kinematics(flat.assign(lumbar_flexion_deg=("time", mixed)))
    summary = summarise(judge(measure(back, reps, SIDE), named("hinge"), SIDE, back), named("hinge"), SIDE, SEEN_WELL)
    assert next(one.verdict for one in summary.findings if one.fault == BACK[0]) == "absent"
    assert not [praise for praise in summary.went_well if "within" in praise]
    assert summary.clean_range.startswith("Where it could be told for sure")


def test_a_depth_that_differs_from_repetition_to_repetition_is_named_nowhere():
    judged = judged_back(count=3, lumbar_flexion=late(40.0))
    name, depths = "lumbar_onset_hip_flexion", (25.0, 75.0, 70.0)
    scattered = tuple(
        msgspec.structs.replace(rep, metrics=rep.metrics | {name: Metric(value=depth, error=5.0, unit="deg")})
        for rep, depth in zip(judged, depths, strict=True)
    )
    alike, apart = (summarise(reps, named("hinge"), SIDE, SEEN_WELL) for reps in (judged, scattered))
    assert "until the hips are bent" in alike.verdict
    assert "until the hips are bent" not in apart.verdict
    assert apart.clean_range == message("clean_range.varies")


def test_where_rounding_is_too_close_to_call_so_is_where_it_starts():
    assert summed(lumbar_flexion=late(24.0)).clean_range.startswith("Past ")
    assert summed(lumbar_flexion=evenly(25.0)).clean_range == message("clean_range.unclear")


def test_a_back_that_rounds_more_from_repetition_to_repetition_is_worth_a_sentence():
    seen, reps = stood_still(30.0, 5)
    fresh, tired = bending(seen, lumbar_flexion=evenly(10.0)), bending(seen, lumbar_flexion=evenly(34.0))
    grown = (seen["time"].to_numpy() / float(seen["time"][-1])).clip(0, 1)
    mixed = (1 - grown) * fresh["lumbar_flexion_deg"] + grown * tired["lumbar_flexion_deg"]
    back = Kinematics(fresh.assign(lumbar_flexion_deg=("time", mixed.to_numpy())))
    judged = judge(measure(back, reps, SIDE), named("hinge"), SIDE, back)
    (remark,) = summarise(judged, named("hinge"), SIDE, SEEN_WELL).remarks
    assert "more in the last repetitions than in the first" in remark
    assert not [one for one in summed(count=5, lumbar_flexion=evenly(34.0)).remarks if "lower back" in one]


def test_more_load_is_offered_on_the_back_only_where_the_back_was_judged():
    judged = summed("rdl", lumbar_flexion=evenly(9.0)).next_step
    seen, reps = stood_still()
    unjudged = summarise(judge(measure(seen, reps, SIDE), named("rdl"), SIDE), named("rdl"), SIDE, SEEN_WELL).next_step
    assert judged.why == message("next_step.rdl_load.why")
    assert unjudged is None or unjudged.why != judged.why


def test_a_neck_that_drops_beyond_a_round_upper_back_is_told_with_it():
    seen = filmed(hinge(head=-60.0))
    back = bending(seen, thoracic_flexion=evenly(32.0))
    judged = judge(measure(back, counted(seen), SIDE), named("hinge"), SIDE, back)
    summary = summarise(judged, named("hinge"), SIDE, SEEN_WELL)
    first, then = (next(one for one in summary.findings if one.fault == fault) for fault in (BACK[1], "looking_down"))
    assert (first.verdict, then.verdict) == ("present", "present")
    assert then.correction == message("fault.looking_down.with_upper_back.correction")


def test_no_manner_of_speaking_leaves_a_place_open():
    for how in (
        {"lumbar_flexion": late(42.0)},
        {"lumbar_flexion": evenly(42.0)},
        {"lumbar_flexion": evenly(25.0)},
        {"lumbar_flexion": evenly(5.0)},
        {"lumbar_flexion": evenly(-30.0), "thoracic_flexion": evenly(40.0)},
    ):
        summary = summed("rdl", **how)
        spoken = [summary.verdict, summary.clean_range, *summary.went_well, *summary.remarks]
        spoken += [one.correction or "" for one in summary.findings]
        assert not [text for text in spoken if "{" in text or "nan" in text]


@pytest.mark.parametrize(
    ("fault", "angle"), [("lower_back_rounding", "lumbar_flexion"), ("upper_back_rounding", "thoracic_flexion")]
)
def test_what_passes_before_the_back_on_the_way_is_no_rounding(fault, angle):
    def passing(depth):
        return 45.0 * np.exp(-(((depth - 0.35) / 0.12) ** 2))

    verdicts = {}
    for name, curve in (("passing", passing), ("deep", late(45.0))):
        reps = judge(whole(hinge(), **{angle: curve}), ExerciseGuess(name="hinge", confidence=1.0, given=True), SIDE)
        verdicts[name] = {one.verdict for rep in reps for one in rep.findings if one.fault == fault}
        shown = [rep.metrics[f"{angle}_max"].at_s - rep.bottom_s for rep in reps]
        assert max(map(abs, shown)) < 1.0
    assert verdicts == {"passing": {"absent"}, "deep": {"present"}}
