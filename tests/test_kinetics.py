"""What the body had to do, from a clip: moments of every repetition, with bounds, or the reason why not."""

from functools import cache

import numpy as np
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace as changed

from assessed import analysed
from hiphinge.anthropometry import sacral, segments
from hiphinge.errors import UsageError
from hiphinge.exports import kinetics_table, write_tables
from hiphinge.followed import Followed
from hiphinge.kinetics import kinetics
from hiphinge.kinetics.body import Body
from hiphinge.kinetics.bounds import QUANTITIES, Posed, drawn
from hiphinge.kinetics.carried import floor_share
from hiphinge.kinetics.chain import LoadAt, demands, mass_centre, masses_of
from hiphinge.kinetics.draws import Draws
from hiphinge.kinetics.dynamics import GRAVITY
from hiphinge.kinetics.most import METRIC_OF
from hiphinge.kinetics.posture import derivatives
from hiphinge.records import Load, Subject
from hiphinge.settings import KineticsSettings, load_settings, load_slice
from hiphinge.synthetic import Camera, repetitions
from lifters import deadlift, hinge, reaching, swing

OWN = load_slice("kinetics", KineticsSettings)
MAN = Subject(mass_kg=75.0, stature_cm=175.0, sex="m")
SLOW = {"eccentric_s": 4.0, "concentric_s": 4.0}


@cache
def hinged():
    return analysed(hinge(**SLOW), exercise="hinge", subject=MAN)


@cache
def lifted(kg):
    return analysed(hinge(**SLOW), exercise="rdl", subject=MAN, load=Load(mass_kg=kg))


def most(analysis, name):
    return np.nanmax(analysis.kinetics[name].sel(bound="best").to_numpy())


# ---- what a clip gives --------------------------------------------------------------------------------------------


def test_a_hinge_holds_what_the_same_posture_held_still_does():
    """Trunk 65 degrees, 75 kg and 1.75 m: 0.288 H sin 65 (m k) g by hand, the disc on the line of the trunk."""
    by_hand = 9.81 * 0.288 * 1.75 * np.sin(np.deg2rad(65)) * 75 * 0.4437
    assert most(hinged(), "hip_moment_nm") == pytest.approx(by_hand, rel=0.08)
    assert most(hinged(), "l5s1_moment_nm") < most(hinged(), "hip_moment_nm")


def test_bounds_are_in_order_and_stand_only_in_repetitions():
    analysis = hinged()
    held, time_s = analysis.kinetics, analysis.kinetics["time"].to_numpy()
    inside = np.zeros(time_s.size, dtype=bool)
    for rep in analysis.record.reps:
        inside |= (time_s >= rep.start_s) & (time_s < rep.end_s)
    for name in QUANTITIES:
        low, best, high = held[name].to_numpy().T
        assert np.isfinite(best[inside]).all()
        assert np.isnan(best[~inside]).all()
        assert (low[inside] <= best[inside]).all()
        assert (best[inside] <= high[inside]).all()


def test_the_weight_stands_on_the_feet():
    held = hinged().kinetics
    up = held["ground_reaction_n"].sel(bound="best").to_numpy()
    assert np.nanmean(up) == pytest.approx(75 * GRAVITY, rel=0.01)
    assert np.nanmin(up) > 0
    assert abs(hinged().record.loading.weight_residual) < 0.01
    ahead = held["centre_of_pressure_m"].to_numpy()
    assert np.nanmin(ahead) > -0.08
    assert np.nanmax(ahead) < 0.21


def test_a_load_in_the_hands_adds_its_weight_and_its_lever():
    bare, loaded = lifted(0.0), lifted(40.0)
    assert most(loaded, "ground_reaction_n") - most(bare, "ground_reaction_n") == pytest.approx(40 * GRAVITY, rel=0.1)
    assert most(loaded, "l5s1_moment_nm") > 1.8 * most(bare, "l5s1_moment_nm")
    assert loaded.record.loading.carried == "hands"
    assert loaded.record.loading.load_kg == 40.0


def test_twice_the_body_and_the_load_is_twice_the_moment():
    one = lifted(40.0)
    double = Subject(mass_kg=150.0, stature_cm=175.0, sex="m")
    other = analysed(hinge(**SLOW), exercise="rdl", subject=double, load=Load(mass_kg=80.0))
    assert most(other, "hip_moment_nm") == pytest.approx(2 * most(one, "hip_moment_nm"), rel=1e-6)


