"""Pictures of how the spine is measured: measured against true flexion, and one back over time with its band."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

from hiphinge.geometry import NINE_IN_TEN
from validation.accuracy.compare import Compared
from validation.accuracy.plots import STYLE, save
from validation.accuracy.spine_figures import garment

SHIRTS: Final = {"tight": "#0072b2", "ordinary": "#009e73", "loose": "#e69f00", "hoodie": "#d55e00"}
ROUNDS_DEG: Final = 30.0
"""A lumbar spine that moves by more than this in a clip rounds somewhere in it."""
PANELS: Final = (("lumbar_flexion", "lumbar flexion"), ("thoracic_flexion", "thoracic flexion"))


def against_truth(clips: Sequence[Compared], path: Path) -> None:
    """Every repetition's deepest point: measured against true flexion, by shirt."""
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(1, 2, figsize=(8.4, 4.0), layout="constrained")
        for axis, (name, word) in zip(axes, PANELS, strict=True):
            for shirt, colour in SHIRTS.items():
                series = [clip.bottom[name].seen() for clip in clips if clip.bottom and garment(clip) == shirt]
                true, measured, stated = (
                    np.concatenate([np.asarray(getattr(one, part)) for one in series] or [np.empty(0)])
                    for part in ("true", "measured", "stated")
                )
                axis.errorbar(true, measured, NINE_IN_TEN * stated, fmt="o", ms=3.5, lw=0.5, alpha=0.75, color=colour,
                              label=f"{shirt} ({true.size})")  # fmt: skip
            axis.axline((0, 0), slope=1, color="#333333", lw=0.9)
            axis.set(title=f"{word} at the deepest point", xlabel="true, °", ylabel="measured, °")
            axis.set_aspect("equal", adjustable="datalim")
        axes[0].legend(loc="upper left", fontsize=8)
        save(figure, path)


def trace(clips: Sequence[Compared], path: Path) -> None:
    """Lumbar and thoracic flexion of the clip whose lumbar error is the median one of those whose backs round."""
    ranked = sorted(
        (float(np.sqrt(np.mean(one.error**2))), k)
        for k, clip in enumerate(clips)
        if clip.along
        and (one := clip.along["lumbar_flexion"].seen()).error.size
        and float(np.ptp(one.true)) > ROUNDS_DEG
    )
    if not ranked:
        return
    clip = clips[ranked[len(ranked) // 2][1]]
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(1, 2, figsize=(9.4, 2.9), sharey=True, layout="constrained")
        for axis, (name, word), colour in zip(axes, PANELS, ("#0072b2", "#cc79a7"), strict=True):
            series = clip.along[name]
            at, half = np.arange(series.true.size), NINE_IN_TEN * series.stated
            axis.fill_between(at, series.measured - half, series.measured + half, color=colour, alpha=0.2, lw=0)
            axis.plot(at, series.measured, color=colour, lw=1.4, label="measured, 90 % band")
            axis.plot(at, series.true, color="#333333", lw=1.1, label="true")
            axis.set(title=f"{word}: {clip.name}, {garment(clip)} shirt, yaw {clip.yaw_deg:.0f}°",
                     xlabel="moments of the repetitions")  # fmt: skip
        axes[0].set_ylabel("change from standing, °")
        axes[0].legend(loc="upper left", fontsize=8)
        save(figure, path)
