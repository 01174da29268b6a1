import csv
import dataclasses
import json
import math

import msgspec
import numpy as np
import pyarrow.parquet as pq
import pytest

from back_sample import with_back
from hiphinge.exports import DECIMALS, columns, record_json, rep_and_phase, rounded, write_json, write_tables
from hiphinge.records import AnalysisRecord
from hiphinge.result import Analysis
from report_sample import sample

ANGLES = (
    "hip_flexion",
    "knee_flexion",
    "trunk_inclination",
    "shank_inclination",
    "pelvic_tilt",
    "lumbar_flexion",
    "thoracic_flexion",
    "head_angle",
)
STRAINS = ("hamstring_strain", "gluteus_maximus_strain")
CONTRACT = [
    "time_s",
    *(f"{name}{kind}" for name in ANGLES for kind in ("_deg", "_error_deg")),
    "hip_travel_back",
    "confidence",
    "phase",
    "rep",
    *(f"dowel_gap_{zone}{kind}" for zone in ("head", "thoracic", "sacral") for kind in ("", "_error")),
    *(f"load_{name}{kind}" for name in ("forward", "height", "over_midfoot", "speed") for kind in ("", "_error")),
    *(f"pelvic_hip_flexion{kind}" for kind in ("_deg", "_error_deg")),
    *(f"{name}{kind}" for name in (*STRAINS, "hip_effort") for kind in ("", "_error")),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports")
    write_tables(sample(), folder)
    write_json(sample(), folder)
    return folder


def rows(folder):
    with (folder / "kinematics.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_both_tables_have_exactly_the_columns_of_the_contract(folder):
    assert list(rows(folder)[0]) == CONTRACT
    assert pq.read_table(folder / "kinematics.parquet").column_names == CONTRACT


def test_the_tables_hold_every_sample_and_agree(folder):
    table, lines = pq.read_table(folder / "kinematics.parquet"), rows(folder)
    kinematics = sample().kinematics
    assert table.num_rows == len(lines) == kinematics.sizes["time"]
    np.testing.assert_array_equal(table["knee_flexion_deg"].to_numpy(), kinematics["knee_flexion_deg"].to_numpy())
    written = np.array([float(line["knee_flexion_deg"]) for line in lines])
    np.testing.assert_allclose(written, kinematics["knee_flexion_deg"].to_numpy(), atol=0.0051)


def test_unknown_is_empty_in_csv_and_null_in_parquet(folder):
    table = pq.read_table(folder / "kinematics.parquet")
    assert table["lumbar_flexion_deg"].null_count == table.num_rows
    assert {line["lumbar_flexion_deg"] for line in rows(folder)} == {""}


def test_phase_and_repetition_stand_in_each_row_and_are_empty_outside(folder):
    lines = rows(folder)
    rep = sample().record.reps[1]
    inside = [line for line in lines if rep.start_s <= float(line["time_s"]) < rep.end_s - 0.01]
    assert {line["rep"] for line in inside} == {"2"}
    assert [*dict.fromkeys(line["phase"] for line in inside)] == ["eccentric", "bottom", "concentric", "lockout"]
    assert (lines[0]["rep"], lines[0]["phase"]) == ("", "")
    assert pq.read_table(folder / "kinematics.parquet")["rep"].null_count > 0


def test_repetitions_are_half_open_so_a_shared_edge_belongs_to_the_later_one():
    first, second = sample().record.reps[:2]
    assert first.end_s == second.start_s
    number, _ = rep_and_phase(np.array([first.start_s, second.start_s]), (first, second))
    assert number.tolist() == [1, 2]


def test_every_parquet_column_says_its_unit_and_what_positive_means(folder):
    schema = pq.read_schema(folder / "kinematics.parquet")
    for name in [name for name in CONTRACT if name not in {"phase", "rep"}]:
        assert schema.field(name).metadata[b"unit"], name
        assert schema.field(name).metadata[b"positive"], name
    assert schema.field("head_angle_deg").metadata[b"positive"] == b"looking up"
    assert schema.metadata[b"schema"] == b"hiphinge/1"


def test_the_json_reads_back_as_the_record_up_to_rounding(folder):
    text = (folder / "analysis.json").read_bytes()
    record = msgspec.json.decode(text, type=AnalysisRecord)
    assert record.schema == "hiphinge/1"
    assert [rep.index for rep in record.reps] == [1, 2, 3, 4]
    assert record.reps[0].bottom_s == pytest.approx(sample().record.reps[0].bottom_s, abs=1e-4)
    assert b'\n  "recording"' in text


def test_a_value_is_rounded_to_two_digits_of_its_error():
    assert rounded({"value": 62.34567, "error": 3.456, "unit": "deg"}) == {"value": 62.3, "error": 3.5, "unit": "deg"}
    assert rounded({"value": 0.123456, "error": 0.0123, "unit": "1"}) == {"value": 0.123, "error": 0.012, "unit": "1"}
    assert rounded({"value": 62.34567, "error": None})["value"] == 62.3457


def test_bounds_are_rounded_to_two_digits_of_half_of_what_lies_between_them():
    assert rounded({"low": 312.94, "best": 350.98, "high": 414.21}) == {"low": 313.0, "best": 351.0, "high": 414.0}
    assert rounded({"low": 0.51394, "best": 0.71251, "high": 1.17552}) == {"low": 0.51, "best": 0.71, "high": 1.18}
    assert rounded({"low": 1.234567, "best": 1.234567, "high": 1.234567})["best"] == 1.2346


def test_what_is_not_finite_becomes_null():
    record = msgspec.structs.replace(
        sample().record, quality=msgspec.structs.replace(sample().record.quality, pose_coverage=math.nan)
    )
    other = Analysis(record, sample().track, sample().raw_track, sample().kinematics)
    assert json.loads(record_json(other))["quality"]["pose_coverage"] is None


def test_an_angle_that_is_not_measured_yet_is_an_empty_column(tmp_path):
    known = sample()
    bare = Analysis(known.record, known.track, known.raw_track, known.kinematics.drop_vars("pelvic_tilt_deg"))
    write_tables(bare, tmp_path)
    assert {line["pelvic_tilt_deg"] for line in rows(tmp_path)} == {""}


def test_the_rods_gaps_stand_in_both_tables_once_a_rod_was_laid(tmp_path):
    known = with_back()
    gap = known.rod["gap"].sel(zone="sacral").to_numpy()
    kinematics = known.kinematics.assign(
        dowel_gap_sacral=("time", gap), dowel_gap_sacral_error=("time", 0 * gap + 0.01)
    )
    write_tables(dataclasses.replace(known, kinematics=kinematics), tmp_path)
    table = pq.read_table(tmp_path / "kinematics.parquet")
    np.testing.assert_array_equal(table["dowel_gap_sacral"].to_numpy(), gap)
    assert table["dowel_gap_head"].null_count == table.num_rows
    np.testing.assert_allclose([float(line["dowel_gap_sacral"]) for line in rows(tmp_path)], gap, atol=0.000051)


def test_every_number_of_a_table_has_so_many_decimals_as_its_unit_deserves():
    """A unit without decimals would be written with all seventeen digits."""
    without = {one.unit for one in columns().values()} - set(DECIMALS)
    assert without == {""}
