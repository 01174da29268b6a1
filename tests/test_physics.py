"""Forces and moments: levers, postures held still, invariants, bounds. Worked cases stand in test_worked_cases."""

from math import cos, radians, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hiphinge.anthropometry import proportions
from hiphinge.kinetics.body import Body
from hiphinge.kinetics.bounds import Back
from hiphinge.kinetics.chain import LoadAt, demands, mass_centre, masses_of
from hiphinge.kinetics.dynamics import applied, cross, needed
from hiphinge.kinetics.lumbar import lumbar, passive_moment
from hiphinge.kinetics.static import static_draws, static_loads
from hiphinge.settings import KineticsSettings, load_slice

OWN = load_slice("kinetics", KineticsSettings)
G = 9.81


def held_by_the_back(parts, *, arm_m, disc_deg):
    """Moment, extensor force, compression and shear of weights (N) at distances (m) in front of the disc."""
    moment = sum(weight * ahead for weight, ahead in parts)
    above = np.array([0.0, sum(weight for weight, _ in parts)])
    found = lumbar(np.asarray(moment), above, disc_deg=disc_deg, arm_m=arm_m)
    return moment, float(found.extensor), float(found.compression), float(found.shear)


def straight(stature_m, sex, *, trunk, knee=0.0, shank=0.0):
    """Joints of a lifter with a straight trunk and vertical arms, metres."""
    own = proportions(sex)

    def line(degrees):
        return np.array([sin(radians(degrees)), cos(radians(degrees))])

    places = {"ankle": np.zeros(2), "heel": np.array([-own.heel, -own.ankle_height])}
    places["toe"] = np.array([own.toe, -own.ankle_height])
    places["knee"] = own.shank * line(shank)
    places["hip"] = places["knee"] + own.thigh * line(shank - knee)
    places["shoulder"] = places["hip"] + own.trunk * line(trunk)
    places["ear"] = places["shoulder"] + own.neck * line(trunk)
    places["elbow"] = places["shoulder"] - [0.0, own.upper_arm]
    places["wrist"] = places["elbow"] - [0.0, own.forearm]
    return {name: stature_m * place for name, place in places.items()}


def held(stature_m, mass_kg, sex, load_kg, trunk, **posture):  # noqa: PLR0917
    places = straight(stature_m, sex, trunk=trunk, **posture)
    hand = places["wrist"] - [0.0, 0.05]
    load = LoadAt(load_kg, hand) if load_kg else None
    found = demands(places, masses_of(mass_kg, sex), load=load, gravity=G)
    return found, lumbar(found.l5s1, found.above, disc_deg=trunk, arm_m=0.06)


# ---- levers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "moment"),
    [
        ([(450, 0.02), (200, 0.30)], 69.0),
        ([(450, 0.18), (200, 0.35)], 151.0),
    ],
)
def test_upright_and_with_bent_knees_as_in_a_textbook(parts, moment):
    found = held_by_the_back(parts, arm_m=0.05, disc_deg=35)
    assert found[0] == pytest.approx(moment)
    assert found[1] == pytest.approx(moment / 0.05)


def test_the_load_that_a_compression_asks_for():
    """A trunk of 40 kg at 0.25 m, hands at 0.50 m, a disc at 60 degrees, 3400 N: 12.1 kg."""
    low, high = (held_by_the_back([(40 * G, 0.25), (m * G, 0.5)], arm_m=0.05, disc_deg=60)[2] for m in (12.05, 12.2))
    assert low < 3400 < high


def test_a_rod_held_by_a_slanting_muscle():
    """200 N at the end, 350 N in the middle, a muscle at two thirds and 12 degrees to the rod, which lies level."""
    rod, load = needed(350 / G, np.array([0.5, 0.0]), gravity=G), needed(200 / G, np.array([1.0, 0.0]), gravity=G)
    moment = rod.plus(load).about(np.zeros(2))
    tension = float(moment) / (2 / 3 * sin(radians(12)))
    assert tension == pytest.approx(2705, abs=1)
    assert tension * cos(radians(12)) == pytest.approx(2646, abs=1)


