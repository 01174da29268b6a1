"""What the same lifter with the same load would have to do otherwise: the same physics, compared draw by draw."""

from dataclasses import replace
from functools import cache

import msgspec
import numpy as np
import pytest
from validation import what_if as validation

from assessed import analysed
from hiphinge.anthropometry import segments
from hiphinge.ghost.balance import ahead
from hiphinge.ghost.body import GhostLengths, Load, Posture, joints
from hiphinge.ghost.right import Stand
from hiphinge.kinetics.body import Body
from hiphinge.kinetics.draws import Draws
from hiphinge.messages import message, speaking
from hiphinge.records import Load as LoadGiven
from hiphinge.records import Span, Subject, WhatIf
from hiphinge.records.supposed import Supposition
from hiphinge.result import Analysis
from hiphinge.settings import load_settings
from hiphinge.synthetic import FOREARM, SHANK, THIGH, TRUNK, UPPER_ARM
from hiphinge.what_if import chosen, sentences, what_if, why_nothing
from hiphinge.what_if.compare import suppositions
from hiphinge.what_if.held import Errors, Pose, Scales, held
from hiphinge.what_if.squat import Limits, between_the_feet, squatted
from lifters import hinge, squat, swing
from loaded import kinetics_of, with_record

ALL = load_settings()
OWN = ALL.what_if
LIMITS = Limits(OWN.squat_knee_most_deg, OWN.squat_shank_most_deg, OWN.squat_hip_to_knee)
HEEL, TOE = np.array([-0.045, -0.039]), np.array([0.107, -0.039])
BODY = GhostLengths(SHANK, THIGH, TRUNK, 0.1, UPPER_ARM, FOREARM, HEEL, TOE, 0.05)
MAN = Body(75.0, 1.75, 0.0, "m")
SURE = Errors(0.0, 0.0, 0.0, 0.0, 0.0)


@cache
def lifted(kind: str = "hinge", exercise: str = "rdl", load_kg: float = 60.0, mass_kg: float | None = 75.0) -> Analysis:
    motion = {"hinge": hinge, "squat": squat, "swing": swing}[kind]()
    given = LoadGiven(mass_kg=load_kg or None)
    subject = Subject(mass_kg=mass_kg, stature_cm=175, sex="m")
    found = analysed(motion, exercise=exercise, subject=subject, load=given)
    moments = kinetics_of(found, load_kg=load_kg, mass_kg=np.nan if mass_kg is None else mass_kg)
    return replace(found, kinetics=moments)


@cache
def supposed(*args, **named) -> dict[str, WhatIf]:
    found = {}
    for one in what_if(lifted(*args, **named), ALL):
        found[one.name if one.shift_cm is None else f"{one.name}_{abs(one.shift_cm):.0f}"] = one
    return found


def change(one: WhatIf, quantity="l5s1_moment"):
    found = one.quantities[quantity].change_percent
    assert found is not None
    return found


# ---- the physics of one posture -----------------------------------------------------------------------------------


def posed(*, trunk=70.0, knee=20.0, flexion=0.0, back=0.0, load_x=None, stature=1.75):
    posture = Posture(-8.0, knee, trunk, 0.0, arm=(0.0, 0.0))
    places = {name: stature * place for name, place in joints(posture, BODY).items()}
    load = None if load_x is None else places["wrist"] + np.array([load_x, 0.0])
    return Pose(places, load, trunk, flexion, back)


def one_draw(pose, load_kg=0.0, body=MAN):
    scales = Scales(body, load_kg, SURE, Draws(1, 0), ALL.kinetics, OWN)
    values, _ = held(pose, scales)
    return {name: float(value[0]) for name, value in values.items()}


def test_a_load_moved_by_a_length_changes_the_moments_by_its_weight_times_that_length():
    near, far = one_draw(posed(load_x=0.0), 20.0), one_draw(posed(load_x=0.12), 20.0)
    for joint in ("l5s1_moment", "hip_moment"):
        assert far[joint] - near[joint] == pytest.approx(20 * 9.80665 * 0.12, abs=1e-6)


