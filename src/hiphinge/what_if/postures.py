"""Which postures are supposed at one moment, and what each takes for granted."""

from typing import Final, NamedTuple

import numpy as np

from hiphinge.geometry import Floats
from hiphinge.ghost import Footing, right
from hiphinge.ghost.body import GhostLengths, Load, Places, Posture, joints, load_place
from hiphinge.ghost.right import ROUNDING, Stand, faults_of
from hiphinge.records import AnalysisRecord
from hiphinge.records.supposed import Supposed
from hiphinge.settings import WhatIfSettings
from hiphinge.what_if.squat import Limits, between_the_feet, squatted

_OF_THE_LOAD: Final = frozenset({"load_drift", "arms_lift"})
"""Faults whose correction is another place of the load."""


class Pose(NamedTuple):
    """One supposed posture, in statures from the standing ankle.

    Attributes
    ----------
    places : joints (2,).
    load_at : (2,) where the load is; None without.
    flexion_deg : lumbar flexion from standing.
    shift_cm, rounded_deg : what was changed besides the angles; None where it was not.
    room : for a load moved nearer, whether the legs leave room for a bar.
    """

    name: Supposed
    posture: Posture
    places: Places
    load_at: Floats | None
    flexion_deg: float
    shift_cm: float | None = None
    rounded_deg: float | None = None
    room: bool = True


class Filmed(NamedTuple):
    """What suppositions start from: the lifter on their feet, the lower back, how long a stature is in metres."""

    footing: Footing
    record: AnalysisRecord
    flexion_deg: float
    stature_m: float
    followed: Floats | None = None
    """(2,) where the load was followed, statures; None where it was not."""
    beside: Floats | None = None
    """(2,) from the hand to the load, which stays so in every posture; None before it is known."""


def supposed(filmed: Filmed, settings: WhatIfSettings) -> tuple[Pose, ...]:
    """Give the postures that can be had, the filmed one first."""
    first = _as_filmed(filmed)
    if first.load_at is not None and _in_hands(filmed):
        filmed = filmed._replace(beside=first.load_at - _hand(first.places, filmed))
    found = [first, *_like_this(filmed, first, settings), *_shifted(filmed, first, settings)]
    if not filmed.footing.moment.single_leg:
        found += _squats(filmed, first, settings)
    return (*found, _rounded(first, settings))


def _as_filmed(filmed: Filmed) -> Pose:
    """The load is where hands and its own path put it, half each: a bias of landmarks moves them opposite ways."""
    pose = _posed("as_filmed", filmed, filmed.footing.moment.filmed, flexion_deg=filmed.flexion_deg)
    if pose.load_at is None or filmed.followed is None or not _in_hands(filmed):
        return pose
    return pose._replace(load_at=(pose.load_at + filmed.followed) / 2)


def _in_hands(filmed: Filmed) -> bool:
    load = filmed.footing.stand.load
    return load is not None and not load.on_back


def _hand(places: Places, filmed: Filmed) -> Floats:
    return load_place(places, filmed.footing.stand.masses, Load(0.0))


def _like_this(filmed: Filmed, first: Pose, settings: WhatIfSettings) -> list[Pose]:
    """The right posture, arms as filmed where they were not at fault; nothing where it is what was filmed."""
    found, faults = filmed.footing, faults_of(filmed.footing.moment.rep)
    posture = right(found, filmed.record)
    if posture is not None and found.moment.filmed.arm is not None and not faults & _OF_THE_LOAD:
        posture = found.stand.balanced(posture._replace(arm=found.moment.filmed.arm))
    if posture is None:
        return []
    changed = max(abs(getattr(posture, name) - getattr(first.posture, name)) for name in ("trunk", "knee"))
    rounds = ROUNDING in faults
    if changed < settings.least_difference_deg and not rounds and not faults & _OF_THE_LOAD:
        return []
    flexion = min(filmed.flexion_deg, settings.neutral_deg) if rounds else filmed.flexion_deg
    return [_posed("like_this", filmed, posture, flexion_deg=flexion)]


def _shifted(filmed: Filmed, first: Pose, settings: WhatIfSettings) -> list[Pose]:
    load = filmed.footing.stand.load
    if first.load_at is None or load is None or load.on_back:
        return []
    found = []
    for shift_cm in (settings.shift_small_cm, settings.shift_cm):
        away = np.array([shift_cm / 100 / filmed.stature_m, 0.0])
        room = bool(first.load_at[0] - away[0] >= _leg_front(first, filmed))
        found += [
            first._replace(name="load_nearer", load_at=first.load_at - away, shift_cm=-shift_cm, room=room),
            first._replace(name="load_farther", load_at=first.load_at + away, shift_cm=shift_cm),
        ]
    return found


def _leg_front(pose: Pose, filmed: Filmed) -> float:
    """How far forward a hand must stay at the load's height to clear the leg, statures."""
    leg = np.stack([pose.places[name] for name in ("ankle", "knee", "hip")])
    height = float(np.clip(0.0 if pose.load_at is None else pose.load_at[1], leg[0, 1], leg[2, 1]))
    own = filmed.footing.stand.lengths.hand_clearance / filmed.footing.lifter.stature_px
    return float(np.interp(height, leg[:, 1], leg[:, 0])) + own


def _squats(filmed: Filmed, first: Pose, settings: WhatIfSettings) -> list[Pose]:
    """The load as low by bending the knees: between the feet, and in front of the knees as a bar must be."""
    stand, load = filmed.footing.stand, filmed.footing.stand.load
    limits = Limits(settings.squat_knee_most_deg, settings.squat_shank_most_deg, settings.squat_hip_to_knee)
    in_hands = filmed.footing.moment.hangs and not (load is not None and load.on_back)
    lower = "wrist" if in_hands else "shoulder"
    size = filmed.footing.lifter.stature_px
    height = float(first.places[lower][1]) * size
    like = first.posture._replace(arm=None) if in_hands else first.posture
    found = []
    ways: list[tuple[Supposed, GhostLengths]] = [
        ("squat", between_the_feet(stand.lengths) if in_hands else stand.lengths)
    ]
    if in_hands and load is not None:
        ways.append(("squat_in_front", stand.lengths))
    for name, lengths in ways:
        own = Stand(lengths, stand.masses, stand.place, load)
        posture = squatted(own, lambda at: float(at[lower][1]), like=like, height=height, limits=limits)
        if posture is not None:
            found.append(_posed(name, filmed, posture, flexion_deg=filmed.flexion_deg, lengths=lengths))
    return found


def _rounded(first: Pose, settings: WhatIfSettings) -> Pose:
    more = settings.rounded_deg
    return first._replace(name="rounded", flexion_deg=first.flexion_deg + more, rounded_deg=more)


def _posed(
    name: Supposed, filmed: Filmed, posture: Posture, *, flexion_deg: float, lengths: GhostLengths | None = None
) -> Pose:
    stand, size = filmed.footing.stand, filmed.footing.lifter.stature_px
    places = joints(posture, lengths or stand.lengths)
    load: Load | None = stand.load
    at = None if load is None else load_place(places, stand.masses, load) / size
    if at is not None and filmed.beside is not None:
        at = at + filmed.beside
    return Pose(name, posture, {key: place / size for key, place in places.items()}, at, flexion_deg)
