"""The inner minimum of the exact dynamic program, and the dice of every search."""

import numpy as np
from numpy.typing import NDArray

from .jit import entry, kernel

__all__ = ["draw", "pull_min"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@entry
def pull_min(vector: Floats, weights: Floats, take: NDArray[np.intp], starts: NDArray[np.intp]) -> Floats:
    """The inner minimum of the exact dynamic program; see `states.Pull`."""
    count = vector.size
    reached = np.empty(starts.size)
    impossible = (weights.size - 1) * count
    for state in range(starts.size):
        stop = starts[state + 1] if state + 1 < starts.size else take.size
        best = np.inf
        for slot in range(starts[state], stop):
            index = take[slot]
            if index < impossible:
                effect = index // count
                cost = vector[index - effect * count] + weights[effect]
                best = min(best, cost)
        reached[state] = best
    return reached


@kernel
def draw(seed: Ints, below: int) -> int:
    """A whole number in 0…below-1 from a small generator (Lehmer 1951, modulus 2^31 - 1) that runs alike everywhere."""
    seed[0] = seed[0] * 48271 % 2147483647
    return int(seed[0] % below)
