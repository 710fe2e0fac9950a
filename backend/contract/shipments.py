"""Shipments: what the ERP wants to go out (in), and what the floor did about it (out). Document: `shipment/<number>`.

| type | way | says |
|---|---|---|
| `shipment.requested` | in | ship this; the whole request |
| `shipment.changed` | in | the whole request as it stands now |
| `shipment.cancelled` | in | no longer wanted |
| `shipment.line_picked` | out | so much of a line was taken from stock |
| `shipment.pick_undone` | out | such a pick was taken back |
| `shipment.shorted` | out | so much of a line was not there |
| `shipment.short_undone` | out | such a shortage was taken back |
| `shipment.picked` | out | nothing more will be picked: the order as it stands, line by line |
| `shipment.shipped` | out | it has left the building, with lots and handling units |

`version` is the ERP's count of changes to the request; a reader never lets an older one overwrite a newer.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

Number = Annotated[str, Meta(min_length=1, max_length=64)]
Code = Annotated[str, Meta(min_length=1, max_length=64)]
Version = Annotated[int, Meta(ge=1, le=2_147_483_647)]
LineNumber = Annotated[int, Meta(ge=1, le=1_000_000)]


class RequestedLine(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One line of a request: so much of an item, in the unit the item is kept in or one of its packagings."""

    line: LineNumber
    sku: Code
    quantity: Decimal
    unit: Code


class ShipmentRequested(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Ship this. `customer` is the partner's number; `site` the code of the site to ship from, if there is more than one."""

    TYPE: ClassVar[str] = "gemba.shipment.requested.v1"

    number: Number
    version: Version
    customer: Code
    due_at: Annotated[datetime, Meta(tz=True)]
    lines: Annotated[tuple[RequestedLine, ...], Meta(min_length=1, max_length=2000)]
    priority: Annotated[int, Meta(ge=0, le=9)] = 0
    carrier: Annotated[str, Meta(max_length=64)] = ""
    site: Annotated[str, Meta(max_length=64)] = ""


class ShipmentChanged(ShipmentRequested, frozen=True, kw_only=True, rename="camel"):
    """The whole request as it stands now; a line that is not named is no longer wanted."""

    TYPE: ClassVar[str] = "gemba.shipment.changed.v1"


class ShipmentCancelled(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """No longer wanted."""

    TYPE: ClassVar[str] = "gemba.shipment.cancelled.v1"

    number: Number
    version: Version
    reason: str = ""


class LinePicked(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """So much of a line was taken from stock, in the item's own unit."""

    TYPE: ClassVar[str] = "gemba.shipment.line_picked.v1"

    number: str
    line: int
    sku: str
    quantity: Decimal
    unit: str
    at: datetime
    lot: str | None = None
    serial: str | None = None


class PickUndone(LinePicked, frozen=True, kw_only=True, rename="camel"):
    """So much of an earlier pick of this line was put back; `quantity` is positive."""

    TYPE: ClassVar[str] = "gemba.shipment.pick_undone.v1"


class LineShorted(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """So much of a line was not there when somebody stood before the bin. `reason` is the floor's short-pick reason."""

    TYPE: ClassVar[str] = "gemba.shipment.shorted.v1"

    number: str
    line: int
    sku: str
    quantity: Decimal
    unit: str
    reason: str
    at: datetime


class ShortUndone(LineShorted, frozen=True, kw_only=True, rename="camel"):
    """So much of an earlier shortage of this line was taken back; `quantity` is positive."""

    TYPE: ClassVar[str] = "gemba.shipment.short_undone.v1"


class PickedLine(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How one line ended: `wanted` = `picked` + `shorted`."""

    line: int
    sku: str
    unit: str
    wanted: Decimal
    picked: Decimal
    shorted: Decimal


class ShipmentPicked(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Nothing more will be picked for this request; it stands at its pack place."""

    TYPE: ClassVar[str] = "gemba.shipment.picked.v1"

    number: str
    version: int
    lines: tuple[PickedLine, ...]
    at: datetime


class ShippedContent(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """So much of one lot or serial that left."""

    quantity: Decimal
    lot: str | None = None
    expires_on: date | None = None
    serial: str | None = None
    handling_unit: str | None = None


class ShippedLine(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What left of one line. `quantity` is the sum of `contents`."""

    line: int
    sku: str
    unit: str
    quantity: Decimal
    contents: tuple[ShippedContent, ...] = ()


class ShipmentShipped(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """It has left. `handling_units` are the SSCCs or tote numbers the carrier took."""

    TYPE: ClassVar[str] = "gemba.shipment.shipped.v1"

    number: str
    version: int
    carrier: str
    lines: tuple[ShippedLine, ...]
    at: datetime
    handling_units: tuple[str, ...] = ()
