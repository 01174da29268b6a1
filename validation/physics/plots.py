"""The page's pictures: small, readable in a light and a dark page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

from validation.accuracy.plots import STYLE
from validation.physics import motions, muscles, references
from validation.physics.coverage import Clip, Value

mpl.use("Agg")
BLUE, ORANGE, GREEN, PINK, GREY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7a7a7a"
JOINTS: Final = {"hip": BLUE, "knee": ORANGE, "ankle": GREEN, "l5s1": PINK}
WORDS: Final = {"l5s1": "L5/S1", "lumbar": "lumbar joint"}
MODEL_LINES: Final = {"rajagopal": "-", "lifting": "--"}
SHOWN: Final = ("hip_moment_nm", "knee_moment_nm", "l5s1_moment_nm", "l5s1_compression_n")


def engine(path: Path) -> None:
    """Moments of three movements: the rigid-body engine's as dots on our lines."""
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(1, 3, figsize=(9, 2.7), layout="constrained")
        for axis, (name, motion) in zip(axes, motions.MOTIONS.items(), strict=True):
            for joint, (theirs, ours) in references.movement(name).items():
                time_s = np.arange(len(ours)) * motion.period_s / len(ours)
                axis.plot(time_s, ours, color=JOINTS[joint], lw=1.2, label=WORDS.get(joint, joint))
                axis.plot(time_s[::2], theirs[::2], "o", ms=2.6, color=JOINTS[joint])
            axis.set(title=f"{name}, {motion.load_kg:g} kg", xlabel="s")
        axes[0].set_ylabel("moment, N·m")
        axes[0].legend(fontsize=7)
        save(figure, path)


def statics(path: Path) -> None:
    """Still postures: our equations on the model's inertia, and our own body, against the model's moments."""
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(1, 2, figsize=(7.6, 3.2), layout="constrained", sharex=True, sharey=True)
        for axis, model in zip(axes, references.MODELS, strict=True):
            for joint, colour in (("hip", BLUE), ("lumbar", PINK)):
                rows = references.postures(model)
                theirs = [row.theirs[joint] for row in rows]
                word = WORDS.get(joint, joint)
                axis.plot(theirs, [row.same_inertia[joint] for row in rows], "o", ms=3, color=colour,
                          label=f"{word}, its masses")  # fmt: skip
                axis.plot(theirs, [row.own_body[joint] for row in rows], "x", ms=4, color=colour,
                          label=f"{word}, our body")  # fmt: skip
            axis.plot([0, 600], [0, 600], color="#333333", lw=0.8)
            axis.set(title=references.MODELS[model], xlabel="OpenSim, N·m")
        axes[0].set_ylabel("ours, N·m")
        axes[0].legend(fontsize=7)
        save(figure, path)


def arms(path: Path) -> None:
    """Arms of hip extension over hip flexion: ours, and both models' (knee at 15°)."""
    groups = list(muscles.PARTS)
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(1, 3, figsize=(9, 2.7), sharey=True, layout="constrained")
        for axis, name in zip(axes, groups, strict=True):
            for model, style in MODEL_LINES.items():
                grid = muscles.arms(model)[name]
                bent = grid.knee == 15
                axis.plot(grid.hip[bent], grid.theirs[bent], style, color=ORANGE, lw=1.4,
                          label=references.MODELS[model])  # fmt: skip
            axis.plot(grid.hip[bent], grid.ours[bent], ":", color=BLUE, lw=2.2, label="ours")
            axis.axhline(0, color="#999999", lw=0.6)
            axis.set(title=name.replace("_", " "), xlabel="hip flexion, °")
        axes[0].set_ylabel("arm of hip extension, mm")
        axes[0].legend(fontsize=7)
        save(figure, path)


def lengths(path: Path) -> None:
    """Hamstring heads over hip flexion at three knee angles: both of our lines and both models."""
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(1, 3, figsize=(9, 2.9), sharey=True, layout="constrained")
        for axis, head in zip(axes, muscles.HEADS, strict=True):
            for knee, colour in ((0, BLUE), (30, GREEN), (90, PINK)):
                for by, style in (("rajagopal", "-"), ("hawkins_hull", "--")):
                    grid = muscles.lengths("rajagopal", by)[head]
                    use = grid.knee == knee
                    axis.plot(grid.hip[use], grid.ours[use], style, color=colour, lw=1.2,
                              label=f"knee {knee}°" if style == "-" else None)  # fmt: skip
                for model, mark in (("rajagopal", "o"), ("lifting", "x")):
                    grid = muscles.lengths(model, "rajagopal")[head]
                    use = grid.knee == knee
                    axis.plot(grid.hip[use][::2], grid.theirs[use][::2], mark, ms=3, color=colour)
            axis.set(title=head.replace("_", " "), xlabel="hip flexion, °")
        axes[0].set_ylabel("longer than standing, %")
        axes[0].legend(fontsize=7)
        save(figure, path)


def coverage(found: Sequence[Clip], path: Path) -> None:
    """At the bottom of every repetition: the product's bounds against the truth."""
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(1, len(SHOWN), figsize=(10, 2.8), layout="constrained")
        for axis, quantity in zip(axes, SHOWN, strict=True):
            values = [
                one for clip in found for one in clip.values if one.quantity == quantity and one.where == "bottom"
            ]
            _bars(axis, values)
            name, unit = quantity.rsplit("_", 1)
            words = name.replace("_", " ").replace("l5s1", "L5/S1")
            axis.set(title=words, xlabel="true, " + {"nm": "N·m", "n": "N"}[unit])
        axes[0].set_ylabel("from the video")
        save(figure, path)


def save(figure: plt.Figure, path: Path) -> None:
    """Write the picture, the same bytes from the same figures."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = path.suffix.removeprefix(".")
    figure.savefig(path, format=kind, dpi=110, metadata={"Date": None} if kind == "svg" else {"Software": None})
    plt.close(figure)


def _bars(axis: plt.Axes, values: Sequence[Value]) -> None:
    for inside, colour in ((True, BLUE), (False, ORANGE)):
        some = [one for one in values if one.inside == inside]
        if some:
            true, low, best, high = np.array([(one.true, one.low, one.best, one.high) for one in some]).T
            axis.errorbar(true, best, [best - low, high - best], fmt="o", ms=2.5, lw=0.7, alpha=0.8, color=colour)
    if values:
        ends = [min(one.true for one in values), max(one.true for one in values)]
        axis.plot(ends, ends, color="#333333", lw=0.8)
