"""Choosing the lifter and following them, with a scripted world in the place of the models."""

import math
from dataclasses import dataclass

import numpy as np
import pytest

from hiphinge.errors import NotAssessableError, UsageError
from hiphinge.estimators.blazepose import Detection, Landmarks, Region
from hiphinge.people import PoseEstimate, follow, scout
from hiphinge.people.following import Follower
from hiphinge.pose import KEYPOINTS, check_track, make_track
from hiphinge.settings import PoseSettings, load_slice
from hiphinge.video import Frame

SETTINGS = load_slice("pose", PoseSettings)
WIDTH, HEIGHT, FPS, SECONDS = 64, 36, 30, 8
STEP_X, STEP_Y = 1280 / WIDTH, 720 / HEIGHT


@dataclass
class Body:
    """Somebody in the scripted world: place, size and hip flexion as functions of time, None when not there."""

    x: object
    size: float = 400.0
    flexion: object = 0.0
    y: float = 400.0
    detected: object = True
    score: float = 0.99

    def at(self, name, time_s):
        value = getattr(self, name)
        return value(time_s) if callable(value) else value

    def region(self, time_s):
        x = self.at("x", time_s)
        return None if x is None else Region(x, self.y, self.size, 0.0)


def hinging(time_s):
    return 45 - 45 * math.cos(2 * math.pi * time_s / 2.7)


@dataclass
class ScriptedPose:
    """Answers as the models would, from the script; the nearest body within half a region is what a look sees."""

    bodies: list
    model: str = "full"

    @staticmethod
    def time_of(image):
        return int(image[0, 0, 0]) * 256 / FPS + int(image[0, 0, 1]) / FPS

    def detect(self, image, window=None):
        time_s = self.time_of(image)
        found = [(b, b.region(time_s)) for b in self.bodies if b.at("detected", time_s) and b.region(time_s)]
        found = [(b, r) for b, r in found if window is None or r.distance(window) < 0.5]
        found = [Detection(b.score, np.zeros(4), np.zeros((4, 2)), r) for b, r in found]
        return sorted(found, key=lambda d: -d.score)

    detect_closely = detect

    def landmarks(self, image, region, *, silhouette=False):
        del silhouette
        time_s = self.time_of(image)
        there = [(region.mismatch(r), k, r) for k, b in enumerate(self.bodies) if (r := b.region(time_s))]
        near = min((t for t in there if t[2].distance(region) < 0.5), default=None)
        if near is None:
            return None
        body, place = self.bodies[near[1]], near[2]
        return scripted_landmarks(place, body.at("flexion", time_s), body.score, region)


def scripted_landmarks(place, flexion, score, looked):
    image, world = np.zeros((39, 3)), np.zeros((39, 3))
    image[:, 0], image[:, 1] = place.x, place.y
    image[34, 1] = place.y - place.size / 2.5
    turn = math.radians(flexion)
    for side in ("left", "right"):
        world[KEYPOINTS.index(f"{side}_shoulder")] = 0.5 * math.sin(turn), -0.5 * math.cos(turn), 0
        world[KEYPOINTS.index(f"{side}_knee"), 1] = 0.4
    return Landmarks(image, world, np.ones(39), np.ones(39), score, looked, place, None)


