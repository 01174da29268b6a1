"""A second clip beside the first: what it shows from side to side, and what it may cost."""

from functools import cache

import msgspec
import numpy as np
import pytest

from assessed import analysed
from hiphinge.pose import KEYPOINTS
from hiphinge.records import AnalysisRecord
from hiphinge.synthetic import Camera, lifter_track
from lifters import hinge
from second_views import STATURE_M, clip_of, second_track, uneven

SET = uneven(hinge(4))
FEET_M = 0.12 * STATURE_M


def record(second, *, exercise="hinge", **given) -> AnalysisRecord:
    return analysed(SET, exercise=exercise, second=second, **given).record


@cache
def filmed_too(**filmed) -> AnalysisRecord:
    """The set with a second clip of itself."""
    return record(clip_of(second_track(SET, **filmed)))


@cache
def by_itself(language) -> AnalysisRecord:
    """The set without a second clip."""
    return record(None, language=language)


def seen(name, **filmed):
    """One metric of every repetition, as (value, error)."""
    found = filmed_too(**filmed)
    assert found.second is not None
    assert found.second.not_used is None
    return [(rep.metrics[name].value, rep.metrics[name].error) for rep in found.reps]


@pytest.mark.parametrize("yaw_deg", [88.0, 60.0, -88.0, -60.0])
def test_every_repetition_is_found_in_the_second_clip(yaw_deg):
    second = filmed_too(yaw_deg=yaw_deg, offset_s=7.3).second
    assert second is not None
    assert second.offset_s == pytest.approx(7.3, abs=0.05)
    assert [pair.rep for pair in second.pairs] == [1, 2, 3, 4]
    assert second.seen_from == ("front" if yaw_deg > 0 else "back")


def test_a_second_clip_that_starts_in_the_second_repetition_shows_the_others():
    found = filmed_too(from_s=SET.bottoms_s[0] + 1.0, offset_s=-4.0)
    assert found.second is not None
    assert [pair.rep for pair in found.second.pairs] == [2, 3, 4]
    assert found.reps[0].from_second == ()
    assert "knees_inward" in found.reps[1].from_second


@pytest.mark.parametrize("yaw_deg", [88.0, 55.0, -60.0])
def test_knees_that_stay_over_the_feet_measure_near_zero(yaw_deg):
    for value, error in seen("knees_inward", yaw_deg=yaw_deg):
        assert abs(value) < 0.1
        assert abs(value) < 2 * error


@pytest.mark.parametrize("yaw_deg", [88.0, 55.0, -88.0])
@pytest.mark.parametrize("inward_m", [0.03, -0.02])
def test_knees_that_come_in_measure_what_they_do(yaw_deg, inward_m):
    """From standing; − where they go outward."""
    true = 2 * inward_m / FEET_M
    for value, error in seen("knees_inward", yaw_deg=yaw_deg, inward_m=inward_m):
        assert value == pytest.approx(true, abs=0.1)
        assert abs(value - true) < 2 * error


def drawn(track, *, knee_m, moments, turned=False):
    """The track with the left knee drawn inward, or left and right exchanged, at these moments (T,)."""
    position = track["position"].to_numpy().copy()
    if turned:
        order = [KEYPOINTS.index(_other(name)) for name in KEYPOINTS]
        position[moments] = position[moments][:, order]
    height = np.nanmax(position[..., 1]) - np.nanmin(position[..., 1])
    position[moments, KEYPOINTS.index("left_knee"), 0] -= knee_m / STATURE_M * height
    return track.assign(position=(track["position"].dims, position))


def _other(name):
    side, _, part = name.partition("_")
    return f"{ {'left': 'right', 'right': 'left'}[side] }_{part}" if side in {"left", "right"} else name


def passing(bottoms_s, time_s):
    """A hand's pass by the knee: a third of a second, on the way to each bottom."""
    return (np.abs(time_s[:, None] - (np.array(bottoms_s) - 0.45)) < 0.17).any(axis=1)


def test_a_hand_that_passes_in_front_of_a_knee_is_no_knee_that_caves():
    track = second_track(SET)
    moments = passing(SET.bottoms_s, track["time"].to_numpy())
    found = record(clip_of(drawn(track, knee_m=0.08, moments=moments)))
    assert {one.verdict for rep in found.reps for one in rep.findings if one.fault == "knees_cave"} == {"absent"}


@pytest.mark.parametrize("inward_m", [0.0, 0.05])
def test_a_bent_back_that_is_taken_for_a_front_has_its_sides_put_back(inward_m):
    track = second_track(SET, yaw_deg=-85.0, inward_m=inward_m)
    time_s = track["time"].to_numpy()
    bent = (np.abs(time_s[:, None] - np.array(SET.bottoms_s)) < 0.7).any(axis=1)
    plain, turned = (record(clip_of(one)) for one in (track, drawn(track, knee_m=0.0, moments=bent, turned=True)))
    for before, after in zip(plain.reps, turned.reps, strict=True):
        assert after.metrics["knees_inward"].value == pytest.approx(before.metrics["knees_inward"].value, abs=0.03)


