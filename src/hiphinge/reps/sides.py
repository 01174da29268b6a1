"""Which leg carries a repetition: the one that stands while the other foot is in the air."""

import msgspec
import numpy as np

from hiphinge.geometry import Floats
from hiphinge.kinematics import Kinematics
from hiphinge.records import Rep, Side
from hiphinge.settings import RepSettings


def side_at(kinematics: Kinematics, bottom_s: float, *, settings: RepSettings) -> Side:
    """Name the leg that carries at the bottom, when the other foot is in the air."""
    at = kinematics.sel(time=bottom_s, method="nearest")
    return _side(float(at["left_foot_lift"] - at["right_foot_lift"]), settings)


def by_the_set(kinematics: Kinematics, reps: tuple[Rep, ...], *, settings: RepSettings) -> tuple[Rep, ...]:
    """Name the leg of those repetitions whose free foot was lost at the bottom, or hangs near the floor.

    A far leg behind the near one is easily laid on it, and a free leg that hangs keeps its foot low. Where the clip
    shows a lift on one leg, and most of its repetitions are one or have a thigh that trails the other, another in which
    a foot rises as high for a while, or a thigh trails, is one as well: on the leg that stays down, or leads.
    """
    leading = [_leading(kinematics, rep.bottom_s, settings) for rep in reps]
    single = sum(rep.side != "both" or side != "both" for rep, side in zip(reps, leading, strict=True))
    if all(rep.side == "both" for rep in reps) or single < settings.single_leg_most * len(reps):
        return reps
    time_s = kinematics["time"].to_numpy()
    higher = (kinematics["left_foot_lift"] - kinematics["right_foot_lift"]).to_numpy()
    return tuple(
        rep
        if rep.side != "both"
        else msgspec.structs.replace(rep, side=_lone(higher[rep.holds(time_s)], side, settings))
        for rep, side in zip(reps, leading, strict=True)
    )


def _lone(higher: Floats, leading: Side, settings: RepSettings) -> Side:
    """The leg by the foot that rises for a while, or else by the thigh that leads."""
    risen = _risen(higher, settings)
    return leading if risen == "both" else risen


def _leading(kinematics: Kinematics, bottom_s: float, settings: RepSettings) -> Side:
    """The leg whose thigh leads at the bottom by `single_leg_split_deg`; from the front thighs tell nothing of it."""
    if kinematics.attrs["plane"] == "frontal":
        return "both"
    at = kinematics.sel(time=bottom_s, method="nearest")
    ahead = float(at["left_thigh_inclination_deg"] - at["right_thigh_inclination_deg"])
    if not np.isfinite(ahead) or abs(ahead) < settings.single_leg_split_deg:
        return "both"
    return "left" if ahead > 0 else "right"


def _risen(higher: Floats, settings: RepSettings) -> Side:
    """The leg that stands while the other foot is highest, for `single_leg_while` of the repetition (T,)."""
    known = higher[np.isfinite(higher)]
    if not known.size:
        return "both"
    low, high = np.quantile(known, [settings.single_leg_while, 1 - settings.single_leg_while])
    return _side(float(high if high > -low else low), settings)


def _side(higher: float, settings: RepSettings) -> Side:
    """The side that carries where the left foot is so much higher than the right, statures."""
    if not np.isfinite(higher) or abs(higher) < settings.single_leg_lift:
        return "both"
    return "right" if higher > 0 else "left"
