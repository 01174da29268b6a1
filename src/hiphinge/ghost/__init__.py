"""The ghost: the lifter's own body doing the repetition right, at the place and the moment that was filmed.

Own segment lengths, feet where they are, the mass centre over the place of the foot where the lifter's own lies in
standing, as deep as the lifter went. How it is made, and how right it is: docs/explanation/ghost.md.
"""

from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np

from hiphinge.anthropometry import segments
from hiphinge.exercises import Exercise, exercises
from hiphinge.geometry import nan_median
from hiphinge.ghost.balance import ahead
from hiphinge.ghost.body import Load, Places, Posture, joints
from hiphinge.ghost.filmed import Lifter, measurable
from hiphinge.ghost.right import BY_THE_LEGS, Moment, Stand, faults_of, right_posture, stopped_at
from hiphinge.records import AnalysisRecord, Rep
from hiphinge.result import Analysis
from hiphinge.settings import GhostSettings, load_slice

__all__ = ["Footing", "Ghost", "NoGhost", "Posture", "footing", "ghost", "right", "why_none"]

Reason = Literal["view", "not_a_hinge", "no_repetition", "feet_unseen", "hips_unseen", "not_measured", "no_balance"]
"""Why there is no ghost; with ``none_`` before it a key of the report's words, where it is worth telling."""
HANGING: Final = frozenset({"rdl", "deadlift", "single_leg_rdl"})
"""Exercises in which the load hangs from straight arms."""
_STANDS_ON: Final = (("feet_unseen", "ankle"), ("hips_unseen", "hip"))


@dataclass(frozen=True)
class NoGhost:
    """There is none, and why."""

    reason: Reason


@dataclass(frozen=True)
class Footing:
    """The lifter at one moment, and what holds the balance: from here ghosts and suppositions start.

    Attributes
    ----------
    lifter : the lifter about that moment.
    moment : the postures then and while standing.
    stand : the body, its load, and where its mass centre belongs.
    """

    lifter: Lifter
    moment: Moment
    stand: Stand
    exercise: Exercise


@dataclass(frozen=True)
class Ghost:
    """The right posture at one moment.

    Attributes
    ----------
    at_s : the moment, seconds of the clip.
    rep : index of the repetition.
    posture, filmed : angles of the ghost and of the lifter, degrees.
    near_px, far_px : joints of either side (2,) in pixels of the upright picture: ankle, knee, hip, shoulder, ear,
        elbow, wrist, heel, toe. On one leg, the standing leg is in `near_px` and the free one in `far_px`, whichever
        side it is.
    places : joints in the sagittal plane, statures forward and up of the ankle.
    stature_px : how long a stature is in the picture.
    ahead : how far its mass centre lies in front of the ankle, statures.
    filmed_ahead : how far the lifter's does, by the same masses.
    load_counted : whether a load was part of it.
    stops_at : hip flexion at which it stops because the back would round beyond it, degrees; None where it does not.
    faults : what was found in the repetition.
    """

    at_s: float
    rep: int
    posture: Posture
    filmed: Posture
    near_px: Places
    far_px: Places
    places: Places
    stature_px: float
    ahead: float
    filmed_ahead: float
    load_counted: bool
    stops_at: float | None = None
    faults: frozenset[str] = field(default_factory=frozenset)


def ghost(analysis: Analysis, at_s: float, *, settings: GhostSettings | None = None) -> Ghost | None:
    """Give the ghost at a moment of a repetition; None where there cannot be one, for which `why_none` has the reason.

    Parameters
    ----------
    analysis : the whole analysis.
    at_s : seconds of the clip.
    settings : this stage's numbers; the package's own where not given.
    """
    found = _ghost(analysis, at_s, _settings(settings))
    return found if isinstance(found, Ghost) else None


def why_none(analysis: Analysis, at_s: float, *, settings: GhostSettings | None = None) -> Reason | None:
    """Say why there is no ghost at a moment; None where there is one."""
    found = _ghost(analysis, at_s, _settings(settings))
    return found.reason if isinstance(found, NoGhost) else None


def _settings(given: GhostSettings | None) -> GhostSettings:
    return load_slice("ghost", GhostSettings) if given is None else given


def _ghost(analysis: Analysis, at_s: float, settings: GhostSettings) -> Ghost | NoGhost:
    found = footing(analysis, at_s, settings)
    if isinstance(found, NoGhost):
        return found
    posture = right(found, analysis.record)
    if posture is None:
        return NoGhost("no_balance")
    drawn = _drawn(found.lifter, found.moment, posture, found.stand)
    return replace(drawn, stops_at=stopped_at(found.moment, analysis.record, posture))


def right(found: Footing, record: AnalysisRecord) -> Posture | None:
    """Give the right posture of a lifter at a moment; None where none stands in balance."""
    return right_posture(found.moment, record, found.exercise, stand=found.stand, settings=found.lifter.settings)


def footing(analysis: Analysis, at_s: float, settings: GhostSettings, *, load: Load | None = None) -> Footing | NoGhost:
    """Find the lifter of a moment and what they stand on, or why that cannot be had.

    Parameters
    ----------
    analysis : the whole analysis.
    at_s : seconds of the clip.
    settings : this stage's numbers.
    load : counted where the record does not tell the load's share of the body.
    """
    record = analysis.record
    rep = _rep_at(record, at_s)
    exercise = exercises().get(_exercise(record, rep))
    if exercise is None or not exercise.coached:
        return NoGhost("not_a_hinge")
    if record.view.plane == "frontal" or abs(record.view.yaw_deg) > settings.most_yaw_deg:
        return NoGhost("view")
    if rep is None or not measurable(analysis):
        return NoGhost("no_repetition" if rep is None else "not_measured")
    lifter = Lifter(analysis, at_s, rep.side, settings)
    moment = _moment(lifter, rep, at_s, exercise)
    return _unseen(lifter, at_s, settings) or _stands(lifter, record, moment, exercise=exercise, load=load)


