"""What each muscle did in each phase of a repetition, as cells of a small table."""

from dataclasses import dataclass
from typing import Final

from hiphinge.library.records import PHASES
from hiphinge.messages import message
from hiphinge.records import MuscleAction, MusclePhase, Rep, Span
from hiphinge.report.loads.bars import amount, between
from hiphinge.words import Words, plus, signed

_ALL: Final = 100.0
"""Percent: more than all of the average strength is not told in numbers, it says how strong the lifter is."""


@dataclass(frozen=True)
class Cell:
    """One muscle in one phase: `effort` fills so many percent of the cell's meter, None where it is not known."""

    action: MuscleAction
    word: str
    effort: float | None
    low: float
    width: float
    share: str
    told: str


@dataclass(frozen=True)
class Row:
    """One muscle."""

    name: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Timeline:
    """One repetition: phases across, muscles down."""

    phases: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def efforts(self) -> bool:
        """Whether any effort is known."""
        return any(cell is not None and cell.effort is not None for row in self.rows for cell in row.cells)


def timeline(rep: Rep, text: Words) -> Timeline | None:
    """Lay out a repetition's muscles; None where nothing was told of them."""
    if not rep.muscles:
        return None
    phases = [phase for phase in PHASES if any(one.phase == phase for one in rep.muscles)]
    found = {(one.muscle, one.phase): one for one in rep.muscles}
    rows = []
    for muscle in dict.fromkeys(one.muscle for one in rep.muscles):
        own = [found.get((muscle, phase)) for phase in phases]
        name = message(f"muscle.{muscle}")
        cells = tuple(None if one is None else _cell(one, name, text) for one in own)
        rows.append(Row(name[0].upper() + name[1:], cells))
    return Timeline(tuple(text.phases[phase] for phase in phases), tuple(rows))


def _cell(one: MusclePhase, name: str, text: Words) -> Cell:
    word, effort = text.loads[f"action_{one.action}"], one.effort
    told = [f"{name}, {text.phases[one.phase].lower()}: {word}"]
    if one.reason is not None:
        told[0] += f", {message(f'muscle_reason.{one.reason}')}"
    if one.change is not None:
        told.append(text.loads["length_change"].format(change=plus(100 * one.change.value)))
    if effort is None:
        told += _instead(one, text)
        return Cell(one.action, word, None, 0.0, 0.0, "", ". ".join(told))
    low, best, high = (100 * share for share in (effort.low, effort.best, effort.high))
    which = "effort_told_over" if best > _ALL else "effort_told"
    told.append(text.loads[which].format(best=_whole(best), low=_whole(low), high=_whole(high)))
    left, right = min(max(low, 0.0), 100.0), min(high, 100.0)
    return Cell(
        one.action,
        word,
        min(max(best, 0.0), 100.0),
        left,
        max(right - left, 0.0),
        text.loads["effort_over"] if best > _ALL else f"{_whole(best)}\u00a0%",
        ". ".join(told),
    )


def _instead(one: MusclePhase, text: Words) -> list[str]:
    """Why there is no effort, and the pull where that is known."""
    told = []
    if one.effort_reason is not None:
        told.append(text.loads["effort_unknown"].format(why=message(f"muscle_reason.{one.effort_reason}")))
    if one.force_n is not None:
        pull = Span(low=one.force_n.low / 1000, best=one.force_n.best / 1000, high=one.force_n.high / 1000)
        told.append(text.loads["pull_told"].format(pull=amount(pull.best, "kN"), between=between(pull, "kN")))
    return told


def _whole(value: float) -> str:
    return signed(value, 0)
