"""What the same lifter with the same load would have to do in another posture: the same physics, at one moment.

The moment is the deepest of the repetition that shows the set's leading fault plainest, or of the usual one where there
is none, held still. How each posture is made and what it takes for granted: docs/explanation/what-if.md.
"""

from typing import Final, Literal

import numpy as np
import xarray as xr

from hiphinge.geometry import Floats
from hiphinge.ghost import NoGhost, footing
from hiphinge.ghost.body import Load
from hiphinge.kinetics import Kinetics
from hiphinge.kinetics.body import Body
from hiphinge.kinetics.draws import Draws
from hiphinge.kinetics.dynamics import GRAVITY
from hiphinge.kinetics.solving import SWUNG
from hiphinge.records import AnalysisRecord, Rep, WhatIf
from hiphinge.result import Analysis
from hiphinge.settings import GhostSettings, Settings
from hiphinge.what_if import held as holding
from hiphinge.what_if.compare import counted, suppositions
from hiphinge.what_if.postures import Filmed, Pose, supposed
from hiphinge.what_if.sentences import assumes, name_of, says

__all__ = ["Nothing", "what_if", "why_nothing"]

Nothing = Literal["cut", "swing", "view", "feet_unseen", "hips_unseen", "not_measured"]
"""Why nothing was supposed; with ``no_what_if_`` before it a key of the report's words."""


def what_if(analysis: Analysis, settings: Settings) -> tuple[WhatIf, ...]:
    """Suppose other postures at one moment of the set, the filmed one first.

    Parameters
    ----------
    analysis : the whole analysis; nothing is supposed where what the joints held was withheld.
    settings : all slices.

    Returns
    -------
    Nothing where nobody can be stood on their feet, and for lifts that are not held still at any moment.
    """
    record, kinetics = analysis.record, analysis.kinetics
    rep = None if kinetics is None else chosen(record, kinetics)
    if kinetics is None or rep is None or (rep.exercise or record.exercise.name) in SWUNG:
        return ()
    body, load_kg = _body(kinetics, record), float(kinetics.attrs["load_kg"])
    found = footing(analysis, rep.bottom_s, settings.ghost, load=_load(body, load_kg, record, settings))
    if isinstance(found, NoGhost):
        return ()
    flexion, error = _flexion(analysis, rep.bottom_s, settings)
    motion = analysis.kinematics.sel(time=rep.bottom_s, method="nearest")
    followed = _pair_of(motion, "load_forward", "load_height")
    poses = supposed(Filmed(found, record, flexion, body.stature_m, followed), settings.what_if)
    back_deg, unsure_deg = _pelvis(motion, found.moment.filmed.trunk, settings)
    shank, knee, trunk = (_error(motion, name) for name in _MEASURED)
    errors = holding.Errors(shank, knee, trunk, error, unsure_deg)
    draws = Draws(settings.kinetics.draws, settings.kinetics.seed)
    scales = holding.Scales(body, load_kg, errors, draws, settings.kinetics, settings.what_if)
    return _compared(poses, scales, rep, back_deg)


def why_nothing(analysis: Analysis, kinetics: Kinetics, settings: GhostSettings) -> Nothing:
    """Say why nothing was supposed of an analysis with moments."""
    record = analysis.record
    rep = chosen(record, kinetics)
    if rep is None:
        return "cut"
    if (rep.exercise or record.exercise.name) in SWUNG:
        return "swing"
    found = footing(analysis, rep.bottom_s, settings)
    if isinstance(found, NoGhost) and found.reason in {"view", "feet_unseen", "hips_unseen"}:
        return found.reason
    return "not_measured"


_MEASURED: Final = ("shank_inclination", "knee_flexion", "trunk_inclination")


