"""An order for a round that is already under way: which picker should take it, and the round that is left."""

from collections.abc import Sequence
from dataclasses import dataclass

from .batchvalues import Cart, Order
from .rounds import shortest_round
from .values import Place, Round
from .walkable import Walkable

__all__ = ["Joined", "OpenRound", "join_open_round"]


@dataclass(frozen=True, slots=True)
class OpenRound:
    """A round under way: where the picker stands, the stops left, the end, and what already rides on the cart."""

    here: Place
    left: tuple[Place, ...]
    end: Place
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """The order added to round `number`: the new round over the old stops (first) and the order's, and the extra metres."""

    number: int
    extra: float
    round: Round


def join_open_round(layout: Walkable, order: Order, rounds: Sequence[OpenRound], cart: Cart) -> list[Joined]:
    """All open rounds with room for the order, the least extra walking first; empty when none has room."""
    joined = []
    for number, under_way in enumerate(rounds):
        if not cart.fits([*under_way.orders, order]):
            continue
        before = shortest_round(layout, under_way.left, start=under_way.here, end=under_way.end)
        after = shortest_round(
            layout, (*under_way.left, *order.places), start=under_way.here, end=under_way.end
        )
        joined.append(Joined(number, after.length - before.length, after))
    return sorted(joined, key=lambda j: (j.extra, j.number))
