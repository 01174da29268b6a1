"""The same load in other postures, as cards: a stick figure, and bars of what would change, with bounds."""

from dataclasses import dataclass
from typing import Final

from hiphinge.ghost.filmed import FOOT
from hiphinge.kinetics import Kinetics
from hiphinge.records import AnalysisRecord, WhatIf
from hiphinge.records.base import Span
from hiphinge.records.supposed import Held, Supposition
from hiphinge.report.loads.bars import amount, number
from hiphinge.report.loads.courses import at
from hiphinge.words import Words, plus

_SHOWN: Final[tuple[Held, ...]] = ("l5s1_moment", "l5s1_compression", "hip_moment", "knee_moment", "l5s1_shear")
_AXIS: Final = (25.0, 50.0, 100.0)
"""Percent either side of no change: the least that holds every best value."""
_ARM: Final = ("shoulder", "elbow", "wrist")
_FREE: Final = ("hip", "free_knee", "free_ankle")
_NOTHING: Final = {"N·m": 1.0, "N": 5.0, "N·m/kg": 0.02, "body weights": 0.01}
"""Differences under this are none, by unit."""
_BENT: Final = (0.35, 0.05)
"""Where the drawn back bends when it is rounded: up the trunk, and behind it as a share of its length."""
_ORDER: Final = ("like_this", "load_nearer", "load_farther", "rounded", "squat", "squat_in_front")
"""What the lifter can do something about comes first; the squat, which is another lift, last."""
_TELLING: Final = 5.0
"""Percent under which doing it right is no news: it was done right, or the fault costs the joints nothing."""
UNIT: Final = 100.0
"""Units of the drawing per stature."""
_MARGIN: Final = 0.06


@dataclass(frozen=True)
class Figure:
    """A posture from the side, as lines; one frame for all of them."""

    lines: tuple[str, ...]
    head: tuple[float, float]
    load: tuple[float, float] | None


@dataclass(frozen=True)
class Change:
    """How one quantity differs: a bar in percent of the axis, or only words where percents mean nothing."""

    name: str
    low: float | None
    width: float
    best: float
    said: str
    way: str
    """less, more or same: whether the bounds leave room for no change."""


@dataclass(frozen=True)
class Card:
    """One supposed posture."""

    title: str
    figure: Figure
    changes: tuple[Change, ...]
    also: tuple[str, ...]
    assumes: str


@dataclass(frozen=True)
class Supposed:
    """All of them; `filmed` is what the others are held against."""

    lead: str
    of_rep: str
    filmed: Card
    values: tuple[tuple[str, str], ...]
    cards: tuple[Card, ...]
    frame: tuple[float, float, float, float]
    axis: int


def supposed(record: AnalysisRecord, text: Words, kinetics: Kinetics | None = None) -> Supposed | None:
    """Dress what was supposed; None where nothing was.

    Where speed counts in `kinetics`, what was held at that moment stands beside what holding still would ask.
    """
    first, *others = record.what_if or (None,)
    if first is None or not others:
        return None
    small = [one for one in others if _is_smaller_shift(one, others)]
    main = [one for one in others if one not in small]
    percents = [
        abs(change.best) for one in main for q in one.quantities.values() if (change := q.change_percent) is not None
    ]
    axis = next((reach for reach in _AXIS if max(percents, default=0.0) <= reach), _AXIS[-1])
    cards = tuple(
        _card(one, [two for two in small if two.name == one.name], axis, text)
        for one in _in_order(main, close=_is_close(record))
    )
    return Supposed(
        lead=worth_saying(record, text),
        of_rep=text.loads["what_if_of"].format(rep=first.rep),
        filmed=Card(first.title, _figure(first), (), _at_speed(first, kinetics, text), first.assumes),
        values=tuple(
            (text.loads[name], _value(first.quantities[name], text)) for name in _SHOWN if name in first.quantities
        ),
        cards=cards,
        frame=_frame([first, *others]),
        axis=round(axis),
    )


def _at_speed(first: WhatIf, kinetics: Kinetics | None, text: Words) -> tuple[str, ...]:
    if kinetics is None or not kinetics.attrs["dynamic"]:
        return ()
    span = at(kinetics, first.at_s, "l5s1_moment_nm")
    if span is None:
        return ()
    return (text.loads["at_speed"].format(back=amount(span.best, first.quantities["l5s1_moment"].unit)),)


def _in_order(found: list[WhatIf], *, close: bool) -> list[WhatIf]:
    """What the lifter can use first; of a load that is close, what drifting would cost before coming nearer."""
    after = {"load_nearer": "load_farther", "load_farther": "load_nearer"} if close else {}
    return sorted(found, key=lambda one: _ORDER.index(after.get(one.name, one.name)))


def _is_close(record: AnalysisRecord) -> bool:
    return any(one.fault == "load_drift" and one.verdict == "absent" for one in record.summary.findings)


def _is_smaller_shift(one: WhatIf, others: list[WhatIf]) -> bool:
    if one.shift_cm is None:
        return False
    return any(two.name == one.name and abs(two.shift_cm or 0.0) > abs(one.shift_cm) for two in others)


