"""The records of one analysis: what `analysis.json` holds, field by field.

Units stand in the names; every estimated metric carries its standard error; unknown is ``None`` (``null``), never a
default. Intervals are ``[start_s, end_s)`` in seconds of the clip. Signs: docs/explanation/conventions.md.
"""

from typing import Final, Literal

import msgspec

from hiphinge.errors import UsageError
from hiphinge.messages import ENGLISH, message

SCHEMA: Final = "hiphinge/1"

MASS_RANGE_KG: Final = (15.0, 400.0)
"""Wider than any adult or child who trains: only a slip of the pen falls outside."""
STATURE_RANGE_CM: Final = (90.0, 260.0)
LOAD_RANGE_KG: Final = (0.0, 600.0)
"""The heaviest deadlift on record is just above 500 kg."""

Sex = Literal["f", "m"]
Plane = Literal["sagittal", "oblique", "frontal"]
Facing = Literal["left", "right"]
Side = Literal["left", "right", "both"]
PhaseName = Literal["eccentric", "bottom", "concentric", "lockout"]
Verdict = Literal["present", "borderline", "absent", "not_assessable"]
DrillVerdict = Literal["pass", "not_yet", "cannot_judge"]
Evidence = Literal["published", "consensus", "engineering"]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A small immutable record, JSON and TOML both ways; an unknown field is an error."""


class Subject(Record, frozen=True, kw_only=True):
    """The lifter. What is not known stays ``None`` and is not guessed here.

    Raises
    ------
    UsageError
        If a mass or stature is outside what a person can have; the line suggests the unit that was probably meant.
    """

    mass_kg: float | None = None
    """Body mass."""
    stature_cm: float | None = None
    """Standing height."""
    sex: Sex | None = None
    """For body proportions."""

    def __post_init__(self) -> None:
        if self.mass_kg is not None and not _inside(self.mass_kg, MASS_RANGE_KG):
            low, high = MASS_RANGE_KG
            raise UsageError(message("error.mass", mass=self.mass_kg, low=low, high=high))
        if self.stature_cm is not None and not _inside(self.stature_cm, STATURE_RANGE_CM):
            raise UsageError(_stature_error(self.stature_cm))


class Load(Record, frozen=True, kw_only=True):
    """What the lifter moves besides the body.

    Raises
    ------
    UsageError
        If the mass is negative or beyond any lift.
    """

    mass_kg: float | None = None
    """The whole mass in the hands or on the back."""

    def __post_init__(self) -> None:
        if self.mass_kg is not None and not _inside(self.mass_kg, LOAD_RANGE_KG):
            low, high = LOAD_RANGE_KG
            raise UsageError(message("error.load", load=self.mass_kg, low=low, high=high))


class RecordingInfo(Record, frozen=True, kw_only=True):
    """The file that was analysed. `width` and `height` are those of the upright image."""

    path: str
    """The file's name as it was given."""
    sha256: str
    """Fingerprint of the file's content."""
    width: int
    """Pixels, upright."""
    height: int
    """Pixels, upright."""
    frames: int
    """Frames in the file."""
    fps: float
    """Median rate: one over the median interval of the frames' own timestamps."""
    start_s: float = 0.0
    """Time of the first frame on the clip's own clock; mostly 0."""
    duration_s: float
    """From the first frame to the end of the last."""
    variable_rate: bool
    """Whether the intervals between frames differ, as phones' do."""
    rotation_deg: int
    """Turn that the file's header asked for and that was applied."""


class View(Record, frozen=True, kw_only=True):
    """From where the camera saw the lifter, and what that allows."""

    plane: Plane
    """Side view (sagittal), between (oblique), or from front or back (frontal)."""
    yaw_deg: float
    """Angle between the optical axis and the lifter's left-right axis: 0 exactly side-on, 90 from the front or back."""
    yaw_error_deg: float
    """Standard error of `yaw_deg`."""
    facing: Facing
    """The side of the upright image toward which the lifter faces."""
    near_side: Literal["left", "right"]
    """The lifter's own side that is nearer the camera."""
    camera_moves: bool
    """Whether the camera was carried or panned."""
    roll_deg: float
    """Turn that makes the lifter's own vertical the image's vertical; + when the image's content leans clockwise."""


class Candidate(Record, frozen=True, kw_only=True):
    """One exercise that a set may be."""

    name: str
    """One of the exercise names."""
    confidence: float
    """0 … 1."""


class ExerciseGuess(Record, frozen=True, kw_only=True):
    """Which exercise was seen; `given` when the user named it. `evidence` says what it rests on, as message keys."""

    name: str
    """One of the exercise names; see exercises.md."""
    confidence: float
    """0 … 1."""
    given: bool
    """Whether the user named it."""
    evidence: tuple[str, ...] = ()
    """Message keys of what the guess rests on."""
    alternatives: tuple[Candidate, ...] = ()
    """What else it may be, the likeliest first; empty where nothing else comes near."""
    graded: bool = True
    """False where it is too doubtful what was done for the repetitions to be judged: name the exercise then."""


