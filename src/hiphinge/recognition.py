"""Which exercise a set is: the signs of data/exercises/*.toml, weighed against what was measured.

A sign is a band on a feature of the whole set; its weight runs smoothly from 0 to 1 across the band's edge, so that a
value near an edge leaves doubt. An exercise's score is the product of its signs; confidence is its share of all
scores, with something kept back for movements that are in no list.
"""

import math

import numpy as np

from hiphinge.exercises import Exercise, Sign, check_name, exercises
from hiphinge.kinematics import Kinematics
from hiphinge.metrics import measure
from hiphinge.records import ExerciseGuess, Rep, View
from hiphinge.settings import ExerciseSettings, load_slice

NAN = math.nan


def recognise(
    kinematics: Kinematics,
    reps: tuple[Rep, ...],
    view: View,
    *,
    given: str | None = None,
    settings: ExerciseSettings | None = None,
) -> ExerciseGuess:
    """Tell which exercise a set is.

    Parameters
    ----------
    kinematics : the series of the whole clip.
    reps : its repetitions, measured or not.
    view : from where the camera saw them.
    given : the exercise the user named; it is believed.
    settings : shares of doubt; the package's own where not given.

    Raises
    ------
    UsageError
        If `given` is no exercise.
    """
    settings = settings or load_slice("exercises", ExerciseSettings)
    if given is not None and given != "auto":
        return ExerciseGuess(name=check_name(given), confidence=1.0, given=True, evidence=("sign.given",))
    if not reps:
        return ExerciseGuess(name="other", confidence=0.0, given=False, evidence=("sign.no_repetitions",))
    measured = reps if all(rep.metrics for rep in reps) else measure(kinematics, reps, view)
    seen = features(kinematics, measured, settings=settings)
    if not math.isfinite(seen["hinge_dominance"]):
        return ExerciseGuess(name="other", confidence=0.0, given=False, evidence=("sign.not_seen",))
    scores = {name: score(exercise, seen) for name, exercise in exercises().items()}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] < settings.other_share:
        doubt = settings.other_share / (sum(scores.values()) + settings.other_share)
        return ExerciseGuess(name="other", confidence=round(doubt, 2), given=False, evidence=("sign.nothing_fits",))
    confidence = scores[best] / (sum(scores.values()) + settings.other_share) * _trust(reps, view, settings)
    return ExerciseGuess(
        name=best, confidence=round(confidence, 2), given=False, evidence=evidence(exercises()[best], seen)
    )


def features(kinematics: Kinematics, reps: tuple[Rep, ...], *, settings: ExerciseSettings) -> dict[str, float]:
    """What the signs are held against: every metric's median over the set, and how hands and feet are held.

    ====================  =============================================================================================
    `cycle_s`             seconds from bottom to bottom; NaN for one repetition
    `hand_height`         wrists above the ankle at the bottom, statures
    `hand_hang`           wrists below the shoulder at the bottom, statures
    `hand_reach`          wrists from the shoulder, statures: the largest of the repetition
    `hand_level`          wrists above or below the shoulder, statures: the largest of the repetition
    `hand_top`            wrists above the shoulder when the lifter is most upright, statures
    `hand_front`          wrists in front of the shoulder at their highest, statures
    `overhead_drive`      hands' way along the trunk from the bottom to above the head, statures; 0 if they stay below
    `foot_lift`           higher foot over the lower one at the bottom, statures
    `highest_hip`         hip height of the tallest moments of the clip, change from standing, statures
    `most_upright`        trunk inclination of the most upright moments of the set, deg
    ====================  =============================================================================================
    """
    medians = {name: _median([rep.metrics[name].value for rep in reps]) for name in reps[0].metrics}
    return medians | _hands(kinematics, reps, settings) | _posture(kinematics, reps)


def score(exercise: Exercise, seen: dict[str, float]) -> float:
    """How well the features fit, 0 … 1: the product of the signs' weights, or the largest where any one suffices."""
    weights = [weight(sign, seen.get(sign.feature, NAN)) for sign in exercise.signs]
    if not weights:
        return 0.0
    return max(weights) if exercise.combine == "any" else math.prod(weights)


