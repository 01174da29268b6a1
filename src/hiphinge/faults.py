"""From metrics to findings: each rule of data/rules is a band on one metric, with its margin, needs and source.

The verdicts are those of docs/explanation/conventions.md: beyond the limit by more than the margin or the standard
error, whichever is larger, is `present`; within that distance of the limit is `borderline`.
"""

from functools import cache
from importlib.resources import files

import msgspec

from hiphinge.exercises import exercises
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


class Rule(Record, frozen=True, kw_only=True):
    """A band on a metric. Exactly one of `at_least` and `at_most` is the limit."""

    fault: str
    metric: str
    unit: str
    margin: float
    needs: Needs
    phase: PhaseName
    """Where the fault shows; it gives the moment when the metric has none of its own."""
    source: str
    evidence: Evidence
    why: str
    at_least: float | None = None
    at_most: float | None = None
    unmeasured: str = "not_measured"
    """Reason, a key under ``reason.``, when the metric has no value."""

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
    """One fault: when it is corrected (causes before what follows from them) and with which drill."""

    order: int
    drill: str
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


def judge(reps: tuple[Rep, ...], exercise: ExerciseGuess, view: View) -> tuple[Rep, ...]:
    """Judge every measured repetition by the exercise's rules: one finding per fault, in the order of correction."""
    rules = rules_of(exercise.name)
    return tuple(msgspec.structs.replace(rep, findings=_findings(rep, rules, view)) for rep in reps)


def verdict_of(rule: Rule, metric: Metric) -> Verdict:
    """Hold one measured value against one rule, its needs being met."""
    if metric.value is None or metric.error is None:
        return "not_assessable"
    beyond, doubt = rule.beyond(metric.value), max(rule.margin, metric.error)
    if beyond > doubt:
        return "present"
    return "borderline" if beyond >= -doubt else "absent"


def _findings(rep: Rep, rules: tuple[Rule, ...], view: View) -> tuple[Finding, ...]:
    found: dict[str, Finding] = {}
    for rule in rules:
        finding = _finding(rep, rule, view)
        known = found.get(rule.fault)
        if known is None or SEVERITY.index(finding.verdict) > SEVERITY.index(known.verdict):
            found[rule.fault] = finding
    return tuple(found[fault] for fault in fault_entries() if fault in found)


def _finding(rep: Rep, rule: Rule, view: View) -> Finding:
    metric = rep.metrics[rule.metric]
    reason = _obstacle(rep, rule, metric, view)
    return Finding(
        fault=rule.fault,
        verdict="not_assessable" if reason else verdict_of(rule, metric),
        metric=rule.metric,
        value=metric.value,
        limit=rule.limit,
        unit=rule.unit,
        at_s=metric.at_s if metric.at_s is not None else _moment(rep, rule.phase),
        reason=reason,
    )


def _obstacle(rep: Rep, rule: Rule, metric: Metric, view: View) -> str | None:
    """Why the rule cannot be judged, as a message key; None where it can."""
    confidence = rep.metrics["pose_confidence"].value
    if rule.unmeasured != "not_measured" and metric.value is None:
        return f"reason.{rule.unmeasured}"
    if view.plane not in rule.needs.view:
        return f"reason.view_{view.plane}"
    if confidence is None or confidence < rule.needs.confidence:
        return "reason.poorly_seen"
    if metric.value is None or metric.error is None:
        return f"reason.{rule.unmeasured}" if rep.complete else "reason.cut_by_clip"
    return "reason.too_uncertain" if metric.error > rule.needs.error else None


def _moment(rep: Rep, phase: PhaseName) -> float:
    """The middle of the phase in which the fault shows, or the bottom where the repetition lacks it."""
    spans = [span for span in rep.phases if span.name == phase]
    return (spans[0].start_s + spans[0].end_s) / 2 if spans and phase != "bottom" else rep.bottom_s


def _check(rule: Rule, where: str) -> None:
    if rule.metric not in METRICS:
        raise ValueError(f"data/rules/{where}.toml: unknown metric {rule.metric!r}; known: {', '.join(METRICS)}")
    if rule.unit != METRICS[rule.metric].unit:
        raise ValueError(f"data/rules/{where}.toml: {rule.metric} is in {METRICS[rule.metric].unit}, not {rule.unit}")
    if rule.fault not in fault_entries():
        raise ValueError(f"data/rules/{where}.toml: unknown fault {rule.fault!r}; known: {', '.join(fault_entries())}")