def test_knees_that_are_hidden_while_it_is_deep_are_not_judged():
    track = second_track(SET)
    confidence = track["confidence"].to_numpy().copy()
    time_s = track["time"].to_numpy()
    deep = (np.abs(time_s[:, None] - np.array(SET.bottoms_s)) < 0.8).any(axis=1)
    confidence[np.ix_(deep, [KEYPOINTS.index("left_knee")])] = 0.55
    found = record(clip_of(track.assign(confidence=(track["confidence"].dims, confidence))))
    told = {(one.verdict, one.reason) for rep in found.reps for one in rep.findings if one.fault == "knees_cave"}
    assert told == {("not_assessable", "reason.knees_not_seen")}


@pytest.mark.parametrize("yaw_deg", [88.0, -88.0])
def test_each_knee_is_told_by_its_own_angle(yaw_deg):
    true = np.rad2deg(0.04 / (0.245 * STATURE_M) * 2)
    for side in ("left", "right"):
        for value, error in seen(f"knee_inward_{side}", yaw_deg=yaw_deg, inward_m=0.04):
            assert abs(value - true) < 2 * error < 20.0


@pytest.mark.parametrize("yaw_deg", [88.0, -88.0])
@pytest.mark.parametrize("aside_m", [0.06, -0.06])
def test_hips_that_move_aside_are_told_to_the_lifters_own_side(yaw_deg, aside_m):
    for value, error in seen("weight_shift", yaw_deg=yaw_deg, aside_m=aside_m):
        assert np.sign(value) == np.sign(aside_m)
        assert abs(value - aside_m / STATURE_M) < 2 * error


def test_a_pelvis_that_rolls_is_taken_from_the_second_clip():
    found = filmed_too(rolls_deg=20.0)
    for rep in found.reps:
        assert "pelvis_roll" in rep.from_second
        assert abs(rep.metrics["pelvis_roll"].value) == pytest.approx(20.0, abs=6.0)


@pytest.mark.parametrize("name", ["knees_inward", "knee_inward_left", "pelvis_roll", "shoulder_tilt"])
def test_from_an_angle_everything_is_less_certain(name):
    square, angled = (np.mean([error for _, error in seen(name, yaw_deg=yaw)]) for yaw in (88.0, 50.0))
    assert angled > square


def test_knees_that_cave_in_are_found_by_the_second_view():
    found = filmed_too(inward_m=0.05)
    findings = [one for rep in found.reps for one in rep.findings if one.fault == "knees_cave"]
    assert {one.verdict for one in findings} == {"present"}
    assert {one.view for one in findings} == {"second"}
    said = next(one for one in found.summary.findings if one.fault == "knees_cave")
    assert said.verdict == "present"
    assert said.correction


def test_knees_that_stay_are_praised_and_what_the_side_says_stays():
    alone, both = record(None), filmed_too()
    findings = [one for rep in both.reps for one in rep.findings if one.fault == "knees_cave"]
    assert {one.verdict for one in findings} == {"absent"}
    for before, after in zip(alone.reps, both.reps, strict=True):
        others = tuple(one for one in after.findings if one.fault != "knees_cave")
        assert others == before.findings


def test_without_a_second_clip_nobody_speaks_of_the_knees():
    assert not any(one.fault == "knees_cave" for rep in record(None).reps for one in rep.findings)


def upside_down(track, *, from_s):
    """The track from a moment on with arms taken for legs: everything mirrored about the hips."""
    position = track["position"].to_numpy().copy()
    moments = track["time"].to_numpy() > from_s
    middle = position[moments][:, [KEYPOINTS.index("left_hip")], 1]
    position[moments, :, 1] = 2 * middle - position[moments, :, 1]
    return track.assign(position=(track["position"].dims, position))


def without(found: AnalysisRecord) -> AnalysisRecord:
    """The record without what only tells of the second clip, and of time."""
    quality = msgspec.structs.replace(found.quality, warnings=())
    provenance = msgspec.structs.replace(found.provenance, seconds={})
    return msgspec.structs.replace(found, second=None, quality=quality, provenance=provenance)


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (clip_of(None), "no_person"),
        (clip_of(second_track(SET, yaw_deg=10.0)), "from_side"),
        (clip_of(second_track(SET, to_s=0.9)), "no_reps"),
        (clip_of(upside_down(second_track(SET), from_s=SET.bottoms_s[1])), "lost"),
        (clip_of(second_track(uneven(hinge(6, eccentric_s=3.0)))), "other_count"),
        (clip_of(second_track(hinge(4, eccentric_s=3.6, rest_s=2.5))), "other_rhythm"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_second_clip_that_does_not_fit_is_told_in_one_line_and_costs_nothing(second, why, language):
    found = record(second, language=language)
    assert found.second is not None
    assert found.second.not_used == why
    assert found.second.pairs == ()
    told = set(found.quality.warnings) - set(by_itself(language).quality.warnings)
    assert len(told) == 1
    assert "\n" not in told.pop()
    assert without(found) == without(by_itself(language))


@pytest.mark.parametrize(("yaw_deg", "told"), [(85.0, False), (-85.0, True)])
def test_whoever_filmed_from_behind_is_told_that_the_front_shows_more(yaw_deg, told):
    found = record(clip_of(second_track(uneven(hinge(6, eccentric_s=3.0)), yaw_deg=yaw_deg)))
    assert any("the front shows more" in warning for warning in found.quality.warnings) is told


def test_clips_given_the_wrong_way_round_are_told_so():
    side = lifter_track(SET, noise_px=0.5)
    found = analysed(SET, camera=Camera(yaw_deg=88.0), second=clip_of(side)).record
    assert found.second is not None
    assert found.second.not_used == "swapped"
