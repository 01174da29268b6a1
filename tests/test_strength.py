"""Work and power are those of the load's own path; a set slows, or cannot be told to; every formula says its own."""

import math
from itertools import pairwise

import msgspec
import numpy as np
import pytest
import xarray as xr
from scipy.integrate import trapezoid
from scipy.signal import butter, freqz

from assessed import analysed
from hiphinge.cleaning.smoothing import DUAL_PASS, low_pass
from hiphinge.exercises import exercises
from hiphinge.geometry import interval_of
from hiphinge.kinematics import Kinematics
from hiphinge.kinetics.dynamics import GRAVITY
from hiphinge.messages import message, own_languages, speaking
from hiphinge.records import ExerciseGuess, Load, LoadPath, Metric, Phase, Rep, Subject
from hiphinge.settings import StrengthSettings, load_slice
from hiphinge.strength import SPEED, UNITS, Worked, measure_work, strength_of
from hiphinge.strength.one_rm import FORMULAE, by_formula
from hiphinge.strength.slowing import velocity_loss
from hiphinge.strength.work import arm_direction, course_of, cutoff_of, span_of, way_up
from hiphinge.units import measuring
from hiphinge.words import words
from lifters import deadlift, from_view, hinge, swing

NUMBERS = load_slice("strength", StrengthSettings)
PATH = LoadPath(followed="hands", scale="stature", metres_per_stature=1.75, metres_per_stature_error=0.06)
SURE = ExerciseGuess(name="deadlift", confidence=1.0, given=True)
WORKED = Worked((), 1.5, None)


def rep(index, speed=0.3, *, complete=True, **metrics):
    """One repetition whose load goes up at so many statures a second."""
    known = {SPEED: speed, "work_j": 300.0, "mean_power_w": 400.0, "peak_power_w": 600.0} | metrics
    units = {**UNITS, SPEED: "statures/s"}
    return Rep(
        index=index,
        start_s=4.0 * index,
        bottom_s=4.0 * index + 1.5,
        end_s=4.0 * index + 3.0,
        complete=complete,
        side="both",
        phases=(Phase(name="concentric", start_s=4.0 * index + 1.5, end_s=4.0 * index + 3.0),),
        metrics={
            name: Metric(value=value, error=None if value is None else 0.1 * value, unit=units[name])
            for name, value in known.items()
        },
    )


def told(reps, *, mass=100.0, exercise=SURE, path=PATH, worked=WORKED):
    return strength_of(worked, tuple(reps), exercise, load=Load(mass_kg=mass), path=path, settings=NUMBERS)


def going_up(rise_m=0.5, seconds=1.2, rate_hz=30.0):
    """Uniform seconds and a load that rests, rises straight up in a minimum-jerk course and rests."""
    time_s = np.arange(0, 4, 1 / rate_hz)
    share = np.clip((time_s - 1.4) / seconds, 0, 1)
    course = 10 * share**3 - 15 * share**4 + 6 * share**5
    return time_s, np.stack([np.zeros_like(time_s), rise_m * course], axis=1)


@pytest.mark.parametrize(("exercise", "withheld"), [("kettlebell_swing", "strength.at_an_angle"), ("deadlift", None)])
def test_how_fast_a_bell_swings_towards_a_camera_at_an_angle_is_not_told(exercise, withheld):
    still = Kinematics(xr.Dataset(coords={"time": np.arange(9.0)}))
    asked = {"load": Load(mass_kg=16.0), "path": PATH, "settings": NUMBERS}
    found = measure_work(still, (rep(1, complete=False),), exercise, from_view("oblique"), **asked)
    assert (found.withheld == "strength.at_an_angle") == (withheld is not None)
    said = told([rep(1)], worked=Worked((), 1.5, withheld), exercise=SURE)
    assert (said.work_j is None) == (withheld is not None)


# --- one repetition from many (T15) -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "kg"),
    [
        ("Epley", 116.67),
        ("Brzycki", 112.5),
        ("Lombardi", 117.46),
        ("O'Conner", 112.5),
        ("Wathan", 116.58),
        ("Mayhew", 119.01),
        ("Lander", 113.71),
    ],
)
def test_100_kg_for_5_is_what_each_formula_says_in_print(formula, kg):
    assert by_formula(100.0, 5)[formula] == pytest.approx(kg, abs=0.005)


@pytest.mark.parametrize("formula", FORMULAE.values())
def test_more_repetitions_or_more_load_is_never_less_strength(formula):
    says = [formula(100.0, reps) for reps in range(1, 11)]
    assert all(more > less for less, more in pairwise(says))
    assert formula(200.0, 5) == pytest.approx(2 * formula(100.0, 5))


