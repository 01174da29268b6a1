"""Looks that left the lifter's feet: told by what does not change, looked for again, and put right."""

from dataclasses import dataclass, field

import msgspec
import numpy as np
import pytest
from tests.test_people import FPS, SETTINGS, clip

from hiphinge.body import INDEX
from hiphinge.estimators.blazepose import Landmarks, Region, Silhouette
from hiphinge.people.astray import Search, off_by, unchanging
from hiphinge.people.closer import Places, look_closer
from hiphinge.people.following import Rows
from hiphinge.people.outlining import Outliner
from hiphinge.pose import KEYPOINTS, make_track

TRUNK, SHANK, THIGH = 100.0, 80.0, 90.0
WHERE = Region(600.0, 500.0, 400.0, 0.0)
RIGHT_AT = 20.0
"""Turn of the region, degrees, at which the scripted model sees the lifter who was lost."""


def upright(x=600.0, floor=700.0, fallen=0.0):
    """(33, 2) somebody who stands; `fallen` px is how far the whole figure has slid up and shrunk its legs."""
    place = np.zeros((len(KEYPOINTS), 2))
    heights = {"ankle": 0.0, "knee": SHANK, "hip": SHANK + THIGH, "shoulder": SHANK + THIGH + TRUNK}
    heights |= {"ear": heights["shoulder"] + 30.0}
    for name, height in heights.items():
        low = fallen * (1 - height / heights["shoulder"]) if name != "ear" else 0.0
        for side in ("left", "right"):
            place[INDEX[f"{side}_{name}"]] = x + low, floor - height - low
    return place


def track_of(places, every_s=0.1):
    count = len(places)
    return make_track(
        np.arange(count) * every_s, np.array(places), np.zeros((count, len(KEYPOINTS), 3)),
        np.ones((count, len(KEYPOINTS))), width=1200, height=800, estimator="blazepose", model="heavy",
    )  # fmt: skip


def off_of(places):
    track = track_of(places)
    body = unchanging(track, SETTINGS)
    return off_by(track["position"].to_numpy(), body.standing, body, SETTINGS)


def test_feet_stand_where_they_mostly_are_though_a_third_of_the_looks_have_them_elsewhere():
    places = [upright(fallen=60.0 if look % 3 == 0 else 0.0) for look in range(60)]
    body = unchanging(track_of(places), SETTINGS)
    assert np.allclose(body.standing, (600.0, 700.0), atol=1.0)
    assert np.allclose(body.lengths, np.array([SHANK, THIGH, TRUNK])[:, None], atol=1.0)
    off = off_of(places)
    assert (off[::3] > SETTINGS.astray_from).all()
    assert (off[1::3] < 0.5).all()


def test_who_steps_aside_stands_there_from_then_on():
    places = [upright(x=400.0 if look < 100 else 800.0) for look in range(200)]
    off = off_of(places)
    assert (off[:40] < 0.5).all()
    assert (off[160:] < 0.5).all()


def test_ankles_that_alone_are_two_usual_scatters_off_count_as_two():
    places = [upright() for _ in range(20)]
    track = track_of(places)
    body = unchanging(track, SETTINGS)
    aside = upright()
    aside[[INDEX["left_ankle"], INDEX["right_ankle"]], 0] += 2 * SETTINGS.astray_end_scatter * body.trunk_px
    assert off_by(aside[None], body.standing[:1], body, SETTINGS)[0] == pytest.approx(2.0, abs=1e-6)


def test_one_foot_in_the_air_is_no_sign():
    lifted = upright()
    for name in ("ankle", "knee"):
        lifted[INDEX[f"left_{name}"]] += np.array([-120.0, -80.0])
    assert (off_of([upright()] * 30 + [lifted] * 15) < 0.5).all()


def test_where_no_leg_was_seen_nothing_speaks_against_a_look():
    nowhere = upright()
    nowhere[[INDEX[f"{side}_ankle"] for side in ("left", "right")]] = np.nan
    assert (off_of([nowhere] * 20) == 0).all()


