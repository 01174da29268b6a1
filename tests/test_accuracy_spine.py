"""The measuring of the spine finds what was put in: errors, the smallest rounding, onsets, gaps under a rod."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from validation.accuracy import spine_figures as spine
from validation.accuracy import spine_tables
from validation.accuracy.assess import Assessed
from validation.accuracy.backs import ZONES, onset_hip_deg, resting, rod_gaps
from validation.accuracy.compare import compare

from hiphinge.records import Finding
from test_accuracy_compare import record, rep

FPS = 30.0
TIME_S = np.arange(0, 16, 1 / FPS)
BOTTOMS_S = (2.0, 6.0, 10.0, 14.0)
STRENGTHS = (0.0, 0.3, 0.7, 1.1)


def humps(sizes):
    return sum(size * np.exp(-(((TIME_S - at) / 0.6) ** 2)) for size, at in zip(sizes, BOTTOMS_S, strict=True))


def simulated(folder, *, noise_deg, bias_deg=0.0, stated_deg=None, verdicts=(), seed=0):
    """A lifter whose repetitions round their back by 0, 10, 22 and 35° beyond their own 12°, and what was measured."""
    rng = np.random.default_rng(seed)
    lumbar = humps([12 + 32 * strength for strength in STRENGTHS])
    true = {
        "hip_flexion": 4 + humps([85] * 4), "knee_flexion": 5 + humps([15] * 4), "trunk_inclination": humps([65] * 4),
        "shank_inclination": humps([3] * 4), "head_angle": humps([-5] * 4), "lumbar_flexion": lumbar,
        "thoracic_flexion": humps([2] * 4), "pelvic_tilt": humps([45] * 4),
    }  # fmt: skip
    columns = {f"{name}_deg": values for name, values in true.items()}
    upright = np.asarray(true["hip_flexion"] < 8)
    folder.mkdir()
    pq.write_table(pa.table({"time_s": TIME_S, "hip_travel_back": 0 * TIME_S, "upright": upright, **columns}),
                   folder / "truth.parquet")  # fmt: skip
    about = {
        "exercise": "hinge", "facing": "right", "fps": FPS, "stands": True,
        "reps": [
            {"start_s": at - 1.8, "bottom_s": at, "end_s": at + 1.8, "faults": {"lower_back_rounding": s} if s else {}}
            for at, s in zip(BOTTOMS_S, STRENGTHS, strict=True)
        ],
        "spec": {"camera": {"yaw_deg": -12.0}, "look": {"shirt_slack_m": 0.03, "sleeve": 1.9}},
    }  # fmt: skip
    (folder / "truth.json").write_text(json.dumps(about))
    series = {"time": TIME_S}
    per_clip = bias_deg + noise_deg * rng.normal()
    for name, values in true.items():
        series[f"{name}_deg"] = values + per_clip
        series[f"{name}_error_deg"] = np.full(TIME_S.size, stated_deg or max(noise_deg, 0.1))
    said = verdicts or ("absent", "absent", "present", "present")
    found = [
        rep(k + 1, at, (Finding(fault="lower_back_rounding", verdict=verdict),))
        for k, (at, verdict) in enumerate(zip(BOTTOMS_S, said, strict=True))
    ]
    return compare(folder, Assessed(record(found), "", series, {}, 1.0, 1.0), folder / "none.npz")


@pytest.fixture
def people(tmp_path):
    def made(count, **how):
        return [simulated(tmp_path / f"{k:05d}-hinge", seed=k, **how) for k in range(count)]

    return made


def test_a_bias_and_a_spread_between_people_are_read_back(people):
    found = spine.spine_figures(people(40, noise_deg=5.0, bias_deg=3.0), "lumbar_flexion")
    assert found.bias.value == pytest.approx(3.0, abs=2.0)
    assert found.rmse.value == pytest.approx(np.hypot(3.0, 5.0), abs=1.5)
    assert found.correlation.value == pytest.approx(1.0)
    assert 0.6 < found.coverage.value < 0.95


def test_without_noise_the_smallest_grade_is_told_and_with_much_noise_only_gross_rounding(people, tmp_path):
    clean = spine.smallest(people(12, noise_deg=0.0))
    assert clean.added.value < 10
    assert (clean.without, clean.rounded) == (12, 36)
    rough = spine.smallest([simulated(tmp_path / f"n{k}", seed=k, noise_deg=9.0) for k in range(30)])
    assert 12 < rough.added.value < 32
    assert rough.cut.value > clean.cut.value


def test_what_differs_between_people_does_not_hide_a_rounding_beside_the_lifters_own():
    one = spine.beside_own(np.array([[0.0, 10.0], [0.0, 14.0], [8.0, 30.0]]))
    other = spine.beside_own(np.array([[0.0, 40.0], [0.0, 44.0], [8.0, 60.0]]))
    np.testing.assert_allclose(one, other)
    np.testing.assert_allclose(one, [[0, -4], [0, 4], [8, 18]])


def test_a_fault_is_there_where_its_true_angle_is_beyond_the_band_of_doubt_and_not_where_before_it(people):
    right = spine.spine_verdicts(people(3, noise_deg=0.0), "lower_back_rounding")
    assert (right.sensitivity.value, right.specificity.value) == (1.0, 1.0)
    assert (right.present, right.absent) == (6, 3)


def test_a_flat_back_called_rounded_and_a_rounded_one_not_judged_are_both_told(people):
    wrong = spine.spine_verdicts(
        people(2, noise_deg=0.0, verdicts=("present", "absent", "not_assessable", "present")), "lower_back_rounding"
    )
    assert wrong.specificity.value == 0.0
    assert wrong.sensitivity.value == 1.0
    assert wrong.judged.value == pytest.approx(2 / 3)


def test_a_spine_that_was_not_measured_leaves_gaps_in_the_tables_and_breaks_none(people):
    clips = people(2, noise_deg=1.0)
    for clip in clips:
        clip.assessed.series["lumbar_flexion_deg"][:] = np.nan
    text = spine_tables.development([clip._replace(along={}, bottom={}) for clip in clips])
    assert "Lumbar" in text


def test_a_back_rounds_from_where_it_flexes_half_as_fast_as_the_trunk_leans():
    trunk = np.linspace(0, 70, 400)
    gives = np.where(trunk < 40, 0.1 * trunk, 4 + 0.9 * (trunk - 40))
    assert onset_hip_deg(trunk, gives, 1.3 * trunk) == pytest.approx(1.3 * 35.6, abs=2.5)


def test_a_back_that_bends_evenly_or_by_little_has_no_onset():
    trunk = np.linspace(0, 70, 400)
    assert np.isnan(onset_hip_deg(trunk, 0.3 * trunk, trunk))
    assert np.isnan(onset_hip_deg(trunk, np.where(trunk < 64, 0.0, 0.9 * (trunk - 64)), trunk))


def arched(bend):
    """A back whose height is a straight line bent by `bend` at a corner: (along, behind)."""
    along = np.linspace(0, 1.2, 48)
    return along, bend(along)


def test_a_straight_back_has_no_gap_under_the_rod():
    assert max(rod_gaps(*arched(lambda x: 0.1 + 0.05 * x))) < 1e-12


def test_an_apex_high_on_the_back_leaves_a_gap_at_the_head_and_a_low_one_at_the_sacrum():
    high = dict(zip(ZONES, rod_gaps(*arched(lambda x: -0.5 * np.maximum(x - 0.8, 0))), strict=True))
    low = dict(zip(ZONES, rod_gaps(*arched(lambda x: -0.5 * np.maximum(0.4 - x, 0))), strict=True))
    assert high["head"] > 0.1
    assert high["sacral"] == high["thoracic"] == 0
    assert low["sacral"] > 0.1
    assert low["head"] == low["thoracic"] == 0


def test_a_hollow_back_leaves_a_gap_in_the_middle_and_the_rod_rests_on_both_ends():
    along, behind = arched(lambda x: 0.3 * (x - 0.6) ** 2)
    assert resting(along, behind) == (0, 47)
    gaps = dict(zip(ZONES, rod_gaps(along, behind), strict=True))
    assert gaps["thoracic"] > 0.05
    assert gaps["sacral"] == gaps["head"] == 0
