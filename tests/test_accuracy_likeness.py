"""What raw tracks of simulated and real people look like, landmarks and masks; swings and standing legs."""

from pathlib import Path

import numpy as np
import pytest
from validation.accuracy.landmarks import ZONES, traits
from validation.accuracy.swings import in_tracks
from validation.tracks import save

from hiphinge.outline import RAYS, make_outline
from hiphinge.people import PoseEstimate
from hiphinge.synthetic import lifter_track, repetitions

SWINGS = Path(__file__).parents[2] / "shared" / "data" / "swing"


def kept(tmp_path, *, sharpness, noise_px=0.0, missing=0.0):
    """A kept track of somebody who hinges, with an outline whose edge is so sharp, so noisy and so often missing."""
    track = lifter_track(repetitions(2, trunk=60, knee=20, head=0))
    time_s = track["time"].to_numpy()
    rng = np.random.default_rng(3)
    shape = (time_s.size, 2, len(RAYS))
    sure = np.where(rng.random(shape) < missing, 0.0, sharpness)
    place = np.broadcast_to(np.array([200.0, 300.0]), (*shape, 2)) + rng.normal(0, noise_px, (*shape, 2))
    place = np.where(sure[..., None] > 0, place, np.nan)
    save(PoseEstimate(track, 1, 1, outline=make_outline(time_s, place, sure, np.ones(time_s.size))), tmp_path / "t.npz")
    return traits(tmp_path / "t.npz")


def test_a_blurred_mask_is_told_from_a_sharp_one(tmp_path):
    assert kept(tmp_path, sharpness=1.0).blurred == pytest.approx(dict.fromkeys(ZONES, 1.0))
    assert kept(tmp_path, sharpness=0.25).blurred == pytest.approx(dict.fromkeys(ZONES, 4.0))


def test_a_mask_that_misses_the_edge_is_torn_by_as_much(tmp_path):
    assert kept(tmp_path, sharpness=1.0).torn == dict.fromkeys(ZONES, 0.0)
    assert list(kept(tmp_path, sharpness=1.0, missing=0.3).torn.values()) == pytest.approx([30.0] * 3, abs=4.0)


def test_an_edge_that_trembles_is_ragged_by_its_noise(tmp_path):
    still, once, twice = (kept(tmp_path, sharpness=1.0, noise_px=noise).ragged["trunk"] for noise in (0.0, 1.0, 2.0))
    assert still == 0.0
    assert twice == pytest.approx(2 * once, rel=0.1)


def test_a_track_without_an_outline_has_no_traits_of_a_mask(tmp_path):
    track = lifter_track(repetitions(2, trunk=60, knee=20, head=0))
    save(PoseEstimate(track, 1, 1, outline=None), tmp_path / "t.npz")
    assert traits(tmp_path / "t.npz").blurred == {}


@pytest.mark.skipif(not SWINGS.is_dir(), reason="needs the pose tracks of the shared data")
def test_every_swing_of_the_pose_tracks_is_counted_and_called_one():
    found = {one.name: one for one in in_tracks(SWINGS)}
    assert set(found) == {"swing-sample", "swing-sample-4reps", "igor-1h-swing"}
    assert all(one.right for one in found.values())
    assert {one.named for one in found.values()} == {"kettlebell_swing"}


def test_without_pose_tracks_there_are_no_swings(tmp_path):
    assert in_tracks(None) == in_tracks(tmp_path) == []
