"""The failures a user can meet, each with the exit code the command line gives it.

An error's text is one line: what is wrong, what was found, where, and what to do next.
"""

from typing import ClassVar, Final

INTERRUPTED: Final = 130
"""Exit code of a command that was stopped from outside, as shells give it."""


class HiphingeError(Exception):
    """A failure with one line for the user; `exit_code` is the command line's."""

    exit_code: ClassVar[int] = 1


class UsageError(HiphingeError):
    """The call itself is wrong: an unknown name, a value out of its range."""

    exit_code: ClassVar[int] = 2


class UnreadableError(HiphingeError):
    """The input cannot be read: missing, not a video, truncated beyond use."""

    exit_code: ClassVar[int] = 3


class NotAssessableError(HiphingeError):
    """The input was read, and does not show what is needed: no person, no repetition, too few frames."""

    exit_code: ClassVar[int] = 4


class WeightsMissingError(HiphingeError):
    """The model files are not on this machine, and could not be fetched."""

    exit_code: ClassVar[int] = 5
