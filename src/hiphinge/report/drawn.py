"""What is drawn over the lifter in this clip's pictures and video, told line by line."""

from typing import Final

from hiphinge.backview import BackView
from hiphinge.result import Analysis
from hiphinge.settings import OverlaySettings
from hiphinge.words import Words

_ALWAYS: Final = ("near", "far", "guessed")
_OF_BACK: Final = ("back", "back_unsure", "standing", "rod")
_OF_LOAD: Final = ("load", "midfoot")


def keys(analysis: Analysis, text: Words, settings: OverlaySettings) -> tuple[tuple[str, str], ...]:
    """Name each kind of line by its class with what it means; only those that this clip's pictures hold."""
    names = [*_ALWAYS]
    if BackView(analysis, settings).known:
        names += _OF_BACK
    if analysis.record.load_path is not None and "load_x_px" in analysis.kinematics:
        names += _OF_LOAD if analysis.record.view.plane == "sagittal" else _OF_LOAD[:1]
    return tuple((name, text.drawn[name]) for name in names)
