"""Count repetitions on real clips with known counts, and time their bottoms.

    python -m validation.rep_counts CLIPS.csv FOLDER           # the whole product; FOLDER laid out as in the csv
    python -m validation.rep_counts CLIPS.csv --tracks FOLDER  # cached landmarks; CLIP with / as __ and .npz
    python -m validation.rep_counts CLIPS.csv --tracks FOLDER --swings FOLDER  # and pose tracks of swings

A clip passes when its complete repetitions lie within [reps_min, reps_max]. Clips without labelled counts are listed
and not scored. Clips that thresholds were tuned on (splits.toml) are summed up apart from those only looked at.
Cached landmarks: arrays `time` (T,), `image` (T, 33, 2+) px, `world` (T, 33, 3), `visibility` (T, 33), `width`,
`height`.
"""

import argparse
import csv
import gzip
import json
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hiphinge.analysis import Request, analyse
from hiphinge.cleaning import clean
from hiphinge.errors import NotAssessableError
from hiphinge.kinematics import kinematics
from hiphinge.pose import PoseTrack, make_track
from hiphinge.records import RecordingInfo, Rep, View
from hiphinge.reps import find_reps
from hiphinge.settings import load_settings
from hiphinge.view import facing_over_time, view_of

SWINGS = {
    "swing-sample": (9, 9),
    "swing-sample-4reps": (3, 4),
    "igor-1h-swing": (8, 11),
    "pistol-squat-sample": (None, None),
}
SAME_BOTTOM_S = 1.0
"""A found bottom further than this from a labelled one is another bottom."""


class Counted(NamedTuple):
    clip: str
    view: str
    tuned: bool
    low: int | None
    high: int | None
    reps: tuple[Rep, ...]
    seen_from: View | None
    errors_s: tuple[float, ...]
    missed: int

    @property
    def complete(self) -> int:
        return sum(rep.complete for rep in self.reps)

    @property
    def passes(self) -> bool | None:
        return None if self.low is None or self.high is None else self.low <= self.complete <= self.high


def from_track(track: PoseTrack) -> tuple[tuple[Rep, ...], View]:
    settings = load_settings()
    cleaned = clean(track, settings=settings.cleaning)
    seen_from = view_of(cleaned, settings=settings.view)
    facing = facing_over_time(cleaned, settings=settings.view)
    motion = kinematics(cleaned, seen_from, settings=settings.kinematics, facing=facing)
    return find_reps(motion, settings=settings.reps), seen_from


def from_video(path: Path) -> tuple[tuple[Rep, ...], View | None]:
    try:
        record = analyse(path, Request()).record
    except NotAssessableError:
        return (), None
    return record.reps, record.view


def cached(path: Path) -> PoseTrack:
    data = np.load(path)
    return make_track(
        data["time"],
        data["image"][..., :2],
        data["world"],
        np.clip(data["visibility"], 0, 1),
        width=int(data["width"]),
        height=int(data["height"]),
        estimator="blazepose",
        model="full",
    )


def swing_track(path: Path) -> PoseTrack:
    data = json.loads(gzip.decompress(path.read_bytes()))
    times = np.array([frame["videoTime"] for frame in data["frames"]], dtype=float)
    position = np.full((times.size, 33, 2), np.nan)
    confidence = np.zeros((times.size, 33))
    for index, frame in enumerate(data["frames"]):
        if len(frame["keypoints"]) == 33:
            position[index] = [(point["x"], point["y"]) for point in frame["keypoints"]]
            confidence[index] = [np.clip(point["score"], 0, 1) for point in frame["keypoints"]]
    later = np.concatenate([[True], np.diff(times) > 0])
    size = {side: int(data["metadata"].get(f"video{side}", 2000)) for side in ("Width", "Height")}
    return make_track(
        times[later],
        position[later],
        np.full((int(later.sum()), 33, 3), np.nan),
        confidence[later],
        width=size["Width"],
        height=size["Height"],
        estimator="blazepose",
        model="full",
    )


def info_of(name: str, track: PoseTrack) -> RecordingInfo:
    """What is known of a recording of which the landmarks alone are there."""
    time_s = track["time"].to_numpy()
    span = float(time_s[-1] - time_s[0])
    return RecordingInfo(
        path=name, sha256="", width=track.attrs["width"], height=track.attrs["height"],
        frames=time_s.size, fps=(time_s.size - 1) / span, duration_s=span, variable_rate=False, rotation_deg=0,
    )  # fmt: skip


