"""Balance on one leg: sway is told from movement and noise, touches of the free foot from feet that were lost."""

import msgspec
import numpy as np
import pytest

from hiphinge.messages import message
from hiphinge.metrics.balance import balance_sway, balance_wobble, free_foot_touches
from hiphinge.metrics.window import Estimate, Window
from hiphinge.records import Metric, Phase, Rep
from hiphinge.reps import find_reps
from hiphinge.reps.sides import by_the_set
from hiphinge.settings import MetricSettings, RepSettings, load_slice
from hiphinge.steadiness import remarks
from lifters import filmed, hinge

SETTINGS = load_slice("metrics", MetricSettings)
RATE = 30.0


def rep(side="left", **changes):
    phases = tuple(
        Phase(name=name, start_s=a, end_s=b)
        for name, a, b in (("eccentric", 0.0, 2.0), ("bottom", 2.0, 2.4), ("concentric", 2.4, 4.0))
    )
    return Rep(index=1, start_s=0.0, bottom_s=2.2, end_s=4.0, complete=True, side=side, phases=phases, **changes)


def window(*, sway=0.0, noise=0.0, side="left", lift=None, seed=0):
    """A repetition on one leg whose hips go back with the trunk and sway besides, statures."""
    time_s = np.arange(0, 4.0, 1 / RATE)
    depth = np.where(time_s < 2.2, np.sin(np.pi / 2 * np.clip(time_s / 2.0, 0, 1)) ** 2, 1.0)
    depth = np.where(time_s > 2.4, np.cos(np.pi / 2 * np.clip((time_s - 2.4) / 1.6, 0, 1)) ** 2, depth)
    rng = np.random.default_rng(seed)
    wave = np.sqrt(2) * sway * np.sin(2 * np.pi * 0.9 * time_s + 0.4)
    columns = {
        "trunk_inclination_deg": 2.0 + 70.0 * depth,
        "hip_travel_back": 0.12 * depth - 0.03 * depth**2 + wave + noise * rng.normal(size=time_s.size),
        "shank_inclination_deg": 4.0 - 6.0 * depth + 100 * wave,
        "right_foot_lift": 0.25 * depth if lift is None else lift(time_s, 0.25 * np.sqrt(depth)),
    }
    standing = {"trunk_inclination": Estimate(2.0, 0.5)}
    return Window(rep(side), time_s, columns, standing, SETTINGS)


def test_a_movement_in_balance_shows_no_sway():
    one = balance_sway(window())
    assert one.value < 0.1 * one.error
    assert balance_wobble(window()).value < 0.1


@pytest.mark.parametrize("sway", [0.012, 0.02, 0.035])
def test_sway_beside_the_movement_is_measured(sway):
    one = balance_sway(window(sway=sway, noise=0.001))
    assert abs(one.value - sway) < 1.645 * one.error


def test_noise_from_frame_to_frame_is_no_sway():
    assert balance_sway(window(noise=0.006)).value < SETTINGS.balance_sway_error


def test_a_shank_that_wobbles_is_measured_in_degrees():
    one = balance_wobble(window(sway=0.03))
    assert abs(one.value - 3.0) < 1.645 * one.error


def test_on_two_feet_nothing_is_said_of_balance():
    for measure in (balance_sway, balance_wobble, free_foot_touches):
        assert np.isnan(measure(window(side="both")).value)


def dip(at_s, length_s):
    return lambda time_s, lift: np.where(np.abs(time_s - at_s) < length_s / 2, 0.01, lift)


def test_a_free_foot_that_stays_up_touches_nothing():
    assert free_foot_touches(window()).value == 0


def eased(at_s, length_s, ease_s=0.25):
    """The free foot is put down softly for so long and lifted again."""
    return lambda time_s, lift: lift * np.clip((np.abs(time_s - at_s) - length_s / 2) / ease_s, 0.0, 1.0)


def test_a_foot_put_down_on_the_way_up_is_counted():
    assert free_foot_touches(window(lift=eased(3.27, 0.14))).value == 1


def test_a_foot_that_seems_to_be_down_while_the_trunk_is_deep_was_lost():
    assert np.isnan(free_foot_touches(window(lift=eased(2.2, 0.4))).value)


def test_a_foot_that_is_down_in_no_time_was_lost():
    assert np.isnan(free_foot_touches(window(lift=dip(3.2, 0.3))).value)


