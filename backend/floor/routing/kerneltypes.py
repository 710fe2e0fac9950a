"""The tuples the compiled kernels take. Apart from the kernels, which are loaded anew when they are compiled: a class
that stays the same lets the compiled code on disk be found again.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .flattables import FlatTables

__all__ = [
    "DUE",
    "FROM_KEY",
    "LINES",
    "LOADS",
    "MARK",
    "TO_KEY",
    "ZONE",
    "Floor",
    "Memory",
    "State",
    "Trail",
    "Wave",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Floor(NamedTuple):
    """Columns left to right: `x` in mm, `aisle` 1 where one can walk into the depth; `lengths` per block in mm."""

    x: Ints
    aisle: Ints
    lengths: Ints


class Trail(NamedTuple):
    """The stages, one row each in `stages`, and the weights of their effects (and the segment each leaves out).

    A row: kind, position, column, layer before, layer after, first weight, first cost before, first key, last key + 1;
    going sideways the last one is the column gone to.
    """

    stages: Ints
    weights: Floats
    gaps: Ints


class Wave(NamedTuple):
    """The orders: their stop keys (or matrix nodes) laid end to end, and a row of facts each; see the columns below.

    Few arrays on purpose: every one is unpacked wherever the wave is handed on, and all of that is compiled. With `by_keys` the exact round prices a batch; otherwise `walk` (start first, end last) and a local search do.
    """

    floor: Floor
    tables: FlatTables
    by_keys: bool
    walk: Floats
    keys: Ints
    ends: Ints
    orders: Ints
    limits: Ints
    pace: Floats


# The columns of `Wave.orders`: keys from and to, the zone (-1 where zones may mix), due, a mark for the memory, the loads.
FROM_KEY, TO_KEY, ZONE, DUE, MARK, LOADS = range(6)
LINES = LOADS + 3


class State(NamedTuple):
    """Batches under work: `members[batch, :sizes[batch]]`, the batch `of` each order, costs per batch (mm x percent)."""

    members: Ints
    sizes: Ints
    of: Ints
    costs: Floats


class Memory(NamedTuple):
    """Costs of batches seen, by the xor of their orders' marks; open addressing, forgetting on collision."""

    marks: Ints
    costs: Floats
    counts: Ints
