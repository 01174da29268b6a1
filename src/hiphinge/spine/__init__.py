"""The spine: the back's outline over time, a rod laid on it, and how far lumbar and thoracic spine bend."""

from typing import NamedTuple

from hiphinge.cleaning import CleanTrack
from hiphinge.geometry import Floats
from hiphinge.kinematics import Kinematics
from hiphinge.outline import Outline
from hiphinge.records import Back, View
from hiphinge.settings import SpineSettings
from hiphinge.spine.angles import measure
from hiphinge.spine.backline import BackLine, back_line
from hiphinge.spine.real_rod import RodFinder, Sightings, real_rod
from hiphinge.spine.rod import ZONES, Rod, virtual_rod

__all__ = ["RodFinder", "Sightings", "Spine", "judged_by", "measure_spine", "rod_seen"]


class Spine(NamedTuple):
    """What is known of the back: the motion with the spine's columns, the back line and the rod, None where unseen."""

    motion: Kinematics
    back_line: BackLine | None
    rod: Rod | None


def measure_spine(
    outline: Outline | None,
    motion: Kinematics,
    track: CleanTrack,
    view: View,
    *,
    facing: Floats,
    stripes: Sightings | None = None,
    settings: SpineSettings,
) -> Spine:
    """Clean the outline, read the spine's angles, lay the rod: the one in the picture where there surely is one.

    Parameters
    ----------
    outline : as it was traced while the lifter was followed; None where no silhouette was kept.
    motion, track, view : what the landmarks tell of the same clip.
    facing : (T,) over the track's times, +1 where the lifter faces the picture's right, −1 left.
    stripes : what a `RodFinder` saw while the lifter was followed.
    """
    back = None if outline is None else back_line(outline, track, facing, settings=settings)
    found = measure(back, motion, track, view, facing=facing, settings=settings)
    if back is None or found.attrs["spine"] == "yaw":
        return Spine(found, back, None)
    standing = motion["standing"].to_numpy() > 0
    upright = standing if standing.any() else None
    rod = None if stripes is None else real_rod(stripes, back, standing=upright, settings=settings)
    if rod is None:
        rod = virtual_rod(back, standing=upright, settings=settings)
    return Spine(_with_gaps(found, rod), back, rod)


def judged_by(spine: Spine) -> Back:
    """What the spine was judged by, or why it was not."""
    about = spine.motion.attrs
    return Back(
        rod=None if spine.rod is None else spine.rod.attrs["kind"],
        reference=None if about["spine"] else about["spine_standing"],
        not_judged=about["spine"] or None,
    )


def rod_seen(spine: Spine, stripes: Sightings | None) -> bool | None:
    """Whether a real rod was found along the back; None where nobody could look for one."""
    if stripes is None or spine.back_line is None or spine.motion.attrs["spine"] == "yaw":
        return None
    return spine.rod is not None and spine.rod.attrs["kind"] == "real"


def _with_gaps(motion: Kinematics, rod: Rod) -> Kinematics:
    """The motion with the rod's gaps as columns ``dowel_gap_…`` and their ``_error``, trunk lengths."""
    columns = {}
    for zone in ZONES:
        for suffix, variable in (("", "gap"), ("_error", "gap_error")):
            about = {"units": "trunk lengths", "long_name": f"dowel gap {zone}{suffix.replace('_', ' ')}"}
            columns[f"dowel_gap_{zone}{suffix}"] = ("time", rod[variable].sel(zone=zone).to_numpy(), about)
    return Kinematics(motion.assign(columns))
