"""The clean back line against a body whose outline is known."""

import numpy as np
import pytest

from hiphinge.cleaning import clean
from hiphinge.geometry import MAD_TO_SIGMA
from hiphinge.outline import RAYS
from hiphinge.pose import KEYPOINTS
from hiphinge.settings import CleaningSettings, SpineSettings, ViewSettings, load_slice
from hiphinge.spine.backline import SIDES, back_line, line_px, make_back_line
from hiphinge.synthetic import Camera, lifter_track, repetitions
from hiphinge.view import facing_over_time
from outlines import edge_in_body, outline_of

SETTINGS = load_slice("spine", SpineSettings)
ZONES = np.array([ray.zone for ray in RAYS])
TURNS = np.array([ray.turn_deg for ray in RAYS])
TRUNK = ZONES == "trunk"
BARE = TRUNK | (ZONES == "neck") | ((ZONES == "pelvis") & (TURNS >= -60))
"""Rays whose edge no arm of the stick lifter comes near, on the back."""
MIDDLE = int(np.flatnonzero(TRUNK)[12])
BACK, FRONT = 0, 1


def raw_hinge(**camera):
    return lifter_track(repetitions(1), camera=Camera(**camera)).copy(deep=True)


def cleaned(raw, outline):
    track = clean(raw, settings=load_slice("cleaning", CleaningSettings))
    facing = facing_over_time(track, settings=load_slice("view", ViewSettings))
    return back_line(outline, track, facing, settings=SETTINGS)


def column(line, name, ray=MIDDLE, side=BACK):
    return line[name].to_numpy()[:, side, ray]


def pushed(raw, frames, rays=slice(MIDDLE, MIDDLE + 1), by=0.3):
    """An outline whose back leaps outward at some frames, trunk lengths."""
    outline = outline_of(raw)
    position = outline["position"].to_numpy()
    out = position[:, 0, MIDDLE] - position[:, 1, MIDDLE]  # as long as the body is deep there
    position[frames, 0, rays] += (by / 0.44 * out[frames])[:, None]
    return outline


@pytest.mark.parametrize("facing", ["right", "left"])
def test_a_rigid_back_keeps_its_place_in_the_persons_frame_while_it_hinges(facing):
    raw = raw_hinge(facing=facing)
    line = cleaned(raw, outline_of(raw))
    along, behind = edge_in_body()
    size = line.attrs["trunk_length_px"] / np.linalg.norm(
        line["position_px"].to_numpy()[:, 0, MIDDLE] - line["position_px"].to_numpy()[:, 1, MIDDLE], axis=-1
    )  # the trunk's length in the picture changes a little with its distance from the camera
    scale = np.median(size) / size
    assert np.allclose(line["along"][:, BACK, BARE], scale[:, None] * along[BARE], atol=0.006)
    assert np.allclose(line["behind"][:, BACK, BARE], scale[:, None] * behind[BARE], atol=0.006)
    assert tuple(line["side"].values) == SIDES
    assert (line["behind"].to_numpy()[:, BACK, TRUNK] > 0.15).all()


def test_a_mirrored_picture_gives_the_same_back():
    right = raw_hinge(facing="right")
    ours = cleaned(right, outline_of(right))
    left = right.copy(deep=True)
    left["position"][..., 0] = left.attrs["width"] - left["position"][..., 0]
    left["world"][..., 0] *= -1
    order = [KEYPOINTS.index(_other(name)) for name in KEYPOINTS]
    for name in ("position", "world", "confidence"):
        left[name].to_numpy()[:] = left[name].to_numpy()[:, order]
    theirs = cleaned(left, outline_of(left))
    for name in ("along", "behind", "error", "confidence"):
        assert np.allclose(ours[name], theirs[name], atol=1e-4, equal_nan=True), name
    mirrored = left.attrs["width"] - theirs["position_px"][..., 0]
    assert np.allclose(ours["position_px"][..., 0], mirrored, atol=0.05, equal_nan=True)


def _other(name):
    return name.replace("left", "?").replace("right", "left").replace("?", "right")


def test_a_larger_picture_gives_the_same_back():
    raw = raw_hinge()
    outline = outline_of(raw)
    ours = cleaned(raw, outline)
    large, wide = raw.copy(deep=True), outline.copy(deep=True)
    large["position"] *= 2.5
    large.attrs.update(width=2700, height=4800)
    wide["position"] *= 2.5
    wide["pixel_px"] *= 2.5
    theirs = cleaned(large, wide)
    assert theirs.attrs["trunk_length_px"] == pytest.approx(2.5 * ours.attrs["trunk_length_px"])
    for name in ("along", "behind", "error", "confidence"):
        assert np.allclose(ours[name], theirs[name], atol=1e-4, equal_nan=True), name


def test_a_leap_of_the_edge_is_bridged_and_widens_the_error():
    raw = raw_hinge()
    true = cleaned(raw, outline_of(raw))
    leapt = cleaned(raw, pushed(raw, slice(60, 64), rays=slice(MIDDLE - 6, MIDDLE + 7)))
    assert np.allclose(column(leapt, "behind"), column(true, "behind"), atol=0.004)
    assert column(leapt, "error")[61] > 1.2 * column(true, "error")[61]


def test_one_ray_that_stands_out_of_its_neighbours_is_no_back():
    raw = raw_hinge()
    line = cleaned(raw, pushed(raw, slice(None), by=0.1))
    assert np.isnan(column(line, "behind")).all()
    assert (column(line, "confidence") == 0).all()
    assert np.isfinite(column(line, "behind", MIDDLE + 1)).all()


