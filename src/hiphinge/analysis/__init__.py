"""The whole analysis on one screen: a video in, an Analysis out. Each step is a function of the steps before it.

`analyse` follows the lifter through the video; `assess` does the rest, in three strides: how the body moved
(`movement`), what that took (`effort`), and what is said of it (`verdict`).
"""

from dataclasses import replace
from pathlib import Path

import msgspec

from hiphinge import (
    __version__,
    frontal,
    kinematics,
    load,
    metrics,
    people,
    recognition,
    reps,
    spine,
    video,
    wall,
    what_if,
)
from hiphinge import weights as model_weights
from hiphinge.analysis.effort import Effort, effort
from hiphinge.analysis.movement import Given, Movement, follow, with_back
from hiphinge.analysis.request import AUTO, Request, as_asked, closer_files
from hiphinge.analysis.stopwatch import Stopwatch
from hiphinge.analysis.verdict import judge
from hiphinge.errors import NotAssessableError, UsageError
from hiphinge.messages import message
from hiphinge.progress import Progress, silent
from hiphinge.records import AnalysisRecord, Provenance, RecordingInfo
from hiphinge.result import Analysis
from hiphinge.settings import Settings, settings_sha256

__all__ = ["Request", "Stopwatch", "analyse", "assess"]


@as_asked
def analyse(path: Path, request: Request, *, progress: Progress = silent) -> Analysis:
    """Analyse one recording.

    Raises
    ------
    UnreadableError, NotAssessableError, WeightsMissingError
        With one line that says what, where and what to do next.
    """
    settings, watch = request.settings, Stopwatch()
    with watch.stage("read"):
        info = video.probe(path, settings=settings.video)
        video.check_assessable(info, settings=settings.video)
        other = None if request.second is None else _second_info(info, request.second, settings)
        files = model_weights.ready(request.first_model, location=request.weights, progress=progress)
    rods, plates = spine.RodFinder(settings.spine), load.PlateFinder(settings.load)
    walls = wall.WallFinder(settings.wall)
    with watch.stage("pose"):
        seen = people.estimate_pose(
            info,
            files,
            model=request.first_model,
            closer=closer_files(request, progress),
            person=request.person,
            start_s=request.start_s,
            end_s=request.end_s,
            settings=settings.pose,
            progress=progress,
            on_frame=people.each(rods, people.each(plates, walls)),
        )
    with watch.stage("second"):
        second = None if other is None else _look_again(other, files, request, progress)
    return assess(
        seen,
        info,
        request,
        second=second,
        stripes=rods.found,
        circles=plates.found,
        backdrop=walls.found,
        weights_sha256=files.sha256 | ({} if seen.closer is None else seen.closer.sha256),
        watch=watch,
    )


@as_asked
def assess(  # noqa: PLR0913 - the door of the stage: every argument is one thing that was seen or asked
    seen: people.PoseEstimate,
    info: RecordingInfo,
    request: Request,
    *,
    second: frontal.Clip | None = None,
    stripes: spine.Sightings | None = None,
    circles: load.Circles | None = None,
    backdrop: wall.Backdrop | None = None,
    weights_sha256: dict[str, str] | None = None,
    watch: Stopwatch | None = None,
) -> Analysis:
    """Everything after the pose model: from a raw track, its outline and what else was seen about it, to an Analysis.

    Raises
    ------
    NotAssessableError
        Where the lifter was seen, but no repetition.
    """
    watch = watch or Stopwatch()
    given = Given(seen, info, request, second, stripes, circles, backdrop)
    with watch.stage("kinematics"):
        followed = follow(given)
    with watch.stage("spine"):
        movement = with_back(followed, given)
    with watch.stage("judgement"):
        told = _told_apart(movement, given)
        took = effort(movement, told.reps, told.exercise.name, given, watch=watch)
        beside = _beside(took, movement, given)
        said = judge(movement, told, took, beside=beside, given=given)
    record = AnalysisRecord(
        recording=info,
        subject=request.subject,
        load=request.load,
        view=movement.view,
        exercise=told.exercise,
        sets=told.sets,
        reps=said.reps,
        summary=said.summary,
        drill=said.drill,
        back=spine.judged_by(movement.back),
        wall=movement.behind.wall,
        load_path=took.path,
        loading=took.held.loading,
        second=None if beside is None else beside.record,
        quality=said.quality,
        provenance=_provenance(given, weights_sha256 or {}, watch),
        language=request.language,
        units=request.units,
    )
    analysis = Analysis(
        record=record,
        track=movement.track,
        raw_track=seen.track,
        kinematics=kinematics.shown(took.motion, movement.view),
        back_line=movement.back.back_line,
        rod=movement.back.rod,
        kinetics=took.held.kinetics,
        library=request.library,
        second_track=None if beside is None else beside.track,
    )
    with watch.stage("what_if"):
        otherwise = what_if.what_if(analysis, request.settings)
    return replace(analysis, record=msgspec.structs.replace(record, what_if=otherwise))


