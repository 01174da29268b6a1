"""Repetitions on simulated lifters: how many, when, which phases, and none where there is none."""

import dataclasses
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hiphinge.kinematics import Kinematics, kinematics
from hiphinge.pose import KEYPOINTS
from hiphinge.records import Rep, View
from hiphinge.reps import depth_deg, find_reps, turning_points
from hiphinge.reps.phases import Dip, bottom_time
from hiphinge.settings import KinematicsSettings, RepSettings, load_slice
from hiphinge.synthetic import Camera, Motion, lifter_track, repetitions

KINEMATICS = load_slice("kinematics", KinematicsSettings)
REPS = load_slice("reps", RepSettings)


def moved(motion: Motion, *, yaw=0.0, facing="right", noise_px=2.0, seed=0, change=None) -> Kinematics:
    track = lifter_track(motion, camera=Camera(yaw_deg=yaw, facing=facing), noise_px=noise_px, seed=seed)
    track = track.assign(filled=track["confidence"] < 0, error_px=track["confidence"] * 0 + max(noise_px, 1.0))
    if change is not None:
        track = change(track)
    plane = "sagittal" if abs(yaw) < 25 else "oblique" if abs(yaw) < 60 else "frontal"
    seen_from = View(
        plane=plane,
        yaw_deg=abs(yaw),
        yaw_error_deg=5.0,
        facing=facing,
        near_side=facing,
        camera_moves=False,
        roll_deg=0.0,
    )
    return kinematics(track, seen_from, settings=KINEMATICS)


def counted(motion: Motion, **seen) -> tuple[Rep, ...]:
    return find_reps(moved(motion, **seen), settings=REPS)


def part(motion: Motion, start_s: float, end_s: float = np.inf) -> Motion:
    keep = (motion.time_s >= start_s) & (motion.time_s < end_s)
    fields = {name: getattr(motion, name)[keep] for name in ("trunk", "knee", "head", "shank", "arm", "drift")}
    return Motion(
        time_s=motion.time_s[keep],
        bottoms_s=tuple(one for one in motion.bottoms_s if start_s <= one < end_s),
        **fields,
    )


def joined(*motions: Motion) -> Motion:
    """One motion after the other."""
    step = motions[0].time_s[1] - motions[0].time_s[0]
    names = ("trunk", "knee", "head", "shank", "arm", "drift")
    fields = {name: np.concatenate([getattr(one, name) for one in motions]) for name in names}
    length = fields["trunk"].size
    bottoms, offset = [], 0
    for one in motions:
        bottoms += [when - one.time_s[0] + offset * step for when in one.bottoms_s]
        offset += one.time_s.size
    return Motion(time_s=np.arange(length) * step, bottoms_s=tuple(bottoms), **fields)


def still(seconds: float, trunk: float = 2.0, knee: float = 4.0) -> Motion:
    time_s = np.arange(0, seconds, 1 / 30)
    return Motion(
        time_s=time_s,
        trunk=np.full(time_s.size, trunk),
        knee=np.full(time_s.size, knee),
        head=np.zeros(time_s.size),
        bottoms_s=(),
    )


LIFTS = {
    "shallow hinge": {"trunk": 32.0, "knee": 12.0},
    "hinge": {"trunk": 65.0, "knee": 15.0},
    "good morning": {"trunk": 85.0, "knee": 12.0},
    "deadlift": {"trunk": 55.0, "knee": 60.0},
    "squat": {"trunk": 35.0, "knee": 100.0},
    "swing": {"trunk": 60.0, "knee": 40.0, "eccentric_s": 0.6, "pause_s": 0.0, "concentric_s": 0.5, "rest_s": 0.3},
    "slow": {"trunk": 65.0, "knee": 15.0, "eccentric_s": 4.0, "pause_s": 1.0, "concentric_s": 3.0},
    "touch and go": {"trunk": 65.0, "knee": 20.0, "pause_s": 0.0, "rest_s": 0.0},
}


@pytest.mark.parametrize("lift", LIFTS)
@pytest.mark.parametrize("yaw", [0, 40])
@pytest.mark.parametrize("count", [1, 10])
def test_every_lift_is_counted_whole_and_its_bottoms_timed(lift, yaw, count):
    motion = repetitions(count, **LIFTS[lift])
    reps = counted(motion, yaw=yaw)
    assert len(reps) == count
    assert all(rep.complete for rep in reps)
    np.testing.assert_allclose([rep.bottom_s for rep in reps], motion.bottoms_s, atol=0.12)


@pytest.mark.parametrize("lift", ["hinge", "deadlift", "squat", "swing"])
def test_lifts_seen_from_the_front_are_still_counted(lift):
    assert len(counted(repetitions(5, **LIFTS[lift]), yaw=80)) == 5


