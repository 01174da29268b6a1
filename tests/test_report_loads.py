"""The report's panel of loads: one sentence, bars with bounds, muscles, other postures, or why there are none."""

from dataclasses import replace
from functools import cache

import msgspec
import numpy as np
import pytest

from assessed import analysed
from hiphinge.cli.analyze import verdict_lines
from hiphinge.kinetics import Kinetics, most_of, of_rep
from hiphinge.messages import message, speaking
from hiphinge.metrics import measure_held
from hiphinge.records import Load as LoadGiven
from hiphinge.records import MusclePhase, Subject, SummaryFinding, WhatIf
from hiphinge.records.base import Span
from hiphinge.records.loading import Loading
from hiphinge.report import render
from hiphinge.report.loads import panel
from hiphinge.report.loads.bars import bars, between, number
from hiphinge.report.loads.courses import courses
from hiphinge.report.loads.supposed import supposed
from hiphinge.report.loads.timeline import timeline
from hiphinge.report.tables import comparison
from hiphinge.result import Analysis
from hiphinge.settings import LoadPanelSettings, load_settings, load_slice
from hiphinge.units import measuring
from hiphinge.what_if import what_if
from hiphinge.words import words
from lifters import hinge
from loaded import kinetics_of, with_record
from report_sample import SETTINGS

OWN = load_slice("load_panel", LoadPanelSettings)
ALL = load_settings()


@cache
def lifted(mass_kg: float | None = 75.0) -> Analysis:
    found = analysed(
        hinge(),
        exercise="rdl",
        subject=Subject(mass_kg=mass_kg, stature_cm=175, sex="m"),
        load=LoadGiven(mass_kg=60),
    )
    moments = kinetics_of(found, load_kg=60, mass_kg=np.nan if mass_kg is None else mass_kg)
    found = holding(with_record(found, loading=Loading(), what_if=()), moments)
    return with_record(found, what_if=what_if(found, ALL))


def holding(analysis: Analysis, moments: Kinetics) -> Analysis:
    """The same lifter holding these moments, measured from them."""
    reps = measure_held(analysis.kinematics, moments, analysis.record.reps, analysis.record.view)
    return replace(with_record(analysis, reps=reps), kinetics=moments)


def shown(analysis: Analysis, language="en"):
    with speaking(language):
        return panel(analysis, words(), OWN, most=12)


def without(analysis: Analysis, why):
    return replace(with_record(analysis, loading=Loading(withheld=why), what_if=()), kinetics=None)


# ---- bars ---------------------------------------------------------------------------------------------------------


def test_a_bar_lies_between_its_bounds_on_one_scale_with_the_others():
    found = bars("moments", [("back", Span(low=190, best=240, high=300)), ("hips", Span(low=0, best=0, high=0))], "N·m")
    back, hips = found.bars
    assert back.low < back.best < back.low + back.width
    assert hips.best == found.zero
    assert back.best - found.zero == pytest.approx(100 * 240 / (300 * 1.08), abs=0.1)


def test_a_moment_the_other_way_stands_left_of_zero():
    found = bars(
        "moments", [("knees", Span(low=-40, best=-30, high=-20)), ("hips", Span(low=0, best=9, high=9))], "N·m"
    )
    assert found.bars[0].best < found.zero < found.bars[1].best


def test_figures_of_others_widen_the_scale_a_little_or_are_left_to_the_words():
    row = [("compression", Span(low=1.5, best=2.0, high=2.5))]
    near, far = (bars("", row, "kN", (("mark", value),)) for value in (3.4, 17.2))
    assert [mark.at <= 100 for mark in near.marks] == [True]
    assert far.marks == ()
    assert far.bars[0].best > near.bars[0].best


@pytest.mark.parametrize(
    ("value", "written"), [(243.0, "240"), (3.44, "3.4"), (34.4, "34"), (-32.0, "−32"), (0.0, "0.0")]
)
def test_numbers_are_written_no_finer_than_models_know_them(value, written):
    assert number(value) == written


def test_bounds_below_zero_are_not_run_together():
    assert between(Span(low=-39.0, best=-32.0, high=-26.0), "N·m") == "−39 … −26\u00a0N·m"


# ---- courses ------------------------------------------------------------------------------------------------------