class ExerciseSet(Record, frozen=True, kw_only=True):
    """Repetitions of one exercise in a row."""

    exercise: ExerciseGuess
    """What was done in them."""
    reps: tuple[int, ...]
    """Indices of its repetitions."""


class Phase(Record, frozen=True, kw_only=True):
    """One phase of a repetition, `[start_s, end_s)`."""

    name: PhaseName
    """Which phase."""
    start_s: float
    """Its first moment, seconds."""
    end_s: float
    """The moment after its last, seconds."""


class Metric(Record, frozen=True, kw_only=True):
    """A measured value with its standard error, in `unit`; both ``None`` where it could not be measured."""

    value: float | None
    """In `unit`."""
    error: float | None
    """Standard error, in `unit`."""
    unit: str
    """deg, s, 1 (a ratio or a fraction of stature), …"""
    at_s: float | None = None
    """The moment that shows it best, for values read at one moment."""


class Finding(Record, frozen=True, kw_only=True):
    """What one rule says of one repetition. `not_assessable` always has a `reason` (a message key)."""

    fault: str
    """The fault's name; see rules.md."""
    verdict: Verdict
    """What the rule says."""
    metric: str | None = None
    """The metric that decided."""
    value: float | None = None
    """Its value."""
    limit: float | None = None
    """The limit it was held against."""
    unit: str | None = None
    """Unit of value and limit."""
    at_s: float | None = None
    """The moment that shows it best."""
    reason: str | None = None
    """Why it was not assessable, as a message key."""


class Score(Record, frozen=True, kw_only=True):
    """How near a repetition is to one without faults, never without what it is made of; see score.md."""

    value: float
    """0 … 100: 100 with no sign of a fault."""
    error: float
    """Standard error."""
    lost: dict[str, float]
    """Points each judged fault takes; together they make 100 − `value`."""
    not_judged: tuple[str, ...] = ()
    """Faults that could not be judged, and so take nothing."""


class Rep(Record, frozen=True, kw_only=True):
    """One repetition: upright → bottom → upright. `complete` is false where the clip begins or ends inside it."""

    index: int
    """Counted from 1."""
    start_s: float
    """Where it leaves upright (or the floor)."""
    bottom_s: float
    """The deepest moment."""
    end_s: float
    """Where it is upright again."""
    complete: bool
    """False where the clip begins or ends inside it."""
    side: Side
    """The working side; `both` for two-legged lifts."""
    exercise: str | None = None
    """What it is a repetition of; null where that is too doubtful to judge it."""
    phases: tuple[Phase, ...]
    """In their order, without gaps."""
    metrics: dict[str, Metric] = {}
    """By metric name."""
    findings: tuple[Finding, ...] = ()
    """One per fault the exercise knows."""
    score: Score | None = None
    """How near it is to one without faults; null where too little was judged."""


class SummaryFinding(Record, frozen=True, kw_only=True):
    """One fault over the whole set: the worst verdict, the repetitions in which it is present, what to do about it."""

    fault: str
    """The fault's name."""
    verdict: Verdict
    """The set's verdict."""
    reps: tuple[int, ...]
    """Indices of the repetitions that show it."""
    correction: str | None
    """What to do about it, in words."""
    drill: str | None
    """The drill that teaches it."""
    evidence: Evidence | None
    """What kind of evidence the limit rests on."""
    reason: str | None = None
    """Why it was not assessable, in words."""
    good: str | None = None
    """How it looks when it is right, in words; where there is a correction."""


class Change(Record, frozen=True, kw_only=True):
    """How one metric goes over the set."""

    first: float
    """Mean of the first third of the repetitions."""
    last: float
    """Mean of the last third."""
    change: float
    """`last` less `first`."""
    error: float
    """Standard error of `change`: what is wrong alike in all repetitions cancels."""
    spread: float
    """Standard deviation over the repetitions."""
    unit: str
    """Of all of these."""


class NextStep(Record, frozen=True, kw_only=True):
    """The one thing to train next, and why, in words."""

    name: str
    """What to train."""
    why: str
    """Why that."""


class Summary(Record, frozen=True, kw_only=True):
    """The set in one look. Fields that need work not yet in the product are ``None``."""

    reps: int
    """How many complete repetitions; `reps` of the analysis lists cut ones too."""
    verdict: str
    """One sentence a coach could say aloud."""
    went_well: tuple[str, ...]
    """What was good, in words."""
    findings: tuple[SummaryFinding, ...]
    """One per fault, the most consequential first."""
    next_step: NextStep | None
    """The one thing to try first."""
    clean_range_deg: Metric | None = None
    """Hip flexion at which the back starts to round."""
    clean_range_at_least: bool = False
    """Whether no repetition rounded, so that the clean range reaches at least `clean_range_deg`."""
    clean_range: str | None = None
    """The clean range in words, or why it is not known."""
    course: dict[str, Change] = {}
    """How the tracked metrics go over the set: alike, or different at its end."""
    remarks: tuple[str, ...] = ()
    """What else is worth a sentence, such as a back that rounds more as the set goes on."""
    hinge_score: float | None = None
    """0 … 100: the mean of the complete repetitions' scores; null where too little was judged."""
    score: Score | None = None
    """The same with its error and what it is made of."""
    muscles: dict[str, dict[str, str]] | None = None
    """Action and effort per muscle and phase."""
    loads: dict[str, dict[str, float]] | None = None
    """Moments and compression as low, best, high."""
    referral: dict[str, str] | None = None
    """Whether to see a professional, and why."""


