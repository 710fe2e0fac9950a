"""Every concern in one list: those the documents show by themselves, and those a fact brought.

A concern about a revision is read, never stored: an open line that stands on another revision than the released one is in this
list at the very moment the revision is released, whoever releases it, and leaves it when the line does.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Text,
    and_,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlalchemy.types import DateTime

from backend.core.erp.concerns.rules import CHOICES, choices
from backend.core.erp.concerns.schemas import ConcernFacts, Concerns
from backend.core.erp.concerns.tables import Concern, Disposition
from backend.core.erp.production.rules import OPEN as WORK_OPEN
from backend.core.erp.production.tables import WorkOrder
from backend.core.erp.purchasing.rules import OPEN as PURCHASE_OPEN
from backend.core.erp.purchasing.tables import PurchaseAnswer, PurchaseLine, PurchaseOrder
from backend.core.erp.sales.rules import OPEN as SALES_OPEN
from backend.core.erp.sales.tables import SalesLine, SalesOrder
from backend.core.masters.tables import Bom, CostVersion, Item, ItemRevision
from backend.kernel.db import Exact
from backend.kernel.paging import Asked, listed

_current = aliased(ItemRevision)
_bom = aliased(Bom)
_newest = aliased(CostVersion)


def _row(
    kind: str,
    *,
    document: Any,
    line: Any,
    sku: Any,
    revision: Any,
    current: Any,
    quantity: Any,
    facts: Any = None,
) -> Select[Any]:
    key = func.concat_ws("|", kind, document, line, sku, revision)
    return select(
        key.label("key"),
        literal(kind).label("kind"),
        document.label("document"),
        cast(line, Integer).label("line"),
        sku.label("sku"),
        cast(revision, Text).label("revision"),
        cast(current, Text).label("current"),
        cast(quantity, Exact()).label("quantity"),
        (cast(literal("{}"), JSONB) if facts is None else facts).label("facts"),
        cast(null(), DateTime(timezone=True)).label("raised_at"),
    )


_PURCHASE_OPEN = and_(
    PurchaseOrder.state.in_(PURCHASE_OPEN),
    ~PurchaseLine.cancelled,
    PurchaseLine.received < PurchaseLine.quantity,
)
_SALE_OPEN = and_(SalesOrder.state.in_(SALES_OPEN), SalesLine.shipped + SalesLine.shorted < SalesLine.pieces)
_WORK_OPEN = WorkOrder.state.in_(WORK_OPEN)


def _is_current(sku: Any) -> ColumnElement[bool]:
    return and_(_current.sku == sku, _current.state == "released")


def _lines() -> list[Select[Any]]:
    """For each kind of document: its open lines on another revision, and those costed at another revision than their own."""
    purchase = PurchaseLine.quantity - PurchaseLine.received
    sale = SalesLine.pieces - SalesLine.shipped - SalesLine.shorted
    work = WorkOrder.quantity - WorkOrder.produced - WorkOrder.scrapped
    joined = (
        ("purchase", PurchaseLine, func.concat("purchase/", PurchaseLine.number), PurchaseLine.line, purchase,
         _PURCHASE_OPEN, (PurchaseOrder, PurchaseOrder.number == PurchaseLine.number)),
        ("sale", SalesLine, func.concat("sale/", SalesLine.number), SalesLine.line, sale,
         _SALE_OPEN, (SalesOrder, SalesOrder.number == SalesLine.number)),
        ("work", WorkOrder, func.concat("work/", WorkOrder.number), null(), work, _WORK_OPEN, None),
    )  # fmt: skip
    found = []
    for kind, table, document, line, quantity, is_open, header in joined:
        of_line: dict[str, Any] = {
            "document": document, "line": line, "sku": table.sku, "revision": table.revision, "quantity": quantity,
        }  # fmt: skip
        old = _row(f"{kind}_on_old_revision", current=_current.revision, **of_line)
        old = old.select_from(table).join(_current, _is_current(table.sku))
        other = _row(f"{kind}_at_other_cost", current=CostVersion.revision, **of_line)
        costed = (CostVersion.sku == table.sku) & (CostVersion.version == table.cost_version)
        other = other.select_from(table).join(CostVersion, costed)
        if header is not None:
            old, other = old.join(*header), other.join(*header)
        found.append(old.where(is_open, table.revision != _current.revision))
        found.append(other.where(is_open, CostVersion.revision != table.revision))
    return found


def _boms_and_costs() -> list[Select[Any]]:
    work = _row(
        "work_on_old_bom", document=func.concat("work/", WorkOrder.number), line=null(), sku=WorkOrder.sku,
        revision=WorkOrder.bom_revision, current=_bom.bom_revision,
        quantity=WorkOrder.quantity - WorkOrder.produced - WorkOrder.scrapped,
    )  # fmt: skip
    work = work.select_from(WorkOrder).join(_bom, (_bom.sku == WorkOrder.sku) & (_bom.state == "released"))
    newest = (
        select(CostVersion.sku, func.max(CostVersion.version).label("version"))
        .group_by(CostVersion.sku)
        .subquery()
    )
    cost = _row(
        "cost_on_old_revision", document=func.concat("item/", _newest.sku), line=null(), sku=_newest.sku,
        revision=_newest.revision, current=_current.revision, quantity=null(),
        facts=func.jsonb_build_object("costVersion", _newest.version),
    )  # fmt: skip
    cost = (
        cost.select_from(newest)
        .join(_newest, (_newest.sku == newest.c.sku) & (_newest.version == newest.c.version))
        .join(_current, _is_current(newest.c.sku))
    )
    return [
        work.where(_WORK_OPEN, WorkOrder.bom_revision != _bom.bom_revision),
        cost.where(_newest.revision != _current.revision),
    ]


def _asked() -> Select[Any]:
    """Open orders whose buyer said no to the supplier's answer to their newest version."""
    row = _row(
        "new_version_asked", document=func.concat("purchase/", PurchaseOrder.number), line=null(), sku=null(),
        revision=PurchaseAnswer.answer_id, current=null(), quantity=null(),
        facts=func.jsonb_build_object("note", PurchaseAnswer.note, "version", PurchaseAnswer.version),
    )  # fmt: skip
    newest = (PurchaseAnswer.number == PurchaseOrder.number) & (
        PurchaseAnswer.version == PurchaseOrder.version
    )
    return (
        row.select_from(PurchaseOrder)
        .join(PurchaseAnswer, newest)
        .where(PurchaseAnswer.state == "countered", PurchaseOrder.state.in_(PURCHASE_OPEN))
    )


