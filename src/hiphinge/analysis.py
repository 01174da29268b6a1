"""The whole analysis on one screen: a video in, an Analysis out. Each step is a function of the steps before it."""

import inspect
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

import msgspec

from hiphinge import (
    __version__,
    cleaning,
    coaching,
    drills,
    exercises,
    faults,
    frontal,
    kinematics,
    kinetics,
    load,
    metrics,
    muscles,
    people,
    recognition,
    reps,
    score,
    spine,
    strength,
    video,
    view,
    wall,
    what_if,
)
from hiphinge import weights as model_weights
from hiphinge.errors import NotAssessableError, UsageError
from hiphinge.kinematics import hips
from hiphinge.library import Library, load_library, ours, using
from hiphinge.messages import ENGLISH, check_language, message, speaking
from hiphinge.progress import Progress, silent
from hiphinge.records import AnalysisRecord, Load, Provenance, Quality, Record, RecordingInfo, Subject
from hiphinge.result import Analysis
from hiphinge.settings import Settings, load_settings, settings_sha256
from hiphinge.units import System, measuring

P = ParamSpec("P")
T = TypeVar("T")


WALL_RANGE_CM: Final = (5.0, 60.0)
"""Nearer nobody can hinge, and farther nobody's seat reaches; the drill asks for 15-30 cm."""


class Request(Record, frozen=True, kw_only=True):
    """What the user asked for, checked. Lengths in metres, masses in kilograms, times in seconds of the clip."""

    exercise: str | None = None
    subject: Subject = Subject()
    load: Load = Load()
    model: str = "full"
    person: int | None = None
    start_s: float | None = None
    end_s: float | None = None
    weights: Path | None = None
    second: Path | None = None
    """A second clip of the same set, from in front, behind or at an angle, for what the side cannot show."""
    wall_cm: float | None = None
    """From the heels to the wall behind them, centimetres."""
    language: str = ENGLISH
    units: System = "metric"
    """What sentences give lengths and masses in."""
    coach: Path | None = None
    """A coach's own folder of exercises, rules, faults and sentences, laid over ours."""
    settings: Settings = msgspec.field(default_factory=load_settings)
    library: Library = msgspec.field(default_factory=ours)
    """What is judged by: ours with the coach's folder over it."""

    def __post_init__(self) -> None:
        """Check at the door what no later stage can repair.

        Raises
        ------
        UsageError
            Unknown exercise or language, a person below 1, an end that is not after the start, or a file of the
            coach's folder that cannot be used.
        """
        if self.coach is not None:
            msgspec.structs.force_setattr(self, "library", load_library(self.coach))
        with using(self.library):
            check_language(self.language)
            if self.exercise is not None:
                exercises.check_name(self.exercise)
        if self.person is not None and self.person < 1:
            raise UsageError(message("error.person", person=self.person))
        nearest, farthest = WALL_RANGE_CM
        if self.wall_cm is not None and not nearest <= self.wall_cm <= farthest:
            raise UsageError(message("error.wall", wall_cm=self.wall_cm, nearest=nearest, farthest=farthest))
        start_s, end_s = self.start_s or 0.0, math.inf if self.end_s is None else self.end_s
        if not 0 <= start_s < end_s:
            raise UsageError(message("error.span", start_s=start_s, end_s=end_s))


class Stopwatch:
    """Wall seconds per stage, each without those of the stages within it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._within = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the block's time to stage `name`."""
        began, outside, self._within = time.perf_counter(), self._within, 0.0
        yield
        took = time.perf_counter() - began
        self.seconds[name] = round(self.seconds.get(name, 0.0) + took - self._within, 3)
        self._within = outside + took


def _as_asked(step: Callable[P, T]) -> Callable[P, T]:
    """Let a step judge by the library, and speak the language and units, that its argument `request` asks for."""
    signature = inspect.signature(step)

    @wraps(step)
    def spoken(*args: P.args, **named: P.kwargs) -> T:
        request: Request = signature.bind(*args, **named).arguments["request"]
        with using(request.library), speaking(request.language), measuring(request.units):
            return step(*args, **named)

    return spoken


