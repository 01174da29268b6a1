"""What is said of a set: faults and scores of its repetitions, its drill, how well it was seen, and the summary."""

from dataclasses import dataclass

import msgspec

from hiphinge import (
    coaching,
    drills,
    faults,
    frontal,
    kinetics,
    muscles,
    recognition,
    score,
    strength,
    unseen,
    view,
    wall,
)
from hiphinge.analysis.effort import Effort
from hiphinge.analysis.ends import cut_off
from hiphinge.analysis.movement import Given, Movement
from hiphinge.messages import message
from hiphinge.recognition import Told
from hiphinge.records import Drill, Quality, Rep, Summary


@dataclass(frozen=True)
class Verdict:
    """Judged repetitions, and what is told of them; `drill` is None where the exercise is none."""

    reps: tuple[Rep, ...]
    summary: Summary
    drill: Drill | None
    quality: Quality


def judge(movement: Movement, told: Told, took: Effort, *, beside: frontal.Beside | None, given: Given) -> Verdict:
    """Judge the repetitions, and tell the set of them that is the main exercise's.

    Parameters
    ----------
    told : which exercise it is, and which repetitions are of it.
    beside : what a second clip shows; None without one.
    """
    settings, exercise = given.settings, told.exercise
    reps = _judged(movement, told, took, beside=beside, given=given)
    main = recognition.of_main(told, reps)
    quality = _quality(movement, told, beside, given)
    summary = coaching.summarise(
        main,
        exercise,
        movement.view,
        quality,
        sets=told.sets,
        strength=strength.strength_of(
            took.work, main, exercise, load=given.request.load, path=took.path, settings=settings.strength
        ),
        settings=settings.coaching,
    )
    summary = msgspec.structs.replace(
        summary,
        muscles=muscles.of_set(main, exercise.name, settings=settings.muscles),
        loads=kinetics.most_of(took.held.kinetics, main),
    )
    drill = drills.drill(
        main if exercise.graded else (),
        exercise.name,
        subject=given.request.subject,
        settings=settings.drills,
        wall=movement.behind.wall,
    )
    return Verdict(reps, summary, drill, quality)


def _judged(
    movement: Movement, told: Told, took: Effort, *, beside: frontal.Beside | None, given: Given
) -> tuple[Rep, ...]:
    """Repetitions with what the second clip shows of them, their findings and scores."""
    settings, camera, reps = given.settings, movement.view, took.reps
    if beside is not None:
        reps = frontal.added(beside, reps, camera, settings=settings.metrics)
    badly = unseen.unseen(movement.track, reps, camera, settings=settings.unseen, view=settings.view)
    reps = faults.judge(reps, told.exercise, camera, took.motion, second=beside and beside.view, unseen=badly)
    return score.scored(reps, told.exercise.name, settings=settings.score)


def _quality(movement: Movement, told: Told, beside: frontal.Beside | None, given: Given) -> Quality:
    """How much of the lifter was seen, and what stands in the way of a better look."""
    settings, seen = given.settings, given.seen
    problems = view.view_problems(movement.view, settings=settings.view)
    walls = wall.contradiction(
        movement.behind.wall, given.request.wall_cm, subject=given.request.subject, settings=settings.wall
    )
    return Quality(
        pose_coverage=seen.coverage,
        people_seen=seen.people_seen,
        warnings=tuple(message(f"warning.{key}", yaw=f"{movement.view.yaw_deg:.0f}") for key in problems)
        + seen.notes
        + cut_off(movement.motion, told.reps, told.exercise.name, settings=settings.reps)
        + walls
        + (() if beside is None else beside.notes),
    )