class DrillRep(Record, frozen=True, kw_only=True):
    """One repetition of a drill."""

    index: int
    """Which repetition."""
    verdict: DrillVerdict
    """Whether it held what the drill asks for."""
    fault: str | None = None
    """What decided, where it did not pass."""
    reason: str | None = None
    """Why it could not be judged, as a message key."""


class Drill(Record, frozen=True, kw_only=True):
    """Whether the set passes its drill."""

    name: str
    """The exercise that is the drill."""
    verdict: DrillVerdict
    """The set's."""
    reps: tuple[DrillRep, ...]
    """Each repetition's."""
    fault: str | None = None
    """What stands in the way most often."""
    says: str
    """The verdict in words, with its reason."""
    measured: str | None = None
    """What else the drill is about, in words: how far back the hips went."""


class Quality(Record, frozen=True, kw_only=True):
    """How much was seen. `warnings` are sentences."""

    pose_coverage: float
    """Share of frames in which the lifter was found, 0 … 1."""
    people_seen: int
    """How many people the camera saw."""
    warnings: tuple[str, ...]
    """What limited the analysis, in words."""


class Back(Record, frozen=True, kw_only=True):
    """What the spine was judged by."""

    rod: Literal["real", "virtual"] | None = None
    """Whether the rod on the back was found in the picture or laid on the outline; null where there is none."""
    reference: Literal["clip", "prior"] | None = None
    """Standing as the clip shows it, or as people stand; null where the spine was not judged."""
    not_judged: Literal["yaw", "no_outline", "outline_hidden", "unusual"] | None = None
    """Why the spine was not judged as a whole; null where it was."""


class LoadPath(Record, frozen=True, kw_only=True):
    """What was followed as the load, and how many metres its path's units are."""

    followed: Literal["hands", "shoulders", "implement"]
    """The hands, the shoulders under a bar, or the implement itself, seen by its plate."""
    scale: Literal["stature", "plate", "body"]
    """What metres come from: the given stature, a plate of 450 mm, or nothing: then there are body units only."""
    metres_per_stature: float | None = None
    """Metres to one stature of the load's columns and metrics; null for body units only."""
    metres_per_stature_error: float | None = None
    """Standard error of `metres_per_stature`."""
    plate_looks: int = 0
    """In how many pictures the plate was found that goes with the hands; 0 where there was none."""


class Provenance(Record, frozen=True, kw_only=True):
    """What made this analysis, so that it can be repeated. `seconds`: wall time per stage."""

    version: str
    """Of hiphinge."""
    model: str
    """Which pose model."""
    weights_sha256: dict[str, str]
    """Fingerprint of each model file."""
    settings_sha256: str
    """Fingerprint of the settings, and of the exercises, rules and faults that were judged by."""
    coach_sha256: str | None = None
    """The same of the exercises, rules, faults and sentences with a coach's own folder; null where none was used."""
    seconds: dict[str, float]
    """Wall time per stage."""


class AnalysisRecord(Record, frozen=True, kw_only=True):
    """`analysis.json`, whole."""

    recording: RecordingInfo
    """The file."""
    subject: Subject = Subject()
    """The lifter, as far as the user said."""
    load: Load = Load()
    """The load, as far as the user said."""
    view: View
    """The camera's place."""
    exercise: ExerciseGuess
    """What was done; where the clip shows several exercises, the one with the most repetitions."""
    sets: tuple[ExerciseSet, ...] = ()
    """Repetitions of one exercise in a row, in order of time."""
    reps: tuple[Rep, ...]
    """Every repetition."""
    summary: Summary
    """The set in one look."""
    drill: Drill | None = None
    """Whether the drill is passed; null for what is not a drill."""
    back: Back = Back()
    """What the spine was judged by."""
    load_path: LoadPath | None = None
    """What was followed as the load; null where the exercise has none."""
    quality: Quality
    """How much was seen."""
    provenance: Provenance
    """What made it."""
    language: str = ENGLISH
    """Language of every sentence in here."""
    schema: str = SCHEMA
    """This format's name and version."""


def _inside(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _stature_error(stature_cm: float) -> str:
    """What is wrong with a stature, and the unit that was probably meant."""
    low, high = STATURE_RANGE_CM
    for unit, in_cm in (("metres", 100.0), ("millimetres", 0.1), ("inches", 2.54), ("feet", 30.48)):
        if _inside(stature_cm * in_cm, STATURE_RANGE_CM):
            meant = message(f"error.unit.{unit}")
            cm = stature_cm * in_cm
            return message("error.stature_unit", stature=stature_cm, low=low, high=high, unit=meant, cm=cm)
    return message("error.stature", stature=stature_cm, low=low, high=high)
