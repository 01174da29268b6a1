"""The records of one analysis: what `analysis.json` holds, field by field.

Units stand in the names; every estimated metric carries its standard error; unknown is ``None`` (``null``), never a
default. Intervals are ``[start_s, end_s)`` in seconds of the clip. Signs: docs/explanation/conventions.md.
"""

from typing import Final, Literal

import msgspec

SCHEMA: Final = "hiphinge/1"

Plane = Literal["sagittal", "oblique", "frontal"]
Facing = Literal["left", "right"]
Side = Literal["left", "right", "both"]
PhaseName = Literal["eccentric", "bottom", "concentric", "lockout"]
Verdict = Literal["present", "borderline", "absent", "not_assessable"]
Evidence = Literal["published", "consensus", "engineering"]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A small immutable record, JSON and TOML both ways; an unknown field is an error."""


class RecordingInfo(Record, frozen=True, kw_only=True):
    """The file that was analysed. `width` and `height` are those of the upright image."""

    path: str
    sha256: str
    width: int
    height: int
    frames: int
    fps: float
    """Median rate: one over the median interval of the frames' own timestamps."""
    duration_s: float
    variable_rate: bool
    rotation_deg: int


class View(Record, frozen=True, kw_only=True):
    """From where the camera saw the lifter, and what that allows."""

    plane: Plane
    yaw_deg: float
    """Angle between the optical axis and the lifter's left-right axis: 0 exactly side-on, 90 from the front or back."""
    yaw_error_deg: float
    facing: Facing
    """The side of the upright image toward which the lifter faces."""
    near_side: Literal["left", "right"]
    """The lifter's own side that is nearer the camera."""
    camera_moves: bool
    roll_deg: float
    """Turn that makes the lifter's own vertical the image's vertical; + when the image's content leans clockwise."""


class ExerciseGuess(Record, frozen=True, kw_only=True):
    """Which exercise was seen; `given` when the user named it. `evidence` says what it rests on, as message keys."""

    name: str
    confidence: float
    given: bool
    evidence: tuple[str, ...] = ()


class Phase(Record, frozen=True, kw_only=True):
    """One phase of a repetition, `[start_s, end_s)`."""

    name: PhaseName
    start_s: float
    end_s: float


class Metric(Record, frozen=True, kw_only=True):
    """A measured value with its standard error, in `unit`; both ``None`` where it could not be measured."""

    value: float | None
    error: float | None
    unit: str


class Finding(Record, frozen=True, kw_only=True):
    """What one rule says of one repetition. `not_assessable` always has a `reason` (a message key)."""

    fault: str
    verdict: Verdict
    metric: str | None = None
    value: float | None = None
    limit: float | None = None
    unit: str | None = None
    at_s: float | None = None
    """The moment that shows it best."""
    reason: str | None = None


class Rep(Record, frozen=True, kw_only=True):
    """One repetition: upright → bottom → upright. `complete` is false where the clip begins or ends inside it."""

    index: int
    """Counted from 1."""
    start_s: float
    bottom_s: float
    end_s: float
    complete: bool
    side: Side
    """The working side; `both` for two-legged lifts."""
    phases: tuple[Phase, ...]
    metrics: dict[str, Metric] = {}
    findings: tuple[Finding, ...] = ()


class SummaryFinding(Record, frozen=True, kw_only=True):
    """One fault over the whole set: the worst verdict, the repetitions in which it is present, what to do about it."""

    fault: str
    verdict: Verdict
    reps: tuple[int, ...]
    correction: str | None
    drill: str | None
    evidence: Evidence | None
    reason: str | None = None


class NextStep(Record, frozen=True, kw_only=True):
    """The one thing to train next, and why, in words."""

    name: str
    why: str


class Summary(Record, frozen=True, kw_only=True):
    """The set in one look. Fields that need work not yet in the product are ``None``."""

    reps: int
    verdict: str
    """One sentence a coach could say aloud."""
    went_well: tuple[str, ...]
    findings: tuple[SummaryFinding, ...]
    next_step: NextStep | None
    clean_range_deg: Metric | None = None
    hinge_score: float | None = None
    muscles: dict[str, dict[str, str]] | None = None
    loads: dict[str, dict[str, float]] | None = None
    referral: dict[str, str] | None = None


class Quality(Record, frozen=True, kw_only=True):
    """How much was seen. `warnings` are sentences."""

    pose_coverage: float
    """Share of frames in which the lifter was found, 0 … 1."""
    people_seen: int
    warnings: tuple[str, ...]


class Provenance(Record, frozen=True, kw_only=True):
    """What made this analysis, so that it can be repeated. `seconds`: wall time per stage."""

    version: str
    model: str
    weights_sha256: dict[str, str]
    settings_sha256: str
    seconds: dict[str, float]


class AnalysisRecord(Record, frozen=True, kw_only=True):
    """`analysis.json`, whole."""

    recording: RecordingInfo
    view: View
    exercise: ExerciseGuess
    reps: tuple[Rep, ...]
    summary: Summary
    quality: Quality
    provenance: Provenance
    schema: str = SCHEMA
