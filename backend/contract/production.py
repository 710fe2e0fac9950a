"""Production: what the ERP wants made (in), and what the floor made of it (out). Document: `work/<number>`.

| type | way | says |
|---|---|---|
| `work_order.released` | in | make this; the whole order with its operations and materials; a newer version replaces |
| `work_order.cancelled` | in | no longer wanted |
| `job.reported` | out | good, scrap, rework and time at one operation |
| `materials.consumed` | out | what went in, by lot and serial |
| `goods.produced` | out | what came into stock, by lot or serial |

The order states which revision of the item and which revision of its BOM it was released with; a later release of either does
not change it. Reports are facts: each is booked once, whatever its sequence.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from backend.contract.amounts import Amounts
from backend.contract.masters import Positive, Revision
from backend.contract.shipments import Code, LineNumber, Number, Version

Minutes = Decimal  # zero or more: `Amounts` sees to it


class ReleasedOperation(Amounts, frozen=True, kw_only=True, rename="camel"):
    """One step, in order of `operation` (10, 20, …) at a work centre. Times in minutes."""

    operation: LineNumber
    work_centre: Code
    name: str
    setup_minutes: Minutes = Decimal(0)
    run_minutes_each: Minutes = Decimal(0)
    skill: Annotated[str, Meta(max_length=64)] | None = None
    instructions: str = ""


class ReleasedMaterial(Amounts, frozen=True, kw_only=True, rename="camel"):
    """So much of an item goes into each piece at an operation.

    `consumption`: `scan` each lot, `backflush` with the good pieces reported, or `none` for what is not booked.
    """

    line: LineNumber
    operation: LineNumber
    sku: Code
    quantity_each: Positive
    consumption: Literal["scan", "backflush", "none"] = "scan"


class WorkOrderReleased(Amounts, frozen=True, kw_only=True, rename="camel"):
    """Make `quantity` of an item's revision by its BOM's revision until `due_at`."""

    TYPE: ClassVar[str] = "gemba.work_order.released.v1"

    number: Number
    version: Version
    sku: Code
    revision: Revision
    bom_revision: Revision
    quantity: Positive
    due_at: Annotated[datetime, Meta(tz=True)]
    operations: Annotated[tuple[ReleasedOperation, ...], Meta(min_length=1, max_length=200)]
    materials: Annotated[tuple[ReleasedMaterial, ...], Meta(max_length=2000)] = ()
    site: Annotated[str, Meta(max_length=64)] = ""


class WorkOrderCancelled(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """No longer wanted."""

    TYPE: ClassVar[str] = "gemba.work_order.cancelled.v1"

    number: Number
    version: Version
    reason: str = ""


class JobReported(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What came of some work at one operation. A correction is a report of its own with the other sign.

    `minutes` is the labour of `person` (a badge); `report_id` names the report on the floor.
    """

    TYPE: ClassVar[str] = "gemba.job.reported.v1"

    number: Number
    report_id: Code
    operation: LineNumber
    good: Decimal
    scrap: Decimal
    rework: Decimal
    minutes: Decimal
    person: str
    at: datetime
    scrap_reason: str = ""
    finished: bool = False


class ConsumedMaterial(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """So much of one lot or serial that went in; `line` of the order's materials, or None for what was not planned."""

    sku: Code
    quantity: Decimal
    line: LineNumber | None = None
    lot: str | None = None
    serial: str | None = None


class MaterialsConsumed(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What went in at one operation. A negative quantity is material put back."""

    TYPE: ClassVar[str] = "gemba.materials.consumed.v1"

    number: Number
    consumption_id: Code
    operation: LineNumber
    materials: Annotated[tuple[ConsumedMaterial, ...], Meta(min_length=1, max_length=2000)]
    at: datetime


class GoodsProduced(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What came into stock. `serials` has one for each piece of a serial-tracked item; a negative quantity takes some back."""

    TYPE: ClassVar[str] = "gemba.goods.produced.v1"

    number: Number
    production_id: Code
    sku: Code
    quantity: Decimal
    at: datetime
    lot: str | None = None
    expires_on: date | None = None
    serials: tuple[str, ...] = ()
    status: str = "free"
