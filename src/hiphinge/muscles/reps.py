"""Each repetition, phase by phase: what every muscle did, and what it took."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from hiphinge.geometry import NINE_IN_TEN, Bools, Floats, interval_of, nan_median
from hiphinge.kinematics import Kinematics
from hiphinge.kinetics import Kinetics
from hiphinge.muscles.actions import UNSEEN, Told, ends, told
from hiphinge.muscles.angles import Angles, angles_of
from hiphinge.muscles.effort import Asked, Efforts, efforts
from hiphinge.muscles.erectors import extensor_force, lengthening
from hiphinge.muscles.model import HIP_MUSCLES
from hiphinge.muscles.stretch import Stretch, stretches
from hiphinge.records import LengthChange, Loading, MuscleName, MusclePhase, Phase, Rep, Span, Subject
from hiphinge.settings import KineticsSettings, MuscleSettings, Settings

SPINE_UNSEEN: Final = "spine_unseen"
"""Why the erectors' action is unclear where the back was not measured."""
BACK_STRENGTH: Final = "back_strength_unknown"
"""Why the erectors have a force and no effort: nothing comparable was measured on people."""
NOT_COMPUTED: Final = "not_computed"
"""Why there are no efforts where moments were not asked for."""
DIGITS: Final = 4


class Worked(NamedTuple):
    """Repetitions with what the muscles did in them, and the motion with what it took the hips over time."""

    reps: tuple[Rep, ...]
    motion: Kinematics


@dataclass(frozen=True)
class _Set:
    """What every repetition draws on."""

    time_s: Floats
    angles: Angles
    lengths: dict[str, Stretch]
    lumbar: tuple[Floats, Floats]
    back_moment: Floats | None
    kinetics: KineticsSettings
    settings: MuscleSettings
    subject: Subject


@dataclass(frozen=True)
class _Took:
    """What one repetition took, over its own frames; or why that is not known."""

    efforts: Efforts | None
    back_moment: Floats | None
    reason: str | None


def muscles(
    motion: Kinematics,
    kinetics: Kinetics | None,
    reps: tuple[Rep, ...],
    subject: Subject,
    *,
    loading: Loading | None = None,
    settings: Settings,
) -> Worked:
    """Tell of each repetition what the muscles did.

    Parameters
    ----------
    motion : with the spine measured as far as it was.
    kinetics, loading : moments, and what they were made from or why they were withheld: then efforts are unknown.
    subject : whose strength it is compared with.
    settings : this stage's numbers, and the arm of the back that the kinetics reckon with.

    Returns
    -------
    The repetitions with `muscles` filled, none where the lifter is seen from the front; and the motion with
    `hip_effort` (share of the strength of hip extension) and `hip_passive_share` (share of the hip's moment that it
    holds relaxed) with their ``_error``, NaN where unknown.
    """
    if motion.attrs["plane"] == "frontal":
        return Worked(reps, motion)
    angles = angles_of(motion, settings.muscles)
    whole = _Set(
        time_s=motion["time"].to_numpy(),
        angles=angles,
        lengths=stretches(angles, settings.muscles),
        lumbar=(motion["lumbar_flexion_deg"].to_numpy(), motion["lumbar_flexion_error_deg"].to_numpy()),
        back_moment=_newton_metres(kinetics),
        kinetics=settings.kinetics,
        settings=settings.muscles,
        subject=subject,
    )
    columns = {name: np.full(whole.time_s.size, np.nan) for name in _columns()}
    worked = []
    for rep in reps:
        inside = rep.holds(whole.time_s)
        took = _took(whole, kinetics, rep, inside) if kinetics is not None else _Took(None, None, None)
        if took.efforts is None:
            took = _Took(None, None, _why_not(loading, rep))
        worked.append(msgspec.structs.replace(rep, muscles=_phases(whole, rep, inside, took)))
        if took.efforts is not None:
            for stem, values in (("hip_effort", took.efforts.whole), ("hip_passive_share", took.efforts.passive)):
                columns[stem][inside] = values[:, 1]
                columns[f"{stem}_error"][inside] = (values[:, 2] - values[:, 0]) / 2 / NINE_IN_TEN
    found = motion.assign({name: ("time", values, {"units": "1"}) for name, values in columns.items()})
    return Worked(tuple(worked), Kinematics(found))


def _why_not(loading: Loading | None, rep: Rep) -> str:
    """Why a repetition has no efforts, as the kinetics say why it has no moments."""
    if loading is None:
        return NOT_COMPUTED
    return loading.reps_withheld.get(rep.index) or loading.withheld or NOT_COMPUTED


def _columns() -> tuple[str, ...]:
    return tuple(f"{stem}{part}" for stem in ("hip_effort", "hip_passive_share") for part in ("", "_error"))


def _newton_metres(kinetics: Kinetics | None) -> Floats | None:
    """Moments (T, 3) at L5/S1 in N·m; None without, or where the mass is unknown."""
    if kinetics is None or kinetics.attrs["unit_mass"] != "kg":
        return None
    return np.asarray(kinetics["l5s1_moment_nm"].transpose("time", "bound").to_numpy())


