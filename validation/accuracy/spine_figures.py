"""How right the spine is: its angles, how small a rounding is told, where it begins, the gaps under the rod."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np
from scipy.stats import norm

from hiphinge.faults import rules_of
from hiphinge.geometry import Floats
from validation.accuracy.backs import GAPS
from validation.accuracy.compare import Compared, RepPair
from validation.accuracy.figures import AngleFigures, angle_figures
from validation.accuracy.statistics import (
    Estimate,
    bias,
    bootstrap,
    correlation,
    coverage,
    rmse,
    within,
)
from validation.accuracy.true_metrics import beyond_band
from validation.simulate.motion import EXERCISES, FAULTS

Clips = Sequence[Compared]
SPINE_ANGLES: Final = ("lumbar_flexion", "thoracic_flexion", "pelvic_tilt", "head_angle")
SPINE_FAULTS: Final = ("lower_back_rounding", "upper_back_rounding", "hyperextension", "looking_down")
ARMS: Final = {"hips": "hands on the hips", "back": "bar on the back", "rod": "holding a rod behind"}
ONSET: Final = "lumbar_onset_hip_flexion"
MOVES_DEG: Final = 10.0
"""Correlation within a clip is read where the true angle moves by more than this: of what rests there is only noise."""
DETECTED: Final = 0.8
FALSE_ALARMS: Final = 0.1
ADDED_DEG: Final = np.arange(0.0, 45.5, 0.5)
SPREAD_DEG: Final = np.arange(1.0, 26.0, 1.0)


def spine_figures(clips: Clips, name: str) -> AngleFigures:
    """Every figure of one angle; its correlation over the clips in which the true angle moves."""
    along = [clip.along[name].seen() for clip in clips if clip.along]
    rs = [correlation(one.measured, one.true) for one in along if one.true.size and np.ptp(one.true) > MOVES_DEG]
    groups = [np.array([r]) for r in rs if np.isfinite(r)]
    return angle_figures(clips, name)._replace(correlation=bootstrap(groups, lambda some: float(np.median(some))))


# --- kinds of clips --------------------------------------------------------------------------------------------------


def spine_kinds() -> dict[str, Callable[[Compared], str]]:
    """What decides how well a back is seen."""
    return {"yaw": _yaw, "clothes": garment, "arms": _arms, "standing": _standing, "exercise": lambda c: c.exercise}


def garment(clip: Compared) -> str:
    """By how far the shirt hangs off the back, and by its sleeves."""
    look = clip.spec["look"]
    slack = look["shirt_slack_m"]
    if slack >= 0.028 and look["sleeve"] > 1:
        return "hoodie"
    return "tight" if slack < 0.006 else "ordinary" if slack < 0.02 else "loose"


def _yaw(clip: Compared) -> str:
    return "at most 20°" if clip.yaw_deg <= 20.0 else "more than 20°"


def _arms(clip: Compared) -> str:
    return ARMS.get(EXERCISES[clip.exercise].arms, "hanging or in front")


def _standing(clip: Compared) -> str:
    return "shown" if clip.truth.get("stands", True) else "never shown"


# --- how small a rounding is told ------------------------------------------------------------------------------------


class Peak(NamedTuple):
    """One repetition: lumbar flexion added to the lifter's own, the greatest measured and the true one; degrees."""

    added: float
    measured: float
    true: float


def peaks(clip: Compared) -> list[Peak]:
    """Every repetition that was found, in which rounding was the only thing done to the back, or nothing was."""
    return [
        Peak(pair.faults.get("lower_back_rounding", 0.0) * FAULTS["lower_back_rounding"]["lumbar"], value,
             pair.true_values["lumbar_flexion_max"])
        for pair in clip.pairs
        if not set(pair.faults) & {"upper_back_rounding", "hyperextension", "lean_back"}
        and np.isfinite(value := greatest(clip, pair, "lumbar_flexion"))
    ]  # fmt: skip


def greatest(clip: Compared, pair: RepPair, name: str, *, sign: float = 1.0) -> float:
    """The greatest measured value (`sign` −1: the least) of an angle during a true repetition; NaN without any."""
    series = clip.assessed.series
    values = series.get(f"{name}_deg")
    if values is None:
        return float("nan")
    inside = (series["time"] >= pair.start_s) & (series["time"] < pair.end_s) & np.isfinite(values)
    return float(sign * np.max(sign * values[inside])) if inside.any() else float("nan")