@given(
    count=st.integers(1, 6),
    trunk=st.floats(35, 85),
    knee=st.floats(8, 110),
    eccentric_s=st.floats(0.5, 4.0),
    concentric_s=st.floats(0.5, 3.0),
    pause_s=st.floats(0.0, 3.0),
    rest_s=st.floats(0.2, 4.0),
    facing=st.sampled_from(["left", "right"]),
    fps=st.sampled_from([15.0, 24.0, 30.0, 60.0]),
)
@hypothesis_settings(max_examples=15, deadline=None)
def test_tempo_pauses_side_and_frame_rate_change_no_count_and_phases_never_overlap(  # noqa: PLR0917 - hypothesis gives them by name
    count, trunk, knee, eccentric_s, concentric_s, pause_s, rest_s, facing, fps
):
    motion = repetitions(
        count,
        trunk=trunk,
        knee=knee,
        eccentric_s=eccentric_s,
        concentric_s=concentric_s,
        pause_s=pause_s,
        rest_s=rest_s,
        fps=fps,
    )
    reps = counted(motion, facing=facing)
    assert len(reps) == count
    # a way up slower than the way down is nearly still for longer: the observed bottom lies a little later
    lopsided = 0.08 * abs(concentric_s - eccentric_s)
    np.testing.assert_allclose([rep.bottom_s for rep in reps], motion.bottoms_s, atol=0.12 + 0.05 * pause_s + lopsided)
    for rep, following in zip(reps, [*reps[1:], None], strict=True):
        assert [phase.name for phase in rep.phases] == ["eccentric", "bottom", "concentric", "lockout"]
        assert rep.phases[0].start_s == rep.start_s
        assert rep.phases[-1].end_s == rep.end_s
        for one, two in zip(rep.phases[:-1], rep.phases[1:], strict=True):
            assert one.end_s == two.start_s
        assert all(phase.start_s < phase.end_s for phase in rep.phases)
        bottom = rep.phases[1]
        assert bottom.start_s <= rep.bottom_s <= bottom.end_s
        if following is not None:
            assert rep.end_s <= following.start_s


def test_phases_last_as_long_as_they_truly_do():
    motion = repetitions(3, eccentric_s=2.5, pause_s=1.5, concentric_s=1.2, rest_s=2.0)
    for rep in counted(motion, noise_px=0.5):
        seconds = {phase.name: phase.end_s - phase.start_s for phase in rep.phases}
        # a minimum-jerk course is nearly still for its first and last tenth
        assert seconds["eccentric"] == pytest.approx(2.5 * 0.75, abs=0.4)
        assert seconds["bottom"] == pytest.approx(1.5 + 0.15 * 3.7, abs=0.4)
        assert seconds["concentric"] == pytest.approx(1.2 * 0.75, abs=0.3)
        assert seconds["lockout"] == pytest.approx(REPS.max_lockout_s, abs=0.1)


def test_the_bottom_of_a_pause_is_its_middle():
    motion = repetitions(1, pause_s=4.0)
    assert counted(motion)[0].bottom_s == pytest.approx(motion.bottoms_s[0], abs=0.15)


def test_a_bottom_that_creeps_deeper_while_it_is_held_is_still_about_its_middle():
    """Hips never rest whole: the deepest moment of this pause is its last, and the middle of the pause is meant."""
    time_s = np.arange(0, 4, 1 / 30)
    fall = np.interp(time_s, [0, 1, 1.5, 2.5, 3, 4], [0, 0, 56, 60, 0, 0])
    dip = Dip(0, int(fall.argmax()), time_s.size - 1)
    assert bottom_time(time_s, fall, dip=dip, settings=REPS) == pytest.approx(2.0, abs=0.07)


def test_a_bottom_between_two_frames_is_timed_better_than_a_frame():
    motion = repetitions(4, fps=10.0, eccentric_s=1.13, pause_s=0.0, concentric_s=1.13, rest_s=0.57)
    misses = np.array([rep.bottom_s for rep in counted(motion, noise_px=0.0)]) - motion.bottoms_s
    assert np.abs(misses).max() < 0.03


def test_a_lift_from_the_floor_is_whole_and_has_no_eccentric():
    motion = part(repetitions(3, trunk=55, knee=60, pause_s=1.5), 3.2)
    first, *others = counted(motion)
    assert first.complete
    assert [phase.name for phase in first.phases] == ["bottom", "concentric", "lockout"]
    assert [rep.complete for rep in others] == [True, True]


def from_the_floor(tip_deg: float, *, rest_s: float = 0.9, tip_s: float = 0.3) -> Motion:
    """Three lifts: over the bar for `rest_s`, then the trunk tips over by `tip_deg` on knees that stay, then up."""
    lifts = repetitions(3, trunk=65, knee=60, pause_s=1.5)
    motion = part(lifts, lifts.bottoms_s[0] + 0.75 - rest_s - tip_s)
    since_s = motion.time_s - motion.time_s[0]
    first = np.interp(since_s, [rest_s, rest_s + tip_s], [tip_deg, 0.0])
    return dataclasses.replace(motion, trunk=motion.trunk - first)


