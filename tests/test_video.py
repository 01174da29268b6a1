"""Recordings in every state a phone leaves them in: upright, true times, streamed, or one clear line."""

import threading
from fractions import Fraction
from pathlib import Path

import av
import cv2
import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiphinge import video
from hiphinge.errors import NotAssessableError, UnreadableError, UsageError
from hiphinge.records import Load, Subject
from hiphinge.video import VideoReader, check_assessable, probe, read_frames, read_frames_at, sha256_of
from hiphinge.video.decoding import FrameClock, Tally, prefetched
from hiphinge.video.picture import brightness_curve
from hiphinge.video.writer import VideoWriter
from media import (
    CORNERS,
    corners_of,
    cut,
    has_encoder,
    make_audio,
    make_video,
    make_without_pictures,
    number_of,
    picture,
)

UPRIGHT = {place: place for place in CORNERS}
TURNED = {
    90: {
        "top_left": "top_right",
        "top_right": "bottom_right",
        "bottom_right": "bottom_left",
        "bottom_left": "top_left",
    },
    180: {
        "top_left": "bottom_right",
        "bottom_right": "top_left",
        "top_right": "bottom_left",
        "bottom_left": "top_right",
    },
    270: {
        "top_left": "bottom_left",
        "bottom_left": "bottom_right",
        "bottom_right": "top_right",
        "top_right": "top_left",
    },
}
"""What a counterclockwise turn brings into each corner."""
SETTINGS = video.default_settings()


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return make_video(tmp_path_factory.mktemp("clip") / "clip.mp4", frames=150, fps=30, options={"g": "30"})


def test_a_plain_clip_comes_out_picture_by_picture(clip):
    frames = list(read_frames(clip))
    assert [number_of(frame.image) for frame in frames] == list(range(150))
    assert [frame.index for frame in frames] == list(range(150))
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(150) / 30, atol=1e-5)
    image = frames[0].image
    assert (image.shape, image.dtype, image.flags.c_contiguous) == ((96, 128, 3), np.uint8, True)


def test_probe_measures_without_decoding_everything(clip):
    info = probe(clip)
    assert (info.width, info.height, info.frames, info.variable_rate, info.rotation_deg) == (128, 96, 150, False, 0)
    assert info.fps == pytest.approx(30, abs=0.001)
    assert info.duration_s == pytest.approx(5.0, abs=0.001)
    assert info.sha256 == sha256_of(clip)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_the_header_s_rotation_is_applied(tmp_path, turn):
    path = make_video(tmp_path / "turned.mp4", frames=3, rotation_deg=turn)
    image = next(read_frames(path)).image
    assert corners_of(image) == TURNED[turn]
    info = probe(path)
    assert info.rotation_deg == turn
    assert (info.height, info.width) == image.shape[:2] == ((96, 128) if turn == 180 else (128, 96))


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_the_rotation_agrees_with_another_reader(tmp_path, turn):
    cv2 = pytest.importorskip("cv2")
    path = make_video(tmp_path / "turned.mp4", frames=3, rotation_deg=turn)
    ours = next(read_frames(path)).image.astype(int)
    theirs = cv2.VideoCapture(str(path)).read()[1][..., ::-1].astype(int)
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).mean() < 4


def test_a_mirroring_header_is_applied(tmp_path):
    image = next(read_frames(make_video(tmp_path / "selfie.mp4", frames=2, mirrored=True))).image
    swapped = {"top_left": "top_right", "top_right": "top_left"}
    assert corners_of(image) == swapped | {"bottom_left": "bottom_right", "bottom_right": "bottom_left"}


def test_a_phone_s_uneven_clock_is_kept(tmp_path):
    times = [0.0, 0.031, 0.08, 0.1, 0.2, 0.21, 0.3, 0.33, 0.4]
    path = make_video(tmp_path / "phone.mp4", times_s=times)
    np.testing.assert_allclose([frame.time_s for frame in read_frames(path)], times, atol=1e-6)
    assert probe(path).variable_rate


def test_a_container_that_rounds_to_milliseconds_keeps_its_rate(tmp_path):
    info = probe(make_video(tmp_path / "ms.mkv", frames=120, fps=60, time_base=Fraction(1, 1000)))
    assert info.fps == pytest.approx(60, abs=0.05)
    assert not info.variable_rate


