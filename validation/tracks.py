"""Raw pose tracks and outlines of clips, made once and kept: the pose model is what takes time."""

import os
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hiphinge import people, video, weights
from hiphinge.analysis import Request
from hiphinge.analysis.request import AUTO, closer_files
from hiphinge.outline import Outline, make_outline
from hiphinge.pose import make_track
from hiphinge.settings import load_settings

TRACK: Final = f"clip.track-{AUTO}.npz"
"""Beside a simulated clip: its track as the product makes it by default."""


def seen(clip: Path, cache: Path, *, model: str = "full", fresh: bool = False) -> people.PoseEstimate:
    """Give the lifter's raw track, from `cache` (npz) where it is there with its outline; else make it and keep it.

    `model` is one of a `Request`: `auto` looks closer where the legs are in doubt.

    Raises
    ------
    HiphingeError
        Where the clip cannot be read or shows nobody; nothing is kept then.
    """
    if cache.is_file() and not fresh and (kept := load(cache, model=model)).outline is not None:
        return kept
    asked = Request(model=model)
    found = people.estimate_pose(
        video.probe(clip),
        weights.ready(asked.first_model),
        model=asked.first_model,
        closer=closer_files(asked),
        settings=load_settings().pose,
    )
    save(found, cache)
    return found


def load(cache: Path, *, model: str = "full") -> people.PoseEstimate:
    """Read a kept track."""
    with np.load(cache) as kept:
        track = make_track(
            kept["time"],
            kept["position"],
            kept["world"],
            kept["confidence"],
            width=int(kept["width"]),
            height=int(kept["height"]),
            estimator="blazepose",
            model=str(kept["model"]) if "model" in kept else model,
        )
        return people.PoseEstimate(
            track, int(kept["people_seen"]), int(kept["person"]), outline=_outline(dict(kept.items()))
        )


def _outline(kept: dict[str, NDArray[Any]]) -> Outline | None:
    """Read the outline; None where the track was kept without it."""
    if "outline_position" not in kept:
        return None
    return make_outline(kept["time"], *(kept[f"outline_{name}"] for name in ("position", "confidence", "pixel_px")))


def save(found: people.PoseEstimate, cache: Path) -> None:
    """Keep a track; a run that is stopped leaves no half file."""
    track, outline = found.track, found.outline
    names = ("position", "confidence", "pixel_px")
    edges = {} if outline is None else {f"outline_{name}": outline[name].to_numpy() for name in names}
    part = cache.with_name(f"{cache.name}.{os.getpid()}.part.npz")
    np.savez_compressed(
        part,
        time=track["time"].to_numpy(),
        position=track["position"].to_numpy(),
        world=track["world"].to_numpy(),
        confidence=track["confidence"].to_numpy(),
        width=track.attrs["width"],
        height=track.attrs["height"],
        model=track.attrs["model"],
        people_seen=found.people_seen,
        person=found.person,
        **edges,
    )
    part.rename(cache)