@_as_asked
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
        files = model_weights.ready(request.model, location=request.weights, progress=progress)
    rods, plates = spine.RodFinder(settings.spine), load.PlateFinder(settings.load)
    walls = wall.WallFinder(settings.wall)
    with watch.stage("pose"):
        seen = people.estimate_pose(
            info,
            files,
            model=request.model,
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
        weights_sha256=files.sha256,
        watch=watch,
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
        seen = people.estimate_pose(info, files, model=request.model, settings=request.settings.pose, progress=told)
    except NotAssessableError:
        seen = None
    return frontal.Clip(info, seen)


@_as_asked
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
    settings, watch = request.settings, watch or Stopwatch()
    with watch.stage("kinematics"):
        track = cleaning.clean(seen.track, settings=settings.cleaning)
        camera = view.view_of(track, settings=settings.view)
        facing = view.facing_over_time(track, settings=settings.view)
        motion = kinematics.kinematics(track, camera, settings=settings.kinematics, facing=facing)
    with watch.stage("spine"):
        back = spine.measure_spine(
            seen.outline, motion, track, camera, facing=facing, stripes=stripes, settings=settings.spine
        )
        track, motion = hips.with_hips_in_place(track, back.motion, camera, facing, settings=settings.kinematics)
        behind = wall.with_wall(
            wall.Filmed(motion, track, camera, facing, back.back_line, backdrop),
            wall_cm=request.wall_cm,
            subject=request.subject,
            body=settings.kinematics,
            settings=settings.wall,
        )
        motion = muscles.with_lengths(behind.motion, settings.muscles)
    with watch.stage("judgement"):
        found = reps.find_reps(motion, settings=settings.reps)
        if not found:
            seen_instead = recognition.without_repetitions(motion, camera, settings=settings.exercises)
            raise NotAssessableError(message(seen_instead, path=info.path))
        measured = metrics.measure(motion, found, camera, settings=settings.metrics)
        told = recognition.tell_apart(
            motion,
            measured,
            camera,
            given=request.exercise,
            hints=recognition.Hints(
                rod=spine.rod_seen(back, stripes),
                wall=request.wall_cm is not None or wall.is_used(behind, settings=settings.wall),
            ),
            settings=settings.exercises,
        )
        exercise, measured = told.exercise, told.reps
        filmed = load.Filmed(motion, track, camera, facing, circles)
        moved = load.follow_set(
            filmed,
            measured,
            exercise.name,
            subject=request.subject,
            load=request.load,
            body=settings.kinematics,
            settings=settings.load,
        )
        if moved is not None:
            motion = moved.motion
            measured = metrics.measure_load(motion, measured, camera, settings=settings.metrics)
        with watch.stage("kinetics"):
            did = kinetics.kinetics(
                filmed._replace(motion=motion),
                measured,
                exercise.name,
                path=None if moved is None else moved.path,
                subject=request.subject,
                load=request.load,
                settings=settings,
            )
        if did.kinetics is not None:
            measured = metrics.measure_held(motion, did.kinetics, measured, camera, settings=settings.metrics)
        with watch.stage("muscles"):
            worked = muscles.muscles(
                motion, did.kinetics, measured, request.subject, loading=did.loading, settings=settings
            )
            motion = worked.motion
            measured = metrics.measure_effort(motion, worked.reps, camera, settings=settings.metrics)
        lifted = strength.measure_work(
            motion,
            measured,
            exercise.name,
            camera,
            load=request.load,
            path=None if moved is None else moved.path,
            settings=settings.strength,
        )
        measured = lifted.reps
        beside = None if second is None else frontal.beside(second, motion, measured, camera, settings=settings)
        if beside is not None:
            measured = frontal.added(beside, measured, camera, settings=settings.metrics)
        judged = faults.judge(measured, exercise, camera, motion, second=beside and beside.view)
        judged = score.scored(judged, exercise.name, settings=settings.score)
        main = recognition.of_main(told, judged)
        drill = drills.drill(
            main if exercise.graded else (),
            exercise.name,
            subject=request.subject,
            settings=settings.drills,
            wall=behind.wall,
        )
        quality = Quality(
            pose_coverage=seen.coverage,
            people_seen=seen.people_seen,
            warnings=tuple(message(f"warning.{key}") for key in view.view_problems(camera, settings=settings.view))
            + seen.notes
            + wall.contradiction(behind.wall, request.wall_cm, subject=request.subject, settings=settings.wall)
            + (() if beside is None else beside.notes),
        )
        summary = coaching.summarise(
            main,
            exercise,
            camera,
            quality,
            sets=told.sets,
            strength=strength.strength_of(
                lifted,
                main,
                exercise,
                load=request.load,
                path=None if moved is None else moved.path,
                settings=settings.strength,
            ),
            settings=settings.coaching,
        )
        did_what = muscles.of_set(main, exercise.name, settings=settings.muscles)
        summary = msgspec.structs.replace(summary, muscles=did_what, loads=kinetics.most_of(did.kinetics, main))
    record = AnalysisRecord(
        recording=info,
        subject=request.subject,
        load=request.load,
        view=camera,
        exercise=exercise,
        sets=told.sets,
        reps=judged,
        summary=summary,
        drill=drill,
        back=spine.judged_by(back),
        wall=behind.wall,
        load_path=None if moved is None else moved.path,
        loading=did.loading,
        second=None if beside is None else beside.record,
        quality=quality,
        provenance=Provenance(
            version=__version__,
            model=request.model,
            weights_sha256=weights_sha256 or {},
            settings_sha256=settings_sha256(settings, request.library.sha256),
            coach_sha256=request.library.sha256 if request.coach is not None else None,
            seconds=watch.seconds,
        ),
        language=request.language,
        units=request.units,
    )
    analysis = Analysis(
        record=record,
        track=track,
        raw_track=seen.track,
        kinematics=kinematics.shown(motion, camera),
        back_line=back.back_line,
        rod=back.rod,
        kinetics=did.kinetics,
        library=request.library,
        second_track=None if beside is None else beside.track,
    )
    with watch.stage("what_if"):
        otherwise = what_if.what_if(analysis, settings)
    return replace(analysis, record=msgspec.structs.replace(record, what_if=otherwise))
