"""What the report says the lines in its pictures mean."""

import pytest

from back_sample import with_back
from hiphinge.messages import speaking
from hiphinge.report import drawn, render
from hiphinge.words import words
from report_sample import SETTINGS, sample
from test_load_drawn import analysis as with_load
from test_report import Page


def told(analysis):
    return {name for name, _ in drawn.keys(analysis, words(), SETTINGS)}


def test_only_lines_that_this_clip_holds_are_explained():
    assert told(sample()) == {"near", "far", "guessed"}
    assert told(with_back()) - told(sample()) == {"back", "back_unsure", "standing", "rod"}
    assert told(with_load()) - told(sample()) == {"load", "midfoot"}


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_line_stands_on_the_page_with_its_swatch_and_its_meaning(language):
    with speaking(language):
        said = dict(drawn.keys(with_back(), words(), SETTINGS))
    html = render(with_back(), (), settings=SETTINGS)
    page = Page(html)
    for name in said:
        assert f'class="d-{name}"' in html
        assert f".d-{name}::before" in html
    assert words().drawn["back"] in page.text
    assert all(said.values())
