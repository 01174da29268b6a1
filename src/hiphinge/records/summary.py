"""The set in one look, and its drill."""

import msgspec

from hiphinge.records.base import DrillVerdict, Evidence, Record, Verdict
from hiphinge.records.muscles import MuscleName, SetMuscle
from hiphinge.records.rep import Metric, Score
from hiphinge.records.strength import Strength


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
    source: str | None = None
    """Where the limit comes from: a key of sources.md; a coach's own sentence."""
    reason: str | None = None
    """Why it was not assessable, in words."""
    good: str | None = None
    """How it looks when it is right, in words; where there is a correction."""


class NotJudged(Record, frozen=True, kw_only=True):
    """What matters most and could not be judged, and what would let it be."""

    faults: tuple[str, ...]
    """Decisive faults that nothing could be said of, in the order of correction."""
    judged: int
    """How many of the faults looked for were judged."""
    looked_for: int
    """How many were looked for."""
    leads: bool
    """Whether this comes before what was found; not where a decisive fault is present."""
    says: str
    """What was not judged, in words that follow a colon."""
    why: str
    """Why, in words."""
    film: str
    """How to film so that it can be judged, in words."""


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
    not_judged: NotJudged | None = None
    """What matters most and could not be judged; null where all of it was."""
    clean_range_deg: Metric | None = None
    """Hip flexion at which the back starts to round."""
    clean_range_at_least: bool = False
    """Whether no repetition rounded, so that the clean range reaches at least `clean_range_deg`."""
    clean_range: str | None = None
    """The clean range in words, or why it is not known."""
    course: dict[str, Change] = msgspec.field(default_factory=dict)
    """How the tracked metrics go over the set: alike, or different at its end."""
    remarks: tuple[str, ...] = ()
    """What else is worth a sentence, such as a back that rounds more as the set goes on."""
    hinge_score: float | None = None
    """0 … 100: the complete repetitions' mean score; null where over a fifth of the faults' weight was not judged."""
    score: Score | None = None
    """The same with its error and what it is made of."""
    muscles: dict[MuscleName, SetMuscle] | None = None
    """What each muscle did, phase by phase, beside what it does when the exercise is done well."""
    loads: dict[str, dict[str, float]] | None = None
    """Moments and compression as low, best, high."""
    strength: Strength | None = None
    """Work and power of the load, how the set slowed, what might be lifted once; null where nothing was moved."""
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
