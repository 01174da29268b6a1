"""What is said, in every language: complete, with the same places, and nothing left in English."""

import ast
import re
from pathlib import Path
from threading import Thread

import msgspec
import pytest

import hiphinge
from hiphinge import cli
from hiphinge.coaching import summarise
from hiphinge.errors import UnreadableError, UsageError
from hiphinge.faults import judge
from hiphinge.library import library
from hiphinge.messages import (
    ENGLISH,
    added,
    catalogue,
    check_language,
    choose,
    known,
    localised,
    message,
    own_languages,
    places,
    shipped_table,
    speaking,
    speech,
)
from hiphinge.metrics import METRICS
from hiphinge.records import ExerciseGuess
from hiphinge.report import render
from hiphinge.result import Analysis
from hiphinge.video import VideoReader
from hiphinge.words import short, signed, words
from lifters import SEEN_WELL, SIDE, deadlift, from_view, hinge, measured, squat, whole
from report_sample import SETTINGS, sample
from test_report import Page, stills_of

OTHERS = [language for language in own_languages() if language != ENGLISH]
FILES = [(kind, language) for language in OTHERS for kind in ("", "report_", "help_")]
ENGLISH_WORDS = re.compile(
    r"\b(the|and|of|your|you|with|from|is|are|was|were|not|this|that|it|in|to|for|at|by|back|knees?|hips?|film|clip)\b",
    re.IGNORECASE,
)
SOURCES = sorted(Path(hiphinge.__file__).parent.rglob("*.py"))


def flat(table, prefix=""):
    for name, entry in table.items():
        if isinstance(entry, dict):
            yield from flat(entry, f"{prefix}{name}.")
        elif isinstance(entry, list):
            yield from ((f"{prefix}{name}.{index}", item) for index, item in enumerate(entry))
        else:
            yield f"{prefix}{name}", entry


def sentences(kind, language):
    return dict(flat(shipped_table(f"{kind}{language}")))


def bare(text):
    return re.sub(r"\{[^}]*\}", " ", text)


def in_english(text):
    """English words in a text, without what is typed as it stands: commands, options, file names, places."""
    typed = r"`[^`]*`|\"[^\"]*\"|\{[^}]*\}|--\w+|hiphinge( \w+)*|\w+\.\w+|\[[^]]*\]|HIPHINGE_\w+|@[^@]*@"
    return ENGLISH_WORDS.findall(re.sub(typed, " ", text))


# -- the files


def test_spanish_ships_beside_english():
    assert {ENGLISH, "es"} <= set(own_languages())


@pytest.mark.parametrize(("kind", "language"), FILES)
def test_no_language_says_what_another_does_not(kind, language):
    english, other = sentences(kind, ENGLISH), sentences(kind, language)
    assert sorted(set(english) - set(other)) == [], "not translated"
    assert sorted(set(other) - set(english)) == [], "nothing says these"


@pytest.mark.parametrize(("kind", "language"), FILES)
def test_a_sentence_has_the_same_places_in_every_language(kind, language):
    english, other = sentences(kind, ENGLISH), sentences(kind, language)
    differ = [
        key
        for key, text in english.items()
        if isinstance(text, str) and places(text) != places(str(other.get(key, text)))
    ]
    assert differ == []


@pytest.mark.parametrize(("kind", "language"), FILES)
def test_no_english_is_left_in_a_translation(kind, language):
    english, other = sentences(kind, ENGLISH), sentences(kind, language)
    same = [
        key
        for key, text in other.items()
        if isinstance(text, str) and text == english.get(key) and len(re.findall(r"[^\W\d]{3,}", bare(text))) > 1
    ]
    assert same == []
    assert [(key, found) for key, text in other.items() if isinstance(text, str) and (found := in_english(text))] == []


@pytest.mark.parametrize("language", own_languages())
def test_every_fault_verdict_exercise_drill_metric_and_unit_has_its_words(language):
    with speaking(language):
        own, spoken = catalogue(language, fallback=False), words()
        faults, exercises = library().faults, library().exercises
        parts = ("name", "present", "borderline", "absent", "not_assessable", "correction", "why", "good")
        wanted = {f"fault.{fault}.{part}" for fault in faults for part in parts}
        wanted |= {f"{kind}.{entry.drill}" for entry in faults.values() for kind in ("drill", "drill_name")}
        wanted |= {f"exercise.{name}.name" for name in exercises}
        wanted |= {f"sign.{sign.says}" for one in exercises.values() for sign in one.signs if sign.says}
        wanted |= {f"reason.{rule.unmeasured}" for rules in library().rules.values() for rule in rules}
        assert sorted(wanted - set(own)) == []
        assert {"present", "borderline", "absent", "not_assessable"} == set(spoken.verdicts)
        assert sorted(set(METRICS) - set(spoken.metrics)) == []
        assert sorted({kind.unit for kind in METRICS.values()} - set(spoken.units)) == []