def chosen(record: AnalysisRecord, kinetics: Kinetics) -> Rep | None:
    """The repetition to suppose about: the one in the middle by moment, of those that show the leading fault.

    Of all where none leads. None where no complete repetition has moments.
    """
    moment = kinetics["l5s1_moment_nm"].sel(bound="best")
    known: list[tuple[float, Rep]] = []
    for rep in record.reps:
        most = moment.sel(time=slice(rep.start_s, rep.end_s)).max(skipna=True)
        if rep.complete and np.isfinite(most):
            known.append((float(most), rep))
    lead = next((one for one in record.summary.findings if one.verdict == "present"), None)
    faulty = [(most, rep) for most, rep in known if lead is not None and rep.index in lead.reps]
    ranked = sorted(faulty or known, key=lambda one: one[0])
    return ranked[len(ranked) // 2][1] if ranked else None


def _compared(poses: tuple[Pose, ...], scales: holding.Scales, rep: Rep, back_deg: float) -> tuple[WhatIf, ...]:
    mass = scales.body.mass_kg
    first, drawn = holding.held(_in_metres(poses[0], scales, poses[0], back_deg), scales)
    stands = counted(drawn, scales.kinetics)
    if stands is None:
        return ()
    found = []
    for pose in poses:
        same = pose is poses[0]
        values = first if same else holding.held(_in_metres(pose, scales, poses[0], back_deg), scales)[0]
        quantities = suppositions(
            values,
            None if same else first,
            stands,
            known_mass=mass is not None,
            weight=1.0 if mass is None else mass * GRAVITY,
            kinetics=scales.kinetics,
            settings=scales.settings,
        )
        found.append(
            WhatIf(
                name=pose.name,
                rep=rep.index,
                at_s=rep.bottom_s,
                shift_cm=pose.shift_cm,
                rounded_deg=pose.rounded_deg,
                angles=_angles(pose),
                joints=_joints(pose),
                quantities=quantities,
                title=name_of(pose),
                says=says(pose, quantities),
                assumes=assumes(pose),
            )
        )
    return tuple(found)


def _in_metres(pose: Pose, scales: holding.Scales, first: Pose, back_deg: float) -> holding.Pose:
    """As far behind the trunk's line as filmed, the pelvis turns with what flexion is added or taken away."""
    stature_m = scales.body.stature_m
    return holding.Pose(
        places={name: stature_m * place for name, place in pose.places.items()},
        load_at=None if pose.load_at is None else stature_m * pose.load_at,
        trunk_deg=pose.posture.trunk,
        flexion_deg=pose.flexion_deg,
        pelvis_back_deg=back_deg + scales.settings.pelvis_share * (pose.flexion_deg - first.flexion_deg),
    )


def _angles(pose: Pose) -> dict[str, float]:
    own = pose.posture
    return {"trunk": own.trunk, "hip": own.hip, "knee": own.knee, "shank": own.shank}


def _joints(pose: Pose) -> dict[str, tuple[float, float]]:
    places = pose.places if pose.load_at is None else pose.places | {"load": pose.load_at}
    return {name: _pair(place) for name, place in places.items()}


def _pair(place: Floats) -> tuple[float, float]:
    return round(float(place[0]), 4), round(float(place[1]), 4)


def _body(kinetics: Kinetics, record: AnalysisRecord) -> Body:
    known = kinetics.attrs
    mass = float(known["mass_kg"])
    return Body(
        mass_kg=mass if np.isfinite(mass) else None,
        stature_m=float(known["stature_m"]),
        stature_error_m=float(known["stature_error_m"]),
        sex=record.subject.sex,
    )


def _load(body: Body, load_kg: float, record: AnalysisRecord, settings: Settings) -> Load | None:
    """The load as a share of the body, whose mass is a population's for this stature where it is unknown."""
    if not load_kg > 0:
        return None
    mass = body.mass_kg or settings.kinetics.body_mass_index * body.stature_m**2
    on_back = record.loading is not None and record.loading.carried == "back"
    return Load(load_kg / mass, on_back=on_back)


def _flexion(analysis: Analysis, at_s: float, settings: Settings) -> tuple[float, float]:
    """Lumbar flexion and its standard error, degrees; as lifters usually have where it was not measured."""
    now = analysis.kinematics.sel(time=at_s, method="nearest")
    own, error = (float(now.get(name, np.nan)) for name in ("lumbar_flexion_deg", "lumbar_flexion_error_deg"))
    if np.isfinite(own) and np.isfinite(error):
        return own, error
    return settings.what_if.usual_flexion_deg, settings.what_if.usual_flexion_error_deg


def _pelvis(motion: xr.Dataset, trunk_deg: float, settings: Settings) -> tuple[float, float]:
    """How far the pelvis is behind the trunk's line, and how unsure, degrees; on it where it was not measured."""
    tilt, error = (float(motion.get(name, np.nan)) for name in ("pelvic_tilt_deg", "pelvic_tilt_error_deg"))
    if not np.isfinite(tilt + error):
        return 0.0, settings.kinetics.disc_unseen_error_deg
    return trunk_deg - float(motion.attrs["standing_trunk_inclination_deg"]) - tilt, error


def _pair_of(motion: xr.Dataset, *names: str) -> Floats | None:
    if not all(name in motion for name in names):
        return None
    place = np.array([float(motion[name]) for name in names])
    return place if np.isfinite(place).all() else None


def _error(motion: xr.Dataset, name: str) -> float:
    value = float(motion[f"{name}_error_deg"])
    return value if np.isfinite(value) else 0.0
