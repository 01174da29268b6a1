"""The virtual rod against backs whose gaps are known in closed form."""

from functools import partial

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bare_backs import ALONG, FANS, NAKED, SHAPE
from hiphinge.settings import SpineSettings, load_slice
from hiphinge.spine.backline import make_back_line
from hiphinge.spine.bare import bare_back, heights
from hiphinge.spine.rod import contacts, gaps, resting, virtual_rod

SETTINGS = load_slice("spine", SpineSettings)
PLIANT = msgspec.structs.replace(SETTINGS, rod_shape_noise=5.0)
"""Settings that follow the outline wherever it goes, however unlikely for a back."""
LOWEST, MIDDLE, OCCIPUT = 0.0, 0.68, float(ALONG[44])
"""Of an upright trunk: the sacrum's lowest point, the middle, the highest point of the head that a rod can touch."""


def lined(shape, *, frames=1, fps=30.0, error=0.005, size_px=200.0, facing=1.0, unseen=(), lean_deg=40.0):
    """A back line whose dorsal outline is `shape` (along → behind), one per frame or one for all."""
    shapes = shape if isinstance(shape, list) else [shape] * frames
    count = len(shapes)
    along = np.broadcast_to(ALONG, (count, 2, ALONG.size)).copy()
    behind = np.stack([[f(ALONG), f(ALONG) - 0.4] for f in shapes])
    for zone in unseen:
        behind[:, 0, np.flatnonzero(zone == FANS)] = np.nan
    hip = np.tile([320.0, 300.0], (count, 1))
    lean = np.deg2rad(lean_deg)
    shoulder = hip + size_px * np.array([facing * np.sin(lean), -np.cos(lean)])
    return make_back_line(
        np.arange(count) / fps, along, behind, np.full(behind.shape, error), np.ones(behind.shape),
        hip_px=hip, shoulder_px=shoulder, facing=np.full(count, facing), trunk_length_px=size_px,
    )  # fmt: skip


def laid(shape, settings=PLIANT, standing=None, body=NAKED, **how):
    return virtual_rod(lined(shape, **how), standing=standing, shape=body, settings=settings)


def gap_of(rod, zone, k=0):
    return float(rod["gap"].sel(zone=zone).to_numpy()[k])


def straight(x):
    return 0.2 + 0.05 * x


def corner(at, low_slope, high_slope):
    return lambda x: 0.2 - np.where(x < at, low_slope * (at - x), high_slope * (x - at))


def test_a_straight_back_touches_everywhere():
    rod = laid(straight)
    assert rod["gap"].to_numpy() == pytest.approx(0, abs=1e-9)
    assert rod["contact"].to_numpy().all()


def test_on_a_circular_arc_the_rod_lies_at_the_middle_and_leaves_both_ends():
    radius = 2.0
    rod = laid(lambda x: np.sqrt(radius**2 - (x - MIDDLE) ** 2) - radius)
    for zone, near in (("sacral", SETTINGS.rod_sacral_to), ("head", ALONG[41])):
        assert gap_of(rod, zone) == pytest.approx(radius - np.sqrt(radius**2 - (near - MIDDLE) ** 2), abs=0.012)
    assert gap_of(rod, "thoracic") == 0
    assert rod["contact"].to_numpy().tolist() == [[False, True, False]]


def test_a_low_corner_leaves_a_gap_at_the_sacrum_alone():
    """The rod rests on the longer, upper side of the corner."""
    rod = laid(corner(1 / 3, 0.4, 0.1))
    slope, turn = -0.1, 0.5
    nearest = ALONG[14]  # the highest of the sacrum's points
    assert gap_of(rod, "sacral") == pytest.approx(turn * (1 / 3 - nearest) / np.hypot(1, slope), abs=0.01)
    assert gap_of(rod, "head") == pytest.approx(0, abs=1e-9)
    assert rod["contact"].to_numpy().tolist() == [[False, True, True]]


def test_a_high_corner_leaves_a_gap_at_the_head_alone():
    rod = laid(corner(23 / 24, 0.1, 0.4))
    assert gap_of(rod, "sacral") == pytest.approx(0, abs=1e-9)
    assert gap_of(rod, "head") == pytest.approx(0.5 * (ALONG[41] - 23 / 24) / np.hypot(1, 0.1), abs=1e-6)
    assert rod["contact"].to_numpy().tolist() == [[True, True, False]]


