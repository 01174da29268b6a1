"""Angles, heights and their errors, on a stick lifter whose truth is known and on geometry worked out by hand."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hiphinge.cleaning import CleanTrack
from hiphinge.kinematics import ANGLES, UNSEEN, Kinematics, kinematics, shown
from hiphinge.kinematics.uncertainty import direction, gradient, propagated, quantile, yaw_slope
from hiphinge.pose import KEYPOINTS, make_track
from hiphinge.records import View
from hiphinge.settings import KinematicsSettings, load_slice
from hiphinge.synthetic import Camera, Motion, lifter_track, repetitions

SETTINGS = load_slice("kinematics", KinematicsSettings)
UNBIASED = msgspec.structs.replace(
    SETTINGS,
    hip_bias_deg=0.0,
    knee_bias_deg=0.0,
    trunk_bias_deg=0.0,
    thigh_bias_deg=0.0,
    shank_bias_deg=0.0,
    neck_bias_deg=0.0,
    face_bias_deg=0.0,
    place_bias=0.0,
)
"""For a stick lifter whose landmarks sit on the joints: nothing but the noise that was added."""
FAR = Camera(distance_m=400.0, focal=150.0)
"""A telescope: no perspective, so that only the projection is left."""


def view(**changes) -> View:
    side_on = View(
        plane="sagittal",
        yaw_deg=0.0,
        yaw_error_deg=0.0,
        facing="right",
        near_side="right",
        camera_moves=False,
        roll_deg=0.0,
    )
    return msgspec.structs.replace(side_on, **changes)


def clean_track(track, error_px=1.0) -> CleanTrack:
    seen = np.isfinite(track["position"]).all("space")
    return CleanTrack(track.assign(filled=~seen, error_px=xr_full(seen, error_px)))


def xr_full(like, value):
    return like.astype(float) * 0 + value


def filmed(motion: Motion, camera: Camera = FAR, *, settings=SETTINGS, noise_px=0.0, seed=0, **seen_from) -> Kinematics:
    track = lifter_track(motion, camera=camera, noise_px=noise_px, seed=seed)
    seen_from = {"facing": camera.facing, "near_side": camera.facing, "yaw_deg": abs(camera.yaw_deg)} | seen_from
    return kinematics(clean_track(track, max(noise_px, 0.5)), view(**seen_from), settings=settings)


def one_posture(**places) -> CleanTrack:
    """Five equal frames of one posture: sagittal places in statures, x forward and y up, 1000 px to the stature."""
    position = np.zeros((5, len(KEYPOINTS), 2))
    for index, name in enumerate(KEYPOINTS):
        x, y = places.get(name.removeprefix("left_").removeprefix("right_"), places["shoulder"])
        position[:, index] = 500 + 1000 * x, 1500 - 1000 * y
    track = make_track(
        np.arange(5) / 30,
        position,
        np.zeros((5, len(KEYPOINTS), 3)),
        np.ones((5, len(KEYPOINTS))),
        width=1080,
        height=1920,
        estimator="hand",
        model="hand",
    )
    return clean_track(track)


def test_a_posture_worked_out_by_hand_has_its_five_angles():
    track = one_posture(ankle=(0, 0), knee=(-0.03, 0.43), hip=(-0.18, 0.83), shoulder=(0.29, 1.01))
    found = kinematics(track, view(), settings=SETTINGS).isel(time=0)
    expected = {
        "shank_inclination": -3.99,
        "thigh_inclination": 20.56,
        "knee_flexion": 16.57,
        "trunk_inclination": 69.04,
        "hip_flexion": 89.60,
    }
    for name, value in expected.items():
        assert float(found[f"{name}_deg"]) == pytest.approx(value, abs=0.05), name


@pytest.mark.parametrize(
    ("trunk", "yaw", "apparent"), [(70, 15, 69.35), (70, 30, 67.20), (45, 15, 44.01), (45, 30, 40.89)]
)
def test_yaw_shortens_a_leaning_trunk_by_the_cosine_and_is_undone(trunk, yaw, apparent):
    motion = repetitions(1, trunk=trunk, knee=15)
    camera = Camera(distance_m=400.0, focal=150.0, yaw_deg=yaw)
    uncorrected = filmed(motion, camera, yaw_deg=0.0)["trunk_inclination_deg"]
    corrected = filmed(motion, camera)["trunk_inclination_deg"]
    assert float(uncorrected.max()) == pytest.approx(apparent, abs=0.06)
    assert float(corrected.max()) == pytest.approx(trunk, abs=0.06)


@pytest.mark.parametrize("yaw", [-35, -15, 0, 20, 40])
@pytest.mark.parametrize("facing", ["left", "right"])
def test_a_distant_camera_sees_every_angle_truly_from_any_moderate_yaw(yaw, facing):
    motion = repetitions(2, trunk=65, knee=20, head=-20)
    camera = Camera(distance_m=400.0, focal=150.0, yaw_deg=yaw, facing=facing)
    found = filmed(motion, camera)
    truth = {
        "trunk_inclination": motion.trunk,
        "hip_flexion": motion.hip,
        "knee_flexion": motion.knee,
        "shank_inclination": motion.shank,
        "thigh_inclination": motion.knee - motion.shank,
        "head_angle": motion.head,
    }
    for name, values in truth.items():
        np.testing.assert_allclose(found[f"{name}_deg"], values, atol=0.6, err_msg=name)


def test_looking_down_is_negative_and_looking_up_positive():
    down = filmed(repetitions(1, head=-25.0))["head_angle_deg"]
    up = filmed(repetitions(1, head=25.0))["head_angle_deg"]
    assert float(down.min()) == pytest.approx(-25, abs=0.5)
    assert float(up.max()) == pytest.approx(25, abs=0.5)


def test_nodding_without_moving_the_neck_is_seen_in_the_face():
    motion = repetitions(1, head=0.0)
    track = lifter_track(motion, camera=FAR)
    position = track["position"].to_numpy()
    ear = position[:, [KEYPOINTS.index("left_ear"), KEYPOINTS.index("right_ear")]].mean(axis=1)
    turned = np.deg2rad(30 * (motion.trunk - 2) / 63)
    for name in ("nose", "left_eye", "right_eye"):
        x, y = (position[:, KEYPOINTS.index(name)] - ear).T
        position[:, KEYPOINTS.index(name)] = ear + np.stack(
            [x * np.cos(turned) - y * np.sin(turned), x * np.sin(turned) + y * np.cos(turned)], axis=1
        )
    found = kinematics(clean_track(track), view(), settings=SETTINGS)
    at_bottom = found.isel(time=int(np.argmax(motion.trunk)))
    assert -30 < float(at_bottom["head_angle_deg"]) < -8
    assert float(at_bottom["head_angle_error_deg"]) > float(found["head_angle_error_deg"][0]) + 3


def test_hips_travel_back_and_down_as_they_truly_do():
    motion = repetitions(1, trunk=65, knee=18)
    found = filmed(motion)
    np.testing.assert_allclose(found["hip_travel_back"], motion.hip_back, atol=0.003)
    assert float(found["hip_height"].min()) < -0.005
    assert float(found["shoulder_height"].min()) == pytest.approx(-0.18, abs=0.03)
    assert abs(float(found["hip_height"].isel(time=slice(0, 20)).mean())) < 0.001


def test_roll_of_the_camera_is_undone():
    motion = repetitions(1)
    straight = filmed(motion)
    rolled = filmed(motion, Camera(distance_m=400.0, focal=150.0, roll_deg=7.0), roll_deg=7.0)
    for name in ANGLES:
        np.testing.assert_allclose(rolled[f"{name}_deg"], straight[f"{name}_deg"], atol=0.05, err_msg=name)
    np.testing.assert_allclose(rolled["hip_travel_back"], straight["hip_travel_back"], atol=0.001)


def test_a_lifter_who_turns_around_keeps_his_angles():
    motion = repetitions(2)
    half = motion.time_s.size // 2
    right, left = (
        lifter_track(motion, camera=Camera(distance_m=400.0, focal=150.0, facing=way)) for way in ("right", "left")
    )
    mixed = right.copy(deep=True)
    mixed["position"][half:] = left["position"].to_numpy()[half:]
    facing = np.where(np.arange(motion.time_s.size) < half, 1.0, -1.0)
    found = kinematics(clean_track(mixed), view(), settings=SETTINGS, facing=facing)
    np.testing.assert_allclose(found["hip_flexion_deg"], motion.hip, atol=0.6)
    np.testing.assert_allclose(found["hip_travel_back"], motion.hip_back, atol=0.01)


@given(
    facing=st.sampled_from(["left", "right"]),
    stature_m=st.floats(1.2, 2.1),
    trunk=st.floats(20, 85),
    knee=st.floats(6, 90),
)
@hypothesis_settings(max_examples=15, deadline=None)
def test_neither_facing_nor_size_changes_an_angle_or_a_height(facing, stature_m, trunk, knee):
    motion = repetitions(1, trunk=trunk, knee=knee, eccentric_s=1.0, concentric_s=1.0)
    plain = filmed(motion)
    track = lifter_track(motion, camera=Camera(distance_m=400.0, focal=150.0, facing=facing), stature_m=stature_m)
    other = kinematics(clean_track(track), view(facing=facing, near_side=facing), settings=SETTINGS)
    for name in ("hip_flexion_deg", "knee_flexion_deg", "head_angle_deg", "trunk_inclination_deg"):
        np.testing.assert_allclose(other[name], plain[name], atol=0.1, err_msg=name)
    for name in ("hip_travel_back", "hip_height", "wrist_height", "wrist_forward"):
        np.testing.assert_allclose(other[name], plain[name], atol=0.002, err_msg=name)


@pytest.mark.parametrize("fps", [15.0, 24.0, 60.0, 120.0])
def test_the_frame_rate_changes_neither_angles_nor_rates(fps):
    plain = filmed(repetitions(1, fps=30.0))
    other = filmed(repetitions(1, fps=fps))
    assert float(other["hip_flexion_deg"].max()) == pytest.approx(float(plain["hip_flexion_deg"].max()), abs=0.3)
    assert float(other["hip_flexion_rate"].max()) == pytest.approx(float(plain["hip_flexion_rate"].max()), rel=0.03)
    assert float(other["trunk_inclination_rate"].min()) == pytest.approx(
        float(plain["trunk_inclination_rate"].min()), rel=0.03
    )


def test_the_stated_ninety_percent_interval_holds_the_truth_nine_times_of_ten():
    motion = repetitions(3, trunk=65, knee=25, head=-15)
    truth = {
        "trunk_inclination": motion.trunk,
        "hip_flexion": motion.hip,
        "knee_flexion": motion.knee,
        "thigh_inclination": motion.knee - motion.shank,
        "shank_inclination": motion.shank,
        "head_angle": motion.head,
    }
    runs = [filmed(motion, settings=UNBIASED, noise_px=6.0, seed=seed) for seed in range(3)]
    for name, values in truth.items():
        misses = np.concatenate([(run[f"{name}_deg"] - values) / run[f"{name}_error_deg"] for run in runs])
        assert 0.86 < np.mean(np.abs(misses) < 1.645) < 0.95, name


def test_the_interval_of_the_hips_travel_holds_the_truth_at_least_as_often_as_stated():
    motion = repetitions(3)
    runs = [filmed(motion, settings=UNBIASED, noise_px=6.0, seed=seed) for seed in range(3)]
    misses = np.concatenate([(run["hip_travel_back"] - motion.hip_back) / run["hip_travel_back_error"] for run in runs])
    assert np.mean(np.abs(misses) < 1.645) > 0.86


def test_an_uncertain_yaw_widens_the_angles_of_a_turned_lifter_but_not_of_an_upright_one():
    motion = repetitions(1, trunk=60)
    camera = Camera(distance_m=400.0, focal=150.0, yaw_deg=40)
    sure = filmed(motion, camera, settings=UNBIASED, yaw_error_deg=0.0)["trunk_inclination_error_deg"]
    unsure = filmed(motion, camera, settings=UNBIASED, yaw_error_deg=10.0)["trunk_inclination_error_deg"]
    bottom = int(np.argmax(motion.trunk))
    assert float(unsure[bottom] - sure[bottom]) > 2.0
    assert float(unsure[0] - sure[0]) < 0.5


def test_a_hidden_far_side_neither_bends_the_angle_nor_goes_without_a_wider_error():
    motion = repetitions(2, trunk=65, knee=20)
    track = lifter_track(motion, camera=Camera(distance_m=400.0, focal=150.0, yaw_deg=20))
    far = [index for index, name in enumerate(KEYPOINTS) if name.startswith("left_")]
    hidden = motion.trunk > 40
    blocked = track.copy(deep=True)
    blocked["position"].to_numpy()[np.ix_(hidden, far)] += 40.0
    blocked["confidence"].to_numpy()[np.ix_(hidden, far)] = 0.02
    seen_from = view(yaw_deg=20.0, plane="sagittal")
    plain, found = (kinematics(clean_track(one), seen_from, settings=SETTINGS) for one in (track, blocked))
    np.testing.assert_allclose(found["trunk_inclination_deg"], motion.trunk, atol=2.0)
    bottom = int(np.argmax(motion.trunk))
    assert float(found["trunk_inclination_error_deg"][bottom]) > float(plain["trunk_inclination_error_deg"][bottom])


def test_a_filled_stretch_has_a_wider_interval_and_the_rest_keeps_its_own():
    track = clean_track(lifter_track(repetitions(1), camera=FAR))
    filled = track["error_px"].copy(deep=True)
    filled[40:60] = 20.0
    plain = kinematics(track, view(), settings=SETTINGS)["hip_flexion_error_deg"]
    wider = kinematics(CleanTrack(track.assign(error_px=filled)), view(), settings=SETTINGS)["hip_flexion_error_deg"]
    assert (wider[40:60] > plain[40:60] + 1.0).all()
    np.testing.assert_allclose(wider[60:], plain[60:])


def test_a_clip_that_never_stands_is_measured_from_a_population_and_says_so():
    motion = repetitions(2)
    bent = lifter_track(motion, camera=FAR).isel(time=motion.trunk > 45)
    bent = bent.assign_coords(time=np.arange(bent.sizes["time"]) / 30)
    whole, found = filmed(motion), kinematics(clean_track(bent), view(), settings=SETTINGS)
    assert whole.attrs["standing"] == "clip"
    assert found.attrs["standing"] == "prior"
    assert float(found["head_angle_error_deg"].mean()) > float(whole["head_angle_error_deg"].mean()) + 3
    assert float(found["hip_travel_back_error"].mean()) > float(whole["hip_travel_back_error"].mean()) + 0.01


def test_body_lengths_are_found_in_pixels():
    found = filmed(repetitions(1))
    px_per_m = 150.0 * 1920 / 400
    assert found.attrs["stature_px"] == pytest.approx(1.75 * px_per_m, rel=0.01)
    assert found.attrs["stature_from_legs_px"] == pytest.approx(1.75 * px_per_m, rel=0.01)


def test_a_leg_in_the_air_does_not_count_as_the_standing_one():
    motion = repetitions(1, trunk=65, knee=15)
    track = lifter_track(motion, camera=FAR)
    raised = track.copy(deep=True)
    lift = 0.6 * (motion.trunk - 2) / 63
    for name, share in (("knee", 0.5), ("ankle", 1.0)):
        index = KEYPOINTS.index(f"left_{name}")
        raised["position"].to_numpy()[:, index] += np.stack([-share * lift * 800, -share * lift * 800], axis=1)
    found = kinematics(clean_track(raised), view(), settings=SETTINGS)
    np.testing.assert_allclose(found["knee_flexion_deg"], motion.knee, atol=3.0)
    assert float(found["left_foot_lift"].max()) > 0.2
    assert float(found["right_foot_lift"].max()) < 0.02


def test_nobody_in_the_picture_gives_unknown_values_and_no_failure():
    track = lifter_track(repetitions(1), camera=FAR)
    track = track.assign(position=track["position"] * np.nan, confidence=track["confidence"] * 0)
    found = kinematics(clean_track(track, np.nan), view(), settings=SETTINGS)
    assert np.isnan(found["hip_flexion_deg"]).all()
    assert found.attrs["standing"] == "prior"


def test_what_was_not_seen_for_a_while_is_unknown_for_that_while():
    track = clean_track(lifter_track(repetitions(1), camera=FAR))
    hidden = track["position"].copy(deep=True)
    hidden[50:70] = np.nan
    found = kinematics(CleanTrack(track.assign(position=hidden)), view(), settings=SETTINGS)
    unknown = np.isnan(found["hip_flexion_deg"])
    assert unknown[50:70].all()
    assert not unknown[:50].any()
    assert not unknown[70:].any()


def test_every_column_has_its_error_and_its_unit():
    found = filmed(repetitions(1))
    for name in (*ANGLES, *UNSEEN):
        assert found[f"{name}_deg"].attrs["units"] == "deg"
        assert found[f"{name}_error_deg"].attrs["units"] == "deg"
    for name in UNSEEN:
        assert np.isnan(found[f"{name}_deg"]).all()
    for name in ANGLES:
        assert (found[f"{name}_error_deg"] > 0).all()


@given(angle=st.floats(-1.4, 1.4), size=st.floats(0.2, 5.0))
def test_the_gradient_of_a_direction_is_its_finite_difference(angle, size):
    lower = np.zeros((1, 2))
    upper = size * np.array([[np.sin(angle), np.cos(angle)]])
    for axis in (0, 1):
        step = np.zeros((1, 2))
        step[0, axis] = 1e-6
        difference = (direction(lower, upper + step) - direction(lower, upper - step)) / 2e-6
        assert gradient(lower, upper)[0, axis] == pytest.approx(float(difference[0]), abs=1e-4)


def test_independent_errors_add_in_quadrature():
    slope = np.array([[1.0, 0.0]])
    assert propagated((3 * slope, 4 * slope), (np.ones((1, 2)), np.ones((1, 2))))[0] == pytest.approx(5.0)


@pytest.mark.parametrize("lean", [10.0, 45.0, 70.0])
def test_the_slope_by_yaw_is_what_a_wrong_yaw_does(lean):
    true, assumed = np.deg2rad(30.0), np.deg2rad(31.0)
    apparent = np.arctan(np.tan(np.deg2rad(lean)) * np.cos(true))
    recovered = np.arctan(np.tan(apparent) / np.cos(assumed))
    expected = float(yaw_slope(np.array([np.deg2rad(lean)]), true, assumed - true)[0])
    assert recovered - np.deg2rad(lean) == pytest.approx(expected, rel=0.05)


def test_a_quantile_of_nothing_is_unknown():
    assert np.isnan(quantile(np.array([np.nan]), 0.5))
    assert quantile(np.array([np.nan, 1.0, 3.0]), 0.5) == pytest.approx(2.0)


def test_from_the_front_sagittal_angles_are_unknown_and_not_guessed():
    motion = filmed(repetitions(1))
    front = shown(motion, view(plane="frontal"))
    assert all(np.isnan(front[f"{name}{part}_deg"]).all() for name in ANGLES for part in ("", "_error"))
    assert np.isfinite(front["shoulder_height"]).all()
    assert shown(motion, view(plane="oblique")) is motion
