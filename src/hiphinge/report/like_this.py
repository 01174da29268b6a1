"""The report's picture of the ghost, in words: what is different from how it was filmed, and what was kept."""

from dataclasses import dataclass

from hiphinge.ghost import Ghost, ghost, why_none
from hiphinge.ghost.right import OF_THE_LEGS
from hiphinge.moments import SPINE_FAULTS, Still
from hiphinge.report import page
from hiphinge.report.page import Picture
from hiphinge.result import Analysis
from hiphinge.settings import GhostSettings, load_slice
from hiphinge.words import Words, signed


@dataclass(frozen=True)
class LikeThis:
    """The picture, what is different in it, and what was kept."""

    picture: Picture
    changes: tuple[str, ...]
    caption: str


def like_this(analysis: Analysis, stills: tuple[Still, ...], text: Words) -> LikeThis | None:
    """Dress the ghost's still; None where there is none."""
    still = next((one for one in stills if one.moment.kind == "ghost"), None)
    if still is None:
        return None
    found = ghost(analysis, still.moment.at_s)
    if found is None:
        return None
    changes = differences(found, text, settings=load_slice("ghost", GhostSettings))
    caption = text.ghost["kept_load" if found.load_counted else "kept"]
    alt = text.ghost["alt"].format(changes=", ".join(changes) or text.ghost["same"])
    return LikeThis(page.picture(still, analysis, text, alt=alt), changes, caption)


def why_not(analysis: Analysis, stills: tuple[Still, ...], text: Words) -> str | None:
    """Say why the leading fault has no ghost; None where it has one, or no fault leads."""
    worst = next((one for one in stills if one.moment.kind == "worst" and one.moment.fault is not None), None)
    if worst is None or any(one.moment.kind == "ghost" for one in stills):
        return None
    reason = why_none(analysis, worst.moment.at_s)
    return None if reason is None else text.ghost.get(f"none_{reason}")


def differences(found: Ghost, text: Words, *, settings: GhostSettings) -> tuple[str, ...]:
    """Say what the ghost does otherwise: angles that differ enough to be seen, the back and the head where at fault.

    Where the legs were not at fault their few degrees are what balance takes; they are no advice, and are not told.
    """
    legs = 1 if found.faults & OF_THE_LEGS else 2
    said = [
        text.ghost[name].format(was=_degrees(was), now=_degrees(now))
        for name, was, now, times in (
            ("knees", found.filmed.knee, found.posture.knee, legs),
            ("trunk", found.filmed.trunk, found.posture.trunk, 1),
            ("shins", found.filmed.shank, found.posture.shank, legs),
        )
        if abs(now - was) >= times * settings.told_deg
    ]
    if found.stops_at is not None:
        said.insert(0, text.ghost["stops"].format(degrees=_degrees(found.stops_at)))
    if found.faults & set(SPINE_FAULTS):
        said.append(text.ghost["back"])
    if found.faults & {"looking_down", "looking_up"}:
        said.append(text.ghost["head"])
    return tuple(said)


def _degrees(value: float) -> str:
    return f"{signed(value, 0)}°"
