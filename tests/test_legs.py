"""Knees guessed where no leg reaches come back; thighs lean a little towards what the silhouette's networks read."""

import numpy as np
import pytest
from tests.lifters import hinge
from tests.test_kinematics import FAR, SETTINGS, clean_track, view

from hiphinge.kinematics import Kinematics, kinematics
from hiphinge.kinematics.legs import legs_as_told, with_legs_in_place
from hiphinge.kinematics.reach import LegJoints, Legs, knee_in_reach, legs_of
from hiphinge.pose import KEYPOINTS
from hiphinge.synthetic import Camera, lifter_track

KNEES = [KEYPOINTS.index(f"{side}_knee") for side in ("left", "right")]
LEGS = Legs(shank=0.21, thigh=0.21)


def posture(shank_deg, thigh_deg):
    """Ankle, knee and hip (1, 2) of a leg of `LEGS`; shank + forward, thigh + backward."""
    ankle = np.zeros((1, 2))
    shank, thigh = np.deg2rad(shank_deg), np.deg2rad(thigh_deg)
    knee = ankle + LEGS.shank * np.array([[np.sin(shank), np.cos(shank)]])
    return ankle, knee, knee + LEGS.thigh * np.array([[-np.sin(thigh), np.cos(thigh)]])


def sought(ankle, knee, hip):
    """The likeliest knee of one moment."""
    return knee_in_reach(LegJoints(ankle, knee, hip, np.ones(1)), LEGS, np.full(1, 0.01), SETTINGS)


@pytest.mark.parametrize(("shank_deg", "thigh_deg"), [(2, 2), (10, 20), (20, 60)])
@pytest.mark.parametrize("off", [(0.15, 0.0), (0.12, 0.10)])
def test_a_knee_guessed_far_off_goes_where_both_lengths_hold(shank_deg, thigh_deg, off):
    ankle, knee, hip = posture(shank_deg, thigh_deg)
    found = sought(ankle, knee + off, hip)
    assert found.misfit[0] > SETTINGS.knee_off_whole
    assert np.linalg.norm(found.place - knee) < 0.35 * np.linalg.norm(off)


def test_a_knee_where_it_should_be_stays():
    ankle, knee, hip = posture(10, 25)
    found = sought(ankle, knee, hip)
    assert found.misfit[0] == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(found.place, knee, atol=1e-6)


def test_knees_turned_out_look_short_and_are_believed():
    ankle, knee, hip = posture(20, 60)
    short = ankle + 0.93 * (knee - ankle)
    assert sought(ankle, short, hip + short - knee).misfit[0] < SETTINGS.knee_off_from
    long = ankle + 1.07 * (knee - ankle)
    assert sought(ankle, long, hip + long - knee).misfit[0] > SETTINGS.knee_off_from


def test_legs_are_measured_where_they_are_seen():
    ankle, knee, hip = (np.repeat(place, 100, axis=0) for place in posture(5, 15))
    sure = np.where(np.arange(100) < 60, 0.99, 0.3)
    knee = knee + np.where(sure < 0.5, 0.1, 0.0)[:, None]
    legs = legs_of(LegJoints(ankle, knee, hip, sure), SETTINGS)
    assert legs.shank == pytest.approx(LEGS.shank, rel=1e-3)
    assert legs.thigh == pytest.approx(LEGS.thigh, rel=1e-3)


def behind_a_plate(track, motion, *, forward, facing):
    """The same track with the knees guessed `forward` statures ahead for a while; where."""
    time_s = track["time"].to_numpy()
    where = (time_s > time_s[-1] * 0.5) & (time_s < time_s[-1] * 0.6)
    position = track["position"].to_numpy().copy()
    position[np.ix_(where, KNEES, [0])] += facing * forward * motion.attrs["stature_px"]
    return track.assign(position=(track["position"].dims, position)), where


@pytest.mark.parametrize("facing", ["left", "right"])
def test_knees_hidden_behind_a_plate_come_back_within_reach(facing):
    camera = Camera(distance_m=400.0, focal=150.0, facing=facing)
    track = clean_track(lifter_track(hinge(4), camera=camera))
    about = view(facing=facing, near_side=facing)
    truth = kinematics(track, about, settings=SETTINGS)
    wrong, where = behind_a_plate(track, truth, forward=0.2, facing=1.0 if facing == "right" else -1.0)
    first = kinematics(wrong, about, settings=SETTINGS)
    mended, motion = with_legs_in_place(wrong, first, about, None, settings=SETTINGS)
    true = truth["knee_flexion_deg"].to_numpy()[where]
    guessed = np.abs(first["knee_flexion_deg"].to_numpy()[where] - true)
    left = np.abs(motion["knee_flexion_deg"].to_numpy()[where] - true)
    assert guessed.min() > 50
    assert (left < 0.4 * guessed).all()
    assert mended["filled"].to_numpy()[np.ix_(where, KNEES)].all()
    assert (
        motion["knee_flexion_error_deg"].to_numpy()[where] > first["knee_flexion_error_deg"].to_numpy()[where]
    ).all()
    np.testing.assert_array_equal(motion["knee_flexion_deg"].to_numpy()[:20], truth["knee_flexion_deg"].to_numpy()[:20])


