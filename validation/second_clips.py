"""A second clip of the same set: simulated people filmed again from front, back or oblique, and real pairs of cameras.

    python -m validation.second_clips film --clips SIM --split tune|report   (needs the validation extras)
    python -m validation.second_clips tracks --clips SIM --split tune|report
    python -m validation.second_clips figures --clips SIM --split tune|report [--real FOLDER]

The side's clips are those of the recipes plain and rough. The second camera films the same motion, to which knees that
come in and hips that move aside are added: what the side does not show. Its clip begins and ends at other moments, and
its clock differs by a known offset.
"""

import argparse
import json
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq

from hiphinge import frontal, people, video
from hiphinge.analysis import Request, assess
from hiphinge.cleaning import clean
from hiphinge.geometry import NINE_IN_TEN
from hiphinge.kinematics import kinematics
from hiphinge.reps import depth_deg, find_reps
from hiphinge.result import Analysis
from hiphinge.settings import load_settings
from hiphinge.view import facing_over_time, view_of
from validation import tracks
from validation.simulate.sample import Spec, spec_of

SIDES: Final = {
    "tune": (
        "tune/00000-hinge", "tune/00001-rdl", "tune/00002-deadlift", "tune/00003-kettlebell_swing",
        "tune/00005-good_morning", "tune/00007-hinge", "tune/00008-single_leg_rdl", "tune/00010-deadlift",
        "rough_tune/00002-single_leg_rdl", "rough_tune/00010-single_leg_rdl",
        "tune/00006-rdl", "tune/00012-hinge", "tune/00013-rdl", "tune/00014-deadlift", "tune/00015-kettlebell_swing",
        "tune/00011-dowel_drill", "tune/00009-wall_drill",
    ),
    "report": (
        "report/00000-hinge", "report/00001-rdl", "report/00002-deadlift", "report/00003-kettlebell_swing",
        "report/00005-good_morning", "report/00007-hinge", "report/00008-single_leg_rdl", "report/00013-rdl",
        "report/00020-single_leg_rdl", "rough_report/00002-single_leg_rdl",
    ),
}  # fmt: skip
YAWS_DEG: Final = (90.0, 62.0, -90.0, 45.0, 78.0, -60.0)
"""The second camera's turn, clip after clip: + sees the front, − the back."""
SHORT_PX: Final = 480
SETTINGS: Final = load_settings()
SECOND_TRACK: Final = "clip.track-full.npz"
"""Beside a second clip: its track, by the quick model as in the product."""
SQUARE_DEG: Final = 20.0
"""A camera this near to square from front or back counts as such."""


def second_of(folder: Path, number: int) -> Spec:
    """The clip's description seen by a second camera, with what only that one sees."""
    spec = spec_of(json.loads((folder / "truth.json").read_text())["spec"])
    rng = np.random.default_rng((*spec.seed, 99))
    one_leg = spec.exercise == "single_leg_rdl"
    asides = [_aside(rng, sway=not one_leg) for _ in spec.faults]
    camera = spec.camera
    shrink = SHORT_PX / min(camera.width, camera.height)
    opening = float(rng.uniform(40, 55))
    distance = spec.shape.stature_m / rng.uniform(0.6, 0.75) / 2 / np.tan(np.deg2rad(opening) / 2)
    camera = replace(
        camera,
        yaw_deg=YAWS_DEG[number % len(YAWS_DEG)] + float(rng.uniform(-5, 5)),
        view_deg=opening,
        distance_m=float(distance),
        height_m=float(rng.uniform(0.6, 1.3)),
        roll_deg=float(rng.normal(0, 1.0)),
        width=2 * round(camera.width * min(shrink, 1.0) / 2),
        height=2 * round(camera.height * min(shrink, 1.0) / 2),
    )
    return replace(spec, camera=camera, bystander=None, extras={**spec.extras, "asides": asides})


def _aside(rng: np.random.Generator, *, sway: bool) -> dict[str, float]:
    """Half of the repetitions are clean; knees come in by 0.3 to 1.2 of `motion.ASIDE`, hips move to either side."""
    found = {}
    if rng.random() < 0.5:
        found["cave"] = float(np.round(rng.uniform(0.3, 1.2), 2))
    if sway and rng.random() < 0.4:
        found["sway"] = float(np.round(rng.choice([-1, 1]) * rng.uniform(0.3, 1.2), 2))
    return found


def film(clips: Path, split: str) -> None:
    """Film every clip of the split that was not."""
    from validation.simulate.clip import make  # noqa: PLC0415 - heavy, and only the validation extras have it

    for number, name in enumerate(SIDES[split]):
        again = second_folder(clips, split, name)
        if not again.exists():
            again.parent.mkdir(parents=True, exist_ok=True)
            took = make(second_of(clips / name, number), again)
            print(f"{again.name}: {took['total_s']:.0f} s", flush=True)


def second_folder(clips: Path, split: str, name: str) -> Path:
    """Where a clip's second view lies."""
    return clips / f"second_{split}" / name.replace("/", "__")


