"""The clean back line: the outline of back and front about the trunk, over time, in the person's own frame."""

from typing import Final, NamedTuple, NewType

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from hiphinge.body import middle, running_median
from hiphinge.cleaning import CleanTrack
from hiphinge.cleaning.smoothing import low_pass, noise_gain, outliers, resample
from hiphinge.geometry import MAD_TO_SIGMA, Floats
from hiphinge.outline import LOWEST_ON_BACK_DEG, RAYS, Outline
from hiphinge.settings import SpineSettings
from hiphinge.spine.doubt import trust

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


def back_line(outline: Outline, track: CleanTrack, facing: Floats, *, settings: SpineSettings) -> BackLine:
    """Clean the outline: only the lifter's own bare edge, without leaps, at uniform times, filtered as the joints are.

    Parameters
    ----------
    outline : as it was traced, at the frames' own times.
    track : the clean track of the same clip: its times, joints and cut-off are used.
    facing : (T,) over the track's times, +1 where the lifter faces the picture's right, −1 left.
    """
    wanted_s, trunk_px = track["time"].to_numpy(), float(track.attrs["trunk_px"])
    joints = track["position"].to_numpy()
    hip, shoulder = middle(joints, "hip"), middle(joints, "shoulder")
    if np.isfinite(trunk_px):
        raw = _in_body(outline, track, facing, settings)
        values = _filtered(raw, track, settings)
    else:
        nothing = np.full((wanted_s.size, len(SIDES), len(RAYS)), np.nan)
        values = (nothing, nothing, nothing, nothing)
    return make_back_line(wanted_s, *values, hip_px=hip, shoulder_px=shoulder, facing=facing, trunk_length_px=trunk_px)


class _Raw(NamedTuple):
    """The outline in the person's frame, at the frames' own times."""

    time_s: Floats
    place: Floats
    """(T, 2, R, 2) along and behind, trunk lengths; NaN where not to be trusted."""
    leapt: Floats
    """The same with the places that leap."""
    confidence: Floats
    """(T, 2, R)"""
    pixel: float
    """Side of one pixel of the mask, trunk lengths."""


def _in_body(outline: Outline, track: CleanTrack, facing: Floats, settings: SpineSettings) -> _Raw:
    """Bring the raw outline into the person's frame and drop what is not the lifter's own edge."""
    time_s, clean_s, trunk_px = outline["time"].to_numpy(), track["time"].to_numpy(), float(track.attrs["trunk_px"])
    joints = _at_times(clean_s, track["position"].to_numpy(), time_s)
    seen = _at_times(clean_s, track["confidence"].to_numpy(), time_s)
    turned = facing[np.clip(np.rint(np.interp(time_s, clean_s, np.arange(clean_s.size))).astype(int), 0, None)]
    places = outline["position"].to_numpy().astype(np.float64)
    confidence = outline["confidence"].to_numpy().astype(np.float64)
    left = turned < 0
    places[left], confidence[left] = places[left, ::-1], confidence[left, ::-1]
    hip, shoulder = middle(joints, "hip"), middle(joints, "shoulder")
    up, dorsal = body_axes(hip, shoulder, turned)
    off = (places - hip[:, None, None]) / trunk_px
    place = np.stack([(off * axis[:, None, None]).sum(axis=-1) for axis in (up, dorsal)], axis=-1)

    confidence = trust(
        places, confidence, joints, seen,
        picture_px=(float(track.attrs["width"]), float(track.attrs["height"])),
        pixel_px=outline["pixel_px"].to_numpy().astype(np.float64), trunk_px=trunk_px, settings=settings,
    )  # fmt: skip
    known = confidence >= settings.outline_least_confidence
    place[~known] = np.nan

    flat = place.reshape(time_s.size, -1, 2)
    leaps = outliers(
        flat,
        width=int(settings.outline_window_s * float(track.attrs["rate_hz"])),
        sigmas=settings.outline_sigmas,
        floor=settings.outline_floor,
    ).reshape(known.shape)
    confidence[leaps | ~known] = 0.0
    pixel = float(np.nanmedian(outline["pixel_px"].to_numpy())) / trunk_px
    return _Raw(time_s, np.where(leaps[..., None], np.nan, place), place, np.nan_to_num(confidence), pixel)


