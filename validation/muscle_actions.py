"""Whether muscles got longer, kept their length or got shorter: as told from the video, and as is true.

    python -m validation.muscle_actions FOLDER…

FOLDERs hold clips of `validation.simulate` with the raw tracks that `validation.accuracy` keeps beside them. The truth
takes the same lengths and the same phases with the joints' true angles: what is compared is the measurement, not the
model of the muscle. Printed: how often a named action is the true one, how often none was named, and whether length
changes and the greatest stretch lie within their stated errors.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hiphinge import video
from hiphinge.analysis import Request, assess
from hiphinge.errors import HiphingeError
from hiphinge.geometry import Floats
from hiphinge.kinematics import Kinematics
from hiphinge.muscles.angles import Angles
from hiphinge.muscles.model import muscle_model
from hiphinge.muscles.stretch import stretches
from hiphinge.records import MuscleAction, MusclePhase, Phase
from hiphinge.result import Analysis
from hiphinge.settings import load_settings
from validation import tracks

OWN = load_settings().muscles
ANGLES = ("pelvic_tilt", "thigh_inclination", "shank_inclination", "lumbar_flexion")


class Told(NamedTuple):
    """One muscle in one phase: what was told, what is true, and by how much its length changed."""

    clip: str
    muscle: str
    phase: str
    action: str
    true: str
    change: float
    true_change: float
    error: float
    gap: bool


class Stretched(NamedTuple):
    """The greatest stretch of the hamstrings in one repetition."""

    clip: str
    value: float
    true: float
    error: float


def true_lengths(folder: Path, motion: Kinematics) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """True change of every length over the kinematics' time, and the band within which it counts as kept."""
    names = [f"{name}_deg" for name in ANGLES]
    table = pq.read_table(folder / "truth.parquet", columns=["time_s", *names])
    time_s = motion["time"].to_numpy()
    at = {name: np.interp(time_s, table["time_s"].to_numpy(), table[name].to_numpy()) for name in names}
    tilt, thigh, shank, lumbar = (at[name] for name in names)
    none = np.zeros_like(tilt)
    standing = motion["standing"].to_numpy() > 0
    stood = [float(np.median(values[standing])) if standing.any() else 0.0 for values in (thigh, shank)]
    angles = Angles(
        hip=tilt + thigh,
        knee=thigh + shank,
        hip_standing=stood[0],
        knee_standing=sum(stood),
        errors=dict.fromkeys(("tilt", "thigh", "shank"), none),
        standing_errors=dict.fromkeys(("tilt", "thigh", "shank"), 0.0),
        pelvis_seen=none == 0,
    )
    found = stretches(angles, OWN)
    lengths = {name: one.value for name, one in found.items()} | {"erector_spinae": lumbar}
    bands = {name: OWN.held_hip_deg * np.broadcast_to(one.slopes[0], tilt.shape) for name, one in found.items()}
    return lengths, bands | {"erector_spinae": np.full_like(tilt, OWN.held_lumbar_deg)}


def action(change: float, band: float) -> MuscleAction:
    """What a change is where it is known."""
    return "eccentric" if change > band else "concentric" if change < -band else "isometric"


def told(clip: str, folder: Path, analysis: Analysis) -> tuple[list[Told], list[Stretched]]:
    """Every muscle of every phase of every complete repetition beside the truth."""
    motion = Kinematics(analysis.kinematics)
    lengths, bands = true_lengths(folder, motion)
    time_s = motion["time"].to_numpy()
    rows, most = [], []
    for rep in analysis.record.reps:
        phases = {phase.name: phase for phase in rep.phases}
        for one in rep.muscles:
            at = _frames(time_s, phases[one.phase])
            if at.size > 1 and rep.complete:
                rows.append(_row(clip, one, lengths[one.muscle][at], float(np.median(bands[one.muscle][at]))))
        metric = rep.metrics.get("hamstring_strain_max")
        inside = rep.holds(time_s)
        if metric is not None and metric.value is not None and metric.error is not None and rep.complete:
            most.append(Stretched(clip, metric.value, float(lengths["hamstrings"][inside].max()), metric.error))
    return rows, most


