"""A real rod, found in pictures drawn for the purpose: it moves with the back, and doors and walls do not."""

import cv2
import numpy as np
import pytest

from bare_backs import ALONG, NAKED
from hiphinge.settings import SpineSettings, load_slice
from hiphinge.spine.backline import body_axes, make_back_line
from hiphinge.spine.real_rod import RodFinder, real_rod, thin

SETTINGS = load_slice("spine", SpineSettings)
SIZE = (360, 480)
TRUNK = 100.0
FPS = 10.0
HALF_WIDTH = SETTINGS.rod_width / 4
"""Of the rod that is drawn, and that is taken off."""
WAVE = np.r_[np.zeros(15), 30 * (1 - np.cos(np.linspace(0, 2 * np.pi, 50))), np.zeros(10)]
"""Lean of one repetition, degrees."""


class Scene:
    """Somebody who hinges before a noisy wall; their back is straight, 0.2 trunk lengths behind hip → shoulder."""

    def __init__(self, lean_deg=WAVE, facing=1.0, seed=0):
        self.lean = np.deg2rad(lean_deg)
        self.facing = np.full(self.lean.size, facing)
        self.time_s = np.arange(self.lean.size) / FPS
        self.hip = np.array([240.0 - facing * 30, 240.0]) - np.c_[facing * 30 * np.sin(self.lean), 0 * self.lean]
        self.shoulder = self.hip + TRUNK * np.c_[facing * np.sin(self.lean), -np.cos(self.lean)]
        self.up, self.dorsal = body_axes(self.hip, self.shoulder, self.facing)
        rng = np.random.default_rng(seed)
        self.pictures = [rng.normal(120, 3, (*SIZE, 3)).clip(0, 255).astype(np.uint8) for _ in self.lean]

    def at(self, k, along, behind):
        return self.hip[k] + TRUNK * (along * self.up[k] + behind * self.dorsal[k])

    def stroke(self, k, start, end, *, width=4, colour=(190, 150, 100)):
        ends = [tuple(round(16 * float(value)) for value in place) for place in (start, end)]
        cv2.line(self.pictures[k], *ends, colour, width, cv2.LINE_AA, 4)

    def body(self):
        """A dark trunk in front of its back."""
        for k, picture in enumerate(self.pictures):
            around = ((-0.2, 0.2), (1.05, 0.2), (1.05, -0.2), (-0.2, -0.2))
            corners = [self.at(k, along, behind) for along, behind in around]
            cv2.fillConvexPoly(picture, np.round(corners).astype(np.int32), (60, 50, 50))
        return self

    def rod(self, *, low=0.0, high=0.0, hidden=None):
        """A rod that lies on the back; its ends stand off from it by `low` and `high` (each one for all, or (T,))."""
        low, high = (np.broadcast_to(value, self.lean.shape) for value in (low, high))
        for k in range(self.lean.size):

            def place(along, k=k):
                return self.at(k, along, 0.2 + HALF_WIDTH + low[k] + (high[k] - low[k]) * along)

            pieces = [(-0.3, 1.9)] if hidden is None else [(-0.3, hidden[0]), (hidden[1], 1.9)]
            pieces = [piece for piece in pieces if piece[1] is not None]
            for start, end in pieces:
                self.stroke(k, place(start), place(end))
        return self

    def door(self):
        """A frame that stands where the back is while upright."""
        for k in range(self.lean.size):
            x = self.at(0, 0.5, 0.2 + HALF_WIDTH)[0]
            self.stroke(k, (x, 0.0), (x, SIZE[0]))
        return self

    @property
    def back_line(self):
        shape = (self.lean.size, 2, ALONG.size)
        behind = np.broadcast_to(np.array([0.2, -0.2])[:, None], shape).copy()
        return make_back_line(
            self.time_s, np.broadcast_to(ALONG, shape).copy(), behind, np.full(shape, 0.005), np.ones(shape),
            hip_px=self.hip, shoulder_px=self.shoulder, facing=self.facing, trunk_length_px=TRUNK,
        )  # fmt: skip

    def found(self):
        finder = RodFinder(SETTINGS)
        for k, picture in enumerate(self.pictures):
            finder.look(self.time_s[k], picture, hip=self.hip[k], shoulder=self.shoulder[k])
        return finder.found

    def judged(self):
        return real_rod(self.found(), self.back_line, shape=NAKED, settings=SETTINGS)


