"""The folder of one analysis: written whole beside its place, then renamed into it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from hiphinge import exports, overlay, report
from hiphinge.errors import HiphingeError, UsageError
from hiphinge.messages import message
from hiphinge.progress import Progress, silent
from hiphinge.result import Analysis
from hiphinge.settings import Settings

SUFFIX = "-hiphinge"
RESULT = "analysis.json"
_SHORT: Final = 32
"""So much of a folder's name stands in that of its forerunner, which must not be longer than names may be."""
_ATTEMPTS: Final = 5
"""How often another analysis may come between while this one takes its place."""


def folder_for(video: Path, out: Path | None) -> Path:
    """Where the analysis of `video` goes: `VIDEO-hiphinge` beside it, or of that name under `out`."""
    return (out or video.parent) / f"{video.stem}{SUFFIX}"


def check_target(target: Path) -> None:
    """Look, before the long work, whether its result can be written; nothing is made.

    Raises
    ------
    UsageError
        Where `target` holds something that is not an analysis of ours and would be lost, or no folder can be made.
    """
    try:
        _check_target(_real(target))
    except OSError as error:
        raise UsageError(message("error.cannot_write", folder=target, reason=error.strerror or error)) from error


def _check_target(target: Path) -> None:
    parent = next(place for place in target.parents if place.exists())
    if not parent.is_dir():
        raise UsageError(message("error.parent_is_file", parent=parent))
    if not os.access(parent, os.W_OK):
        raise UsageError(message("error.cannot_write_in", folder=parent))
    if target.is_dir() and any(target.iterdir()) and not (target / RESULT).is_file():
        raise UsageError(message("error.may_be_yours", folder=target, result=RESULT))
    if target.exists() and not target.is_dir():
        raise UsageError(message("error.target_is_file", folder=target))


def write_folder(
    analysis: Analysis,
    video: Path,
    target: Path,
    *,
    settings: Settings,
    with_overlay: bool = True,
    progress: Progress = silent,
) -> Path:
    """Write every file of the contract into `target`, all or nothing; an earlier analysis there is replaced.

    Raises
    ------
    UsageError
        Where the folder cannot be made.
    HiphingeError
        Where writing fails halfway, on a full disk for one.
    """
    check_target(target)
    with _replacing(target) as folder:
        exports.write_tables(analysis, folder)
        stills = overlay.write_overlay(
            analysis, video, folder, settings=settings.overlay, with_video=with_overlay, progress=progress
        )
        stills += overlay.write_second(
            analysis, folder, settings=settings.overlay, with_video=with_overlay, progress=progress
        )
        report.write_report(analysis, stills, folder, settings=settings.overlay, with_overlay=with_overlay)
        exports.write_json(analysis, folder)
    return target


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A fresh folder beside `target` that takes its place on success and vanishes on failure."""
    place = _real(target)
    missing = [folder for folder in place.parents if not folder.exists()]
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{place.name[:_SHORT]}.", dir=place.parent))
    except OSError as error:
        raise UsageError(message("error.cannot_make", parent=target.parent, reason=error.strerror)) from error
    try:
        yield fresh
        fresh.chmod(0o777 & ~_umask())
        _swap(fresh, place)
    except OSError as error:
        raise HiphingeError(message("error.not_written", folder=target, reason=error.strerror or error)) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        for folder in missing:
            with suppress(OSError):  # it holds the analysis, or something else by now
                folder.rmdir()


def _swap(fresh: Path, target: Path) -> None:
    """Put `fresh` in the place of `target`; whatever happens, one of the two stands there and nothing lies beside it.

    Another analysis into the same place may do so at the same moment: then the last one stands.
    """
    old = fresh.with_name(f"{fresh.name}.old")
    try:
        for attempt in range(1, _ATTEMPTS + 1):
            with suppress(FileNotFoundError):
                target.rename(old)
            try:
                fresh.rename(target)
            except OSError:
                if attempt == _ATTEMPTS or not target.exists():
                    raise
                shutil.rmtree(old, ignore_errors=True)
            else:
                return
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _real(target: Path) -> Path:
    """Where a link leads: what it points to is written or replaced, and the link stays."""
    return Path(os.path.realpath(target))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
