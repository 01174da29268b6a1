"""The lifter's outline, frame by frame, while they are followed."""

import numpy as np

from hiphinge import outline
from hiphinge.body import middle
from hiphinge.estimators.blazepose import Landmarks
from hiphinge.outline import Edges, Outline, OutlineRows
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
    hip, shoulder, ear = (middle(seen.image[None, :, :2], part)[0] for part in ("hip", "shoulder", "ear"))
    return outline.trace(seen.silhouette.probability, seen.silhouette.to_image, hip=hip, shoulder=shoulder, ear=ear)