def test_a_clock_that_leaps_by_hours_does_not_make_a_clip_of_hours(tmp_path):
    times = [k / 30 + (7200 if k >= 15 else 0) for k in range(30)]
    path = make_video(tmp_path / "leap.mkv", times_s=times, time_base=Fraction(1, 1000))
    frames = list(read_frames(path))
    assert [number_of(frame.image) for frame in frames] == list(range(30))
    assert frames[-1].time_s == pytest.approx(29 / 30, abs=0.01)
    assert probe(path).duration_s == pytest.approx(1.0, abs=0.01)


CASES = {
    "gif": {"name": "a.gif", "codec": "gif", "pix_fmt": "rgb8", "fps": 10, "time_base": Fraction(1, 100)},
    "webm": {"name": "a.webm", "codec": "libvpx-vp9", "time_base": Fraction(1, 1000)},
    "avi": {"name": "a.avi", "codec": "mpeg4", "time_base": Fraction(1, 30)},
    "avi, coded out of order": {"name": "o.avi", "time_base": Fraction(1, 30), "options": {"bf": "2"}},
    "mpegts": {"name": "a.ts", "time_base": Fraction(1, 90_000)},
    "raw h264": {"name": "a.h264", "container_format": "h264", "time_base": Fraction(1, 25), "fps": 25},
    "lossless, odd size": {"name": "a.mkv", "codec": "ffv1", "width": 131, "height": 97},
    "interlaced": {
        "name": "i.ts",
        "codec": "mpeg2video",
        "fps": 25,
        "time_base": Fraction(1, 25),
        "options": {"flags": "+ildct+ilme"},
    },
    "10-bit hevc": {
        "name": "b.mp4",
        "codec": "libx265",
        "pix_fmt": "yuv420p10le",
        "options": {"x265-params": "log-level=none"},
    },
    "hlg": {
        "name": "c.mov",
        "codec": "libx265",
        "pix_fmt": "yuv420p10le",
        "options": {"x265-params": "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"},
    },
    "pq": {
        "name": "d.mkv",
        "codec": "libx265",
        "pix_fmt": "yuv420p10le",
        "options": {"x265-params": "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"},
    },
}


@pytest.mark.parametrize("case", CASES)
def test_every_codec_gives_the_same_pictures_at_the_right_times(tmp_path, case):
    how = dict(CASES[case])
    name, codec = how.pop("name"), how.get("codec", "libx264")
    if not has_encoder(codec):
        pytest.skip(f"no encoder for {codec} here")
    path = make_video(tmp_path / name, frames=12, **how)
    frames = list(read_frames(path))
    assert [number_of(frame.image) for frame in frames] == list(range(12))
    assert corners_of(frames[5].image) == UPRIGHT
    times = np.array([frame.time_s for frame in frames])
    np.testing.assert_allclose(times - times[0], np.arange(12) / how.get("fps", 30), atol=0.0011)
    assert probe(path).frames == 12


def test_wide_pixels_are_squared(tmp_path):
    path = make_video(tmp_path / "wide.mp4", frames=2, pixel_aspect=Fraction(2, 1))
    assert next(read_frames(path)).image.shape == (96, 256, 3)
    assert probe(path).width == 256


def test_an_absurd_pixel_shape_is_taken_for_damage(tmp_path):
    path = make_video(tmp_path / "absurd.mkv", frames=2, pixel_aspect=Fraction(4000, 1))
    assert next(read_frames(path)).image.shape == (96, 128, 3)


def test_images_shrink_to_the_size_asked_for(tmp_path):
    path = make_video(tmp_path / "big.mp4", frames=2, width=320, height=240, rotation_deg=90)
    assert next(read_frames(path, max_size=160)).image.shape == (160, 120, 3)
    assert next(read_frames(path, max_size=999)).image.shape == (320, 240, 3)


def test_pq_s_reference_white_is_bright_and_its_black_is_black():
    curve = brightness_curve(16)
    assert curve[0] == 0
    assert 170 < curve[round(0.58 * 255)] < 215  # 203 cd/m², which untreated would be a mid grey of 148
    assert (np.diff(curve.astype(int)) >= 0).all()
    assert brightness_curve(1) is None


