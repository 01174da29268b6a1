import re

import numpy as np
import pytest
import xarray as xr

from hiphinge.records import Metric
from hiphinge.report import figures
from report_sample import sample


@pytest.fixture(scope="module")
def drawn():
    analysis = sample()
    return figures.traces(analysis.kinematics, analysis.record.reps, points=480)


def numbers(path):
    return np.array([[float(v) for v in pair.split(",")] for pair in re.findall(r"[\d.e+-]+,[\d.e+-]+", path)])


def test_there_is_one_panel_for_each_angle_that_was_measured(drawn):
    assert [panel.name for panel in drawn.panels] == [
        "hip_flexion",
        "knee_flexion",
        "trunk_inclination",
        "shank_inclination",
        "head_angle",
    ]


def test_an_angle_that_was_never_seen_has_no_panel():
    analysis = sample()
    unseen = analysis.kinematics.assign(head_angle_deg=analysis.kinematics["head_angle_deg"] * np.nan)
    panels = figures.traces(unseen, analysis.record.reps, points=480).panels
    assert "head_angle" not in [panel.name for panel in panels]


def test_a_tick_lies_where_the_line_has_its_value(drawn):
    hip = drawn.panels[0]
    high, low = hip.ticks[-1], hip.ticks[0]
    per_degree = (low.at - high.at) / (high.value - low.value)
    peak = high.value + (high.at - numbers(hip.line)[:, 1].min()) / per_degree
    assert peak == pytest.approx(float(sample().kinematics["hip_flexion_deg"].max()), abs=0.5)


def test_the_band_reaches_one_standard_error_above_and_below(drawn):
    knee = next(panel for panel in drawn.panels if panel.name == "knee_flexion")
    per_degree = (knee.ticks[0].at - knee.ticks[-1].at) / (knee.ticks[-1].value - knee.ticks[0].value)
    assert numbers(knee.line)[:, 1].min() - numbers(knee.band)[:, 1].min() == pytest.approx(4 * per_degree, abs=0.3)


def test_ticks_never_show_a_negative_zero(drawn):
    values = [tick.value for panel in drawn.panels for tick in panel.ticks]
    assert 0.0 in values
    assert not any(np.signbit(value) for value in values if value == 0)


def test_a_gap_breaks_the_line(drawn):
    analysis = sample()
    hidden = analysis.kinematics["time"] > 9
    hidden &= analysis.kinematics["time"] < 10
    gappy = analysis.kinematics.assign(knee_flexion_deg=analysis.kinematics["knee_flexion_deg"].where(~hidden))
    line = figures.traces(gappy, analysis.record.reps, points=480).panels[1].line
    assert drawn.panels[1].line.count("M") == 1
    assert line.count("M") == 2


def test_thinning_keeps_the_highest_and_the_lowest_sample():
    values = np.sin(np.linspace(0, 300, 20_000))
    values[7777] = 9.0
    kept = figures.thinned(values, 400)
    assert kept.size <= 402
    assert 7777 in kept
    assert values[kept].min() == values.min()


def test_repetitions_and_phases_lie_in_order_on_the_axis(drawn):
    lefts = [rep.span.left for rep in drawn.reps]
    assert lefts == sorted(lefts)
    assert all(rep.span.left < rep.bottom < rep.span.left + rep.span.width for rep in drawn.reps)
    assert [phase.name for phase in drawn.phases[:4]] == ["eccentric", "bottom", "concentric", "lockout"]


def test_the_cursor_reads_whole_degrees_at_its_own_clock(drawn):
    at = int(np.argmin(np.abs(np.array(drawn.clock) - 3.0)))
    truth = sample().kinematics["hip_flexion_deg"].sel(time=drawn.clock[at], method="nearest")
    value, error = drawn.values["hip_flexion"][at]
    assert value == pytest.approx(float(truth), abs=1.0)
    assert error == 9


