"""Reference figures of OpenSim's musculoskeletal models: moment arms, lengths, and moments of still postures.

Runs in an environment of its own, which has `opensim` and numpy and nothing of ours; the models are not part of the
project. What is kept (`reference/*.csv`) are figures worked out here:

`NAME_muscles.csv`  a row per hip and knee angle (degrees, + flexed): extension arm about the hip (`MUSCLE_arm_mm`) and
                    length from origin to insertion (`MUSCLE_length_mm`) of the right side's hip extensors; the first
                    row's `MUSCLE_force_n` is the model's greatest force.
`NAME_postures.csv` a row per posture: where joints and mass centres are (metres, forward and up from the ankle),
                    segment masses of both sides together, a load in the hands, and the moments that hold it all
                    still (N·m, both sides, + = extensor), by the model's own inverse dynamics with the ground's force
                    on the feet.
"""

import csv
from pathlib import Path
from typing import Any, Final

import numpy as np

HIPS: Final = range(0, 111, 5)
KNEES: Final = (0, 15, 30, 60, 90)
MUSCLES: Final = ("bflh", "semimem", "semiten", "glmax1", "glmax2", "glmax3",
                  "addmagDist", "addmagIsch", "addmagMid", "addmagProx")  # fmt: skip
GRAVITY: Final = 9.80665
BALANCED_AHEAD: Final = 0.028
"""The mass centre's place ahead of the ankle, statures."""
STATURE_M: Final = 1.70
POSTURES: Final = (
    *((f"hinge {trunk}", trunk, 15.0, load) for trunk in (15, 30, 45, 60, 75) for load in (0.0, 20.0)),
    *((f"rdl {trunk}", trunk, 20.0, load) for trunk in (60, 70, 80) for load in (0.0, 60.0)),
    *((f"deadlift {trunk}", trunk, knee, load) for trunk, knee in ((50, 70.0), (60, 60.0)) for load in (0.0, 100.0)),
    *((f"squat {trunk}", trunk, knee, load) for trunk, knee in ((20, 60.0), (35, 100.0)) for load in (0.0, 60.0)),
)
"""Name, the pelvis's lean, the knee's flexion (degrees) and the load in the hands (kg)."""
SEGMENTS: Final = {
    "foot": ("talus", "calcn", "toes"), "shank": ("tibia",), "thigh": ("femur", "patella"),
    "pelvis": ("pelvis", "sacrum"), "trunk": ("torso", "lumbar", "Abdomen"), "head": ("head",),
    "upper_arm": ("humerus",), "forearm": ("ulna", "radius"), "hand": ("hand",),
}  # fmt: skip
JOINTS: Final = {"ankle": "ankle_r", "knee": "walker_knee_r", "hip": "hip_r", "shoulder": "acromial_r",
                 "elbow": "elbow_r", "wrist": "radius_hand_r"}  # fmt: skip
LUMBAR: Final = {"back": "lumbar_extension", "L5_S1_IVDjnt": "L5_S1_Flex_Ext"}
"""The lowest joint of the spine: its name, and the coordinate that bends it; Rajagopal's lies higher than a disc."""
TABLE_NINE: Final = (30, 45, 60, 70, 80, 90)
"""Leans of the whole body above straight legs that turn with it, by which models are compared in publications."""


