"""Start and end photos of one lift, taken as two moments of one person: is the back round in the bent one?

    python -m validation.accuracy.photos FOLDER [--work DIR]

FOLDER holds NAME_0.jpg, NAME_1.jpg and photos.csv. For reading only: nothing is tuned on them.
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from hiphinge import cleaning, kinematics, spine, view
from hiphinge.errors import HiphingeError
from hiphinge.faults import rules_of, verdict_of
from hiphinge.pose import KEYPOINTS
from hiphinge.records import Metric
from hiphinge.settings import load_settings
from validation.accuracy.tables import table
from validation.simulate.degrade import encode
from validation.tracks import seen

Picture = NDArray[np.uint8]
FPS: Final = 15.0
HELD: Final = 24
"""Frames that each photo is held."""
SETTLED: Final = 10
"""Of these, the last so many are read: the first carry what smoothing drags over the jump."""
LONGEST: Final = 640
"""Pixels of a picture's longer side."""
WORDS: Final = {"present": "rounded", "borderline": "doubtful", "absent": "flat"}
FAULTS: Final = ("lower_back_rounding", "upper_back_rounding")


class Moment(NamedTuple):
    """One photo: trunk, lumbar and thoracic flexion with their errors, degrees; NaN where not known."""

    trunk: float
    lumbar: float
    lumbar_error: float
    thoracic: float
    thoracic_error: float


class Pair(NamedTuple):
    """A lift's two photos, the more bent one last, and the verdict on that."""

    name: str
    label: str
    upright: Moment | None
    bent: Moment | None
    standing: str
    reason: str
    verdict: str


def pairs(folder: Path) -> dict[str, str]:
    """Names of the lifts, and what is seen on their photos."""
    with (folder / "photos.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {row["file"].removesuffix("_0.jpg"): f"{row['view']}: {row['seen']}"
            for row in rows if row["file"].endswith("_0.jpg")}  # fmt: skip


def judged(folder: Path, work: Path, *, most: int | None = None) -> list[Pair]:
    """Every lift of a folder, or the first `most` of them; clips and tracks are kept in `work`."""
    work.mkdir(parents=True, exist_ok=True)
    return [judge(folder, name, label, work) for name, label in list(pairs(folder).items())[:most]]


def judge(folder: Path, name: str, label: str, work: Path) -> Pair:
    """Make the two photos a short clip, follow the person, read both moments."""
    clip = work / f"{name}.mp4"
    if not clip.is_file():
        shown = framed([cv2.imread(str(folder / f"{name}_{k}.jpg"))[..., ::-1] for k in (0, 1)])
        encode((picture for picture in shown for _ in range(HELD)), clip, fps=FPS, crf=16)
    try:
        found = seen(clip, work / f"{name}.track.npz")
    except HiphingeError as error:
        return Pair(name, label, None, None, "", str(error).rpartition(": ")[2], "not judged")
    motion = measured(found)
    first, second = (moment(motion, leaning(found.track, k), k) for k in (0, 1))
    upright, bent = sorted((first, second), key=lambda one: one.trunk)
    return Pair(name, label, upright, bent, str(motion.attrs.get("spine_standing", "")),
                str(motion.attrs.get("spine", "")), verdict(bent))  # fmt: skip


def framed(pictures: Sequence[Any]) -> list[Picture]:
    """Both photos in a frame of the same even size, small enough."""
    scale = min(1.0, LONGEST / max(max(one.shape[:2]) for one in pictures))
    small = [cv2.resize(one, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) for one in pictures]
    height, width = (max(one.shape[axis] for one in small) // 2 * 2 for axis in (0, 1))
    canvas = [np.full((height, width, 3), 127, np.uint8) for _ in small]
    for whole, one in zip(canvas, small, strict=True):
        part = one[:height, :width]
        whole[: part.shape[0], : part.shape[1]] = part
    return canvas


def measured(found: Any) -> Any:
    """The stages of the product up to the spine; two photos have no repetition to judge."""
    settings = load_settings()
    track = cleaning.clean(found.track, settings=settings.cleaning)
    camera = view.view_of(track, settings=settings.view)
    facing = view.facing_over_time(track, settings=settings.view)
    motion = kinematics.kinematics(track, camera, settings=settings.kinematics, facing=facing)
    return spine.measure_spine(found.outline, motion, track, camera, facing=facing, settings=settings.spine).motion


def settled(time_s: Any, which: int) -> NDArray[np.bool_]:
    """A photo's frames after the jump."""
    end = time_s[0] + (which + 1) * HELD / FPS
    return np.asarray((time_s >= end - SETTLED / FPS) & (time_s < end))


def leaning(track: Any, which: int) -> float:
    """Trunk inclination as drawn, degrees: legs may be outside the picture, so the product's own may be missing."""
    position = track["position"].to_numpy()[settled(track["time"].to_numpy(), which)]
    shoulder, hip = (
        np.nanmedian(position[:, [KEYPOINTS.index(f"{side}_{joint}") for side in ("left", "right")]], axis=(0, 1))
        for joint in ("shoulder", "hip")
    )
    return float(np.rad2deg(np.arctan2(abs(shoulder[0] - hip[0]), hip[1] - shoulder[1])))


def moment(motion: Any, trunk: float, which: int) -> Moment:
    """Medians over a photo's settled frames."""
    inside = settled(motion["time"].to_numpy(), which)

    def middle(name: str) -> float:
        values = motion[name].to_numpy()[inside]
        values = values[np.isfinite(values)]
        return float(np.median(values)) if values.size else float("nan")

    names = ("lumbar_flexion_deg", "lumbar_flexion_error_deg", "thoracic_flexion_deg", "thoracic_flexion_error_deg")
    return Moment(trunk, *map(middle, names))


def verdict(bent: Moment) -> str:
    """By the rules for a hinge; the worse of lower and upper back."""
    said = []
    for fault, value, error in zip(FAULTS, bent[1::2], bent[2::2], strict=True):
        rule = next(one for one in rules_of("hinge") if one.fault == fault)
        if np.isfinite(value):
            said.append(WORDS[verdict_of(rule, Metric(value=value, error=error, unit="deg"))])
    return next((word for word in WORDS.values() if word in said), "not judged")


def told(found: Sequence[Pair]) -> str:
    """A line a lift."""
    rows = [
        (one.name.replace("_", " "), one.label, *_cells(one.upright), *_cells(one.bent), one.standing or "–",
         one.reason, one.verdict)
        for one in found
    ]  # fmt: skip
    return table(
        ("Lift", "label", "upright: trunk, °", "lumbar, °", "thoracic, °", "bent: trunk, °", "lumbar, °", "thoracic, °",
         "standing", "not judged because", "said"), rows,
    )  # fmt: skip


def _cells(one: Moment | None) -> tuple[str, str, str]:
    if one is None:
        return "–", "–", "–"
    both = [f"{value:.0f} ± {error:.0f}" if np.isfinite(value) else "–"
            for value, error in ((one.lumbar, one.lumbar_error), (one.thoracic, one.thoracic_error))]  # fmt: skip
    return f"{one.trunk:.0f}", both[0], both[1]


def main() -> None:
    """Judge every pair."""
    parser = argparse.ArgumentParser(prog="python -m validation.accuracy.photos", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", type=Path, default=Path("local/validation/photos"))
    given = parser.parse_args()
    print(told(judged(given.folder, given.work)))


if __name__ == "__main__":
    main()
