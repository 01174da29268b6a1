"""The hip as the muscles have it, between pelvis and thigh, from what was measured; and how well it is known.

The line from hip to shoulder leans by what the pelvis tilts and, on top, by what the back bends. Muscles of the hip end
at the pelvis, so

    a = pelvic tilt + thigh inclination,    k = thigh + shank inclination.

Where the pelvis was not seen its tilt is taken as a share of the trunk's change of inclination: the clip's own where
other frames tell it, else a prior with its spread.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from hiphinge.geometry import Bools, Floats
from hiphinge.kinematics import Kinematics
from hiphinge.settings import MuscleSettings

PARTS: Final = ("tilt", "thigh", "shank")
"""What hip and knee are made of, each with an error of its own."""


@dataclass(frozen=True)
class Angles:
    """Angles over time (T,), degrees, and their standard errors by the parts they are made of.

    Attributes
    ----------
    hip, knee : hip between pelvis and thigh, and knee; + flexed.
    hip_standing, knee_standing : the same in the lifter's own standing; the pelvis's tilt there is 0.
    errors : (T,) standard error of each of `PARTS`.
    standing_errors : of each of `PARTS` in standing.
    pelvis_seen : (T,) whether the pelvis was measured, not taken from the trunk.
    """

    hip: Floats
    knee: Floats
    hip_standing: float
    knee_standing: float
    errors: dict[str, Floats]
    standing_errors: dict[str, float]
    pelvis_seen: Bools

    def error_of(self, *, hip: Floats | float, knee: Floats | float) -> Floats:
        """Standard error (T,) of hip · a + knee · k: the thigh is part of both and largely cancels."""
        weights = self.weights(hip=hip, knee=knee)
        return np.asarray(np.sqrt(sum((weights[part] * self.errors[part]) ** 2 for part in PARTS)))

    def standing_error_of(self, *, hip: Floats | float, knee: Floats | float) -> Floats:
        """Standard error of the same in standing."""
        weights = self.weights(hip=hip, knee=knee)
        return np.asarray(np.sqrt(sum((weights[part] * self.standing_errors[part]) ** 2 for part in PARTS)))

    @staticmethod
    def weights(*, hip: Floats | float, knee: Floats | float) -> dict[str, Floats | float]:
        """How much of each part is in hip · a + knee · k."""
        return {"tilt": hip, "thigh": hip + knee, "shank": knee}


def angles_of(motion: Kinematics, settings: MuscleSettings) -> Angles:
    """Read hip and knee off the kinematics; NaN where the chain was not seen."""
    value = {name: motion[f"{name}_inclination_deg"].to_numpy() for name in ("trunk", "thigh", "shank")}
    error = {name: motion[f"{name}_inclination_error_deg"].to_numpy() for name in value}
    standing = {name: float(motion.attrs[f"standing_{name}_inclination_deg"]) for name in value}
    own_error = {name: float(motion.attrs[f"standing_{name}_inclination_error_deg"]) for name in value}
    tilt, tilt_error, seen = _tilt(motion, value["trunk"] - standing["trunk"], error["trunk"], settings)
    return Angles(
        hip=tilt + value["thigh"],
        knee=value["thigh"] + value["shank"],
        hip_standing=standing["thigh"],
        knee_standing=standing["thigh"] + standing["shank"],
        errors={"tilt": tilt_error, "thigh": error["thigh"], "shank": error["shank"]},
        standing_errors={"tilt": 0.0, "thigh": own_error["thigh"], "shank": own_error["shank"]},
        pelvis_seen=seen,
    )


def _tilt(
    motion: Kinematics, lean: Floats, lean_error: Floats, settings: MuscleSettings
) -> tuple[Floats, Floats, Bools]:
    """Pelvic tilt (T,), its error, and where it was measured."""
    tilt, error = motion["pelvic_tilt_deg"].to_numpy(), motion["pelvic_tilt_error_deg"].to_numpy()
    seen = np.isfinite(tilt) & np.isfinite(error)
    share = settings.pelvic_share
    telling = seen & (np.abs(lean) >= settings.own_share_lean_deg)
    if telling.sum() >= settings.own_share_frames:
        share = float(np.median(tilt[telling] / lean[telling]))
    guessed_error = np.hypot(settings.pelvic_share_error * lean, share * lean_error)
    return np.where(seen, tilt, share * lean), np.where(seen, error, guessed_error), seen
