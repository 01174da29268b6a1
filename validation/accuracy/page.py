"""Write the page: figures into tables, tables and plots into page.md.jinja."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hiphinge import __version__
from hiphinge.analysis.request import AUTO, QUICK
from validation.accuracy import plots, spine_plots, spine_tables, tables
from validation.accuracy.assess import fingerprint
from validation.accuracy.compare import ANGLES, Compared
from validation.accuracy.fault_figures import false_alarms, fault_figures, verdicts
from validation.accuracy.figures import (
    all_angles,
    by_plates,
    clothes,
    confusion,
    counting,
    named_right,
    occlusion,
    side_on,
    view_errors,
)
from validation.accuracy.photos import told
from validation.accuracy.real import Labelled, RealFigures, real_figures
from validation.accuracy.results import Results
from validation.accuracy.spine_real import clip_rows, labelled_backs, shares
from validation.accuracy.statistics import bias, bootstrap, coverage, rmse
from validation.accuracy.swings import in_clips, leg_right
from validation.accuracy.tables import number, percent
from validation.pages import page_template

IMAGES = "../images"
VERDICTS = ("present", "borderline", "absent", "not_assessable", "not judged")


def write_page(results: Results, path: Path) -> None:
    """Write the page and its pictures."""
    images = path.parent.parent / "images"
    for folder in (path.parent, images):
        folder.mkdir(parents=True, exist_ok=True)
    said = {name: fault_figures(rows) for name, rows in verdicts(results.faults).items()}
    real_traits = [clip.traits for clip in results.real if clip.traits]
    plots.bottom_by_yaw(results.clips, images / "accuracy-bottom.png")
    plots.calibration(side_on(results.clips), images / "accuracy-calibration.svg")
    plots.faults(said, images / "accuracy-faults.svg")
    plots.traces(side_on(results.clips), images / "accuracy-traces.png")
    spine_plots.against_truth(side_on(results.spine), images / "accuracy-spine.png")
    spine_plots.trace(side_on(results.spine), images / "accuracy-spine-trace.png")
    if real_traits:
        plots.realism(results.traits, real_traits, images / "accuracy-realism.svg")
    pieces = _pieces(results) | _spine(results) | _rough(results)
    pieces |= {"faults": tables.faults(_done_here(said, results.faults)), "realism": bool(real_traits)}
    free, plated = by_plates(results.faults)
    pieces |= {"plates": tables.behind_plates(free, plated), "plated_count": len(plated), "free_count": len(free)}
    path.write_text(page_template(Path(__file__).parent).render(**pieces), encoding="utf-8")


def write_development(results: Results, path: Path) -> str:
    """Write the few figures that development looks at; returns them."""
    clips = results.clips
    lines = [f"# {results.chosen.split}: {len(clips)} clips, for development only\n"]
    for word, part in (("all", clips), ("at most 20° of yaw", side_on(clips))):
        figures = all_angles(part)
        lines += [f"## {word}, {len(part)} clips\n", tables.agreement(figures), "", tables.at_bottom(figures), ""]
        lines += [tables.calibrated(figures), "", tables.repetitions({word: counting(part)}), ""]
    lines += [tables.metrics(side_on(clips)), "", tables.landmarks(results.offsets), ""]
    lines += [tables.by_kind(clips), "", tables.confused(confusion(clips)), ""]
    lines += [tables.faults({name: fault_figures(rows) for name, rows in verdicts(results.faults).items()}), ""]
    lines += [_clip_table(clips), "", spine_tables.development(results.spine), ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    return "\n".join(lines)


def _pieces(results: Results) -> dict[str, Any]:
    clips, side = results.clips, side_on(results.clips)
    everything, sideways = all_angles(clips), all_angles(side)
    yaw, facing = view_errors(clips)
    real_report = [clip for clip in results.real if not clip.tuned]
    seconds = [one.assessed for one in clips]
    frames = sum(round(clip.truth["fps"] * clip.pairs[-1].end_s) for clip in clips)
    return {
        "count": len(clips),
        "planned": results.chosen.count,
        "side_count": len(side),
        "split": results.chosen.split,
        "seed": results.chosen.seed,
        "coach": _coach(clips, side),
        "aims": tables.aims(sideways, counting(side)),
        "agreement_side": tables.agreement(sideways),
        "agreement_all": tables.agreement(everything),
        "bottom_side": tables.at_bottom(sideways),
        "bottom_all": tables.at_bottom(everything),
        "calibrated_side": tables.calibrated(sideways),
        "calibrated_all": tables.calibrated(everything),
        "metrics": tables.metrics(side),
        "by_kind": tables.by_kind(clips),
        "by_kind_along": tables.by_kind_along(clips),
        "repetitions": tables.repetitions({"at most 20° of yaw": counting(side), "all": counting(clips)}),
        "confusion": tables.confused(confusion(clips)),
        "alarms": percent(false_alarms(clips)),
        "fault_count": len(results.faults),
        "fault_planned": sum(results.sets[recipe].count for recipe in ("faults", "rare")),
        "fault_extra": len(results.faults) - len(results.spine),
        "fault_alarms": percent(false_alarms(results.faults)),
        "yaw_rmse": number(bootstrap(yaw, lambda e: rmse(e[:, 0]))),
        "yaw_bias": number(bootstrap(yaw, lambda e: bias(e[:, 0]))),
        "yaw_held": percent(bootstrap(yaw, lambda e: coverage(e[:, 0], e[:, 1]))),
        "facing": percent(bootstrap(facing, bias)),
        "landmarks": tables.landmarks(results.offsets),
        "again": len(results.again),
        "lost": [clip.name for clip in clips if clip.followed < 1],
        "repeatable": tables.repeatable(results.again, real_figures(real_report).two_cameras if real_report else {}),
        "models": _models(results),
        "models_told": _models_told(results),
        "swings": _swings(results),
        "swings_clips": bool(results.real),
        "leg": percent(leg := leg_right(results.faults)),
        "leg_reps": leg.values,
        "leg_clips": leg.groups,
        "compared": min(map(len, results.models.values()), default=0),
        "closer": sum(_looked_closer(clip) for clip in results.clips),
        "real": _real(results.real),
        "real_faults": _real_faults(results.real),
        "real_count": len(results.real),
        "realism_table": _realism(results),
        "cases": [case for case in results.cases if case.holds],
        "failed_cases": [case for case in results.cases if not case.holds],
        "case_table": tables.table(
            ("Case", "expected", "found", "holds"),
            ((one.name, f"{one.expected:g}{one.unit}", f"{one.found:.3f}{one.unit}", "yes" if one.holds else "**no**")
             for one in results.cases),
        ),
        "pose_ms": 1000 * sum(one.pose_s for one in seconds) / max(frames, 1),
        "pose_s": float(np.mean([one.pose_s for one in seconds])),
        "assess_s": float(np.mean([one.assess_s for one in seconds])),
        "images": IMAGES,
        "version": __version__,
        "fingerprint": fingerprint(),
    }  # fmt: skip


def _spine(results: Results) -> dict[str, Any]:
    """What the section on the spine says."""
    clips, side = results.spine, side_on(results.spine)
    said = labelled_backs(results.real)
    return {
        "spine_count": len(clips),
        "spine_side": len(side),
        "spine_aims": spine_tables.aims(side, said),
        "spine_agreement_side": spine_tables.agreement(side),
        "spine_agreement_far": spine_tables.agreement([clip for clip in clips if clip.yaw_deg > 20]),
        "spine_kinds": spine_tables.by_kind(clips),
        "spine_smallest": spine_tables.smallest(
            {"at most 20° of yaw": side} | {f"{shirt}": [c for c in side if spine_tables.shirt(c) == shirt]
                                            for shirt in ("tight or ordinary shirt", "loose shirt or hoodie")}
        ),
        "spine_verdicts": spine_tables.verdicts(side),
        "spine_clean": spine_tables.clean(side),
        "spine_gaps": spine_tables.gaps(side),
        "spine_repeatable": spine_tables.repeatable(results.spine_again),
        "spine_again": len(results.spine_again),
        "spine_real": shares({
            "only reported": [one for one in said if not one.tuned],
            "settings were chosen on these": [one for one in said if one.tuned],
            "all": said,
            "all from the side": [one for one in said if one.view == "sagittal"],
        }) if said else "",
        "spine_real_clips": clip_rows(said) if said else "",
        "spine_photos": told(results.photos) if results.photos else "",
    }  # fmt: skip


def _rough(results: Results) -> dict[str, Any]:
    """Clips that are hard to film."""
    clips = results.rough
    return {
        "rough_count": len(clips),
        "rough_bottom": tables.at_bottom(all_angles(clips)) if clips else "",
        "rough_reps": tables.repetitions({"hard to film": counting(clips)}) if clips else "",
        "rough_faults": tables.faults(
            _done_here({name: fault_figures(rows) for name, rows in verdicts(clips).items()}, clips)
        ),
    }


def _coach(clips: Sequence[Compared], side: Sequence[Compared]) -> str:
    """What a coach wants to know first."""
    rows: list[tuple[str, ...]] = []
    parts = (
        ("side view, tight or ordinary clothes, legs in sight",
         [c for c in side if clothes(c) != "loose" and occlusion(c).startswith("nothing")]),
        ("side view (camera at most 20° round)", list(side)),
        ("from an angle (20 to 45°)", [c for c in clips if c.yaw_deg > 20]),
        ("all of them in which the right person was followed", [c for c in clips if c.followed == 1]),
    )  # fmt: skip
    for word, part in parts:
        figures = all_angles(part)
        angles = [f"±{number(figures[name].bottom_within, unit='°')}" for name in ANGLES]
        counted = counting(part)
        rows.append((word, str(len(part)), *angles, percent(counted.exact), number(counted.within_s, decimals=2)))
    return tables.table(
        ("Filmed", "clips", "hip", "knee", "trunk", "shank", "head", "repetitions all right", "bottom within, s"), rows
    )


def _done_here(said: dict[str, Any], clips: Sequence[Compared]) -> dict[str, Any]:
    """Faults that were done in some clip or judged in any."""
    done = {fault for clip in clips for pair in clip.pairs for fault in pair.faults}
    return {name: one for name, one in said.items() if name in done or one.judged.value > 0}


def _looked_closer(clip: Compared) -> bool:
    """Whether another pose model than the first one read the clip."""
    record = clip.assessed.record
    return record is not None and record.provenance.model != QUICK


def _models(results: Results) -> str:
    """The default and each pose model alone on the same clips: throughout from the side, and at the deepest point."""
    if not results.models:
        return ""
    alone = min(map(len, results.models.values()))
    models = {f"{AUTO}, the default": results.clips[:alone], **results.models}
    throughout = [("at most 20° of yaw, throughout", word, side_on(clips), "rmse") for word, clips in models.items()]
    deepest = [("all, at the deepest point", word, clips, "bottom_rmse") for word, clips in models.items()]
    rows = []
    for place, word, part, figure in (*throughout, *deepest):
        figures = all_angles(part)
        cells = [number(getattr(figures[name], figure)) for name in ANGLES]
        rows.append((word, place, len(part), *cells, percent(counting(part).exact)))
    return tables.table(
        ("Model", "RMSE of", "clips", "hip, °", "knee, °", "trunk, °", "shank, °", "head, °", "all repetitions right"),
        rows,
    )


def _models_told(results: Results) -> str:
    """What the default and each pose model alone say of the same clips beside angles."""
    if not results.models:
        return ""
    alone = min(map(len, results.models.values()))
    rows = []
    for word, clips in ({f"{AUTO}, the default": results.clips[:alone]} | results.models).items():
        side = side_on(clips)
        figures, said = all_angles(side), [one for rows in verdicts(clips).values() for one in rows]
        told = fault_figures(said)
        rows.append((
            word, len(clips), percent(figures["hip_flexion"].coverage), percent(figures["knee_flexion"].coverage),
            number(counting(side).within_s, decimals=3), percent(named_right(clips)), percent(told.judged),
            percent(told.sensitivity), told.sensitivity.values, percent(told.specificity), told.specificity.values,
        ))  # fmt: skip
    return tables.table(
        ("Model", "clips", "hip in its 90 %", "knee in its 90 %", "bottom, nine in ten, s", "exercise named right",
         "faults: judged", "there: called present", "n", "not there: not called present", "n"),
        rows,
    )  # fmt: skip


def _swings(results: Results) -> str:
    """Swings counted, recording by recording."""
    rows = [
        (f"`{one.name}`", one.kind, f"{one.low}–{one.high}" if one.low < one.high else str(one.low), one.counted,
         "yes" if one.right else "**no**", one.named.replace("_", " "))
        for one in (*results.swings, *in_clips(results.real))
    ]  # fmt: skip
    return tables.table(("Recording", "", "by eye", "counted whole", "right", "taken for"), rows) if rows else ""


def _real(clips: list[Labelled]) -> str:
    """The labelled clips, those that settings were chosen on apart from the others."""
    if not clips:
        return ""
    parts = {
        "only reported": real_figures([clip for clip in clips if not clip.tuned]),
        "settings were chosen on these": real_figures([clip for clip in clips if clip.tuned]),
    }
    text = tables.table(
        ("Clips", "n", "count within the label", "bottom: median, s", "nine in ten within, s", "family right",
         "family right, side view"),
        (
            (word, one.clips, percent(one.counted), number(one.median_s, decimals=3), number(one.within_s, decimals=3),
             percent(one.family), percent(one.side_family))
            for word, one in parts.items()
        ),
    )  # fmt: skip
    return "\n\n".join([text, *(_real_notes(word, one) for word, one in parts.items())])


def _real_notes(word: str, one: RealFigures) -> str:
    off = "; ".join(one.off) or "none"
    wrong = [
        f"{label} taken for {said} ({n})"
        for (label, said), n in sorted(one.taken_for.items())
        if said not in label.split("|")
    ]
    return f"*{word}*: counts off the label: {off}. Families: {'; '.join(wrong) or 'all right'}."


def _real_faults(clips: list[Labelled]) -> str:
    """What was said of the repetitions whose clip is labelled with a fault, or without it."""
    rows = []
    for word, part in (
        ("only reported", [clip for clip in clips if not clip.tuned]),
        ("tuned on", [clip for clip in clips if clip.tuned]),
    ):
        for fault, said in real_figures(part).faults.items():
            for label in ("present", "absent"):
                verdicts_of = [said[f"{label} → {verdict}"] for verdict in VERDICTS]
                if sum(verdicts_of):
                    rows.append((fault.replace("_", " "), label, word, *verdicts_of))
    return tables.table(("Fault", "labelled", "clips", *(word.replace("_", " ") for word in VERDICTS)), rows)


def _realism(results: Results) -> str:
    """Medians of what raw tracks look like, simulated and real."""
    real = [clip.traits for clip in results.real if clip.traits]
    if not real:
        return ""
    rows = []
    for trait, word, decimals in (
        ("confidence", "median confidence", 3), ("hidden", "far side under 0.5, share of frames", 2),
        ("scatter", "scatter of length, %", 1), ("jitter", "jitter, % of trunk length", 2),
        ("blurred", "mask: width of the edge, its own pixels", 2), ("torn", "mask: rays without an edge, %", 1),
        ("ragged", "mask: jitter of the edge, % of trunk length", 2),
    ):  # fmt: skip
        for name in dict.fromkeys(name for one in (*results.traits, *real) for name in getattr(one, trait)):
            cells = [
                number(
                    bootstrap(
                        [np.array([v]) for one in tracks if np.isfinite(v := getattr(one, trait).get(name, np.nan))],
                        lambda values: float(np.median(values)),
                    ),
                    decimals=decimals,
                )
                for tracks in (results.traits, real)
            ]
            rows.append((f"{word}: {name}", *cells))
    return tables.table(("Raw track", f"simulated, {len(results.traits)} clips", f"real, {len(real)} clips"), rows)


def _clip_table(clips: Sequence[Compared]) -> str:
    """A line a clip: bias of every angle, for finding what is wrong."""
    rows = []
    for clip in clips:
        record = clip.assessed.record
        cells = [
            f"{bias(one.error):+.1f} / {bias(deep.error):+.1f}" if one.error.size and deep.error.size else "–"
            for one, deep in ((clip.along[name].seen(), clip.bottom[name].seen()) for name in ANGLES if clip.along)
        ] or ["–"] * len(ANGLES)
        view = f"{record.view.yaw_deg:.0f}±{record.view.yaw_error_deg:.0f}" if record else "refused"
        found = f"{sum(p.found is not None for p in clip.pairs)}/{len(clip.pairs)} +{clip.extra_reps}"
        name = record.exercise.name if record else "–"
        rows.append((clip.name, f"{clip.yaw_deg:.0f}", view, clothes(clip), occlusion(clip), name, found, *cells))
    return tables.table(
        (
            "Clip",
            "yaw",
            "seen",
            "clothes",
            "before the legs",
            "named",
            "reps",
            *(f"{tables.NAMES[n]}: bias, bottom" for n in ANGLES),
        ),
        rows,
    )