def test_legs_in_reach_and_unread_are_left_alone():
    track = clean_track(lifter_track(hinge(3), camera=FAR))
    about = view(facing=FAR.facing, near_side=FAR.facing)
    motion = kinematics(track, about, settings=SETTINGS)
    same_track, same = with_legs_in_place(track, motion, about, None, settings=SETTINGS)
    assert same_track is track
    assert same.equals(motion)


def read_off(off_deg, motion):
    """A motion whose thigh and shank the networks read `off_deg` beside the landmarks."""
    columns = {}
    for name in ("thigh", "shank"):
        columns[f"{name}_read_deg"] = motion[f"{name}_inclination_deg"] + off_deg
        columns[f"{name}_read_error_deg"] = 0 * motion[f"{name}_inclination_deg"] + 3.0
    return Kinematics(motion.assign(columns))


@pytest.mark.parametrize(("off_deg", "moved_deg"), [(-2.0, -2.0), (-15.0, -3.0), (15.0, 3.0)])
def test_a_seen_thigh_leans_towards_the_reading_by_a_few_degrees_at_most(off_deg, moved_deg):
    track = clean_track(lifter_track(hinge(3), camera=FAR))
    about = view(facing=FAR.facing, near_side=FAR.facing)
    motion = kinematics(track, about, settings=SETTINGS)
    _, found = with_legs_in_place(track, read_off(off_deg, motion), about, None, settings=SETTINGS)
    soft = motion["knee_flexion_deg"].to_numpy() < SETTINGS.leg_reading_knee_deg
    change = {name: (found[f"{name}_deg"] - motion[f"{name}_deg"]).to_numpy()[soft] for name in
              ("thigh_inclination", "shank_inclination", "hip_flexion", "knee_flexion")}  # fmt: skip
    np.testing.assert_allclose(change["thigh_inclination"], moved_deg, atol=1e-9)
    np.testing.assert_allclose(change["hip_flexion"], moved_deg, atol=1e-9)
    np.testing.assert_allclose(change["knee_flexion"], moved_deg, atol=1e-9)
    np.testing.assert_allclose(change["shank_inclination"], 0, atol=1e-9)
    assert not [name for name in found if "_read_" in name]


def test_of_deep_knees_the_reading_counts_nothing():
    track = clean_track(lifter_track(hinge(3), camera=FAR))
    about = view(facing=FAR.facing, near_side=FAR.facing)
    motion = kinematics(track, about, settings=SETTINGS)
    deep = Kinematics(motion.assign(knee_flexion_deg=motion["knee_flexion_deg"] * 0 + 90.0))
    _, found = with_legs_in_place(track, read_off(-15.0, deep), about, None, settings=SETTINGS)
    np.testing.assert_allclose(found["thigh_inclination_deg"], motion["thigh_inclination_deg"], atol=1e-9)


def test_on_one_leg_the_standing_thigh_leans_less_far_back_where_the_landmarks_were_corrected():
    camera = Camera(distance_m=400.0, focal=150.0)
    track = clean_track(lifter_track(hinge(3), camera=camera))
    about = view(facing=camera.facing, near_side=camera.facing)
    free = [KEYPOINTS.index(f"left_{name}") for name in ("knee", "ankle", "heel", "foot_index")]
    position = track["position"].to_numpy().copy()
    lifted = np.arange(len(position)) > len(position) // 2
    stature_px = kinematics(track, about, settings=SETTINGS).attrs["stature_px"]
    position[np.ix_(lifted, free, [1])] -= 0.3 * stature_px
    one_leg = track.assign(position=(track["position"].dims, position))
    motion = kinematics(one_leg, about, settings=SETTINGS)
    for corrected, expected in (("blazepose full", SETTINGS.one_leg_thigh_deg), ("", 0.0)):
        given = Kinematics(motion.assign_attrs(correction=corrected))
        _, told = legs_as_told(one_leg, given, about, None, settings=SETTINGS)
        change = (told.motion["thigh_inclination_deg"] - motion["thigh_inclination_deg"]).to_numpy()
        np.testing.assert_allclose(change[lifted][20:-20], expected, atol=1e-9)
        np.testing.assert_allclose(change[~lifted][20:-20], 0, atol=1e-9)


def test_knees_that_seem_to_bend_backwards_are_straightened_and_called_unsure():
    track = clean_track(lifter_track(hinge(3), camera=FAR))
    about = view(facing=FAR.facing, near_side=FAR.facing)
    motion = kinematics(track, about, settings=SETTINGS)
    lost = np.arange(motion.sizes["time"]) < 10
    off = {"thigh_inclination": -20.0, "shank_inclination": -20.0, "knee_flexion": -40.0, "hip_flexion": -20.0}
    given = Kinematics(motion.assign({f"{name}_deg": motion[f"{name}_deg"] + lost * by for name, by in off.items()}))
    _, found = with_legs_in_place(track, given, about, None, settings=SETTINGS)
    knee, was = (one["knee_flexion_deg"].to_numpy() for one in (found, given))
    assert was[lost].max() < -20
    np.testing.assert_allclose(knee[lost], -SETTINGS.knee_backwards_deg, atol=1e-9)
    assert found["knee_flexion_error_deg"].to_numpy()[lost].min() > 15
    np.testing.assert_allclose(knee[~lost], was[~lost])
