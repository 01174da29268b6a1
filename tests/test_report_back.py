"""The report's panel on the back."""

import dataclasses

import msgspec
import numpy as np
import pytest

from back_sample import with_back
from hiphinge.backview import BackView
from hiphinge.moments import Still, moments
from hiphinge.overlay.drawing import jpeg
from hiphinge.report import render, spine
from hiphinge.report.panel import panel
from hiphinge.words import words
from report_sample import SETTINGS, frame_of, sample
from test_report import Page


def stills_of(analysis):
    data = jpeg(np.ascontiguousarray(frame_of(analysis, 60)[::2, ::2]), 70)
    return tuple(Still(moment, data, 180, 320) for moment in moments(analysis.record, gallery_reps_max=12))


def panel_of(analysis):
    return panel(analysis, stills_of(analysis), words(), SETTINGS)


def page_of(analysis):
    return Page(render(analysis, stills_of(analysis), settings=SETTINGS))


def chart_of(analysis, **changed):
    told = {"shown": 3, "clean": analysis.record.summary.clean_range_deg, "points": 60} | changed
    return spine.chart(analysis.kinematics, analysis.record.reps, BackView(analysis, SETTINGS), **told)


def blind(reason):
    known = with_back()
    nothing = known.kinematics.assign(lumbar_flexion_deg=known.kinematics["lumbar_flexion_deg"] * np.nan)
    unmeasured = {"lumbar_flexion_max": known.record.reps[0].metrics["lumbar_onset_hip_flexion"]}
    empty = msgspec.structs.replace(unmeasured["lumbar_flexion_max"], value=None, error=None, at_s=None)
    reps = tuple(
        msgspec.structs.replace(
            rep, metrics=rep.metrics | {"lumbar_flexion_max": empty, "lumbar_onset_hip_flexion": empty}
        )
        for rep in known.record.reps
    )
    record = msgspec.structs.replace(known.record, reps=reps)
    return dataclasses.replace(known, record=record, kinematics=nothing.assign_attrs(spine=reason))


def numbers(points):
    return np.array([[float(v) for v in pair.split(",")] for pair in points.split()])


def test_a_rounded_back_is_told_by_clean_range_number_and_rod():
    text = page_of(with_back(40.0)).text
    for line in (
        "The virtual dowel rod",
        "Your clean range ends at 62 ± 5° of hip flexion",
        "in repetition 3, your lower back is +40 ± 5°",
        "touches the upper back and head, and is off the sacrum by",
        "begins to round 62 ± 5°",
    ):
        assert line in text


def test_a_back_that_keeps_its_shape_is_praised_and_shows_no_onset():
    found = panel_of(with_back(8.0))
    assert found.lead[0].startswith("Your back keeps its shape all the way down")
    assert found.chart.onset is None
    assert found.onset == ""
    assert found.shots == ()


def test_one_doubtful_repetition_in_a_clean_set_is_not_passed_over():
    known = with_back(22.0)
    findings = tuple(
        msgspec.structs.replace(one, verdict="absent", reps=()) if one.fault == "lower_back_rounding" else one
        for one in known.record.summary.findings
    )
    summary = msgspec.structs.replace(known.record.summary, findings=findings)
    doubtful = dataclasses.replace(known, record=msgspec.structs.replace(known.record, summary=summary))
    assert panel_of(doubtful).lead[0] == words().back["lead_mostly"].format(rep=3)


def test_gaps_are_in_percent_and_with_a_stature_in_centimetres_too():
    without, known = panel_of(with_back(40.0)), panel_of(with_back(40.0, stature_cm=175.0))
    gap = next(one.gap for one in without.figure.touches if not one.touches)
    assert f"{100 * gap:.0f} %" in without.gaps
    assert f"{100 * gap:.0f} % · {gap * 0.288 * 175:.0f} cm" in known.gaps
    assert "175 cm" in known.note


