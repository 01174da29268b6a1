"""What the person does: repetitions with their own depth, tempo and faults, never the same sine twice.

A repetition goes down and up in minimum-jerk courses (Flash and Hogan 1985), warped in time; every joint starts a
little early or late and ends at its own angle; slow noise runs under everything. Faults change the angles at the bottom
(or early, or late) by `strength` times a plain number of degrees, given in FAULTS; or, where a clip asks for it, by
those of PLAINLY, at which a strength of 0.7 is what the rules of the product mean by the fault in every exercise.
"""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from hiphinge.geometry import Floats
from validation.simulate.pose import Course

JOINTS: Final = ("trunk", "knee", "lumbar", "thoracic", "neck", "arm", "balance")
Degrees = dict[str, dict[str, float]]
"""By fault, then by joint."""


@dataclass(frozen=True)
class Exercise:
    """Angles at the bottom (and the top), typical tempo, where the hands are; from published bands and practice."""

    bottom: dict[str, float]
    arms: str = "hang"
    top: dict[str, float] = field(default_factory=dict)
    down_s: float = 2.0
    pause_s: float = 0.3
    up_s: float = 1.4
    rest_s: float = 0.8
    implement: str = "none"
    from_floor: bool = False
    stance: float = 0.14


EXERCISES: Final[dict[str, Exercise]] = {
    "hinge": Exercise({"trunk": 62, "knee": 17, "lumbar": 10, "neck": 6}, arms="hips"),
    "wall_drill": Exercise({"trunk": 50, "knee": 16, "lumbar": 8}, arms="hips", pause_s=0.7),
    "dowel_drill": Exercise({"trunk": 58, "knee": 16, "lumbar": 6}, arms="rod", implement="rod"),
    "rdl": Exercise({"trunk": 70, "knee": 22, "lumbar": 14}, arms="legs", implement="barbell"),
    "good_morning": Exercise({"trunk": 66, "knee": 15, "lumbar": 14}, arms="back", implement="back_bar"),
    "deadlift": Exercise(
        {"trunk": 62, "knee": 58, "lumbar": 18}, arms="legs", implement="barbell", from_floor=True, up_s=1.3, down_s=1.3
    ),
    "kettlebell_swing": Exercise(
        {"trunk": 62, "knee": 38, "lumbar": 16, "arm": -22}, arms="swing", top={"arm": 82, "trunk": -2, "lumbar": -3},
        down_s=0.75, pause_s=0.0, up_s=0.6, rest_s=0.12, implement="kettlebell", stance=0.19,
    ),
    "single_leg_rdl": Exercise({"trunk": 68, "knee": 18, "lumbar": 10}, stance=0.10, implement="dumbbells"),
    "squat": Exercise({"trunk": 38, "knee": 108, "lumbar": 10}, arms="front", down_s=1.7, up_s=1.3, stance=0.19),
}  # fmt: skip

FAULTS: Final[dict[str, dict[str, float]]] = {
    # degrees (balance: statures) added at the bottom at strength 1
    "squatting": {"knee": 62, "trunk": -22, "balance": 0.012},
    "lower_back_rounding": {"lumbar": 32},
    "upper_back_rounding": {"thoracic": 32},
    "hyperextension": {"lumbar": -28},
    "looking_down": {"neck": -46},
    "knees_locked": {"knee": -20},
    "shins_forward": {"knee": 26, "balance": 0.035},
    "too_shallow": {"trunk": -38, "knee": -6},
    "knee_drift": {"knee": 24},
    "load_drift": {"arm": 24},
    "hips_rise_first": {},
    "too_fast": {},
    "incomplete_lockout": {},
    "lean_back": {},
    "pelvis_rotation": {"opening": 34},
}

ASIDE: Final[dict[str, float]] = {
    # statures at the bottom at strength 1: what a camera at the side hardly sees
    "cave": 0.028,
    "sway": 0.030,
}
AT_TOP: Final[dict[str, dict[str, float]]] = {
    # degrees at strength 1 that a repetition ends with, until the next begins
    "incomplete_lockout": {"trunk": 24, "knee": 16},
    "lean_back": {"trunk": -14, "lumbar": -22},
}