class Smallest(NamedTuple):
    """The smallest rounding that is told from none: between people by the angle, or beside the lifter's own others."""

    added: Estimate
    """Lumbar flexion above the lifter's own that is found in DETECTED of repetitions, degrees."""
    cut: Estimate
    """Measured flexion that FALSE_ALARMS of the repetitions without a fault exceed, degrees."""
    curve: list[tuple[float, float, int]]
    """Added degrees, share found, repetitions."""
    without: int
    rounded: int


def smallest(clips: Clips, *, own: bool = False) -> Smallest:
    """Cut where one repetition in ten without a fault lies above; then see from how much on four in five do.

    With `own`, a repetition is what it measures above the lifter's other repetitions without the fault.
    """
    groups = [np.array([[p.added, p.measured] for p in peaks(clip)]).reshape(-1, 2) for clip in clips]
    groups = [beside_own(rows) for rows in groups] if own else groups
    rows = np.concatenate([*groups, np.empty((0, 2))])
    cut = cut_of(rows)
    bent = rows[rows[:, 0] > 0]
    curve = []
    for low, high in ((0.0, 0.1), (0.1, 8.0), (8.0, 16.0), (16.0, 24.0), (24.0, 32.0), (32.0, 48.0)):
        inside = (rows[:, 0] >= low) & (rows[:, 0] < high)
        if inside.any():
            curve.append((float(rows[inside, 0].mean()), float((rows[inside, 1] > cut).mean()), int(inside.sum())))
    return Smallest(
        added=bootstrap(groups, told_from),
        cut=bootstrap(groups, cut_of),
        curve=curve,
        without=len(rows) - len(bent),
        rounded=len(bent),
    )


def beside_own(rows: Floats) -> Floats:
    """(added, measured) of one lifter, less the median of their other repetitions with nothing added."""
    plain = rows[:, 0] == 0
    kept = []
    for k, (added, measured) in enumerate(rows):
        others = rows[plain & (np.arange(len(rows)) != k), 1]
        if others.size:
            kept.append((added, measured - np.median(others)))
    return np.array(kept).reshape(-1, 2)


def cut_of(rows: Floats) -> float:
    """Measured value that FALSE_ALARMS of the rows (added, measured) with nothing added exceed."""
    plain = rows[rows[:, 0] == 0, 1]
    return float(np.quantile(plain, 1 - FALSE_ALARMS)) if plain.size else float("nan")


def told_from(rows: Floats) -> float:
    """Added degrees found in DETECTED of cases, by the likeliest normal curve; never less than was tried."""
    cut = cut_of(rows)
    bent = rows[rows[:, 0] > 0]
    if not np.isfinite(cut) or len(bent) < 4:
        return float("nan")
    found = bent[:, 1] > cut
    chance = np.clip(norm.cdf((bent[:, 0] - ADDED_DEG[:, None, None]) / SPREAD_DEG[:, None]), 1e-6, 1 - 1e-6)
    likely = np.where(found, np.log(chance), np.log1p(-chance)).sum(axis=2)
    middle, spread = np.unravel_index(likely.argmax(), likely.shape)
    return float(max(ADDED_DEG[middle] + norm.ppf(DETECTED) * SPREAD_DEG[spread], bent[:, 0].min()))


# --- verdicts --------------------------------------------------------------------------------------------------------


class Verdicts(NamedTuple):
    """How one fault of the spine is told, against true angles beyond the rule's own band of doubt."""

    sensitivity: Estimate
    specificity: Estimate
    judged: Estimate
    present: int
    absent: int


