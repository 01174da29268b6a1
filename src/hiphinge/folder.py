"""The folder of one analysis: written whole beside its place, then renamed into it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hiphinge import exports, overlay, report
from hiphinge.errors import UsageError
from hiphinge.progress import Progress, silent
from hiphinge.result import Analysis
from hiphinge.settings import Settings

SUFFIX = "-hiphinge"
RESULT = "analysis.json"


def folder_for(video: Path, out: Path | None) -> Path:
    """Where the analysis of `video` goes: `VIDEO-hiphinge` beside it, or of that name under `out`."""
    return (out or video.parent) / f"{video.stem}{SUFFIX}"


def check_target(target: Path) -> None:
    """Raise UsageError where `target` holds something that is not an analysis of ours and would be lost."""
    if target.is_dir() and any(target.iterdir()) and not (target / RESULT).is_file():
        raise UsageError(
            f"{target} exists and holds no {RESULT}, so it may be yours: nothing was written. "
            "Choose another place with --out"
        )
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file, the analysis needs a folder there. Choose another place with --out.")


def write_folder(
    analysis: Analysis,
    video: Path,
    target: Path,
    *,
    settings: Settings,
    with_overlay: bool = True,
    progress: Progress = silent,
) -> Path:
    """Write every file of the contract into `target`, all or nothing; an earlier analysis there is replaced."""
    check_target(target)
    with _replacing(target) as folder:
        exports.write_tables(analysis, folder)
        stills = overlay.write_overlay(
            analysis, video, folder, settings=settings.overlay, with_video=with_overlay, progress=progress
        )
        report.write_report(analysis, stills, folder, settings=settings.overlay, with_overlay=with_overlay)
        exports.write_json(analysis, folder)
    return target


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A fresh folder beside `target` that takes its place on success and vanishes on failure."""
    _make_parent(target)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield fresh
        fresh.chmod(0o777 & ~_umask())
        if target.exists():
            old = fresh.with_name(f"{fresh.name}.old")
            target.rename(old)
            fresh.rename(target)
            shutil.rmtree(old, ignore_errors=True)
        else:
            fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _make_parent(target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {target.parent}: {error.strerror}. Choose one with --out") from error
    if not os.access(target.parent, os.W_OK):
        raise UsageError(f"cannot write in {target.parent}. Choose another place with --out.")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
