"""Run the product over a folder of labelled clips; what the other scripts score.

    python -m validation.real_clips --clips DIR --out DIR [--manifest clips.csv] [--model full] [--fresh]

`--clips` holds the clips by the names of the manifest. For each, `--out` receives `NAME.track.npz`, the raw pose track,
made once, and `NAME.json`, the analysis of it, made anew on every run; a clip that is not assessable leaves
`NAME.error` with its line instead. So a change behind the pose model is measured in seconds.
"""

import argparse
import csv
import time
from pathlib import Path

from hiphinge import video
from hiphinge.analysis import Request, assess
from hiphinge.errors import HiphingeError
from hiphinge.exports import record_json
from validation.tracks import seen

DEFAULT_MANIFEST = Path(__file__).resolve().parents[2] / "shared" / "data" / "clips.csv"


def main() -> None:
    arguments = _arguments()
    request = Request(model=arguments.model)
    with arguments.manifest.open(newline="") as file:
        names = [row["clip"] for row in csv.DictReader(file)]
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in names:
        clip, stem = arguments.clips / name, arguments.out / flat(name)
        if not clip.is_file():
            print(f"{name}: not there")
            continue
        began = time.perf_counter()
        try:
            info = video.probe(clip)
            track = seen(clip, stem.with_suffix(".track.npz"), model=arguments.model, fresh=arguments.fresh)
            analysis = assess(track, info, request)
        except HiphingeError as error:
            stem.with_suffix(".json").unlink(missing_ok=True)
            stem.with_suffix(".error").write_text(f"{error.exit_code} {error}\n")
            print(f"{name}: {error}", flush=True)
            continue
        stem.with_suffix(".error").unlink(missing_ok=True)
        stem.with_suffix(".json").write_bytes(record_json(analysis))
        record = analysis.record
        print(
            f"{name}: {record.exercise.name} {record.exercise.confidence:.2f}, {len(record.reps)} reps, "
            f"{record.view.plane} {record.view.yaw_deg:.0f}°, {time.perf_counter() - began:.1f} s",
            flush=True,
        )


def flat(name: str) -> str:
    """A clip's name as one file name without suffix."""
    return name.removesuffix(".mp4").replace("/", "__")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--manifest", type=Path, default=DEFAULT_MANIFEST)
    parser.add_argument("--model", choices=("full", "heavy"), default="full")
    parser.add_argument("--fresh", action="store_true", help="run the pose model again")
    return parser.parse_args()


if __name__ == "__main__":
    main()
