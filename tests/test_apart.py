"""A trunk whose sides lean apart is less sure; one whose sides agree is as sure as before."""

import numpy as np
import pytest
from tests.lifters import hinge
from tests.test_kinematics import FAR, SETTINGS, clean_track, view

from hiphinge.kinematics import kinematics
from hiphinge.kinematics.apart import with_sides_apart
from hiphinge.pose import KEYPOINTS
from hiphinge.synthetic import lifter_track


def lifter(apart_deg):
    """Track and motion of a lifter whose far shoulder is guessed so that the trunk's sides lean apart."""
    track = clean_track(lifter_track(hinge(2), camera=FAR))
    position = track["position"].to_numpy().copy()
    shoulder, hip = (KEYPOINTS.index(f"left_{name}") for name in ("shoulder", "hip"))
    turn = np.deg2rad(apart_deg)
    trunk = position[:, shoulder] - position[:, hip]
    rotated = trunk @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    position[:, shoulder] = position[:, hip] + rotated
    track = track.assign(position=(track["position"].dims, position))
    return track, kinematics(track, view(), settings=SETTINGS)


@pytest.mark.parametrize("apart_deg", [10.0, -18.0])
def test_what_the_sides_lean_apart_beyond_the_usual_adds_to_the_error_of_trunk_and_hip(apart_deg):
    track, motion = lifter(apart_deg)
    found = with_sides_apart(motion, track, view(), None, settings=SETTINGS)
    beyond = SETTINGS.sides_apart_share * (abs(apart_deg) - SETTINGS.sides_apart_deg)
    np.testing.assert_allclose(
        found["trunk_inclination_error_deg"], np.hypot(motion["trunk_inclination_error_deg"], beyond), rtol=2e-3
    )
    assert (found["hip_flexion_error_deg"] > beyond).all()
    np.testing.assert_allclose(found["trunk_inclination_deg"], motion["trunk_inclination_deg"])


def test_sides_that_agree_leave_the_motion_as_it_was():
    track, motion = lifter(3.0)
    found = with_sides_apart(motion, track, view(), None, settings=SETTINGS)
    np.testing.assert_array_equal(found["trunk_inclination_error_deg"], motion["trunk_inclination_error_deg"])
    np.testing.assert_allclose(found["hip_flexion_error_deg"], motion["hip_flexion_error_deg"])


def test_from_far_round_perspective_alone_does_that_and_nothing_is_said():
    track, motion = lifter(18.0)
    assert with_sides_apart(motion, track, view(yaw_deg=40.0), None, settings=SETTINGS) is motion
