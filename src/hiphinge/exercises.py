"""The exercises of the library in use: how each is recognised, by which rules it is judged, where it leads."""

from collections.abc import Mapping

from hiphinge.errors import UsageError
from hiphinge.library import library
from hiphinge.library.records import Exercise, Expected, Sign, Viewing
from hiphinge.messages import message

__all__ = ["Exercise", "Expected", "Sign", "Viewing", "check_name", "exercises"]


def exercises() -> Mapping[str, Exercise]:
    """Every exercise by name; a coach's own among them."""
    return library().exercises


def check_name(name: str) -> str:
    """Give the name back if it is an exercise; otherwise UsageError, listing the known names."""
    if name not in exercises():
        known = ", ".join(sorted(exercises()))
        raise UsageError(message("error.exercise", name=name, known=known))
    return name
