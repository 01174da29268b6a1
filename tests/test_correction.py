"""The correction of the landmark model's own errors: to whom it applies, what it keeps, and how it is learned."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from validation.correction.learn import Samples, edges, fit, residual

from hiphinge.cleaning import CleanTrack
from hiphinge.kinematics import kinematics
from hiphinge.kinematics.correction import (
    MOST_DEG,
    PREDICTORS,
    SEGMENTS,
    Posture,
    added,
    correction_for,
    left_deg,
    predictors,
)
from hiphinge.records import View
from hiphinge.settings import KinematicsSettings, load_slice
from hiphinge.synthetic import Camera, lifter_track, repetitions

SETTINGS = load_slice("kinematics", KinematicsSettings)
FULL = correction_for("blazepose", "full")
STANDING = dict.fromkeys(SEGMENTS, 0.05)
FAR = Camera(distance_m=400.0, focal=150.0)


def measured(camera=FAR, *, estimator="blazepose", model="full", **seen_from):
    track = lifter_track(repetitions(1), camera=camera)
    track.attrs |= {"estimator": estimator, "model": model}
    seen = np.isfinite(track["position"]).all("space")
    clean = CleanTrack(track.assign(filled=~seen, error_px=seen.astype(float) * 0 + 1.0))
    view = View(
        plane="sagittal",
        yaw_deg=0.0,
        yaw_error_deg=6.0,
        facing=camera.facing,
        near_side=camera.facing,
        camera_moves=False,
        roll_deg=0.0,
    )
    return kinematics(clean, msgspec.structs.replace(view, **seen_from), settings=SETTINGS)


def bent(trunk=1.0, thigh=0.3, shank=0.05, elbow=(0.1, -0.6)) -> Posture:
    return Posture(*(np.array([float(value)]) for value in (trunk, thigh, shank, *elbow)))


def test_only_the_model_it_was_learned_from_is_corrected():
    assert measured().attrs["correction"] == "blazepose full"
    assert measured(estimator="synthetic", model="stick").attrs["correction"] == ""
    assert correction_for("blazepose", "heavy") == FULL
    assert correction_for("blazepose", "none such") is None
    assert correction_for("someone else's", "full") is None


def test_nothing_is_corrected_beyond_the_yaws_it_was_learned_from():
    plain = measured(yaw_deg=60.0, estimator="synthetic")
    oblique = measured(yaw_deg=60.0)
    assert oblique.attrs["correction"] == ""
    np.testing.assert_array_equal(oblique["hip_flexion_deg"], plain["hip_flexion_deg"])


def test_flexions_remain_sums_of_inclinations():
    found = measured()
    trunk, thigh, shank = (found[f"{name}_inclination_deg"] for name in SEGMENTS)
    np.testing.assert_allclose(found["hip_flexion_deg"], trunk + thigh, atol=1e-9)
    np.testing.assert_allclose(found["knee_flexion_deg"], thigh + shank, atol=1e-9)


def test_a_bent_trunk_is_read_further_over_by_a_few_degrees():
    lean_back = STANDING | {"trunk": -0.05}
    assert 0.5 < float(added(bent(trunk=1.0), lean_back, FULL)["trunk"][0]) < 10.0


def test_it_does_not_matter_which_way_the_lifter_faces_or_how_large_the_picture_is():
    right = measured()
    left = measured(Camera(distance_m=400.0, focal=150.0, facing="left"))
    small = measured(Camera(distance_m=800.0, focal=150.0))
    for name in ("hip_flexion_deg", "knee_flexion_deg", "trunk_inclination_deg"):
        np.testing.assert_allclose(left[name], right[name], atol=0.05)
        np.testing.assert_allclose(small[name], right[name], atol=0.05)


def test_beyond_the_postures_it_was_learned_from_it_stays_as_at_their_edge():
    high = dict(zip(PREDICTORS, FULL.with_standing.highest, strict=True))
    edge = {name: high[name] for name in SEGMENTS}
    there, beyond = (bent(**{name: factor * value for name, value in edge.items()}) for factor in (2.0, 3.0))
    for name, value in added(there, STANDING, FULL).items():
        assert added(beyond, STANDING, FULL)[name] == pytest.approx(value)


@given(
    trunk=st.floats(-0.5, 2.0),
    thigh=st.floats(-0.5, 2.0),
    shank=st.floats(-0.5, 0.8),
    ahead=st.floats(-1.5, 1.5),
)
def test_it_is_never_large(trunk, thigh, shank, ahead):
    for standing in (STANDING, None):
        for value in added(bent(trunk, thigh, shank, (ahead, -0.5)), standing, FULL).values():
            assert abs(float(value[0])) <= MOST_DEG


def test_an_unseen_arm_leaves_a_value_and_an_unseen_leg_none():
    armless = added(bent(elbow=(np.nan, np.nan)), STANDING, FULL)
    assert all(np.isfinite(value).all() for value in armless.values())
    assert np.isnan(added(bent(shank=np.nan), STANDING, FULL)["thigh"]).all()


def test_less_is_known_bent_over_and_without_a_sight_of_standing():
    upright, low = left_deg("hip_flexion", np.array([0.0, 100.0]), FULL, standing_seen=True)
    blind, _ = left_deg("hip_flexion", np.array([0.0, 100.0]), FULL, standing_seen=False)
    assert upright <= low
    assert upright < blind


def test_every_prediction_has_its_range_and_weight():
    for variant, count in ((FULL.with_standing, len(PREDICTORS)), (FULL.without_standing, len(PREDICTORS) - 3)):
        assert len(variant.lowest) == len(variant.highest) == count
        assert set(variant.added) == set(SEGMENTS)
        assert all(len(weights) == count for weights in variant.added.values())
    assert FULL.provenance["split"] == "train"


def shown(rng, people=60, each=16, noise=0.02) -> tuple[Samples, np.ndarray]:
    """Stills of a landmark model that is wrong in a known way."""
    count = people * each
    posture = Posture(*(rng.uniform(-0.1, top, count) for top in (1.3, 0.8, 0.4, 0.6, 0.3)))
    given_ = predictors(posture, None)
    truth = np.zeros((given_.shape[1], 3))
    truth[:4] = [[0.05, -0.02, 0.01], [0.08, 0.0, 0.0], [0.0, -0.2, 0.0], [0.0, 0.0, -0.1]]
    missing = given_ @ truth + rng.normal(0, noise, (count, 3))
    who = np.repeat(np.arange(people), each)
    seen = Samples(given_, missing, posture.trunk + posture.thigh, np.zeros(count), np.zeros(count), who)
    return seen, truth


def test_learning_finds_an_error_that_was_put_in():
    seen, truth = shown(np.random.default_rng(1))
    left = seen.given @ (fit(seen, range(seen.given.shape[1])) - truth)
    assert np.rad2deg(np.abs(left).mean()) < 0.3


def test_learning_is_not_led_astray_by_blunders():
    seen, truth = shown(np.random.default_rng(2))
    seen.missing[::20] += 1.0
    left = seen.given @ (fit(seen, range(seen.given.shape[1])) - truth)
    assert np.rad2deg(np.abs(left).mean()) < 0.6


def test_the_stated_error_holds_nine_of_ten_and_grows_where_the_errors_do():
    rng = np.random.default_rng(3)
    seen, _ = shown(rng)
    left = rng.normal(0, 0.03 * np.exp(0.5 * np.clip(seen.hip, 0, None)))
    base, slope = residual(left, seen)
    inside = np.abs(left) < 1.645 * np.exp(base + slope * np.clip(seen.hip, 0, None))
    assert inside.mean() == pytest.approx(0.9, abs=0.01)
    assert slope == pytest.approx(0.5, abs=0.15)


def test_the_range_leaves_out_the_odd_extreme():
    seen, _ = shown(np.random.default_rng(4))
    seen.given[0, 1] = 50.0
    _, high = edges(seen)
    assert high[1] < 2.0
