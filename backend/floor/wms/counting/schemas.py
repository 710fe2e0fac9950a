"""What counting says to a handheld and hears from it."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from backend.kernel.edge import Edge, Told
from backend.kernel.quantity import checked


class Counted(Edge):
    """So much of one lot (or serial, or handling unit) was counted in the bin."""

    quantity: Decimal
    lot: UUID | None = None
    serial: UUID | None = None
    handling_unit: UUID | None = None

    def __post_init__(self) -> None:
        checked(self.quantity, zero=True)


class PostCount(Edge):
    """`count.post`: what lies in the bin of this count task, all lots."""

    task: UUID
    counted: list[Counted]


class ClaimCount(Edge):
    """`count.claim`: take this count, or the nearest waiting one."""

    task: UUID | None = None


class CountPosted(Told):
    """What the count changed, per adjustment, and whether reservations had to give way."""

    task: UUID
    expected: Decimal
    counted: Decimal
    adjusted: Decimal
    given_up: Decimal


class CountLine(Told):
    """One thing the system thinks lies in the bin. The quantity is not told: a count is blind."""

    lot: UUID | None
    lot_code: str | None
    expires_on: date | None
    serial: UUID | None
    serial_code: str | None
    handling_unit: UUID | None
    handling_unit_code: str | None


class CountPack(Told):
    """How many of the item's unit a label with this GTIN stands for."""

    gtin: str
    quantity: Decimal


class CountDocument(Told):
    """A count task, whole."""

    id: UUID
    number: int
    state: str
    reason: str
    place: UUID
    place_code: str
    check_digits: str
    item: UUID
    sku: str
    name: str
    unit: str
    whole: bool
    gtins: list[str]
    packs: list[CountPack]
    lines: list[CountLine]
