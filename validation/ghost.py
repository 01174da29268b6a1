"""How right the ghost is, on simulated people: `python -m validation.ghost FOLDER... [--unknown]`.

FOLDER holds clips with their kept tracks (`clip.track-auto.npz`). Two questions: does the ghost of a clean repetition
lie on the lifter, joint by joint; and would the simulated person, posed as the ghost is, stand over the foot where that
person stands upright. The body's mass and the load are given as a user would, or with `--unknown` left out.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow.parquet as pq

from hiphinge import video
from hiphinge.analysis import Request, assess
from hiphinge.anthropometry import segments
from hiphinge.exercises import exercises
from hiphinge.geometry import Floats
from hiphinge.ghost import Ghost, body, ghost, why_none
from hiphinge.ghost.body import joints, mass_centre
from hiphinge.ghost.filmed import Lifter
from hiphinge.records import Load, Subject
from hiphinge.result import Analysis
from hiphinge.settings import GhostSettings, load_slice
from validation import tracks
from validation.simulate.pose import Course, mass_kg
from validation.simulate.sample import spec_of
from validation.simulate.take import Take, prepare

JOINTS: Final = ("ankle", "knee", "hip", "shoulder")
SAME_REP_S: Final = 0.75
FOOT: Final = (-0.045, 0.107)
"""From heel to toe, statures in front of the ankle (Drillis and Contini)."""
FRAMES: Final = 7
"""A still posture is posed this often: the arms are smoothed over time."""


class Row(NamedTuple):
    """One repetition: (joints, 2) places less the true ones in statures, forward and up; mass centres in statures."""

    clip: str
    rep: int
    clean: bool
    faults: dict[str, float]
    found: tuple[str, ...]
    ghost: Floats
    filmed: Floats
    closure: float
    off_place: float
    ahead: float


def main() -> None:
    """Print a line per repetition where asked, and the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--unknown", action="store_true", help="mass and load are not given")
    parser.add_argument("--each", action="store_true", help="a line per repetition")
    asked = parser.parse_args()
    rows, refused = [], []
    for folder in clips(asked.folders):
        for one in measured(folder, known=not asked.unknown):
            (rows if isinstance(one, Row) else refused).append(one)
            if asked.each:
                print(line(one) if isinstance(one, Row) else one, flush=True)
    print_figures(rows, refused)


def clips(folders: list[Path]) -> list[Path]:
    """Clips of hinges that have a track."""
    found = sorted(path.parent for folder in folders for path in folder.glob("*/truth.json"))
    return [path for path in found if (path / tracks.TRACK).is_file() and not path.name.endswith("squat")]


def measured(folder: Path, *, known: bool) -> Iterator[Row | str]:
    """Rows of one clip; a sentence for each repetition that has no ghost."""
    truth = json.loads((folder / "truth.json").read_text())
    take = prepare(spec_of(truth["spec"]))
    analysis = analysed(folder, take, known=known)
    table = pq.read_table(folder / "truth.parquet")
    for true_rep in truth["reps"]:
        rep = min(analysis.record.reps, key=lambda one: abs(one.bottom_s - true_rep["bottom_s"]))
        if abs(rep.bottom_s - true_rep["bottom_s"]) > SAME_REP_S:
            continue
        found = ghost(analysis, rep.bottom_s)
        if found is None:
            yield f"{folder.name} {rep.index}: none, {why_none(analysis, rep.bottom_s)}"
        else:
            yield _row(folder.name, true_rep["faults"], found, analysis=analysis, true=(take, table))


def analysed(folder: Path, take: Take, *, known: bool) -> Analysis:
    """The product, told the exercise, and what a user knows of body and load."""
    spec = take.spec
    subject = Subject(sex=spec.shape.sex, mass_kg=mass_kg(take.body)) if known else Subject()
    load = Load(mass_kg=spec.load_kg) if known and spec.load_kg else Load()
    request = Request(exercise=spec.exercise, subject=subject, load=load)
    return assess(tracks.load(folder / tracks.TRACK), video.probe(folder / "clip.mp4"), request)


def _row(name: str, faults: dict[str, float], found: Ghost, *, analysis: Analysis, true: tuple[Take, Any]) -> Row:
    take, table = true
    single = take.spec.exercise == "single_leg_rdl"
    frame = int(np.abs(np.asarray(table["time_s"]) - found.at_s).argmin())
    px = {one: _true_px(table, one, single=single) for one in JOINTS}
    stature_px = _stature_px(table, take.body.shape.stature_m)
    side = analysis.record.reps[found.rep - 1].side
    lifter = Lifter(analysis, found.at_s, side, load_slice("ghost", GhostSettings))
    scale = np.array([lifter.frame.facing, -1.0]) / stature_px
    as_filmed = joints(found.filmed, lifter.lengths)
    origin = lifter.ankle_px(found.at_s)
    ghost_at = [found.near_px[one] if single else (found.near_px[one] + found.far_px[one]) / 2 for one in JOINTS]
    filmed_at = [lifter.frame.picture(as_filmed[one], origin) for one in JOINTS]
    true_at = [px[one][frame] for one in JOINTS]
    stature_m = take.body.shape.stature_m
    posed, standing = posed_as(found, take, frame), _standing_ahead(take)
    held = take.spec.load_kg / mass_kg(take.body) if found.load_counted else 0.0
    load = body.Load(held, on_back=exercises()[take.spec.exercise].carries == "back")
    again = float(mass_centre(found.places, segments(analysis.record.subject.sex), load)[0])
    return Row(
        clip=name,
        rep=found.rep,
        clean=not faults,
        faults=faults,
        found=tuple(sorted(found.faults)),
        ghost=(np.array(ghost_at) - true_at) * scale,
        filmed=(np.array(filmed_at) - true_at) * scale,
        closure=again - found.ahead,
        off_place=(posed - standing) / stature_m,
        ahead=posed / stature_m,
    )


