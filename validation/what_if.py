"""What other postures would ask of one man of usual build, beside what others measured.

    python -m validation.what_if

No clip is needed: postures are made, stand in balance, and are held by the product's own physics with its own draws.
"""

from typing import NamedTuple

import numpy as np

from hiphinge.anthropometry import segments
from hiphinge.ghost.body import GhostLengths, Load, Places, Posture, joints, load_place
from hiphinge.ghost.right import Stand
from hiphinge.kinetics.body import Body
from hiphinge.kinetics.draws import Draws
from hiphinge.kinetics.dynamics import GRAVITY
from hiphinge.records.supposed import Held, Supposition
from hiphinge.settings import load_settings
from hiphinge.synthetic import BALANCE, FOREARM, SHANK, THIGH, TRUNK, UPPER_ARM
from hiphinge.what_if.compare import suppositions
from hiphinge.what_if.held import Errors, Pose, Scales, held
from hiphinge.what_if.sentences import plus
from hiphinge.what_if.squat import Limits, between_the_feet, squatted
from hiphinge.words import signed

SETTINGS = load_settings()
LENGTHS = GhostLengths(
    SHANK, THIGH, TRUNK, 0.1, UPPER_ARM, FOREARM, np.array([-0.045, -0.039]), np.array([0.107, -0.039]), 0.05
)
ERRORS = Errors(shank=4.0, knee=6.0, trunk=3.0, flexion=8.0, pelvis=6.0)
"""Degrees, as in a good side view (accuracy.md)."""
FLEXION_DEG = SETTINGS.what_if.usual_flexion_deg


class Man(NamedTuple):
    """Whose body, with what load, how far folded."""

    mass_kg: float
    stature_m: float
    load_kg: float
    trunk: float
    knee: float


def main() -> None:
    print("A hinge held still at the bottom, beside the same otherwise; bounds of the difference\n")
    print("| man, load, hinge | posture | L5/S1 moment | compression | hips | knees N·m | shear N |")
    print("|---|---|---|---|---|---|---|")
    for man in (Man(75, 1.75, 0, 70, 20), Man(75, 1.75, 20, 70, 20), Man(75, 1.75, 60, 70, 20)):
        for name, found in table(man).items():
            print(f"| {man.load_kg:.0f} kg | {name} | {' | '.join(_told(found))} |")
    print("\nBeside others (20 kg, a man of 70 kg and 1.74 m)\n")
    between, front = ratios()
    print("Bent knees over a round back: pressure in a living disc (Wilke et al. 1999, L4/L5, one man) 0.74,")
    print(f"our compression {between:.2f} with the load between the feet, {front:.2f} in front of the knees")


def table(man: Man) -> dict[str, dict[Held, Supposition]]:
    """Every posture's quantities, by its name."""
    poses = postures(man)
    scales = Scales(
        Body(man.mass_kg, man.stature_m, 0.015 * man.stature_m, "m"),
        man.load_kg,
        ERRORS,
        Draws(SETTINGS.kinetics.draws, SETTINGS.kinetics.seed),
        SETTINGS.kinetics,
        SETTINGS.what_if,
    )
    first, drawn = held(poses["as filmed"], scales)
    return {
        name: suppositions(
            held(pose, scales)[0],
            None if name == "as filmed" else first,
            drawn.stands,
            known_mass=True,
            weight=man.mass_kg * GRAVITY,
            kinetics=SETTINGS.kinetics,
            settings=SETTINGS.what_if,
        )
        for name, pose in poses.items()
    }


def postures(man: Man) -> dict[str, Pose]:
    """A balanced hinge with hanging arms, and the same otherwise."""
    own = SETTINGS.what_if
    load = Load(man.load_kg / man.mass_kg) if man.load_kg else None
    stand = Stand(LENGTHS, segments("m"), BALANCE, load)
    hinge = stand.balanced(Posture(0.0, man.knee, man.trunk, 0.0))
    assert hinge is not None
    first = _pose(hinge, stand, man)
    back = own.pelvis_share * own.rounded_deg
    found = {
        "as filmed": first,
        f"rounded {own.rounded_deg:.0f}° more": first._replace(
            flexion_deg=FLEXION_DEG + own.rounded_deg, pelvis_back_deg=back
        ),
    }
    if first.load_at is not None:
        for cm in (own.shift_small_cm, own.shift_cm):
            away = np.array([cm / 100, 0.0])
            found[f"load {cm:.0f} cm nearer"] = first._replace(load_at=first.load_at - away)
            found[f"load {cm:.0f} cm farther"] = first._replace(load_at=first.load_at + away)
    height = float(joints(hinge, LENGTHS)["wrist"][1])
    limits = Limits(own.squat_knee_most_deg, own.squat_shank_most_deg, own.squat_hip_to_knee)
    for name, lengths in (("between the feet", between_the_feet(LENGTHS)), ("in front of the knees", LENGTHS)):
        low = Stand(lengths, stand.masses, BALANCE, load)
        squat = squatted(low, lambda at: float(at["wrist"][1]), like=hinge, height=height, limits=limits)
        if squat is not None and (load is not None or lengths is LENGTHS):
            found["squat" if load is None else f"squat, load {name}"] = _pose(squat, low, man)
    return found


def ratios() -> tuple[float, float]:
    """Compression of squats, load between the feet and in front of the knees, over that of the rounded hinge; 20 kg."""
    found = table(Man(70, 1.74, 20, 70, 20))
    pressed = {name: one["l5s1_compression"].value.best for name, one in found.items()}
    over = pressed[f"rounded {SETTINGS.what_if.rounded_deg:.0f}° more"]
    return pressed["squat, load between the feet"] / over, pressed["squat, load in front of the knees"] / over


def _pose(posture: Posture, stand: Stand, man: Man) -> Pose:
    places = joints(posture, stand.lengths)
    at = None if stand.load is None else man.stature_m * load_place(places, stand.masses, stand.load)
    metres: Places = {name: man.stature_m * place for name, place in places.items()}
    return Pose(metres, at, posture.trunk, FLEXION_DEG)


def _told(found: dict[Held, Supposition]) -> list[str]:
    cells = []
    for name in ("l5s1_moment", "l5s1_compression", "hip_moment", "knee_moment", "l5s1_shear"):
        one = found[name]
        if one.difference is None:
            low, best, high = (signed(value, 0) for value in (one.value.low, one.value.best, one.value.high))
            cells.append(f"{best} ({low} … {high})")
            continue
        span = one.change_percent or one.difference
        unit = " %" if one.change_percent else ""
        low, best, high = (plus(value) for value in (span.low, span.best, span.high))
        cells.append(f"{best}{unit} ({low} to {high})")
    return cells


if __name__ == "__main__":
    main()
