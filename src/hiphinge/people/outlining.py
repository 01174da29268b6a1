"""The lifter's outline, frame by frame, while they are followed."""

import numpy as np

from hiphinge import outline
from hiphinge.estimators.blazepose import Landmarks
from hiphinge.geometry import Floats
from hiphinge.outline import Edges, Outline, OutlineRows
from hiphinge.pose import KEYPOINTS
from hiphinge.video import Frame


class Outliner:
    """Traces each frame's silhouette at once: a mask is a quarter of a megabyte, its edge a kilobyte.

    Its `add` is a `hiphinge.people.following.OnFrame`.
    """

    def __init__(self) -> None:
        self._rows = OutlineRows()

    def add(self, frame: Frame, seen: Landmarks | None) -> None:
        """Trace the outline of one frame."""
        if seen is None or seen.silhouette is None:
            self._rows.add(frame.time_s, None)
            return
        mask = seen.silhouette
        self._rows.add(frame.time_s, edges_of(seen), mask.region.size / mask.logits.shape[0])

    def outline(self) -> Outline | None:
        """What was traced; None where no frame came with a silhouette."""
        return self._rows.outline() if np.isfinite(self._rows.pixel_px).any() else None


def edges_of(seen: Landmarks) -> Edges:
    """Trace the outline of one person who was seen with their silhouette."""
    if seen.silhouette is None:
        raise ValueError("these landmarks were found without a silhouette")
    return outline.trace(
        seen.silhouette.probability,
        seen.silhouette.to_image,
        hip=_middle(seen, "hip"),
        shoulder=_middle(seen, "shoulder"),
        ear=_middle(seen, "ear"),
    )


def _middle(seen: Landmarks, part: str) -> Floats:
    """Between left and right, pixels of the picture."""
    both = [KEYPOINTS.index(f"{side}_{part}") for side in ("left", "right")]
    return np.asarray(seen.image[both, :2].mean(axis=0))