def seen_with(**lifts):
    """A filmed set with the left or right foot up by so many statures around each bottom in turn."""
    seen = filmed(hinge(4))
    time_s = seen["time"].to_numpy()
    bottoms = hinge(4).bottoms_s
    columns = {}
    for side in ("left", "right"):
        lift = np.zeros(time_s.size)
        for bottom_s, (height, from_s, until_s) in zip(bottoms, lifts.get(side, [(0, 0, 0)] * 4), strict=True):
            lift[(time_s >= bottom_s + from_s) & (time_s < bottom_s + until_s)] = height
        columns[f"{side}_foot_lift"] = ("time", lift)
    return seen.assign(columns)


def carried_by(seen):
    return [one.side for one in find_reps(seen, settings=load_slice("reps", RepSettings))]


UP, LOST = (0.25, -1.0, 1.0), (0.25, -1.0, -0.4)
"""A foot in the air about the bottom, and one that the model loses before it."""


def test_a_foot_that_is_lost_at_the_bottom_of_one_repetition_is_known_by_the_others():
    assert carried_by(seen_with(right=[UP, LOST, UP, UP])) == ["left"] * 4


def test_a_repetition_on_two_feet_among_others_on_one_stays_on_two():
    assert carried_by(seen_with(right=[UP, (0, 0, 0), UP, UP])) == ["left", "both", "left", "left"]


def test_a_step_between_repetitions_on_two_feet_makes_no_single_leg_lift():
    assert carried_by(seen_with(right=[(0, 0, 0), LOST, (0, 0, 0), (0, 0, 0)])) == ["both"] * 4


def test_each_leg_is_named_by_the_foot_that_rose():
    none = (0, 0, 0)
    seen = seen_with(right=[UP, LOST, none, none], left=[none, none, LOST, UP])
    assert carried_by(seen) == ["left", "left", "right", "right"]


NONE, HANGS = (0.0, 0.0, 0.0), (0.03, -1.0, 1.0)
"""Both feet down, and a free leg that hangs with its foot close to the floor."""


def trailing(seen, number, degrees):
    """The same set with the right thigh trailing the left by so much about one bottom."""
    near = np.abs(seen["time"].to_numpy() - hinge(4).bottoms_s[number]) < 0.6
    right = np.where(near, seen["left_thigh_inclination_deg"] - degrees, seen["right_thigh_inclination_deg"])
    return seen.assign(right_thigh_inclination_deg=("time", right))


def test_a_free_leg_that_hangs_in_a_set_on_one_leg_is_a_lift_on_one_leg():
    assert carried_by(trailing(seen_with(right=[UP, HANGS, UP, UP]), 1, 35.0)) == ["left"] * 4


def test_where_most_free_legs_hang_one_that_is_lifted_tells_the_set():
    seen = seen_with(right=[UP, HANGS, HANGS, NONE])
    assert carried_by(trailing(trailing(seen, 1, 40.0), 2, 30.0)) == ["left", "left", "left", "both"]


def test_thighs_apart_without_a_lifted_foot_in_the_set_are_no_lift_on_one_leg():
    assert carried_by(trailing(trailing(seen_with(), 0, 40.0), 1, 40.0)) == ["both"] * 4


def test_thighs_that_the_camera_sees_a_little_apart_are_a_lift_on_two():
    assert carried_by(trailing(seen_with(right=[UP, NONE, UP, UP]), 1, 15.0))[1] == "both"


def test_without_repetitions_there_is_nothing_to_name():
    seen = seen_with()
    assert by_the_set(seen, (), settings=load_slice("reps", RepSettings)) == ()


def measured(sway, *, side="left", touches=0.0):
    return rep(
        side,
        metrics={
            "balance_sway": Metric(value=sway, error=0.003, unit="fraction of stature"),
            "free_foot_touches": Metric(value=touches, error=0.3, unit="1"),
        },
    )


def test_sway_that_shows_is_told_in_words_of_the_leg_it_is_of():
    (said,) = remarks((measured(0.012), measured(0.014), measured(0.010)))
    assert said == message("remark.balance.left.sways", percent="1.2", percent_error="0.3")


def test_sway_within_its_error_is_not_told_as_sway():
    (said,) = remarks((measured(0.001, side="right"),))
    assert said == message("remark.balance.right.steady", percent="0.1", percent_error="0.3")


def test_touches_of_the_free_foot_are_counted_over_the_set():
    assert message("remark.balance.touches", count=2) in remarks((measured(0.0, touches=2.0), measured(0.0)))


def test_cut_repetitions_and_two_feet_say_nothing():
    cut = msgspec.structs.replace(measured(0.02), complete=False)
    assert remarks((cut, measured(0.02, side="both"))) == ()
