"""What stands in the way of judging a set: which part of the lifter was badly seen, and why; how far off the side.

A refusal that names the wrong cause sends the lifter to film in vain: whoever was filmed from the side behind plates
learns nothing from "film from the side".
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from hiphinge.body import FOOT, middle, pair
from hiphinge.cleaning import CleanTrack
from hiphinge.geometry import Bools
from hiphinge.records import Rep, View
from hiphinge.settings import UnseenSettings, ViewSettings

UPPER: Final = ("shoulder", "hip")


class Unseen(NamedTuple):
    """Why what cannot be judged cannot; message keys under ``reason.``."""

    by_rep: Mapping[int, str] = {}
    """By repetition: why it was badly seen, if it was."""
    view: str | None = None
    """What to say of a view at an angle, where there is more to say than that it is one."""


UNKNOWN: Final = Unseen()
"""Where nobody looked."""


def unseen(
    track: CleanTrack, reps: Sequence[Rep], camera: View, *, settings: UnseenSettings, view: ViewSettings
) -> Unseen:
    """Find for every repetition what was seen worst, and whether the camera missed the side by no more than its error.

    Parameters
    ----------
    track : the lifter, cleaned.
    reps : repetitions of it.
    camera : from where it was filmed.
    settings, view : from when a part counts as seen; up to which yaw a view is one from the side.
    """
    nearly = camera.plane == "oblique" and camera.yaw_deg - camera.yaw_error_deg <= view.sagittal_max_deg
    return Unseen(
        {rep.index: badly_seen(track, rep, settings=settings) for rep in reps}, "view_nearly" if nearly else None
    )


def badly_seen(track: CleanTrack, rep: Rep, *, settings: UnseenSettings) -> str:
    """Why the worst seen part of a repetition was badly seen.

    Returns
    -------
    ``too_far_away`` or ``body_unclear`` where shoulders or hips are guesses: a small, or a dark, blurred or covered
    body; ``legs_outside`` where the feet lie outside the picture most of the time; else ``legs_hidden``.
    """
    inside = rep.holds(track["time"].to_numpy())
    if min(_sure(track, part, inside) for part in UPPER) < settings.least_confidence:
        small = float(track.attrs["trunk_px"]) < settings.least_trunk_px
        return "too_far_away" if small else "body_unclear"
    return "legs_outside" if _feet_outside(track, inside, settings) >= settings.outside_share else "legs_hidden"


def _sure(track: CleanTrack, part: str, inside: Bools) -> float:
    """Mean confidence of the better seen side of a part."""
    better = pair(track["confidence"].to_numpy()[inside], part).max(axis=1)
    return float(better.mean()) if better.size else 0.0


def _feet_outside(track: CleanTrack, inside: Bools, settings: UnseenSettings) -> float:
    """Share of the time in which the feet lie beyond the picture, or at its very edge, where guesses of them end up."""
    position = track["position"].to_numpy()[inside]
    place = np.stack([middle(position, part) for part in FOOT]).mean(axis=0)
    size = np.array([track.attrs["width"], track.attrs["height"]], dtype=float)
    edge = settings.edge_share * size
    with np.errstate(invalid="ignore"):
        out = ((place < edge) | (place > size - edge)).any(axis=-1)
    return float(out.mean()) if out.size else 0.0
