"""What the work slice says: home, scan resolution, exceptions."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from backend.kernel.edge import Edge, Told


class KindCount(Told):
    """How much work of one kind waits, what is most urgent of it."""

    kind: str
    open: int
    lines: int
    due_at: datetime | None
    oldest_at: datetime | None


class CarryOn(Told):
    """Work this person has claimed and not finished."""

    task: UUID
    kind: str
    number: int
    done: int
    total: int
    totes: int
    place: str
    touched_at: datetime | None


class Home(Told):
    """What I can do now, by urgency."""

    carry_on: list[CarryOn]
    kinds: list[KindCount]
    exceptions: int


class Match(Told):
    """One thing a scanned code can be. `kind`: bin, item, lot, serial, handling_unit, order, person, task."""

    kind: str
    id: UUID
    code: str
    label: str
    item: UUID | None = None
    quantity: Decimal | None = None
    place: str = ""
    likely: bool = False


class Resolved(Told):
    """All a scanned code could be, the likeliest first. Empty when nothing here bears it."""

    scanned: str
    matches: list[Match]


class StockRow(Told):
    """One quant, as shown on the look screen."""

    place: str
    place_id: UUID
    item_id: UUID
    sku: str
    name: str
    unit: str
    lot: str | None
    lot_id: UUID | None
    expires_on: str | None
    serial: str | None
    serial_id: UUID | None
    handling_unit: str | None
    handling_unit_id: UUID | None
    status: str
    quantity: Decimal
    reserved: Decimal


class ExceptionRow(Told):
    """An exception as the supervisor sees it."""

    id: UUID
    kind: str
    severity: str
    state: str
    raised_at: datetime
    raised_by: str
    task: UUID | None
    task_number: int | None
    item: str
    place: str
    order: str
    details: dict[str, object]
    resolution: str | None
    resolved_by: str
    resolved_at: datetime | None


class ResolveException(Edge):
    """`exception.resolve`: what a person decided."""

    exception: UUID
    resolution: str
    note: str = ""


class PackedUnit(Told):
    """A unit packed in another: `within` is the one it lies in."""

    id: UUID
    code: str
    kind: str
    within: UUID


class GoodsInUnit(Told):
    """Goods of one lot or serial in a unit, and the GTINs their labels may bear."""

    within: UUID
    sku: str
    name: str
    unit: str
    lot: str | None
    serial: str | None
    quantity: Decimal
    gtins: list[str]


class UnitContents(Told):
    """A pallet, box or tote with all that should be in it."""

    id: UUID
    code: str
    kind: str
    units: list[PackedUnit]
    goods: list[GoodsInUnit]
