"""Worked and published cases: what was expected, and what the product's own code gives."""

import math
from typing import Final

import numpy as np

from hiphinge.ghost.body import Posture, joints
from hiphinge.kinetics.chain import Demands, LoadAt, demands, masses_of
from hiphinge.kinetics.dynamics import applied, needed
from hiphinge.kinetics.lumbar import Lumbar, lumbar
from hiphinge.muscles.lengths import head_change
from hiphinge.muscles.model import muscle_model
from hiphinge.muscles.strength import hip_strength, passive_extension
from hiphinge.records import Sex
from hiphinge.strength.one_rm import by_formula
from validation.accuracy.published import EXACT, Case
from validation.accuracy.published import cases as kinematic_cases
from validation.physics import rivals, typical
from validation.physics.references import straight_legs

G: Final = 9.81
PUBLISHED: Final = "published"
WORKED: Final = "worked out"
MEMORY: Final = "coefficients from memory"


def cases() -> list[Case]:
    """Every case."""
    physics = [*_levers(), *_runner(), *_held(), *_full_body(), *_disc_pressure(), *_rivals()]
    return [*physics, *_muscles(), *_repetitions(), *kinematic_cases()]


def _levers() -> list[Case]:
    """Cantilevers: weights in front of the disc against one extensor."""
    found = []
    for name, parts, arm, tilt, expected in (
        ("trunk 350 N, load 450 N, disc at 55°", ((350, 0.20), (450, 0.30)), 0.05, 55, (205, 4558.9, 655.3)),
        ("trunk 450 N, load 200 N, disc at 35°", ((450, 0.25), (200, 0.40)), 0.05, 35, (192.5, 4382.4, 372.8)),
        ("20 kg at 0.40 m", ((40 * G, 0.20), (20 * G, 0.40)), 0.05, 45, (157.0, 3555, None)),
        ("20 kg at 0.25 m", ((40 * G, 0.20), (20 * G, 0.25)), 0.05, 45, (127.5, 2967, None)),
    ):
        moment = sum(weight * ahead for weight, ahead in parts)
        back = lumbar(np.asarray(moment), np.array([0, sum(w for w, _ in parts)]), disc_deg=tilt, arm_m=arm)
        values = (moment, float(back.compression), float(back.shear))
        for what, unit, one, value in zip(("moment", "compression", "shear"), ("N·m", "N", "N"), expected, values,
                                          strict=True):  # fmt: skip
            if one is not None:
                found.append(Case(f"lever, {name}: {what}", EXACT, one, value, 0.005 * one, unit))
    rod = needed(350 / G, np.array([0.5, 0.0]), gravity=G).plus(needed(200 / G, np.array([1.0, 0.0]), gravity=G))
    pull = float(rod.about(np.zeros(2))) / (2 / 3 * math.sin(math.radians(12)))
    found.append(Case("rod held by a muscle at 12°: its pull", EXACT, 2705, pull, 5, "N"))
    lifter = lumbar(np.asarray(988.0), np.zeros(2), disc_deg=60, arm_m=0.06, obliquity_deg=5)
    found += [
        Case("powerlifter's 988 N·m: extensor", PUBLISHED, 16_467, float(lifter.extensor), 1, "N"),
        Case("… across the disc", PUBLISHED, 16_404, float(lifter.compression), 1, "N"),
        Case("… along it", PUBLISHED, -1_435, float(lifter.shear), 1, "N"),
    ]
    whole = lumbar(np.asarray(988.0), np.array([0, 300 * G]), disc_deg=70, arm_m=0.06, obliquity_deg=5)
    found.append(Case("… with 300 kg above, disc at 70°: published compression", PUBLISHED, 17_192,
                      float(whole.compression), 0.06 * 17_192, "N"))  # fmt: skip
    return found


