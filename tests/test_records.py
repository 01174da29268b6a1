"""What records say of themselves."""

import msgspec
import numpy as np

from hiphinge.records import Phase, Rep


def test_a_repetition_and_a_phase_hold_the_times_from_their_start_to_before_their_end():
    time_s = np.array([0.9, 1.0, 1.5, 2.0, 2.1])
    rep = Rep(index=1, start_s=1.0, bottom_s=1.5, end_s=2.0, complete=True, side="both", phases=())
    for lasting in (rep, Phase(name="bottom", start_s=1.0, end_s=2.0)):
        np.testing.assert_array_equal(lasting.holds(time_s), [False, True, True, False, False])


def test_neighbouring_phases_share_no_time_and_leave_none_out():
    time_s = np.arange(0.0, 3.0, 0.1)
    first, second = (Phase(name=name, start_s=a, end_s=a + 1) for name, a in (("eccentric", 1.0), ("bottom", 2.0)))
    both = first.holds(time_s).astype(int) + second.holds(time_s)
    np.testing.assert_array_equal(both, (time_s >= 1.0) & (time_s < 3.0))


def test_what_lasts_writes_its_fields_in_their_own_order():
    assert list(msgspec.to_builtins(Phase(name="bottom", start_s=1.0, end_s=2.0))) == ["name", "start_s", "end_s"]
