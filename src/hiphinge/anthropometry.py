"""The human body in numbers: masses of segments and where they lie, lengths as fractions of stature.

de Leva (1996) for masses, mass centres and radii of gyration; Drillis and Contini (1966) for lengths. Where the sex is
not known, the mean of both is given: half of what the sexes differ by is then part of the uncertainty.
"""

import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from hiphinge.geometry import Floats
from hiphinge.records import Record, Sex

PAIRED: Final = ("upper_arm", "forearm", "hand", "thigh", "shank", "foot")
"""Segments of which a body has two."""
LEG: Final = ("thigh", "shank", "foot")
ARM: Final = ("upper_arm", "forearm", "hand")


class Segment(Record, frozen=True, kw_only=True):
    """One segment, one limb of two.

    Attributes
    ----------
    mass : share of the body's mass.
    ends : the joints it reaches between.
    centre : its mass centre, so far from the first end to the second, as a share of the way.
    radius : of gyration about the mass centre and the mediolateral axis, as a share of the same way.
    """

    mass: float
    ends: tuple[str, str]
    centre: float
    radius: float


class Sacral(Record, frozen=True, kw_only=True):
    """The part of the trunk below the lumbosacral disc, and the disc's place.

    Attributes
    ----------
    at : the disc's place from hip to shoulder, as a share of the way.
    mass : share of the body's mass that lies below it in the trunk; it grows in proportion to `at`.
    """

    at: float
    mass: float


class Proportions(Record, frozen=True, kw_only=True):
    """Fractions of stature. `neck` is shoulder to ear, where the head's mass centre is put."""

    shank: float
    thigh: float
    trunk: float
    neck: float
    upper_arm: float
    forearm: float
    ankle_height: float
    heel: float
    toe: float


@dataclass(frozen=True)
class Lengths:
    """One body's segment lengths, all in one unit; heel and toe (2,), forward and up from the ankle."""

    shank: float
    thigh: float
    trunk: float
    neck: float
    upper_arm: float
    forearm: float
    heel: Floats
    toe: Floats

    @property
    def known(self) -> bool:
        """Whether every segment has a length."""
        limbs = (self.shank, self.thigh, self.trunk, self.neck, self.upper_arm, self.forearm)
        return all(math.isfinite(limb) for limb in limbs)


@cache
def segments(sex: Sex | None) -> dict[str, Segment]:
    """Give the segments of a sex, of both sexes' mean where it is not known."""
    women, men = (msgspec.convert(_table()[key], dict[str, Segment]) for key in ("f", "m"))
    if sex is not None:
        return {"f": women, "m": men}[sex]
    return {
        name: Segment(
            mass=(one.mass + men[name].mass) / 2,
            ends=one.ends,
            centre=(one.centre + men[name].centre) / 2,
            radius=(one.radius + men[name].radius) / 2,
        )
        for name, one in women.items()
    }


@cache
def sacral(sex: Sex | None) -> Sacral:
    """Give the lumbosacral disc's place and what lies below it."""
    women, men = (msgspec.convert(_table()[f"l5s1_{key}"], Sacral) for key in ("f", "m"))
    if sex is not None:
        return {"f": women, "m": men}[sex]
    return Sacral(at=(women.at + men.at) / 2, mass=(women.mass + men.mass) / 2)


@cache
def proportions(sex: Sex | None) -> Proportions:
    """Give the usual proportions; only the neck differs between the sexes."""
    known = _table()
    neck: dict[str, float] = known["neck"]
    own = (neck["f"] + neck["m"]) / 2 if sex is None else neck[sex]
    return msgspec.convert(known["lengths"] | {"neck": own}, Proportions)


@cache
def _table() -> dict[str, dict[str, float]]:
    text = files("hiphinge").joinpath("data", "anthropometry.toml").read_bytes()
    table: dict[str, dict[str, float]] = msgspec.toml.decode(text)
    return table
