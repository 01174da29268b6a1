"""What a clip without a repetition shows, so that it can be told kindly: a row, someone lying, someone walking."""

from itertools import pairwise

import numpy as np

from hiphinge.geometry import nan_median, runs
from hiphinge.kinematics import Kinematics
from hiphinge.records import View
from hiphinge.settings import ExerciseSettings


def without_repetitions(kinematics: Kinematics, view: View, *, settings: ExerciseSettings) -> str:
    """Message key under ``error.`` that says what was seen instead of a repetition.

    Where the legs are out of sight most of the time nothing that is read of them is believed: a body cut off at the
    knees looks as if it sat or lay on the picture's edge.
    """
    if nan_median(kinematics["confidence"].to_numpy()) < settings.legs_confidence:
        return "error.no_repetition_hidden"
    if steps(kinematics, settings=settings) >= settings.least_steps:
        return "error.no_repetition_walking"
    if -float(nan_median(kinematics["shoulder_height"].to_numpy())) >= settings.lying_sink:
        return "error.no_repetition_lying"
    if view.plane == "frontal":
        return "error.no_repetition_front"
    trunk, hip = (kinematics[f"{name}_deg"].to_numpy() for name in ("trunk_inclination", "hip_flexion"))
    if nan_median(trunk) >= settings.bent_deg and nan_median(hip) >= settings.bent_deg:
        return "error.no_repetition_bent" if _held(kinematics, settings=settings) else "error.no_repetition"
    most = float(np.nanquantile(hip, settings.most_share)) if np.isfinite(hip).any() else np.nan
    return "error.no_repetition_upright" if most <= settings.upright_deg else "error.no_repetition"


def _held(kinematics: Kinematics, *, settings: ExerciseSettings) -> bool:
    """Whether a bend is held, for long or with still hips; half of a repetition, which a clip may be cut to, is not."""
    trunk, hip = (kinematics[f"{name}_deg"].to_numpy() for name in ("trunk_inclination", "hip_flexion"))
    low, high = np.nanquantile(hip, [0.25, 0.75])
    bent = np.mean((trunk >= settings.bent_deg) & (hip >= settings.bent_deg))
    return bool(
        high - low <= settings.bent_still_deg or bent * np.ptp(kinematics["time"].to_numpy()) >= settings.bent_s
    )


def steps(kinematics: Kinematics, *, settings: ExerciseSettings) -> int:
    """How often the feet take turns in the air."""
    time_s = kinematics["time"].to_numpy()
    if time_s.size < 2:
        return 0
    higher = (kinematics["left_foot_lift"] - kinematics["right_foot_lift"]).to_numpy()
    least = settings.step_s / float(np.median(np.diff(time_s)))
    lifts = [
        (start, sign)
        for sign in (-1.0, 1.0)
        for start, end in runs(sign * np.nan_to_num(higher) > settings.step_lift)
        if end - start >= least
    ]
    signs = [sign for _, sign in sorted(lifts)]
    return sum(one != other for one, other in pairwise(signs))
