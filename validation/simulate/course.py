"""What a person does, joint by joint over time."""

from dataclasses import dataclass, field

import numpy as np

from hiphinge.geometry import Floats


@dataclass(frozen=True)
class Course:
    """What the person does: degrees over time, signs as in conventions.md.

    `neck` turns the head against the upper trunk (+ looking up). `arm` is the upper arms' inclination from hanging (+
    forward), used where the arms hang freely; `balance` the centre of mass in front of the ankle in statures; `rear`
    the free leg's thigh inclination in single-leg work.
    """

    time_s: Floats
    trunk: Floats
    knee: Floats
    lumbar: Floats
    thoracic: Floats
    neck: Floats
    arm: Floats
    balance: Floats
    arms: str = "hang"
    """`hang`, `legs` (hands slide along them), `hips`, `back` (bar on the back), `front` (goblet), `rod`, `swing`."""
    elbow: Floats | float = 8.0
    stance: float = 0.16
    """Distance of the ankles, fraction of stature."""
    toe_out: float = 8.0
    load_kg: float = 0.0
    rear: Floats = field(default_factory=lambda: np.empty(0))
    twist: Floats = field(default_factory=lambda: np.empty(0))
    """Turn of pelvis and trunk about the vertical, + to the left."""
    opening: Floats = field(default_factory=lambda: np.empty(0))
    """Turn of the pelvis about the trunk's long axis that lifts a bent body's right side; the chest follows less."""
    cave: Floats = field(default_factory=lambda: np.empty(0))
    """How far each knee moves inward from the line hip to ankle, fraction of stature; feet and hips stay."""
    sway: Floats = field(default_factory=lambda: np.empty(0))
    """How far the hips move to the left over planted feet, fraction of stature."""
    protraction: Floats = field(default_factory=lambda: np.empty(0))
    """Turn of the collar bones on the ribs that brings the shoulders forward; they hang so under a load."""
    shrug: Floats = field(default_factory=lambda: np.empty(0))
    """Turn of the collar bones that lifts the shoulders."""
