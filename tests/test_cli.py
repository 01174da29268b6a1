"""The command line: what it says, how it exits, and that it leaves nothing half done."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest

from conftest import DEMO, filmed
from hiphinge import cli, folder, overlay, people, video, view
from hiphinge.cli.analyze import verdict_lines
from hiphinge.errors import NotAssessableError, UnreadableError, UsageError, WeightsMissingError
from media import cut, make_audio, make_video, make_without_pictures
from report_sample import sample

HIPHINGE = [sys.executable, "-m", "hiphinge"]


@pytest.fixture
def told(capfd):
    """Run a command in this process; its exit code and the lines on stdout and stderr."""

    def run(*arguments):
        capfd.readouterr()
        code = cli.run([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return code, out.splitlines(), err.splitlines()

    return run


@pytest.fixture
def seen_before(monkeypatch, model_files, first_rep_estimate):
    """The pose model's answer for the first repetition at hand, so that a test can look at what comes after."""
    del model_files
    monkeypatch.setattr(people, "estimate_pose", lambda *_arguments, **_named: first_rep_estimate)


def write_text(path):
    path.write_text("This is a shopping list, not a video.\n" * 50)
    return path


def truncated(path):
    return cut(make_video(path.with_name("whole.mp4"), frames=40), path, share=0.6)


UNREADABLE = {
    "missing": lambda path: path,
    "a text file": write_text,
    "an empty file": lambda path: path.touch() or path,
    "a folder": lambda path: path.mkdir() or path,
    "truncated": truncated,
    "zero frames": make_without_pictures,
    "audio only": make_audio,
}
NOT_ASSESSABLE = {
    "16×16": lambda path: make_video(path, frames=40, width=16, height=16),
    "1 fps": lambda path: make_video(path, frames=12, fps=1.0),
    "one picture": lambda path: make_video(path, frames=1),
}


def leftovers(place):
    """Whatever lies in a folder besides videos: results, half-written or not."""
    return sorted(entry.name for entry in place.iterdir() if entry.suffix != ".mp4")


def assert_one_line(err, *, naming):
    assert len(err) == 1, err
    assert err[0].startswith("hiphinge: ")
    assert str(naming) in err[0]
    assert "Traceback" not in err[0]


@pytest.mark.parametrize("trouble", UNREADABLE)
def test_what_cannot_be_read_exits_with_3_and_one_line(trouble, tmp_path, told):
    clip = UNREADABLE[trouble](tmp_path / "clip.mp4")
    code, out, err = told("analyze", clip)
    assert code == UnreadableError.exit_code
    assert out == []
    assert_one_line(err, naming=clip)
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("trouble", NOT_ASSESSABLE)
def test_what_cannot_be_judged_exits_with_4_and_one_line(trouble, tmp_path, told):
    clip = NOT_ASSESSABLE[trouble](tmp_path / "clip.mp4")
    code, out, err = told("analyze", clip)
    assert code == NotAssessableError.exit_code
    assert out == []
    assert_one_line(err, naming=clip)
    assert leftovers(tmp_path) == []


@pytest.mark.weights
def test_a_clip_without_a_person_exits_with_4(tmp_path, told, model_files):
    del model_files
    clip = make_video(tmp_path / "clip.mp4", frames=24, fps=12.0)
    code, _, err = told("analyze", clip)
    assert code == NotAssessableError.exit_code
    assert_one_line(err, naming=clip)
    assert "no person" in err[0]
    assert leftovers(tmp_path) == []


@pytest.mark.weights
def test_a_person_who_stands_still_has_no_phantom_repetition(tmp_path, told, model_files, first_rep):
    del model_files
    clip = filmed(tmp_path / "clip.mp4", first_rep[[0] * 24])
    code, _, err = told("analyze", clip)
    assert code == NotAssessableError.exit_code
    assert_one_line(err, naming=clip)
    assert "no repetition" in err[0]
    assert leftovers(tmp_path) == []


@pytest.mark.weights
def test_legs_out_of_the_picture_are_not_judged(tmp_path, told, model_files, first_rep):
    del model_files
    clip = filmed(tmp_path / "clip.mp4", first_rep[::2, :340], fps=9.0)
    code, out, err = told("analyze", clip, "--json", "--no-overlay")
    if code == NotAssessableError.exit_code:
        assert_one_line(err, naming=clip)
        assert leftovers(tmp_path) == []
    else:
        verdicts = {f["fault"]: f["verdict"] for rep in json.loads(out[0])["reps"] for f in rep["findings"]}
        judged_on_legs = {"squatting", "shins_forward", "knee_drift", "knees_locked"} & set(verdicts)
        assert code == 0
        assert {verdicts[fault] for fault in judged_on_legs} <= {"not_assessable"}


