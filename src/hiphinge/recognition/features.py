"""What exercises are told apart by: every repetition's metrics, where its hands are, how it stands; each with an error.

Heights, timing and hands are preferred to angles, for they survive a camera that stands at an angle. Lengths are
statures; data/features.toml says what each is. A value that was not seen is NaN, and speaks neither for nor against
anything.
"""

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

import msgspec
import numpy as np

from hiphinge.geometry import Floats
from hiphinge.kinematics import Kinematics
from hiphinge.kinematics.uncertainty import quantile
from hiphinge.metrics import Estimate
from hiphinge.records import Rep
from hiphinge.settings import ExerciseSettings

NAN = math.nan
UNSEEN = Estimate(NAN, NAN)
SIDES = ("left", "right")
Features = dict[str, Estimate]


class Hints(NamedTuple):
    """What was seen or said besides the movement."""

    rod: bool | None = None
    """Whether a real rod lies along the back; None where nobody could look."""
    wall: bool = False
    """Whether there is a wall that the lifter reaches for: spoken of, or seen."""


def features_of(
    kinematics: Kinematics, reps: tuple[Rep, ...], hints: Hints, *, settings: ExerciseSettings
) -> tuple[Features, ...]:
    """The features of each measured repetition."""
    cycles = _cycles(reps)
    about = {
        "rod_on_back": Estimate(0.0, 1.0) if hints.rod is None else Estimate(float(hints.rod), 0.0),
        "wall_behind": Estimate(float(hints.wall), 0.0),
        "floor_start": Estimate(float(bool(reps) and _from_floor(reps[0])), 0.0),
    }
    seen = (_Seen(kinematics, rep, settings) for rep in reps)
    around = (_Seen(kinematics, rep, settings) for rep in with_rests(reps))
    return tuple(
        {name: _estimate(metric.value, metric.error) for name, metric in rep.metrics.items()}
        | _hands(one)
        | _posture(one)
        | _around(wide)
        | {"cycle_s": Estimate(cycle, settings.cycle_error_s)}
        | about
        for rep, one, wide, cycle in zip(reps, seen, around, cycles, strict=True)
    )


def of_set(features: Iterable[Features]) -> Features:
    """The medians over repetitions: of the values, and of their errors, most of which the repetitions share."""
    rows = list(features)
    return {
        name: Estimate(_median(row[name].value for row in rows), _median(row[name].error for row in rows))
        for name in rows[0]
    }


class _Seen:
    """One repetition cut out of the kinematics."""

    def __init__(self, kinematics: Kinematics, rep: Rep, settings: ExerciseSettings) -> None:
        time_s = kinematics["time"].to_numpy()
        inside = np.flatnonzero(rep.holds(time_s))
        self.settings = settings
        self.on_one_leg = rep.side != "both"
        self._columns = kinematics
        self._inside = inside
        self.trunk = self["trunk_inclination_deg"]
        self.yaw_deg = min(abs(float(kinematics.attrs["yaw_deg"])), settings.most_yaw_deg)
        near = np.abs(time_s[inside] - rep.bottom_s)
        self.bottom = near <= max(settings.bottom_s / 2, float(near.min(initial=math.inf)) + 1e-9)
        lean = np.abs(self.trunk)
        known = np.isfinite(lean)
        self.tall = known & (lean <= quantile(lean, settings.tall_share))
        self.bent = known & (lean >= quantile(lean, 1 - settings.tall_share))

    def __getitem__(self, name: str) -> Floats:
        return np.asarray(self._columns[name].to_numpy()[self._inside], dtype=np.float64)

    @property
    def hands(self) -> tuple[str, ...]:
        """The sides whose hands were seen, or, failing that, the one seen better."""
        sure = {side: _median(self[f"{side}_hand_confidence"]) for side in SIDES}
        seen = tuple(side for side in SIDES if sure[side] >= self.settings.hand_confidence)
        return seen or (max(SIDES, key=lambda side: (np.nan_to_num(sure[side]), side)),)

    def hand_error(self, sides: tuple[str, ...]) -> float:
        """Standard error of a hand's place; one hand alone stands off the body's middle, the more from an angle."""
        noise = min(_median(self[f"{side}_hand_error"]) for side in sides)
        aside = 0.0 if len(sides) > 1 else self.settings.hand_aside * math.tan(math.radians(self.yaw_deg))
        return math.hypot(noise, self.settings.hand_bias, aside)


