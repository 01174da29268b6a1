"""The first half of an analysis: from a raw track to the lifter over time, every angle with its error."""

from dataclasses import dataclass

from hiphinge import cleaning, frontal, kinematics, load, muscles, spine, view, wall
from hiphinge.analysis.request import Request
from hiphinge.cleaning import CleanTrack
from hiphinge.followed import Followed
from hiphinge.kinematics import apart, hips, legs, look
from hiphinge.people import PoseEstimate
from hiphinge.records import RecordingInfo
from hiphinge.settings import Settings


@dataclass(frozen=True)
class Given:
    """What an analysis starts from.

    Attributes
    ----------
    seen : the lifter's raw track and outline.
    info : the recording it is of.
    second : a second clip of the same set; None without one.
    stripes, circles, backdrop : what was seen about the lifter while they were followed: stripes that may be a rod,
        circles that may be plates, the room behind; None where nobody looked.
    """

    seen: PoseEstimate
    info: RecordingInfo
    request: Request
    second: frontal.Clip | None = None
    stripes: spine.Sightings | None = None
    circles: load.Circles | None = None
    backdrop: wall.Backdrop | None = None

    @property
    def settings(self) -> Settings:
        """All slices."""
        return self.request.settings


@dataclass(frozen=True)
class Movement(Followed):
    """The lifter over time with back and wall, ready to be judged."""

    back: spine.Spine
    behind: wall.Behind


def follow(given: Given) -> Followed:
    """Clean the track, tell from where it was filmed, and measure the angles."""
    settings = given.settings
    track = cleaning.clean(given.seen.track, settings=settings.cleaning)
    camera = view.view_of(track, settings=settings.view)
    facing = view.facing_over_time(track, settings=settings.view)
    motion = kinematics.kinematics(track, camera, settings=settings.kinematics, facing=facing)
    return Followed(track, motion, camera, facing)


def with_hips(seen: Followed, given: Given) -> tuple[spine.Spine, CleanTrack, kinematics.Kinematics]:
    """Add the spine, and hips where the back says they must be."""
    settings, camera, facing = given.settings, seen.view, seen.facing
    back = spine.measure_spine(
        given.seen.outline,
        seen.motion,
        seen.track,
        camera,
        facing=facing,
        stripes=given.stripes,
        settings=settings.spine,
    )
    return back, *hips.with_hips_in_place(seen.track, back.motion, camera, facing, settings=settings.kinematics)


def with_back(seen: Followed, given: Given) -> Movement:
    """Add the spine, hips and legs in their place, the way to the wall, and the muscles' lengths."""
    settings, camera, facing = given.settings, seen.view, seen.facing
    back, track, motion = with_hips(seen, given)
    track, motion = legs.with_legs_in_place(track, motion, camera, facing, settings=settings.kinematics)
    motion = apart.with_sides_apart(motion, track, camera, facing, settings=settings.kinematics)
    motion = look.with_standing_look(motion, track, camera, facing, settings=settings.kinematics)
    behind = wall.with_wall(
        Followed(track, motion, camera, facing),
        back.back_line,
        given.backdrop,
        wall_cm=given.request.wall_cm,
        subject=given.request.subject,
        body=settings.kinematics,
        settings=settings.wall,
    )
    motion = muscles.with_lengths(behind.motion, settings.muscles)
    return Movement(track, motion, camera, facing, back, behind)