def test_the_range_is_over_all_formulae_and_each_is_named():
    most = told([rep(k) for k in range(1, 6)]).one_rep_max
    assert set(most.formulae_kg) == set(FORMULAE)
    assert (most.low_kg, most.high_kg) == (112.5, 119.01)
    assert (most.load_kg, most.reps, most.reps_most) == (100.0, 5, 5)


def test_repetitions_that_the_clip_cuts_widen_the_range_upward():
    most = told([rep(k, complete=k < 6) for k in range(1, 7)]).one_rep_max
    assert (most.reps, most.reps_most) == (5, 6)
    assert most.low_kg == 112.5
    assert most.high_kg == pytest.approx(max(by_formula(100.0, 6).values()), abs=0.005)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"reps": [rep(k) for k in range(1, 12)]}, "strength.many_reps"),
        ({"reps": [rep(1)]}, "strength.one_rep"),
        ({"mass": None}, "strength.no_mass"),
        ({"exercise": ExerciseGuess(name="kettlebell_swing", confidence=1.0, given=True)}, "strength.no_lift"),
        ({"exercise": ExerciseGuess(name="wall_drill", confidence=1.0, given=True)}, "strength.no_lift"),
        ({"exercise": ExerciseGuess(name="single_leg_rdl", confidence=1.0, given=True)}, "strength.no_lift"),
        ({"exercise": ExerciseGuess(name="rdl", confidence=0.4, given=False, graded=False)}, "strength.unsure"),
    ],
)
def test_where_the_formulae_do_not_hold_nothing_is_estimated_and_the_reason_is_given(how, why):
    found = told(**({"reps": [rep(k) for k in range(1, 6)]} | how))
    assert found.one_rep_max is None
    assert found.withheld["one_rep_max"] == why
    assert message(why)


def test_ten_repetitions_are_still_estimated():
    assert told([rep(k) for k in range(1, 11)]).one_rep_max.high_kg > 130


def test_a_last_repetition_that_was_fast_makes_it_a_lower_bound_and_a_slow_one_does_not():
    fast, slow = (told([rep(k, speed=speed) for k in (1, 2, 3)]) for speed in (0.5, 0.12))
    assert (fast.one_rep_max.at_least, slow.one_rep_max.at_least) == (True, False)
    assert "at the least" in fast.says[-1]
    assert "at the least" not in slow.says[-1]


def test_without_a_scale_nothing_is_said_of_how_near_failure_it_was():
    unscaled = LoadPath(followed="hands", scale="body")
    assert told([rep(k, speed=0.9) for k in (1, 2, 3)], path=unscaled).one_rep_max.at_least is False


def test_the_lifts_by_which_strength_is_told_are_the_three_with_norms():
    assert {name for name, one in exercises().items() if one.strength} == {"rdl", "deadlift", "good_morning"}


# --- slowing ----------------------------------------------------------------------------------------------------------


def losing(*speeds):
    return velocity_loss(tuple(rep(k, speed) for k, speed in enumerate(speeds, 1)), settings=NUMBERS)


def test_a_set_that_halves_its_speed_is_told_to_slow():
    found = losing(0.40, 0.36, 0.30, 0.20)
    assert (found.fastest, found.last, found.verdict) == (1, 4, "slower")
    assert found.loss.value == pytest.approx(0.5, abs=0.06)
    assert 0.03 < found.loss.error < 0.1


@pytest.mark.parametrize("speeds", [(0.40, 0.39, 0.41, 0.38), (0.3, 0.31, 0.32), (0.40, 0.38, 0.36)])
def test_what_lies_within_the_error_cannot_be_told(speeds):
    found = losing(*speeds)
    assert found.verdict == "cannot_tell"
    assert abs(found.loss.value) <= NUMBERS.loss_sure * found.loss.error


def test_the_fastest_by_chance_is_not_taken_at_its_word():
    alike = losing(0.30, 0.30, 0.30, 0.33, 0.30, 0.30)
    assert alike.loss.value < 1 - 0.30 / 0.33


def test_noise_alone_is_told_to_slow_in_no_more_than_one_set_in_twelve():
    noise = np.random.default_rng(3)
    sets = [losing(*(0.3 * (1 + NUMBERS.speed_repeat_error * noise.normal(size=6)))) for _ in range(1000)]
    assert np.mean([one.verdict == "slower" for one in sets]) < 1 / 12


