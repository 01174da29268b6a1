"""Efforts of the hip's muscles, measured, beside those that true moments and true angles give.

    python -m validation.muscle_efforts --work DIR FOLDER…

FOLDERs hold clips of `validation.simulate`; DIR keeps what `validation.physics` found of them: true moments, circles.
The truth goes through the same muscles and the same average strength, so what is compared is all that is measured -
moment, angles, phases - and not how strong a lifter is, which no video shows. The stated bounds hold that too.
"""

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq

from hiphinge.errors import HiphingeError
from hiphinge.geometry import Floats
from hiphinge.muscles.effort import Asked, Efforts, efforts
from hiphinge.muscles.model import HIP_MUSCLES
from hiphinge.records import Rep
from hiphinge.settings import load_settings
from validation import tracks
from validation.physics.coverage import SQUAT, analysed
from validation.physics.people import Truth, kept

OWN = load_settings().muscles
ANGLES = ("pelvic_tilt_deg", "thigh_inclination_deg", "shank_inclination_deg")
WIDE = "all hip extensors"


class Effort(NamedTuple):
    """The greatest effort of a muscle in one phase: measured with its bounds, and true."""

    clip: str
    muscle: str
    low: float
    best: float
    high: float
    true: float


def true_efforts(folder: Path, true: Truth, *, legs: int) -> tuple[Floats, Efforts]:
    """Times, and efforts of the true moments at the true angles with average strength."""
    table = pq.read_table(folder / "truth.parquet", columns=["time_s", *ANGLES])
    time_s = true.time_s
    tilt, thigh, shank = (np.interp(time_s, table["time_s"].to_numpy(), table[name].to_numpy()) for name in ANGLES)
    hip = tilt + thigh
    moment = np.where(true.certain, true.hip_moment_nm, np.nan)
    asked = Asked(
        moment=np.repeat(moment[:, None], 3, axis=1),
        hip=hip,
        knee=thigh + shank,
        hip_error=np.zeros_like(hip),
        rate_rad_s=-np.deg2rad(np.gradient(hip, time_s)),
        mass_kg=true.mass_kg,
        stature_m=true.stature_m,
        sex="f" if true.sex == "f" else "m",
        legs=legs,
    )
    return time_s, efforts(asked, OWN)


def compared(folder: Path, work: Path) -> list[Effort]:
    """Every muscle in every phase of every repetition of a clip; none where moments were withheld."""
    exercise = folder.name.partition("-")[2]
    true = kept(folder, work / "truth") if exercise != SQUAT else None
    if true is None:
        return []
    try:
        record = analysed(folder, exercise, true, work / "circles", known=True).record
    except HiphingeError as error:
        sys.stderr.write(f"{folder.name}: {error}\n")
        return []
    found: list[Effort] = []
    for rep in record.reps:
        time_s, wanted = true_efforts(folder, true, legs=2 if rep.side == "both" else 1)
        found += _of_rep(f"{folder.parent.name}/{folder.name}", rep, time_s, wanted)
    return found


def _of_rep(clip: str, rep: Rep, time_s: Floats, wanted: Efforts) -> list[Effort]:
    spans = {phase.name: phase.holds(time_s) for phase in rep.phases}
    rows = []
    for one in rep.muscles:
        if one.effort is None or one.phase == "lockout":
            continue
        known = wanted.muscles[spans[one.phase], HIP_MUSCLES.index(one.muscle), 1]
        if np.isfinite(known).any():
            most = float(np.nanmax(known))
            rows.append(Effort(clip, one.muscle, one.effort.low, one.effort.best, one.effort.high, most))
    whole = rep.metrics.get("hip_effort_max")
    inside = rep.holds(time_s)
    known = wanted.whole[inside, 1]
    if whole is not None and whole.value is not None and whole.error is not None and np.isfinite(known).any():
        wide = 1.645 * whole.error
        most = float(np.nanmax(known))
        rows.append(Effort(clip, WIDE, whole.value - wide, whole.value, whole.value + wide, most))
    return rows


def main(folders: list[Path], work: Path) -> int:
    """Print the table."""
    rows: list[Effort] = []
    for clip in sorted(file.parent for folder in folders for file in folder.glob("*/truth.json")):
        if (clip / tracks.TRACK).is_file() and "@" not in clip.name:
            rows += compared(clip, work)
    print(f"{len({row.clip for row in rows})} clips")
    for muscle in (WIDE, *HIP_MUSCLES):
        own = np.array([row[2:] for row in rows if row.muscle == muscle])
        if not own.size:
            continue
        low, best, high, true = own.T
        off = (best - true) / np.maximum(true, 0.05)
        print(
            f"{muscle:18} n {len(own):4}  true {np.quantile(true, 0.1):.2f} to {np.quantile(true, 0.9):.2f}"
            f"  off {100 * np.median(off):+.0f} % (median), {100 * np.median(np.abs(off)):.0f} % (median size)"
            f"  within bounds {np.mean((low <= true) & (true <= high)):.0%}, {np.median((high - low) / best):.2f} wide"
        )
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    given = parser.parse_args()
    sys.exit(main(given.folders, given.work))
