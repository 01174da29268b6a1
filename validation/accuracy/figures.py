"""From compared clips to figures with intervals: what stands in the tables, without a word of the page."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from hiphinge.geometry import Floats
from validation.accuracy.compare import ANGLES, Compared, RepPair, Series
from validation.accuracy.statistics import (
    Estimate,
    bias,
    bootstrap,
    correlation,
    coverage,
    limits_of_agreement,
    repeatability,
    rmse,
    within,
)

Clips = Sequence[Compared]
METRICS: Final = (
    "hip_flexion_max",
    "hip_flexion_rom",
    "knee_flexion_max",
    "knee_flexion_rom",
    "trunk_inclination_max",
    "shank_inclination_max",
    "shank_inclination_rom",
    "head_angle_min",
    "hip_travel_back",
)
YAW_BANDS: Final = ((0.0, 10.0), (10.0, 20.0), (20.0, 30.0), (30.0, 46.0))
ALIKE: Final = {"wall_drill": "hinge"}
"""Exercises that are judged alike: a wall does not show where nobody speaks of it."""
PLATED: Final = ("rdl", "deadlift")


class AngleFigures(NamedTuple):
    """How one angle agrees with the truth; degrees, shares 0 … 1."""

    bias: Estimate
    rmse: Estimate
    low: Estimate
    high: Estimate
    correlation: Estimate
    coverage: Estimate
    bottom_bias: Estimate
    bottom_rmse: Estimate
    bottom_within: Estimate
    bottom_coverage: Estimate
    change_rmse: Estimate
    bottom_change_bias: Estimate
    bottom_change_within: Estimate
    seen: float


def angle_figures(clips: Clips, name: str) -> AngleFigures:
    """Every figure of one angle."""
    along = [clip.along[name].seen() for clip in clips if clip.along]
    bottom = [clip.bottom[name].seen() for clip in clips if clip.bottom]
    asked = sum(clip.along[name].true.size for clip in clips if clip.along)
    errors, deep = [one.error for one in along], [one.error for one in bottom]
    changes = [one.change_error for one in along]
    deep_changes = [one.change_error[np.isfinite(one.change_error)] for one in bottom]
    return AngleFigures(
        bias=bootstrap(errors, bias),
        rmse=bootstrap(errors, rmse),
        low=bootstrap(errors, lambda e: limits_of_agreement(e)[0]),
        high=bootstrap(errors, lambda e: limits_of_agreement(e)[1]),
        correlation=bootstrap(_finite([np.array([correlation(one.measured, one.true)]) for one in along]), _median),
        coverage=bootstrap([_beside(one) for one in along], _covered),
        bottom_bias=bootstrap(deep, bias),
        bottom_rmse=bootstrap(deep, rmse),
        bottom_within=bootstrap(deep, within),
        bottom_coverage=bootstrap([_beside(one) for one in bottom], _covered),
        change_rmse=bootstrap([c[np.isfinite(c)] for c in changes], rmse),
        bottom_change_bias=bootstrap(deep_changes, bias),
        bottom_change_within=bootstrap(deep_changes, within),
        seen=sum(one.true.size for one in along) / asked if asked else float("nan"),
    )


def metric_errors(clips: Clips, name: str) -> list[Floats]:
    """(reps, 2) per clip: error of one metric of the repetitions, and its stated standard error."""
    found = []
    for clip in clips:
        rows = [
            (metric.value - pair.true_values[name], metric.error)
            for pair in clip.pairs
            if pair.found
            and (metric := pair.found.metrics.get(name))
            and metric.value is not None
            and metric.error is not None
        ]
        found.append(np.array(rows).reshape(-1, 2))
    return found


def bottom_rmse(clips: Clips, name: str) -> Estimate:
    """RMSE of one angle at the deepest point."""
    return bootstrap([clip.bottom[name].seen().error for clip in clips if clip.bottom], rmse)


def exact_counts(clips: Clips) -> Estimate:
    """Share of clips in which every repetition was found and none made up; a refused clip is not one of them."""
    return bootstrap(
        [np.array([float(not clip.extra_reps and all(pair.found for pair in clip.pairs))]) for clip in clips], bias
    )


class Counting(NamedTuple):
    """Repetitions: clips whose number is exact, errors of the bottoms' times, what was missed and made up."""

    exact: Estimate
    missed: int
    invented: int
    reps: int
    refused: int
    lost: int
    """Clips in which somebody else was followed, for a moment at least."""
    median_s: Estimate
    within_s: Estimate
    off_plateau_s: Estimate


def counting(clips: Clips) -> Counting:
    """Repetitions found against true ones; a refused clip counts as not exact."""
    times = [
        np.array([_lateness(pair) for pair in clip.pairs if pair.found and pair.start_s < pair.bottom_s])
        for clip in clips
    ]
    outside = [np.array([_off_plateau(pair) for pair in clip.pairs if pair.found]) for clip in clips]
    return Counting(
        exact=exact_counts(clips),
        missed=sum(pair.found is None for clip in clips for pair in clip.pairs),
        invented=sum(clip.extra_reps for clip in clips),
        reps=sum(len(clip.pairs) for clip in clips),
        refused=sum(clip.assessed.record is None for clip in clips),
        lost=sum(clip.followed < 1 for clip in clips),
        median_s=bootstrap(times, lambda e: within(e, 0.5)),
        within_s=bootstrap(times, within),
        off_plateau_s=bootstrap(outside, within),
    )


