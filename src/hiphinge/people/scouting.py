"""Who is in the clip, and who of them is the lifter: a look at a few frames before the whole clip is read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hiphinge.errors import UsageError
from hiphinge.estimators.blazepose import BlazePose, Detection, Landmarks, Region
from hiphinge.messages import message
from hiphinge.people.veiled import Veiled
from hiphinge.pose import KEYPOINTS
from hiphinge.settings import PoseSettings
from hiphinge.video import Frame

_PAIRS = {
    name: [KEYPOINTS.index(f"left_{name}"), KEYPOINTS.index(f"right_{name}")] for name in ("shoulder", "hip", "knee")
}
_SPREAD_PERCENTILES = (10, 90)


@dataclass(frozen=True)
class Sighting:
    """One person in one scouting frame; `hip_flexion_deg` is NaN where the joints were not seen."""

    sample: int
    time_s: float
    region: Region
    hip_flexion_deg: float
    box: tuple[float, float, float, float]
    """Left, top, right and bottom of the landmarks, pixels."""


@dataclass(frozen=True)
class Person:
    """One person over the scouting frames.

    Attributes
    ----------
    sightings : in the order of time.
    hip_range_deg : how far the hips bend between frames, 10th to 90th percentile; 0 where too little was seen.
    weight : how much speaks for this one being the lifter, 0 … 1.
    """

    sightings: tuple[Sighting, ...]
    hip_range_deg: float = 0.0
    weight: float = 0.0

    @property
    def mean_x(self) -> float:
        """Mean horizontal position in pixels."""
        return float(np.mean([s.region.x for s in self.sightings]))

    @property
    def size(self) -> float:
        """Median side of the square around the person in pixels."""
        return float(np.median([s.region.size for s in self.sightings]))

    def expected(self, time_s: float) -> Region:
        """Where the person should be at `time_s`, between the sightings before and after."""
        times = [s.time_s for s in self.sightings]
        x, y, size = (
            float(np.interp(time_s, times, [getattr(s.region, name) for s in self.sightings]))
            for name in ("x", "y", "size")
        )
        nearest = min(self.sightings, key=lambda s: abs(s.time_s - time_s))
        return Region(x, y, size, nearest.region.rotation)


@dataclass(frozen=True)
class Scouting:
    """Who was seen, from left to right, and which of them lifts (`chosen`, None if nobody was seen).

    `still` (h, w), a small picture of the whole image, is true where the others must be covered for the lifter to be
    seen; None where the lifter is seen beside them.
    """

    people: tuple[Person, ...]
    chosen: int | None
    still: NDArray[np.bool_] | None = None

    @property
    def lifter(self) -> Person | None:
        """The person to follow."""
        return None if self.chosen is None else self.people[self.chosen]

    @property
    def others(self) -> tuple[Person, ...]:
        """Everybody else."""
        return tuple(person for index, person in enumerate(self.people) if index != self.chosen)

    def through(self, blazepose: BlazePose) -> BlazePose:
        """The models as the lifter is to be followed by."""
        return blazepose if self.still is None else Veiled(blazepose, self.still)


def scout(
    frames: Iterable[Frame],
    blazepose: BlazePose,
    *,
    settings: PoseSettings,
    person: int | None = None,
    also: Region | None = None,
) -> Scouting:
    """Find the people in a few frames of a clip, and the lifter among them.

    Parameters
    ----------
    frames : spread over the clip, in the order of time.
    person : choose the Nth from the left, from 1, instead of the one who hinges.
    also : where somebody may be whom the detector does not see.

    Raises
    ------
    UsageError
        If there are fewer than `person` people.
    """
    seen: list[list[Sighting]] = []
    width, samples, crowd = 1, 0, 0
    for sample, frame in enumerate(frames):
        width, samples = frame.image.shape[1], samples + 1
        found = distinct(blazepose.detect_closely(frame.image), settings)
        regions = [d.region for d in found] + _overlooked(seen, found, settings) + ([] if also is None else [also])
        looks = (_sighting(sample, frame, region, blazepose, settings=settings) for region in regions)
        sightings = _apart([sighting for sighting in looks if sighting], settings)
        crowd = max(crowd, len(sightings))
        _associate(seen, sightings, settings)
    tracks = _joined(seen, crowd, settings)
    kept = [t for t in tracks if len(t) >= settings.person_min_share * samples] or tracks[:1]
    people = tuple(sorted(_weighed([Person(tuple(t)) for t in kept], samples, width, settings), key=lambda p: p.mean_x))
    return Scouting(people, _choice(people, person))


def with_overlooked(
    scouting: Scouting,
    overlooked: Person,
    still: NDArray[np.bool_],
    *,
    settings: PoseSettings,
    person: int | None = None,
) -> Scouting:
    """The people and one more, whom the models see only where the others are covered, `still` (h, w).

    One who is where somebody else was seen is that one again, half covered.
    """
    if any(settings.duplicate_distance >= _between(overlooked, one) for one in scouting.people):
        return scouting
    people = tuple(sorted((*scouting.people, overlooked), key=lambda one: one.mean_x))
    chosen = _choice(people, person)
    needed = chosen is not None and people[chosen] is overlooked
    return Scouting(people, chosen, still if needed else None)


def _between(one: Person, other: Person) -> float:
    """Distance of two people as a share of the larger one's square, the median over the sightings of the first."""
    return float(np.median([other.expected(s.time_s).distance(s.region) for s in one.sightings]))


def distinct(detections: Sequence[Detection], settings: PoseSettings) -> list[Detection]:
    """One detection per body, the surest."""
    kept: list[Detection] = []
    for detection in detections:
        if all(detection.region.distance(other.region) > settings.duplicate_distance for other in kept):
            kept.append(detection)
    return kept


