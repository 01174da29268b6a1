"""Writing on pictures: every letter our languages use, though the font has the English ones alone."""

import numpy as np
import pytest
from PIL import Image, ImageFont

from hiphinge.library import library
from hiphinge.messages import own_languages, speaking
from hiphinge.overlay.drawing import label_sprite
from hiphinge.overlay.lettering import Face, cells, writable, write
from hiphinge.words import fault_name, words

SIZE = 40


def ink(text):
    image = Image.new("L", (40 + SIZE * len(text), 2 * SIZE), 0)
    write(image, (20, SIZE), text, Face(ImageFont.load_default(SIZE), SIZE))
    return np.asarray(image, dtype=int)


def rows(picture):
    """First and last row with ink."""
    found = np.flatnonzero((picture > 100).any(axis=1))
    return int(found[0]), int(found[-1])


@pytest.mark.parametrize("language", own_languages())
def test_every_word_that_is_drawn_can_be_written(language):
    with speaking(language):
        spoken = words()
        drawn = [
            *spoken.angles_short.values(),
            *spoken.phases.values(),
            *spoken.overlay.values(),
            *spoken.verdicts.values(),
            *spoken.back.values(),
            *spoken.back_reasons_short.values(),
            spoken.page.rep_short,
            *(fault_name(fault) for fault in library().faults),
        ]
    assert [text for text in drawn if not writable(text)] == []


@pytest.mark.parametrize("letter", "áéíóúñüÁÉÍÑçàêãöåš")
def test_an_accented_letter_is_the_letter_with_something_more(letter):
    accented, plain = ink(letter), ink(cells(letter)[0].glyph)
    assert not np.array_equal(accented, plain)
    stem = slice(rows(ink("x"))[0] + 2, SIZE + SIZE // 3)
    assert np.abs(accented[stem] - plain[stem]).mean() < 3


def test_an_accent_stands_clear_above_its_letter():
    top = rows(ink("a"))[0]
    above = ink("á")[:top]
    assert (above > 100).sum() > 20
    assert not (above[top - 2 : top - 1] > 200).any()


def test_the_dot_gives_way_to_the_accent():
    dotted, accented = ink("i"), ink("í")
    gap = slice(rows(ink("x"))[0] - 2, rows(ink("x"))[0] - 1)
    assert not (accented[gap] > 200).any()
    assert (accented > 100).sum() != (dotted > 100).sum()


def test_the_turned_question_mark_hangs_lower_than_the_upright_one():
    turned, upright = rows(ink("¿")), rows(ink("?"))
    assert turned[0] > upright[0]
    assert turned[1] > upright[1]


def test_minus_is_a_stroke_and_no_empty_box():
    top, bottom = rows(ink("−"))
    assert bottom - top < SIZE / 6
    assert writable("lower back −18° ± 4°")


def test_a_letter_nobody_taught_is_a_question_mark():
    assert not writable("漢")
    assert [cell.glyph for cell in cells("a漢")] == ["a", "?"]


def test_english_is_written_by_the_font_alone():
    assert all(cell.glyph == letter for cell, letter in zip(cells("rep 2/4 knee 20°"), "rep 2/4 knee 20°", strict=True))


def test_a_label_in_spanish_is_as_high_as_one_in_english():
    assert label_sprite("zona lumbar, ángulo", 30).height == label_sprite("lower back", 30).height
