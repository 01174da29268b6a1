"""Our BlazePose against the reference graph of mediapipe 0.10.21 on the same frames.

mediapipe stays out of the product and of its environment. Give this script a Python that has it (any folder:
``python3.11 -m venv mp && mp/bin/pip install mediapipe==0.10.21 av``), and it runs itself there first::

    python validation/pose_parity.py --reference mp/bin/python --keep dumps/ CLIP.mp4 ...

The reference is ``mp.solutions.pose`` with ``model_complexity=1, smooth_landmarks=False``: no filter on the landmarks,
regions from frame to frame. It takes frames to be 1/30 s apart, so here they are too. Differences are told as a share
of the clip's own trunk length (hip to shoulder, median), over all frames and keypoints that both have.
"""

import argparse
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

NOMINAL_STEP_S = 1 / 30
MASK_EVERY = 10
AIM_PERCENT = 1.0
SHOULDERS, HIPS = [11, 12], [23, 24]


@dataclass
class Look:
    """What one side saw of a clip: arrays over frames, masks of every tenth as bits."""

    image: list[np.ndarray] = field(default_factory=list)
    world: list[np.ndarray] = field(default_factory=list)
    visibility: list[np.ndarray] = field(default_factory=list)
    masks: list[np.ndarray] = field(default_factory=list)

    def add(self, image: np.ndarray | None, world: np.ndarray | None, visibility: np.ndarray | None) -> None:
        nothing = np.full((33, 3), np.nan)
        self.image.append(nothing if image is None else image)
        self.world.append(nothing if world is None else world)
        self.visibility.append(np.zeros(33) if visibility is None else visibility)

    def arrays(self) -> dict[str, np.ndarray]:
        return {
            "image": np.array(self.image),
            "world": np.array(self.world),
            "visibility": np.array(self.visibility),
            "masks": np.packbits(np.array(self.masks, dtype=bool), axis=-1),
        }


