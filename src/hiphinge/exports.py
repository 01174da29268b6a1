"""The files of one analysis that other programs read: `analysis.json`; kinematics and kinetics as Parquet and CSV."""

import csv
import json
import math
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xarray as xr
from numpy.typing import NDArray

from hiphinge.records import BOUNDS, SCHEMA, Record, Rep
from hiphinge.result import Analysis
from hiphinge.units import UNIT_OF, quantity_and_end

DECIMALS: Final = {
    "s": 4,
    "deg": 2,
    "fraction of stature": 4,
    "fraction of trunk length": 4,
    "statures/s": 4,
    "1": 3,
    "m": 4,
    "N·m": 2,
    "N": 1,
    "N·m/kg": 4,
    "body weights": 4,
}
"""Decimals written to the CSV per unit: finer than any error this instrument can reach."""
_JSON_DECIMALS: Final = 4
_MEANS: Final = {"low": "lower bound", "best": "likeliest", "high": "upper bound"}


class Column(Record, frozen=True, kw_only=True):
    """One column of a table: unit, what a positive value means, definition."""

    unit: str
    positive: str
    meaning: str


def columns() -> dict[str, Column]:
    """Every column of the kinematics table, in order."""
    text = files("hiphinge").joinpath("data", "columns.toml").read_bytes()
    return msgspec.toml.decode(text, type=dict[str, Column])


def kinematics_table(analysis: Analysis) -> pa.Table:
    """Build the kinematics as an Arrow table: one row per sample, unknown as null, units and signs as metadata.

    `phase` and `rep` are null outside repetitions; repetitions are half-open, so no row has two.
    """
    time_s = analysis.kinematics["time"].to_numpy()
    rep, phase = rep_and_phase(time_s, analysis.record.reps)
    fields, arrays = [], []
    for name, column in columns().items():
        if name == "rep":
            array = pa.array(rep, type=pa.int32(), mask=rep < 0)
        elif name == "phase":
            array = pa.array(phase, type=pa.string())
        else:
            values = time_s if name == "time_s" else _series(analysis, name, time_s.size)
            array = pa.array(values, type=pa.float64(), mask=np.isnan(values))
        arrays.append(array)
        fields.append(pa.field(name, array.type, metadata=msgspec.structs.asdict(column)))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=_metadata(analysis)))


def kinetics_table(analysis: Analysis) -> pa.Table | None:
    """Build moments and forces as an Arrow table on the kinematics' rows; None where they were withheld.

    Each quantity stands three times, low, best and high, its unit at the end of its name: `hip_moment_best_nm`, or
    `hip_moment_best_nm_per_kg` and `l5s1_compression_best_bw` where the lifter's mass is unknown.
    """
    held = analysis.kinetics
    if held is None:
        return None
    time_s = held["time"].to_numpy()
    rep, _ = rep_and_phase(time_s, analysis.record.reps)
    whole, fields, arrays = {"time_s": time_s}, [], []
    for name, column in _kinetics_columns().items():
        if name == "rep":
            parts = {name: (pa.array(rep, type=pa.int32(), mask=rep < 0), column)}
        elif name not in held or held[name].ndim == 1:
            values = whole[name] if name in whole else held[name].to_numpy()
            parts = {name: (pa.array(values, type=pa.float64(), mask=np.isnan(values)), column)}
        else:
            parts = _bounded(held[name], column, per_body=held.attrs["unit_mass"] == "body")
        for own, (array, about) in parts.items():
            arrays.append(array)
            fields.append(pa.field(own, array.type, metadata=msgspec.structs.asdict(about)))
    made = {name: str(value) for name, value in held.attrs.items()}
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=_metadata(analysis) | made))


def _kinetics_columns() -> dict[str, Column]:
    text = files("hiphinge").joinpath("data", "columns_kinetics.toml").read_bytes()
    return msgspec.toml.decode(text, type=dict[str, Column])


def _bounded(series: xr.DataArray, column: Column, *, per_body: bool) -> dict[str, tuple[pa.Array, Column]]:
    """A quantity's low, best and high, named with the unit it has."""
    quantity, end = quantity_and_end(str(series.name), per_body=per_body)
    found = {}
    for bound in BOUNDS:
        values = series.sel(bound=bound).to_numpy()
        about = msgspec.structs.replace(column, unit=UNIT_OF[end], meaning=f"{column.meaning}; {_MEANS[bound]}")
        found[f"{quantity}_{bound}_{end}"] = pa.array(values, type=pa.float64(), mask=np.isnan(values)), about
    return found