@pytest.mark.weights
def test_a_head_out_of_the_picture_is_not_called_looking_down(tmp_path, told, model_files, first_rep):
    del model_files
    clip = filmed(tmp_path / "clip.mp4", first_rep[:, 170:])
    code, out, _ = told("analyze", clip, "--json", "--no-overlay")
    assert code == 0
    verdicts = {f["fault"]: f["verdict"] for rep in json.loads(out[0])["reps"] for f in rep["findings"]}
    assert verdicts.get("looking_down") != "present"


@pytest.mark.weights
def test_a_clip_filmed_upside_down_is_turned_and_says_so(tmp_path, told, model_files, first_rep):
    del model_files
    clip = filmed(tmp_path / "clip.mp4", first_rep[:, ::-1, ::-1])
    code, out, err = told("analyze", clip, "--json", "--no-overlay")
    record = json.loads(out[0])
    assert (code, err) == (0, [])
    assert len(record["reps"]) == 1
    assert abs(abs(record["view"]["roll_deg"]) - 180) < 10
    assert any("upside down" in warning for warning in record["quality"]["warnings"])


@pytest.mark.weights
def test_of_two_people_one_is_followed_and_the_other_can_be_chosen(tmp_path, told, model_files, first_rep):
    del model_files
    still = np.repeat(first_rep[:1, :, ::-1], len(first_rep), axis=0)
    clip = filmed(tmp_path / "clip.mp4", np.concatenate([still, first_rep], axis=2)[::2, ::2, ::2], fps=9.0)
    code, out, err = told("analyze", clip, "--json", "--no-overlay")
    record = json.loads(out[0])
    assert (code, err) == (0, [])
    assert record["quality"]["people_seen"] == 2
    assert any("2 people" in told and "person 2 from the left" in told for told in record["quality"]["warnings"])
    code, _, err = told("analyze", clip, "--person", 3)
    assert code == UsageError.exit_code
    assert_one_line(err, naming="person 3")


@pytest.mark.weights
def test_a_file_that_ends_early_is_analysed_as_far_as_it_goes(tmp_path, told, model_files, first_rep):
    del model_files
    whole = filmed(
        tmp_path / "whole.mp4", [*first_rep, *first_rep[-1:].repeat(36, 0)], container_options={"movflags": "faststart"}
    )
    clip = cut(whole, tmp_path / "clip.mp4", share=0.97)
    code, out, err = told("analyze", clip, "--json", "--no-overlay")
    record = json.loads(out[0])
    assert (code, err) == (0, [])
    assert len(record["reps"]) == 1
    assert any("ends before its header says" in warning for warning in record["quality"]["warnings"])


@pytest.mark.weights
def test_a_front_view_is_counted_but_not_judged(*, first_rep_clip, tmp_path, told, seen_before, monkeypatch):
    del seen_before
    real = view.view_of

    def from_the_front(*arguments, **named):
        return msgspec.structs.replace(real(*arguments, **named), plane="frontal", yaw_deg=85.0)

    monkeypatch.setattr(view, "view_of", from_the_front)
    code, out, err = told("analyze", first_rep_clip, "--exercise", "hinge", "--out", tmp_path, "--json", "--no-overlay")
    record = json.loads(out[0])
    assert code == NotAssessableError.exit_code
    assert_one_line(err, naming=first_rep_clip)
    assert len(record["reps"]) == 1
    assert (tmp_path / "hinge-hiphinge" / "report.html").is_file()
    technique = [f for rep in record["reps"] for f in rep["findings"] if f["fault"] != "too_fast"]
    assert technique
    assert {finding["verdict"] for finding in technique} == {"not_assessable"}
    assert all(finding["reason"] for finding in technique)


@pytest.mark.parametrize(
    ("arguments", "naming"),
    [
        ((), "VIDEO"),
        (("CLIP", "--exercise", "yoga"), "yoga"),
        (("CLIP", "--person", "0"), "person 0"),
        (("CLIP", "--start", "3", "--end", "2"), "end"),
        (("CLIP", "--start", "-1"), "start"),
        (("CLIP", "--start", "nan"), "start"),
        (("CLIP", "--mass", "7000"), "7000"),
        (("CLIP", "--stature", "1.75"), "175"),
        (("CLIP", "--model", "huge"), "huge"),
        (("CLIP", "--colour", "red"), "--colour"),
        (("CLIP", "CLIP"), "clip"),
    ],
)
def test_a_wrong_call_exits_with_2_and_says_what_was_wrong(arguments, naming, tmp_path, told):
    clip = str(make_video(tmp_path / "clip.mp4"))
    code, out, err = told("analyze", *(clip if argument == "CLIP" else argument for argument in arguments))
    assert code == UsageError.exit_code
    assert out == []
    assert_one_line(err, naming=naming)
    assert leftovers(tmp_path) == []


