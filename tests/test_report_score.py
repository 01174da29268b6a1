"""The page shows a score only with what it is made of, and a drill's result with its reason."""

from dataclasses import replace

import msgspec

from hiphinge.cli.analyze import verdict_lines
from hiphinge.messages import message
from hiphinge.records import Drill, NotJudged, Score
from hiphinge.report import render
from hiphinge.report.score import score_panel
from hiphinge.words import words
from report_sample import SETTINGS, sample

SCORE = Score(
    value=71.3,
    least=40.2,
    error=6.2,
    lost={"squatting": 20.4, "looking_down": 8.0, "too_fast": 0.3, "too_shallow": 0.5},
    not_judged=("lower_back_rounding",),
)


def with_record(score=SCORE, drill=None):
    analysis = sample()
    summary = msgspec.structs.replace(analysis.record.summary, score=score, hinge_score=score and score.value)
    return replace(analysis, record=msgspec.structs.replace(analysis.record, summary=summary, drill=drill))


def test_the_score_stands_with_its_error_and_every_fault_that_took_points():
    panel = score_panel(with_record().record, words())
    assert (panel.least, panel.value, panel.error) == ("40", "71", "6")
    assert [(part.name, part.points) for part in panel.parts] == [
        (message("fault.squatting.name"), "−20"),
        (message("fault.looking_down.name"), "−8"),
    ]
    assert panel.sure + panel.open + sum(part.width for part in panel.parts) <= 100


def test_what_could_not_be_judged_is_named_beside_the_score():
    page = render(with_record(), (), settings=SETTINGS)
    assert message("fault.lower_back_rounding.name").lower() in page
    assert words().score["nothing"] not in page


def test_a_set_without_a_score_shows_none():
    assert score_panel(with_record(score=None).record, words()) is None
    assert 'class="score"' not in render(with_record(score=None), (), settings=SETTINGS)


def unjudged(**changes):
    found = NotJudged(
        faults=("lower_back_rounding",), judged=1, looked_for=10, leads=True, says="not the back.", why="Too dark.",
        film="Film by day.",
    )  # fmt: skip
    analysis = with_record(score=None)
    summary = msgspec.structs.replace(analysis.record.summary, not_judged=msgspec.structs.replace(found, **changes))
    return replace(analysis, record=msgspec.structs.replace(analysis.record, summary=summary))


def test_the_page_of_a_set_whose_back_was_not_judged_says_so_first_and_how_to_film():
    page = render(unjudged(), (), settings=SETTINGS)
    head = page[page.index('class="say"') : page.index("<h1")]
    assert message("fault.lower_back_rounding.name") in head
    assert page.index("Film by day.") < page.index(words().hero["well"])
    assert words().score["none"] in page
    assert words().hero["film"] not in render(unjudged(leads=False), (), settings=SETTINGS)


def test_the_console_of_a_set_whose_back_was_not_judged_tells_how_to_film_before_what_was_good(tmp_path):
    lines = verdict_lines(unjudged().record, tmp_path)
    assert lines[1].endswith("Film by day.")
    assert f"  {message('console.no_score')}" in lines


def test_a_full_score_says_that_nothing_judged_costs_a_point():
    panel = score_panel(
        with_record(Score(value=100.0, least=100.0, error=0.0, lost={"squatting": 0.0})).record, words()
    )
    assert panel.others == words().score["nothing"]
    assert panel.error == "1"


def test_the_result_of_a_drill_is_on_the_first_screen_with_its_reason():
    drill = Drill(
        name="hinge", verdict="not_yet", reps=(), fault="squatting", says="Not yet: because.", measured="12 cm"
    )
    page = render(with_record(drill=drill), (), settings=SETTINGS)
    assert '<p class="drill-result not_yet">Not yet: because. <span>12 cm</span></p>' in page


def test_the_console_tells_the_drill_and_the_score_with_what_took_its_points(tmp_path):
    drill = Drill(
        name="hinge", verdict="not_yet", reps=(), fault="squatting", says="Not yet: because.", measured="12 cm"
    )
    lines = verdict_lines(with_record(drill=drill).record, tmp_path)
    assert "  Not yet: because." in lines
    assert "  12 cm" in lines
    (score,) = [line for line in lines if "40 to 71 of 100" in line]
    assert f"{message('fault.squatting.name')} −20" in score
    assert message("fault.too_fast.name") not in score
    assert not [line for line in verdict_lines(with_record(score=None).record, tmp_path) if "± " in line]


def test_what_is_said_of_the_whole_set_is_on_the_page():
    analysis = with_record()
    summary = msgspec.structs.replace(analysis.record.summary, remarks=("The last ones were slower.",))
    said = replace(analysis, record=msgspec.structs.replace(analysis.record, summary=summary))
    assert "The last ones were slower." in render(said, (), settings=SETTINGS)
    assert words().hero["remarks"] not in render(analysis, (), settings=SETTINGS)
