"""How a set goes: how alike its repetitions are, and what is different in the last of them.

What is wrong alike in all repetitions (a landmark beside its joint, clothes) cancels between them, so the error of a
difference between means of k repetitions each is sqrt(2/k)·hypot(σ·sqrt(1 − ρ), s), ρ being `rep_error_correlation` and
s the repetitions' own scatter about a straight course.
"""

import math
from typing import Final

import numpy as np

from hiphinge.records import Change, Rep
from hiphinge.settings import CoachingSettings

LUMBAR: Final = "lumbar_flexion_bottom"
TRACKED: Final = ("trunk_inclination_max", "knee_flexion_max", LUMBAR, "eccentric_s", "concentric_s")
"""Metrics whose course is told: depth, knees, lower back, tempo."""


def course_of_set(reps: tuple[Rep, ...], *, settings: CoachingSettings) -> dict[str, Change]:
    """The course of every tracked metric over the complete repetitions that show it; none where they are too few."""
    found = {name: _change(reps, name, settings) for name in TRACKED}
    return {name: change for name, change in found.items() if change is not None}


def is_plain(change: Change, settings: CoachingSettings) -> bool:
    """Whether the last repetitions surely differ from the first, and by enough to matter."""
    least = settings.tiring_s if change.unit == "s" else settings.tiring_deg
    return abs(change.change) >= max(least, settings.tiring_sure * change.error)


def alike(course: dict[str, Change], settings: CoachingSettings) -> float | None:
    """How far apart the depths lie, degrees, where depth and tempo are alike; None where not, or unknown."""
    depth, tempo = course.get("trunk_inclination_max"), course.get("concentric_s")
    if depth is None or tempo is None or depth.spread > settings.alike_deg:
        return None
    return depth.spread if tempo.spread <= settings.alike_tempo * (tempo.first + tempo.last) / 2 else None


def _change(reps: tuple[Rep, ...], name: str, settings: CoachingSettings) -> Change | None:
    """First third of the repetitions against the last."""
    metrics = [rep.metrics[name] for rep in reps if rep.complete and name in rep.metrics]
    seen = [(one.value, one.error) for one in metrics if one.value is not None and one.error is not None]
    if len(seen) < settings.tiring_reps:
        return None
    values, errors = np.array(seen, dtype=np.float64).T
    third = max(1, len(seen) // 3)
    first, last = float(values[:third].mean()), float(values[-third:].mean())
    number = np.arange(values.size)
    around = values - np.polyval(np.polyfit(number, values, 1), number)
    scatter = float(np.sqrt((around**2).sum() / (values.size - 2)))
    noise = float(np.median(errors)) * math.sqrt(1 - settings.rep_error_correlation)
    return Change(
        first=round(first, 3),
        last=round(last, 3),
        change=round(last - first, 3),
        error=round(math.hypot(noise, scatter) * math.sqrt(2 / third), 3),
        spread=round(float(values.std(ddof=1)), 3),
        unit=metrics[0].unit,
    )
