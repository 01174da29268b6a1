"""Learn to read the spine: `python -m validation.spine.learn --stills DIR [--write]`.

People are dealt into folds. One network is learned from all but each fold and judged on that fold, so that every figure
printed, and the size of the stated error, comes from people the network never saw; the package gets all of them, and
averages. The same is done for clips in which nobody stands.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from hiphinge.geometry import Floats
from hiphinge.outline import RAYS
from hiphinge.perceptrons import FARTHEST, About, Reader, Reading, packed
from hiphinge.spine.features import COUNT, PATCHES
from hiphinge.spine.reader import OUTPUTS
from validation.perceptrons import Lesson, School, scaling, taught
from validation.spine.samples import Shown
from validation.spine.samples import read as read_stills
from validation.stills import SEED, STANDING, YAW_DEG

DATA: Final = Path(__file__).resolve().parents[2] / "src" / "hiphinge" / "data" / "models"
HIDDEN: Final = (160, 64)
EPOCHS: Final = 45
NOISE: Final = 0.03
"""Added to every scaled feature."""
HIDE: Final = 0.25
"""Share of moments in which one patch of rays is hidden, as by an arm or a rack."""
SIDE_DEG: Final = 20.0


class Samples(NamedTuple):
    """Inputs (N, F), truth (N, 7), and of whom: person, yaw, slack, exercise, copy, number of the moment (N,)."""

    inputs: Floats
    true: Floats
    person: NDArray[np.int64]
    yaw_deg: Floats
    slack_m: Floats
    exercise: NDArray[np.str_]
    copy: NDArray[np.int64]
    moment: NDArray[np.int64]


def samples(stills: Sequence[Shown], *, standing: bool) -> Samples:
    """Put the stills together; without standing, the unit is the longest trunk that bent moments show."""
    rows = []
    for one in stills:
        now, moments = one.features, np.arange(len(one.features))
        if standing:
            upright = one.features[:STANDING]
            known = np.isfinite(upright).any(axis=0)
            own = np.where(
                known, np.nan_to_num(upright).sum(axis=0) / np.maximum(np.isfinite(upright).sum(axis=0), 1), np.nan
            )
            now = np.concatenate([now, np.broadcast_to(own, now.shape)], axis=1)
        else:
            now = rescaled(now, one.longest)
        about = (np.full(len(now), value) for value in (one.person, one.yaw_deg, one.slack_m, one.exercise, one.copy))
        rows.append((now, one.true, *about, moments))
    return Samples(*(np.concatenate(column) for column in zip(*rows, strict=True)))


LENGTHS: Final = np.r_[np.arange(2 * len(RAYS)), np.arange(2 * len(RAYS) + 5, COUNT - len(PATCHES))]
"""Features that are lengths."""


def rescaled(features: Floats, factor: Floats | float) -> Floats:
    """Features with all lengths multiplied."""
    found = features.copy()
    found[:, LENGTHS] *= factor
    return found


def patches(centre: Floats, spread: Floats) -> tuple[torch.Tensor, torch.Tensor]:
    """Which scaled features (P, F) each hidden patch of the back touches, and what they (F,) are then."""
    touched = np.zeros((len(PATCHES), centre.size), dtype=bool)
    share = COUNT - len(PATCHES) + np.arange(len(PATCHES))
    for number, patch in enumerate(PATCHES):
        touched[number, patch] = touched[number, share[number]] = True
    hidden = np.zeros(centre.size)
    hidden[share] = -centre[share] / spread[share]
    return torch.tensor(touched), torch.tensor(hidden, dtype=torch.float32).clamp(-FARTHEST, FARTHEST)


def folded(given: Samples) -> tuple[Reader, Reading]:
    """Networks of all folds, and what each moment's left-out network reads."""
    centre, spread = scaling(given.inputs)
    school = School(hidden=HIDDEN, epochs=EPOCHS, noise=NOISE, hiding=patches(centre, spread), hide=HIDE)
    provenance = {"people": int(np.unique(given.person).size), "stills": len(given.true), "seed": SEED}
    about = About(estimator="blazepose", model="full heavy", yaw_deg=YAW_DEG, stated=dict.fromkeys(OUTPUTS, 1.0),
                  unusual=1.0, provenance=provenance)  # fmt: skip
    return taught(Lesson(given.inputs, given.true, given.person, given.moment >= STANDING), about, school)


def report(given: Samples, reading: Reading) -> None:
    """Print root mean square errors of people never learned from, bent moments only."""
    bent, side = (given.moment >= STANDING) & (given.copy == 0), np.abs(given.yaw_deg) <= SIDE_DEG
    groups = {"all": bent, "side": bent & side, "turned": bent & ~side,
              "side, tight": bent & side & (given.slack_m < 0.006),
              "side, loose": bent & side & (given.slack_m > 0.02)}  # fmt: skip
    groups |= {name: bent & side & (given.exercise == name) for name in np.unique(given.exercise)}
    print(f"{'':18s}{'n':>6s}  " + "  ".join(f"{name:>16s}" for name in OUTPUTS))
    for name, chosen in groups.items():
        off = reading.value[chosen] - given.true[chosen]
        cells = []
        for k in range(len(OUTPUTS)):
            together = np.corrcoef(reading.value[chosen, k], given.true[chosen, k])[0, 1]
            cells.append(f"{np.sqrt((off[:, k] ** 2).mean()):7.1f} r{together:5.2f}   ")
        print(f"{name:18s}{chosen.sum():6d}  " + "  ".join(cells))


def main() -> None:
    """Learn, report, and with --write put the networks into the package."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stills", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    stills = read_stills(given.stills)
    for standing in (True, False):
        data = samples(stills, standing=standing)
        reader, reading = folded(data)
        print(f"\nstanding {'seen' if standing else 'not seen'}; stated errors times {reader.about.stated}")
        report(data, reading)
        if given.write:
            name = f"spine_{reader.about.estimator}{'' if standing else '_no_standing'}.npz"
            np.savez_compressed(DATA / name, **packed(reader))


if __name__ == "__main__":
    main()
