"""The report's tables: the set in a few numbers, every metric by repetition, every fault."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from hiphinge.exercises import exercises
from hiphinge.kinetics.most import METRIC_OF
from hiphinge.messages import message
from hiphinge.moments import beyond
from hiphinge.records import ACTED_ON, AnalysisRecord, Metric, Rep, SummaryFinding, Verdict
from hiphinge.report import figures
from hiphinge.report.loads.bars import number
from hiphinge.words import Words, fault_name, plain

ORDER: Final[tuple[Verdict, ...]] = ("present", "borderline", "absent", "not_assessable")
"""What needs work first."""
_KEY_METRICS: Final = (
    "hip_flexion_max",
    "knee_flexion_max",
    "trunk_inclination_max",
    "lumbar_flexion_max",
    "shank_inclination_max",
    "hip_travel_back",
    "eccentric_s",
)
_HELD: Final = frozenset(METRIC_OF.values())
_NEWTONS: Final = 1000.0
"""To a kilonewton."""
_NOT_COMPARED: Final = ("pose_confidence",)
"""Metrics that say how well was seen, not how was lifted; the method speaks of that."""


@dataclass(frozen=True)
class Cell:
    """One repetition's value in the comparison."""

    value: str
    error: str | None
    verdict: Verdict | None


@dataclass(frozen=True)
class Row:
    """One metric over all repetitions."""

    metric: str
    name: str
    unit: str
    cells: tuple[Cell, ...]
    marks: tuple[figures.Mark, ...]
    usual: str | None = None
    """Where the metric mostly lies in this exercise."""
    means: str = ""
    """What is measured, in a few words."""


@dataclass(frozen=True)
class FindingRow:
    """One fault over all repetitions."""

    fault: str
    verdict: Verdict
    by_rep: tuple[tuple[int, Verdict], ...]
    value: str | None
    limit: str | None
    note: str | None
    evidence: str | None


def numbers(record: AnalysisRecord, text: Words) -> list[tuple[str, str]]:
    """Give the set's medians of the few metrics that say most, each with the typical error of one repetition.

    The angle that drives the exercise comes first. A repetition that was seen too badly to judge anything of has no
    numbers to count: what little was measured is not its deepest.
    """
    whole = [rep for rep in record.reps if rep.complete] or list(record.reps)
    whole = [rep for rep in whole if not rep.findings or any(one.verdict != "not_assessable" for one in rep.findings)]
    listed = []
    driving = f"{exercises()[record.exercise.name].driving_angle}_max"
    for name in dict.fromkeys((driving, *_KEY_METRICS)):
        known = [one for rep in whole if (one := rep.metrics.get(name)) is not None and one.value is not None]
        if known:
            value = float(np.median([one.value for one in known if one.value is not None]))
            errors = [one.error for one in known if one.error is not None]
            error = float(np.median(errors)) if errors else None
            listed.append((text.metrics[name], text.quantity(value, known[0].unit, error)))
    return listed


def comparison(record: AnalysisRecord, text: Words) -> list[Row]:
    """Set every metric that was measured at least once beside itself, repetition by repetition."""
    expected = exercises()[record.exercise.name].expected
    names = [*text.metrics, *(name for rep in record.reps for name in rep.metrics if name not in text.metrics)]
    rows = []
    for name in dict.fromkeys(name for name in names if name not in _NOT_COMPARED):
        metrics = {rep.index: rep.metrics.get(name) for rep in record.reps}
        known = [one for one in metrics.values() if one is not None and one.value is not None]
        if known:
            cells = tuple(_cell(metrics[rep.index], rep, name, text) for rep in record.reps)
            unit = _unit_of(name, known[0], text)
            usual = expected.get(name)
            span = None if usual is None else text.span(usual.low, usual.high, usual.unit)
            means = text.metric_means.get(name, "")
            title = text.metrics.get(name, plain(name))
            rows.append(Row(name, title, unit, cells, figures.strip(metrics), span, means))
    return rows


def _cell(metric: Metric | None, rep: Rep, name: str, text: Words) -> Cell:
    if metric is None or metric.value is None:
        return Cell("–", None, None)
    judged = [one.verdict for one in rep.findings if one.metric == name and one.verdict in ACTED_ON]
    value, error = _written(name, metric, metric.value, text), metric.error
    return Cell(
        value,
        None if error is None else _written(name, metric, error, text),
        min(judged, key=ORDER.index, default=None),
    )


def _written(name: str, metric: Metric, value: float, text: Words) -> str:
    """Write a number of a metric; moments and forces as the page has them everywhere, no finer than models know."""
    if name not in _HELD:
        return text.number(value, metric.unit, metric.error)
    return number(value / _NEWTONS if metric.unit == "N" else value, "kN" if metric.unit == "N" else metric.unit)


def _unit_of(name: str, metric: Metric, text: Words) -> str:
    if name in _HELD and metric.unit == "N":
        return text.loads["unit_force"]
    return text.unit(metric.unit).suffix.strip()


def finding_row(finding: SummaryFinding, record: AnalysisRecord, text: Words) -> FindingRow:
    """Gather what was found of one fault: by repetition, the worst value, what it means."""
    seen = [(rep, one) for rep in record.reps for one in rep.findings if one.fault == finding.fault]
    same = [one for _, one in seen if one.verdict == finding.verdict and finding.verdict != "not_assessable"]
    worst = max(same, key=lambda one: beyond(one, record.exercise.name), default=None)
    value = None if worst is None else text.quantity(worst.value, worst.unit)
    limit = None
    if worst is not None and worst.limit is not None:
        limit = text.findings["limit"].format(limit=text.limit(worst.limit, worst.unit))
    note = finding.correction
    if finding.reason is not None:
        note = finding.reason
    elif finding.verdict == "absent":
        note = _note_of_absent(finding.fault, [rep.index for rep, one in seen if one.verdict in ACTED_ON], text)
    return FindingRow(
        fault=fault_name(finding.fault),
        verdict=finding.verdict,
        by_rep=tuple((rep.index, one.verdict) for rep, one in seen),
        value=value,
        limit=limit,
        note=note,
        evidence=text.findings[f"evidence_{finding.evidence}"] if finding.evidence and worst is not None else None,
    )


def _note_of_absent(fault: str, slips: list[int], text: Words) -> str:
    """What it means that a fault was not seen; that it was not one of the set where single repetitions show it."""
    if not slips:
        return message(f"fault.{fault}.absent")
    return text.findings["slips"].format(reps=", ".join(map(str, slips)))


def in_order(findings: tuple[SummaryFinding, ...]) -> list[SummaryFinding]:
    """Sort findings by verdict, what needs work first; among equals as they came."""
    return sorted(findings, key=lambda finding: ORDER.index(finding.verdict))