@dataclass
class Slipping:
    """Sees the lifter slid off their feet from 2 to 3 s, unless the region is turned by `RIGHT_AT`; keeps its looks."""

    model: str = "heavy"
    seen_right: bool = True
    from_s: float = 2.0
    to_s: float = 3.0
    turns: list = field(default_factory=list)

    def detect(self, image, window=None):
        del image, window
        return []

    def landmarks(self, image, region, *, silhouette=False):
        time_s = int(image[0, 0, 0]) * 256 / FPS + int(image[0, 0, 1]) / FPS
        lost = self.from_s < time_s < self.to_s and not (
            self.seen_right and abs(np.rad2deg(region.rotation) - RIGHT_AT) < 1
        )
        self.turns.append(round(float(np.rad2deg(region.rotation))))
        place = np.zeros((39, 3))
        place[: len(KEYPOINTS), :2] = upright(fallen=60.0 if lost else 0.0)
        mask = Silhouette(disc(), Region(600.0, 500.0, 512.0, 0.0)) if silhouette else None
        return Landmarks(place, np.zeros((39, 3)), np.ones(39), np.ones(39), 0.99, region, WHERE, mask)


def disc():
    """(256, 256) logits of a person who fills the middle of the region."""
    y, x = np.mgrid[:256, :256]
    return np.where(np.hypot((x - 128) / 40, (y - 128) / 110) < 1, 8.0, -8.0).astype(np.float32)


def ask(model, off=9.0):
    body = unchanging(track_of([upright()] * 20), SETTINGS)
    frame = next(f for f in clip() if f.time_s > 2.4)
    return Search(model, body, SETTINGS).better(frame, WHERE, 0, off)


def test_the_first_look_with_the_feet_where_they_stand_ends_the_search():
    model = Slipping()
    seen = ask(model)
    assert np.allclose(seen.image[: len(KEYPOINTS), :2], upright())
    assert model.turns == [RIGHT_AT]


def test_where_no_look_is_better_the_first_one_stays():
    model = Slipping(seen_right=False)
    assert ask(model, off=2.6) is None
    assert len(model.turns) == 5


def test_what_another_look_sees_in_the_same_place_stays_as_it_was():
    body = unchanging(track_of([upright()] * 20), SETTINGS)
    search = Search(Slipping(), body, SETTINGS)
    frame = next(iter(clip()))
    first = upright()
    first[INDEX["nose"]] = 0.0
    first[INDEX["left_hip"], 0] += 0.9 * SETTINGS.astray_place * body.trunk_px
    first[INDEX["left_knee"], 0] += 1.1 * SETTINGS.astray_place * body.trunk_px
    elsewhere = search.elsewhere(first, Slipping().landmarks(frame.image, WHERE))
    assert np.flatnonzero(elsewhere).tolist() == [INDEX["left_knee"]]


def looked_closer(model, **settings):
    """Quick track and outline, and what a closer look with `model` makes of them."""
    places, rows, outliner = Places(), Rows(), Outliner()
    for frame in clip():
        seen = Slipping().landmarks(frame.image, WHERE, silhouette=True)
        for each in (places, rows, outliner):
            each.add(frame, seen)
    chosen = msgspec.structs.replace(SETTINGS, **settings)
    before = outliner.outline()
    return before, look_closer(rows.track("full"), places, clip, model, outline=before, settings=chosen)


def test_looks_that_went_astray_are_put_right_and_so_is_their_outline():
    before, after = looked_closer(Slipping())
    ankle = after.track["position"].to_numpy()[:, INDEX["left_ankle"]]
    assert np.allclose(ankle, (600.0, 700.0), atol=0.5)
    time_s = before["time"].to_numpy()
    lost, kept = (time_s > 2.15) & (time_s < 2.85), (time_s < 1.85) | (time_s > 3.15)
    was, now = (np.nan_to_num(outline["position"].to_numpy()) for outline in (before, after.outline))
    assert not np.allclose(was[lost], was[0], atol=1.0)
    assert np.allclose(now[lost], now[0], atol=1e-3)
    assert np.array_equal(now[kept], was[kept])


def test_somebody_whose_feet_stand_nowhere_is_not_looked_for():
    model = Slipping(seen_right=False, from_s=-1.0, to_s=99.0)
    _, after = looked_closer(model, astray_most=0.0)
    assert set(model.turns) == {0}
    assert after.track.attrs["model"] == "heavy"


def test_without_an_outline_none_is_made():
    places, rows = Places(), Rows()
    for frame in clip():
        for each in (places, rows):
            each.add(frame, Slipping().landmarks(frame.image, WHERE))
    assert look_closer(rows.track("full"), places, clip, Slipping(), settings=SETTINGS).outline is None
