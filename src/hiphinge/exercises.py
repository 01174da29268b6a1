"""The exercises of data/exercises/*.toml: how each is recognised, by which rules it is judged, where it leads."""

from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from hiphinge.errors import UsageError
from hiphinge.records import Record


class Sign(Record, frozen=True, kw_only=True):
    """A band on a feature that speaks for an exercise. `width` is how far past the edge the weight is still 0.27."""

    feature: str
    width: float
    at_least: float | None = None
    at_most: float | None = None
    says: str | None = None
    """Key under ``sign.`` in the messages, where this sign is worth telling."""


class Exercise(Record, frozen=True, kw_only=True):
    """One exercise: how it is recognised, and the rule files it is judged by."""

    name: str
    family: Literal["hinge", "squat", "other"]
    coached: bool
    rules: tuple[str, ...] = ()
    combine: Literal["all", "any"] = "all"
    signs: tuple[Sign, ...] = ()
    """Empty where pictures of the body alone do not tell it: it must be named by the user."""
    next_step: str | None = None
    """What to train after a clean set: a key under ``next_step.`` in the messages."""
    first_step: str | None = None
    """What to train when hips and knees are still confused."""


@cache
def exercises() -> dict[str, Exercise]:
    """Every exercise of data/exercises, by name."""
    folder = files("hiphinge").joinpath("data", "exercises")
    texts = sorted((entry.name, entry.read_bytes()) for entry in folder.iterdir() if entry.name.endswith(".toml"))
    known = [msgspec.toml.decode(text, type=Exercise) for _, text in texts]
    return {exercise.name: exercise for exercise in known}


def check_name(name: str) -> str:
    """Give the name back if it is an exercise; otherwise UsageError, listing the known names."""
    if name not in exercises():
        known = ", ".join(sorted(exercises()))
        raise UsageError(f"unknown exercise {name!r}; choose one of {known}, or leave it out to have it recognised")
    return name
