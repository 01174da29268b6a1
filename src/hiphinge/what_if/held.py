"""What the joints hold in one posture, draw by draw, so that two postures of one lifter can be compared.

The chain and the lumbar model are those of `hiphinge.kinetics`. Two things are counted here beside them, since they
are what a rounded back changes: the extensors lose part of their arm and of their backward pull as the lumbar spine
flexes. And what passive tissue holds is not taken off the compression: a ligament presses on the disc as the muscle
does whose share it takes.
"""

from typing import NamedTuple

import numpy as np

from hiphinge.anthropometry import sacral
from hiphinge.geometry import Floats
from hiphinge.ghost.body import Places
from hiphinge.kinetics.body import Body
from hiphinge.kinetics.bounds import Drawn, Posed, arm_m, drawn
from hiphinge.kinetics.chain import LoadAt
from hiphinge.kinetics.draws import Draws
from hiphinge.kinetics.dynamics import GRAVITY
from hiphinge.kinetics.lumbar import lumbar
from hiphinge.records.supposed import Held
from hiphinge.settings import KineticsSettings, WhatIfSettings

Values = dict[Held, Floats]
"""(N,) by quantity."""


class Errors(NamedTuple):
    """Standard errors of what was measured, degrees: the same error turns a segment in every posture alike."""

    shank: float
    knee: float
    trunk: float
    flexion: float
    pelvis: float
    """Of the pelvis's own line, beside the trunk's."""


class Pose(NamedTuple):
    """One posture to hold.

    Attributes
    ----------
    places : joints (2,), metres from the standing ankle.
    load_at : (2,) where the load is, m; None without.
    trunk_deg : inclination of the line hip → shoulder.
    flexion_deg : lumbar flexion from standing.
    pelvis_back_deg : how much farther back the pelvis is turned than the trunk's line. The lowest disc lies along it,
        from the hip, as in `hiphinge.kinetics.posture`.
    """

    places: Places
    load_at: Floats | None
    trunk_deg: float
    flexion_deg: float
    pelvis_back_deg: float = 0.0


class Scales(NamedTuple):
    """Whose body, and what is drawn of it.

    Attributes
    ----------
    load_kg : 0 without.
    """

    body: Body
    load_kg: float
    errors: Errors
    draws: Draws
    kinetics: KineticsSettings
    settings: WhatIfSettings


def held(pose: Pose, scales: Scales) -> tuple[Values, Drawn]:
    """Hold a posture: every quantity (N,), N·m and N, or per kilogram and body weight; and the draws themselves."""
    places, shift = _unsure(pose.places, scales)
    places["l5s1"] = places["hip"] + _to_disc(pose, scales)
    load = None
    if pose.load_at is not None and scales.load_kg > 0:
        error = scales.settings.load_error_m
        load = LoadAt(scales.load_kg, (pose.load_at + shift)[:, None], error_m=(error, error))
    posed = Posed({name: place[:, None] for name, place in places.items()}, load=load)
    found = drawn(posed, scales.body, scales.draws, scales.kinetics)
    values: Values = {
        "hip_moment": found.values["hip_moment_nm"][:, 0],
        "knee_moment": found.values["knee_moment_nm"][:, 0],
        "l5s1_moment": found.values["l5s1_moment_nm"][:, 0],
    }
    return values | _back(pose, found, scales), found


def _pelvis_deg(pose: Pose, scales: Scales) -> Floats:
    """(N, 1) inclination of the pelvis."""
    draws, errors = scales.draws, scales.errors
    known = pose.trunk_deg - pose.pelvis_back_deg
    return np.asarray(known + errors.trunk * draws["angle_trunk"] + errors.pelvis * draws["angle_pelvis"])


def _to_disc(pose: Pose, scales: Scales) -> Floats:
    """(N, 2) from the hip to the lowest disc, which lies behind the pelvis's line."""
    k, draws = scales.kinetics, scales.draws
    trunk = float(np.linalg.norm(pose.places["shoulder"] - pose.places["hip"]))
    far = trunk * (sacral(scales.body.sex).at + k.disc_place_error * draws["disc_place"])
    behind = k.disc_behind_deg + k.disc_behind_error_deg * draws["disc_behind"]
    lean = np.deg2rad(_pelvis_deg(pose, scales) - behind)
    return np.asarray(np.concatenate([far * np.sin(lean), far * np.cos(lean)], axis=1))


def _back(pose: Pose, found: Drawn, scales: Scales) -> Values:
    """Compression and shear (N,), by the pelvis's line and the arm that the flexion leaves."""
    s, k, draws, errors = scales.settings, scales.kinetics, scales.draws, scales.errors
    flexion = np.clip(pose.flexion_deg + errors.flexion * draws["flexion"], 0.0, None)
    arm = arm_m(scales.body, draws, k) * (1 - s.arm_lost * np.clip(flexion / s.arm_lost_over_deg, 0.0, 1.0))
    oblique = k.obliquity_deg + k.obliquity_error_deg * draws["obliquity"]
    back = lumbar(
        found.demands.l5s1,
        found.demands.above,
        disc_deg=_pelvis_deg(pose, scales) + k.disc_error_deg * draws["disc"],
        arm_m=arm,
        obliquity_deg=oblique * (1 - np.clip(flexion / s.obliquity_lost_over_deg, 0.0, 1.0)),
        flexor_arm_m=k.flexor_arm_m,
    )
    weight = GRAVITY if scales.body.mass_kg is None else 1.0
    return {"l5s1_compression": back.compression[:, 0] / weight, "l5s1_shear": back.shear[:, 0] / weight}


def _unsure(places: Places, scales: Scales) -> tuple[Places, Floats]:
    """Joints (N, 2) with each segment turned by its error, and how far the shoulders went with it.

    Arms keep their own inclination: they hang.
    """
    draws, errors = scales.draws, scales.errors
    shank = errors.shank * draws["angle_shank"][:, 0]
    thigh = errors.knee * draws["angle_knee"][:, 0] - shank
    trunk = errors.trunk * draws["angle_trunk"][:, 0]
    own = {name: np.asarray(place, dtype=np.float64) for name, place in places.items()}
    moved: Places = {name: np.broadcast_to(own[name], (draws.size, 2)) for name in ("ankle", "heel", "toe")}
    moved["knee"] = moved["ankle"] + _turned(own["knee"] - own["ankle"], shank)
    moved["hip"] = moved["knee"] + _turned(own["hip"] - own["knee"], -thigh)
    moved["shoulder"] = moved["hip"] + _turned(own["shoulder"] - own["hip"], trunk)
    moved["ear"] = moved["shoulder"] + _turned(own["ear"] - own["shoulder"], trunk)
    shift = moved["shoulder"] - own["shoulder"]
    moved |= {name: own[name] + shift for name in ("elbow", "wrist")}
    hips = moved["hip"] - own["hip"]
    moved |= {name: own[name] + hips for name in own if name.startswith("free_")}
    return moved, shift


def _turned(span: Floats, degrees: Floats) -> Floats:
    """(N, 2) a vector (2,) leaned forward by each of (N,) degrees."""
    angle = np.deg2rad(degrees)
    return np.stack(
        [span[0] * np.cos(angle) + span[1] * np.sin(angle), span[1] * np.cos(angle) - span[0] * np.sin(angle)], axis=1
    )
