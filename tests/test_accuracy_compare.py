import json

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from validation.accuracy.assess import Assessed
from validation.accuracy.compare import ANGLES, compare
from validation.accuracy.fault_figures import fault_figures, verdicts
from validation.accuracy.figures import angle_figures, counting, exact_counts

from hiphinge.records import AnalysisRecord, ExerciseGuess, Finding, Provenance, Quality, RecordingInfo, Rep, Summary
from lifters import SIDE

FPS, BOTTOMS_S = 30.0, (2.0, 5.0)
TIME_S = np.arange(0, 7, 1 / FPS)
DEPTH = sum(np.exp(-(((TIME_S - bottom) / 0.5) ** 2)) for bottom in BOTTOMS_S)
TRUE_DEG = {
    "hip_flexion": 4 + 80 * DEPTH,
    "knee_flexion": 5 + 15 * DEPTH,
    "trunk_inclination": 3 + 65 * DEPTH,
    "shank_inclination": 4 - 6 * DEPTH,
    "head_angle": -10 * DEPTH,
    "lumbar_flexion": 8 * DEPTH,
    "thoracic_flexion": 2 * DEPTH,
    "pelvic_tilt": 50 * DEPTH,
}


def rep(index, bottom_s, findings=()):
    return Rep(
        index=index,
        start_s=bottom_s - 1,
        bottom_s=bottom_s,
        end_s=bottom_s + 1,
        complete=True,
        side="both",
        phases=(),
        findings=findings,
    )


def record(reps):
    recording = RecordingInfo(
        path="clip.mp4",
        sha256="",
        width=480,
        height=640,
        frames=210,
        fps=FPS,
        duration_s=7.0,
        variable_rate=False,
        rotation_deg=0,
    )
    return AnalysisRecord(
        recording=recording,
        view=SIDE,
        exercise=ExerciseGuess(name="hinge", confidence=0.9, given=False),
        reps=tuple(reps),
        summary=Summary(reps=len(reps), verdict="", went_well=(), findings=(), next_step=None),
        quality=Quality(pose_coverage=1.0, people_seen=1, warnings=()),
        provenance=Provenance(version="0", model="full", weights_sha256={}, settings_sha256="", seconds={}),
    )


@pytest.fixture
def clip(tmp_path):
    """A clip of two repetitions, the second squatted; returns how to compare measurements with it."""
    truth = {
        "exercise": "hinge",
        "facing": "right",
        "fps": FPS,
        "reps": [
            {"start_s": b - 1, "bottom_s": b, "end_s": b + 1, "faults": faults}
            for b, faults in zip(BOTTOMS_S, ({}, {"squatting": 0.9}), strict=True)
        ],
        "spec": {"camera": {"yaw_deg": -12.0}},
    }
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    columns = {f"{name}_deg": values for name, values in TRUE_DEG.items()}
    pq.write_table(pa.table({"time_s": TIME_S, "hip_travel_back": 0.1 * DEPTH, **columns}), tmp_path / "truth.parquet")

    def compared(*, offset_deg=0.0, stated_deg=1.0, reps=()):
        series = {"time": TIME_S}
        for name in ANGLES:
            series |= {f"{name}_deg": TRUE_DEG[name] + offset_deg}
            series |= {f"{name}_error_deg": np.full(TIME_S.size, stated_deg)}
        standing = {f"standing_{name}_deg": float(TRUE_DEG[name][0]) + offset_deg for name in ANGLES}
        found = record(reps or [rep(1, BOTTOMS_S[0]), rep(2, BOTTOMS_S[1])])
        return compare(tmp_path, Assessed(found, "", series, standing, 1.0, 1.0), tmp_path / "none.npz")

    return compared


def test_an_offset_is_bias_of_the_angle_and_none_of_its_change(clip):
    figures = angle_figures([clip(offset_deg=-6.0)], "trunk_inclination")
    assert figures.bias.value == pytest.approx(-6.0)
    assert figures.bottom_bias.value == pytest.approx(-6.0)
    assert abs(figures.bottom_change_bias.value) < 0.5
    assert figures.correlation.value == pytest.approx(1.0)


def test_a_stated_error_that_is_too_small_is_found_out(clip):
    assert angle_figures([clip(offset_deg=3.0, stated_deg=1.0)], "hip_flexion").coverage.value == 0.0
    assert angle_figures([clip(offset_deg=3.0, stated_deg=2.0)], "hip_flexion").coverage.value == 1.0


def test_only_moments_inside_repetitions_count(clip):
    times = clip().along["hip_flexion"].true
    assert times.max() > 80
    assert times.size <= 120
    assert np.mean(times < 10) < 0.5


def test_a_repetition_that_is_missed_and_one_made_up_are_both_told(clip):
    odd = clip(reps=[rep(1, BOTTOMS_S[0] + 0.1), rep(2, 3.6)])
    found = counting([odd])
    assert (found.missed, found.invented, found.exact.value) == (1, 1, 0.0)
    assert found.median_s.value == pytest.approx(0.1, abs=0.02)
    assert exact_counts([clip()]).value == 1.0


def test_yaw_counts_without_its_sign(clip):
    assert clip().yaw_deg == 12.0


def said(*verdicts_of):
    return [
        rep(k + 1, bottom, (Finding(fault="squatting", verdict=verdict),))
        for k, (bottom, verdict) in enumerate(zip(BOTTOMS_S, verdicts_of, strict=True))
    ]


def test_sensitivity_and_specificity_are_read_from_the_repetitions_that_have_the_fault_and_those_without(clip):
    right = fault_figures(verdicts([clip(reps=said("absent", "present"))])["squatting"])
    assert (right.sensitivity.value, right.specificity.value, right.judged.value) == (1.0, 1.0, 1.0)
    wrong = fault_figures(verdicts([clip(reps=said("present", "absent"))])["squatting"])
    assert (wrong.sensitivity.value, wrong.specificity.value) == (0.0, 0.0)


def test_what_is_not_assessable_is_not_held_against_it_but_is_not_judged(clip):
    figures = fault_figures(verdicts([clip(reps=said("absent", "not_assessable"))])["squatting"])
    assert figures.sensitivity.values == 0
    assert figures.judged.value == 0.5


def test_records_survive_being_kept():
    text = msgspec.json.encode(record([rep(1, 2.0)]))
    assert msgspec.json.decode(text, type=AnalysisRecord).reps[0].bottom_s == 2.0
