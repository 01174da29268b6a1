"""A second clip of the same set, from in front, behind or at an angle, for what the side cannot show.

Its landmarks are cleaned and its repetitions found as the first clip's are; then both are laid beside each other
(`pairing`), and what the body does from side to side is measured on the first clip's clock (`series`). A second clip
that does not fit costs nothing: the record says why it was not used, and the first stands alone.
"""

from typing import NamedTuple

import msgspec
import numpy as np

from hiphinge.cleaning import CleanTrack, clean
from hiphinge.followed import Followed
from hiphinge.frontal.pairing import Course, Laid, Misfit, pair
from hiphinge.frontal.series import Frontal, ahead_of_ankles, in_front, sideways
from hiphinge.kinematics import Kinematics, kinematics
from hiphinge.messages import message
from hiphinge.metrics import measure_second
from hiphinge.people import PoseEstimate
from hiphinge.records import NotUsed, Pair, RecordingInfo, Rep, Second, View
from hiphinge.reps import depth_deg, find_reps
from hiphinge.settings import MetricSettings, SecondSettings, Settings
from hiphinge.view import facing_over_time, view_of

__all__ = ["Beside", "Clip", "Course", "Frontal", "Laid", "Misfit", "added", "beside", "pair"]


class Clip(NamedTuple):
    """The second clip and its lifter's raw track; None where nobody was seen."""

    info: RecordingInfo
    seen: PoseEstimate | None


class Beside(NamedTuple):
    """The second clip beside the first. Without `series` it was not used, and `record` says why."""

    record: Second
    series: Frontal | None = None
    track: CleanTrack | None = None
    """Its clean landmarks, on its own clock."""
    notes: tuple[str, ...] = ()
    """Why it was not used, in words."""

    @property
    def view(self) -> View | None:
        """From where it was filmed; None where it was not used."""
        return None if self.series is None else self.record.view


class _Looked(NamedTuple):
    """What is seen in the second clip by itself."""

    track: CleanTrack
    view: View
    motion: Kinematics
    reps: tuple[Rep, ...]


def beside(clip: Clip, motion: Kinematics, reps: tuple[Rep, ...], view: View, *, settings: Settings) -> Beside:
    """Lay the second clip beside the first, and measure what it shows.

    Parameters
    ----------
    clip : the second clip.
    motion, reps, view : the first clip's.
    settings : of every stage the second clip goes through.
    """
    if clip.seen is None:
        return _left_aside(Second(recording=clip.info), "no_person", reps)
    looked = _look(clip.seen, settings)
    record = Second(
        recording=clip.info,
        view=looked.view,
        seen_from="front" if in_front(looked.track) else "back",
        reps=sum(rep.complete for rep in looked.reps),
    )
    if view.plane == "frontal":
        return _left_aside(record, "swapped", reps)
    if looked.view.yaw_deg < settings.second.least_yaw_deg:
        return _left_aside(record, "from_side", reps)
    if not looked.reps:
        return _left_aside(record, "lost" if _lost(looked.motion, settings.second) else "no_reps", reps)
    laid = pair(
        _course(motion, reps, settings), _course(looked.motion, looked.reps, settings), settings=settings.second
    )
    if not isinstance(laid, Laid):
        return _left_aside(record, "lost" if _lost(looked.motion, settings.second) else laid, reps)
    return Beside(_paired(record, laid, reps, looked.reps), _measured(looked, motion, laid, settings), looked.track)


def added(beside: Beside, reps: tuple[Rep, ...], view: View, *, settings: MetricSettings) -> tuple[Rep, ...]:
    """Add to repetitions of the first clip, filmed from `view`, what the second shows of them."""
    if beside.series is None:
        return reps
    paired = {pair.rep: pair.side for pair in beside.record.pairs}
    return measure_second(beside.series, reps, paired, view, settings=settings)


def _look(seen: PoseEstimate, settings: Settings) -> _Looked:
    track = clean(seen.track, settings=settings.cleaning)
    camera = view_of(track, settings=settings.view)
    facing = facing_over_time(track, settings=settings.view)
    motion = kinematics(track, camera, settings=settings.kinematics, facing=facing)
    return _Looked(track, camera, motion, find_reps(motion, settings=settings.reps))


def _lost(motion: Kinematics, settings: SecondSettings) -> bool:
    """Whether the pose was lost for a while: shoulders sink to where no hinge brings them, arms are taken for legs."""
    sunk = -motion["shoulder_height"].to_numpy() > settings.lost_drop
    return bool(sunk.mean() > settings.lost_share)


def _left_aside(record: Second, why: NotUsed, reps: tuple[Rep, ...]) -> Beside:
    """The record of a second clip that was not used, and the reason as a sentence."""
    said = message(
        f"second.{why}",
        path=record.recording.path,
        first=_counted(sum(rep.complete for rep in reps)),
        second=_counted(record.reps),
        yaw=0 if record.view is None else round(record.view.yaw_deg),
        behind=message("second.behind") if record.seen_from == "back" else "",
    )
    return Beside(msgspec.structs.replace(record, not_used=why), notes=(said,))


def _counted(count: int) -> str:
    return message("count.one" if count == 1 else "count.many", count=count)


def _course(motion: Kinematics, reps: tuple[Rep, ...], settings: Settings) -> Course:
    depth = depth_deg(motion, settings=settings.reps)
    return Course(motion["time"].to_numpy(), depth, np.array([rep.bottom_s for rep in reps]))


def _measured(looked: _Looked, motion: Kinematics, laid: Laid, settings: Settings) -> Frontal:
    facing = facing_over_time(looked.track, settings=settings.view)
    time_s = looked.track["time"].to_numpy() - laid.offset_s
    ahead = ahead_of_ankles(motion, depth_deg(motion, settings=settings.reps), time_s, settings=settings.second)
    second = Followed(looked.track, looked.motion, looked.view, facing)
    return sideways(second, ahead, offset_s=laid.offset_s, settings=settings.second)


def _paired(record: Second, laid: Laid, first: tuple[Rep, ...], second: tuple[Rep, ...]) -> Second:
    return msgspec.structs.replace(
        record,
        offset_s=round(laid.offset_s, 3),
        offset_error_s=round(laid.error_s, 3),
        likeness=round(laid.likeness, 4),
        pairs=tuple(
            Pair(
                rep=first[ours].index,
                second_rep=second[theirs].index,
                bottom_s=second[theirs].bottom_s,
                side=second[theirs].side,
            )
            for ours, theirs in laid.pairs
        ),
    )
