"""Hidden legs and a leg that stands alone are read by networks; legs that are seen are left as they are."""

from dataclasses import dataclass

import numpy as np
import pytest
from tests.lifters import hinge
from tests.test_kinematics import SETTINGS, clean_track, view

from hiphinge.kinematics import Kinematics, kinematics, leg_reader
from hiphinge.kinematics.leg_reader import OUTPUTS, features, with_legs_read
from hiphinge.kinematics.legs import legs_as_told
from hiphinge.perceptrons import About, Layer, Reader, kept_reader
from hiphinge.pose import KEYPOINTS
from hiphinge.synthetic import Camera, lifter_track

LEGS = [KEYPOINTS.index(f"{side}_{name}") for side in ("left", "right") for name in ("knee", "ankle")]


@dataclass
class Lifter:
    """What was told of a lifter's legs, and how surely they were seen."""

    confidence: float = 0.99
    facing: str = "right"
    yaw_deg: float = 0.0
    distance_m: float = 400.0
    correction: str = "blazepose full"

    def told(self):
        camera = Camera(distance_m=self.distance_m, focal=150.0, facing=self.facing)
        track = clean_track(lifter_track(hinge(3), camera=camera))
        seen = track["confidence"].to_numpy().copy()
        seen[:, LEGS] = self.confidence
        track = track.assign(confidence=(track["confidence"].dims, seen))
        about = view(facing=self.facing, near_side=self.facing, yaw_deg=self.yaw_deg)
        motion = kinematics(track, about, settings=SETTINGS)
        motion = Kinematics(motion.assign_attrs(correction=self.correction))
        return legs_as_told(track, motion, about, None, settings=SETTINGS)[1]


def says(lacks_deg, count, *, error_deg=2.0):
    """Networks that read the same of every moment."""
    bias = np.r_[np.asarray(lacks_deg, dtype=float), np.full(2, 2 * np.log(error_deg))]
    about = About(estimator="blazepose", model="full", yaw_deg=25.0, stated=dict.fromkeys(OUTPUTS, 1.0),
                  unusual=1.0, provenance={})  # fmt: skip
    network = (Layer(np.zeros((count, 4)), bias),)
    return Reader(about, np.zeros(count), np.ones(count), np.ones(2), (network,))


@pytest.fixture
def reads(monkeypatch):
    def networks(*lacks_deg):
        count = features(Lifter().told()).shape[1]
        known = says(lacks_deg, count)
        monkeypatch.setattr(
            leg_reader, "kept_reader", lambda name, model: known if name == "legs_blazepose" and model else None
        )

    return networks


def change(told, found, name):
    return (found[f"{name}_deg"] - told.motion[f"{name}_deg"]).to_numpy()


def test_what_hidden_legs_lack_is_added_to_thigh_and_shank_and_what_hangs_on_them(reads):
    reads(-3.0, -5.0)
    told = Lifter(confidence=0.5).told()
    found = with_legs_read(told, SETTINGS)
    for name, moved_deg in (("thigh_inclination", -3), ("shank_inclination", -5), ("knee_flexion", -8),
                            ("hip_flexion", -3), ("trunk_inclination", 0)):  # fmt: skip
        np.testing.assert_allclose(change(told, found, name), moved_deg, atol=1e-9)
    np.testing.assert_allclose(found["thigh_inclination_error_deg"], 2.0)


def test_legs_that_are_seen_are_left_alone(reads):
    reads(-3.0, -5.0)
    told = Lifter(confidence=0.99).told()
    assert with_legs_read(told, SETTINGS) is told.motion


def test_half_hidden_legs_are_moved_half_the_way(reads):
    reads(-3.0, -5.0)
    between = (SETTINGS.leg_hidden_confidence + SETTINGS.leg_seen_confidence) / 2
    told = Lifter(confidence=between).told()
    np.testing.assert_allclose(change(told, with_legs_read(told, SETTINGS), "shank_inclination"), -2.5, atol=1e-6)


def test_they_are_moved_by_some_degrees_at_most_and_the_rest_is_stated_as_error(reads):
    most = SETTINGS.leg_lack_most_deg
    reads(-most - 10.0, 0.0)
    told = Lifter(confidence=0.5).told()
    found = with_legs_read(told, SETTINGS)
    np.testing.assert_allclose(change(told, found, "thigh_inclination"), -most, atol=1e-9)
    np.testing.assert_allclose(found["thigh_inclination_error_deg"], np.hypot(10.0, 2.0))


@pytest.mark.parametrize("unknown", [{"yaw_deg": 40.0}, {"correction": ""}, {"correction": "other model"}])
def test_nothing_is_read_from_far_round_or_of_landmarks_nobody_learned_from(reads, unknown):
    reads(-3.0, -5.0)
    told = Lifter(confidence=0.5, **unknown).told()
    assert with_legs_read(told, SETTINGS) is told.motion


@pytest.mark.parametrize("other", [{"facing": "left"}, {"distance_m": 800.0}])
def test_what_is_read_does_not_depend_on_the_way_the_lifter_faces_nor_on_distance(other):
    np.testing.assert_allclose(features(Lifter(**other).told()), features(Lifter().told()), atol=0.02, equal_nan=True)


def test_a_lifter_who_does_not_move_has_no_before_and_after():
    told = Lifter().told()
    still = Kinematics(told.motion.copy(deep=True))
    for name in OUTPUTS:
        still[f"{name}_inclination_deg"][:] = 5.0
    places = (np.repeat(place[:1], len(place), axis=0) for place in told.joints[:3])
    given = features(told._replace(motion=still, joints=told.joints._make([*places, told.joints.sure])))
    aside = 6 * 2 * len(leg_reader.ASIDE_S)
    np.testing.assert_allclose(given[:, -aside:], 0, atol=1e-9)


def test_the_networks_that_ship_know_these_features():
    reader = kept_reader("legs_blazepose", "full")
    assert reader is not None
    assert reader.centre.size == features(Lifter().told()).shape[1]
    assert tuple(reader.about.stated) == OUTPUTS
    assert reader.about.yaw_deg == SETTINGS.leg_reach_most_yaw_deg
