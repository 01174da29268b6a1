"""Whether the bounds hold: what simulated people truly had to hold against what their video said, low, best and high.

The truth is `people`: another body than the product's, posed and moving as it was filmed. Its extensor's arm is drawn
once per person from the whole range that models use, because nobody has a true one. The product gets the track of the
clip, the exercise and the load; and the person's mass, stature and sex, or none of them.
"""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hiphinge import video
from hiphinge.analysis import Request, analyse, assess
from hiphinge.errors import HiphingeError
from hiphinge.geometry import Floats
from hiphinge.kinetics.dynamics import GRAVITY
from hiphinge.kinetics.lumbar import lumbar, passive_moment
from hiphinge.records import Load, Rep, Subject
from hiphinge.result import Analysis
from hiphinge.settings import KineticsSettings, load_slice
from validation import tracks
from validation.load_path import looked
from validation.physics.people import Truth, kept

MOMENTS: Final = ("hip_moment_nm", "knee_moment_nm", "ankle_moment_nm", "l5s1_moment_nm")
FORCES: Final = ("l5s1_compression_n", "l5s1_shear_n")
QUANTITIES: Final = (*MOMENTS, *FORCES)
SAME_BODY: Final = "same_body_"
"""Before the name of a moment: the truth by the product's own chain on true joints, so that only angles, lengths, load
and scale are off."""
SAME_REP_S: Final = 0.75
LEAST_SAMPLES: Final = 3
STAGES: Final = ("kinetics", "muscles")
SQUAT: Final = "squat"


class Value(NamedTuple):
    """One quantity of one repetition: the truth and the product's, in N·m or N, or per kg and body weight."""

    clip: str
    exercise: str
    yaw_deg: float
    quantity: str
    where: str
    true: float
    low: float
    best: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether the truth lies within the bounds."""
        return self.low <= self.true <= self.high


class Clip(NamedTuple):
    """One clip: its values, what share of samples along the repetitions lies inside, or why nothing was said."""

    name: str
    exercise: str
    sex: str
    withheld: str | None
    values: tuple[Value, ...]
    along: dict[str, tuple[int, int]]
    """Samples inside and all, by quantity."""


class Figure(NamedTuple):
    """One quantity over clips."""

    count: int
    inside: float
    bias: float
    rmse: float
    scale: float
    """Root mean square of the truth."""
    width: float
    """Median of (high − low) / |true|, of what is at least a tenth of `scale`."""
    along: float


def clips(folders: Iterable[Path], work: Path, *, known: bool) -> Iterator[Clip]:
    """Every hinge in the folders."""
    for folder in folders:
        for file in sorted(folder.glob("*/truth.json")):
            if (file.parent / tracks.TRACK).is_file() and "@" not in file.parent.name:
                found = compared(file.parent, work, known=known)
                if found is not None:
                    yield found


def compared(folder: Path, work: Path, *, known: bool) -> Clip | None:
    """One clip; None for a squat, or where the person cannot be built again."""
    truth = json.loads((folder / "truth.json").read_text())
    true = kept(folder, work / "truth") if truth["exercise"] != SQUAT else None
    if true is None:
        return None
    name = f"{folder.parent.name}/{folder.name}"
    head = (name, truth["exercise"], true.sex)
    try:
        analysis = analysed(folder, truth["exercise"], true, work / "circles", known=known)
    except HiphingeError as error:
        return Clip(*head, str(error), (), {})
    record, series = analysis.record, analysis.kinetics
    if series is None:
        why = record.loading.withheld if record.loading is not None else "no loading"
        return Clip(*head, why or "withheld", (), {})
    values: list[Value] = []
    along: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one, rep in _pairs(truth["reps"], record.reps):
        span = (max(one["start_s"], rep.start_s), min(one["end_s"], rep.end_s))
        for quantity, wanted in true_values(true, name, per_body=series.attrs["unit_mass"] == "body").items():
            seen = _seen((analysis.kinetics, quantity), (true, wanted), span)
            if seen is not None:
                inside, total = along[quantity]
                along[quantity] = (inside + int(seen.inside.sum()), total + seen.inside.size)
                what = (name, truth["exercise"], abs(truth["yaw_deg"]), quantity)
                values += [Value(*what, where, *seen.at(k)) for where, k in seen.moments(rep.bottom_s)]
    return Clip(*head, None, tuple(values), dict(along))


class _Seen(NamedTuple):
    """One quantity along one repetition, on the product's clock; all (T,)."""

    time_s: Floats
    true: Floats
    low: Floats
    best: Floats
    high: Floats

    @property
    def inside(self) -> NDArray[np.bool_]:
        return np.asarray((self.low <= self.true) & (self.true <= self.high))

    def at(self, k: int) -> tuple[float, float, float, float]:
        return float(self.true[k]), float(self.low[k]), float(self.best[k]), float(self.high[k])

    def moments(self, bottom_s: float) -> list[tuple[str, int]]:
        """Where a repetition is looked at: its deepest moment, and where the truth is greatest."""
        return [("bottom", int(np.abs(self.time_s - bottom_s).argmin())), ("most", int(self.true.argmax()))]


def _seen(ours: tuple[Any, str], theirs: tuple[Truth, Floats], span: tuple[float, float]) -> _Seen | None:
    (series, quantity), (true, wanted) = ours, theirs
    quantity = quantity.removeprefix(SAME_BODY)
    time_s = series["time"].to_numpy()
    bounds = series[quantity].sel(bound=["low", "best", "high"]).to_numpy().T
    certain = np.interp(time_s, true.time_s, true.certain.astype(float)) > 0.99
    use = (time_s >= span[0]) & (time_s < span[1]) & certain & np.isfinite(bounds).all(axis=0)
    if use.sum() < LEAST_SAMPLES:
        return None
    return _Seen(time_s[use], np.interp(time_s[use], true.time_s, wanted), *bounds[:, use])


