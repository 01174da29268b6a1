"""A closer look: where plates or clothes hide the legs, the heavy landmark model reads the lifter again.

It is about four times as slow a frame, so it looks only at clips whose legs the quick model is in doubt about, and ten
times a second; a lifter moves little between two looks, and the landmarks in between lie on the line. Where the lifter
is, and the outline, stay as the quick model found them. What it is worth: docs/explanation/legs.md.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np

from hiphinge.body import INDEX, SIDES, pair, trunk_length
from hiphinge.estimators.blazepose import BlazePose, Landmarks, Region
from hiphinge.geometry import Bools, Floats, distance
from hiphinge.people.following import Rows
from hiphinge.pose import PoseTrack, make_track
from hiphinge.settings import PoseSettings
from hiphinge.video import Frame

_LEG: Final = ("knee", "ankle")
_SLACK_S: Final = 1e-3
"""Frame times are rounded."""


class Places:
    """Where the lifter was in each frame. Its `add` is a `hiphinge.people.following.OnFrame`."""

    def __init__(self) -> None:
        self.regions: list[Region | None] = []

    def add(self, _frame: Frame, seen: Landmarks | None) -> None:
        """Keep the place of one frame; None where the lifter was not seen."""
        self.regions.append(None if seen is None else seen.next_region)


def legs_in_doubt(track: PoseTrack, *, settings: PoseSettings) -> bool:
    """Whether a closer look is worth its time.

    It is where, over the frames with the lifter in them, the less sure of knee and ankle, each on its surer side, is
    seen with a mean confidence below `closer_below`.
    """
    confidence = track["confidence"].to_numpy()
    seen = confidence.any(axis=1)
    surest = np.minimum(*(pair(confidence, part).max(axis=1) for part in _LEG))
    return bool(seen.any() and surest[seen].mean() < settings.closer_below)


def look_closer(
    track: PoseTrack, places: Places, frames: Iterable[Frame], blazepose: BlazePose, *, settings: PoseSettings
) -> PoseTrack:
    """The track as the better model sees it, in the frames of `track`.

    Parameters
    ----------
    track : as the quick model saw it, one row per frame.
    places : where the lifter was, gathered while `track` grew.
    frames : the same frames again, in their order.
    blazepose : the better model.

    Returns
    -------
    Landmarks between two looks at most `closer_gap_s` apart lie on the line between them; elsewhere, and where the
    lifter was not seen at first, `track` stays as it is. How sure a landmark is stays what `track` says: thresholds and
    errors were set on the quick model, and the heavy one doubts hidden legs that it places well.
    """
    rows, due_s = Rows(), -np.inf
    last = max((index for index, region in enumerate(places.regions) if region is not None), default=-1)
    for index, (frame, region) in enumerate(zip(frames, places.regions, strict=False)):
        if region is None or (frame.time_s < due_s - _SLACK_S and index != last):
            continue
        seen = blazepose.landmarks(frame.image, region)
        if seen is not None:
            rows.add(frame, seen)
            due_s = frame.time_s + settings.closer_every_s
    if not rows.time_s:
        return track
    looks = _believable(rows.track(blazepose.model), track, settings)
    return _between_looks(track, looks, settings) if looks.sizes["time"] else track


def _believable(looks: PoseTrack, track: PoseTrack, settings: PoseSettings) -> PoseTrack:
    """Looks without those that take a hand or a plate for a knee: they part knees that the quick model has together."""
    beside = track.sel(time=looks["time"])
    return looks.isel(time=_knees_apart(looks, track) <= _knees_apart(beside, track) + settings.closer_knees_apart)


def _knees_apart(track: PoseTrack, whole: PoseTrack) -> Floats:
    """(T,) distance between the knees in the picture, in the lengths of the trunk through `whole`."""
    left, right = (track["position"].to_numpy()[:, INDEX[f"{side}_knee"]] for side in SIDES)
    return distance(left, right) / max(trunk_length(whole["position"].to_numpy()), 1.0)


def _between_looks(track: PoseTrack, looks: PoseTrack, settings: PoseSettings) -> PoseTrack:
    """Lay the looks over the track."""
    time_s, at_s = track["time"].to_numpy(), looks["time"].to_numpy()
    looked = _near_looks(time_s, at_s, settings) & track["confidence"].to_numpy().any(axis=1)

    def laid(name: str) -> Floats:
        before, after = track[name].to_numpy(), _on_the_line(time_s, at_s, looks[name].to_numpy())
        return np.where(looked.reshape(-1, *[1] * (before.ndim - 1)), after, before)

    return make_track(
        time_s,
        laid("position"),
        laid("world"),
        track["confidence"].to_numpy(),
        width=track.attrs["width"],
        height=track.attrs["height"],
        estimator=track.attrs["estimator"],
        model=looks.attrs["model"],
    )


def _near_looks(time_s: Floats, at_s: Floats, settings: PoseSettings) -> Bools:
    """Times (T,) between two looks that are near enough to each other, or at one."""
    after = np.searchsorted(at_s, time_s - _SLACK_S)
    before = np.searchsorted(at_s, time_s + _SLACK_S, side="right") - 1
    inside = (after < at_s.size) & (before >= 0)
    gap_s = at_s[np.clip(after, 0, at_s.size - 1)] - at_s[np.clip(before, 0, at_s.size - 1)]
    return np.asarray(inside & (gap_s <= settings.closer_gap_s))


def _on_the_line(time_s: Floats, at_s: Floats, values: Floats) -> Floats:
    """(L, ...) values of the looks at `at_s` (L,), between them on the line: (T, ...)."""
    flat = values.reshape(at_s.size, -1)
    drawn = np.stack([np.interp(time_s, at_s, column) for column in flat.T], axis=1)
    return np.asarray(drawn.reshape(time_s.size, *values.shape[1:]))
