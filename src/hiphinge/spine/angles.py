"""How far the spine bends, over time, from outline and landmarks together: changes from the person's own standing.

Where nobody stands in the clip the networks that were learned without a standing moment answer, with a wider error. A
moment is not judged where too little of the back shows, or where the person looks like nobody the networks know.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from hiphinge.cleaning import CleanTrack
from hiphinge.cleaning.smoothing import low_pass
from hiphinge.geometry import Bools, Floats, nan_median
from hiphinge.kinematics import Kinematics
from hiphinge.kinematics.correction import SEGMENTS
from hiphinge.kinematics.replaced import with_trunk
from hiphinge.outline import RAYS
from hiphinge.perceptrons import Reading, read
from hiphinge.records import View
from hiphinge.settings import SpineSettings
from hiphinge.spine.backline import BackLine
from hiphinge.spine.features import Posture, features, leans, posture
from hiphinge.spine.reader import OUTPUTS, reader_for

CHANGES: Final = ("lumbar_flexion", "thoracic_flexion", "pelvic_tilt", "head_angle")
"""Angles that are filled in."""
_TRUNK: Final = np.array([ray.zone == "trunk" for ray in RAYS])


def measure(
    back_line: BackLine | None,
    motion: Kinematics,
    track: CleanTrack,
    view: View,
    *,
    facing: Floats,
    settings: SpineSettings,
) -> Kinematics:
    """Fill in lumbar and thoracic flexion, pelvic tilt and head angle, and mend the trunk's inclination.

    Parameters
    ----------
    back_line : the clean outline over the track's times; None where no silhouette was kept.
    motion : as the landmarks alone give it; its `standing` frames are the reference.
    track : the clean track.
    view : from where the camera saw the person.
    facing : (T,) +1 where the person faces the picture's right, −1 left.

    Returns
    -------
    The motion with the columns and their ``_error_deg``, NaN where not judged, and with the trunk's inclination and
    hip flexion as outline and landmarks together tell them where they are judged; attributes `spine`, "" or
    why most moments were not judged: "yaw" (seen from the front), "no_outline" (no silhouette), "outline_hidden" (the
    back is covered), "unusual" (unlike anybody known), and `spine_standing`, "clip" or "prior".
    """
    standing = motion["standing"].to_numpy() > 0
    source = "clip" if standing.any() else "prior"
    reader = reader_for(str(track.attrs["estimator"]), str(track.attrs["model"]), standing=source == "clip")
    if back_line is None or reader is None:
        return _filled(motion, {}, "no_outline", source)
    if view.plane == "frontal" or abs(view.yaw_deg) > min(reader.about.yaw_deg, settings.most_yaw_deg):
        return _filled(motion, {}, "yaw", source)
    of = _upright(back_line, track, facing, np.deg2rad(view.roll_deg))
    reading = _zeroed(_smooth(read(reader, _inputs(of, standing)), track, settings), standing)
    reading = weighed(reading, settings)
    seen = np.isfinite(of.edge[:, 0, _TRUNK, 0]).mean(axis=1) >= settings.least_back_seen
    usual = reading.strange <= settings.most_strange * reader.about.unusual
    judged = seen & usual & np.isfinite(of.trunk_px)
    columns = {}
    for k, name in enumerate(OUTPUTS):
        if name in CHANGES:
            columns[f"{name}_deg"] = np.where(judged, reading.value[:, k], np.nan)
            share = 1.0 if name == "head_angle" else settings.still_error_share
            columns[f"{name}_error_deg"] = np.where(judged, share * reading.error[:, k], np.nan)
    motion = _releant(motion, of, reading, judged=judged)
    reason = ""
    if judged.mean() < settings.least_judged:
        reason = "outline_hidden" if seen.mean() <= usual.mean() else "unusual"
    return _filled(motion, columns, reason, source)


def _releant(motion: Kinematics, of: Posture, reading: Reading, *, judged: Bools) -> Kinematics:
    """The motion with the trunk's inclination, and what follows from it, as landmarks and outline together tell it.

    What the networks read of thigh and shank goes along as columns: `hiphinge.kinematics.legs` weighs it.
    """
    lean = np.rad2deg(leans(of)) * [1, -1, 1, 1, 1]
    read: dict[str, tuple[Floats, Floats]] = {}
    for column, name in enumerate(SEGMENTS):
        output = OUTPUTS.index(name)
        read[name] = lean[:, column] + reading.value[:, output], reading.error[:, output]
    found = with_trunk(motion, *read["trunk"], where=judged)
    about = motion["thigh_inclination_deg"].attrs
    legs = {
        f"{name}_read{part}_deg": ("time", np.where(judged, values, np.nan), about)
        for name in ("thigh", "shank")
        for part, values in zip(("", "_error"), read[name], strict=True)
    }
    return Kinematics(found.assign(legs))


def _upright(back_line: BackLine, track: CleanTrack, facing: Floats, roll: float) -> Posture:
    """The moments with the camera's roll undone."""
    turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    edge = back_line["position_px"].to_numpy().astype(np.float64)
    return posture(track["position"].to_numpy() @ turn, edge @ turn, facing)