def _runner() -> list[Case]:
    """One frame of simulated running whose joint moments are known (van den Bogert), foot upward."""
    hip, knee, ankle, toe = (np.array(place) for place in (
        (0.159606, 0.855031), (0.297567, 0.425651), (0.098448, 0.071832), (0.234122, -0.016587)))  # fmt: skip
    bodies = (
        ("ankle", -144.98, 1131.0, 1.00, (ankle, toe, 0.0), 0.0200, (-2.5925, -0.1275), 10.893751),
        ("knee", 106.51, 1089.0, 2.86, (knee, ankle, 0.4334975), 0.042996389, (-16.042686, 3.823855), 59.388728),
        ("hip", -36.62, 967.3, 6.85, (hip, knee, 0.4323725), 0.145361267, (-11.82786, 7.816724), -55.110228),
    )
    whole = applied(np.array([-101.5011, 1136.338]), np.array([0.23264, 0.0])).times(-1.0)
    found = []
    for name, moment, force, mass, (near, far, share), inertia, acceleration, turning in bodies:
        centre = near + share * (far - near)
        whole = whole.plus(needed(mass, centre, acceleration=np.array(acceleration), inertia=inertia, angular=turning))
        found += [
            Case(f"running, one frame: {name}, moment", EXACT, moment, float(whole.about(near)), 0.05, "N·m"),
            Case(f"running, one frame: {name}, force", EXACT, force, float(np.hypot(*whole.force)), 0.5, "N"),
        ]
    return found


def _held() -> list[Case]:
    """A hinge held still on straight legs, by de Leva's masses and Drillis and Contini's lengths."""
    found = []
    for mass, stature, sex, trunk, load, *expected in (
        (75, 1.75, "m", 30, 0, 63.5, 1397, 196, 82.3),
        (75, 1.75, "m", 45, 0, 89.8, 1774, 277, 116.3),
        (75, 1.75, "m", 70, 0, 119.4, 2123, 368, 154.6),
        (75, 1.75, "m", 90, 0, 127.0, 2117, 391, 164.5),
        (75, 1.75, "m", 70, 20, 195.6, 3460, 552, 247.5),
        (75, 1.75, "m", 70, 60, 348.0, 6134, 921, 433.4),
        (75, 1.75, "m", 75, 100, 514.3, 8927, 1325, 636.5),
        (60, 1.65, "f", 70, 0, 93.1, 1657, 288, 119.3),
        (60, 1.65, "f", 70, 30, 200.9, 3553, 565, 250.7),
    ):
        held, back = _hinge(float(mass), float(stature), "f" if sex == "f" else "m", float(trunk), load_kg=float(load))
        values = (float(held.l5s1), float(back.compression), float(back.shear), float(held.hip))
        name = f"{mass} kg, trunk {trunk}°, {load} kg"
        found += [
            Case(f"hinge held still, {name}: {what}", WORKED, one, value, 0.01 * one, unit)
            for what, unit, one, value in zip(
                ("L5/S1 moment", "compression", "shear", "hip moment"), ("N·m", "N", "N", "N·m"), expected, values,
                strict=True)
        ]  # fmt: skip
    return found


def _hinge(mass: float, stature: float, sex: Sex, trunk: float, *, load_kg: float) -> tuple[Demands, Lumbar]:
    places = joints(Posture(0.0, 0.0, trunk, 0.0, arm=(0.0, 0.0)), typical.lengths_of(stature, sex))
    load = LoadAt(load_kg, places["wrist"])
    held = demands(places, masses_of(mass, sex), load=load, gravity=G)
    return held, lumbar(held.l5s1, held.above, disc_deg=trunk, arm_m=0.06)


def _full_body() -> list[Case]:
    """Rajagopal's model with straight legs that lean with the trunk, by what OpenSim gave before."""
    expected = {30: 66.2, 45: 106.1, 60: 138.8, 70: 155.4, 80: 167.4, 90: 174.2}
    return [
        Case(f"75.3 kg, Rajagopal's model leaning {lean:.0f}°: hip moment", PUBLISHED, expected[int(lean)],
             float(_hinge(75.34, 1.70, "m", lean - 4.4, load_kg=0.0)[0].hip), 0.12 * theirs["hip"], "N·m")
        for lean, theirs, _ in straight_legs("rajagopal")
    ]  # fmt: skip


