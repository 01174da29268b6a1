"""Small perceptrons that read a quantity from the features of one moment, and say how sure they are.

A few of them, each learned from other simulated people, are averaged; what they disagree by adds to the error each of
them states. `spine.reader` and `kinematics.hidden` say what is read; the scripts that learn are in validation/.
"""

from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from hiphinge.geometry import Floats
from hiphinge.records import Record

FARTHEST: Final = 5.0
"""Features are cut at so many standard deviations."""


class About(Record, frozen=True, kw_only=True):
    """What a file of weights is.

    Attributes
    ----------
    estimator, model : whose landmarks and silhouettes it was learned from.
    yaw_deg : greatest yaw of the cameras it was learned from.
    stated : by output, in their order, what the networks' own errors are multiplied by, so that 90 % of people never
        learned from lie within 1.645 of them.
    unusual : strangeness that one in a thousand of the moments learned from exceeds.
    provenance : what it was learned from.
    """

    estimator: str
    model: str
    yaw_deg: float
    stated: dict[str, float]
    unusual: float
    provenance: dict[str, str | int]


class Layer(NamedTuple):
    """Weights (in, out) and bias (out,)."""

    weight: Floats
    bias: Floats


class Reader(NamedTuple):
    """Networks that share their inputs' centre and spread (F,) and their outputs' spread (O,)."""

    about: About
    centre: Floats
    spread: Floats
    size: Floats
    networks: tuple[tuple[Layer, ...], ...]


class Reading(NamedTuple):
    """Value and standard error (T, O) of the outputs, in their units; how strange (T,) each moment is, 0 … 1."""

    value: Floats
    error: Floats
    strange: Floats


def read(reader: Reader, inputs: Floats) -> Reading:
    """Read moments.

    Parameters
    ----------
    inputs : (T, F), NaN where unknown: taken as the people's middle there.
    """
    raw = (inputs - reader.centre) / reader.spread
    scaled = np.clip(np.nan_to_num(raw, nan=0.0), -FARTHEST, FARTHEST)
    answers = np.stack([_forward(network, scaled) for network in reader.networks])
    count = reader.size.size
    value, spread = answers[..., :count], np.exp(answers[..., count:] / 2)
    stated = np.array([*reader.about.stated.values()])
    error = np.sqrt((spread**2).mean(axis=0) + value.var(axis=0))
    return Reading(value.mean(axis=0) * reader.size, error * reader.size * stated, strangeness(raw))


def strangeness(scaled: Floats) -> Floats:
    """Share (T,) of the known features that lie outside all but one in a thousand people: beyond 3.3 deviations."""
    known = np.isfinite(scaled)
    far = known & (np.abs(np.nan_to_num(scaled)) > 3.3)
    return np.asarray(far.sum(axis=1) / np.maximum(known.sum(axis=1), 1))


def _forward(network: tuple[Layer, ...], inputs: Floats) -> Floats:
    """Layers with x · sigmoid(x) between them."""
    values = inputs
    for number, layer in enumerate(network):
        values = values @ layer.weight + layer.bias
        if number < len(network) - 1:
            values = values / (1 + np.exp(-np.clip(values, -60, 60)))
    return values


@cache
def kept_reader(name: str, model: str) -> Reader | None:
    """Give the networks of this name where they are in the package and know this landmark model."""
    path = files("hiphinge").joinpath("data", "models", f"{name}.npz")
    if not path.is_file():
        return None
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
        reader = unpacked(dict(kept))
    return reader if model in reader.about.model.split() else None


def packed(reader: Reader) -> dict[str, NDArray[Any]]:
    """Arrays to be stored; weights as 16-bit floats, which changes angles by hundredths of a degree."""
    found: dict[str, NDArray[Any]] = {
        "about": np.frombuffer(msgspec.json.encode(reader.about), dtype=np.uint8),
        **{name: getattr(reader, name).astype(np.float32) for name in ("centre", "spread", "size")},
    }
    for number, network in enumerate(reader.networks):
        for depth, layer in enumerate(network):
            found |= {f"weight_{number}_{depth}": layer.weight.astype(np.float16)}
            found |= {f"bias_{number}_{depth}": layer.bias.astype(np.float32)}
    return found


def unpacked(kept: dict[str, NDArray[Any]]) -> Reader:
    """Invert `packed`."""
    about = msgspec.json.decode(kept["about"].tobytes(), type=About)
    numbers = sorted({tuple(map(int, key.split("_")[1:])) for key in kept if key.startswith("weight_")})
    networks: dict[int, list[Layer]] = {}
    for number, depth in numbers:
        weight, bias = (kept[f"{part}_{number}_{depth}"].astype(np.float64) for part in ("weight", "bias"))
        networks.setdefault(number, []).append(Layer(weight, bias))
    centre, spread, size = (kept[name].astype(np.float64) for name in ("centre", "spread", "size"))
    return Reader(about, centre, spread, size, tuple(map(tuple, networks.values())))
