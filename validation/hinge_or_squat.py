"""Hinge, squat or something else? The exercise recognised on labelled clips, against their labels.

    python validation/hinge_or_squat.py CLIPS.csv --tracks DIR     pose tracks, CLIP.npz with "/" written as "__"
    python validation/hinge_or_squat.py CLIPS.csv --analyses DIR   folders of finished analyses, CLIP/analysis.json

A clip labelled with several exercises, such as ``deadlift|squat``, is right with any of them. Clips on which numbers
were set by hand (`TUNED`) are reported apart from those that were only ever reported.
"""

import argparse
import csv
import json
import math
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from hiphinge.cleaning import clean
from hiphinge.exercises import exercises
from hiphinge.faults import judge
from hiphinge.kinematics import kinematics
from hiphinge.metrics import measure
from hiphinge.pose import make_track
from hiphinge.recognition import features, recognise
from hiphinge.records import AnalysisRecord, ExerciseGuess, Rep, View
from hiphinge.reps import find_reps
from hiphinge.settings import load_settings
from hiphinge.view import facing_over_time, view_of

TUNED = (
    "tby66/0016c",
    "tby66/0016k",
    "tby66/0016a",
    "jurisimo/",
    *(f"tobefrank/videos/{name}." for name in ("rdl", "good-morning", "goblet-squat", "bent-row", "kb-deadlift")),
    *(
        f"kbtrainer/{name}."
        for name in (
            "kbsRusso",
            "kbDeadlift",
            "bomDia",
            "gobletSquats",
            "backSquats",
            "kbSnatch",
            "burpee",
            "kbRowSerrote",
            "kbThrusters",
            "hipExtension",
            "kbHighPull",
        )
    ),
)


class Outcome(NamedTuple):
    guess: ExerciseGuess
    reps: tuple[Rep, ...]
    view: View
    features: dict[str, float]


def from_track(path: Path) -> Outcome:
    settings = load_settings()
    saved = np.load(path)
    raw = make_track(
        saved["time"],
        saved["image"][..., :2],
        saved["world"],
        np.clip(saved["visibility"], 0, 1),
        width=int(saved["width"]),
        height=int(saved["height"]),
        estimator="blazepose",
        model="full",
    )
    track = clean(raw, settings=settings.cleaning)
    view = view_of(track, settings=settings.view)
    motion = kinematics(
        track, view, settings=settings.kinematics, facing=facing_over_time(track, settings=settings.view)
    )
    reps = measure(motion, find_reps(motion, settings=settings.reps), view)
    guess = recognise(motion, reps, view)
    return Outcome(
        guess, judge(reps, guess, view), view, features(motion, reps, settings=settings.exercises) if reps else {}
    )


def from_analysis(path: Path) -> Outcome:
    record = msgspec.json.decode(path.read_bytes(), type=AnalysisRecord)
    return Outcome(record.exercise, record.reps, record.view, {})


def family_of(label: str) -> set[str]:
    return {exercises()[name].family for name in label.split("|")}


def is_right(label: str, outcome: Outcome) -> bool:
    return exercises()[outcome.guess.name].family in family_of(label)


def calls(outcome: Outcome, fault: str) -> str:
    """Verdicts of one fault over the repetitions, counted, with the range of the values they rest on."""
    found = [finding for rep in outcome.reps for finding in rep.findings if finding.fault == fault]
    verdicts = Counter(finding.verdict for finding in found)
    values = [finding.value for finding in found if finding.value is not None]
    span = f" ({min(values):.2f} … {max(values):.2f})" if values else ""
    return " ".join(f"{verdict}:{count}" for verdict, count in verdicts.items()) + span


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--tracks", type=Path)
    where.add_argument("--analyses", type=Path)
    parser.add_argument("--only", default="", help="clips whose name contains this")
    parser.add_argument("--split", choices=("tuned", "reported"))
    parser.add_argument("--features", action="store_true", help="print what the signs were held against")
    parser.add_argument("--findings", action="store_true", help="print every fault's verdicts beside the labels")
    parser.add_argument("--json", type=Path, help="write the outcomes here")
    arguments = parser.parse_args()
    rows = []
    for row in csv.DictReader(arguments.clips.open(encoding="utf-8")):
        stem = row["clip"].removesuffix(".mp4")
        split = "tuned" if row["clip"].startswith(TUNED) else "reported"
        path = (
            arguments.tracks / f"{stem.replace('/', '__')}.npz"
            if arguments.tracks
            else arguments.analyses / stem / "analysis.json"
        )
        if arguments.only not in row["clip"] or not path.exists() or arguments.split not in {None, split}:
            continue
        outcome = from_track(path) if arguments.tracks else from_analysis(path)
        right = is_right(row["exercise"], outcome)
        rows.append((split, row, outcome, right))
        recognised = f"{outcome.guess.name:16} {outcome.guess.confidence:.2f}"
        counted = f"reps {len(outcome.reps):2d} of {row['reps_min']}-{row['reps_max']}"
        print(
            f"{'ok ' if right else 'BAD'} {split[:3]} {row['clip']:38} {row['view']:9} {outcome.view.plane:9}"
            f"{outcome.view.yaw_deg:4.0f}  {row['exercise']:18} -> {recognised}"
            f"  {counted}  squatting {calls(outcome, 'squatting')}"
        )
        if arguments.findings:
            faults = dict.fromkeys(finding.fault for rep in outcome.reps for finding in rep.findings)
            print(f"      labelled present: {row['present'] or '-'}; absent: {row['absent'] or '-'}")
            print("".join(f"      {fault:22} {calls(outcome, fault)}\n" for fault in faults), end="")
        if arguments.features:
            print(
                "      "
                + "  ".join(f"{name} {value:.2f}" for name, value in outcome.features.items() if math.isfinite(value))
            )
    for split in ("tuned", "reported"):
        mine = [(row, outcome, right) for which, row, outcome, right in rows if which == split]
        table = Counter(
            ("|".join(sorted(family_of(row["exercise"]))), exercises()[outcome.guess.name].family)
            for row, outcome, _ in mine
        )
        print(f"\n{split}: {sum(right for *_, right in mine)} of {len(mine)} right;", end=" ")
        side = [right for row, _, right in mine if row["view"] == "sagittal"]
        print(f"side views {sum(side)} of {len(side)}")
        for (label, seen), count in sorted(table.items()):
            print(f"   {label:14} taken for {seen:6} {count}")
    if arguments.json:
        arguments.json.write_text(
            json.dumps(
                {
                    row["clip"]: {
                        "exercise": outcome.guess.name,
                        "confidence": outcome.guess.confidence,
                        "right": right,
                    }
                    for _, row, outcome, right in rows
                },
                indent=1,
            )
        )


if __name__ == "__main__":
    main()
