"""The report's panel on the second clip: what it is, its pictures, and what it shows from side to side."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from hiphinge.metrics import SECOND
from hiphinge.moments import Still, is_square
from hiphinge.records import AnalysisRecord, Second, Verdict
from hiphinge.report import page
from hiphinge.report.page import Picture
from hiphinge.result import Analysis
from hiphinge.words import Words, fault_name

_OWN: Final = tuple(name for name in SECOND if name not in {"knee_inward_left", "knee_inward_right"})
"""Metrics told here; each leg by itself stands in the table of all."""


@dataclass(frozen=True)
class Shot:
    """A picture of the second clip with its title and caption."""

    picture: Picture
    title: str
    caption: str
    verdict: Verdict | None


@dataclass(frozen=True)
class SecondPanel:
    """The panel: what the clip is, pictures, medians of the set, and the overlay video's address."""

    lead: str
    shots: tuple[Shot, ...]
    numbers: tuple[tuple[str, str], ...]
    key: str
    """What is drawn, and what the numbers are."""
    video: str | None


def panel(analysis: Analysis, stills: tuple[Still, ...], text: Words, *, video: str | None) -> SecondPanel | None:
    """Gather the panel; None without a second clip, or where it was not used."""
    second = analysis.record.second
    if second is None or second.view is None or second.offset_s is None:
        return None
    shots = tuple(_shot(still, analysis, text) for still in stills if still.moment.kind in {"second", "second_start"})
    line = text.second["key_line" if is_square(second) else "key_angle"]
    key = f"{line} {text.second['key']}"
    return SecondPanel(_lead(analysis.record, second, text), shots, _numbers(analysis.record, text), key, video)


def _lead(record: AnalysisRecord, second: Second, text: Words) -> str:
    words = text.second
    view = second.view
    return words["lead"].format(
        clip=Path(second.recording.path).name,
        seen=words[f"seen_{second.seen_from}"],
        yaw=0 if view is None else round(view.yaw_deg),
        pairs=len(second.pairs),
        reps=len(record.reps),
    )


def _shot(still: Still, analysis: Analysis, text: Words) -> Shot:
    words, moment = text.second, still.moment
    first = moment.kind == "second_start"
    title = words["start"] if first else fault_name(moment.fault) if moment.fault else words["bottom"]
    caption = words["caption"].format(rep=moment.rep)
    alt = f"{words['title']}: {title}. {caption}"
    verdict = None if first else moment.verdict
    return Shot(page.picture(still, analysis, text, alt=alt), title, caption, verdict)


def _numbers(record: AnalysisRecord, text: Words) -> tuple[tuple[str, str], ...]:
    """Medians over the repetitions, each with the typical error of one."""
    listed = []
    for name in _OWN:
        read = [rep.metrics[name] for rep in record.reps if name in rep.from_second]
        known = [(one.value, one.error) for one in read if one.value is not None and one.error is not None]
        if known:
            value, error = (float(np.median(part)) for part in zip(*known, strict=True))
            listed.append((text.metrics[name], text.quantity(value, read[0].unit, error)))
    return tuple(listed)
