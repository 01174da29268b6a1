"""Figures of the spine as Markdown."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from validation.accuracy import spine_figures as spine
from validation.accuracy.compare import Compared
from validation.accuracy.figures import divided, repeated, side_on
from validation.accuracy.spine_real import Said, real_spine
from validation.accuracy.tables import limits, number, percent, share, table

NAMES: Final = {
    "lumbar_flexion": "Lumbar",
    "thoracic_flexion": "Thoracic",
    "pelvic_tilt": "Pelvis",
    "head_angle": "Head",
}
REPEATED: Final = ("lumbar_flexion_max", "thoracic_flexion_max", "head_angle_min")
CLOSE: Final = "tight or ordinary shirt"
WIDE: Final = "loose shirt or hoodie"
Clips = Sequence[Compared]


def development(clips: Clips) -> str:
    """Everything, for whoever works on the spine."""
    near = side_on(clips)
    reasons = Counter((clip.assessed.spine or "judged", clip.assessed.spine_standing or "-") for clip in clips)
    parts = [f"# Spine: {len(clips)} clips; {', '.join(f'{a}/{b} {n}' for (a, b), n in reasons.items())}"]
    for word, part in (("all", clips), ("at most 20° of yaw", near)):
        parts += [f"## {word}, {len(part)} clips", agreement(part), smallest({word: part})]
    parts += [by_kind(clips), verdicts(near), clean(near), gaps(near), clip_table(clips)]
    return "\n\n".join(parts)


def aims(clips: Clips, said: Sequence[Said]) -> str:
    """What was aimed at, and what came out; `clips` from the side."""
    tight, loose = ([clip for clip in clips if shirt(clip) == word] for word in (CLOSE, WIDE))
    everything = spine.spine_figures(clips, "lumbar_flexion")
    rows = []
    for word, part, aim in ((CLOSE, tight, 5.0), (WIDE, loose, 8.0)):
        one = spine.spine_figures(part, "lumbar_flexion")
        rows.append((f"lumbar RMSE, {word}", f"≤ {aim:g}°", number(one.rmse, unit="°"), _met(one.rmse.value <= aim)))
        rows.append((f"the same at the bottom, {word}", f"≤ {aim:g}°", number(one.bottom_rmse, unit="°"),
                     _met(one.bottom_rmse.value <= aim)))  # fmt: skip
    r, held = everything.correlation, everything.coverage
    least, own = (spine.smallest(clips, own=which).added for which in (False, True))
    rows += [
        ("lumbar correlation within a clip", "≥ 0.9", number(r, decimals=2), _met(r.value >= 0.9)),
        ("truth in the stated 90 %", "85–95 %", percent(held), _met(0.85 <= held.value <= 0.95)),
        ("smallest rounding told from none", "12°", number(least, unit="°"), _met(least.value <= 12)),
        ("the same, beside the lifter's other repetitions", "12°", number(own, unit="°"), _met(own.value <= 12)),
    ]
    if said:
        real = real_spine([one for one in said if one.view == "sagittal"])
        rows += [
            ("real clips from the side: judged", "≥ 80 %", percent(real.judged), _met(real.judged.value >= 0.8)),
            ("real clips from the side: balanced accuracy", "≥ 90 %", share(real.balanced),
             _met(real.balanced >= 0.9)),
            ("flat backs called rounded, repetitions", "0", f"{real.flat_called} of {real.flat}",
             _met(real.flat_called == 0)),
        ]  # fmt: skip
    return table(("At most 20° of yaw", "aim", "reached", ""), rows)


def _met(holds: object) -> str:
    return "met" if holds else "not met"


def shirt(clip: Compared) -> str:
    """Two kinds of shirts, for where clips are few."""
    return CLOSE if spine.garment(clip) in {"tight", "ordinary"} else WIDE


def agreement(clips: Clips) -> str:
    """The angles of the spine through the repetitions and at the bottom."""
    rows = []
    for name in spine.SPINE_ANGLES:
        one = spine.spine_figures(clips, name)
        rows.append(
            (NAMES[name], number(one.bias), number(one.rmse), limits(one.low, one.high),
             number(one.bottom_bias), number(one.bottom_rmse), number(one.correlation, decimals=2),
             percent(one.coverage), percent(one.bottom_coverage), share(one.seen))
        )  # fmt: skip
    return table(
        ("Change from standing", "bias, °", "RMSE, °", "95 % limits of agreement, °", "bottom: bias, °",
         "bottom: RMSE, °", "correlation in a clip", "truth in the 90 %", "the same at the bottom", "judged"), rows,
    )  # fmt: skip


def by_kind(clips: Clips) -> str:
    """Lumbar and thoracic flexion by what decides how well a back is seen; from the side, but for the yaw itself."""
    rows = []
    for kind, of in spine.spine_kinds().items():
        for part, members in divided(clips if kind == "yaw" else side_on(clips), of).items():
            low, high = (spine.spine_figures(members, name) for name in ("lumbar_flexion", "thoracic_flexion"))
            rows.append(
                (f"{kind}: {part.replace('_', ' ')}", len(members), number(low.rmse), number(low.bottom_rmse),
                 number(low.correlation, decimals=2), percent(low.coverage), number(high.rmse),
                 number(high.bottom_rmse), percent(spine.judged_share(members)))
            )  # fmt: skip
    return table(
        ("Clips", "n", "lumbar: RMSE, °", "at the bottom, °", "correlation", "truth in the 90 %", "thoracic: RMSE, °",
         "at the bottom, °", "judged"), rows,
    )  # fmt: skip


def smallest(parts: dict[str, Clips]) -> str:
    """The smallest rounding told from none."""
    rows = []
    for word, clips in parts.items():
        for how, own in (("by the angle alone", False), ("beside the lifter's other repetitions", True)):
            one = spine.smallest(clips, own=own)
            curve = ", ".join(f"{at:.0f}°: {100 * share:.0f} % of {many}" for at, share, many in one.curve)
            rows.append((f"{word}, {how}", number(one.added, unit="°"), number(one.cut, unit="°"), one.without,
                         one.rounded, curve))  # fmt: skip
    return table(
        ("Clips", "added rounding found 4 times in 5", "cut, 1 in 10 without a fault above", "reps without", "rounded",
         "found by added rounding"), rows,
    )  # fmt: skip


def verdicts(clips: Clips) -> str:
    """Faults of the spine against true angles."""
    rows = []
    for fault in spine.SPINE_FAULTS:
        one = spine.spine_verdicts(clips, fault)
        rows.append((fault.replace("_", " "), percent(one.sensitivity), one.present, percent(one.specificity),
                     one.absent, percent(one.judged)))  # fmt: skip
    return table(("Fault", "truly there: called present", "n", "truly not: not called present", "n", "judged"), rows)


def clean(clips: Clips) -> str:
    """Where the back begins to round."""
    one = spine.clean_ranges(clips)
    return table(
        ("Hip flexion at which rounding begins", "bias, °", "RMSE, °", "half within, °", "told where the back rounds",
         "told where it is flat"),
        [("repetitions", number(one.error), number(one.rmse), number(one.median), percent(one.found),
          percent(one.invented))],
    )  # fmt: skip


def gaps(clips: Clips) -> str:
    """Under the rod."""
    return table(
        ("Gap under the rod", "bias, % of trunk length", "RMSE, %", "truth in the 90 %"),
        (
            (name.removeprefix("dowel_gap_"), number(low, decimals=2), number(spread, decimals=2), percent(held))
            for name, (low, spread, held) in spine.gap_figures(clips).items()
        ),
    )


def repeatable(pairs: Sequence[tuple[Compared, Compared]]) -> str:
    """Between two cameras."""
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    return table(
        ("Metric", "two cameras differ by less, 95 in 100, °"),
        ((f"`{name}`", number(repeated(first, second, name))) for name in REPEATED),
    )


def clip_table(clips: Clips) -> str:
    """A line a clip, for finding what is wrong."""
    rows = []
    for clip in clips:
        cells = []
        for name in spine.SPINE_ANGLES:
            one = clip.along[name].seen() if clip.along else None
            deep = clip.bottom[name].seen() if clip.bottom else None
            known = one is not None and deep is not None and one.error.size and deep.error.size
            cells.append(
                f"{np.sqrt(np.mean(one.error**2)):.1f} / {np.mean(deep.error):+.1f}" if known and one and deep else "–"
            )
        why = clip.assessed.refusal[-40:] or clip.assessed.spine or clip.assessed.spine_standing
        rows.append((clip.name, f"{clip.yaw_deg:.0f}", spine.garment(clip), why, *cells))
    return table(
        ("Clip", "yaw", "shirt", "note", *(f"{NAMES[n]}: RMSE / bottom bias" for n in spine.SPINE_ANGLES)), rows
    )
