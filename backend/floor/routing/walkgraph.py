"""A directed walk graph with whole-number costs and shortest ways, worked out once and kept."""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Arc", "WalkGraph"]

_MANY_ROWS = 24


class Arc(NamedTuple):
    """One way from a node: `cost` decides (mm x percent), `mm` is what the feet feel."""

    to: int
    cost: int
    mm: int


class WalkGraph:
    """Nodes 0…n-1 and their outgoing arcs, every cost at least 1. Shortest rows are cached; it never changes."""

    def __init__(self, out: Sequence[Sequence[Arc]]) -> None:
        self.out = out
        self._into: list[list[Arc]] | None = None
        self._rows: dict[int, NDArray[np.float64]] = {}

    def __len__(self) -> int:
        return len(self.out)

    def row(self, source: int) -> NDArray[np.float64]:
        """Shortest costs from `source` to every node; inf where no way leads. Dijkstra 1959."""
        known = self._rows.get(source)
        if known is None:
            known = self._rows[source] = np.array(self._dijkstra(source))
        return known

    def warm(self, sources: Iterable[int]) -> None:
        """Work out many rows at once (in C when they are many)."""
        missing = sorted({s for s in sources if s not in self._rows})
        if len(missing) < _MANY_ROWS:
            for source in missing:
                self.row(source)
            return
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import dijkstra

        cheapest: dict[tuple[int, int], int] = {}
        for tail, arcs in enumerate(self.out):
            for arc in arcs:
                known = cheapest.get((tail, arc.to), arc.cost)
                cheapest[tail, arc.to] = min(known, arc.cost)
        ends = np.array(list(cheapest), dtype=np.int64).reshape(-1, 2)
        shape = (len(self.out), len(self.out))
        matrix = csr_matrix(
            (np.array(list(cheapest.values()), dtype=np.float64), (ends[:, 0], ends[:, 1])), shape=shape
        )
        self._rows.update(zip(missing, dijkstra(matrix, indices=missing), strict=True))

    def cost(self, source: int, target: int) -> float:
        """Shortest cost between two nodes; searches only as far as needed when the row is not known."""
        return (
            float(self._rows[source][target]) if source in self._rows else self._outwards(source, target)[0]
        )

    def way(self, source: int, target: int) -> list[int]:
        """The nodes of one shortest way, both ends included; the way must exist."""
        row = self._rows.get(source)
        reached = self._outwards(source, target)[1] if row is None else {}

        def known(node: int) -> float:
            return reached.get(node, inf) if row is None else float(row[node])

        nodes = [target]
        while nodes[-1] != source:
            here = nodes[-1]
            for came, cost, _ in self._arcs_into(here):
                if known(came) + cost == known(here):
                    nodes.append(came)
                    break
        return nodes[::-1]

    def _outwards(self, source: int, target: int) -> tuple[float, dict[int, float]]:
        """Dijkstra until the target is settled: its cost, and the costs of all nodes settled so far."""
        best: dict[int, float] = {source: 0.0}
        settled: dict[int, float] = {}
        heap: list[tuple[float, int]] = [(0.0, source)]
        while heap:
            cost, node = heappop(heap)
            if node in settled:
                continue
            settled[node] = cost
            if node == target:
                return cost, settled
            for to, step, _ in self.out[node]:
                if cost + step < best.get(to, inf):
                    best[to] = cost + step
                    heappush(heap, (cost + step, to))
        return inf, settled

    def arc(self, source: int, target: int) -> Arc:
        """The cheapest arc between two neighbours."""
        return min((a for a in self.out[source] if a.to == target), key=lambda a: a.cost)

    def _arcs_into(self, node: int) -> list[Arc]:
        if self._into is None:
            self._into = [[] for _ in self.out]
            for tail, arcs in enumerate(self.out):
                for arc in arcs:
                    self._into[arc.to].append(Arc(tail, arc.cost, arc.mm))
        return self._into[node]

    def _dijkstra(self, source: int) -> list[float]:
        costs = [inf] * len(self.out)
        costs[source] = 0.0
        heap: list[tuple[float, int]] = [(0.0, source)]
        while heap:
            cost, node = heappop(heap)
            if cost > costs[node]:
                continue
            for to, step, _ in self.out[node]:
                reached = cost + step
                if reached < costs[to]:
                    costs[to] = reached
                    heappush(heap, (reached, to))
        return costs
