"""Counting what arrived against what was to come. Every change is one conditional UPDATE: two receivers never lose a quantity.

Lock order: delivery, advised line, ordered line.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.expected import rules
from backend.floor.expected.tables import ExpectedDelivery, ExpectedLine, ExpectedPack
from backend.kernel import clock

ZERO = Decimal(0)


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """A line after a receipt was counted in. `over_order` and `over_advice` are how much of it is too much."""

    line: UUID
    purchase_line: int | None
    item: UUID | None
    sku: str
    quantity: Decimal
    received: Decimal
    over_order: Decimal
    over_advice: Decimal
    lots: frozenset[str]
    closed: bool

    @property
    def open(self) -> Decimal:
        """What is still to come."""
        return rules.open_quantity(self.quantity, self.received)


async def begin_receiving(connection: AsyncConnection, site_id: UUID, delivery: UUID) -> Any:
    """The delivery's row, marked as being received; None when there is no such delivery here."""
    row = (
        await connection.execute(
            select(*ExpectedDelivery.__table__.columns).where(
                ExpectedDelivery.id == delivery, ExpectedDelivery.site_id == site_id
            )
        )
    ).first()
    if row is not None and rules.STATES.get((row.state, "receive")) != row.state:
        await connection.execute(
            update(ExpectedDelivery)
            .where(ExpectedDelivery.id == delivery, ExpectedDelivery.state == row.state)
            .values(state=rules.STATES[row.state, "receive"])
        )
    return row


async def count_in(
    connection: AsyncConnection, *, delivery: Any, line: UUID, quantity: Decimal, whole: bool
) -> Counted | None:
    """Adds a receipt to an expected line, and to the order's line an advice stands for. None: not a line of this delivery.

    Over is judged by the order's line and its tolerance; an advice tolerates nothing by itself, but only names what was sent.
    """
    row = await _add(connection, line, quantity, delivery=delivery.id)
    if row is None:
        return None
    is_advice = delivery.kind == "advice"
    ordered = row
    if row.purchase_line_id is not None:
        ordered = await _add(connection, row.purchase_line_id, quantity)
    over_percent = delivery.over_percent
    on_advice = ZERO if is_advice else over_percent
    over_advice = rules.beyond(row.quantity, row.received, quantity, on_advice, whole=whole)
    over_order = rules.beyond(ordered.quantity, ordered.received, quantity, over_percent, whole=whole)
    packs = await connection.execute(select(ExpectedPack.lot).where(ExpectedPack.line_id == line))
    lots = {row.lot, *packs.scalars()} - {None}
    return Counted(
        line=line,
        purchase_line=ordered.line if ordered is not row or not is_advice else None,
        item=row.item_id,
        sku=row.sku,
        quantity=row.quantity,
        received=row.received,
        over_order=over_order,
        over_advice=over_advice,
        lots=frozenset(lots),
        closed=row.state == "closed",
    )


async def count_blocked(connection: AsyncConnection, line: UUID, quantity: Decimal) -> None:
    """Notes how much of what was counted in went to blocked stock."""
    await connection.execute(
        update(ExpectedLine).where(ExpectedLine.id == line).values(blocked=ExpectedLine.blocked + quantity)
    )


async def count_out(connection: AsyncConnection, *, line: UUID, quantity: Decimal, blocked: Decimal) -> None:
    """Takes a receipt out of its line again, and out of the order's."""
    row = await _add(connection, line, -quantity, blocked=-blocked)
    if row is not None and row.purchase_line_id is not None:
        await _add(connection, row.purchase_line_id, -quantity)


async def take_pack(connection: AsyncConnection, site_id: UUID, pack: UUID, receipt: UUID) -> bool:
    """Marks an announced pack as received by this receipt; False if another one was first."""
    taken = await connection.execute(
        update(ExpectedPack)
        .where(
            ExpectedPack.id == pack, ExpectedPack.site_id == site_id, ExpectedPack.received_by_id.is_(None)
        )
        .values(received_by_id=receipt)
        .returning(ExpectedPack.id)
    )
    return taken.first() is not None


async def give_pack_back(connection: AsyncConnection, receipt: UUID) -> None:
    """The packs of a receipt are expected again."""
    await connection.execute(
        update(ExpectedPack).where(ExpectedPack.received_by_id == receipt).values(received_by_id=None)
    )


async def close_lines(
    connection: AsyncConnection, site_id: UUID, delivery: UUID, by: UUID
) -> list[Any] | None:
    """Closes a delivery with all its lines; returns the lines that lack something. None: it was over before."""
    closing = {state: after for (state, event), after in rules.STATES.items() if event == "close"}
    closed = await connection.execute(
        update(ExpectedDelivery)
        .where(
            ExpectedDelivery.id == delivery,
            ExpectedDelivery.site_id == site_id,
            ExpectedDelivery.state.in_(rules.sources("close")),
        )
        .values(
            state=case(closing, value=ExpectedDelivery.state),
            closed_by=by,
            closed_at=clock.now(),
        )
        .returning(ExpectedDelivery.id)
    )
    if closed.first() is None:
        return None
    lines = await connection.execute(
        update(ExpectedLine)
        .where(ExpectedLine.delivery_id == delivery, ExpectedLine.state == "open")
        .values(state="closed")
        .returning(*ExpectedLine.__table__.columns)
    )
    return sorted((row for row in lines.all() if row.received < row.quantity), key=lambda row: int(row.line))


async def _add(
    connection: AsyncConnection,
    line: UUID,
    quantity: Decimal,
    *,
    delivery: UUID | None = None,
    blocked: Decimal = ZERO,
) -> Any:
    statement = update(ExpectedLine).where(ExpectedLine.id == line)
    if delivery is not None:
        statement = statement.where(ExpectedLine.delivery_id == delivery)
    added = await connection.execute(
        statement.values(
            received=ExpectedLine.received + quantity, blocked=ExpectedLine.blocked + blocked
        ).returning(*ExpectedLine.__table__.columns)
    )
    return added.first()
