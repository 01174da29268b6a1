"""How a long job tells how far it is: one function, called with the stage's name and its share done."""

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""``progress(stage, share)``: `stage` one of STAGES, `share` from 0 to 1."""

STAGES = ("weights", "scout", "pose", "closer", "second", "overlay")
"""The stages long enough to be worth a bar, in their order."""


def silent(stage: str, share: float) -> None:
    """Say nothing."""