def confusion(clips: Clips) -> Counter[tuple[str, str]]:
    """How often each exercise was taken for which; `refused` where the product would not say."""
    return Counter(
        (clip.exercise, clip.assessed.record.exercise.name if clip.assessed.record else "refused") for clip in clips
    )


def named_right(clips: Clips) -> Estimate:
    """Share of the clips whose exercise was named; a wall drill may be called a hinge, which is judged alike."""
    said = [(clip.exercise, clip.assessed.record.exercise.name if clip.assessed.record else "") for clip in clips]
    return bootstrap([np.array([float(name in {done, ALIKE.get(done)})]) for done, name in said], bias)


def view_errors(clips: Clips) -> tuple[list[Floats], list[Floats]]:
    """Per clip (1, 2): yaw error and its stated error; and whether the facing is right, (1,)."""
    seen = [clip for clip in clips if clip.assessed.record]
    yaw = [
        np.array([[c.assessed.record.view.yaw_deg - c.yaw_deg, c.assessed.record.view.yaw_error_deg]])
        for c in seen
        if c.assessed.record
    ]
    facing = [np.array([float(c.assessed.record.view.facing == c.truth["facing"])]) for c in seen if c.assessed.record]
    return yaw, facing


def repeated(first: Clips, second: Clips, name: str) -> Estimate:
    """Repeatability of one metric between two cameras on the same repetitions."""
    pairs = []
    for one, other in zip(first, second, strict=True):
        rows = []
        for a, b in zip(one.pairs, other.pairs, strict=True):
            values = [p.found.metrics[name].value if p.found and name in p.found.metrics else None for p in (a, b)]
            if values[0] is not None and values[1] is not None:
                rows.append((values[0], values[1]))
        pairs.append(np.array(rows).reshape(-1, 2))
    return bootstrap(pairs, lambda both: repeatability(both[:, 0], both[:, 1]))


# --- kinds of clips --------------------------------------------------------------------------------------------------


def kinds() -> dict[str, Callable[[Compared], str]]:
    """What the clips are divided by: name of the division, and the part a clip falls into."""
    return {
        "yaw": yaw_band,
        "clothes": clothes,
        "occlusion": occlusion,
        "frame rate": frame_rate,
        "sex": _sex,
        "exercise": _exercise,
    }


def divided(clips: Clips, kind: Callable[[Compared], str]) -> dict[str, list[Compared]]:
    """The clips by kind, in the kinds' alphabetical order."""
    parts: dict[str, list[Compared]] = {}
    for clip in clips:
        parts.setdefault(kind(clip), []).append(clip)
    return dict(sorted(parts.items()))


def yaw_band(clip: Compared) -> str:
    """By the camera's true yaw."""
    for low, high in YAW_BANDS:
        if low <= clip.yaw_deg < high:
            return f"{low:02.0f}–{min(high, 45):.0f}°"
    return "beyond 45°"


def clothes(clip: Compared) -> str:
    """By how far the shirt stands off the skin."""
    slack = clip.spec["look"]["shirt_slack_m"]
    return "tight" if slack < 0.006 else "ordinary" if slack < 0.02 else "loose"


def occlusion(clip: Compared) -> str:
    """Whether plates of full size pass in front of shanks and knees."""
    return "full-size plates" if plated(clip) else "nothing before the legs"


def plated(clip: Compared) -> bool:
    """Whether a bar with plates of full size is lifted past the legs."""
    return clip.exercise == "deadlift" or (clip.exercise == "rdl" and clip.spec["motion_seed"] % 2 == 0)


def by_plates(clips: Sequence[Compared]) -> tuple[list[Compared], list[Compared]]:
    """Clips from the side with nothing before the legs, and those behind plates."""
    beside = side_on(clips)
    return [clip for clip in beside if not plated(clip)], [clip for clip in beside if plated(clip)]


def frame_rate(clip: Compared) -> str:
    """By frames a second."""
    fps = clip.truth["fps"]
    return "24–25" if fps < 28 else "30" if fps < 40 else "50–60"


def side_on(clips: Iterable[Compared]) -> list[Compared]:
    """Filmed from the side, as the instructions ask: at most 20° of yaw."""
    return [clip for clip in clips if clip.yaw_deg <= 20.0]


def _sex(clip: Compared) -> str:
    return {"f": "women", "m": "men"}[clip.spec["shape"]["sex"]]


def _exercise(clip: Compared) -> str:
    return clip.exercise


def _beside(series: Series) -> Floats:
    return np.stack([series.error, series.stated], axis=1)


def _covered(both: Floats) -> float:
    return coverage(both[:, 0], both[:, 1])


def _median(values: Floats) -> float:
    return float(np.median(values))


def _finite(groups: list[Floats]) -> list[Floats]:
    return [group[np.isfinite(group)] for group in groups]


def _lateness(pair: RepPair) -> float:
    """Found bottom less the middle of the true one, s."""
    return pair.found.bottom_s - sum(pair.plateau_s) / 2 if pair.found else float("nan")


def _off_plateau(pair: RepPair) -> float:
    """How far the found bottom lies outside the time during which the true hip is as deep as it gets, s."""
    assert pair.found is not None
    return max(pair.plateau_s[0] - pair.found.bottom_s, pair.found.bottom_s - pair.plateau_s[1], 0.0)


def all_angles(clips: Clips) -> dict[str, AngleFigures]:
    """Figures of every angle."""
    return {name: angle_figures(clips, name) for name in ANGLES}
