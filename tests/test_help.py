"""The command line in the reader's language: every command and option has its words, help and slips of the pen too."""

import re
import subprocess
import sys
from inspect import signature

import pytest

from hiphinge import cli
from hiphinge.cli.language import asked, of_system
from hiphinge.errors import UsageError
from hiphinge.messages import ENGLISH, own_languages, shipped_table
from test_messages import in_english


def commands(node, name="hiphinge"):
    """Every command by its dotted name, ``weights.fetch``."""
    yield name, node
    for child in node:
        if not child.startswith("-"):
            inner = child if name == "hiphinge" else f"{name}.{child}"
            yield from commands(node[child], inner)


def options_of(command):
    return set() if command.default_command is None else set(signature(command.default_command).parameters)


def words_of(language, name):
    table = shipped_table(f"help_{language}")["command"]
    for part in name.split("."):
        table = table[part]
    return table


NAMES = [name for name, _ in commands(cli.app_in(ENGLISH))]


@pytest.fixture
def told(capsys):
    """Run a command; its exit code, and what it printed, line breaks and frames taken out."""

    def run(*arguments):
        code = cli.run([*arguments])
        out, err = capsys.readouterr()
        return code, " ".join(re.sub(r"[│╭╮╰╯─]", " ", out).split()), err

    return run


@pytest.mark.parametrize("language", own_languages())
def test_every_command_and_option_has_its_words_and_no_words_lack_a_command(language):
    for name, command in commands(cli.app_in(language)):
        words = words_of(language, name)
        assert words["does"].strip(), name
        assert set(words.get("option", {})) == options_of(command), name
        assert all(text.strip() for text in words.get("option", {}).values()), name
    described = {
        key if inner is None else f"{key}.{inner}"
        for key, table in shipped_table(f"help_{language}")["command"].items()
        for inner in [None, *(part for part in table if part not in {"does", "option"})]
    }
    assert described == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_of_help_is_whole_and_all_in_spanish(name, told):
    chain = [] if name == "hiphinge" else name.split(".")
    code, page, err = told(*chain, "--help", "--language", "es")
    assert (code, err) == (0, "")
    words = words_of("es", name)
    for text in (words["does"], *words.get("option", {}).values()):
        assert " ".join(text.split()) in page
    assert page.startswith("Uso: hiphinge")
    assert in_english(page) == []
    assert not re.search(r"Usage|Options|Commands|default|choices|STR\b|PATH\b", page)


def test_a_page_of_help_is_in_english_by_default(told):
    _, page, _ = told("analyze", "--help")
    assert page.startswith("Usage: hiphinge analyze [OPTIONS] [ARGUMENTS]")
    assert words_of("en", "analyze")["option"]["second"] in page


def test_the_system_says_the_language_where_nobody_else_does(told, monkeypatch):
    monkeypatch.setenv("LC_ALL", "es_MX.UTF-8")
    assert told("--help")[1].startswith("Uso: hiphinge ORDEN")
    assert told("analyze", "nada.mp4")[2].startswith("hiphinge: nada.mp4: no existe ese archivo")
    assert told("analyze", "nada.mp4", "--language", "en")[2].startswith("hiphinge: nada.mp4: there is no such file")
    assert told("analyze", "nada.mp4", "--language", "fr")[2] == "hiphinge: idioma desconocido 'fr': elige en o es\n"


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "es_ES.UTF-8"}, "es"),
        ({"LANG": "es"}, "es"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "es_ES.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "es_AR", "LANG": "en_GB.UTF-8"}, "es"),
    ],
)
def test_the_variable_that_counts_most_says_the_language(variables, language):
    assert of_system(variables) == language


@pytest.mark.parametrize(
    ("arguments", "language", "rest"),
    [
        (["analyze", "a.mp4"], "en", ["analyze", "a.mp4"]),
        (["--language", "es", "analyze", "a.mp4"], "es", ["analyze", "a.mp4"]),
        (["weights", "where", "--language=es"], "es", ["weights", "where"]),
        (["analyze", "--language"], "en", ["analyze", "--language"]),
        (["analyze", "--language", "--json"], "en", ["analyze", "--language", "--json"]),
        (["analyze", "--", "--language", "es"], "en", ["analyze", "--", "--language", "es"]),
        (["demo", "--coach", "c", "--language=fr"], "en", ["demo", "--coach", "c", "--language", "fr"]),
    ],
)
def test_the_language_may_stand_anywhere_and_a_coachs_is_left_to_the_command(arguments, language, rest):
    assert asked(arguments, default="en") == (language, rest)


SLIPS = {
    ("anlyze",): "Orden desconocida: anlyze. ¿Querías decir analyze? Las órdenes son: analyze, demo, weights.",
    ("-x",): "Opción desconocida: -x.",
    ("analyze", "--masss", "3"): "Opción desconocida: --masss. ¿Querías decir --mass?",
    ("analyze", "--model", "hevy"): "--model 'hevy' no se conoce; elige auto o full o heavy. ¿Querías decir heavy?",
    ("analyze", "--person", "x"): "--person 'x' no es un número entero.",
    ("analyze", "--start", "x"): "--start 'x' no es un número; escribe 2.5, en segundos.",
    ("analyze", "--json=3"): "--json '3' no se entiende.",
    ("analyze", "--mass"): "--mass necesita un valor.",
    ("analyze", "--model", "full", "--model", "full"): "--model se da más de una vez.",
    ("weights", "fetch", "x"): "--model 'x' no se conoce; elige all o full o heavy.",
    ("weights", "where", "x"): "Nada lee esto: x.",
    ("weights", "fetc"): "Orden desconocida: fetc. ¿Querías decir fetch? Las órdenes son: fetch, where, verify.",
}


@pytest.mark.parametrize("arguments", SLIPS, ids=" ".join)
def test_a_slip_of_the_pen_is_told_in_spanish_in_one_line(arguments, told):
    code, out, err = told(*arguments, "--language=es")
    assert (code, out) == (UsageError.exit_code, "")
    assert err == f"hiphinge: {SLIPS[arguments]} Mira: hiphinge --help\n"


@pytest.mark.parametrize("arguments", SLIPS, ids=" ".join)
def test_the_same_slip_is_told_in_english(arguments, told):
    code, _, err = told(*arguments)
    assert code == UsageError.exit_code
    assert err.endswith(" See: hiphinge --help\n")
    assert not re.search(r"[áéíóúñ¿]|desconocid|elige", err)


def test_help_reads_neither_the_reports_words_nor_anything_heavy():
    heavy = "{'numpy', 'xarray', 'scipy', 'cv2', 'jinja2', 'av'} & set(sys.modules)"
    script = (
        "import sys; from hiphinge.cli import run; from hiphinge import messages; run(['--help', '--language', 'es']); "
        f"print({heavy}, messages._shipped.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set() 0"
