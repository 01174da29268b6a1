"""The clean range of a set: how far the hips bend before the lower back starts to round."""

import math
from typing import NamedTuple

import numpy as np

from hiphinge.geometry import NINE_IN_TEN
from hiphinge.records import ACTED_ON, Metric, Rep, Verdict
from hiphinge.settings import CoachingSettings


class CleanRange(NamedTuple):
    """Hip flexion where rounding starts, or the deepest that was clean; `withheld` is the message of why none."""

    hip_flexion: Metric | None
    at_least: bool = False
    withheld: str | None = None
    says: str = ""
    """The sentence that tells it, where it is known."""


def clean_range(
    reps: tuple[Rep, ...], verdict: Verdict, rounding: tuple[int, ...], *, settings: CoachingSettings
) -> CleanRange:
    """Tell the clean range of a set from its repetitions' onsets.

    Where the back rounds, the median of the onsets: one repetition that was read wrongly does not move it. Its error is
    that of a single onset, which the repetitions share, and their own scatter, in quadrature. A back whose rounding may
    begin where the hips begin to bend has no clean range. Where it does not round, the deepest hip flexion of a
    repetition found clean is a bound: the range reaches at least there.

    Parameters
    ----------
    reps : judged repetitions.
    verdict, rounding : the set's verdict on lower-back rounding, and the repetitions that show it.
    settings : the largest error with which an onset still says something.
    """
    if verdict == "not_assessable":
        return CleanRange(None, withheld="clean_range.not_judged")
    if verdict in ACTED_ON:
        found = _from_onsets([rep for rep in reps if rep.index in rounding], settings)
        if verdict == "present":
            return found
        return CleanRange(None, withheld="clean_range.unclear") if found.withheld else found._replace(says="may_end")
    said = [(rep, one.verdict) for rep in reps for one in rep.findings if one.fault == "lower_back_rounding"]
    clean = [rep.metrics["hip_flexion_max"] for rep, one in said if one == "absent"]
    depths = [one for one in clean if one.value is not None]
    if not depths:
        return CleanRange(None, withheld="clean_range.not_judged")
    deepest = max(depths, key=lambda one: one.value or 0.0)
    slipped = any(one in ACTED_ON for _, one in said)
    return CleanRange(deepest, at_least=True, says="mostly" if slipped else "at_least")


def _from_onsets(reps: list[Rep], settings: CoachingSettings) -> CleanRange:
    onsets = [one for rep in reps if (one := rep.metrics["lumbar_onset_hip_flexion"]).value is not None]
    if not onsets:
        return CleanRange(None, withheld="clean_range.even")
    values = np.array([one.value for one in onsets], dtype=np.float64)
    scatter = float(values.std(ddof=1)) / math.sqrt(values.size) if values.size > 1 else 0.0
    error = math.hypot(float(np.median([one.error or 0.0 for one in onsets])), scatter)
    middle = float(np.median(values))
    if middle - NINE_IN_TEN * error <= _standing_hip(reps):
        return CleanRange(None, withheld="clean_range.at_once")
    if error > settings.clean_range_error_deg:
        return CleanRange(None, withheld="clean_range.varies")
    shown = onsets[int(np.abs(values - middle).argmin())]
    found = Metric(value=round(middle, 1), error=round(error, 1), unit="deg", at_s=shown.at_s)
    return CleanRange(found, says="ends")


def _standing_hip(reps: list[Rep]) -> float:
    """Hip flexion while standing: the largest of a repetition less its range; −∞ where neither is known."""
    pairs = [(rep.metrics["hip_flexion_max"].value, rep.metrics["hip_flexion_rom"].value) for rep in reps]
    known = [deepest - span for deepest, span in pairs if deepest is not None and span is not None]
    return float(np.median(known)) if known else -math.inf