def test_too_few_repetitions_or_an_unseen_last_one_are_not_compared():
    assert losing(0.4, 0.2) is None
    assert losing(0.4, 0.3, 0.3, None) is None
    found = told([rep(1), rep(2)])
    assert found.withheld["velocity_loss"] == "strength.too_few"


# --- work and power ---------------------------------------------------------------------------------------------------


def test_a_load_that_is_raised_from_rest_to_rest_took_its_weight_times_the_rise():
    time_s, place = going_up(rise_m=0.5)
    course = course_of(time_s, place, 6.0, pad_s=0.5)
    way = way_up(course, 0.0, 4.0)
    assert course.energy[way.top] - course.energy[way.low] == pytest.approx(GRAVITY * 0.5, rel=2e-3)


def test_power_integrates_to_the_work():
    time_s, place = going_up()
    place[:, 0] = 0.1 * np.sin(3 * time_s)
    course = course_of(time_s, place, 6.0, pad_s=0.5)
    gained = trapezoid(course.power, time_s)
    assert gained == pytest.approx(course.energy[-1] - course.energy[0], rel=0.02)


def test_peak_power_is_that_of_the_course_in_closed_form():
    rise, seconds = 0.5, 1.2
    time_s, place = going_up(rise, seconds, rate_hz=240.0)
    share = np.linspace(0, 1, 2001)
    speed = rise / seconds * 30 * share**2 * (1 - share) ** 2
    pull = rise / seconds**2 * (60 * share - 180 * share**2 + 120 * share**3)
    course = course_of(time_s, place, 20.0, pad_s=0.5)
    way = way_up(course, 0.0, 4.0)
    assert course.power[way.peak] == pytest.approx(((GRAVITY + pull) * speed).max(), rel=0.01)


def test_a_load_thrown_forward_took_its_kinetic_energy_too():
    time_s = np.arange(0, 3, 1 / 60)
    speed = np.clip(time_s - 1, 0, 1) * 3.0
    place = np.stack([np.cumsum(speed) / 60, np.zeros_like(time_s)], axis=1)
    course = course_of(time_s, place, 20.0, pad_s=0.5)
    assert course.energy[-5] - course.energy[0] == pytest.approx(3.0**2 / 2, rel=0.02)


def test_what_is_lowered_again_does_not_count():
    time_s, place = going_up(rise_m=0.5)
    down = np.concatenate([place[::-1], place])
    course = course_of(interval_of(time_s) * np.arange(len(down)), down, 6.0, pad_s=0.5)
    way = way_up(course, 0.0, 100.0)
    assert course.energy[way.top] - course.energy[way.low] == pytest.approx(GRAVITY * 0.5, rel=5e-3)


def test_an_unseen_load_has_no_way_up():
    time_s, place = going_up()
    course = course_of(time_s, np.full_like(place, np.nan), 6.0, pad_s=0.5)
    assert way_up(course, 0.0, 4.0) is None


def test_the_time_between_shares_of_a_straight_way_is_that_share_of_its_time():
    time_s = np.linspace(0.0, 2.0, 41)
    assert span_of(time_s, time_s / 2.0, 0.2, 0.8) == pytest.approx(1.2)
    assert math.isnan(span_of(time_s, np.zeros_like(time_s), 0.2, 0.8))


def test_the_cut_off_follows_the_time_of_the_way_up_within_its_bounds():
    def of(seconds):
        one = rep(1)
        timed = one.metrics | {"concentric_s": Metric(value=seconds, error=0.05, unit="s")}
        return cutoff_of((msgspec.structs.replace(one, metrics=timed),), settings=NUMBERS)

    assert of(1.0) == NUMBERS.cutoff_per_way
    assert of(0.05) == NUMBERS.cutoff_most_hz
    assert of(20.0) == NUMBERS.cutoff_least_hz
    assert math.isnan(cutoff_of((rep(1),), settings=NUMBERS))


def test_the_low_pass_is_3_db_down_at_the_cut_off_that_is_told():
    """T13: run both ways, a second-order Butterworth is 3 dB down at 0.8022 of its own cut-off."""
    assert pytest.approx((math.sqrt(2) - 1) ** 0.25, abs=5e-4) == DUAL_PASS
    factor = (math.sqrt(2) - 1) ** 0.25
    assert factor == pytest.approx(0.8022, abs=1e-4)
    _, response = freqz(*butter(2, 3.0, fs=100.0), worN=[3.0 * factor], fs=100.0)
    assert abs(response[0]) ** 2 == pytest.approx(1 / math.sqrt(2), abs=2e-3)
    time_s = np.arange(0, 20, 0.01)
    kept = low_pass(np.sin(2 * np.pi * 3.0 * time_s), cutoff_hz=3.0, rate_hz=100.0, pad_s=1.0)
    assert np.ptp(kept[500:1500]) / 2 == pytest.approx(1 / math.sqrt(2), abs=5e-3)
    assert abs(int(np.argmax(kept[500:600])) - int(np.argmax(np.sin(2 * np.pi * 3.0 * time_s)[500:600]))) <= 1


