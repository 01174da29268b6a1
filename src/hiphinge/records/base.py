"""What every record is, and the words records share."""

from typing import Final, Literal

import msgspec


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A small immutable record, JSON and TOML both ways; an unknown field is an error."""


class Span(Record, frozen=True, kw_only=True):
    """A quantity that is not known exactly: nine in ten of what is likely lie between `low` and `high`."""

    low: float
    """The lower bound."""
    best: float
    """With everything unsure at its most likely."""
    high: float
    """The upper bound."""


BOUNDS: Final = Span.__struct_fields__
"""Low, best, high: the dimension `bound` of what the body held."""
SCHEMA: Final = "hiphinge/1"
Sex = Literal["f", "m"]
Plane = Literal["sagittal", "oblique", "frontal"]
Facing = Literal["left", "right"]
Side = Literal["left", "right", "both"]
PhaseName = Literal["eccentric", "bottom", "concentric", "lockout"]
Verdict = Literal["present", "borderline", "absent", "not_assessable"]
ACTED_ON: Final[frozenset[Verdict]] = frozenset({"present", "borderline"})
"""Verdicts that ask for a correction."""
DrillVerdict = Literal["pass", "not_yet", "cannot_judge"]
Evidence = Literal["published", "consensus", "engineering"]
