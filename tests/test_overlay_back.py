"""The back drawn on pictures: visible where it is, quiet where nothing is known."""

import dataclasses

import cv2
import numpy as np
import pytest

from back_sample import with_back
from hiphinge.moments import angles_of, back_rep, moments, onset_rep
from hiphinge.overlay import drawing, write_overlay
from hiphinge.overlay.artist import Artist
from hiphinge.overlay.back import draw_ghost, draw_line, draw_rod, reading_text, unjudged_text
from hiphinge.overlay.drawing import BACK_INKS, BACK_PLATES, OFF, TOUCH
from hiphinge.words import words
from report_sample import SETTINGS, frame_of, sample, write_clip

BOTTOM_S = 12.15


def blank():
    return np.full((640, 360, 3), 90, np.uint8)


def near(image, colour, place, reach=4):
    x, y = np.round(place).astype(int)
    region = image[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1].astype(int)
    return bool((np.abs(region - colour).max(axis=2) < 40).any())


def drawn_back(analysis, time_s=BOTTOM_S):
    artist = Artist(analysis, SETTINGS)
    return artist, artist.back.at(time_s), artist.pen(blank())


@pytest.mark.parametrize(("lumbar_deg", "state"), [(5.0, "neutral"), (26.0, "borderline"), (45.0, "rounded")])
def test_the_lower_back_has_the_colour_of_its_state_and_the_upper_its_own(lumbar_deg, state):
    _, back, pen = drawn_back(with_back(lumbar_deg))
    image = blank()
    draw_line(image, back, pen, sure_from=SETTINGS.back_sure)
    low, high = np.flatnonzero(back.low)[3], np.flatnonzero(~back.low)[5]
    assert near(image, BACK_INKS[state], back.line[low], 2)
    assert near(image, BACK_INKS["neutral"], back.line[high], 2)


def test_what_is_not_sure_is_dashed():
    _, back, pen = drawn_back(with_back())
    sure, unsure = blank(), blank()
    draw_line(sure, back, pen, sure_from=0.0)
    draw_line(unsure, back, pen, sure_from=1.1)
    painted = [int((image != 90).any(axis=2).sum()) for image in (sure, unsure)]
    assert 0.2 * painted[0] < painted[1] < 0.75 * painted[0]


def test_the_rod_has_green_dots_where_it_touches_and_a_red_ring_where_it_is_off():
    _, back, pen = drawn_back(with_back(40.0))
    image = blank()
    draw_rod(image, back.rod, pen)
    for one in back.rod.contacts:
        assert near(image, TOUCH if one.touches else OFF, one.place), one.zone
        assert not near(image, OFF if one.touches else TOUCH, one.place), one.zone


def test_the_gap_is_written_only_where_the_rod_is_off():
    _, back, pen = drawn_back(with_back(40.0))
    with_words, without = blank(), blank()
    draw_rod(with_words, back.rod, pen, words())
    draw_rod(without, back.rod, pen)
    rows, columns = np.nonzero((with_words != without).any(axis=2))
    sacral = next(one for one in back.rod.contacts if one.zone == "sacral")
    middle = np.array([columns.mean(), rows.mean()])
    assert np.linalg.norm(middle - sacral.place) < 60
    assert rows.size < 2500


def test_the_standing_line_is_dashed_and_thinner_than_the_back():
    _, back, pen = drawn_back(with_back(40.0))
    ghost, line = blank(), blank()
    draw_ghost(ghost, back, pen)
    draw_line(line, back, pen, sure_from=SETTINGS.back_sure)
    per_px = [
        (image != 90).any(axis=2).sum() / np.hypot(*np.diff(points, axis=0).T).sum()
        for image, points in ((ghost, back.ghost), (line, back.line))
    ]
    assert 0 < per_px[0] < 0.8 * per_px[1]


def test_rod_and_standing_line_appear_only_while_hinging():
    analysis = with_back(40.0)
    artist, frame = Artist(analysis, SETTINGS), blank()
    without = Artist(dataclasses.replace(analysis, rod=None), SETTINGS)
    size = artist.output_size()
    np.testing.assert_array_equal(artist.frame(frame, 0.4, size), without.frame(frame, 0.4, size))
    assert (artist.frame(frame, BOTTOM_S, size) != without.frame(frame, BOTTOM_S, size)).any()


def test_the_caption_tells_the_lower_backs_flexion_with_sign_and_error():
    artist, _, _ = drawn_back(with_back(32.0))
    text, plate = artist._back_told(BOTTOM_S)
    assert text == "lower back +32 ± 5°"
    assert plate == BACK_PLATES[artist.back.reading("lumbar", BOTTOM_S).state]
    assert artist._back_told(0.4) is None
    arched = dataclasses.replace(artist.back.reading("lumbar", BOTTOM_S), value=-18.2, error=4.4)
    assert reading_text(arched, words()) == "lower back −18 ± 4°"


