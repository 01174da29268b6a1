"""Which posture would have been right at one moment: how deep, which knees, where the arms, and the shank it takes.

The ghost changes what was found wrong and keeps the rest. The back and the neck are always as in standing. The trunk
leans as the lifter's does; where the legs were at fault that lean says nothing, and the ghost's shoulders come as low
as the lifter's instead, since that is where the hands were meant to go. Where the lower back rounds, its hips fold no
further than the lifter's own clean range.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import brentq

from hiphinge.anthropometry import Segment
from hiphinge.exercises import Exercise
from hiphinge.faults import rules_of
from hiphinge.ghost.balance import balanced, lowered
from hiphinge.ghost.body import GhostLengths, Load, Posture, joints
from hiphinge.records import ACTED_ON, AnalysisRecord, Metric, Rep
from hiphinge.settings import GhostSettings

BY_THE_LEGS: Final = frozenset({"squatting", "knee_drift", "shins_forward", "hips_rise_first"})
"""Faults that make the trunk's lean a poor measure of how deep it went."""
OF_THE_LEGS: Final = BY_THE_LEGS | {"knees_locked"}
"""Faults whose correction is a different knee."""
ROUNDING: Final = "lower_back_rounding"
AT_THE_TOP: Final = frozenset({"incomplete_lockout"})
_UPRIGHT_DEG: Final = (-2.0, 8.0)
"""Standing tall: no trunk or knee of a ghost at the top lies beyond."""


@dataclass(frozen=True)
class Stand:
    """What a posture stands on.

    Attributes
    ----------
    lengths, masses, load : of the body.
    place : where the mass centre belongs, pixels in front of the ankle.
    """

    lengths: GhostLengths
    masses: dict[str, Segment]
    place: float
    load: Load | None = None

    def balanced(self, posture: Posture) -> Posture | None:
        """The posture with the shank that keeps it from falling over; None where there is none."""
        return balanced(posture, self.lengths, self.masses, place=self.place, load=self.load)


@dataclass(frozen=True)
class Moment:
    """One moment of a repetition, as filmed.

    Attributes
    ----------
    filmed, standing : the lifter's postures, now and while standing.
    hangs : whether the arms hang straight in this exercise.
    """

    rep: Rep
    at_s: float
    filmed: Posture
    standing: Posture
    hangs: bool
    single_leg: bool


def right_posture(
    moment: Moment, record: AnalysisRecord, exercise: Exercise, *, stand: Stand, settings: GhostSettings
) -> Posture | None:
    """Give the right posture of a moment, standing in balance; None where no shank balances it."""
    if at_the_top(moment, settings):
        return stand.balanced(_tall(moment))
    wanted = _Wanted(moment, record, exercise, settings)

    def right(trunk: float) -> Posture | None:
        return stand.balanced(wanted.posture(trunk))

    trunk = moment.filmed.trunk
    if faults_of(moment.rep) & BY_THE_LEGS:
        low = joints(moment.filmed, stand.lengths)["shoulder"][1]
        least = min(moment.standing.trunk, trunk)
        trunk = lowered(right, stand.lengths, height=float(low), trunk_deg=(least, wanted.most_deg))
    if "too_shallow" in faults_of(moment.rep):
        trunk = max(trunk, wanted.deep_deg)
    posture = right(trunk)
    limit = clean_limit(record) if _rounds(moment.rep) else None
    if posture is None or limit is None or posture.hip <= limit:
        return posture
    return _within(right, limit, (moment.standing.trunk, trunk)) or posture


def stopped_at(moment: Moment, record: AnalysisRecord, posture: Posture) -> float | None:
    """Hip flexion, degrees, at which a posture stops short of the lifter's because the back would round beyond it."""
    limit = clean_limit(record) if _rounds(moment.rep) else None
    return limit if limit is not None and abs(posture.hip - limit) < 1 and moment.filmed.hip > limit + 1 else None


def faults_of(rep: Rep) -> frozenset[str]:
    """Faults that a repetition shows, plainly or borderline."""
    return frozenset(one.fault for one in rep.findings if one.verdict in ACTED_ON)


def _rounds(rep: Rep) -> bool:
    return any(one.fault == ROUNDING and one.verdict == "present" for one in rep.findings)


def at_the_top(moment: Moment, settings: GhostSettings) -> bool:
    """Whether the moment belongs to the end of the repetition, where standing tall is right."""
    deepest = _value(moment.rep.metrics.get("hip_flexion_max"))
    if deepest is not None and moment.filmed.hip > settings.top_share * deepest:
        return False
    shown = any(one.fault in AT_THE_TOP and one.at_s == moment.at_s for one in moment.rep.findings)
    ended = [phase for phase in moment.rep.phases if phase.name == "lockout"]
    return shown or any(phase.start_s <= moment.at_s <= phase.end_s for phase in ended)


