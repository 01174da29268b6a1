"""The ghost: the lifter's own body, standing where they stand, doing right what was found wrong."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessed import analysed
from hiphinge.analysis import Request, assess
from hiphinge.anthropometry import segments
from hiphinge.ghost import ghost, why_none
from hiphinge.ghost.balance import SHANK_DEG, ahead, balanced
from hiphinge.ghost.body import GhostLengths, Load, Posture, hanging, joints, mass_centre
from hiphinge.ghost.right import clean_limit
from hiphinge.messages import speaking
from hiphinge.people import PoseEstimate
from hiphinge.records import Load as LoadGiven
from hiphinge.records import Metric, Subject
from hiphinge.report.like_this import differences
from hiphinge.result import Analysis
from hiphinge.settings import GhostSettings, load_slice
from hiphinge.synthetic import FOREARM, SHANK, THIGH, TRUNK, UPPER_ARM, Camera
from hiphinge.words import words
from lifters import deadlift, hinge, squat

OWN = load_slice("ghost", GhostSettings)
MEN = segments("m")
BODY = GhostLengths(
    SHANK, THIGH, TRUNK, 0.1, UPPER_ARM, FOREARM, np.array([-0.045, -0.039]), np.array([0.107, -0.039]), 0.05
)
ANGLES = {"trunk": st.floats(0.0, 85.0), "knee": st.floats(0.0, 60.0), "neck": st.floats(-20.0, 20.0)}


@cache
def hinged() -> Analysis:
    return analysed(hinge(), exercise="hinge")


@cache
def squatted() -> Analysis:
    return analysed(squat(), exercise="hinge")


def at_the_bottom(analysis: Analysis, rep=1):
    found = ghost(analysis, analysis.record.reps[rep - 1].bottom_s)
    assert found is not None
    return found


def spans(places):
    chain = ("ankle", "knee", "hip", "shoulder")
    return [float(np.hypot(*(places[b] - places[a]))) for a, b in pairwise(chain)]


# ---- the body -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sex", ["f", "m", None])
def test_the_segments_make_a_whole_body(sex):
    paired = {"upper_arm", "forearm", "hand", "thigh", "shank", "foot"}
    total = sum(one.mass * (2 if name in paired else 1) for name, one in segments(sex).items())
    assert total == pytest.approx(1.0, abs=0.002)


def test_without_a_sex_the_body_is_between_both():
    for name, one in segments(None).items():
        low, high = sorted((segments("f")[name].mass, segments("m")[name].mass))
        assert low <= one.mass <= high


@given(**ANGLES)
@settings(max_examples=60, deadline=None)
def test_a_balanced_posture_has_its_mass_centre_exactly_over_the_wanted_place(trunk, knee, neck):
    posture = balanced(Posture(0.0, knee, trunk, neck), BODY, MEN, place=0.03)
    assert posture is not None
    assert ahead(posture, BODY, MEN) == pytest.approx(0.03, abs=1e-9)
    assert SHANK_DEG[0] < posture.shank < SHANK_DEG[1]
    assert (posture.trunk, posture.knee, posture.neck) == (trunk, knee, neck)


@given(**ANGLES)
@settings(max_examples=30, deadline=None)
def test_a_posture_keeps_the_bodys_lengths(trunk, knee, neck):
    assert spans(joints(Posture(5.0, knee, trunk, neck), BODY)) == pytest.approx([SHANK, THIGH, TRUNK])


def test_what_cannot_be_balanced_is_not_made():
    assert balanced(Posture(0.0, 0.0, 90.0, 0.0), BODY, MEN, place=-0.5) is None


def test_a_load_in_the_hands_sends_the_hips_further_back():
    bare, loaded = (
        balanced(Posture(0.0, 15.0, 65.0, 0.0), BODY, MEN, place=0.03, load=load) for load in (None, Load(0.8))
    )
    assert joints(loaded, BODY)["hip"][0] < joints(bare, BODY)["hip"][0] - 0.02


def test_a_bar_on_the_back_counts_at_the_shoulders():
    places = joints(Posture(0.0, 10.0, 50.0, 0.0), BODY)
    bare, loaded = mass_centre(places, MEN), mass_centre(places, MEN, Load(1.0, on_back=True))
    np.testing.assert_allclose(loaded, (bare + places["shoulder"]) / 2)


def test_hanging_arms_are_vertical_while_the_leg_leaves_room_and_slide_along_it_where_not():
    upright, bent = (joints(Posture(0.0, 5.0, trunk, 0.0), BODY) for trunk in (0.0, 70.0))
    assert hanging(bent, BODY) == 0.0
    assert bent["wrist"][0] == pytest.approx(bent["shoulder"][0])
    assert hanging(upright, BODY) > 0.0
    hand = upright["wrist"]
    leg = np.interp(hand[1], [upright["knee"][1], upright["hip"][1]], [upright["knee"][0], upright["hip"][0]])
    assert hand[0] - leg == pytest.approx(BODY.hand_clearance, abs=0.002)


def test_a_free_leg_in_line_with_the_trunk_balances_it():
    one = joints(Posture(0.0, 15.0, 70.0, 0.0, rear=70.0), BODY)
    line, trunk = one["hip"] - one["free_ankle"], one["shoulder"] - one["hip"]
    assert line[0] * trunk[1] - line[1] * trunk[0] == pytest.approx(0.0, abs=1e-12)
    assert mass_centre(one, MEN)[0] < mass_centre(joints(Posture(0.0, 15.0, 70.0, 0.0), BODY), MEN)[0]


# ---- the ghost ----------------------------------------------------------------------------------------------------


def test_a_clean_repetition_is_its_own_ghost():
    found = at_the_bottom(hinged())
    assert found.faults == frozenset()
    for name in ("shank", "knee", "trunk"):
        assert getattr(found.posture, name) == pytest.approx(getattr(found.filmed, name), abs=2.5), name


def test_the_ghost_of_a_clean_repetition_lies_on_the_lifter():
    analysis = hinged()
    found = at_the_bottom(analysis)
    filmed = analysis.track["position"].sel(time=found.at_s, method="nearest")
    for name in ("ankle", "knee", "hip", "shoulder"):
        away = found.near_px[name] - filmed.sel(keypoint=f"right_{name}").to_numpy()
        assert np.hypot(*away) < 0.02 * found.stature_px, name


def test_the_ghost_has_the_lifters_own_lengths():
    for long_legged in (0.9, 1.1):
        analysis = hinged()
        track = analysis.raw_track
        position = track["position"].to_numpy().copy()
        ankle = position[:, 27:29].mean(axis=1, keepdims=True)
        stretched = ankle + (position - ankle) * np.array([1.0, long_legged])  # a taller picture of the same lifter
        taller = replace_positions(analysis, stretched)
        before, after = at_the_bottom(analysis), at_the_bottom(taller)
        assert spans(after.places)[2] / spans(before.places)[2] == pytest.approx(1.0, abs=0.05)
        assert after.stature_px / before.stature_px == pytest.approx(long_legged, abs=0.03)


def replace_positions(analysis, position):
    track = analysis.raw_track.assign(position=(("time", "keypoint", "space"), position))
    return assess(PoseEstimate(track, 1, 1), analysis.record.recording, Request(exercise="hinge"))


def test_the_feet_stay_where_they_are():
    analysis = squatted()
    found = at_the_bottom(analysis)
    filmed = analysis.track["position"].sel(time=found.at_s, method="nearest")
    for name, landmark in (("ankle", "ankle"), ("heel", "heel"), ("toe", "foot_index")):
        away = found.near_px[name] - filmed.sel(keypoint=f"right_{landmark}").to_numpy()
        assert np.hypot(*away) < 0.02 * found.stature_px, name


def test_the_mass_centre_stands_over_the_place_of_the_foot_where_it_stands_upright():
    clean, faulty = at_the_bottom(hinged()), at_the_bottom(squatted())
    heel, toe = faulty.places["heel"][0], faulty.places["toe"][0]
    assert heel < faulty.ahead < toe
    assert faulty.ahead == pytest.approx(clean.ahead, abs=0.01)
    assert mass_centre(faulty.places, segments(None))[0] == pytest.approx(faulty.ahead, abs=1e-9)


def test_a_squat_is_shown_as_a_hinge_whose_shoulders_come_as_low():
    found = at_the_bottom(squatted())
    assert "squatting" in found.faults
    assert found.posture.knee <= 30
    assert found.posture.trunk > found.filmed.trunk + 15
    assert abs(found.posture.shank) < 12
    reached = joints(found.filmed, lengths_of(found))["shoulder"][1]
    deepest = found.posture.trunk >= OWN.trunk_most_deg - 1 or found.places["shoulder"][1] == pytest.approx(
        reached, abs=0.01
    )
    assert deepest


def lengths_of(found):
    shank, thigh, trunk = spans(found.places)
    return replace(BODY, shank=shank, thigh=thigh, trunk=trunk)


def test_a_pull_from_the_floor_keeps_its_bent_knees():
    found = at_the_bottom(analysed(deadlift(), exercise="deadlift"))
    assert found.posture.knee == pytest.approx(60, abs=15)


def test_a_shallow_repetition_is_shown_deep_enough():
    found = at_the_bottom(analysed(hinge(trunk=30.0), exercise="hinge"))
    assert "too_shallow" in found.faults
    assert found.posture.trunk >= 45


def test_a_dropped_head_is_lifted_into_the_line_of_the_trunk():
    found = at_the_bottom(analysed(hinge(head=-50.0), exercise="hinge"))
    assert found.filmed.neck > found.posture.neck + 30
    assert found.posture.trunk == pytest.approx(found.filmed.trunk, abs=0.01)


def test_a_rounded_back_goes_only_as_deep_as_the_clean_range():
    analysis = hinged()
    record = analysis.record
    rounding = [
        replaced(one, verdict="present") if one.fault == "lower_back_rounding" else one
        for one in record.reps[0].findings
    ]
    told = [
        replaced(one, verdict="present", reps=(1,)) if one.fault == "lower_back_rounding" else one
        for one in record.summary.findings
    ]
    summary = replaced(
        record.summary,
        findings=tuple(told),
        clean_range_deg=Metric(value=50.0, error=4.0, unit="deg"),
        clean_range_at_least=False,
    )
    reps = (replaced(record.reps[0], findings=tuple(rounding)), *record.reps[1:])
    known = replace(analysis, record=replaced(record, reps=reps, summary=summary))
    assert clean_limit(known.record) == 50.0
    assert at_the_bottom(known).posture.hip == pytest.approx(50.0, abs=0.1)
    assert at_the_bottom(known).stops_at == 50.0
    assert differences(at_the_bottom(known), words(), settings=OWN)[0] == "stop here, at 50° of hip bend"
    assert at_the_bottom(known, rep=2).posture.hip > 70.0, "a repetition that did not round keeps its depth"


def replaced(one, **changes):
    return type(one)(**({name: getattr(one, name) for name in one.__struct_fields__} | changes))


def test_a_known_load_hangs_from_the_ghosts_hands():
    given_too = {"subject": Subject(mass_kg=70.0), "load": LoadGiven(mass_kg=50.0)}
    bare, loaded = (at_the_bottom(analysed(hinge(), exercise="rdl", **more)) for more in ({}, given_too))
    assert loaded.load_counted
    assert not bare.load_counted
    assert loaded.places["hip"][0] < bare.places["hip"][0] - 0.01


def stooped_at_the_top():
    analysis = hinged()
    rep = analysis.record.reps[0]
    lockout = next(phase for phase in rep.phases if phase.name == "lockout")
    at_s = (lockout.start_s + lockout.end_s) / 2
    trunk = analysis.kinematics["trunk_inclination_deg"]
    stooped = analysis.kinematics.assign(trunk_inclination_deg=trunk.where(trunk > 25, 25.0))
    return replace(analysis, kinematics=stooped), at_s


def test_at_the_top_the_ghost_stands_tall():
    analysis, at_s = stooped_at_the_top()
    found = ghost(analysis, at_s)
    assert found.filmed.trunk == pytest.approx(25, abs=1)
    assert abs(found.posture.trunk) < 8
    assert found.posture.knee < 9


def test_a_deep_moment_is_not_the_top_whatever_the_phases_say():
    analysis = hinged()
    rep = analysis.record.reps[0]
    mistaken = tuple(
        replaced(phase, start_s=rep.bottom_s - 0.1) if phase.name == "lockout" else phase for phase in rep.phases
    )
    record = replaced(analysis.record, reps=(replaced(rep, phases=mistaken), *analysis.record.reps[1:]))
    assert at_the_bottom(replace(analysis, record=record)).posture.trunk > 50


# ---- what must not change it --------------------------------------------------------------------------------------


def test_a_lifter_who_faces_left_has_the_mirrored_ghost():
    right, left = (
        at_the_bottom(analysed(squat(), exercise="hinge", camera=Camera(facing=side))) for side in ("right", "left")
    )
    for name in ("shank", "knee", "trunk", "neck"):
        assert getattr(left.posture, name) == pytest.approx(getattr(right.posture, name), abs=0.5), name
    for name, place in right.near_px.items():
        np.testing.assert_allclose(left.near_px[name], [1080 - place[0], place[1]], atol=0.01 * right.stature_px)


def test_the_ghost_is_the_same_at_any_resolution():
    large, small = (
        at_the_bottom(analysed(squat(), exercise="hinge", camera=Camera(width=w, height=h)))
        for w, h in ((1080, 1920), (360, 640))
    )
    assert small.stature_px == pytest.approx(large.stature_px / 3, rel=0.01)
    for name in ("shank", "knee", "trunk"):
        assert getattr(small.posture, name) == pytest.approx(getattr(large.posture, name), abs=0.5), name
    for name, place in large.near_px.items():
        np.testing.assert_allclose(3 * small.near_px[name], place, atol=0.01 * large.stature_px)


def test_a_turned_camera_sees_the_same_ghost_narrower():
    side, turned = (
        at_the_bottom(analysed(hinge(), exercise="hinge", camera=Camera(yaw_deg=yaw, distance_m=30.0, focal=10.0)))
        for yaw in (0.0, 25.0)
    )
    assert turned.posture.trunk == pytest.approx(side.posture.trunk, abs=4)
    reach = [abs(one.near_px["ear"][0] - one.near_px["hip"][0]) / one.stature_px for one in (side, turned)]
    assert reach[1] < reach[0]


# ---- where there is none ------------------------------------------------------------------------------------------


def test_there_is_no_ghost_from_the_front():
    analysis = analysed(hinge(), exercise="hinge", camera=Camera(yaw_deg=85.0))
    at_s = analysis.record.reps[0].bottom_s
    assert ghost(analysis, at_s) is None
    assert why_none(analysis, at_s) == "view"


@pytest.mark.parametrize("name", ["squat", "other"])
def test_what_is_not_coached_has_no_ghost(name):
    analysis = analysed(squat(), exercise=name)
    assert why_none(analysis, analysis.record.reps[0].bottom_s) == "not_a_hinge"


def test_between_repetitions_there_is_no_ghost():
    assert why_none(hinged(), 0.1) == "no_repetition"


@pytest.mark.parametrize(("part", "reason"), [("ankle", "feet_unseen"), ("hip", "hips_unseen")])
def test_there_is_no_ghost_where_feet_or_hips_are_not_seen(part, reason):
    analysis = hinged()
    error = analysis.track["error_px"].copy()
    error.loc[{"keypoint": [f"left_{part}", f"right_{part}"]}] = 0.2 * analysis.kinematics.attrs["stature_px"]
    blind = replace(analysis, track=analysis.track.assign(error_px=error))
    assert why_none(blind, blind.record.reps[0].bottom_s) == reason
    assert ghost(blind, blind.record.reps[0].bottom_s) is None


def test_where_there_is_a_ghost_there_is_no_reason_against_it():
    assert why_none(hinged(), hinged().record.reps[0].bottom_s) is None


# ---- in words -----------------------------------------------------------------------------------------------------


def test_what_is_different_is_said_and_nothing_else():
    assert differences(at_the_bottom(hinged()), words(), settings=OWN) == ()
    said = differences(at_the_bottom(squatted()), words(), settings=OWN)
    assert any(line.startswith("knees 10") for line in said), said
    assert any(line.startswith("trunk") for line in said)


def test_the_differences_are_said_in_spanish_too():
    with speaking("es"):
        assert any(
            line.startswith("rodillas") for line in differences(at_the_bottom(squatted()), words(), settings=OWN)
        )
