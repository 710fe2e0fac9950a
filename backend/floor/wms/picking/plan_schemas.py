"""What planners and supervisors say about rounds and aisles, and hear back."""

from uuid import UUID

from backend.kernel.edge import Edge, Told


class ReleaseOrders(Edge):
    """`rounds.release`: a planner's wish: make rounds of these orders, or of the most urgent ones when empty."""

    orders: tuple[UUID, ...] = ()
    totes: int = 4
    rounds: int = 1


class OrdersReleased(Told):
    """The rounds that were made, and orders that could not go on one, with the reason (see `packing.passed_over`)."""

    rounds: list[UUID]
    left: dict[str, str]


class AddOrder(Edge):
    """`rounds.add_order`: this order rides along on a round that is open; on the one with the least extra walk if none is named."""

    order: UUID
    round: UUID | None = None


class OrderAdded(Told):
    """The round that takes the order, and how much further it now walks, in metres."""

    round: UUID
    number: int
    extra_m: float
    lines: int


class CloseAisle(Edge):
    """`aisle.close`: nobody can walk through an aisle: in one block, or in all of them."""

    aisle: int
    reason: str
    block: int | None = None


class OpenAisle(Edge):
    """`aisle.open`: the aisle is free again, in one block or in all that were closed."""

    aisle: int
    block: int | None = None


class AisleTold(Told):
    """What is closed now as [aisle, block], how many open rounds were planned anew, and how many of their bins nobody can reach."""

    closed: list[tuple[int, int]]
    rounds: int
    unreachable: int


class AisleBlocked(Edge):
    """`pick.aisle_blocked`: the picker cannot get through here; the rest of the round goes round it, a supervisor is told."""

    round: UUID
    aisle: int
    block: int
    at: UUID | None = None
    note: str = ""


class RoundReplanned(Told):
    """The round's open lines were put in the order of the shortest walk that is left."""

    round: UUID
    unreachable: int