def _told_apart(movement: Movement, given: Given) -> recognition.Told:
    """Find the repetitions, measure them, and tell which exercise each is of.

    Raises
    ------
    NotAssessableError
        Where there is none, with what was seen instead.
    """
    settings, motion, camera = given.settings, movement.motion, movement.view
    found = reps.find_reps(motion, settings=settings.reps)
    if not found:
        seen_instead = recognition.without_repetitions(motion, camera, settings=settings.exercises)
        raise NotAssessableError(message(seen_instead, path=given.info.path))
    used = wall.is_used(movement.behind, settings=settings.wall)
    return recognition.tell_apart(
        motion,
        metrics.measure(motion, found, camera, settings=settings.metrics),
        camera,
        given=given.request.exercise,
        hints=recognition.Hints(
            rod=spine.rod_seen(movement.back, given.stripes), wall=given.request.wall_cm is not None or used
        ),
        settings=settings.exercises,
    )


def _beside(took: Effort, movement: Movement, given: Given) -> frontal.Beside | None:
    """Lay the second clip beside the first; None without one."""
    if given.second is None:
        return None
    return frontal.beside(given.second, took.motion, took.reps, movement.view, settings=given.settings)


def _provenance(given: Given, weights_sha256: dict[str, str], watch: Stopwatch) -> Provenance:
    """By what it was analysed; the watch goes on counting."""
    request, model = given.request, given.seen.track.attrs["model"]
    return Provenance(
        version=__version__,
        model=f"{request.first_model}+{model}" if request.model == AUTO and model == people.CLOSER_MODEL else model,
        weights_sha256=weights_sha256,
        settings_sha256=settings_sha256(request.settings, request.library.sha256),
        coach_sha256=request.library.sha256 if request.coach is not None else None,
        seconds=watch.seconds,
    )


def _second_info(info: RecordingInfo, path: Path, settings: Settings) -> RecordingInfo:
    """Read what the second clip is, before the long work.

    Raises
    ------
    UnreadableError, NotAssessableError
        As for the first clip.
    UsageError
        Where it is the first clip again.
    """
    other = video.probe(path, settings=settings.video)
    if other.sha256 == info.sha256:
        raise UsageError(message("error.second_same", path=path))
    video.check_assessable(other, settings=settings.video)
    return other


def _look_again(info: RecordingInfo, files: people.ModelFiles, request: Request, progress: Progress) -> frontal.Clip:
    """Follow the lifter through the second clip; where nobody is seen, the first stands alone."""

    def told(stage: str, share: float) -> None:
        if stage == "pose":
            progress("second", share)

    try:
        seen = people.estimate_pose(
            info, files, model=request.first_model, settings=request.settings.pose, progress=told
        )
    except NotAssessableError:
        seen = None
    return frontal.Clip(info, seen)