@pytest.mark.parametrize("reason", ["yaw", "outline_hidden", "no_outline", "unusual", "unheard of"])
def test_what_was_not_judged_is_one_reason_and_one_remedy_without_a_chart(reason):
    page = page_of(blind(reason))
    assert (
        words().back["cannot"].format(reason=words().back_reasons.get(reason, words().back_reasons["other"]))
        in page.text
    )
    assert words().back["remedy_yaw" if reason == "yaw" else "remedy"] in page.text
    classes = " ".join(attributes.get("class", "") for _, attributes in page.elements)
    assert "drawn" not in classes
    assert "tall" not in classes


def test_without_an_outline_or_rules_on_the_back_there_is_no_panel():
    assert panel_of(sample()) is None
    known = with_back()
    other = msgspec.structs.replace(known.record.exercise, name="other")
    assert panel_of(dataclasses.replace(known, record=msgspec.structs.replace(known.record, exercise=other))) is None


def test_the_drawing_keeps_the_shape_of_the_back_and_lies_inside_its_frame():
    analysis = with_back(40.0)
    view, at_s = BackView(analysis, SETTINGS), analysis.record.reps[-1].bottom_s
    made, back = spine.drawing(analysis, view, at_s), view.at(at_s)
    rod = numbers(made.rod)
    assert np.ptp(rod[:, 1]) / np.ptp(rod[:, 0]) == pytest.approx(
        np.ptp(back.rod.ends[:, 1]) / np.ptp(back.rod.ends[:, 0]), abs=0.01
    )
    for points in (made.ghost, made.rod, *(part.points for part in made.line)):
        places = numbers(points)
        assert places.min() >= 0
        assert places[:, 0].max() <= spine.WIDTH
        assert places[:, 1].max() <= made.height


def test_gaps_are_written_on_the_side_of_the_rod_away_from_the_back():
    for analysis in (with_back(40.0), with_back(8.0)):
        made = spine.drawing(analysis, BackView(analysis, SETTINGS), analysis.record.reps[-1].bottom_s)
        for one in made.touches:
            text, rod, back = (np.array(place) for place in (one.text, one.rod, one.back))
            assert (text - rod) @ (rod - back) >= -1e-6


def test_without_rod_or_joints_the_drawing_still_shows_the_line():
    known = with_back()
    track = known.track.assign(position=known.track["position"] * np.nan)
    bare = dataclasses.replace(known, rod=None, track=track)
    made = spine.drawing(bare, BackView(bare, SETTINGS), bare.record.reps[-1].bottom_s)
    assert (made.rod, made.touches, made.limbs, made.head, made.trunk) == ("", (), (), None, "")
    assert made.line


def test_the_chart_draws_the_way_down_of_every_repetition_and_bands_one():
    chart = chart_of(with_back(40.0))
    assert [way.rep for way in chart.ways] == [1, 2]
    assert chart.shown.rep == 3
    x = [float(pair.split(",")[0]) for pair in chart.shown.line.removeprefix("M").split()]
    assert x[0] < 30
    assert max(x) == pytest.approx(1000, abs=1)


def test_the_charts_zones_are_the_rules_bands_without_gap_or_overlap():
    chart = chart_of(with_back(40.0))
    assert [zone.state for zone in chart.zones] == ["rounded", "borderline", "neutral", "borderline", "arched"]
    assert sum(zone.height for zone in chart.zones) == pytest.approx(100, abs=0.1)
    neutral = next(zone for zone in chart.zones if zone.state == "neutral")
    at = {tick.value: tick.at for tick in chart.ticks_y}
    assert neutral.top < at[0] < neutral.top + neutral.height


def test_the_end_of_the_clean_range_stands_at_its_hip_flexion_with_its_error():
    analysis = with_back(40.0)
    chart = chart_of(analysis)
    at = {tick.value: tick.at for tick in chart.ticks_x}
    low, high = (value for value in (60.0, 75.0))
    assert at[low] < chart.onset.at < at[high]
    per_degree = (at[high] - at[low]) / (high - low)
    assert chart.onset.width == pytest.approx(2 * 5.0 * per_degree, abs=0.1)


