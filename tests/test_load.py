"""The load is where the simulated lifter holds it, and its scale is what the stature or the plate says."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from hiphinge.cleaning import clean
from hiphinge.faults import rules_of
from hiphinge.followed import Followed
from hiphinge.kinematics import Kinematics
from hiphinge.load import Circles, PlateFinder, follow_set
from hiphinge.load.plates import FINE, circles, moving_with_the_hands, travel
from hiphinge.load.scale import body_of, nearness_of, pixels_per_metre
from hiphinge.metrics import LOAD, measure, measure_load
from hiphinge.records import Load, Subject
from hiphinge.settings import CleaningSettings, KinematicsSettings, LoadSettings, load_slice
from hiphinge.synthetic import FOREARM, SHANK, THIGH, TRUNK, UPPER_ARM, Camera, lifter_track
from lifters import SIDE, carried, counted, deadlift, filmed, hinge, reaching, swing

NUMBERS = load_slice("load", LoadSettings)
BODY = load_slice("kinematics", KinematicsSettings)
STATURE_M = 1.75


def sin_cos(degrees):
    return np.stack([np.sin(np.deg2rad(degrees)), np.cos(np.deg2rad(degrees))], axis=-1)


def true_load(motion):
    """(T, 2) the fist from the ankle, statures, in closed form; the fist a step on from the wrist."""
    shoulder = (
        SHANK * sin_cos(motion.shank) + THIGH * sin_cos(motion.shank - motion.knee) + TRUNK * sin_cos(motion.trunk)
    )
    down = -sin_cos(-motion.arm)
    ahead = np.stack([-down[:, 1], down[:, 0]], axis=-1)
    return shoulder + (UPPER_ARM + FOREARM + NUMBERS.grip_along) * down + NUMBERS.grip_ahead * ahead


def path_of(moved):
    return np.stack([moved.motion[name].to_numpy() for name in ("load_forward", "load_height")], axis=-1)


def told(motion, **how):
    """Every repetition's metrics of the load."""
    seen = carried(motion, **how).motion
    return [rep.metrics for rep in measure(seen, counted(seen), SIDE)]


# --- where it is ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [hinge, deadlift, lambda: reaching(hinge(), 25.0)])
def test_the_path_of_the_hands_is_that_of_the_simulated_fists(make):
    motion = make()
    off = path_of(carried(motion)) - true_load(motion)
    assert np.sqrt(np.mean((off - np.median(off, axis=0)) ** 2)) < 0.008
    assert np.abs(np.median(off, axis=0)).max() < 0.03


def test_nine_in_ten_places_lie_within_their_stated_errors():
    motion = hinge()
    moved = carried(motion, noise_px=3.0).motion
    off = np.abs(path_of(carried(motion, noise_px=3.0)) - true_load(motion))
    errors = np.stack([moved[f"load_{name}_error"].to_numpy() for name in ("forward", "height")], axis=-1)
    assert np.mean(off <= 1.645 * errors) >= 0.9


def test_seen_from_the_other_side_the_path_is_the_same():
    motion = reaching(hinge(), 15.0)
    right, left = (path_of(carried(motion, noise_px=0.0, camera=Camera(facing=side))) for side in ("right", "left"))
    assert np.abs(right - left).max() < 1e-3


def test_a_picture_half_as_large_gives_the_same_path():
    motion = reaching(hinge(), 15.0)
    large, small = (
        path_of(carried(motion, noise_px=0.0, camera=Camera(width=w, height=h))) for w, h in ((1080, 1920), (540, 960))
    )
    assert np.abs(large - small).max() < 2e-3


def test_a_turned_camera_sees_the_same_path():
    motion = reaching(hinge(), 15.0)
    side, turned = (path_of(carried(motion, noise_px=0.0, camera=Camera(yaw_deg=yaw))) for yaw in (0.0, 15.0))
    assert np.sqrt(np.mean((side - turned) ** 2)) < 0.02


def test_a_bar_on_the_back_goes_with_the_shoulders_and_not_with_the_hands():
    motion = replace(hinge(), arm=np.zeros_like(hinge().time_s))
    moved = carried(motion, on_back=True)
    above = moved.motion["load_above_shoulder"].to_numpy()
    assert moved.path.followed == "shoulders"
    assert np.nanmax(np.abs(above)) < 0.1
    assert np.nanmin(carried(motion).motion["load_above_shoulder"].to_numpy()) < -0.3