def _at_times(clean_s: Floats, values: Floats, time_s: Floats) -> Floats:
    """Joints (T, K, ...) at other times, linearly; unknown beside what is unknown."""
    flat = values.reshape(clean_s.size, -1)
    columns = [np.interp(time_s, clean_s, flat[:, k]) for k in range(flat.shape[1])]
    return np.stack(columns, axis=1).reshape(time_s.size, *values.shape[1:])


def _filtered(raw: _Raw, track: CleanTrack, settings: SpineSettings) -> tuple[Floats, Floats, Floats, Floats]:
    """Along, behind, error and confidence (N, 2, R) at the track's times."""
    wanted_s, rate_hz = track["time"].to_numpy(), float(track.attrs["rate_hz"])
    cutoff_hz = float(track.attrs["cutoff_hz"])
    shape = (wanted_s.size, *raw.place.shape[1:3])
    flat = raw.place.reshape(raw.time_s.size, -1, 2)
    columns = [
        resample(raw.time_s, flat[:, k], wanted_s, max_gap_s=settings.outline_max_gap_s) for k in range(flat.shape[1])
    ]
    uniform = np.stack([column for column, _ in columns], axis=1).reshape(*shape, 2)
    gap_s = np.stack([gap for _, gap in columns], axis=1).reshape(shape)
    smooth = low_pass(uniform, cutoff_hz=cutoff_hz, rate_hz=rate_hz, pad_s=settings.outline_pad_s)
    width = int(settings.outline_window_s * rate_hz)
    nearest = np.searchsorted(raw.time_s, wanted_s - 0.5 / rate_hz).clip(0, raw.time_s.size - 1)
    scatter = _scatter(raw.leapt[nearest], smooth, width, noise_gain(cutoff_hz, rate_hz))
    seen, _ = resample(raw.time_s, raw.confidence.reshape(raw.time_s.size, -1), wanted_s, max_gap_s=np.inf)
    sure = np.nan_to_num(running_median(seen, width)).reshape(shape)
    sure *= 1 / (1 + (scatter / settings.outline_scatter) ** 2)
    sure *= 1 - np.clip(2 * gap_s / settings.outline_max_gap_s, 0, 1)
    gain = np.sqrt(noise_gain(cutoff_hz, rate_hz)[0])
    across = settings.outline_gap_acceleration * np.where(np.isfinite(gap_s), gap_s, 0.0) ** 2 / 2
    bias = settings.outline_pixel_error * raw.pixel
    error = np.sqrt((gain * scatter) ** 2 + bias**2 + (settings.outline_doubt * (1 - sure)) ** 2 + across**2)
    return smooth[..., 0], smooth[..., 1], error, sure


def _scatter(raw: Floats, smooth: Floats, width: int, gain: tuple[float, float]) -> Floats:
    """Standard deviation (N, 2, R) of the raw edge along its ray, over `width` frames around; 0 where none is known.

    Leaps are in it: one or two do not move a median, but where the edge leaps to and fro nothing is sure.
    """
    kept, own = gain
    turn = np.deg2rad([ray.turn_deg for ray in RAYS])
    off = raw - smooth
    outward = off[..., 0] * np.sin(turn) + off[..., 1] * np.cos(turn) * np.array([1.0, -1.0])[:, None]
    spread = MAD_TO_SIGMA * running_median(np.abs(outward), width)
    return np.asarray(np.nan_to_num(spread / np.sqrt(max(1 - 2 * own + kept, 1e-6))))


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

    Unknown points are left out, and so are those that would turn the line back or far aside: where the fans about
    hips, neck and head overlap, on a ponytail, over the top of the head.
    """
    zones, turns = np.array(ZONES), np.array([ray.turn_deg for ray in RAYS])
    wanted = (zones != "pelvis") | (turns >= LOWEST_ON_BACK_DEG)
    frame = back_line.isel(time=k, side=0)
    points = frame["position_px"].to_numpy()[wanted]
    along, behind = frame["along"].to_numpy()[wanted], frame["behind"].to_numpy()[wanted]
    kept: list[int] = []
    for number in np.flatnonzero(np.isfinite(points).all(axis=-1)):
        rise = along[number] - along[kept[-1]] if kept else np.inf
        if rise > 0 and (not kept or rise >= _LEAST_RISE * abs(behind[number] - behind[kept[-1]])):
            kept.append(int(number))
    return np.asarray(points[kept])


_LEAST_RISE: Final = 0.27
"""Up along the trunk for each length across it: the line leans no more than 75° from the trunk."""
