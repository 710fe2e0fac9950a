"""What the demo's ERP knows, as `fixtures/{accounts,prices,terms,boms,purchases,work_orders}.yaml` tell it, read into types."""

from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from backend.demo.company import FIXTURES, Edge

T = TypeVar("T")


class AccountText(Edge, frozen=True):
    """An account; `names` are its name in other languages."""

    code: str
    name: str
    kind: str
    role: str
    names: dict[str, str] = msgspec.field(default_factory=dict)


class Accounts(Edge, frozen=True):
    """`accounts.yaml`."""

    accounts: list[AccountText]


class Prices(Edge, frozen=True):
    """`prices.yaml`. `bought` by family, the rest by group."""

    currency: str
    bought: dict[str, tuple[Decimal, Decimal]]
    lead_days: dict[str, int]
    markup: dict[str, int]
    break_at: Decimal
    break_percent: int


class CustomerTerms(Edge, frozen=True):
    """What every customer gets unless it is named."""

    credit_limit: Decimal
    payment_days: int


class SupplierTerms(Edge, frozen=True):
    """What every supplier gets; `{number}` in the address is its own."""

    payment_days: int
    tolerance: dict[str, Any]
    email: str


class Terms(Edge, frozen=True):
    """`terms.yaml`."""

    customers: CustomerTerms
    suppliers: SupplierTerms
    credit_limits: dict[str, Decimal]
    languages: dict[str, str]


class OperationText(Edge, frozen=True):
    """One step; minutes."""

    operation: int
    work_centre: str
    name: str
    setup: Decimal
    run: Decimal
    skill: str | None = None
    instructions: str = ""


class MaterialText(Edge, frozen=True):
    """One material; `{number}` in the SKU is the made item's own."""

    operation: int
    sku: str
    each: Decimal
    consumption: Literal["scan", "backflush", "none"]


class Pattern(Edge, frozen=True):
    """How some items are made."""

    items: list[str]
    operations: list[OperationText]
    materials: list[MaterialText]


class DraftText(Edge, frozen=True):
    """A revision that waits to be released, with a BOM of its own if it names one."""

    sku: str
    revision: str
    note: str
    bom_revision: str = ""


class Boms(Edge, frozen=True):
    """`boms.yaml`."""

    rates: dict[str, Decimal]
    first_revision: str
    bom_revision: str
    patterns: list[Pattern]
    drafts: list[DraftText]
    standard: list[str]


class PurchaseLineText(Edge, frozen=True):
    """So much of an item, wanted in so many days."""

    sku: str
    quantity: Decimal
    in_days: int


class PurchaseText(Edge, frozen=True):
    """A purchase order."""

    number: str
    supplier: str
    lines: list[PurchaseLineText]
    draft: bool = False


class Purchases(Edge, frozen=True):
    """`purchases.yaml`."""

    orders: list[PurchaseText]


class WorkText(Edge, frozen=True):
    """A work order, due in so many hours."""

    number: str
    sku: str
    quantity: Decimal
    in_hours: int
    draft: bool = False


class WorkOrdersText(Edge, frozen=True):
    """`work_orders.yaml`."""

    orders: list[WorkText]


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """All of it together."""

    accounts: list[AccountText]
    prices: Prices
    terms: Terms
    boms: Boms
    purchases: list[PurchaseText]
    work_orders: list[WorkText]


def read_ledger(folder: Path = FIXTURES) -> Ledger:
    """Reads the fixtures.

    Raises:
        ValueError: a file does not say what it must; the message names the file and the field.
    """
    return Ledger(
        accounts=_read(folder / "accounts.yaml", Accounts).accounts,
        prices=_read(folder / "prices.yaml", Prices),
        terms=_read(folder / "terms.yaml", Terms),
        boms=_read(folder / "boms.yaml", Boms),
        purchases=_read(folder / "purchases.yaml", Purchases).orders,
        work_orders=_read(folder / "work_orders.yaml", WorkOrdersText).orders,
    )


def _read(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=kind, strict=False)
    except msgspec.DecodeError as error:
        raise ValueError(f"{path.name}: {error}") from error
