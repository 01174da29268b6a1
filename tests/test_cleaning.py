"""Cleaning, held against a stick lifter whose true landmarks are known."""

from dataclasses import replace

import numpy as np
import pytest

from hiphinge.body import FOOT, INDEX
from hiphinge.cleaning import clean
from hiphinge.pose import KEYPOINTS, make_track
from hiphinge.settings import CleaningSettings, load_slice
from hiphinge.synthetic import Camera, Motion, lifter_track, repetitions

SETTINGS = load_slice("cleaning", CleaningSettings)
MOTION = repetitions(3)
NEAR = {part: INDEX[f"right_{part}"] for part in ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")}
FAR = {part: INDEX[f"left_{part}"] for part in NEAR}


def changed(track, *, position=None, confidence=None, world=None, time_s=None):
    """A copy of the track with some arrays replaced."""
    return make_track(
        track["time"].to_numpy() if time_s is None else time_s,
        track["position"].to_numpy() if position is None else position,
        track["world"].to_numpy() if world is None else world,
        track["confidence"].to_numpy() if confidence is None else confidence,
        width=track.attrs["width"],
        height=track.attrs["height"],
        estimator="synthetic",
        model="stick",
    )


def positions(track):
    return track["position"].to_numpy().copy()


def confidences(track):
    return track["confidence"].to_numpy().copy()


def truth(motion=MOTION, **camera):
    return positions(lifter_track(motion, camera=Camera(**camera)))


def off(cleaned, true, keypoint):
    """Distance from the truth per frame, px."""
    return np.linalg.norm(positions(cleaned)[:, keypoint] - true[:, keypoint], axis=-1)


def knee_deg(position, side="right"):
    """Knee flexion per frame."""
    hip, knee, ankle = (position[:, INDEX[f"{side}_{part}"]] for part in ("hip", "knee", "ankle"))
    thigh, shank = hip - knee, knee - ankle
    cross = thigh[:, 0] * shank[:, 1] - thigh[:, 1] * shank[:, 0]
    return np.abs(np.rad2deg(np.arctan2(cross, (thigh * shank).sum(axis=-1))))


@pytest.fixture(scope="module")
def noisy():
    return lifter_track(MOTION, noise_px=4.0)


@pytest.fixture(scope="module")
def cleaned_noisy(noisy):
    return clean(noisy, settings=SETTINGS)


def test_a_perfect_track_comes_back_unharmed():
    cleaned = clean(lifter_track(MOTION), settings=SETTINGS)
    for keypoint in NEAR.values():
        assert off(cleaned, truth(), keypoint).max() < 0.004 * cleaned.attrs["trunk_px"]
    assert not cleaned["filled"].to_numpy()[:, list(NEAR.values())].any()


def test_noise_is_reduced_and_stays_inside_the_stated_error(cleaned_noisy):
    cleaned = cleaned_noisy
    for keypoint in NEAR.values():
        error = positions(cleaned)[:, keypoint] - truth()[:, keypoint]
        assert np.sqrt((error**2).mean()) < 0.6 * 4.0
        stated = cleaned["error_px"].to_numpy()[:, keypoint]
        assert (np.abs(error) < 1.645 * stated[:, None]).mean() > 0.9


def test_more_noise_states_more_error():
    stated = [
        float(clean(lifter_track(MOTION, noise_px=noise), settings=SETTINGS)["error_px"].median())
        for noise in (2, 12, 25)
    ]
    assert stated[0] < stated[1] < stated[2]


def test_cleaning_leaves_its_argument_as_it_was(noisy):
    before = noisy.copy(deep=True)
    clean(noisy, settings=SETTINGS)
    assert noisy.identical(before)


@pytest.mark.parametrize("parts", [("knee", "ankle", "heel", "foot_index"), ("hip",), ("shoulder",)])
def test_sides_exchanged_for_some_frames_are_put_back(parts):
    track = lifter_track(MOTION, noise_px=2.0, camera=Camera(yaw_deg=25))
    position, world, confidence = positions(track), track["world"].to_numpy().copy(), confidences(track)
    frames = np.r_[40:52, 90:91, 200:240]
    for part in parts:
        a, b = INDEX[f"left_{part}"], INDEX[f"right_{part}"]
        for array in (position, world, confidence):
            array[np.ix_(frames, [a, b])] = array[np.ix_(frames, [b, a])]
    cleaned = clean(changed(track, position=position, world=world, confidence=confidence), settings=SETTINGS)
    expected = clean(track, settings=SETTINGS)
    assert cleaned.attrs["swapped_share"] == pytest.approx(frames.size / track.sizes["time"], abs=0.01)
    np.testing.assert_allclose(positions(cleaned), positions(expected), atol=1e-6)


def test_legs_that_cross_while_walking_are_not_taken_for_an_exchange():
    time_s = np.arange(0, 6, 1 / 30)
    track = lifter_track(Motion(time_s, 0 * time_s, 4 + 0 * time_s, 0 * time_s, ()), noise_px=1.5)
    position = positions(track)
    stride = 90 * np.sin(2 * np.pi * 0.9 * time_s)
    for sign, side in ((1, "left"), (-1, "right")):
        for share, part in ((0.5, "knee"), (1, "ankle"), (1, "heel"), (1, "foot_index")):
            position[:, INDEX[f"{side}_{part}"], 0] += sign * share * stride
    assert clean(changed(track, position=position), settings=SETTINGS).attrs["swapped_share"] == 0


def test_single_wild_points_are_dropped_and_marked(noisy):
    position = positions(noisy)
    for frame in (50, 51, 120, 200):
        position[frame, NEAR["hip"]] += [180, -120]
    cleaned = clean(changed(noisy, position=position), settings=SETTINGS)
    assert off(cleaned, truth(), NEAR["hip"]).max() < 12
    assert cleaned["filled"].to_numpy()[[50, 51, 120, 200], NEAR["hip"]].all()
    assert cleaned["filled"].to_numpy()[:, NEAR["hip"]].sum() < 12


def test_short_gaps_are_bridged_marked_and_less_certain_long_ones_stay_unknown(noisy):
    position, confidence = positions(noisy), confidences(noisy)
    short, long = slice(60, 70), slice(150, 200)
    for gap in (short, long):
        position[gap, NEAR["shoulder"]] = np.nan
        confidence[gap, NEAR["shoulder"]] = 0.0
    cleaned = clean(changed(noisy, position=position, confidence=confidence), settings=SETTINGS)
    filled, error = (cleaned[name].to_numpy()[:, NEAR["shoulder"]] for name in ("filled", "error_px"))
    assert np.isfinite(positions(cleaned)[short, NEAR["shoulder"]]).all()
    assert filled[short].all()
    assert error[64] > 2 * error[40]
    assert error[64] > error[60]
    assert (off(cleaned, truth(), NEAR["shoulder"])[short] < 1.645 * np.sqrt(2) * error[short]).all()
    assert np.isnan(positions(cleaned)[151:199, NEAR["shoulder"]]).all()
    assert np.isnan(error[151:199]).all()
    assert np.isfinite(positions(cleaned)[:145, NEAR["shoulder"]]).all()
    assert np.isfinite(positions(cleaned)[205:, NEAR["shoulder"]]).all()


def test_uneven_timestamps_become_uniform_without_changing_the_motion():
    rng = np.random.default_rng(3)
    fine = replace(repetitions(3, fps=240))
    keep = np.sort(rng.choice(fine.time_s.size, fine.time_s.size // 8, replace=False))
    track = lifter_track(fine)
    uneven = changed(
        track.isel(time=keep),
        time_s=fine.time_s[keep],
    )
    cleaned = clean(uneven, settings=SETTINGS)
    steps = np.diff(cleaned["time"].to_numpy())
    assert np.ptp(steps) < 1e-9
    true = np.interp(cleaned["time"], fine.time_s, positions(track)[:, NEAR["shoulder"], 0])
    error = np.abs(positions(cleaned)[:, NEAR["shoulder"], 0] - true)
    assert np.nanmax(error) < 0.04 * cleaned.attrs["trunk_px"]


def hidden_knee(track, frames, *, where):
    position, confidence = positions(track), confidences(track)
    position[frames, NEAR["knee"]] = where
    confidence[frames, NEAR["knee"]] = 0.4
    return changed(track, position=position, confidence=confidence)


def test_a_knee_hidden_for_half_a_second_is_put_where_hip_and_ankle_say(noisy):
    frames = slice(75, 90)
    wrong = positions(noisy)[frames, NEAR["knee"]] + [140.0, 60.0] + np.random.default_rng(0).normal(0, 15, (15, 2))
    cleaned = clean(hidden_knee(noisy, frames, where=wrong), settings=SETTINGS)
    raw_error = np.abs(knee_deg(positions(hidden_knee(noisy, frames, where=wrong))) - knee_deg(truth()))[frames]
    error = np.abs(knee_deg(positions(cleaned)) - knee_deg(truth()))[frames]
    assert raw_error.mean() > 20
    assert error.mean() < 6
    assert cleaned["filled"].to_numpy()[frames, NEAR["knee"]].all()
    stated = cleaned["error_px"].to_numpy()[:, NEAR["knee"]]
    assert stated[frames].min() > np.median(stated)
    assert (off(cleaned, truth(), NEAR["knee"])[frames] < 2 * np.sqrt(2) * stated[frames]).all()


def test_feet_guessed_up_behind_a_plate_are_put_back_on_the_floor(noisy):
    position, confidence = positions(noisy), confidences(noisy)
    frames = slice(70, 110)
    for foot in (NEAR, FAR):
        for part in FOOT:
            position[frames, foot[part]] += [15, -70]
            confidence[frames, foot[part]] = 0.6
    cleaned = clean(changed(noisy, position=position, confidence=confidence), settings=SETTINGS)
    for part in FOOT:
        assert off(cleaned, truth(), NEAR[part])[frames].max() < 10
        assert cleaned["filled"].to_numpy()[frames, NEAR[part]].all()
    assert not cleaned["filled"].to_numpy()[:60, NEAR["ankle"]].any()


def test_both_feet_off_the_floor_is_not_believed_however_sure_the_estimator_is(noisy):
    position = positions(noisy)
    for foot in (NEAR, FAR):
        for part in FOOT:
            position[80:110, foot[part]] += [0, -70]
    cleaned = clean(changed(noisy, position=position), settings=SETTINGS)
    assert off(cleaned, truth(), NEAR["ankle"])[80:110].max() < 10


def test_a_foot_lifted_in_plain_sight_is_left_alone(noisy):
    position = positions(noisy)
    lift = 200 * np.clip(1 - np.abs(np.arange(position.shape[0]) - 90) / 25, 0, 1)
    for part in FOOT:
        position[:, NEAR[part]] -= np.stack([lift, lift], axis=-1)
    cleaned = clean(changed(noisy, position=position), settings=SETTINGS)
    expected = truth()[90, NEAR["ankle"]] - 200
    assert np.linalg.norm(positions(cleaned)[90, NEAR["ankle"]] - expected) < 25
    assert not cleaned["filled"].to_numpy()[66:114, NEAR["ankle"]].any()


def test_the_rear_leg_of_a_single_leg_lift_is_left_alone_though_the_estimator_doubts_it(noisy):
    position = positions(noisy)
    lift = np.deg2rad(60) * np.clip(1.5 - np.abs(np.arange(position.shape[0]) - 90) / 30, 0, 1)
    turn = np.moveaxis(np.array([[np.cos(lift), -np.sin(lift)], [np.sin(lift), np.cos(lift)]]), -1, 0)
    for part in ("knee", *FOOT):
        arm = position[:, FAR[part]] - position[:, FAR["hip"]]
        position[:, FAR[part]] = position[:, FAR["hip"]] + np.einsum("tij,tj->ti", turn, arm)
    cleaned = clean(changed(noisy, position=position), settings=SETTINGS)
    high = slice(65, 116)
    assert not cleaned["filled"].to_numpy()[high, FAR["ankle"]].any()
    assert np.linalg.norm(positions(cleaned)[high, FAR["ankle"]] - position[high, FAR["ankle"]], axis=-1).max() < 25


def test_walking_in_is_left_alone():
    walk = np.clip(np.linspace(0, 2.4, MOTION.time_s.size) - 1.6, -1.6, 0)
    track = lifter_track(replace(MOTION, drift=walk), noise_px=3.0)
    cleaned = clean(track, settings=SETTINGS)
    true = positions(lifter_track(replace(MOTION, drift=walk)))
    assert off(cleaned, true, NEAR["ankle"]).max() < 20


def test_the_far_side_states_a_wider_error_than_the_near_side(cleaned_noisy):
    error = cleaned_noisy["error_px"].median("time").to_numpy()
    assert error[FAR["knee"]] > 1.3 * error[NEAR["knee"]]


def test_a_mirrored_film_gives_the_mirrored_track(noisy, cleaned_noisy):
    mirror = [INDEX[name.replace("left", "?").replace("right", "left").replace("?", "right")] for name in KEYPOINTS]
    position, world = positions(noisy)[:, mirror], noisy["world"].to_numpy()[:, mirror].copy()
    position[..., 0] = noisy.attrs["width"] - position[..., 0]
    world[..., 0] *= -1
    other = clean(
        changed(noisy, position=position, world=world, confidence=confidences(noisy)[:, mirror]), settings=SETTINGS
    )
    back = positions(other)[:, mirror]
    back[..., 0] = noisy.attrs["width"] - back[..., 0]
    np.testing.assert_allclose(back, positions(cleaned_noisy), atol=1e-6)


def test_a_film_of_twice_the_size_gives_twice_the_track(noisy, cleaned_noisy):
    once = cleaned_noisy
    twice = clean(changed(noisy, position=2 * positions(noisy)), settings=SETTINGS)
    np.testing.assert_allclose(positions(twice), 2 * positions(once), rtol=1e-9)
    np.testing.assert_allclose(twice["error_px"], 2 * once["error_px"], rtol=1e-9)


@pytest.mark.parametrize("fps", [24, 60, 120, 240])
def test_the_same_motion_at_another_frame_rate_gives_the_same_angles(fps):
    cleaned = clean(lifter_track(repetitions(3, fps=fps)), settings=SETTINGS)
    usual = clean(lifter_track(MOTION), settings=SETTINGS)
    angle = np.interp(usual["time"], cleaned["time"], knee_deg(positions(cleaned)))
    assert np.abs(angle - knee_deg(positions(usual)))[5:-5].max() < 1.0


def test_the_cut_off_suits_the_motion():
    slow = clean(lifter_track(repetitions(3, fps=60), noise_px=3), settings=SETTINGS)
    swing = repetitions(
        10, fps=60, knee=35, eccentric_s=0.5, pause_s=0.0, concentric_s=0.4, rest_s=0.4, standing_trunk=-2
    )
    fast = clean(lifter_track(swing, noise_px=3), settings=SETTINGS)
    assert 3 <= slow.attrs["cutoff_hz"] <= 5
    assert 7 <= fast.attrs["cutoff_hz"] <= 10


def test_the_peak_of_a_swing_is_kept():
    swing = repetitions(6, fps=60, eccentric_s=0.45, pause_s=0.0, concentric_s=0.4, rest_s=0.4)
    cleaned = clean(lifter_track(swing, noise_px=2), settings=SETTINGS)
    lean = positions(cleaned)[:, NEAR["shoulder"]] - positions(cleaned)[:, NEAR["hip"]]
    assert np.rad2deg(np.arctan2(lean[:, 0], -lean[:, 1])).max() == pytest.approx(swing.trunk.max(), abs=2.5)


def test_very_low_frame_rates_do_not_break_the_filter():
    cleaned = clean(lifter_track(repetitions(3, fps=5)), settings=SETTINGS)
    assert cleaned.attrs["cutoff_hz"] < 2.5
    assert np.isfinite(positions(cleaned)).all()


@pytest.mark.parametrize("frames", [0, 1, 3])
def test_a_clip_too_short_or_empty_comes_back_unknown(noisy, frames):
    cleaned = clean(noisy.isel(time=slice(0, frames)), settings=SETTINGS)
    assert np.isnan(positions(cleaned)).all()
    assert cleaned["filled"].to_numpy().all()


def test_a_clip_without_anyone_comes_back_unknown(noisy):
    nobody = changed(noisy, position=np.full_like(positions(noisy), np.nan), confidence=0 * confidences(noisy))
    cleaned = clean(nobody, settings=SETTINGS)
    assert np.isnan(positions(cleaned)).all()
    assert np.isnan(cleaned["error_px"]).all()


def test_a_foot_that_leaves_the_picture_is_not_put_back_on_the_floor(noisy):
    position, confidence = positions(noisy), confidences(noisy)
    away = slice(60, 100)
    for part in FOOT:
        keypoint = INDEX[f"right_{part}"]
        position[away, keypoint] = (-40.0, 900.0)
        confidence[away, keypoint] = 0.0
    cleaned = clean(changed(noisy, position=position, confidence=confidence), settings=SETTINGS)
    standing = positions(noisy)[:60, NEAR["ankle"]].mean(axis=0)
    apart = np.linalg.norm(positions(cleaned)[70:90, NEAR["ankle"]] - standing, axis=-1)
    assert np.isnan(apart).all() or np.nanmin(apart) > 100


def test_a_foot_hidden_inside_the_picture_is_put_back_on_the_floor(noisy):
    position, confidence = positions(noisy), confidences(noisy)
    hidden = slice(60, 100)
    for part in FOOT:
        keypoint = INDEX[f"right_{part}"]
        position[hidden, keypoint] += (60.0, -70.0)
        confidence[hidden, keypoint] = 0.1
    cleaned = clean(changed(noisy, position=position, confidence=confidence), settings=SETTINGS)
    standing = positions(noisy)[:60, NEAR["ankle"]].mean(axis=0)
    assert np.linalg.norm(positions(cleaned)[70:90, NEAR["ankle"]] - standing, axis=-1).max() < 20
