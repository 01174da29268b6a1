"""What simulated people truly had to hold: moments from their own joints, segment masses and mass centres.

Needs the extras that simulate (`anny`). The body is the parametric person's own: segment masses by de Leva of its own
mass, mass centres of its own skin, the lumbosacral disc where its rig bends. That is another body than the product's
straight chain, as a lifter's is. Kept per clip, so that the product can be compared without building people again.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hiphinge.geometry import Floats
from hiphinge.kinetics.chain import LoadAt, demands, masses_of
from hiphinge.kinetics.dynamics import GRAVITY, Wrench, needed
from validation.simulate.body import segment_masses
from validation.simulate.pose import Chain, Posed, mass_kg
from validation.simulate.sample import spec_of
from validation.simulate.take import Take, prepare

BELOW_DISC: Final = ("pelvis",)
LEG: Final = ("thigh", "shank", "foot")
RADIUS: Final = 0.27
"""Radius of gyration over segment length: between a third of a rod's (0.29) and a limb's (0.24-0.33)."""
SAME_M: Final = 0.005
ON_FLOOR_M: Final = 0.01
CLEAR_M: Final = 0.03
"""A bar this far above its lowest place is off the floor; between the two it is taken up."""


class Truth(NamedTuple):
    """A clip's truth: (T,) moments in N·m, both sides, + = extensor; forces on the trunk (T, 2) in N.

    `same_body` (4, T) are the same moments, in this order, by the product's own chain and tables on the true joints.
    `certain` marks samples in which the floor has nothing of the load. `disc_deg` is by how much the pelvis leans from
    its resting posture, `flexion_deg` the lumbar flexion from standing.
    """

    time_s: Floats
    mass_kg: float
    stature_m: float
    sex: str
    load_kg: float
    hip_moment_nm: Floats
    knee_moment_nm: Floats
    ankle_moment_nm: Floats
    l5s1_moment_nm: Floats
    same_body: Floats
    above: Floats
    disc_deg: Floats
    flexion_deg: Floats
    ground_n: Floats
    certain: NDArray[np.bool_]


def kept(folder: Path, cache: Path) -> Truth | None:
    """A clip's truth, made once; None where the person of today is not the one that was filmed."""
    file = cache / f"{folder.parent.name}-{folder.name}.true.npz"
    if not file.is_file():
        found = worked_out(folder)
        cache.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(file, **({} if found is None else found._asdict()))
    with np.load(file) as data:
        if not data.files:
            return None
        return Truth(**{name: data[name] if data[name].ndim else data[name].item() for name in Truth._fields})


def worked_out(folder: Path) -> Truth | None:
    """Build the person again and work out what every joint held."""
    truth = json.loads((folder / "truth.json").read_text())
    take = prepare(spec_of(truth["spec"]))
    table = pq.read_table(folder / "truth.parquet")
    shank = np.asarray(table["shank_inclination_deg"], dtype=float)
    if shank.size != take.planned.course.time_s.size:
        return None
    # the rule of balance changed once: legs stand as they were filmed
    take = replace(take, posed=take.chain.solve(take.planned.course, shank=shank))
    if not _same(take, table):
        return None
    body, posed, course = take.body, take.posed, take.planned.course
    single, time_s = bool(course.rear.size), course.time_s
    load = take.chain.arms.load_place(course, posed.rotation, posed.position)[:, [0, 2]]
    share, certain = _carried(load[:, 1], floor=truth["exercise"] == "deadlift")
    parts = _wrenches(take.chain, posed, time_s, mass_kg(body))
    loaded = needed(spec_load(take), load, acceleration=_second(load, time_s)).times(share)

    def joint(bone: str) -> Floats:
        sides = [posed.position[:, body.bone(f"{bone}.{side}")][:, [0, 2]] for side in "LR"]
        return sides[0] if single else (sides[0] + sides[1]) / 2

    def over(without: tuple[str, ...]) -> Wrench:
        whole = loaded
        for name, one in parts.items():
            if name not in without:
                whole = whole.plus(one)
        return whole

    sides = "L" if single else "LR"
    standing = {part: tuple(f"{part}.{side}" for side in sides) for part in LEG}
    feet, shanks = standing["foot"], standing["foot"] + standing["shank"]
    legs = shanks + standing["thigh"]
    free = tuple(f"{part}.R" for part in LEG) if single else ()
    disc = posed.position[:, body.bone("spine04")][:, [0, 2]]
    trunk = over(legs + free + BELOW_DISC)
    up = posed.rotation[:, body.bone("spine05")] @ _rest_up(take)
    held = _same_body(take, table, (load, share))
    return Truth(
        time_s=time_s,
        mass_kg=mass_kg(body),
        stature_m=body.shape.stature_m,
        sex=body.shape.sex,
        load_kg=spec_load(take),
        hip_moment_nm=over(legs).about(joint("upperleg01")),
        knee_moment_nm=-over(shanks).about(joint("lowerleg01")),
        ankle_moment_nm=over(feet).about(joint("foot")),
        l5s1_moment_nm=trunk.about(disc),
        same_body=held,
        above=trunk.force,
        disc_deg=np.rad2deg(np.arctan2(up[:, 0], up[:, 2])),
        flexion_deg=np.asarray(table["lumbar_flexion_deg"], dtype=float),
        ground_n=over(()).force[:, 1],
        certain=certain,
    )