def test_a_part_is_read_from_its_start_to_before_its_end(clip):
    frames = list(read_frames(clip, start_s=2.0, end_s=2.1))
    assert [number_of(frame.image) for frame in frames] == [60, 61, 62]
    assert frames[0].index == 0


@pytest.mark.parametrize("name", ["a.gif", "b.mkv", "c.ts", "d.h264", "e.avi"])
def test_seeking_gives_what_reading_gives(tmp_path, name):
    how = {"codec": "gif", "pix_fmt": "rgb8"} if name.endswith("gif") else {"options": {"g": "10"}}
    base = Fraction(1, {"gif": 100, "avi": 20}.get(name[2:], 1000))
    form = "h264" if name.endswith("h264") else None
    path = make_video(tmp_path / name, frames=40, fps=20, time_base=base, container_format=form, **how)
    always, never = (msgspec.structs.replace(SETTINGS, seek_from_s=limit) for limit in (0.0, 1e9))
    told = [
        [(frame.time_s, number_of(frame.image)) for frame in read_frames(path, start_s=1.2, settings=settings)]
        for settings in (always, never)
    ]
    assert told[0] == told[1]
    assert 1.2 <= told[0][0][0] < 1.26


def test_an_avi_whose_header_counts_in_finer_steps_than_its_pictures_come_keeps_its_clock(tmp_path):
    path = make_video(
        tmp_path / "a.avi", frames=30, fps=15, time_base=Fraction(1, 600), codec="mjpeg", pix_fmt="yuvj420p"
    )
    times = [frame.time_s for frame in read_frames(path)]
    np.testing.assert_allclose(times, np.arange(30) / 15, atol=1e-6)
    assert probe(path).fps == pytest.approx(15)


def test_single_frames_are_the_nearest_in_the_order_asked_for(clip):
    frames = read_frames_at(clip, [4.02, 0.0, 1.0, 1.01, -3.0, 99.0])
    assert [number_of(frame.image) for frame in frames] == [121, 0, 30, 30, 0, 149]
    assert [frame.index for frame in frames] == [0, 1, 2, 3, 4, 5]
    assert frames[0].time_s == pytest.approx(121 / 30, abs=1e-5)
    assert read_frames_at(clip, []) == []


@pytest.mark.parametrize("name", ["a.mkv", "b.avi", "c.gif", "d.mp4"])
def test_single_frames_are_right_whether_or_not_the_file_can_be_sought(tmp_path, name):
    how = {"codec": "gif", "pix_fmt": "rgb8"} if name == "c.gif" else {"options": {"g": "10"}}
    base = Fraction(1, {"gif": 100, "avi": 10}.get(name[2:], 1000))
    path = make_video(tmp_path / name, frames=90, fps=10, time_base=base, **how)
    assert [number_of(frame.image) for frame in read_frames_at(path, [0.1, 7.0, 1.2, 8.4])] == [1, 70, 12, 84]


def test_a_cut_off_file_gives_what_it_has_and_says_so(tmp_path):
    whole = make_video(
        tmp_path / "w.mp4", frames=120, options={"g": "20"}, container_options={"movflags": "+faststart"}
    )
    reader = VideoReader(cut(whole, tmp_path / "cut.mp4", share=0.7))
    numbers = [number_of(frame.image) for frame in reader]
    assert 20 < len(numbers) < 110
    assert numbers[:20] == list(range(20))
    assert reader.outcome.ended_early
    assert reader.outcome.promised_s == pytest.approx(4.0, abs=0.01)


def test_a_file_cut_off_before_anything_can_be_judged_is_told_so_not_that_it_is_too_short(tmp_path):
    whole = make_video(tmp_path / "w.mp4", frames=120, options={"g": "5"}, container_options={"movflags": "+faststart"})
    share = next(s for s in np.arange(0.02, 0.9, 0.01) if _holds_a_little(cut(whole, tmp_path / "cut.mp4", share=s)))
    with pytest.raises(UnreadableError, match=r"breaks off after 0\.\d of 4\.0 s"):
        probe(cut(whole, tmp_path / "cut.mp4", share=share))


