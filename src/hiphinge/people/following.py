"""Following one person through a clip, frame by frame, and finding them again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from hiphinge.errors import NotAssessableError
from hiphinge.estimators.blazepose import BlazePose, Landmarks, Region, RegionTracker
from hiphinge.geometry import Bools
from hiphinge.messages import message
from hiphinge.people.scouting import Person
from hiphinge.pose import KEYPOINTS, PoseTrack, make_track
from hiphinge.settings import PoseSettings
from hiphinge.video import Frame

OnFrame = Callable[[Frame, Landmarks | None], None]
"""Receives each frame in its order, with the lifter's landmarks if they were seen. Neither may be kept."""

_COUNT = len(KEYPOINTS)


@dataclass
class Rows:
    """A track while it grows."""

    time_s: list[float] = field(default_factory=list)
    position: list[NDArray[np.float64]] = field(default_factory=list)
    world: list[NDArray[np.float64]] = field(default_factory=list)
    confidence: list[NDArray[np.float64]] = field(default_factory=list)
    width: int = 0
    height: int = 0

    def add(self, frame: Frame, seen: Landmarks | None) -> None:
        """Put a frame and what was seen in it at the end."""
        self.height, self.width = frame.image.shape[:2]
        self.time_s.append(frame.time_s)
        nothing = np.full((_COUNT, 3), np.nan)
        self.position.append(nothing[:, :2])
        self.world.append(nothing)
        self.confidence.append(np.zeros(_COUNT))
        if seen is not None:
            self.put(-1, seen)

    def put(self, row: int, seen: Landmarks, where: Bools | None = None) -> None:
        """Let what was seen stand in a row that is there; `where` (33,) only those landmarks."""
        which = np.ones(_COUNT, bool) if where is None else where
        for rows, now in (
            (self.position, seen.image[:_COUNT, :2]),
            (self.world, seen.world[:_COUNT]),
            (self.confidence, self._confidence(seen)),
        ):
            rows[row] = np.where(which.reshape(-1, *[1] * (now.ndim - 1)), now, rows[row])

    def _confidence(self, seen: Landmarks) -> NDArray[np.float64]:
        """How likely each keypoint was seen: not at all outside the picture, where the model guesses on."""
        place = seen.image[:_COUNT, :2]
        inside = ((place >= 0) & (place <= (self.width, self.height))).all(axis=1)
        return np.where(inside, np.clip(seen.visibility[:_COUNT], 0.0, 1.0), 0.0)

    def track(self, model: str) -> PoseTrack:
        """What has grown, as `model` of BlazePose saw it.

        Raises
        ------
        NotAssessableError
            If there is not a single frame.
        """
        if not self.time_s:
            raise NotAssessableError(message("error.no_frame"))
        return make_track(
            self.time_s,
            np.array(self.position),
            np.array(self.world),
            np.array(self.confidence),
            width=self.width,
            height=self.height,
            estimator="blazepose",
            model=model,
        )


def follow(
    frames: Iterable[Frame],
    blazepose: BlazePose,
    lifter: Person | None,
    *,
    settings: PoseSettings,
    others: tuple[Person, ...] = (),
    on_frame: OnFrame | None = None,
    silhouette: bool = False,
) -> PoseTrack:
    """Landmarks of one person over a clip, raw.

    Parameters
    ----------
    frames : in the order of time.
    lifter : whom to follow, from `scout`; None takes the surest detection.
    others : who else was seen; without them anybody found is the lifter.
    on_frame : called with each frame and what was seen in it.
    silhouette : whether those landmarks carry the outline.

    Returns
    -------
    The track, one row per frame; where the lifter was not found NaN, with confidence 0.

    Raises
    ------
    NotAssessableError
        If there is not a single frame.
    """
    follower = Follower(blazepose, lifter, settings=settings, others=others, silhouette=silhouette)
    rows = Rows()
    for frame in frames:
        seen = follower.step(frame)
        rows.add(frame, seen)
        if on_frame is not None:
            on_frame(frame, seen)
    return rows.track(blazepose.model)


