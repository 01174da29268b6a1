"""An assessed stick lifter with moments made by hand, for tests of what is said of loads."""

from dataclasses import replace

import msgspec
import numpy as np
import xarray as xr

from hiphinge.kinetics import Kinetics
from hiphinge.result import Analysis

PEAKS = {
    "ankle_moment_nm": 60.0,
    "knee_moment_nm": -30.0,
    "hip_moment_nm": 300.0,
    "l5s1_moment_nm": 240.0,
    "l5s1_compression_n": 4300.0,
    "l5s1_shear_n": 600.0,
    "ground_reaction_n": 900.0,
}


def kinetics_of(
    analysis: Analysis, *, mass_kg: float = 75.0, load_kg: float = 20.0, spread: float = 0.2, **attrs: object
) -> Kinetics:
    """Moments that follow the trunk's lean, their bounds `spread` either side, larger from repetition to repetition."""
    motion, reps = analysis.kinematics, analysis.record.reps
    time_s = motion["time"].to_numpy()
    own = {"moment": 1.0, "n": 1.0} if np.isfinite(mass_kg) else {"moment": 1 / 75, "n": 1 / 75 / 9.81}
    lean = np.clip(motion["trunk_inclination_deg"].to_numpy() / 65.0, 0.0, None)
    inside = np.full_like(time_s, np.nan)
    for rep in reps:
        inside[(time_s >= rep.start_s) & (time_s < rep.end_s)] = 1.0 + 0.02 * rep.index
    variables = {
        name: (
            ("time", "bound"),
            np.stack([own[_kind(name)] * peak * lean * inside * k for k in _sides(peak, spread)], axis=1),
        )
        for name, peak in PEAKS.items()
    }
    flat = {"centre_of_pressure_m": ("time", inside * 0.05), "load_share": ("time", inside)}
    known = {
        "unit_mass": "kg" if np.isfinite(mass_kg) else "body",
        "scale": "given",
        "stature_m": 1.75,
        "stature_error_m": 0.026,
        "mass_kg": mass_kg,
        "load_kg": load_kg,
        "cutoff_hz": 6.0,
        "dynamic": 0,
        "kept": 0.9,
        "weight_residual": 0.0,
    }
    series = xr.Dataset(variables | flat, {"time": time_s, "bound": ["low", "best", "high"]}, known | attrs)
    return Kinetics(series)


def _sides(peak: float, spread: float) -> tuple[float, float, float]:
    return (1 - spread, 1.0, 1 + spread) if peak > 0 else (1 + spread, 1.0, 1 - spread)


def _kind(name: str) -> str:
    return "moment" if name.endswith("_nm") else "n"


def with_record(analysis: Analysis, **changes: object) -> Analysis:
    return replace(analysis, record=msgspec.structs.replace(analysis.record, **changes))