def test_a_back_arched_away_from_sacrum_and_head_leaves_a_gap_at_the_upper_back():
    rod = laid(lambda x: 0.2 * (x - 0.7) ** 2)
    top = 0.2 * (OCCIPUT - 0.7) ** 2
    bottom = 0.2 * (LOWEST - 0.7) ** 2
    slope = (top - bottom) / OCCIPUT
    line = bottom + slope * ALONG
    away = (line - 0.2 * (ALONG - 0.7) ** 2) / np.hypot(1, slope)
    thorax = (FANS == "trunk") & (ALONG >= 0.5)
    assert gap_of(rod, "thoracic") == pytest.approx(away[thorax].min(), abs=1e-6)
    assert rod["contact"].to_numpy().tolist() == [[True, False, True]]


def test_the_hollow_of_the_lower_back_is_its_depth_under_the_rod():
    rod = laid(lambda x: 0.2 - 0.06 * np.exp(-(((x - 0.3) / 0.08) ** 2)))
    assert float(rod["hollow"][0]) == pytest.approx(0.06, abs=0.008)


def test_the_buttocks_do_not_carry_the_rod():
    plain, big = laid(straight), laid(lambda x: straight(x) + 0.15 * (x < LOWEST - 0.02))
    assert gap_of(big, "sacral") == pytest.approx(gap_of(plain, "sacral"), abs=0.02)
    assert gap_of(big, "thoracic") < 0.02


def test_as_the_hips_landmarks_slide_toward_the_shoulders_the_sacrum_is_sought_lower():
    near = msgspec.structs.replace(PLIANT, rod_sacrum_along=-0.08)
    bump = corner(0.02, 1.0, 0.0)  # below the upright trunk's sacrum the outline falls away
    assert gap_of(laid(bump, near), "sacral") >= gap_of(laid(bump), "sacral")
    assert float(laid(bump, near)["rest"][0, 0]) > -0.08


def test_a_head_out_of_sight_is_not_judged_and_the_rest_is():
    rod = laid(corner(1 / 3, 0.4, 0.1), unseen=("head",))
    assert np.isnan(gap_of(rod, "head"))
    assert not rod["contact"].sel(zone="head").to_numpy().any()
    assert gap_of(rod, "sacral") > 0.05
    assert np.isnan(rod["touch_px"].sel(zone="head").to_numpy()).all()


def test_an_arm_held_up_behind_the_head_is_not_the_head():
    line = lined(straight)
    line["behind"][:, 0, np.flatnonzero(FANS == "head")] += 0.1
    rod = virtual_rod(line, shape=NAKED, settings=PLIANT)
    assert np.isnan(gap_of(rod, "head"))
    assert gap_of(rod, "thoracic") == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("unseen", [("trunk",), ("trunk", "pelvis")])
def test_without_sacrum_or_upper_back_there_is_no_rod(unseen):
    rod = laid(straight, unseen=unseen)
    assert np.isnan(rod["gap"].to_numpy()).all()
    assert np.isnan(rod["end_px"].to_numpy()).all()
    assert not rod["contact"].to_numpy().any()


def test_what_flesh_and_clothes_add_to_the_outline_is_taken_off():
    """The outline of a straight back stands out farther at the shoulders than at the head; the rod still touches it."""

    def dressed(x):
        return straight(x) + np.where(x < 1.2, np.interp(x, heights(SHAPE), SHAPE.lift), SHAPE.head_lift)

    rod = laid(dressed, body=SHAPE)
    assert rod["gap"].to_numpy() == pytest.approx(0, abs=1e-3)
    assert (rod["gap_error"].to_numpy() >= min(SHAPE.lift_error)).all()
    assert gap_of(laid(dressed), "head") > 0.03


def likely(x):
    """The mean of all backs, the head upright above it."""
    return SHAPE.offset[0] + SHAPE.slope[0] * x + np.interp(x, heights(SHAPE), SHAPE.mean)