def test_where_the_back_cannot_be_judged_the_caption_says_so_and_why():
    known = with_back()
    blind = known.kinematics.assign(lumbar_flexion_deg=known.kinematics["lumbar_flexion_deg"] * np.nan)
    artist = Artist(dataclasses.replace(known, kinematics=blind.assign_attrs(spine="yaw")), SETTINGS)
    assert artist._back_told(BOTTOM_S)[0] == "back: cannot judge (camera turned)"
    assert unjudged_text("", words()) == "back: cannot judge"
    assert unjudged_text("something new", words()) == "back: cannot judge (unclear)"


def test_an_analysis_without_a_back_is_drawn_as_before():
    artist = Artist(sample(2), SETTINGS)
    assert artist._back_told(3.2) is None
    assert artist.frame(frame_of(sample(2), 95), 3.2, artist.output_size()).any()


def test_every_state_can_be_told_apart_without_colour():
    def lightness(colour):
        return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]

    known = {state: lightness(colour) for state, colour in BACK_INKS.items() if state != "unsure"}
    values = sorted(known.values())
    assert min(np.diff(values)) > 5
    assert known["rounded"] < known["borderline"] - 40


@pytest.mark.parametrize("plate", list(BACK_PLATES.values()))
def test_white_words_stand_out_from_every_plate(plate):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in plate)]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (light + 0.05) >= 4.5


def test_dashes_cover_the_line_in_even_pieces():
    line = np.array([[0.0, 0.0], [30.0, 0.0], [30.0, 30.0]])
    pieces = drawing.dashes(line, 10, 5)
    lengths = [np.hypot(*np.diff(piece, axis=0).T).sum() for piece in pieces]
    assert len(pieces) == 4
    assert lengths == pytest.approx([10, 10, 10, 10], rel=0.3)
    np.testing.assert_allclose(pieces[0][0], [0, 0])


def test_a_set_that_rounds_gives_pictures_of_its_worst_moment_and_of_where_it_begins():
    listed = moments(with_back(40.0).record, gallery_reps_max=12)
    kinds = {(one.kind, one.fault) for one in listed}
    assert ("spine", "lower_back_rounding") in kinds
    assert ("onset", None) in kinds
    assert [one.at_s for one in listed] == sorted(one.at_s for one in listed)
    worst = next(one for one in listed if one.kind == "worst")
    assert (worst.fault, worst.angles) == ("lower_back_rounding", ())


def test_a_set_that_keeps_its_shape_gives_none_of_them():
    record = with_back(8.0).record
    assert onset_rep(record) is None
    assert {one.kind for one in moments(record, gallery_reps_max=12)} == {"start", "bottom", "lockout", "worst"}


def test_the_repetition_that_stands_for_the_back_is_the_worst_judged_one():
    assert back_rep(with_back(40.0).record).index == 3
    assert back_rep(sample().record) is None


@pytest.mark.parametrize("metric", ["lumbar_flexion_max", "thoracic_flexion_max", "dowel_gap_head"])
def test_the_back_is_shown_by_its_shape_not_by_an_angle_at_a_joint(metric):
    assert angles_of(metric) == ()


def test_the_pictures_of_the_back_show_rod_and_line(tmp_path):
    analysis = with_back(40.0)
    clip = write_clip(analysis, tmp_path / "clip.mp4", step=4)
    stills = write_overlay(analysis, clip, tmp_path, settings=SETTINGS, with_video=False)
    for still in stills:
        if still.moment.kind not in {"onset", "spine"}:
            continue
        image = cv2.cvtColor(cv2.imdecode(np.frombuffer(still.jpeg, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        assert still.width / still.height == pytest.approx(SETTINGS.back_aspect, rel=0.35)
        white = (image.min(axis=2) > 225).sum()
        green = ((image[..., 1] > 170) & (image[..., 0] < 130)).sum()
        assert white > 300
        assert green > 300


def test_an_outline_from_which_nothing_was_read_in_the_whole_clip_is_not_drawn():
    known = with_back()
    unread = known.kinematics.assign(lumbar_flexion_deg=known.kinematics["lumbar_flexion_deg"] * np.nan)
    blind = dataclasses.replace(known, kinematics=unread)
    assert Artist(known, SETTINGS).back_at(BOTTOM_S, np.zeros(2), 1.0) is not None
    assert Artist(blind, SETTINGS).back_at(BOTTOM_S, np.zeros(2), 1.0) is None


@pytest.mark.parametrize("centre", [(0, 0), (400, 300), (200, -50)])
def test_a_label_keeps_off_the_edge_of_the_picture(centre):
    image = np.full((300, 400, 3), 255, np.uint8)
    sprite = drawing.label_sprite("knee 76\u00b0", 20)
    drawing.label(image, sprite, np.array(centre, dtype=float))
    dark = np.argwhere((image < 200).all(axis=-1))
    room = sprite.height // 5
    assert dark.min() >= room
    assert dark[:, 0].max() < 300 - room
    assert dark[:, 1].max() < 400 - room
