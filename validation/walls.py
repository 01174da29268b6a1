"""Is the wall behind the lifter found where it stands, and none claimed where none is: `python -m validation.walls`

    python -m validation.walls --work DIR FOLDER... [--clips CLIPS --tracks TRACKS [--split tune|report]]

FOLDERs hold simulated clips with their kept tracks; rooms are gathered from their pictures once and kept under DIR.
Where a wall was filmed, the true wall is solved from the clip's description: the gap of each repetition is that of the
pelvis's rearmost skin at its deepest moment. CLIPS holds real clips, TRACKS their kept tracks: none has a wall within
reach, so each that is found is a false one.
"""

import argparse
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hiphinge import video
from hiphinge.analysis import Request, assess
from hiphinge.body import INDEX
from hiphinge.errors import HiphingeError
from hiphinge.geometry import nan_median
from hiphinge.records import AnalysisRecord
from hiphinge.settings import load_settings
from hiphinge.wall import Backdrop, WallFinder
from hiphinge.wall.picture import wall_line
from validation import tracks

SAME_REP_S: Final = 0.75
SPLITS: Final = Path(__file__).with_name("splits.toml")


class Place(NamedTuple):
    """A clip, its kept track, and its truth where it is simulated."""

    name: str
    clip: Path
    track: Path
    truth: Path | None


def simulated(folders: list[Path]) -> Iterator[Place]:
    """Clips of the simulator that have a kept track."""
    for truth in sorted(path for folder in folders for path in folder.glob("*/truth.json")):
        track = truth.with_name(tracks.TRACK)
        if track.is_file():
            yield Place(f"{truth.parent.parent.name}/{truth.parent.name}", truth.with_name("clip.mp4"), track, truth)


def real(clips: Path, kept: Path, split: str) -> Iterator[Place]:
    """Real clips of a split that have a kept track."""
    tune = set(tomllib.loads(SPLITS.read_text())["tune"])
    for clip in sorted(clips.glob("**/*.mp4")):
        name = clip.relative_to(clips).as_posix()
        track = kept / (name.removesuffix(".mp4").replace("/", "__") + ".track.npz")
        if (name in tune) == (split == "tune") and track.is_file():
            yield Place(name, clip, track, None)


def room(place: Place, work: Path) -> Backdrop | None:
    """The room behind the lifter, as a finder gathers it along the kept track."""
    kept = work / (place.name.replace("/", "__") + ".room.npz")
    if kept.is_file():
        with np.load(kept) as one:
            return Backdrop(one["picture"], one["seen"], one["to_clip"])
    settings = load_settings().wall
    track = tracks.load(place.track).track
    time_s, places = track["time"].to_numpy(), track["position"].to_numpy()
    step_s = max(settings.look_every_s, float(np.ptp(time_s)) / settings.looks_most)
    at = np.unique(np.searchsorted(time_s, np.arange(time_s[0], time_s[-1], step_s)))
    finder = WallFinder(settings)
    for k, frame in zip(at, video.read_frames_at(place.clip, [float(time_s[k]) for k in at]), strict=False):
        finder.look(frame.time_s, frame.image, places[k])
    if finder.found is not None:
        np.savez_compressed(kept, **finder.found._asdict())
    return finder.found


def true_gaps(truth: dict[str, Any]) -> NDArray[np.float64]:
    """How far the seat stays from the filmed wall at the deepest moment of every repetition, statures."""
    from validation.simulate.clip import behind_m  # noqa: PLC0415 - needs what only the simulator does
    from validation.simulate.pose import Posed  # noqa: PLC0415
    from validation.simulate.sample import spec_of  # noqa: PLC0415
    from validation.simulate.skin import skinned  # noqa: PLC0415
    from validation.simulate.take import prepare  # noqa: PLC0415

    take = prepare(spec_of(truth["spec"]))
    course, gaps = take.planned.course, []
    pelvis = take.body.segment == take.body.segments.index("pelvis")
    for rep in take.planned.reps:
        inside = (course.time_s >= rep.start_s) & (course.time_s < rep.end_s)
        deepest = [int(np.where(inside, course.trunk, -np.inf).argmax())]
        vertices, _ = next(iter(skinned(take.body, Posed(*(value[deepest] for value in vars(take.posed).values())))))
        gaps.append(vertices[pelvis][:, 0].min() - behind_m(take))
    return np.array(gaps) / truth["stature_m"]


