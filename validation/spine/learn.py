"""Learn to read the spine: `python -m validation.spine.learn --stills DIR [--write]`.

People are dealt into folds. One network is learned from all but each fold and judged on that fold, so that every figure
printed, and the size of the stated error, comes from people the network never saw; the package gets all of them, and
averages. The same is done for clips in which nobody stands.
"""

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from hiphinge.geometry import NINE_IN_TEN, Floats
from hiphinge.outline import RAYS
from hiphinge.spine.features import COUNT, PATCHES
from hiphinge.spine.reader import FARTHEST, OUTPUTS, About, Layer, Reader, Reading, packed, read, strangeness
from validation.spine.samples import Shown
from validation.spine.samples import read as read_stills
from validation.stills import SEED, STANDING, YAW_DEG

DATA: Final = Path(__file__).resolve().parents[2] / "src" / "hiphinge" / "data" / "models"
FOLDS: Final = 5
WORKERS: Final = 2
HIDDEN: Final = (160, 64)
EPOCHS: Final = 45
BATCH: Final = 256
RATE: Final = 2e-3
DECAY: Final = 0.02
DROPPED: Final = 0.15
"""Share of hidden units left out at each step."""
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


def learn(inputs: Floats, true: Floats, seed: int, hiding: tuple[torch.Tensor, torch.Tensor]) -> tuple[Layer, ...]:
    """One network: scaled inputs (N, F) to scaled truth (N, O) and log variance."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    sizes = (inputs.shape[1], *HIDDEN, 2 * true.shape[1])
    parts: list[torch.nn.Module] = []
    for before, after in pairwise(sizes):
        parts += [torch.nn.Linear(before, after), torch.nn.SiLU(), torch.nn.Dropout(DROPPED)]
    network = torch.nn.Sequential(*parts[:-2])
    given, wanted = (torch.tensor(values, dtype=torch.float32) for values in (inputs, true))
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    batches = len(given) // BATCH
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=EPOCHS * batches)
    for _ in range(EPOCHS):
        order = torch.randperm(len(given))
        for k in range(batches):
            chosen = order[k * BATCH : (k + 1) * BATCH]
            answer = network(varied(given[chosen], *hiding))
            loss = lost(answer, wanted[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            plan.step()
    layers = [part for part in network if isinstance(part, torch.nn.Linear)]
    return tuple(
        Layer(p.weight.detach().numpy().T.astype(float), p.bias.detach().numpy().astype(float)) for p in layers
    )


def patches(centre: Floats, spread: Floats) -> tuple[torch.Tensor, torch.Tensor]:
    """Which scaled features (P, F) each hidden patch of the back touches, and what they (F,) are then."""
    touched = np.zeros((len(PATCHES), centre.size), dtype=bool)
    share = COUNT - len(PATCHES) + np.arange(len(PATCHES))
    for number, patch in enumerate(PATCHES):
        touched[number, patch] = touched[number, share[number]] = True
    hidden = np.zeros(centre.size)
    hidden[share] = -centre[share] / spread[share]
    return torch.tensor(touched), torch.tensor(hidden, dtype=torch.float32).clamp(-FARTHEST, FARTHEST)


def varied(given: torch.Tensor, touched: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
    """Noise, and now and then a hidden patch of the back, as by an arm."""
    found = given + NOISE * torch.randn_like(given)
    hides = (torch.rand(len(given), 1) < HIDE) & touched[torch.randint(len(touched), (len(given),))]
    return torch.where(hides, hidden, found)


def lost(answer: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Negative log likelihood of a normal error, weighted by half its own power so that no moment is given up.

    Seitzer and others 2022 (beta-NLL, beta 0.5).
    """
    count = wanted.shape[1]
    mean, log_variance = answer[:, :count], answer[:, count:].clamp(-6, 4)
    each = (wanted - mean) ** 2 * torch.exp(-log_variance) / 2 + log_variance / 2
    return (each * torch.exp(log_variance.detach()) ** 0.5).mean()


def folded(given: Samples) -> tuple[Reader, Reading]:
    """Networks of all folds, and what each moment's left-out network reads."""
    centre, spread = np.nanmedian(given.inputs, axis=0), np.nanstd(given.inputs, axis=0) + 1e-3
    size = given.true.std(axis=0)
    scaled = (given.inputs - centre) / spread
    filled = np.clip(np.nan_to_num(scaled), -FARTHEST, FARTHEST)
    about = About(estimator="blazepose", model="full heavy", yaw_deg=YAW_DEG, stated=dict.fromkeys(OUTPUTS, 1.0),
                  unusual=float(np.quantile(strangeness(scaled), 0.999)), provenance={})  # fmt: skip
    networks: list[tuple[Layer, ...]] = []
    value, error = np.empty_like(given.true), np.empty_like(given.true)
    hiding = patches(centre, spread)
    outs = [given.person % FOLDS == fold for fold in range(FOLDS)]
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(learn, filled[~out], given.true[~out] / size, k, hiding) for k, out in enumerate(outs)]
        for out, job in zip(outs, jobs, strict=True):
            networks.append(job.result())
            reading = read(Reader(about, centre, spread, size, (networks[-1],)), given.inputs[out])
            value[out], error[out] = reading.value, reading.error
    stated: dict[str, float] = {}
    bent = given.moment >= STANDING
    for k, name in enumerate(OUTPUTS):
        ratio = np.abs(value[bent, k] - given.true[bent, k]) / error[bent, k]
        stated[name] = float(np.quantile(ratio, 0.9) / NINE_IN_TEN)
    provenance = {"people": int(np.unique(given.person).size), "stills": len(given.true), "seed": SEED}
    about = About(estimator="blazepose", model="full heavy", yaw_deg=YAW_DEG, stated=stated, unusual=about.unusual,
                  provenance=provenance)  # fmt: skip
    return Reader(about, centre, spread, size, tuple(networks)), Reading(value, error, strangeness(scaled))


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
