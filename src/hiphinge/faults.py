"""From metrics to findings: each rule of data/rules is a band on one metric, with its margin, needs and source.

The verdicts are those of docs/explanation/conventions.md. A rule's `limit` is the middle of its band of doubt, `margin`
the band's half width. `present` is a value beyond the band whose true value lies beyond the limit with the rule's
stated confidence; `absent` the same on the good side; between them, `borderline`. The way from one to the other is
longer than the error, so noise within the error cannot turn one into the other. Where the error is so large that the
fault could not be called present at its plainest, `farthest`, what is in doubt is not judged.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec
from scipy.special import ndtri

from hiphinge.exercises import exercises
from hiphinge.kinematics import Kinematics
from hiphinge.library import library
from hiphinge.library.records import FaultEntry, Given, Needs, Rule, Sure
from hiphinge.records import ExerciseGuess, Finding, Metric, PhaseName, Rep, Verdict, View
from hiphinge.unseen import UNKNOWN, Unseen

__all__ = [
    "SEVERITY",
    "Back",
    "FaultEntry",
    "Given",
    "Needs",
    "Rule",
    "Sure",
    "fault_entries",
    "judge",
    "rule_files",
    "rules_of",
    "together",
    "verdict_of",
]

SEVERITY: tuple[Verdict, ...] = ("not_assessable", "absent", "borderline", "present")
"""Verdicts from the least to the most telling: where several rules speak of one fault, the last counts."""
POORLY_SEEN: Final = "poorly_seen"
"""Reason of what was badly seen; what knows more about the repetition says it in its place."""


def fault_entries() -> Mapping[str, FaultEntry]:
    """Every fault of the library in use, in the order of correction."""
    return library().faults


def rule_files() -> Mapping[str, tuple[Rule, ...]]:
    """Every file of rules of the library in use, by its name."""
    return library().rules


def rules_of(exercise: str) -> tuple[Rule, ...]:
    """The rules an exercise is judged by; none for what is not coached."""
    return tuple(rule for name in exercises()[exercise].rules for rule in rule_files()[name])


def judge(
    reps: tuple[Rep, ...],
    exercise: ExerciseGuess,
    view: View,
    motion: Kinematics | None = None,
    *,
    second: View | None = None,
    unseen: Unseen = UNKNOWN,
) -> tuple[Rep, ...]:
    """Judge every measured repetition by its exercise's rules: one finding per fault, in the order of correction.

    Repetitions of what is not coached, and of what nobody could tell, have none.

    Parameters
    ----------
    reps : measured repetitions.
    exercise, view : what was done, where the repetitions themselves do not say, and from where it was seen.
    motion : the series they were measured on; its attributes `spine` and `spine_standing` say why the back was not
        judged. Without it only the metrics tell.
    second : from where a second clip of the set was filmed, which then judges what was read in it; None without one.
    unseen : what was badly seen in each repetition, and why.
    """
    seen = Seen(view, second, _back_of(motion), unseen)
    told = any(rep.exercise is not None for rep in reps)
    as_a_whole = exercise.name if exercise.graded and not told else None
    rules = {name: _rules_for(name, second) for name in {as_a_whole, *(rep.exercise for rep in reps)}}
    return tuple(
        msgspec.structs.replace(rep, findings=_findings(rep, rules[rep.exercise or as_a_whole], seen)) for rep in reps
    )


class Back(NamedTuple):
    """Why the whole clip's back was not judged (a reason, "" where it was), and whether its own standing was seen."""

    reason: str = ""
    standing_seen: bool = True


class Seen(NamedTuple):
    """From where the set was filmed, and what is known of the back."""

    view: View
    second: View | None
    back: Back
    unseen: Unseen

    def by(self, rep: Rep, metric: str) -> View:
        """The view that a metric was read in."""
        return self.second if self.second is not None and metric in rep.from_second else self.view

    def badly(self, rep: Rep) -> str:
        """Why a repetition was badly seen, as far as that is known."""
        return self.unseen.by_rep.get(rep.index, POORLY_SEEN)


def _rules_for(exercise: str | None, second: View | None) -> tuple[Rule, ...]:
    """The rules that can speak: some only of a second clip."""
    return tuple(rule for rule in rules_of(exercise) if second or not rule.second) if exercise else ()


def _back_of(motion: Kinematics | None) -> Back:
    if motion is None or "spine" not in motion.attrs:
        return Back("spine_not_measured")
    said = str(motion.attrs["spine"])
    return Back(f"spine_{said}" if said else "", motion.attrs.get("spine_standing") != "prior")