def posed_as(found: Ghost, take: Take, frame: int) -> float:
    """How far the simulated person's mass centre, load included, lies before the ankle in the ghost's posture, m."""
    course, posture = take.planned.course, found.posture
    upright = take.planned.upright
    still = {
        one.name: np.full(FRAMES, getattr(course, one.name)[frame])
        for one in fields(Course)
        if isinstance(getattr(course, one.name), np.ndarray) and getattr(course, one.name).size
    }
    neutral = {
        one: np.full(FRAMES, float(np.median(getattr(course, one)[upright])) if upright.any() else 0.0)
        for one in ("lumbar", "thoracic", "neck")
    }
    still |= neutral | {
        "time_s": np.arange(FRAMES) / 30,
        "trunk": np.full(FRAMES, posture.trunk),
        "knee": np.full(FRAMES, posture.knee),
    }
    if course.rear.size and posture.rear is not None:
        still["rear"] = np.full(FRAMES, -posture.rear)
    posed = take.chain.solve(replace(course, **still), shank=np.full(FRAMES, posture.shank))
    return float(posed.mass_centre[FRAMES // 2, 0])


def _standing_ahead(take: Take) -> float:
    """Where the person's mass centre truly belongs: over the foot as it stands, m in front of the ankle."""
    upright = take.planned.upright
    return float(np.median(take.posed.mass_centre[upright if upright.any() else slice(None), 0]))


def _true_px(table: Any, joint: str, *, single: bool) -> Floats:
    left, right = (
        np.stack([np.asarray(table[f"{side}_{joint}_{axis}_px"], dtype=float) for axis in "xy"], axis=1)
        for side in ("left", "right")
    )
    return left if single else (left + right) / 2


def _stature_px(table: Any, stature_m: float) -> float:
    """Stature in pixels at the lifter, by the height of the shoulders above the ankles at their highest."""
    px = _true_px(table, "ankle", single=False)[:, 1] - _true_px(table, "shoulder", single=False)[:, 1]
    metres = [
        sum(np.asarray(table[f"{side}_{joint}_z_m"], dtype=float) for side in ("left", "right")) / 2
        for joint in ("shoulder", "ankle")
    ]
    tallest = int(np.argmax(metres[0] - metres[1]))
    return float(stature_m * px[tallest] / (metres[0] - metres[1])[tallest])


def print_figures(rows: list[Row], refused: list[str]) -> None:
    """Print how far the ghost of clean repetitions is from the lifter, and where its mass centre truly lies."""
    print(f"{len(rows)} ghosts, {len(refused)} refused")
    kept = [one for one in rows if one.clean and not one.found]
    for name, chosen in (("clean, found clean", kept), ("clean", [one for one in rows if one.clean])):
        if chosen:
            moved, seen = (_rms(np.stack([getattr(one, key) for one in chosen])) for key in ("ghost", "filmed"))
            print(f"{name} ({len(chosen)}): ghost {100 * moved:.1f} % of stature off, as measured {100 * seen:.1f} %")
            mean = np.stack([one.ghost for one in chosen]).mean(axis=0)
            print(
                "   mean forward, up:",
                *(f"{j} {100 * x:+.1f} {100 * y:+.1f}" for j, (x, y) in zip(JOINTS, mean, strict=True)),
            )
    if rows:
        off, ahead = np.array([one.off_place for one in rows]), np.array([one.ahead for one in rows])
        over = np.mean((ahead > FOOT[0]) & (ahead < FOOT[1]))
        print(f"closure: {max(abs(one.closure) for one in rows):.1e} statures")
        typical, most = (100 * np.quantile(abs(off), share) for share in (0.5, 0.9))
        print(
            f"true mass centre against standing: mean {100 * off.mean():+.1f}, median of size {typical:.1f}, "
            f"nine in ten within {most:.1f} % of stature; over the foot {100 * over:.0f} %"
        )


def _rms(away: Floats) -> float:
    """Root mean square distance of knee, hip and shoulder: (N, joints, 2)."""
    return float(np.sqrt((away[:, 1:] ** 2).sum(axis=-1).mean()))


def line(one: Row) -> str:
    """One repetition in a line."""
    faults = " ".join(f"{name} {strength:.2f}" for name, strength in one.faults.items()) or "clean"
    return (
        f"{one.clip} {one.rep}: {faults} | found {' '.join(one.found) or 'nothing'} | "
        f"ghost {100 * _rms(one.ghost[None]):.1f} % off the lifter, measured {100 * _rms(one.filmed[None]):.1f} %, "
        f"true mass centre {100 * one.off_place:+.1f} %"
    )


if __name__ == "__main__":
    main()
