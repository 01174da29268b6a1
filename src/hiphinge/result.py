"""What one analysis yields in memory: the records, and the series they were read from."""

from dataclasses import dataclass, field

import xarray as xr

from hiphinge.kinetics import Kinetics
from hiphinge.library import Library, ours
from hiphinge.records import AnalysisRecord
from hiphinge.spine.backline import BackLine


@dataclass(frozen=True)
class Analysis:
    """Everything that reports, overlays and exports draw on.

    Attributes
    ----------
    record : the contents of ``analysis.json``.
    track : the clean pose track over uniform `time`: the variables of `hiphinge.pose.PoseTrack` (``position`` in pixels
        of the upright image, y down), ``filled`` (time, keypoint), true where a joint was not seen but inferred, and
        ``error_px`` (time, keypoint), the standard error of its place per axis.
    raw_track : the pose track as the estimator gave it.
    kinematics : angles in degrees over `time` with their standard errors; signs as in docs/explanation/conventions.md.
    back_line : the back's outline over the same time; None where no silhouette was kept.
    rod : the rod laid on the back, over the same time; None without a back line.
    kinetics : moments and forces over the same time, low, best and high; None where `record.loading` says why not.
    second_track : the second clip's clean pose track, on its own clock; None without one, or where it was not used.
    library : the exercises, rules and faults it was judged by.
    """

    record: AnalysisRecord
    track: xr.Dataset
    raw_track: xr.Dataset
    kinematics: xr.Dataset
    back_line: BackLine | None = None
    rod: xr.Dataset | None = None
    kinetics: Kinetics | None = None
    library: Library = field(default_factory=ours)
    second_track: xr.Dataset | None = None