def labelled_bottoms(text: str) -> list[float]:
    """Times of the bottoms; of swings, whose tops are given too, those of the backswings."""
    if "tops" in text and "backswings" not in text:
        return []
    return [float(number) for number in re.findall(r"\d+\.?\d*", text.rpartition("backswings")[2])]


def against(bottoms: list[float], reps: tuple[Rep, ...]) -> tuple[tuple[float, ...], int]:
    """Error of the nearest found bottom for each labelled one, and how many have none near."""
    found = np.array([rep.bottom_s for rep in reps])
    errors = [float(found[np.argmin(np.abs(found - one))] - one) for one in bottoms] if found.size else []
    near = tuple(error for error in errors if abs(error) < SAME_BOTTOM_S)
    return near, len(bottoms) - len(near)


def count(arguments: argparse.Namespace) -> list[Counted]:
    tuned = set(tomllib.loads(Path(__file__).with_name("splits.toml").read_text())["tune"])
    counted = []
    with arguments.labels.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if arguments.tracks:
            path = arguments.tracks / (row["clip"].removesuffix(".mp4").replace("/", "__") + ".npz")
        else:
            path = arguments.clips / row["clip"]
        if not path.exists():
            print(f"{row['clip']}: not found")
            continue
        reps, seen_from = from_track(cached(path)) if arguments.tracks else from_video(path)
        errors_s, missed = against(labelled_bottoms(row["bottoms_s"]), reps)
        low, high = (int(row[key]) if row[key] else None for key in ("reps_min", "reps_max"))
        counted.append(
            Counted(row["clip"], row["view"], row["clip"] in tuned, low, high, reps, seen_from, errors_s, missed)
        )
    for name, (low, high) in SWINGS.items() if arguments.swings else ():
        path = arguments.swings / f"{name}.posetrack.json.gz"
        reps, seen_from = from_track(swing_track(path))
        truth = arguments.swings / f"{name}.groundtruth.json"
        bottoms = []
        if truth.exists():
            notes = json.loads(truth.read_text())["annotations"]
            bottoms = [note["video_time"] for note in notes if note["position"] == "bottom"]
        errors_s, missed = against(bottoms, reps)
        counted.append(Counted(f"swing/{name}", "track", False, low, high, reps, seen_from, errors_s, missed))
    return counted


def show(counted: list[Counted]) -> None:
    print(f"{'clip':42}{'label':>10} {'seen from':>14}  complete/all  within   bottoms: median |error|, missed")
    for one in counted:
        seen_from = f"{one.seen_from.plane} {one.seen_from.yaw_deg:.0f}°" if one.seen_from else "-"
        limits = f"{one.low}..{one.high}" if one.low is not None else ""
        verdict = {True: "yes", False: "NO", None: ""}[one.passes]
        timing = f"{np.median(np.abs(one.errors_s)):.2f} s, {one.missed}" if one.errors_s else ""
        print(
            f"{one.clip:42}{one.view:>10} {seen_from:>14}  {one.complete:>4}/{len(one.reps):<4}"
            f"{limits:>8} {verdict:>4}   {timing}"
        )
    for title, part in (("tuned on", True), ("only reported", False)):
        for name, kinds in (("side", {"sagittal"}), ("oblique", {"oblique"}), ("all clips", None)):
            chosen = [
                one
                for one in counted
                if one.passes is not None
                and one.tuned == part
                and (one.view in kinds if kinds else one.view != "track")
            ]
            errors = np.abs([error for one in chosen for error in one.errors_s])
            timing = (
                f"bottoms: median {np.median(errors):.2f} s, 90 % within {np.quantile(errors, 0.9):.2f} s"
                if errors.size
                else ""
            )
            print(f"{title:14}{name:10} {sum(bool(one.passes) for one in chosen)}/{len(chosen)} clips within; {timing}")
    swings = [one for one in counted if one.view == "track" and one.passes is not None]
    if swings:
        print(f"swing tracks             {sum(bool(one.passes) for one in swings)}/{len(swings)} within")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", type=Path, help="the labels, clips.csv")
    parser.add_argument("clips", type=Path, nargs="?", help="folder of the clips")
    parser.add_argument("--tracks", type=Path, help="folder of cached landmarks instead of clips")
    parser.add_argument("--swings", type=Path, help="folder of swing pose tracks")
    arguments = parser.parse_args()
    if not (arguments.clips or arguments.tracks):
        parser.error("give the folder of the clips, or --tracks and the folder of cached landmarks")
    show(count(arguments))


if __name__ == "__main__":
    main()
