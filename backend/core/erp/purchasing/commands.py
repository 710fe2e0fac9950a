"""What a buyer does with a purchase order: drafts it, releases it version by version, revises it, calls it off."""

from typing import Any

import msgspec
from sqlalchemy import Row, and_, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.purchases import (
    OrderedLine,
    PurchaseOrderCancelled,
    PurchaseOrderReleased,
    Tolerance,
)
from backend.core.erp.books.rules import CURRENCY
from backend.core.erp.machine import moved
from backend.core.erp.purchasing.invoices import book_invoice
from backend.core.erp.purchasing.locks import locked
from backend.core.erp.purchasing.problems import NoSuchLine, PurchaseNumberTaken
from backend.core.erp.purchasing.rules import MACHINE
from backend.core.erp.purchasing.schemas import (
    BookSupplierInvoice,
    CancelPurchaseOrder,
    DraftPurchaseOrder,
    PurchaseOrderState,
    ReleasePurchaseOrder,
    RevisePurchaseOrder,
    WantedLine,
)
from backend.core.erp.purchasing.tables import PurchaseLine, PurchaseOrder, PurchasePromise, PurchaseVersion
from backend.core.masters.commands import next_number
from backend.core.masters.problems import NoPrice
from backend.core.masters.queries import list_prices, partner, standings
from backend.core.masters.tables import ItemRevision
from backend.kernel import outbox
from backend.kernel.commands import Command, Registry, transactional

STEP = 10  # between the line numbers of a new order


async def draft(connection: AsyncConnection, command: Command[DraftPurchaseOrder]) -> PurchaseOrderState:
    """Writes an order down, each line on the revisions and costs of today.

    Raises:
        NoSuchPartner, NoSuchItem, UnknownUnit, NoRevision, NoPrice, NoSuchLine, PurchaseNumberTaken.
    """
    return await draft_order(connection, command.payload)


async def draft_order(connection: AsyncConnection, order: DraftPurchaseOrder) -> PurchaseOrderState:
    """See `draft`."""
    supplier = await partner(connection, order.supplier, "supplier")
    number = order.number or await next_number(connection, "PO")
    made = await connection.execute(
        pg_insert(PurchaseOrder)
        .values(
            number=number,
            supplier=order.supplier,
            currency=CURRENCY,
            site=order.site,
            tolerance=supplier.tolerance,
        )
        .on_conflict_do_nothing()
        .returning(PurchaseOrder.number)
    )
    if made.first() is None:
        raise PurchaseNumberTaken(number=number)
    await connection.execute(
        insert(PurchaseLine), await _rows(connection, number, order.supplier, order.lines, STEP)
    )
    return PurchaseOrderState(number=number, state="draft", version=0)


async def _rows(
    connection: AsyncConnection, number: str, supplier: str, wanted: list[WantedLine], first: int
) -> list[dict[str, Any]]:
    known = await standings(connection, [line.sku for line in wanted])
    prices = await list_prices(connection, supplier, {line.sku: line.quantity for line in wanted})
    rows = []
    for line in wanted:
        item = known[line.sku]
        price = line.price if line.price is not None else prices.get(line.sku)
        if price is None:
            raise NoPrice(f"{supplier} has no list price for {line.sku}; say what it costs", sku=line.sku)
        at = line.line if line.line is not None else first
        first = max(first, at) + STEP
        stands_on = item.stands_on()
        if line.revision and line.revision != item.revision:
            await _known_revision(connection, line.sku, line.revision)
            stands_on |= {"revision": line.revision, "bom_revision": None}
        rows.append(
            {
                "number": number,
                "line": at,
                **stands_on,
                "quantity": item.pieces(line.quantity, ""),
                "unit": item.unit,
                "price": price,
                "wanted_on": line.wanted_on,
            }
        )
    if len({row["line"] for row in rows}) < len(rows):
        raise NoSuchLine("A line number stands twice.")
    return rows


async def _known_revision(connection: AsyncConnection, sku: str, revision: str) -> None:
    found = await connection.execute(
        select(ItemRevision.state).where(ItemRevision.sku == sku, ItemRevision.revision == revision)
    )
    if found.scalar_one_or_none() in {None, "draft"}:
        raise NoSuchLine(f"{sku} has no revision {revision} that was released", sku=sku, revision=revision)


async def release(connection: AsyncConnection, command: Command[ReleasePurchaseOrder]) -> PurchaseOrderState:
    """Sends an order to the supplier as its next version; what was promised for an older one no longer counts.

    Raises:
        NoSuchPurchaseOrder, NotInThisState.
    """
    return await release_order(connection, command.payload.number)