@dataclass(frozen=True)
class Sizes:
    """What faults of strength 1 are."""

    bottom: Degrees = field(default_factory=lambda: FAULTS)
    top: Degrees = field(default_factory=lambda: AT_TOP)
    fades: dict[str, tuple[str, float]] = field(default_factory=dict)
    """By fault, a joint whose own way to the bottom goes with this many times the strength."""
    when: dict[str, float] = field(default_factory=dict)
    """By fault, where in the way down it comes, as in `Rep.when`; by chance where not given."""
    down: float = 0.0
    """What `too_fast` leaves of the way down, a share; 0 for the plain formula of `plan`."""


USUAL: Final = Sizes()
PLAINLY: Final = Sizes(
    bottom=FAULTS
    | {
        "hyperextension": {"lumbar": -28},
        "looking_down": {"neck": -46},
        "looking_up": {"neck": 54},
        "knees_locked": {},
        "squatting": {"knee": 78, "trunk": -28, "balance": 0.012},
        "knee_drift": {"knee": 26},
        "shins_forward": {"knee": 52, "trunk": -6, "balance": 0.066},
        "too_shallow": {"trunk": -44, "knee": -6},
        "load_drift": {"arm": 30},
        "hips_rise_first": {"tip": 18},
        "pelvis_rotation": {"opening": 40},
        "rear_leg_drops": {"rear": 42},
    },
    top={
        "incomplete_lockout": {"trunk": 32, "knee": 18},
        "lean_back": {"trunk": -20, "lumbar": -24},
        "arms_lift": {"elbow": 76, "arm": -35},
    },
    fades={
        "hyperextension": ("lumbar", 3.0), "knees_locked": ("knee", 1.0), "looking_down": ("neck", 1.0),
        "looking_up": ("neck", 1.0),
    },
    when={
        "knee_drift": 1.0, "too_shallow": 0.0, "squatting": 0.0, "shins_forward": 0.0, "rear_leg_drops": 0.0,
        "load_drift": 0.0,
    },
    down=0.2,
)  # fmt: skip
"""Faults as coaches mean them: the true angles at 0.7 and 1 lie beyond the bands of the product's rules, those of
clean repetitions before them (tests/test_simulated_faults.py)."""
UPRIGHT: Final = {"trunk": 4.0, "knee": 6.0, "lumbar": 4.0}
"""A resting person stands while these joints are this near to where they rest, degrees."""
STOOPED_DEG: Final = 15.0
"""Who rests with the trunk further forward than this never stands."""


@dataclass(frozen=True)
class Rep:
    """One repetition as planned: `start_s`, `bottom_s`, `end_s` are the truth for counting and timing.

    The first of a set that starts on the floor begins before the clip does.
    """

    start_s: float
    bottom_s: float
    end_s: float
    bottom: dict[str, float]
    faults: dict[str, float] = field(default_factory=dict)
    down_s: float = 0.0
    pause_s: float = 0.0
    up_s: float = 0.0
    when: float = 0.0
    """Where in the way down the faults come: −1 early, 0 with the movement, 1 late."""
    sizes: Sizes = USUAL

    def at_bottom(self, joint: str) -> float:
        """Degrees that its faults add to a joint at the bottom."""
        sizes = self.sizes.bottom
        return sum(strength * sizes.get(fault, {}).get(joint, 0.0) for fault, strength in self.faults.items())

    def at_top(self, joint: str) -> float:
        """Degrees that its faults leave a joint with at its end."""
        sizes = self.sizes.top
        return sum(strength * sizes.get(fault, {}).get(joint, 0.0) for fault, strength in self.faults.items())


