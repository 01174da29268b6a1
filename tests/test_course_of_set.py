"""How a set goes: alike, or different at its end by more than chance and the camera's error."""

import msgspec
import numpy as np
import pytest

from hiphinge.course_of_set import TRACKED, alike, course_of_set, is_plain
from hiphinge.records import Metric
from hiphinge.settings import CoachingSettings, load_slice
from lifters import hinge, measured

SETTINGS = load_slice("coaching", CoachingSettings)
REP = measured(hinge())[0]
ERROR_DEG = 4.0
DEPTH = "trunk_inclination_max"


def reps(**values):
    """Repetitions with these values of a metric each, well seen."""
    count = len(next(iter(values.values())))
    usual = {DEPTH: [60.0] * count, "concentric_s": [1.2] * count}
    rows = usual | values
    return tuple(
        msgspec.structs.replace(
            REP,
            complete=True,
            metrics=REP.metrics
            | {
                name: Metric(value=row[k], error=0.1 if name.endswith("_s") else ERROR_DEG,
                             unit="s" if name.endswith("_s") else "deg")
                for name, row in rows.items()
            },
        )
        for k in range(count)
    )  # fmt: skip


def course(**values):
    return course_of_set(reps(**values), settings=SETTINGS)


def test_every_tracked_metric_has_a_course_once_there_are_three_repetitions():
    assert set(course_of_set((REP,) * 3, settings=SETTINGS)) <= set(TRACKED)
    assert DEPTH in course(**{DEPTH: [60, 61, 60]})
    assert course(**{DEPTH: [60, 61]}) == {}


def test_the_change_is_the_last_third_less_the_first():
    found = course(**{DEPTH: [70, 70, 66, 64, 60, 60]})[DEPTH]
    assert (found.first, found.last, found.change) == (70, 60, -10)
    assert found.spread == pytest.approx(np.std([70, 70, 66, 64, 60, 60], ddof=1), abs=1e-3)


def test_a_steady_loss_of_depth_is_plain_and_the_same_in_a_jumble_is_not():
    steady = course(**{DEPTH: [72, 70, 68, 66, 64, 62, 60, 58, 56]})[DEPTH]
    jumble = course(**{DEPTH: [78, 50, 66, 58, 74, 50, 70, 44, 54]})[DEPTH]
    assert is_plain(steady, SETTINGS)
    assert abs(jumble.change) > SETTINGS.tiring_deg
    assert not is_plain(jumble, SETTINGS)


def test_what_is_wrong_alike_in_all_repetitions_does_not_hide_a_change():
    found = course(**{DEPTH: [70, 68, 66, 64, 62, 60]})[DEPTH]
    assert found.error < ERROR_DEG


def test_a_cut_repetition_does_not_count():
    whole = reps(**{DEPTH: [60, 60, 60]})
    cut = msgspec.structs.replace(whole[0], complete=False)
    assert course_of_set((*whole[:2], cut), settings=SETTINGS) == {}


def test_repetitions_of_one_depth_and_pace_are_alike():
    assert alike(course(**{DEPTH: [60, 61, 59, 60]}), SETTINGS) == pytest.approx(0.82, abs=0.01)
    assert alike(course(**{DEPTH: [60, 75, 50, 66]}), SETTINGS) is None
    assert alike(course(concentric_s=[1.0, 1.9, 1.2, 0.8]), SETTINGS) is None
    assert alike({}, SETTINGS) is None
