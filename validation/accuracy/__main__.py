"""Rebuild docs/explanation/accuracy.md: `python -m validation.accuracy --work DIR [--clips DIR]`, or `make validation`.

Every step keeps what it made under --work (clips, pose tracks, analyses until the code changes), so a stopped run goes
on where it stopped and a run with nothing new takes seconds. `--split tune` writes WORK/tune.md instead of the page:
for development, never for the record. `--most N` takes the first N clips of each set, through every stage, and writes
WORK/pages/accuracy.md: a look at whether all of it runs, in minutes instead of an hour and a half.
"""

import argparse
import sys
import time
from pathlib import Path

from validation.accuracy.page import write_development, write_page
from validation.accuracy.results import OfLife, gather
from validation.accuracy.sets import ROOT, clip_sets, page_of, render


def main() -> None:
    """Render, assess, compare, write."""
    given = _arguments()
    began = time.perf_counter()
    sets = clip_sets(given.split, most=given.most)
    if not given.no_render:
        for recipe, chosen in sets.items():
            took = render(given.work, chosen, renderer=given.renderer, workers=given.workers)
            print(f"render {recipe}: {took:.0f} s", flush=True)
    life = OfLife(given.clips, given.manifest, given.photos, given.swings)
    results = gather(given.work, sets, life, workers=given.workers, most=given.most)
    print(f"assess and compare: {time.perf_counter() - began:.0f} s", flush=True)
    if given.split == "report":
        page = page_of(given.page, given.most, given.work)
        write_page(results, page)
        print(f"{page}: {time.perf_counter() - began:.0f} s", flush=True)
    else:
        print(write_development(results, given.work / f"{given.split}.md"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m validation.accuracy", description=__doc__)
    parser.add_argument("--work", type=Path, default=ROOT / "local" / "validation", help="what is made and kept")
    parser.add_argument("--clips", type=Path, help="folder of the labelled real clips, laid out as the manifest says")
    parser.add_argument("--manifest", type=Path, default=ROOT.parent / "shared" / "data" / "clips.csv")
    parser.add_argument("--photos", type=Path, default=ROOT.parent / "shared" / "data" / "photos")
    parser.add_argument("--swings", type=Path, default=ROOT.parent / "shared" / "data" / "swing", help="pose tracks")
    parser.add_argument("--split", choices=("report", "tune"), default="report")
    parser.add_argument("--page", type=Path, help="where to write; pictures go to ../images from there")
    parser.add_argument("--most", type=int, help="no more than so many clips of each set, to see that every stage runs")
    parser.add_argument("--no-render", action="store_true", help="use the simulated clips that are there")
    parser.add_argument("--renderer", default=sys.executable, help="interpreter that has the validation extras")
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
