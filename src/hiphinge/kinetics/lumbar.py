"""From the moment at the lumbosacral disc to what presses on it and what shears it.

One equivalent extensor at the arm d holds what passive tissue does not; it pulls along the disc's normal but for an
obliquity δ. With γ the inclination of the disc's normal from the vertical, + forward, and R the force through the disc
on what is above,

    F = (M − M_passive) / d,    C = F cos δ + R · (sin γ, cos γ),    S = −R · (cos γ, −sin γ) − F sin δ,

which at rest, R = (0, W), is the familiar C = F cos δ + W cos γ and S = W sin γ − F sin δ (Chaffin & Andersson;
Cholewicki, McGill & Norman 1991). S is + where what is above would slide forward. Pressure inside the abdomen is not
counted: what it takes off is given back by muscles that work against each other.

Where the moment bends backward (M < 0) the abdominal wall holds it, at its own longer arm.
"""

from typing import NamedTuple

import numpy as np

from hiphinge.geometry import Floats
from hiphinge.settings import KineticsSettings


class Lumbar(NamedTuple):
    """Forces (...) in N: of the equivalent extensor, across the disc, along it."""

    extensor: Floats
    compression: Floats
    shear: Floats


def lumbar(
    moment: Floats,
    above: Floats,
    *,
    disc_deg: Floats | float,
    arm_m: Floats | float,
    obliquity_deg: Floats | float = 0.0,
    passive: Floats | float = 0.0,
    flexor_arm_m: Floats | float = np.inf,
) -> Lumbar:
    """Resolve moment (...) N·m and force through the disc (..., 2) N into what the disc bears.

    Parameters
    ----------
    disc_deg : γ, inclination of the disc's normal from the vertical, + forward.
    arm_m : of the equivalent extensor. obliquity_deg : δ, of its pull from the disc's normal.
    passive : moment that tissue holds without muscle, N·m; never more than there is to hold.
    flexor_arm_m : arm of the abdominal wall where the moment is negative.
    """
    held = np.clip(moment - np.clip(passive, 0.0, None), 0.0, None)
    extensor = np.asarray(held / arm_m)
    flexor = np.clip(-moment, 0.0, None) / flexor_arm_m
    normal, tilt = np.deg2rad(disc_deg), np.deg2rad(obliquity_deg)
    forward, up = above[..., 0], above[..., 1]
    along = forward * np.sin(normal) + up * np.cos(normal)
    across = up * np.sin(normal) - forward * np.cos(normal)
    return Lumbar(
        extensor,
        np.asarray(extensor * np.cos(tilt) + flexor + along),
        np.asarray(across - extensor * np.sin(tilt)),
    )


def passive_moment(flexion_deg: Floats, settings: KineticsSettings) -> Floats:
    """Moment (...) in N·m that a flexed lumbar spine holds without muscle: 0.25 · exp(20.36 (φ − 0.5236)), φ in rad.

    The passive trunk torque of published gait simulations (Falisse et al. 2019, after Anderson and Pandy), a quarter of
    a newton metre at 30 degrees and 8.7 at 40, held below a most, beyond which nothing was measured.
    """
    grown = np.exp(settings.passive_growth * (np.deg2rad(flexion_deg) - np.deg2rad(settings.passive_from_deg)))
    return np.asarray(np.clip(settings.passive_scale_nm * grown, 0.0, settings.passive_most_nm))
