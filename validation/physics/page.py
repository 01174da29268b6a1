"""Write the page: figures into tables, tables and pictures into page.md.jinja."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from hiphinge.settings import KineticsSettings, load_slice
from validation.accuracy.assess import fingerprint
from validation.accuracy.tables import table
from validation.pages import page_template
from validation.physics import cases as worked_cases
from validation.physics import motions, muscles, plots, references, typical
from validation.physics.coverage import MOMENTS, QUANTITIES, SAME_BODY, Clip, Figure, figure

IMAGES: Final = "loads-"
JOINTS: Final = {"hip": "hip", "lumbar": "lumbar joint", "knee": "knee", "ankle": "ankle"}
WORDS: Final = {
    "hip_moment_nm": "hip moment", "knee_moment_nm": "knee moment", "ankle_moment_nm": "ankle moment",
    "l5s1_moment_nm": "L5/S1 moment", "l5s1_compression_n": "L5/S1 compression", "l5s1_shear_n": "L5/S1 shear",
}  # fmt: skip
SIDE_ON_DEG: Final = 20.0
GROSS: Final = 0.3


class Results(NamedTuple):
    """What the page is made from."""

    sets: str
    known: Sequence[Clip]
    unknown: Sequence[Clip]
    command: str
    seconds: tuple[float, float]
    """Mean seconds a clip of moments and muscles, and of the pose model."""


def write_page(results: Results, path: Path) -> None:
    """Write the page and its pictures."""
    images = path.parent.parent / "images"
    plots.engine(images / "loads-engine.png")
    plots.statics(images / "loads-statics.png")
    plots.arms(images / "loads-arms.png")
    plots.lengths(images / "loads-lengths.png")
    plots.coverage(results.known, images / "loads-coverage.png")
    every, clips = worked_cases.cases(), [clip for clip in results.known if clip.withheld is None]
    typicals = typical.cases()
    own = load_slice("kinetics", KineticsSettings)
    pieces: dict[str, Any] = {
        "slow_hz": f"{own.cutoff_slow_hz:g}",
        "swing_hz": f"{own.cutoff_swing_hz:g}",
        "aims": _aims(results),
        "command": results.command,
        "fingerprint": fingerprint(),
        "case_count": len(every),
        "case_held": sum(case.holds for case in every),
        "cases": _cases(every),
        "failed": "; ".join(case.name for case in every if not case.holds),
        "exact": worked_cases.EXACT,
        "worked": worked_cases.WORKED,
        "published": worked_cases.PUBLISHED,
        "memory": worked_cases.MEMORY,
        "engine": _engine(),
        "posture_count": len(references.postures("lifting")),
        "statics": _statics(),
        "arms": _arms(),
        "shift": f"{muscles.shift('lifting'):.0f}",
        "lengths": _lengths(),
        "length_worst": f"{_worst_length():.0f}",
        **_extensors(),
        "typical": _typical(typicals),
        "published_table": _published(typicals),
        "rivals": _rivals(typicals),
        "coverage_people": len(results.known),
        "coverage_sets": results.sets,
        "coverage_known": _coverage(clips, 0),
        "coverage_unknown": _coverage([clip for clip in results.unknown if clip.withheld is None], 2),
        "coverage_same_body": _coverage(clips, 0, [SAME_BODY + name for name in MOMENTS if name != "l5s1_moment_nm"]),
        "by_yaw": _by_yaw(clips),
        "gross": _gross(clips),
        "by_exercise": _by_exercise(clips),
        "withheld": _withheld(results),
        "time": _time(results),
    }
    path.write_text(page_template(Path(__file__).parent).render(**pieces), encoding="utf-8")


def _aims(results: Results) -> str:
    """The first table's rows."""
    engine = max(np.abs(o - t).max() / np.abs(t).max() for name in motions.MOTIONS
                 for t, o in references.movement(name).values())  # fmt: skip
    still = max(abs(row.same_inertia[joint] / row.theirs[joint] - 1) for model in references.MODELS
                for row in references.postures(model) for joint in ("hip", "lumbar"))  # fmt: skip
    inside = [one for name in ("hip_moment_nm", "l5s1_moment_nm", "l5s1_compression_n")
              if (one := figure(results.known, name, "bottom")) is not None]  # fmt: skip
    held = [case.holds for case in worked_cases.cases()]
    share = results.seconds[0] / results.seconds[1]
    rows = [
        ("worked and published cases", "all", f"{sum(held)} of {len(held)}", all(held)),
        ("moments of moving bodies as a rigid-body engine's", "≤ 1 %", f"{_percent(engine, 2)}", engine <= 0.01),
        ("hip and lumbar moments of still postures as OpenSim's, same masses", "≤ 1 %", _percent(still, 1),
         still <= 0.01),
        ("truth within the bounds at the bottom: hip, L5/S1, compression", "85–95 %",
         ", ".join(f"{one.inside:.0%}" for one in inside), all(0.85 <= one.inside <= 0.95 for one in inside)),
        ("time, of the pose model's", "≤ 5 %", _percent(share, 1), share <= 0.05),
    ]  # fmt: skip
    return "\n".join(f"| {a} | {b} | {c} | {'met' if met else 'not met'} |" for a, b, c, met in rows)