def keys_in_code():
    """Keys as they stand in calls of message, known and choose: whole ones, and the beginnings of made ones."""
    whole, begun = set(), set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"message", "known", "choose"}:
                for key in node.args:
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        whole.add(key.value)
                    elif isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
                        begun.add(key.values[0].value)
    return whole, begun


def test_every_sentence_that_the_code_asks_for_exists():
    whole, begun = keys_in_code()
    assert len(whole) > 40
    assert sorted(whole - set(catalogue(ENGLISH))) == []
    assert sorted(start for start in begun if not any(key.startswith(start) for key in catalogue(ENGLISH))) == []


WORDED_IN_CODE = {"writer.py"}
"""Calls that only our own code can get wrong."""


def worded_part(node):
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return " ".join(str(part.value) for part in parts if isinstance(part, ast.Constant))


def test_no_failure_a_user_can_meet_is_worded_in_code():
    failures = {"UsageError", "UnreadableError", "NotAssessableError", "WeightsMissingError", "HiphingeError"}
    worded = [
        f"{source.name}:{node.lineno}"
        for source in SOURCES
        if not WORDED_IN_CODE & {source.name, source.parent.name}
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in failures
        if node.args and re.search(r"[^\W\d]{3,}", worded_part(node.args[0]))
    ]
    assert worded == []


def test_no_sentence_diagnoses_or_promises_in_spanish_either():
    banned = ("lesion", "lesión", "hernia", "disco", "diagnos", "diagnós", "peligr", "evita", "garantiz", "previene")
    spoken = {key: text.lower() for key, text in catalogue("es").items() if not key.startswith("error.")}
    assert not [(key, word) for key, text in spoken.items() for word in banned if word in text]


def test_a_coach_says_how_it_looks_when_right_in_one_short_sentence():
    for language in own_languages():
        long = {
            key: len(text)
            for key, text in catalogue(language).items()
            if key.startswith("fault.") and key.endswith(".good") and (len(text) > 150 or text.count(". ") > 0)
        }
        assert long == {}


# -- which language is spoken


def test_the_language_follows_the_block_and_comes_back():
    assert message("exercise.rdl.name") == "Romanian deadlift"
    with speaking("es"):
        assert message("exercise.rdl.name") == "peso muerto rumano"
        with speaking("en"):
            assert message("exercise.rdl.name") == "Romanian deadlift"
        assert words().page.rep == "Repetición"
    assert words().page.rep == "Repetition"


def test_a_language_does_not_leak_into_another_thread():
    heard = []
    with speaking("es"):
        thread = Thread(target=lambda: heard.append(message("count.one")))
        thread.start()
        thread.join()
    assert heard == ["1 repetition"]


def test_an_error_out_of_the_decoders_thread_is_told_in_the_readers_language(tmp_path):
    with speaking("es"), pytest.raises(UnreadableError, match="no existe ese archivo"):
        list(VideoReader(tmp_path / "nada.mp4"))


def test_an_unknown_language_is_told_in_one_line_with_the_known_ones():
    with pytest.raises(UsageError, match=r"^unknown language 'klingon': choose en or es$"):
        check_language("klingon")
    with speaking("es"), pytest.raises(UsageError, match=r"^idioma desconocido 'klingon': elige en o es$"):
        check_language("klingon")


def test_numbers_are_written_with_the_languages_decimal_mark():
    assert words().quantity(1.25, "s", 0.05) == "1.25 ± 0.05 s"
    assert message("error.span", start_s=1.5, end_s=2.0).startswith("start 1.5 s")
    with speaking("es"):
        assert words().quantity(1.25, "s", 0.05) == "1,25 ± 0,05 s"
        assert words().limit(12.5, "deg") == "12,5°"
        assert message("error.span", start_s=1.5, end_s=2.0) == (
            "inicio 1,5 s, fin 2 s: da segundos del vídeo, el fin después del inicio"
        )
        assert (signed(-0.25, 2), short(-2.5), localised("1.0")) == ("−0,25", "−2,5", "1,0")
        assert message("error.missing", path="a.b.mp4").startswith("a.b.mp4: ")


# -- the set in words


def said_of(motion, exercise, *, view=SIDE, confidence=1.0, reps=whole):
    guess = ExerciseGuess(name=exercise, confidence=confidence, given=confidence == 1.0)
    summary = summarise(judge(reps(motion), guess, view), guess, view, SEEN_WELL)
    found = [text for one in summary.findings for text in (one.correction, one.drill, one.reason, one.good) if text]
    step = [summary.next_step.name, summary.next_step.why] if summary.next_step else []
    return [summary.verdict, *summary.went_well, *summary.remarks, summary.clean_range or "", *found, *step]


