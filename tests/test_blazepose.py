"""BlazePose: geometry on plain arrays, and the models themselves where their files are."""

import math
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiphinge import weights
from hiphinge.errors import WeightsMissingError
from hiphinge.estimators.blazepose import load_blazepose
from hiphinge.estimators.blazepose.detector import anchors, decode, iou, weighted_suppression
from hiphinge.estimators.blazepose.landmarks import Landmarks, refine, sigmoid, turned
from hiphinge.estimators.blazepose.litert import LiteModel
from hiphinge.estimators.blazepose.region import Region, crop, region_between, transform, whole_image, windows
from hiphinge.estimators.blazepose.tracker import RegionTracker
from hiphinge.pose import KEYPOINTS
from hiphinge.settings import PoseSettings, load_slice

SETTINGS = load_slice("pose", PoseSettings)
PHOTOS = Path(__file__).parents[2] / "shared" / "data" / "photos"


def test_anchors_cover_the_image_finest_first():
    centres = anchors()
    assert centres.shape == (2254, 2)
    assert np.allclose(centres[0], [0.5 / 28, 0.5 / 28])
    assert np.allclose(centres[2], [1.5 / 28, 0.5 / 28])  # x runs first
    assert np.allclose(centres[-1], [6.5 / 7, 6.5 / 7])
    assert np.allclose(centres.mean(axis=0), 0.5)


def test_a_row_of_the_detector_is_decoded_relative_to_its_anchor():
    raw = np.array([[0.0, 22.4, 44.8, 89.6, 11.2, 0, 0, 0, 0, 0, -11.2, 0]])
    boxes, points = decode(raw, np.array([[0.5, 0.25]]))
    assert np.allclose(boxes, [[0.4, 0.15, 0.6, 0.55]])
    assert np.allclose(points[0], [[0.55, 0.25], [0.5, 0.25], [0.5, 0.25], [0.45, 0.25]])


def test_overlap_of_boxes():
    boxes = np.array([[0, 0, 2, 2], [1, 0, 3, 2], [5, 5, 6, 6], [1, 1, 1, 1]], dtype=float)
    assert np.allclose(iou(boxes[0], boxes), [1, 1 / 3, 0, 0])
    assert iou(boxes[3], boxes[3:])[0] == 0


def test_overlapping_detections_are_blended_by_their_scores_and_others_stay():
    boxes = np.array([[0, 0, 1, 1], [0.1, 0, 1.1, 1], [3, 3, 4, 4]], dtype=float)
    points = np.zeros((3, 4, 2))
    points[1] = 1.0
    merged = weighted_suppression(boxes, points, np.array([0.6, 0.9, 0.7]), overlap=0.3)
    assert [m[2] for m in merged] == [0.9, 0.7]
    assert np.allclose(merged[0][0], [0.06, 0, 1.06, 1])
    assert np.allclose(merged[0][1], 0.6)
    assert np.allclose(merged[1][0], boxes[2])


regions = st.builds(
    Region, st.floats(-500, 2500), st.floats(-500, 2500), st.floats(20, 2000), st.floats(-math.pi, math.pi)
)


@given(regions)
def test_a_region_maps_its_crop_onto_its_own_square(region):
    corners = transform(np.array([[0, 0], [256, 0], [256, 256], [0, 256], [128, 128]]), region.to_image(256))
    assert np.allclose(np.linalg.norm(corners[1] - corners[0]), region.size)
    assert np.allclose(np.linalg.norm(corners[2] - corners[0]), region.size * math.sqrt(2))
    assert np.allclose(corners[4], [region.x, region.y])
    turn = math.atan2(*(corners[1] - corners[0])[::-1])
    assert math.isclose(math.cos(turn - region.rotation), 1.0, abs_tol=1e-6)


@pytest.mark.parametrize(
    ("edge", "rotation"), [((50, 10), 0.0), ((90, 50), 90.0), ((10, 50), -90.0), ((50, 90), -180.0)]
)
def test_the_alignment_points_tell_size_and_turn(edge, rotation):
    region = region_between(np.array([50.0, 50.0]), np.array(edge, dtype=float), scale=1.25)
    assert (region.x, region.y, region.size) == (50, 50, 100)
    assert math.degrees(region.rotation) == pytest.approx(rotation)


