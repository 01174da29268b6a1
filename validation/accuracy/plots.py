"""The page's pictures: few, small, readable in a light and a dark page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from PIL import Image
from scipy.stats import norm

from hiphinge.geometry import NINE_IN_TEN
from validation.accuracy.compare import ANGLES, Compared
from validation.accuracy.fault_figures import FaultFigures
from validation.accuracy.landmarks import JOINTS, SEGMENTS, Traits, pooled
from validation.accuracy.statistics import bias, coverage

mpl.use("Agg")
STYLE: Final = {
    "svg.hashsalt": "hiphinge",
    "svg.fonttype": "path",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "figure.facecolor": "white",
    "legend.frameon": False,
}
COLOURS: Final = {
    "hip_flexion": "#0072b2",
    "knee_flexion": "#d55e00",
    "trunk_inclination": "#009e73",
    "shank_inclination": "#cc79a7",
    "head_angle": "#7a7a7a",
}
NAMES: Final = {
    "hip_flexion": "hip",
    "knee_flexion": "knee",
    "trunk_inclination": "trunk",
    "shank_inclination": "shank",
    "head_angle": "head",
}
SIMULATED, REAL = "#0072b2", "#d55e00"


def bottom_by_yaw(clips: Sequence[Compared], path: Path) -> None:
    """Mean error at the deepest point of each clip against the camera's yaw, an angle a panel."""
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(1, len(ANGLES), figsize=(10, 2.6), sharey=True, layout="constrained")
        for axis, name in zip(axes, ANGLES, strict=True):
            seen = [(clip, clip.bottom[name].seen()) for clip in clips if clip.bottom]
            points = [(clip.yaw_deg, bias(one.error), bias(one.stated)) for clip, one in seen if one.error.size]
            yaw, errors, stated = np.array(points).reshape(-1, 3).T
            axis.errorbar(yaw, errors, NINE_IN_TEN * stated, fmt="o", ms=3.5, lw=0.7, alpha=0.8, color=COLOURS[name])
            axis.axhline(0, color="#333333", lw=0.8)
            axis.set(title=NAMES[name], xlabel="camera's yaw, °", xlim=(-2, 47), ylim=(-45, 45))
        axes[0].set_ylabel("measured − true at the bottom, °")
        save(figure, path)


def calibration(clips: Sequence[Compared], path: Path) -> None:
    """Share of the truth inside the stated interval, for every nominal share."""
    nominal = np.linspace(0.05, 0.99, 40)
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.2), sharey=True, layout="constrained")
        for axis, which in zip(axes, ("along", "bottom"), strict=True):
            axis.plot([0, 1], [0, 1], color="#333333", lw=0.8)
            axis.axvline(0.9, color="#999999", lw=0.8, ls=":")
            for name in ANGLES:
                series = [getattr(clip, which)[name].seen() for clip in clips if getattr(clip, which)]
                errors = np.concatenate([one.error for one in series])
                stated = np.concatenate([one.stated for one in series])
                held = [coverage(errors, stated, float(norm.ppf(0.5 + share / 2))) for share in nominal]
                axis.plot(nominal, held, color=COLOURS[name], lw=1.6, label=NAMES[name])
            title = "throughout the repetitions" if which == "along" else "at the deepest point"
            axis.set(title=title, xlabel="stated", xlim=(0, 1), ylim=(0, 1.01))
        axes[0].set_ylabel("truth inside")
        axes[1].legend(loc="upper left")
        save(figure, path)


