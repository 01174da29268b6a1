"""Repetitions done too shallow: found beside deep ones and alone, and told apart from what is none."""

import msgspec
import numpy as np
import pytest
import xarray as xr
from tests.test_reps import REPS, changed, counted, joined, moved, part, still

from hiphinge.reps import depth_deg, find_reps
from hiphinge.synthetic import repetitions

SHALLOW = {"trunk": 22.0, "knee": 10.0}
"""A third as deep as the hinge beside it."""


@pytest.mark.parametrize("place", [0, 2, 4])
@pytest.mark.parametrize("yaw", [0, 35])
def test_one_shallow_repetition_among_deep_ones_is_counted_wherever_it_comes(place, yaw):
    sets = [repetitions(1, trunk=70) for _ in range(4)]
    sets.insert(place, repetitions(1, **SHALLOW))
    reps = counted(joined(*sets), yaw=yaw)
    assert [rep.complete for rep in reps] == [True] * 5
    assert reps[place].bottom_s == pytest.approx(joined(*sets).bottoms_s[place], abs=0.2)


def test_two_shallow_repetitions_in_a_row_are_both_counted():
    deep = repetitions(2, trunk=70)
    assert len(counted(joined(deep, repetitions(2, **SHALLOW), deep))) == 6


def test_the_repetitions_beside_a_shallow_one_keep_their_phases():
    deep = repetitions(2, trunk=70)
    alone = counted(deep)
    beside = counted(joined(deep, repetitions(1, **SHALLOW)))
    assert [phase.name for phase in beside[1].phases] == [phase.name for phase in alone[1].phases]
    assert beside[1].end_s <= beside[2].start_s


def test_a_set_that_is_shallow_throughout_is_counted():
    for trunk in (18.0, 24.0, 30.0):
        assert len(counted(repetitions(5, trunk=trunk, knee=9.0))) == 5, trunk


def test_two_small_bends_without_anything_deep_are_no_set():
    assert counted(repetitions(2, trunk=17.0, knee=8.0)) == ()


def test_small_bends_that_are_not_alike_are_no_set():
    quick = repetitions(1, trunk=18.0, knee=9.0, eccentric_s=0.5, pause_s=0.0, concentric_s=0.5)
    slow = repetitions(1, trunk=18.0, knee=9.0, eccentric_s=3.0, pause_s=1.0, concentric_s=3.0)
    assert counted(joined(quick, slow, quick, quick)) == ()


def test_a_quick_nod_of_the_trunk_between_repetitions_is_not_one():
    nod = repetitions(1, **SHALLOW, eccentric_s=0.45, pause_s=0.0, concentric_s=0.45)
    deep = repetitions(2, trunk=70)
    assert len(counted(joined(deep, nod, deep))) == 4


def test_a_small_bend_in_the_rest_long_after_the_set_is_not_one():
    deep = repetitions(3, trunk=70)
    assert len(counted(joined(deep, still(15.0), repetitions(1, **SHALLOW)))) == 3


def test_soft_knees_with_an_upright_trunk_are_not_a_shallow_hinge():
    dip = repetitions(1, trunk=4.0, knee=45.0)
    assert len(counted(joined(repetitions(3, trunk=70), dip))) == 3


def test_a_small_bend_on_the_way_down_is_part_of_its_repetition():
    """Someone who hesitates half-way down does one repetition, not two."""
    motion = repetitions(1, trunk=70, eccentric_s=3.0)
    ripple = 8 * np.sin(2 * np.pi * 0.9 * motion.time_s) * ((motion.time_s > 1.8) & (motion.time_s < 3.2))
    hesitant = changed(motion, trunk=motion.trunk + ripple)
    assert len(counted(joined(repetitions(2, trunk=70), hesitant))) == 3


def test_without_leave_for_small_bends_the_shallow_one_is_passed_over():
    motion = joined(repetitions(3, trunk=70), repetitions(1, **SHALLOW))
    strict = msgspec.structs.replace(REPS, shallow_trunk_deg=60.0)
    assert len(find_reps(moved(motion), settings=REPS)) == 4
    assert len(find_reps(moved(motion), settings=strict)) == 3


def deeper(kinematics, by_deg):
    """The same lifter folded further by so many degrees (T,), in both courses that tell the depth."""
    kinematics = kinematics.copy()
    kinematics["hip_flexion_deg"] = kinematics["hip_flexion_deg"] + xr.DataArray(by_deg, dims="time")
    kinematics["shoulder_height"] = kinematics["shoulder_height"] - xr.DataArray(by_deg / REPS.drop_to_deg, dims="time")
    return kinematics


def test_a_lifter_who_never_stands_up_whole_has_whole_repetitions_at_the_clips_ends():
    kinematics = moved(repetitions(4, trunk=75.0))
    time_s = kinematics["time"].to_numpy()
    from_end = np.minimum(time_s, time_s[-1] - time_s)
    bent = deeper(kinematics, 35.0 + np.clip(4.0 * from_end, 0, 4.0))
    assert float(np.nanmin(depth_deg(bent, settings=REPS))) > 20
    assert [rep.complete for rep in find_reps(bent, settings=REPS)] == [True] * 4


def test_a_pull_from_the_floor_whose_hips_rise_first_is_whole_and_begins_at_its_lift_off():
    motion = part(repetitions(2, trunk=55, knee=70, pause_s=1.5), 3.2)
    lift_off = motion.bottoms_s[0] + 0.75
    first = np.exp(-0.5 * ((motion.time_s - lift_off - 0.35) / 0.16) ** 2)
    tipped = changed(motion, trunk=motion.trunk + 26 * first, knee=motion.knee - 18 * first)
    plain, hips_first = counted(motion), counted(tipped)
    assert [rep.complete for rep in hips_first] == [rep.complete for rep in plain] == [True, True]
    assert all(phase.name != "eccentric" for phase in hips_first[0].phases)
    assert hips_first[0].bottom_s < lift_off + 0.3


def test_a_first_moment_in_which_the_lifter_is_still_being_found_does_not_cut_a_lift_from_the_floor():
    kinematics = moved(part(repetitions(2, trunk=55, knee=60, pause_s=1.5), 3.9))
    found_late = deeper(kinematics, np.where(np.arange(kinematics["time"].size) < 3, -14.0, 0.0))
    assert [rep.complete for rep in find_reps(found_late, settings=REPS)] == [True, True]


def test_a_repetition_whose_end_the_clip_does_not_show_has_no_lock_out():
    motion = repetitions(2, pause_s=0.0)
    for left_s in (0.4, 0.5, 0.7):
        *_, last = counted(part(motion, 0.0, motion.bottoms_s[-1] + left_s))
        assert not last.complete
        assert last.phases[-1].name == "concentric", left_s


def test_a_clip_that_begins_half_way_down_with_a_tremor_has_a_cut_repetition_first():
    motion = repetitions(3, pause_s=0.0)
    begun = part(motion, 2.0)
    tremor = changed(begun, trunk=begun.trunk - 4.0 * np.clip(1 - np.abs(np.arange(begun.time_s.size) - 4) / 4, 0, 1))
    assert [rep.complete for rep in counted(tremor)] == [False, True, True]


def test_who_stays_short_of_upright_at_the_clips_end_has_done_a_whole_repetition():
    short = part(repetitions(1, standing_trunk=30.0, pause_s=0.0, rest_s=1.5), 3.0)
    motion = joined(repetitions(2, pause_s=0.0), part(repetitions(1, pause_s=0.0), 0.0, 3.0), short)
    assert [rep.complete for rep in counted(motion)] == [True, True, True]
