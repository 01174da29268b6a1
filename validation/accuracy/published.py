"""Published and worked cases that the product covers so far: the expected figure, and the product's own."""

from typing import Final, NamedTuple

import numpy as np

from hiphinge.cleaning.smoothing import low_pass
from hiphinge.geometry import angle_from_vertical_deg
from hiphinge.kinematics.joints import sagittal

EXACT: Final = "exact physics"
"""Kind of a case that needs no publication."""


class Case(NamedTuple):
    """One expectation and what came out; `tolerance` in the same unit."""

    name: str
    kind: str
    expected: float
    found: float
    tolerance: float
    unit: str

    @property
    def holds(self) -> bool:
        """Within the tolerance."""
        return abs(self.found - self.expected) <= self.tolerance


def cases() -> list[Case]:
    """Work out every case."""
    return [*_bent_posture(), *_projection(), _filter()]


def _bent_posture() -> list[Case]:
    """Angles of a posture given by four joints in metres: knee behind the ankle, hip well behind the knee."""
    ankle, knee, hip, shoulder = (0.0, 0.0), (-0.03, 0.43), (-0.18, 0.83), (0.29, 1.01)
    shank, thigh, trunk = (
        float(angle_from_vertical_deg(low, high)) * sign
        for low, high, sign in ((ankle, knee, 1), (knee, hip, -1), (hip, shoulder, 1))
    )
    expected = {"shank": -3.99, "thigh": 20.56, "knee": 16.57, "trunk": 69.04, "hip": 89.60}
    found = {"shank": shank, "thigh": thigh, "knee": shank + thigh, "trunk": trunk, "hip": trunk + thigh}
    return [Case(f"{name} of a bent posture", EXACT, value, found[name], 0.05, "°") for name, value in expected.items()]


def _projection() -> list[Case]:
    """A trunk seen from an angle looks steeper; undoing the yaw gives back what it was."""
    found = []
    for trunk, yaw, seen in ((70, 15, 69.35), (70, 30, 67.20), (45, 15, 44.01), (45, 30, 40.89)):
        apparent = np.deg2rad(seen)
        position = np.array([[[0.0, 0.0], [np.sin(apparent), -np.cos(apparent)]]])
        place, _ = sagittal(
            position, np.zeros((1, 2)), roll_deg=0.0, facing=np.ones(1), cos_yaw=float(np.cos(np.deg2rad(yaw)))
        )
        line = place[0, 1] - place[0, 0]
        angle = float(np.rad2deg(np.arctan2(line[0], line[1])))
        found.append(Case(f"{trunk}° seen at {yaw}° of yaw as {seen}°", EXACT, trunk, angle, 0.02, "°"))
    return found


def _filter() -> Case:
    """A wave at the cut-off keeps 0.707 of its size, whatever the number of passes."""
    rate, cutoff = 100.0, 5.0
    time_s = np.arange(0, 20, 1 / rate)
    wave = np.sin(2 * np.pi * cutoff * time_s)
    kept = low_pass(wave[:, None], cutoff_hz=cutoff, rate_hz=rate, pad_s=1.0)[500:-500, 0]
    return Case("size of a wave at the cut-off after both passes", EXACT, 0.7071, float(np.abs(kept).max()), 0.005, "")
