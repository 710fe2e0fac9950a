"""What trace tells: time lines, the board of the supervisor's page, what lies in a bay."""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from backend.floor.wms.picking.round_schemas import RoundSummary
from backend.kernel.edge import Told

Of = Literal["bin", "item", "lot", "serial", "handling_unit", "order", "person", "task"]


class Subject(Told):
    """The thing a time line is of, as people name it."""

    kind: str
    id: UUID
    code: str
    label: str


class Event(Told):
    """One thing that happened. `kind` says where it stands in the books, `what` which sort of it.

    | kind | what |
    |---|---|
    | move | the move's kind: pick, drop, ship, receive, move, count, undo, … |
    | command | the command's type, for commands that moved nothing; `outcome` done or refused |
    | exception | raised or resolved; `reason` is the exception's kind |
    | count | asked or counted; `expected` and `quantity` as booked |
    | task | released or done |
    | order | arrived |
    | inspection | inspection_opened or inspection_decided; `outcome` is what the lot became |
    """

    id: UUID
    kind: str
    what: str
    at: datetime
    captured_at: datetime | None
    person: UUID | None
    person_name: str
    device_name: str
    item: UUID | None
    sku: str
    name: str
    unit: str
    lot: str
    serial: str
    quantity: Decimal | None
    expected: Decimal | None
    from_place: UUID | None
    from_code: str
    from_unit: str
    from_status: str
    to_place: UUID | None
    to_code: str
    to_unit: str
    to_status: str
    reason: str
    note: str
    outcome: str
    order: UUID | None
    order_number: str
    task: UUID | None
    task_number: int | None
    task_kind: str
    command: UUID | None
    undoes: UUID | None
    undone_by: UUID | None


class Timeline(Told):
    """A page of a thing's history, the newest first. `next` is what to send as `before` for the page after it."""

    subject: Subject
    events: list[Event]
    next: str | None


class BinHeat(Told):
    """Pick lines that wait at one bin, over all rounds that are released or walked."""

    place: UUID
    code: str
    aisle: int | None
    block: int | None
    side: str
    bay: int | None
    lines: int


class PickerSpot(Told):
    """A person's last booking of the last hours: where, when, and which round is in hand now."""

    person: UUID
    name: str
    place: UUID
    code: str
    x: float | None
    y: float | None
    aisle: int | None
    block: int | None
    at: datetime
    task: UUID | None
    device: str


class ClosedAisle(Told):
    """An aisle, in one block, that nobody can walk through."""

    aisle: int
    block: int
    reason: str
    person: str
    since: datetime


class CrowdedAisle(Told):
    """An aisle, in one block, where two or more people with a round in hand are at once."""

    aisle: int
    block: int
    people: list[str]


class RoundPath(Told):
    """The way of a round that is being walked: legs of [[x, y], …] in metres, one a stop and one back."""

    task: UUID
    legs: list[list[tuple[float, float]]]


class Pace(Told):
    """Lines picked in the quarter of an hour that began at `start`; lines taken back since do not count."""

    start: datetime
    lines: int


class HealthTold(Told):
    """What a device last said of itself (see access' `DeviceHealth`)."""

    battery: int | None
    charging: bool | None
    network: str
    waiting: int
    held: int
    oldest_seconds: int | None
    scan_ms: int | None
    app_version: str


class DeviceSeen(Told):
    """An enrolled device, when it last spoke, and how it is."""

    id: UUID
    name: str
    seen_at: datetime | None
    clock_skew_ms: int | None
    health: HealthTold | None


class StateCount(Told):
    """How many orders stand in one state. `shipped` counts the last hours only."""

    state: str
    orders: int


class Board(Told):
    """The whole floor in one read: what the supervisor's map and figures are drawn from."""

    at: datetime
    site: str
    bins: list[BinHeat]
    pickers: list[PickerSpot]
    rounds: list[RoundSummary]
    paths: list[RoundPath]
    pace: list[Pace]
    orders: list[StateCount]
    devices: list[DeviceSeen]
    exceptions: int
    urgent: int
    closed: list[ClosedAisle]
    crowded: list[CrowdedAisle]


class BayStock(Told):
    """One quant in a bay."""

    item: UUID
    sku: str
    name: str
    unit: str
    lot: str
    handling_unit: str
    status: str
    quantity: Decimal
    reserved: Decimal


class BayBin(Told):
    """One bin of a bay, with what lies there and how many pick lines wait at it."""

    id: UUID
    code: str
    level: int | None
    slot: str
    blocked: str
    lines: int
    stock: list[BayStock]