def test_who_faces_the_other_way_holds_the_same():
    right = analysed(hinge(**SLOW), exercise="hinge", subject=MAN, camera=Camera(facing="right"))
    left = analysed(hinge(**SLOW), exercise="hinge", subject=MAN, camera=Camera(facing="left"))
    for name in ("hip_moment_nm", "l5s1_moment_nm", "knee_moment_nm"):
        assert most(left, name) == pytest.approx(most(right, name), rel=0.02, abs=2)


def test_the_frame_rate_does_not_matter():
    slow, quick = (analysed(hinge(fps=fps, **SLOW), exercise="hinge", subject=MAN) for fps in (30.0, 60.0))
    for name in ("hip_moment_nm", "l5s1_moment_nm"):
        assert most(quick, name) == pytest.approx(most(slow, name), rel=0.03)


def test_the_picture_size_does_not_matter():
    small = analysed(hinge(**SLOW), exercise="hinge", subject=MAN, camera=Camera(width=540, height=960))
    assert most(small, "hip_moment_nm") == pytest.approx(most(hinged(), "hip_moment_nm"), rel=0.02)


def test_less_known_of_the_lifter_is_wider_bounds():
    known, unknown = hinged(), analysed(hinge(**SLOW), exercise="hinge")
    assert unknown.record.loading.unit_mass == "body"
    assert unknown.record.loading.scale == "population"
    assert known.record.loading.scale == "stature"
    assert most(unknown, "hip_moment_nm") * 75 == pytest.approx(most(known, "hip_moment_nm"), rel=0.1)

    def width(analysis):
        low, best, high = analysis.kinetics["hip_moment_nm"].to_numpy()[np.nanargmax(
            analysis.kinetics["hip_moment_nm"].sel(bound="best").to_numpy())]  # fmt: skip
        return (high - low) / best

    assert width(unknown) > 1.1 * width(known)


def test_a_turned_camera_leaves_more_doubt():
    turned = analysed(
        hinge(**SLOW), exercise="hinge", subject=MAN, camera=Camera(yaw_deg=35.0, distance_m=30.0, focal=10.0)
    )
    assert turned.kinetics is not None
    assert most(turned, "hip_moment_nm") == pytest.approx(most(hinged(), "hip_moment_nm"), rel=0.12)
    errors = [one.record.reps[0].metrics["hip_moment_max"].error for one in (turned, hinged())]
    assert errors[0] > errors[1]


def test_the_metrics_and_the_summary_say_the_most():
    metrics, loads = lifted(40.0).record.reps[0].metrics, lifted(40.0).record.summary.loads
    for name, series in (("hip_moment_max", "hip_moment_nm"), ("l5s1_compression_max", "l5s1_compression_n")):
        assert metrics[name].value == pytest.approx(most(lifted(40.0), series), rel=0.05)
        assert metrics[name].error > 0
    assert metrics["hip_moment_max"].unit == "N·m"
    assert metrics["knee_moment_bottom"].unit == "N·m"
    assert set(loads) == {"l5s1_moment_nm", "hip_moment_nm", "l5s1_compression_n"}
    for name, span in loads.items():
        assert span["low"] < span["best"] < span["high"]
        assert span["best"] == pytest.approx(most(lifted(40.0), name), rel=0.05)
        told = [rep.metrics[METRIC_OF[name]].value for rep in lifted(40.0).record.reps]
        assert span["best"] == max(told)


def test_without_a_mass_the_names_tell_the_unit():
    analysis = analysed(hinge(**SLOW), exercise="hinge")
    assert set(analysis.record.summary.loads) == {
        "l5s1_moment_nm_per_kg",
        "hip_moment_nm_per_kg",
        "l5s1_compression_bw",
    }
    assert analysis.record.reps[0].metrics["hip_moment_max"].unit == "N·m/kg"
    assert analysis.record.reps[0].metrics["l5s1_compression_max"].unit == "body weights"


# ---- motion -------------------------------------------------------------------------------------------------------


def test_a_quick_lift_holds_more_than_a_slow_one():
    quick = analysed(hinge(eccentric_s=1.0, concentric_s=0.8), exercise="hinge", subject=MAN)
    assert quick.record.loading.dynamic
    assert most(quick, "hip_moment_nm") > 1.1 * most(hinged(), "hip_moment_nm")


def test_a_swing_is_not_still():
    swung = analysed(swing(), exercise="kettlebell_swing", subject=MAN, load=Load(mass_kg=16.0))
    loading = swung.record.loading
    assert loading.withheld is None
    assert loading.dynamic
    assert loading.cutoff_hz > 3.5
    assert most(swung, "ground_reaction_n") > 1.3 * (75 + 16) * GRAVITY


