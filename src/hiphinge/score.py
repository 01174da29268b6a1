"""The score of a repetition: 100 without a sign of a fault, less with each fault's strength, never without its parts.

A metric v with limit L and half band m goes e = max(0, d(v) + m) beyond the good edge of its band, d being the distance
past the limit. Its fault has then taken the share

    p = 1 − exp(−e / (k·m))

of its weight w (data/faults.toml); where several rules speak of one fault the greatest p counts. The score is

    S = 100 · Π (1 − w·p)

over the faults that could be judged, so it falls with every fault's strength, without ever a step back up or an end.
Each fault that could not be judged may have taken up to its weight, so with those S is only the most it can be, and

    least = S · Π (1 − w)        over the faults not judged

the least: what was not seen never looks better than what was seen to be right. Without a decisive fault judged there is
no score.
The 100 − S points are laid to the faults in the ratio of −log(1 − w·p). The error is that of the metrics, each
taken one standard error up and down: σ² = Σ (S(v + σ) − S(v − σ))² / 4.
"""

import math
from collections.abc import Mapping

import msgspec
import numpy as np

from hiphinge.faults import Rule, fault_entries, rules_of
from hiphinge.records import Rep, Score
from hiphinge.settings import ScoreSettings


def scored(reps: tuple[Rep, ...], exercise: str, *, settings: ScoreSettings) -> tuple[Rep, ...]:
    """Score every judged repetition as its own exercise, or as `exercise`; those little was judged of have none."""
    return tuple(_scored(rep, rep.exercise or exercise, settings) for rep in reps)


def _scored(rep: Rep, exercise: str, settings: ScoreSettings) -> Rep:
    taken = _taken(*_judged(rep, exercise), settings)
    findings = tuple(
        one
        if one.verdict == "not_assessable" or one.fault not in taken
        else msgspec.structs.replace(one, severity=round(taken[one.fault], 2))
        for one in rep.findings
    )
    return msgspec.structs.replace(rep, findings=findings, score=score(rep, exercise, settings=settings))


def score(rep: Rep, exercise: str, *, settings: ScoreSettings) -> Score | None:
    """Score one repetition by the rules it was judged by; None where too little was judged, or not what decides."""
    weights = {finding.fault: fault_entries()[finding.fault].weight for finding in rep.findings}
    judged = tuple(finding.fault for finding in rep.findings if finding.verdict != "not_assessable")
    whole = sum(weights.values())
    unseen = tuple(fault for fault in weights if fault not in judged)
    if not judged or sum(weights[fault] for fault in judged) < settings.least_judged * whole:
        return None
    if any(fault_entries()[fault].decisive for fault in unseen):
        return None
    rules, values = _judged(rep, exercise)
    left = _left(rules, values, settings)
    total = 100 * math.prod(left.values())
    least = total * math.prod(1 - weights[fault] for fault in unseen)
    shares = {fault: 0.0 - math.log(left.get(fault, 1.0)) for fault in judged}
    every = sum(shares.values())
    lost = {fault: (100 - total) * share / every if every > 0 else 0.0 for fault, share in shares.items()}
    return Score(
        value=round(total, 1),
        least=round(least, 1),
        error=round(_error(rep, rules, values, settings), 1),
        lost={fault: round(points, 1) for fault, points in lost.items()},
        not_judged=unseen,
    )


def score_of_set(reps: tuple[Rep, ...]) -> Score | None:
    """Mean of the complete repetitions' scores, point by point; None where half of them or more have none.

    Their errors come mostly from the same person, clothes and camera, so the mean keeps their typical size.
    """
    whole = [rep for rep in reps if rep.complete and rep.findings]
    scores = [rep.score for rep in whole if rep.score is not None]
    if not scores or 2 * len(scores) <= len(whole):
        return None
    faults = list(dict.fromkeys(fault for one in scores for fault in one.lost))
    return Score(
        value=round(float(np.mean([one.value for one in scores])), 1),
        least=round(float(np.mean([one.least for one in scores])), 1),
        error=round(float(np.sqrt(np.mean([one.error**2 for one in scores]))), 1),
        lost={fault: round(float(np.mean([one.lost.get(fault, 0.0) for one in scores])), 1) for fault in faults},
        not_judged=tuple(dict.fromkeys(fault for one in scores for fault in one.not_judged)),
    )


def one_number(points: Score | None, *, judged: float) -> float | None:
    """Give the score as the one number to compare by; None where less than the share `judged` of the weight was."""
    if points is None:
        return None
    weight = {fault: fault_entries()[fault].weight for fault in {*points.lost, *points.not_judged}}
    unseen = sum(weight[fault] for fault in points.not_judged)
    return points.value if unseen <= (1 - judged) * sum(weight.values()) else None


def _judged(rep: Rep, exercise: str) -> tuple[list[Rule], dict[str, float]]:
    """The rules a repetition was judged by, and the values of its metrics."""
    judged = {finding.fault for finding in rep.findings if finding.verdict != "not_assessable"}
    values = {name: one.value for name, one in rep.metrics.items() if one.value is not None}
    return [rule for rule in rules_of(exercise) if rule.fault in judged and rule.metric in values], values


def _left(rules: list[Rule], values: Mapping[str, float], settings: ScoreSettings) -> dict[str, float]:
    """What each fault leaves of the score, 0 … 1."""
    taken = _taken(rules, values, settings)
    return {fault: 1 - fault_entries()[fault].weight * share for fault, share in taken.items()}


def _taken(rules: list[Rule], values: Mapping[str, float], settings: ScoreSettings) -> dict[str, float]:
    """The share p that each fault takes of its weight, 0 … 1."""
    taken: dict[str, float] = {}
    for rule in rules:
        beyond = 0.0
        if rule.given is None or values.get(rule.given.metric, math.inf) >= rule.given.at_least:
            beyond = max(0.0, rule.beyond(values[rule.metric]) + rule.margin)
        share = -math.expm1(-beyond / (settings.decay * rule.margin))
        taken[rule.fault] = max(taken.get(rule.fault, 0.0), share)
    return taken


def _error(rep: Rep, rules: list[Rule], values: Mapping[str, float], settings: ScoreSettings) -> float:
    def at(name: str, value: float) -> float:
        return 100 * math.prod(_left(rules, {**values, name: value}, settings).values())

    swings = []
    for name in _metrics(rules) & values.keys():
        value, error = values[name], rep.metrics[name].error or 0.0
        swings.append((at(name, value + error) - at(name, value - error)) / 2)
    return float(np.linalg.norm(swings))


def _metrics(rules: list[Rule]) -> set[str]:
    """Every metric the rules read."""
    return {rule.metric for rule in rules} | {rule.given.metric for rule in rules if rule.given is not None}