class Still:
    """A model without muscles, posed in the sagittal plane."""

    def __init__(self, path: Path) -> None:
        import opensim  # noqa: PLC0415 - only here

        opensim.Logger.setLevelString("error")
        self.opensim = opensim
        self.model = opensim.Model(str(path))
        self.model.updForceSet().clearAndDestroy()
        self.model.finalizeConnections()
        self.state = self.model.initSystem()
        names = self.model.getCoordinateSet()
        self.coordinates = {names.get(k).getName(): names.get(k) for k in range(names.getSize())}
        bodies = self.model.getBodySet()
        self.bodies = [bodies.get(k) for k in range(bodies.getSize())]
        self.slots = {name: self._slot(name) for name in self.coordinates}
        self.solver = opensim.InverseDynamicsSolver(self.model)
        self.lumbar = next(name for name in LUMBAR if self.model.getJointSet().contains(name))

    def _slot(self, name: str) -> int:
        """Where a coordinate's force stands among all."""
        self.state.updU().setToZero()
        self.coordinates[name].setSpeedValue(self.state, 1.0)
        speeds = [self.state.getU().get(k) for k in range(self.state.getNU())]
        self.state.updU().setToZero()
        return int(np.argmax(np.abs(speeds)))

    def pose(self, **degrees: float) -> None:
        """Set coordinates; a name without `_r` or `_l` sets both sides."""
        for name, value in degrees.items():
            sides = (name,) if name in self.coordinates else (f"{name}_r", f"{name}_l")
            for one in sides:
                self.coordinates[one].setValue(self.state, np.deg2rad(value), False)
        self.model.assemble(self.state)
        self.state.updU().setToZero()
        self.model.realizeDynamics(self.state)

    def stand(self, lean: float, knee: float, load: float) -> None:
        """Pose the feet flat, arms hanging, and lean the shank until the mass centre stands over the foot."""
        low, high = -40.0, 50.0
        for _ in range(30):
            shank = (low + high) / 2
            thigh = knee - shank
            self.pose(pelvis_tilt=-lean, hip_flexion=lean + thigh, knee_angle=knee, ankle_angle=shank, **_arms(lean))
            ahead = self.mass_centre(load)[0] - self.joint("ankle")[0]
            low, high = (shank, high) if ahead < BALANCED_AHEAD * STATURE_M else (low, shank)

    def point(self, place: Any) -> Any:
        """(3,) numbers of a vector of theirs."""
        return np.array([place.get(k) for k in range(3)])

    def joint(self, name: str) -> Any:
        """(2,) a joint's centre, forward and up."""
        joints = self.model.getJointSet()
        return self.point(joints.get(JOINTS.get(name, name)).getChildFrame().getPositionInGround(self.state))[:2]

    def centre(self, body: Any) -> Any:
        """(3,) a body's mass centre."""
        return self.point(body.findStationLocationInGround(self.state, body.getMassCenter()))

    def hands(self) -> dict[str, Any]:
        """Both hands by name."""
        return {body.getName(): body for body in self.bodies if body.getName().startswith("hand_")}

    def mass_centre(self, load: float) -> Any:
        """(2,) mass centre of body and load."""
        masses = [body.getMass() for body in self.bodies] + [load / 2, load / 2]
        places = [self.centre(body) for body in self.bodies] + [self.centre(hand) for hand in self.hands().values()]
        return np.average(places, axis=0, weights=masses)[:2]

    def moments(self, load: float) -> dict[str, float]:
        """Moments that hold the posture: N·m, both sides, + = extensor; the ground acts under the mass centre."""
        found = self._forces(load)
        both = {name: found[f"{name}_r"] + found[f"{name}_l"] for name in ("hip_flexion", "knee_angle", "ankle_angle")}
        return {
            "hip_nm": -both["hip_flexion"],
            "knee_nm": -both["knee_angle"],
            "ankle_nm": -both["ankle_angle"],
            "lumbar_nm": found[LUMBAR[self.lumbar]],
            "left_over_nm": found["pelvis_tilt"],
            "left_over_n": found["pelvis_ty"],
        }

    def _forces(self, load: float) -> dict[str, float]:
        """Give every coordinate's force: weights at mass centres, the load's at the hands, all of it at the feet."""
        applied: dict[int, Any] = {}

        def put(body: Any, place: Any, up: float) -> None:
            arm, force = place - self.point(body.getPositionInGround(self.state)), np.array([0.0, up, 0.0])
            kept = applied.setdefault(int(body.getMobilizedBodyIndex()), np.zeros((2, 3)))
            kept += np.stack([np.cross(arm, force), force])

        for body in self.bodies:
            put(body, self.centre(body), -GRAVITY * body.getMass())
        for hand in self.hands().values():
            put(hand, self.centre(hand), -GRAVITY * load / 2)
        weight = GRAVITY * (sum(body.getMass() for body in self.bodies) + load)
        ahead = self.mass_centre(load)[0]
        for body in self.bodies:
            if body.getName().startswith("calcn_"):
                place = self.centre(body)
                put(body, np.array([ahead, 0.0, place[2]]), weight / 2)
        osim = self.opensim
        forces = osim.VectorOfSpatialVec(max(applied) + 1, osim.SpatialVec(osim.Vec3(0), osim.Vec3(0)))
        for slot, (turning, force) in applied.items():
            forces.set(slot, osim.SpatialVec(osim.Vec3(*turning), osim.Vec3(*force)))
        none = osim.Vector(self.state.getNU(), 0.0)
        answer = self.solver.solve(self.state, none, none, forces)
        return {name: answer.get(slot) for name, slot in self.slots.items()}

    def places(self) -> dict[str, float]:
        """Joints, segment mass centres (metres from the ankle) and masses (kg, both sides)."""
        zero = self.joint("ankle")
        row: dict[str, float] = {}
        joints = {name: self.joint(name) for name in JOINTS} | {"lumbar": self.joint(self.lumbar)}
        for name, place in joints.items():
            row |= dict(zip((f"{name}_x_m", f"{name}_y_m"), place - zero, strict=True))
        for name, starts in SEGMENTS.items():
            parts = [body for body in self.bodies if body.getName().startswith(starts)]
            masses = [body.getMass() for body in parts]
            if parts:  # in some models the head is part of the torso
                centre = np.average([self.centre(body) for body in parts], axis=0, weights=masses)[:2] - zero
                row |= {f"{name}_kg": sum(masses), f"{name}_x_m": centre[0], f"{name}_y_m": centre[1]}
        return row