async def release_order(connection: AsyncConnection, number: str) -> PurchaseOrderState:
    """See `release`."""
    order = await locked(connection, number)
    state = moved(MACHINE, order.state, "release")
    version = order.version + 1
    await connection.execute(
        update(PurchaseOrder).where(PurchaseOrder.number == number).values(state=state, version=version)
    )
    await connection.execute(delete(PurchasePromise).where(PurchasePromise.number == number))
    message = await _message(connection, order, version)
    await connection.execute(
        insert(PurchaseVersion).values(
            number=number, version=version, content=msgspec.to_builtins(message, str_keys=True)
        )
    )
    await outbox.send(connection, message_type=message.TYPE, document=f"purchase/{number}", data=message)
    return PurchaseOrderState(number=number, state=state, version=version)


async def _message(connection: AsyncConnection, order: Row[Any], version: int) -> PurchaseOrderReleased:
    supplier = await partner(connection, order.supplier, "supplier")
    lines = await connection.execute(
        select(PurchaseLine)
        .where(PurchaseLine.number == order.number, ~PurchaseLine.cancelled)
        .order_by(PurchaseLine.line)
    )
    return PurchaseOrderReleased(
        number=order.number,
        version=version,
        supplier=order.supplier,
        supplier_email=supplier.email,
        currency=order.currency,
        language=supplier.language,
        site=order.site,
        tolerance=msgspec.convert(order.tolerance, Tolerance, strict=False),
        lines=tuple(
            OrderedLine(
                line=row.line,
                sku=row.sku,
                revision=row.revision,
                quantity=row.quantity,
                unit=row.unit,
                price=row.price,
                wanted_on=row.wanted_on,
            )
            for row in lines
        ),
    )


async def revise(connection: AsyncConnection, command: Command[RevisePurchaseOrder]) -> PurchaseOrderState:
    """Writes the lines as they shall be, and releases them as the next version if one was released before.

    Of a line that is dropped or made smaller, what was received stays ordered.

    Raises:
        NoSuchPurchaseOrder, NotInThisState, and what `draft` raises.
    """
    asked = command.payload
    order = await locked(connection, asked.number)
    if order.state != "draft":
        moved(MACHINE, order.state, "release")
    here = await connection.execute(
        select(func.max(PurchaseLine.line)).where(PurchaseLine.number == asked.number)
    )
    rows = await _rows(connection, asked.number, order.supplier, asked.lines, here.scalar_one() + STEP)
    await _replace(connection, asked.number, rows)
    if order.state == "draft":
        return PurchaseOrderState(number=asked.number, state=order.state, version=order.version)
    return await release_order(connection, asked.number)


async def _replace(connection: AsyncConnection, number: str, rows: list[dict[str, Any]]) -> None:
    statement = pg_insert(PurchaseLine)
    new = statement.excluded
    kept = ("sku", "revision", "bom_revision", "cost_version", "unit", "price", "wanted_on")
    statement = statement.on_conflict_do_update(
        index_elements=[PurchaseLine.number, PurchaseLine.line],
        set_={name: new[name] for name in kept}
        | {"quantity": func.greatest(new.quantity, PurchaseLine.received), "cancelled": False},
        where=and_(PurchaseLine.sku == new.sku),
    )
    written = await connection.execute(statement.returning(PurchaseLine.line), rows)
    if len(written.all()) < len(rows):
        raise NoSuchLine("A line keeps its item; another item is another line.")
    others = and_(PurchaseLine.number == number, PurchaseLine.line.not_in([row["line"] for row in rows]))
    await connection.execute(
        update(PurchaseLine).where(others, PurchaseLine.received == 0).values(cancelled=True)
    )
    await connection.execute(
        update(PurchaseLine).where(others, PurchaseLine.received > 0).values(quantity=PurchaseLine.received)
    )


async def cancel(connection: AsyncConnection, command: Command[CancelPurchaseOrder]) -> PurchaseOrderState:
    """Calls an order off; the supplier is told if it had heard of it.

    Raises:
        NoSuchPurchaseOrder, NotInThisState.
    """
    asked = command.payload
    order = await locked(connection, asked.number)
    state = moved(MACHINE, order.state, "cancel")
    version = order.version + (order.state != "draft")
    await connection.execute(
        update(PurchaseOrder).where(PurchaseOrder.number == asked.number).values(state=state, version=version)
    )
    if order.state != "draft":
        gone = PurchaseOrderCancelled(number=asked.number, version=version, reason=asked.reason)
        await outbox.send(connection, message_type=gone.TYPE, document=f"purchase/{asked.number}", data=gone)
    return PurchaseOrderState(number=asked.number, state=state, version=version)


COMMANDS: Registry = {
    "purchase.draft": (DraftPurchaseOrder, transactional(draft)),
    "purchase.revise": (RevisePurchaseOrder, transactional(revise)),
    "purchase.release": (ReleasePurchaseOrder, transactional(release)),
    "purchase.cancel": (CancelPurchaseOrder, transactional(cancel)),
    "purchase.book_invoice": (BookSupplierInvoice, transactional(book_invoice)),
}
