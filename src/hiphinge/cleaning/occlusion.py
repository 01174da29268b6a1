"""Feet and knees hidden behind plates, bells and the other leg: where the visible rest says they must be.

Three facts of a lift stand against an estimator's guess for a hidden joint. A foot seen in the same place before and
after stayed there. Someone who stands has at least one foot on the floor, so both feet do not rise from their places
while the body stays over them. Thigh and shank keep their lengths. A point is replaced only when the evidence says
that it is bad; a foot that steps, walks or is lifted in plain sight is left alone. Plain arrays; lengths in pixels.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from hiphinge.body import FOOT, INDEX, SIDES, facing_evidence, middle, running_median
from hiphinge.geometry import MAD_TO_SIGMA, Bools, Floats, densest, distance, nan_median, runs, two_circle_point
from hiphinge.settings import CleaningSettings


@dataclass(frozen=True)
class Limits:
    """The settings, in trunk lengths, and what turns them into this clip's pixels and frames."""

    settings: CleaningSettings
    rate_hz: float
    trunk_px: float
    picture_px: tuple[float, float]
    """Width and height of the picture."""


@dataclass(frozen=True)
class Stance:
    """One foot standing in one place: frames `[start, end)`, place (2,) of the ankle, spread (px) of its sightings."""

    start: int
    end: int
    place: Floats
    spread: float
    over: Bools
    """(T,) frames in which the body is over this place."""


def stances(ankle: Floats, confidence: Floats, *, upright: Floats, centre_x: Floats, limits: Limits) -> list[Stance]:
    """Places where one foot stands, strongest first, each with its time.

    A good sighting is steady and confident; it counts more while the lifter stands upright, when plates and bells hang
    clear of the feet. A stance reaches from its first to its last good sighting, and on from there for as long as the
    body stays over the same ground and the foot is not plainly seen standing elsewhere.

    Parameters
    ----------
    ankle, confidence : (T, 2), (T,).
    upright : (T,) 0 … 1, how upright the lifter stands.
    centre_x : (T,) px, where along the picture the body's centre is.
    """
    size = limits.trunk_px
    steady = (_speed(ankle, limits) / size < limits.settings.steady_speed) & np.isfinite(ankle).all(axis=-1)
    good = steady & (confidence > limits.settings.hidden_confidence)
    weight = np.where(good, confidence**2 * (0.3 + 0.7 * upright), 0.0)
    plain = steady & (confidence > limits.settings.sure_confidence)
    needed = limits.settings.min_stance_s * limits.rate_hz
    found: list[Stance] = []
    while np.count_nonzero(weight) >= needed and len(found) < _MOST_STANCES:
        place = densest(ankle, weight, limits.settings.place_radius * size)
        away = distance(ankle, place)
        members = (away < limits.settings.place_radius * size) & (weight > 0)
        if np.count_nonzero(members) < needed:
            break
        elsewhere = _opened(plain & (away > 2 * limits.settings.place_radius * size), int(needed))
        over = np.abs(centre_x - np.median(centre_x[members])) < limits.settings.body_shift * size
        start, end = _reach(members, over & ~elsewhere & ~_taken(found, weight.size))
        spread = MAD_TO_SIGMA * float(np.median(away[members])) / np.sqrt(2)
        found.append(Stance(start, end, place, max(spread, 0.01 * size), over))
        weight[start:end] = 0.0
    return found


def _taken(found: list[Stance], count: int) -> Bools:
    """Frames that belong to a stance already."""
    taken = np.zeros(count, dtype=bool)
    for stance in found:
        taken[stance.start : stance.end] = True
    return taken


def _reach(members: Bools, allowed: Bools) -> tuple[int, int]:
    """From the first to the last member, and on to both sides while allowed, `[start, end)`."""
    first, last = (int(i) for i in np.flatnonzero(members)[[0, -1]])
    while first > 0 and allowed[first - 1]:
        first -= 1
    while last + 1 < allowed.size and allowed[last + 1]:
        last += 1
    return first, last + 1


