"""What the lift took: the load's way, moments, muscles and work, each added to the motion and the repetitions."""

from dataclasses import dataclass, replace

from hiphinge import kinetics, load, metrics, muscles, strength
from hiphinge.analysis.movement import Given, Movement
from hiphinge.analysis.stopwatch import Stopwatch
from hiphinge.kinematics import Kinematics
from hiphinge.records import LoadPath, Rep


@dataclass(frozen=True)
class Effort:
    """The movement with what it took.

    Attributes
    ----------
    motion : with the columns of load and muscles.
    reps : with the metrics of load, moments, muscles and work.
    path : what was followed as the load; None where nothing was.
    held : moments and forces, or why there are none.
    work : of all repetitions, or why there is none.
    """

    motion: Kinematics
    reps: tuple[Rep, ...]
    path: LoadPath | None
    held: kinetics.Held
    work: strength.Worked


def effort(movement: Movement, reps: tuple[Rep, ...], exercise: str, given: Given, *, watch: Stopwatch) -> Effort:
    """Tell what a set of `exercise` took.

    Parameters
    ----------
    reps : measured, each with the exercise it is of.
    """
    asked, settings, camera = given.request, given.settings, movement.view
    moved = load.follow_set(
        movement,
        reps,
        exercise,
        circles=given.circles,
        subject=asked.subject,
        load=asked.load,
        body=settings.kinematics,
        settings=settings.load,
    )
    path = None if moved is None else moved.path
    followed = movement if moved is None else replace(movement, motion=moved.motion)
    if moved is not None:
        reps = metrics.measure_load(moved.motion, reps, camera, settings=settings.metrics)
    with watch.stage("kinetics"):
        held = kinetics.kinetics(
            followed, reps, exercise, path=path, subject=asked.subject, load=asked.load, settings=settings
        )
        if held.kinetics is not None:
            reps = metrics.measure_held(followed.motion, held.kinetics, reps, camera, settings=settings.metrics)
    with watch.stage("muscles"):
        worked = muscles.muscles(
            followed.motion, held.kinetics, reps, asked.subject, loading=held.loading, settings=settings
        )
        reps = metrics.measure_effort(worked.motion, worked.reps, camera, settings=settings.metrics)
    work = strength.measure_work(
        worked.motion, reps, exercise, camera, load=asked.load, path=path, settings=settings.strength
    )
    return Effort(worked.motion, work.reps, path, held, work)