def test_a_powerlifters_moment_gives_the_published_compression():
    found = lumbar(np.asarray(988.0), np.array([0.0, 0.0]), disc_deg=60, arm_m=0.06, obliquity_deg=5)
    assert found.extensor == pytest.approx(16467, abs=1)
    for disc_deg in (65, 80):
        whole = lumbar(np.asarray(988.0), np.array([0.0, 300 * G]), disc_deg=disc_deg, arm_m=0.06, obliquity_deg=5)
        assert whole.compression == pytest.approx(17192, rel=0.06)


def test_a_moment_that_bends_backward_is_held_in_front():
    found = lumbar(np.asarray(-18.0), np.array([0.0, 400.0]), disc_deg=0, arm_m=0.06, flexor_arm_m=0.09)
    assert found.extensor == 0
    assert found.compression == pytest.approx(600)


def test_tissue_never_holds_more_than_there_is():
    found = lumbar(np.asarray(30.0), np.array([0.0, 400.0]), disc_deg=0, arm_m=0.06, passive=50.0)
    assert found.extensor == 0
    assert found.compression == pytest.approx(400)


@pytest.mark.parametrize(("flexion", "moment"), [(0, 0.0), (30, 0.25), (40, 8.74), (45, 51.7), (50, 60.0)])
def test_tissue_holds_little_until_the_end_of_the_range(flexion, moment):
    assert passive_moment(np.asarray(float(flexion)), OWN) == pytest.approx(moment, abs=0.6)


# ---- motion -------------------------------------------------------------------------------------------------------


def test_a_falling_body_needs_nothing():
    wrench = needed(5.0, np.array([1.0, 2.0]), acceleration=np.array([0.0, -9.80665]))
    assert np.abs(wrench.force).max() == 0.0
    assert wrench.moment == 0.0