def _opened(mask: Bools, width: int) -> Bools:
    """Mask without the true stretches shorter than `width` frames."""
    result = mask.copy()
    for start, end in runs(mask):
        if end - start < width:
            result[start:end] = False
    return result


_MOST_STANCES: Final = 6
_CALM_S: Final = 0.15
"""Half a jitter's length: shorter flickers of hidden and seen are one stretch."""
_SURE_FACTOR: Final = 3.0
"""Against a point the estimator is sure of, the lengths must speak this much louder."""
DECILES_TO_SIGMA: Final = 2.563
"""Distance of the first and ninth decile of a normal distribution, in standard deviations."""
LONGEST_LEG: Final = 2.1
"""Hip to ankle of a straight leg is 1.70 trunk lengths (Drillis and Contini); a quarter more allows for perspective."""
LOWEST_HIP: Final = 0.6
"""In a squat to full depth the hip stays 0.7 trunk lengths above the ankle; lower, the lifter sits, kneels or lies."""


def _speed(course: Floats, limits: Limits) -> Floats:
    """Speed (px/s) of a course after a short running median."""
    calm = running_median(course, int(0.4 * limits.rate_hz))
    if calm.shape[0] < 2:
        return np.full(calm.shape[0], np.inf)
    return np.asarray(np.linalg.norm(np.gradient(calm, 1 / limits.rate_hz, axis=0), axis=-1))


def plant_feet(position: Floats, confidence: Floats, upright: Floats, limits: Limits) -> tuple[Floats, Floats]:
    """Put hidden feet back to the place where they stand.

    Returns
    -------
    position : (T, 33, 2) with ankles, heels and toes of the frames in question replaced.
    error : (T, 33) px of the replaced points, NaN where nothing was replaced.
    """
    result = position.copy()
    error = np.full(position.shape[:2], np.nan)
    placed = {side: _stance_courses(position, confidence, upright, side=side, limits=limits) for side in SIDES}
    off = {side: _off_place(position, placed[side], side, limits) for side in SIDES}
    risen = {side: _risen(position, placed[side], side, limits) for side in SIDES}
    both_off = risen["left"] & risen["right"]
    for side in SIDES:
        ankle = INDEX[f"{side}_ankle"]
        lifted = _whole_leg_moved(position, confidence, placed[side], side=side, limits=limits)
        gone = lifted | _outside(position[:, ankle], limits)
        hidden = off[side] & (confidence[:, ankle] < limits.settings.sure_confidence) & ~gone
        possible = _within_reach(position, placed[side][0], side, limits)
        bad = _closed((hidden | both_off) & possible, int(0.15 * limits.rate_hz)) & possible
        for k, part in enumerate(FOOT):
            index = INDEX[f"{side}_{part}"]
            result[bad, index] = placed[side][0][bad, k]
            error[bad, index] = placed[side][1][bad]
    return result, error


def _stance_courses(
    position: Floats, confidence: Floats, upright: Floats, *, side: str, limits: Limits
) -> tuple[Floats, Floats]:
    """Where the foot stands at each time: (T, 3, 2) ankle, heel, toes, NaN outside stances; (T,) its error in px."""
    course = np.full((position.shape[0], len(FOOT), 2), np.nan)
    error = np.full(position.shape[0], np.nan)
    foot = position[:, [INDEX[f"{side}_{part}"] for part in FOOT]]
    centre_x = running_median(_centre_x(position), int(limits.rate_hz))
    seen = confidence[:, INDEX[f"{side}_ankle"]]
    for stance in stances(foot[:, 0], seen, upright=upright, centre_x=centre_x, limits=limits):
        span = slice(stance.start, stance.end)
        free = np.isnan(error[span]) & stance.over[span]
        sighted = distance(foot[span, 0], stance.place) < limits.settings.place_radius * limits.trunk_px
        offsets = nan_median(foot[span][sighted] - foot[span][sighted][:, :1], axis=0)
        course[span][free] = stance.place + offsets
        error[span][free] = stance.spread
    return course, error