def test_the_peak_is_that_of_the_repetition_with_its_own_bounds():
    analysis = lifted()
    rep = analysis.record.reps[1]
    span = of_rep(analysis.kinetics, rep, "l5s1_moment_nm")
    assert span.best == pytest.approx(240 * 66.3 / 65 * 1.04, rel=0.02)
    assert span.best == rep.metrics["l5s1_moment_max"].value
    assert (span.low, span.high) == pytest.approx((0.8 * span.best, 1.2 * span.best), rel=0.01)


def test_a_repetition_without_moments_has_no_course():
    analysis = lifted()
    first = analysis.record.reps[0]
    hidden = analysis.kinetics.where(analysis.kinetics["time"] > first.end_s)
    found = courses(Kinetics(hidden.assign_attrs(analysis.kinetics.attrs)), analysis.record.reps, points=100)
    assert sorted(found) == [2, 3]
    assert of_rep(Kinetics(hidden), first, "l5s1_moment_nm") is None


def test_a_moment_is_one_number_in_the_table_the_bars_the_sentence_and_the_summary():
    analysis = lifted()
    summary = most_of(analysis.kinetics, analysis.record.reps)
    rows = {row.metric: row for row in comparison(analysis.record, words())}
    for metric, column in (("l5s1_moment_max", "l5s1_moment_nm"), ("hip_moment_max", "hip_moment_nm")):
        values = [rep.metrics[metric].value for rep in analysis.record.reps]
        assert summary[column]["best"] == max(values)
        assert [cell.value for cell in rows[metric].cells] == [number(value, "N·m") for value in values]
        assert f"{number(max(values))}\u00a0N·m" in shown(analysis).lead[0]
    assert rows["l5s1_compression_max"].unit == "kN"
    biggest = summary["l5s1_compression_n"]["best"] / 1000
    assert max(cell.value for cell in rows["l5s1_compression_max"].cells) == number(biggest)


def test_all_repetitions_share_one_scale():
    found = courses(lifted().kinetics, lifted().record.reps, points=100)
    assert len({course.ticks for course in found.values()}) == 1


# ---- muscles ------------------------------------------------------------------------------------------------------


def muscled(**changes):
    one = MusclePhase(
        muscle="hamstrings",
        phase="eccentric",
        action="eccentric",
        effort=Span(low=0.3, best=0.5, high=1.4),
        **changes,
    )
    rep = msgspec.structs.replace(lifted().record.reps[0], muscles=(one,))
    return timeline(rep, words())


def test_a_muscle_that_lengthens_is_said_to_and_its_effort_fills_the_meter_no_further_than_full():
    cell = muscled().rows[0].cells[0]
    assert (cell.action, cell.word) == ("eccentric", "lengthens")
    assert (cell.low, cell.low + cell.width) == (30, 100)
    assert "30 to 140" in cell.told


def test_where_no_effort_is_known_none_is_explained():
    assert muscled().efforts
    bare = MusclePhase(muscle="hamstrings", phase="bottom", action="isometric")
    rep = msgspec.structs.replace(lifted().record.reps[0], muscles=(bare,))
    assert not timeline(rep, words()).efforts


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_cannot_be_told_of_a_muscle_says_why_and_a_known_pull_stands_in_for_an_effort(language):
    one = MusclePhase(
        muscle="erector_spinae",
        phase="bottom",
        action="unclear",
        reason="error",
        effort_reason="back_strength_unknown",
        force_n=Span(low=3800.0, best=5200.0, high=6700.0),
    )
    with speaking(language):
        rep = msgspec.structs.replace(lifted().record.reps[0], muscles=(one,))
        told = timeline(rep, words()).rows[0].cells[0].told
        assert message("muscle_reason.error") in told
        assert message("muscle_reason.back_strength_unknown") in told
    assert all(localised_part in told.replace(",", ".") for localised_part in ("5.2\u00a0kN", "3.8–6.7\u00a0kN"))


def test_the_panel_says_whether_the_back_kept_its_shape():
    held = lifted().record.summary.muscles["erector_spinae"].held
    assert message(f"held.{held}") in shown(lifted()).notes


def test_without_muscles_there_is_no_timeline():
    assert timeline(msgspec.structs.replace(lifted().record.reps[0], muscles=()), words()) is None


# ---- other postures -----------------------------------------------------------------------------------------------


def test_the_card_of_the_load_nearer_has_the_smaller_shift_beside_it_not_as_a_card_of_its_own():
    found = supposed(lifted().record, words())
    titles = [card.title for card in found.cards]
    assert titles.count("Load 12 cm nearer") == 1
    assert "Load 5 cm nearer" not in titles
    card = next(card for card in found.cards if card.title == "Load 12 cm nearer")
    assert card.also[0].startswith("Load 5 cm nearer: lower back −")
    assert all(change.way == "less" for change in card.changes[:3])


