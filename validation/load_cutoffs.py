"""Which low-pass in front of accelerations gives simulated lifters' greatest low-back moment right.

    python -m validation.load_cutoffs FOLDER…

Each folder holds simulated clips with their kept tracks. The truth is the same chain and the same tables on the clip's
true joints, so that only what landmarks do to angles, places and accelerations is left; a load is where the true fists
hold it. For choosing settings: give it `tune` alone.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from msgspec.structs import replace

from hiphinge import video
from hiphinge.analysis import Request, assess
from hiphinge.cleaning.smoothing import low_pass
from hiphinge.errors import HiphingeError
from hiphinge.exercises import exercises
from hiphinge.geometry import Floats
from hiphinge.kinetics.chain import LoadAt, Places, demands, masses_of
from hiphinge.kinetics.posture import derivatives
from hiphinge.kinetics.solving import SWUNG
from hiphinge.records import Load, Subject
from hiphinge.settings import Settings, load_settings
from validation import tracks

MASS_KG: Final = 75.0
CUTOFFS_HZ: Final = (1.5, 2.0, 4.0, 8.0)
TRUE_HZ: Final = 10.0
"""True joints are kept to a millimetre; below this their accelerations are smooth."""
SAME_REP_S: Final = 0.75


def main() -> int:
    folders = [Path(name) for name in sys.argv[1:]]
    off: dict[tuple[str, str], list[float]] = defaultdict(list)
    for clip in (file.parent for folder in folders for file in sorted(folder.glob("*/truth.json"))):
        if not (clip / tracks.TRACK).is_file():
            continue
        for how, settings in _ways():
            try:
                exercise, errors = _errors(clip, settings)
            except HiphingeError as error:
                print(f"{clip.name}: {error}")
                break
            off[exercise, how] += errors
            print(f"{clip.name:24} {how:6} {100 * np.mean(errors or [np.nan]):+6.0f} %", flush=True)
    for (exercise, how), errors in off.items():
        if how == "still" and exercise in SWUNG:  # a swing is never taken as still
            continue
        print(f"{exercise:18} {how:6} {100 * np.mean(errors or [np.nan]):+6.0f} %  {len(errors)} repetitions")
    return 0


def _ways() -> list[tuple[str, Settings]]:
    whole = load_settings()
    still = replace(whole, kinetics=replace(whole.kinetics, pressure_out_most=-1.0))
    moving = [
        (f"{hz:g} Hz", replace(whole, kinetics=replace(
            whole.kinetics, cutoff_slow_hz=hz, cutoff_swing_hz=hz, pressure_out_most=1.0)))
        for hz in CUTOFFS_HZ
    ]  # fmt: skip
    return [("still", still), *moving]


def _errors(clip: Path, settings: Settings) -> tuple[str, list[float]]:
    """Greatest moment of each repetition over the true one's, less one."""
    truth = json.loads((clip / "truth.json").read_text())
    spec: dict[str, Any] = truth["spec"]
    sex, load_kg = spec["shape"]["sex"], spec["load_kg"]
    subject = Subject(mass_kg=MASS_KG, stature_cm=100 * truth["stature_m"], sex=sex)
    request = Request(
        exercise=truth["exercise"], subject=subject, load=Load(mass_kg=load_kg or None), settings=settings
    )
    analysis = assess(tracks.load(clip / tracks.TRACK), video.probe(clip / "clip.mp4"), request)
    held, errors = analysis.kinetics, []
    if held is None or any(rep.side != "both" for rep in analysis.record.reps):
        return truth["exercise"], errors
    time_s, best = held["time"].to_numpy(), held["l5s1_moment_nm"].sel(bound="best").to_numpy()
    true_s, true = _true_moment(clip, truth["exercise"], sex, load_kg)
    share = np.nan_to_num(np.interp(true_s, time_s, held["load_share"].to_numpy()), nan=1.0)
    true = true[0] + share * true[1]
    for rep in analysis.record.reps:
        near = min(truth["reps"], key=lambda one: abs(one["bottom_s"] - rep.bottom_s))
        ours = best[rep.holds(time_s)]
        if abs(near["bottom_s"] - rep.bottom_s) < SAME_REP_S and np.isfinite(ours).any():
            errors.append(float(np.nanmax(ours) / true[rep.holds(true_s)].max() - 1))
    return truth["exercise"], errors


def _true_moment(clip: Path, exercise: str, sex: Any, load_kg: float) -> tuple[Floats, tuple[Floats, Floats]]:
    """Moment at the lumbosacral disc of the body, and what the whole load adds; N·m."""
    table = pd.read_parquet(clip / "truth.parquet")
    time_s = table["time_s"].to_numpy()
    places = {name: _joint(table, name) for name in (
        "ankle", "knee", "hip", "shoulder", "ear", "elbow", "wrist", "heel", "toe")}  # fmt: skip
    places["l5s1"] = table[["l5s1_x_m", "l5s1_z_m"]].to_numpy()
    step = float(np.median(np.diff(time_s)))
    moving = {name: _acceleration(place, step) for name, place in places.items()}
    body = demands(places, masses_of(MASS_KG, sex), accelerations=moving).l5s1
    on_back = exercises()[exercise].carries == "back"
    spot, felt = (_load(one, on_back=on_back) for one in (places, moving))
    load = LoadAt(load_kg, spot, felt)
    return time_s, (body, demands(places, masses_of(MASS_KG, sex), accelerations=moving, load=load).l5s1 - body)


def _load(vectors: Places, *, on_back: bool) -> Floats:
    return vectors["shoulder"] if on_back else vectors["wrist"] + 0.3 * (vectors["wrist"] - vectors["elbow"])


def _joint(table: pd.DataFrame, name: str) -> Floats:
    sides = [table[[f"{side}_{name}_x_m", f"{side}_{name}_z_m"]].to_numpy() for side in ("left", "right")]
    return np.asarray(np.mean(sides, axis=0))


def _acceleration(place: Floats, step: float) -> Floats:
    rate_hz = 1 / step
    return derivatives(low_pass(place, cutoff_hz=min(TRUE_HZ, 0.4 * rate_hz), rate_hz=rate_hz, pad_s=1.0), step)[1]


if __name__ == "__main__":
    raise SystemExit(main())