def _frames(time_s: Floats, phase: Phase) -> NDArray[np.intp]:
    return np.flatnonzero(phase.holds(time_s))


def _row(clip: str, one: MusclePhase, true: Floats, band: float) -> Told:
    change = float(true[-1] - true[0])
    scale = 1.0 if one.muscle != "erector_spinae" else muscle_model().erector_per_deg.best
    value, error = (np.nan, np.nan) if one.change is None else (one.change.value, one.change.error)
    gap = band / 2 < abs(change) < 2 * band
    return Told(clip, one.muscle, one.phase, one.action, action(change, band), value, scale * change, error, gap)


def main(folders: list[Path]) -> int:
    """Print the tables."""
    rows: list[Told] = []
    most: list[Stretched] = []
    for folder in sorted(clip for one in folders for clip in one.iterdir()):
        track = folder / tracks.TRACK
        if not track.is_file() or not (folder / "truth.parquet").is_file():
            continue
        try:
            analysis = assess(tracks.load(track), video.probe(folder / "clip.mp4"), Request())
        except HiphingeError as error:
            sys.stderr.write(f"{folder.name}: {error}\n")
            continue
        name = f"{folder.parent.name}/{folder.name}"
        more, stretched = told(name, folder, analysis)
        rows, most = rows + more, most + stretched
    _print_actions(rows)
    _print_changes(rows, most)
    return 0


def _print_actions(rows: list[Told]) -> None:
    print(f"{len({row.clip for row in rows})} clips, {len(rows)} phases of muscles")
    for muscle in dict.fromkeys(row.muscle for row in rows):
        for phase in ("eccentric", "bottom", "concentric", "lockout"):
            own = [row for row in rows if (row.muscle, row.phase) == (muscle, phase)]
            named = [row for row in own if row.action != "unclear"]
            right = sum(row.action == row.true for row in named)
            wrong = Counter(f"{row.true} told {row.action}" for row in named if row.action != row.true)
            close = sum(row.gap for row in named if row.action != row.true)
            print(
                f"{muscle:17} {phase:11} n {len(own):4} named {len(named) / max(len(own), 1):5.0%}"
                f" right {right / max(len(named), 1):5.0%}  near the band's edge {close} of {len(named) - right} wrong"
                f"  {dict(wrong)}"
            )
    for muscle in dict.fromkeys(row.muscle for row in rows):
        own = [row for row in rows if row.muscle == muscle]
        named = [row for row in own if row.action != "unclear"]
        right = np.mean([row.action == row.true for row in named])
        print(f"{muscle:17} all         named {len(named) / len(own):5.0%} right {right:5.0%}")


def _print_changes(rows: list[Told], most: list[Stretched]) -> None:
    for muscle in dict.fromkeys(row.muscle for row in rows):
        own = np.array([(row.change - row.true_change, row.error) for row in rows if row.muscle == muscle])
        own = own[np.isfinite(own).all(axis=1)]
        z = np.abs(own[:, 0]) / own[:, 1]
        print(
            f"{muscle:17} length change: error {100 * np.sqrt(np.mean(own[:, 0] ** 2)):.1f} % of length (rms),"
            f" {100 * np.median(np.abs(own[:, 0])):.1f} (median); within 1 error {np.mean(z < 1):.0%},"
            f" within 1.645 {np.mean(z < 1.645):.0%}"
        )
    off = np.array([(one.value - one.true, one.error, one.true) for one in most])
    z = np.abs(off[:, 0]) / off[:, 1]
    print(
        f"greatest hamstring stretch: {len(off)} repetitions, true {100 * off[:, 2].min():.0f} to"
        f" {100 * off[:, 2].max():.0f} %, error {100 * np.sqrt(np.mean(off[:, 0] ** 2)):.1f} % (rms),"
        f" {100 * np.median(np.abs(off[:, 0])):.1f} (median), bias {100 * off[:, 0].mean():+.1f};"
        f" within 1 error {np.mean(z < 1):.0%}, within 1.645 {np.mean(z < 1.645):.0%}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    sys.exit(main(parser.parse_args().folders))