def test_a_moment_about_a_point_is_the_force_on_its_lever():
    wrench = applied(np.array([0.0, 10.0]), np.array([3.0, 0.0]))
    assert wrench.about(np.array([1.0, 5.0])) == pytest.approx(20.0)
    assert cross(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == 1.0


# ---- a hinge held still -------------------------------------------------------------------------------------------


def test_the_back_holds_what_sensors_in_a_disc_say_in_their_order():
    """Pressure in one man's L4/L5 disc (70 kg, 1.74 m) times its area, within 35 per cent; standing reads low."""
    flexed = float(held(1.74, 70, "m", 0, 36)[1].compression)
    round_back = float(held(1.74, 70, "m", 20, 70)[1].compression)
    standing = float(held(1.74, 70, "m", 0, 0)[1].compression)
    assert flexed == pytest.approx(1307, rel=0.35)
    assert round_back == pytest.approx(2732, rel=0.35)
    assert standing < flexed < round_back


def test_a_single_case_that_a_lever_does_not_reach_lies_above_it():
    """68 kg pulled by 98.8 kg and 1.82 m: 684 N·m published, 454 N·m by a straight hinge held still."""
    found, back = held(1.82, 98.8, "m", 68, 80)
    assert found.l5s1 == pytest.approx(454, rel=0.02)
    assert 7000 < back.compression < 17200


def test_the_ground_carries_the_weight_under_the_mass_centre():
    places = straight(1.75, "m", trunk=70, knee=20, shank=-4)
    load = LoadAt(40.0, places["wrist"])
    found = demands(places, masses_of(75.0, "m"), load=load, gravity=G)
    assert found.ground[1] == pytest.approx(115 * G, rel=0.003)
    assert found.ground[0] == 0.0
    centre = mass_centre(places, masses_of(75.0, "m"), load)
    assert found.centre_of_pressure == pytest.approx(centre[0] - places["ankle"][0], abs=1e-9)


def test_the_ankle_holds_the_weight_at_its_distance_from_the_pressure():
    places = straight(1.75, "m", trunk=70, knee=20, shank=-4)
    masses = masses_of(75.0, "m")
    found = demands(places, masses, gravity=G)
    foot = masses.segments["foot"]
    middle = places["heel"][0] + foot.centre * (places["toe"][0] - places["heel"][0])
    feet = 2 * foot.mass * G * middle
    assert found.ankle == pytest.approx(found.ground[1] * found.centre_of_pressure - feet, rel=1e-9)


def test_bent_knees_under_a_weight_behind_them_are_held_by_their_extensors():
    assert held(1.75, 75, "m", 0, 35, knee=100, shank=33)[0].knee > 50
    assert held(1.75, 75, "m", 0, 70, knee=15, shank=-12)[0].knee < 20


def test_on_one_leg_the_standing_hip_holds_the_free_leg_too():
    both = straight(1.75, "m", trunk=70, knee=20, shank=-4)
    own = proportions("m")
    behind = 1.75 * np.array([-sin(radians(60)), -cos(radians(60))])
    one = both | {"free_knee": both["hip"] + own.thigh * behind}
    one["free_ankle"] = one["free_knee"] + own.shank * behind
    one |= {"free_heel": one["free_ankle"], "free_toe": one["free_ankle"]}
    masses = masses_of(75.0, "m")
    on_two, on_one = demands(both, masses), demands(one, masses)
    assert on_one.hip < on_two.hip - 40, "the leg behind balances the trunk"
    assert on_one.l5s1 == pytest.approx(on_two.l5s1)
    assert on_one.ground[1] == pytest.approx(on_two.ground[1])


def test_a_load_on_the_floor_is_not_the_lifters():
    places = straight(1.75, "m", trunk=60, knee=60, shank=10)
    masses, bar = masses_of(75.0, "m"), places["wrist"]
    none = demands(places, masses)
    floor = demands(places, masses, load=LoadAt(100.0, bar, share=0.0))
    half = demands(places, masses, load=LoadAt(100.0, bar, share=0.5))
    whole = demands(places, masses, load=LoadAt(100.0, bar))
    assert floor.l5s1 == pytest.approx(none.l5s1)
    assert half.l5s1 == pytest.approx((none.l5s1 + whole.l5s1) / 2)
    assert whole.ground[1] - none.ground[1] == pytest.approx(100 * 9.80665)


# ---- what must not change it --------------------------------------------------------------------------------------

POSTURES = {
    "trunk": st.floats(-10.0, 90.0),
    "knee": st.floats(0.0, 110.0),
    "shank": st.floats(-20.0, 35.0),
    "load": st.floats(0.0, 200.0),
}


@given(**POSTURES, factor=st.floats(0.5, 2.0))
@settings(max_examples=40, deadline=None)
def test_twice_the_mass_is_twice_the_moment(*, trunk, knee, shank, load, factor):
    one, _ = held(1.75, 70, "m", load, trunk, knee=knee, shank=shank)
    other, _ = held(1.75, 70 * factor, "m", load * factor, trunk, knee=knee, shank=shank)
    for name in ("ankle", "knee", "hip", "l5s1"):
        assert getattr(other, name) == pytest.approx(factor * getattr(one, name), abs=1e-6)
    assert other.centre_of_pressure == pytest.approx(one.centre_of_pressure, abs=1e-9)


@given(**POSTURES)
@settings(max_examples=40, deadline=None)
def test_a_mirrored_lifter_holds_the_mirrored_moments(trunk, knee, shank, load):
    places = straight(1.75, "f", trunk=trunk, knee=knee, shank=shank)
    mirror = {name: place * [-1.0, 1.0] for name, place in places.items()}
    found, other = (demands(one, masses_of(60.0, "f"), load=LoadAt(load, one["wrist"])) for one in (places, mirror))
    for name in ("ankle", "knee", "hip", "l5s1", "centre_of_pressure"):
        assert getattr(other, name) == pytest.approx(-getattr(found, name), abs=1e-9)


@given(**POSTURES, forward=st.floats(-3, 3), up=st.floats(-3, 3))
@settings(max_examples=30, deadline=None)
def test_where_the_origin_lies_does_not_matter(*, trunk, knee, shank, load, forward, up):
    places = straight(1.75, "m", trunk=trunk, knee=knee, shank=shank)
    moved = {name: place + np.array([forward, up]) for name, place in places.items()}
    one, other = (demands(each, masses_of(80.0, "m"), load=LoadAt(load, each["wrist"])) for each in (places, moved))
    for name in ("ankle", "knee", "hip", "l5s1", "centre_of_pressure"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), abs=1e-6)