def _holds_a_little(path):
    """Whether something of the file can be read, but too little."""
    try:
        return 2 <= sum(1 for _ in VideoReader(path)) <= 12
    except UnreadableError:
        return False


def test_a_whole_file_does_not_claim_to_be_cut_off(clip):
    reader = VideoReader(clip)
    assert len(list(reader)) == reader.outcome.frames == 150
    outcome = reader.outcome
    assert (outcome.ended_early, outcome.damaged, outcome.repaired_times) == (False, 0, 0)
    partly = VideoReader(clip, end_s=1.0)
    assert len(list(partly)) == 30
    assert not partly.outcome.ended_early


def test_damage_in_the_middle_is_passed_over(tmp_path):
    path = make_video(tmp_path / "d.ts", frames=60, options={"g": "5"}, time_base=Fraction(1, 90_000))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 1500] = bytes(1500)
    path.write_bytes(content)
    reader = VideoReader(path)
    numbers = [number_of(frame.image) for frame in reader]
    assert (numbers[0], numbers[-1]) == (0, 59)
    assert 40 < len(numbers) < 60 or reader.outcome.damaged
    assert not reader.outcome.ended_early


def _no_video(tmp_path, case):
    path = tmp_path / "x.mp4"
    if case == "text":
        path.write_text("dear diary, today I lifted\n" * 300)
    elif case == "empty":
        path.touch()
    elif case == "folder":
        path.mkdir()
    elif case == "audio":
        path = make_audio(tmp_path / "x.m4a")
    elif case == "no pictures":
        make_without_pictures(path)
    elif case == "index cut off":
        cut(make_video(tmp_path / "whole.mp4", frames=60), path, share=0.5)
    elif case == "photo":
        path = tmp_path / "x.jpg"
        cv2.imwrite(str(path), np.full((480, 640, 3), 90, np.uint8))
    elif case == "playlist":
        path.write_text("#EXTM3U\n#EXTINF:9,\nhttp://localhost:9/x.ts\n#EXT-X-ENDLIST\n")
    return path


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("missing", "no such file"),
        ("folder", "is a folder"),
        ("empty", "0 bytes"),
        ("text", "not a video"),
        ("audio", "sound but no moving pictures"),
        ("no pictures", "no moving pictures"),
        ("index cut off", "cut off before its index"),
        ("photo", "a photo, not a video"),
        ("playlist", "not a video"),
    ],
)
def test_what_is_no_video_is_named_in_one_line(tmp_path, capfd, case, says):
    path = _no_video(tmp_path, case)
    for attempt in (probe, lambda p: next(read_frames(p)), lambda p: read_frames_at(p, [0.0])):
        with pytest.raises(UnreadableError, match=says) as caught:
            attempt(path)
        assert "\n" not in str(caught.value)
        assert str(path) in str(caught.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"width": 16, "height": 16, "frames": 60}, "16×16 pixels"),
        ({"fps": 1, "frames": 6}, "1.0 pictures per second"),
        ({"frames": 1}, "1 picture"),
        ({"frames": 6}, "too short"),
    ],
)
def test_what_is_too_small_slow_or_short_is_readable_but_not_assessable(tmp_path, how, says):
    path = make_video(tmp_path / "poor.mp4", **how)
    assert len(list(read_frames(path))) == how["frames"]
    with pytest.raises(NotAssessableError, match=says):
        check_assessable(probe(path))


def test_an_ordinary_clip_is_assessable(clip):
    check_assessable(probe(clip))


def test_a_name_with_a_colon_is_a_file_and_not_a_protocol(tmp_path):
    path = make_video(tmp_path / "http:set #1 50%.mp4", frames=3)
    assert probe(path).frames == 3


def test_an_empty_or_late_interval_is_a_wrong_call(clip):
    with pytest.raises(UsageError, match="later end"):
        VideoReader(clip, start_s=2.0, end_s=1.0)
    with pytest.raises(UsageError, match="ends at 5"):
        list(read_frames(clip, start_s=60.0))


