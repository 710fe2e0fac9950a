"""What the worker and its solving process say to each other: one JSON document a line."""

import msgspec

from backend.floor.wms.picking.floor import Spot


class WaveOrder(msgspec.Struct, frozen=True):
    """One order as the solver needs it; `due` in seconds from now."""

    id: str
    totes: int
    due: int
    stops: tuple[Spot, ...]


class Problem(msgspec.Struct, frozen=True, tag="problem"):
    """A wave to plan: the site's plan with today's closures, crowded sub-aisles, orders, the cart, the budget in rounds."""

    id: str
    plan: dict[str, object]
    orders: tuple[WaveOrder, ...]
    totes: int
    budget: int
    crowd: tuple[tuple[int, int, float], ...] = ()
    pickers: int = 1
    prove: bool = False
    seed: int = 0


class Stop(msgspec.Struct, frozen=True, tag="stop"):
    """End the search; the best plan so far is the answer."""

    id: str


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The kernels are compiled."""


class Better(msgspec.Struct, frozen=True, tag="better"):
    """How far the search is, and the best plan so far: order ids by cart."""

    id: str
    share: float
    length_m: float
    batches: list[list[str]]


class Solved(msgspec.Struct, frozen=True, tag="solved", kw_only=True):
    """The plan: order ids by cart in order of release; `left` says why an order is not in it. Metres."""

    id: str
    batches: list[list[str]]
    left: dict[str, str]
    first_come_m: float
    length_m: float
    bound_m: float
    proved: bool
    method: str


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The question could not be answered."""

    id: str
    why: str


Asked = Problem | Stop
Said = Ready | Better | Solved | Failed
