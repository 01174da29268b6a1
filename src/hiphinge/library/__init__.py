"""The library an analysis judges by: exercises, rules, faults and sources, as the package's files say them.

A coach's own folder lies over ours, file by file and name by name::

    FOLDER/exercises/*.toml   an exercise each; one that has the name of ours replaces it
    FOLDER/rules/*.toml       rules; a file that is named as one of ours replaces it
    FOLDER/faults.toml        faults, each by its name
    FOLDER/messages/*.toml    sentences, each by its key: en.toml, es.toml, …

Which library is used follows the context, as the language does, so that no function has to hand it on::

    with using(load_library(folder)):
        exercises()
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from hiphinge import messages
from hiphinge.errors import UsageError
from hiphinge.library.checks import Whole, check_exercise, check_fault, check_rule
from hiphinge.library.reading import File, decode, line_of, table, wrong
from hiphinge.library.records import Exercise, FaultEntry, Reference, Rule, RuleFile
from hiphinge.messages import message

__all__ = ["Library", "check_ours", "library", "load_library", "ours", "using"]

_FOLDERS: Final = ("exercises", "rules", "messages")
_FAULTS: Final = "faults.toml"


@dataclass(frozen=True)
class Library:
    """Everything by its name. `sentences` are a coach's own, by file; `sha256` is the fingerprint of all files."""

    exercises: Mapping[str, Exercise]
    rules: Mapping[str, tuple[Rule, ...]]
    faults: Mapping[str, FaultEntry]
    """In the order of correction."""
    references: Mapping[str, Reference]
    features: Mapping[str, str]
    """What recognition can go by besides the metrics, with its meaning."""
    sha256: str
    sentences: tuple[tuple[str, str, Mapping[str, Any]], ...] = ()
    """File, language, and the sentences in it."""
    folder: Path | None = None
    """A coach's own, None for ours alone."""


@dataclass
class _Shelf:
    """The files of one place, ours or a coach's."""

    own: bool
    exercises: list[tuple[File, Exercise]] = field(default_factory=list)
    rules: dict[str, tuple[File, tuple[Rule, ...]]] = field(default_factory=dict)
    faults: dict[str, FaultEntry] = field(default_factory=dict)
    faults_file: File | None = None
    sentences: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)
    texts: list[File] = field(default_factory=list)


_USED: ContextVar[Library | None] = ContextVar("hiphinge_library", default=None)


def library() -> Library:
    """The library that is used here: ours, unless `using` says otherwise."""
    return _USED.get() or ours()


@contextmanager
def using(chosen: Library) -> Iterator[None]:
    """Judge by `chosen`, and speak its sentences, within the block."""
    with ExitStack() as stack:
        for name, language, sentences in chosen.sentences:
            stack.enter_context(messages.added(language, sentences, source=name))
        token = _USED.set(chosen)
        stack.callback(_USED.reset, token)
        yield


@cache
def ours() -> Library:
    """The library that ships with the package; tests hold that it passes `check_ours`."""
    return _ours()[0]


def check_ours() -> None:
    """Whether our own files hold together; UsageError where not."""
    made, shelf = _ours()
    _check(made, shelf)


def _ours() -> tuple[Library, _Shelf]:
    data = files("hiphinge").joinpath("data")
    shelf = _shelf(data, "data", own=False)
    references = decode(_file(data.joinpath("references.toml"), "data"), dict[str, Reference])
    features = decode(_file(data.joinpath("features.toml"), "data"), dict[str, str])
    empty = Library(exercises={}, rules={}, faults={}, references=references, features=features, sha256="")
    return _laid_over(empty, shelf), shelf


def load_library(folder: Path | None) -> Library:
    """Our library with a coach's own folder over it; ours alone without one.

    Raises
    ------
    UsageError
        Where the folder or a file in it cannot be used: one line with file, line and field, and what is allowed there.
    """
    if folder is None:
        return ours()
    if not folder.is_dir():
        raise _layout("is_file" if folder.exists() else "no_folder", folder)
    shelf = _shelf(folder, str(folder), own=True)
    if not shelf.texts:
        raise _layout("empty", folder)
    made = _laid_over(ours(), shelf, folder=folder)
    _check_sentences(shelf)
    with using(made):
        _check(made, shelf)
    return made


def _shelf(place: Any, name: str, *, own: bool) -> _Shelf:
    """Read the files of one place."""
    shelf = _Shelf(own=own)
    if own:
        _check_layout(place)
    for file in _files(place, "exercises", name):
        exercise = decode(file, Exercise)
        twin = next((other.name for other, one in shelf.exercises if one.name == exercise.name), None)
        if twin is not None:
            raise wrong(file, ("name",), message("error.coach.twin", name=exercise.name, file=twin))
        shelf.exercises.append((file, exercise))
        shelf.texts.append(file)
    for file in _files(place, "rules", name):
        shelf.rules[_stem(file)] = (file, decode(file, RuleFile).rule)
        shelf.texts.append(file)
    if place.joinpath(_FAULTS).is_file():
        shelf.faults_file = _file(place.joinpath(_FAULTS), name)
        shelf.faults = decode(shelf.faults_file, dict[str, FaultEntry])
        shelf.texts.append(shelf.faults_file)
    for file in _files(place, "messages", name) if own else ():
        shelf.sentences.append((file.name, _stem(file).removeprefix(messages.REPORT), _sentences(file)))
        shelf.texts.append(file)
    return shelf