def test_a_rounded_back_changes_nothing_for_hips_and_knees_but_presses_more():
    flat, round_ = one_draw(posed(flexion=20.0), 0.0), one_draw(posed(flexion=40.0, back=13.4), 0.0)
    for joint in ("hip_moment", "knee_moment"):
        assert round_[joint] == pytest.approx(flat[joint])
    assert 1.0 < round_["l5s1_moment"] / flat["l5s1_moment"] < 1.12  # the pelvis takes the disc back with it
    assert round_["l5s1_compression"] > flat["l5s1_compression"]


def test_the_extensors_lose_a_tenth_of_their_arm_over_45_degrees_and_no_more():
    pressed = [one_draw(posed(flexion=flexion))["l5s1_compression"] for flexion in (0.0, 45.0, 90.0)]
    moment = one_draw(posed())["l5s1_moment"]
    assert pressed[1] - pressed[0] == pytest.approx(moment / 0.06 * (1 / 0.9 - 1), rel=0.05)
    assert pressed[2] == pytest.approx(pressed[1], rel=0.01)  # the obliquity goes on a little


def test_per_kilogram_and_body_weight_where_the_mass_is_unknown():
    whole = one_draw(posed())
    share = one_draw(posed(), body=MAN._replace(mass_kg=None))
    assert share["l5s1_moment"] == pytest.approx(whole["l5s1_moment"] / 75)
    assert share["l5s1_compression"] == pytest.approx(whole["l5s1_compression"] / 75 / 9.80665)


# ---- the squat ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [None, 0.3, 0.8])
@pytest.mark.parametrize(("trunk", "knee"), [(45.0, 15.0), (65.0, 20.0), (75.0, 20.0)])
def test_the_squat_has_the_load_as_low_stands_in_balance_and_bends_hips_and_knees_alike(trunk, knee, share):
    load = None if share is None else Load(share)
    stand = Stand(BODY, segments("m"), 0.028, load)
    folded = stand.balanced(Posture(0.0, knee, trunk, 0.0))
    height = float(joints(folded, BODY)["wrist"][1])
    found = squatted(stand, lambda at: float(at["wrist"][1]), like=folded, height=height, limits=LIMITS)
    assert found is not None
    assert joints(found, BODY)["wrist"][1] == pytest.approx(height, abs=1e-3)
    assert ahead(found, BODY, stand.masses, load) == pytest.approx(0.028, abs=1e-3)
    assert found.hip == pytest.approx(found.knee, abs=0.2)
    assert found.knee > folded.knee
    assert found.trunk < folded.trunk


def test_where_the_ankles_stop_the_trunk_leans_instead():
    stiff = LIMITS._replace(shank=15.0)
    stand = Stand(BODY, segments("m"), 0.028)
    folded = stand.balanced(Posture(0.0, 20.0, 65.0, 0.0))
    height = float(joints(folded, BODY)["wrist"][1])
    free = squatted(stand, lambda at: float(at["wrist"][1]), like=folded, height=height, limits=LIMITS)
    bound = squatted(stand, lambda at: float(at["wrist"][1]), like=folded, height=height, limits=stiff)
    assert bound.shank == pytest.approx(15.0, abs=0.01)
    assert bound.trunk > free.trunk


def test_a_load_on_the_floor_is_not_reached_by_squatting():
    stand = Stand(BODY, segments("m"), 0.028)
    like = Posture(0.0, 20.0, 80.0, 0.0)
    assert squatted(stand, lambda at: float(at["wrist"][1]), like=like, height=-0.03, limits=LIMITS) is None


def test_between_the_feet_the_arms_hang_straight_down():
    posture = Posture(30.0, 95.0, 32.0, 0.0)
    bent, straight = (joints(posture, lengths) for lengths in (BODY, between_the_feet(BODY)))
    assert straight["wrist"][0] == pytest.approx(straight["shoulder"][0])
    assert bent["wrist"][0] > straight["wrist"][0]


