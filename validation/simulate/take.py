"""A clip before it is filmed: the person, the plan of the set, every bone of every frame."""

from dataclasses import dataclass

import numpy as np

from hiphinge.geometry import Floats
from validation.simulate.body import Body, build
from validation.simulate.degrade import shake
from validation.simulate.motion import EXERCISES, PLAINLY, USUAL, Plan, plan
from validation.simulate.pose import Chain, Course, Posed
from validation.simulate.sample import Spec

PLATE_M = 0.225


@dataclass(frozen=True)
class Take:
    """A clip before it is filmed: who, what they do, every bone of every frame, how the camera shakes."""

    spec: Spec
    chain: Chain
    planned: Plan
    posed: Posed
    jolts: Floats

    @property
    def body(self) -> Body:
        """The person."""
        return self.chain.body


def prepare(spec: Spec) -> Take:
    """Build the person, plan the motion, pose every frame."""
    chain = Chain(build(spec.shape))
    planned = motion_of(spec, chain)
    posed = chain.solve(planned.course)
    return Take(spec, chain, planned, posed, shake(spec, planned.course.time_s.size))


def motion_of(spec: Spec, chain: Chain) -> Plan:
    """Plan the set; a deadlift goes as low as the bar on the floor asks."""
    bottom: dict[str, float] = {}
    if EXERCISES[spec.exercise].from_floor:
        bottom = down_to_floor(chain, EXERCISES[spec.exercise].bottom)
    return plan(
        spec.exercise,
        np.random.default_rng(spec.motion_seed),
        count=len(spec.faults),
        fps=spec.fps,
        faults=spec.faults,
        depth=1.0 if bottom else spec.depth,
        tempo=spec.tempo,
        load_kg=spec.load_kg,
        bottom=bottom,
        top=spec.extras.get("top"),
        uneven=spec.extras.get("uneven"),
        sizes=PLAINLY if spec.extras.get("plainly") else USUAL,
        asides=tuple(spec.extras.get("asides", ())),
    )


def down_to_floor(chain: Chain, bottom: dict[str, float]) -> dict[str, float]:
    """Trunk and knee at which the fists hold a bar with full-size plates on the floor, lowering both together."""
    deeper = np.linspace(-0.3, 1.2, 31)
    trunk, knee = bottom["trunk"] + 12 * deeper, bottom["knee"] + 38 * deeper
    same = np.zeros_like(knee)
    course = Course(
        time_s=same, trunk=trunk, knee=knee, lumbar=same + bottom["lumbar"], thoracic=same, neck=same, arm=same,
        balance=same + 0.03, arms="legs",
    )  # fmt: skip
    height = chain.arms.grip(chain.solve(course).position, "L")[:, 2]
    best = np.abs(height - PLATE_M - 0.01).argmin()
    return bottom | {"trunk": float(trunk[best]), "knee": float(knee[best])}
