"""Rebuild docs/explanation/accuracy.md: `python -m validation.accuracy --work DIR [--clips DIR]`, or `make validation`.

Every step keeps what it made under --work (clips, pose tracks, analyses until the code changes), so a stopped run goes
on where it stopped and a run with nothing new takes seconds. `--split tune` writes WORK/tune.md instead of the page:
for development, never for the record.
"""

import argparse
import sys
import time
from pathlib import Path

from validation.accuracy.page import write_development, write_page
from validation.accuracy.results import gather
from validation.accuracy.sets import ROOT, clip_set, render
from validation.simulate.recipes import RECIPES

PAGE = ROOT / "docs" / "explanation" / "accuracy.md"


def main() -> None:
    """Render, assess, compare, write."""
    given = _arguments()
    began = time.perf_counter()
    chosen = clip_set(given.split)
    if not given.no_render:
        for recipe in RECIPES:
            took = render(given.work, clip_set(given.split, recipe), renderer=given.renderer, workers=given.workers)
            print(f"render {recipe}: {took:.0f} s", flush=True)
    results = gather(
        given.work, chosen, workers=given.workers, clips=given.clips, manifest=given.manifest, photos=given.photos
    )
    print(f"assess and compare: {time.perf_counter() - began:.0f} s", flush=True)
    if given.split == "report":
        write_page(results, given.page)
        print(f"{given.page}: {time.perf_counter() - began:.0f} s", flush=True)
    else:
        print(write_development(results, given.work / f"{given.split}.md"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m validation.accuracy", description=__doc__)
    parser.add_argument("--work", type=Path, default=ROOT / "local" / "validation", help="what is made and kept")
    parser.add_argument("--clips", type=Path, help="folder of the labelled real clips, laid out as the manifest says")
    parser.add_argument("--manifest", type=Path, default=ROOT.parent / "shared" / "data" / "clips.csv")
    parser.add_argument("--photos", type=Path, default=ROOT.parent / "shared" / "data" / "photos")
    parser.add_argument("--split", choices=("report", "tune"), default="report")
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--no-render", action="store_true", help="use the simulated clips that are there")
    parser.add_argument("--renderer", default=sys.executable, help="interpreter that has the validation extras")
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