def test_the_squat_stands_with_what_is_not_settled():
    card = next(
        card for card in supposed(lifted().record, words()).cards if card.title.startswith("As a squat, load b")
    )
    assert words().loads["squat_settled"] in card.also


def test_bars_of_changes_lie_left_of_the_middle_for_less_and_right_for_more():
    for card in supposed(lifted().record, words()).cards:
        for change in card.changes:
            if change.low is not None and change.way != "same":
                assert (change.best < 50) == (change.way == "less")


def test_what_does_not_change_is_called_the_same():
    card = next(card for card in supposed(lifted().record, words()).cards if "rounded" in card.title)
    by_name = {change.name: change for change in card.changes}
    assert by_name["Hips"].said == by_name["Knees"].said == words().loads["same"]
    assert by_name["Compression"].way == "more"


def test_where_speed_counts_what_it_added_stands_beside_what_holding_still_asks():
    analysis = lifted()
    fast = Kinetics(analysis.kinetics.assign_attrs(dynamic=1))
    assert supposed(analysis.record, words(), analysis.kinetics).filmed.also == ()
    assert "At the speed it was filmed" in supposed(analysis.record, words(), fast).filmed.also[0]


def test_all_figures_fit_one_frame():
    found = supposed(lifted().record, words())
    left, top, width, height = found.frame
    for card in (found.filmed, *found.cards):
        points = [tuple(map(float, point.split(","))) for line in card.figure.lines for point in line.split()]
        assert all(left <= x <= left + width and top <= y <= top + height for x, y in points)


# ---- the panel ----------------------------------------------------------------------------------------------------


def test_one_sentence_tells_the_greatest_moment_and_another_what_that_is_like():
    found = shown(lifted())
    assert found.lead[0].startswith("At its most, in repetition 3")
    most = 240 * 66.3 / 65 * 1.06
    assert f"{most / 9.80665 / 0.5:.0f} kg held 50 cm" in found.lead[1]


def test_in_inches_and_pounds_where_asked():
    with measuring("imperial"):
        assert "lb held 20 in" in shown(lifted()).lead[1]


def test_the_share_of_the_knees_is_told_in_words():
    knees = lifted().kinetics["knee_moment_nm"]
    for factor, key in ((-0.5, "knees_none"), (-5.0, "knees_some"), (-14.0, "knees_more")):
        other = Kinetics(
            lifted().kinetics.assign(knee_moment_nm=factor * knees.isel(bound=[2, 1, 0]).values * 1.0 + 0 * knees)
        )
        said = shown(holding(lifted(), other)).lead[2]
        assert said.startswith(words().loads[key].split("{")[0])


def test_without_a_mass_values_are_per_kilogram_and_no_mark_of_newtons_stands_beside_them():
    found = shown(lifted(mass_kg=None))
    moments, forces = found.bars
    assert moments.unit == "N·m/kg"
    assert forces.marks == ()
    assert any("--mass" in note for note in found.notes)


def test_the_marks_of_others_are_named_with_their_caveat():
    found = shown(lifted())
    assert "NIOSH design value" in [mark.label for mark in found.bars[1].marks]
    assert any("not a limit" in note for note in found.notes)


