"""What the files of a library hold: exercises, rules, faults, sources; each record's fields are the files' keys."""

from typing import Final, Literal

import msgspec

from hiphinge.messages import message
from hiphinge.records import Evidence, Metric, PhaseName, Plane, Record

Family = Literal["hinge", "squat", "other"]
Start = Literal["standing", "floor"]
Implement = Literal["none", "rod", "wall", "barbell", "kettlebell", "dumbbell", "on_back"]
DrivingAngle = Literal["trunk_inclination", "hip_flexion", "knee_flexion"]
Muscle = Literal[
    "hamstrings", "gluteus_maximus", "erector_spinae", "core", "quadriceps", "gluteus_medius", "latissimus"
]
Role = Literal["lengthens", "shortens", "holds", "brakes", "drives", "squeezes", "balances"]

IN_HANDS: Final[frozenset[Implement]] = frozenset({"barbell", "kettlebell", "dumbbell"})
"""Implements that the hands hold as a load."""
PHASES: Final[tuple[PhaseName, ...]] = ("eccentric", "bottom", "concentric", "lockout")


class Sign(Record, frozen=True, kw_only=True):
    """A band on a feature that speaks for an exercise. `width` is how far past the edge the weight is still 0.27."""

    feature: str
    width: float
    at_least: float | None = None
    at_most: float | None = None
    says: str | None = None
    """Key under ``sign.`` in the messages, where this sign is worth telling."""
    way: str | None = None
    """One of several ways to do the exercise: signs of a way count together; those without one count in each."""


class Expected(Record, frozen=True, kw_only=True):
    """Where a metric usually lies in this exercise: a range to compare with, not a limit that judges."""

    unit: str
    source: str
    evidence: Evidence
    note: str
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise ValueError(message("error.coach.no_end"))
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(message("error.coach.ends", low=f"{self.low:g}", high=f"{self.high:g}"))


class Viewing(Record, frozen=True, kw_only=True):
    """From where the camera sees an exercise best, and what a second clip from elsewhere adds."""

    best: Plane = "sagittal"
    second: Plane | None = None
    second_shows: tuple[str, ...] = ()
    """Faults that only the second view shows."""


class Passing(Record, frozen=True, kw_only=True):
    """What a drill asks of a repetition."""

    needs: tuple[str, ...]
    """Faults that must be absent."""
    lenient: tuple[str, ...] = ()
    """Of these, such as are measured too roughly for more: too close to call is good enough."""


class Exercise(Record, frozen=True, kw_only=True):
    """One exercise: what it looks like, how it is recognised, by which rule files it is judged, where it leads."""

    name: str
    family: Family
    coached: bool
    driving_angle: DrivingAngle = "trunk_inclination"
    """The angle whose course is the repetition: its depth, and its way down and up."""
    phases: tuple[PhaseName, ...] = PHASES
    """The phases a repetition of it may have."""
    start: Start = "standing"
    implement: tuple[Implement, ...] = ("none",)
    view: Viewing = Viewing()
    expected: dict[str, Expected] = msgspec.field(default_factory=dict)
    """By metric."""
    strength: bool = False
    """Whether how often and how fast a load is lifted in it tells of strength: slowing and 1RM are told then."""
    points: tuple[str, ...] = ()
    """Coaching points: keys under ``point.`` in the messages."""
    muscles: dict[Muscle, dict[PhaseName, Role]] = msgspec.field(default_factory=dict)
    """What each muscle does in each phase."""
    regressions: tuple[str, ...] = ()
    """Easier exercises or drills, the nearest first."""
    progressions: tuple[str, ...] = ()
    """What follows a clean set: exercises, drills, or a key under ``next_step.`` in the messages; the nearest first."""
    passing: Passing | None = None
    """What passes, for drills; None for what is not one."""
    rules: tuple[str, ...] = ()
    """Names of the rule files it is judged by."""
    variant_of: str | None = None
    """An exercise that this is a special case of: its signs hold here too, those given here tell the two apart."""
    signs: tuple[Sign, ...] = ()
    """Empty where pictures of the body alone do not tell it: it must be named by the user."""

    @property
    def carries(self) -> Literal["hands", "back"] | None:
        """Where its load is carried, if it has one; None where it has none."""
        if IN_HANDS & set(self.implement):
            return "hands"
        return "back" if "on_back" in self.implement else None


