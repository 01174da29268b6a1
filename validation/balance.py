"""How well balance on one leg is measured: `python -m validation.balance FOLDER...`

FOLDER holds simulated clips with their kept tracks. Of every repetition of a single-leg lift: which leg carries (truth:
the left), sway and wobble against the same formula on the true hips and shanks, and touches of the free foot, of which
simulated people make none.
"""

import argparse
import json
from pathlib import Path

import msgspec
import numpy as np
import pyarrow.parquet as pq

from hiphinge import video
from hiphinge.analysis import Request, assess
from hiphinge.metrics.balance import balance_sway, balance_wobble
from hiphinge.metrics.window import Window
from hiphinge.records import Rep
from hiphinge.settings import MetricSettings, load_slice
from validation import tracks

EXACT = dict.fromkeys(("balance_sway_floor", "balance_wobble_floor_deg"), 0.0)


def true_sway(table: dict[str, np.ndarray], rep: Rep) -> tuple[float, float]:
    """Sway (statures) and wobble (deg) of the true course over the repetition that was found."""
    settings = msgspec.structs.replace(load_slice("metrics", MetricSettings), **EXACT)
    inside = (table["time_s"] >= rep.start_s) & (table["time_s"] < rep.end_s)
    names = ("hip_travel_back", "shank_inclination_deg", "trunk_inclination_deg")
    window = Window(rep, table["time_s"][inside], {name: table[name][inside] for name in names}, {}, settings)
    return balance_sway(window).value, balance_wobble(window).value


def main() -> None:
    """Print a line for every repetition, and the whole."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    given = parser.parse_args()
    rows, sides = [], []
    for truth in sorted(path for folder in given.folders for path in folder.glob("*single_leg_rdl/truth.json")):
        clip = truth.parent
        if not (clip / tracks.TRACK).is_file():
            continue
        raw = pq.read_table(clip / "truth.parquet").to_pydict()
        table = {name: np.asarray(values, dtype=float) for name, values in raw.items()}
        request = Request(exercise="single_leg_rdl")
        record = assess(tracks.load(clip / tracks.TRACK), video.probe(clip / "clip.mp4"), request).record
        yaw = json.loads(truth.read_text())["yaw_deg"]
        for rep in record.reps:
            sides.append(rep.side)
            sway, wobble, touches = (
                rep.metrics[name] for name in ("balance_sway", "balance_wobble", "free_foot_touches")
            )
            if sway.value is None or wobble.value is None:
                print(f"{clip.name} {rep.index}: {rep.side}, not measured")
                continue
            true = true_sway(table, rep)
            rows.append((sway.value, sway.error, true[0], wobble.value, wobble.error, true[1], touches.value))
            print(
                f"{clip.name} ({yaw:.0f} deg) {rep.index}: {rep.side}, sway {1000 * sway.value:.1f} ± "
                f"{1000 * (sway.error or 0):.1f} (true {1000 * true[0]:.1f}) thousandths of stature, wobble "
                f"{wobble.value:.2f} ± {wobble.error:.2f} (true {true[1]:.2f}) deg, touches {touches.value}"
            )
    table_of = np.array([[np.nan if one is None else one for one in row] for row in rows])
    for name, k, unit in (("sway", 0, "statures"), ("wobble", 3, "deg")):
        off = table_of[:, k] - table_of[:, k + 2]
        within = np.abs(off) <= 1.645 * table_of[:, k + 1]
        print(f"{name}: off by {off.mean():+.4f}, RMSE {np.sqrt((off**2).mean()):.4f} {unit}; "
              f"{100 * within.mean():.0f} % within the stated 90 %")  # fmt: skip
    told = table_of[np.isfinite(table_of[:, 6]), 6]
    print(f"touches made up: {int((told > 0).sum())} of {told.size} told; not told in {len(rows) - told.size}")
    print(f"carrying leg: {sides.count('left')} of {len(sides)} left, {sides.count('both')} unsure")


if __name__ == "__main__":
    main()
