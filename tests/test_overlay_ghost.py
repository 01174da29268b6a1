"""The ghost in pictures: over the worst moment, in the same part of the picture, translucent, its back one line."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from assessed import analysed
from hiphinge.ghost import ghost
from hiphinge.messages import speaking
from hiphinge.overlay import figure
from hiphinge.overlay.artist import Artist
from hiphinge.overlay.drawing import Pen
from hiphinge.overlay.stills import StillTaker
from hiphinge.report import render
from hiphinge.settings import load_settings
from hiphinge.synthetic import Camera
from lifters import hinge, squat

SETTINGS = load_settings().overlay
SMALL = Camera(width=540, height=960)
PEN = Pen(line=4, text=20)


@pytest.fixture(scope="module")
def squatted():
    return analysed(squat(), exercise="hinge", camera=SMALL)


@pytest.fixture(scope="module")
def stills(squatted):
    return taken(squatted)


def taken(analysis):
    taker = StillTaker(Artist(analysis, SETTINGS))
    for time_s in taker.times():
        taker.offer(wall(), time_s)
    return taker.taken()


def wall(height=960, width=540):
    return np.full((height, width, 3), 120, np.uint8)


def of_kind(stills, kind):
    return [one for one in stills if one.moment.kind == kind]


def pixels(still):
    return np.asarray(Image.open(io.BytesIO(still.jpeg))).astype(int)


def bottom_ghost(analysis):
    return ghost(analysis, analysis.record.reps[0].bottom_s)


def drawn(found, *, dim=1.0):
    image = wall()
    figure.draw_figure(image, found, origin=np.zeros(2), scale=1.0, pen=PEN, dim=dim)
    return image.astype(int)


def test_a_leading_fault_gets_a_ghost_of_the_same_moment_in_the_same_part_of_the_picture(stills):
    (worst,), (right,) = of_kind(stills, "worst"), of_kind(stills, "ghost")
    assert (right.moment.at_s, right.moment.rep, right.moment.fault) == (
        worst.moment.at_s,
        worst.moment.rep,
        worst.moment.fault,
    )
    assert (right.width, right.height) == (worst.width, worst.height)


def test_a_clean_set_needs_no_ghost():
    analysis = analysed(hinge(), exercise="hinge", camera=SMALL)
    clean = replace(analysis, record=without_findings(analysis.record))
    assert of_kind(taken(clean), "ghost") == []


def test_a_fault_of_tempo_gets_no_ghost_since_no_posture_shows_it_right():
    hasty = taken(analysed(hinge(eccentric_s=0.5), exercise="hinge", camera=SMALL))
    (worst,) = of_kind(hasty, "worst")
    assert worst.moment.fault == "too_fast"
    assert of_kind(hasty, "ghost") == []


def without_findings(record):
    known = {name: getattr(record, name) for name in record.__struct_fields__}
    summary = record.summary
    bare = type(summary)(**({n: getattr(summary, n) for n in summary.__struct_fields__} | {"findings": ()}))
    return type(record)(**(known | {"summary": bare}))


def test_the_rest_of_the_picture_is_dimmed_so_that_the_ghost_stands_out(stills):
    (right,) = of_kind(stills, "ghost")
    corner = pixels(right)[:20, :20].mean()
    assert corner == pytest.approx(120 * SETTINGS.ghost_dim, abs=3)


def test_the_ghost_covers_its_joints_and_lets_the_picture_through(squatted):
    found = bottom_ghost(squatted)
    on_dark, on_light = drawn(found, dim=0.4), drawn(found, dim=1.0)
    for name in ("knee", "hip", "ankle"):
        x, y = np.round(found.near_px[name]).astype(int)
        assert on_light[y, x, 1] > on_light[y, x, 0] + 20, name
        assert on_light[y, x].sum() > on_dark[y, x].sum(), name


def test_the_line_of_the_back_runs_behind_the_trunk_from_the_sacrum_to_the_head(squatted):
    found = bottom_ghost(squatted)
    line = figure.back_line(found.near_px, found.stature_px, 1.0)
    hip, shoulder = found.near_px["hip"], found.near_px["shoulder"]
    trunk = (shoulder - hip) / np.hypot(*(shoulder - hip))
    along = (line - hip) @ trunk
    behind = (line - hip) @ np.array([trunk[1], -trunk[0]])
    assert (np.diff(along) > 0).all()
    assert (behind[:-1] > 0.03 * found.stature_px).all()


def test_the_back_of_a_lifter_who_faces_left_is_on_the_other_side():
    lines = []
    for facing, sign in (("right", 1.0), ("left", -1.0)):
        camera = Camera(width=540, height=960, facing=facing)
        found = bottom_ghost(analysed(squat(), exercise="hinge", camera=camera))
        lines.append(figure.back_line(found.near_px, found.stature_px, sign))
    np.testing.assert_allclose(lines[1], [540, 0] + lines[0] * [-1, 1], atol=4)


def test_a_ghost_beside_the_picture_is_drawn_as_far_as_it_is_in_it(squatted):
    found = bottom_ghost(squatted)
    image = wall(200, 200)
    figure.draw_figure(image, found, origin=np.array([400.0, 800.0]), scale=1.0, pen=PEN, dim=0.5)
    assert image.shape == (200, 200, 3)


@pytest.mark.parametrize(("language", "title"), [("en", "Like this"), ("es", "Así")])
def test_the_report_shows_it_beside_the_correction_and_says_what_is_different(squatted, stills, language, title):
    known = {name: getattr(squatted.record, name) for name in squatted.record.__struct_fields__}
    told = replace(squatted, record=type(squatted.record)(**(known | {"language": language})))
    with speaking(language):
        page = render(told, stills, settings=SETTINGS)
    assert 'class="like-this"' in page
    assert f"<b>{title}</b>" in page
    assert "→" in page


def test_a_report_without_a_ghost_keeps_silent_about_it(squatted, stills):
    page = render(squatted, tuple(one for one in stills if one.moment.kind != "ghost"), settings=SETTINGS)
    assert 'class="like-this"' not in page


def test_a_report_says_why_a_leading_fault_has_no_ghost(squatted, stills):
    view = squatted.record.view
    turned = type(view)(**({name: getattr(view, name) for name in view.__struct_fields__} | {"yaw_deg": 55.0}))
    known = {name: getattr(squatted.record, name) for name in squatted.record.__struct_fields__}
    analysis = replace(squatted, record=type(squatted.record)(**(known | {"view": turned})))
    page = render(analysis, tuple(one for one in stills if one.moment.kind != "ghost"), settings=SETTINGS)
    assert "the camera was turned too far from the side" in page
