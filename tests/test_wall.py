"""The wall of the wall drill: found in drawn rooms, not seen where there is none, and held against what was said."""

from functools import cache

import cv2
import msgspec
import numpy as np
import pytest

from hiphinge.cleaning import clean
from hiphinge.followed import Followed
from hiphinge.kinematics import kinematics
from hiphinge.metrics import measure
from hiphinge.overlay.drawing import Pen
from hiphinge.overlay.wall import WALL, draw_wall
from hiphinge.recognition import Hints, recognise
from hiphinge.records import Subject
from hiphinge.settings import CleaningSettings, KinematicsSettings, SpineSettings, WallSettings, load_slice
from hiphinge.spine import measure_spine
from hiphinge.synthetic import Camera, lifter_track, repetitions
from hiphinge.wall import COLUMN, WallFinder, contradiction, is_used, with_wall
from hiphinge.wall.picture import wall_line
from hiphinge.words import words
from lifters import SIDE, counted
from outlines import outline_of
from report_sample import sample

SETTINGS = load_slice("wall", WallSettings)
BODY = load_slice("kinematics", KinematicsSettings)
STATURE_M = 1.75
CAMERA = Camera(width=960, height=1280, distance_m=3.4, height_m=1.1)
FAR_M, NEAR_M = 1.6, 0.35
"""The room's far wall behind the lifter, and how far the wall drill's wall comes past them toward the camera."""


def pixels(x, y, z):
    """The picture of a point ahead of the ankles, above the floor and to the camera's far side, metres."""
    away = CAMERA.focal * CAMERA.height / (CAMERA.distance_m + z)
    return np.array([CAMERA.width / 2 + away * x, CAMERA.height / 2 - away * (y - CAMERA.height_m)])


def drawn(*faces, noise=2.0, seed=0):
    """A room with a floor and a far wall, and polygons (colour, points in metres) in it."""
    image = np.full((CAMERA.height, CAMERA.width, 3), (176, 180, 184), np.uint8)
    floor = int(pixels(0, 0, FAR_M)[1])
    image[floor:] = (92, 90, 86)
    for colour, points in faces:
        cv2.fillPoly(image, [np.round([pixels(*one) for one in points]).astype(np.int32)], colour)
    grain = np.random.default_rng(seed).normal(0, noise, image.shape)
    return np.clip(image + grain, 0, 255).astype(np.uint8)


def wall(at_m, near_m=NEAR_M):
    """A wall across the way the lifter faces, its face at so many metres ahead of the ankles."""
    return ((120, 124, 130), [(at_m, 0, -near_m), (at_m, 2.4, -near_m), (at_m, 2.4, FAR_M), (at_m, 0, FAR_M)])


def post(at_m, depth_m, width_m=0.07):
    """An upright of a rack."""
    return ((40, 40, 44), [(at_m + a * width_m, h, depth_m) for a, h in ((0, 0), (0, 2.3), (1, 2.3), (1, 0))])


@cache
def film():
    """A lifter who hinges back to the left of the picture, their clean track and motion."""
    motion = repetitions(3, trunk=45.0, knee=14.0)
    raw = lifter_track(motion, camera=CAMERA, stature_m=STATURE_M, noise_px=0.5)
    track = clean(raw, settings=load_slice("cleaning", CleaningSettings))
    return raw, track, kinematics(track, SIDE, settings=BODY)


def looked(room):
    """The room as a finder gathers it while the lifter, a plain figure in front of it, is followed."""
    raw, _, _ = film()
    finder = WallFinder(SETTINGS)
    time_s, places = raw["time"].to_numpy(), raw["position"].to_numpy()
    for k in range(0, time_s.size, 15):
        picture = room.copy()
        hip, shoulder, ankle = (places[k, [i, i + 1]].mean(axis=0) for i in (23, 11, 27))
        for a, b in ((ankle, hip), (hip, shoulder)):
            cv2.line(picture, *(tuple(int(v) for v in end) for end in (a, b)), (200, 60, 60), 70)
        finder.look(float(time_s[k]), picture, places[k])
    return finder.found


def found(room):
    raw, _, _ = film()
    places = np.nanmedian(raw["position"].to_numpy(), axis=0)
    return wall_line(looked(room), places, 1.0, settings=SETTINGS)


@pytest.mark.parametrize("at_m", [-0.22, -0.30, -0.40])
def test_a_wall_behind_the_lifter_is_found_where_it_stands(at_m):
    line = found(drawn(wall(at_m)))
    assert line is not None
    assert abs(line.foot_px[0] - pixels(at_m, 0, 0)[0]) < max(2 * line.error_px, 6)
    assert line.error_px < 0.03 * (pixels(0, 0, 0)[1] - pixels(0, STATURE_M, 0)[1])


def test_a_wall_that_runs_on_past_the_camera_is_found_by_its_far_corner():
    line = found(drawn(wall(-0.30, near_m=3.0)))
    assert line is not None
    assert abs(line.foot_px[0] - pixels(-0.30, 0, 0)[0]) < 2 * line.error_px


def test_an_empty_room_has_no_wall_to_touch():
    assert found(drawn()) is None


@pytest.mark.parametrize("depth_m", [0.0, 0.6, 1.4])
def test_an_upright_behind_the_lifter_is_no_wall(depth_m):
    assert found(drawn(post(-0.35, depth_m))) is None


def test_a_line_on_the_floor_is_no_wall():
    line = ((60, 58, 56), [(-0.30, 0, -0.6), (-0.30, 0, FAR_M), (-0.27, 0, FAR_M), (-0.27, 0, -0.6)])
    assert found(drawn(line)) is None