@pytest.mark.parametrize(
    "why", ["view", "feet_unseen", "load_without_implement", "load_not_given", "not_measured", "does_not_close"]
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_where_it_was_withheld_the_panel_says_why_and_what_to_do_next(why, language):
    found = shown(without(lifted(), why), language)
    assert found.cannot
    assert found.remedy
    assert found.bars == ()


def test_where_nobody_worked_anything_out_there_is_no_panel():
    nothing = replace(with_record(lifted(), loading=None, what_if=()), kinetics=None)
    assert shown(nothing) is None
    assert 'id="loads"' not in render(nothing, (), settings=SETTINGS)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("mass_kg", [75.0, None])
def test_the_whole_page_is_made_in_either_language_with_and_without_a_mass(language, mass_kg):
    analysis = lifted(mass_kg=mass_kg)
    page = render(with_record(analysis, language=language), (), settings=SETTINGS)
    with speaking(language):
        assert words().loads["title"] in page
    assert 'id="what-if"' in page


def test_no_word_of_the_panel_speaks_of_danger():
    for language in ("en", "es"):
        with speaking(language):
            text = " ".join(words().loads.values()).lower()
        assert not any(word in text for word in ("danger", "injur", "unsafe", "peligr", "lesi", "insegur"))


def test_the_console_tells_in_two_lines_what_the_lower_back_held_and_one_supposition(tmp_path):
    record = lifted().record
    loads = {
        "l5s1_moment_nm": {"low": 190.0, "best": 240.0, "high": 300.0},
        "hip_moment_nm": {"low": 240.0, "best": 300.0, "high": 360.0},
    }
    record = msgspec.structs.replace(record, summary=msgspec.structs.replace(record.summary, loads=loads))
    told = [line.strip() for line in verdict_lines(record, tmp_path)]
    assert "body: at its most your lower back held 240\u00a0N·m (190–300\u00a0N·m)" in told
    assert sum(line.startswith("what if: ") for line in told) == 1


def changed_right(percent):
    """Doing it right changes low back and hips by so many percent, give or take a fifth."""
    nearer = next(one for one in lifted().record.what_if if one.name == "load_nearer")
    span = Span(low=0.8 * percent, best=percent, high=1.2 * percent)
    quantities = {
        name: msgspec.structs.replace(one, change_percent=span) if one.change_percent is not None else one
        for name, one in nearer.quantities.items()
    }
    right = msgspec.structs.replace(nearer, name="like_this", title="Done right", quantities=quantities, says="RIGHT")
    return [*lifted().record.what_if, right]


@pytest.mark.parametrize(("percent", "said"), [(30.0, "RIGHT"), (-30.0, "RIGHT"), (-0.8, "12 cm nearer")])
def test_page_and_console_say_what_doing_it_right_changes_but_not_where_it_hardly_does(percent, said, tmp_path):
    record = with_record(lifted(), what_if=tuple(changed_right(percent))).record
    console = next(line for line in verdict_lines(record, tmp_path) if "what if: " in line)
    lead = supposed(record, words()).lead
    assert said in lead
    assert lead in console


def without_drift(verdict):
    record = lifted().record
    drift = SummaryFinding(fault="load_drift", verdict=verdict, reps=(), correction=None, drill=None, evidence=None)
    return msgspec.structs.replace(record, summary=msgspec.structs.replace(record.summary, findings=(drift,)))


def test_a_load_that_is_close_is_not_asked_nearer_but_told_what_drifting_would_cost():
    kept, drifts = (supposed(without_drift(verdict), words()).lead for verdict in ("absent", "present"))
    assert kept.startswith(words().loads["keep_close"].split("{")[0])
    assert "farther away" in kept
    assert "12 cm nearer" in drifts
    for verdict, first in (("absent", "farther"), ("present", "nearer")):
        titles = [card.title for card in supposed(without_drift(verdict), words()).cards if "12 cm" in card.title]
        assert first in titles[0]


def test_a_squat_is_the_last_card_and_never_the_sentence():
    found = supposed(lifted().record, words())
    squats = [card.title.startswith("As a squat") for card in found.cards]
    assert any(squats)
    assert squats == sorted(squats)
    bare = [one for one in lifted().record.what_if if one.shift_cm is None and one.name != "like_this"]
    assert supposed(with_record(lifted(), what_if=tuple(bare)).record, words()).lead == ""


def test_the_console_says_why_nothing_was_worked_out_to_who_gave_a_load(tmp_path):
    record = without(lifted(), "does_not_close").record
    record = msgspec.structs.replace(record, summary=msgspec.structs.replace(record.summary, loads=None))
    assert any(words().loads["withheld_does_not_close"] in line for line in verdict_lines(record, tmp_path))
    plain = msgspec.structs.replace(record, load=LoadGiven(), subject=Subject())
    assert not any(words().loads["withheld_does_not_close"] in line for line in verdict_lines(plain, tmp_path))


def test_suppositions_are_read_back_from_json_as_they_were():
    for one in lifted().record.what_if:
        assert msgspec.json.decode(msgspec.json.encode(one), type=WhatIf) == one


def test_an_option_with_its_number_is_not_broken_over_two_lines():
    page = render(without(lifted(), "load_not_given"), (), settings=SETTINGS)
    assert '<span class="option">--load 60kg</span>' in page
    assert '<span class="option">--load 0</span>' in page
    assert ".option { white-space: nowrap; }" in page
