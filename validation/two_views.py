"""The same lifts filmed by two cameras at once: do the angles agree within their stated errors?

    python -m validation.two_views FOLDER [--pairs tby66__0016c ...]

FOLDER holds cached landmarks as `validation/rep_counts.py` describes them, NAME_1.npz from the side and NAME_2.npz from
about 45°. Clocks are aligned by the bottoms. If the stated errors are honest, the difference of the two views lies
within 1.645 combined errors nine times of ten; what both views get wrong alike does not show here.
"""

import argparse
from pathlib import Path

import numpy as np

from hiphinge.cleaning import clean
from hiphinge.geometry import NINE_IN_TEN
from hiphinge.kinematics import ANGLES, Kinematics, kinematics
from hiphinge.reps import find_reps
from hiphinge.settings import load_settings
from hiphinge.view import facing_over_time, view_of
from validation.rep_counts import cached

PAIRS = [f"tby66__0016{code}" for code in "ckahr"]
SETTINGS = load_settings()


def measured(path: Path) -> tuple[Kinematics, np.ndarray]:
    track = clean(cached(path), settings=SETTINGS.cleaning)
    facing = facing_over_time(track, settings=SETTINGS.view)
    seen_from = view_of(track, settings=SETTINGS.view)
    found = kinematics(track, seen_from, settings=SETTINGS.kinematics, facing=facing)
    return found, np.array([rep.bottom_s for rep in find_reps(found, settings=SETTINGS.reps)])


def compare(folder: Path, pair: str) -> None:
    (side, bottoms), (other, other_bottoms) = (measured(folder / f"{pair}_{number}.npz") for number in (1, 2))
    if bottoms.size != other_bottoms.size:
        print(f"{pair}: {bottoms.size} and {other_bottoms.size} bottoms, not compared")
        return
    lag_s = float(np.median(other_bottoms - bottoms))
    there = other.assign_coords(time=other["time"] - lag_s).interp(time=side["time"])
    print(f"{pair}: yaw {side.attrs['yaw_deg']:.0f}° and {other.attrs['yaw_deg']:.0f}°, {bottoms.size} bottoms")
    for name in ANGLES:
        difference = there[f"{name}_deg"] - side[f"{name}_deg"]
        stated = np.hypot(there[f"{name}_error_deg"], side[f"{name}_error_deg"])
        seen = np.isfinite(difference)
        held = float((np.abs(difference) < NINE_IN_TEN * stated).where(seen).mean())
        at_bottom = float(difference.interp(time=bottoms).mean())
        print(
            f"  {name:18} rms difference {float(np.sqrt((difference**2).mean())):4.1f}°, stated "
            f"{float(np.sqrt((stated**2).mean())):4.1f}°, within 90 % interval {held:4.0%}, bottoms {at_bottom:+5.1f}°"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="cached landmarks")
    parser.add_argument("--pairs", nargs="+", default=PAIRS, help="names without _1 and _2")
    arguments = parser.parse_args()
    for pair in arguments.pairs:
        compare(arguments.folder, pair)


if __name__ == "__main__":
    main()