@dataclass(frozen=True)
class Shown:
    """One pair of clips: the analysis of both, and the truth of each repetition."""

    name: str
    yaw_deg: float
    offset_s: float
    analysis: Analysis
    truth: list[dict[str, float]]
    asides: list[dict[str, float]]


def tracks_of(clips: Path, split: str) -> None:
    """Follow the lifter of every second clip that was not."""
    for name in SIDES[split]:
        folder = second_folder(clips, split, name)
        tracks.seen(folder / "clip.mp4", folder / SECOND_TRACK)


def shown(clips: Path, split: str, name: str, *, cut: bool) -> Shown:
    """Analyse a pair; `cut` trims the second and moves its clock, which else starts with the first's."""
    side, again = clips / name, second_folder(clips, split, name)
    spec = json.loads((again / "truth.json").read_text())
    rng = np.random.default_rng((*spec["spec"]["seed"], 5))
    seen, offset_s = tracks.load(again / SECOND_TRACK), 0.0
    if cut:
        seen, offset_s = _cut(seen, rng)
    analysis = assess(
        tracks.load(side / tracks.TRACK),
        video.probe(side / "clip.mp4"),
        Request(exercise=spec["exercise"] if spec["exercise"] != "squat" else None),
        second=frontal.Clip(video.probe(again / "clip.mp4"), seen),
    )
    filmed = spec["spec"]
    return Shown(
        name, filmed["camera"]["yaw_deg"], offset_s, analysis, truth_of(again, spec), filmed["extras"]["asides"]
    )


def _cut(seen: people.PoseEstimate, rng: np.random.Generator) -> tuple[people.PoseEstimate, float]:
    """Begin up to a repetition later, end a little earlier, count time from elsewhere."""
    time_s = seen.track["time"].to_numpy()
    first_s, last_s = (
        time_s[0] + rng.uniform(0, 0.3) * np.ptp(time_s),
        time_s[-1] - rng.uniform(0, 0.1) * np.ptp(time_s),
    )
    offset_s = float(rng.uniform(-5, 20))
    track = seen.track.sel(time=slice(first_s, last_s))
    return replace(seen, track=track.assign_coords(time=track["time"] + offset_s), outline=None), offset_s


def truth_of(folder: Path, record: dict[str, Any]) -> list[dict[str, float]]:
    """What is true of each repetition, from the joints in space; the metrics' names, units and signs."""
    table = pq.read_table(folder / "truth.parquet").to_pydict()
    place = {
        (side, joint): np.stack([table[f"{side}_{joint}_{axis}_m"] for axis in "xyz"], axis=-1)
        for side in ("left", "right")
        for joint in ("hip", "knee", "ankle", "shoulder")
    }
    time_s, upright = np.array(table["time_s"]), np.array(table["upright"])
    apart = {joint: place["left", joint] - place["right", joint] for joint in ("hip", "knee", "ankle", "shoulder")}
    middle = {joint: (place["left", joint] + place["right", joint]) / 2 for joint in ("hip", "ankle")}
    series = {"knee_ankle_ratio": apart["knee"][:, 1] / apart["ankle"][:, 1]}
    series["weight_shift"] = (middle["hip"] - middle["ankle"])[:, 1] / record["stature_m"]
    for name, joint in (("pelvis_roll", "hip"), ("shoulder_tilt", "shoulder")):
        across = np.linalg.norm(apart[joint], axis=1)
        series[name] = np.rad2deg(np.arcsin(np.clip(apart[joint][:, 2] / across, -1, 1)))
    for side, inward in (("left", -1.0), ("right", 1.0)):
        shank, thigh = place[side, "knee"] - place[side, "ankle"], place[side, "hip"] - place[side, "knee"]
        bent = np.arctan2(inward * shank[:, 1], shank[:, 2]) - np.arctan2(inward * thigh[:, 1], thigh[:, 2])
        series[f"knee_inward_{side}"] = np.rad2deg(bent)
    changes = {
        name: values - (np.median(values[upright]) if upright.any() else values[0]) for name, values in series.items()
    }
    found = []
    for rep in record["reps"]:
        inside = (time_s >= rep["start_s"]) & (time_s < rep["end_s"])
        bottom = int(np.abs(time_s - rep["bottom_s"]).argmin())
        one = {name: float(changes[name][bottom]) for name in ("weight_shift", "pelvis_roll", "shoulder_tilt")}
        one["pelvis_roll"] = abs(one["pelvis_roll"])
        one["knee_ankle_ratio"] = float(series["knee_ankle_ratio"][inside].min())
        one["knees_inward"] = float(-changes["knee_ankle_ratio"][inside].min())
        one |= {
            f"knee_inward_{side}": float(changes[f"knee_inward_{side}"][inside].max()) for side in ("left", "right")
        }
        one["stance_knee_inward"] = one["knee_inward_left"]
        one["bottom_s"] = rep["bottom_s"]
        found.append(one)
    return found


MEASURED: Final = ("knees_inward", "knee_ankle_ratio", "knee_inward_left", "knee_inward_right", "stance_knee_inward",
                   "weight_shift", "pelvis_roll", "shoulder_tilt")  # fmt: skip


