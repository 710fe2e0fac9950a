"""What a supplier said, as the floor tells it. An answer to another version than the newest is kept and shown, and changes nothing."""

from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.purchases import (
    AnsweredLine,
    DispatchAdviceSubmitted,
    PurchaseOrderAgreed,
    PurchaseOrderAnswered,
    PurchaseOrderCountered,
)
from backend.core.erp.concerns.commands import raise_concern
from backend.core.erp.machine import told
from backend.core.erp.purchasing.locks import locked, locked_lines
from backend.core.erp.purchasing.rules import MACHINE, agreed_line
from backend.core.erp.purchasing.tables import (
    PurchaseAdvice,
    PurchaseAnswer,
    PurchaseLine,
    PurchaseOrder,
    PurchasePromise,
)


async def answered(connection: AsyncConnection, message: PurchaseOrderAnswered, source: str) -> None:
    """Keeps an answer; the order waits for the buyer or for the agreement that follows by itself.

    Raises:
        NoSuchPurchaseOrder.
    """
    del source
    order = await locked(connection, message.number)
    await _keep(connection, message, message.state)
    if message.version != order.version:
        await _old(connection, message)
        return
    await _become(connection, order, "answer")


async def agreed(connection: AsyncConnection, message: PurchaseOrderAgreed, source: str) -> None:
    """Takes what was agreed over: promised dates, quantities, and prices of what has not come yet.

    Raises:
        NoSuchPurchaseOrder.
    """
    del source
    order = await locked(connection, message.number)
    await _keep(connection, message, "agreed")
    if message.version != order.version:
        await _old(connection, message)
        return
    here = await locked_lines(connection, order.number)
    await connection.execute(delete(PurchasePromise).where(PurchasePromise.number == order.number))
    for line in message.lines:
        if line.line in here:
            await _agree(connection, order.number, line, here[line.line].received)
    await _become(connection, order, "agree")


async def countered(connection: AsyncConnection, message: PurchaseOrderCountered, source: str) -> None:
    """Keeps that the buyer wants another version; it is a concern for as long as this version is the newest.

    Raises:
        NoSuchPurchaseOrder.
    """
    del source
    await locked(connection, message.number)
    row = pg_insert(PurchaseAnswer).values(
        number=message.number,
        answer_id=message.answer_id,
        version=message.version,
        state="countered",
        content=msgspec.to_builtins(message, str_keys=True) | {"lines": []},
        at=message.at,
        note=message.note,
    )
    keep = row.on_conflict_do_update(
        index_elements=[PurchaseAnswer.number, PurchaseAnswer.answer_id],
        set_={"state": row.excluded.state, "note": row.excluded.note},
        where=PurchaseAnswer.state != "agreed",
    )
    await connection.execute(keep)


async def _agree(connection: AsyncConnection, number: str, line: AnsweredLine, received: Decimal) -> None:
    if line.schedule:
        rows = [
            {
                "number": number,
                "line": line.line,
                "place": place,
                "quantity": part.quantity,
                "promised_on": part.promised_on,
            }
            for place, part in enumerate(line.schedule, start=1)
        ]
        await connection.execute(insert(PurchasePromise), rows)
    quantity, price, cancelled = agreed_line(line, received)
    values: dict[str, Any] = {"cancelled": cancelled}
    if not cancelled:
        values["quantity"] = func.greatest(quantity, PurchaseLine.received)
    if price is not None:
        values["price"] = price
    await connection.execute(
        update(PurchaseLine)
        .where(PurchaseLine.number == number, PurchaseLine.line == line.line)
        .values(**values)
    )


async def _keep(
    connection: AsyncConnection, message: PurchaseOrderAnswered | PurchaseOrderAgreed, state: str
) -> None:
    content: dict[str, Any] = msgspec.to_builtins(message, str_keys=True)
    row = pg_insert(PurchaseAnswer).values(
        number=message.number,
        answer_id=message.answer_id,
        version=message.version,
        state=state,
        content=content,
        at=message.at,
    )
    newer = {"state": row.excluded.state, "content": row.excluded.content}
    keep = row.on_conflict_do_update(
        index_elements=[PurchaseAnswer.number, PurchaseAnswer.answer_id],
        set_=newer,
        where=PurchaseAnswer.state == "needs_buyer",
    )
    await connection.execute(keep)


async def _old(connection: AsyncConnection, message: PurchaseOrderAnswered | PurchaseOrderAgreed) -> None:
    await raise_concern(
        connection, "answer_to_old_version", cause=message.answer_id, document=f"purchase/{message.number}",
        version=message.version,
    )  # fmt: skip


async def _become(connection: AsyncConnection, order: Any, event: str) -> None:
    state = told(MACHINE, order.state, event)
    await connection.execute(
        update(PurchaseOrder).where(PurchaseOrder.number == order.number).values(state=state)
    )


async def advised(connection: AsyncConnection, message: DispatchAdviceSubmitted, source: str) -> None:
    """Counts what is on its way, once for each advice.

    Raises:
        NoSuchPurchaseOrder.
    """
    del source
    order = await locked(connection, message.number)
    kept = await connection.execute(
        pg_insert(PurchaseAdvice)
        .values(
            number=order.number,
            advice_id=message.advice_id,
            ships_on=message.ships_on,
            content=msgspec.to_builtins(message, str_keys=True),
        )
        .on_conflict_do_nothing()
        .returning(PurchaseAdvice.advice_id)
    )
    if kept.first() is None:
        return
    for line in message.lines:
        await connection.execute(
            update(PurchaseLine)
            .where(PurchaseLine.number == order.number, PurchaseLine.line == line.line)
            .values(advised=PurchaseLine.advised + line.quantity)
        )