def test_an_elbow_that_stands_out_behind_does_not_carry_the_rod():
    def akimbo(x):
        return likely(x) + 0.18 * np.exp(-(((x - 0.55) / 0.12) ** 2))

    bare, followed, rod = laid(likely), laid(akimbo), laid(akimbo, SETTINGS)
    assert gap_of(followed, "sacral") > 0.1
    off = np.abs(rod["gap"] - bare["gap"]).to_numpy()[0]
    assert (off < [0.01, 0.01, 0.05]).all()  # the head's lever doubles what the sleeve's edge still adds


def test_over_a_hole_in_the_outline_the_likely_back_is_taken_and_is_less_sure():
    line = lined(straight)
    hole = line.copy(deep=True)
    hidden = (FANS == "trunk") & (ALONG > 0.3) & (ALONG < 0.7)
    for name in ("along", "behind", "error", "confidence"):
        hole[name][:, 0, hidden] = 0.0 if name == "confidence" else np.nan
    whole, part = (bare_back(each, shape=NAKED, settings=SETTINGS) for each in (line, hole))
    middle = (whole.along[0] > 0.42) & (whole.along[0] < 0.58)
    assert part.behind[0] == pytest.approx(whole.behind[0], abs=0.03)
    assert not part.seen[0, middle].any()
    assert (part.error[0, middle] > whole.error[0, middle]).all()
    assert part.error[0, whole.along[0] > 0.9] == pytest.approx(whole.error[0, whole.along[0] > 0.9])


def test_the_rod_does_not_rock_when_two_sides_are_about_as_long():
    """The corner wanders about the middle; the rod stays where it lay first."""
    shapes = [corner(MIDDLE + offset, 0.3, 0.3) for offset in (0.1, -0.02, 0.05, -0.02, 0.02)]
    rod = laid(shapes)
    assert (rod["gap"].sel(zone="sacral").to_numpy() < 0.03).all()
    assert (rod["gap"].sel(zone="head").to_numpy() > 0.1).all()
    fresh = [gap_of(laid([shape]), "sacral") for shape in shapes]
    assert max(fresh) > 0.1


def test_it_does_go_over_to_a_side_that_is_surely_the_longer():
    shapes = [corner(23 / 24, 0.2, 0.3), corner(1 / 3, 0.3, 0.2)]
    rod = laid(shapes)
    assert gap_of(rod, "head", 0) > 0.05
    assert gap_of(rod, "sacral", 1) > 0.05
    assert gap_of(rod, "head", 1) == pytest.approx(0, abs=1e-9)


def test_a_shape_seen_from_the_other_side_or_nearer_gives_the_same_gaps():
    shape = corner(23 / 24, 0.1, 0.4)
    plain = laid(shape)
    for other in (laid(shape, facing=-1.0), laid(shape, size_px=700.0), laid(shape, lean_deg=85.0)):
        assert other["gap"].to_numpy() == pytest.approx(plain["gap"].to_numpy(), abs=1e-9)


def test_in_the_picture_the_rod_lies_on_the_outline_behind_the_person():
    """Whoever faces right has the rod on the left; the ends mirror with the person."""
    right, left = (
        laid(corner(23 / 24, 0.1, 0.4), lean_deg=0.0),
        laid(corner(23 / 24, 0.1, 0.4), lean_deg=0.0, facing=-1.0),
    )
    assert (right["end_px"].sel(xy="x").to_numpy() < 320).all()
    assert left["end_px"].sel(xy="x").to_numpy() == pytest.approx(640 - right["end_px"].sel(xy="x").to_numpy())
    lower, upper = right["end_px"].to_numpy()[0]
    assert lower[1] > upper[1]
    line = (upper - lower) / np.hypot(*(upper - lower))
    away = (right["touch_px"].to_numpy()[0] - lower) @ np.array([-line[1], line[0]])
    expected = 200 * right["gap"].to_numpy()[0]
    assert np.abs(away) == pytest.approx(expected, abs=1e-6)


def test_the_gaps_error_is_that_of_its_points():
    """The head's gap hangs on the two points the rod rests on, as a lever: more uncertain the farther out."""
    rod = laid(corner(23 / 24, 0.1, 0.4), error=0.01)
    error = rod["gap_error"].to_numpy()[0]
    lever = (ALONG[41] - LOWEST) / (23 / 24 - LOWEST)
    assert error[2] == pytest.approx(0.01 * np.sqrt(1 + lever**2 + (1 - lever) ** 2), rel=0.05)
    assert error[0] >= 0.01
    double = laid(corner(23 / 24, 0.1, 0.4), error=0.02)["gap_error"].to_numpy()[0]
    assert double == pytest.approx(2 * error)