def compared(pairs: list[Shown], name: str) -> list[tuple[float, float, float, float]]:
    """Truth, measured, stated error and yaw of every repetition in which a metric was measured."""
    found = []
    for one in pairs:
        for rep in one.analysis.record.reps:
            true = min(one.truth, key=lambda real: abs(real["bottom_s"] - rep.bottom_s))
            metric = rep.metrics[name]
            if name in rep.from_second and metric.value is not None and metric.error is not None:
                found.append((true[name], metric.value, metric.error, abs(one.yaw_deg)))
    return found


def figures(clips: Path, split: str) -> None:
    """Print the table of the split."""
    for cut in (False, True):
        pairs = [shown(clips, split, name, cut=cut) for name in SIDES[split]]
        _print_pairing(pairs)
        if not cut:
            _print_metrics(pairs)
            _print_verdicts(pairs)
    _print_strangers(clips, split)


def _print_pairing(pairs: list[Shown]) -> None:
    for one in pairs:
        second = one.analysis.record.second
        if second is None or second.view is None:
            continue
        error = None if second.offset_s is None else round(second.offset_s - one.offset_s, 3)
        print(
            f"{one.name:34} yaw {one.yaw_deg:4.0f} seen {second.view.yaw_deg:.0f} {second.seen_from}: "
            f"{len(one.analysis.record.reps)} and {second.reps} reps, {len(second.pairs)} pairs, "
            f"offset error {error} s (stated {second.offset_error_s}), likeness {second.likeness}, "
            f"{second.not_used or 'used'}"
        )


def _print_metrics(pairs: list[Shown]) -> None:
    for name in MEASURED:
        rows = np.array(compared(pairs, name))
        if not rows.size:
            continue
        square = np.abs(rows[:, 3] - 90) < SQUARE_DEG
        for told, part in (("all", rows), ("square", rows[square]), ("oblique", rows[~square])):
            if not len(part):
                continue
            true, value, error, _ = part.T
            held = np.mean(np.abs(value - true) < NINE_IN_TEN * error)
            print(
                f"{name:20} {told:8} {len(part):3} reps  bias {np.mean(value - true):6.3f}  "
                f"rmse {np.sqrt(np.mean((value - true) ** 2)):6.3f}  stated {np.sqrt(np.mean(error**2)):6.3f}  "
                f"within 90 % interval {held:4.0%}  truth {true.min():.2f} … {true.max():.2f}"
            )


def _print_verdicts(pairs: list[Shown]) -> None:
    """Knees that come in by a given strength, and what was said of them."""
    rows = []
    for one in pairs:
        for rep in one.analysis.record.reps:
            index = int(np.argmin([abs(real["bottom_s"] - rep.bottom_s) for real in one.truth]))
            strength = one.asides[index].get("cave", 0.0) if index < len(one.asides) else 0.0
            verdict = next((found.verdict for found in rep.findings if found.fault == "knees_cave"), None)
            rows.append((strength, verdict))
    for low, high in ((0.0, 0.01), (0.01, 0.6), (0.6, 0.9), (0.9, 2.0)):
        said = [verdict for strength, verdict in rows if low <= strength < high]
        print(f"cave {low:.2f} … {high:.2f}:", {verdict: said.count(verdict) for verdict in dict.fromkeys(said)})


def _print_strangers(clips: Path, split: str) -> None:
    """How often a second clip of another set is taken for one of this."""
    sides = {name: _course(clips / name / tracks.TRACK) for name in SIDES[split]}
    others = {name: _course(second_folder(clips, split, name) / SECOND_TRACK) for name in SIDES[split]}
    found = {
        (side, name): frontal.pair(first, second, settings=SETTINGS.second)
        for side, first in sides.items()
        for name, second in others.items()
        if name != side
    }
    taken = [
        f"{side} with {name} ({laid.likeness:.3f})" for (side, name), laid in found.items() if not isinstance(laid, str)
    ]
    print(f"strangers taken: {len(taken)} of {len(found)}", *taken, sep="\n  ")


def _course(track_file: Path) -> frontal.Course:
    """A clip's depth and bottoms, by its landmarks alone."""
    track = clean(tracks.load(track_file).track, settings=SETTINGS.cleaning)
    camera, facing = view_of(track, settings=SETTINGS.view), facing_over_time(track, settings=SETTINGS.view)
    motion = kinematics(track, camera, settings=SETTINGS.kinematics, facing=facing)
    bottoms = np.array([rep.bottom_s for rep in find_reps(motion, settings=SETTINGS.reps)])
    return frontal.Course(motion["time"].to_numpy(), depth_deg(motion, settings=SETTINGS.reps), bottoms)


def main() -> None:
    """Do what is asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("film", "tracks", "figures"))
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--split", choices=tuple(SIDES), default="tune")
    given = parser.parse_args()
    {"film": film, "tracks": tracks_of, "figures": figures}[given.what](given.clips, given.split)


if __name__ == "__main__":
    os.environ.pop("DISPLAY", None)
    sys.exit(main())
