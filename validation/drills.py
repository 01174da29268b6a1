"""Do drills pass whom they should, and does the score fall with a fault: `python -m validation.drills FOLDER...`

FOLDER holds simulated clips with their kept tracks (`clip.track-auto.npz`). A repetition of a drill ought to pass
where it was made without a fault that the drill asks about, and ought not to where it was made with one of moderate
strength or more; weaker ones, which a coach may see either way, are counted apart. Scores are compared within each
clip, repetition with repetition, so that only what the lifter does differs.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from hiphinge import video
from hiphinge.analysis import Request, assess
from hiphinge.exercises import exercises
from hiphinge.records import AnalysisRecord, Rep
from validation import tracks

MODERATE: Final = 0.7
"""Strength at which a fault is plain to a coach (validation/simulate/motion.py)."""
SIDE_DEG: Final = 20.0
SAME_REP_S: Final = 0.75


class Row(NamedTuple):
    """One repetition: what was asked of the simulated person, and what was found."""

    clip: str
    exercise: str
    strength: float
    """The strongest fault, of those the drill asks about where it is one."""
    verdict: str | None
    score: float | None


def rows(folder: Path) -> Iterator[Row]:
    """Every repetition of a clip that was found again."""
    truth = json.loads((folder / "truth.json").read_text())
    name = truth["exercise"]
    seen = tracks.load(folder / tracks.TRACK)
    record = assess(seen, video.probe(folder / "clip.mp4"), Request(exercise=name)).record
    passing = exercises()[name].passing
    for made in truth["reps"]:
        rep = min(record.reps, key=lambda one: abs(one.bottom_s - made["bottom_s"]))
        if abs(rep.bottom_s - made["bottom_s"]) < SAME_REP_S:
            asked = {fault: k for fault, k in made["faults"].items() if passing is None or fault in passing.needs}
            strength = max(asked.values(), default=0.0)
            yield Row(folder.name, name, strength, verdict_of(record, rep), rep.score.value if rep.score else None)


def verdict_of(record: AnalysisRecord, rep: Rep) -> str | None:
    """What the drill says of the repetition; None where the exercise is no drill."""
    each = record.drill.reps if record.drill else ()
    return next((one.verdict for one in each if one.index == rep.index), None)


def kind(strength: float) -> str:
    """Clean, weak or moderate and more."""
    if strength == 0:
        return "clean"
    return "moderate or more" if strength >= MODERATE else "weaker"


def told(found: list[Row]) -> str:
    """Table of drills."""
    counts = Counter((kind(row.strength), row.verdict) for row in found if row.verdict)
    lines = ["drills, repetitions    pass  not yet  cannot judge"]
    for made in ("clean", "weaker", "moderate or more"):
        row = [counts[made, verdict] for verdict in ("pass", "not_yet", "cannot_judge")]
        lines.append(f"{made:22s} {row[0]:4d}  {row[1]:7d}  {row[2]:12d}")
    return "\n".join(lines)


def fallen(found: list[Row]) -> str:
    """How the score goes with a fault's strength, and how often it orders two repetitions of a clip rightly."""
    lines = []
    for made in ("clean", "weaker", "moderate or more"):
        scores = [row.score for row in found if row.score is not None and kind(row.strength) == made]
        low, middle, high = np.quantile(scores, [0.1, 0.5, 0.9]) if scores else (np.nan,) * 3
        lines.append(
            f"score, {made:16s} median {middle:3.0f}, nine in ten over {low:3.0f}, "
            f"one in ten over {high:3.0f} ({len(scores)})"
        )
    right = []
    for clip in {row.clip for row in found}:
        same = [row for row in found if row.clip == clip and row.score is not None]
        for one in same:
            right += [_order(one, other) for other in same if other.strength >= one.strength + MODERATE]
    lines.append(
        f"a repetition with a fault stronger by {MODERATE}: scored lower {100 * np.mean(right):.0f} % of {len(right)}"
    )
    return "\n".join(lines)


def _order(good: Row, bad: Row) -> float:
    """1 where the good one scores higher, half where they score alike."""
    assert good.score is not None
    assert bad.score is not None
    return float(np.sign(good.score - bad.score) + 1) / 2


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    given = parser.parse_args()
    found: list[Row] = []
    for place in sorted(path.parent for folder in given.folders for path in folder.glob("*/truth.json")):
        truth = json.loads((place / "truth.json").read_text())
        if (place / tracks.TRACK).is_file() and abs(truth["yaw_deg"]) <= SIDE_DEG and truth["exercise"] != "squat":
            found += rows(place)
    print(f"{len({row.clip for row in found})} clips within {SIDE_DEG:.0f} degrees of the side")
    print(told(found))
    print(fallen(found))


if __name__ == "__main__":
    main()