SETS = {
    "clean": lambda: said_of(hinge(), "hinge"),
    "back unseen": lambda: said_of(hinge(), "hinge", reps=measured),
    "squatted": lambda: said_of(squat(head=-55.0), "hinge"),
    "a squat": lambda: said_of(squat(), "squat"),
    "other": lambda: said_of(squat(), "other"),
    "shallow and fast": lambda: said_of(hinge(trunk=30.0, eccentric_s=0.5), "rdl"),
    "a guess": lambda: said_of(hinge(count=1), "rdl", confidence=0.3),
    "from the front": lambda: said_of(deadlift(), "deadlift", view=from_view("frontal")),
}


@pytest.mark.parametrize("kind", SETS)
def test_a_set_is_put_into_spanish_words_alone(kind):
    with speaking("es"):
        said = SETS[kind]()
    assert said[0]
    assert [(text, found) for text in said if (found := in_english(text))] == []
    assert not [text for text in said if "{" in text]


def test_the_spanish_verdict_reads_as_a_sentence():
    with speaking("es"):
        assert SETS["clean"]()[0].startswith("Bisagra de cadera, 3 repeticiones: una serie limpia, en los")
        assert SETS["back unseen"]()[0].startswith(
            "Bisagra de cadera, 3 repeticiones: en este vídeo no puedo juzgar tu"
        )
        assert "en todas las repeticiones" in SETS["squatted"]()[0]
        assert SETS["a guess"]()[0].startswith(
            "Por lo que se ve, un peso muerto rumano, aunque no es seguro, 1 repetición:"
        )


def test_what_is_corrected_is_also_shown_as_it_should_look():
    guess = ExerciseGuess(name="hinge", confidence=1.0, given=True)
    first = summarise(judge(measured(squat()), guess, SIDE), guess, SIDE, SEEN_WELL).findings[0]
    assert first.good == message("fault.squatting.good")
    pulled = ExerciseGuess(name="deadlift", confidence=1.0, given=True)
    first = summarise(judge(measured(squat()), pulled, SIDE), pulled, SIDE, SEEN_WELL).findings[0]
    assert first.good == message("fault.squatting.deadlift.good")


# -- the report


def spanish(analysis):
    """The sample as it were had it been analysed in Spanish."""
    record, guess = analysis.record, analysis.record.exercise
    with speaking("es"):
        summary = summarise(record.reps, guess, record.view, record.quality)
    quality = msgspec.structs.replace(record.quality, people_seen=2)
    record = msgspec.structs.replace(record, language="es", summary=summary, quality=quality)
    return Analysis(record, analysis.track, analysis.raw_track, analysis.kinematics)


@pytest.mark.parametrize("faulty", [True, False])
def test_a_spanish_report_has_no_english_sentence(faulty):
    analysis = spanish(sample(faulty=faulty))
    html = render(analysis, stills_of(analysis), settings=SETTINGS, video="overlay.mp4")
    page = Page(html)
    assert '<html lang="es">' in html
    spoken = [page.text]
    spoken += [
        a[name] for _, a in page.elements for name in ("alt", "aria-label", "title", "data-label") if a.get(name)
    ]
    assert [(found, text[:80]) for text in spoken if (found := in_english(text))] == []
    assert "1,9" in page.text
    assert '"mark":","' in html


def test_the_correction_card_says_what_good_looks_like():
    analysis = spanish(sample())
    page = Page(render(analysis, (), settings=SETTINGS))
    with speaking("es"):
        title = words().hero["worth_trying"]  # the back was not judged, so filming it again comes first
    card = page.text[page.text.index(title) : page.text.index("Para practicar")]
    good = analysis.record.summary.findings[0].good
    assert good == catalogue("es")["fault.shins_forward.good"]
    assert f"Cómo se ve bien hecho {good}" in card


def test_a_report_speaks_the_language_of_its_analysis_whatever_is_spoken_around_it():
    analysis = spanish(sample())
    with speaking("en"):
        assert "Lo que se revisó" in Page(render(analysis, (), settings=SETTINGS)).text
    assert "What was checked" in Page(render(sample(), (), settings=SETTINGS)).text


# -- the command line


def test_the_command_line_tells_failures_in_the_language_asked_for(tmp_path, capsys):
    missing = tmp_path / "nada.mp4"
    assert cli.run(["analyze", str(missing), "--language", "es"]) == UnreadableError.exit_code
    err = capsys.readouterr().err.splitlines()
    assert err == [f"hiphinge: {missing}: no existe ese archivo. Revisa el nombre y la carpeta"]
    assert speech().language == ENGLISH
    assert cli.run(["analyze", str(missing)]) == UnreadableError.exit_code
    assert "there is no such file" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["demo"], ["analyze", "clip.mp4"]])
