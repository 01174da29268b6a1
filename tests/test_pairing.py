"""Which repetition of one clip is which of another: by the curves, not by the count alone."""

import numpy as np
import pytest

from hiphinge.frontal.pairing import Course, Laid, pair
from hiphinge.settings import SecondSettings, load_slice

SETTINGS = load_slice("second", SecondSettings)
TEMPO_S = (3.1, 3.6, 2.7, 3.3, 4.0, 2.9, 3.4, 3.0)


def course(tempo_s=TEMPO_S, *, from_s=0.0, to_s=np.inf, offset_s=0.0, share=1.0, fps=30.0):
    """Repetitions of these lengths, with rest before, between and after; the depth is scaled, the clock is moved."""
    starts = 1.5 + np.concatenate([[0.0], np.cumsum(np.array(tempo_s) + 0.4)])
    time_s = np.arange(0.0, starts[-1] + 1.5, 1 / fps)
    depth, bottoms = np.zeros_like(time_s), []
    for start, long in zip(starts, tempo_s, strict=False):
        within = np.clip((time_s - start) / long, 0, 1)
        depth += 80 * np.sin(np.pi * within) ** 2
        bottoms.append(start + long / 2)
    kept = (time_s >= from_s) & (time_s <= to_s)
    seen = [at for at in bottoms if from_s + 0.3 < at < to_s - 0.3]
    return Course(time_s[kept] + offset_s, share * depth[kept], np.array(seen) + offset_s)


def test_the_same_set_is_laid_onto_itself():
    laid = pair(course(), course(share=0.7, offset_s=12.34), settings=SETTINGS)
    assert isinstance(laid, Laid)
    assert laid.offset_s == pytest.approx(12.34, abs=0.01)
    assert laid.pairs == tuple((k, k) for k in range(len(TEMPO_S)))


def test_clips_may_be_trimmed_differently():
    laid = pair(course(to_s=26.0), course(from_s=8.0, offset_s=-5.0), settings=SETTINGS)
    assert isinstance(laid, Laid)
    assert laid.offset_s == pytest.approx(-5.0, abs=0.02)
    assert all(ours == theirs + laid.pairs[0][0] for ours, theirs in laid.pairs)


def test_the_stated_error_of_the_shift_holds_it():
    wobble = np.random.default_rng(0).normal(0, 0.05, len(TEMPO_S))
    second = course(offset_s=3.0)
    laid = pair(course(), second._replace(bottoms_s=second.bottoms_s + wobble), settings=SETTINGS)
    assert isinstance(laid, Laid)
    assert abs(laid.offset_s - 3.0) < 2 * laid.error_s < 0.12


def test_another_count_is_not_the_same_set():
    assert pair(course(), course(TEMPO_S[::-1][:5]), settings=SETTINGS) == "other_count"


def test_a_clip_without_repetitions_fits_none():
    none = course()._replace(bottoms_s=np.empty(0))
    assert pair(course(), none, settings=SETTINGS) == pair(none, course(), settings=SETTINGS) == "other_count"


def test_another_rhythm_is_not_the_same_set():
    assert pair(course(), course((5.5, 2.2, 5.0, 2.4, 5.2, 2.0, 4.6, 2.6)), settings=SETTINGS) == "other_rhythm"


def test_a_part_of_a_perfectly_even_set_could_be_any_part():
    even = (3.0,) * 8
    assert pair(course(even), course(even, from_s=6.0, to_s=22.0), settings=SETTINGS) == "unclear"


def test_the_whole_of_a_perfectly_even_set_is_clear_by_its_ends():
    even = (3.0,) * 8
    assert isinstance(pair(course(even), course(even, offset_s=1.0), settings=SETTINGS), Laid)


def test_a_repetition_that_the_second_clip_covers_but_does_not_show_is_noticed():
    missing = course()
    kept = np.delete(missing.bottoms_s, 3)
    flat = np.where(np.abs(missing.time_s - missing.bottoms_s[3]) < 1.6, 0.0, missing.depth)
    assert pair(course(), Course(missing.time_s, flat, kept), settings=SETTINGS) == "other_count"


def test_what_the_second_clip_does_not_see_is_not_held_against_it():
    blind = course()
    depth = np.where(blind.time_s < 4.0, np.nan, blind.depth)
    laid = pair(course(), Course(blind.time_s, depth, blind.bottoms_s[1:]), settings=SETTINGS)
    assert isinstance(laid, Laid)
    assert laid.pairs[0] == (1, 0)


def test_one_repetition_each_can_be_paired():
    laid = pair(course((3.0,)), course((3.0,), offset_s=2.0), settings=SETTINGS)
    assert isinstance(laid, Laid)
    assert laid.pairs == ((0, 0),)


def test_a_second_clip_too_short_to_compare_is_not_used():
    assert not isinstance(pair(course(), course(from_s=2.5, to_s=3.8), settings=SETTINGS), Laid)


def test_an_offset_between_frames_is_found():
    laid = pair(course(fps=60.0), course(offset_s=0.415, fps=24.0), settings=SETTINGS)
    assert isinstance(laid, Laid)
    assert laid.offset_s == pytest.approx(0.415, abs=0.01)


def test_a_clip_of_a_single_repetition_could_show_any_of_several():
    assert pair(course(), course(from_s=4.6, to_s=9.2), settings=SETTINGS) == "unclear"
    assert isinstance(pair(course((3.0,)), course((3.0,), offset_s=2.0), settings=SETTINGS), Laid)


def test_a_set_at_the_same_pace_but_another_beat_is_another_set():
    """The bottoms fall on the same moments; the ways down and up do not."""
    first = course()
    warped = first.time_s + 0.2 * np.sin(2 * np.pi * 0.37 * first.time_s) ** 3
    second = first._replace(depth=np.interp(warped, first.time_s, first.depth))
    assert pair(first, second, settings=SETTINGS) == "other_rhythm"


@pytest.mark.parametrize("late_s", [0.15, -0.15])
def test_a_body_that_seems_to_go_down_later_from_the_front_is_the_same(late_s):
    """Later down and earlier up, in every repetition alike: a depth that grows slower at first."""
    first = course()
    share = np.clip(first.depth / 80, 0, 1) ** (1.6 if late_s > 0 else 0.6)
    laid = pair(first, first._replace(depth=80 * share), settings=SETTINGS)
    assert isinstance(laid, Laid)
    assert laid.uneven_s < 0.03
    assert laid.apart_s > 0.05


def test_a_lift_from_the_floor_may_be_trimmed_while_it_rests_there():
    """Its bottom lies anywhere in the rest, half a second apart in the two clips; the way up tells."""
    whole = course()
    resting = 80 * np.clip((1.4 - whole.time_s) / 0.5, 0, 1)
    first = Course(whole.time_s, whole.depth + resting, np.concatenate([[0.1], whole.bottoms_s]))
    kept = whole.time_s >= 0.4
    second = Course(whole.time_s[kept] + 6.0, first.depth[kept], np.concatenate([[0.75], whole.bottoms_s]) + 6.0)
    laid = pair(first, second, settings=SETTINGS)
    assert isinstance(laid, Laid)
    assert laid.offset_s == pytest.approx(6.0, abs=0.02)
    assert (0, 0) in laid.pairs
