"""Who lifts where the models do not see them beside somebody else: a scripted world in which things move."""

import math
from dataclasses import replace

import numpy as np
import pytest

from hiphinge import video
from hiphinge.estimators.blazepose import BlazePose, Detection, Region
from hiphinge.people import scout_clip
from hiphinge.people.moving import unaccounted
from hiphinge.people.scouting import Person, Scouting, Sighting, with_overlooked
from hiphinge.people.veiled import Veiled
from hiphinge.settings import PoseSettings, load_slice
from hiphinge.video import Frame
from test_people import scripted_landmarks

SETTINGS = load_slice("pose", PoseSettings)
HEIGHT, WIDTH = 720, 1280
BYSTANDER, BYSTANDER_GREY = (100, 200, 240, 660), 60
LIFTER_X = 700


def picture(bend):
    """A grey room with a dark bystander on the left, and a dark lifter whose trunk goes forward by `bend` pixels."""
    image = np.full((HEIGHT, WIDTH, 3), 150, np.uint8)
    left, top, right, bottom = BYSTANDER
    image[top:bottom, left:right] = BYSTANDER_GREY
    image[200:450, LIFTER_X - 60 + bend : LIFTER_X + 60 + bend] = 40
    image[450:660, LIFTER_X - 60 : LIFTER_X + 60] = 40
    return image


def frames(bends):
    return [Frame(k, float(k), picture(bend)) for k, bend in enumerate(bends)]


def still(flexions=(5.0, 8.0)):
    left, top, right, bottom = BYSTANDER
    place = Region((left + right) / 2, (top + bottom) / 2, 480.0, 0.0)
    return Person(tuple(Sighting(k, float(k), place, flexion, BYSTANDER) for k, flexion in enumerate(flexions)))


BENDS = (0, 90, 180, 90, 0)


def test_what_moves_beside_one_who_stands_is_found():
    found = unaccounted(frames(BENDS), (still(),), settings=SETTINGS)
    assert found.region.x == pytest.approx(LIFTER_X + 90, abs=40)
    assert 250 <= found.region.size <= 500


def test_the_one_who_stands_is_what_shall_be_covered_and_the_lifter_is_not():
    covered = unaccounted(frames(BENDS), (still(),), settings=SETTINGS).still
    row = covered[covered.shape[0] // 2]
    assert row[round(170 / WIDTH * row.size)]
    assert not row[round(LIFTER_X / WIDTH * row.size) :].any()


def test_where_nothing_moves_nobody_is_looked_for():
    assert unaccounted(frames((0, 0, 0)), (still(),), settings=SETTINGS) is None


def test_where_somebody_bends_nobody_else_is_looked_for():
    bending = replace(still(), hip_range_deg=60.0)
    assert unaccounted(frames(BENDS), (bending,), settings=SETTINGS) is None


def test_what_the_people_themselves_move_is_theirs():
    wide = tuple(replace(one, box=(600, 150, 1000, 700)) for one in still().sightings)
    assert unaccounted(frames(BENDS), (still(), Person(wide)), settings=SETTINGS) is None


def test_a_camera_that_moves_shows_nobody():
    tiles = np.random.default_rng(1).integers(0, 255, (3, 8, 16, 3), dtype=np.uint8)
    moving = [Frame(k, float(k), np.kron(one, np.ones((90, 80, 1), np.uint8))) for k, one in enumerate(tiles)]
    assert unaccounted(moving, (still(),), settings=SETTINGS) is None


def test_a_single_frame_shows_no_movement():
    assert unaccounted(frames((0,)), (still(),), settings=SETTINGS) is None


class Watching(BlazePose):
    """Keeps what it is shown."""

    def __init__(self):
        self.model, self.shown = "full", []

    def detect(self, image, window=None):
        del window
        self.shown.append(image)
        return []


def test_behind_the_veil_the_covered_one_is_gone_and_the_rest_stays():
    watching, covered = Watching(), np.zeros((9, 16), bool)
    covered[:, :4] = True
    image = picture(0)
    before = image.copy()
    Veiled(watching, covered).detect(image)
    shown = watching.shown[0]
    assert np.ptp(shown[:, :320], axis=(0, 1)).max() == 0
    np.testing.assert_array_equal(shown[:, 320:], before[:, 320:])
    np.testing.assert_array_equal(image, before)


def lifter(x=float(LIFTER_X)):
    one = replace(still(), hip_range_deg=80.0, weight=0.9)
    return replace(one, sightings=tuple(replace(s, region=replace(s.region, x=x)) for s in one.sightings))


def test_the_overlooked_one_is_followed_behind_the_veil_only_where_chosen():
    covered, seen, overlooked = np.ones((2, 2), bool), Scouting((still(),), 0), lifter()
    both = with_overlooked(seen, overlooked, covered, settings=SETTINGS)
    assert both.lifter is overlooked
    assert isinstance(both.through(Watching()), Veiled)
    first = with_overlooked(seen, overlooked, covered, settings=SETTINGS, person=1)
    assert first.lifter is seen.people[0]
    assert not isinstance(first.through(Watching()), Veiled)


def test_who_was_seen_already_is_not_overlooked():
    seen, covered = Scouting((still(),), 0), np.ones((2, 2), bool)
    again = lifter(x=still().mean_x + 20)
    assert with_overlooked(seen, again, covered, settings=SETTINGS) is seen


class Outshone(BlazePose):
    """Detects the bystander alone, and sees the lifter only where no bystander is in the picture."""

    def __init__(self):
        self.model = "full"

    def detect(self, image, window=None):
        del window
        there = still().sightings[0].region
        return [Detection(0.9, np.zeros(4), np.zeros((4, 2)), there)] if has_bystander(image) else []

    def landmarks(self, image, region, *, silhouette=False):
        del silhouette
        place, flexion = (still().sightings[0].region, 5.0) if has_bystander(image) else lifter_in(image)
        return scripted_landmarks(place, flexion, 0.9, region) if place.distance(region) < 0.6 else None


def has_bystander(image):
    return image[400, 170, 0] == BYSTANDER_GREY


def lifter_in(image):
    bend = int(np.flatnonzero(image[300, 400:, 0] == 40).mean()) + 400 - LIFTER_X
    return Region(LIFTER_X, 430.0, 480.0, 0.0), bend / 2


def test_a_lifter_whose_head_is_hidden_is_chosen_before_the_one_who_stands_by(monkeypatch, tmp_path):
    def at(_path, times):
        return [Frame(k, t, picture(round(90 - 90 * math.cos(2 * math.pi * t / 3.7)))) for k, t in enumerate(times)]

    monkeypatch.setattr(video, "read_frames_at", at)
    scouting = scout_clip(tmp_path, Outshone(), span=(0.0, 8.0), settings=SETTINGS)
    assert len(scouting.people) == 2
    assert scouting.lifter.mean_x == pytest.approx(LIFTER_X)
    assert scouting.lifter.hip_range_deg > 60
    assert isinstance(scouting.through(Outshone()), Veiled)
