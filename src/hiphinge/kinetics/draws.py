"""What is unsure, drawn: the same numbers for every posture, so that two postures compare draw by draw."""

import zlib

import numpy as np
from scipy.special import ndtri

from hiphinge.geometry import Floats


class Draws:
    """Standard normal numbers (N, 1) by the name of what is unsure, stratified, from a fixed seed.

    Each name has its own stream, so what is asked for first does not change what comes after. With `size` 1 there is
    one draw, everything at its most likely.
    """

    def __init__(self, size: int, seed: int) -> None:
        self.size, self._seed = size, seed
        self._known: dict[str, Floats] = {}

    def __getitem__(self, name: str) -> Floats:
        if name not in self._known:
            self._known[name] = self._drawn(name)
        return self._known[name]

    def _drawn(self, name: str) -> Floats:
        if self.size == 1:
            return np.zeros((1, 1))
        stream = np.random.default_rng((self._seed, zlib.crc32(name.encode())))
        strata = (np.arange(self.size) + stream.uniform(size=self.size)) / self.size
        return np.asarray(ndtri(stream.permutation(strata))[:, None])
