"""A supposed posture in words: what differs, with its bounds, and what was taken for granted."""

from hiphinge.messages import message
from hiphinge.records.base import Span
from hiphinge.records.supposed import Held, Supposition
from hiphinge.units import shown
from hiphinge.what_if.postures import Pose
from hiphinge.words import plus, signed, words


def name_of(pose: Pose) -> str:
    """What is supposed, in a few words."""
    return message(f"what_if.{pose.name}.name", **_places(pose))


def says(pose: Pose, quantities: dict[Held, Supposition]) -> str:
    """What differs at the low back and the hips, in percent with bounds; for the filmed posture what it is."""
    if pose.name == "as_filmed":
        return message("what_if.as_filmed.says")
    if pose.name == "rounded":
        told = (change(quantities[name]) for name in ("l5s1_moment", "l5s1_compression", "l5s1_shear"))
        back, pressed, sheared = told
        return message("what_if.rounded.says", what=name_of(pose), back=back, pressed=pressed, sheared=sheared)
    back, hips = (change(quantities[name]) for name in ("l5s1_moment", "hip_moment"))
    sentence = message("what_if.says", what=name_of(pose), back=back, hips=hips)
    differs = quantities["l5s1_moment"].difference
    more = pose.name == "like_this" and differs is not None and differs.low > 0
    return f"{sentence} {message('what_if.like_this.more')}" if more else sentence


def assumes(pose: Pose) -> str:
    """What was taken for granted."""
    sentence = message(f"what_if.{pose.name}.assumes", **_places(pose))
    return sentence if pose.room else f"{sentence} {message('what_if.no_room')}"


def change(one: Supposition) -> str:
    """Write a change in percent with its bounds, in its unit where percents mean nothing."""
    if one.change_percent is not None:
        return message("what_if.change", **_written(one.change_percent, "\u00a0%"))
    if one.difference is None:
        return "–"
    return message("what_if.change", **_written(one.difference, f"\u00a0{words().unit(one.unit).suffix.strip()}"))


def _written(span: Span, unit: str) -> dict[str, str]:
    decimals = 0 if max(abs(span.low), abs(span.high)) >= 3 else 1
    low, best, high = (plus(value, decimals) for value in (span.low, span.best, span.high))
    return {"low": low, "best": f"{best}{unit}", "high": high}


def _places(pose: Pose) -> dict[str, str]:
    found = {}
    if pose.shift_cm is not None:
        as_shown = shown("cm")
        found["distance"] = f"{signed(abs(pose.shift_cm) * as_shown.factor, 0)} {as_shown.unit}"
    if pose.rounded_deg is not None:
        found["degrees"] = f"{signed(pose.rounded_deg, 0)}°"
    return found
