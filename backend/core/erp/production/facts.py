"""What the floor reports of a work order, into the books: material and labour into work in progress, good and scrapped pieces out.

Pieces leave work in progress at the order's own unit cost; what is left when the order is closed is its variance. A report that comes
after that goes to the variance at once, and a person hears of it.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.production import ConsumedMaterial, GoodsProduced, JobReported, MaterialsConsumed
from backend.core.erp.books import commands as books
from backend.core.erp.books.rules import LABOUR, SCRAP, VARIANCE, WIP, ZERO, Side, balanced, cents
from backend.core.erp.concerns.commands import raise_concern
from backend.core.erp.machine import told
from backend.core.erp.production.commands import locked
from backend.core.erp.production.rules import MACHINE, OPEN, labour_cost
from backend.core.erp.production.tables import WorkMaterial, WorkOperation, WorkOrder
from backend.core.masters.queries import standings


def _account(order: Row[Any]) -> str:
    return WIP if order.state in (*OPEN, "finished") else VARIANCE


async def _began(
    connection: AsyncConnection, order: Row[Any], *, kind: str, cause: str, at: Any
) -> books.Posting | None:
    posting = await books.begin(connection, kind=kind, cause=cause, document=f"work/{order.number}", at=at)
    if posting is not None and _account(order) != WIP:
        await raise_concern(
            connection, "report_after_close", cause=cause, document=f"work/{order.number}", sku=order.sku
        )
    return posting


async def _become(connection: AsyncConnection, order: Row[Any], event: str, **more: Any) -> None:
    state = told(MACHINE, order.state, event)
    await connection.execute(
        update(WorkOrder).where(WorkOrder.number == order.number).values(state=state, **more)
    )


async def job_reported(connection: AsyncConnection, message: JobReported, source: str) -> None:
    """Labour into work in progress at the work centre's rate, scrapped pieces out of it at the order's unit cost.

    Raises:
        NoSuchWorkOrder.
    """
    del source
    order = await locked(connection, message.number)
    posting = await _began(connection, order, kind="labour", cause=f"job:{message.report_id}", at=message.at)
    if posting is None:
        return
    rate = await _count(connection, order, message)
    labour = labour_cost(message.minutes, rate)
    scrapped = cents(message.scrap * order.unit_cost)
    await posting.write(
        balanced(
            Side(_account(order), labour, order.sku),
            Side(LABOUR, -labour, order.sku),
            Side(SCRAP, scrapped, order.sku),
            Side(_account(order), -scrapped, order.sku),
        )
    )
    await _become(
        connection,
        order,
        "report",
        scrapped=WorkOrder.scrapped + message.scrap,
        spent=WorkOrder.spent + labour,
        earned=WorkOrder.earned + scrapped,
    )
    if message.scrap:
        await _finish(connection, message.number)


async def _count(connection: AsyncConnection, order: Row[Any], message: JobReported) -> Decimal:
    """Counts a report at its operation; returns what an hour there costs. An operation that nobody planned costs nothing and is a concern."""
    found = await connection.execute(
        update(WorkOperation)
        .where(WorkOperation.number == message.number, WorkOperation.operation == message.operation)
        .values(
            good=WorkOperation.good + message.good,
            scrap=WorkOperation.scrap + message.scrap,
            rework=WorkOperation.rework + message.rework,
            minutes=WorkOperation.minutes + message.minutes,
        )
        .returning(WorkOperation.rate_per_hour)
    )
    rate = found.scalar_one_or_none()
    if rate is None:
        await raise_concern(
            connection, "unknown_operation", cause=f"job:{message.report_id}", document=f"work/{order.number}",
            sku=order.sku, operation=message.operation,
        )  # fmt: skip
    return rate or ZERO


async def materials_consumed(connection: AsyncConnection, message: MaterialsConsumed, source: str) -> None:
    """Material out of stock into work in progress, at what it is worth; material put back goes the other way.

    Raises:
        NoSuchWorkOrder, NoSuchItem.
    """
    del source
    order = await locked(connection, message.number)
    await standings(connection, [part.sku for part in message.materials])
    cause = f"consumption:{message.consumption_id}"
    posting = await _began(connection, order, kind="issue", cause=cause, at=message.at)
    if posting is None:
        return
    spent = ZERO
    for part in sorted(message.materials, key=lambda one: one.sku):
        spent += await _consume(connection, posting, order, part)
    await _become(connection, order, "report", spent=WorkOrder.spent + spent)


async def _consume(
    connection: AsyncConnection, posting: books.Posting, order: Row[Any], part: ConsumedMaterial
) -> Decimal:
    """Books one material and returns what it added to the order's cost."""
    other = Side(_account(order), ZERO)
    if part.quantity > 0:
        change = await books.take_out(connection, posting, part.sku, part.quantity, other)
    elif part.quantity < 0:
        worth, standard = await books.worth_of(connection, part.sku)
        cost = worth.unit_cost if standard is None else standard
        back = -part.quantity
        change = await books.put_in(connection, posting, part.sku, back, cents(back * cost), other)
    else:
        return ZERO
    of_line = WorkMaterial.line == part.line if part.line is not None else WorkMaterial.sku == part.sku
    await connection.execute(
        update(WorkMaterial)
        .where(WorkMaterial.number == order.number, of_line)
        .values(consumed=WorkMaterial.consumed + part.quantity)
    )
    return -change.value - change.difference


async def goods_produced(connection: AsyncConnection, message: GoodsProduced, source: str) -> None:
    """Good pieces into stock out of work in progress, at the order's unit cost.

    Raises:
        NoSuchWorkOrder, NoSuchItem.
    """
    del source
    order = await locked(connection, message.number)
    await standings(connection, [message.sku])
    cause = f"produced:{message.production_id}"
    posting = await _began(connection, order, kind="production", cause=cause, at=message.at)
    if posting is None or message.quantity == 0:
        return
    amount = cents(message.quantity * order.unit_cost)
    other = Side(_account(order), ZERO)
    if message.quantity > 0:
        await books.put_in(connection, posting, message.sku, message.quantity, amount, other)
    else:
        await books.take_out(connection, posting, message.sku, -message.quantity, other, amount=-amount)
    event = "report" if message.quantity > 0 else "taken_back"
    await _become(
        connection,
        order,
        event,
        produced=WorkOrder.produced + message.quantity,
        earned=WorkOrder.earned + amount,
    )
    await _finish(connection, message.number)


async def _finish(connection: AsyncConnection, number: str) -> None:
    """An order all of whose pieces are good or scrapped is finished."""
    found = await connection.execute(select(WorkOrder).where(WorkOrder.number == number))
    order = found.one()
    if order.produced + order.scrapped >= order.quantity:
        await _become(connection, order, "produced_all")