def _metadata(analysis: Analysis) -> dict[str, str]:
    return {
        "schema": SCHEMA,
        "version": analysis.record.provenance.version,
        "recording_sha256": analysis.record.recording.sha256,
        "frame": "sagittal plane, lifter facing +x, y up",
    }


def rep_and_phase(time_s: NDArray[np.float64], reps: tuple[Rep, ...]) -> tuple[NDArray[np.int64], list[str | None]]:
    """Tell, for each time, the repetition (−1 for none) and the phase (None for none)."""
    number = np.full(time_s.size, -1, dtype=np.int64)
    phase: list[str | None] = [None] * time_s.size
    for rep in reps:
        number[slice(*np.searchsorted(time_s, [rep.start_s, rep.end_s]))] = rep.index
        for part in rep.phases:
            first, last = np.searchsorted(time_s, [part.start_s, part.end_s])
            phase[first:last] = [part.name] * int(last - first)
    return number, phase


def write_tables(analysis: Analysis, folder: Path) -> None:
    """Write `kinematics` and, where there are some, `kinetics`.

    Each as `.parquet` (full precision, metadata) and `.csv` (rounded, unknown empty).
    """
    _write(kinematics_table(analysis), folder / "kinematics")
    held = kinetics_table(analysis)
    if held is not None:
        _write(held, folder / "kinetics")


def _write(table: pa.Table, stem: Path) -> None:
    with stem.with_suffix(".parquet").open("wb") as file:  # by its path Arrow refuses a name that is no UTF-8
        pq.write_table(table, file, compression="zstd")
    decimals = [DECIMALS.get(field.metadata[b"unit"].decode()) for field in table.schema]
    with stem.with_suffix(".csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.column_names)
        cells = (
            [_text(value, places) for value in column.to_pylist()]
            for column, places in zip(table.columns, decimals, strict=True)
        )
        writer.writerows(zip(*cells, strict=True))


def write_json(analysis: Analysis, folder: Path) -> None:
    """Write `analysis.json`: the record, rounded to what its errors justify, indented."""
    (folder / "analysis.json").write_bytes(record_json(analysis))


def record_json(analysis: Analysis, *, indent: int | None = 2) -> bytes:
    """Encode the record as it stands in `analysis.json`, or on one line without `indent`.

    What of a file's name is no text stands as JSON's escapes.
    """
    text = json.dumps(rounded(msgspec.to_builtins(analysis.record)), ensure_ascii=False, allow_nan=False, indent=indent)
    return f"{text}\n".encode(errors="backslashreplace")


def rounded(value: Any) -> Any:
    """Round plain JSON data: a value that has an error to the error's second digit, other floats to 4 decimals.

    Of bounds, half of what lies between them is the error. What is not finite is unknown, and becomes None.
    """
    if isinstance(value, dict) and value.keys() >= set(BOUNDS):
        places = _places((value["high"] - value["low"]) / 2)
        return {key: _rounded(item, places if key in BOUNDS else None) for key, item in value.items()}
    if isinstance(value, dict):
        places = _places(value.get("error"))
        return {key: _rounded(item, places if key in {"value", "error"} else None) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return _rounded(value, None)


def _rounded(value: Any, places: int | None) -> Any:
    if not isinstance(value, float):
        return rounded(value) if isinstance(value, dict | list | tuple) else value
    if not math.isfinite(value):
        return None
    return round(value, _JSON_DECIMALS if places is None else places)


def _places(error: object) -> int | None:
    """Decimals that show two digits of an error."""
    if not isinstance(error, float) or not math.isfinite(error) or error <= 0:
        return None
    return max(0, 1 - math.floor(math.log10(error)))


def _series(analysis: Analysis, name: str, size: int) -> NDArray[np.float64]:
    """One variable of the kinematics as floats; all unknown where it is not measured yet."""
    if name not in analysis.kinematics:
        return np.full(size, np.nan)
    return analysis.kinematics[name].to_numpy().astype(np.float64)


def _text(value: object, places: int | None) -> str:
    if value is None:
        return ""
    return f"{value:.{places}f}" if isinstance(value, float) and places is not None else str(value)
