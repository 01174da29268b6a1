"""Where the overlay writes: beside the lifter, and not over what the clip itself says."""

import cv2
import numpy as np
import pytest

from hiphinge.overlay.artist import Artist
from hiphinge.overlay.placing import CORNERS, Corner, covered, free_corner
from hiphinge.pose import KEYPOINTS
from hiphinge.settings import OverlaySettings, load_slice
from report_sample import SETTINGS, frame_of, sample

OWN = load_slice("overlay", OverlaySettings)
WIDTH, HEIGHT = 640, 360
BLOCK = (220.0, 120.0)


def plain():
    return np.full((HEIGHT, WIDTH, 3), 230, dtype=np.uint8)


def standing(x, *, top=20.0, low=330.0):
    """Joints of an upright body about `x`, unknown but for those that lines are drawn between."""
    body = np.full((len(KEYPOINTS), 2), np.nan)
    heights = {"ear": 0.05, "shoulder": 0.18, "elbow": 0.35, "wrist": 0.48, "hip": 0.5, "knee": 0.74, "ankle": 0.96}
    for name, share in heights.items():
        for side in ("left", "right"):
            body[KEYPOINTS.index(f"{side}_{name}")] = x, top + share * (low - top)
    return body


def captioned(corner):
    """A clip's own text in a corner."""
    picture = plain()
    x, y = (WIDTH - 215 if corner.right else 5), (HEIGHT - 110 if corner.low else 20)
    for line in range(5):
        cv2.putText(picture, "HEELS DOWN, BAR CLOSE", (x, y + 22 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1)
    return picture


def chosen(pictures, bodies):
    return free_corner(pictures, bodies, BLOCK, settings=OWN)


def test_without_a_reason_to_move_writing_stands_at_the_top_left():
    assert chosen([plain()], [standing(400.0)]) == Corner()
    assert chosen([], []) == Corner()


def test_writing_moves_off_a_lifter_who_stands_on_the_left():
    assert chosen([plain()], [standing(90.0)]) == Corner(right=True)


@pytest.mark.parametrize("corner", CORNERS)
def test_writing_never_lies_over_a_clips_own_captions(corner):
    assert chosen([captioned(corner)], [standing(WIDTH / 2)]) != corner


def test_a_caption_that_comes_later_counts_too():
    assert chosen([plain(), plain(), captioned(Corner())], [standing(WIDTH / 2)]) != Corner()


def test_the_lifter_is_avoided_before_captions_are():
    assert chosen([captioned(Corner(right=True))], [standing(90.0, low=900.0), standing(WIDTH - 90.0, top=190.0)]).right


def test_a_body_covers_its_lines_and_what_is_about_them():
    mask = covered([standing(300.0)], (WIDTH, HEIGHT))
    assert mask[150, 290:310].all()
    assert not mask[:, :200].any()
    assert not covered([np.full((len(KEYPOINTS), 2), np.nan)], (WIDTH, HEIGHT)).any()


def test_the_count_is_drawn_in_the_corner_that_was_chosen():
    analysis = sample()
    at_s = analysis.record.reps[0].bottom_s
    frame = frame_of(analysis, int(np.searchsorted(analysis.track["time"], at_s)))
    height, width = frame.shape[:2]
    usual, moved = Artist(analysis, SETTINGS), Artist(analysis, SETTINGS)
    moved._corner = Corner(low=True)
    pictures = [artist.frame(frame, at_s, (width, height)) for artist in (usual, moved)]
    changed = (pictures[0] != pictures[1]).any(axis=2)
    assert changed[: height // 4, : width // 2].any()
    assert changed[3 * height // 4 :, : width // 2].any()
