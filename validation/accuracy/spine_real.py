"""The spine on real clips whose truth is known: rounding found, not found, not judged; flat backs left in peace."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from validation.accuracy.real import Labelled
from validation.accuracy.statistics import Estimate, bias, bootstrap
from validation.accuracy.tables import percent, table

ROUNDING: Final = ("lower_back_rounding", "upper_back_rounding")
WORST: Final = ("not_assessable", "absent", "borderline", "present")
ENOUGH: Final = 0.5
"""A clip is judged, and rounded, by at least this share of its repetitions."""


class Said(NamedTuple):
    """What was said of a clip whose label tells whether its back rounds."""

    clip: str
    view: str
    tuned: bool
    rounded: bool
    """By the label."""
    verdicts: tuple[str, ...]
    """Of each repetition: the worse of lower and upper back."""

    @property
    def judged(self) -> bool:
        """Whether enough repetitions were judged."""
        seen = [one for one in self.verdicts if one != "not_assessable"]
        return bool(self.verdicts) and len(seen) >= ENOUGH * len(self.verdicts)

    @property
    def called_rounded(self) -> bool:
        """Whether enough of the judged repetitions were called rounded."""
        return self._share("present")

    @property
    def suspected(self) -> bool:
        """The same, or nearly so."""
        return self._share("present", "borderline")

    def _share(self, *words: str) -> bool:
        seen = [one for one in self.verdicts if one != "not_assessable"]
        return bool(seen) and sum(one in words for one in seen) >= ENOUGH * len(seen)


def labelled_backs(clips: Sequence[Labelled]) -> list[Said]:
    """Clips whose label says that the back rounds, or that it does not."""
    found = []
    for clip in clips:
        labels = {word: "rounding" in clip.row[word].split() for word in ("present", "absent")}
        if any(labels.values()):
            reps = clip.assessed.record.reps if clip.assessed.record else ()
            verdicts = tuple(
                max(
                    (one.verdict for one in rep.findings if one.fault in ROUNDING),
                    key=WORST.index,
                    default="not_assessable",
                )
                for rep in reps
            )
            found.append(Said(clip.row["clip"], clip.row["view"], clip.tuned, labels["present"], verdicts))
    return found


class RealSpine(NamedTuple):
    """Shares over labelled clips."""

    judged: Estimate
    sensitivity: Estimate
    specificity: Estimate
    balanced: float
    suspected: tuple[int, int, int, int]
    """Rounded clips at least suspected, of so many judged; flat ones, of so many."""
    flat_called: int
    """Repetitions of flat backs that were called rounded."""
    flat: int


def real_spine(said: Sequence[Said]) -> RealSpine:
    """Found, not found, not judged."""
    judged = [one for one in said if one.judged]
    flat = [verdict for one in said if not one.rounded for verdict in one.verdicts if verdict != "not_assessable"]
    sensitivity, specificity = (
        bootstrap([np.array([float(one.called_rounded == truly)]) for one in judged if one.rounded == truly], bias)
        for truly in (True, False)
    )
    return RealSpine(
        judged=bootstrap([np.array([float(one.judged)]) for one in said], bias),
        sensitivity=sensitivity,
        specificity=specificity,
        balanced=(sensitivity.value + specificity.value) / 2,
        suspected=(
            sum(one.suspected for one in judged if one.rounded),
            sum(one.rounded for one in judged),
            sum(one.suspected for one in judged if not one.rounded),
            sum(not one.rounded for one in judged),
        ),
        flat_called=flat.count("present"),
        flat=len(flat),
    )


def clip_rows(said: Sequence[Said]) -> str:
    """A line a clip."""
    rows = [
        (f"`{one.clip}`", one.view, "tuned on" if one.tuned else "only reported",
         "rounds" if one.rounded else "flat", *(one.verdicts.count(word) for word in reversed(WORST)),
         ("rounded" if one.called_rounded else "not rounded") if one.judged else "not judged")
        for one in said
    ]  # fmt: skip
    return table(("Clip", "view", "", "label", "present", "borderline", "absent", "not assessable", "said"), rows)


def shares(parts: dict[str, Sequence[Said]]) -> str:
    """The figures of several parts of the clips."""
    rows = []
    for word, said in parts.items():
        one = real_spine(said)
        balanced = "–" if np.isnan(one.balanced) else f"{100 * one.balanced:.0f} %"
        hit, rounded, doubted, flat = one.suspected
        rows.append((word, len(said), percent(one.judged), percent(one.sensitivity), percent(one.specificity), balanced,
                     f"{hit} of {rounded}", f"{doubted} of {flat}", f"{one.flat_called} of {one.flat}"))  # fmt: skip
    return table(
        ("Clips", "n", "judged", "rounded ones called so", "flat ones not called rounded", "balanced accuracy",
         "rounded ones at least suspected", "flat ones suspected", "repetitions of flat backs called rounded"), rows,
    )  # fmt: skip