def test_the_command_line_lists_the_known_languages(command, capsys):
    assert cli.run([*command, "--language", "fr"]) == UsageError.exit_code
    out, err = capsys.readouterr()
    assert (out, err) == ("", "hiphinge: unknown language 'fr': choose en or es\n")


def test_a_wrong_mass_is_told_in_spanish(capsys):
    assert cli.run(["analyze", "clip.mp4", "--language", "es", "--stature", "1.75"]) == UsageError.exit_code
    assert "1,75 parecen metros, es decir, 175 cm" in capsys.readouterr().err


# -- a coach's own sentences


CUE = {"fault": {"squatting": {"correction": "Hips to the wall."}}}


def test_a_coachs_sentence_stands_over_ours_within_the_block_only():
    with added(ENGLISH, CUE):
        assert message("fault.squatting.correction") == "Hips to the wall."
        assert message("fault.squatting.why") == catalogue(ENGLISH)["fault.squatting.why"]
        with added(ENGLISH, {"fault": {"squatting": {"correction": "Later is nearer."}}}):
            assert message("fault.squatting.correction") == "Later is nearer."
    assert message("fault.squatting.correction") != "Hips to the wall."


def test_a_coach_may_add_what_is_new():
    with added(ENGLISH, {"exercise": {"suitcase": {"name": "suitcase deadlift"}}, "metrics": {"grip": "Grip"}}):
        assert known("exercise.suitcase.name")
        assert words().metrics["grip"] == "Grip"
    assert not known("exercise.suitcase.name")
    assert "grip" not in words().metrics


def test_an_english_addition_is_said_in_spanish_only_where_spanish_has_nothing():
    with added(ENGLISH, {**CUE, "exercise": {"suitcase": {"name": "suitcase deadlift"}}}), speaking("es"):
        assert message("fault.squatting.correction") == catalogue("es")["fault.squatting.correction"]
        assert message("exercise.suitcase.name") == "suitcase deadlift"


def test_a_language_of_ones_own_falls_back_to_english():
    table = {
        "exercise": {"rdl": {"name": "pes mort romanès"}},
        "page": {"rep": "Repetició"},
        "language": {"decimal": ","},
    }
    with added("ca", table), speaking("ca"):
        assert message("exercise.rdl.name") == "pes mort romanès"
        assert message("exercise.squat.name") == "squat"
        assert words().page.rep == "Repetició"
        assert words().page.title == "Hip hinge report"
        assert words().quantity(1.5, "s", 0.1).startswith("1,50")
    with pytest.raises(UsageError, match="unknown language 'ca'"), speaking("ca"):
        pass


def test_the_general_sentence_of_a_language_comes_before_the_special_one_of_english():
    special, general = "fault.hyperextension.leaning_back.present", "fault.hyperextension.present"
    assert choose(special, general) == special
    with added("ca", {"fault": {"hyperextension": {"present": "arqueges massa, {where}."}}}), speaking("ca"):
        assert choose(special, general) == general


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (
            {"fault": {"squatting": {"correction": "Back, {name}!"}}},
            r"fault.squatting.correction: .* \{name\}; known there: none",
        ),
        ({"fault": {"own": {"present": "Off, {were}."}}}, r"fault.own.present: .* \{were\}; known there: \{where\}"),
        ({"verdict": {"sure": "{exercise}: {rep}"}}, r"verdict.sure: .* \{rep\}; known there: \{exercise\}, \{reps\}"),
        ({"hero": {"caption": "At {time}"}}, r"hero.caption: .* \{time\}; known there: \{at\}, \{rep\}"),
        ({"exercise": {"rdl": {"name": "{where.__class__}"}}}, r"exercise.rdl.name: .* \{where.__class__\}"),
        ({"count": {"one": "1 rep {"}}, "count.one: an opening or a closing brace"),
        ({"count": {"one": 1}}, "count.one: a sentence between quotes is needed here, not 1"),
        ({"fualt": {"squatting": {}}}, r"\[fualt\]; did you mean \[fault\]\?"),
    ],
)
def test_a_coachs_slip_of_the_pen_names_file_key_and_place(table, says):
    with pytest.raises(UsageError, match=rf"^mine/en.toml: .*{says}"), added(ENGLISH, table, source="mine/en.toml"):
        pass


def test_a_faults_sentences_may_use_the_places_that_are_filled_in_there():
    table = {"fault": {"own": {"present": "Off, {where}.", "late": {"correction": "Stop at {degrees}°."}}}}
    with added(ENGLISH, table):
        assert message("fault.own.present", where="here") == "Off, here."


def test_words_of_the_report_that_are_none_are_told_with_their_file():
    table = {"units": {"deg": {"suffix": "°", "factor": "one"}}}
    with added(ENGLISH, table, source="mine.toml"), pytest.raises(UsageError, match=r"^mine.toml: .*factor"):
        words()
