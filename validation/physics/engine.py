"""The same movements in MuJoCo, a rigid-body engine: what its inverse dynamics asks of each joint.

Needs `mujoco` beside hiphinge. Keeps `reference/engine.csv`: motion, time and the moments at ankle, knee, hip and
lumbosacral disc with the signs of ours (N·m, both sides, + = extensor).
"""

from pathlib import Path
from typing import Any, Final

import numpy as np

from hiphinge.kinetics.dynamics import GRAVITY
from validation.physics.motions import CHAIN, GRIP, LENGTHS, MASSES, MOTIONS, Floats, Motion, angles
from validation.physics.musculoskeletal import write

SAMPLES: Final = 48
TINY: Final = 1e-9
"""kg·m²: an engine wants some inertia where ours is a point."""


def moments(motion: Motion, time_s: Floats) -> dict[str, Floats]:
    """Moments (T,) by the engine."""
    import mujoco  # noqa: PLC0415 - not in every environment

    model = mujoco.MjModel.from_xml_string(_chain(motion.load_kg))
    data = mujoco.MjData(model)
    turned = angles(motion, time_s)
    # joints in the order of the chain; counterclockwise is backward, so a forward lean counts as negative
    absolute = [np.stack(turned[name]) for name in CHAIN]
    shank, thigh, trunk, neck, upper, fore = absolute
    joints = [-shank, -(thigh - shank), -(trunk - thigh), np.zeros_like(trunk), -(neck - trunk)]
    joints += [upper + trunk, fore - upper]  # an arm that swings forward turns counterclockwise
    found = np.empty((time_s.size, model.nv))
    for k in range(time_s.size):
        data.qpos[:], data.qvel[:], data.qacc[:] = (np.array([joint[row, k] for joint in joints]) for row in range(3))
        mujoco.mj_inverse(model, data)
        found[k] = data.qfrc_inverse
    ankle, knee, hip, disc = found[:, :4].T
    return {"ankle_nm": ankle, "knee_nm": -knee, "hip_nm": hip, "l5s1_nm": disc}


def main(folder: Path) -> None:
    """Write the reference figures."""
    rows: list[dict[str, Any]] = []
    for name, motion in MOTIONS.items():
        time_s = np.arange(SAMPLES) * motion.period_s / SAMPLES
        held = moments(motion, time_s)
        rows += [
            {"motion": name, "time_s": float(t)} | {key: float(values[k]) for key, values in held.items()}
            for k, t in enumerate(time_s)
        ]
    write(rows, folder / "engine.csv")


def _chain(load_kg: float) -> str:
    """The body as the engine's own description: a chain from a fixed ankle, drawn upright with arms hanging."""
    own, disc = MASSES.segments, LENGTHS["trunk"] * MASSES.disc_at
    column = MASSES.column * MASSES.disc_at
    trunk = own["trunk"]
    # the trunk above the disc: the whole trunk less a point half way up to the disc, as ours takes it
    high = LENGTHS["trunk"] * (1 - trunk.centre)
    mass = trunk.mass - column
    centre = (trunk.mass * high - column * disc / 2) / mass
    inertia = trunk.mass * ((trunk.radius * LENGTHS["trunk"]) ** 2 + (high - centre) ** 2)
    inertia -= column * (disc / 2 - centre) ** 2
    fist = 2 * own["hand"].mass, -own["hand"].centre * LENGTHS["forearm"], 2 * _own("hand", "forearm")
    load = _body("load", (0, -GRIP * LENGTHS["forearm"]), _mass(load_kg, 0, TINY), joint="") if load_kg else ""
    forearm = _mass(2 * own["forearm"].mass, -own["forearm"].centre * LENGTHS["forearm"], 2 * _own("forearm"))
    hand = _body("hand", (0, 0), _mass(*fist), joint="")
    arm = _mass(2 * own["upper_arm"].mass, -own["upper_arm"].centre * LENGTHS["upper_arm"], 2 * _own("upper_arm"))
    arms = _body("upper_arm", (0, LENGTHS["trunk"] - disc),
                 arm + _body("forearm", (0, -LENGTHS["upper_arm"]), forearm + hand + load))  # fmt: skip
    head = _body("head", (0, LENGTHS["trunk"] - disc), _mass(own["head"].mass, LENGTHS["neck"], _own("head", "neck")))
    above = _body("trunk", (0, disc), _mass(mass, centre - disc, inertia) + head + arms)
    low = _body("sacrum", (0, LENGTHS["thigh"]), _mass(column, disc / 2, TINY) + above)
    legs = {name: _mass(2 * own[name].mass, (1 - own[name].centre) * LENGTHS[name], 2 * _own(name))
            for name in ("shank", "thigh")}  # fmt: skip
    thigh = _body("thigh", (0, LENGTHS["shank"]), legs["thigh"] + low)
    shank = _body("shank", (0, 0), legs["shank"] + thigh)
    return (
        f'<mujoco><compiler angle="radian"/><option gravity="0 {-GRAVITY} 0"/><worldbody>{shank}</worldbody></mujoco>'
    )


def _own(name: str, length: str | None = None) -> float:
    one = MASSES.segments[name]
    return float(one.mass * (one.radius * LENGTHS[length or name]) ** 2)


def _mass(mass: float, up: float, inertia: float) -> str:
    thin = inertia / 2
    return f'<inertial mass="{mass!r}" pos="0 {up!r} 0" diaginertia="{inertia!r} {thin!r} {inertia!r}"/>'


def _body(name: str, at: tuple[float, float], inside: str, joint: str = '<joint type="hinge" axis="0 0 1"/>') -> str:
    return f'<body name="{name}" pos="{at[0]!r} {at[1]!r} 0">{joint}{inside}</body>'