def clip(seconds=SECONDS, fps=FPS):
    for k in range(int(seconds * fps)):
        image = np.zeros((HEIGHT * 20, WIDTH * 20, 3), np.uint8)
        image[0, 0] = (k * FPS // fps) // 256, (k * FPS // fps) % 256, 0
        yield Frame(k, k / fps, image)


def scouted(bodies, person=None):
    frames = list(clip())[5::10]
    return scout(frames, ScriptedPose(bodies), settings=SETTINGS, person=person)


def hip_x(track):
    return track["position"].sel(keypoint="left_hip", space="x").to_numpy()


def followed(bodies, **options):
    scouting = scouted(bodies)
    return follow(clip(), ScriptedPose(bodies), scouting.lifter, settings=SETTINGS, others=scouting.others, **options)


def test_one_who_hinges_is_chosen_before_a_larger_one_who_stands():
    scouting = scouted([Body(300, size=500), Body(800, size=350, flexion=hinging)])
    assert len(scouting.people) == 2
    assert scouting.lifter.mean_x == pytest.approx(800)
    assert scouting.lifter.hip_range_deg > 60


def test_a_picture_in_the_middle_is_not_the_lifter():
    scouting = scouted([Body(640, size=400, flexion=80), Body(200, size=300, flexion=hinging)])
    assert scouting.lifter.mean_x == pytest.approx(200)


def test_of_two_who_hinge_the_larger_in_the_middle_is_chosen():
    mirror = Body(1100, size=250, flexion=hinging)
    assert scouted([mirror, Body(600, size=400, flexion=hinging)]).lifter.mean_x == pytest.approx(600)


def test_people_are_numbered_from_the_left_and_can_be_chosen():
    bodies = [Body(1000), Body(640, flexion=hinging), Body(200)]
    assert scouted(bodies, person=1).lifter.mean_x == pytest.approx(200)
    assert scouted(bodies, person=3).lifter.mean_x == pytest.approx(1000)
    with pytest.raises(UsageError, match=r"person 4 .* people seen: 3"):
        scouted(bodies, person=4)


def test_one_who_only_walks_past_is_not_counted():
    passing = Body(lambda t: 100 + 900 * (t - 3) if 3 <= t < 4 else None, size=300)
    assert len(scouted([Body(640, flexion=hinging), passing]).people) == 1


def test_one_person_who_walks_in_is_one_person():
    walking = Body(lambda t: 100 + 300 * min(t, 2.0), flexion=hinging)
    assert len(scouted([walking]).people) == 1


def test_a_folded_lifter_whom_the_detector_misses_is_still_scouted():
    lifter = Body(640, flexion=hinging, detected=lambda t: hinging(t) < 30)
    assert scouted([lifter, Body(200)]).lifter.hip_range_deg > 60


def test_the_same_frame_looked_at_several_times_shows_who_is_there():
    body = Body(300.0, flexion=hinging)
    frames = [frame for frame in clip(seconds=0.3) for _ in range(4)]
    assert len(scout(frames, ScriptedPose([body]), settings=SETTINGS, person=1).people) == 1


def test_an_empty_place_has_nobody():
    scouting = scouted([])
    assert (scouting.people, scouting.lifter) == ((), None)


def test_the_track_has_a_row_per_frame_and_follows_the_lifter():
    track = followed([Body(200, size=450), Body(700, flexion=hinging)])
    check_track(track)
    assert track.sizes["time"] == SECONDS * FPS
    assert np.allclose(hip_x(track), 700)
    assert (track.attrs["width"], track.attrs["height"]) == (1280, 720)
    assert (track.attrs["estimator"], track.attrs["model"]) == ("blazepose", "full")


def test_where_the_lifter_is_not_there_rows_are_empty_and_confidence_is_zero():
    there = Body(lambda t: 600 if 2 <= t < 6 else None)
    track = followed([there])
    unseen = ~((track["time"] >= 2) & (track["time"] < 6)).to_numpy()
    assert np.array_equal(np.isnan(hip_x(track)), unseen)
    assert (track["confidence"].to_numpy()[unseen] == 0).all()


def test_a_lifter_whom_the_detector_never_sees_again_is_followed_on():
    assert np.allclose(hip_x(followed([Body(600, detected=lambda t: t < 1)])), 600)


def test_a_walker_who_takes_the_region_along_does_not_keep_it():
    walker = Body(lambda t: 100 + 160 * t if t < 7 else None, size=405)
    lifter = Body(lambda t: None if 2.6 < t < 3.6 else 600, flexion=hinging)  # hidden behind the walker
    track = followed([lifter, walker])
    back = track["time"].to_numpy() > 5
    assert np.allclose(hip_x(track)[back], 600)


def test_a_bystander_near_the_place_of_a_lifter_not_yet_detected_is_not_followed():
    lifter = Body(640, flexion=hinging, detected=lambda t: t > 3)
    track = followed([lifter, Body(480)])
    assert hip_x(track)[0] == pytest.approx(640)
    assert np.nanmin(hip_x(track)) == pytest.approx(640)


def test_a_jump_to_somebody_else_is_not_followed():
    lifter = Body(lambda t: None if 3 < t < 3.3 else 600, flexion=hinging)
    track = followed([lifter, Body(760, size=300)])
    assert not np.any(np.abs(hip_x(track) - 760) < 1)


def test_after_a_cut_the_lifter_is_found_in_the_new_place():
    track = followed([Body(lambda t: 300 if t < 4 else 900, flexion=hinging)])
    assert np.allclose(hip_x(track)[int(4.1 * FPS) :], 900)


def test_the_detector_is_rarely_asked_while_all_is_well():
    pose = ScriptedPose([Body(600)])
    asked = []
    real = pose.detect
    pose.detect = lambda image, window=None: asked.append(1) or real(image, window)
    follow(clip(), pose, None, settings=SETTINGS)
    assert len(asked) <= 1 + SECONDS / SETTINGS.verify_every_s


def test_each_frame_is_handed_on_in_its_order_with_what_was_seen():
    handed = []
    followed([Body(lambda t: 600 if t < 4 else None)], on_frame=lambda frame, seen: handed.append((frame.index, seen)))
    assert [index for index, _ in handed] == list(range(SECONDS * FPS))
    assert handed[0][1] is not None
    assert handed[-1][1] is None


def test_frames_far_apart_in_time_are_followed_too():
    track = follow(clip(fps=2), ScriptedPose([Body(600, flexion=hinging)]), None, settings=SETTINGS)
    assert np.allclose(hip_x(track), 600)


def test_no_frames_is_said_so():
    with pytest.raises(NotAssessableError, match="no frame"):
        follow(iter(()), ScriptedPose([]), None, settings=SETTINGS)


def test_a_look_that_ends_nowhere_is_no_sight():
    class Collapsing(ScriptedPose):
        def landmarks(self, image, region, *, silhouette=False):
            del image, silhouette
            return scripted_landmarks(Region(math.nan, 0.0, 0.0, 0.0), 0, 0.9, region)

    assert Follower(Collapsing([Body(600)]), None, settings=SETTINGS).step(next(clip())) is None


def test_coverage_is_the_share_of_frames_with_the_lifter():
    confidence = np.zeros((4, 33))
    confidence[:3, 5] = 0.4
    track = make_track(
        np.arange(4),
        np.zeros((4, 33, 2)),
        np.zeros((4, 33, 3)),
        confidence,
        width=1,
        height=1,
        estimator="e",
        model="m",
    )
    assert PoseEstimate(track, 1, 1).coverage == 0.75