def dump_reference(video: Path, out: Path, frames: int | None) -> None:
    """Run mediapipe's graph; only this function needs it."""
    import av  # noqa: PLC0415 - the reference's own environment
    import mediapipe as mp  # noqa: PLC0415

    look = Look()
    options = {"model_complexity": 1, "smooth_landmarks": False, "enable_segmentation": True}
    with mp.solutions.pose.Pose(smooth_segmentation=False, **options) as pose, av.open(str(video)) as container:
        for k, frame in enumerate(islice(container.decode(video=0), frames)):
            image = np.ascontiguousarray(np.rot90(frame.to_ndarray(format="rgb24"), frame.rotation // 90))
            height, width = image.shape[:2]
            found = pose.process(image)
            if not found.pose_landmarks:
                look.add(None, None, None)
            else:
                flat = np.array([(p.x * width, p.y * height, p.z * width) for p in found.pose_landmarks.landmark])
                world = np.array([(p.x, p.y, p.z) for p in found.pose_world_landmarks.landmark])
                look.add(flat, world, np.array([p.visibility for p in found.pose_landmarks.landmark]))
            if k % MASK_EVERY == 0:
                mask = found.segmentation_mask
                look.masks.append(np.zeros((height, width), bool) if mask is None else np.asarray(mask) > 0.5)
    np.savez_compressed(out, **look.arrays())


def our_look(video: Path, frames: int | None) -> dict[str, np.ndarray]:
    """Run ours on the same frames, at the reference's nominal times."""
    from hiphinge import weights  # noqa: PLC0415 - not there where the reference runs
    from hiphinge.estimators.blazepose import load_blazepose  # noqa: PLC0415
    from hiphinge.people import worker_threads  # noqa: PLC0415
    from hiphinge.people.following import Follower  # noqa: PLC0415
    from hiphinge.settings import PoseSettings, load_slice  # noqa: PLC0415
    from hiphinge.video import Frame, read_frames  # noqa: PLC0415

    files = weights.model_files("full")
    blazepose = load_blazepose(files.detector, files.landmarks, model="full", threads=worker_threads())
    follower = Follower(blazepose, None, settings=load_slice("pose", PoseSettings), silhouette=True)
    look = Look()
    for k, frame in enumerate(islice(read_frames(video), frames)):
        seen = follower.step(Frame(k, k * NOMINAL_STEP_S, frame.image))
        height, width = frame.image.shape[:2]
        if seen is None:
            look.add(None, None, None)
        else:
            look.add(seen.image[:33], seen.world[:33], seen.visibility[:33])
        if k % MASK_EVERY == 0:
            shown = seen.silhouette.in_image(width, height) > 0.5 if seen and seen.silhouette else None
            look.masks.append(np.zeros((height, width), bool) if shown is None else shown)
    return look.arrays()


def compare(ours: dict[str, np.ndarray], reference: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Differences per frame and keypoint, and the masks' overlap per mask."""
    count = min(len(ours["image"]), len(reference["image"]))
    a, b = ours["image"][:count], reference["image"][:count]
    trunk = np.nanmedian(np.linalg.norm(b[:, SHOULDERS, :2].mean(axis=1) - b[:, HIPS, :2].mean(axis=1), axis=-1))
    x, y = (np.unpackbits(side["masks"], axis=-1) for side in (ours, reference))
    both, either = (x & y).sum(axis=(1, 2)), (x | y).sum(axis=(1, 2))
    return {
        "percent": 100 * np.linalg.norm((a - b)[..., :2], axis=-1) / trunk,
        "world_mm": 1000 * np.linalg.norm(ours["world"][:count] - reference["world"][:count], axis=-1),
        "visibility": np.abs(ours["visibility"][:count] - reference["visibility"][:count]),
        "overlap": both[either > 0] / either[either > 0],
        "only_ours": np.isfinite(a[:, 0, 0]) & ~np.isfinite(b[:, 0, 0]),
        "only_reference": ~np.isfinite(a[:, 0, 0]) & np.isfinite(b[:, 0, 0]),
    }


def tell(name: str, d: dict[str, np.ndarray]) -> None:
    """One line per clip."""
    both = np.isfinite(d["percent"]).all(axis=1)
    median, p95 = np.nanmedian(d["percent"]), np.nanpercentile(d["percent"], 95)
    print(
        f"{name:34s} frames {len(both):5d}  median {median:6.3f} %  p95 {p95:6.2f} %  world median "
        f"{np.nanmedian(d['world_mm']):5.1f} mm  mask overlap {np.median(d['overlap']):.3f}  "
        f"only ours {d['only_ours'].sum()}  only reference {d['only_reference'].sum()}",
        flush=True,
    )


def tell_keypoints(all_percent: np.ndarray, all_world: np.ndarray) -> None:
    """One line per keypoint over all clips."""
    from hiphinge.pose import KEYPOINTS  # noqa: PLC0415 - not there where the reference runs

    print(f"\n{'keypoint':18s} {'median %':>9s} {'p95 %':>7s} {'world median mm':>16s} {'p95':>7s}")
    for k, name in enumerate(KEYPOINTS):
        flat, world = all_percent[:, k], all_world[:, k]
        print(
            f"{name:18s} {np.nanmedian(flat):9.3f} {np.nanpercentile(flat, 95):7.2f} "
            f"{np.nanmedian(world):16.1f} {np.nanpercentile(world, 95):7.1f}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", nargs="+", type=Path)
    parser.add_argument("--reference", help="a Python that has mediapipe 0.10.21 and av")
    parser.add_argument("--keep", type=Path, default=Path("parity-dumps"), help="folder of the reference's results")
    parser.add_argument("--frames", type=int, help="only so many frames of each clip")
    parser.add_argument("--dump", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.dump:
        dump_reference(given.videos[0], given.dump, given.frames)
        return 0
    given.keep.mkdir(parents=True, exist_ok=True)
    percents, worlds = [], []
    for video in given.videos:
        dump = given.keep / f"{video.parent.name}__{video.stem}__{given.frames or 'all'}.npz"
        if not dump.exists():
            command = [given.reference or sys.executable, __file__, str(video), "--dump", str(dump)]
            extra = ["--frames", str(given.frames)] if given.frames else []
            subprocess.run(command + extra, check=True, stderr=subprocess.DEVNULL)
        differences = compare(our_look(video, given.frames), dict(np.load(dump)))
        tell(f"{video.parent.name}/{video.stem}", differences)
        percents.append(differences["percent"])
        worlds.append(differences["world_mm"])
    tell_keypoints(np.concatenate(percents), np.concatenate(worlds))
    overall = float(np.nanmedian(np.concatenate(percents)))
    print(f"\nmedian over everything {overall:.3f} % of trunk length (aim: at most {AIM_PERCENT:g} %)")
    return 0 if overall <= AIM_PERCENT else 1


if __name__ == "__main__":
    sys.exit(main())
