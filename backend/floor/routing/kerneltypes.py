"""The tuples the compiled kernels take. Apart from the kernels, which are loaded anew when they are compiled: a class
that stays the same lets the compiled code on disk be found again.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .flattables import FlatTables

__all__ = ["Floor", "Memory", "State", "Trail", "Wave"]

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
    """The orders: their stop keys (or matrix nodes) laid end to end, what they load, when they are due.

    With `by_keys` the exact round prices a batch; otherwise `walk` (start first, end last) and a local search do.
    """

    floor: Floor
    tables: FlatTables
    by_keys: bool
    walk: Floats
    keys: Ints
    first: Ints
    ends: Ints
    loads: Ints
    limits: Ints
    zones: Ints
    due: Ints
    mark: Ints
    pace: Floats


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
