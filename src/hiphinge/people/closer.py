"""A closer look: where plates or clothes hide the legs, the heavy landmark model reads the lifter again.

It is about four times as slow a frame, so it looks only at clips whose legs the quick model is in doubt about, and ten
times a second; a lifter moves little between two looks, and the landmarks in between lie on the line. Where the lifter
is, and the outline, stay as the quick model found them, but for looks that went astray (`astray`). What it is worth:
docs/explanation/legs.md.
"""

from collections.abc import Callable, Iterable
from itertools import islice, pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hiphinge.body import INDEX, SIDES, pair, trunk_length
from hiphinge.estimators.blazepose import BlazePose, Landmarks, Region
from hiphinge.geometry import Bools, Floats, distance
from hiphinge.outline import Edges, Outline
from hiphinge.people.astray import Search, off_by, unchanging
from hiphinge.people.following import Rows
from hiphinge.people.outlining import edges_of
from hiphinge.pose import PoseTrack, make_track
from hiphinge.settings import PoseSettings
from hiphinge.video import Frame

_LEG: Final = ("knee", "ankle")
_TRUNK: Final = [INDEX[f"{side}_{part}"] for side in SIDES for part in ("hip", "shoulder")]
"""Where an outline's rays start."""
_SLACK_S: Final = 1e-3
"""Frame times are rounded."""


class Closer(NamedTuple):
    """Landmarks and outline after a closer look."""

    track: PoseTrack
    outline: Outline | None


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
    track: PoseTrack,
    places: Places,
    frames: Callable[[], Iterable[Frame]],
    blazepose: BlazePose,
    *,
    outline: Outline | None = None,
    settings: PoseSettings,
) -> Closer:
    """The lifter as the better model sees them, in the frames of `track`.

    Parameters
    ----------
    track : as the quick model saw it, one row per frame.
    places : where the lifter was, gathered while `track` grew.
    frames : gives the same frames again, in their order; asked once, and once more where looks went astray (`astray`).
    blazepose : the better model.
    outline : as the quick model saw it.

    Returns
    -------
    Landmarks between two looks at most `closer_gap_s` apart lie on the line between them; elsewhere, and where the
    lifter was not seen at first, `track` stays as it is. How sure a landmark is stays what `track` says: thresholds and
    errors were set on the quick model, and the heavy one doubts hidden legs that it places well. The outline is the
    quick model's but where the lifter was found elsewhere.
    """
    looks = _looks(places, frames(), blazepose, settings)
    if not looks.rows.time_s:
        return Closer(track, outline)
    traced = _found_again(looks, frames, blazepose, settings)
    seen = _believable(looks.rows.track(blazepose.model), track, settings)
    if not seen.sizes["time"]:
        return Closer(track, outline)
    return Closer(_between_looks(track, seen, settings), _outlined(outline, looks, traced))


class _Looks(NamedTuple):
    """Looks of the better model: which frame each is of, where it looked, and what it saw."""

    frame: list[int]
    region: list[Region]
    rows: Rows


def _looks(places: Places, frames: Iterable[Frame], blazepose: BlazePose, settings: PoseSettings) -> _Looks:
    """Look at the lifter's places, every so often and at the last one."""
    looks, due_s = _Looks([], [], Rows()), -np.inf
    last = max((index for index, region in enumerate(places.regions) if region is not None), default=-1)
    for index, (frame, region) in enumerate(zip(frames, places.regions, strict=False)):
        if region is None or (frame.time_s < due_s - _SLACK_S and index != last):
            continue
        seen = blazepose.landmarks(frame.image, region)
        if seen is not None:
            looks.frame.append(index)
            looks.region.append(region)
            looks.rows.add(frame, seen)
            due_s = frame.time_s + settings.closer_every_s
    return looks


def _found_again(
    looks: _Looks, frames: Callable[[], Iterable[Frame]], blazepose: BlazePose, settings: PoseSettings
) -> dict[int, Edges]:
    """Put right the looks that went astray; give the outlines of those that were, by the look's number."""
    track = looks.rows.track(blazepose.model)
    body = unchanging(track, settings)
    off = off_by(track["position"].to_numpy(), body.standing, body, settings)
    astray = {looks.frame[look]: look for look in range(off.size) if off[look] > settings.astray_from}
    if not 0 < len(astray) <= settings.astray_most * off.size:
        return {}
    search = Search(blazepose, body, settings)
    traced: dict[int, Edges] = {}
    for index, frame in enumerate(islice(frames(), max(astray) + 1)):
        look = astray.get(index)
        if look is None:
            continue
        seen = search.better(frame, looks.region[look], look, float(off[look]))
        if seen is None:
            continue
        where = search.elsewhere(looks.rows.position[look], seen)
        looks.rows.put(look, seen, where)
        if seen.silhouette is not None and where[_TRUNK].any():
            traced[look] = edges_of(seen)
    return traced


def _believable(looks: PoseTrack, track: PoseTrack, settings: PoseSettings) -> PoseTrack:
    """Looks without those that take a hand or a plate for a knee: they part knees that the quick model has together."""
    beside = track.sel(time=looks["time"])
    return looks.isel(time=_knees_apart(looks, track) <= _knees_apart(beside, track) + settings.closer_knees_apart)


def _knees_apart(track: PoseTrack, whole: PoseTrack) -> Floats:
    """(T,) distance between the knees in the picture, in the lengths of the trunk through `whole`."""
    knees = pair(track["position"].to_numpy(), "knee")
    return distance(knees[:, 0], knees[:, 1]) / max(trunk_length(whole["position"].to_numpy()), 1.0)


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


def _outlined(outline: Outline | None, looks: _Looks, traced: dict[int, Edges]) -> Outline | None:
    """The outline with that of looks which found the lifter elsewhere; between two of these it lies on the line.

    Frames between such a look and one that never went astray have no outline that holds throughout: none is kept there.
    """
    if outline is None or not traced:
        return outline
    position, confidence = (outline[name].to_numpy().copy() for name in ("position", "confidence"))
    for look, edges in traced.items():
        position[looks.frame[look]], confidence[looks.frame[look]] = edges
    for look, (at, after) in enumerate(pairwise(looks.frame)):
        if look in traced or look + 1 in traced:
            inside = slice(at + 1, after)
            position[inside], confidence[inside] = _edges_between(traced.get(look), traced.get(look + 1), after - at)
    columns = {"position": position, "confidence": confidence}
    return Outline(outline.assign({name: (outline[name].dims, values) for name, values in columns.items()}))


def _edges_between(
    here: Edges | None, there: Edges | None, steps: int
) -> tuple[NDArray[Any] | float, NDArray[Any] | float]:
    """Places and confidences (steps − 1, ...) of the edges on the way from one look to the next; none without both."""
    if here is None or there is None:
        return np.nan, 0.0
    part = (np.arange(1, steps) / steps)[:, None, None, None]
    place = here.position + part * (there.position - here.position)
    sure = np.minimum(here.confidence, there.confidence)
    return place, np.where(np.isfinite(place).all(axis=-1), sure, 0.0)
