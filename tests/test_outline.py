"""The outline of one frame against silhouettes whose edge is known."""

import cv2
import numpy as np
import pytest

from hiphinge.estimators.blazepose import Landmarks, Region
from hiphinge.estimators.blazepose.landmarks import Silhouette
from hiphinge.outline import RAYS, SIDES, OutlineRows, make_outline, trace
from hiphinge.people.outlining import Outliner, edges_of
from hiphinge.pose import KEYPOINTS
from hiphinge.video import Frame

SIZE = 256
CENTRE, AXES = np.array([128.0, 120.0]), np.array([30.0, 85.0])
HIP, SHOULDER, EAR = np.array([128.0, 160.0]), np.array([128.0, 90.0]), np.array([128.0, 60.0])
STILL = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
ZONES = np.array([ray.zone for ray in RAYS])


def off_ellipse(points):
    """Signed distance (…) from the ellipse's edge, pixels of the mask, to first order."""
    scaled = (points - CENTRE) / AXES
    level = np.linalg.norm(scaled, axis=-1)
    slope = np.linalg.norm(scaled / AXES, axis=-1) / np.maximum(level, 1e-9)
    return (level - 1) / np.maximum(slope, 1e-9)


def body(width=0.5):
    """Mask of an ellipse, its probability falling over about four of `width` pixels."""
    y, x = np.mgrid[:SIZE, :SIZE].astype(float)
    off = off_ellipse(np.stack([x, y], axis=-1))
    return (1 / (1 + np.exp(np.clip(off / width, -50, 50)))).astype(np.float32)


def traced(mask=None, *, to_image=STILL, hip=HIP, shoulder=SHOULDER, ear=EAR):
    place = [points @ to_image[:, :2].T + to_image[:, 2] for points in (hip, shoulder, ear)]
    return trace(body() if mask is None else mask, to_image, hip=place[0], shoulder=place[1], ear=place[2])


def into_mask(points, to_image):
    back = cv2.invertAffineTransform(to_image)
    return points @ back[:, :2].T + back[:, 2]


@pytest.mark.parametrize("turn", [0.0, 0.4, -2.0])
@pytest.mark.parametrize("scale", [0.7, 1.0, 3.3])
def test_the_edge_is_found_finer_than_the_masks_pixels(turn, scale):
    to_image = Region(300.0, 200.0, scale * SIZE, turn).to_image(SIZE)
    edges = traced(to_image=to_image)
    known = np.isfinite(edges.position).all(axis=-1)
    assert known[:, ZONES != "pelvis"].mean() > 0.9
    off = off_ellipse(into_mask(edges.position[known].astype(float), to_image))
    assert np.abs(off).max() < 0.15


def test_sides_and_order_are_those_of_the_trunk():
    edges = traced()
    left, right = edges.position[0, ZONES == "trunk"], edges.position[1, ZONES == "trunk"]
    assert SIDES == ("left", "right")
    assert (left[:, 0] < CENTRE[0]).all()
    assert (right[:, 0] > CENTRE[0]).all()
    assert (np.diff(left[:, 1]) < 0).all()  # from below, y down


def test_a_mirrored_picture_has_a_mirrored_outline():
    edges = traced()
    flip = np.array([[-1.0, 0.0, 500.0], [0.0, 1.0, 0.0]])
    mirrored = traced(to_image=flip)
    expected = edges.position[::-1] * [-1, 1] + [500, 0]
    assert np.allclose(mirrored.position, expected, atol=1e-3, equal_nan=True)


def test_a_ray_that_leaves_the_mask_inside_the_body_has_no_edge():
    mask = body()
    shifted = np.zeros_like(mask)
    shifted[:, : SIZE - 112] = mask[:, 112:]  # the mask's left border now runs through the body
    away = np.array([112.0, 0.0])
    edges = traced(shifted, hip=HIP - away, shoulder=SHOULDER - away, ear=EAR - away)
    assert not np.isfinite(edges.position[0, ZONES == "trunk"]).any()
    assert (edges.confidence[0, ZONES == "trunk"] == 0).all()
    assert np.isfinite(edges.position[1, ZONES == "trunk"]).all()


def test_a_ray_that_starts_outside_the_body_has_no_edge():
    edges = traced(ear=np.array([128.0, 20.0]))
    assert not np.isfinite(edges.position[:, ZONES == "head"]).any()


@pytest.mark.parametrize("missing", ["hip", "shoulder", "ear"])
def test_without_a_joint_there_is_no_outline(missing):
    edges = traced(**{missing: np.array([np.nan, np.nan])})
    assert not np.isfinite(edges.position).any()
    assert not edges.confidence.any()


def test_a_soft_edge_is_less_sure_than_a_sharp_one():
    trunk = ZONES == "trunk"
    confidence = [traced(body(width)).confidence[:, trunk] for width in (0.3, 0.6, 1.5, 4.0)]
    means = [float(np.nanmean(each)) for each in confidence]
    assert means == sorted(means, reverse=True)
    assert means[0] > 0.4
    assert means[-1] < 0.1
    assert all((each >= 0).all() and (each <= 1).all() for each in confidence)


def seen_body():
    image = np.zeros((39, 3))
    for part, place in (("hip", HIP), ("shoulder", SHOULDER), ("ear", EAR)):
        for side, away in (("left", -4.0), ("right", 4.0)):
            image[KEYPOINTS.index(f"{side}_{part}"), :2] = place + np.array([away, 0.0])
    region = Region(SIZE / 2, SIZE / 2, float(SIZE), 0.0)
    logits = np.log(np.clip(body(), 1e-6, 1 - 1e-6) / (1 - np.clip(body(), 1e-6, 1 - 1e-6)))
    return Landmarks(
        image, image, np.ones(39), np.ones(39), 1.0, region, region, Silhouette(logits.astype(np.float32), region)
    )


def test_the_outline_is_traced_between_the_joints_of_both_sides():
    assert np.allclose(edges_of(seen_body()).position, traced().position, atol=0.01, equal_nan=True)


def test_frames_in_which_nobody_is_seen_are_rows_without_an_edge():
    picture = np.zeros((SIZE, SIZE, 3), np.uint8)
    outliner = Outliner()
    for k, seen in enumerate((None, seen_body(), None)):
        outliner.add(Frame(k, k / 30, picture), seen)
    outline = outliner.outline()
    found = np.isfinite(outline["position"].to_numpy()).any(axis=(1, 2, 3))
    assert found.tolist() == [False, True, False]
    assert outline["time"].to_numpy().tolist() == [0, 1 / 30, 2 / 30]
    assert outline["pixel_px"].to_numpy()[1] == 1.0


def test_a_clip_without_silhouettes_has_no_outline():
    outliner = Outliner()
    outliner.add(Frame(0, 0.0, np.zeros((SIZE, SIZE, 3), np.uint8)), None)
    assert outliner.outline() is None


def test_ten_minutes_at_sixty_frames_fit_in_fifty_megabytes():
    rows = OutlineRows()
    for k in range(60):
        rows.add(k / 60, traced(), 1.0)
    assert rows.outline().nbytes * 600 < 50e6
    assert sum(array.nbytes for array in (*rows.position, *rows.confidence)) * 600 < 50e6


def test_an_outline_of_another_shape_is_refused():
    rays = len(RAYS)
    with pytest.raises(ValueError, match="outline"):
        make_outline(np.arange(3.0), np.zeros((3, 2, rays, 2)), np.zeros((3, 2, rays - 1)), np.zeros(3))
