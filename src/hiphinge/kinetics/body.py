"""Whose body it is: mass, stature and sex as far as they are known, and how far they may be off."""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from hiphinge.anthropometry import PAIRED
from hiphinge.geometry import Floats
from hiphinge.kinetics.chain import Inertia, Masses, masses_of
from hiphinge.kinetics.draws import Draws
from hiphinge.records import Sex, Subject
from hiphinge.settings import KineticsSettings


class Body(NamedTuple):
    """What is known of a lifter's body.

    Attributes
    ----------
    mass_kg : None where it is unknown: then moments are per kilogram and forces per body weight.
    stature_m, stature_error_m : how long a stature is and its standard error, which scales every length alike.
    sex : None where it is unknown: then every draw has a body between both.
    """

    mass_kg: float | None
    stature_m: float
    stature_error_m: float
    sex: Sex | None = None


def body_of(subject: Subject, settings: KineticsSettings) -> Body:
    """Give a body from what the user said; without a stature, one of the population's with its spread."""
    if subject.stature_cm is not None:
        metres = subject.stature_cm / 100
        return Body(subject.mass_kg, metres, settings.stature_given_error * metres, subject.sex)
    women, men = settings.stature_women_m, settings.stature_men_m
    if subject.sex is not None:
        metres = women if subject.sex == "f" else men
        return Body(subject.mass_kg, metres, settings.stature_error_m, subject.sex)
    return Body(subject.mass_kg, (women + men) / 2, float(np.hypot(settings.stature_error_m, (men - women) / 2)))


def scale(body: Body, draws: Draws) -> Floats:
    """Draw by how much (N, 1) every length is longer than it was taken to be."""
    return np.asarray(1 + body.stature_error_m / body.stature_m * draws["stature"])


def mass_kg(body: Body, draws: Draws, settings: KineticsSettings) -> Floats:
    """Draw the body's mass (N, 1): about the given one, or by a population's body mass index and the stature."""
    if body.mass_kg is not None:
        return np.asarray(body.mass_kg * (1 + settings.mass_error * draws["mass"]))
    index = settings.body_mass_index + settings.body_mass_index_error * draws["mass"]
    return np.asarray(index * (body.stature_m * scale(body, draws)) ** 2)


def unit_kg(body: Body, draws: Draws, settings: KineticsSettings) -> Floats | float:
    """What one unit of mass is in kilograms: one, or the whole body where its mass is unknown."""
    return 1.0 if body.mass_kg is not None else mass_kg(body, draws, settings)


def drawn_masses(body: Body, draws: Draws, settings: KineticsSettings) -> Masses:
    """Draw segments (N, 1): shares of the body vary and still make a whole, the trunk's centre and the disc move.

    In kilograms, or in shares of a body whose mass is unknown.
    """
    own = _usual(body.sex, draws)
    limbs = {name: 2.0 if name in PAIRED else 1.0 for name in own.segments}
    varied = {name: one.mass * np.exp(settings.segment_mass_error * draws[name]) for name, one in own.segments.items()}
    usual = sum((limbs[name] * one.mass for name, one in own.segments.items()), start=np.zeros((1, 1)))
    whole = sum((limbs[name] * varied[name] for name in varied), start=np.zeros((1, 1)))
    unit = mass_kg(body, draws, settings) if body.mass_kg is not None else 1.0
    by = unit * usual / whole
    found = {name: one._replace(mass=np.asarray(by * varied[name])) for name, one in own.segments.items()}
    trunk = own.segments["trunk"]
    centre = np.asarray(trunk.centre + settings.trunk_centre_error * draws["trunk_centre"])
    aside = np.asarray(settings.trunk_aside_error * draws["trunk_aside"])
    found["trunk"] = found["trunk"]._replace(centre=centre, aside=aside)
    return Masses(
        found,
        disc_at=np.asarray(own.disc_at + settings.disc_place_error * draws["disc_place"]),
        column=np.asarray(own.column * found["trunk"].mass / trunk.mass),
    )


def _usual(sex: Sex | None, draws: Draws) -> Masses:
    """Segments of a body of one kilogram; where the sex is unknown, each draw has its own place between both."""
    if sex is not None:
        return masses_of(1.0, sex)
    women, men, share = masses_of(1.0, "f"), masses_of(1.0, "m"), ndtr(draws["sex"])

    def between(one: Floats | float, other: Floats | float) -> Floats:
        return np.asarray(one + share * (other - one))

    mixed = {
        name: Inertia(
            between(one.mass, men.segments[name].mass),
            one.ends,
            between(one.centre, men.segments[name].centre),
            between(one.radius, men.segments[name].radius),
        )
        for name, one in women.segments.items()
    }
    return Masses(mixed, between(women.disc_at, men.disc_at), between(women.column, men.column))