def test_a_load_held_forward_is_further_from_mid_foot_by_as_much_as_the_arms_reach():
    near, far = (np.median([one["load_path_drift"].value for one in told(reaching(hinge(), a))]) for a in (0.0, 20.0))
    true_near, true_far = (true_load(reaching(hinge(), a))[:, 0].max() for a in (0.0, 20.0))
    assert far - near == pytest.approx(true_far - true_near, abs=0.015)


def drifted(columns):
    """What is measured of the drift when columns of the filmed load are changed: each gets the series and its depth."""
    moved = carried(hinge(), noise_px=0.0).motion
    lean = moved["trunk_inclination_deg"].to_numpy()
    depth = lean / lean.max()
    changed = moved.assign(
        {name: (moved[name].dims, change(moved[name].to_numpy(), depth)) for name, change in columns.items()}
    )
    reps = measure(Kinematics(changed), counted(moved), SIDE)
    return [rep.metrics["load_path_drift"] for rep in measure_load(Kinematics(changed), reps, SIDE)]


def test_hands_that_leave_their_place_for_a_moment_have_not_drifted():
    def jump(over, depth):
        return np.where((depth > 0.75) & (depth < 0.85), over + 0.1, over)

    for plain, jumped in zip(drifted({}), drifted({"load_over_midfoot": jump}), strict=True):
        assert jumped.value == pytest.approx(plain.value, abs=0.01)


def test_a_load_that_is_out_while_the_body_is_deep_has_drifted_by_as_much():
    def out(over, depth):
        return np.where(depth > 0.6, over + 0.06, over)

    for plain, far in zip(drifted({}), drifted({"load_over_midfoot": out}), strict=True):
        assert far.value - plain.value == pytest.approx(0.06, abs=0.005)


def test_where_the_deep_part_is_badly_seen_nothing_is_said_of_drifting():
    def hidden(confidence, depth):
        return np.where(depth > 0.7, 0.4, confidence)

    assert all(drift.value is None for drift in drifted({"confidence": hidden}))


# --- how fast ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [hinge, deadlift])
def test_rise_and_speeds_are_those_of_the_closed_form(make):
    motion = make()
    path, step = true_load(motion), float(np.median(np.diff(motion.time_s)))
    rise = np.ptp(path[:, 1])
    fastest = np.hypot(*np.gradient(path, step, axis=0).T)
    for one in told(motion):
        assert one["load_rise"].value == pytest.approx(rise, abs=2 * one["load_rise"].error)
        assert one["mean_load_speed"].value == pytest.approx(rise / 1.4, abs=2 * one["mean_load_speed"].error)
        assert one["peak_load_speed"].value == pytest.approx(fastest.max(), rel=0.15)


def test_the_load_leaves_its_lowest_place_when_the_way_up_begins():
    for rep, bottom_s in zip(told(deadlift(pause_s=0.4)), deadlift(pause_s=0.4).bottoms_s, strict=True):
        assert rep["load_rise"].at_s == pytest.approx(bottom_s + 0.2, abs=0.3)


def test_only_a_load_that_is_swung_up_has_a_height_at_the_top():
    bell = [one["load_top_height"].value for one in told(swing())]
    assert [one["load_top_height"].value for one in told(hinge())] == [None] * 3
    assert all(value is not None and -0.15 < value < 0.1 for value in bell[1:-1])


def test_without_a_path_nothing_is_said_of_the_load():
    seen = filmed(hinge())
    for rep in measure(seen, counted(seen), SIDE):
        assert all(rep.metrics[name].value is None for name in LOAD)


def test_measuring_the_load_later_gives_what_measuring_it_at_once_does():
    seen = carried(hinge()).motion
    bare = filmed(hinge())
    later = measure_load(seen, measure(bare, counted(bare), SIDE), SIDE)
    at_once = measure(seen, counted(seen), SIDE)
    assert [rep.metrics["load_path_drift"] for rep in later] == [rep.metrics["load_path_drift"] for rep in at_once]


# --- whether there is one ---------------------------------------------------------------------------------------------


def looked_for(exercise, *, load=None):
    motion = carried(hinge())
    track = clean(lifter_track(hinge(), noise_px=1.0), settings=load_slice("cleaning", CleaningSettings))
    followed = Followed(track, motion.motion, SIDE, np.ones(track.sizes["time"]))
    reps = counted(Kinematics(motion.motion))
    return follow_set(followed, reps, exercise, subject=Subject(), load=load or Load(), body=BODY, settings=NUMBERS)