def test_the_decoding_thread_ends_with_its_consumer(clip):
    before = threading.active_count()
    frames = read_frames(clip)
    next(frames)
    assert threading.active_count() == before + 1
    frames.close()
    assert threading.active_count() == before


def test_prefetching_keeps_order_carries_errors_and_stays_short():
    made = []

    def items():
        for k in range(50):
            made.append(k)
            yield k
        raise ValueError("broke")

    taken = prefetched(items(), 3)
    assert next(taken) == 0
    assert len(made) <= 6
    with pytest.raises(ValueError, match="broke"):
        assert list(taken) == []
    assert made == list(range(50))


@given(st.lists(st.none() | st.floats(-1e5, 1e5), min_size=1, max_size=60))
def test_any_clock_is_made_to_increase(stamps):
    clock = FrameClock(1 / 30, SETTINGS, Tally())
    times = [clock.time_of(stamp) for stamp in stamps]
    assert np.isfinite(times).all()
    assert (np.diff(times) > 0).all()
    assert (np.diff(times) <= SETTINGS.gap_max_s + 1e-6).all()


def test_a_sound_clock_is_left_alone_and_a_restarted_one_goes_on():
    tally = Tally()
    clock = FrameClock(0.1, SETTINGS, tally)
    stamps = [5.0, 5.1, 5.3, 5.4, 0.0, 0.1, None, 0.3]
    times = [clock.time_of(stamp) for stamp in stamps]
    np.testing.assert_allclose(times, [5.0, 5.1, 5.3, 5.4, 5.5, 5.6, 5.7, 5.8])
    assert tally.repaired_times == 2


def test_a_written_video_keeps_its_times_and_plays_in_a_browser(tmp_path):
    path, times = tmp_path / "o.mp4", [1.4, 1.43, 1.48, 1.5, 1.6]
    with VideoWriter(path) as writer:
        for number, time_s in enumerate(times):
            writer.write(picture(number, width=129, height=97), time_s)
    assert writer.start_s == 1.4
    frames = list(read_frames(path))
    assert [number_of(frame.image) for frame in frames] == [0, 1, 2, 3, 4]
    np.testing.assert_allclose([frame.time_s + 1.4 for frame in frames], times, atol=1e-4)
    assert np.abs(frames[0].image.astype(int) - picture(0, width=129, height=97)[:96, :128]).mean() < 4
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == (128, 96)
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_writing_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "o.mp4"
    path.write_bytes(b"old")

    def attempt():
        with VideoWriter(path) as writer:
            writer.write(picture(0), 0.0)
            raise KeyError("drawing broke")

    with pytest.raises(KeyError):
        attempt()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def _write(path: Path, images, times):
    with VideoWriter(path) as writer:
        for image, time_s in zip(images, times, strict=True):
            writer.write(image, time_s)


def test_the_writer_refuses_what_it_cannot_write(tmp_path):
    with pytest.raises(UsageError, match="at least one"):
        _write(tmp_path / "a.mp4", [], [])
    with pytest.raises(UsageError, match="order of time"):
        _write(tmp_path / "a.mp4", [picture(0), picture(1)], [0.5, 0.5])
    with pytest.raises(UsageError, match="one size"):
        _write(tmp_path / "a.mp4", [picture(0), picture(1, width=64)], [0.0, 0.1])
    assert list(tmp_path.iterdir()) == []


def test_an_encoder_s_failure_reaches_the_writer_and_never_hangs(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        _write(tmp_path / "nowhere" / "a.mp4", [picture(k) for k in range(40)], [k / 30 for k in range(40)])


def test_a_slip_of_the_unit_is_recognised():
    assert Subject(mass_kg=80, stature_cm=175, sex="f").stature_cm == 175
    with pytest.raises(UsageError, match="looks like metres, that is 175 cm"):
        Subject(stature_cm=1.75)
    with pytest.raises(UsageError, match="looks like millimetres, that is 175 cm"):
        Subject(stature_cm=1750)
    with pytest.raises(UsageError, match="looks like inches, that is 173 cm"):
        Subject(stature_cm=68)
    with pytest.raises(UsageError, match="kilograms"):
        Subject(mass_kg=float("nan"))
    with pytest.raises(UsageError, match="load"):
        Load(mass_kg=-1)
