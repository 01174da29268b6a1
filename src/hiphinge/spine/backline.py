"""The clean back line: the outline of back and front about the trunk, over time, in the person's own frame."""

from typing import Final, NewType

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from hiphinge.geometry import Floats
from hiphinge.outline import RAYS

SIDES: Final = ("back", "front")
ZONES: Final = tuple(ray.zone for ray in RAYS)

BackLine = NewType("BackLine", xr.Dataset)
"""The body's outline over the clean track's uniform time.

================  =====================  =============================================================================
variable          dims                   meaning
================  =====================  =============================================================================
``position_px``   time, side, ray, xy    pixels of the upright picture, y **down**
``along``         time, side, ray        trunk lengths from the middle of the hips toward the middle of the shoulders
``behind``        time, side, ray        trunk lengths behind the line hip → shoulder, + dorsal: so the back's is
                                         positive, the front's negative
``error``         time, side, ray        standard error of the edge's place across the outline, trunk lengths
``confidence``    time, side, ray        0 … 1, whether it is the bare edge of the lifter's own body
================  =====================  =============================================================================

``side`` is "back", "front"; ``ray`` counts `hiphinge.outline.RAYS` from below, and ``zone`` names each ray's fan. A
point that is not known is NaN in every variable, with confidence 0. Attribute ``trunk_length_px``: the clip's own trunk
length, one number, by which all lengths are divided; the frame turns with the trunk and does not stretch.
"""


def make_back_line(  # noqa: PLR0913, PLR0917 - the schema's own fields
    time_s: ArrayLike,
    along: ArrayLike,
    behind: ArrayLike,
    error: ArrayLike,
    confidence: ArrayLike,
    *,
    hip_px: ArrayLike,
    shoulder_px: ArrayLike,
    facing: ArrayLike,
    trunk_length_px: float,
) -> BackLine:
    """Make a back line from its places in the person's frame; where they lie in the picture follows from the joints.

    Parameters
    ----------
    time_s : (T,) seconds.
    along, behind, error : (T, 2, R) trunk lengths, sides back and front.
    confidence : (T, 2, R) 0 … 1.
    hip_px, shoulder_px : (T, 2) middles of both sides, pixels of the picture, y down.
    facing : (T,) +1 where the lifter faces the picture's right, −1 left.
    trunk_length_px : pixels.
    """
    places = [np.asarray(values, dtype=np.float64) for values in (along, behind, error)]
    known = np.isfinite(places).all(axis=0)
    places = [np.where(known, values, np.nan) for values in places]
    sure = np.where(known, np.asarray(confidence, dtype=np.float64), 0.0)
    hip = np.asarray(hip_px, dtype=np.float64)
    up, dorsal = body_axes(hip, np.asarray(shoulder_px, dtype=np.float64), np.asarray(facing, dtype=np.float64))
    out = places[0][..., None] * up[:, None, None] + places[1][..., None] * dorsal[:, None, None]
    position = hip[:, None, None] + trunk_length_px * out
    dims = ("time", "side", "ray")
    return BackLine(
        xr.Dataset(
            {
                "position_px": ((*dims, "xy"), position),
                "along": (dims, places[0]),
                "behind": (dims, places[1]),
                "error": (dims, places[2]),
                "confidence": (dims, sure),
            },
            coords={
                "time": np.asarray(time_s, dtype=np.float64),
                "side": list(SIDES),
                "ray": np.arange(len(RAYS)),
                "xy": ["x", "y"],
                "zone": ("ray", list(ZONES)),
            },
            attrs={"trunk_length_px": float(trunk_length_px)},
        )
    )


def body_axes(hip: Floats, shoulder: Floats, facing: Floats) -> tuple[Floats, Floats]:
    """Unit vectors (T, 2) along hip → shoulder and behind it, in the picture, y down."""
    line = shoulder - hip
    length = np.hypot(line[:, 0], line[:, 1])[:, None]
    up = np.divide(line, length, out=np.full_like(line, np.nan), where=length > 0)
    return up, facing[:, None] * np.stack([up[:, 1], -up[:, 0]], axis=-1)


def line_px(back_line: BackLine, k: int) -> Floats:
    """The dorsal line (N, 2) of frame `k` from the sacrum to the back of the head, pixels of the picture, for drawing.

    Unknown points are left out. Where the fans about hips, neck and head overlap, points that lie back along the line
    are left out too, so that it never turns on itself.
    """
    zones = np.array(ZONES)
    turns = np.array([ray.turn_deg for ray in RAYS])
    wanted = (zones != "pelvis") | (turns >= _SACRUM_DEG)
    points = np.asarray(back_line["position_px"].isel(time=k, side=0).to_numpy()[wanted], dtype=np.float64)
    along = back_line["along"].isel(time=k, side=0).to_numpy()[wanted]
    known = np.isfinite(points).all(axis=-1)
    points, along = points[known], along[known]
    highest = np.maximum.accumulate(along) if along.size else along
    return np.asarray(points[along >= highest])


_SACRUM_DEG: Final = -40.0
"""Rays of the pelvis that point lower than this meet the buttocks."""
