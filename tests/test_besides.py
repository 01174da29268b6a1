"""Every fault of a set has its picture, measure, phase, cost, cue and drill; the first at the top, the others below."""

import msgspec
import pytest

from hiphinge.messages import speaking
from hiphinge.moments import Moment, Still, besides, headline, moments
from hiphinge.overlay import write_overlay
from hiphinge.records import Finding, Score
from hiphinge.report import render
from hiphinge.report.besides import others
from hiphinge.result import Analysis
from hiphinge.words import words
from report_sample import SETTINGS, sample, write_clip

SHALLOW = Finding(
    fault="too_shallow",
    verdict="present",
    metric="trunk_inclination_max",
    value=41.0,
    limit=52.5,
    margin=5.0,
    unit="deg",
    severity=0.8,
    phase="bottom",
)
LEANING = Finding(
    fault="hyperextension",
    verdict="present",
    metric="lockout_trunk_inclination",
    value=-19.0,
    limit=-7.5,
    unit="deg",
    phase="lockout",
)


def also(*found):
    """The sample, whose shins lead, with more faults in its third repetition."""
    known = sample()
    record = known.record
    names = {one.fault for one in found}
    rep = record.reps[2]
    at_s = {"bottom": rep.bottom_s, "lockout": rep.end_s - 0.1}
    added = tuple(msgspec.structs.replace(one, at_s=at_s[one.phase]) for one in found)
    kept = tuple(one for one in rep.findings if one.fault not in names)
    reps = tuple(msgspec.structs.replace(one, findings=kept + added) if one is rep else one for one in record.reps)
    told = [
        msgspec.structs.replace(
            record.summary.findings[0],
            fault=one.fault,
            verdict="present",
            reps=(3,),
            correction=f"Mend {one.fault}.",
            good=f"No {one.fault}.",
            drill=f"Drill against {one.fault}.",
        )
        for one in found
    ]
    first, *rest = (one for one in record.summary.findings if one.fault not in names)
    score = Score(value=70.0, least=70.0, error=3.0, lost={one.fault: 6.4 for one in found})
    summary = msgspec.structs.replace(record.summary, findings=(first, *told, *rest), score=score)
    whole = msgspec.structs.replace(record, reps=reps, summary=summary)
    return Analysis(whole, known.track, known.raw_track, known.kinematics)


def test_every_fault_but_the_first_wants_a_picture_of_its_own_worst_moment():
    analysis = also(LEANING, SHALLOW)
    listed = moments(analysis.record, gallery_reps_max=12)
    assert headline(analysis.record).finding.fault == "shins_forward"
    assert [one.fault for one in listed if one.kind == "worst"] == ["shins_forward"]
    own = {one.fault: one for one in listed if one.kind == "fault"}
    assert set(own) == {"hyperextension", "too_shallow"}
    assert {one.rep for one in own.values()} == {3}
    assert own["too_shallow"].at_s == analysis.record.reps[2].bottom_s
    assert own["hyperextension"].angles == ("trunk_inclination",)


def test_a_set_with_one_fault_has_nothing_beside_it():
    assert besides(sample().record) == ()
    assert not [one for one in moments(sample().record, gallery_reps_max=12) if one.kind == "fault"]
    assert 'id="besides"' not in render(sample(), (), settings=SETTINGS)


def test_who_leans_back_is_not_shown_by_a_back_that_keeps_its_shape():
    """The trunk's lean decided; a picture of the back alone would show a good one under the name of a fault."""
    assert not [one for one in moments(also(LEANING).record, gallery_reps_max=12) if one.kind == "spine"]


def test_each_is_told_with_picture_measure_limit_phase_cost_cue_and_drill(tmp_path):
    analysis = also(SHALLOW)
    clip = write_clip(analysis, tmp_path / "clip.mp4", step=4)
    stills = write_overlay(analysis, clip, tmp_path, settings=SETTINGS, with_video=False)
    (one,) = others(analysis, stills, words())
    assert one.picture.source.startswith("data:image/jpeg")
    assert "too shallow" in one.picture.alt
    assert one.where.startswith("Repetition 3")
    assert "at the bottom" in one.where
    assert "41" in one.measured
    assert "52.5°" in one.measured
    assert "6 of 100" in one.measured
    shown = render(analysis, stills, settings=SETTINGS)
    below = shown[shown.index('id="besides"') :]
    for line in ("Mend too_shallow.", "No too_shallow.", "Drill against too_shallow."):
        assert line in below


def test_what_has_no_picture_is_told_in_words():
    (one,) = others(also(SHALLOW), (), words())
    assert one.picture is None
    assert one.correction


@pytest.mark.parametrize(("language", "phase"), [("en", "at the top"), ("es", "arriba")])
def test_the_phase_is_named_in_the_language_of_the_page(language, phase):
    with speaking(language):
        (one,) = others(also(LEANING), (), words())
    assert phase in one.where


def test_what_the_second_clip_found_is_shown_by_its_picture():
    analysis = also(msgspec.structs.replace(SHALLOW, fault="knees_cave", view="second"))
    own = Moment("second", analysis.record.reps[2].bottom_s, 3, (), "knees_cave", "present")
    (one,) = others(analysis, (Still(own, b"", 10, 10),), words())
    assert one.picture.moment == own
    assert not [one for one in moments(analysis.record, gallery_reps_max=12) if one.kind == "fault"]