def test_noise_that_sends_the_pressure_off_the_feet_is_not_taken_for_motion():
    whole = load_settings()
    strict = changed(whole, kinetics=changed(whole.kinetics, pressure_out_most=-1.0))
    still = analysed(hinge(**SLOW), exercise="hinge", subject=MAN, settings=strict)
    assert still.record.loading.dynamic is False
    known = hinged().record.reps[0].metrics["hip_moment_max"], still.record.reps[0].metrics["hip_moment_max"]
    assert known[1].error > known[0].error, "what was not counted widens the bounds"


def falling_chain(time_s):
    """A body whose joints move in known ways: places (1, T, 2) and their second derivatives."""
    turn = {
        "shank": 0.1 * np.sin(3 * time_s),
        "thigh": -0.3 + 0.3 * np.cos(2 * time_s),
        "trunk": 0.5 - 0.5 * np.cos(2 * time_s),
    }

    def line(angle):
        return np.stack([np.sin(angle), np.cos(angle)], axis=-1)

    zero = np.zeros((time_s.size, 2))
    places = {"ankle": zero, "heel": zero + np.array([-0.06, -0.07]), "toe": zero + np.array([0.19, -0.07])}
    places["knee"] = 0.43 * line(turn["shank"])
    places["hip"] = places["knee"] + 0.43 * line(turn["thigh"])
    places["shoulder"] = places["hip"] + 0.5 * line(turn["trunk"])
    places["ear"] = places["shoulder"] + 0.2 * line(turn["trunk"])
    places["elbow"] = places["shoulder"] + 0.32 * line(np.pi - 0.2 * np.sin(2 * time_s))
    places["wrist"] = places["elbow"] + 0.26 * line(np.pi - 0.3 * np.sin(2 * time_s))
    step = time_s[1] - time_s[0]
    return places, {name: derivatives(place, step)[1] for name, place in places.items()}, turn


def test_the_work_of_the_moments_is_the_change_of_energy():
    """Power at the joints, M · ω, against the energy of every segment and of the load, by finite differences."""
    time_s = np.arange(0, 3, 1 / 2000)
    places, moving, turn = falling_chain(time_s)
    masses, step = masses_of(75.0, "m"), time_s[1] - time_s[0]
    stiff = replace_arms(masses)
    load = LoadAt(20.0, places["shoulder"], moving["shoulder"])
    held = demands(places, stiff, accelerations=moving, load=load)
    rate = {name: np.gradient(angle, step) for name, angle in turn.items()}
    power = (
        -held.ankle * rate["shank"]  # an ankle that extends turns the shank backward
        + held.knee * (rate["thigh"] - rate["shank"])
        - held.hip * (rate["trunk"] - rate["thigh"])
    )
    energy = 20.0 * (GRAVITY * places["shoulder"][:, 1] + speed(places["shoulder"], step) / 2)
    limbs = {"thigh": 2, "shank": 2, "foot": 2}
    for name, one in stiff.segments.items():
        first, second = (places[end] for end in one.ends)
        centre, span = first + one.centre * (second - first), second - first
        spin = np.gradient(np.unwrap(np.arctan2(span[:, 1], span[:, 0])), step)
        inertia = one.mass * one.radius**2 * (span**2).sum(axis=-1)
        energy = energy + limbs.get(name, 1) * (
            one.mass * (GRAVITY * centre[:, 1] + speed(centre, step) / 2) + inertia * spin**2 / 2
        )
    inner = slice(10, -10)
    change = np.gradient(energy, step)[inner]
    assert np.abs(power[inner] - change).max() < 0.01 * np.abs(change).max()


def replace_arms(masses):
    """A lifter without arms, whose motion has a joint of its own that the test leaves out."""
    whole = {
        name: one._replace(mass=0.0) if name in {"upper_arm", "forearm", "hand"} else one
        for name, one in masses.segments.items()
    }
    return masses._replace(segments=whole)


def speed(place, step):
    return (np.gradient(place, step, axis=0) ** 2).sum(axis=-1)


def test_the_ground_pushes_as_the_mass_centre_accelerates():
    time_s = np.arange(0, 3, 1 / 1000)
    places, moving, _ = falling_chain(time_s)
    masses = masses_of(75.0, "m")
    held = demands(places, masses, accelerations=moving)
    centre = mass_centre(places, masses)
    _, acceleration = derivatives(centre, time_s[1] - time_s[0])
    total = held.ground / (acceleration + np.array([0.0, GRAVITY]))
    assert total[5:-5, 1] == pytest.approx(75.0, rel=0.004)