def _took(whole: _Set, kinetics: Kinetics, rep: Rep, inside: Bools) -> _Took:
    """What a repetition took."""
    moment = kinetics["hip_moment_nm"].transpose("time", "bound").to_numpy()[inside]
    if not np.isfinite(moment).any():
        return _Took(None, None, None)
    angles, known = whole.angles, kinetics.attrs["unit_mass"] == "kg"
    rate_deg_s = np.gradient(angles.hip[inside], interval_of(whole.time_s)) if inside.sum() > 1 else np.zeros(1)
    asked = Asked(
        moment=moment,
        hip=angles.hip[inside],
        knee=angles.knee[inside],
        hip_error=angles.error_of(hip=1.0, knee=0.0)[inside],
        rate_rad_s=-np.deg2rad(rate_deg_s),
        mass_kg=float(kinetics.attrs["mass_kg"]) if known else None,
        stature_m=float(kinetics.attrs["stature_m"]),
        sex=whole.subject.sex,
        legs=2 if rep.side == "both" else 1,
    )
    back = None if whole.back_moment is None else whole.back_moment[inside]
    return _Took(efforts(asked, whole.settings), back, None)


@dataclass(frozen=True)
class _During:
    """A phase of a repetition: its frames in the repetition, and in the clip."""

    phase: Phase
    frames: NDArray[np.intp]
    at: NDArray[np.intp]


def _phases(whole: _Set, rep: Rep, inside: Bools, took: _Took) -> tuple[MusclePhase, ...]:
    """Every muscle in every phase, muscle by muscle."""
    time_s, at = whole.time_s[inside], np.flatnonzero(inside)
    during = []
    for phase in rep.phases:
        frames = np.flatnonzero(phase.holds(time_s))
        if frames.size:
            during.append(_During(phase, frames, at[frames]))
    hips = [
        _hip_phase(whole, part, name, _hip_cost(name, part.frames, took)) for name in HIP_MUSCLES for part in during
    ]
    return (*hips, *(_back_phase(whole, part, _back_cost(whole, part.frames, took)) for part in during))


class _Cost(NamedTuple):
    effort: Span | None
    reason: str | None
    force: Span | None


def _hip_cost(name: MuscleName, frames: NDArray[np.intp], took: _Took) -> _Cost:
    """The most that a muscle gave in some frames of a repetition."""
    if took.efforts is None:
        return _Cost(None, took.reason, None)
    muscle = HIP_MUSCLES.index(name)
    each = took.efforts.muscles[frames, muscle]
    known = np.isfinite(each).all(axis=-1)
    if not known.any():
        return _Cost(None, UNSEEN, None)
    most = int(np.where(known, each[:, 1], -np.inf).argmax())
    force = took.efforts.force_n[frames, muscle][most]
    return _Cost(_span(each[most], DIGITS), None, _span(force, 0) if np.isfinite(force).all() else None)


def _back_cost(whole: _Set, frames: NDArray[np.intp], took: _Took) -> _Cost:
    if took.efforts is None:
        return _Cost(None, took.reason, None)
    moment = took.back_moment
    force = None if moment is None else extensor_force(moment[frames], whole.subject.sex, whole.kinetics)
    rounded = None if force is None else Span(low=round(force.low), best=round(force.best), high=round(force.high))
    return _Cost(None, BACK_STRENGTH, rounded)


def _hip_phase(whole: _Set, part: _During, name: MuscleName, cost: _Cost) -> MusclePhase:
    """One hip extensor in one phase."""
    one, angles, at = whole.lengths[name], whole.angles, part.at
    hip, knee = one.slopes
    # of a change only the angles' error counts: what standing was drops out
    error = angles.error_of(hip=hip, knee=knee)
    found = ends(one.value[at], error[at], angles.hip[at], whole.settings)
    if found is None:
        return _unseen(name, part.phase, cost, UNSEEN)
    change, first, last = found
    band = whole.settings.held_hip_deg * float(nan_median(np.broadcast_to(hip, angles.hip.shape)[at]))
    low, high = sorted(float(model[at[last]] - model[at[first]]) for model in (one.low, one.high))
    length = LengthChange(value=change.value, error=change.error, low=low, high=high)
    did = told(change, band, whole.settings)
    return _phase(_unseen(name, part.phase, cost, did.reason), did, length, _seconds(whole, at, first, last))


def _back_phase(whole: _Set, part: _During, cost: _Cost) -> MusclePhase:
    """The erectors in one phase."""
    (value, error), at = whole.lumbar, part.at
    found = ends(value[at], error[at], whole.angles.hip[at], whole.settings)
    if found is None:
        return _unseen("erector_spinae", part.phase, cost, SPINE_UNSEEN)
    bent, first, last = found
    did = told(bent, whole.settings.held_lumbar_deg, whole.settings)
    unseen = _unseen("erector_spinae", part.phase, cost, did.reason)
    return _phase(unseen, did, lengthening(bent), _seconds(whole, at, first, last))


def _seconds(whole: _Set, at: NDArray[np.intp], first: int, last: int) -> float:
    return float(whole.time_s[at[last]] - whole.time_s[at[first]])


def _unseen(muscle: MuscleName, phase: Phase, cost: _Cost, reason: str | None) -> MusclePhase:
    return MusclePhase(
        muscle=muscle,
        phase=phase.name,
        action="unclear",
        reason=reason,
        effort=cost.effort,
        effort_reason=cost.reason,
        force_n=cost.force,
    )


def _phase(unseen: MusclePhase, did: Told, change: LengthChange, seconds: float) -> MusclePhase:
    """The same phase with what was seen of it."""
    numbers = {name: round(value, DIGITS) for name, value in msgspec.structs.asdict(change).items()}
    speed = round(change.value / seconds, DIGITS) if seconds > 0 else None
    return msgspec.structs.replace(unseen, action=did.action, change=LengthChange(**numbers), speed=speed)


def _span(values: Floats, digits: int) -> Span:
    low, best, high = (round(float(value), digits) for value in values)
    return Span(low=low, best=best, high=high)
