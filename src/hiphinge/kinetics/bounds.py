"""From one posture or motion to what the joints held, low, best and high.

Everything unsure is drawn many times (`draws`), each draw goes through the same equations (`chain`, `lumbar`), draws in
which the lifter would fall over are dropped, and what is left gives low, best and high. Falling over is
evidence: angles, lengths, masses and load that put the centre of pressure off the foot cannot all be right.
"""

from typing import Final, NamedTuple

import numpy as np
from scipy.ndimage import uniform_filter1d
from scipy.special import ndtr

from hiphinge.anthropometry import LEG
from hiphinge.geometry import NINE_IN_TEN, Bools, Floats
from hiphinge.kinetics.body import Body, drawn_masses, scale, unit_kg
from hiphinge.kinetics.chain import Demands, LoadAt, Masses, Places, demands, total
from hiphinge.kinetics.draws import Draws
from hiphinge.kinetics.dynamics import GRAVITY
from hiphinge.kinetics.lumbar import lumbar, passive_moment
from hiphinge.settings import KineticsSettings

MOMENTS: Final = ("ankle_moment_nm", "knee_moment_nm", "hip_moment_nm", "l5s1_moment_nm")
FORCES: Final = ("l5s1_compression_n", "l5s1_shear_n", "ground_reaction_n")
QUANTITIES: Final = (*MOMENTS, *FORCES)


class Bounds(NamedTuple):
    """A quantity that models and measurement leave unsure: nine in ten of what is likely lie between low and high."""

    low: float
    best: float
    high: float


class Back(NamedTuple):
    """What is known of the low back.

    Attributes
    ----------
    disc_deg : inclination of the disc's normal (the pelvis's line); None for the line hip → disc, or the trunk's.
    disc_error_deg : its standard error beside the model's own; None where the pelvis was not measured.
    flexion_deg, flexion_error_deg : lumbar flexion and its standard error; None where it was not measured.
    """

    disc_deg: Floats | float | None = None
    disc_error_deg: Floats | float | None = None
    flexion_deg: Floats | float | None = None
    flexion_error_deg: Floats | float = 0.0


class Posed(NamedTuple):
    """A posture or motion, (T, …) or (N, T, …) where draws differ in it.

    Attributes
    ----------
    places, accelerations : joints, m and m/s²; at rest where None.
    load : what is carried; `mass_kg` in kilograms, whatever the body's unit is.
    unmoved : whether it moved, and was taken as held still since its accelerations are not known.
    interval_s : between two samples of it.
    """

    places: Places
    accelerations: Places | None = None
    load: LoadAt | None = None
    back: Back = Back()
    unmoved: bool = False
    interval_s: float = 1.0


class Drawn(NamedTuple):
    """Every draw of a posture or motion.

    Attributes
    ----------
    values : (N, T) by the names of `QUANTITIES`; N·m and N, or N·m/kg and body weights where the mass is unknown.
    centre_of_pressure : (N, T) ahead of the ankle, m.
    stands : (N,) whether the draw keeps its centre of pressure under the feet.
    demands : what the chain gave, in newtons.
    weight : (N, T) of the body and what it has of the load, newtons.
    """

    values: dict[str, Floats]
    centre_of_pressure: Floats
    stands: Bools
    demands: Demands
    weight: Floats

    @property
    def kept(self) -> float:
        """Share of the draws that stand."""
        return float(self.stands.mean())

    def bounds(self, values: Floats, settings: KineticsSettings) -> tuple[Floats, Floats, Floats]:
        """Low, best and high (...) of values (N, ...), of the draws that stand."""
        return low_best_high(values[self.stands], settings)


def low_best_high(values: Floats, settings: KineticsSettings) -> tuple[Floats, Floats, Floats]:
    """Bounds (...) of draws (N, ...): their quantiles, farther apart by a factor for what is not drawn."""
    low, best, high = np.quantile(values, [settings.low_quantile, 0.5, settings.high_quantile], axis=0)
    wider = settings.bounds_wider
    return np.asarray(best - wider * (best - low)), np.asarray(best), np.asarray(best + wider * (high - best))


def drawn(posed: Posed, body: Body, draws: Draws, settings: KineticsSettings) -> Drawn:
    """Put every draw of the body through a posture or motion."""
    longer = scale(body, draws)[..., None]
    places = {name: longer * place for name, place in posed.places.items()}
    felt = longer * (1 + settings.acceleration_error * draws["acceleration"][..., None])
    moving = None if posed.accelerations is None else {k: felt * a for k, a in posed.accelerations.items()}
    load = None if posed.load is None else _drawn_load(posed.load, body, draws, settings, felt=felt)
    masses = drawn_masses(body, draws, settings)
    held = demands(places, masses, accelerations=moving, load=load)
    if "free_knee" in places:
        held = _on_one_hip(held, masses, body, draws, settings=settings)
    if posed.unmoved:
        held = _stirred(held, draws, settings)
    back = lumbar(
        held.l5s1,
        held.above,
        disc_deg=_disc_deg(posed, draws, settings),
        arm_m=arm_m(body, draws, settings),
        obliquity_deg=settings.obliquity_deg + settings.obliquity_error_deg * draws["obliquity"],
        passive=_passive(posed, draws, settings) / unit_kg(body, draws, settings),
        flexor_arm_m=settings.flexor_arm_m,
    )
    weight = GRAVITY if body.mass_kg is None else 1.0
    values = {
        "ankle_moment_nm": held.ankle,
        "knee_moment_nm": held.knee,
        "hip_moment_nm": held.hip,
        "l5s1_moment_nm": held.l5s1,
        "l5s1_compression_n": back.compression / weight,
        "l5s1_shear_n": back.shear / weight,
        "ground_reaction_n": held.ground[..., 1] / weight,
    }
    return Drawn(
        values,
        held.centre_of_pressure,
        _stands(places, held, draws, settings, interval_s=posed.interval_s),
        held,
        _weight(masses, load),
    )


