"""From metrics to findings: each rule of data/rules is a band on one metric, with its margin, needs and source.

The verdicts are those of docs/explanation/conventions.md. A rule's `limit` is the middle of its band of doubt, `margin`
the band's half width. `present` is a value beyond the band whose true value lies beyond the limit with the rule's
stated confidence; `absent` the same on the good side; between them, `borderline`. The way from one to the other is
longer than the error, so noise within the error cannot turn one into the other.
"""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec
from scipy.special import ndtri

from hiphinge.exercises import exercises
from hiphinge.kinematics import Kinematics
from hiphinge.metrics import METRICS
from hiphinge.records import Evidence, ExerciseGuess, Finding, Metric, PhaseName, Plane, Record, Rep, Verdict, View

SEVERITY: tuple[Verdict, ...] = ("not_assessable", "absent", "borderline", "present")
"""Verdicts from the least to the most telling: where several rules speak of one fault, the last counts."""


class Needs(Record, frozen=True, kw_only=True):
    """What a rule needs to be judged; less makes it `not_assessable`."""

    view: tuple[Plane, ...]
    confidence: float
    """Least mean pose confidence of the repetition."""
    error: float
    """Largest standard error of the metric, in its unit, with which a verdict still means something."""


class Sure(Record, frozen=True, kw_only=True):
    """One-sided confidence with which the true value lies on the side of the limit that the verdict says."""

    present: float
    absent: float

    def __post_init__(self) -> None:
        if not (0.5 <= self.present < 1 and 0.5 <= self.absent < 1):
            raise ValueError("sure: give probabilities from 0.5 to below 1")


class Given(Record, frozen=True, kw_only=True):
    """Where a rule says anything at all: below `at_least` of another metric the fault is absent by this rule."""

    metric: str
    at_least: float


class Rule(Record, frozen=True, kw_only=True):
    """A band on a metric. Exactly one of `at_least` and `at_most` is the limit."""

    fault: str
    metric: str
    unit: str
    margin: float
    sure: Sure
    needs: Needs
    phase: PhaseName
    """Where the fault shows; it gives the moment when the metric has none of its own."""
    source: str
    evidence: Evidence
    why: str
    at_least: float | None = None
    at_most: float | None = None
    given: Given | None = None
    unmeasured: str = "not_measured"
    """Reason, a key under ``reason.``, when the metric has no value and nothing else tells why."""
    of_the_back: bool = False
    """Whether the metric is the back's shape, for which the series themselves say why they are empty."""

    def __post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(f"rule {self.fault} on {self.metric}: give exactly one of at_least and at_most")

    @property
    def limit(self) -> float:
        """The limit, whichever side it bounds."""
        return self.at_least if self.at_least is not None else float(self.at_most or 0.0)

    def beyond(self, value: float) -> float:
        """How far the value lies on the faulty side of the limit; negative on the good side."""
        return self.limit - value if self.at_least is not None else value - self.limit


class FaultEntry(Record, frozen=True, kw_only=True):
    """One fault: when it is corrected (causes before what follows from them), with which drill, and what it costs."""

    order: int
    drill: str
    weight: float
    """Share of the score that it takes when far gone, 0 … 1."""
    praised: bool = True
    """Whether its absence is told as something that went well; not where it is measured too roughly for praise."""


class _RuleFile(Record, frozen=True, kw_only=True):
    rule: tuple[Rule, ...]


@cache
def fault_entries() -> dict[str, FaultEntry]:
    """Every fault of data/faults.toml, in the order of correction."""
    text = files("hiphinge").joinpath("data", "faults.toml").read_bytes()
    known = msgspec.toml.decode(text, type=dict[str, FaultEntry])
    return dict(sorted(known.items(), key=lambda item: item[1].order))


@cache
def rule_files() -> dict[str, tuple[Rule, ...]]:
    """Every file of data/rules by its name, checked against the metrics and the faults.

    Raises
    ------
    ValueError
        If a rule names a metric or a fault that does not exist, or its metric's unit wrongly.
    """
    folder = files("hiphinge").joinpath("data", "rules")
    found = {
        entry.name.removesuffix(".toml"): msgspec.toml.decode(entry.read_bytes(), type=_RuleFile).rule
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }
    for name, rules in found.items():
        for rule in rules:
            _check(rule, name)
    return found


