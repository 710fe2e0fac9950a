"""Masters that the ERP releases to everyone at once. Documents: `item/<sku>`, `partner/<number>`.

| type | way | says |
|---|---|---|
| `item.released` | in | this revision of the item is now the one to make, buy and store; the whole master |
| `partner.changed` | in | a customer or supplier as it is known now; the whole master |

One event for every reader: the floor's catalog, the supplier's portal, quality and production learn of a revision from the
same message. `version` counts the changes of the master; a reader never lets an older one overwrite a newer.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from backend.contract.amounts import Amounts
from backend.contract.shipments import Code, Version

Revision = Annotated[str, Meta(min_length=1, max_length=32)]
Positive = Decimal  # above zero: `Amounts` sees to it


class ReleasedPackaging(Amounts, frozen=True, kw_only=True, rename="camel"):
    """One way the item is packed: `quantity` in the item's unit, `gtin` 8 to 14 digits."""

    kind: Code
    quantity: Positive
    gtin: Annotated[str, Meta(pattern="^[0-9]{8,14}$")]


class ItemReleased(Amounts, frozen=True, kw_only=True, rename="camel"):
    """A released revision with the item's whole master.

    Attributes:
        revision: what drawings, BOMs, order lines and jobs name.
        inspection_plan: code of the plan that lots of it are inspected by; none if it is not inspected.
        tracking: whether stock of it is told apart by lot or by serial.
        shelf_life_days: days from production to expiry; None for what does not expire.
        effective_from: the day from which this revision is the one to use.
        stopped: revisions that must not be made to any more; what stands on other older ones may be used up.
    """

    TYPE: ClassVar[str] = "gemba.item.released.v1"

    sku: Code
    version: Version
    name: Annotated[str, Meta(min_length=1, max_length=255)]
    revision: Revision
    unit: Code
    whole: bool = True
    tracking: Literal["none", "lot", "serial"] = "none"
    shelf_life_days: Annotated[int, Meta(ge=1, le=36_500)] | None = None
    inspection_plan: Annotated[str, Meta(max_length=64)] | None = None
    weight_g: Decimal = Decimal(0)
    volume_ml: Decimal = Decimal(0)
    group: Annotated[str, Meta(max_length=64)] = ""
    velocity: Literal["A", "B", "C"] = "C"
    packagings: Annotated[tuple[ReleasedPackaging, ...], Meta(max_length=50)] = ()
    effective_from: date | None = None
    stopped: Annotated[tuple[Revision, ...], Meta(max_length=200)] = ()


class PartnerChanged(Amounts, frozen=True, kw_only=True, rename="camel"):
    """A customer or supplier, whole, as its master stands now.

    Attributes:
        kind: `both` also where the ERP does not tell customers from suppliers.
        email: where mail for it goes; "" where none is known.
        language: BCP 47 (`en`, `nl-NL`), or "".
        street: everything above the town, one line each.
        country: ISO 3166-1 alpha-2, or "".
        min_shelf_life_days: days that must be left on what it gets; None where the ERP does not say.
    """

    TYPE: ClassVar[str] = "gemba.partner.changed.v1"

    number: Code
    version: Version
    kind: Literal["customer", "supplier", "both"]
    name: Annotated[str, Meta(min_length=1, max_length=255)]
    email: Annotated[str, Meta(max_length=254)] = ""
    language: Annotated[str, Meta(max_length=35)] = ""
    street: Annotated[str, Meta(max_length=500)] = ""
    postal_code: Annotated[str, Meta(max_length=32)] = ""
    city: Annotated[str, Meta(max_length=255)] = ""
    country: Annotated[str, Meta(pattern="^([A-Z]{2})?$")] = ""
    min_shelf_life_days: Annotated[int, Meta(ge=0, le=36_500)] | None = None