@pytest.mark.parametrize("tip_deg", [6.0, 8.0])
def test_a_lift_whose_trunk_tips_over_before_the_load_leaves_the_floor_is_whole(tip_deg):
    first, *others = counted(from_the_floor(tip_deg))
    assert first.complete
    assert "eccentric" not in [phase.name for phase in first.phases]
    assert [rep.complete for rep in others] == [True, True]


def test_a_descent_after_a_stop_half_way_is_still_a_cut_repetition():
    assert [rep.complete for rep in counted(from_the_floor(25.0))] == [False, True, True]


def test_a_clip_that_begins_during_a_descent_has_a_cut_repetition_first():
    motion = part(repetitions(3, pause_s=0.0), 2.0)
    reps = counted(motion)
    assert [rep.complete for rep in reps] == [False, True, True]
    assert reps[0].bottom_s == pytest.approx(motion.bottoms_s[0], abs=0.1)


def test_a_clip_that_begins_during_an_ascent_does_not_count_it():
    motion = part(repetitions(3, pause_s=0.0), 3.6)
    assert [rep.complete for rep in counted(motion)] == [True, True]


def test_a_clip_that_ends_during_an_ascent_has_a_cut_repetition_last():
    motion = repetitions(3, pause_s=0.0)
    reps = counted(part(motion, 0.0, motion.bottoms_s[-1] + 0.5))
    assert [rep.complete for rep in reps] == [True, True, False]


def test_a_clip_that_ends_during_a_descent_does_not_count_it():
    motion = repetitions(3, pause_s=0.0)
    assert [rep.complete for rep in counted(part(motion, 0.0, motion.bottoms_s[-1] - 0.6))] == [True, True]


def test_a_one_repetition_clip_of_three_seconds_is_one_repetition():
    motion = repetitions(1, eccentric_s=1.2, pause_s=0.1, concentric_s=0.9, rest_s=0.2, lead_s=0.2)
    assert motion.time_s[-1] < 3.0
    assert [rep.complete for rep in counted(motion)] == [True]


def test_false_starts_are_not_repetitions():
    dip = repetitions(1, trunk=20, knee=10, eccentric_s=0.6, pause_s=0.0, concentric_s=0.6)
    motion = joined(dip, repetitions(4, trunk=70), dip, dip)
    assert len(counted(motion)) == 4


def test_setting_the_load_down_and_staying_there_is_not_a_repetition():
    set_down = part(repetitions(1, trunk=55, knee=100), 0.0, 3.1)
    motion = joined(repetitions(4, trunk=55, knee=50), set_down, still(3.0, trunk=55, knee=100))
    assert [rep.complete for rep in counted(motion)] == [True] * 4


def test_a_held_hinge_as_in_rows_is_not_a_repetition():
    down, up = part(repetitions(1), 0.0, 3.1), part(repetitions(1), 3.1)
    assert counted(joined(down, still(10.0, trunk=65, knee=18), up)) == ()


def test_standing_still_swaying_and_talking_gives_nothing():
    rng = np.random.default_rng(3)
    for seed in range(4):
        pose = still(20.0)
        sway = np.cumsum(rng.normal(0, 0.4, pose.time_s.size))
        sway = 6 * (sway - sway.mean()) / np.abs(sway).max()
        motion = changed(pose, trunk=pose.trunk + sway, arm=40 + 40 * np.sin(pose.time_s * 5))
        assert counted(motion, seed=seed) == ()


def changed(motion: Motion, **changes) -> Motion:
    names = ("time_s", "trunk", "knee", "head", "shank", "arm", "drift", "bottoms_s")
    return Motion(**{name: changes.get(name, getattr(motion, name)) for name in names})


def test_sitting_through_a_clip_gives_nothing():
    assert counted(still(10.0, trunk=5.0, knee=90.0)) == ()


def test_getting_up_from_a_chair_is_not_a_lift_from_the_floor():
    rise = part(repetitions(1, trunk=5.0, knee=90.0, pause_s=2.0), 3.5)
    assert not any(rep.complete for rep in counted(joined(still(3.0, trunk=5.0, knee=90.0), rise)))


def test_walking_in_and_out_adds_nothing_to_the_set():
    pose = still(3.0)
    stride = np.sin(2 * np.pi * 0.9 * pose.time_s)
    walk_in = changed(pose, knee=15 + 10 * stride, drift=np.linspace(-0.8, 0, pose.time_s.size))
    walk_out = changed(pose, knee=15 + 10 * stride, drift=np.linspace(0, 0.8, pose.time_s.size))
    assert len(counted(joined(walk_in, repetitions(5), walk_out))) == 5


