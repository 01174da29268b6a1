"""How right work, power and slowing are: simulated clips whose load and path are known, against what is measured.

    python -m validation.strength --work DIR FOLDER…

FOLDERs hold clips of `validation.simulate` with the raw tracks that `validation.accuracy` keeps beside them. Statures
and masses are given, as somebody does who wants these figures. The true load is the fist's or the bar's place of
`validation.load_path`; a swung kettlebell's ball lies 15.5 cm beyond the fists in line with the arms, as it is drawn.
True work, power and speed follow from the true place by the same definitions, without a filter.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow.parquet as pq

from hiphinge import video
from hiphinge.analysis import Request, assess
from hiphinge.errors import HiphingeError
from hiphinge.geometry import Floats
from hiphinge.records import AnalysisRecord, Load, Rep, Subject
from hiphinge.settings import StrengthSettings, load_slice
from hiphinge.strength import SPEED, UNITS
from hiphinge.strength.work import course_of, span_of, way_up
from validation import tracks
from validation.load_path import LOADED, looked, true_path

BELL_M: Final = 0.155
"""From the fists to the ball's middle, as simulated kettlebells are drawn."""
SAME_BOTTOM_S: Final = 0.75
UNFILTERED_HZ: Final = 1e6
SETTINGS: Final = load_slice("strength", StrengthSettings)


class Row(NamedTuple):
    """One repetition: what is true, what was measured, and its stated error, by metric."""

    clip: str
    exercise: str
    true: dict[str, float]
    found: dict[str, float]
    error: dict[str, float]


class SetRow(NamedTuple):
    """One set: how much slower the last repetition was than the one found the fastest, in truth and as told."""

    true: float
    found: float
    error: float
    verdict: str


def main() -> None:
    """Print the figures by exercise, and of all."""
    parser = argparse.ArgumentParser(prog="python -m validation.strength", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--work", type=Path, required=True, help="where circles are kept")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    sets: list[SetRow] = []
    for folder in given.folders:
        for clip in sorted(folder.glob("*/truth.json")):
            found, of_set = measured(clip.parent, given.work)
            rows += found
            sets += of_set
    print(table(rows))
    print(slowing(sets))


def measured(folder: Path, work: Path) -> tuple[list[Row], list[SetRow]]:
    """Every repetition of one clip that was found, and its set; none where the exercise has no load."""
    truth = json.loads((folder / "truth.json").read_text())
    track_file = folder / tracks.TRACK
    if truth["exercise"] not in LOADED or not track_file.is_file():
        return [], []
    seen = tracks.load(track_file)
    circles = looked(folder / "clip.mp4", seen.track, work / f"{folder.parent.name}-{folder.name}.circles.npz")
    mass = float(truth["spec"]["load_kg"])
    request = Request(
        exercise=truth["exercise"], subject=Subject(stature_cm=100 * truth["stature_m"]), load=Load(mass_kg=mass)
    )
    try:
        record = assess(seen, video.probe(folder / "clip.mp4"), request, circles=circles).record
    except HiphingeError as error:
        print(f"{folder.name}: {error}")
        return [], []
    time_s, place = true_load(folder, truth)
    rows, speeds = [], {}
    for rep in truth["reps"]:
        near = [mine for mine in record.reps if abs(mine.bottom_s - rep["bottom_s"]) < SAME_BOTTOM_S]
        real = true_values(time_s, place, rep, mass)
        if near and real:
            mine = min(near, key=lambda one: abs(one.bottom_s - rep["bottom_s"]))
            rows.append(
                _row(f"{folder.parent.name}/{folder.name}", truth["exercise"], real, mine, path=record.load_path)
            )
            speeds[mine.index] = real[SPEED]
    return rows, _set(record, speeds)


def _row(clip: str, exercise: str, real: dict[str, float], mine: Rep, *, path: Any) -> Row:
    """Speeds in metres a second, by the clip's own scale."""
    known = {name: one for name in (*UNITS, SPEED) if (one := mine.metrics.get(name)) is not None and one.value}
    scale = {SPEED: path.metres_per_stature if path is not None and path.metres_per_stature else np.nan}
    return Row(
        clip,
        exercise,
        real,
        {name: scale.get(name, 1.0) * one.value for name, one in known.items()},
        {name: scale.get(name, 1.0) * one.error for name, one in known.items()},
    )


def _set(record: AnalysisRecord, speeds: dict[int, float]) -> list[SetRow]:
    """The set's slowing beside the truth's; nothing where it was not compared."""
    strength = record.summary.strength
    loss = None if strength is None else strength.velocity_loss
    if loss is None or not {loss.fastest, loss.last} <= speeds.keys():
        return []
    true = 1 - speeds[loss.last] / speeds[loss.fastest]
    return [SetRow(true, loss.loss.value or 0.0, loss.loss.error or np.nan, loss.verdict)]


def true_load(folder: Path, truth: dict[str, Any]) -> tuple[Floats, Floats]:
    """Seconds (T,), and the load's place (T, 2), metres."""
    true = true_path(folder, truth)
    if truth["exercise"] != "kettlebell_swing":
        return true.time_s, true.load
    table_of = pq.read_table(folder / "truth.parquet")

    def place(joint: str) -> Floats:
        columns = [
            [np.asarray(table_of[f"{s}_{joint}_{axis}_m"], dtype=float) for axis in "xz"] for s in ("left", "right")
        ]
        return np.mean(columns, axis=0).T

    arm = true.load - (place("shoulder") - place("ankle"))
    return true.time_s, true.load + BELL_M * arm / np.linalg.norm(arm, axis=1, keepdims=True)


def true_values(time_s: Floats, place: Floats, rep: dict[str, Any], mass: float) -> dict[str, float]:
    """A repetition's true work, powers and speed; nothing where its way up is cut."""
    course = course_of(time_s, place, UNFILTERED_HZ, pad_s=SETTINGS.pad_s)
    way = way_up(course, rep["start_s"], rep["end_s"])
    if way is None:
        return {}
    up = slice(way.low, way.top + 1)
    gained = float(course.energy[way.top] - course.energy[way.low])
    share = (course.energy[up] - course.energy[way.low]) / gained
    span = span_of(time_s[up], share, SETTINGS.power_from, 1 - SETTINGS.power_from)
    frames = np.flatnonzero((time_s >= rep["start_s"]) & (time_s < rep["end_s"]))
    height = place[frames[place[frames, 1].argmin()] : frames[-1] + 1, 1]
    height = height[: int(height.argmax()) + 1]
    rise = float(height[-1] - height[0])
    middle_s = span_of(time_s[: height.size], (height - height[0]) / rise, SETTINGS.speed_from, 1 - SETTINGS.speed_from)
    return {
        "work_j": mass * gained,
        "mean_power_w": mass * (1 - 2 * SETTINGS.power_from) * gained / span,
        "peak_power_w": mass * float(course.power[way.peak]),
        SPEED: (1 - 2 * SETTINGS.speed_from) * rise / middle_s,
    }


def table(rows: list[Row]) -> str:
    """Figures by exercise and of all, as a table in Markdown."""
    names = (*UNITS, SPEED)
    lines = [
        f"| exercise | repetitions | {' | '.join(names)} | alike in a set |",
        f"|{'---|' * (len(names) + 3)}",
    ]
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.exercise].append(row)
    for name, group in (*sorted(groups.items()), ("all", rows)):
        cells = [_cell([_pair(row, metric) for row in group if metric in row.found]) for metric in names]
        lines.append(f"| {name} | {len(group)} | {' | '.join(cells)} | {_alike(group)} |")
    return "\n".join(lines)


