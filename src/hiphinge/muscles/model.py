"""The muscle model: its numbers, read once from ``data/muscles.toml``, each block with its source."""

from functools import lru_cache
from importlib.resources import files
from typing import Final

import msgspec

from hiphinge.records import MuscleName, Record

Line = tuple[float, float, float]
Cubic = tuple[float, float, float, float]
Curve = tuple[float, float, float, float, float, float]

HIP_MUSCLES: Final[tuple[MuscleName, ...]] = ("hamstrings", "gluteus_maximus", "adductor_magnus")
"""What extends the hip, in the order of every array whose last axis is muscles."""
HEADS: Final = ("biceps_femoris", "semimembranosus", "semitendinosus")
"""The hamstrings that cross hip and knee."""


class HamstringLengths(Record, frozen=True, kw_only=True):
    """One published model: c0, c1, c2 of each head; only c1 / c0 and c2 / c0 count."""

    source: str
    biceps_femoris: Line
    semimembranosus: Line
    semitendinosus: Line


class Strengths(Record, frozen=True, kw_only=True):
    """Greatest force of one leg's muscles, N."""

    source: str
    biceps_femoris: float
    semimembranosus: float
    semitendinosus: float
    hamstrings: float
    gluteus_maximus: float
    adductor_magnus: float


class HipArms(Record, frozen=True, kw_only=True):
    """Moment arms of hip extension, mm, cubics of hip flexion within a range."""

    source: str
    least_deg: float
    most_deg: float
    hamstrings: Cubic
    gluteus_maximus: Cubic
    adductor_magnus: Cubic


class StandingLengths(Record, frozen=True, kw_only=True):
    """Lengths in standing, m, of the body whose arms `HipArms` are."""

    source: str
    gluteus_maximus: float
    adductor_magnus: float


class ErectorSlope(Record, frozen=True, kw_only=True):
    """Lengthening of the erectors per degree of lumbar flexion, fraction of their length."""

    source: str
    low: float
    best: float
    high: float


class AgeCurves(Record, frozen=True, kw_only=True):
    """C1 … C6 of people of 18-25 and of 55-65 years."""

    young: Curve
    old: Curve


class HipStrength(Record, frozen=True, kw_only=True):
    """Strength curves by sex."""

    source: str
    f: AgeCurves
    m: AgeCurves


class PassiveHip(Record, frozen=True, kw_only=True):
    """The relaxed hip's moment."""

    source: str
    front: Line
    back: Line
    rest: float


class MuscleModel(Record, frozen=True, kw_only=True):
    """The whole file."""

    hamstring_lengths: dict[str, HamstringLengths]
    strength_n: Strengths
    hip_arms_mm: HipArms
    standing_m: StandingLengths
    erector_per_deg: ErectorSlope
    hip_strength: HipStrength
    passive_hip: PassiveHip


@lru_cache(maxsize=1)
def muscle_model() -> MuscleModel:
    """Read the model."""
    text = files("hiphinge").joinpath("data", "muscles.toml").read_bytes()
    return msgspec.toml.decode(text, type=MuscleModel)