def test_derivatives_of_a_parabola_are_its_own():
    time_s = np.arange(0, 1, 0.01)
    rate, second = derivatives(3 * time_s**2, 0.01)
    assert second == pytest.approx(6.0)
    assert rate[1:-1] == pytest.approx(6 * time_s[1:-1])


# ---- the floor and the load ---------------------------------------------------------------------------------------


def test_the_floor_has_the_bar_until_it_leaves():
    height = np.concatenate(
        [np.zeros(30), np.linspace(0, 0.5, 50), np.full(20, 0.5), np.linspace(0.5, 0, 50), np.zeros(30)]
    )
    place = np.stack([np.zeros_like(height), height], axis=-1)
    share = floor_share(place, 1 / 30, np.ones(height.size, dtype=bool), rest_m_s=0.05, settings=OWN)
    assert (share[:29] == 0).all()
    assert (share[-29:] == 0).all()
    assert (share[40:140] == 1).all()
    rising = share[30:34]
    assert (np.diff(rising) >= 0).all()


def test_a_bell_that_turns_low_is_never_on_the_floor():
    time_s = np.arange(0, 6, 1 / 30)
    place = np.stack([np.zeros_like(time_s), 0.4 - 0.4 * np.cos(2 * np.pi * time_s / 1.5)], axis=-1)
    swinging = np.ones(time_s.size, dtype=bool)
    assert (floor_share(place, 1 / 30, swinging, rest_m_s=0.05, settings=OWN) == 1).all()


@pytest.mark.parametrize("after", [-0.3, 0.4])
def test_where_the_hands_go_after_the_set_does_not_move_the_floor(after):
    pull = np.concatenate([np.zeros(30), np.linspace(0, 0.5, 50), np.linspace(0.5, 0, 50), np.zeros(30)])
    height = np.concatenate([pull, np.linspace(0, after, 30)])
    place = np.stack([np.zeros_like(height), height], axis=-1)
    lifting = np.arange(height.size) < pull.size
    share = floor_share(place, 1 / 30, lifting, rest_m_s=0.05, settings=OWN)
    alone = floor_share(place[lifting], 1 / 30, lifting[lifting], rest_m_s=0.05, settings=OWN)
    np.testing.assert_array_equal(share[: pull.size - 2], alone[:-2])
    assert (share[:29] == 0).all()
    assert (share[40:120] == 1).all()


def test_a_pull_from_the_floor_begins_with_the_floor():
    pulled = analysed(
        deadlift(pause_s=1.0, eccentric_s=2.5, concentric_s=2.5),
        exercise="deadlift",
        subject=MAN,
        load=Load(mass_kg=60.0),
    )
    share = pulled.kinetics["load_share"].to_numpy()
    up = pulled.kinetics["ground_reaction_n"].sel(bound="best").to_numpy()
    assert np.nanmin(share) == 0.0
    assert np.nanmax(share) == 1.0
    assert np.nanmedian(up[share == 0]) == pytest.approx(75 * GRAVITY, rel=0.05)
    assert np.nanmedian(up[share == 1]) == pytest.approx(135 * GRAVITY, rel=0.05)


def test_on_one_leg_the_free_leg_counts_at_the_standing_hip():
    places = {"ankle": (0, 0), "knee": (0.02, 0.43), "hip": (-0.15, 0.82), "shoulder": (0.3, 1.02), "ear": (0.45, 1.08)}
    places |= {"elbow": (0.3, 0.7), "wrist": (0.3, 0.45), "heel": (-0.07, -0.07), "toe": (0.18, -0.07)}
    behind = {"free_knee": (-0.5, 0.7), "free_ankle": (-0.9, 0.6), "free_heel": (-0.95, 0.6), "free_toe": (-0.95, 0.5)}
    both, one = (
        {name: np.array(place, dtype=float)[None, None] for name, place in each.items()}
        for each in (places, places | behind)
    )
    found = [drawn(Posed(each), Body(75.0, 1.75, 0.0, "m"), Draws(1, 0), OWN).values for each in (both, one)]
    assert found[1]["hip_moment_nm"] < found[0]["hip_moment_nm"] - 30
    assert found[1]["l5s1_moment_nm"] == pytest.approx(found[0]["l5s1_moment_nm"])


# ---- where there is none, it is said why --------------------------------------------------------------------------


def test_from_the_front_nothing_is_said():
    analysis = analysed(hinge(), exercise="hinge", subject=MAN, camera=Camera(yaw_deg=85.0))
    assert analysis.kinetics is None
    assert analysis.record.loading.withheld == "view"
    assert analysis.record.summary.loads is None


