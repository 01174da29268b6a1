"""Hips that left their place go back to where back and shoulder point; hips that kept it are left alone."""

import numpy as np
import pytest
from tests.lifters import hinge
from tests.test_kinematics import FAR, SETTINGS, clean_track, view

from hiphinge.kinematics import Kinematics, kinematics
from hiphinge.kinematics.hips import with_hips_in_place
from hiphinge.pose import KEYPOINTS
from hiphinge.synthetic import Camera, lifter_track

HIPS = [KEYPOINTS.index(f"{side}_hip") for side in ("left", "right")]
ERROR_DEG = 2.0


def seen(motion, camera=FAR):
    """A clean track of a stick lifter, and its motion with the trunk as a back of known errors tells it."""
    track = clean_track(lifter_track(motion, camera=camera))
    about = view(facing=camera.facing, near_side=camera.facing, yaw_deg=abs(camera.yaw_deg))
    first = kinematics(track, about, settings=SETTINGS)
    read = np.zeros(first.sizes["time"])
    return (
        track,
        Kinematics(
            first.assign(lumbar_flexion_deg=("time", read), trunk_inclination_error_deg=("time", read + ERROR_DEG))
        ),
        about,
    )


def hidden(track, motion, *, forward, facing=1.0):
    """The same track with the hips guessed `forward` statures ahead while the lifter lowers the second time; where."""
    time_s = track["time"].to_numpy()
    bent = motion["trunk_inclination_deg"].to_numpy() > 30
    where = bent & (time_s > np.median(time_s[bent]))
    position = track["position"].to_numpy().copy()
    position[np.ix_(where, HIPS, [0])] += facing * forward * motion.attrs["stature_px"]
    return track.assign(position=(track["position"].dims, position)), where


def guessed(forward, *, camera=FAR):
    """What was right, what a guessed hip makes of it, and what putting it back makes of that."""
    track, truth, about = seen(hinge(4), camera)
    wrong, where = hidden(track, truth, forward=forward, facing=1.0 if camera.facing == "right" else -1.0)
    first = kinematics(wrong, about, settings=SETTINGS)
    of_back = {name: truth[name] for name in truth.data_vars if name.startswith(("trunk_", "lumbar_"))}
    first = Kinematics(first.assign(of_back))
    return truth, first, with_hips_in_place(wrong, first, about, None, settings=SETTINGS), where


@pytest.mark.parametrize("facing", ["left", "right"])
def test_a_hip_guessed_a_tenth_of_the_stature_ahead_goes_back(facing):
    truth, first, (track, motion), where = guessed(0.10, camera=Camera(distance_m=400.0, focal=150.0, facing=facing))
    thigh = truth["thigh_inclination_deg"].to_numpy()[where]
    assert np.abs(first["thigh_inclination_deg"].to_numpy()[where] - thigh).max() > 15
    assert np.abs(motion["thigh_inclination_deg"].to_numpy()[where] - thigh).max() < 4
    assert np.abs(motion["hip_travel_back"] - truth["hip_travel_back"]).max() < 0.02
    assert track["filled"].to_numpy()[np.ix_(where, HIPS)].all()


def test_hips_in_their_place_are_left_alone():
    track, motion, about = seen(hinge(3))
    same_track, same_motion = with_hips_in_place(track, motion, about, None, settings=SETTINGS)
    assert same_track is track
    assert same_motion is motion


def test_what_the_back_told_stays():
    truth, _, (_, motion), _ = guessed(0.10)
    for name in ("trunk_inclination_deg", "trunk_inclination_error_deg", "lumbar_flexion_deg"):
        np.testing.assert_array_equal(motion[name], truth[name])
    np.testing.assert_allclose(
        motion["hip_flexion_deg"], motion["trunk_inclination_deg"] + motion["thigh_inclination_deg"], atol=1e-9
    )


def test_without_a_back_nothing_points_to_the_hips():
    track, motion, about = seen(hinge(3))
    wrong, _ = hidden(track, motion, forward=0.10)
    unread = Kinematics(motion.assign(lumbar_flexion_deg=motion["lumbar_flexion_deg"] * np.nan))
    assert with_hips_in_place(wrong, unread, about, None, settings=SETTINGS)[0] is wrong