def _arms(lean: float) -> dict[str, float]:
    """Arms that hang; some models rest with theirs held out."""
    return {"arm_flex": lean, "arm_add": 0.0, "arm_rot": 0.0, "elbow_flex": 0.0, "pro_sup": 0.0}


def postures(path: Path) -> list[dict[str, Any]]:
    """Every posture of POSTURES, and those of TABLE_NINE (legs in line with the trunk)."""
    still = Still(path)
    rows = []
    for name, lean, knee, load in POSTURES:
        still.stand(lean, knee, load)
        row = {"posture": name, "lean_deg": lean, "knee_deg": knee, "load_kg": load}
        rows.append(row | still.places() | still.moments(load))
    for lean in TABLE_NINE:
        still.pose(pelvis_tilt=-lean, hip_flexion=lean, knee_angle=0, ankle_angle=0, **_arms(lean))
        row = {"posture": f"straight legs {lean}", "lean_deg": lean, "knee_deg": 0.0, "load_kg": 0.0}
        rows.append(row | still.places() | still.moments(0.0))
    return rows


def muscles(path: Path) -> list[dict[str, Any]]:
    """Arms about the hip and lengths of the right side's hip extensors."""
    import opensim  # noqa: PLC0415 - only here

    opensim.Logger.setLevelString("error")
    model = opensim.Model(str(path))
    state = model.initSystem()
    hip, knee = (model.getCoordinateSet().get(f"{name}_r") for name in ("hip_flexion", "knee_angle"))
    parts = {name: model.getMuscles().get(f"{name}_r") for name in MUSCLES}
    rows: list[dict[str, Any]] = []
    for bent in KNEES:
        for folded in HIPS:
            knee.setValue(state, np.deg2rad(bent), False)
            hip.setValue(state, np.deg2rad(folded), False)
            model.assemble(state)
            model.realizePosition(state)
            row: dict[str, Any] = {"hip_deg": folded, "knee_deg": bent}
            for name, part in parts.items():
                row[f"{name}_arm_mm"] = -1000 * part.computeMomentArm(state, hip)
                row[f"{name}_length_mm"] = 1000 * part.getLength(state)
                row[f"{name}_force_n"] = "" if rows else part.getMaxIsometricForce()
            rows.append(row)
    return rows


def extensors(path: Path) -> list[dict[str, Any]]:
    """Arms (mm) of the trunk's muscles about the lumbosacral disc when standing, and greatest forces (N)."""
    import opensim  # noqa: PLC0415 - only here

    opensim.Logger.setLevelString("error")
    model = opensim.Model(str(path))
    model.updConstraintSet().clearAndDestroy()  # each disc for itself
    model.finalizeConnections()
    state = model.initSystem()
    model.realizePosition(state)
    bend = model.getCoordinateSet().get("L5_S1_Flex_Ext")
    every = model.getMuscles()
    rows = []
    for k in range(every.getSize()):
        part = every.get(k)
        arm = 1000 * part.computeMomentArm(state, bend)
        if abs(arm) > 0.1:
            rows.append({"muscle": part.getName(), "arm_mm": arm, "force_n": part.getMaxIsometricForce()})
    return rows


def write(rows: list[dict[str, Any]], path: Path) -> None:
    """Write rows as CSV, numbers to four decimals."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(
            {name: f"{v:.4f}".rstrip("0").rstrip(".") if isinstance(v, float) else v for name, v in row.items()}
            for row in rows
        )


def main(models: dict[str, Path], folder: Path) -> None:
    """Write the reference figures of each model."""
    for name, path in models.items():
        write(postures(path), folder / f"{name}_postures.csv")
        write(muscles(path), folder / f"{name}_muscles.csv")
        if name == "lifting":
            write(extensors(path), folder / f"{name}_extensors.csv")
        print(f"{name}: written")