def test_a_wall_beyond_reach_is_not_the_drills():
    assert found(drawn(wall(-0.95))) is None


def test_a_wall_in_front_of_the_lifter_is_not_behind_them():
    assert found(drawn(wall(0.45))) is None


def behind(room=None, *, wall_cm=None, **changes):
    raw, track, motion = film()
    facing = np.ones(track.sizes["time"])
    back = measure_spine(
        outline_of(raw), motion, track, SIDE, facing=facing, settings=load_slice("spine", SpineSettings)
    )
    view = msgspec.structs.replace(SIDE, **changes)
    return with_wall(
        Followed(track, motion, view, facing),
        back.back_line,
        None if room is None else looked(room),
        wall_cm=wall_cm,
        subject=Subject(stature_cm=100 * STATURE_M),
        body=BODY,
        settings=SETTINGS,
    )


def heel_m():
    """How far the heels are behind the ankles, metres, by the picture."""
    raw, _, _ = film()
    heel = np.nanmedian(raw["position"].to_numpy()[:, 29:31, 0])
    return (heel - pixels(0, 0, 0)[0]) / (pixels(1, 0, 0)[0] - pixels(0, 0, 0)[0])


def test_nothing_is_said_of_a_wall_that_is_neither_told_nor_seen():
    one = behind(drawn())
    assert one.wall is None
    assert COLUMN not in one.motion
    rep = measure(one.motion, counted(one.motion), SIDE)[0]
    assert rep.metrics["wall_gap_min"].value is None
    assert rep.metrics["wall_rest_s"].value is None


def test_the_gap_to_the_wall_in_the_picture_is_that_to_the_same_wall_told():
    at_m = -0.42
    seen, told = behind(drawn(wall(at_m))), behind(wall_cm=100 * (heel_m() - at_m))
    assert seen.wall.source == "picture"
    assert told.wall.source == "given"
    both = [np.nanmin(one.motion[COLUMN].to_numpy()) for one in (seen, told)]
    error = np.nanmedian(seen.motion[f"{COLUMN}_error"].to_numpy())
    assert abs(both[0] - both[1]) < 2 * error


def test_what_was_said_beats_what_is_seen_and_a_contradiction_is_told():
    at_m = -0.42
    room, right_cm = drawn(wall(at_m)), 100 * (heel_m() - at_m)
    agrees, differs = behind(room, wall_cm=right_cm), behind(room, wall_cm=right_cm - 18)
    subject = Subject(stature_cm=100 * STATURE_M)
    assert agrees.wall.source == differs.wall.source == "given"
    assert not agrees.wall.contradicted
    assert contradiction(agrees.wall, right_cm, subject=subject, settings=SETTINGS) == ()
    assert differs.wall.contradicted
    (said,) = contradiction(differs.wall, right_cm - 18, subject=subject, settings=SETTINGS)
    assert f"{right_cm - 18:.0f} cm" in said


def test_a_moving_camera_shows_no_wall():
    assert behind(drawn(wall(-0.42)), camera_moves=True).wall is None


def test_a_wall_that_the_seat_never_comes_near_is_not_used():
    near, far = behind(drawn(wall(-0.42))), behind(drawn(wall(-0.62)))
    assert is_used(near, settings=SETTINGS)
    assert far.wall is not None
    assert not is_used(far, settings=SETTINGS)


def test_a_wall_within_reach_makes_no_drill_of_a_lift_with_hanging_hands():
    one = behind(drawn(wall(-0.42)))
    reps = measure(one.motion, counted(one.motion), SIDE)
    assert is_used(one, settings=SETTINGS)
    assert recognise(one.motion, reps, SIDE, hints=Hints(wall=True)).name == "rdl"


def test_the_seat_rests_at_the_wall_as_long_as_the_lifter_pauses_there():
    one = behind(drawn(wall(-0.42)))
    rep = measure(one.motion, counted(one.motion), SIDE)[1]
    assert 0.3 <= rep.metrics["wall_rest_s"].value < 1.2
    assert abs(rep.metrics["wall_gap_min"].at_s - rep.bottom_s) < 0.6


def test_the_wall_is_drawn_at_its_line_in_the_drill_only():
    one = behind(drawn(wall(-0.42)))
    plain = sample().record
    images = []
    for name in ("wall_drill", "hinge"):
        guess = msgspec.structs.replace(plain.exercise, name=name)
        record = msgspec.structs.replace(plain, exercise=guess, wall=one.wall)
        image = np.full((CAMERA.height, CAMERA.width, 3), 90, np.uint8)
        draw_wall(image, record, origin=np.zeros(2), scale=1.0, pen=Pen(3, 12), words=words())
        images.append(np.argwhere((np.abs(image.astype(int) - WALL) < 12).all(axis=-1)))
    assert not len(images[1])
    foot = np.array(one.wall.line_px[:2])[::-1]
    assert np.hypot(*(images[0] - foot).T).min() < 12


def test_a_long_clip_is_looked_at_more_rarely_and_keeps_few_pictures():
    raw, _, _ = film()
    finder, room = WallFinder(SETTINGS), drawn(noise=0.0)
    for k in range(3 * SETTINGS.looks_most):
        finder.look(k / 2, room, raw["position"].to_numpy()[0])
    assert len(finder._looks) <= SETTINGS.looks_most
    assert finder._every_s > SETTINGS.look_every_s