@dataclass(frozen=True)
class Plan:
    """A set: the course and its repetitions."""

    course: Course
    reps: tuple[Rep, ...]
    exercise: str
    stand: dict[str, float] = field(default_factory=dict)
    """The joints at rest, before and between repetitions."""

    @property
    def upright(self) -> NDArray[np.bool_]:
        """(T,) frames that show the person standing: at rest, and not after a repetition that ended wrongly."""
        course, time_s = self.course, self.course.time_s
        resting = ~np.any([(time_s >= rep.start_s) & (time_s < rep.end_s) for rep in self.reps], axis=0)
        ends = [rep.end_s for rep in self.reps]
        last = np.searchsorted(ends, time_s, side="right") - 1
        spoilt = np.array([bool(rep.sizes.top.keys() & rep.faults.keys()) for rep in self.reps])
        resting &= ~np.where(last >= 0, spoilt[np.maximum(last, 0)], False)
        for joint, near in UPRIGHT.items():
            resting &= np.abs(getattr(course, joint) - self.stand.get(joint, 0.0)) < near
        return resting & (self.stand["trunk"] < STOOPED_DEG)


def plan(
    name: str,
    rng: np.random.Generator,
    *,
    count: int = 4,
    fps: float = 30.0,
    faults: tuple[dict[str, float], ...] = (),
    depth: float = 1.0,
    tempo: float = 1.0,
    variation: float = 1.0,
    lead_s: float = 1.0,
    load_kg: float = 0.0,
    bottom: dict[str, float] | None = None,
    top: dict[str, float] | None = None,
    uneven: int | None = None,
    asides: tuple[dict[str, float], ...] = (),
    sizes: Sizes = USUAL,
) -> Plan:
    """Plan a set of `count` repetitions; `faults[k]` are the k-th repetition's faults with strengths 0…1.

    `bottom` and `top` replace the exercise's own angles; `uneven` is the seed of a variable frame rate; `asides[k]` are
    the k-th repetition's strengths of ASIDE, which leave everything that the side shows as it is.
    """
    plain = EXERCISES[name]
    exercise = replace(plain, bottom=plain.bottom | (bottom or {}), top=plain.top | (top or {}))
    stand = {"trunk": rng.normal(2, 1.5), "knee": rng.normal(5, 2), "neck": 0.0, "balance": rng.normal(0.030, 0.006)}
    stand |= exercise.top
    habit = {joint: rng.normal(0, s) for joint, s in (("trunk", 4), ("knee", 3), ("lumbar", 3), ("neck", 5))}
    reps, clock = [], lead_s
    for k in range(count):
        wrong = dict(faults[k]) if k < len(faults) else {}
        bottom = _bottom(exercise, habit, wrong, rng, depth=depth, variation=variation, stand=stand, sizes=sizes)
        down, pause, up, rest = (
            value * tempo * np.exp(rng.normal(0, 0.10 * variation))
            for value in (exercise.down_s, exercise.pause_s, exercise.up_s, exercise.rest_s)
        )
        if wrong.get("too_fast") and sizes.down:
            down, up = down * sizes.down ** wrong["too_fast"], up * sizes.down ** (wrong["too_fast"] / 2)
        elif wrong.get("too_fast"):
            down, up = down * (1 - 0.6 * wrong["too_fast"]), up * (1 - 0.4 * wrong["too_fast"])
        start = clock
        if exercise.from_floor and k == 0:  # already down when the clip begins
            start, pause = -down, lead_s
        when = float(rng.choice([0.0, 0.0, -1.0, 1.0])) if wrong else 0.0
        when = next((sizes.when[fault] for fault in wrong if fault in sizes.when), when)
        middle, end = start + down + pause / 2, start + down + pause + up
        reps.append(Rep(start, middle, end, bottom, wrong, down, pause, up, when, sizes))
        clock = start + down + pause + up + rest
    time_s = np.arange(0, clock + lead_s * 0.6, 1 / fps)
    if uneven is not None:
        time_s = unevenly(time_s, np.random.default_rng(uneven))
    traces = {joint: _trace(joint, time_s, reps, stand=stand, rng=rng, variation=variation) for joint in JOINTS}
    course = Course(
        time_s=time_s, arms=exercise.arms, stance=exercise.stance, load_kg=load_kg, toe_out=float(rng.uniform(2, 14)),
        **traces,
    )  # fmt: skip
    if "arms_lift" in {fault for rep in reps for fault in rep.faults}:
        course = replace(course, elbow=course.elbow + _all_left("elbow", time_s, reps))
    if name == "single_leg_rdl":
        course = _one_leg(course, reps)
    if asides:
        course = replace(course, **{name: _aside(name, time_s, reps, asides) for name in ASIDE})
    return Plan(course, tuple(reps), name, stand)


