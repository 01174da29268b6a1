"""A closer look where the legs are in doubt, with a scripted world in the place of the models."""

from dataclasses import dataclass, replace

import msgspec
import numpy as np
import pytest
from tests.test_people import FPS, SETTINGS, Body, ScriptedPose, clip, hip_x

from hiphinge import people
from hiphinge.analysis import Request, assess
from hiphinge.analysis.request import closer_files
from hiphinge.body import INDEX
from hiphinge.errors import WeightsMissingError
from hiphinge.people.closer import Places, legs_in_doubt, look_closer
from hiphinge.people.following import follow
from hiphinge.records import RecordingInfo
from hiphinge.synthetic import lifter_track, repetitions

HIDDEN = 0.5
ALWAYS = 2.0
"""Confidence below which everybody's legs are in doubt."""


@dataclass
class HeavyPose(ScriptedPose):
    """Sees the lifter 30 px further right; counts its looks."""

    model: str = "heavy"
    looks: int = 0

    def landmarks(self, image, region, *, silhouette=False):
        self.looks += 1
        seen = super().landmarks(image, region, silhouette=silhouette)
        return None if seen is None else replace(seen, image=seen.image + np.array([30.0, 0.0, 0.0]))


def looked(bodies, heavy=None, fps=FPS, **settings):
    """The quick track and the one after the closer look, and the heavy model with its count."""
    places, heavy = Places(), heavy or HeavyPose(bodies)
    quick = follow(clip(fps=fps), ScriptedPose(bodies), None, settings=SETTINGS, on_frame=places.add)
    chosen = replace_settings(**settings)
    closer = look_closer(quick, places, lambda: clip(fps=fps), heavy, settings=chosen)
    return quick, closer.track, heavy


def replace_settings(**changes):
    return msgspec.structs.replace(SETTINGS, **changes)


def stays_between_2_and_4_s(quick, closer):
    """The quick track is kept for these two seconds, and only for them."""
    moved = hip_x(closer) - hip_x(quick)
    time_s = quick["time"].to_numpy()
    assert np.allclose(moved[(time_s > 2.1) & (time_s < 3.9)], 0)
    assert np.allclose(moved[(time_s < 1.9) | (time_s > 4.1)], 30)


def with_legs(track, confidence, parts=("knee",), sides=("left", "right")):
    for side in sides:
        for part in parts:
            track["confidence"][:, INDEX[f"{side}_{part}"]] = confidence
    return track


def test_the_heavy_model_looks_ten_times_a_second_and_its_landmarks_are_taken_in_every_frame():
    quick, closer, heavy = looked([Body(600)])
    assert np.allclose(hip_x(closer), hip_x(quick) + 30)
    assert heavy.looks == pytest.approx(quick.sizes["time"] / 3, abs=2)
    assert closer.attrs["model"] == "heavy"
    assert np.array_equal(closer["time"], quick["time"])


def test_between_two_looks_a_moving_lifter_lies_on_the_line():
    quick, closer, _ = looked([Body(lambda t: 500 + 40 * t)])
    assert np.allclose(hip_x(closer), hip_x(quick) + 30, atol=0.1)


def test_a_slow_camera_is_looked_at_in_every_frame():
    quick, closer, heavy = looked([Body(600)], fps=5)
    assert heavy.looks == quick.sizes["time"]
    assert np.allclose(hip_x(closer), hip_x(quick) + 30)


def test_where_the_heavy_model_sees_nobody_for_long_the_quick_ones_landmarks_stay():
    there = [Body(600)]

    class Blinking(HeavyPose):
        def landmarks(self, image, region, *, silhouette=False):
            blind = 2.0 < self.time_of(image) < 4.0
            return None if blind else super().landmarks(image, region, silhouette=silhouette)

    quick, closer, _ = looked(there, Blinking(there))
    stays_between_2_and_4_s(quick, closer)


def test_who_never_sees_the_lifter_changes_nothing():
    quick, closer, _ = looked([Body(600)], HeavyPose([]))
    assert closer.equals(quick)
    assert closer.attrs["model"] == "full"


def test_frames_without_the_lifter_stay_empty():
    quick, closer, _ = looked([Body(lambda t: 600 if t < 4 else None)])
    gone = quick["time"].to_numpy() > 4.1
    assert np.isnan(hip_x(closer)[gone]).all()
    assert (closer["confidence"].to_numpy()[gone] == 0).all()


