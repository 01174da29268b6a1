"""What the muscles did over the whole set, beside what they do when the exercise is done well."""

import math
from collections import Counter
from statistics import median
from typing import Final, get_args

from hiphinge.exercises import exercises
from hiphinge.library.records import PHASES
from hiphinge.muscles.actions import Change, change_error, held
from hiphinge.records import Held, Metric, MuscleAction, MuscleFigure, MuscleName, MusclePhase, Rep, SetMuscle, Span
from hiphinge.records.base import PhaseName
from hiphinge.settings import MuscleSettings

FIGURES: Final[dict[MuscleName, str]] = {
    "hamstrings": "hamstring_strain_max",
    "gluteus_maximus": "gluteus_maximus_strain_max",
    "erector_spinae": "lumbar_flexion_max",
}
"""The one metric that says most about a muscle."""


def of_set(reps: tuple[Rep, ...], exercise: str, *, settings: MuscleSettings) -> dict[MuscleName, SetMuscle] | None:
    """Sum up the repetitions of the exercise; None where no repetition tells.

    Parameters
    ----------
    reps : with `muscles` and metrics; complete ones are summed up, the others only where there is no complete one.
    exercise : whose roles are expected.
    """
    telling = [rep for rep in reps if rep.muscles and rep.complete] or [rep for rep in reps if rep.muscles]
    if not telling:
        return None
    return {name: _muscle(name, telling, exercise, settings) for name in get_args(MuscleName)}


def _muscle(name: MuscleName, reps: list[Rep], exercise: str, settings: MuscleSettings) -> SetMuscle:
    told = [[one for one in rep.muscles if one.muscle == name] for rep in reps]
    roles = exercises()[exercise].muscles if exercise in exercises() else {}
    peaks = [peak for phases in told if (peak := _peak(phases)) is not None]
    reasons = [one.effort_reason for phases in told for one in phases if one.effort_reason is not None]
    return SetMuscle(
        action={phase: action for phase in PHASES if (action := _usual(phase, told, settings)) is not None},
        expected={phase: str(role) for phase, role in roles.get(name, {}).items()} if name != "adductor_magnus" else {},
        figure=_figure(FIGURES[name], reps) if name in FIGURES else None,
        effort=_middle(peaks) if peaks else None,
        effort_reason=None if peaks or not reasons else Counter(reasons).most_common(1)[0][0],
        held=_held(reps, settings) if name == "erector_spinae" else None,
    )


def _usual(phase: PhaseName, told: list[list[MusclePhase]], settings: MuscleSettings) -> MuscleAction | None:
    """What most repetitions show in a phase; None where none has it."""
    shown = Counter(one.action for phases in told for one in phases if one.phase == phase)
    if not shown:
        return None
    action, count = shown.most_common(1)[0]
    return action if count >= settings.agreeing_share * shown.total() else "unclear"


def _peak(phases: list[MusclePhase]) -> Span | None:
    return max((one.effort for one in phases if one.effort is not None), key=lambda span: span.best, default=None)


def _middle(spans: list[Span]) -> Span:
    return Span(
        low=median(span.low for span in spans),
        best=median(span.best for span in spans),
        high=median(span.high for span in spans),
    )


def _figure(name: str, reps: list[Rep]) -> MuscleFigure | None:
    """Median over the repetitions, with the error of a single one: what is wrong is wrong alike in all."""
    known = [metric for rep in reps if (metric := _known(rep.metrics.get(name))) is not None]
    if not known:
        return None
    values, errors = zip(*((value, error) for value, error, _ in known), strict=True)
    return MuscleFigure(metric=name, value=median(values), error=median(errors), unit=known[0][2])


def _known(metric: Metric | None) -> tuple[float, float, str] | None:
    if metric is None or metric.value is None or metric.error is None:
        return None
    return metric.value, metric.error, metric.unit


def _held(reps: list[Rep], settings: MuscleSettings) -> Held:
    """Whether the low back kept its shape: lumbar flexion at its most and at its least within a repetition."""
    told: list[Held] = []
    for rep in reps:
        ends = [_known(rep.metrics.get(f"lumbar_flexion_{end}")) for end in ("max", "min")]
        hip = _known(rep.metrics.get("hip_flexion_rom"))
        if ends[0] is None or ends[1] is None:
            continue
        (most, most_error, _), (least, least_error, _) = ends[0], ends[1]
        apart = math.inf if hip is None else hip[0]
        error = change_error(least_error, most_error, apart, settings)
        told.append(held(Change(most - least, error, most - least), settings))
    if not told:
        return "unclear"
    verdict, count = Counter(told).most_common(1)[0]
    return verdict if count >= settings.agreeing_share * len(told) else "unclear"