def _check_layout(folder: Path) -> None:
    """A TOML file that stands where nothing is read would be lost in silence."""
    for path in sorted(folder.rglob("*.toml")):
        inside = path.relative_to(folder).parts
        if not (inside == (_FAULTS,) or (len(inside) == 2 and inside[0] in _FOLDERS)):
            raise _layout("misplaced", path)


def _layout(which: str, path: Path) -> UsageError:
    """What is wrong with a place in the folder, and how a folder looks."""
    return UsageError(message(f"error.coach.{which}", path=path, layout=message("error.coach.layout")))


def _sentences(file: File) -> Mapping[str, Any]:
    """A coach's sentences, once every key holds text."""
    content = table(file)
    _check_texts(file, content, ())
    return content


def _check_texts(file: File, content: Mapping[str, Any], place: tuple[str, ...]) -> None:
    for key, value in content.items():
        if isinstance(value, Mapping):
            _check_texts(file, value, (*place, key))
        elif not isinstance(value, str | list):
            raise wrong(file, (*place, key), message("error.coach.no_sentence", value=value))


def _laid_over(below: Library, shelf: _Shelf, *, folder: Path | None = None) -> Library:
    """One library with the files of a shelf over it."""
    faults = dict(below.faults) | shelf.faults
    return Library(
        exercises=dict(below.exercises) | {one.name: one for _, one in shelf.exercises},
        rules=dict(below.rules) | {name: rules for name, (_, rules) in shelf.rules.items()},
        faults=dict(sorted(faults.items(), key=lambda item: item[1].order)),
        references=below.references,
        features=below.features,
        sha256=_fingerprint(below.sha256, shelf.texts),
        sentences=below.sentences + tuple(shelf.sentences),
        folder=folder,
    )


def _check_sentences(shelf: _Shelf) -> None:
    """Lay every sentence over ours by itself, so that what is wrong with one is told with its line."""
    for name, language, sentences in shelf.sentences:
        file = next(one for one in shelf.texts if one.name == name)
        for place, one in _single(sentences):
            with messages.added(language, one, source=f"{name}, line {line_of(file.text, place)}"):
                pass


def _single(content: Mapping[str, Any], place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every sentence as a table of its own, with its place."""
    for key, value in content.items():
        here = (*place, key)
        if isinstance(value, Mapping):
            yield from _single(value, here)
            continue
        nested: Any = value
        for name in reversed(here):
            nested = {name: nested}
        yield here, nested


def _check(made: Library, shelf: _Shelf) -> None:
    """Check the shelf's files against the whole they are part of."""
    whole = Whole(made.exercises, made.rules, made.faults, made.references, made.features, shelf.own)
    if shelf.faults_file is not None:
        for name, entry in shelf.faults.items():
            check_fault(name, entry, shelf.faults_file, whole)
    for file, rules in shelf.rules.values():
        for index, rule in enumerate(rules):
            check_rule(rule, file, ("rule", index), whole)
    for file, exercise in shelf.exercises:
        check_exercise(exercise, file, whole)


def _fingerprint(below: str, texts: list[File]) -> str:
    """Of the files below and of these, by their names and texts."""
    digest = hashlib.sha256(below.encode())
    for file in sorted(texts, key=_inside):
        digest.update(f"{_inside(file)}\0{file.text}\0".encode())
    return digest.hexdigest()


def _inside(file: File) -> str:
    """A file's name within its folder: the same library has the same fingerprint wherever it lies."""
    parts = Path(file.name).parts
    return "/".join(parts[-2:]) if len(parts) > 1 and parts[-2] in _FOLDERS else parts[-1]


def _files(place: Any, part: str, name: str) -> list[File]:
    """The TOML files of one of the folders, by name."""
    folder = place.joinpath(part)
    if not folder.is_dir():
        return []
    entries = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda one: one.name)
    return [_file(entry, f"{name}/{part}") for entry in entries]


def _file(entry: Any, folder: str) -> File:
    name = f"{folder}/{entry.name}"
    try:
        return File(name, entry.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError(message("error.coach.utf8", file=name, byte=error.start + 1)) from None
    except OSError as error:
        raise UsageError(message("error.not_read", path=name, reason=error.strerror or error)) from error


def _stem(file: File) -> str:
    return Path(file.name).stem
