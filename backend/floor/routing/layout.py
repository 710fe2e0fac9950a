"""Where floors are made: rectangular ones, and any other."""

from collections.abc import Iterable, Mapping, Sequence

from .blocklayout import BlockLayout, make_blocks
from .graphlayout import GraphLayout, make_graph

__all__ = ["Layout"]


class Layout:
    """Makes a walkable floor of the kind the warehouse is."""

    @staticmethod
    def blocks(
        *,
        aisles: int,
        blocks: int = 1,
        aisle_length: float | Sequence[float] | Sequence[Sequence[float]] = 40.0,
        pitch: float | Sequence[float] = 5.0,
        depot: str | tuple[int, float] = "front-left",
        one_way: Mapping[tuple[int, int], str] | None = None,
    ) -> BlockLayout:
        """A rectangular floor: parallel aisles cut into blocks by cross-aisles.

        Args:
            aisles: number of picking aisles, left to right.
            blocks: number of blocks, front to back; there are `blocks + 1` cross-aisles.
            aisle_length: metres of a sub-aisle between the middles of two cross-aisles: one number, one per
                block, or one row per aisle with one per block.
            pitch: metres between neighbouring aisles: one number or `aisles - 1` of them.
            depot: "front-left", "front-centre", "front-right", the same with "rear-", or (cross-aisle, metres from
                the first aisle).
            one_way: {(aisle, block): "to-back" | "to-front"}.

        Raises:
            BadPlan: for a length below zero, no aisle, or rows that do not fit the aisles.
        """
        return make_blocks(aisles, blocks, aisle_length, pitch, depot, one_way or {})

    @staticmethod
    def graph(
        nodes: Mapping[str, Sequence[float]],
        edges: Iterable[Sequence[object]],
        *,
        depot: str | None = None,
    ) -> GraphLayout:
        """Any walkable floor.

        Args:
            nodes: {name: (x, y)} or (x, y, level) in metres.
            edges: (a, b), (a, b, metres) or (a, b, metres, "one-way"); without metres the straight distance counts.
            depot: name of the depot's node; the first node when left out.

        Raises:
            BadPlan: for an edge to an unknown node or of negative length.
        """
        return make_graph(nodes, edges, depot)