def traces(clips: Sequence[Compared], path: Path) -> None:
    """True and measured angles of a typical clip from the side, a good and a bad one: by their hip error's rank."""
    ranked = sorted(
        (c for c in clips if c.along), key=lambda c: float(np.mean(np.abs(c.along["hip_flexion"].seen().error)))
    )
    shown = [("best", ranked[0]), ("median", ranked[len(ranked) // 2]), ("worst", ranked[-1])]
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(1, len(shown), figsize=(10, 2.9), sharey=True, layout="constrained")
        for axis, (word, clip) in zip(axes, shown, strict=True):
            for name in ("hip_flexion", "trunk_inclination", "knee_flexion"):
                _trace(axis, clip, name)
            axis.set(title=f"{word} hip: {clip.name}, yaw {clip.yaw_deg:.0f}°", xlabel="moments of the repetitions")
        axes[0].set_ylabel("degrees")
        axes[0].legend(loc="upper left", ncols=3, fontsize=7)
        save(figure, path)


def _trace(axis: Any, clip: Compared, name: str) -> None:
    series = clip.along[name]
    at = np.arange(series.true.size)
    axis.plot(at, series.true, color="#333333", lw=1)
    axis.plot(at, series.measured, color=COLOURS[name], lw=1.3, label=NAMES[name])
    half = NINE_IN_TEN * series.stated
    axis.fill_between(at, series.measured - half, series.measured + half, color=COLOURS[name], alpha=0.15, lw=0)


def faults(figures: dict[str, FaultFigures], path: Path) -> None:
    """Share of repetitions called present or borderline against the fault's strength."""
    shown = {name: one for name, one in figures.items() if sum(np.isfinite(share) for _, share, _ in one.curve) > 1}
    if not shown:
        return
    columns = 4
    rows = -(-len(shown) // columns)
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(
            rows, columns, figsize=(9, 1.9 * rows + 0.4), sharex=True, sharey=True, squeeze=False, layout="constrained"
        )
        for axis in axes.flat[len(shown) :]:
            axis.set_visible(False)
        for axis, (name, one) in zip(axes.flat, shown.items(), strict=False):
            kept = [(at if at > 0.05 else 0.0, share, count) for at, share, count in one.curve if np.isfinite(share)]
            at, share, count = np.array(kept).T
            axis.plot(at, share, color=SIMULATED, lw=1.2)
            axis.scatter(at, share, s=8 + 2 * np.minimum(count, 40), color=SIMULATED)
            for x, y, many in zip(at, share, count, strict=True):
                axis.annotate(f"{many:.0f}", (x, y), (5, 4 if y < 0.9 else -11), textcoords="offset points", fontsize=7)
            axis.set(title=name.replace("_", " "), ylim=(-0.05, 1.05), xlim=(-0.08, 1.3))
        figure.supxlabel("strength of the fault (1: plain to see)", fontsize=9)
        figure.supylabel("called present or borderline", fontsize=9)
        save(figure, path)


def realism(simulated: Sequence[Traits], real: Sequence[Traits], path: Path) -> None:
    """Confidence, scatter of segment lengths and jitter of the landmarks, simulated against real clips."""
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(1, 3, figsize=(9.5, 2.9), layout="constrained")
        panels = (
            ("confidence", JOINTS, "median confidence, better side"),
            ("scatter", [name for name, *_ in SEGMENTS], "scatter of apparent length, %"),
            ("jitter", JOINTS, "jitter per axis, % of trunk length"),
        )
        for axis, (trait, names, title) in zip(axes, panels, strict=True):
            for side, (tracks, colour) in enumerate(((simulated, SIMULATED), (real, REAL))):
                if not tracks:
                    continue
                boxes = [pooled([getattr(one, trait) for one in tracks], name) for name in names]
                boxes = [values[np.isfinite(values)] for values in boxes]
                axis.boxplot(
                    boxes,
                    positions=np.arange(len(names)) + (0.2 if side else -0.2),
                    widths=0.32,
                    patch_artist=True,
                    showfliers=False,
                    boxprops={"facecolor": colour, "alpha": 0.45, "lw": 0.6},
                    medianprops={"color": "#222222"},
                    whiskerprops={"lw": 0.7},
                    capprops={"lw": 0.7},
                )
            axis.set_xticks(np.arange(len(names)), names)
            axis.set_title(title, fontsize=9)
            axis.set_ylim(bottom=None if trait == "confidence" else 0)
        for word, colour in (("simulated", SIMULATED), ("real", REAL)):
            axes[0].plot([], [], color=colour, lw=6, alpha=0.45, label=word)
        axes[0].legend(loc="lower left")
        save(figure, path)


def save(figure: Any, path: Path) -> None:
    """Write a picture that is the same for the same figures, and small."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else {"Software": None}, dpi=110)
    plt.close(figure)
    if path.suffix == ".png":
        with Image.open(path) as picture:
            picture.convert("RGB").quantize(64).save(path, optimize=True)
