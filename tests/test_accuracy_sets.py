"""Which clips a validation run takes: all of a set, or the first few for a look at whether every stage runs."""

from pathlib import Path

import pytest
from validation.accuracy.sets import PAGE, ClipSet, Part, clip_set, clip_sets, page_of
from validation.simulate.recipes import LEARNED_FROM, RECIPES


def numbers(chosen):
    return [number for part in chosen.parts for number in range(part.first, part.first + part.count)]


@pytest.fixture
def chosen():
    return ClipSet("report", 1, refilmed=3, models=6, parts=(Part(0, 4, 480, 30.0), Part(4, 2, 480, 60.0)))


@pytest.mark.parametrize("most", [1, 4, 5, 6, 9])
def test_the_first_of_a_set_are_its_first_numbers_each_drawn_as_in_the_whole(chosen, most):
    few = chosen.first(most)
    assert numbers(few) == numbers(chosen)[:most]
    assert [part._replace(count=0) for part in few.parts] == [
        part._replace(count=0) for part in chosen.parts[: len(few.parts)]
    ]
    assert (few.refilmed, few.models) == (min(most, 3), min(most, 6))
    assert few.folder == chosen.folder


@pytest.mark.parametrize("split", ["report", "tune"])
def test_every_recipe_that_is_reported_has_a_set_and_a_few_of_it_go_through_every_stage_the_whole_goes_through(split):
    whole, few = clip_sets(split), clip_sets(split, most=1)
    assert list(whole) == list(few) == [name for name in RECIPES if name not in LEARNED_FROM]
    for recipe, one in whole.items():
        assert one == clip_set(split, recipe)
        assert few[recipe].count == 1
        assert bool(few[recipe].refilmed) == bool(one.refilmed)
        assert bool(few[recipe].models) == bool(one.models)


def test_figures_of_a_few_clips_never_take_the_place_of_the_published_ones():
    work = Path("work")
    assert page_of(None, None, work) == PAGE
    assert work in page_of(None, 1, work).parents
    assert page_of(Path("own.md"), 1, work) == Path("own.md")
