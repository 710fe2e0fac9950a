"""Purchase orders as the office reads them."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.erp.purchasing.rules import OPEN
from backend.core.erp.purchasing.schemas import (
    Advice,
    OrderVersion,
    PromisedPart,
    PurchaseOrderFacts,
    PurchaseOrderLine,
    PurchaseOrderRow,
    PurchaseOrders,
    SupplierAnswer,
    SupplierBill,
)
from backend.core.erp.purchasing.tables import (
    PurchaseAdvice,
    PurchaseAnswer,
    PurchaseLine,
    PurchaseOrder,
    PurchasePromise,
    PurchaseVersion,
    SupplierInvoice,
)
from backend.core.masters.tables import Item, ItemRevision, Partner
from backend.kernel import clock
from backend.kernel.db import Exact
from backend.kernel.paging import Asked, Filters, contains, listed
from backend.kernel.problems import NotFound
from backend.kernel.quantity import tidy


class NoSuchPurchaseOrder(NotFound):
    """No purchase order by that number."""

    type = "no-such-purchase-order"
    title = "There is no such purchase order"


_OF_ORDER = ("number", "supplier", "state", "version")
_OF_LINES = ("lines", "total", "ordered", "received", "next_on")


_WAITS = ~PurchaseLine.cancelled & (PurchaseLine.received < PurchaseLine.quantity)


def _expected_on() -> ColumnElement[date]:
    """The first day promised for a line, or else the one it is wanted on."""
    promised = (
        select(func.min(PurchasePromise.promised_on))
        .where(PurchasePromise.number == PurchaseLine.number, PurchasePromise.line == PurchaseLine.line)
        .scalar_subquery()
    )
    return func.coalesce(promised, PurchaseLine.wanted_on)


async def _totals(connection: AsyncConnection, numbers: list[str]) -> dict[str, Row[*tuple[Any, ...]]]:
    """Sums over the lines of each of some orders; what was cancelled counts for nothing but what came of it."""
    line = PurchaseLine
    worth = func.sum(case((line.cancelled, 0), else_=line.quantity * line.price), type_=Exact())
    found = await connection.execute(
        select(
            line.number,
            func.count().filter(~line.cancelled).label("lines"),
            worth.label("total"),
            func.sum(case((line.cancelled, 0), else_=line.quantity), type_=Exact()).label("ordered"),
            func.sum(line.received, type_=Exact()).label("received"),
            func.min(_expected_on()).filter(_WAITS).label("next_on"),
        )
        .where(line.number.in_(numbers))
        .group_by(line.number)
    )
    return {row.number: row for row in found}


async def purchase_orders(
    connection: AsyncConnection,
    asked: Asked,
    *,
    supplier: str = "",
    search: str = "",
) -> PurchaseOrders:
    """One page of orders, the newest number first."""
    statement = (
        select(
            PurchaseOrder.number,
            PurchaseOrder.supplier,
            Partner.name,
            PurchaseOrder.state,
            PurchaseOrder.version,
        )
        .join(Partner, Partner.number == PurchaseOrder.supplier)
        .order_by(PurchaseOrder.number.desc())
    )
    if supplier:
        statement = statement.where(PurchaseOrder.supplier == supplier)
    if search:
        like = contains(search)
        statement = statement.where(or_(PurchaseOrder.number.ilike(like), Partner.name.ilike(like)))
    found = await listed(connection, statement, asked, _filters())
    totals = await _totals(connection, [row.number for row in found.rows])
    items = [
        PurchaseOrderRow(
            supplier_name=row.name,
            **{name: getattr(row, name) for name in _OF_ORDER},
            **{name: getattr(totals[row.number], name) for name in _OF_LINES},
        )
        for row in found.rows
    ]
    return PurchaseOrders(items=items, **found.page)


def _filters() -> Filters:
    """Every order is open, done or cancelled; the others name what is to be done about some of them."""
    number, state = PurchaseOrder.number, PurchaseOrder.state
    kept = PurchaseLine.received - PurchaseLine.returned
    line = select(PurchaseLine.number)
    late = line.where(_WAITS, _expected_on() < clock.now().date())
    sent = [one for one in OPEN if one != "draft"]
    return {
        "open": state.in_(OPEN),
        "to_release": state == "draft",
        "to_answer": state == "released",
        "to_decide": state == "answered",
        "late": state.in_(sent) & number.in_(late),
        "to_be_billed": number.in_(line.where(kept > PurchaseLine.invoiced)),
        "done": state.in_(("received", "closed")),
        "cancelled": state == "cancelled",
    }


async def purchase_order(connection: AsyncConnection, number: str) -> PurchaseOrderFacts:
    """One order, whole.

    Raises:
        NoSuchPurchaseOrder: there is none by that number.
    """
    found = await connection.execute(
        select(PurchaseOrder, Partner.name)
        .join(Partner, Partner.number == PurchaseOrder.supplier)
        .where(PurchaseOrder.number == number)
    )
    row = found.first()
    if row is None:
        raise NoSuchPurchaseOrder(number=number)
    lines = await _lines(connection, number)
    return PurchaseOrderFacts(
        number=row.number,
        supplier=row.supplier,
        supplier_name=row.name,
        state=row.state,
        version=row.version,
        currency=row.currency,
        site=row.site,
        made_at=row.made_at,
        total=tidy(
            sum((line.quantity * line.price for line in lines if not line.cancelled), start=Decimal(0))
        ),
        lines=lines,
        versions=await _versions(connection, number),
        answers=await _answers(connection, number),
        advices=await _advices(connection, number),
        invoices=await _invoices(connection, number),
    )


async def _lines(connection: AsyncConnection, number: str) -> list[PurchaseOrderLine]:
    parts: dict[int, list[PromisedPart]] = defaultdict(list)
    promises = await connection.execute(
        select(PurchasePromise).where(PurchasePromise.number == number).order_by(PurchasePromise.place)
    )
    for promise in promises:
        parts[promise.line].append(PromisedPart(quantity=promise.quantity, promised_on=promise.promised_on))
    current = (ItemRevision.sku == PurchaseLine.sku) & (ItemRevision.state == "released")
    found = await connection.execute(
        select(PurchaseLine, Item.name, ItemRevision.revision.label("current_revision"))
        .join(Item, Item.sku == PurchaseLine.sku)
        .outerjoin(ItemRevision, current)
        .where(PurchaseLine.number == number)
        .order_by(PurchaseLine.line)
    )
    return [_line(row, parts[row.line]) for row in found]


def _line(row: Row[*tuple[Any, ...]], promises: list[PromisedPart]) -> PurchaseOrderLine:
    return PurchaseOrderLine(
        line=row.line,
        sku=row.sku,
        name=row.name,
        revision=row.revision,
        current_revision=row.current_revision,
        bom_revision=row.bom_revision,
        cost_version=row.cost_version,
        quantity=row.quantity,
        unit=row.unit,
        price=row.price,
        wanted_on=row.wanted_on,
        promises=promises,
        advised=row.advised,
        received=row.received,
        returned=row.returned,
        invoiced=row.invoiced,
        cancelled=row.cancelled,
    )


async def _versions(connection: AsyncConnection, number: str) -> list[OrderVersion]:
    found = await connection.execute(
        select(PurchaseVersion).where(PurchaseVersion.number == number).order_by(PurchaseVersion.version)
    )
    return [
        OrderVersion(version=row.version, released_at=row.released_at, content=row.content) for row in found
    ]


async def _answers(connection: AsyncConnection, number: str) -> list[SupplierAnswer]:
    found = await connection.execute(
        select(PurchaseAnswer).where(PurchaseAnswer.number == number).order_by(PurchaseAnswer.at)
    )
    return [
        SupplierAnswer(
            answer_id=row.answer_id,
            version=row.version,
            state=row.state,
            at=row.at,
            content=row.content,
            note=row.note,
        )
        for row in found
    ]


async def _advices(connection: AsyncConnection, number: str) -> list[Advice]:
    found = await connection.execute(
        select(PurchaseAdvice).where(PurchaseAdvice.number == number).order_by(PurchaseAdvice.at)
    )
    return [
        Advice(advice_id=row.advice_id, ships_on=row.ships_on, at=row.at, content=row.content)
        for row in found
    ]


async def _invoices(connection: AsyncConnection, number: str) -> list[SupplierBill]:
    found = await connection.execute(
        select(SupplierInvoice)
        .where(SupplierInvoice.purchase_order == number)
        .order_by(SupplierInvoice.booked_at)
    )
    return [SupplierBill(number=row.number, total=row.total, booked_at=row.booked_at) for row in found]
