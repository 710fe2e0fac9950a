"""Quality: what inspection decided about goods, and what is claimed from a supplier. All out. Document: `item/<sku>`.

| type | says |
|---|---|
| `inspection.decided` | every unit of an inspected lot has its place: so much released, returned, scrapped, … |
| `goods.returned` | so much of what inspection sends back has left for the supplier |
| `claim.raised` | the supplier is held to account for so much of a lot; `ncr` is the report behind it |

`decisions` sum to the lot's quantity, in the item's own unit; what is not named is none. `release` and `concession` are free to use,
`scrap` has left stock, `return` and `rework` are blocked until done, `sort` waits for a second inspection of every unit.
"""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

import msgspec

Verdict = Literal["accept", "reject"]


class Decisions(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How much of a lot went which way."""

    release: Decimal = Decimal(0)
    concession: Decimal = Decimal(0)
    return_: Decimal = msgspec.field(name="return", default=Decimal(0))
    scrap: Decimal = Decimal(0)
    rework: Decimal = Decimal(0)
    sort: Decimal = Decimal(0)


class InspectionDecided(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A lot was decided. `receipt` is the receipt or production it came from; `number` is the inspection lot's own."""

    TYPE: ClassVar[str] = "gemba.inspection.decided.v1"

    inspection: UUID
    number: int
    sku: str
    unit: str
    quantity: Decimal
    verdict: Verdict
    decisions: Decisions
    at: datetime
    lot: str | None = None
    receipt: UUID | None = None
    purchase_order: str | None = None
    line: int | None = None
    work_order: str | None = None
    supplier: str | None = None


class GoodsReturned(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Goods that `inspection` decided to return have left for the supplier. `ncr` is the report that sends them back; `reference` the
    carrier's own number. Until then they are stock, on hold.
    """

    TYPE: ClassVar[str] = "gemba.goods.returned.v1"

    inspection: UUID
    ncr: int
    supplier: str
    sku: str
    unit: str
    quantity: Decimal
    at: datetime
    lot: str | None = None
    purchase_order: str | None = None
    line: int | None = None
    carrier: str = ""
    reference: str = ""


class Defect(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What was wrong with one feature of a plan: its number there, a code (`out_of_tolerance`, `not_conforming`, `too_many`), and
    its name by language (`en`, `nl`, `zh`).
    """

    feature: int
    code: str
    name: dict[str, str]


class ClaimRaised(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The supplier owes for so much of a lot. `defects` say by code what was wrong, as `plan` numbers its features.

    `reason` says it in words of `language`, the supplier's where the plan has it, with the inspector's note as it was written.
    """

    TYPE: ClassVar[str] = "gemba.claim.raised.v1"

    ncr: int
    supplier: str
    sku: str
    unit: str
    quantity: Decimal
    reason: str
    at: datetime
    lot: str | None = None
    purchase_order: str | None = None
    line: int | None = None
    language: str = "en"
    plan: str = ""
    defects: tuple[Defect, ...] = ()
