"""Make simulated clips: `python -m validation.simulate --out DIR --count N --seed S [--split train|tune|report]`.

A clip that is already there is left alone, so an interrupted run resumes where it stopped.
"""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from validation.simulate.recipes import RECIPES
from validation.simulate.sample import SPLITS
from validation.simulate.work import Job, one


def main() -> None:
    """Draw the clips, make those that are missing, print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m validation.simulate", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder; clips go to OUT/SPLIT/NAME/")
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--first", type=int, default=0, help="number of the first clip")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", choices=SPLITS, default="train")
    parser.add_argument("--recipe", choices=tuple(RECIPES), default="plain", help="other than plain: OUT/RECIPE_SPLIT/")
    parser.add_argument("--largest", type=int, default=1080, help="limit for the picture's short side in pixels")
    parser.add_argument("--most-fps", type=float, default=60.0, help="limit for the frame rate")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--silhouette", action="store_true", help="masks instead of video: twice as quick")
    given = parser.parse_args()
    jobs = [
        Job(given.seed, given.split, k, given.largest, given.most_fps, str(given.out), given.silhouette, given.recipe)
        for k in range(given.first, given.first + given.count)
    ]
    if given.workers == 1:
        for job in jobs:
            print(one(job), flush=True)
        return
    with ProcessPoolExecutor(given.workers, mp_context=get_context("spawn")) as pool:
        for line in pool.map(one, jobs):
            print(line, flush=True)


if __name__ == "__main__":
    os.environ.pop("DISPLAY", None)
    sys.exit(main())
