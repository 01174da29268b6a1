"""What matters most in a set and could not be judged: why, how to film so that it can be, whether that comes first.

Faults that are `decisive` in data/faults.toml decide what a set is worth. One of them that nothing could be said of
comes before everything that was found, only not before another decisive fault that is there: a lifter who squats is
told so, but nobody is told of a clean set while the back was out of sight.
"""

from collections.abc import Sequence
from typing import NamedTuple

from hiphinge.faults import fault_entries
from hiphinge.messages import choose, message
from hiphinge.records import NotJudged, Plane, Verdict


class OfSet(NamedTuple):
    """What was found of one fault over the set."""

    fault: str
    verdict: Verdict
    reason: str | None
    """Message key of why it was not assessable."""


def is_decisive(fault: str) -> bool:
    """Whether a set is worth nothing said without it."""
    return fault_entries()[fault].decisive


def not_judged(found: Sequence[OfSet], plane: Plane) -> NotJudged | None:
    """Gather the decisive faults that were not judged; None where all were, and where there are none.

    Parameters
    ----------
    found : every fault that was looked for.
    plane : from where it was filmed: nobody who was filmed from the side is told to film from there.
    """
    unseen = [one for one in found if one.verdict == "not_assessable" and is_decisive(one.fault)]
    if not unseen:
        return None
    unseen.sort(key=lambda one: fault_entries()[one.fault].order)
    first = unseen[0]
    others = [message(f"fault.{one.fault}.not_assessable") for one in unseen[1:]]
    leads = not any(one.verdict == "present" and is_decisive(one.fault) for one in found)
    whole = (message(one.reason) for one in unseen if one.reason)
    reasons = dict.fromkeys(first_sentence(reason) if leads else reason for reason in whole)
    return NotJudged(
        faults=tuple(one.fault for one in unseen),
        judged=sum(one.verdict != "not_assessable" for one in found),
        looked_for=len(found),
        leads=leads,
        says=_small(message(choose(f"not_judged.{first.fault}", f"fault.{first.fault}.not_assessable"))),
        why=" ".join([*others, *reasons]),
        film=how_to_film(first.reason, plane),
    )


def how_to_film(reason: str | None, plane: Plane) -> str:
    """What to film otherwise next time, for this reason (a message key) and from this view."""
    return message(choose(f"film.{(reason or '').removeprefix('reason.')}", f"film.{plane}", "film.side"))


def first_sentence(reason: str) -> str:
    """Why, without what to do: where that leads, how to film again is said of its own, once."""
    return f"{reason.partition('. ')[0].removesuffix('.')}."


def _small(sentence: str) -> str:
    """The sentence as it follows a colon; English "I" stays as it is."""
    return sentence if sentence.startswith("I ") else sentence[:1].lower() + sentence[1:]
