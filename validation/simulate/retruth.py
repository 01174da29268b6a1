"""Write the truth of clips anew without filming them: `python -m validation.simulate.retruth FOLDER...`

A FOLDER is a clip's own, or one that holds such. The spec in truth.json is solved again. The rule of balance changed
once; where the joints are not where they were, the shanks that were filmed are taken. Where they still are not, the
clip was made by another generator and its truth is left alone.
"""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from validation.simulate.record import columns, marks_of, record
from validation.simulate.sample import spec_of
from validation.simulate.take import prepare
from validation.simulate.truth import JOINTS, write_json

SAME_PX: Final = 0.1
"""Joints that are further than this from where they were belong to another clip, pixels."""


def main() -> int:
    """Rewrite every clip of the folders; 1 where one could not be."""
    failed = 0
    for folder in clips(map(Path, sys.argv[1:])):
        away = retruth(folder)
        failed += away > SAME_PX
        print(
            f"{folder.parent.name}/{folder.name}: joints within {away:.3f} px{' - LEFT' * (away > SAME_PX)}", flush=True
        )
    return int(failed > 0)


def clips(folders: Iterable[Path]) -> list[Path]:
    """Clips among and inside the folders."""
    found = [path.parent for folder in folders for path in (folder / "truth.json", *folder.glob("*/truth.json"))]
    return sorted(path for path in set(found) if (path / "truth.parquet").is_file())


def retruth(folder: Path) -> float:
    """Rewrite one clip's truth; returns how far the joints are from where they were, pixels."""
    take = prepare(spec_of(json.loads((folder / "truth.json").read_text())["spec"]))
    before = pq.read_table(folder / "truth.parquet")
    if len(before) != take.planned.course.time_s.size:
        return float("inf")
    table = columns(take, marks_of(take))
    if moved_px(before, table) > SAME_PX:
        shank = np.asarray(before["shank_inclination_deg"], dtype=float)
        take = replace(take, posed=take.chain.solve(take.planned.course, shank=shank))
        table = columns(take, marks_of(take))
    away = moved_px(before, table)
    if away <= SAME_PX:
        written(folder / "truth.parquet", lambda path: pq.write_table(pa.table(table), path))
        text = json.dumps(record(take), default=write_json, indent=1)
        written(folder / "truth.json", lambda path: path.write_text(text))
    return away


def moved_px(before: pa.Table, table: dict[str, Any]) -> float:
    """The largest distance along an axis between a joint of the old truth and of the new."""
    names = [f"{side}_{joint}_{axis}_px" for side in ("left", "right") for joint in JOINTS for axis in "xy"]
    return max(float(np.abs(np.asarray(before[name]) - table[name]).max()) for name in names)


def written(path: Path, write: Callable[[Path], object]) -> None:
    """Write beside and rename, so that a reader never sees half a file."""
    part = path.with_name(f"{path.name}.part")
    write(part)
    part.rename(path)


if __name__ == "__main__":
    sys.exit(main())