def verdict_of(rule: Rule, metric: Metric) -> Verdict:
    """Hold one measured value against one rule, its needs being met."""
    if metric.value is None or metric.error is None:
        return "not_assessable"
    beyond = rule.beyond(metric.value)
    if beyond > _enough(rule, metric.error):
        return "present"
    return "absent" if -beyond > max(rule.margin, float(ndtri(rule.sure.absent)) * metric.error) else "borderline"


def _enough(rule: Rule, error: float) -> float:
    """How far beyond the limit a value with this error must lie to be called present."""
    return max(rule.margin, float(ndtri(rule.sure.present)) * error)


def _tells_nothing(rule: Rule, metric: Metric) -> bool:
    """Whether the value is in doubt, and would be so were the fault as plain as it gets."""
    if rule.farthest is None or metric.error is None or verdict_of(rule, metric) != "borderline":
        return False
    return rule.beyond(rule.farthest) <= _enough(rule, metric.error)


def together(findings: list[Finding]) -> Finding:
    """One fault's finding from those of its rules.

    One rule is enough to find a fault, but only all of them together clear of it: where one could not be judged and
    the others found nothing, nothing is known.
    """
    for verdict in ("present", "borderline", "not_assessable"):
        for finding in findings:
            if finding.verdict == verdict:
                return finding
    return findings[0]


def _findings(rep: Rep, rules: tuple[Rule, ...], seen: Seen) -> tuple[Finding, ...]:
    found: dict[str, list[Finding]] = {}
    for rule in rules:
        found.setdefault(rule.fault, []).append(_finding(rep, rule, seen))
    return tuple(together(found[fault]) for fault in fault_entries() if fault in found)


def _finding(rep: Rep, rule: Rule, seen: Seen) -> Finding:
    metric = rep.metrics[rule.metric]
    reason = _obstacle(rep, rule, seen)
    verdict: Verdict = "absent" if _does_not_apply(rep, rule) else verdict_of(rule, metric)
    return Finding(
        fault=rule.fault,
        verdict="not_assessable" if reason else verdict,
        metric=rule.metric,
        value=metric.value,
        limit=rule.limit,
        margin=rule.margin,
        unit=rule.unit,
        phase=rule.phase,
        at_s=metric.at_s if metric.at_s is not None else _moment(rep, rule.phase),
        reason=f"reason.{reason}" if reason else None,
        view="second" if rule.second or rule.metric in rep.from_second else None,
    )


def _does_not_apply(rep: Rep, rule: Rule) -> bool:
    if rule.given is None:
        return False
    value = rep.metrics[rule.given.metric].value
    return value is not None and value < rule.given.at_least


def _obstacle(rep: Rep, rule: Rule, seen: Seen) -> str | None:
    """Why the rule cannot be judged, as a message key under ``reason.``; None where it can."""
    metric, back = rep.metrics[rule.metric], seen.back
    if rule.of_the_back and (metric.value is None or metric.error is None) and back.reason:
        return back.reason
    unseen = rule.unmeasured if rule.second and rule.metric not in rep.from_second else _unseen(rep, rule, seen)
    if unseen is not None:
        return unseen
    if metric.value is None or metric.error is None:
        return _unmeasured(rep, rule, seen)
    if metric.error <= rule.needs.error:
        return rule.close_reason if _tells_nothing(rule, metric) else None
    return "too_uncertain" if back.standing_seen or not rule.of_the_back else "spine_no_standing"


def _unseen(rep: Rep, rule: Rule, seen: Seen) -> str | None:
    """Why the view that shows the metric does not allow a verdict; None where it does."""
    view, confidence = seen.by(rep, rule.metric), rep.metrics["pose_confidence"].value
    if view.plane not in rule.needs.view:
        nearly = seen.unseen.view if view is seen.view else None
        return rule.view_reason or nearly or f"view_{view.plane}"
    if view is seen.view and (confidence is None or confidence < rule.needs.confidence):
        return seen.badly(rep)
    return None


def _unmeasured(rep: Rep, rule: Rule, seen: Seen) -> str:
    """Why a metric that the view allows has no value."""
    if not rep.complete:
        return "cut_by_clip"
    starts_down = rule.phase == "eccentric" and all(span.name != "eccentric" for span in rep.phases)
    if starts_down:
        return "no_way_down"
    return seen.badly(rep) if rule.unmeasured == POORLY_SEEN else rule.unmeasured


def _moment(rep: Rep, phase: PhaseName) -> float:
    """The middle of the phase in which the fault shows, or the bottom where the repetition lacks it."""
    spans = [span for span in rep.phases if span.name == phase]
    return (spans[0].start_s + spans[0].end_s) / 2 if spans and phase != "bottom" else rep.bottom_s