def test_the_error_is_what_noise_does():
    rng = np.random.default_rng(0)
    shape = corner(23 / 24, 0.1, 0.4)
    noisy = [partial(lambda noise, x: shape(x) + noise, rng.normal(0, 0.004, ALONG.size)) for _ in range(300)]
    rod = laid(noisy, error=0.004)
    assert rod["gap"].sel(zone="head").to_numpy().std() == pytest.approx(
        float(rod["gap_error"].sel(zone="head").median()), rel=0.35
    )


SECOND = np.arange(60) / 30


def test_contact_is_lost_only_by_a_gap_that_lasts():
    brief, long = np.zeros(60), np.zeros(60)
    brief[20:23], long[20:40] = 0.1, 0.1
    assert contacts(SECOND, brief, 0.03, SETTINGS).all()
    assert np.flatnonzero(~contacts(SECOND, long, 0.03, SETTINGS)).tolist() == list(range(20, 40))


def test_contact_is_regained_at_a_smaller_gap():
    gap = np.r_[np.zeros(15), np.full(15, 0.05), np.full(15, 0.025), np.full(15, 0.01)]
    assert np.flatnonzero(contacts(SECOND, gap, 0.03, SETTINGS)).tolist() == [*range(15), *range(45, 60)]


def test_where_the_gap_is_unknown_there_is_no_contact_to_tell():
    gap = np.zeros(60)
    gap[10:20] = np.nan
    assert np.flatnonzero(~contacts(SECOND, gap, 0.03, SETTINGS)).tolist() == list(range(10, 20))


def test_a_head_carried_forward_while_standing_is_not_a_lost_contact():
    carried, more = corner(23 / 24, 0.0, 0.3), corner(23 / 24, 0.0, 0.6)
    shapes = [carried] * 30 + [more] * 30
    standing = np.arange(60) < 15
    blind, own = laid(shapes), laid(shapes, standing=standing)
    assert not blind["contact"].sel(zone="head").to_numpy().any()
    assert np.flatnonzero(own["contact"].sel(zone="head").to_numpy()).tolist() == list(range(30))
    assert own.attrs["standing_gap"][2] == pytest.approx(gap_of(own, "head"))
    assert own.attrs["limit"][2] == pytest.approx(gap_of(own, "head") + SETTINGS.rod_beyond_own)


def test_without_a_standing_posture_the_reference_is_unknown_and_the_limit_absolute():
    rod = laid(straight)
    assert np.isnan(rod.attrs["standing_gap"]).all()
    assert rod.attrs["limit"] == pytest.approx((SETTINGS.rod_lost,) * 3)


backs = st.lists(st.floats(-0.3, 0.3), min_size=8, max_size=40)


@given(backs, st.floats(0, 1), st.floats(0, 0.3), st.one_of(st.just(np.nan), st.floats(-2, 2)))
def test_no_point_lies_behind_the_rod_and_two_touch_it(heights, press, spare, slope):
    behind = np.array(heights)
    along = np.linspace(0, 1, behind.size)
    rest = resting(along, behind, press=press, spare=spare, slope=slope)
    away = gaps(along, behind, rest)
    assert away.min() >= -1e-9
    assert (np.abs(away) < 1e-9).sum() >= 2
    assert along[rest.lower] <= press + spare + 1e-12
    assert along[rest.upper] >= press - spare - 1e-12


@given(backs, st.floats(-0.5, 0.5), st.floats(-1, 1))
def test_leaning_or_shifting_the_back_moves_the_rod_with_it(heights, tilt, shift):
    """Gaps along the dorsal axis do not change when the same straight line is added to every point."""
    behind = np.round(np.array(heights), 4)
    along = np.linspace(0, 1, behind.size)
    plain = resting(along, behind, press=0.52)
    moved = resting(along, behind + tilt * along + shift, press=0.52)
    across = np.hypot(1, moved.slope)
    assert gaps(along, behind + tilt * along + shift, moved) * across == pytest.approx(
        gaps(along, behind, plain) * np.hypot(1, plain.slope), abs=1e-6
    )