# ---- what is supposed of a lifter ---------------------------------------------------------------------------------


def test_the_filmed_posture_comes_first_and_has_nothing_to_be_compared_with():
    first = what_if(lifted(), ALL)[0]
    assert first.name == "as_filmed"
    assert all(one.difference is None and one.change_percent is None for one in first.quantities.values())


def test_the_load_nearer_asks_less_of_the_back_farther_more_and_by_as_much():
    found = supposed()
    near, far = change(found["load_nearer_12"]), change(found["load_farther_12"])
    assert near.high < 0 < far.low
    assert near.best == pytest.approx(-far.best, abs=0.5)
    assert change(found["load_nearer_5"]).best == pytest.approx(near.best * 5 / 12, abs=0.5)


def test_the_bounds_of_a_difference_are_those_of_the_same_draws_not_of_two_strangers():
    found = supposed()["load_farther_12"].quantities["l5s1_moment"]
    alone, together = found.value.high - found.value.low, found.difference.high - found.difference.low
    assert together < 0.2 * alone
    assert found.difference.best == pytest.approx(60 * 9.81 * 0.12, rel=0.05)


def test_a_squat_asks_less_of_back_and_hips_and_more_of_the_knees():
    found = supposed()["squat"]
    assert change(found).high < 0
    assert change(found, "hip_moment").high < 0
    assert found.quantities["knee_moment"].difference.low > 0


def test_a_bar_in_front_of_the_knees_takes_back_a_part_of_what_squatting_saves():
    found = supposed()
    assert change(found["squat_in_front"]).best > change(found["squat"]).best + 5


def test_a_deadlift_done_as_a_squat_is_set_beside_the_hinge_and_told_what_that_is_for():
    found = supposed("squat", "deadlift")["like_this"]
    assert found.angles["trunk"] > 50
    assert change(found, "hip_moment").low > 0
    assert message("what_if.like_this.more") in found.says


def test_a_clean_hinge_has_nothing_done_right_beside_it():
    assert "like_this" not in supposed("hinge", "hinge")


def test_the_rounded_back_is_told_by_compression_and_shear():
    found = supposed()["rounded"]
    assert found.rounded_deg == OWN.rounded_deg
    assert change(found, "hip_moment").best == 0
    assert change(found, "l5s1_compression").low > 0
    assert message("what_if.rounded.name", degrees="20°") in found.says


def test_without_a_load_none_is_moved():
    names = {name.split("_")[0] for name in supposed("hinge", "hinge", 0.0)}
    assert names == {"as", "squat", "rounded"}


def test_a_bar_on_the_back_stays_where_it_is():
    names = set(supposed("hinge", "good_morning"))
    assert not any(name.startswith("load") for name in names)
    assert "squat_in_front" not in names


def test_a_load_is_counted_though_the_lifters_mass_is_unknown():
    found = supposed("hinge", "rdl", 60.0, None)
    assert found["as_filmed"].quantities["l5s1_moment"].unit == "N·m/kg"
    assert found["as_filmed"].quantities["l5s1_compression"].unit == "body weights"
    assert change(found["load_nearer_12"]).best == pytest.approx(change(supposed()["load_nearer_12"]).best, abs=4)
    assert "load" in found["squat"].joints


def test_a_swing_is_not_held_still():
    found = lifted("swing", "kettlebell_swing")
    assert what_if(found, ALL) == ()
    assert why_nothing(found, found.kinetics, ALL.ghost) == "swing"


def test_where_moments_were_withheld_nothing_is_supposed():
    assert what_if(replace(lifted(), kinetics=None), ALL) == ()


def test_where_the_filmed_lifter_would_fall_over_nothing_is_compared():
    footless = msgspec.structs.replace(ALL.kinetics, off_foot_m=-0.5)
    assert what_if(lifted(), msgspec.structs.replace(ALL, kinetics=footless)) == ()


