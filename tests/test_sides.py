"""What one side does by itself: thighs apart, the arm that is seen, the pelvis from hip to hip."""

import numpy as np
import pytest

from hiphinge.cleaning import clean
from hiphinge.kinematics import Kinematics, kinematics
from hiphinge.metrics import measure
from hiphinge.pose import KEYPOINTS, make_track
from hiphinge.settings import CleaningSettings, KinematicsSettings, load_slice
from hiphinge.synthetic import Camera, lifter_track
from lifters import SIDE, counted, filmed, from_view, hinge, measured

SETTINGS = load_slice("kinematics", KinematicsSettings)


def changed(motion, change, *, yaw_deg=0.0, view=SIDE):
    """Kinematics of a motion whose landmarks `change` moves: it gets places (T, 33, 2) and where a keypoint stands."""
    raw = lifter_track(motion, camera=Camera(yaw_deg=yaw_deg))
    position = raw["position"].to_numpy().copy()
    change(position, KEYPOINTS.index)
    moved = make_track(
        raw["time"].to_numpy(), position, raw["world"].to_numpy(), raw["confidence"].to_numpy(),
        width=raw.attrs["width"], height=raw.attrs["height"], estimator="none", model="none",
    )  # fmt: skip
    track = clean(moved, settings=load_slice("cleaning", CleaningSettings))
    return kinematics(track, view, settings=SETTINGS)


def test_two_legs_that_do_the_same_lean_the_same():
    seen = filmed(hinge())
    for side in ("left", "right"):
        apart = seen[f"{side}_thigh_inclination_deg"] - seen["thigh_inclination_deg"]
        assert float(abs(apart).max()) < 3.0


def test_hanging_arms_are_straight():
    assert float(filmed(hinge())["elbow_flexion_deg"].quantile(0.9)) < 6.0


def test_an_arm_that_bends_is_told_by_its_degrees():
    def bend(position, of):
        for side in ("left", "right"):
            shoulder, elbow = position[:, of(f"{side}_shoulder")], position[:, of(f"{side}_elbow")]
            along = elbow - shoulder
            position[:, of(f"{side}_wrist")] = elbow + np.stack([along[:, 1], -along[:, 0]], axis=1)

    assert float(changed(hinge(), bend)["elbow_flexion_deg"].median()) == pytest.approx(90.0, abs=3.0)


@pytest.mark.parametrize("yaw_deg", [40.0, 85.0])
@pytest.mark.parametrize("roll_deg", [20.0, -20.0])
def test_a_pelvis_that_rolls_is_told_whatever_the_cameras_turn(yaw_deg, roll_deg):
    motion = hinge(count=2)
    depth = (motion.trunk - motion.trunk[0]) / np.ptp(motion.trunk)
    stature_px = filmed(motion).attrs["stature_px"]

    def lift(position, of):
        rise = SETTINGS.pelvis_width * stature_px * np.sin(np.deg2rad(roll_deg)) * depth
        position[:, of("left_hip"), 1] -= rise / 2
        position[:, of("right_hip"), 1] += rise / 2

    view = from_view("oblique" if yaw_deg < 60 else "frontal")
    seen = changed(motion, lift, yaw_deg=yaw_deg, view=view)
    for rep in measure(seen, counted(filmed(motion)), view):
        roll = rep.metrics["pelvis_roll"]
        assert roll.value == pytest.approx(abs(roll_deg), abs=max(4.0, 1.645 * roll.error))


def test_a_level_pelvis_is_level_from_the_front():
    view = from_view("frontal")
    seen = filmed(hinge(), yaw_deg=85.0, view=view)
    for rep in measure(seen, counted(filmed(hinge())), view):
        assert rep.metrics["pelvis_roll"].value < 5.0


def test_with_both_feet_down_there_is_no_rear_leg():
    for rep in measured(hinge()):
        assert rep.side == "both"
        assert rep.metrics["rear_leg_line"].value is None


@pytest.mark.parametrize("hangs", [0.0, 30.0])
def test_the_rear_leg_is_measured_from_the_line_of_the_trunk(hangs):
    seen = filmed(hinge())
    trunk, lift = seen["trunk_inclination_deg"], np.clip(seen["trunk_inclination_deg"] / 65.0, 0, 1)
    free = seen.assign(right_thigh_inclination_deg=hangs - trunk, right_foot_lift=0.4 * lift, left_foot_lift=0 * lift)
    reps = counted(Kinematics(free))
    assert {rep.side for rep in reps} == {"left"}
    for rep in measure(Kinematics(free), reps, SIDE):
        assert rep.metrics["rear_leg_line"].value == pytest.approx(hangs, abs=1.0)


def test_a_free_foot_that_is_laid_on_the_standing_one_at_the_bottom_tells_nothing_of_the_rear_leg():
    seen = filmed(hinge())
    lean = np.clip(seen["trunk_inclination_deg"] / 65.0, 0, 1)
    lift = 0.4 * lean * (lean < 0.95)
    lost = Kinematics(
        seen.assign(right_thigh_inclination_deg=-20.0 + 0 * lean, right_foot_lift=lift, left_foot_lift=0 * lift)
    )
    reps = counted(Kinematics(seen.assign(right_foot_lift=0.4 * lean, left_foot_lift=0 * lean)))
    for rep in measure(lost, reps, SIDE):
        assert rep.metrics["rear_leg_line"].value is None


def test_a_free_leg_that_hangs_low_all_the_time_is_measured():
    seen = filmed(hinge())
    lean = np.clip(seen["trunk_inclination_deg"] / 65.0, 0, 1)
    reps = counted(Kinematics(seen.assign(right_foot_lift=0.4 * lean, left_foot_lift=0 * lean)))
    hangs = Kinematics(
        seen.assign(right_thigh_inclination_deg=-20.0 * lean, right_foot_lift=0.03 * lean, left_foot_lift=0 * lean)
    )
    for rep in measure(hangs, reps, SIDE):
        assert rep.metrics["rear_leg_line"].value == pytest.approx(45.0, abs=3.0)
