"""Where the lifter looks while standing: a head carried as most carry theirs is no look, a dropped one is."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from hiphinge.cleaning import clean
from hiphinge.kinematics import Kinematics, kinematics
from hiphinge.kinematics.look import with_standing_look
from hiphinge.metrics import measure
from hiphinge.settings import CleaningSettings, KinematicsSettings, load_slice
from hiphinge.synthetic import Camera, lifter_track
from lifters import SIDE, bending, counted, hinge, replace_view

SETTINGS = load_slice("kinematics", KinematicsSettings)


def seen(dropped_deg, *, facing="right", never_stands=False):
    """Kinematics of a hinge whose head is dropped alike all the time, and where the standing lifter looks."""
    motion, camera = hinge(), Camera(facing=facing)
    motion = replace(motion, head=np.full(motion.time_s.size, -float(dropped_deg)))
    track = clean(lifter_track(motion, camera=camera), settings=load_slice("cleaning", CleaningSettings))
    view = replace_view(SIDE, camera)
    found = kinematics(track, view, settings=SETTINGS)
    if never_stands:
        found = Kinematics(found.assign(standing=0 * found["standing"]))
    return with_standing_look(found, track, view, None, settings=SETTINGS)


def look(dropped_deg, **how):
    return seen(dropped_deg, **how).attrs["standing_look_deg"]


@pytest.mark.parametrize("dropped_deg", [-30.0, 0.0, 5.0])
def test_a_head_carried_as_most_do_or_thrown_back_is_no_look(dropped_deg):
    assert look(dropped_deg) == 0.0


def test_a_head_that_is_dropped_while_standing_looks_down_by_what_is_beyond_the_usual():
    mild, plain = look(25.0), look(40.0)
    assert plain < mild < 0
    assert mild > -25.0


def test_what_is_beyond_the_usual_is_as_unsure_as_people_differ():
    attrs = seen(40.0).attrs
    assert 2.0 < attrs["standing_look_error_deg"] < abs(attrs["standing_look_deg"])


def test_it_is_the_same_from_the_other_side():
    assert look(40.0, facing="left") == pytest.approx(look(40.0), abs=0.5)


def test_who_is_never_seen_standing_has_no_look():
    assert look(40.0, never_stands=True) == 0.0


def test_who_stands_and_lifts_with_the_eyes_on_the_floor_is_not_taken_for_neutral():
    lowest = {}
    for dropped_deg in (0.0, 40.0):
        motion = bending(seen(dropped_deg))
        lowest[dropped_deg] = [one.metrics["neck_angle_min"].value for one in measure(motion, counted(motion), SIDE)]
    assert np.median(lowest[0.0]) > -5.0
    assert np.median(lowest[40.0]) < np.median(lowest[0.0]) - 8.0


def test_the_face_turns_up_against_the_trunk_by_what_the_head_does():
    motion, camera = hinge(), Camera()
    angles = []
    for up in (0.0, 30.0):
        depth = np.clip(motion.trunk / np.max(motion.trunk), 0, 1)
        moved = replace(motion, head=up * depth)
        track = clean(lifter_track(moved, camera=camera), settings=load_slice("cleaning", CleaningSettings))
        found = kinematics(track, SIDE, settings=SETTINGS)
        angles.append(with_standing_look(found, track, SIDE, None, settings=SETTINGS)["face_angle_deg"].to_numpy())
    level, raised = (np.nanmax(one) for one in angles)
    assert abs(level) < 5
    assert raised == pytest.approx(30.0, abs=6.0)


def test_the_face_tells_nothing_from_an_angle():
    motion, camera = hinge(), Camera()
    track = clean(lifter_track(motion, camera=camera), settings=load_slice("cleaning", CleaningSettings))
    oblique = msgspec.structs.replace(SIDE, plane="oblique", yaw_deg=35.0)
    found = with_standing_look(kinematics(track, oblique, settings=SETTINGS), track, oblique, None, settings=SETTINGS)
    assert np.isnan(found["face_angle_deg"].to_numpy()).all()
