"""The transition tables of `states` laid end to end, for compiled code."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .states import (
    EMPTY,
    FIRST_END,
    FULL,
    SECOND_END,
    Pull,
    finals,
    layer,
    node_pull,
    side_pull,
    vertical_pull,
)

__all__ = ["STATE_BITS", "FlatTables", "flat_tables"]

STATE_BITS = 13
EMPTY_WAY, FULL_WAY, FIRST_WAY, SECOND_WAY, STOP_HEAD, LOOSE_HEAD, SIDEWAYS = range(7)


class FlatTables(NamedTuple):
    """`directory[kind, layer, position]` is where a table's runs begin; -1 where there is none.

    Run r of a table reads entries `starts[directory + r]` up to `starts[directory + r + 1]` of `entries`: the state come from,
    and above its `STATE_BITS` the effect. Two bytes an entry keep five blocks' tables in the cache.
    `steps[layer]` are the cross-aisle steps of each state, `step_sums` all of them together, `sizes[layer]` the number of states.
    """

    directory: NDArray[np.int64]
    starts: NDArray[np.int64]
    entries: NDArray[np.uint16]
    sizes: NDArray[np.int64]
    steps: NDArray[np.int8]
    step_sums: NDArray[np.float64]
    step_at: NDArray[np.int64]
    finals: NDArray[np.int64]
    final_at: NDArray[np.int64]


@cache
def flat_tables(crosses: int, layers: int) -> FlatTables:
    """All tables for rounds with `layers - 1` loose ends: 1 for closed rounds, 3 for a start and an end."""
    directory = np.full((7, 3, crosses), -1, dtype=np.int64)
    starts: list[NDArray[np.int64]] = []
    packed: list[NDArray[np.uint16]] = []
    runs = entries = 0

    def add(kind: int, level: int, position: int, pull: Pull) -> None:
        nonlocal runs, entries
        directory[kind, level, position] = runs
        starts.append(np.append(pull.starts, pull.take.size) + entries)
        effect, source = np.divmod(pull.take, pull.sources)
        assert pull.sources <= 1 << STATE_BITS, "more states than an entry can name"
        packed.append((effect << STATE_BITS | source).astype(np.uint16))
        runs += pull.starts.size + 1
        entries += pull.take.size

    for level in range(layers):
        for block in range(crosses - 1):
            add(EMPTY_WAY, level, block, vertical_pull(crosses, block, EMPTY, level, 0))
            add(FULL_WAY, level, block, vertical_pull(crosses, block, FULL, level, 0))
            if level + 1 < layers:
                add(FIRST_WAY, level, block, vertical_pull(crosses, block, FIRST_END, level, 1))
            if level == 0 and layers == 3:
                add(SECOND_WAY, level, block, vertical_pull(crosses, block, SECOND_END, 0, 2))
        for cross in range(crosses):
            add(STOP_HEAD, level, cross, node_pull(crosses, cross, 2, level))
            if level + 1 < layers:
                add(LOOSE_HEAD, level, cross, node_pull(crosses, cross, 1, level))
        add(SIDEWAYS, level, 0, side_pull(crosses, level)[0])
    steps = [side_pull(crosses, level)[1].astype(np.int8) for level in range(layers)]
    ends = [finals(crosses, level) for level in range(layers)]
    return FlatTables(
        directory,
        np.concatenate(starts),
        np.concatenate(packed),
        np.array([layer(crosses, level).size for level in range(layers)]),
        np.concatenate(steps),
        np.concatenate([part.sum(axis=1, dtype=np.float64) for part in steps]),
        np.cumsum([0, *(len(part) for part in steps)]),
        np.concatenate(ends),
        np.cumsum([0, *(part.size for part in ends)]),
    )