def weight(sign: Sign, value: float) -> float:
    """Weight of one sign: 1 well inside the band, 1/2 at its edge, towards 0 outside; 1/2 for what was not seen."""
    if not math.isfinite(value):
        return 0.5
    inside = 1.0
    if sign.at_least is not None:
        inside *= _step((value - sign.at_least) / sign.width)
    if sign.at_most is not None:
        inside *= _step((sign.at_most - value) / sign.width)
    return inside


def evidence(exercise: Exercise, seen: dict[str, float]) -> tuple[str, ...]:
    """Message keys of the signs that were clearly met."""
    met = [sign for sign in exercise.signs if sign.says and weight(sign, seen.get(sign.feature, NAN)) > 0.6]
    return tuple(f"sign.{sign.says}" for sign in met)


def _step(distance: float) -> float:
    """Logistic step: 1/2 at 0."""
    return 1 / (1 + math.exp(-max(min(distance, 50.0), -50.0)))


def _trust(reps: tuple[Rep, ...], view: View, settings: ExerciseSettings) -> float:
    share = {"sagittal": 1.0, "oblique": settings.oblique_share, "frontal": settings.frontal_share}[view.plane]
    return share * (settings.single_rep_share if len(reps) == 1 else 1.0)


def _median(values: list[float | None]) -> float:
    seen = [value for value in values if value is not None and math.isfinite(value)]
    return float(np.median(seen)) if seen else NAN


def _hands(kinematics: Kinematics, reps: tuple[Rep, ...], settings: ExerciseSettings) -> dict[str, float]:
    """Where the hands are, from the shoulder and from the floor, as medians over the repetitions."""
    time_s = kinematics["time"].to_numpy()
    trunk = np.deg2rad(kinematics["trunk_inclination_deg"].to_numpy())
    ahead = kinematics["wrist_ahead_of_shoulder"].to_numpy()
    above = kinematics["wrist_above_shoulder"].to_numpy()
    along = ahead * np.sin(trunk) + above * np.cos(trunk)
    rows: dict[str, list[float | None]] = {
        name: []
        for name in ("hand_height", "hand_hang", "hand_reach", "hand_level", "hand_top", "hand_front", "overhead_drive")
    }
    for rep in reps:
        inside = (time_s >= rep.start_s) & (time_s < rep.end_s) & np.isfinite(along)
        if not inside.any():
            continue
        frames = np.flatnonzero(inside)
        bottom = frames[np.abs(time_s[frames] - rep.bottom_s).argmin()]
        tall = frames[np.abs(trunk[frames]) <= np.quantile(np.abs(trunk[frames]), 0.3)]
        top = frames[above[frames].argmax()]
        rows["hand_height"].append(float(kinematics["wrist_height"].to_numpy()[bottom]))
        rows["hand_hang"].append(-float(above[bottom]))
        rows["hand_reach"].append(float(np.quantile(np.hypot(ahead, above)[frames], 0.9)))
        rows["hand_level"].append(float(np.quantile(np.abs(above[frames]), 0.9)))
        rows["hand_top"].append(float(np.max(above[tall])))
        rows["hand_front"].append(float(ahead[top]))
        overhead = float(np.max(along[tall]))
        rows["overhead_drive"].append(overhead - float(along[bottom]) if overhead > settings.overhead_from else 0.0)
    return {name: _median(values) for name, values in rows.items()}


def _posture(kinematics: Kinematics, reps: tuple[Rep, ...]) -> dict[str, float]:
    """Standing, lying or staying bent; one foot or two; how fast the set goes."""
    time_s = kinematics["time"].to_numpy()
    inside = (time_s >= reps[0].start_s) & (time_s < reps[-1].end_s)
    trunk = kinematics["trunk_inclination_deg"].to_numpy()[inside]
    height = kinematics["hip_height"].to_numpy()
    lift = np.abs((kinematics["left_foot_lift"] - kinematics["right_foot_lift"]).to_numpy())
    at_bottom = [lift[np.abs(time_s - rep.bottom_s).argmin()] for rep in reps]
    return {
        "cycle_s": float(np.median(np.diff([rep.bottom_s for rep in reps]))) if len(reps) > 1 else NAN,
        "foot_lift": _median([float(value) for value in at_bottom]),
        "highest_hip": float(np.nanquantile(height, 0.95)) if np.isfinite(height).any() else NAN,
        "most_upright": float(np.nanquantile(trunk, 0.05)) if np.isfinite(trunk).any() else NAN,
    }
