"""What waves say to screens and hear from them."""

from datetime import datetime
from uuid import UUID

from backend.kernel.edge import Edge, Told


class PlanWave(Edge):
    """`wave.plan`: plan these orders onto carts together, or all that are open when none are named; the newest wish counts.

    With `automatic` its rounds are made as soon as it is planned.
    """

    orders: tuple[UUID, ...] = ()
    totes: int = 4
    automatic: bool = False


class WaveWish(Edge):
    """`wave.accept` and `wave.cancel`: make the plan's rounds (the best so far while it is still planned), or drop it."""

    wave: UUID


class WaveAsked(Told):
    """The wave waits for the solver, or was ended."""

    wave: UUID
    state: str


class WaveAccepted(Told):
    """The rounds that were made of it, and orders that stay with the reason. While it is planned there are none yet."""

    wave: UUID
    state: str
    rounds: list[UUID]
    left: dict[str, str]


class WaveOrderTold(Told):
    """An order of a wave."""

    id: UUID
    number: str
    due_at: datetime


class WaveBatch(Told):
    """The orders of one cart."""

    orders: list[WaveOrderTold]


class WaveLeft(Told):
    """An order that is not in the plan, and why."""

    order: WaveOrderTold
    why: str


class WaveTold(Told):
    """A wave: how far its planning is, and the best plan so far. Metres of the whole wave; `first_come_m` is what carts
    filled as orders came would walk.
    """

    id: UUID
    number: int
    state: str
    asked_by: UUID
    asked_by_name: str
    asked_at: datetime
    orders: int
    totes: int
    automatic: bool
    share: float
    first_come_m: float | None
    length_m: float | None
    bound_m: float | None
    proved: bool
    method: str
    batches: list[WaveBatch]
    left: list[WaveLeft]
    rounds: list[UUID]
    why: str