def test_a_crop_shows_what_lies_at_the_region_upright():
    image = np.zeros((200, 300, 3), np.uint8)
    cv2.circle(image, (190, 100), 6, (255, 0, 0), -1)  # to the right of (150, 100): above, for a body turned right
    picture = crop(image, Region(150.0, 100.0, 100.0, math.pi / 2), 100)
    y, x = np.argwhere(picture[:, :, 0] > 128).mean(axis=0)
    assert (x, y) == (pytest.approx(50, abs=1), pytest.approx(10, abs=1))


def test_outside_the_image_a_crop_is_black_or_the_edge():
    image = np.full((50, 50, 3), 200, np.uint8)
    region = Region(25.0, 25.0, 100.0, 0.0)
    assert crop(image, region, 100)[0, 0, 0] == 0
    assert crop(image, region, 100, replicate=True)[0, 0, 0] == 200


@given(st.integers(16, 4000), st.integers(16, 4000))
def test_windows_show_all_of_the_image_and_overlap_by_half(width, height):
    image = np.broadcast_to(np.zeros((), np.uint8), (height, width, 3))
    squares = windows(image)
    if width == height:
        assert squares == []
        return
    along = [s.x if width > height else s.y for s in squares]
    side, length = min(width, height), max(width, height)
    assert along[0] - side / 2 == pytest.approx(0)
    assert along[-1] + side / 2 == pytest.approx(length)
    assert max(np.diff(along)) <= side / 2 + 1e-6
    assert whole_image(image).size == length


def bump(x, y, height=3.0):
    rows, columns = np.mgrid[0:64, 0:64]
    return height - 2.0 * ((columns - x) ** 2 + (rows - y) ** 2)


def test_a_landmark_moves_to_the_centre_of_its_heat():
    heat = np.stack([bump(20, 30)], axis=2).astype(np.float32)
    refined = refine(np.array([[22.4 / 64, 29.2 / 64]]), heat, kernel=9, confidence=0.5)
    assert np.allclose(refined * 64, [[20, 30]], atol=0.05)


def test_a_landmark_without_heat_or_outside_the_map_stays():
    heat = np.stack([bump(20, 30, height=-4.0), bump(0, 0), bump(0, 0)], axis=2).astype(np.float32)
    points = np.array([[20.4 / 64, 30.2 / 64], [-0.2, 0.5], [0.5, 1.0]])
    assert np.array_equal(refine(points, heat, kernel=9, confidence=0.5), points)


def test_heat_beyond_the_edge_of_the_map_counts_for_nothing():
    heat = np.stack([bump(0, 63)], axis=2).astype(np.float32)
    refined = refine(np.array([[0.5 / 64, 63.5 / 64]]), heat, kernel=9, confidence=0.5) * 64
    assert 0 <= refined[0, 0] < 3
    assert 60 < refined[0, 1] <= 63


def test_world_points_of_a_turned_region_are_turned_back():
    up_in_the_crop = np.array([[0.0, -1.0, 0.3]])
    assert np.allclose(turned(up_in_the_crop, math.pi / 2), [[1.0, 0.0, 0.3]])  # a body that leans to the image's right


def test_the_sigmoid_takes_any_logit():
    assert np.allclose(sigmoid(np.array([-1e4, 0.0, 1e4])), [0.0, 0.5, 1.0])


def seen_at(x, y, size):
    image = np.zeros((39, 3))
    image[33, :2], image[34, :2] = (x, y), (x, y - size / 2.5)
    here = Region(x, y, size, 0.0)
    return Landmarks(image, np.zeros((39, 3)), np.ones(39), np.ones(39), 1.0, here, here, None)


def test_the_region_rests_with_a_trembling_person_and_keeps_up_with_a_moving_one():
    generator = np.random.default_rng(1)
    tracker = RegionTracker(SETTINGS)
    noise = generator.normal(0, 1, 120)
    still = [tracker.update(k / 30, seen_at(300 + noise[k], 200, 400)).x for k in range(120)]
    assert np.std(still[10:]) < 0.35 * np.std(noise)
    tracker.reset()
    moving = [tracker.update(k / 30, seen_at(300 + 20 * k, 200, 400)).x for k in range(60)]
    assert 300 + 20 * 59 - moving[-1] < 0.15 * 400