# ---- bounds -------------------------------------------------------------------------------------------------------

MAN = Body(75.0, 1.75, 0.02, "m")


def balanced(trunk=65.0):
    return straight(1.75, "m", trunk=trunk, knee=18, shank=-5)


def test_bounds_hold_what_the_plain_equations_say():
    places = balanced()
    plain = demands(places, masses_of(75.0, "m"))
    found = static_loads(places, MAN)
    for name, value in (("l5s1_moment_nm", plain.l5s1), ("hip_moment_nm", plain.hip)):
        assert found[name].low < value < found[name].high
        assert found[name].best == pytest.approx(float(value), rel=0.03)


def test_the_extensors_arm_leaves_more_doubt_in_compression_than_there_is_in_the_moment():
    found = static_loads(balanced(), MAN)
    moment, compression = found["l5s1_moment_nm"], found["l5s1_compression_n"]
    assert compression.high / compression.best - 1 > moment.high / moment.best - 1
    assert compression.best - compression.low > 0.1 * compression.best


def test_less_is_known_of_an_unknown_body():
    places = balanced()
    known, unknown = (static_loads(places, one) for one in (MAN, Body(75.0, 1.75, 0.1, None)))
    width = [one["l5s1_moment_nm"].high - one["l5s1_moment_nm"].low for one in (known, unknown)]
    assert width[1] > 1.3 * width[0]


def test_without_a_mass_everything_is_per_kilogram_and_body_weight():
    kilos, body = (static_loads(balanced(), Body(mass, 1.75, 0.02, "m")) for mass in (75.0, None))
    assert body["l5s1_moment_nm"].best == pytest.approx(kilos["l5s1_moment_nm"].best / 75, rel=0.02)
    assert body["l5s1_compression_n"].best == pytest.approx(kilos["l5s1_compression_n"].best / 75 / 9.80665, rel=0.03)
    assert body["ground_reaction_n"].best == pytest.approx(1.0, abs=0.01)


def test_a_load_over_an_unknown_mass_is_known_poorly():
    places = balanced()
    load = LoadAt(40.0, places["wrist"])
    known = static_loads(places, MAN, load)["l5s1_moment_nm"]
    unknown = static_loads(places, Body(None, 1.75, 0.02, "m"), load)["l5s1_moment_nm"]
    assert unknown.best * 75 == pytest.approx(known.best, rel=0.1)
    assert (unknown.high - unknown.low) / unknown.best > 1.3 * (known.high - known.low) / known.best


def test_who_would_fall_over_is_not_believed():
    falling = straight(1.75, "m", trunk=80, knee=0, shank=10)
    assert static_draws(falling, MAN).kept == 0
    with pytest.raises(ValueError, match="falls"):
        static_loads(falling, MAN)
    assert static_loads(falling, MAN, balanced=False)["hip_moment_nm"].best > 100


def test_the_same_posture_has_the_same_bounds_every_time():
    assert static_loads(balanced(), MAN) == static_loads(balanced(), MAN)


def test_two_postures_compare_draw_by_draw():
    near = balanced()
    one, other = (static_draws(near, MAN, LoadAt(40.0, near["wrist"] + [ahead, 0.0])) for ahead in (0.0, 0.05))
    both = one.stands & other.stands
    more = (other.values["l5s1_moment_nm"] - one.values["l5s1_moment_nm"])[both]
    assert more.mean() == pytest.approx(40 * 9.80665 * 0.05, rel=0.02)
    assert more.std() < 0.05 * more.mean(), "what is unsure in both cancels"


def test_a_measured_pelvis_says_more_about_shear_than_the_trunk_does():
    seen = static_loads(balanced(), MAN, back=Back(60.0, 3.0))["l5s1_shear_n"]
    unseen = static_loads(balanced(), MAN)["l5s1_shear_n"]
    assert seen.high - seen.low < unseen.high - unseen.low