def slowing(sets: list[SetRow]) -> str:
    """How near the losses come, and of how many sets it was told that they slowed."""
    if not sets:
        return "no set was compared"
    off = np.array([(one.found - one.true, (one.found - one.true) / one.error) for one in sets])
    lines = [
        (
            f"loss of speed, {len(sets)} sets: {100 * off[:, 0].mean():+.0f} ± {100 * off[:, 0].std():.0f} points off, "
            f"{100 * np.mean(np.abs(off[:, 1]) <= 1.645):.0f} % within 1.645 errors"
        )
    ]
    for name, low, high in (("less than 10", -np.inf, 0.1), ("10 to 25", 0.1, 0.25), ("more than 25", 0.25, np.inf)):
        told = [one.verdict == "slower" for one in sets if low <= one.true < high]
        lines.append(f"true loss {name} %: told in {sum(told)} of {len(told)}")
    return "\n".join(lines)


def _pair(row: Row, metric: str) -> tuple[float, float]:
    """The relative error, and the error in stated errors."""
    true, found = row.true[metric], row.found[metric]
    return found / true - 1, (found - true) / row.error[metric]


def _cell(pairs: list[tuple[float, float]]) -> str:
    """Mean ± SD of the relative error, its median size, and how many lie within 1.645 stated errors."""
    if not pairs:
        return "none"
    off, sizes = np.array(pairs).T
    within = 100 * np.mean(np.abs(sizes) <= 1.645)
    spread = f"{100 * off.mean():+.0f} ± {100 * off.std():.0f} %, median {100 * np.median(np.abs(off)):.0f}"
    return f"{spread}, {within:.0f} % within"


def _alike(rows: list[Row]) -> str:
    """How far speeds over true speeds differ within a clip: median and three quarters of the clips' SD."""
    ratios: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if SPEED in row.found:
            ratios[row.clip].append(row.found[SPEED] / row.true[SPEED])
    spread = [100 * np.std(one, ddof=1) / np.mean(one) for one in ratios.values() if len(one) > 2]
    return f"{np.median(spread):.0f}, {np.quantile(spread, 0.75):.0f} %" if spread else "none"


if __name__ == "__main__":
    main()
