"""The folder of one analysis: whole or not there at all."""

import resource
from pathlib import Path

import pytest

from hiphinge import folder
from hiphinge.errors import HiphingeError, UsageError


def test_the_folder_lies_beside_its_video_unless_told_otherwise():
    assert folder.folder_for(Path("clips/rdl.mov"), None) == Path("clips/rdl-hiphinge")
    assert folder.folder_for(Path("clips/rdl.mov"), Path("out")) == Path("out/rdl-hiphinge")


def test_looking_whether_a_place_will_do_makes_nothing(tmp_path):
    folder.check_target(tmp_path / "a" / "b" / "clip-hiphinge")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_ours_is_never_replaced(tmp_path):
    (tmp_path / "holiday.jpg").write_text("mine")
    with pytest.raises(UsageError, match="may be yours"):
        folder.check_target(tmp_path)


@pytest.mark.parametrize("holds", [(), (folder.RESULT,), (folder.RESULT, "report.html")])
def test_an_empty_folder_or_an_earlier_analysis_may_be_replaced(holds, tmp_path):
    for name in holds:
        (tmp_path / name).write_text("{}")
    folder.check_target(tmp_path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted(holds)


def test_a_file_in_the_way_is_told(tmp_path):
    (tmp_path / "clip-hiphinge").write_text("mine")
    with pytest.raises(UsageError, match="is a file"):
        folder.check_target(tmp_path / "clip-hiphinge")


def test_what_was_written_takes_the_place_of_what_was_there(tmp_path):
    target = tmp_path / "clip-hiphinge"
    for text in ("first", "second"):
        with folder._replacing(target) as fresh:
            assert not target.exists() or (target / "a").read_text() == "first"
            (fresh / "a").write_text(text)
        assert (target / "a").read_text() == text
    assert [entry.name for entry in tmp_path.iterdir()] == ["clip-hiphinge"]


@pytest.mark.parametrize("name", ["a" * 255, "🏋" * 63])
def test_a_folder_s_name_may_be_as_long_as_names_may_be(name, tmp_path):
    for text in ("first", "second"):
        with folder._replacing(tmp_path / name) as fresh:
            (fresh / "a").write_text(text)
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("trouble", [ValueError, KeyboardInterrupt, SystemExit])
def test_what_breaks_off_leaves_what_was_there(trouble, tmp_path):
    target = tmp_path / "clip-hiphinge"
    target.mkdir()
    (target / "a").write_text("first")

    def begin_and_fail():
        with folder._replacing(target) as fresh:
            (fresh / "a").write_text("sec")
            raise trouble

    with pytest.raises(trouble):
        begin_and_fail()
    assert (target / "a").read_text() == "first"
    assert [entry.name for entry in tmp_path.iterdir()] == ["clip-hiphinge"]


@pytest.mark.parametrize("trouble", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_folders_made_on_the_way_go_with_what_broke_off_and_stay_with_what_was_written(trouble, tmp_path):
    def begin_and_fail():
        with folder._replacing(tmp_path / "out" / "today" / "clip-hiphinge"):
            raise trouble

    with pytest.raises((HiphingeError, KeyboardInterrupt)):
        begin_and_fail()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "out").mkdir()
    with pytest.raises((HiphingeError, KeyboardInterrupt)):
        begin_and_fail()
    assert [entry.name for entry in tmp_path.rglob("*")] == ["out"]
    with folder._replacing(tmp_path / "out" / "today" / "clip-hiphinge"):
        pass
    assert (tmp_path / "out" / "today" / "clip-hiphinge").is_dir()


def test_a_last_step_that_fails_puts_the_earlier_analysis_back(tmp_path, monkeypatch):
    target, fresh = tmp_path / "clip-hiphinge", tmp_path / ".fresh"
    for place, text in ((target, "first"), (fresh, "second")):
        place.mkdir()
        (place / "a").write_text(text)
    rename = Path.rename

    def stubborn(self, to):
        if self == fresh:
            raise OSError(5, "Input/output error")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", stubborn)
    with pytest.raises(OSError, match="Input/output"):
        folder._swap(fresh, target)
    assert (target / "a").read_text() == "first"


@pytest.mark.parametrize("there_already", [True, False])
def test_a_link_stays_and_what_it_leads_to_is_written(there_already, tmp_path):
    place, link = tmp_path / "elsewhere" / "clip", tmp_path / "clip-hiphinge"
    if there_already:
        place.mkdir(parents=True)
        (place / folder.RESULT).write_text("{}")
    link.symlink_to(place)
    folder.check_target(link)
    with folder._replacing(link) as fresh:
        (fresh / "a").write_text("new")
    assert link.is_symlink()
    assert [entry.name for entry in place.iterdir()] == ["a"]
    assert [entry.name for entry in place.parent.iterdir()] == ["clip"]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["clip-hiphinge", "elsewhere"]


def test_what_a_link_leads_to_may_be_yours_too(tmp_path):
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday" / "beach.jpg").write_text("mine")
    (tmp_path / "clip-hiphinge").symlink_to("holiday")
    with pytest.raises(UsageError, match="may be yours"):
        folder.check_target(tmp_path / "clip-hiphinge")


@pytest.mark.parametrize("first", [True, False])
def test_of_two_analyses_that_end_at_once_one_stands_whole_and_nothing_lies_beside_it(first, tmp_path, monkeypatch):
    target = tmp_path / "clip-hiphinge"
    if not first:
        with folder._replacing(target) as fresh:
            (fresh / "a").write_text("earlier")
    rename, others = Path.rename, iter(["other 1", "other 2"])

    def with_another_between(self, to):
        if to == target and (text := next(others, None)):
            target.mkdir(exist_ok=True)
            (target / "a").write_text(text)
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", with_another_between)
    with folder._replacing(target) as fresh:
        (fresh / "a").write_text("mine")
    assert next(others, None) is None
    assert (target / "a").read_text() == "mine"
    assert [entry.name for entry in tmp_path.iterdir()] == ["clip-hiphinge"]


def test_a_full_disk_is_one_clear_line(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def write_much():
        with folder._replacing(tmp_path / "clip-hiphinge") as fresh:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
            try:
                (fresh / "a").write_bytes(bytes(5000))
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    with pytest.raises(HiphingeError, match=r"was not written: File too large\. Make room"):
        write_much()
    assert list(tmp_path.iterdir()) == []