def _off_place(position: Floats, placed: tuple[Floats, Floats], side: str, limits: Limits) -> Bools:
    """Frames in which the ankle is seen away from where the foot stands, or not seen at all."""
    ankle, place = position[:, INDEX[f"{side}_ankle"]], placed[0][:, 0]
    away = distance(ankle, place) > limits.settings.place_radius * limits.trunk_px
    return np.asarray((away | ~np.isfinite(ankle).all(axis=-1)) & np.isfinite(place).all(axis=-1))


def _whole_leg_moved(
    position: Floats, confidence: Floats, placed: tuple[Floats, Floats], *, side: str, limits: Limits
) -> Bools:
    """Frames in which the foot is far from its place and yet at the shank's length from the knee: a leg lifted.

    A guess for a hidden foot shortens the shank; the rear leg of a single-leg lift, which the estimator often doubts
    because the other leg is in front of it, does not. The length is from frames with the foot in its place.
    """
    knee, ankle = position[:, INDEX[f"{side}_knee"]], position[:, INDEX[f"{side}_ankle"]]
    shank, away = distance(knee, ankle), distance(ankle, placed[0][:, 0]) / limits.trunk_px
    standing = (away < limits.settings.place_radius) & (
        confidence[:, INDEX[f"{side}_knee"]] > limits.settings.hidden_confidence
    )
    if np.count_nonzero(standing) < limits.settings.min_stance_s * limits.rate_hz:
        return np.zeros(shank.size, dtype=bool)
    change = running_median(np.abs(shank / np.median(shank[standing]) - 1), int(2 * _CALM_S * limits.rate_hz))
    lifted = (away > 2 * limits.settings.place_radius) & (change < 2 * limits.settings.length_tolerance)
    return _opened(lifted, int(limits.settings.min_stance_s * limits.rate_hz))


def _outside(point: Floats, limits: Limits) -> Bools:
    """Frames in which a point is guessed beyond the picture's edge: out of sight, but not behind anything."""
    with np.errstate(invalid="ignore"):
        return np.asarray(((point < 0) | (point > limits.picture_px)).any(axis=-1))


def _risen(position: Floats, placed: tuple[Floats, Floats], side: str, limits: Limits) -> Bools:
    """Frames in which the ankle is seen higher in the picture than where the foot stands."""
    with np.errstate(invalid="ignore"):
        rise = placed[0][:, 0, 1] - position[:, INDEX[f"{side}_ankle"], 1]
        return np.asarray(rise > limits.settings.place_radius * limits.trunk_px)


def _centre_x(position: Floats) -> Floats:
    """Where along the picture the body's centre is, (T,) px.

    The middle between hips and shoulders stands for the centre of mass, which balance keeps over the feet whatever the
    hinge does.
    """
    return np.asarray((middle(position, "hip") + middle(position, "shoulder"))[:, 0] / 2)


def _within_reach(position: Floats, placed: Floats, side: str, limits: Limits) -> Bools:
    """Frames in which the lifter can stand on the foot's place: the hip well above it, within a leg of it."""
    leg = position[:, INDEX[f"{side}_hip"]] - placed[:, 0]
    with np.errstate(invalid="ignore"):
        near_enough = np.linalg.norm(leg, axis=-1) < LONGEST_LEG * limits.trunk_px
        return np.asarray(near_enough & (leg[:, 1] < -LOWEST_HIP * limits.trunk_px))


def _closed(mask: Bools, width: int) -> Bools:
    """Mask whose holes of at most `width` frames, between two true stretches, are filled."""
    result = mask.copy()
    for start, end in runs(~mask):
        if start > 0 and end < mask.size and end - start <= width:
            result[start:end] = True
    return result