def analysed(folder: Path, exercise: str, true: Truth, circles: Path, *, known: bool) -> Analysis:
    """The product on the clip's kept track."""
    circles.mkdir(parents=True, exist_ok=True)
    seen = tracks.load(folder / tracks.TRACK)
    found = looked(folder / "clip.mp4", seen.track, circles / f"{folder.parent.name}-{folder.name}.circles.npz")
    who = Subject(sex="f" if true.sex == "f" else "m", mass_kg=true.mass_kg, stature_cm=100 * true.stature_m)
    request = Request(exercise=exercise, subject=who if known else Subject(), load=Load(mass_kg=true.load_kg or None))
    return assess(seen, video.probe(folder / "clip.mp4"), request, circles=found)


def true_values(true: Truth, name: str, *, per_body: bool) -> dict[str, Floats]:
    """Every quantity (T,) of a person, compression and shear by an arm drawn for the person."""
    settings = load_slice("kinetics", KineticsSettings)
    drawn = np.random.default_rng(zlib.crc32(name.encode()))
    arm = drawn.uniform(settings.arm_least_m, settings.arm_most_m) * (settings.arm_women if true.sex == "f" else 1.0)
    back = lumbar(
        true.l5s1_moment_nm,
        true.above,
        disc_deg=true.disc_deg,
        arm_m=arm,
        obliquity_deg=settings.obliquity_deg + settings.obliquity_error_deg * drawn.standard_normal(),
        passive=passive_moment(true.flexion_deg, settings),
        flexor_arm_m=settings.flexor_arm_m,
    )
    whole = true.mass_kg if per_body else 1.0
    moments = {name: getattr(true, name) / whole for name in MOMENTS}
    moments |= {f"{SAME_BODY}{name}": values / whole for name, values in zip(MOMENTS, true.same_body, strict=True)}
    weight = true.mass_kg * GRAVITY if per_body else 1.0
    return moments | {"l5s1_compression_n": back.compression / weight, "l5s1_shear_n": back.shear / weight}


def figure(found: Sequence[Clip], quantity: str, where: str) -> Figure | None:
    """One quantity's figure over clips."""
    values = [one for clip in found for one in clip.values if one.quantity == quantity and one.where == where]
    if not values:
        return None
    true, best = np.array([one.true for one in values]), np.array([one.best for one in values])
    scale = float(np.sqrt(np.mean(true**2)))
    wide = [(one.high - one.low) / abs(one.true) for one in values if abs(one.true) > 0.1 * scale]
    inside, total = np.sum([clip.along.get(quantity, (0, 0)) for clip in found], axis=0)
    return Figure(
        count=len(values),
        inside=float(np.mean([one.inside for one in values])),
        bias=float(np.mean(best - true)),
        rmse=float(np.sqrt(np.mean((best - true) ** 2))),
        scale=scale,
        width=float(np.median(wide)),
        along=float(inside / max(total, 1)),
    )


def seconds(folders: Sequence[Path], count: int = 2) -> tuple[float, float]:
    """Mean seconds of the loads' stages and of the pose model, in the same analyses, of the first clips with a load."""
    files = [file for folder in folders for file in sorted(folder.glob("*-rdl/truth.json"))][:count]
    took = []
    for file in files:
        truth = json.loads(file.read_text())
        who = Subject(mass_kg=70, stature_cm=100 * truth["stature_m"])
        load = Load(mass_kg=truth["spec"]["load_kg"] or None)
        done = analyse(file.parent / "clip.mp4", Request(exercise="rdl", subject=who, load=load)).record.provenance
        took.append((sum(done.seconds.get(stage, 0.0) for stage in STAGES), done.seconds["pose"]))
    ours, pose = np.mean(took, axis=0)
    return float(ours), float(pose)


def lines(found: Sequence[Clip]) -> list[str]:
    """What development looks at: figures, then the clips that were left out."""
    text = [f"{len(found)} clips, {sum(clip.withheld is not None for clip in found)} withheld"]
    for where in ("bottom", "most"):
        for quantity in (*QUANTITIES, *(SAME_BODY + name for name in MOMENTS)):
            one = figure(found, quantity, where)
            if one is not None:
                text.append(
                    f"{where:7s} {quantity:24s} n {one.count:3d}  inside {one.inside:4.0%}  bias {one.bias:+8.1f}  "
                    f"rmse {one.rmse:7.1f} of {one.scale:7.1f}  width {one.width:4.0%}  along {one.along:4.0%}"
                )
    text += [f"withheld: {clip.name}: {clip.withheld}" for clip in found if clip.withheld is not None]
    return text


def each(clip: Clip) -> str:
    """A clip in a line: best less true at the bottom, a quantity each."""
    told = []
    for quantity in QUANTITIES:
        off = [(one.best - one.true, one.true, one.inside) for one in clip.values
               if one.quantity == quantity and one.where == "bottom"]  # fmt: skip
        if off:
            mean = np.mean(off, axis=0)
            told.append(f"{quantity.removesuffix('_nm')} {mean[0]:+.0f}/{mean[1]:.0f} {mean[2]:.0%}")
    return f"{clip.name}: {clip.withheld or ' | '.join(told)}"


def _pairs(true: Sequence[dict[str, float]], found: Sequence[Rep]) -> Iterator[tuple[dict[str, float], Rep]]:
    for one in true:
        near = min(found, key=lambda rep: abs(rep.bottom_s - one["bottom_s"]), default=None)
        if near is not None and abs(near.bottom_s - one["bottom_s"]) < SAME_REP_S:
            yield one, near
