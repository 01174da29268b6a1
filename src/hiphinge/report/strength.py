"""What the page shows of load and strength: work and power, each repetition's speed, and what every formula says."""

import math
from dataclasses import dataclass

from hiphinge.messages import message
from hiphinge.records import AnalysisRecord, OneRepMax, Rep, Strength, VelocityLoss
from hiphinge.report.load import scaled
from hiphinge.strength import SPEED
from hiphinge.words import Words, signed

_MARGIN = 0.06
"""Free space at either end of the scale of formulae, as a share of its width."""


@dataclass(frozen=True)
class Pace:
    """One repetition's speed as a bar: percent of the width, with its error; and what it says."""

    rep: int
    width: float
    low: float
    reach: float
    said: str
    marked: bool


@dataclass(frozen=True)
class Says:
    """One formula: its name, its place on the scale in percent, and what it says."""

    name: str
    at: float
    said: str


@dataclass(frozen=True)
class Most:
    """What might be lifted once."""

    range: str
    formulae: tuple[Says, ...]
    low: float
    width: float
    reps: str
    early: str | None


@dataclass(frozen=True)
class StrengthPanel:
    """The panel; parts that are not known are empty, and `unknown` says why."""

    totals: tuple[tuple[str, str], ...]
    slowing: str | None
    paces: tuple[Pace, ...]
    most: Most | None
    unknown: tuple[str, ...]
    method: str | None


def panel(record: AnalysisRecord, text: Words) -> StrengthPanel | None:
    """Dress what the set tells of strength; None where nothing was moved."""
    strength = record.summary.strength
    if strength is None:
        return None
    loss, most = strength.velocity_loss, strength.one_rep_max
    reps = tuple(rep for rep in record.reps if rep.complete)
    return StrengthPanel(
        totals=_totals(strength, text),
        slowing=None if loss is None else _slowing(loss, text),
        paces=_paces(reps, record, loss, text) if loss is not None else (),
        most=None if most is None else _most(most, text),
        unknown=_unknown(strength, text),
        method=_method(strength, text),
    )


def _totals(strength: Strength, text: Words) -> tuple[tuple[str, str], ...]:
    pairs = {
        "work": strength.work_j,
        "mean_power": strength.mean_power_w,
        "peak_power": strength.peak_power_w,
    }
    return tuple(
        (text.strength[name], text.rough(one.value, one.unit, one.error)) for name, one in pairs.items() if one
    )


def _slowing(loss: VelocityLoss, text: Words) -> str:
    value, error = loss.loss.value or 0.0, loss.loss.error or 0.0
    share = f"{signed(100 * value, 0)} ± {signed(100 * error, 0)} %"
    return text.strength[loss.verdict].format(value=share, last=loss.last, fastest=loss.fastest)


def _paces(reps: tuple[Rep, ...], record: AnalysisRecord, loss: VelocityLoss | None, text: Words) -> tuple[Pace, ...]:
    """Speeds beside each other; in metres a second where the scale is known."""
    path, shown = record.load_path, []
    for rep in reps:
        metric = rep.metrics.get(SPEED)
        if metric is not None and metric.value is not None and metric.error is not None:
            shown.append((rep.index, scaled(metric, path) if path is not None else metric))
    top = max(((one.value or 0.0) + (one.error or 0.0) for _, one in shown), default=0.0)
    marked = set() if loss is None else {loss.fastest, loss.last}
    bars = []
    for index, one in shown:
        value, error = one.value or 0.0, one.error or 0.0
        bars.append(
            Pace(
                rep=index,
                width=round(100 * value / top, 1),
                low=round(100 * (value - error) / top, 1),
                reach=round(200 * error / top, 1),
                said=text.quantity(value, one.unit),
                marked=index in marked,
            )
        )
    return tuple(bars)


def _most(most: OneRepMax, text: Words) -> Most:
    """The formulae on one scale, the least first."""
    known = sorted(most.formulae_kg.items(), key=lambda pair: pair[1])
    room = _MARGIN * max(most.high_kg - most.low_kg, 0.01 * most.high_kg)
    low, width = most.low_kg - room, most.high_kg - most.low_kg + 2 * room

    def at(mass: float) -> float:
        return round(100 * (mass - low) / width, 1)

    load = text.mass(most.load_kg)
    ends = {"low": text.number(most.low_kg, "kg", None), "high": text.number(most.high_kg, "kg", None)}
    unit = text.unit("kg").suffix
    key = "reps" if most.reps == most.reps_most else "reps_cut"
    return Most(
        range=text.strength["at_least" if most.at_least else "range"].format(
            low=ends["low"], high=f"{ends['high']}{unit}"
        ),
        formulae=tuple(Says(name, at(mass), text.quantity(mass, "kg")) for name, mass in known),
        low=at(most.low_kg),
        width=round(at(most.high_kg) - at(most.low_kg), 1),
        reps=text.strength[key].format(reps=most.reps, most=most.reps_most, load=load),
        early=text.strength["early"] if most.at_least else None,
    )


def _unknown(strength: Strength, text: Words) -> tuple[str, ...]:
    """Why parts are missing, each reason once; that an exercise has no such part needs no excuse."""
    whys = dict.fromkeys(why for why in strength.withheld.values() if why != "strength.no_lift")
    return tuple(text.strength["unknown"].format(why=message(why)) for why in whys)


def _method(strength: Strength, text: Words) -> str | None:
    if strength.cutoff_hz is None or not math.isfinite(strength.cutoff_hz):
        return None
    return text.strength["method"].format(cutoff=text.number(strength.cutoff_hz, None, 0.1))