class Needs(Record, frozen=True, kw_only=True):
    """What a rule needs to be judged; less makes it `not_assessable`."""

    view: tuple[Plane, ...]
    confidence: float
    """Least mean pose confidence of the repetition."""
    error: float
    """Largest standard error of the metric, in its unit, with which a verdict still means something."""


class Sure(Record, frozen=True, kw_only=True):
    """One-sided confidence with which the true value lies on the side of the limit that the verdict says."""

    present: float
    absent: float

    def __post_init__(self) -> None:
        if not (0.5 <= self.present < 1 and 0.5 <= self.absent < 1):
            raise ValueError(message("error.coach.sure"))


class Given(Record, frozen=True, kw_only=True):
    """Where a rule says anything at all: below `at_least` of another metric the fault is absent by this rule."""

    metric: str
    at_least: float


class Rule(Record, frozen=True, kw_only=True):
    """A band on a metric. Exactly one of `at_least` and `at_most` is the limit."""

    fault: str
    metric: str
    unit: str
    margin: float
    sure: Sure
    needs: Needs
    phase: PhaseName
    """Where the fault shows; it gives the moment when the metric has none of its own."""
    source: str
    """A key of references.toml; in a coach's own folder it may be a sentence instead."""
    evidence: Evidence
    why: str
    at_least: float | None = None
    at_most: float | None = None
    given: Given | None = None
    farthest: float | None = None
    """The most faulty value that bodies show. Where even that could not be called present for the error, what cannot be
    called absent either is not judged: a fault that could only ever be suspected would be suspected of the healthy."""
    unmeasured: str = "not_measured"
    """Reason, a key under ``reason.``, when the metric has no value and nothing else tells why."""
    close_reason: str = "too_close"
    """Reason, a key under ``reason.``, where the value is in doubt and would be so were the fault ever so plain."""
    view_reason: str | None = None
    """Reason, a key under ``reason.``, when the view is not one of `needs`; by default what that view hides."""
    second: bool = False
    """Whether only a second clip shows the metric: without one the rule does not judge."""
    of_the_back: bool = False
    """Whether the metric is the back's shape, for which the series themselves say why they are empty."""

    def __post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(message("error.coach.one_side"))
        if self.margin <= 0:
            raise ValueError(message("error.coach.margin"))

    @property
    def limit(self) -> float:
        """The limit, whichever side it bounds."""
        return self.at_least if self.at_least is not None else float(self.at_most or 0.0)

    def beyond(self, value: float) -> float:
        """How far the value lies on the faulty side of the limit; negative on the good side."""
        return self.limit - value if self.at_least is not None else value - self.limit

    def within(self, metric: Metric) -> bool:
        """Whether the metric was measured and lies on the good side of the limit."""
        return metric.value is not None and self.beyond(metric.value) <= 0


class FaultEntry(Record, frozen=True, kw_only=True):
    """One fault: when it is corrected (causes before what follows from them), with which drill, and what it costs."""

    order: int
    drill: str
    weight: float
    """Share of the score that it takes when far gone, 0 … 1."""
    posture: bool = True
    """Whether a posture of its own shows it right; not where it is about time, or about what the side does not show."""
    praised: bool = True
    """Whether its absence is told as something that went well; not where it is measured too roughly for praise."""
    praised_without: tuple[str, ...] = ()
    """Faults beside which that praise would sound like its opposite: it is kept back where one of them may be."""
    decisive: bool = False
    """Whether a set gets no score and no praise as a whole while this could not be judged."""

    def __post_init__(self) -> None:
        if not 0 <= self.weight < 1:
            raise ValueError(message("error.coach.weight"))


class RuleFile(Record, frozen=True, kw_only=True):
    """One file of rules."""

    rule: tuple[Rule, ...]


class Reference(Record, frozen=True, kw_only=True):
    """Where numbers come from."""

    citation: str
    note: str
    doi: str | None = None
