"""The report on itself: what was seen, from where, how well, and what had to be inferred."""

from typing import Final

import numpy as np

from hiphinge.messages import localised, message
from hiphinge.records import AnalysisRecord, ExerciseGuess
from hiphinge.report import figures
from hiphinge.result import Analysis
from hiphinge.words import Words, exercise_name

_NEAR_JOINTS: Final = ("shoulder", "hip", "knee", "ankle", "ear")


def _exercise(record: AnalysisRecord, text: Words) -> str:
    """What was done, what tells it, and what else it may be; of every set where there are several."""
    sets = record.sets if len({one.exercise.name for one in record.sets}) > 1 else ()
    said = [_guess(record.exercise, text)] if not sets else []
    for one in sets:
        reps = text.method["set_reps"].format(first=one.reps[0], last=one.reps[-1])
        said.append(f"{reps} {_guess(one.exercise, text)}")
    return " ".join(said)


def _guess(exercise: ExerciseGuess, text: Words) -> str:
    m = text.method
    if exercise.given:
        return m["exercise_given"].format(name=exercise_name(exercise.name))
    share = round(100 * exercise.confidence)
    said = [m["exercise_guess"].format(name=exercise_name(exercise.name), share=share)]
    said += [message(key) for key in exercise.evidence]
    if exercise.alternatives:
        others = ", ".join(
            m["exercise_share"].format(name=exercise_name(one.name), share=round(100 * one.confidence))
            for one in exercise.alternatives
        )
        said.append(m["exercise_perhaps"].format(others=others))
    return " ".join(said)


def method(analysis: Analysis, text: Words) -> list[tuple[str, str]]:
    """Tell in plain words what was seen, from where, how well, and what had to be inferred."""
    record = analysis.record
    view, recording, m = record.view, record.recording, text.method
    camera = [
        m[f"plane_{view.plane}"].format(yaw=f"{view.yaw_deg:.0f}", error=f"{view.yaw_error_deg:.0f}"),
        m[f"facing_{view.facing}"].format(side=m[view.near_side]),
        *([m["moves"]] if view.camera_moves else []),
    ]
    coverage = [m["coverage_text"].format(share=round(100 * record.quality.pose_coverage))]
    if record.quality.people_seen > 1:
        coverage.append(m["people_text"].format(n=record.quality.people_seen))
    clip = [
        m["clip_text"].format(
            width=recording.width,
            height=recording.height,
            fps=localised(f"{recording.fps:.4g}"),
            duration=localised(f"{recording.duration_s:.1f}"),
        ),
        *([m["variable"]] if recording.variable_rate else []),
    ]
    made = m["made_text"].format(version=record.provenance.version, model=record.provenance.model)
    own = record.provenance.coach_sha256
    coach = () if own is None else (m["coach"].format(sha=own[:12]),)
    prints = m["settings"].format(sha=record.provenance.settings_sha256[:12], clip_sha=recording.sha256[:12])
    return [
        (m["exercise"], _exercise(record, text)),
        (m["camera"], " ".join(camera)),
        (m["coverage"], " ".join(coverage)),
        (m["filled"], _filled(analysis, text)),
        (m["errors"], f"{_errors(analysis, text)} {m['planar']}"),
        (m["clip"], " ".join(clip)),
        (m["made"], " ".join((made, prints, *coach))),
    ]


def _filled(analysis: Analysis, text: Words) -> str:
    """Shares of the set's time in which joints of the near side were inferred."""
    within = figures.within_reps(analysis.track["time"].to_numpy(), analysis.record.reps)
    side = analysis.record.view.near_side
    shares = {
        joint: float(analysis.track["filled"].sel(keypoint=f"{side}_{joint}").to_numpy()[within].mean())
        for joint in _NEAR_JOINTS
    }
    parts = [
        text.method["filled_joint"].format(joint=text.joints[joint], share=round(100 * share))
        for joint, share in shares.items()
        if round(100 * share)
    ]
    return text.method["filled_text"].format(joints=", ".join(parts)) if parts else text.method["filled_none"]


def _errors(analysis: Analysis, text: Words) -> str:
    within = figures.within_reps(analysis.kinematics["time"].to_numpy(), analysis.record.reps)
    parts = []
    for name in figures.TRACED:
        key = f"{name}_error_deg"
        errors = analysis.kinematics[key].to_numpy()[within] if key in analysis.kinematics else np.empty(0)
        errors = errors[np.isfinite(errors)]
        if errors.size:
            parts.append(f"{text.angles_short[name]} {text.quantity(float(np.median(errors)), 'deg')}")
    return text.method["errors_text"].format(errors=", ".join(parts))
