"""Exercises are told apart by what the body does; what the user names is believed; doubt lowers confidence."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from validation.others.kinds import HINGES, OTHERS
from validation.others.stick import film

from hiphinge.cleaning import clean
from hiphinge.errors import UsageError
from hiphinge.exercises import Sign, exercises
from hiphinge.kinematics import Kinematics, kinematics
from hiphinge.library import library
from hiphinge.metrics import Estimate, measure
from hiphinge.recognition import Hints, recognise, tell_apart, without_repetitions
from hiphinge.recognition.features import features_of
from hiphinge.recognition.signs import score, weight
from hiphinge.settings import CleaningSettings, ExerciseSettings, KinematicsSettings, ViewSettings, load_slice
from hiphinge.view import facing_over_time, view_of
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


def test_a_rod_found_on_the_back_makes_a_dowel_drill():
    seen = hands_at(filmed(hinge()), ahead=-0.1, above=-0.24)
    assert named(seen, hints=Hints(rod=False)).name == "hinge"
    guess = named(seen, hints=Hints(rod=True))
    assert guess.name == "dowel_drill"
    assert "sign.rod_on_back" in guess.evidence


def test_hands_held_as_they_hold_a_rod_speak_for_one_that_nobody_could_look_for():
    hips, neck = (hands_at(filmed(hinge()), ahead=-0.1, above=above) for above in (-0.27, 0.05))
    uneven = Kinematics(hips.assign({name: neck[name] for name in neck.data_vars if str(name).startswith("left_hand")}))
    guess = named(uneven)
    assert "dowel_drill" in {guess.name, *(one.name for one in guess.alternatives)}


def test_a_wall_that_the_user_speaks_of_makes_a_wall_drill():
    seen = hands_at(filmed(hinge()), ahead=0.0, above=-0.24)
    guess = named(seen, hints=Hints(rod=False, wall=True))
    assert guess.name == "wall_drill"
    assert "sign.wall_told" in guess.evidence


@pytest.mark.parametrize("ahead", [0.06, 0.1])
def test_hands_on_the_chest_make_it_a_practice_hinge(ahead):
    assert named(hands_at(filmed(hinge()), ahead=ahead, above=-0.08), hints=Hints(rod=False)).name == "hinge"


def test_a_load_pulled_to_the_shoulders_by_bent_arms_is_something_else():
    seen = filmed(deadlift(trunk=72.0, knee=78.0))
    lean = seen["trunk_inclination_deg"].to_numpy()
    clean = hands_at(seen, ahead=0.08, above=0.0)
    up = lean < 8.0
    names = [name for name in seen.data_vars if "hand_" in str(name) or "wrist" in str(name)]
    moved = seen.assign({name: ("time", np.where(up, clean[name].to_numpy(), seen[name].to_numpy())) for name in names})
    guess = named(Kinematics(moved))
    assert guess.name == "other"
    assert "sign.hands_pulled_up" in guess.evidence


def test_an_error_softens_what_a_sign_says():
    sign = Sign(feature="x", width=2.0, at_least=0.0)
    sure, rough = (weight(sign, {"x": Estimate(6.0, error)}) for error in (0.5, 40.0))
    assert sure > 0.9
    assert 0.5 < rough < 0.6


def test_signs_of_one_way_belong_together_and_the_best_way_counts():
    one, two = (Sign(feature=name, width=0.1, at_least=0.0, way=name) for name in ("x", "y"))
    always = Sign(feature="z", width=0.1, at_least=0.0)
    either = msgspec.structs.replace(exercises()["other"], signs=(one, two, always))
    seen = {"x": Estimate(-9.0, 0.0), "y": Estimate(9.0, 0.0), "z": Estimate(9.0, 0.0)}
    assert score(either, seen) == pytest.approx(1.0)
    assert score(either, seen | {"z": Estimate(-9.0, 0.0)}) == pytest.approx(0.0)


def test_every_feature_that_may_be_named_is_measured():
    seen = filmed(hinge())
    reps = measure(seen, counted(seen), SIDE)
    (first, *_) = features_of(seen, reps, Hints(), settings=load_slice("exercises", ExerciseSettings))
    assert set(library().features) <= set(first)


def test_what_else_a_set_may_be_is_named_the_likeliest_first():
    seen = filmed(deadlift(trunk=70.0, knee=50.0))
    guess = named(seen)
    shares = [guess.confidence, *(one.confidence for one in guess.alternatives)]
    assert guess.alternatives
    assert shares == sorted(shares, reverse=True)


def standing_still(**columns):
    seen = filmed(hinge())
    data = {name: ("time", np.broadcast_to(value, seen["time"].shape)) for name, value in columns.items()}
    return without_repetitions(Kinematics(seen.assign(data)), SIDE, settings=load_slice("exercises", ExerciseSettings))


def test_a_clip_without_repetitions_says_what_it_shows():
    time_s = filmed(hinge())["time"].to_numpy()
    walk = 0.06 * np.sin(2 * np.pi * time_s)
    held = {"trunk_inclination_deg": 55.0, "hip_flexion_deg": 85.0, "shoulder_height": -0.25}
    still = {"trunk_inclination_deg": 3.0, "hip_flexion_deg": 5.0, "shoulder_height": 0.0}
    assert standing_still(**still | {"left_foot_lift": walk, "right_foot_lift": -walk}) == "error.no_repetition_walking"
    assert standing_still(**held) == "error.no_repetition_bent"
    assert standing_still(**held | {"shoulder_height": -0.7}) == "error.no_repetition_lying"
    assert standing_still(**still) == "error.no_repetition_upright"


def test_a_clip_of_half_a_repetition_is_not_taken_for_a_held_bend():
    """Who trims a clip to two bent seconds has not rowed; who rows is told so however short the clip is."""
    seen = filmed(hinge())
    held = {"trunk_inclination_deg": 55.0, "shoulder_height": -0.25, "confidence": 0.9}
    bent = Kinematics(seen.assign({name: ("time", np.full(seen["time"].size, value)) for name, value in held.items()}))
    moves = np.where(np.arange(seen["time"].size) % 60 < 30, 70.0, 95.0)
    settings = load_slice("exercises", ExerciseSettings)

    def said(hip, frames):
        clip = Kinematics(bent.assign(hip_flexion_deg=("time", hip)).isel(time=slice(0, frames)))
        return without_repetitions(clip, SIDE, settings=settings)

    assert said(moves, 60) == "error.no_repetition"
    assert said(moves, None) == "error.no_repetition_bent"
    assert said(moves * 0 + 85.0, 60) == "error.no_repetition_bent"


def test_a_lifter_cut_off_by_the_picture_is_not_said_to_lie_or_walk():
    low = {"trunk_inclination_deg": 30.0, "hip_flexion_deg": 40.0, "shoulder_height": -0.7}
    assert standing_still(**low, confidence=0.8) == "error.no_repetition_lying"
    assert standing_still(**low, confidence=0.0) == "error.no_repetition_hidden"


def stick(kind, seed=0, *, yaw_deg=5.0):
    """A kind of movement as a stick person does it, as far as it shows repetitions."""
    rng = np.random.default_rng([9, seed])
    raw = film({**OTHERS, **HINGES}[kind](rng), rng, yaw_deg=yaw_deg)
    track = clean(raw, settings=load_slice("cleaning", CleaningSettings))
    camera = view_of(track, settings=load_slice("view", ViewSettings))
    seen = kinematics(
        track,
        camera,
        settings=load_slice("kinematics", KinematicsSettings),
        facing=facing_over_time(track, settings=load_slice("view", ViewSettings)),
    )
    return tell_apart(seen, counted(seen), camera).exercise


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "kind", ["row", "hinge_and_row", "muscle_clean", "tie_shoes", "kneeling", "step_up", "clean", "pick_up_one_hand"]
)
def test_arms_that_work_and_knees_on_the_floor_are_no_hinge(kind, seed):
    found = stick(kind, seed)
    assert not (found.graded and exercises()[found.name].coached), found


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", ["rdl", "good_morning", "single_leg_rdl", "hinge"])
def test_hinges_of_the_same_stick_people_are_known_by_name(kind, seed):
    found = stick(kind, seed)
    assert (found.name, found.graded) == (kind, True)


def test_a_lone_bend_must_be_surer_than_a_set_to_be_graded():
    seen = filmed(deadlift(1, trunk=70.0))
    reps = counted(seen)
    strict = msgspec.structs.replace(load_slice("exercises", ExerciseSettings), grade_single=0.999)
    assert len(reps) == 1
    assert named(seen).graded
    assert not recognise(seen, reps, SIDE, settings=strict).graded