def spine_verdicts(clips: Clips, fault: str) -> Verdicts:
    """A repetition has the fault where its true angle lies beyond the band of doubt, and not where it lies before."""
    told: list[list[tuple[bool, str]]] = []
    for clip in clips:
        of_clip = []
        for pair in clip.pairs:
            truly = truly_present(pair, fault, clip.exercise)
            if pair.found is not None and truly is not None:
                said = {finding.fault: finding.verdict for finding in pair.found.findings}
                of_clip.append((truly, said.get(fault, "not_assessable")))
        told.append(of_clip)
    seen = [[(truly, said) for truly, said in clip if said != "not_assessable"] for clip in told]
    return Verdicts(
        sensitivity=_share([[said == "present" for truly, said in clip if truly] for clip in seen]),
        specificity=_share([[said != "present" for truly, said in clip if not truly] for clip in seen]),
        judged=_share([[said != "not_assessable" for _, said in clip] for clip in told]),
        present=sum(truly for clip in seen for truly, _ in clip),
        absent=sum(not truly for clip in seen for truly, _ in clip),
    )


def truly_present(pair: RepPair, fault: str, exercise: str) -> bool | None:
    """Whether a repetition has a fault by its true angles; None in the band of doubt, or without a rule."""
    rule = next((one for one in rules_of(exercise) if one.fault == fault and one.metric in pair.true_values), None)
    if rule is None:
        return None
    return beyond_band(rule, pair.true_values[rule.metric])


def _share(groups: list[list[bool]]) -> Estimate:
    return bootstrap([np.array(group, dtype=float) for group in groups if group], bias)


# --- the clean range and the rod -------------------------------------------------------------------------------------


class CleanRange(NamedTuple):
    """Hip flexion at which the back begins to round, of repetitions whose back does."""

    error: Estimate
    rmse: Estimate
    median: Estimate
    """The size that half of the errors do not exceed."""
    found: Estimate
    """Share of truly rounding repetitions for which an onset is told."""
    invented: Estimate
    """Share of truly flat repetitions for which one is told."""


def clean_ranges(clips: Clips) -> CleanRange:
    """The onset is told of repetitions that are called rounded or nearly so, as the product does.

    Truly rounding: the true spine leaves neutral and somewhere flexes fast; truly flat: it stays in neutral.
    """
    errors, found, invented = [], [], []
    for clip in clips:
        of_clip: tuple[list[float], list[float], list[float]] = ([], [], [])
        for pair in clip.pairs:
            if pair.found is None or ONSET not in pair.found.metrics or pair.start_s >= pair.bottom_s:
                continue
            true, told = pair.true_values[ONSET], told_onset(pair)
            flat = truly_present(pair, "lower_back_rounding", clip.exercise) is False
            if flat:
                of_clip[2].append(float(np.isfinite(told)))
            elif np.isfinite(true):
                of_clip[1].append(float(np.isfinite(told)))
                of_clip[0].extend([told - true] if np.isfinite(told) else [])
        for rows, more in zip((errors, found, invented), of_clip, strict=True):
            rows.append(np.array(more))
    return CleanRange(
        bootstrap(errors, bias),
        bootstrap(errors, rmse),
        bootstrap(errors, lambda e: within(e, 0.5)),
        bootstrap(found, bias),
        bootstrap(invented, bias),
    )


def told_onset(pair: RepPair) -> float:
    """Hip flexion at which the product says that a repetition's back begins to round; NaN where it says nothing."""
    assert pair.found is not None
    said = {finding.fault: finding.verdict for finding in pair.found.findings}
    value = pair.found.metrics[ONSET].value
    doubted = said.get("lower_back_rounding") in {"present", "borderline"}
    return float(value) if doubted and value is not None else float("nan")


def gap_figures(clips: Clips) -> dict[str, tuple[Estimate, Estimate, Estimate]]:
    """Bias, RMSE (% of trunk length) and calibration of the gaps under the rod, per zone."""
    found = {}
    for name in GAPS:
        series = [clip.along[name].seen() for clip in clips if clip.along]
        errors = [100 * one.error for one in series]
        held = [np.stack([one.error, one.stated], axis=1) for one in series]
        found[name] = (bootstrap(errors, bias), bootstrap(errors, rmse), bootstrap(held, _held))
    return found


def judged_share(clips: Clips) -> Estimate:
    """Share of clips whose spine was judged."""
    return bootstrap([np.array([float(bool(np.isfinite(clip.bottom["lumbar_flexion"].measured).any()))])
                      for clip in clips if clip.bottom], bias)  # fmt: skip


def _held(both: Floats) -> float:
    return coverage(both[:, 0], both[:, 1])