def _told() -> Select[Any]:
    return select(
        func.concat_ws("|", Concern.kind, Concern.cause),
        Concern.kind,
        Concern.document,
        Concern.line,
        Concern.sku,
        cast(null(), Text),
        cast(null(), Text),
        cast(null(), Exact()),
        Concern.facts,
        Concern.raised_at,
    )


def every_concern() -> CompoundSelect[Any]:
    """All concerns, decided or not."""
    return union_all(*_lines(), *_boms_and_costs(), _asked(), _told())


async def concerns(
    connection: AsyncConnection,
    asked: Asked,
    *,
    decided: bool = False,
    sku: str = "",
    document: str = "",
) -> Concerns:
    """One page of concerns: those that nobody has decided about, or those that somebody has."""
    every = every_concern().subquery()
    statement = (
        select(every, Item.name, Disposition.decision, Disposition.note, Disposition.decided_at)
        .outerjoin(Item, Item.sku == every.c.sku)
        .outerjoin(Disposition, Disposition.concern == every.c.key)
        .where(Disposition.concern.is_not(None) if decided else Disposition.concern.is_(None))
        .order_by(every.c.raised_at.desc().nulls_last(), every.c.sku, every.c.document, every.c.line)
    )
    for column, wanted in (("sku", sku), ("document", document)):
        if wanted:
            statement = statement.where(every.c[column] == wanted)
    found = await listed(connection, statement, asked, {kind: every.c.kind == kind for kind in CHOICES})
    items = [
        ConcernFacts(choices=list(choices(row.kind)), **row._mapping)  # noqa: SLF001  (SQLAlchemy's public name)
        for row in found.rows
    ]
    return Concerns(items=items, **found.page)
