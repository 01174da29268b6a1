"""Whether the files of a library hold together: every name in one means something in the others."""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from hiphinge.library.reading import File, Place, wrong
from hiphinge.library.records import Exercise, FaultEntry, Reference, Rule
from hiphinge.messages import known, message
from hiphinge.metrics import METRICS

FAULT_SENTENCES: Final = ("name", "correction", "why", "present", "borderline", "absent", "not_assessable", "good")
"""What is said of every fault, under ``fault.NAME.``."""


class Whole(NamedTuple):
    """What the names of a file may mean; `own` for a coach's files, whose sources may be sentences."""

    exercises: Collection[str]
    rules: Mapping[str, tuple[Rule, ...]]
    faults: Collection[str]
    references: Mapping[str, Reference]
    features: Collection[str]
    own: bool


def check_rule(rule: Rule, file: File, place: Place, whole: Whole) -> None:
    """A rule's metric, unit, fault, source and reasons exist.

    Raises
    ------
    UsageError
        One line with file, line and field, and what is allowed there.
    """
    _check_metric(rule.metric, rule.unit, file, place)
    if rule.given is not None and rule.given.metric not in METRICS:
        raise wrong(file, (*place, "given", "metric"), _unknown("metric", rule.given.metric, METRICS))
    if rule.fault not in whole.faults:
        raise wrong(file, (*place, "fault"), _unknown("fault", rule.fault, whole.faults))
    _check_source(rule.source, file, place, whole)
    for field, reason in (("unmeasured", rule.unmeasured), ("view_reason", rule.view_reason)):
        if reason is not None:
            _check_said(f"reason.{reason}", file, (*place, field))


def check_fault(name: str, entry: FaultEntry, file: File, whole: Whole) -> None:
    """A fault's drill and sentences exist, and the faults it names; UsageError as in `check_rule`."""
    for index, other in enumerate(entry.praised_without):
        if other not in whole.faults:
            raise wrong(file, (name, "praised_without", index), _unknown("fault", other, whole.faults))
    for section in ("drill", "drill_name"):
        _check_said(f"{section}.{entry.drill}", file, (name, "drill"))
    for which in FAULT_SENTENCES:
        _check_said(f"fault.{name}.{which}", file, (name,))


def check_exercise(exercise: Exercise, file: File, whole: Whole) -> None:
    """Everything an exercise names exists; UsageError as in `check_rule`."""
    _check_said(f"exercise.{exercise.name}.name", file, ("name",))
    _check_rules(exercise, file, whole)
    _check_expected(exercise, file, whole)
    _check_signs(exercise, file, whole)
    _check_steps(exercise, file, whole)
    for index, point in enumerate(exercise.points):
        _check_said(f"point.{point}", file, ("points", index))
    for muscle, roles in exercise.muscles.items():
        for phase in roles:
            _check_phase(exercise, phase, file, ("muscles", muscle, phase))


def _check_rules(exercise: Exercise, file: File, whole: Whole) -> None:
    """The rule files exist and judge no phase that the exercise does not have."""
    for index, name in enumerate(exercise.rules):
        if name not in whole.rules:
            raise wrong(file, ("rules", index), _unknown("rules", name, sorted(whole.rules)))
        for rule in whole.rules[name]:
            _check_phase(exercise, rule.phase, file, ("rules", index))
    if exercise.coached != bool(exercise.rules):
        raise wrong(
            file, ("coached",), message("error.coach.no_rules" if exercise.coached else "error.coach.uncoached")
        )
    judged = {rule.fault for name in exercise.rules for rule in whole.rules[name]}
    for index, fault in enumerate(exercise.view.second_shows):
        if fault not in judged:
            raise wrong(file, ("view", "second_shows", index), message("error.coach.not_judged", fault=fault))
    for field in ("needs", "lenient") if exercise.passing is not None else ():
        for index, fault in enumerate(getattr(exercise.passing, field)):
            if fault not in judged:
                raise wrong(file, ("passing", field, index), message("error.coach.not_judged", fault=fault))


def _check_expected(exercise: Exercise, file: File, whole: Whole) -> None:
    for metric, expected in exercise.expected.items():
        place: Place = ("expected", metric)
        _check_metric(metric, expected.unit, file, place)
        _check_source(expected.source, file, place, whole)


def _check_signs(exercise: Exercise, file: File, whole: Whole) -> None:
    base = exercise.variant_of
    if base is not None and (base not in whole.exercises or base == exercise.name):
        raise wrong(file, ("variant_of",), _unknown("exercise", base, sorted(set(whole.exercises) - {exercise.name})))
    for index, sign in enumerate(exercise.signs):
        if sign.feature not in whole.features and sign.feature not in METRICS:
            names = [*whole.features, *METRICS]
            raise wrong(file, ("signs", index, "feature"), _unknown("feature", sign.feature, names))
        if sign.says is not None:
            _check_said(f"sign.{sign.says}", file, ("signs", index, "says"))


def _check_steps(exercise: Exercise, file: File, whole: Whole) -> None:
    """What an exercise leads to, or back to, can be named."""
    for field, steps in (("regressions", exercise.regressions), ("progressions", exercise.progressions)):
        for index, step in enumerate(steps):
            if step not in whole.exercises and not known(f"drill_name.{step}") and not known(f"next_step.{step}.why"):
                listed = ", ".join(sorted(whole.exercises))
                raise wrong(file, (field, index), message("error.coach.step", step=step, known=listed))


def _check_phase(exercise: Exercise, phase: str, file: File, place: Place) -> None:
    if phase not in exercise.phases:
        listed = ", ".join(exercise.phases)
        raise wrong(file, place, message("error.coach.phase", phase=phase, known=listed))


def _check_metric(metric: str, unit: str, file: File, place: Place) -> None:
    if metric not in METRICS:
        raise wrong(file, (*place, "metric"), _unknown("metric", metric, METRICS))
    if unit != METRICS[metric].unit:
        told = message("error.coach.unit", metric=metric, unit=METRICS[metric].unit, given=unit)
        raise wrong(file, (*place, "unit"), told)


def _check_source(source: str, file: File, place: Place, whole: Whole) -> None:
    """A key of references.toml; in a coach's own folder a sentence will do."""
    if source in whole.references or (whole.own and " " in source.strip()):
        return
    told = _unknown("source", source, sorted(whole.references))
    raise wrong(file, (*place, "source"), message("error.coach.or_sentence", reason=told) if whole.own else told)


def _check_said(key: str, file: File, place: Place) -> None:
    if not known(key):
        raise wrong(file, place, message("error.coach.no_message", key=key))


def _unknown(kind: str, name: str, names: Collection[str]) -> str:
    return message("error.coach.unknown", kind=message(f"error.coach.of.{kind}"), name=name, known=", ".join(names))
