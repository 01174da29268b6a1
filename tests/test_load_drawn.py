"""The load's path on pictures and in the report: where the load was, in centimetres where the scale is known."""

import re
from dataclasses import replace
from functools import cache

import msgspec
import numpy as np
import pytest

from hiphinge import metrics
from hiphinge.overlay.drawing import Pen
from hiphinge.overlay.load import PATH, LoadTrail
from hiphinge.records import LoadPath
from hiphinge.report.load import UNIT, figure, in_metres, measure
from hiphinge.synthetic import Camera, lifter_track
from hiphinge.words import words
from lifters import SIDE, carried, counted, hinge, reaching
from report_sample import HEIGHT, SETTINGS, WIDTH, sample


@cache
def analysis(stature_cm=None):
    """The report's sample with a load that was followed."""
    motion = reaching(hinge(), 15.0)
    moved = carried(motion, noise_px=0.3, camera=Camera(width=WIDTH, height=HEIGHT), stature_cm=stature_cm)
    reps = metrics.measure(moved.motion, counted(moved.motion), SIDE)
    plain = sample()
    record = msgspec.structs.replace(plain.record, reps=reps, load_path=moved.path, view=SIDE)
    return replace(plain, record=record, kinematics=moved.motion)


def drawn(one, time_s, **how):
    image = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    LoadTrail(one, SETTINGS).draw(image, time_s, origin=np.zeros(2), scale=1.0, pen=Pen(3, 12), **how)
    return image


def yellow(image):
    return np.argwhere((np.abs(image.astype(int) - PATH) < 12).all(axis=-1))


def test_the_trace_ends_at_the_load():
    one = analysis()
    rep = one.record.reps[1]
    at = one.kinematics.sel(time=rep.bottom_s, method="nearest")
    place = np.array([float(at["load_y_px"]), float(at["load_x_px"])])
    assert np.hypot(*(yellow(drawn(one, rep.bottom_s)) - place).T).min() < 3


def test_the_trace_grows_through_a_repetition_and_is_gone_between_repetitions():
    one = analysis()
    rep = one.record.reps[1]
    early, late = (len(yellow(drawn(one, at))) for at in (rep.start_s + 0.6, rep.bottom_s))
    assert early < late
    assert not len(yellow(drawn(one, one.record.reps[-1].end_s + 0.2)))


def test_the_load_in_the_picture_lies_at_the_wrists_and_not_elsewhere():
    motion = reaching(hinge(), 15.0)
    for facing in ("right", "left"):
        camera = Camera(facing=facing, roll_deg=0.0)
        seen = carried(motion, noise_px=0.0, camera=camera).motion
        track = lifter_track(motion, camera=camera)
        index = track["position"].sel(keypoint=["left_index", "right_index"]).mean("keypoint").to_numpy()
        load = np.stack([seen["load_x_px"].to_numpy(), seen["load_y_px"].to_numpy()], axis=-1)
        assert np.median(np.hypot(*(load - index).T)) < 0.05 * seen.attrs["stature_px"]


def test_without_a_load_nothing_is_drawn():
    plain = sample()
    assert not len(yellow(drawn(plain, plain.record.reps[0].bottom_s)))
    assert figure(plain, words(), most=8) is None


def test_the_reports_paths_are_as_far_apart_as_the_load_goes():
    one = analysis()
    found = figure(one, words(), most=8)
    assert [course.rep for course in found.courses] == [rep.index for rep in one.record.reps]
    up = np.array(re.findall(r"([\d.]+),([\d.]+)", found.courses[0].up), dtype=float)
    rise = one.record.reps[0].metrics["load_rise"].value
    assert np.ptp(up[:, 1]) / UNIT == pytest.approx(rise, abs=0.02)
    assert 0 < found.middle < found.width
    assert found.foot[0] < found.middle < found.foot[1]


def test_the_figure_shows_no_more_repetitions_than_asked():
    assert len(figure(analysis(), words(), most=2).courses) == 2


def test_from_the_front_no_path_is_shown():
    one = analysis()
    frontal = msgspec.structs.replace(one.record, view=msgspec.structs.replace(SIDE, plane="frontal"))
    assert figure(replace(one, record=frontal), words(), most=8) is None


def test_with_a_stature_the_report_speaks_in_centimetres_and_metres_a_second():
    scaled, bare = (figure(analysis(stature), words(), most=8).courses[0].said for stature in (175.0, None))
    assert re.fullmatch(r"[+−]\d+ cm · \d\.\d\d m/s", scaled)
    assert "stature" in bare
    assert "cm" not in bare


def test_metres_are_statures_times_the_records_scale():
    path = LoadPath(followed="hands", scale="stature", metres_per_stature=2.0, metres_per_stature_error=0.1)
    drift = analysis().record.reps[0].metrics["load_path_drift"]
    assert measure(drift, path, words()) == f"{200 * drift.value:+.0f} cm".replace("-", "−")


def test_where_the_scale_is_known_the_tables_are_metric_and_their_errors_hold_the_scales():
    scaled, plain = in_metres(analysis(175.0).record), analysis(175.0).record
    path = plain.load_path
    for name, unit, factor in (("load_rise", "cm", 100.0), ("peak_load_speed", "m/s", 1.0)):
        one, raw = scaled.reps[0].metrics[name], plain.reps[0].metrics[name]
        assert one.unit == unit
        assert one.value == pytest.approx(factor * raw.value * path.metres_per_stature)
        assert one.error > factor * raw.error * path.metres_per_stature
    assert scaled.reps[0].metrics["hip_drop"] == plain.reps[0].metrics["hip_drop"]


def test_without_a_scale_the_tables_stay_in_body_units():
    assert in_metres(analysis().record) is analysis().record


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", ["followed", "scale"])
def test_every_way_of_following_and_scaling_has_its_sentence(language, kind):
    ways = LoadPath.__annotations__[kind].__args__
    said = [words(language).load[f"{kind}_{way}"] for way in ways]
    assert all(said)
    assert len(set(said)) == len(ways)


def test_from_an_angle_the_path_is_drawn_without_the_vertical_and_said_to_be_rough():
    side = analysis()
    aside = replace(
        side,
        record=msgspec.structs.replace(side.record, view=msgspec.structs.replace(side.record.view, plane="oblique")),
    )
    time_s = side.record.reps[0].bottom_s
    both, path = (drawn(one, time_s) for one in (side, aside))
    assert yellow(path).size == yellow(both).size > 0
    assert (both > 200).all(axis=-1).sum() > (path > 200).all(axis=-1).sum()
    assert words().load["oblique"] in figure(aside, words(), most=4).caption
    assert words().load["oblique"] not in figure(side, words(), most=4).caption