def place_knees(position: Floats, confidence: Floats, limits: Limits) -> tuple[Floats, Floats]:
    """Put hidden knees where hip, ankle and the two segments' lengths say.

    The lengths are the clip's own, from frames in which the whole leg is seen well; where they scatter too much (the
    view is not from the side) or were never seen, nothing is done. Of the two solutions the knee in front is taken.
    Where a hidden knee is wrong for most of a second, what looks right in between is chance.

    Returns
    -------
    position : (T, 33, 2) with knees replaced; error : (T, 33) px of the replaced knees, NaN elsewhere.
    """
    result = position.copy()
    error = np.full(position.shape[:2], np.nan)
    calm = running_median(position, int(_CALM_S * limits.rate_hz))
    front = np.sign(running_median(facing_evidence(position, confidence), int(limits.rate_hz)))
    for side in SIDES:
        hip, knee, ankle = (position[:, INDEX[f"{side}_{part}"]] for part in ("hip", "knee", "ankle"))
        index = INDEX[f"{side}_knee"]
        lengths = np.stack([distance(hip, knee), distance(knee, ankle)])
        plain = (confidence[:, index] > limits.settings.sure_confidence) & np.isfinite(lengths).all(axis=0)
        spread = _relative_spread(lengths[:, plain], limits)
        if not spread < limits.settings.length_spread_max:
            continue
        off = np.abs(lengths / np.median(lengths[:, plain], axis=1, keepdims=True) - 1).max(axis=0)
        hidden = confidence[:, index] < limits.settings.sure_confidence
        doubt = np.where(hidden, 1.0, _SURE_FACTOR)
        wrong = (off > doubt * limits.settings.length_tolerance + spread) | ~np.isfinite(off)
        around = running_median(wrong.astype(np.float64), int(limits.rate_hz)) > 0
        bad = _closed(wrong | (hidden & around), int(_CALM_S * limits.rate_hz)) & np.isfinite(hip + ankle).all(axis=-1)
        radii = _lengths_over_time(lengths, plain & ~bad, limits)
        ends = calm[:, INDEX[f"{side}_hip"]], calm[:, INDEX[f"{side}_ankle"]]
        result[bad, index] = two_circle_point(*ends, radii=radii, toward=front)[bad]
        error[bad, index] = _knee_error(ends, radii, spread=spread, front=front)[bad]
    return result, error


def _relative_spread(lengths: Floats, limits: Limits) -> float:
    """Relative standard deviation of thigh and shank, `lengths` (2, N): the larger; infinite when hardly ever seen."""
    if lengths.shape[1] < limits.settings.min_stance_s * limits.rate_hz:
        return np.inf
    tenths = np.percentile(lengths / np.median(lengths, axis=1, keepdims=True), [10, 90], axis=1)
    return float((tenths[1] - tenths[0]).max()) / DECILES_TO_SIGMA


def _lengths_over_time(lengths: Floats, plain: Bools, limits: Limits) -> tuple[Floats, Floats]:
    """Lengths of thigh and shank at each time (T,), px: as last and next plainly seen, and between them in between.

    Perspective and small turns out of the picture's plane change a segment's image by a few per cent within a
    repetition; near straight that much decides over the knee's bend, so the clip's one median would not do.
    """
    frames = np.arange(lengths.shape[1])
    seen = running_median(np.where(plain, lengths, np.nan).T, int(2 * _CALM_S * limits.rate_hz))[plain]
    return np.interp(frames, frames[plain], seen[:, 0]), np.interp(frames, frames[plain], seen[:, 1])


def _knee_error(ends: tuple[Floats, Floats], radii: tuple[Floats, Floats], *, spread: float, front: Floats) -> Floats:
    """How far the placed knee moves when either length is off by its scatter: (T,) px per axis."""
    places = [
        two_circle_point(*ends, radii=(radii[0] * (1 + a * spread), radii[1] * (1 + b * spread)), toward=front)
        for a, b in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))
    ]
    moved = np.stack([distance(place, places[0]) for place in places[1:]])
    return np.asarray(np.sqrt((moved**2).sum(axis=0) / 4))