def _cases(every: Sequence[worked_cases.Case]) -> str:
    return table(
        ("Case", "kind", "expected", "found", "tolerance"),
        (
            (one.name, one.kind, f"{one.expected:g} {one.unit}", f"{one.found:.5g}" + ("" if one.holds else " **no**"),
             f"±{one.tolerance:.3g}")
            for one in every
        ),
    )  # fmt: skip


def _engine() -> str:
    rows, own = [], load_slice("kinetics", KineticsSettings)
    for name, motion in motions.MOTIONS.items():
        exact = references.movement(name)
        cutoff_hz = own.cutoff_swing_hz if name == "swing" else own.cutoff_slow_hz
        frames = references.sampled_movement(name, rate_hz=30, cutoff_hz=cutoff_hz)
        cells = [f"{np.abs(theirs).max():.0f} N·m: {_percent(np.abs(ours - theirs).max() / np.abs(theirs).max(), 3)}"
                 for theirs, ours in exact.values()]  # fmt: skip
        rows.append((f"{name}, {motion.load_kg:g} kg", *cells, _percent(max(frames.values()), 2)))
    return table(("Movement", "ankle", "knee", "hip", "L5/S1", "frames, worst joint"), rows)


def _statics() -> str:
    rows = []
    for model, word in references.MODELS.items():
        postures = references.postures(model)
        for joint, name in JOINTS.items():
            theirs = np.array([row.theirs[joint] for row in postures])
            same, own = (np.array([getattr(row, which)[joint] for row in postures]) - theirs
                         for which in ("same_inertia", "own_body"))  # fmt: skip
            size = np.sqrt(np.mean(theirs**2))
            deep = np.abs(theirs) > 100
            share = own[deep] / theirs[deep]
            rows.append((
                word, name, f"{theirs.min():.0f} … {theirs.max():.0f}", f"{np.abs(same).max():.1f}",
                _percent(float(np.sqrt(np.mean(same**2)) / size), 2), f"{own.mean():+.0f}",
                f"{share.mean():+.0%} ({share.min():+.0%} … {share.max():+.0%})" if deep.any() else "–",
            ))  # fmt: skip
    return table(
        ("Model", "joint", "its moments, N·m", "same masses: worst, N·m", "RMS", "our body: mean, N·m",
         "our body where > 100 N·m"),
        rows,
    )  # fmt: skip


def _arms() -> str:
    rows = []
    for model, word in references.MODELS.items():
        for name, grid in muscles.arms(model).items():
            values = "; ".join(
                f"{ours:.0f} / {theirs:.0f}" for ours, theirs in (muscles.at(grid, hip, 15) for hip in (0, 30, 60, 90))
            )
            rows.append(
                (word, name.replace("_", " "), f"{_rms(grid.off):.1f}", f"{np.abs(grid.off).max():.1f}", values)
            )
    return table(("Model", "muscle", "RMS, mm", "worst, mm", "ours / its at hip 0, 30, 60, 90°, mm"), rows)


