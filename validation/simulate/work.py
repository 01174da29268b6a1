"""One clip as a job for a worker process."""

from pathlib import Path

from validation.simulate.sample import draw


def one(job: tuple[int, str, int, int, str, bool]) -> str:
    """Make one clip; returns what to print."""
    seed, split, index, largest, out, silhouette = job
    spec = draw(seed, split, index, largest=largest)
    folder = Path(out) / split / spec.name
    if folder.exists():
        return f"{split}/{spec.name}: there already"
    from validation.simulate.clip import make  # noqa: PLC0415 - heavy; not needed to skip

    took = make(spec, folder, silhouette=silhouette)
    size = f"{spec.camera.width}x{spec.camera.height}"
    return (
        f"{split}/{spec.name}: {took['total_s']:.0f} s for {took['frames']:.0f} frames {size}, "
        f"{took['film_s'] / took['frames'] * 1000:.0f} ms a frame"
    )