def clean_limit(record: AnalysisRecord) -> float | None:
    """Hip flexion, degrees, up to which the back keeps its shape: the one the set is told to stop at.

    None where the back does not surely round, or rounds from the start.
    """
    found = next((one for one in record.summary.findings if one.fault == ROUNDING), None)
    if found is None or found.verdict != "present":
        return None
    clean = record.summary.clean_range_deg
    return None if clean is None or record.summary.clean_range_at_least else clean.value


class _Wanted:
    """The right angles of a moment as functions of the trunk's inclination.

    Attributes
    ----------
    most_deg : the trunk leans no further.
    deep_deg : trunk at the bottom of a repetition that is deep enough.
    """

    def __init__(self, moment: Moment, record: AnalysisRecord, exercise: Exercise, settings: GhostSettings) -> None:
        self._moment, self._settings = moment, settings
        clean = [rep for rep in record.reps if rep.complete and not faults_of(rep) & (OF_THE_LEGS | {"too_shallow"})]
        own = _median([rep.metrics.get("trunk_inclination_max") for rep in clean])
        most = own if own is not None else _high(exercise, "trunk_inclination_max")
        self.most_deg = max(settings.trunk_most_deg if most is None else most, moment.filmed.trunk)
        self.deep_deg = max(own or 0.0, _deep_enough(exercise.name))
        self._knee = moment.filmed.knee
        self._corrected = bool(faults_of(moment.rep) & OF_THE_LEGS)
        if self._corrected:
            knees = _median([rep.metrics.get("knee_flexion_max") for rep in clean])
            self._knee = _expected(exercise, knees, settings)
        bottom = _value(moment.rep.metrics.get("trunk_inclination_max"))
        self._bottom_deg = min(max(bottom or 0.0, self.deep_deg), self.most_deg)

    def posture(self, trunk: float) -> Posture:
        """The right posture at a trunk inclination, its shank still to be found."""
        filmed = self._moment.filmed
        arm = None
        if not self._moment.hangs and filmed.arm is not None:
            upper, fore = filmed.arm
            carried = filmed.trunk - trunk
            if max(abs(upper), abs(fore)) < self._settings.hangs_deg:
                carried = 0.0
            arm = (upper + carried, fore + carried)
        return Posture(
            shank=0.0,
            knee=self._knee_at(trunk),
            trunk=trunk,
            neck=self._moment.standing.neck,
            arm=arm,
            rear=trunk if self._moment.single_leg else None,
        )

    def _knee_at(self, trunk: float) -> float:
        """Knee flexion on the way down: soft early in a hinge, with the trunk in a pull from the floor."""
        if not self._corrected:
            return self._knee
        standing, settings = self._moment.standing, self._settings
        by = 1.0 if self._knee > settings.deep_knee_deg else settings.soft_by
        way = by * max(self._bottom_deg - standing.trunk, 1.0)
        share = float(np.clip((trunk - standing.trunk) / way, 0.0, 1.0))
        return standing.knee + share * (self._knee - standing.knee)


def _tall(moment: Moment) -> Posture:
    low, high = _UPRIGHT_DEG
    own = moment.standing
    return own._replace(
        trunk=float(np.clip(own.trunk, low, high)),
        knee=float(np.clip(own.knee, 0.0, high)),
        arm=None if moment.hangs else own.arm,
        rear=0.0 if moment.single_leg else None,
    )


def _within(right: Callable[[float], Posture | None], limit: float, trunk_deg: tuple[float, float]) -> Posture | None:
    """The deepest right posture whose hips are folded by no more than `limit`."""

    def over(trunk: float) -> float:
        posture = right(trunk)
        return 1.0 if posture is None else posture.hip - limit

    low, high = trunk_deg
    if over(low) >= 0 or over(high) <= 0:
        return None
    return right(float(brentq(over, low, high, xtol=1e-4)))


def _expected(exercise: Exercise, own: float | None, settings: GhostSettings) -> float:
    """The lifter's own clean knees where they lie in the exercise's range; else the middle of that range."""
    known = exercise.expected.get("knee_flexion_max")
    if known is None or known.low is None or known.high is None:
        return settings.knee_deg if own is None else own
    if own is not None and known.low <= own <= known.high:
        return own
    return (known.low + known.high) / 2


def _high(exercise: Exercise, metric: str) -> float | None:
    known = exercise.expected.get(metric)
    return None if known is None else known.high


def _deep_enough(exercise: str) -> float:
    """Trunk inclination from which a repetition is surely not too shallow; 0 where no rule asks."""
    asked = [
        rule for rule in rules_of(exercise) if rule.metric == "trunk_inclination_max" and rule.at_least is not None
    ]
    return max((rule.limit + rule.margin for rule in asked), default=0.0)


def _median(metrics: list[Metric | None]) -> float | None:
    known = [value for one in metrics if (value := _value(one)) is not None]
    return float(np.median(known)) if known else None


def _value(metric: Metric | None) -> float | None:
    return None if metric is None else metric.value
