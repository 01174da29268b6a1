"""Figures as Markdown: a number with its interval, a table."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from validation.accuracy.compare import ANGLES, Compared
from validation.accuracy.fault_figures import FaultFigures, fault_figures, verdicts
from validation.accuracy.figures import (
    METRICS,
    AngleFigures,
    Counting,
    bottom_rmse,
    divided,
    exact_counts,
    kinds,
    metric_errors,
    repeated,
)
from validation.accuracy.landmarks import JOINTS, Offset
from validation.accuracy.statistics import Estimate, bias, bootstrap, coverage, limits_of_agreement, rmse, within

AIMS_DEG = {"hip_flexion": 3.0, "knee_flexion": 3.0, "trunk_inclination": 2.0, "shank_inclination": 2.5}
NAMES = {
    "hip_flexion": "Hip",
    "knee_flexion": "Knee",
    "trunk_inclination": "Trunk",
    "shank_inclination": "Shank",
    "head_angle": "Head",
}


def number(one: Estimate, *, decimals: int = 1, unit: str = "") -> str:
    """A figure and its interval: 3.1° (2.4…3.9)."""
    if not math.isfinite(one.value):
        return "–"
    text = f"{one.value:.{decimals}f}{unit}"
    return f"{text} ({one.low:.{decimals}f}…{one.high:.{decimals}f})" if math.isfinite(one.low) else text


def percent(one: Estimate) -> str:
    """A share and its interval: 91 % (84…97)."""
    if not math.isfinite(one.value):
        return "–"
    text = f"{100 * one.value:.0f} %"
    return f"{text} ({100 * one.low:.0f}…{100 * one.high:.0f})" if math.isfinite(one.low) else text


def share(value: float) -> str:
    """A share without an interval: 91 %."""
    return f"{100 * value:.0f} %" if math.isfinite(value) else "–"


def limits(low: Estimate, high: Estimate) -> str:
    """Two figures as the ends of a range: −3.1 … 2.4."""
    return f"{low.value:.1f} … {high.value:.1f}" if math.isfinite(low.value) else "–"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join(lines + [f"| {' | '.join(map(str, row))} |" for row in rows])


def agreement(figures: dict[str, AngleFigures]) -> str:
    """Absolute angles through the repetitions."""
    return table(
        ("Angle", "bias, °", "RMSE, °", "95 % limits of agreement, °", "correlation", "RMSE of the change, °", "seen"),
        (
            (
                NAMES[name],
                number(one.bias),
                number(one.rmse),
                limits(one.low, one.high),
                number(one.correlation, decimals=3),
                number(one.change_rmse),
                share(one.seen),
            )
            for name, one in figures.items()
        ),
    )


def aims(figures: dict[str, AngleFigures], counted: Counting) -> str:
    """What was aimed at, and what came out."""
    rows = []
    for name, aim in AIMS_DEG.items():
        one = figures[name].rmse
        rows.append((f"{NAMES[name]}: RMSE", f"≤ {aim:g}°", number(one, unit="°"), _met(one.value <= aim)))
        held = figures[name].coverage
        rows.append(
            (f"{NAMES[name]}: truth in the stated 90 %", "85–95 %", percent(held), _met(0.85 <= held.value <= 0.95))
        )
    rows.append(
        ("clips with every repetition right", "≥ 98 %", percent(counted.exact), _met(counted.exact.value >= 0.98))
    )
    late = counted.within_s
    rows.append(("bottom, nine in ten", "≤ 0.07 s", number(late, decimals=3, unit=" s"), _met(late.value <= 0.07)))
    return table(("At most 20° of yaw", "aim", "reached", ""), rows)


def _met(holds: object) -> str:
    return "met" if holds else "not met"


def at_bottom(figures: dict[str, AngleFigures]) -> str:
    """The same angles at the deepest point."""
    return table(
        (
            "Angle",
            "bias, °",
            "RMSE, °",
            "nine in ten within, °",
            "bias of the change, °",
            "nine in ten of it, °",
            "reps",
        ),
        (
            (
                NAMES[name],
                number(one.bottom_bias),
                number(one.bottom_rmse),
                number(one.bottom_within),
                number(one.bottom_change_bias),
                number(one.bottom_change_within),
                one.bottom_bias.values,
            )
            for name, one in figures.items()
        ),
    )


def calibrated(figures: dict[str, AngleFigures]) -> str:
    """How often the truth lies in the stated 90 % interval."""
    return table(
        ("Angle", "throughout", "at the deepest point"),
        ((NAMES[name], percent(one.coverage), percent(one.bottom_coverage)) for name, one in figures.items()),
    )


def metrics(clips: Sequence[Compared]) -> str:
    """Metrics of the repetitions."""
    rows = []
    for name in METRICS:
        errors = metric_errors(clips, name)
        decimals, unit = (3, "stature") if name == "hip_travel_back" else (1, "°")
        rows.append(
            (
                f"`{name}`",
                unit,
                number(bootstrap(errors, lambda e: bias(e[:, 0])), decimals=decimals),
                number(bootstrap(errors, lambda e: rmse(e[:, 0])), decimals=decimals),
                number(bootstrap(errors, lambda e: within(e[:, 0])), decimals=decimals),
                percent(held := bootstrap(errors, lambda e: coverage(e[:, 0], e[:, 1]))),
                held.values,
            )
        )
    return table(("Metric", "unit", "bias", "RMSE", "nine in ten within", "truth in the 90 % interval", "reps"), rows)


def by_kind(clips: Sequence[Compared]) -> str:
    """RMSE at the bottom, and repetitions, by kind of clip."""
    rows = []
    for kind, of in kinds().items():
        for part, members in divided(clips, of).items():
            cells = [number(bottom_rmse(members, name)) for name in ANGLES]
            rows.append((f"{kind}: {part.replace('_', ' ')}", len(members), *cells, percent(exact_counts(members))))
    names = [NAMES[name] for name in ANGLES]
    return table(("Clips", "n", *names, "all repetitions right"), rows)


def by_kind_along(clips: Sequence[Compared]) -> str:
    """Bias and limits of agreement through the repetitions, by kind of clip."""
    rows = []
    for kind, of in kinds().items():
        for part, members in divided(clips, of).items():
            cells = []
            for name in ANGLES:
                errors = [clip.along[name].seen().error for clip in members if clip.along]
                low, high = (bootstrap(errors, lambda e, end=end: limits_of_agreement(e)[end]) for end in (0, 1))
                cells.append(f"{number(bootstrap(errors, bias))}; {limits(low, high)}")
            rows.append((f"{kind}: {part.replace('_', ' ')}", len(members), *cells))
    return table(("Clips", "n", *(NAMES[name] for name in ANGLES)), rows)


def repetitions(parts: dict[str, Counting]) -> str:
    """Counting and timing."""
    return table(
        ("Clips", "n", "all repetitions right", "repetitions", "missed", "made up", "refused", "wrong person",
         "bottom: median, s", "nine in ten within, s"),
        (
            (
                name,
                one.exact.groups,
                percent(one.exact),
                one.reps,
                one.missed,
                one.invented,
                one.refused,
                one.lost,
                number(one.median_s, decimals=3),
                number(one.within_s, decimals=3),
            )
            for name, one in parts.items()
        ),
    )  # fmt: skip


def confused(counts: Counter[tuple[str, str]]) -> str:
    """Exercise done, a row each; exercise named, a column each."""
    done = sorted({one for one, _ in counts})
    said = sorted({one for _, one in counts}, key=lambda name: (name == "refused", name))
    return table(
        ("done ↓ named →", *(name.replace("_", " ") for name in said)),
        ((one.replace("_", " "), *(counts[one, other] or "" for other in said)) for one in done),
    )


def faults(figures: dict[str, FaultFigures]) -> str:
    """What is said of each fault."""
    return table(
        (
            "Fault",
            "judged",
            "there: called present",
            "or borderline",
            "n",
            "not there: not called present",
            "n",
            "balanced",
        ),
        (
            (
                name.replace("_", " "),
                percent(one.judged),
                percent(one.sensitivity),
                percent(one.suspected),
                one.sensitivity.values,
                percent(one.specificity),
                one.specificity.values,
                percent(one.balanced),
            )
            for name, one in figures.items()
        ),
    )


def behind_plates(free: Sequence[Compared], plated: Sequence[Compared]) -> str:
    """What of each fault is judged, and how rightly, with nothing before the legs and behind plates."""
    figures = [{name: fault_figures(rows) for name, rows in verdicts(clips).items()} for clips in (free, plated)]
    return table(
        (
            "Fault",
            *(f"{what}, {where}" for what in ("judged", "balanced") for where in ("legs in sight", "behind plates")),
            "n there, behind plates",
        ),
        (
            (
                name.replace("_", " "),
                *(percent(part[name].judged) if name in part else "–" for part in figures),
                *(percent(part[name].balanced) if name in part else "–" for part in figures),
                figures[1][name].sensitivity.values,
            )
            for name in figures[1]
        ),
    )


def landmarks(found: Sequence[dict[str, Offset]]) -> str:
    """Where the landmarks sit beside the joint centres, % of stature."""
    rows = []
    for joint in JOINTS:
        cells = []
        for moment in ("standing", "bottom"):
            for axis in (0, 1):
                values = [getattr(one[joint], moment)[axis : axis + 1] for one in found]
                cells.append(number(bootstrap(values, bias)))
        rows.append((joint, *cells))
    return table(("Landmark", "standing: forward", "up", "deepest: forward", "up"), rows)


def repeatable(pairs: Sequence[tuple[Compared, Compared]], real: dict[str, Estimate]) -> str:
    """Between two cameras."""
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    names = ("hip_flexion_max", "hip_flexion_rom", "knee_flexion_max", "trunk_inclination_max")
    return table(
        ("Metric", "simulated, °", "real, °"),
        (
            (f"`{name}`", number(repeated(first, second, name)), number(real[name]) if name in real else "–")
            for name in names
        ),
    )
