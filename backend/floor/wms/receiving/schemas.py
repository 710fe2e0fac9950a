"""What receiving hears from a handheld and tells it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from backend.kernel.edge import Edge, Told
from backend.kernel.quantity import checked

Code = Annotated[str, Meta(min_length=1, max_length=64)]
Condition = Literal["good", "damaged", "expired"]
UnitKind = Literal["pallet", "box"]
MOST_SERIALS = 500


class ReceiveGoods(Edge):
    """`receive.goods`: so much of one item and lot stands on this dock.

    `line` is the expected line it was booked against on the device; without it but with a `delivery` it is a wrong item, without
    both nobody had announced it. `item` may be left out where the device could not tell: then `code` (GTIN or SKU) says what it is.
    The receipt's id is the command's.
    """

    quantity: Decimal
    place: UUID
    item: UUID | None = None
    code: Annotated[str, Meta(max_length=512)] = ""
    delivery: UUID | None = None
    line: UUID | None = None
    pack: UUID | None = None
    lot_code: Code | None = None
    expires_on: date | None = None
    serials: Annotated[tuple[Code, ...], Meta(max_length=MOST_SERIALS)] = ()
    handling_unit_code: Code | None = None
    handling_unit_kind: UnitKind = "pallet"
    condition: Condition = "good"
    reason: Annotated[str, Meta(max_length=500)] = ""
    photo: UUID | None = None

    def __post_init__(self) -> None:
        checked(self.quantity)
        if len(set(self.serials)) != len(self.serials):
            raise ValueError("a serial number stands twice in the list")


class CloseDelivery(Edge):
    """`receive.close`: nothing more comes of this delivery; what is missing is told as short."""

    delivery: UUID


class UndoReceipt(Edge):
    """`receive.undo`: take back an earlier receipt whole."""

    command: UUID


class DiscrepancyTold(Told):
    """One way in which what arrived is not what was announced."""

    id: UUID
    kind: str
    quantity: Decimal
    expected: Decimal


class GoodsBooked(Told):
    """What the books say after a receipt. `open` is what is still to come of the line; None without one."""

    receipt: UUID
    item: UUID
    status: str
    blocked: Decimal
    lot: UUID | None
    handling_unit: UUID | None
    line: UUID | None
    received: Decimal | None
    open: Decimal | None
    discrepancies: list[DiscrepancyTold]


class DeliveryClosed(Told):
    """The delivery is closed; what did not come, line by line."""

    delivery: UUID
    short: list[DiscrepancyTold]


class ReceiptTakenBack(Told):
    """The receipt is undone; its line expects that much again."""

    receipt: UUID
    quantity: Decimal


class ExpectedItem(Told):
    """An item as the dock needs it: what to ask for, and what its codes count."""

    id: UUID
    sku: str
    name: str
    unit: str
    whole: bool
    tracking: str
    expires: bool
    inspected: bool
    packagings: list["PackagingTold"]


class PackagingTold(Told):
    """What one scan of this GTIN counts."""

    kind: str
    gtin: str
    quantity: Decimal


class PackTold(Told):
    """One thing in one announced pack."""

    id: UUID
    sscc: str
    quantity: Decimal
    lot: str | None
    expires_on: date | None
    received: bool


class LineTold(Told):
    """One line to come. `item` is None while the catalog does not know the SKU."""

    id: UUID
    line: int
    sku: str
    item: UUID | None
    unit: str
    quantity: Decimal
    received: Decimal
    blocked: Decimal
    lot: str | None
    expires_on: date | None
    due_on: date | None
    state: str
    packs: list[PackTold]


class DockTold(Told):
    """A place where goods are taken in."""

    id: UUID
    code: str


class DeliveryDocument(Told):
    """A delivery, whole: all that a device needs to receive it without the network."""

    id: UUID
    kind: str
    number: str
    purchase_order: str | None
    supplier: str
    supplier_name: str
    state: str
    due_on: date | None
    over_percent: Decimal
    over_rule: str
    lines: list[LineTold]
    items: list[ExpectedItem]
    docks: list[DockTold]


class DeliveryRow(Told):
    """A delivery on the day's list: how much of it is here, in per cent of its lines' quantities."""

    id: UUID
    kind: str
    number: str
    purchase_order: str | None
    supplier: str
    supplier_name: str
    state: str
    due_on: date | None
    late: bool
    lines: int
    lines_done: int
    packs: int
    packs_done: int
    percent: int
    discrepancies: int
    touched_at: datetime | None


class UnitNumbers(Told):
    """Fresh SSCCs that no other device has been given: for pallets and boxes that arrive without one."""

    codes: list[str]
