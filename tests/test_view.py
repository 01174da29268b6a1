"""From where the camera saw the lifter, held against cameras whose place is known."""

from dataclasses import replace

import numpy as np
import pytest

from hiphinge.body import INDEX
from hiphinge.cleaning import clean
from hiphinge.pose import make_track
from hiphinge.settings import CleaningSettings, ViewSettings, load_slice
from hiphinge.synthetic import Camera, Motion, lifter_track, repetitions
from hiphinge.view import facing_over_time, view_of, view_problems

SETTINGS = load_slice("view", ViewSettings)
CLEANING = load_slice("cleaning", CleaningSettings)
MOTION = repetitions(2, fps=30)


def filmed(motion=MOTION, noise_px=4.0, **camera):
    return clean(lifter_track(motion, camera=Camera(**camera), noise_px=noise_px), settings=CLEANING)


def seen(motion=MOTION, **camera):
    return view_of(filmed(motion, **camera), settings=SETTINGS)


def moved(track, position):
    return make_track(
        track["time"].to_numpy(),
        position,
        track["world"].to_numpy(),
        track["confidence"].to_numpy(),
        width=track.attrs["width"],
        height=track.attrs["height"],
        estimator="synthetic",
        model="stick",
    )


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("yaw", [-60, -45, -30, 0, 15, 30, 45, 60, 75, 90])
def test_yaw_is_found_within_its_error(yaw, facing):
    view = seen(yaw_deg=yaw, facing=facing)
    assert view.yaw_deg == pytest.approx(abs(yaw), abs=1.645 * view.yaw_error_deg)


@pytest.mark.parametrize(
    ("yaw", "plane"), [(0, "sagittal"), (10, "sagittal"), (35, "oblique"), (50, "oblique"), (90, "frontal")]
)
def test_the_plane_follows_from_the_yaw(yaw, plane):
    assert seen(yaw_deg=yaw).plane == plane


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("yaw", [-40, 0, 40])
def test_facing_and_near_side_are_found(yaw, facing):
    view = seen(yaw_deg=yaw, facing=facing)
    assert view.facing == facing
    assert view.near_side == facing


def test_a_lifter_who_only_stands_is_seen_to_face_by_nose_and_feet():
    time_s = np.arange(0, 4, 1 / 30)
    standing = Motion(time_s, 0 * time_s, 3 + 0 * time_s, 0 * time_s, ())
    assert seen(standing, facing="left").facing == "left"


def test_a_lifter_who_turns_is_followed():
    first, second = (
        lifter_track(MOTION, camera=Camera(facing=facing), noise_px=4.0, seed=seed)
        for seed, facing in enumerate(["right", "left"])
    )
    later = second.assign_coords(time=second["time"] + float(first["time"][-1]) + 1 / 30)
    both = {name: np.concatenate([first[name], later[name]]) for name in ("time", "position", "world", "confidence")}
    track = make_track(*both.values(), width=1080, height=1920, estimator="synthetic", model="stick")
    facing = facing_over_time(clean(track, settings=CLEANING), settings=SETTINGS)
    half = first.sizes["time"]
    assert (facing[: half - 20] == 1).all()
    assert (facing[half + 20 :] == -1).all()
    assert np.count_nonzero(np.diff(facing)) == 1


@pytest.mark.parametrize("yaw", [0, 90])
def test_facing_never_flickers(yaw):
    facing = facing_over_time(filmed(yaw_deg=yaw, noise_px=8.0), settings=SETTINGS)
    assert np.count_nonzero(np.diff(facing)) == 0
    assert set(np.abs(facing)) == {1.0}


@pytest.mark.parametrize("roll", [-20, -9, 9, 20])
def test_a_tilted_camera_is_found_with_its_sign(roll):
    assert seen(roll_deg=roll).roll_deg == pytest.approx(roll, abs=3.5)


