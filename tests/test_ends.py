"""A clip that begins or ends in a bend says that what it cuts off there is not counted."""

from dataclasses import fields

import numpy as np
import pytest

from assessed import analysed
from hiphinge.messages import message
from hiphinge.synthetic import Motion, repetitions

BEGINS, ENDS = message("warning.begins_bent"), message("warning.ends_bent")
SET = repetitions(3, trunk=68, knee=20, head=-5)
LAST_S, FIRST_S = SET.bottoms_s[-1], SET.bottoms_s[0]


def between(start_s, end_s):
    """The part of the set that lies between two times."""
    kept = (start_s <= SET.time_s) & (end_s >= SET.time_s)
    parts = {one.name: getattr(SET, one.name) for one in fields(SET)}
    cut = {
        name: value[kept] if isinstance(value, np.ndarray) and value.shape[:1] == kept.shape else value
        for name, value in parts.items()
    }
    cut |= {"time_s": SET.time_s[kept] - start_s, "bottoms_s": tuple(b - start_s for b in SET.bottoms_s)}
    return Motion(**cut)


def warned(start_s=0.0, end_s=np.inf, exercise="hinge"):
    record = analysed(between(start_s, end_s), exercise=exercise).record
    return record.quality.warnings, record.summary.reps


def test_a_whole_set_cuts_nothing_off():
    warnings, reps = warned()
    assert reps == 3
    assert BEGINS not in warnings
    assert ENDS not in warnings


def test_a_clip_that_ends_on_the_way_down_says_that_the_last_repetition_is_not_counted():
    warnings, reps = warned(end_s=LAST_S - 0.1)
    assert reps == 2
    assert ENDS in warnings


def test_a_clip_that_begins_on_the_way_up_says_that_the_first_repetition_is_not_counted():
    warnings, reps = warned(start_s=FIRST_S + 0.45)
    assert reps == 2
    assert BEGINS in warnings


def test_a_cut_repetition_that_is_counted_as_cut_is_not_told_twice():
    assert ENDS not in warned(end_s=LAST_S + 0.7)[0]


@pytest.mark.parametrize("exercise", ["deadlift", "squat"])
def test_lifts_that_end_at_the_floor_and_what_is_not_coached_are_not_warned_of(exercise):
    assert ENDS not in warned(end_s=LAST_S - 0.1, exercise=exercise)[0]