def unevenly(time_s: Floats, rng: np.random.Generator) -> Floats:
    """A phone's clock: intervals a little off, one frame in fifty lost, half the rate for a while in poor light."""
    step = float(np.median(np.diff(time_s)))
    moved = time_s + rng.uniform(-0.12, 0.12, time_s.size) * step
    kept = rng.random(time_s.size) > 0.02
    start = rng.uniform(0, 0.7) * time_s[-1]
    dark = (time_s > start) & (time_s < start + 0.2 * time_s[-1])
    kept &= ~dark | (np.arange(time_s.size) % 2 == 0)
    kept[[0, -1]] = True
    return np.maximum(moved, 0.0)[kept]


def _one_leg(course: Course, reps: list[Rep]) -> Course:
    """The free leg goes back as the trunk goes down; its side of the pelvis may open."""
    opening = sum((_wrong("opening", course.time_s, rep) for rep in reps), np.zeros_like(course.time_s))
    drop = sum((_wrong("rear", course.time_s, rep) for rep in reps), np.zeros_like(course.time_s))
    return replace(course, rear=np.minimum(drop - 0.92 * np.clip(course.trunk, 0, None), 0.0), opening=opening)


def _aside(name: str, time_s: Floats, reps: list[Rep], asides: tuple[dict[str, float], ...]) -> Floats:
    """One sideways movement over the whole set, with the way down and gone by the top."""
    total = np.zeros_like(time_s)
    for rep, strengths in zip(reps, asides, strict=False):
        turn = rep.start_s + rep.down_s
        down, up = (minimum_jerk((time_s - at) / took) for at, took in
                    ((rep.start_s, rep.down_s), (turn + rep.pause_s, rep.up_s)))  # fmt: skip
        total += ASIDE[name] * strengths.get(name, 0.0) * (down - up)
    return total


def _bottom(
    exercise: Exercise,
    habit: dict[str, float],
    wrong: dict[str, float],
    rng: np.random.Generator,
    *,
    depth: float,
    variation: float,
    stand: dict[str, float],
    sizes: Sizes,
) -> dict[str, float]:
    bottom = {joint: exercise.bottom.get(joint, stand.get(joint, 0.0)) + habit.get(joint, 0.0) for joint in JOINTS}
    bottom["trunk"] *= depth
    for joint, spread in (
        ("trunk", 2.5),
        ("knee", 1.8),
        ("lumbar", 1.8),
        ("thoracic", 1.5),
        ("neck", 2.5),
        ("balance", 0.002),
    ):
        bottom[joint] += rng.normal(0, spread * variation)
    for fault, (joint, rate) in sizes.fades.items():
        kept, rest = max(0.0, 1.0 - rate * wrong.get(fault, 0.0)), stand.get(joint, 0.0)
        bottom[joint] = rest + kept * (bottom[joint] - rest)
    straightens = sum(strength * sizes.bottom.get(fault, {}).get("knee", 0.0) for fault, strength in wrong.items())
    bottom["knee"] = max(bottom["knee"], 1.0, 1.0 - straightens)
    return bottom


