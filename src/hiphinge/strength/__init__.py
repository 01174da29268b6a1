"""What the load took and what the set tells of strength: work, power, slowing, and what might be lifted once.

A profile of load against speed needs one lifter's speeds at four loads or more, which one clip does not hold; it would
stand beside these as a function of several `Strength` records with their `OneRepMax.load_kg` and speeds.
"""

import math

import numpy as np

from hiphinge.exercises import exercises
from hiphinge.messages import message
from hiphinge.records import ExerciseGuess, Load, LoadPath, Metric, OneRepMax, Rep, Strength, VelocityLoss
from hiphinge.settings import StrengthSettings
from hiphinge.strength.one_rm import by_formula
from hiphinge.strength.slowing import velocity_loss
from hiphinge.strength.work import SPEED, UNITS, Worked, measure_work
from hiphinge.words import words

__all__ = ["SPEED", "UNITS", "Worked", "measure_work", "strength_of"]


def strength_of(
    worked: Worked,
    reps: tuple[Rep, ...],
    exercise: ExerciseGuess,
    *,
    load: Load,
    path: LoadPath | None,
    settings: StrengthSettings,
) -> Strength | None:
    """Gather what a set tells; None where nothing was moved and no load was spoken of.

    Parameters
    ----------
    worked : of all repetitions: the cut-off, and why there is no work where there is none.
    reps : of the main exercise.
    exercise : what it is.
    """
    if path is None and not load.mass_kg:
        return None
    totals = _totals(reps) if worked.withheld is None else {}
    why_no_loss = _why_no_comparison(exercise)
    loss = velocity_loss(reps, settings=settings) if why_no_loss is None else None
    why_no_most = why_no_loss or _why_no_one_rm(reps, load, settings)
    most = None if why_no_most else _one_rep_max(reps, load, path, settings)
    withheld = {
        "work": None if totals else (worked.withheld or "strength.way_unseen"),
        "velocity_loss": None if loss else (why_no_loss or "strength.too_few"),
        "one_rep_max": why_no_most,
    }
    return Strength(
        **totals,
        cutoff_hz=round(worked.cutoff_hz, 2) if totals else None,
        velocity_loss=loss,
        one_rep_max=most,
        withheld={name: why for name, why in withheld.items() if why is not None},
        says=tuple(_says(totals, loss, most)),
    )


def _totals(reps: tuple[Rep, ...]) -> dict[str, Metric]:
    """Work of all together, mean power of the mean, peak power of the best; empty where none was measured.

    Errors of one clip's repetitions are mostly the same error, so they add up as they are, and a mean keeps them.
    """
    known = {name: [one for rep in reps if (one := rep.metrics.get(name)) is not None and one.value] for name in UNITS}
    if not all(known.values()):
        return {}
    values = {name: np.array([(one.value, one.error) for one in found], dtype=float) for name, found in known.items()}
    best = values["peak_power_w"][values["peak_power_w"][:, 0].argmax()]
    pairs = {
        "work_j": values["work_j"].sum(axis=0),
        "mean_power_w": values["mean_power_w"].mean(axis=0),
        "peak_power_w": best,
    }
    return {
        name: Metric(value=round(float(value), 1), error=round(float(error), 1), unit=UNITS[name])
        for name, (value, error) in pairs.items()
    }


def _why_no_comparison(exercise: ExerciseGuess) -> str | None:
    """Why repetitions are not held against each other; None for a lift by which strength is told."""
    if not exercise.graded:
        return "strength.unsure"
    return None if exercises()[exercise.name].strength else "strength.no_lift"


def _why_no_one_rm(reps: tuple[Rep, ...], load: Load, settings: StrengthSettings) -> str | None:
    whole = sum(rep.complete for rep in reps)
    if not load.mass_kg:
        return "strength.no_mass"
    if whole < 2:
        return "strength.one_rep"
    return "strength.many_reps" if len(reps) > settings.one_rm_reps_most else None


def _one_rep_max(reps: tuple[Rep, ...], load: Load, path: LoadPath | None, settings: StrengthSettings) -> OneRepMax:
    """The range over formulae, and over the repetitions that a clip's ends leave in doubt."""
    whole, mass = sum(rep.complete for rep in reps), load.mass_kg or math.nan
    formulae = by_formula(mass, whole)
    return OneRepMax(
        load_kg=round(mass, 2),
        reps=whole,
        reps_most=len(reps),
        formulae_kg={name: round(value, 2) for name, value in formulae.items()},
        low_kg=round(min(formulae.values()), 2),
        high_kg=round(max(by_formula(mass, len(reps)).values()), 2),
        at_least=_ended_early(reps, path, settings),
    )


def _ended_early(reps: tuple[Rep, ...], path: LoadPath | None, settings: StrengthSettings) -> bool:
    """Whether the last repetition was surely too fast for one near failure; false where no speed is known."""
    last = next((rep.metrics.get(SPEED) for rep in reversed(reps) if rep.complete), None)
    if last is None or last.value is None or last.error is None or path is None or path.metres_per_stature is None:
        return False
    speed = last.value * path.metres_per_stature
    error = math.hypot(last.error * path.metres_per_stature, last.value * (path.metres_per_stature_error or 0.0))
    return speed - settings.loss_sure * error > settings.far_from_failure_m_s


def _says(totals: dict[str, Metric], loss: VelocityLoss | None, most: OneRepMax | None) -> list[str]:
    """Everything that is known, a sentence each."""
    text, said = words(), []
    if totals:
        shown = {name: text.rough(one.value, one.unit, one.error) for name, one in totals.items()}
        said.append(message("strength.work", **shown))
    if loss is not None and loss.loss.value is not None and loss.loss.error is not None:
        share = {"percent": f"{100 * max(loss.loss.value, 0.0):.0f}", "error": f"{100 * loss.loss.error:.0f}"}
        key = "strength.same_rep" if loss.fastest == loss.last else f"strength.{loss.verdict}"
        said.append(message(key, last=loss.last, fastest=loss.fastest, **share))
    if most is not None:
        low, high = (text.number(end, "kg", None) for end in (most.low_kg, most.high_kg))
        unit = text.unit("kg").suffix.strip()
        key = "strength.at_least" if most.at_least else "strength.one_rep_max"
        said.append(message(key, low=low, high=high, unit=unit))
    return said
