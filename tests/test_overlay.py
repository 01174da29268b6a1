import cv2
import msgspec
import numpy as np
import pytest

from hiphinge import video
from hiphinge.exercises import exercises
from hiphinge.faults import rules_of
from hiphinge.moments import angles_of, headline, moments
from hiphinge.overlay import Pace, write_overlay
from hiphinge.overlay.artist import Artist, Look
from hiphinge.overlay.drawing import VERDICT_COLOURS
from hiphinge.pose import KEYPOINTS
from hiphinge.records import Finding, Metric
from hiphinge.result import Analysis
from report_sample import SETTINGS, frame_of, sample, write_clip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("overlay")
    analysis = sample(2)
    clip = write_clip(analysis, folder / "clip.mp4", step=2)
    seen = []
    stills = write_overlay(
        analysis, clip, folder, settings=SETTINGS, progress=lambda stage, share: seen.append((stage, share))
    )
    return analysis, clip, folder, stills, seen


def picture(still):
    return cv2.cvtColor(cv2.imdecode(np.frombuffer(still.jpeg, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def far_from(image, other):
    return np.abs(image.astype(int) - other.astype(int)).max(axis=2) > 60


def test_the_overlay_has_the_clips_length_rate_and_size(made):
    _, clip, folder, _, _ = made
    before, after = video.probe(clip), video.probe(folder / "overlay.mp4")
    assert (after.width, after.height) == (360, 640)
    assert after.frames == before.frames
    assert after.duration_s == pytest.approx(before.duration_s, abs=0.04)


def test_progress_rises_to_the_end(made):
    shares = [share for stage, share in made[4] if stage == "overlay"]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_stills_come_for_every_repetition_and_the_key_moment(made):
    kinds = [(still.moment.rep, still.moment.kind) for still in made[3]]
    assert sorted(kinds) == sorted(
        [(rep, kind) for rep in (1, 2) for kind in ("start", "bottom", "lockout")] + [(2, "worst")]
    )


def test_stills_alone_are_the_same_pictures_as_those_of_the_whole_pass(made, tmp_path):
    analysis, clip, _, stills, _ = made
    alone = write_overlay(analysis, clip, tmp_path, settings=SETTINGS, with_video=False)
    assert [still.moment for still in alone] == [still.moment for still in stills]
    assert all(a.jpeg == b.jpeg for a, b in zip(alone, stills, strict=True))
    assert list(tmp_path.iterdir()) == []


def test_all_gallery_pictures_have_one_shape(made):
    assert len({(s.width, s.height) for s in made[3] if s.moment.kind != "worst"}) == 1


def test_drawing_leaves_the_frame_alone_and_marks_hip_and_knee():
    analysis = sample(2)
    artist, frame = Artist(analysis, SETTINGS), frame_of(analysis, 95)
    kept = frame.copy()
    time_s = float(analysis.track["time"][95])
    drawn = artist.frame(frame, time_s, artist.output_size())
    np.testing.assert_array_equal(frame, kept)
    changed = far_from(drawn, frame)
    for joint in ("right_hip", "right_knee", "right_ankle"):
        x, y = analysis.track["position"].sel(keypoint=joint).isel(time=95).to_numpy()
        assert changed[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3].any(), joint


def test_a_joint_that_was_inferred_is_a_ring():
    analysis = sample(2)
    artist = Artist(analysis, SETTINGS)

    def middle(time_s):
        figure = artist.sampler.at(time_s)
        image = np.full((640, 360, 3), 128, np.uint8)
        artist.lifter(image, figure, artist.pen(image))
        x, y = figure.joints[26]
        return int(image[int(y), int(x)].max())

    assert middle(3.0) < 60  # hidden from 2.5 to 3.4 s
    assert middle(4.5) > 200


def test_unknown_joints_are_not_drawn():
    known = sample(2)
    track = known.track.assign(position=known.track["position"] * np.nan)
    kinematics = known.kinematics * np.nan
    artist = Artist(Analysis(known.record, track, known.raw_track, kinematics), SETTINGS)
    frame = frame_of(known, 95)
    drawn = artist.frame(frame, 3.2, artist.output_size())
    assert not far_from(drawn, frame)[150:500].any()


def test_a_large_recording_is_read_smaller_and_drawn_in_the_right_place(tmp_path):
    analysis = sample(1, width=1080, height=1920)
    clip = write_clip(analysis, tmp_path / "clip.mp4", step=12)
    stills = write_overlay(analysis, clip, tmp_path, settings=SETTINGS)
    after = video.probe(tmp_path / "overlay.mp4")
    assert (after.width, after.height) == (720, 1280)
    still = next(still for still in stills if still.moment.kind == "start")
    image = picture(still).astype(int)
    blue = (image[..., 2] > 200) & (image[..., 0] < 130)
    rows, columns = np.nonzero(blue)
    dark = image.max(axis=2) < 75
    assert abs(columns.mean() - np.nonzero(dark)[1].mean()) < 0.05 * still.width
    assert rows.max() - rows.min() > 0.5 * still.height


def test_the_tag_names_a_fault_only_at_its_moment():
    analysis = sample()
    artist = Artist(analysis, SETTINGS)
    moment = headline(analysis.record).at_s
    frame = np.zeros((640, 360, 3), np.uint8)

    def third_line(time_s):
        return int(artist.frame(frame, time_s, artist.output_size())[78:100, 16:150].max())

    assert third_line(moment) == 255
    assert third_line(moment - 1.5) == 0


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(160, 120, (480, 360)), (1080, 1920, (720, 1280)), (1920, 1080, (1280, 720)), (641, 361, (640, 360))],
)
def test_the_output_is_even_legible_and_not_wasteful(width, height, expected):
    assert Artist(sample(2, width=width, height=height), SETTINGS).output_size() == expected


def test_text_grows_with_the_picture():
    small, large = np.zeros((360, 640, 3), np.uint8), np.zeros((720, 1280, 3), np.uint8)
    artist = Artist(sample(2), SETTINGS)
    assert artist.pen(large).text == pytest.approx(2 * artist.pen(small).text, abs=1)
    assert artist.pen(small).text >= 14


def test_a_lifter_at_the_edge_still_gives_pictures(tmp_path):
    known = sample(2)
    track = known.track.assign(position=known.track["position"] + 150.0)
    moved = Analysis(known.record, track, known.raw_track, known.kinematics)
    clip = write_clip(known, tmp_path / "clip.mp4", step=6)
    stills = write_overlay(moved, clip, tmp_path, settings=SETTINGS)
    assert len(stills) == 7
    assert all(picture(still).size for still in stills)


@pytest.mark.parametrize(
    ("fps", "kept"), [(24.0, 240), (29.97, 300), (30.0, 300), (60.0, 300), (120.0, 300), (50.0, 250)]
)
def test_high_rates_are_thinned_to_thirty_and_low_ones_kept(fps, kept):
    pace = Pace(30.0)
    times = np.arange(0, 10, 1 / fps)
    assert sum(pace.wants(float(t)) for t in times) == pytest.approx(kept, rel=0.21 if fps == 50 else 0.02)


def test_the_headline_is_the_repetition_farthest_beyond_its_limit():
    lead = headline(sample().record)
    assert (lead.finding.fault, lead.rep.index) == ("shins_forward", 4)


def test_among_close_calls_the_worst_leads_not_the_one_farthest_on_the_good_side():
    record = sample().record
    values = (13.0, 4.0, 9.0, 11.0)
    reps = tuple(
        msgspec.structs.replace(
            rep, findings=(msgspec.structs.replace(rep.findings[0], verdict="borderline", value=value),)
        )
        for rep, value in zip(record.reps, values, strict=True)
    )
    finding = msgspec.structs.replace(record.summary.findings[0], verdict="borderline", reps=(1, 2, 3, 4))
    summary = msgspec.structs.replace(record.summary, findings=(finding,))
    assert headline(msgspec.structs.replace(record, reps=reps, summary=summary)).rep.index == 1


def test_a_fault_of_time_is_shown_at_the_bottom_not_where_its_phase_begins():
    record = sample().record
    early = record.reps[3].start_s - 0.1
    found = Finding(
        fault="too_fast", verdict="present", metric="eccentric_s", value=0.8, limit=1.0, unit="s", at_s=early
    )
    reps = (*record.reps[:3], msgspec.structs.replace(record.reps[3], findings=(found,)))
    finding = msgspec.structs.replace(record.summary.findings[0], fault="too_fast", reps=(4,))
    summary = msgspec.structs.replace(record.summary, findings=(finding,))
    lead = headline(msgspec.structs.replace(record, reps=reps, summary=summary))
    assert lead.at_s == record.reps[3].bottom_s


def test_a_clean_set_has_no_headline_but_still_a_picture():
    record = sample(faulty=False).record
    assert headline(record) is None
    assert [m.kind for m in moments(record, gallery_reps_max=12)].count("worst") == 1


def test_a_record_without_repetitions_wants_no_pictures():
    assert moments(msgspec.structs.replace(sample().record, reps=()), gallery_reps_max=12) == ()


def test_long_sets_show_only_the_bottom_after_the_first_repetitions():
    listed = moments(sample().record, gallery_reps_max=2)
    assert [m.kind for m in listed if m.rep == 2] == ["start", "bottom", "lockout"]
    assert [m.kind for m in listed if m.rep == 3] == ["bottom"]


@pytest.mark.parametrize(
    ("metric", "angle"),
    [
        ("shank_inclination_max", "shank_inclination"),
        ("lockout_trunk_inclination", "trunk_inclination"),
        ("head_angle_min", "head_angle"),
        ("hip_knee_ratio", "knee_flexion"),
        ("eccentric_s", "hip_flexion"),
        ("neck_angle_min", "head_angle"),
        ("neck_angle_max", "head_angle"),
        (None, "hip_flexion"),
    ],
)
def test_a_metric_points_to_the_angle_that_shows_it(metric, angle):
    assert angle in angles_of(metric)


def test_a_metric_that_no_drawn_angle_shows_points_to_none():
    shown = {rule.metric for name in exercises() for rule in rules_of(name)}
    of_no_angle = {"elbow_flexion_max", "pelvis_roll", "rear_leg_line", "knees_inward", "stance_knee_inward"}
    assert of_no_angle < shown
    assert not any(angles_of(metric) for metric in of_no_angle)


def test_the_degrees_of_the_head_are_not_written_over_it():
    artist = Artist(sample(), SETTINGS)
    image = frame_of(sample(), 96)
    figure = artist.sampler.at(3.2)
    drawn = image.copy()
    artist.angle(drawn, figure, "head_angle", Look(artist.pen(image), "present", with_error=True))
    x, y = figure.joints[KEYPOINTS.index("right_ear")]
    nose = figure.joints[KEYPOINTS.index("nose")]
    plate = np.argwhere((np.abs(drawn.astype(int) - VERDICT_COLOURS["present"]) < 25).all(axis=-1))
    assert plate.size
    for face in ((x, y), nose):
        assert np.hypot(*(plate - np.array(face)[::-1]).T).min() > 6


def test_a_picture_writes_the_value_that_was_judged_also_where_it_is_told_from_standing():
    record = sample().record
    rep = record.reps[-1]
    deep = Metric(value=28.0, error=5.0, unit="deg", at_s=rep.bottom_s)
    found = Finding(
        fault="shins_forward", verdict="present", metric="shank_inclination_deep", value=28.0, limit=20.0, unit="deg"
    )
    reps = tuple(
        msgspec.structs.replace(one, metrics=one.metrics | {"shank_inclination_deep": deep}, findings=(found,))
        for one in record.reps
    )
    lead = msgspec.structs.replace(
        record.summary.findings[0], fault="shins_forward", verdict="present", reps=tuple(one.index for one in reps)
    )
    summary = msgspec.structs.replace(record.summary, findings=(lead,))
    wanted = moments(msgspec.structs.replace(record, reps=reps, summary=summary), gallery_reps_max=2)
    worst = next(moment for moment in wanted if moment.kind == "worst")
    assert worst.angles == ("shank_inclination",)
    assert worst.reading == (28.0, 5.0)
