"""Stripes seen about the trunk of clips whose track is kept: what finds a real rod, made once and kept."""

from pathlib import Path

import numpy as np

from hiphinge import video
from hiphinge.body import middle
from hiphinge.pose import PoseTrack
from hiphinge.settings import SpineSettings
from hiphinge.spine import RodFinder, Sightings


def sightings(clip: Path, track: PoseTrack, cache: Path, *, settings: SpineSettings) -> Sightings:
    """Give the stripes of a clip, from `cache` (npz) where they are; else look for them in the video and keep them."""
    if not cache.is_file():
        found = _looked_for(clip, track, settings)
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache, t=found.time_s, e=found.ends_px, c=found.cover)
    with np.load(cache) as kept:
        return Sightings(kept["t"], kept["e"], kept["c"])


def _looked_for(clip: Path, track: PoseTrack, settings: SpineSettings) -> Sightings:
    position, time_s = track["position"].to_numpy(), track["time"].to_numpy()
    hip, shoulder = middle(position, "hip"), middle(position, "shoulder")
    finder, last_s = RodFinder(settings), -np.inf
    for frame in video.VideoReader(clip):
        if frame.time_s - last_s >= settings.rod_look_every_s:
            at = int(np.abs(time_s - frame.time_s).argmin())
            finder.look(frame.time_s, frame.image, hip=hip[at], shoulder=shoulder[at])
            last_s = frame.time_s
    return finder.found