def hip_flexion_deg(landmarks: Landmarks, *, visible: float) -> float:
    """Angle between trunk and thighs, 0 straight, from the world landmarks so that it shows from the front as well.

    NaN if neither side of shoulders, hips or knees is as likely visible as `visible`.
    """
    middles = {}
    for name, pair in _PAIRS.items():
        weight = np.where(landmarks.visibility[pair] >= visible, landmarks.visibility[pair], 0.0)
        if not weight.any():
            return float("nan")
        middles[name] = weight @ landmarks.world[pair] / weight.sum()
    trunk, thigh = middles["shoulder"] - middles["hip"], middles["knee"] - middles["hip"]
    lengths = float(np.linalg.norm(trunk) * np.linalg.norm(thigh))
    if lengths == 0.0:
        return float("nan")
    return 180.0 - float(np.degrees(np.arccos(np.clip(trunk @ thigh / lengths, -1, 1))))


def _sighting(
    sample: int, frame: Frame, region: Region, blazepose: BlazePose, *, settings: PoseSettings
) -> Sighting | None:
    landmarks = blazepose.landmarks(frame.image, region)
    if landmarks is None or not landmarks.next_region.usable:
        return None
    flexion = hip_flexion_deg(landmarks, visible=settings.keypoint_visible)
    (left, top), (right, bottom) = (
        edge(landmarks.image[: len(KEYPOINTS), :2], axis=0).tolist() for edge in (np.min, np.max)
    )
    return Sighting(sample, frame.time_s, landmarks.next_region, flexion, (left, top, right, bottom))


def _overlooked(seen: list[list[Sighting]], found: list[Detection], settings: PoseSettings) -> list[Region]:
    """Last places of people whom the detector does not see now: it was made for upright ones."""
    last = [track[-1].region for track in seen]
    return [r for r in last if all(r.distance(d.region) > settings.same_person_distance for d in found)]


def _apart(sightings: list[Sighting], settings: PoseSettings) -> list[Sighting]:
    kept: list[Sighting] = []
    for sighting in sightings:
        if all(sighting.region.distance(other.region) > settings.duplicate_distance for other in kept):
            kept.append(sighting)
    return kept


def _associate(seen: list[list[Sighting]], sightings: list[Sighting], settings: PoseSettings) -> None:
    """Add each sighting to the track whose way leads there, the best pairs first, or begin a track."""
    pairs = sorted(
        (_onward(track, s.time_s).distance(s.region), t, k)
        for t, track in enumerate(seen)
        for k, s in enumerate(sightings)
        if track[-1].region.distance(s.region) <= settings.same_person_distance
        and track[-1].region.growth(s.region) <= settings.same_person_growth
    )
    tracks_used: set[int] = set()
    sightings_used: set[int] = set()
    for _, t, k in pairs:
        if t not in tracks_used and k not in sightings_used:
            tracks_used.add(t)
            sightings_used.add(k)
            seen[t].append(sightings[k])
    seen.extend([s] for k, s in enumerate(sightings) if k not in sightings_used)


def _onward(track: list[Sighting], time_s: float) -> Region:
    """Where somebody is who moves on as between the last two sightings: tells two apart who cross.

    The same frame twice, as of a clip of a few frames, shows no way.
    """
    last = track[-1]
    before = track[-2] if len(track) > 1 else last
    if last.time_s <= before.time_s:
        return last.region
    steps = min((time_s - last.time_s) / (last.time_s - before.time_s), 1.0)
    return Region(
        last.region.x + steps * (last.region.x - before.region.x),
        last.region.y + steps * (last.region.y - before.region.y),
        last.region.size,
        last.region.rotation,
    )


def _joined(tracks: list[list[Sighting]], crowd: int, settings: PoseSettings) -> list[list[Sighting]]:
    """Tracks, joined where one person walked on: no more than were seen at once, where that leaves a choice."""
    joined = sorted(tracks, key=len, reverse=True)
    while len(joined) > max(crowd, 1):
        options = [
            (before[-1].region.distance(after[0].region), i, j)
            for i, before in enumerate(joined)
            for j, after in enumerate(joined)
            if i != j
            and before[-1].sample < after[0].sample
            and (crowd <= 1 or before[-1].region.growth(after[0].region) <= settings.same_person_growth)
        ]
        if not options:
            break
        _, i, j = min(options)
        one = joined[i] + joined[j]
        joined = sorted([t for k, t in enumerate(joined) if k not in (i, j)] + [one], key=len, reverse=True)
    return joined


def _weighed(people: list[Person], samples: int, width: int, settings: PoseSettings) -> list[Person]:
    """People with their weights: there all the time, hinging, large and in the middle."""
    largest = max((p.size for p in people), default=1.0)
    weighed = []
    for p in people:
        angles = np.array([s.hip_flexion_deg for s in p.sightings])
        angles = angles[np.isfinite(angles)]
        spread = float(np.subtract(*np.percentile(angles, _SPREAD_PERCENTILES[::-1]))) if angles.size > 1 else 0.0
        moving = settings.idle_weight + (1 - settings.idle_weight) * min(spread / settings.hinge_range_deg, 1.0)
        middle = 1.0 - min(abs(p.mean_x - width / 2) / width, 0.5)
        weight = moving * middle * (p.size / largest) * len(p.sightings) / samples
        weighed.append(Person(p.sightings, spread, weight))
    return weighed


def _choice(people: tuple[Person, ...], person: int | None) -> int | None:
    if person is not None and not 1 <= person <= len(people):
        raise UsageError(message("error.person_unseen", person=person, count=len(people)))
    if not people:
        return None
    return person - 1 if person is not None else max(range(len(people)), key=lambda k: people[k].weight)