def test_the_lean_of_a_person_is_not_called_roll():
    assert seen().roll_deg == 0
    assert seen(roll_deg=2).roll_deg == 0


@pytest.mark.parametrize("facing", ["left", "right"])
def test_a_phone_upside_down_is_found_and_facing_holds_once_it_is_turned(facing):
    view = seen(roll_deg=180, facing=facing)
    assert abs(view.roll_deg) > 170
    assert view.facing == facing
    assert view_problems(view, settings=SETTINGS) == ("upside_down",)


def test_standing_on_one_leg_is_not_a_rolled_camera():
    time_s = np.arange(0, 4, 1 / 30)
    track = lifter_track(Motion(time_s, 0 * time_s, 3 + 0 * time_s, 0 * time_s, ()), noise_px=3.0)
    position = track["position"].to_numpy().copy()
    hip = position[:, [INDEX["left_hip"]]]
    for part in ("knee", "ankle", "heel", "foot_index"):
        leg = position[:, [INDEX[f"left_{part}"]]] - hip
        position[:, [INDEX[f"left_{part}"]]] = hip + leg @ np.array([[0.77, -0.64], [0.64, 0.77]])
    assert view_of(clean(moved(track, position), settings=CLEANING), settings=SETTINGS).roll_deg == 0


def test_a_lifter_lying_down_is_not_a_rolled_camera():
    time_s = np.arange(0, 4, 1 / 30)
    straight = Motion(time_s, 0 * time_s, 3 + 0 * time_s, 0 * time_s, ())
    assert seen(straight, roll_deg=90).roll_deg == 0


def test_a_camera_on_a_stand_does_not_move():
    assert not seen().camera_moves


def test_a_panning_camera_moves():
    track = lifter_track(MOTION, noise_px=4.0)
    pan = 350 * np.linspace(0, 1, track.sizes["time"])
    panned = moved(track, track["position"].to_numpy() + pan[:, None, None] * np.array([1.0, 0.0]))
    view = view_of(clean(panned, settings=CLEANING), settings=SETTINGS)
    assert view.camera_moves
    assert "camera_moves" in view_problems(view, settings=SETTINGS)


def test_stepping_up_to_the_bar_is_not_a_moving_camera():
    step = 0.35 * np.clip((MOTION.time_s - 0.3) / 0.5, 0, 1)
    assert not seen(replace(MOTION, drift=step)).camera_moves


@pytest.mark.parametrize(
    ("camera", "problems"),
    [
        ({}, ()),
        ({"yaw_deg": 45}, ("view_oblique",)),
        ({"yaw_deg": 90}, ("view_frontal",)),
        ({"roll_deg": 20}, ("camera_rolled",)),
    ],
)
def test_what_the_view_does_not_allow_is_named(camera, problems):
    assert view_problems(seen(**camera), settings=SETTINGS) == problems


def test_a_film_without_anyone_allows_nothing():
    track = lifter_track(MOTION)
    nobody = moved(track, np.full(track["position"].shape, np.nan))
    view = view_of(clean(nobody, settings=CLEANING), settings=SETTINGS)
    assert view.plane == "oblique"
    assert view.yaw_error_deg == 90
    assert not view.camera_moves


def test_a_film_of_twice_the_size_is_seen_from_the_same_place():
    track = lifter_track(MOTION, noise_px=4.0, camera=Camera(yaw_deg=25))
    twice = moved(track, 2 * track["position"].to_numpy())
    views = [view_of(clean(each, settings=CLEANING), settings=SETTINGS) for each in (track, twice)]
    assert views[0] == replace_floats(views[1], views[0])


def replace_floats(view, like):
    """The view with floats that agree to within rounding taken from another."""
    values = {name: getattr(view, name) for name in view.__struct_fields__}
    close = {
        k: getattr(like, k) for k, v in values.items() if isinstance(v, float) and abs(v - getattr(like, k)) < 1e-6
    }
    return type(view)(**(values | close))