def _inputs(of: Posture, standing: Bools) -> Floats:
    """(T, F) features, beside the person's own while standing where there are such moments."""
    if not standing.any():
        return features(of, scale_px=float(np.nanmax(of.trunk_px)))
    now = features(of, scale_px=float(nan_median(of.trunk_px[standing])))
    own = np.array([nan_median(column) for column in now[standing].T])
    return np.concatenate([now, np.broadcast_to(own, now.shape)], axis=1)


def _smooth(reading: Reading, track: CleanTrack, settings: SpineSettings) -> Reading:
    """What the networks add changes with the posture, slower than a joint may move: the rest is the outline's noise."""
    cutoff_hz = min(settings.reading_cutoff_hz, float(track.attrs["cutoff_hz"]))
    rate_hz, pad_s = float(track.attrs["rate_hz"]), settings.outline_pad_s
    return reading._replace(value=low_pass(reading.value, cutoff_hz=cutoff_hz, rate_hz=rate_hz, pad_s=pad_s))


def _zeroed(reading: Reading, standing: Bools) -> Reading:
    """Changes from standing are nought while standing."""
    if not standing.any():
        return reading
    value = reading.value.copy()
    for k, name in enumerate(OUTPUTS):
        if name in CHANGES:
            value[:, k] -= np.median(value[standing, k])
    return reading._replace(value=value)


def weighed(reading: Reading, settings: SpineSettings) -> Reading:
    """Weigh a reading of an extended upper back against how little upper backs extend in lifts.

    The networks tell how much the whole back bends better than where: their errors of lumbar (L) and thoracic (T)
    flexion are correlated, ρ < 0. With T's prior N(0, p²), for T < 0 only,

        T' = T − s_T² T / (s_T² + p²),  L' = L − ρ s_L s_T T / (s_T² + p²),

    the usual update of two correlated normal errors by one observation. The errors stay as stated.
    """
    lumbar, thoracic = OUTPUTS.index("lumbar_flexion"), OUTPUTS.index("thoracic_flexion")
    value = reading.value.copy()
    size, other = reading.error[:, thoracic], reading.error[:, lumbar]
    gain = np.minimum(value[:, thoracic], 0.0) / (size**2 + settings.thoracic_prior_deg**2)
    value[:, lumbar] -= settings.spine_error_correlation * other * size * gain
    value[:, thoracic] -= size**2 * gain
    return reading._replace(value=value)


def _filled(motion: Kinematics, columns: Mapping[str, Floats], reason: str, source: str) -> Kinematics:
    """The motion with new columns and attributes; units as before."""
    found = motion.assign({name: ("time", values, motion[name].attrs) for name, values in columns.items()})
    return Kinematics(found.assign_attrs(spine=reason, spine_standing=source))