@pytest.mark.parametrize(
    ("parts", "sides", "doubt"),
    [
        ((), (), False),
        (("knee",), ("left", "right"), True),
        (("ankle",), ("left", "right"), True),
        (("knee", "ankle"), ("left",), False),
        (("wrist", "hip"), ("left", "right"), False),
    ],
)
def test_legs_are_in_doubt_where_neither_side_shows_a_knee_or_an_ankle(parts, sides, doubt):
    track = follow(clip(2), ScriptedPose([Body(600)]), None, settings=SETTINGS)
    assert legs_in_doubt(with_legs(track, HIDDEN, parts, sides), settings=SETTINGS) == doubt


def test_moments_without_the_lifter_are_no_doubt():
    track = follow(clip(), ScriptedPose([Body(lambda t: 600 if t < 4 else None)]), None, settings=SETTINGS)
    assert not legs_in_doubt(track, settings=SETTINGS)


def test_a_named_model_is_taken_at_its_word_and_auto_begins_with_the_quick_one():
    assert closer_files(Request(model="full")) is None
    assert Request(model="heavy").first_model == "heavy"
    assert Request().first_model == "full"
    assert closer_files(Request()) is not None


@pytest.mark.weights
def test_without_the_heavy_model_the_clip_is_read_all_the_same_and_says_so(model_files, first_rep_clip):
    def missing():
        raise WeightsMissingError("not here")

    info = people.video.probe(first_rep_clip)
    plain = people.estimate_pose(info, model_files, model="full")
    unsure = people.estimate_pose(
        info, model_files, model="full", closer=missing, settings=replace_settings(closer_below=ALWAYS)
    )
    assert unsure.track.equals(plain.track)
    assert "hiphinge weights fetch heavy" in unsure.notes[-1]


@pytest.mark.weights
def test_where_the_legs_are_sure_nobody_asks_for_the_heavy_model(model_files, first_rep_clip):
    info = people.video.probe(first_rep_clip)
    sure, asked = replace_settings(closer_below=0.0), []
    seen = people.estimate_pose(info, model_files, model="full", closer=lambda: asked.append(1), settings=sure)
    assert not asked
    assert seen.closer is None


@pytest.mark.weights
def test_a_closer_look_reads_every_frame_anew(model_files, first_rep_clip):
    info = people.video.probe(first_rep_clip)
    plain = people.estimate_pose(info, model_files, model="full")
    again = people.estimate_pose(
        info, model_files, model="full", closer=lambda: model_files, settings=replace_settings(closer_below=ALWAYS)
    )
    assert again.closer is model_files
    assert again.track.attrs["model"] == people.CLOSER_MODEL
    apart = np.abs(again.track["position"].to_numpy() - plain.track["position"].to_numpy())
    assert 0 < np.median(apart) < 10
    assert again.outline.equals(plain.outline)


def test_a_look_that_tears_the_knees_apart_is_not_believed():
    there = [Body(600)]

    class Tearing(HeavyPose):
        def landmarks(self, image, region, *, silhouette=False):
            seen = super().landmarks(image, region, silhouette=silhouette)
            if 2.0 < self.time_of(image) < 4.0:
                seen.image[INDEX["left_knee"], 0] += 400.0
            return seen

    quick, closer, _ = looked(there, Tearing(there))
    stays_between_2_and_4_s(quick, closer)


def test_landmarks_stay_as_sure_as_the_quick_model_was():
    class Unsure(HeavyPose):
        def landmarks(self, image, region, *, silhouette=False):
            seen = super().landmarks(image, region, silhouette=silhouette)
            return replace(seen, visibility=np.full_like(seen.visibility, 0.4))

    there = [Body(600)]
    quick, closer, _ = looked(there, Unsure(there))
    assert not np.allclose(closer["position"], quick["position"])
    assert np.allclose(closer["confidence"], quick["confidence"])


@pytest.mark.parametrize(
    ("asked", "read_by", "said"),
    [("auto", "full", "full"), ("auto", "heavy", "full+heavy"), ("heavy", "heavy", "heavy"), ("full", "full", "full")],
)
def test_an_analysis_says_by_which_models_it_was_read(asked, read_by, said):
    info = RecordingInfo(
        path="", sha256="", width=1080, height=1920, frames=400, fps=30.0, duration_s=13.0, variable_rate=False,
        rotation_deg=0,
    )  # fmt: skip
    track = lifter_track(repetitions(2, trunk=65, knee=20))
    track.attrs["model"] = read_by
    found = assess(people.PoseEstimate(track, 1, 1), info, Request(model=asked, exercise="hinge"))
    assert found.record.provenance.model == said