def _lengths() -> str:
    rows = []
    for model, word in references.MODELS.items():
        for head in muscles.HEADS:
            ours = [muscles.lengths(model, by)[head] for by in muscles.OURS]
            deep = [muscles.at(grid, *muscles.HINGE) for grid in ours]
            cells = [f"{_rms(grid.off):.1f}" for grid in ours]
            rows.append(
                (word, head.replace("_", " "), *cells, f"{deep[0][0]:.1f} and {deep[1][0]:.1f}", f"{deep[0][1]:.1f}")
            )
    return table(
        ("Model", "head", "RMS of the fitted line, %", "RMS of Hawkins and Hull's line, %", "deep hinge: both lines",
         "its"),
        rows,
    )  # fmt: skip


def _worst_length() -> float:
    return max(float(np.abs(grid.off).max()) for grid in muscles.lengths("rajagopal", "rajagopal").values())


def _extensors() -> dict[str, str]:
    arm, _ = references.extensor_arm()
    return {"extensor_mm": f"{1000 * arm:.0f}", "extensor_more": f"{100 * (0.06 / arm - 1):.0f}"}


def _typical(every: Sequence[typical.Case]) -> str:
    rows = [(one.name, f"{one.load_kg:g}", *(_bounds(one.ours[name]) for name in typical.QUANTITIES)) for one in every]
    return table(("Posture", "kg", "hip", "knee", "L5/S1", "compression", "shear"), rows)


def _published(every: Sequence[typical.Case]) -> str:
    swing = next(one for one in every if "swing" in one.name)
    lift = typical.heavy()
    detailed = typical.powerlifter()
    rows = [
        ("kettlebell swing with 16 kg, greatest compression (McGill and Marshall 2012)", "about 3.2 kN",
         f"{_kilo(swing.ours['l5s1_compression_n'])} kN"),
        ("… shear", "at most 0.46 kN", f"{_kilo(swing.ours['l5s1_shear_n'])} kN"),
        ("57 powerlifters, their heaviest lifts: most at L4/L5, hip, compression (Cholewicki and others 1991)",
         "988 N·m, 1047 N·m, 17.2 kN",
         f"a lifter of 100 kg and 1.80 m with 250 kg: {_three(lift)}"),
        ("68 kg by a lifter of 98.8 kg, a detailed model (2023, one lifter)", "684 N·m, 17.2 kN",
         _three(detailed)),
    ]  # fmt: skip
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _three(case: typical.Case) -> str:
    moments = (_bounds(case.ours[name]) for name in ("l5s1_moment_nm", "hip_moment_nm"))
    return f"{', '.join(moments)} N·m, {_kilo(case.ours['l5s1_compression_n'])} kN"


def _rivals(every: Sequence[typical.Case]) -> str:
    rows = [
        (
            one.name,
            f"{one.load_kg:g}",
            _bounds(one.ours["l5s1_compression_n"]),
            *(f"{one.rivals[name]:.0f}" for name in ("utah", "polynomial", "lever")),
        )
        for one in every
    ]
    return table(("Posture", "kg", "ours", "Utah", "polynomial", "5 cm"), rows)


def _coverage(clips: Sequence[Clip], decimals: int, quantities: Sequence[str] = QUANTITIES) -> str:
    rows = []
    for quantity in quantities:
        bottom, most = (figure(clips, quantity, where) for where in ("bottom", "most"))
        if bottom is not None and most is not None:
            rows.append(_coverage_row(quantity, bottom, most, decimals))
    return table(
        ("Quantity", "repetitions", "inside: bottom", "greatest", "along", "bias", "RMSE", "of (RMS of the truth)",
         "width"),
        rows,
    )  # fmt: skip


def _coverage_row(quantity: str, bottom: Figure, most: Figure, decimals: int) -> tuple[str, ...]:
    name = WORDS[quantity.removeprefix(SAME_BODY)]
    inside = (f"{share:.0%}" for share in (bottom.inside, most.inside, bottom.along))
    off = (f"{bottom.bias:+.{decimals}f}", f"{bottom.rmse:.{decimals}f}", f"{bottom.scale:.{decimals}f}")
    return (name, str(bottom.count), *inside, *off, f"{bottom.width:.0%}")