def _moment(lifter: Lifter, rep: Rep, at_s: float, exercise: Exercise) -> Moment:
    return Moment(rep, at_s, lifter.posture(at_s), lifter.standing(), exercise.name in HANGING, rep.side != "both")


def _stands(
    lifter: Lifter, record: AnalysisRecord, moment: Moment, *, exercise: Exercise, load: Load | None
) -> Footing | NoGhost:
    """Stand a lifter whose feet and hips are seen on them."""
    settings = lifter.settings
    lengths = lifter.lengths if moment.hangs else lifter.with_arms_as_filmed(moment.at_s)
    bare = Stand(lengths, segments(record.subject.sex), 0.0, _load(record, exercise) or load)
    place = _place(lifter, moment, bare, record=record, exercise=exercise)
    spare = settings.off_foot * lifter.stature_px
    if not lengths.heel[0] - spare <= place <= lengths.toe[0] + spare:
        return NoGhost("not_measured")
    return Footing(lifter, moment, replace(bare, place=place), exercise)


def _unseen(lifter: Lifter, at_s: float, settings: GhostSettings) -> NoGhost | None:
    for reason, joint in _STANDS_ON:
        if not lifter.error(joint, at_s) <= settings.most_place_error:
            return NoGhost(reason)  # type: ignore[arg-type]
    if not (lifter.lengths.known and np.isfinite(lifter.posture(at_s)[:4]).all()):
        return NoGhost("not_measured")
    return None


def _place(lifter: Lifter, moment: Moment, stand: Stand, *, record: AnalysisRecord, exercise: Exercise) -> float:
    """Where the mass centre belongs: over the place of the foot where it lies while the lifter stands, pixels.

    An unknown load shows in that the body alone hangs further back the deeper it bends, since it is body and load
    together that do not fall over. So where one may be held, the place goes over to the one that the body takes at the
    bottoms of those repetitions whose legs were right, or of all where none were: those did not fall over either.
    """
    standing = moment.standing._replace(arm=None) if moment.hangs else moment.standing
    right = [rep for rep in record.reps if not faults_of(rep) & BY_THE_LEGS] or record.reps
    bottoms = [lifter.posture(rep.bottom_s) for rep in right]
    lent = [ahead(one, stand.lengths, stand.masses, stand.load) for one in bottoms]
    if not lifter.standing_seen:
        return float(nan_median(lent)) if lent else ahead(moment.filmed, stand.lengths, stand.masses, stand.load)
    own = ahead(standing, stand.lengths, stand.masses, stand.load)
    if stand.load is not None or not lent or exercise.carries is None:
        return own
    deepest = max(float(nan_median([one.trunk for one in bottoms])) - standing.trunk, 1.0)
    share = float(np.clip((moment.filmed.trunk - standing.trunk) / deepest, 0.0, 1.0))
    return own + share * (float(nan_median(lent)) - own)


def _drawn(lifter: Lifter, moment: Moment, posture: Posture, stand: Stand) -> Ghost:
    """Bring a posture into the picture."""
    places, origin = joints(posture, stand.lengths), lifter.ankle_px(moment.at_s)
    middle = {name: lifter.frame.picture(place, origin) for name, place in places.items()}
    near = "right" if lifter.frame.facing > 0 else "left"
    sides = []
    for side in (near, "left" if near == "right" else "right"):
        apart = lifter.apart(side)
        sides.append({name: middle[name] + apart[name] for name in apart})
    if moment.single_leg:
        for name in ("knee", "ankle", "heel", "toe"):
            sides[1][name] = middle[f"free_{name}"]
    size = lifter.stature_px
    return Ghost(
        at_s=moment.at_s,
        rep=moment.rep.index,
        posture=posture,
        filmed=moment.filmed,
        near_px=sides[0],
        far_px=sides[1],
        places={name: place / size for name, place in places.items()},
        stature_px=size,
        ahead=ahead(posture, stand.lengths, stand.masses, stand.load) / size,
        filmed_ahead=ahead(moment.filmed, stand.lengths, stand.masses, stand.load) / size,
        load_counted=stand.load is not None,
        faults=faults_of(moment.rep),
    )


def _load(record: AnalysisRecord, exercise: Exercise) -> Load | None:
    """The load as a share of the body's mass, where both are known and the exercise says where it is held."""
    body, load = record.subject.mass_kg, record.load.mass_kg
    if body is None or not load or exercise.carries is None:
        return None
    return Load(load / body, on_back=exercise.carries == "back")


def _rep_at(record: AnalysisRecord, at_s: float) -> Rep | None:
    """The repetition a moment belongs to; a lockout may end after the next one's start is looked for."""
    return next((rep for rep in record.reps if rep.start_s <= at_s <= rep.end_s), None)


def _exercise(record: AnalysisRecord, rep: Rep | None) -> str:
    own = None if rep is None else rep.exercise
    return own or record.exercise.name