def _same_body(take: Take, table: Any, carried: tuple[Floats, Floats]) -> Floats:
    """Moments (4, T) of hip, knee, ankle and disc by the product's chain on true joints, moving as they did."""
    single = bool(take.planned.course.rear.size)
    time_s = take.planned.course.time_s

    def place(name: str, sides: tuple[str, ...] = ("left", "right")) -> Floats:
        columns = [[np.asarray(table[f"{side}_{name}_{axis}_m"], dtype=float) for axis in "xz"] for side in sides]
        return np.moveaxis(np.mean(columns, axis=0), 0, -1)

    legs = ("left",) if single else ("left", "right")
    joints = {name: place(name, legs) for name in ("hip", "knee", "ankle", "heel", "toe")}
    joints |= {name: place(name) for name in ("shoulder", "ear", "elbow", "wrist")}
    if single:
        joints |= {f"free_{name}": place(name, ("right",)) for name in ("knee", "ankle", "heel", "toe")}
    moving = {name: _second(one, time_s) for name, one in joints.items()}
    where, share = carried
    load = LoadAt(spec_load(take), where, _second(where, time_s), share)
    masses = masses_of(mass_kg(take.body), "f" if take.body.shape.sex == "f" else "m")
    held = demands(joints, masses, accelerations=moving, load=load)
    return np.stack([held.hip, held.knee, held.ankle, held.l5s1])


def spec_load(take: Take) -> float:
    """The load in the hands or on the back, kg."""
    return float(take.spec.load_kg or 0.0)


def _wrenches(chain: Chain, posed: Posed, time_s: Floats, mass: float) -> dict[str, Wrench]:
    """What every segment needs, by name; places (T, 2) forward and up, moments counterclockwise."""
    found = {}
    for name, share in zip(chain.body.segments, segment_masses(chain.body), strict=True):
        centre = chain._centre(name, posed.rotation, posed.position)[:, [0, 2]]  # noqa: SLF001 - as balance does
        bone = int(np.flatnonzero(chain.body.segment_of_bone == chain.index[name])[0])
        length = 2 * float(np.linalg.norm(chain.centres[chain.index[name]] - chain.body.heads[bone]))
        turn = posed.rotation[:, bone]
        forward = np.unwrap(np.arctan2(turn[:, 0, 2], turn[:, 2, 2]))  # of the segment's own up, + forward
        found[name] = needed(
            mass * float(share),
            centre,
            acceleration=_second(centre, time_s),
            inertia=mass * float(share) * (RADIUS * length) ** 2,
            angular=-_second(forward[:, None], time_s)[:, 0],
        )
    return found


def _second(values: Floats, time_s: Floats) -> Floats:
    """Second derivative over time of (T, n), by central differences of exact values."""
    return np.asarray(np.gradient(np.gradient(values, time_s, axis=0), time_s, axis=0))


def _carried(height: Floats, *, floor: bool) -> tuple[Floats, NDArray[np.bool_]]:
    """How much of the load is carried (T,), and where that is certain."""
    if not floor:
        return np.ones_like(height), np.ones(height.size, dtype=bool)
    above = height - height.min()
    return np.clip((above - ON_FLOOR_M / 2) / (CLEAR_M - ON_FLOOR_M / 2), 0, 1), above > CLEAR_M


def _rest_up(take: Take) -> Floats:
    """The pelvis's up, from hips to disc, in its resting frame."""
    heads, bone = take.body.heads, take.body.bone
    line = heads[bone("spine04")] - (heads[bone("upperleg01.L")] + heads[bone("upperleg01.R")]) / 2
    return np.array([0.0, 0.0, float(np.linalg.norm(line))])


def _same(take: Take, table: Any) -> bool:
    """Whether today's code poses the person as it was filmed."""
    for joint, bone in (("hip", "upperleg01"), ("wrist", "wrist")):
        for axis, k in (("x", 0), ("z", 2)):
            filmed = np.asarray(table[f"left_{joint}_{axis}_m"], dtype=float)
            posed = take.posed.position[:, take.body.bone(f"{bone}.L"), k]
            if np.abs(filmed - posed).max() > SAME_M:
                return False
    return True


def gravity_weight(true: Truth) -> float:
    """Weight of body and load, N."""
    return GRAVITY * (true.mass_kg + true.load_kg)