def rules_of(exercise: str) -> tuple[Rule, ...]:
    """The rules an exercise is judged by; none for what is not coached."""
    return tuple(rule for name in exercises()[exercise].rules for rule in rule_files()[name])


def judge(
    reps: tuple[Rep, ...], exercise: ExerciseGuess, view: View, motion: Kinematics | None = None
) -> tuple[Rep, ...]:
    """Judge every measured repetition by the exercise's rules: one finding per fault, in the order of correction.

    Parameters
    ----------
    reps : measured repetitions.
    exercise, view : what was done and from where it was seen.
    motion : the series they were measured on; its attributes `spine` and `spine_standing` say why the back was not
        judged. Without it only the metrics tell.
    """
    rules, back = rules_of(exercise.name), _back_of(motion)
    return tuple(msgspec.structs.replace(rep, findings=_findings(rep, rules, view, back)) for rep in reps)


class Back(NamedTuple):
    """Why the whole clip's back was not judged (a reason, "" where it was), and whether its own standing was seen."""

    reason: str = ""
    standing_seen: bool = True


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
    if beyond > max(rule.margin, float(ndtri(rule.sure.present)) * metric.error):
        return "present"
    return "absent" if -beyond > max(rule.margin, float(ndtri(rule.sure.absent)) * metric.error) else "borderline"


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


def _findings(rep: Rep, rules: tuple[Rule, ...], view: View, back: Back) -> tuple[Finding, ...]:
    found: dict[str, list[Finding]] = {}
    for rule in rules:
        found.setdefault(rule.fault, []).append(_finding(rep, rule, view, back))
    return tuple(together(found[fault]) for fault in fault_entries() if fault in found)


def _finding(rep: Rep, rule: Rule, view: View, back: Back) -> Finding:
    metric = rep.metrics[rule.metric]
    reason = _obstacle(rep, rule, view, back)
    verdict: Verdict = "absent" if _does_not_apply(rep, rule) else verdict_of(rule, metric)
    return Finding(
        fault=rule.fault,
        verdict="not_assessable" if reason else verdict,
        metric=rule.metric,
        value=metric.value,
        limit=rule.limit,
        unit=rule.unit,
        at_s=metric.at_s if metric.at_s is not None else _moment(rep, rule.phase),
        reason=f"reason.{reason}" if reason else None,
    )


def _does_not_apply(rep: Rep, rule: Rule) -> bool:
    if rule.given is None:
        return False
    value = rep.metrics[rule.given.metric].value
    return value is not None and value < rule.given.at_least


def _obstacle(rep: Rep, rule: Rule, view: View, back: Back) -> str | None:
    """Why the rule cannot be judged, as a message key under ``reason.``; None where it can."""
    metric, confidence = rep.metrics[rule.metric], rep.metrics["pose_confidence"].value
    unknown = metric.value is None or metric.error is None
    if rule.of_the_back and unknown and back.reason:
        return back.reason
    if view.plane not in rule.needs.view:
        return f"view_{view.plane}"
    if confidence is None or confidence < rule.needs.confidence:
        return "poorly_seen"
    if metric.value is None or metric.error is None:
        return rule.unmeasured if rep.complete else "cut_by_clip"
    if metric.error <= rule.needs.error:
        return None
    return "too_uncertain" if back.standing_seen or not rule.of_the_back else "spine_no_standing"


def _moment(rep: Rep, phase: PhaseName) -> float:
    """The middle of the phase in which the fault shows, or the bottom where the repetition lacks it."""
    spans = [span for span in rep.phases if span.name == phase]
    return (spans[0].start_s + spans[0].end_s) / 2 if spans and phase != "bottom" else rep.bottom_s


def _check(rule: Rule, where: str) -> None:
    if rule.metric not in METRICS:
        raise ValueError(f"data/rules/{where}.toml: unknown metric {rule.metric!r}; known: {', '.join(METRICS)}")
    if rule.unit != METRICS[rule.metric].unit:
        raise ValueError(f"data/rules/{where}.toml: {rule.metric} is in {METRICS[rule.metric].unit}, not {rule.unit}")
    if rule.given is not None and rule.given.metric not in METRICS:
        raise ValueError(f"data/rules/{where}.toml: unknown metric {rule.given.metric!r} under given")
    if rule.fault not in fault_entries():
        raise ValueError(f"data/rules/{where}.toml: unknown fault {rule.fault!r}; known: {', '.join(fault_entries())}")
