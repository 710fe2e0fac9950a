"""How the day goes, as the supervisor's page tells it."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from backend.kernel.edge import Told


class OrderMissed(Told):
    """An order of today that did not leave by its time, or not whole."""

    id: UUID
    number: str
    customer: str
    due_at: datetime
    shipped_at: datetime | None
    in_full: bool
    state: str


class RoundWalked(Told):
    """How far one of today's rounds was walked from scan to scan, and the shortest walk through the same places, in metres."""

    id: UUID
    number: int
    person_name: str
    walked_m: float
    shortest_m: float
    done_at: datetime | None


class OrderLate(Told):
    """A work order past its day, with the step it is at."""

    id: UUID
    number: str
    sku: str
    name: str
    quantity: Decimal
    unit: str
    due_at: datetime
    hold: str
    step: str
    centre: str


class Day(Told):
    """Since midnight where the site is. Orders are judged when their time has come or when they have left, whichever is first.

    `on_time` of `due` left by their time and whole (on time, in full). The lists are cut at `MOST`; the numbers are of all.
    """

    day: date
    due: int
    on_time: int
    missed: list[OrderMissed]
    rounds: int
    walked_m: float
    shortest_m: float
    walks: list[RoundWalked]
    late: int
    late_orders: list[OrderLate]