def _weight(masses: Masses, load: LoadAt | None) -> Floats:
    carried = 0.0 if load is None else load.mass_kg * np.asarray(load.share)
    return np.asarray(GRAVITY * (total(masses) + carried))


def arm_m(body: Body, draws: Draws, settings: KineticsSettings) -> Floats:
    """Draw the equivalent extensor's arm (N, 1): best in the middle, least and most at the outer percentiles."""
    normal = draws["arm"] / NINE_IN_TEN
    more, less = settings.arm_most_m - settings.arm_m, settings.arm_m - settings.arm_least_m
    arm = settings.arm_m + normal * np.where(normal > 0, more, less)
    women = settings.arm_women
    by_sex = {"f": women, "m": 1.0}.get(body.sex or "")
    own = women + ndtr(draws["sex"]) * (1 - women) if by_sex is None else by_sex
    return np.asarray(np.maximum(arm, 0.5 * settings.arm_least_m) * own)


def _drawn_load(load: LoadAt, body: Body, draws: Draws, settings: KineticsSettings, *, felt: Floats) -> LoadAt:
    """The load in the body's unit of mass, somewhere about where it was seen."""
    longer = scale(body, draws)[..., None]
    off = np.stack([draws[f"load_{axis}"] * error for axis, error in zip("xy", load.error_m, strict=True)], axis=-1)
    return load._replace(
        mass_kg=np.asarray(load.mass_kg / unit_kg(body, draws, settings)),
        place=longer * (load.place + off),
        acceleration=None if load.acceleration is None else felt * load.acceleration,
    )


def _disc_deg(posed: Posed, draws: Draws, settings: KineticsSettings) -> Floats:
    """Inclination of the disc's normal, by the pelvis where it was measured, else by the trunk's line."""
    back = posed.back
    error = np.asarray(settings.disc_unseen_error_deg)
    if back.disc_error_deg is not None:
        error = np.asarray(np.hypot(settings.disc_error_deg, back.disc_error_deg))
    if back.disc_deg is not None:
        return np.asarray(back.disc_deg + error * draws["disc"])
    up = posed.places.get("l5s1", posed.places["shoulder"]) - posed.places["hip"]
    return np.asarray(np.rad2deg(np.arctan2(up[..., 0], up[..., 1])) + error * draws["disc"])


def _passive(posed: Posed, draws: Draws, settings: KineticsSettings) -> Floats:
    back = posed.back
    if back.flexion_deg is None:
        return np.zeros((1, 1))
    flexion = back.flexion_deg + back.flexion_error_deg * draws["flexion"]
    return passive_moment(np.nan_to_num(flexion), settings)


def _stirred(held: Demands, draws: Draws, settings: KineticsSettings) -> Demands:
    """What joints held by moments alone, somewhat more or less: nobody who lifts is still."""
    normal = draws["unmoved"] / NINE_IN_TEN
    factor = 1 + normal * np.where(normal > 0, settings.still_more, settings.still_less)
    return held._replace(
        **{name: getattr(held, name) * factor for name in ("ankle", "knee", "hip", "l5s1")},
        **{name: getattr(held, name) * factor[..., None] for name in ("above", "ground")},
    )


def _on_one_hip(held: Demands, masses: Masses, body: Body, draws: Draws, *, settings: KineticsSettings) -> Demands:
    """The moment at the standing hip instead of between both: it lies ahead as far as the pelvis opens.

    A side view does not show by how much, so each draw has its own; the likeliest is that the pelvis stays square.
    """
    leg = np.asarray(sum(np.asarray(masses.segments[name].mass) for name in LEG))
    over = held.ground[..., 1] - GRAVITY * leg
    ahead = settings.standing_hip_ahead * body.stature_m * np.abs(draws["standing_hip"])
    return held._replace(hip=np.asarray(held.hip - ahead * over))


def _stands(places: Places, held: Demands, draws: Draws, settings: KineticsSettings, *, interval_s: float) -> Bools:
    """(N,) which draws are believed: none that falls, and those the more that press on the middle of the feet.

    The centre of pressure is averaged over `balance_s`. It has to be under the feet, a margin and a share of the time
    aside; of those draws, one that is on average d from the middle of the foot is kept with probability
    exp(−(d² − d₀²) / 2σ²), d₀ being the nearest one's.
    """
    ankle, spare = places["ankle"][..., 0], settings.off_foot_m
    heel, toe = places["heel"][..., 0] - ankle, places["toe"][..., 0] - ankle
    steady = uniform_filter1d(held.centre_of_pressure, max(1, round(settings.balance_s / interval_s)), axis=-1)
    under = (steady >= heel - spare) & (steady <= toe + spare)
    stands = (~under).mean(axis=-1) <= settings.off_foot_share
    if not stands.any():
        return np.asarray(stands)
    away = np.square((steady - (heel + toe) / 2).mean(axis=-1))
    likely = np.exp(-(away - away[stands].min()) / (2 * settings.balance_error_m**2))
    return np.asarray(stands & (ndtr(draws["balance"][:, 0]) <= likely))