def test_walking_away_from_the_camera_and_back_gives_nothing():
    pose = still(8.0)

    def shrink(track):
        scale = 1 - 0.35 * np.sin(np.pi * pose.time_s / 8.0) ** 2
        middle = np.array([540.0, 900.0])
        return track.assign(position=(track["position"] - middle) * scale[:, None, None] + middle)

    reps = find_reps(
        moved(pose, change=lambda track: shrink(track).transpose("time", "keypoint", "space", "axis")), settings=REPS
    )
    assert reps == ()


def test_a_gap_in_the_tracking_between_repetitions_loses_none():
    motion = repetitions(4, rest_s=2.0)

    def hide(track):
        gap = (motion.time_s > 5.6) & (motion.time_s < 6.6)
        return track.assign(position=track["position"].where(~gap_of(track, gap)))

    def gap_of(track, gap):
        return track["confidence"].isel(keypoint=0, drop=True).copy(data=gap)

    assert len(find_reps(moved(motion, change=hide), settings=REPS)) == 4


def test_nobody_in_the_clip_gives_nothing():
    def nobody(track):
        return track.assign(position=track["position"] * np.nan, confidence=track["confidence"] * 0)

    assert find_reps(moved(repetitions(2), change=nobody), settings=REPS) == ()


def test_the_leg_that_carries_is_named():
    motion = repetitions(1, trunk=65, knee=15)

    def raise_left(track):
        position = track["position"].to_numpy().copy()
        lift = 400 * (motion.trunk - 2) / 63
        for name in ("left_ankle", "left_heel", "left_foot_index"):
            position[:, KEYPOINTS.index(name), 1] -= lift
        return track.assign(position=(("time", "keypoint", "space"), position))

    assert find_reps(moved(motion, change=raise_left), settings=REPS)[0].side == "right"
    assert counted(motion)[0].side == "both"


def test_depth_is_about_the_hip_flexion_for_a_hinge_and_never_negative_for_long():
    motion = repetitions(2, trunk=65, knee=18)
    depth = depth_deg(moved(motion, noise_px=0.0), settings=REPS)
    assert depth.max() == pytest.approx(motion.hip.max() - motion.hip[0], rel=0.15)
    assert depth.min() > -2


def test_turning_points_alternate_and_small_reversals_do_not_count():
    wave = np.array([0, 1, 40, 38, 41, 20, 2, 3, 0, 50, 50, 1.0])
    turns = turning_points(wave, reversal=10.0)
    assert [(turn.at, turn.down) for turn in turns] == [(0, False), (4, True), (8, False), (9, True), (11, False)]
    assert turning_points(np.zeros(5), reversal=10.0) == []


def test_the_top_after_the_last_repetition_ends_where_the_lifter_bends_to_set_the_bar_down():
    """A last way down that the clip cuts is no repetition, and no part of the one before it."""
    motion = repetitions(3, trunk=65, knee=18, rest_s=0.5)
    bent_s = motion.bottoms_s[-1]
    cut = motion.time_s < bent_s
    seen = moved(
        Motion(*(getattr(motion, name)[cut] for name in ("time_s", "trunk", "knee", "head")), motion.bottoms_s[:2])
    )
    last = find_reps(seen, settings=REPS)[-1]
    inside = seen.sel(time=slice(last.phases[-1].start_s, last.end_s))
    assert last.phases[-1].name == "lockout"
    assert float(inside["trunk_inclination_deg"].max()) < 20


def test_numbers_count_from_one_and_metrics_are_left_to_others():
    reps = counted(repetitions(3))
    assert [rep.index for rep in reps] == [1, 2, 3]
    assert all(not rep.metrics and not rep.findings for rep in reps)


def test_a_stricter_least_depth_leaves_a_shallow_hinge_out():
    motion = repetitions(2, trunk=32, knee=12)
    strict = msgspec.structs.replace(REPS, min_depth_deg=60.0)
    assert find_reps(moved(motion), settings=strict) == ()


ROOT = Path(__file__).parents[1]
SWINGS = ROOT.parent / "shared" / "data" / "swing"


@pytest.mark.clips
@pytest.mark.skipif(not SWINGS.exists(), reason="no folder of filmed swings beside the project")
def test_filmed_swings_are_counted(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "validation")
    import rep_counts  # noqa: PLC0415 - validation is no package of the tests; reached only with the files at hand

    for name, (low, high) in rep_counts.SWINGS.items():
        reps, _ = rep_counts.from_track(rep_counts.swing_track(SWINGS / f"{name}.posetrack.json.gz"))
        complete = sum(rep.complete for rep in reps)
        assert low is None or low <= complete <= high, f"{name}: {complete}"