def test_the_repetition_is_one_that_shows_the_leading_fault():
    found = lifted("squat", "deadlift")
    lead = next(one for one in found.record.summary.findings if one.verdict == "present")
    only = msgspec.structs.replace(lead, reps=(2,))
    summary = msgspec.structs.replace(found.record.summary, findings=(only,))
    assert chosen(with_record(found, summary=summary).record, found.kinetics).index == 2


def test_a_posture_has_the_bounds_of_loads_and_a_change_those_of_the_draws():
    draws = np.random.default_rng(4).normal(200.0, 20.0, 4000)
    filmed = dict.fromkeys(("l5s1_moment", "hip_moment"), draws)
    other = {name: one - 30.0 for name, one in filmed.items()}
    found = suppositions(
        other, filmed, np.ones(4000, bool), known_mass=True, weight=735.0, kinetics=ALL.kinetics, settings=OWN
    )["l5s1_moment"]
    least = np.quantile(draws, ALL.kinetics.low_quantile)
    reach = ALL.kinetics.bounds_wider * (np.median(draws) - least)
    assert found.value.best - found.value.low == pytest.approx(reach)
    assert found.difference.low == pytest.approx(found.difference.high) == -30.0


def test_shear_and_knees_are_told_in_their_units_since_they_pass_through_zero():
    for one in supposed().values():
        for quantity in ("knee_moment", "l5s1_shear"):
            assert one.quantities[quantity].change_percent is None


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_supposition_says_what_it_takes_for_granted_and_none_speaks_of_danger(language):
    with speaking(language):
        for one in what_if(lifted("squat", "deadlift"), ALL):
            text = f"{one.title} {one.says} {one.assumes}".lower()
            assert one.assumes
            assert not any(word in text for word in ("danger", "injur", "unsafe", "peligr", "lesi"))


@pytest.mark.parametrize(("language", "unit"), [("en", "× body weight"), ("es", "× peso corporal")])
def test_a_change_in_body_weights_is_written_in_the_language_that_is_spoken(language, unit):
    shear = Supposition(
        value=Span(low=0.4, best=0.5, high=0.6), unit="body weights", difference=Span(low=0.1, best=0.2, high=0.3)
    )
    with speaking(language):
        assert f"\u00a0{unit}" in sentences.change(shear)


def test_the_squat_says_that_it_is_not_settled_which_way_loads_the_spine_less():
    assert "not settled" in supposed()["squat"].assumes


# ---- beside what others found -------------------------------------------------------------------------------------


@cache
def usual(load_kg):
    return validation.table(validation.Man(75, 1.75, load_kg, 70, 20))


def test_a_squat_saves_the_back_only_where_the_load_passes_between_the_feet():
    # van Dieen et al. 1999, a review of 27 studies
    found = usual(60)
    between, front = (found[f"squat, load {way}"] for way in ("between the feet", "in front of the knees"))
    assert between["l5s1_moment"].change_percent.high < -30
    assert front["l5s1_moment"].change_percent.high > 0


def test_the_load_counts_the_more_the_heavier_it_is():
    light, heavy = (usual(load)["load 12 cm nearer"]["l5s1_moment"].change_percent.best for load in (20, 60))
    assert heavy < light < 0


def test_the_filmed_hinge_is_that_of_the_balance_model():
    # this project's own closed form: 119.4, 195.6 and 348.0 N·m at 70 degrees with 0, 20 and 60 kg
    for load_kg, moment in ((0, 119.4), (20, 195.6), (60, 348.0)):
        assert usual(load_kg)["as filmed"]["l5s1_moment"].value.best == pytest.approx(moment, rel=0.03)


def test_bent_knees_against_a_round_back_enclose_the_pressure_measured_in_one_mans_disc():
    between, front = validation.ratios()
    assert between < 1.7 / 2.3 < front
