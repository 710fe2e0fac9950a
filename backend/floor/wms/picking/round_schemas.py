"""A round as a device is told it, whole: all it needs to work without the network; and a round in a list."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from backend.kernel.edge import Told


class PlaceFacts(Told):
    """A place as the handheld shows and checks it."""

    id: UUID
    code: str
    kind: str
    check_digits: str
    zone: str
    aisle: int | None
    block: int | None
    side: str
    bay: int | None
    level: int | None
    slot: str
    offset_m: float | None
    x: float | None
    y: float | None


class PackagingFacts(Told):
    """A packaging, its content and its GTIN-14."""

    kind: str
    quantity: Decimal
    gtin: str


class ItemFacts(Told):
    """An item with all that can be scanned for it."""

    id: UUID
    sku: str
    name: str
    unit: str
    whole: bool
    tracking: str
    expires: bool
    group: str
    packagings: list[PackagingFacts]


class LotFacts(Told):
    """A lot's code and expiry."""

    id: UUID
    code: str
    expires_on: date | None


class CodeFacts(Told):
    """Anything with an id and a code that is scanned: a serial, a handling unit."""

    id: UUID
    code: str


class OrderFacts(Told):
    """The order a tote is for."""

    id: UUID
    number: str
    customer: str
    due_at: datetime
    carrier: str


class ToteFacts(Told):
    """One slot of the cart."""

    id: UUID
    slot: int
    state: str
    code: str | None
    order: OrderFacts
    drop_place: UUID


class LineFacts(Told):
    """One line to pick. `left_after` is what the system thinks stays in the bin, for the zero check (None: don't ask)."""

    id: UUID
    sequence: int
    state: str
    version: int
    quantity: Decimal
    picked: Decimal
    item: UUID
    place: UUID
    lot: LotFacts | None
    serial: CodeFacts | None
    handling_unit: CodeFacts | None
    whole_unit: bool
    tote: UUID
    left_after: Decimal | None
    skipped: int


class NearFacts(Told):
    """Something else of a round's item in or beside a round's bin: what a wrong scan probably is, or a lot to change to."""

    place: UUID
    item: UUID
    lot: LotFacts | None
    serial: CodeFacts | None
    handling_unit: CodeFacts | None
    quantity: Decimal
    available: Decimal


class MapFacts(Told):
    """The floor plan and the round's path on it, in metres: [[x, y], …] per leg, one leg a stop and one back."""

    plan: dict[str, object]
    legs: list[list[tuple[float, float]]]


class RoundDocument(Told):
    """A claimed round, whole."""

    id: UUID
    number: int
    version: int
    state: str
    due_at: datetime | None
    person: UUID | None
    person_name: str
    lease_until: datetime | None
    cart: str
    length_m: float
    proved: bool
    start: UUID | None
    totes: list[ToteFacts]
    lines: list[LineFacts]
    places: list[PlaceFacts]
    items: list[ItemFacts]
    near: list[NearFacts]
    map: MapFacts


class RoundSummary(Told):
    """A round in a list. `length_m` is the walk as planned; `walked_m` what was walked from scan to scan so far, and
    `shortest_m` the shortest walk through the same places.
    """

    id: UUID
    number: int
    state: str
    due_at: datetime | None
    person: UUID | None
    person_name: str
    lines: int
    done: int
    shorts: int
    totes: int
    orders: int
    length_m: float
    proved: bool
    walked_m: float
    shortest_m: float
    last_place: str
    last_scan_at: datetime | None