def _trace(
    joint: str, time_s: Floats, reps: list[Rep], *, stand: dict[str, float], rng: np.random.Generator, variation: float
) -> Floats:
    """One joint over the whole set: standing, plus each repetition's own excursion, plus slow noise."""
    base = stand.get(joint, 0.0)
    values = base + _all_left(joint, time_s, reps)
    habit_lag = {"knee": -0.02, "lumbar": 0.06, "arm": 0.03, "neck": -0.05}.get(joint, 0.0)
    for rep in reps:
        lag = (habit_lag + rng.normal(0, 0.015)) * (rep.down_s + rep.up_s) * variation
        lag = 0.0 if joint == "trunk" else lag
        turn = rep.start_s + rep.down_s
        down = minimum_jerk(_warp((time_s - rep.start_s - lag) / rep.down_s, rng.normal(0, 0.12 * variation)))
        late = 0.45 * rep.faults.get("hips_rise_first", 0.0) * rep.up_s if joint in {"trunk", "lumbar"} else 0.0
        up = minimum_jerk(
            _warp((time_s - turn - rep.pause_s - lag - late) / (rep.up_s - late), rng.normal(0, 0.12 * variation))
        )
        values = values + (rep.bottom[joint] - base) * (down - up) + _wrong(joint, time_s, rep)
        if joint == "trunk":
            values = values + _tip(time_s, rep)
    size = {"trunk": 0.5, "knee": 0.6, "lumbar": 0.5, "thoracic": 0.5, "neck": 1.4, "arm": 0.6, "balance": 0.0016}[
        joint
    ]
    return values + size * variation * slow_noise(time_s, rng)


def _wrong(joint: str, time_s: Floats, rep: Rep) -> Floats:
    """The faults' own share: early ones come in the first half of the way down, late ones in the last."""
    size = rep.at_bottom(joint)
    if not size:
        return np.zeros_like(time_s)
    first, last = {-1.0: (0.0, 0.55), 0.0: (0.05, 1.0), 1.0: (0.5, 1.0)}[rep.when]
    turn = rep.start_s + rep.down_s
    down = minimum_jerk((time_s - rep.start_s - first * rep.down_s) / ((last - first) * rep.down_s))
    up = minimum_jerk((time_s - turn - rep.pause_s - (1 - last) * rep.up_s) / ((last - first) * rep.up_s))
    return size * (down - up)


def _tip(time_s: Floats, rep: Rep) -> Floats:
    """The trunk tips further forward while the knees open, then comes up: hips first."""
    if not rep.at_bottom("tip"):
        return np.zeros_like(time_s)
    up = (time_s - rep.start_s - rep.down_s - rep.pause_s) / rep.up_s
    return rep.at_bottom("tip") * (minimum_jerk(up / 0.3) - minimum_jerk((up - 0.3) / 0.5))


def _all_left(joint: str, time_s: Floats, reps: list[Rep]) -> Floats:
    """What every repetition leaves of its faults until the next."""
    after: list[Rep | None] = [*reps[1:], None]
    left = (_left_over(joint, time_s, rep, following) for rep, following in zip(reps, after, strict=True))
    return sum(left, np.zeros_like(time_s))


def _left_over(joint: str, time_s: Floats, rep: Rep, following: Rep | None) -> Floats:
    """What a repetition that ends wrongly leaves until the next one begins."""
    size = rep.at_top(joint)
    if not size:
        return np.zeros_like(time_s)
    come = minimum_jerk((time_s - rep.end_s + rep.up_s) / rep.up_s)
    gone = minimum_jerk((time_s - following.start_s) / following.down_s) if following else 0.0
    return np.asarray(size * (come - gone))


def minimum_jerk(fraction: Floats) -> Floats:
    """Minimum-jerk course from 0 to 1 (Flash and Hogan 1985)."""
    x = np.clip(fraction, 0, 1)
    return np.asarray(x**3 * (10 - 15 * x + 6 * x**2))


def _warp(fraction: Floats, skew: float) -> Floats:
    """Early or late peak speed: a monotone bend of time within 0…1."""
    x = np.clip(fraction, 0, 1)
    return x + np.clip(skew, -0.4, 0.4) * x * (1 - x)


def slow_noise(time_s: Floats, rng: np.random.Generator) -> Floats:
    """Unit noise below about 0.8 Hz."""
    step = float(np.median(np.diff(time_s)))
    raw = gaussian_filter1d(rng.normal(0, 1, time_s.size), 0.25 / step, mode="reflect")
    return raw / max(raw.std(), 1e-9)