def _disc_pressure() -> list[Case]:
    """Pressure in one living disc, times its area, beside the lever with an arm of 6 cm."""
    found = []
    for name, trunk, load, pressure in (("bent forward", 36.0, 0.0, 1.1), ("20 kg, round back", 70.0, 20.0, 2.3)):
        expected = rivals.pressure_to_compression(pressure)
        back = _hinge(70.0, 1.74, "m", trunk, load_kg=load)[1]
        found.append(Case(f"pressure in a disc, {name}", PUBLISHED, expected, float(back.compression),
                          0.35 * expected, "N"))  # fmt: skip
    return found


def _rivals() -> list[Case]:
    utah = rivals.back_compressive_force(175 * rivals.POUND_KG, 45, 44 * rivals.POUND_KG, 20 * rivals.INCH_M)
    found = [Case("Utah: 175 lb, 45°, 44 lb at 20 in", MEMORY, 4076, utah, 4, "N")]
    found += [
        Case(f"LiFFT: cycles at {compression} N", PUBLISHED, cycles, rivals.cycles_to_failure(compression),
             max(0.01 * cycles, 0.5), "")
        for compression, cycles in ((2000, 35_342), (3400, 3_659), (5000, 274), (6400, 28))
    ]  # fmt: skip
    found += [
        Case(f"McGill's polynomial at {moment} N·m", MEMORY, expected, rivals.polynomial(moment), 1, "N")
        for moment, expected in ((100, 1920), (200, 3831), (300, 6203))
    ]
    found.append(Case("a back's arc, 2 cm high over 20 cm", EXACT, 45.24, rivals.arc_deg(0.02, 0.20), 0.01, "°"))
    detailed = typical.powerlifter().ours["l5s1_moment_nm"].best
    found.append(Case("68 kg by a lifter of 98.8 kg: a straight hinge held still (a detailed model: 684)", WORKED, 454,
                      detailed, 0.02 * 454, "N·m"))  # fmt: skip
    return found


def _muscles() -> list[Case]:
    found = []
    heads = {"biceps_femoris": "BF", "semimembranosus": "SM", "semitendinosus": "ST"}
    for posture, expected in (((90, 20), (1.149, 1.131, 1.153)), ((60, 10), (1.104, 1.095, 1.108)),
                              ((110, 110), (1.051, 0.975, 1.032))):  # fmt: skip
        for (head, word), one in zip(heads.items(), expected, strict=True):
            longer = 1 + float(head_change(head, *posture, by="hawkins_hull"))
            found.append(Case(f"hamstring length, {word} at hip {posture[0]}°, knee {posture[1]}°", MEMORY, one, longer,
                              0.001, ""))  # fmt: skip
    curve = muscle_model().hip_strength.m.young
    found += [
        Case(f"hip strength at {hip}°, man of 75 kg and 1.75 m", PUBLISHED, expected,
             75 * G * 1.75 * float(hip_strength(hip, curve)), 0.7, "N·m")
        for hip, expected in ((0, 130), (30, 192), (60, 206), (90, 170))
    ]  # fmt: skip
    found += [
        Case(
            f"relaxed hip at {hip}°, knee {knee}°",
            PUBLISHED,
            expected,
            -float(passive_extension(hip, knee)),
            0.1,
            "N·m",
        )
        for hip, knee, expected in ((90, 0, -51.4), (90, 15, -34.3), (60, 30, -4.0))
    ]
    return found


def _repetitions() -> list[Case]:
    expected = {"Epley": 116.67, "Brzycki": 112.5, "Lombardi": 117.46, "O'Conner": 112.5, "Wathan": 116.58,
                "Mayhew": 119.01, "Lander": 113.71}  # fmt: skip
    return [Case(f"most once, 100 kg × 5, {name}", PUBLISHED, expected[name], value, 0.01, "kg")
            for name, value in by_formula(100.0, 5).items()]  # fmt: skip
