"""Can this order be accepted? One call in a READ ONLY transaction: date, cost at the revision, margin, credit, and why not."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, cast, func, literal, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.erp.books.tables import StockValue
from backend.core.erp.production.rules import OPEN as WORK_OPEN
from backend.core.erp.production.tables import WorkMaterial, WorkOrder
from backend.core.erp.promise.rules import Dated, available, promise
from backend.core.erp.promise.schemas import Acceptance, AskedLine, CanAccept, Credit, LinePromise
from backend.core.erp.promise.verdict import Answer, verdict
from backend.core.erp.purchasing.rules import OPEN as PURCHASE_OPEN
from backend.core.erp.purchasing.tables import PurchaseLine, PurchaseOrder, PurchasePromise
from backend.core.erp.sales.rules import OPEN as SALES_OPEN
from backend.core.erp.sales.tables import CustomerInvoice, SalesLine, SalesOrder
from backend.core.masters.queries import SALES_LIST, Standing, list_prices, partner, standings
from backend.kernel import clock
from backend.kernel.quantity import tidy

ZERO = Decimal(0)


async def can_accept(connection: AsyncConnection, asked: CanAccept) -> Acceptance:
    """Answers without writing: the transaction is made read only before anything is looked at.

    Lines of one item draw on the same supply, in their order.

    Raises:
        NoSuchPartner, NoSuchItem, UnknownUnit.
    """
    await connection.execute(text("SET TRANSACTION READ ONLY"))
    customer = await partner(connection, asked.customer, "customer")
    known = await standings(connection, [line.sku for line in asked.lines])
    lines = await _lines(connection, asked.lines, known)
    credit = await _credit(connection, customer, lines)
    return verdict(Answer(asked.wanted_on, lines, credit, known))


async def _lines(
    connection: AsyncConnection, wanted: list[AskedLine], known: dict[str, Standing]
) -> list[LinePromise]:
    today = clock.now().date()
    pieces = [known[line.sku].pieces(line.quantity, line.unit) for line in wanted]
    quantities = {line.sku: many for line, many in zip(wanted, pieces, strict=True)}
    prices = await list_prices(connection, SALES_LIST, quantities)
    on_hand, moves = await _supply(connection, list(known))
    promised: list[LinePromise] = []
    for place, (line, many) in enumerate(zip(wanted, pieces, strict=True), start=1):
        item = known[line.sku]
        buckets = available(today, on_hand.get(line.sku, ZERO), moves[line.sku])
        day = promise(buckets, many)
        by_lead_time = day is None and item.lead_days > 0
        if by_lead_time:
            day = today + timedelta(days=item.lead_days)
            moves[line.sku].append(Dated(day, many))
        if day is not None:
            moves[line.sku].append(Dated(day, -many))
        price = line.price if line.price is not None else prices.get(line.sku)
        margin = None if price is None or item.cost is None else tidy(many * (price - item.cost))
        promised.append(
            LinePromise(
                line=place,
                sku=line.sku,
                name=item.name,
                revision=item.revision,
                bom_revision=item.bom_revision,
                cost_version=item.cost_version,
                pieces=many,
                on_hand=on_hand.get(line.sku, ZERO),
                available_now=tidy(buckets[0][1]),
                date=day,
                by_lead_time=by_lead_time,
                price=price,
                cost=item.cost,
                margin=margin,
            )
        )
    return promised


async def _supply(
    connection: AsyncConnection, skus: list[str]
) -> tuple[dict[str, Decimal], dict[str, list[Dated]]]:
    """Stock by item, and all that is known to come or go: agreed promises or wanted dates, work orders, open sales lines."""
    stock = await connection.execute(
        select(StockValue.sku, StockValue.quantity).where(StockValue.sku.in_(skus))
    )
    on_hand = {row.sku: row.quantity for row in stock}
    moves: dict[str, list[Dated]] = defaultdict(list)
    every = union_all(*_coming(skus), *_going(skus)).subquery()
    found = await connection.execute(select(every).where(every.c.quantity != 0))
    for row in found:
        moves[row.sku].append(Dated(row.on_day, row.quantity))
    return on_hand, moves


def _coming(skus: list[str]) -> list[Any]:
    """Purchases by promise; of what was received, the earliest promises are thought to be met. Work by its due day."""
    before = func.sum(PurchasePromise.quantity).over(
        partition_by=(PurchasePromise.number, PurchasePromise.line),
        order_by=(PurchasePromise.promised_on, PurchasePromise.place),
    )
    left = before - PurchaseLine.received
    is_open = PurchaseOrder.state.in_(PURCHASE_OPEN[1:])
    promised = (
        select(
            PurchaseLine.sku.label("sku"), PurchasePromise.promised_on.label("on_day"),
            func.greatest(func.least(left, PurchasePromise.quantity), 0).label("quantity"),
        )
        .join(PurchasePromise, (PurchasePromise.number == PurchaseLine.number) & (PurchasePromise.line == PurchaseLine.line))
        .join(PurchaseOrder, PurchaseOrder.number == PurchaseLine.number)
        .where(PurchaseLine.sku.in_(skus), is_open, ~PurchaseLine.cancelled)
    )  # fmt: skip
    has_promise = (
        select(literal(1))
        .where(PurchasePromise.number == PurchaseLine.number, PurchasePromise.line == PurchaseLine.line)
        .exists()
    )
    wanted = (
        select(
            PurchaseLine.sku, PurchaseLine.wanted_on, func.greatest(PurchaseLine.quantity - PurchaseLine.received, 0)
        )
        .join(PurchaseOrder, PurchaseOrder.number == PurchaseLine.number)
        .where(PurchaseLine.sku.in_(skus), is_open, ~PurchaseLine.cancelled, ~has_promise)
    )  # fmt: skip
    made = WorkOrder.quantity - WorkOrder.produced - WorkOrder.scrapped
    work = select(WorkOrder.sku, cast(WorkOrder.due_at, Date), func.greatest(made, 0)).where(
        WorkOrder.sku.in_(skus), WorkOrder.state.in_(WORK_OPEN[1:])
    )
    return [promised, wanted, work]


def _going(skus: list[str]) -> list[Any]:
    open_sale = SalesLine.pieces - SalesLine.shipped - SalesLine.shorted
    sales = (
        select(SalesLine.sku, cast(SalesOrder.due_at, Date), -func.greatest(open_sale, 0))
        .join(SalesOrder, SalesOrder.number == SalesLine.number)
        .where(SalesLine.sku.in_(skus), SalesOrder.state.in_(SALES_OPEN))
    )
    needed = WorkMaterial.quantity_each * WorkOrder.quantity - WorkMaterial.consumed
    material = (
        select(WorkMaterial.sku, cast(WorkOrder.due_at, Date), -func.greatest(needed, 0))
        .join(WorkOrder, WorkOrder.number == WorkMaterial.number)
        .where(WorkMaterial.sku.in_(skus), WorkOrder.state.in_(WORK_OPEN))
    )
    return [sales, material]


async def _credit(connection: AsyncConnection, customer: Any, lines: list[LinePromise]) -> Credit:
    owed = await connection.execute(
        select(func.coalesce(func.sum(CustomerInvoice.total - CustomerInvoice.paid), 0)).where(
            CustomerInvoice.customer == customer.number
        )
    )
    unbilled = func.greatest(SalesLine.pieces - SalesLine.shorted, SalesLine.shipped) - SalesLine.invoiced
    ordered = await connection.execute(
        select(func.coalesce(func.sum(unbilled * SalesLine.price), 0))
        .join(SalesOrder, SalesOrder.number == SalesLine.number)
        .where(
            SalesOrder.customer == customer.number,
            SalesOrder.state.not_in(("cancelled", "invoiced", "closed")),
        )
    )
    this = sum((line.pieces * line.price for line in lines if line.price is not None), start=ZERO)
    owes, on_order = owed.scalar_one(), ordered.scalar_one()
    limit: Decimal | None = customer.credit_limit
    left = None if limit is None else limit - owes - on_order - this
    return Credit(
        limit=limit,
        owed=tidy(owes),
        on_order=tidy(on_order),
        this_order=tidy(this),
        left=None if left is None else tidy(left),
    )
