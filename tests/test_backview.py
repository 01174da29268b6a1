"""The back as it is shown: line, ghost, rod, and what they say at one moment."""

import dataclasses

import msgspec
import numpy as np
import pytest

from back_sample import with_back
from hiphinge.backview import BackView, smooth
from hiphinge.outline import RAYS
from report_sample import SETTINGS, sample


def view(analysis):
    return BackView(analysis, SETTINGS)


def bottom(analysis, rep=-1):
    return analysis.record.reps[rep].bottom_s


def direction(points):
    return np.degrees(np.arctan2(*(points[-1] - points[0])[::-1]))


def test_the_standing_line_lies_on_the_back_that_keeps_its_shape():
    analysis = with_back(0.0)
    back = view(analysis).at(bottom(analysis))
    nearest = np.linalg.norm(back.ghost[:, None] - back.line[None], axis=2).min(axis=1)
    trunk_px = analysis.back_line.attrs["trunk_length_px"]
    assert len(back.ghost) > 20
    assert np.median(nearest) < 0.02 * trunk_px
    assert nearest.max() < 0.05 * trunk_px


@pytest.mark.parametrize("lumbar_deg", [15.0, 30.0, 45.0])
def test_above_a_rounded_lower_back_the_standing_line_parts_by_the_angle_that_is_written(lumbar_deg):
    analysis = with_back(lumbar_deg)
    one = view(analysis)
    back = one.at(bottom(analysis))
    # the highest stretch of the ghost and the line's at the same rays: where the lower back's bend is behind
    place, along = (
        analysis.back_line[name].sel(side="back").sel(time=bottom(analysis), method="nearest").to_numpy()
        for name in ("position_px", "along")
    )
    rays = [k for k, ray in enumerate(RAYS) if ray.zone == "trunk" and 0.6 <= ray.along <= 0.95]
    assert np.all(np.diff(along[rays]) > 0)
    parted = direction(place[rays]) - direction(back.ghost[-len(rays) - 1 : -1])
    assert parted == pytest.approx(one.reading("lumbar", bottom(analysis)).value, abs=0.25 * lumbar_deg)


def test_without_standing_there_is_no_standing_line():
    known = with_back()
    nobody = dataclasses.replace(known, kinematics=known.kinematics.assign(standing=0 * known.kinematics["standing"]))
    assert view(nobody).at(bottom(known)).ghost.size == 0


def test_where_the_lower_back_is_not_judged_there_is_neither_rod_nor_number():
    known = with_back()
    blind = known.kinematics.assign(lumbar_flexion_deg=known.kinematics["lumbar_flexion_deg"] * np.nan)
    one = view(dataclasses.replace(known, kinematics=blind.assign_attrs(spine="outline_hidden")))
    back = one.at(bottom(known))
    assert back.rod is None
    assert not one.judged(bottom(known))
    assert back.readings["lumbar"].state == "unsure"
    assert one.reason == "outline_hidden"


@pytest.mark.parametrize(
    ("value", "error", "state"),
    [
        (0.0, 4.0, "neutral"),
        (25.0, 4.0, "borderline"),
        (45.0, 4.0, "rounded"),
        (-30.0, 4.0, "arched"),
        (45.0, 40.0, "unsure"),
        (np.nan, np.nan, "unsure"),
    ],
)
def test_the_lower_backs_state_follows_the_rules_of_the_exercise(value, error, state):
    assert view(with_back()).state("lumbar", value, error) == state


def test_an_exercise_without_rules_on_the_back_is_not_asked_about_it():
    known = with_back()
    other = msgspec.structs.replace(known.record.exercise, name="other")
    one = view(dataclasses.replace(known, record=msgspec.structs.replace(known.record, exercise=other)))
    assert not one.asked
    assert one.state("lumbar", 45.0, 4.0) == "unsure"


def test_an_analysis_without_outline_shows_no_back():
    one = view(sample())
    assert not one.asked
    assert one.at(3.0) is None


def test_the_rod_touches_at_two_places_and_is_off_at_the_sacrum_of_a_rounded_lower_back():
    analysis = with_back(40.0)
    rod = view(analysis).at(bottom(analysis)).rod
    touching = {one.zone for one in rod.contacts if one.touches}
    assert touching == {"thoracic", "head"}
    for one in rod.contacts:
        off_px = np.linalg.norm(rod.foot(one) - one.place)
        assert off_px == pytest.approx(one.gap * analysis.back_line.attrs["trunk_length_px"], abs=2.0)


def test_a_gap_in_the_line_is_not_drawn_across():
    known = with_back()
    hidden = known.back_line.copy(deep=True)
    hidden["position_px"][:, :, 20:27] = np.nan
    back = view(dataclasses.replace(known, back_line=hidden)).at(bottom(known))
    runs = back.runs(SETTINGS.back_sure)
    drawn = [set(range(run.start, run.end)) for run in runs]
    missing = int(np.flatnonzero(~back.joined)[0])
    assert not any(missing in part for part in drawn)
    assert sum(map(len, drawn)) == len(back.line) - 2


def test_the_line_is_parted_where_it_is_not_sure():
    back = view(with_back(unsure=True)).at(bottom(with_back()))
    assert {run.sure for run in back.runs(SETTINGS.back_sure)} == {True, False}
    assert {run.part for run in back.runs(SETTINGS.back_sure)} == {"lumbar", "thoracic"}


def test_between_samples_the_back_moves_evenly():
    analysis = with_back()
    one, clock = view(analysis), analysis.back_line["time"].to_numpy()
    before, after = one.at(clock[60]), one.at(clock[61])
    between = one.at((clock[60] + clock[61]) / 2)
    np.testing.assert_allclose(between.line, (before.line + after.line) / 2, atol=1e-9)


def test_a_crop_moves_line_ghost_and_rod_alike():
    analysis = with_back()
    back = view(analysis).at(bottom(analysis))
    moved = back.moved(np.array([10.0, 20.0]), 2.0)
    for before, after in ((back.line, moved.line), (back.ghost, moved.ghost), (back.rod.ends, moved.rod.ends)):
        np.testing.assert_allclose(after, (before - [10.0, 20.0]) * 2)
    assert [one.gap for one in moved.rod.contacts] == [one.gap for one in back.rod.contacts]


def test_upright_nothing_but_the_line_is_shown():
    one = view(with_back())
    assert not one.hinging(0.5)
    assert one.hinging(bottom(with_back()))


def test_smoothing_keeps_straight_lines_and_ends():
    line = np.stack([np.arange(9.0), 2 * np.arange(9.0)], axis=1)
    np.testing.assert_allclose(smooth(line), line)
    assert smooth(line[:2]).shape == (2, 2)
