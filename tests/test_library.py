"""Our own files hold together, and where a value stands in a file is found by line."""

from typing import get_args

import msgspec
import pytest

from hiphinge.errors import UsageError
from hiphinge.kinematics import ANGLES
from hiphinge.library import check_ours, library, ours
from hiphinge.library.reading import File, decode, line_of
from hiphinge.library.records import Exercise, Expected, RuleFile
from hiphinge.messages import catalogue, own_languages
from hiphinge.metrics import METRICS, measure
from hiphinge.recognition import Hints
from hiphinge.recognition.features import features_of
from hiphinge.records import MuscleName
from hiphinge.settings import ExerciseSettings, load_slice
from lifters import SIDE, counted, filmed, hinge

COACHED = [name for name, entry in ours().exercises.items() if entry.coached]


def test_every_name_in_our_files_means_something_in_the_others():
    check_ours()


@pytest.mark.parametrize("language", own_languages())
def test_points_muscles_and_what_they_do_are_said_in_every_language(language):
    said = catalogue(language, fallback=False)
    for entry in ours().exercises.values():
        keys = [f"point.{point}" for point in entry.points]
        keys += [f"muscle.{muscle}" for muscle in entry.muscles]
        keys += [f"role.{role}" for roles in entry.muscles.values() for role in roles.values()]
        assert not [key for key in keys if key not in said]


def test_no_point_muscle_or_role_is_said_of_nothing():
    entries = ours().exercises.values()
    used = {f"point.{point}" for entry in entries for point in entry.points}
    used |= {
        f"muscle.{muscle}" for muscle in (*(name for entry in entries for name in entry.muscles), *get_args(MuscleName))
    }
    used |= {f"role.{role}" for entry in entries for roles in entry.muscles.values() for role in roles.values()}
    assert used == {key for key in catalogue("en") if key.split(".")[0] in {"point", "muscle", "role"}}


@pytest.mark.parametrize("name", COACHED)
def test_a_coached_exercise_is_described_whole(name):
    entry = ours().exercises[name]
    assert entry.driving_angle in ANGLES
    assert f"{entry.driving_angle}_max" in METRICS
    assert entry.expected
    assert len(entry.points) >= 5
    assert {"hamstrings", "gluteus_maximus", "erector_spinae", "core"} <= set(entry.muscles)
    assert entry.regressions
    assert entry.progressions
    assert name in entry.rules


@pytest.mark.parametrize("name", COACHED)
def test_a_rule_leaves_room_for_what_is_usual(name):
    """What lies in the middle of the usual range is judged as a fault by no rule."""
    entry = ours().exercises[name]
    for rule in (rule for file in entry.rules for rule in ours().rules[file]):
        usual = entry.expected.get(rule.metric)
        if usual is not None and usual.low is not None and usual.high is not None:
            assert rule.beyond((usual.low + usual.high) / 2) < 0, rule.fault


def test_the_features_that_signs_may_go_by_are_those_that_are_measured():
    seen = filmed(hinge())
    reps = measure(seen, counted(seen), SIDE)
    found = features_of(seen, reps, Hints(), settings=load_slice("exercises", ExerciseSettings))
    assert set(found[0]) - set(METRICS) == set(ours().features)


def test_without_a_coach_the_library_is_ours():
    assert library() is ours()


def test_a_usual_range_has_an_end_and_its_ends_are_in_order():
    row = {"unit": "deg", "source": "own", "evidence": "engineering", "note": "A test."}
    with pytest.raises(msgspec.ValidationError, match="low, high or both"):
        msgspec.convert(row, Expected)
    with pytest.raises(msgspec.ValidationError, match="not below"):
        msgspec.convert(row | {"low": 2, "high": 1}, Expected)


WHOLE = 'name = "a"\nfamily = "hinge"\ncoached = true\n'

TEXT = '''# a comment with [brackets] = and "quotes"
name = "a # b"
list = [
    "one",  # [not a header]
    "two",
]
dotted.key = 1
"quoted key" = """
[no] = header
"""

[table.inner]
field = { a = 1, b = 2 }

[[row]]
x = 1
[row.sub]
y = 2
[[row]]
x = 3

[row.sub]
y = 4
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("name",), 2),
        (("list",), 3),
        (("list", 1), 3),
        (("dotted", "key"), 7),
        (("quoted key",), 8),
        (("table", "inner"), 12),
        (("table", "inner", "field", "b"), 13),
        (("row", 0, "x"), 16),
        (("row", 0, "sub", "y"), 18),
        (("row", 1, "x"), 20),
        (("row", 1, "sub", "y"), 23),
        (("row", 1, "missing"), 19),
        (("nothing",), 1),
    ],
)
def test_the_line_of_a_value_is_found(place, line):
    assert line_of(TEXT, place) == line


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("name = 3", Exercise, "f.toml, line 1, name: here stands a whole number; give a text in quotes"),
        ('name = "a"\nfamily = "hinge"', Exercise, "f.toml, line 1, coached: coached is missing; give true"),
        (
            "rule = 3",
            RuleFile,
            "f.toml, line 1, rule: here stands a whole number; give a list, each a table",
        ),
        ("name = ", Exercise, "f.toml, line 1: invalid value. Texts stand in quotes"),
        ("", RuleFile, "f.toml, line 1, rule: rule is missing; give a list"),
        (
            f"{WHOLE}[muscles]\nbiceps = {{}}",
            Exercise,
            "f.toml, line 5, muscles.biceps: 'biceps' is not known",
        ),
        (f"{WHOLE}[muscles]\ncore = {{ low = 'holds' }}", Exercise, "f.toml, line 5, muscles.core.low: 'low' is not"),
        (f"{WHOLE}[muscles]\ncore = {{ bottom = 'on' }}", Exercise, "f.toml, line 5, muscles.core.bottom: 'on' is not"),
        (f"{WHOLE}[expected.pause_s]\nlow = 'a'", Exercise, "f.toml, line 5, expected.pause_s.low: here stands a text"),
    ],
)
def test_what_is_wrong_is_told_in_plain_words(text, kind, told):
    with pytest.raises(UsageError) as caught:
        decode(File("f.toml", text), kind)
    assert str(caught.value).startswith(told)