@pytest.mark.parametrize(("seconds", "bridged"), [(0.3, True), (1.0, False)])
def test_only_a_short_loss_is_bridged(seconds, bridged):
    raw = raw_hinge()
    outline = outline_of(raw)
    lost = slice(60, 60 + int(30 * seconds))
    outline["position"].to_numpy()[lost] = np.nan
    line = cleaned(raw, outline)
    assert np.isfinite(column(line, "behind")[65]) == bridged
    if bridged:
        assert column(line, "confidence")[64] < 0.5 * column(line, "confidence")[30]
        assert column(line, "error")[64] > column(line, "error")[30]
    else:
        assert np.isnan(column(line, "error")[65])
        assert column(line, "confidence")[65] == 0


def test_an_arm_across_the_back_hides_what_is_under_it_and_nothing_else():
    raw = raw_hinge()
    outline = outline_of(raw)
    elbow, wrist = (outline["position"].to_numpy()[:, BACK, MIDDLE + k] for k in (2, -2))
    for name, place in (("elbow", elbow), ("wrist", wrist), ("index", wrist)):
        raw["position"].to_numpy()[:, KEYPOINTS.index(f"right_{name}")] = place
    line = cleaned(raw, outline)
    assert np.isnan(column(line, "behind")).mean() > 0.9
    assert np.isfinite(column(line, "behind", MIDDLE - 9)).all()
    assert np.isfinite(column(line, "behind", MIDDLE + 11)).mean() > 0.9


def test_an_arm_that_is_not_seen_hides_nothing():
    raw = raw_hinge()
    outline = outline_of(raw)
    for name in ("left_elbow", "left_wrist"):
        raw["position"].to_numpy()[:, KEYPOINTS.index(name)] = outline["position"].to_numpy()[:, BACK, MIDDLE]
        raw["confidence"].to_numpy()[:, KEYPOINTS.index(name)] = 0.0
    assert np.isfinite(column(cleaned(raw, outline), "behind")).all()


def test_the_pictures_border_is_no_edge():
    raw = raw_hinge()
    outline = outline_of(raw)
    at_border = outline["position"].to_numpy()[..., 0].min()
    raw["position"][..., 0] -= at_border
    outline["position"][..., 0] -= at_border
    line = cleaned(raw, outline)
    lost = np.isnan(line["behind"].to_numpy())
    near = outline["position"].to_numpy()[..., 0] < 2.0
    assert near.any()
    assert lost[near].all()
    assert not lost[:, BACK, MIDDLE][:30].any()


def test_the_error_says_how_far_the_line_is_off():
    raw = raw_hinge()
    true = cleaned(raw, outline_of(raw))
    noisy = cleaned(raw, outline_of(raw, noise_px=4.0))
    off = (noisy["behind"] - true["behind"]).to_numpy()[:, BACK, BARE]
    said = noisy["error"].to_numpy()[:, BACK, BARE]
    assert 0.6 < MAD_TO_SIGMA * np.median(np.abs(off)) / np.median(said) < 1.2
    assert np.median(said) > 1.2 * np.median(true["error"].to_numpy()[:, BACK, BARE])


def test_frames_at_uneven_times_come_out_even():
    raw = raw_hinge()
    keep = np.sort(np.random.default_rng(3).choice(raw.sizes["time"], int(0.85 * raw.sizes["time"]), replace=False))
    thinned = raw.isel(time=keep)
    line = cleaned(thinned, outline_of(thinned))
    assert np.allclose(np.diff(line["time"]), np.diff(line["time"])[0])
    assert np.allclose(line["behind"][:, BACK, TRUNK], edge_in_body()[1][TRUNK], atol=0.012)


def test_nobody_seen_means_no_back():
    raw = raw_hinge()
    outline = outline_of(raw)
    raw["position"][:] = np.nan
    raw["confidence"][:] = 0.0
    line = cleaned(raw, outline)
    assert np.isnan(line["behind"].to_numpy()).all()
    assert not line["confidence"].to_numpy().any()


def upright(behind, known=None):
    """One frame of a lifter who stands facing right, the trunk 100 px long."""
    along, _ = edge_in_body()
    along = np.where(ZONES == "head", 1.25 + 0.17 * np.sin(np.deg2rad(TURNS)), along)
    shape = (1, 2, len(RAYS))
    behind = np.stack([behind, -np.asarray(behind)])[None]
    if known is not None:
        behind = np.where(known, behind, np.nan)
    along = np.broadcast_to(along, shape)
    return make_back_line(
        [0.0], along, behind, np.full(shape, 0.01), np.ones(shape),
        hip_px=[[200.0, 300.0]], shoulder_px=[[200.0, 200.0]], facing=[1.0], trunk_length_px=100.0,
    )  # fmt: skip


def smooth_back():
    return np.where(ZONES == "head", 0.17 * np.cos(np.deg2rad(TURNS)), edge_in_body()[1])


def test_the_drawn_line_runs_up_the_back_without_turning_round():
    points = line_px(upright(smooth_back()), 0)
    assert (points[:, 0] < 200).all()
    assert (np.diff(points[:, 1]) < 0).all()
    assert points[0, 1] > 295  # from the sacrum …
    assert points[-1, 1] < 180  # … to the head
    assert len(points) > 28


def test_the_drawn_line_leaves_out_what_is_not_known_and_a_ponytail():
    known = ~np.isin(np.arange(len(RAYS)), np.flatnonzero(TRUNK)[5:9])
    behind = smooth_back()
    behind[(ZONES == "head") & (TURNS == 0)] = 0.6
    points = line_px(upright(behind, known), 0)
    assert np.isfinite(points).all()
    assert (points[:, 0] > 150).all()
    assert not ((points[:, 1] < 278) & (points[:, 1] > 268)).any()


def test_a_frame_without_a_back_has_no_line():
    assert line_px(upright(np.full(len(RAYS), np.nan)), 0).shape == (0, 2)
