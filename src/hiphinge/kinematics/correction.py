"""Systematic errors of a landmark model, learned from simulated people, taken out of the inclinations.

The model's hip is not the hip joint and its shoulder slides with the arm, so trunk, thigh and shank lean by some
degrees that depend on the posture. A small linear model of the measured posture, its squares, the lifter's own standing
posture and the upper arm gives that error back; what it leaves is the stated standard error. Recipe and figures:
docs/explanation/correction.md. Coefficients belong to one estimator and model; others are left as they are.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import combinations_with_replacement
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np

from hiphinge.geometry import Floats
from hiphinge.records import Record

SEGMENTS: Final = ("trunk", "thigh", "shank")
"""Inclinations that are corrected."""
SUMS: Final = {
    "trunk_inclination": ("trunk",),
    "thigh_inclination": ("thigh",),
    "shank_inclination": ("shank",),
    "hip_flexion": ("trunk", "thigh"),
    "knee_flexion": ("thigh", "shank"),
}
"""Angles as sums of inclinations."""
MOST_DEG: Final = 15.0
"""No inclination is moved further, a choice of ours: the odd corners of the fit are outside what it learned."""
PREDICTORS: Final = (
    "one",
    *SEGMENTS,
    *(f"{first}*{second}" for first, second in combinations_with_replacement(SEGMENTS, 2)),
    "elbow_forward",
    "elbow_up",
    *(f"standing_{name}" for name in SEGMENTS),
)
"""What the error is predicted from: radians and trunk lengths; the standing ones only where standing was seen."""


class Residual(Record, frozen=True, kw_only=True):
    """What is left, log of its standard error in rad: `base` + `bent` · hip flexion (rad)."""

    base: float
    bent: float


class Coefficients(Record, frozen=True, kw_only=True):
    """One fit: what to add to each inclination, rad, and what error is left in each angle.

    Attributes
    ----------
    lowest, highest : (P,) range of each predictor in training; beyond it the correction stays as it is at the edge.
    added : for each of `SEGMENTS`, (P,) weights of the predictors.
    left : for each angle, the residual's size.
    """

    lowest: tuple[float, ...]
    highest: tuple[float, ...]
    added: dict[str, tuple[float, ...]]
    left: dict[str, Residual]


class Correction(Record, frozen=True, kw_only=True):
    """Coefficients of one estimator's model, with the lifter seen standing in the clip and without.

    Attributes
    ----------
    yaw_deg : greatest measured yaw learned from; nothing is corrected beyond it.
    landmark_error : standard error per axis of a well-seen landmark that is part of what is left, trunk lengths.
    provenance : what it was learned from.
    """

    yaw_deg: float
    landmark_error: float
    provenance: dict[str, str | int]
    with_standing: Coefficients
    without_standing: Coefficients


class Posture(NamedTuple):
    """What is measured, each (T,): inclinations in rad, and the elbow from the shoulder in the clip's trunk lengths."""

    trunk: Floats
    thigh: Floats
    shank: Floats
    elbow_forward: Floats
    elbow_up: Floats


@cache
def correction_for(estimator: str, model: str) -> Correction | None:
    """Give the correction that belongs to a landmark model, None where there is none."""
    path = files("hiphinge").joinpath("data", "models", f"{estimator}.toml")
    if not path.is_file():
        return None
    known = msgspec.toml.decode(path.read_bytes(), type=dict[str, Any])
    found = known.get(known["same_as"].get(model, model))
    return None if found is None else msgspec.convert(found, Correction)


def predictors(posture: Posture, standing: Mapping[str, float] | None) -> Floats:
    """Predictors (T, P) of the error; without the standing ones where `standing` (rad, by segment) is None."""
    lean = [getattr(posture, name) for name in SEGMENTS]
    squares = [first * second for first, second in combinations_with_replacement(lean, 2)]
    zeros = np.zeros_like(posture.trunk)
    own = [] if standing is None else [zeros + standing[name] for name in SEGMENTS]
    return np.stack([zeros + 1.0, *lean, *squares, posture.elbow_forward, posture.elbow_up, *own], axis=1)


def added(posture: Posture, standing: Mapping[str, float] | None, correction: Correction) -> dict[str, Floats]:
    """Degrees (T,) to add to each inclination of `SEGMENTS`.

    NaN only where the inclinations themselves are: an unseen arm counts as hanging in the middle of its range.
    """
    fit = correction.without_standing if standing is None else correction.with_standing
    low, high = np.array(fit.lowest), np.array(fit.highest)
    given = predictors(posture, standing)
    arm = [PREDICTORS.index(name) for name in ("elbow_forward", "elbow_up")]
    given[:, arm] = np.where(np.isfinite(given[:, arm]), given[:, arm], (low + high)[arm] / 2)
    inside = np.clip(given, low, high)
    moved = {name: np.rad2deg(inside @ np.array(weights)) for name, weights in fit.added.items()}
    return {name: np.clip(value, -MOST_DEG, MOST_DEG) for name, value in moved.items()}


def left_deg(name: str, hip_deg: Floats, correction: Correction, *, standing_seen: bool) -> Floats:
    """Standard error (T,) in degrees that the correction leaves in angle `name` at a hip flexion, the yaw's aside."""
    fit = (correction.with_standing if standing_seen else correction.without_standing).left[name]
    bent = np.clip(np.deg2rad(np.nan_to_num(hip_deg)), 0.0, None)
    return np.asarray(np.rad2deg(np.exp(fit.base + fit.bent * bent)))
