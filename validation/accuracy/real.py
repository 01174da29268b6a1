"""Labelled real clips: repetitions, times of bottoms, exercise, faults, and the same lift from two cameras."""

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from hiphinge.analysis.request import AUTO
from hiphinge.exercises import exercises
from hiphinge.geometry import Floats
from validation.accuracy.assess import Assessed, Job, assess_all, track_path
from validation.accuracy.landmarks import Traits, traits
from validation.accuracy.statistics import Estimate, bias, bootstrap, repeatability, within

SAME_BOTTOM_S: Final = 1.0
"""A found bottom further than this from a labelled one is another bottom."""
PAIR: Final = re.compile(r"(.*)_1\.mp4$")
LABELS: Final = {"rounding": ("lower_back_rounding", "upper_back_rounding")}
METRICS: Final = ("hip_flexion_max", "hip_flexion_rom", "knee_flexion_max", "trunk_inclination_max")


class Labelled(NamedTuple):
    """One real clip with its labels, and what the product said."""

    row: dict[str, str]
    tuned: bool
    assessed: Assessed
    traits: Traits | None

    @property
    def counts(self) -> bool:
        """Whether its repetitions were counted by eye."""
        return bool(self.row["reps_min"])


class RealFigures(NamedTuple):
    """Everything about one part of the real clips."""

    clips: int
    counted: Estimate
    off: list[str]
    median_s: Estimate
    within_s: Estimate
    family: Estimate
    side_family: Estimate
    taken_for: Counter[tuple[str, str]]
    faults: dict[str, Counter[str]]
    two_cameras: dict[str, Estimate]


def labelled(clips: Path, manifest: Path, work: Path, *, workers: int, most: int | None = None) -> list[Labelled]:
    """Analyse every clip of the manifest that is there, or the first `most` of them."""
    tuned = set(tomllib.loads(Path(__file__).parents[1].joinpath("splits.toml").read_text())["tune"])
    with manifest.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (clips / row["clip"]).is_file()][:most]
    kept = work / "real"
    kept.mkdir(parents=True, exist_ok=True)
    jobs = [Job(clips / row["clip"], kept / row["clip"].removesuffix(".mp4").replace("/", "__"), AUTO) for row in rows]
    found = []
    for row, job, one in zip(rows, jobs, assess_all(jobs, workers=workers), strict=True):
        there = track_path(job).is_file()
        found.append(Labelled(row, row["clip"] in tuned, one, traits(track_path(job)) if there else None))
    return found


def real_figures(clips: list[Labelled]) -> RealFigures:
    """Figures of a part of the clips."""
    counted = [clip for clip in clips if clip.counts]
    right = {clip.row["clip"]: _counted_right(clip) for clip in counted}
    times = [_times(clip) for clip in counted]
    family = [clip for clip in clips if clip.assessed.record]
    return RealFigures(
        clips=len(clips),
        counted=bootstrap([np.array([float(value)]) for value in right.values()], bias),
        off=[f"{name} ({_found(clip)})" for clip in counted if not right[name := clip.row["clip"]]],
        median_s=bootstrap(times, lambda e: within(e, 0.5)),
        within_s=bootstrap(times, within),
        family=bootstrap([_family_right(clip) for clip in family], bias),
        side_family=bootstrap([_family_right(clip) for clip in family if clip.row["view"] == "sagittal"], bias),
        taken_for=Counter((_family(clip.row["exercise"]), _said(clip)) for clip in clips),
        faults=_faults(clips),
        two_cameras={name: _two_cameras(clips, name) for name in METRICS},
    )


def bottoms(text: str) -> list[float]:
    """Times of labelled bottoms; of swings, whose tops are given too, those of the backswings."""
    if "tops" in text and "backswings" not in text:
        return []
    return [float(number) for number in re.findall(r"\d+\.?\d*", text.rpartition("backswings")[2])]


def _complete(clip: Labelled) -> int:
    return sum(rep.complete for rep in clip.assessed.record.reps) if clip.assessed.record else 0


def _counted_right(clip: Labelled) -> bool:
    return int(clip.row["reps_min"]) <= _complete(clip) <= int(clip.row["reps_max"])


def _found(clip: Labelled) -> str:
    return f"{_complete(clip)} of {clip.row['reps_min']}–{clip.row['reps_max']}, {clip.row['view']}"


def _times(clip: Labelled) -> Floats:
    if not clip.assessed.record:
        return np.empty(0)
    found = np.array([rep.bottom_s for rep in clip.assessed.record.reps])
    errors = np.array([found[np.abs(found - one).argmin()] - one for one in bottoms(clip.row["bottoms_s"])])
    return errors[np.abs(errors) < SAME_BOTTOM_S]


def _family(label: str) -> str:
    return "|".join(sorted({exercises()[name].family for name in label.split("|")}))


def _said(clip: Labelled) -> str:
    record = clip.assessed.record
    if record is None:
        return "refused"
    return exercises()[record.exercise.name].family if record.exercise.graded else "asked"


def _family_right(clip: Labelled) -> Floats:
    return np.array([float(_said(clip) in _family(clip.row["exercise"]).split("|"))])


def _faults(clips: list[Labelled]) -> dict[str, Counter[str]]:
    """Verdicts on repetitions of clips whose label says the fault is there, or is not: `present → absent`: n."""
    table: dict[str, Counter[str]] = {}
    for clip in clips:
        for label in ("present", "absent"):
            for word in clip.row[label].split():
                for fault in LABELS.get(word, (word,)):
                    for rep in clip.assessed.record.reps if clip.assessed.record else ():
                        said = {finding.fault: finding.verdict for finding in rep.findings}
                        table.setdefault(fault, Counter())[f"{label} → {said.get(fault, 'not judged')}"] += 1
    return dict(sorted(table.items()))


def _two_cameras(clips: list[Labelled], metric: str) -> Estimate:
    """Repeatability between cameras that filmed the same repetitions, matched by number."""
    by_name = {clip.row["clip"]: clip for clip in clips}
    pairs = []
    for name, clip in by_name.items():
        match = PAIR.match(name)
        other = by_name.get(f"{match[1]}_2.mp4") if match else None
        records = (clip.assessed.record, other.assessed.record if other else None)
        if records[0] is None or records[1] is None or len(records[0].reps) != len(records[1].reps):
            continue
        rows = [
            (a.metrics[metric].value, b.metrics[metric].value)
            for a, b in zip(records[0].reps, records[1].reps, strict=True)
        ]
        pairs.append(np.array([row for row in rows if None not in row], dtype=float).reshape(-1, 2))
    return bootstrap(pairs, lambda both: repeatability(both[:, 0], both[:, 1]))