@pytest.mark.parametrize("exercise", ["hinge", "wall_drill", "dowel_drill"])
def test_empty_hands_are_not_taken_for_a_load(exercise):
    assert looked_for(exercise) is None


def test_where_a_load_is_not_sure_it_is_followed_once_it_is_stated():
    assert looked_for("single_leg_rdl") is None
    assert looked_for("single_leg_rdl", load=Load(mass_kg=12.0)).path.followed == "hands"


@pytest.mark.parametrize(("exercise", "followed"), [("rdl", "hands"), ("good_morning", "shoulders")])
def test_what_is_followed_depends_on_where_the_exercise_carries_the_load(exercise, followed):
    assert looked_for(exercise).path.followed == followed


def test_only_loads_that_hang_are_judged_for_drifting():
    judged = {name for name in ("rdl", "deadlift", "kettlebell_swing", "good_morning", "hinge", "single_leg_rdl")
              if any(rule.fault == "load_drift" for rule in rules_of(name))}  # fmt: skip
    assert judged == {"rdl", "deadlift"}


# --- how many metres --------------------------------------------------------------------------------------------------


def test_without_stature_or_plate_there_are_body_units_only():
    path = carried(hinge()).path
    assert (path.scale, path.metres_per_stature, path.followed) == ("body", None, "hands")


def test_a_given_stature_makes_the_path_metres():
    path = carried(hinge(), stature_cm=100 * STATURE_M).path
    assert path.scale == "stature"
    assert path.metres_per_stature == pytest.approx(STATURE_M, abs=1.645 * path.metres_per_stature_error)


def test_legs_that_were_hidden_make_a_given_stature_a_less_certain_scale():
    motion = carried(hinge()).motion
    usual, hidden = (
        body_of(
            Kinematics(motion.assign_attrs(stature_from_legs_px=share * motion.attrs["stature_px"])),
            body=BODY,
            settings=NUMBERS,
        ).error
        for share in (NUMBERS.legs_usual, 0.6)
    )
    assert usual == pytest.approx(NUMBERS.body_error)
    assert hidden > 2 * usual


def plate_circles(motion, *, radius_m=0.225, camera=None, gone=(), noise_px=1.0, seed=0):
    """What a finder would see: the end of a bar in the hands, nearer than they are, and a wheel that stays."""
    camera = camera or Camera()
    rng = np.random.default_rng(seed)
    looks = np.arange(0, motion.time_s.size, 9)
    focal = camera.focal * camera.height
    scale = focal / (camera.distance_m - NUMBERS.plate_nearer_m)
    place = STATURE_M * (true_load(motion)[looks] + [0.0, 0.039])
    sign = 1.0 if camera.facing == "right" else -1.0
    centre = np.stack(
        [camera.width / 2 + sign * scale * place[:, 0], camera.height / 2 + scale * (camera.height_m - place[:, 1])],
        axis=1,
    )
    found, radius = np.full((looks.size, 6, 2), np.nan), np.full((looks.size, 6), np.nan)
    found[:, 0] = [400.0, 1100.0]
    radius[:, 0] = 90.0
    found[:, 1] = centre + rng.normal(0, noise_px, centre.shape)
    radius[:, 1] = radius_m * scale + rng.normal(0, noise_px, looks.size)
    found[list(gone)], radius[list(gone)] = np.nan, np.nan
    return Circles(motion.time_s[looks], found, radius)


def test_a_plate_that_goes_with_the_hands_gives_the_scale_within_its_error():
    motion = hinge()
    path = carried(motion, circles=plate_circles(motion, gone=(3, 4, 11))).path
    assert (path.scale, path.followed) == ("plate", "implement")
    assert path.metres_per_stature == pytest.approx(STATURE_M, abs=1.645 * path.metres_per_stature_error)


def test_a_given_stature_is_believed_before_a_plate():
    motion = hinge()
    assert carried(motion, circles=plate_circles(motion), stature_cm=175.0).path.scale == "stature"


@pytest.mark.parametrize("radius_m", [0.12, 0.15])
def test_a_small_plate_does_not_make_the_lifter_a_giant(radius_m):
    motion = hinge()
    path = carried(motion, circles=plate_circles(motion, radius_m=radius_m)).path
    assert path.scale == "body"


