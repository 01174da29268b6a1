"""Pounds, inches and feet at the doors; kilograms and centimetres inside."""

import doctest
import json

import pytest

from assessed import analysed
from hiphinge import units
from hiphinge.cli import run
from hiphinge.errors import UsageError
from hiphinge.exports import record_json
from hiphinge.messages import own_languages, speaking
from hiphinge.records import Load, LoadPath, Metric, Subject
from hiphinge.report import render
from hiphinge.report.load import measure
from hiphinge.units import length_cm, mass_kg, measuring, shown, system, unit_at_end
from hiphinge.words import words
from lifters import hinge
from report_sample import SETTINGS


@pytest.mark.parametrize(
    ("given", "kg"),
    [
        ("80", 80.0),
        ("80kg", 80.0),
        (" 80.5 KG ", 80.5),
        ("80,5", 80.5),
        ("80 kilos", 80.0),
        ("176lb", 79.832),
        ("176 lbs.", 79.832),
        ("0", 0.0),
        ("-5", -5.0),
        ("100 pounds", 45.359237),
        ("100 libras", 45.359237),
    ],
)
def test_a_mass_is_read_in_kilograms_or_pounds(given, kg):
    assert mass_kg(given, "--mass") == pytest.approx(kg, abs=1e-3)


@pytest.mark.parametrize(
    ("given", "cm"),
    [
        ("178", 178.0),
        ("178cm", 178.0),
        ("1.78m", 178.0),
        ("1,78 m", 178.0),
        ("1780mm", 178.0),
        ("70in", 177.8),
        ("70 inches", 177.8),
        ('70"', 177.8),
        ("5ft10in", 177.8),
        ("5 ft 10 in", 177.8),
        ("5'10\"", 177.8),
        ("5'10", 177.8),
        ("5′10″", 177.8),
        ("5’10”", 177.8),
        ("5'10''", 177.8),
        ("5'10.5\"", 179.07),
        ("6ft", 182.88),
        ("6'", 182.88),
        ("5.5ft", 167.64),
        ("5 pies 10 pulgadas", 177.8),
        ("20cm", 20.0),
        ("8in", 20.32),
    ],
)
def test_a_length_is_read_in_metres_inches_and_feet(given, cm):
    assert length_cm(given, "--stature") == pytest.approx(cm, abs=1e-6)


@pytest.mark.parametrize("given", ["", "heavy", "80st", "80 kg 2", "nan", "inf", "1e3", "80cm", "--80", "8 0"])
def test_what_is_no_mass_is_refused_in_one_line_that_lists_what_is(given):
    with pytest.raises(UsageError) as failure:
        mass_kg(given, "--load")
    line = str(failure.value)
    assert "--load" in line
    assert all(accepted in line for accepted in ("80,", "80kg", "176lb", "kilograms"))
    assert "\n" not in line


@pytest.mark.parametrize("given", ["", "tall", "178kg", "5ft13in", "5'12\"", "5.5ft10in", "5ft-2in", "nan", "1m78"])
def test_what_is_no_length_is_refused_in_one_line_that_lists_what_is(given):
    with pytest.raises(UsageError) as failure:
        length_cm(given, "--stature")
    line = str(failure.value)
    assert all(accepted in line for accepted in ("178,", "178cm", "1.78m", "70in", "5ft10in", "5'10\"", "centimetres"))


def test_nothing_given_is_nothing_known():
    assert mass_kg(None, "--mass") is None
    assert length_cm(None, "--stature") is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--mass", "heavy"), "176lb"),
        (("--load", "60stone"), "176lb"),
        (("--load", "-5lb"), "-2.26796"),
        (("--mass", "7"), "15 to 400 kg"),
        (("--mass", "2000lb"), "15 to 400 kg"),
        (("--stature", "17.5m"), "90 to 260 cm"),
        (("--stature", "1.75"), "175 cm"),
        (("--wall", "8m"), "8in"),
        (("--units", "stones"), "imperial"),
    ],
)
def test_the_command_refuses_bad_quantities_with_one_line_and_code_2(arguments, told, capsys, tmp_path):
    assert run(["analyze", str(tmp_path / "clip.mp4"), *arguments]) == 2
    line = capsys.readouterr().err
    assert told in line
    assert line.count("\n") == 1


