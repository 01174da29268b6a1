"""One clip as a job for a worker process."""

from pathlib import Path
from typing import NamedTuple

from validation.simulate.recipes import RECIPES, folder_of


class Job(NamedTuple):
    """What to make and where."""

    seed: int
    split: str
    index: int
    largest: int
    most_fps: float
    out: str
    silhouette: bool
    recipe: str = "plain"


def one(job: Job) -> str:
    """Make one clip; returns what to print."""
    drawn = RECIPES[job.recipe]
    spec = drawn(job.seed, job.split, job.index, largest=job.largest, most_fps=job.most_fps)
    folder = Path(job.out) / folder_of(job.recipe, job.split) / spec.name
    if folder.exists():
        return f"{folder.parent.name}/{spec.name}: there already"
    from validation.simulate.clip import make  # noqa: PLC0415 - heavy; not needed to skip

    took = make(spec, folder, silhouette=job.silhouette)
    size = f"{spec.camera.width}x{spec.camera.height}"
    return (
        f"{folder.parent.name}/{spec.name}: {took['total_s']:.0f} s for {took['frames']:.0f} frames {size}, "
        f"{took['film_s'] / took['frames'] * 1000:.0f} ms a frame"
    )