def test_a_wheel_in_the_background_is_not_the_plate():
    motion = hinge()
    seen = plate_circles(motion)
    seen.centre_px[:, 1] = np.nan
    seen.radius_px[:, 1] = np.nan
    path = carried(motion, circles=seen).path
    assert (path.followed, path.scale, path.plate_looks) == ("hands", "body", 0)


def test_a_plate_seen_now_and_then_is_not_trusted():
    motion = hinge()
    count = plate_circles(motion).time_s.size
    seen = plate_circles(motion, gone=[k for k in range(count) if k % 4])
    assert carried(motion, circles=seen).path.followed == "hands"


def test_the_plates_course_drawn_in_to_the_lifters_distance_is_the_loads():
    motion = hinge()
    off = path_of(carried(motion, circles=plate_circles(motion), noise_px=8.0)) - true_load(motion)
    assert np.sqrt(np.mean((off - np.median(off, axis=0)) ** 2)) < 0.012


def test_the_further_the_plate_travels_beyond_the_hands_the_nearer_the_camera():
    hands = np.stack([np.zeros(40), 300 * np.sin(np.linspace(0, 9, 40))], axis=1)
    nearness = []
    for gain in (1.1, 1.25, 1.4):
        seen = Circles(np.arange(40.0), np.full((40, 6, 2), np.nan), np.full((40, 6), np.nan))
        seen.centre_px[:, 0], seen.radius_px[:, 0] = gain * hands, 120.0
        plate = moving_with_the_hands(seen, hands, trunk_px=300.0, settings=NUMBERS)
        assert plate.gain == pytest.approx(gain, abs=0.01)
        nearness.append(nearness_of(plate, settings=NUMBERS)[0])
    assert nearness == sorted(nearness)


def test_a_scale_states_how_little_is_known_of_the_camera():
    hands = np.stack([np.zeros(40), 300 * np.sin(np.linspace(0, 9, 40))], axis=1)
    seen = Circles(np.arange(40.0), np.full((40, 6, 2), np.nan), np.full((40, 6), np.nan))
    seen.centre_px[:, 0], seen.radius_px[:, 0] = 1.2 * hands, 120.0
    plate = moving_with_the_hands(seen, hands, trunk_px=300.0, settings=NUMBERS)
    _, relative = pixels_per_metre(plate, settings=NUMBERS)
    assert 0.04 < relative < 0.12


def test_the_way_of_two_series_with_noise_in_both_is_not_flattened():
    rng = np.random.default_rng(1)
    true = 100 * np.sin(np.linspace(0, 12, 400))
    slope, _ = travel(true + rng.normal(0, 20, 400), 1.3 * true + rng.normal(0, 20, 400))
    assert slope == pytest.approx(1.3, abs=0.06)


# --- finding circles --------------------------------------------------------------------------------------------------


def picture(radius_px, *, centre=(320, 300)):
    image = np.full((480, 640, 3), 200, np.uint8)
    cv2.circle(image, centre, radius_px, (30, 30, 34), -1, cv2.LINE_AA)
    cv2.circle(image, centre, radius_px // 4, (140, 140, 144), -1, cv2.LINE_AA)
    return cv2.GaussianBlur(image, (0, 0), 1.0)


@pytest.mark.parametrize("radius_px", [50, 70, 90])
def test_a_plate_is_found_to_a_few_hundredths_of_its_radius(radius_px):
    finder = PlateFinder(NUMBERS)
    finder.look(0.0, picture(radius_px), hands=np.array([310.0, 270.0]), trunk_px=110.0)
    found = finder.found
    assert found.radius_px[0, 0] == pytest.approx(radius_px, rel=0.04)
    assert found.centre_px[0, 0] == pytest.approx([320.5, 300.5], abs=2.5)


def test_a_plain_wall_has_no_circles():
    assert circles(np.full((3 * FINE, 3 * FINE, 3), 120, np.uint8), settings=NUMBERS).size == 0


def test_hands_that_are_not_seen_are_looked_at_without_an_error():
    finder = PlateFinder(NUMBERS)
    finder.look(0.0, picture(60), hands=np.array([np.nan, np.nan]), trunk_px=110.0)
    assert np.isnan(finder.found.radius_px).all()