def test_the_first_look_after_a_reset_is_taken_as_it_is():
    tracker = RegionTracker(SETTINGS)
    tracker.update(0.0, seen_at(100, 100, 200))
    tracker.reset()
    region = tracker.update(0.1, seen_at(700, 300, 500))
    assert (region.x, region.y, region.size) == pytest.approx((700, 300, 500))


def test_a_file_that_is_no_model_is_named_with_what_to_do(tmp_path):
    wrong = tmp_path / "model.tflite"
    wrong.write_bytes(b"not a model")
    for source in (wrong, tmp_path / "missing.tflite", b"not a model"):
        with pytest.raises(WeightsMissingError, match="hiphinge weights fetch"):
            LiteModel(source, threads=1, name="pose detector")


@pytest.fixture(scope="module")
def files():
    try:
        return weights.model_files("full")
    except WeightsMissingError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def blazepose(files):
    return load_blazepose(files.detector, files.landmarks, model="full", threads=1)


@pytest.fixture(scope="module")
def photo():
    file = PHOTOS / "Romanian_Deadlift_0.jpg"
    if not file.exists():
        pytest.skip("needs the photos of the shared data")
    return np.ascontiguousarray(cv2.imread(str(file))[:, :, ::-1])


@pytest.mark.weights
def test_models_in_each_others_place_are_refused(files):
    with pytest.raises(WeightsMissingError, match="another model"):
        load_blazepose(files.landmarks, files.detector, model="full", threads=1)


@pytest.mark.weights
def test_loading_and_running_writes_nothing_to_the_terminal(files):
    code = (
        "import sys, numpy as np; from pathlib import Path; from hiphinge.estimators.blazepose import load_blazepose;"
        "pose = load_blazepose(Path(sys.argv[1]), Path(sys.argv[2]), model='full', threads=2);"
        "pose.detect(np.zeros((64, 64, 3), np.uint8)); print('done', file=sys.stderr)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(files.detector), str(files.landmarks)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (run.stdout, run.stderr) == ("", "done\n")


@pytest.mark.weights
def test_an_empty_image_holds_nobody(blazepose):
    assert blazepose.detect(np.zeros((240, 320, 3), np.uint8)) == []
    assert blazepose.landmarks(np.zeros((240, 320, 3), np.uint8), Region(160.0, 120.0, 200.0, 0.0)) is None


@pytest.mark.weights
def test_a_lifter_is_seen_whole_and_the_outline_holds_the_joints(blazepose, photo):
    detection = blazepose.detect(photo)[0]
    seen = blazepose.landmarks(photo, detection.region, silhouette=True)
    height, width = photo.shape[:2]
    outline = seen.silhouette.in_image(width, height)
    for name in ("left_shoulder", "right_hip", "left_knee"):
        x, y, _ = seen.image[KEYPOINTS.index(name)]
        assert outline[int(y), int(x)] > 0.5
    assert outline[2, 2] < 0.5
    assert blazepose.landmarks(photo, detection.region).silhouette is None


@pytest.mark.weights
@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_a_turned_image_gives_the_same_landmarks_turned(blazepose, photo, quarter_turns):
    upright = blazepose.landmarks(photo, blazepose.detect(photo)[0].region)
    for _ in range(3):
        upright = blazepose.landmarks(photo, upright.next_region)
    height, width = photo.shape[:2]
    region = upright.next_region
    x, y, rotation = region.x, region.y, region.rotation
    for _ in range(quarter_turns):  # counterclockwise, as np.rot90 does
        x, y, rotation, width, height = y, width - x, rotation - math.pi / 2, height, width
    image = np.ascontiguousarray(np.rot90(photo, quarter_turns))
    seen = blazepose.landmarks(image, Region(x, y, region.size, rotation))
    expected = blazepose.landmarks(photo, region)
    placed = expected.image[:33, :2]
    for turn in range(quarter_turns):
        placed = np.column_stack([placed[:, 1], (photo.shape[1], photo.shape[0])[turn % 2] - placed[:, 0]])
    assert np.median(np.linalg.norm(seen.image[:33, :2] - placed, axis=1)) < 0.01 * region.size
    assert np.allclose(seen.world[:33, 2], expected.world[:33, 2], atol=0.05)