def test_units_are_named_in_the_language_that_is_spoken(capsys, tmp_path):
    assert run(["analyze", str(tmp_path / "clip.mp4"), "--mass", "gordo", "--language", "es"]) == 2
    assert "no es un peso" in capsys.readouterr().err


def test_pounds_and_feet_reach_the_record_as_kilograms_and_centimetres(monkeypatch, tmp_path):
    asked = []

    def instead(_path, request, **_how):
        asked.append(request)
        raise UsageError("enough")

    monkeypatch.setattr("hiphinge.analysis.analyse", instead)
    given = ["--mass", "176lb", "--stature", "5'10\"", "--load", "135lb", "--wall", "8in", "--units", "imperial"]
    assert run(["analyze", str(tmp_path / "clip.mp4"), *given]) == 2
    (request,) = asked
    assert request.subject.mass_kg == pytest.approx(79.83, abs=0.01)
    assert request.subject.stature_cm == pytest.approx(177.8)
    assert request.load.mass_kg == pytest.approx(61.23, abs=0.01)
    assert request.wall_cm == pytest.approx(20.32)
    assert request.units == "imperial"


def test_metric_is_what_is_shown_unless_asked_and_only_within_the_block():
    assert system() == "metric"
    with measuring("imperial"):
        assert shown("kg").unit == "lb"
        assert shown("N·m").unit == "N·m"
    assert shown("kg").unit == "kg"


@pytest.mark.parametrize("language", own_languages())
def test_a_length_and_a_mass_have_words_in_both_systems(language):
    with speaking(language):
        for unit in ("cm", "kg", "m/s"):
            with measuring("imperial"):
                assert shown(unit).unit in words().units
            assert unit in words().units


def test_the_same_value_is_written_in_the_system_that_is_shown():
    text = words()
    assert text.quantity(25.4, "cm", 2.54) == "25 ± 3 cm"
    with measuring("imperial"):
        assert text.quantity(25.4, "cm", 2.54) == "10.0 ± 1.0 in"
        assert text.quantity(100.0, "kg") == "220 lb"
        assert text.quantity(0.3048, "m/s") == "1.0 ft/s"
        assert text.length(0.1) == "<0.1 in"
        assert text.quantity(12.0, "deg") == "12°"
    assert text.length(0.1) == "<1 cm"


def test_the_load_s_path_is_told_in_inches_where_that_is_asked():
    path = LoadPath(followed="hands", scale="stature", metres_per_stature=1.75, metres_per_stature_error=0.05)
    drift = Metric(value=0.04, error=0.01, unit="fraction of stature")
    speed = Metric(value=0.5, error=0.05, unit="statures/s")
    assert (measure(drift, path, words()), measure(speed, path, words())) == ("+7 cm", "0.88 m/s")
    with measuring("imperial"):
        assert (measure(drift, path, words()), measure(speed, path, words())) == ("+2.8 in", "2.9 ft/s")


def test_the_page_is_in_inches_and_the_data_in_si():
    metric, imperial = (told(units) for units in ("metric", "imperial"))
    pages = [render(each, (), settings=SETTINGS) for each in (metric, imperial)]
    assert ["<small>in</small>" in page for page in pages] == [False, True]
    assert ["<small>cm</small>" in page for page in pages] == [True, False]
    one, other = (json.loads(record_json(each)) for each in (metric, imperial))
    assert one["reps"] == other["reps"]
    assert one["subject"] == other["subject"]
    assert (one["units"], other["units"]) == ("metric", "imperial")


def told(units):
    given = {"subject": Subject(stature_cm=175.0), "load": Load(mass_kg=40.0)}
    return analysed(hinge(3), exercise="rdl", units=units, **given)


def test_the_end_of_a_name_tells_its_unit():
    assert doctest.testmod(units).failed == 0
    assert [unit_at_end(name) for name in ("hip_moment_nm", "l5s1_shear_n", "centre_of_pressure_m", "load_share")] == [
        "N·m", "N", "m", "1"
    ]  # fmt: skip
    assert unit_at_end("hip_moment_nm", per_body=True) == unit_at_end("hip_moment_nm_per_kg") == "N·m/kg"
    assert unit_at_end("l5s1_shear_n", per_body=True) == unit_at_end("l5s1_shear_bw") == "body weights"