def _by_yaw(clips: Sequence[Clip]) -> str:
    told = []
    for word, part in _parts(clips).items():
        one = figure(part, "l5s1_moment_nm", "bottom")
        if one is not None:
            told.append(
                f"{word} ({len(part)} clips) the L5/S1 moment lies within its bounds in {one.inside:.0%} of "
                f"repetitions, RMSE {one.rmse:.0f} N·m"
            )
    return "; ".join(told)


def _by_exercise(clips: Sequence[Clip]) -> str:
    """Figures of the L5/S1 and the hip moment at the bottom, by exercise and by sex."""
    parts = {name: [clip for clip in clips if clip.exercise == name] for name in sorted({c.exercise for c in clips})}
    parts |= {word: [clip for clip in clips if clip.sex == sex] for sex, word in (("f", "women"), ("m", "men"))}
    rows = []
    for name, part in parts.items():
        told = [figure(part, quantity, "bottom") for quantity in ("hip_moment_nm", "l5s1_moment_nm")]
        cells = [
            cell
            for one in told
            if one is not None
            for cell in (f"{one.inside:.0%}", f"{one.bias:+.0f}", f"{one.rmse:.0f} of {one.scale:.0f}")
        ]
        rows.append((name.replace("_", " "), str(len(part)), *cells))
    return table(
        ("", "clips", "hip: inside", "bias", "RMSE, N·m", "L5/S1: inside", "bias", "RMSE, N·m"),
        rows,
    )  # fmt: skip


def _gross(clips: Sequence[Clip]) -> str:
    """How many repetitions are far off, and how far the worst."""
    some = [one for clip in clips for one in clip.values if (one.quantity, one.where) == ("hip_moment_nm", "bottom")]
    if not some:
        return ""
    far = [one for one in some if abs(one.best - one.true) > GROSS * abs(one.true)]
    worst = max(some, key=lambda one: abs(one.best - one.true))
    return (
        f"{len(far)} of {len(some)} hip moments at the bottom are off by more than {GROSS:.0%}; the worst, in "
        f"`{worst.clip}`, is {worst.best:.0f} N·m where {worst.true:.0f} were held"
    )


def _parts(clips: Sequence[Clip]) -> Mapping[str, list[Clip]]:
    yaw = {clip.name: max((one.yaw_deg for one in clip.values), default=np.nan) for clip in clips}
    return {
        "at most 20° from the side": [clip for clip in clips if yaw[clip.name] <= SIDE_ON_DEG],
        "farther round": [clip for clip in clips if yaw[clip.name] > SIDE_ON_DEG],
    }


def _withheld(results: Results) -> str:
    """Which clips got no figures, and why."""
    told = []
    for word, found in (("With everything given", results.known), ("With nothing given", results.unknown)):
        why: dict[str, int] = {}
        for clip in found:
            if clip.withheld is not None:
                why[clip.withheld] = why.get(clip.withheld, 0) + 1
        reasons = ", ".join(f"`{key}` {count}" for key, count in sorted(why.items(), key=lambda one: -one[1]))
        told.append(f"{word}, {sum(why.values())} of {len(found)} clips were withheld{': ' + reasons if why else ''}.")
    return " ".join(told)


def _time(results: Results) -> str:
    ours, pose = results.seconds
    return (
        f"Moments and muscles took {ours:.2f} s a clip where the pose model took {pose:.1f} s in the same analysis "
        f"(two busy cores): {100 * ours / pose:.1f} %. `python benchmarks/bench_loads.py CLIP` says it of your clips."
    )


def _bounds(one: Iterable[float]) -> str:
    low, best, high = one
    return f"{best:.0f} ({low:.0f} … {high:.0f})"


def _kilo(one: Iterable[float]) -> str:
    low, best, high = (value / 1000 for value in one)
    return f"{best:.1f} ({low:.1f} … {high:.1f})"


def _percent(share: float, decimals: int) -> str:
    return f"{100 * share:.{decimals}f} %"


def _rms(values: Any) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