@pytest.mark.parametrize("facing", [1.0, -1.0])
def test_a_rod_that_leans_with_the_back_is_found_where_it_is(facing):
    scene = Scene(facing=facing).body().rod()
    rod = scene.judged()
    assert rod is not None
    assert rod.attrs["kind"] == "real"
    lower, upper = np.moveaxis(rod["end_px"].to_numpy(), 1, 0)
    for place in (lower, upper):
        behind = ((place - scene.hip) * scene.dorsal).sum(axis=1) / TRUNK
        assert behind == pytest.approx(0.2 + HALF_WIDTH, abs=0.025)
    assert np.median(((upper - lower) * scene.up).sum(axis=1)) / TRUNK > 1.8
    assert np.nanquantile(rod["gap"].to_numpy(), 0.9) < 0.025
    assert rod["contact"].to_numpy().mean() > 0.97


def test_a_rod_lifted_off_the_sacrum_has_lost_that_contact_alone():
    bent = WAVE > 30
    rod = Scene().body().rod(low=np.where(bent, 0.14, 0.0), high=np.where(bent, 0.0, 0.0)).judged()
    assert rod is not None
    inside = np.flatnonzero(bent)[3:-3]
    gap = rod["gap"].to_numpy()[inside]
    assert np.median(gap[:, 0]) == pytest.approx(0.14 * 0.92, abs=0.03)
    contact = rod["contact"].to_numpy()
    assert not contact[inside, 0].any()
    assert contact[inside, 1].mean() > 0.9
    assert contact[:12].all()


def test_it_is_found_though_an_arm_hides_the_middle():
    rod = Scene().body().rod(hidden=(0.2, 1.1)).judged()
    assert rod is not None
    assert np.nanmedian(rod["gap"].to_numpy()) < 0.03


def test_the_error_grows_away_from_what_is_seen_of_it():
    whole, upper = Scene().body().rod(), Scene().body().rod(hidden=(None, 1.1))
    seen, told = (float(np.nanmedian(scene.judged()["gap_error"].sel(zone="sacral"))) for scene in (whole, upper))
    assert told > 1.5 * seen


def test_a_door_frame_at_the_back_of_somebody_upright_is_no_rod():
    assert Scene().body().door().judged() is None


def test_a_door_frame_does_not_hide_the_rod():
    assert Scene().body().door().rod().judged() is not None


def test_a_bare_back_has_no_rod():
    assert Scene().body().judged() is None


def test_without_a_lean_it_cannot_be_told_from_the_room():
    assert Scene(lean_deg=np.zeros(60)).body().rod().judged() is None


def test_a_stripe_that_moves_along_far_behind_the_back_is_no_rod():
    assert Scene().body().rod(low=0.3, high=0.3).judged() is None


@pytest.mark.parametrize("top", [0.95, 1.45])
def test_a_stripe_that_ends_at_the_shoulders_or_at_the_hair_is_no_rod(top):
    """A strap, the edge of a shirt, a tail of hair that goes on along it."""
    scene = Scene().body()
    for k in range(scene.lean.size):
        scene.stroke(k, scene.at(k, 0.0, 0.21), scene.at(k, top, 0.21))
    assert scene.judged() is None


def test_nobody_seen_is_no_rod():
    scene = Scene()
    finder = RodFinder(SETTINGS)
    assert real_rod(finder.found, scene.back_line, settings=SETTINGS) is None
    finder.look(0.0, scene.pictures[0], hip=np.full(2, np.nan), shoulder=np.full(2, np.nan))
    assert np.isnan(finder.found.ends_px).all()
    assert real_rod(finder.found, scene.back_line, settings=SETTINGS) is None


def test_only_thin_stripes_are_marked():
    strip = np.full((80, 200, 3), 100, np.uint8)
    strip[20:24] = 150
    strip[50:] = 60
    marked = np.flatnonzero(thin(strip, width_px=6, contrast=9).any(axis=1))
    assert marked.min() >= 19
    assert marked.max() <= 24


def test_a_stripe_may_be_darker_than_one_ground_and_lighter_than_another():
    strip = np.full((40, 200, 3), 40, np.uint8)
    strip[:, 100:] = 200
    strip[18:22] = 120
    assert (thin(strip, width_px=6, contrast=9)[18:22].max(axis=0) > 0).mean() > 0.9


def test_the_finder_looks_now_and_then_and_keeps_no_picture():
    class Seen:
        image = np.tile([240.0, 240.0], (39, 1))

    Seen.image[[11, 12]] = 240.0, 140.0

    class Moment:
        image = np.zeros((*SIZE, 3), np.uint8)

        def __init__(self, time_s):
            self.time_s = time_s

    finder = RodFinder(SETTINGS)
    for k in range(60):
        finder(Moment(k / 30), Seen)
        finder(Moment(k / 30), None)
    assert finder.found.time_s.size == pytest.approx(2.0 / SETTINGS.rod_look_every_s, abs=1.5)
    assert sum(values.nbytes for values in finder.found) < 500 * finder.found.time_s.size