def test_unknown_stretches_stay_gaps_in_the_chart():
    known = with_back(40.0)
    hip = known.kinematics["hip_flexion_deg"]
    holed = known.kinematics.assign(
        lumbar_flexion_deg=known.kinematics["lumbar_flexion_deg"].where((hip < 30) | (hip > 50))
    )
    chart = chart_of(dataclasses.replace(known, kinematics=holed))
    assert chart.shown.line.count("M") == 2


def test_a_pull_from_the_floor_is_drawn_by_its_way_up():
    known = with_back(40.0)
    rep = known.record.reps[0]
    pulled = msgspec.structs.replace(
        rep, phases=tuple(p for p in rep.phases if p.name != "eccentric"), start_s=rep.bottom_s
    )
    chart = spine.chart(known.kinematics, (pulled,), BackView(known, SETTINGS), shown=1, clean=None, points=60)
    assert chart.shown.line


def test_the_traces_and_the_numbers_contain_the_lower_back():
    page = page_of(with_back(40.0))
    panels = [attributes["data-panel"] for tag, attributes in page.elements if "data-panel" in attributes]
    assert {"lumbar_flexion", "thoracic_flexion"} <= set(panels)
    assert "Lower back, most rounded" in page.text


def test_pictures_of_the_back_say_what_they_show_and_seek():
    page = page_of(with_back(40.0))
    shown = [
        picture["alt"]
        for picture in page.all("img")
        if "Begins to round" in picture["alt"] or "lower back +" in picture["alt"]
    ]
    assert len(shown) == 2
    seeks = [
        a["aria-label"] for a in page.all("a") if "data-seek" in a and "Begins to round" in a.get("aria-label", "")
    ]
    assert len(seeks) == 1


def test_the_drawing_and_the_chart_are_told_in_words_too():
    page = page_of(with_back(40.0))
    told = [attributes["aria-label"] for _, attributes in page.elements if attributes.get("role") == "img"]
    assert any("straight rod" in label and "sacrum" in label for label in told)
    assert any("against hip flexion" in label and "clean range" in label for label in told)


def test_a_real_rod_is_called_one():
    known = with_back(40.0)
    held = dataclasses.replace(known, rod=known.rod.assign_attrs(kind="real"))
    assert panel_of(held).title == words().back["title_real"]


def lifted_from_the_floor(analysis, *, which):
    """The analysis with `which` of its repetitions beginning at the bottom: no way down of them was seen."""
    reps = tuple(
        msgspec.structs.replace(rep, phases=tuple(p for p in rep.phases if p.name != "eccentric"))
        if rep.index in which
        else rep
        for rep in analysis.record.reps
    )
    return dataclasses.replace(analysis, record=msgspec.structs.replace(analysis.record, reps=reps))


def test_a_set_from_the_floor_is_said_to_be_seen_on_its_way_up():
    kept = with_back(8.0)
    every = {rep.index for rep in kept.record.reps}
    down, up, both = (panel_of(lifted_from_the_floor(kept, which=which)) for which in (set(), every, {1}))
    assert (down.chart_title, up.chart_title, both.chart_title) == tuple(
        words().back[f"chart{end}"] for end in ("", "_up", "_both")
    )
    assert "all the way down" in down.lead[0]
    assert "all the way up from the floor" in up.lead[0]


def test_a_gap_with_its_length_is_written_inside_the_drawing():
    figure = panel_of(with_back(40.0)).figure
    far = "21 % \u00b7 11 cm"
    for anchor in ("start", "middle", "end"):
        for x in (0.0, spine.WIDTH / 2, spine.WIDTH):
            touches = tuple(dataclasses.replace(one, text=(x, 10.0), anchor=anchor) for one in figure.touches)
            written = spine.with_room(dataclasses.replace(figure, touches=touches), (far,) * len(touches)).touches[0]
            wide = 8 * len(far)
            left = written.text[0] - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
            assert left >= 0
            assert left + wide <= spine.WIDTH