@pytest.mark.weights
@pytest.mark.parametrize("bounds", [("--start", "99"), ("--end", "99"), ("--start", "5", "--end", "98")])
def test_a_moment_beyond_the_clip_is_told_with_the_clips_own_length(bounds, tmp_path, told, model_files):
    del model_files
    code, _, err = told("analyze", DEMO, *bounds, "--out", tmp_path)
    assert code == UsageError.exit_code
    assert_one_line(err, naming="runs from 0.0 to 18.4 s")
    assert leftovers(tmp_path) == []


def test_missing_model_files_exit_with_5(tmp_path, told):
    clip = make_video(tmp_path / "clip.mp4", frames=40)
    code, _, err = told("analyze", clip, "--weights", tmp_path / "nowhere")
    assert code == WeightsMissingError.exit_code
    assert_one_line(err, naming="nowhere")


def test_one_bad_video_does_not_stop_the_next(tmp_path, told):
    code, _, err = told("analyze", tmp_path / "missing.mp4", write_text(tmp_path / "text.mp4"))
    assert code == UnreadableError.exit_code
    assert len(err) == 2
    assert "text.mp4" in err[1]


def test_a_bug_is_one_line_too_and_its_traceback_can_be_had(tmp_path, told, monkeypatch):
    def broken(*_arguments, **_named):
        raise ZeroDivisionError("twelve\nlines")

    monkeypatch.delenv("HIPHINGE_TRACEBACK", raising=False)
    monkeypatch.setattr(video, "probe", broken)
    code, out, err = told("analyze", tmp_path / "clip.mp4")
    assert (code, out) == (1, [])
    assert_one_line(err, naming="HIPHINGE_TRACEBACK")
    monkeypatch.setenv("HIPHINGE_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        told("analyze", tmp_path / "clip.mp4")


@pytest.mark.parametrize("out", ["file/deeper", "file"])
def test_a_place_that_cannot_hold_the_folder_is_told_before_the_work(out, tmp_path, told, monkeypatch):
    monkeypatch.setattr(people, "estimate_pose", lambda *_a, **_n: pytest.fail("the long work had begun"))
    clip = make_video(tmp_path / "clip.mp4", frames=40)
    (tmp_path / "file").write_text("mine")
    code, _, err = told("analyze", clip, "--out", tmp_path / out)
    assert code == UsageError.exit_code
    assert_one_line(err, naming=tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.weights
def test_with_json_each_video_is_one_line_and_nothing_else(first_rep_clip, tmp_path, told, seen_before):
    del seen_before
    other = tmp_path / "other.mp4"
    other.write_bytes(first_rep_clip.read_bytes())
    code, out, err = told("analyze", first_rep_clip, other, "--out", tmp_path, "--json", "--no-overlay")
    assert (code, err) == (0, [])
    assert [Path(json.loads(line)["recording"]["path"]).name for line in out] == ["hinge.mp4", "other.mp4"]
    kept = json.loads((tmp_path / "other-hiphinge" / "analysis.json").read_text())
    assert json.loads(out[1]) == kept


@pytest.mark.weights
def test_the_same_clip_again_replaces_its_folder_whole(first_rep_clip, tmp_path, told, seen_before):
    del seen_before
    assert told("analyze", first_rep_clip, "--out", tmp_path, "--no-overlay")[0] == 0
    target = tmp_path / "hinge-hiphinge"
    (target / "from-last-time.txt").write_text("old")
    assert told("analyze", first_rep_clip, "--out", tmp_path, "--no-overlay")[0] == 0
    assert sorted(file.name for file in target.iterdir()) == [
        "analysis.json",
        "kinematics.csv",
        "kinematics.parquet",
        "kinetics.csv",
        "kinetics.parquet",
        "report.html",
    ]
    assert leftovers(tmp_path) == ["hinge-hiphinge"]


@pytest.mark.weights
@pytest.mark.parametrize(
    ("trouble", "expected"), [(OSError(28, "No space left on device"), 1), (KeyboardInterrupt(), cli.INTERRUPTED)]
)
def test_what_breaks_off_while_writing_leaves_the_last_analysis_as_it_was(
    *, trouble, expected, first_rep_clip, tmp_path, told, seen_before, monkeypatch
):
    del seen_before
    target = tmp_path / "hinge-hiphinge"
    target.mkdir()
    (target / folder.RESULT).write_text("the last analysis")

    def broken(*_arguments, **_named):
        raise trouble

    monkeypatch.setattr(overlay, "write_overlay", broken)
    code, out, err = told("analyze", first_rep_clip, "--out", tmp_path)
    assert (code, out) == (expected, [])
    assert_one_line(err, naming=target if expected == 1 else "nothing was written")
    assert (target / folder.RESULT).read_text() == "the last analysis"
    assert leftovers(tmp_path) == ["hinge-hiphinge"]


@pytest.mark.weights
def test_a_video_that_is_gone_when_its_overlay_is_drawn_is_told_and_leaves_nothing(
    *, first_rep_clip, first_rep_estimate, tmp_path, told, monkeypatch
):
    clip = Path(shutil.copy(first_rep_clip, tmp_path))

    def follow_and_lose(*_arguments, **_named):
        clip.unlink()
        return first_rep_estimate

    monkeypatch.setattr(people, "estimate_pose", follow_and_lose)
    code, out, err = told("analyze", clip, "--out", tmp_path / "out" / "today")
    assert (code, out) == (UnreadableError.exit_code, [])
    assert_one_line(err, naming=clip)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_who_leaves_is_no_error():
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([*HIPHINGE, "--help"], stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_answer_that_finds_no_room_is_told_in_one_line():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*HIPHINGE, "weights", "where"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert_one_line(done.stderr.splitlines(), naming="could not be printed: No space left")


@pytest.mark.skipif(os.name == "nt", reason="shells differ")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_command_needs_neither_a_place_to_print_nor_one_to_complain(closed):
    done = subprocess.run(
        ["sh", "-c", f'"$0" "$@" {closed}', *HIPHINGE, "weights", "where"], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.weights
@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_being_stopped_at_work_leaves_nothing_and_says_so(number, tmp_path, model_files):
    del model_files
    with subprocess.Popen(
        [*HIPHINGE, "analyze", str(DEMO), "--out", str(tmp_path)], stderr=subprocess.PIPE, text=True
    ) as process:
        time.sleep(2.5)
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    assert process.returncode == cli.INTERRUPTED
    assert_one_line(err.splitlines(), naming="nothing was written")
    assert leftovers(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_a_command_is_stopped_as_cleanly_before_it_is_loaded():
    stopped = (
        "import sys; sys.modules['hiphinge.cli'] = Stopped('hiphinge.cli'); from hiphinge.__main__ import main; main()"
    )
    kind = "class Stopped(__import__('types').ModuleType):\n def __getattr__(self, name): raise KeyboardInterrupt\n"
    done = subprocess.run([sys.executable, "-c", kind + stopped], capture_output=True, text=True, check=False)
    assert done.returncode == cli.INTERRUPTED
    assert_one_line(done.stderr.splitlines(), naming="nothing was written")


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_a_command_that_was_told_to_outlive_its_terminal_does():
    look = (
        "import signal; from hiphinge import cli; "
        "cli.run = lambda _: print(repr(signal.getsignal(signal.SIGHUP))) or 0; "
        "cli.main([])"
    )
    ignoring = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); "
    said = [subprocess.check_output([sys.executable, "-c", code], text=True) for code in (look, ignoring + look)]
    assert "_interrupt" in said[0]
    assert "SIG_IGN" in said[1]


@pytest.mark.weights
@pytest.mark.parametrize(
    "name",
    ["my squat 1.mp4", "two\nlines.mp4", "-dash.mp4", "héllo 🏋️.mp4", "a%20\"b'<c>&.mp4", os.fsdecode(b"bad\xff.mp4")],
)
def test_a_video_of_any_name_is_analysed(*, name, first_rep_clip, tmp_path, told, seen_before):
    del seen_before
    try:
        clip = Path(shutil.copy(first_rep_clip, tmp_path / name))
    except (OSError, UnicodeError):
        pytest.skip("this file system has no such names")
    code, out, err = told("analyze", clip, "--json")
    assert (code, err) == (0, [])
    assert json.loads(out[0])["recording"]["path"] == str(clip)
    target = tmp_path / f"{clip.stem}-hiphinge"
    assert json.loads((target / folder.RESULT).read_text()) == json.loads(out[0])
    assert "overlay.mp4" in {file.name for file in target.iterdir()}


def test_a_fault_of_every_repetition_is_told_so_and_of_some_by_their_numbers(tmp_path):
    record = sample().record
    finding = record.summary.findings[0]
    told = {}
    for reps in ((1, 2, 3, 4), (2, 4)):
        summary = msgspec.structs.replace(record.summary, findings=(msgspec.structs.replace(finding, reps=reps),))
        lines = verdict_lines(msgspec.structs.replace(record, summary=summary), tmp_path)
        told[reps] = next(line for line in lines if "work on:" in line)
    assert told[1, 2, 3, 4].endswith("(present: every repetition)")
    assert told[2, 4].endswith("(present: 2, 4)")