class Follower:
    """One person from frame to frame: looks where they were, and anew when that cannot be right."""

    def __init__(
        self,
        blazepose: BlazePose,
        lifter: Person | None,
        *,
        settings: PoseSettings,
        others: tuple[Person, ...] = (),
        silhouette: bool = False,
    ) -> None:
        self._blazepose, self._lifter, self._settings = blazepose, lifter, settings
        self._others, self._alone, self._silhouette = others, not others, silhouette
        self._tracker = RegionTracker(settings)
        self._region: Region | None = None
        self._last: tuple[float, Region] | None = None
        self._verify_at_s = -np.inf

    def step(self, frame: Frame) -> Landmarks | None:
        """The lifter in the next frame, or None."""
        seen = self._look(frame, self._region) if self._region is not None else None
        if seen is not None and not self._steady(seen):
            seen = self._search(frame) or (seen if self._alone else None)
        elif seen is None:
            seen = self._search(frame)
        elif frame.time_s >= self._verify_at_s:
            seen = self._verified(frame, seen)
        self._region = None if seen is None else self._tracker.update(frame.time_s, seen)
        if seen is not None:
            self._last = (frame.time_s, seen.next_region)
        return seen

    def _look(self, frame: Frame, region: Region) -> Landmarks | None:
        seen = self._blazepose.landmarks(frame.image, region, silhouette=self._silhouette)
        return seen if seen is not None and seen.next_region.usable else None

    def _steady(self, seen: Landmarks) -> bool:
        """Whether the person is where they were, as far as one frame allows."""
        if self._last is None:
            return True
        _, before = self._last
        return (
            seen.next_region.distance(before) <= self._settings.jump_distance
            and seen.next_region.growth(before) <= self._settings.jump_growth
        )

    def _search(self, frame: Frame) -> Landmarks | None:
        """Look over the whole image for the lifter, and where they were."""
        self._tracker.reset()
        self._verify_at_s = self._next_check(frame.time_s)
        recent = self._last is not None and frame.time_s - self._last[0] < self._settings.forget_after_s
        for region in self._candidates(frame, recent=recent):
            seen = self._look(frame, region)
            if seen is not None and (self._alone or self._near(seen.next_region, frame.time_s, recent=recent)):
                return seen
        return None

    def _candidates(self, frame: Frame, *, recent: bool) -> list[Region]:
        """Regions where the lifter may be, the likeliest first."""
        expected = self._expected(frame.time_s, recent=recent)
        detections = [d.region for d in self._blazepose.detect(frame.image)]
        if expected is None:
            return detections[:1]
        if not any(self._near(r, frame.time_s, recent=recent) for r in detections):
            detections += self._closely(frame, expected)
        near = [r for r in detections if self._alone or self._near(r, frame.time_s, recent=recent)]
        regions = sorted(near, key=expected.distance)[:1]
        if not regions and not self._alone:
            regions.append(expected)
        elif not regions and recent and self._last is not None:
            regions.append(self._last[1])
        return regions

    def _closely(self, frame: Frame, expected: Region) -> list[Region]:
        """People around an expected place, where the whole image shows them too small or outshone."""
        window = replace(expected, size=expected.size * self._settings.search_window, rotation=0.0)
        return [d.region for d in self._blazepose.detect(frame.image, window)]

    def _expected(self, time_s: float, *, recent: bool) -> Region | None:
        """Where the lifter was seen last, or, long after that, where the scouting saw them."""
        if recent and self._last is not None:
            return self._last[1]
        return self._lifter.expected(time_s) if self._lifter is not None else None

    def _near(self, region: Region, time_s: float, *, recent: bool) -> bool:
        """Whether the lifter may be there: the longer out of sight, the farther away, but not in another's place."""
        expected = self._expected(time_s, recent=recent)
        if expected is None:
            return True
        if self._is_another(region, time_s):
            return False
        away = min((time_s - self._last[0]) / self._settings.forget_after_s, 1.0) if recent and self._last else 1.0
        distance = self._settings.jump_distance + away * (self._settings.seed_distance - self._settings.jump_distance)
        growth = self._settings.jump_growth + away * (self._settings.seed_growth - self._settings.jump_growth)
        return region.distance(expected) <= distance and region.growth(expected) <= growth

    def _is_another(self, region: Region, time_s: float) -> bool:
        """Whether the scouting saw somebody else nearer to this place than the lifter."""
        if self._lifter is None:
            return False
        own = self._lifter.expected(time_s).distance(region)
        return any(other.expected(time_s).distance(region) < own for other in self._others)

    def _verified(self, frame: Frame, seen: Landmarks) -> Landmarks:
        """What was seen, or the lifter where the detector sees them and the tracker does not.

        The detector misses people who are folded over, so that it overrules only with a sight of somebody who fits
        better: to where the scouting saw the lifter, if there are others; if not, by the landmark model's own score.
        """
        self._verify_at_s = self._next_check(frame.time_s)
        here, expected = seen.next_region, self._expected(frame.time_s, recent=False)
        others = [d.region for d in self._blazepose.detect(frame.image)]
        if self._alone or expected is None:
            if not others or min(map(here.distance, others)) <= self._settings.seed_distance:
                return seen
            better = self._look(frame, others[0])
            fits = better is not None and better.score > seen.score
        elif self._is_another(here, frame.time_s) and (found := self._search(frame)) is not None:
            return found
        else:
            if expected.mismatch(here) > self._settings.duplicate_distance:
                others += self._closely(frame, expected)
            nearest = min(others, key=expected.mismatch, default=here)
            better = self._look(frame, nearest) if self._fits_better(nearest, here, expected) else None
            fits = better is not None and self._fits_better(better.next_region, here, expected)
        if better is None or not fits:
            return seen
        self._tracker.reset()
        return better

    def _fits_better(self, other: Region, here: Region, expected: Region) -> bool:
        """Whether the lifter is rather at `other` than `here`: another body, and much nearer to what is expected."""
        return other.distance(here) > self._settings.duplicate_distance and expected.mismatch(
            other
        ) < self._settings.overrule_share * expected.mismatch(here)

    def _next_check(self, time_s: float) -> float:
        return time_s + (self._settings.verify_every_s if self._alone else self._settings.verify_crowd_every_s)