def worth_saying(record: AnalysisRecord, text: Words) -> str:
    """Say what the lifter can use: done right where that differs, else what the load's place is worth.

    A load that is as close as it should be cannot come nearer: then it is told what letting it drift would cost.
    Nothing where neither was supposed: that a squat would ask something else helps nobody to hinge.
    """
    right = next((one for one in record.what_if if one.name == "like_this" and _differs(one)), None)
    if right is not None:
        return right.says
    close = _is_close(record)
    way = "load_farther" if close else "load_nearer"
    shifted = [one for one in record.what_if if one.name == way]
    most = max(shifted, key=lambda one: abs(one.shift_cm or 0.0), default=None)
    if most is None:
        return ""
    return text.loads["keep_close"].format(says=most.says) if close else most.says


def _differs(one: WhatIf) -> bool:
    """Whether low back or hips would hold clearly more or less."""
    changes = (one.quantities[name].change_percent for name in ("l5s1_moment", "hip_moment") if name in one.quantities)
    return any(span is not None and span.low * span.high > 0 and abs(span.best) >= _TELLING for span in changes)


def _card(one: WhatIf, smaller: list[WhatIf], axis: float, text: Words) -> Card:
    changes = tuple(_change(name, one.quantities[name], axis, text) for name in _SHOWN if name in one.quantities)
    also = [
        text.loads["also_shift"].format(what=two.title, best=plus(percent.best))
        for two in smaller
        if (percent := two.quantities["l5s1_moment"].change_percent) is not None
    ]
    if one.name == "squat":
        also.append(text.loads["squat_settled"])
    return Card(one.title, _figure(one), changes, tuple(also), one.assumes)


def _change(name: Held, one: Supposition, axis: float, text: Words) -> Change:
    title, percent = text.loads[f"{name}_short"], one.change_percent
    if percent is None:
        difference = one.difference or one.value
        return Change(title, None, 0.0, 50.0, _difference(difference, one.unit, text), _way(difference))
    if max(abs(percent.low), abs(percent.high)) < 0.5:
        return Change(title, 50.0, 0.0, 50.0, text.loads["same"], "same")

    def across(value: float) -> float:
        return round(50 + 50 * min(max(value / axis, -1.0), 1.0), 1)

    said = text.loads["change"].format(
        best=f"{plus(percent.best)}\u00a0%", low=plus(percent.low), high=plus(percent.high)
    )
    return Change(
        title,
        across(percent.low),
        round(across(percent.high) - across(percent.low), 1),
        across(percent.best),
        said,
        _way(percent),
    )


def _way(span: Span) -> str:
    if span.low > 0:
        return "more"
    return "less" if span.high < 0 else "same"


def _difference(span: Span, unit: str, text: Words) -> str:
    if max(abs(span.low), abs(span.high)) < _NOTHING.get(unit, 0.0):
        return text.loads["same"]
    low, best, high = (f"{'+' if value > 0 else ''}{number(value, unit)}" for value in (span.low, span.best, span.high))
    return text.loads["change"].format(best=f"{best}\u00a0{_unit(unit, text)}", low=low, high=high)


def _value(one: Supposition, text: Words) -> str:
    if one.unit == "N" and abs(one.value.best) >= 1000:
        return amount(one.value.best / 1000, "kN")
    return amount(one.value.best, _unit(one.unit, text))


def _unit(unit: str, text: Words) -> str:
    return text.loads["unit_force_body"] if unit == "body weights" else unit


def _figure(one: WhatIf) -> Figure:
    found = dict(one.joints)
    trunk: tuple[str, ...] = ("hip", "shoulder")
    if one.rounded_deg is not None:
        found["back"] = _bent(found["hip"], found["shoulder"])
        trunk = ("hip", "back", "shoulder")
    chains = (("ankle", "knee", *trunk), _ARM, _FREE, FOOT)
    lines = tuple(
        " ".join(f"{x},{y}" for x, y in (_drawn(found[name]) for name in chain))
        for chain in chains
        if all(name in found for name in chain)
    )
    return Figure(lines, _drawn(found["ear"]), _drawn(found["load"]) if "load" in found else None)


def _bent(hip: tuple[float, float], shoulder: tuple[float, float]) -> tuple[float, float]:
    """A point of the trunk's line, pushed out backward: forward turned by a quarter is up."""
    up, out = _BENT
    span = (shoulder[0] - hip[0], shoulder[1] - hip[1])
    return hip[0] + up * span[0] - 2 * out * span[1], hip[1] + up * span[1] + 2 * out * span[0]


def _frame(all_of_them: list[WhatIf]) -> tuple[float, float, float, float]:
    places = [_drawn(place) for one in all_of_them for place in one.joints.values()]
    left, top = (min(place[axis] for place in places) - _MARGIN * UNIT for axis in (0, 1))
    right, low = (max(place[axis] for place in places) + _MARGIN * UNIT for axis in (0, 1))
    return round(left, 1), round(top, 1), round(right - left, 1), round(low - top, 1)


def _drawn(place: tuple[float, float]) -> tuple[float, float]:
    return round(UNIT * place[0], 1), round(-UNIT * place[1], 1)