# --- whole clips ------------------------------------------------------------------------------------------------------


def analysed_with(motion, exercise, *, mass=60.0, stature=175.0):
    return analysed(motion, exercise=exercise, subject=Subject(stature_cm=stature), load=Load(mass_kg=mass)).record


def test_a_simulated_lift_took_the_work_that_its_rise_says():
    record = analysed_with(deadlift(3), "deadlift")
    for one in record.reps:
        rise = one.metrics["load_rise"].value * record.load_path.metres_per_stature
        work = one.metrics["work_j"]
        assert work.value == pytest.approx(60 * GRAVITY * rise * NUMBERS.rise_gain, rel=0.05)
        assert 0.03 * work.value < work.error < 0.25 * work.value
        assert work.unit == "J"
        assert one.metrics["mean_power_w"].value < one.metrics["peak_power_w"].value


def test_twice_the_load_is_twice_the_work_and_power_on_the_same_path():
    light, heavy = (analysed_with(hinge(3), "rdl", mass=mass) for mass in (30.0, 60.0))
    for one, other in zip(light.reps, heavy.reps, strict=True):
        for name in UNITS:
            assert other.metrics[name].value == pytest.approx(2 * one.metrics[name].value, rel=0.01)
            assert other.metrics[name].error == pytest.approx(2 * one.metrics[name].error, rel=0.02)


def test_a_swing_s_bell_lies_beyond_the_hands_and_takes_more_than_the_hands_would():
    record = analysed_with(swing(), "kettlebell_swing", mass=16.0)
    whole = [one for one in record.reps if one.complete]
    hands = [16 * GRAVITY * one.metrics["load_rise"].value * record.load_path.metres_per_stature for one in whole]
    bell = [one.metrics["work_j"].value for one in whole]
    assert np.median(bell) > 1.05 * np.median(hands)
    assert record.summary.strength.one_rep_max is None


def test_arms_point_from_the_shoulders_to_the_hands_and_down_where_unseen():
    motion = analysed(swing(), exercise="kettlebell_swing").kinematics
    way = arm_direction(motion)
    assert np.allclose(np.linalg.norm(way, axis=1), 1.0)
    assert way[:, 1].min() < -0.95
    blind = motion.assign({name: motion[name] * np.nan for name in motion.data_vars if "hand_" in name})
    assert np.allclose(arm_direction(blind), [0.0, -1.0])


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"subject": Subject(stature_cm=175.0)}, "strength.no_mass"),
        ({"load": Load(mass_kg=60.0)}, "strength.no_scale"),
    ],
)
def test_without_a_mass_or_a_scale_there_is_no_work_and_the_reason_says_what_to_give(given, why):
    record = analysed(deadlift(3), exercise="deadlift", **given).record
    assert not set(UNITS) & set(record.reps[0].metrics)
    assert record.summary.strength.work_j is None
    assert record.summary.strength.withheld["work"] == why
    assert "--" in message(why)
    assert record.reps[0].metrics[SPEED].value > 0


def test_a_drill_without_a_load_says_nothing_of_strength():
    assert analysed(hinge(3), exercise="hinge").record.summary.strength is None


def test_all_is_told_in_words_and_in_pounds_where_that_is_asked():
    found = told([rep(1, 0.4), rep(2, 0.3), rep(3, 0.12)])
    assert "900 ± 90 J" in found.says[0]
    assert "%" in found.says[1]
    assert "kg" in found.says[2]
    with measuring("imperial"):
        assert "lb" in told([rep(1, 0.4), rep(2, 0.3), rep(3, 0.12)]).says[2]


@pytest.mark.parametrize("language", own_languages())
def test_every_metric_of_strength_has_its_words(language):
    with speaking(language):
        assert {*UNITS, SPEED} <= set(words().metrics)
        assert {"J", "W", "statures/s"} <= set(words().units)


def test_the_record_is_read_back_as_it_was_written():
    found = told([rep(1), rep(2), rep(3)])
    assert msgspec.json.decode(msgspec.json.encode(found), type=type(found)) == found