def _hands(seen: _Seen) -> Features:
    """Where the hands are, from the floor, from the shoulder, and from the trunk."""
    settings, sides = seen.settings, seen.hands
    error = seen.hand_error(sides)
    above, ahead = seen["wrist_above_shoulder"], seen["wrist_ahead_of_shoulder"]
    values = {
        "hand_height": _median(seen["wrist_height"][seen.bottom]),
        "hand_hang": -_median(above[seen.bottom]),
        "hand_level": quantile(np.abs(above), settings.most_share),
        "hand_reach": quantile(np.hypot(ahead, above), settings.most_share),
        "hand_along": _mean(_median(seen[f"{side}_hand_along_trunk"][seen.tall]) for side in sides),
        "hand_moves": _way(seen, _surest(seen)),
    }
    held = {name: Estimate(value, error) for name, value in values.items()}
    return held | _highest(seen, sides) | _each_hand(seen, sides)


def _each_hand(seen: _Seen, sides: tuple[str, ...]) -> Features:
    """How the hands differ; one held to the side seems to lie behind, the more so from an angle."""
    error = seen.hand_error(SIDES)
    along = [_median(seen[f"{side}_hand_along_trunk"][seen.tall]) for side in sides]
    behind = max(-_median(seen[f"{side}_hand_ahead_of_trunk"][seen.bent]) for side in sides)
    aside = seen.settings.hand_aside * math.tan(math.radians(seen.yaw_deg))
    return {
        "hand_behind": Estimate(behind, math.hypot(error, aside)),
        "hands_uneven": Estimate(abs(along[0] - along[1]) if len(along) > 1 else NAN, math.sqrt(2) * error),
    }


def _highest(seen: _Seen, sides: tuple[str, ...]) -> Features:
    """What the hands do when the higher one is highest; two hands held to either side are taken together."""
    names = ("hand_top", "hand_front", "top_reach", "top_apart", "overhead_drive")
    heights = {side: np.where(seen.tall, seen[f"{side}_hand_above_shoulder"], -np.inf) for side in sides}
    heights = {side: np.where(np.isfinite(height), height, -np.inf) for side, height in heights.items()}
    side = max(sides, key=lambda one: float(heights[one].max(initial=-np.inf)))
    if not np.isfinite(heights[side]).any():
        return dict.fromkeys(names, UNSEEN)
    at = int(heights[side].argmax())
    top = float(heights[side][at])
    up = tuple(one for one in sides if heights[one][at] >= top - seen.settings.hands_together)
    front = _mean(float(seen[f"{one}_hand_ahead_of_shoulder"][at]) for one in up)
    along = seen[f"{side}_hand_along_trunk"]
    drive = float(along[at]) - _median(along[seen.bottom])
    error, forward = seen.hand_error(SIDES), seen.hand_error(up)
    return {
        "hand_top": Estimate(top, error),
        "hand_front": Estimate(front, forward),
        "top_reach": Estimate(math.hypot(top, front), forward),
        "top_apart": Estimate(float(seen["hands_apart"][at]) if len(sides) == len(SIDES) else NAN, error),
        "overhead_drive": Estimate(drive if top > seen.settings.overhead_from else 0.0, error),
    }


def _surest(seen: _Seen) -> str:
    return max(SIDES, key=lambda side: np.nan_to_num(_median(seen[f"{side}_hand_confidence"])))


def _way(seen: _Seen, side: str) -> float:
    """How far a hand moves as seen from the trunk: the spread of its place, statures."""
    low, high = 1 - seen.settings.most_share, seen.settings.most_share
    places = (seen[f"{side}_hand_along_trunk"], seen[f"{side}_hand_ahead_of_trunk"])
    return math.hypot(*(quantile(place, high) - quantile(place, low) for place in places))


