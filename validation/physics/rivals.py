"""Other people's formulae for the low back, as they stand, to be held beside ours. Pure numbers; SI in, SI out.

None of them is used by the product. Those whose coefficients are from memory of the paper say so.
"""

import math
from typing import Final

POUND_N: Final = 4.4482216
POUND_KG: Final = 0.45359237
INCH_M: Final = 0.0254
DISC_MM2: Final = 1800.0
DISC_SHARE: Final = 0.66
"""Share of a disc's area times pressure that its compression is (likely; from memory)."""
REFERENCE_N: Final = 10_000.0
"""Ultimate strength that LiFFT assumes of a spine."""


def lever(forces: tuple[tuple[float, float], ...], *, arm_m: float, tilt_deg: float) -> dict[str, float]:
    """One extensor against a cantilever: N·m and N.

    Weights (N) at levers (m) in front of the disc need the extensor F = M/d; along the disc's normal, leaning by
    `tilt_deg`, that leaves C = F + W cos γ and S = W sin γ (Chaffin and Andersson; Nordin and Frankel).
    """
    moment = sum(weight * lever_m for weight, lever_m in forces)
    weight, tilt = sum(one for one, _ in forces), math.radians(tilt_deg)
    force = moment / arm_m
    return {"moment": moment, "force": force, "compression": force + weight * math.cos(tilt),
            "shear": weight * math.sin(tilt)}  # fmt: skip


def back_compressive_force(mass_kg: float, trunk_deg: float, load_kg: float, reach_m: float) -> float:
    """Newtons by the University of Utah's estimate (Bloswick), `reach_m` from low back to hands, level.

    F = 3 BW sin θ + L HB/2 + 0.8 (BW/2 + L) in pounds and inches (form from memory).
    """
    body, load, reach = mass_kg / POUND_KG, load_kg / POUND_KG, reach_m / INCH_M
    pounds = 3 * body * math.sin(math.radians(trunk_deg)) + 0.5 * load * reach + 0.8 * (body / 2 + load)
    return pounds * POUND_N


def polynomial(moment_nm: float) -> float:
    """Newtons at L4/L5 from the extension moment alone (McGill, Norman and Cholewicki 1996; coefficients from memory).

    C = 1067.6 + 1.219 M + 0.083 M² − 0.0001 M³, fitted to moments of handling at work: beyond 400 N·m it turns down.
    """
    return 1067.6 + 1.219 * moment_nm + 0.083 * moment_nm**2 - 0.0001 * moment_nm**3


def cycles_to_failure(compression_n: float, strength_n: float = REFERENCE_N) -> float:
    """Cycles of a compression that LiFFT's fatigue curve gives a spine (Gallagher and others 2017).

    A figure for jobs, from dead specimens: nothing in it heals, and it says nothing about training.
    """
    return 902_416.0 * math.exp(-0.162 * 100.0 * compression_n / strength_n)


def pressure_to_compression(pressure_mpa: float) -> float:
    """Newtons on a disc of 1800 mm² from the pressure measured inside it (Wilke and others 1999)."""
    return pressure_mpa * DISC_MM2 * DISC_SHARE


def oblique(moment_nm: float, *, arm_m: float, obliquity_deg: float) -> dict[str, float]:
    """Newtons of an extensor that pulls backward from the spine's axis (Cholewicki and others 1991)."""
    force, tilt = moment_nm / arm_m, math.radians(obliquity_deg)
    return {"force": force, "axial": force * math.cos(tilt), "shear": -force * math.sin(tilt)}


def arc_deg(height_m: float, chord_m: float) -> float:
    """Angle between the ends of an arc of a back, by a flexible ruler: φ = 4 atan(2 h / L)."""
    return math.degrees(4 * math.atan(2 * height_m / chord_m))


def rounded_pelvis(trunk_deg: float, knee_deg: float = 180.0) -> float:
    """Sacral rotation (°) of people who stoop (Anderson, Chaffin and others 1985; coefficients from memory).

    `knee_deg` is the included angle, 180 straight. A hinge on a straight back turns the pelvis by the trunk's lean.
    """
    t, k = trunk_deg, knee_deg
    return -17.5 - 0.12 * t + 0.227 * k + 0.0012 * t * k + 0.0050 * t**2 - 0.00075 * k**2