def claimed(place: Place, gathered: Backdrop) -> bool:
    """Whether a wall is found within reach in a room that has none; told where one is."""
    places = nan_median(tracks.load(place.track).track["position"].to_numpy(), axis=0)
    ahead = sum(places[INDEX[f"{side}_foot_index"], 0] - places[INDEX[f"{side}_heel"], 0] for side in ("left", "right"))
    line = wall_line(gathered, places, 1.0 if ahead > 0 else -1.0, settings=load_settings().wall)
    if line is not None:
        print(f"{place.name}: FALSE wall at {line.foot_px.round()} px", flush=True)
    return line is not None


def compared(record: AnalysisRecord, truth: dict[str, Any]) -> Iterator[tuple[float, float, float, str]]:
    """Of each repetition: measured gap, its error, the true gap (statures), and the verdict."""
    for made, gap in zip(truth["reps"], true_gaps(truth), strict=True):
        rep = min(record.reps, key=lambda one: abs(one.bottom_s - made["bottom_s"]))
        metric = rep.metrics["wall_gap_min"]
        verdict = next((one.verdict for one in rep.findings if one.fault == "wall_not_reached"), "not_assessable")
        if abs(rep.bottom_s - made["bottom_s"]) < SAME_REP_S and metric.value is not None and metric.error is not None:
            yield metric.value, metric.error, float(gap), verdict


def main() -> None:
    """Print a line for every wall, and the whole."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--clips", type=Path)
    parser.add_argument("--tracks", type=Path)
    parser.add_argument("--split", choices=("tune", "report"), default="tune")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    places = list(simulated(given.folders))
    if given.clips is not None and given.tracks is not None:
        places += real(given.clips, given.tracks, given.split)
    walls, seen, bare, false = 0, 0, 0, 0
    rows: list[tuple[float, float, float, str]] = []
    for place in places:
        truth = json.loads(place.truth.read_text()) if place.truth else {"spec": {"extras": {}}}
        there = bool(truth["spec"]["extras"].get("wall"))
        gathered = room(place, given.work)
        if not there:
            bare, false = bare + 1, false + (gathered is not None and claimed(place, gathered))
            continue
        walls += 1
        try:
            record = assess(tracks.load(place.track), video.probe(place.clip), Request(), backdrop=gathered).record
        except HiphingeError:
            continue
        found = list(compared(record, truth)) if record.wall else []
        seen, rows = seen + (record.wall is not None), rows + found
        off = ", ".join(f"{100 * (a - c):+.1f} ± {100 * b:.1f} {verdict}" for a, b, c, verdict in found)
        print(
            f"{place.name}: {record.exercise.name}, {'gaps off by % of stature ' + off if found else 'not found'}",
            flush=True,
        )
    print(f"walls found: {seen} of {walls}; claimed where there is none: {false} of {bare}")
    if rows:
        off = np.array([a - c for a, _, c, _ in rows])
        sure = np.mean([abs(a - c) <= 1.645 * b for a, b, c, _ in rows])
        touched = [verdict for _, _, gap, verdict in rows if gap <= TOUCH]
        print(
            f"gap: RMSE {100 * np.sqrt((off**2).mean()):.1f} % of stature, bias {100 * off.mean():+.1f}, "
            f"{100 * sure:.0f} % within the stated 90 %; of {len(touched)} touches {touched.count('absent')} told, "
            f"{touched.count('borderline')} too close, {touched.count('present')} denied"
        )


TOUCH: Final = 0.008
"""A seat this near to the wall touches it, statures: clothes are 1 cm thick."""

if __name__ == "__main__":
    main()
