"""The page tells load and strength with their errors, names every formula, and says what to give where it cannot."""

import re

import msgspec
import pytest

from assessed import analysed
from hiphinge.cli.analyze import verdict_lines
from hiphinge.messages import own_languages, speaking
from hiphinge.records import Load, Subject
from hiphinge.report import render
from hiphinge.report.strength import panel
from hiphinge.strength.one_rm import FORMULAE
from hiphinge.units import measuring
from hiphinge.words import words
from lifters import deadlift, hinge, swing
from report_sample import SETTINGS

GIVEN = {"subject": Subject(stature_cm=175.0), "load": Load(mass_kg=60.0)}


def lifted(motion=None, exercise="deadlift", **given):
    return analysed(motion or deadlift(4), exercise=exercise, **(GIVEN | given))


def shown(analysis):
    return panel(analysis.record, words())


def test_every_formula_is_named_and_stands_on_one_scale_in_order():
    most = shown(lifted()).most
    assert {one.name for one in most.formulae} == set(FORMULAE)
    places = [one.at for one in most.formulae]
    assert places == sorted(places)
    assert most.low <= places[0]
    assert places[-1] <= most.low + most.width + 0.1
    assert 0 < most.low < most.low + most.width < 100


def test_the_range_the_load_and_the_repetitions_are_said():
    most = shown(lifted()).most
    assert re.match(r"\d+–\d+ kg", most.range)
    assert "4 repetitions" in most.reps
    assert "60 kg" in most.reps


def test_work_and_power_never_stand_without_their_error():
    totals = dict(shown(lifted()).totals)
    assert len(totals) == 3
    assert all(re.fullmatch(r"\d+ ± \d+ [JW]", value) for value in totals.values())


def test_bars_of_speed_keep_within_the_card_and_mark_the_two_that_are_compared():
    found = shown(lifted())
    assert len(found.paces) == 4
    assert all(0 < bar.width <= 100 and bar.low >= 0 and bar.low + bar.reach <= 100.2 for bar in found.paces)
    assert 1 <= sum(bar.marked for bar in found.paces) <= 2
    assert "cannot tell" in found.slowing or "against" in found.slowing


@pytest.mark.parametrize(("left_out", "option"), [("load", "--load"), ("subject", "--stature")])
def test_what_is_missing_is_asked_for_by_its_option(left_out, option):
    analysis = analysed(deadlift(3), exercise="deadlift", **{k: v for k, v in GIVEN.items() if k != left_out})
    found = shown(analysis)
    assert found.totals == ()
    assert any(option in line for line in found.unknown)
    assert option in render(analysis, (), settings=SETTINGS)


def test_a_swing_shows_its_work_and_is_not_excused_for_having_no_one_repetition_maximum():
    found = shown(lifted(swing(), "kettlebell_swing"))
    assert found.totals
    assert (found.most, found.slowing, found.unknown) == (None, None, ())


def test_a_hinge_without_a_load_has_no_such_section():
    analysis = analysed(hinge(3), exercise="hinge")
    assert panel(analysis.record, words()) is None
    assert 'id="strength"' not in render(analysis, (), settings=SETTINGS)


@pytest.mark.parametrize("language", own_languages())
def test_the_section_is_on_the_page_in_every_language_with_its_caveat(language):
    page = render(lifted(language=language), (), settings=SETTINGS)
    with speaking(language):
        section = page[page.index('id="strength"') :]
        assert words().strength["title"] in section
        assert "LeSuer 1997" in section


def test_in_imperial_the_formulae_are_in_pounds_and_the_record_in_kilograms():
    metric, imperial = lifted(), lifted(units="imperial")
    with measuring("imperial"):
        most = shown(imperial).most
    assert all(one.said.endswith(" lb") for one in most.formulae)
    assert metric.record.summary.strength.one_rep_max == imperial.record.summary.strength.one_rep_max


def test_a_value_is_written_to_its_error_s_second_figure():
    text = words()
    assert text.rough(1813.0, "J", 203.0) == "1810 ± 200 J"
    assert text.rough(121.4, "J", 16.3) == "121 ± 16 J"
    assert text.rough(12.0, "W", 3.0) == "12 ± 3 W"
    assert text.rough(None, "J", None) == "–"


def test_repetitions_that_the_clip_cuts_are_said():
    analysis = lifted()
    strength = analysis.record.summary.strength
    most = msgspec.structs.replace(strength.one_rep_max, reps_most=5)
    summary = msgspec.structs.replace(
        analysis.record.summary, strength=msgspec.structs.replace(strength, one_rep_max=most)
    )
    cut = msgspec.structs.replace(analysis.record, summary=summary)
    assert "4 to 5 repetitions" in panel(cut, words()).most.reps


def test_the_console_tells_it_where_a_load_was_given(tmp_path):
    lines = "\n".join(verdict_lines(lifted().record, tmp_path))
    assert re.search(r"Work on the load .* J; mean power .* W, peak power .* W", lines)
    assert "formulae" in lines
    without = analysed(deadlift(3), exercise="deadlift", subject=GIVEN["subject"])
    assert "Work on the load" not in "\n".join(verdict_lines(without.record, tmp_path))
