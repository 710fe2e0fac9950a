"""Sales orders as the office reads them."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.erp.sales.rules import OPEN
from backend.core.erp.sales.schemas import (
    CustomerBill,
    SalesOrderFacts,
    SalesOrderLine,
    SalesOrderRow,
    SalesOrders,
)
from backend.core.erp.sales.tables import CustomerInvoice, SalesLine, SalesOrder
from backend.core.masters.tables import CostVersion, Item, Partner
from backend.kernel import clock
from backend.kernel.db import Exact
from backend.kernel.paging import Asked, Filters, contains, listed
from backend.kernel.problems import NotFound
from backend.kernel.quantity import tidy


class NoSuchSalesOrder(NotFound):
    """No sales order by that number."""

    type = "no-such-sales-order"
    title = "There is no such sales order"


_OF_ORDER = ("number", "customer", "state", "due_at")
_OF_LINES = ("lines", "total", "ordered", "shipped")


async def sales_orders(
    connection: AsyncConnection,
    asked: Asked,
    *,
    customer: str = "",
    search: str = "",
) -> SalesOrders:
    """One page of orders, the earliest due first."""
    statement = (
        select(SalesOrder.number, SalesOrder.customer, Partner.name, SalesOrder.state, SalesOrder.due_at)
        .join(Partner, Partner.number == SalesOrder.customer)
        .order_by(SalesOrder.due_at, SalesOrder.number)
    )
    if customer:
        statement = statement.where(SalesOrder.customer == customer)
    if search:
        like = contains(search)
        statement = statement.where(or_(SalesOrder.number.ilike(like), Partner.name.ilike(like)))
    found = await listed(connection, statement, asked, _filters())
    totals = await _totals(connection, [row.number for row in found.rows])
    items = [
        SalesOrderRow(
            customer_name=row.name,
            **{name: getattr(row, name) for name in _OF_ORDER},
            **{name: getattr(totals[row.number], name) for name in _OF_LINES},
        )
        for row in found.rows
    ]
    return SalesOrders(items=items, **found.page)


async def _totals(connection: AsyncConnection, numbers: list[str]) -> dict[str, Row[*tuple[Any, ...]]]:
    """Sums over the lines of each of some orders."""
    found = await connection.execute(
        select(
            SalesLine.number,
            func.count().label("lines"),
            func.sum(SalesLine.pieces * SalesLine.price, type_=Exact()).label("total"),
            func.sum(SalesLine.pieces, type_=Exact()).label("ordered"),
            func.sum(SalesLine.shipped, type_=Exact()).label("shipped"),
        )
        .where(SalesLine.number.in_(numbers))
        .group_by(SalesLine.number)
    )
    return {row.number: row for row in found}


def _filters() -> Filters:
    """Every order is open, done or cancelled; the others name what is to be done about some of them."""
    is_open = SalesOrder.state.in_(OPEN)
    unbilled = select(SalesLine.number).where(SalesLine.shipped > SalesLine.invoiced)
    return {
        "open": is_open,
        "to_release": SalesOrder.state == "entered",
        "late": is_open & (SalesOrder.due_at < clock.now()),
        "to_bill": SalesOrder.number.in_(unbilled),
        "to_be_paid": SalesOrder.state == "invoiced",
        "done": SalesOrder.state.in_(("shipped", "invoiced", "closed")),
        "cancelled": SalesOrder.state == "cancelled",
    }


async def sales_order(connection: AsyncConnection, number: str) -> SalesOrderFacts:
    """One order, whole.

    Raises:
        NoSuchSalesOrder: there is none by that number.
    """
    found = await connection.execute(
        select(SalesOrder, Partner.name)
        .join(Partner, Partner.number == SalesOrder.customer)
        .where(SalesOrder.number == number)
    )
    row = found.first()
    if row is None:
        raise NoSuchSalesOrder(number=number)
    lines = await _lines(connection, number)
    bills = await connection.execute(
        select(CustomerInvoice)
        .where(CustomerInvoice.sales_order == number)
        .order_by(CustomerInvoice.invoiced_at, CustomerInvoice.number)
    )
    return SalesOrderFacts(
        number=row.number,
        customer=row.customer,
        customer_name=row.name,
        state=row.state,
        version=row.version,
        due_at=row.due_at,
        carrier=row.carrier,
        priority=row.priority,
        site=row.site,
        entered_at=row.entered_at,
        total=tidy(sum((line.pieces * line.price for line in lines), start=Decimal(0))),
        lines=lines,
        invoices=[
            CustomerBill(
                number=bill.number,
                total=bill.total,
                paid=bill.paid,
                invoiced_at=bill.invoiced_at,
                due_on=bill.due_on,
            )
            for bill in bills
        ],
    )


async def _lines(connection: AsyncConnection, number: str) -> list[SalesOrderLine]:
    found = await connection.execute(
        select(
            SalesLine,
            Item.name,
            type_coerce(CostVersion.material + CostVersion.labour, Exact()).label("cost"),
        )
        .join(Item, Item.sku == SalesLine.sku)
        .outerjoin(
            CostVersion,
            (CostVersion.sku == SalesLine.sku) & (CostVersion.version == SalesLine.cost_version),
        )
        .where(SalesLine.number == number)
        .order_by(SalesLine.line)
    )
    return [_line(row) for row in found]


def _line(row: Row[*tuple[Any, ...]]) -> SalesOrderLine:
    return SalesOrderLine(
        line=row.line,
        sku=row.sku,
        name=row.name,
        revision=row.revision,
        bom_revision=row.bom_revision,
        cost_version=row.cost_version,
        quantity=row.quantity,
        unit=row.unit,
        pieces=row.pieces,
        price=row.price,
        cost=row.cost,
        margin=None if row.cost is None else tidy(row.pieces * (row.price - row.cost)),
        picked=row.picked,
        shorted=row.shorted,
        shipped=row.shipped,
        invoiced=row.invoiced,
    )
