"""Learn to read hidden legs from clips: `python -m validation.legs.learn --clips DIR… [--write]`.

Each folder of clips was made by `validation.simulate` with the split `train`. A clip's legs are measured as the package
does up to the reading, and what thigh and shank still lack there is learned. Every figure printed is of people whom the
network never saw.
"""

import argparse
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hiphinge import video
from hiphinge.analysis import Request
from hiphinge.analysis.movement import Given, follow, with_hips
from hiphinge.analysis.request import AUTO
from hiphinge.geometry import Floats
from hiphinge.kinematics.leg_reader import OUTPUTS, features
from hiphinge.kinematics.legs import legs_as_told
from hiphinge.perceptrons import About, packed
from validation.perceptrons import WORKERS, Lesson, School, taught
from validation.tracks import TRACK, seen

OUT: Final = Path(__file__).resolve().parents[2] / "src" / "hiphinge" / "data" / "models" / "legs_blazepose.npz"
SCHOOL: Final = School(hidden=(96, 48), epochs=60, noise=0.05)
FEWEST: Final = 15


class Shown(NamedTuple):
    """A clip's moments of repetitions: features (N, F), what thigh and shank lack (N, 2) degrees, and the exercise."""

    features: Floats
    lacks: Floats
    exercise: str


def shown(folder: Path, most_yaw_deg: float) -> Shown | None:
    """Measure a clip; None from too far round, or where its legs are not measured."""
    truth = json.loads((folder / "truth.json").read_text())
    if truth["yaw_deg"] > most_yaw_deg:
        return None
    clip = folder / "clip.mp4"
    given = Given(seen(clip, folder / TRACK, model=AUTO), video.probe(clip), Request())
    followed = follow(given)
    _, track, motion = with_hips(followed, given)
    settings = given.settings.kinematics
    _, told = legs_as_told(track, motion, followed.view, followed.facing, settings=settings)
    time_s = told.motion["time"].to_numpy()
    true = pd.read_parquet(folder / "truth.parquet")
    lacks = np.stack(
        [
            np.interp(time_s, true["time_s"], true[f"{name}_inclination_deg"])
            - told.motion[f"{name}_inclination_deg"].to_numpy()
            for name in OUTPUTS
        ],
        axis=1,
    )
    moving = np.any([(time_s >= rep["start_s"]) & (time_s <= rep["end_s"]) for rep in truth["reps"]], axis=0)
    used = moving & np.isfinite(lacks).all(axis=1)
    return Shown(features(told)[used], lacks[used], truth["exercise"]) if used.sum() >= FEWEST else None


def lesson_of(clips: Sequence[Shown]) -> tuple[Lesson, NDArray[np.str_]]:
    """Put clips together; and each moment's exercise."""
    counts = [len(clip.lacks) for clip in clips]
    inputs, true = (np.concatenate([clip[k] for clip in clips]) for k in (0, 1))
    lesson = Lesson(inputs, true, np.repeat(np.arange(len(clips)), counts), np.ones(len(true), dtype=bool))
    return lesson, np.repeat([clip.exercise for clip in clips], counts)


def report(lesson: Lesson, exercise: NDArray[np.str_], value: Floats) -> None:
    """Print root mean square errors before and after, clips weighing alike, by exercise."""
    print(f"{'':20s}{'clips':>6s}" + "".join(f"{name:>18s}" for name in (*OUTPUTS, "knee")))
    for name in ("all", *np.unique(exercise)):
        whose = np.unique(lesson.person[(exercise == name) | (name == "all")])
        cells = []
        for k in range(3):
            before, after = (
                np.sqrt(np.mean([np.mean(_of(off[lesson.person == one], k) ** 2) for one in whose]))
                for off in (lesson.true, lesson.true - value)
            )
            cells.append(f"{before:8.1f} ->{after:5.1f}  ")
        print(f"{name:20s}{len(whose):6d}" + "  ".join(cells))


def _of(off: Floats, number: int) -> Floats:
    return off.sum(axis=1) if number == len(OUTPUTS) else off[:, number]


def main() -> None:
    """Learn, report, and with --write put the networks into the package."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, nargs="+", required=True)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    most_yaw_deg = Request().settings.kinematics.leg_reach_most_yaw_deg
    folders = [folder for one in asked.clips for folder in sorted(one.iterdir()) if (folder / "truth.json").is_file()]
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        found = pool.map(shown, folders, [most_yaw_deg] * len(folders))
        clips = [clip for clip in found if clip is not None]
    lesson, exercise = lesson_of(clips)
    about = About(estimator="blazepose", model="full heavy", yaw_deg=most_yaw_deg, stated=dict.fromkeys(OUTPUTS, 1.0),
                  unusual=1.0, provenance={"clips": len(clips), "moments": len(lesson.true)})  # fmt: skip
    reader, reading = taught(lesson, about, SCHOOL)
    print(f"stated errors times {reader.about.stated}")
    report(lesson, exercise, reading.value)
    if asked.write:
        np.savez_compressed(OUT, **packed(reader))


if __name__ == "__main__":
    main()