@pytest.mark.parametrize(
    ("parts", "reason"), [(("ankle", "heel", "foot_index"), "feet_unseen"), (("hip",), "not_measured")]
)
def test_without_feet_or_hips_there_is_no_body_to_stand(parts, reason):
    analysis = hinged()
    error = analysis.track["error_px"].copy()
    for part in parts:
        error.loc[{"keypoint": [f"left_{part}", f"right_{part}"]}] = 0.2 * analysis.kinematics.attrs["stature_px"]
    track = analysis.track.assign(error_px=error)
    followed = Followed(track, analysis.kinematics, analysis.record.view, np.ones(track.sizes["time"]))
    held = kinetics(
        followed, analysis.record.reps, "hinge", path=None, subject=MAN, load=Load(), settings=load_settings()
    )
    assert held.kinetics is None
    assert held.loading.withheld == reason


def test_a_lift_whose_load_was_not_said_is_not_guessed():
    analysis = analysed(hinge(), exercise="rdl", subject=MAN)
    assert analysis.record.loading.withheld == "load_not_given"
    assert analysis.record.reps[0].metrics["hip_moment_max"].value is None


def test_empty_hands_may_be_said():
    assert lifted(0.0).record.loading.withheld is None


def test_a_load_in_an_exercise_that_holds_none_is_not_hung_anywhere():
    analysis = analysed(hinge(), exercise="hinge", subject=MAN, load=Load(mass_kg=20.0))
    assert analysis.record.loading.withheld == "load_without_implement"


def test_a_load_that_would_pull_the_lifter_over_does_not_close():
    held_out = reaching(hinge(**SLOW), 60.0)
    analysis = analysed(
        held_out, exercise="rdl", subject=Subject(mass_kg=40.0, stature_cm=175.0), load=Load(mass_kg=200.0)
    )
    assert analysis.record.loading.withheld == "does_not_close"
    assert analysis.kinetics is None


@pytest.mark.parametrize(
    "given",
    [{"mass_kg": 7.0}, {"mass_kg": 700.0}, {"stature_cm": 17.5}, {"stature_cm": 1.75}, {"mass_kg": float("nan")}],
)
def test_a_body_that_nobody_has_is_refused_in_one_line(given):
    with pytest.raises(UsageError) as refused:
        Subject(**given)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("kg", [-20.0, 6000.0, float("nan")])
def test_a_load_that_nobody_lifts_is_refused_in_one_line(kg):
    with pytest.raises(UsageError):
        Load(mass_kg=kg)


# ---- files --------------------------------------------------------------------------------------------------------


def test_the_tables_hold_every_quantity_three_times(tmp_path):
    write_tables(lifted(40.0), tmp_path)
    table = pq.read_table(tmp_path / "kinetics.parquet")
    assert table.column_names[:2] == ["time_s", "rep"]
    for name in ("hip_moment_low_nm", "hip_moment_best_nm", "hip_moment_high_nm", "l5s1_compression_best_n"):
        assert name in table.column_names
    best = table["hip_moment_best_nm"].to_numpy(zero_copy_only=False)
    assert np.nanmax(best) == pytest.approx(most(lifted(40.0), "hip_moment_nm"))
    assert table.schema.field("hip_moment_best_nm").metadata[b"unit"] == "N·m".encode()
    assert table.schema.metadata[b"cutoff_hz"] == b"1.8"
    assert (tmp_path / "kinetics.csv").read_text(encoding="utf-8").splitlines()[0].startswith("time_s,rep,ankle_moment")


def test_without_a_mass_the_columns_tell_the_unit():
    table = kinetics_table(analysed(hinge(**SLOW), exercise="hinge"))
    assert "hip_moment_best_nm_per_kg" in table.column_names
    assert "l5s1_compression_high_bw" in table.column_names


def test_no_table_is_written_where_nothing_is_known(tmp_path):
    write_tables(analysed(hinge(), exercise="rdl", subject=MAN), tmp_path)
    assert not (tmp_path / "kinetics.csv").exists()


# ---- the body -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sex", ["f", "m", None])
def test_what_lies_below_the_disc_is_part_of_the_trunk(sex):
    assert 0.1 < sacral(sex).mass / segments(sex)["trunk"].mass < 0.2


def test_a_repetition_without_a_name_is_still_carried():
    motion = repetitions(2, trunk=65.0, knee=18.0, **SLOW)
    assert analysed(motion, subject=MAN).record.loading is not None
