"""A coach's own folder: the example of the how-to is what is analysed here, and every slip is told by file and line."""

import re
from pathlib import Path

import pytest

from assessed import analysed
from hiphinge.analysis import Request
from hiphinge.cli import run
from hiphinge.coaching import summarise
from hiphinge.errors import UsageError
from hiphinge.exercises import check_name, exercises
from hiphinge.faults import judge, rules_of
from hiphinge.library import load_library, ours, using
from hiphinge.messages import message, speaking
from hiphinge.metrics import measure
from hiphinge.recognition import recognise
from hiphinge.records import ExerciseGuess
from hiphinge.report import render
from hiphinge.settings import load_settings, settings_sha256
from lifters import SEEN_WELL, SIDE, bending, counted, filmed, hinge

PAGE = Path(__file__).resolve().parent.parent / "docs" / "how-to" / "own-exercises.md"


def example():
    """The files of the how-to, by the name in their first line."""
    blocks = re.findall(r"```toml\n(# (\S+)\n.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return {name: text for text, name in blocks}


@pytest.fixture
def folder(tmp_path):
    return written(tmp_path / "coach", example())


def written(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def broken(folder, name, old, new):
    """The example with one slip; the one line it is told in."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        Request(coach=folder)
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith(str(path))
    return line.removeprefix(str(path))


def test_the_example_of_the_how_to_has_every_kind_of_file():
    assert set(example()) == {"exercises/paused_rdl.toml", "rules/pause.toml", "faults.toml", "messages/en.toml"}


def judged(folder, *, pause_s, given=None):
    """What is said of a set of Romanian deadlifts with a rest at the bottom."""
    seen = filmed(hinge(trunk=72.0, knee=20.0, pause_s=pause_s))
    with using(load_library(folder)):
        reps = measure(bending(seen), counted(seen), SIDE)
        guess = recognise(seen, reps, SIDE, given=given)
        found = judge(reps, guess, SIDE)
        return guess, found, summarise(found, guess, SIDE, SEEN_WELL)


def test_an_own_exercise_is_recognised_by_its_signs(folder):
    guess, *_ = judged(folder, pause_s=3.0)
    assert guess.name == "paused_rdl"
    assert "sign.rests_at_the_bottom" in guess.evidence


def test_without_its_signs_it_is_what_it_is_a_variant_of(folder):
    assert judged(folder, pause_s=0.2)[0].name == "rdl"


def test_an_own_exercise_is_judged_by_ours_and_by_own_rules(folder):
    _, short, summary = judged(folder, pause_s=0.8, given="paused_rdl")
    verdicts = {one.fault: one.verdict for one in short[0].findings}
    assert verdicts["rest_too_short"] == "present"
    assert verdicts["squatting"] == "absent"
    assert "you turn round too early" in summary.verdict
    assert summary.next_step.name == "Counted hinge"
    _, long, summary = judged(folder, pause_s=2.5, given="paused_rdl")
    assert {one.fault: one.verdict for one in long[0].findings}["rest_too_short"] == "absent"
    assert summary.verdict.startswith("Paused Romanian deadlift")


def test_own_words_replace_ours_and_only_where_the_folder_is_used(folder):
    with using(load_library(folder)):
        assert message("fault.knees_locked.correction") == "Unlock your knees, mate."
        assert "paused_rdl" in exercises()
        with speaking("es"):
            assert message("exercise.paused_rdl.name") == "paused Romanian deadlift"
            assert message("fault.knees_locked.name") == "Rodillas bloqueadas"
    assert message("fault.knees_locked.correction") != "Unlock your knees, mate."
    assert "paused_rdl" not in exercises()


def test_an_own_name_may_be_asked_for_and_is_listed_among_the_known(folder):
    assert Request(coach=folder, exercise="paused_rdl").library.exercises["paused_rdl"].coached
    with pytest.raises(UsageError, match=r"unknown exercise 'curl'; .*paused_rdl"):
        Request(coach=folder, exercise="curl")
    with pytest.raises(UsageError, match="unknown exercise 'paused_rdl'"):
        check_name("paused_rdl")


def test_a_rule_file_of_our_name_replaces_ours(tmp_path):
    text = (Path(str(PAGE)).parents[2] / "src/hiphinge/data/rules/lockout.toml").read_text(encoding="utf-8")
    folder = written(tmp_path / "coach", {"rules/lockout.toml": text.replace("at_most = 15.0", "at_most = 12.0")})
    limit = next(rule.limit for rule in rules_of("rdl") if rule.fault == "incomplete_lockout")
    with using(load_library(folder)):
        own = next(rule.limit for rule in rules_of("rdl") if rule.fault == "incomplete_lockout")
    assert (limit, own) == (15.0, 12.0)


def test_the_fingerprint_follows_every_file_of_the_folder_but_not_its_place(folder, tmp_path):
    first = load_library(folder).sha256
    assert first == load_library(written(tmp_path / "elsewhere", example())).sha256
    prints = {ours().sha256, first}
    for name in example():
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8") + "\n# a note\n", encoding="utf-8")
        prints.add(load_library(folder).sha256)
    assert len(prints) == 2 + len(example())
    settings = load_settings()
    assert settings_sha256(settings, first) != settings_sha256(settings, ours().sha256)


@pytest.mark.parametrize(
    ("name", "slip", "told"),
    [
        ("rules/pause.toml", ('phase = "bottom"', 'phase = "low"'), r", line 8, rule 1\.phase: .*give one of .*bottom"),
        ("rules/pause.toml", ("margin = 0.2 ", 'margin = "wide"'), r", line 7, rule 1\.margin: .*give a number"),
        ("rules/pause.toml", ("margin = 0.2 ", "margin = -0.2 "), r", line 2, rule 1: .*margin above 0"),
        ("rules/pause.toml", ("margin = 0.2 ", "tolerance = 0.2 "), r", line \d+, rule 1.*margin"),
        ("rules/pause.toml", ('unit = "s"', 'unit = "deg"'), r", line 5, rule 1\.unit: pause_s is in 's'"),
        ("rules/pause.toml", ('"pause_s" ', '"paus" '), r", line 4, rule 1\.metric: unknown metric 'paus'; known are "),
        ("rules/pause.toml", ('"rest_too_short"', '"rests"'), r", line 3, rule 1\.fault: unknown fault 'rests'"),
        (
            "rules/pause.toml",
            ("How we train it in our gym.", "gym"),
            r", line 10, rule 1\.source: unknown source 'gym'",
        ),
        ("rules/pause.toml", ("present = 0.84", "present = 84"), r", line 13, rule 1\.sure: .*0\.5 to below 1"),
        ("rules/pause.toml", ("at_least = 1.6", "at_least = 1.6\nat_most = 2"), r", line 2, rule 1: .*exactly one"),
        ("rules/pause.toml", ("[[rule]]", "[[rule]"), r", line 2, column \d+: "),
        ("faults.toml", ("weight = 0.10", "weight = heavy"), r", line 4, column \d+: "),
        ("faults.toml", ('"slow_count"', '"counting"'), r", line 5, rest_too_short\.drill: .*drill\.counting"),
        ("faults.toml", ("order = 115", 'order = "late"'), r", line 3, rest_too_short\.order: .*whole number"),
        ("exercises/paused_rdl.toml", ('"pause",', '"paus",'), r", line 6, rules 2: unknown file of rules 'paus'"),
        ("exercises/paused_rdl.toml", ('"hinge"', '"bend"'), r", line 3, family: .*give one of hinge, other, squat"),
        ("exercises/paused_rdl.toml", ("coached", "couched"), r", line 4, couched: .*allowed are .*coached"),
        (
            "exercises/paused_rdl.toml",
            ("high = 4.0", "high = 1.0"),
            r", line 17, expected\.pause_s: low 2 is not below",
        ),
        (
            "exercises/paused_rdl.toml",
            ('note = "Count it out loud."', "note = 3"),
            r", line 23, expected\.pause_s\.note: ",
        ),
        ("exercises/paused_rdl.toml", ('"wait"', '"halt"'), r", line 7, points 3: .*point\.halt"),
        ("exercises/paused_rdl.toml", ('"rdl"  ', '"rld"  '), r", line 5, variant_of: unknown exercise 'rld'"),
        ("exercises/paused_rdl.toml", ('"single_leg_rdl"', '"pistol"'), r", line 9, progressions 1: 'pistol' is no"),
        ("exercises/paused_rdl.toml", ("feature = ", "features = "), r", line \d+, signs 1"),
        ("messages/en.toml", ("{where}", "{place}"), r", line 13.*\{place\}"),
        ("messages/en.toml", ('"Rest too short"', "7"), r", line 12, fault\.rest_too_short\.name: 7 is no sentence"),
    ],
)
def test_a_slip_is_told_by_file_line_and_field_with_what_is_allowed(folder, name, slip, told):
    assert re.match(told, broken(folder, name, *slip))


def test_the_how_to_tells_a_slip_as_it_is_told(folder):
    line = broken(folder, "rules/pause.toml", 'phase = "bottom"', 'phase = "low"')
    assert f"hiphinge: my-coaching/rules/pause.toml{line}\n" in PAGE.read_text("utf-8")


def test_a_sentence_that_is_missing_is_asked_for(folder):
    path = folder / "messages" / "en.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("why = ", "because = "), encoding="utf-8")
    with pytest.raises(UsageError, match=r"faults\.toml, line 2, rest_too_short: .*fault\.rest_too_short\.why"):
        load_library(folder)


def test_a_file_where_nothing_is_read_is_not_lost_in_silence(folder):
    (folder / "paused.toml").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match=r"paused\.toml is not read where it stands"):
        load_library(folder)


def test_one_exercise_is_described_once(folder):
    twin = folder / "exercises" / "twin.toml"
    twin.write_text((folder / "exercises" / "paused_rdl.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(UsageError, match=r"twin\.toml, line 2, name: paused_rdl is already described in .*paused_rdl"):
        load_library(folder)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda _: None, "does not exist"),
        (lambda path: path.write_text(""), "is a file, not a folder"),
        (lambda path: path.mkdir(), "holds nothing to add"),
    ],
)
def test_a_folder_that_is_none_is_told(tmp_path, make, told):
    make(tmp_path / "coach")
    with pytest.raises(UsageError, match=told):
        Request(coach=tmp_path / "coach")


def test_text_that_is_not_utf8_is_told(folder):
    (folder / "faults.toml").write_bytes("# señal".encode("latin-1"))
    with pytest.raises(UsageError, match=r"faults\.toml: byte 5 is not UTF-8"):
        load_library(folder)


def test_a_language_of_ones_own_is_spoken(folder):
    written(folder, {"messages/fr.toml": '[exercise.rdl]\nname = "soulevé de terre roumain"\n'})
    request = Request(coach=folder, language="fr")
    with using(request.library), speaking(request.language):
        assert message("exercise.rdl.name") == "soulevé de terre roumain"
        assert message("exercise.deadlift.name") == "deadlift"


def test_a_guess_of_an_own_exercise_is_a_record_like_any_other(folder):
    guess, *_ = judged(folder, pause_s=2.5, given="paused_rdl")
    assert isinstance(guess, ExerciseGuess)
    assert guess.given


def test_a_slip_is_told_in_the_language_that_is_spoken(folder):
    with speaking("es"):
        line = broken(folder, "rules/pause.toml", 'phase = "bottom"', 'phase = "low"')
    assert line.startswith(", línea 8, rule 1.phase: 'low' no se conoce; escribe uno de bottom")


def test_a_drill_that_asks_for_what_no_rule_judges_is_told_in_the_language_that_is_spoken(folder):
    asks = '[passing]\nneeds = ["hips_rise_first"]\n\n[[signs]]'
    with speaking("es"):
        said = message("error.coach.not_judged", fault="hips_rise_first")
        line = broken(folder, "exercises/paused_rdl.toml", "[[signs]]", asks)
    assert line.endswith(said)
    assert "passing.needs 1" in line


def test_an_analysis_says_by_which_folder_it_was_judged(folder):
    paused = hinge(trunk=72.0, knee=20.0, pause_s=2.5)
    own, plain = analysed(paused, coach=folder, exercise="paused_rdl"), analysed(paused, exercise="rdl")
    assert own.record.exercise.name == "paused_rdl"
    assert own.record.provenance.coach_sha256 == load_library(folder).sha256
    assert own.record.provenance.settings_sha256 != plain.record.provenance.settings_sha256
    assert plain.record.provenance.coach_sha256 is None
    assert {one.fault for one in own.record.summary.findings} - {
        one.fault for one in plain.record.summary.findings
    } == {"rest_too_short"}


def test_its_report_is_written_in_its_words(folder):
    found = analysed(hinge(trunk=72.0, knee=20.0, pause_s=0.8), coach=folder, exercise="paused_rdl")
    page = render(found, (), settings=load_settings().overlay)
    assert "you turn round too early" in page.lower()
    assert "Rest too short" in page


def test_the_command_ends_with_2_and_one_line(folder, capsys):
    (folder / "faults.toml").write_text("[rest_too_short]\norder = 1\n", encoding="utf-8")
    assert run(["analyze", "clip.mp4", "--coach", str(folder)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"{folder}/faults.toml, line 1, rest_too_short.drill: drill is missing" in said
