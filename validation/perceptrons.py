"""How the package's small perceptrons are taught: folds over people, so that every figure is of people never seen.

One network is learned from all but each fold and judged on that fold; the package gets all of them, and averages.
"""

from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from typing import Final, NamedTuple

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from hiphinge.geometry import NINE_IN_TEN, Floats
from hiphinge.perceptrons import FARTHEST, About, Layer, Reader, Reading, read, strangeness

FOLDS: Final = 5
WORKERS: Final = 2
BATCH: Final = 256
RATE: Final = 2e-3
DECAY: Final = 0.02
DROPPED: Final = 0.15
"""Share of hidden units left out at each step."""


class School(NamedTuple):
    """How a network is taught.

    Attributes
    ----------
    hidden : units of its hidden layers.
    epochs : how often it sees every moment.
    noise : added to every scaled feature.
    hiding : which scaled features (P, F) each hidden patch touches, and what they (F,) are then; None without patches.
    hide : share of moments in which one patch is hidden.
    """

    hidden: tuple[int, ...]
    epochs: int
    noise: float
    hiding: tuple[torch.Tensor, torch.Tensor] | None = None
    hide: float = 0.0


class Lesson(NamedTuple):
    """Inputs (N, F), truth (N, O), whose (N,) each moment is, and which (N,) tell how large stated errors must be."""

    inputs: Floats
    true: Floats
    person: NDArray[np.int64]
    judged: NDArray[np.bool_]


def scaling(inputs: Floats) -> tuple[Floats, Floats]:
    """Centre and spread (F,) of the inputs."""
    return np.nanmedian(inputs, axis=0), np.nanstd(inputs, axis=0) + 1e-3


def learn(inputs: Floats, true: Floats, seed: int, school: School) -> tuple[Layer, ...]:
    """One network: scaled inputs (N, F) to scaled truth (N, O) and log variance."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    sizes = (inputs.shape[1], *school.hidden, 2 * true.shape[1])
    parts: list[torch.nn.Module] = []
    for before, after in pairwise(sizes):
        parts += [torch.nn.Linear(before, after), torch.nn.SiLU(), torch.nn.Dropout(DROPPED)]
    network = torch.nn.Sequential(*parts[:-2])
    given, wanted = (torch.tensor(values, dtype=torch.float32) for values in (inputs, true))
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    batches = len(given) // BATCH
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=school.epochs * batches)
    for _ in range(school.epochs):
        order = torch.randperm(len(given))
        for k in range(batches):
            chosen = order[k * BATCH : (k + 1) * BATCH]
            answer = network(varied(given[chosen], school))
            loss = lost(answer, wanted[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            plan.step()
    layers = [part for part in network if isinstance(part, torch.nn.Linear)]
    return tuple(
        Layer(p.weight.detach().numpy().T.astype(float), p.bias.detach().numpy().astype(float)) for p in layers
    )


def varied(given: torch.Tensor, school: School) -> torch.Tensor:
    """Noise, and now and then a hidden patch, as of the back by an arm."""
    found = given + school.noise * torch.randn_like(given)
    if school.hiding is None:
        return found
    touched, hidden = school.hiding
    hides = (torch.rand(len(given), 1) < school.hide) & touched[torch.randint(len(touched), (len(given),))]
    return torch.where(hides, hidden, found)


def lost(answer: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Negative log likelihood of a normal error, weighted by half its own power so that no moment is given up.

    Seitzer and others 2022 (beta-NLL, beta 0.5).
    """
    count = wanted.shape[1]
    mean, log_variance = answer[:, :count], answer[:, count:].clamp(-6, 4)
    each = (wanted - mean) ** 2 * torch.exp(-log_variance) / 2 + log_variance / 2
    return (each * torch.exp(log_variance.detach()) ** 0.5).mean()


def taught(lesson: Lesson, about: About, school: School) -> tuple[Reader, Reading]:
    """Networks of all folds, and what each moment's left-out network reads; `about` with how large errors are."""
    centre, spread = scaling(lesson.inputs)
    size = lesson.true.std(axis=0)
    scaled = (lesson.inputs - centre) / spread
    filled = np.clip(np.nan_to_num(scaled), -FARTHEST, FARTHEST)
    networks: list[tuple[Layer, ...]] = []
    value, error = np.empty_like(lesson.true), np.empty_like(lesson.true)
    outs = [lesson.person % FOLDS == fold for fold in range(FOLDS)]
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(learn, filled[~out], lesson.true[~out] / size, k, school) for k, out in enumerate(outs)]
        for out, job in zip(outs, jobs, strict=True):
            networks.append(job.result())
            reading = read(Reader(about, centre, spread, size, (networks[-1],)), lesson.inputs[out])
            value[out], error[out] = reading.value, reading.error
    stated: dict[str, float] = {}
    for k, name in enumerate(about.stated):
        ratio = np.abs(value[lesson.judged, k] - lesson.true[lesson.judged, k]) / error[lesson.judged, k]
        stated[name] = float(np.quantile(ratio, 0.9) / NINE_IN_TEN)
    strange = strangeness(scaled)
    known = msgspec.structs.replace(about, stated=stated, unusual=float(np.quantile(strange, 0.999)))
    return Reader(known, centre, spread, size, tuple(networks)), Reading(value, error, strange)
