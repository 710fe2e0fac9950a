"""What counting says to a handheld and hears from it."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from backend.kernel.edge import Edge, Told
from backend.kernel.quantity import checked

MOST_CHARACTERS = 512


class Counted(Edge):
    """So much of one lot (or serial, or handling unit) was counted in the bin, in the item's own unit.

    What the books list there is named by its id, what they do not by the code on its label. `item` is another item's number or GTIN,
    as scanned; without it the row is of the count's own item.
    """

    quantity: Decimal
    lot: UUID | None = None
    serial: UUID | None = None
    handling_unit: UUID | None = None
    item: str | None = None
    lot_code: str | None = None
    expires_on: date | None = None
    serial_code: str | None = None

    def __post_init__(self) -> None:
        checked(self.quantity, zero=True)
        for code in (self.item, self.lot_code, self.serial_code):
            if code is not None and not 0 < len(code) <= MOST_CHARACTERS:
                raise ValueError(f"a code has 1 to {MOST_CHARACTERS} characters")


class PostCount(Edge):
    """`count.post`: what lies in the bin of this count task, all lots. `units` are handling units seen there unlisted.

    `replaces` is the key of one's own earlier `count.post` that was wrong.
    """

    task: UUID
    counted: list[Counted]
    units: tuple[str, ...] = ()
    replaces: UUID | None = None


class ClaimCount(Edge):
    """`count.claim`: take this count, or the nearest waiting one."""

    task: UUID | None = None


class CountPosted(Told):
    """What became of a count: `booked`, to be counted `again`, or before a supervisor for `review`.

    Booked, it tells what changed of its own item, whether promises had to give way, and how many things a supervisor must see.
    Before that nobody is told what the books say, for the next count is blind too.
    """

    task: UUID
    outcome: str
    counted: Decimal
    expected: Decimal | None = None
    adjusted: Decimal = Decimal(0)
    given_up: Decimal = Decimal(0)
    exceptions: int = 0


class DecideCount(Edge):
    """`count_review.decide`: a supervisor books the last count of this task as it is, or asks somebody to count once more."""

    task: UUID
    accept: bool


class CountDecided(Told):
    """What became of the count: `booked` or `again`."""

    task: UUID
    outcome: str


class CountLine(Told):
    """One thing the system thinks lies in the bin. The quantity is not told: a count is blind."""

    lot: UUID | None
    lot_code: str | None
    expires_on: date | None
    serial: UUID | None
    serial_code: str | None
    handling_unit: UUID | None
    handling_unit_code: str | None


class CountAside(Told):
    """What lies there and is not to be counted: set aside as damaged, on hold or in quality."""

    status: str
    code: str | None
    quantity: Decimal


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
    tracking: str
    expires: bool
    gtins: list[str]
    packs: list[CountPack]
    lines: list[CountLine]
    aside: list[CountAside]
