"""Exercises are told apart by what the body does; what the user names is believed; doubt lowers confidence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiphinge.errors import UsageError
from hiphinge.exercises import Sign, exercises
from hiphinge.kinematics import Kinematics
from hiphinge.metrics import Estimate
from hiphinge.recognition import recognise
from hiphinge.recognition.signs import weight
from lifters import SIDE, counted, deadlift, filmed, from_view, hinge, squat, swing

CONTRACT = {
    "hinge",
    "wall_drill",
    "dowel_drill",
    "rdl",
    "kettlebell_swing",
    "good_morning",
    "deadlift",
    "single_leg_rdl",
    "squat",
    "other",
}


def hands_at(seen, *, ahead, above):
    """The same lifter with the wrists held at a place from the shoulder, given along and across the trunk."""
    trunk = np.deg2rad(seen["trunk_inclination_deg"].to_numpy())
    ahead, above = (np.broadcast_to(value, trunk.shape) for value in (ahead, above))
    forward = ahead * np.cos(trunk) + above * np.sin(trunk)
    up = above * np.cos(trunk) - ahead * np.sin(trunk)
    height = 0.78 + seen["shoulder_height"].to_numpy() + up
    columns = {"wrist_ahead_of_shoulder": forward, "wrist_above_shoulder": up, "wrist_height": height}
    for side in ("left", "right"):
        columns |= {
            f"{side}_hand_ahead_of_shoulder": forward,
            f"{side}_hand_above_shoulder": up,
            f"{side}_hand_height": height,
            f"{side}_hand_along_trunk": 0.288 + above,
            f"{side}_hand_ahead_of_trunk": ahead,
        }
    return Kinematics(seen.assign({name: ("time", values) for name, values in columns.items()}))


def named(seen, view=SIDE, **how):
    return recognise(seen, counted(seen), view, **how)


def test_the_exercises_are_those_of_the_contract():
    assert set(exercises()) == CONTRACT


@pytest.mark.parametrize(
    ("motion", "name"),
    [(hinge(), "rdl"), (deadlift(trunk=72.0, knee=78.0), "deadlift"), (swing(), "kettlebell_swing")],
    ids=["arms hanging, knees soft", "hands to the floor", "swing"],
)
def test_a_lift_with_hanging_arms_is_named_by_its_knees_and_its_speed(motion, name):
    guess = named(filmed(motion))
    assert guess.name == name
    assert not guess.given
    assert guess.confidence > 0.5
    assert all(key.startswith("sign.") for key in guess.evidence)


def test_a_bar_on_the_back_makes_it_a_good_morning():
    assert named(hands_at(filmed(hinge()), ahead=0.02, above=-0.05)).name == "good_morning"


def test_hands_on_the_hips_make_it_a_practice_hinge():
    assert named(hands_at(filmed(hinge()), ahead=0.05, above=-0.25)).name == "hinge"


@pytest.mark.parametrize("above", [-0.05, -0.15])
def test_a_squat_with_the_hands_at_the_chest_is_a_squat(above):
    guess = named(hands_at(filmed(squat()), ahead=0.08, above=above))
    assert guess.name == "squat"
    assert "sign.knees_lead" in guess.evidence


def test_a_squat_is_known_from_the_front_with_less_confidence():
    frontal = from_view("frontal")
    seen = hands_at(filmed(squat(), yaw_deg=85.0, view=frontal), ahead=0.0, above=-0.05)
    side = hands_at(filmed(squat()), ahead=0.0, above=-0.05)
    from_front = named(seen, frontal)
    assert from_front.name == "squat"
    assert from_front.confidence < named(side).confidence


def test_a_lift_driven_overhead_is_something_else():
    seen = filmed(squat())
    depth = -seen["hip_height"].to_numpy()
    above = np.where(depth < 0.03, 0.33, -0.05)
    assert named(hands_at(seen, ahead=0.05, above=above)).name == "other"


def test_a_trunk_that_never_rises_is_no_hinge():
    seen = filmed(hinge())
    trunk = seen["trunk_inclination_deg"].to_numpy()
    bent = Kinematics(seen.assign(trunk_inclination_deg=("time", np.maximum(trunk, 55.0))))
    guess = recognise(bent, counted(seen), SIDE)
    assert guess.name == "other"
    assert "sign.stays_bent" in guess.evidence


def test_one_foot_in_the_air_makes_it_single_legged():
    seen = filmed(hinge())
    lifted = Kinematics(seen.assign(left_foot_lift=("time", np.clip(-3 * seen["shoulder_height"].to_numpy(), 0, 0.4))))
    assert named(lifted).name == "single_leg_rdl"


def test_what_the_user_names_is_believed():
    seen = filmed(squat())
    guess = named(seen, given="dowel_drill")
    assert (guess.name, guess.confidence, guess.given) == ("dowel_drill", 1.0, True)
    assert not named(seen, given="auto").given


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match=r"unknown exercise 'snatch'.*deadlift.*good_morning"):
        named(filmed(hinge()), given="snatch")


def test_one_repetition_is_trusted_less_than_three():
    assert named(filmed(hinge(count=1))).confidence < named(filmed(hinge(count=3))).confidence


def test_without_repetitions_nothing_is_claimed():
    guess = recognise(filmed(hinge()), (), SIDE)
    assert (guess.name, guess.confidence) == ("other", 0.0)


@given(st.floats(-100, 100), st.floats(-100, 100))
def test_a_sign_grows_with_what_it_asks_for(one, other):
    sign = Sign(feature="x", width=2.0, at_least=0.0)
    low, high = ({"x": Estimate(value, 1.0)} for value in sorted((one, other)))
    assert 0 <= weight(sign, low) <= weight(sign, high) <= 1


def test_a_sign_that_was_not_seen_speaks_for_nothing():
    assert weight(Sign(feature="x", width=2.0, at_least=0.0), {}) == pytest.approx(0.5)


def test_a_lifter_nobody_saw_is_not_guessed_at():
    seen = filmed(hinge())
    gone = {name: ("time", np.full(seen.sizes["time"], np.nan)) for name in seen.data_vars}
    guess = recognise(Kinematics(seen.assign(gone)), counted(seen), SIDE)
    assert (guess.name, guess.confidence, guess.evidence) == ("other", 0.0, ("sign.not_seen",))