def _posture(seen: _Seen) -> Features:
    """Standing, lying or staying bent; one foot or two.

    On one leg, as the set tells, a free foot that shows low is lost behind the other or hangs: its lift tells nothing.
    """
    settings = seen.settings
    upright, bent = (quantile(seen.trunk, share) for share in (1 - settings.most_share, settings.most_share))
    lean_error = _median(seen["trunk_inclination_error_deg"])
    lift = _median(np.abs(seen["left_foot_lift"] - seen["right_foot_lift"])[seen.bottom])
    lost = seen.on_one_leg and lift < settings.one_foot_lift
    place = settings.place_error
    return {
        "foot_lift": UNSEEN if lost else Estimate(lift, place),
        "highest_hip": Estimate(quantile(seen["hip_height"], settings.most_share), place),
        "shoulder_sink": Estimate(-quantile(seen["shoulder_height"], 1 - settings.most_share), place),
        "most_upright": Estimate(upright, lean_error),
        "trunk_moves": Estimate(bent - upright, lean_error),
    }


def with_rests(reps: tuple[Rep, ...]) -> tuple[Rep, ...]:
    """The repetitions, each until the next begins; the last as much longer as the others mostly are."""
    if len(reps) < 2:
        return reps
    rests = [two.start_s - one.end_s for one, two in pairwise(reps)]
    until = [*(rep.start_s for rep in reps[1:]), reps[-1].end_s + float(np.median(rests))]
    return tuple(
        msgspec.structs.replace(rep, end_s=max(end_s, rep.end_s)) for rep, end_s in zip(reps, until, strict=True)
    )


def _around(seen: _Seen) -> Features:
    """What arms and knees do from one repetition to the next."""
    settings = seen.settings
    noise = math.sqrt(2) * min(_median(seen[f"{side}_hand_error"]) for side in seen.hands)
    places = [(seen[f"{side}_hand_ahead_of_shoulder"], seen[f"{side}_hand_above_shoulder"]) for side in seen.hands]
    lean = np.abs(seen.trunk)
    deep = lean >= (1 - settings.held_share) * quantile(lean, 0.0) + settings.held_share * quantile(lean, 1.0)
    alone = settings.hidden_hand if len(seen.hands) < len(SIDES) else 0.0
    hung = [np.degrees(np.arctan2(ahead, -above))[deep] for ahead, above in places]
    return {
        "arm_bends": Estimate(max(_spread(np.hypot(*place), settings) for place in places), math.hypot(noise, alone)),
        "busy_hands": Estimate(
            max(_spread(angle, settings) for angle in hung), math.degrees(noise / settings.arm_length)
        ),
        "knee_upright": Estimate(_median(seen["knee_flexion_deg"][seen.tall]), _median(seen["knee_flexion_error_deg"])),
    }


def _spread(values: Floats, settings: ExerciseSettings) -> float:
    """From the least to the most, slips of landmarks left out."""
    return quantile(values, settings.most_share) - quantile(values, 1 - settings.most_share)


def _from_floor(rep: Rep) -> bool:
    """Whether a repetition began at rest at the bottom."""
    return rep.complete and all(phase.name != "eccentric" for phase in rep.phases)


def _cycles(reps: tuple[Rep, ...]) -> list[float]:
    bottoms = [-math.inf, *(rep.bottom_s for rep in reps), math.inf]
    near = [min(bottoms[k] - bottoms[k - 1], bottoms[k + 1] - bottoms[k]) for k in range(1, len(bottoms) - 1)]
    return [gap if math.isfinite(gap) else NAN for gap in near]


def _estimate(value: float | None, error: float | None) -> Estimate:
    return UNSEEN if value is None or error is None else Estimate(value, error)


def _median(values: Iterable[float] | Floats) -> float:
    return quantile(np.array(list(values), dtype=np.float64), 0.5)


def _mean(values: Iterable[float]) -> float:
    known = [value for value in values if math.isfinite(value)]
    return sum(known) / len(known) if known else NAN
