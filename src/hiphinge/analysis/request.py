"""What the user asked for, and steps that keep to it."""

import inspect
import math
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

import msgspec

from hiphinge import exercises, weights
from hiphinge.errors import UsageError
from hiphinge.library import Library, load_library, ours, using
from hiphinge.messages import ENGLISH, check_language, message, speaking
from hiphinge.people import CLOSER_MODEL
from hiphinge.progress import Progress, silent
from hiphinge.records import Load, Record, Subject
from hiphinge.settings import Settings, load_settings
from hiphinge.units import System, measuring

P = ParamSpec("P")
T = TypeVar("T")

AUTO: Final = "auto"
"""The pose model is chosen by what the clip shows."""
QUICK: Final = "full"
"""The pose model that looks first then."""

WALL_RANGE_CM: Final = (5.0, 60.0)
"""Nearer nobody can hinge, and farther nobody's seat reaches; the drill asks for 15-30 cm."""


class Request(Record, frozen=True, kw_only=True):
    """What the user asked for, checked. Lengths in metres, masses in kilograms, times in seconds of the clip."""

    exercise: str | None = None
    subject: Subject = Subject()
    load: Load = Load()
    model: str = AUTO
    """`full`, `heavy`, or `auto`: full, and heavy for a closer look where the legs are in doubt."""
    person: int | None = None
    start_s: float | None = None
    end_s: float | None = None
    weights: Path | None = None
    second: Path | None = None
    """A second clip of the same set, from in front, behind or at an angle, for what the side cannot show."""
    wall_cm: float | None = None
    """From the heels to the wall behind them, centimetres."""
    language: str = ENGLISH
    units: System = "metric"
    """What sentences give lengths and masses in."""
    coach: Path | None = None
    """A coach's own folder of exercises, rules, faults and sentences, laid over ours."""
    settings: Settings = msgspec.field(default_factory=load_settings)
    library: Library = msgspec.field(default_factory=ours)
    """What is judged by: ours with the coach's folder over it."""

    def __post_init__(self) -> None:
        """Check at the door what no later stage can repair.

        Raises
        ------
        UsageError
            Unknown exercise or language, a person below 1, an end that is not after the start, or a file of the
            coach's folder that cannot be used.
        """
        if self.coach is not None:
            msgspec.structs.force_setattr(self, "library", load_library(self.coach))
        with using(self.library):
            check_language(self.language)
            if self.exercise is not None:
                exercises.check_name(self.exercise)
        if self.person is not None and self.person < 1:
            raise UsageError(message("error.person", person=self.person))
        nearest, farthest = WALL_RANGE_CM
        if self.wall_cm is not None and not nearest <= self.wall_cm <= farthest:
            raise UsageError(message("error.wall", wall_cm=self.wall_cm, nearest=nearest, farthest=farthest))
        start_s, end_s = self.start_s or 0.0, math.inf if self.end_s is None else self.end_s
        if not 0 <= start_s < end_s:
            raise UsageError(message("error.span", start_s=start_s, end_s=end_s))

    @property
    def first_model(self) -> str:
        """The pose model that follows the lifter through the clip."""
        return QUICK if self.model == AUTO else self.model


def closer_files(request: Request, progress: Progress = silent) -> Callable[[], weights.ModelFiles] | None:
    """Where the heavy model's files come from, if the clip turns out to need them; None where a model was asked for."""
    if request.model != AUTO:
        return None
    return lambda: weights.ready(CLOSER_MODEL, location=request.weights, progress=progress)


def as_asked(step: Callable[P, T]) -> Callable[P, T]:
    """Let a step judge by the library, and speak the language and units, that its argument `request` asks for."""
    signature = inspect.signature(step)

    @wraps(step)
    def spoken(*args: P.args, **named: P.kwargs) -> T:
        request: Request = signature.bind(*args, **named).arguments["request"]
        with using(request.library), speaking(request.language), measuring(request.units):
            return step(*args, **named)

    return spoken
