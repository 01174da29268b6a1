"""What the body had to do: joint moments, the low back's load, the ground's reaction; each low, best and high.

SI inside. The sagittal plane, + forward and + up, from the standing ankle. Moments are net joint moments of both sides
together, + = extensor: hip, knee and L5/S1 extension, ankle plantarflexion. Equations and sources:
docs/explanation/loads.md.
"""

from typing import NamedTuple, NewType

import xarray as xr

from hiphinge.followed import Followed
from hiphinge.kinetics.most import most_of, of_rep
from hiphinge.kinetics.solving import Given, solve
from hiphinge.records import Load, Loading, LoadPath, Rep, Subject
from hiphinge.settings import Settings

__all__ = ["Held", "Kinetics", "kinetics", "most_of", "of_rep"]

Kinetics = NewType("Kinetics", xr.Dataset)
"""What the joints held, over the kinematics' own `time` (s) and `bound` ("low", "best", "high"); NaN outside
repetitions, and in repetitions that were withheld. Every variable has the attributes `units`, `long_name`.

=======================  ============  ====================================================================
`ankle_moment_nm`        time, bound   + plantarflexor
`knee_moment_nm`         time, bound   + extensor
`hip_moment_nm`          time, bound   + extensor; on one leg the standing hip holds the free leg too
`l5s1_moment_nm`         time, bound   + extensor
`l5s1_compression_n`     time, bound   across the disc
`l5s1_shear_n`           time, bound   along the disc, + where what is above would slide forward
`ground_reaction_n`      time, bound   up
`centre_of_pressure_m`   time          ahead of the ankle
`load_share`             time          0 while the floor has the load … 1 while the lifter has all of it; 1 without
=======================  ============  ====================================================================

Attributes: `unit_mass` ("kg", or "body" where the lifter's mass is unknown: then moments are N·m per kg and forces body
weights), `scale` ("stature", "plate" or "population": where the stature in metres comes from), `stature_m`,
`stature_error_m`, `mass_kg` (NaN where unknown), `load_kg` (0 without), `cutoff_hz`, `dynamic` (1 where accelerations
count, 0 where each moment was taken as held still), `kept` (share of the draws that stand on their feet),
`weight_residual` (mean vertical ground reaction over repetitions, less the weight, as a share of it).
"""


class Held(NamedTuple):
    """What the joints held, None where it was withheld, and what it was made from or why it was withheld."""

    kinetics: Kinetics | None
    loading: Loading


def kinetics(
    followed: Followed,
    reps: tuple[Rep, ...],
    exercise: str,
    *,
    path: LoadPath | None,
    subject: Subject,
    load: Load,
    settings: Settings,
) -> Held:
    """Give what the joints held in every repetition.

    Parameters
    ----------
    followed : the clip; its motion has the load's columns where a load was followed.
    reps : repetitions with their exercise, where it is known, and working side.
    exercise : of the set.
    path : what was followed as the load; None where nothing was.
    subject, load : as far as the user said.
    settings : all slices: own numbers, and those that body, hands and bar were measured with.
    """
    data, loading = solve(Given(followed, reps, exercise, path, subject, load), settings)
    return Held(None if data is None else Kinetics(data), loading)
