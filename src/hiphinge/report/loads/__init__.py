"""The report's panel on what the body had to do: moments and loads with bounds, muscles by phase, other postures.

A coach gets one sentence; below it bars on two scales, each repetition's course with what its muscles did, and what
would be otherwise in another posture. Where it was withheld the panel says why, and what to do next.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from hiphinge.kinetics import Kinetics, of_rep
from hiphinge.kinetics.dynamics import GRAVITY
from hiphinge.messages import message
from hiphinge.metrics.held import TOLD
from hiphinge.records import Rep
from hiphinge.records.base import Span
from hiphinge.report import figures
from hiphinge.report.loads.bars import Bars, amount, bars, between
from hiphinge.report.loads.courses import Course, courses
from hiphinge.report.loads.lines import at_an_angle
from hiphinge.report.loads.supposed import Supposed, supposed
from hiphinge.report.loads.timeline import Timeline, timeline
from hiphinge.result import Analysis
from hiphinge.settings import GhostSettings, LoadPanelSettings, load_slice
from hiphinge.units import shown
from hiphinge.what_if import why_nothing
from hiphinge.words import Words, signed

_MOMENTS: Final = ("l5s1_moment", "hip_moment", "knee_moment")
_FORCES: Final = ("l5s1_compression", "l5s1_shear")
_STRAIN: Final = "hamstring_strain"


@dataclass(frozen=True)
class Stretch:
    """How far the hamstrings were stretched over one repetition: an SVG path with its band, and its axis."""

    line: str
    band: str
    ticks: tuple[figures.Tick, ...]
    most: str


@dataclass(frozen=True)
class RepCard:
    """One repetition: moments over time, hamstrings, muscles by phase."""

    rep: int
    course: Course | None
    stretch: Stretch | None
    timeline: Timeline | None
    said: str


@dataclass(frozen=True)
class Panel:
    """The panel; where nothing was told only `cannot` and `remedy` are there, and what the muscles did all the same."""

    lead: tuple[str, ...] = ()
    bars: tuple[Bars, ...] = ()
    of_rep: str = ""
    shown: RepCard | None = None
    others: tuple[RepCard, ...] = ()
    supposed: Supposed | None = None
    no_supposed: str = ""
    notes: tuple[str, ...] = ()
    alt: str = ""
    cannot: str = ""
    remedy: str = ""


def panel(analysis: Analysis, text: Words, settings: LoadPanelSettings, *, most: int) -> Panel | None:
    """Gather the panel; None where loads were neither told nor asked for, such as of a squat.

    Parameters
    ----------
    analysis : the whole analysis.
    text : the words.
    settings : figures of others, and how much is drawn.
    most : repetitions that get a card.
    """
    return _Gathered(analysis, text, settings, most).panel()


class _Gathered:
    """What all parts of the panel need."""

    def __init__(self, analysis: Analysis, text: Words, settings: LoadPanelSettings, most: int) -> None:
        self._analysis, self._text, self._settings, self._most = analysis, text, settings, most
        self._record, self._kinetics = analysis.record, analysis.kinetics
        self._per_body = self._kinetics is not None and self._kinetics.attrs["unit_mass"] == "body"
        self._peaks = {} if self._kinetics is None else _peaks(self._kinetics, self._record.reps)

    def panel(self) -> Panel | None:
        if self._kinetics is None or not self._peaks:
            return self._withheld()
        peaks = self._peaks
        rep = max(
            (one for one in self._record.reps if one.index in peaks),
            key=lambda one: peaks[one.index]["l5s1_moment"].best,
        )
        scales = self._scales(peaks[rep.index])
        first, *others = self._cards(rep)
        return Panel(
            lead=self._lead(rep),
            bars=scales,
            of_rep=self._text.loads["of_rep"].format(rep=rep.index),
            shown=first,
            others=tuple(others),
            supposed=supposed(self._record, self._text, self._kinetics),
            no_supposed=self._not_supposed(self._kinetics),
            notes=self._notes(self._kinetics),
            alt=" ".join(f"{bar.name}: {bar.value} ({bar.between})." for scale in scales for bar in scale.bars),
        )

    def _withheld(self) -> Panel | None:
        """Why there are no loads, with what the muscles did, which needs none."""
        loading = self._record.loading
        if loading is None or loading.withheld is None:
            return None
        told = next((rep for rep in self._record.reps if rep.muscles), None)
        cards = () if told is None else self._cards(told)
        return Panel(
            shown=cards[0] if cards else None,
            others=tuple(cards[1:]),
            cannot=self._text.loads[f"withheld_{loading.withheld}"],
            remedy=self._text.loads[f"remedy_{loading.withheld}"],
        )

    def _not_supposed(self, kinetics: Kinetics) -> str:
        """Why no other postures stand beside the filmed one; nothing where they do."""
        if self._record.what_if:
            return ""
        why = why_nothing(self._analysis, kinetics, load_slice("ghost", GhostSettings))
        return self._text.loads[f"no_what_if_{why}"]

    def _cards(self, first: Rep) -> list[RepCard]:
        reps = [first, *(rep for rep in self._record.reps[: self._most] if rep != first)]
        drawn = {} if self._kinetics is None else courses(self._kinetics, tuple(reps), points=self._settings.points)
        stretched = self._stretches(reps)
        found = [
            RepCard(
                rep.index,
                drawn.get(rep.index),
                stretched.get(rep.index),
                timeline(rep, self._text),
                self._said(rep.index),
            )
            for rep in reps
        ]
        return [card for card in found if card.course or card.timeline or card.rep == first.index]

    def _said(self, rep: int) -> str:
        if rep not in self._peaks:
            return ""
        own, unit = self._peaks[rep], self._unit("l5s1_moment")
        return self._text.loads["rep_said"].format(
            back=amount(own["l5s1_moment"].best, unit), hips=amount(own["hip_moment"].best, unit)
        )

    def _stretches(self, reps: list[Rep]) -> dict[int, Stretch]:
        """Hamstring strain over each repetition, percent of the standing length, all on one axis."""
        motion = self._analysis.kinematics
        if _STRAIN not in motion:
            return {}
        parts = {rep.index: motion.sel(time=slice(rep.start_s, rep.end_s)) for rep in reps}
        values = {index: 100 * part[_STRAIN].to_numpy().astype(float) for index, part in parts.items()}
        known = {index: strain for index, strain in values.items() if np.isfinite(strain).sum() > 1}
        if not known:
            return {}
        errors = {index: 100 * parts[index][f"{_STRAIN}_error"].to_numpy().astype(float) for index in known}
        every = np.concatenate([known[index] + side * errors[index] for index in known for side in (-1, 1)])
        low, high = min(0.0, float(np.nanmin(every))), max(float(np.nanmax(every)), 1.0)
        ticks = figures.ticks_between(low, high, 2)
        found = {}
        for index, strain in known.items():
            kept = figures.thinned(strain, self._settings.points)
            x = np.linspace(0.0, figures.WIDTH, strain.size)[kept]
            middle, upper, lower = (
                figures.down((strain + side * errors[index])[kept], low, high) for side in (0.0, 1.0, -1.0)
            )
            most = int(np.nanargmax(strain))
            found[index] = Stretch(
                figures.path(x, middle),
                figures.band(x, upper, lower),
                ticks,
                self._text.loads["stretched"].format(
                    most=signed(float(strain[most]), 0), error=signed(float(errors[index][most]), 0)
                ),
            )
        return found

    def _scales(self, own: dict[str, Span]) -> tuple[Bars, ...]:
        words, s = self._text.loads, self._settings
        marks: dict[str, tuple[tuple[str, float], ...]] = {"moment": (), "force": ()}
        if not self._per_body:
            marks = {
                "moment": ((words["mark_powerlifters"], s.powerlifters_nm),),
                "force": ((words["mark_design"], s.design_n / 1000),),
            }
        return tuple(
            bars(
                words[f"scale_{kind}"],
                [(words[name], _times(own[name], self._factor(name))) for name in names if name in own],
                self._unit(names[0]),
                marks[kind],
            )
            for kind, names in (("moment", _MOMENTS), ("force", _FORCES))
        )

    def _unit(self, name: str) -> str:
        kind = "moment" if name.endswith("moment") else "force"
        return self._text.loads[f"unit_{kind}_body" if self._per_body else f"unit_{kind}"]

    def _factor(self, name: str) -> float:
        """Forces are shown in kilonewtons, or body weights."""
        return 1.0 if name.endswith("moment") or self._per_body else 1e-3

    def _lead(self, rep: Rep) -> tuple[str, ...]:
        """What the low back and the hips held at most, what that is like, and what was left to the knees."""
        words, own, unit = self._text.loads, self._peaks[rep.index], self._unit("l5s1_moment")
        back, hips = own["l5s1_moment"], own["hip_moment"]
        said = [
            words["lead"].format(
                rep=rep.index,
                back=amount(back.best, unit),
                between=between(back, unit),
                hips=amount(hips.best, unit),
            ),
            self._alike(back),
        ]
        knees = own.get("knee_moment")
        if knees is not None and hips.best > 0:
            key = "knees_none"
            if knees.high > self._settings.knees_share * hips.best:
                key = "knees_some" if knees.best < hips.best else "knees_more"
            said.append(words[key].format(knees=amount(knees.best, unit)))
        return (*said, *at_an_angle(self._record, self._text))

    def _alike(self, back: Span) -> str:
        """The low back's moment as a mass held in front of it, which people have a feeling for."""
        arm_m, words = self._settings.alike_arm_m, self._text.loads
        as_length = shown("cm")
        at_arm = f"{signed(100 * arm_m * as_length.factor, 0)} {as_length.unit}"
        mass = back.best / (GRAVITY * arm_m)
        if self._per_body:
            return words["alike_body"].format(share=signed(100 * mass, 0), arm=at_arm)
        as_mass = shown("kg")
        return words["alike"].format(mass=f"{signed(mass * as_mass.factor, 0)} {as_mass.unit}", arm=at_arm)

    def _notes(self, kinetics: Kinetics) -> tuple[str, ...]:
        words, known, s = self._text.loads, kinetics.attrs, self._settings
        said = [words["note_bounds"]]
        said.append(words["note_dynamic" if known["dynamic"] else "note_static"])
        if self._per_body:
            said.append(words["note_body"])
        if known["scale"] == "population":
            said.append(words["note_population"])
        back = (self._record.summary.muscles or {}).get("erector_spinae")
        if back is not None and back.held is not None:
            said.insert(0, message(f"held.{back.held}"))
        said.append(
            words["note_context"].format(
                design=signed(s.design_n / 1000, 1),
                swing=signed(s.swing_n / 1000, 1),
                powerlifters=signed(s.powerlifters_nm, 0),
            )
        )
        return tuple(said)


def _peaks(kinetics: Kinetics, reps: tuple[Rep, ...]) -> dict[int, dict[str, Span]]:
    """Each repetition's greatest values; of the knees, that at the bottom."""
    found = {}
    for rep in reps:
        own = {name: of_rep(kinetics, rep, column) for name, column in TOLD.items()}
        known = {name: span for name, span in own.items() if span is not None}
        if {"l5s1_moment", "hip_moment"} <= known.keys():
            found[rep.index] = known
    return found


def _times(span: Span, factor: float) -> Span:
    return Span(low=factor * span.low, best=factor * span.best, high=factor * span.high)