def test_repetitions_are_laid_over_each_other_with_the_bottom_in_the_middle():
    analysis = sample()
    hip = figures.rep_curves(analysis.kinematics, analysis.record.reps)[0]
    assert [curve.rep for curve in hip.curves] == [1, 2, 3, 4]
    assert (hip.curves[0].age, hip.curves[-1].age) == (0.0, 1.0)
    for curve in hip.curves:
        points = numbers(curve.path)
        deepest = points[points[:, 1] <= points[:, 1].min() + 0.5, 0]
        assert deepest.min() < 501
        assert deepest.max() > 499


def test_a_wild_sample_outside_the_repetitions_does_not_stretch_the_axis(drawn):
    analysis = sample()
    clock = analysis.kinematics["time"]
    wild = analysis.kinematics["knee_flexion_deg"].where(clock < float(clock[-1]) - 0.3, -400.0)
    knee = figures.traces(analysis.kinematics.assign(knee_flexion_deg=wild), analysis.record.reps, points=480).panels[1]
    assert knee.ticks == drawn.panels[1].ticks


def test_a_single_repetition_is_not_compared_with_itself():
    analysis = sample()
    assert figures.rep_curves(analysis.kinematics, analysis.record.reps[:1]) == ()


def test_a_strip_places_larger_values_higher_and_leaves_unknown_ones_out():
    strip = figures.strip(
        {
            1: Metric(value=10.0, error=1.0, unit="deg"),
            2: Metric(value=None, error=None, unit="deg"),
            3: Metric(value=20.0, error=1.0, unit="deg"),
        }
    )
    assert [mark.rep for mark in strip] == [1, 3]
    assert strip[1].y < strip[0].y
    assert strip[0].high < strip[0].y < strip[0].low


def test_a_gauge_holds_value_error_and_limit():
    gauge = figures.gauge(20.0, 2.5, 12.5)
    assert 0 < gauge.limit < gauge.low < gauge.value < gauge.high < 100


def test_a_clip_without_repetitions_is_drawn_whole():
    kinematics = sample().kinematics
    drawn = figures.traces(kinematics, (), points=100)
    assert (drawn.start_s, drawn.end_s) == (float(kinematics["time"][0]), float(kinematics["time"][-1]))
    assert drawn.reps == ()


def test_a_constant_angle_still_has_an_axis():
    time = np.linspace(0, 5, 50)
    flat = xr.Dataset({"hip_flexion_deg": ("time", np.zeros(50))}, coords={"time": time})
    (panel,) = figures.traces(flat, (), points=100).panels
    assert len(panel.ticks) >= 2
    assert np.isfinite(numbers(panel.line)).all()


@pytest.mark.parametrize(("length", "most"), [(0.8, 9), (20.0, 9), (600.0, 9)])
def test_time_ticks_are_few_and_inside(length, most):
    ticks = figures.time_ticks(1.3, 1.3 + length)
    assert 1 <= len(ticks) <= most + 1
    assert all(0 <= tick.at <= 100 for tick in ticks)


@pytest.mark.parametrize(("outside", "inside_the_box"), [(60.0, True), (400.0, False)])
def test_what_lies_beside_the_repetitions_is_not_cut_unless_it_would_flatten_them(outside, inside_the_box):
    rep = sample().record.reps[0]
    motion = sample().kinematics.sel(time=slice(rep.start_s - 1, rep.end_s + 1))
    reach = float(motion["knee_flexion_deg"].sel(time=slice(rep.start_s, rep.end_s)).max())
    knee = motion["knee_flexion_deg"].where(motion["time"] <= rep.end_s, reach * (1 + outside / 200))
    traced = figures.traces(motion.assign(knee_flexion_deg=knee), (rep,), points=200)
    line = next(panel.line for panel in traced.panels if panel.name == "knee_flexion")
    heights = [float(y) for y in re.findall(r",(-?[\d.e+]+)", line)]
    assert (min(heights) >= 0) == inside_the_box
    within = [float(y) for x, y in re.findall(r"([\d.e+]+),(-?[\d.e+]+)", line) if float(x) < 700]
    assert max(within) - min(within) > 30
