"""The way a fault shows over a set, which decides the words: late or throughout, at the top, with another."""

import math
from typing import NamedTuple

import numpy as np

from hiphinge.records import Metric, Rep, Verdict
from hiphinge.settings import CoachingSettings


class Manner(NamedTuple):
    """A key under the fault's messages, "" where there is nothing to add, and the number its sentences name."""

    key: str = ""
    degrees: str = ""


def manner_of(
    fault: str, verdict: Verdict, reps: list[Rep], *, others: frozenset[str], settings: CoachingSettings
) -> Manner:
    """The way a fault shows in the repetitions that show it; of an absent one, how well it kept away.

    Parameters
    ----------
    fault, verdict : the set's.
    reps : the repetitions that show it, or all judged ones where it is absent.
    others : the other faults that the set shows.
    """
    if not reps or verdict == "not_assessable":
        return Manner()
    if fault == "lower_back_rounding":
        return _kept(reps, settings) if verdict == "absent" else _late_or_throughout(reps, settings)
    if verdict == "absent":
        return Manner()
    if fault == "hyperextension":
        leaning = [_deciding(rep, fault) == "lockout_trunk_inclination" for rep in reps]
        return Manner("leaning_back" if sum(leaning) * 2 > len(reps) else "")
    if fault == "looking_down" and "upper_back_rounding" in others:
        return Manner("with_upper_back")
    return Manner()


def _late_or_throughout(reps: list[Rep], settings: CoachingSettings) -> Manner:
    """Late where the onset lies past `late_from` of the hip's range; throughout where it is earlier or spread out."""
    shares, onsets = [], []
    for rep in reps:
        onset, deepest, span = (
            _value(rep, name) for name in ("lumbar_onset_hip_flexion", "hip_flexion_max", "hip_flexion_rom")
        )
        shares.append((onset - (deepest - span)) / span if span > 0 and math.isfinite(onset) else 0.0)
        onsets.append(onset)
    if float(np.median(shares)) < settings.late_from:
        return Manner("throughout")
    return Manner("late", f"{float(np.nanmedian(onsets)):.0f}")


def _kept(reps: list[Rep], settings: CoachingSettings) -> Manner:
    """How far the lower back ever was from standing, either way: a number where it is small, else as is usual."""
    furthest = [max(_value(rep, "lumbar_flexion_max"), -_value(rep, "lumbar_flexion_min")) for rep in reps]
    known = [value for value in furthest if math.isfinite(value)]
    if not known:
        return Manner()
    most = max(1, math.ceil(max(known)))
    return Manner("within", f"{most}") if most <= settings.near_standing_deg else Manner("usual")


def _deciding(rep: Rep, fault: str) -> str | None:
    return next((finding.metric for finding in rep.findings if finding.fault == fault), None)


def _value(rep: Rep, name: str) -> float:
    metric: Metric | None = rep.metrics.get(name)
    return math.nan if metric is None or metric.value is None else metric.value
