"""Purchase orders as the ERP sends them: released, changed, cancelled; in any order, any number of times."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.purchases import OrderedLine, PurchaseOrderCancelled, PurchaseOrderReleased
from backend.floor import catalog, expected
from backend.floor.catalog import ItemFacts, SiteFacts, UnknownMaster
from backend.floor.srm import links, mail, reminders, rules
from backend.floor.srm.settle import parts, tell_agreed
from backend.floor.srm.tables import PurchaseLine, PurchaseOrder, PurchaseReply, PurchaseVersion
from backend.floor.work import Found, raise_exception
from backend.kernel import clock
from backend.kernel.ids import new_id

LANGUAGES = ("en", "nl", "zh")


async def release_order(
    connection: AsyncConnection, message: PurchaseOrderReleased, source: str
) -> UUID | None:
    """Takes a new or changed order, tells the supplier by mail and receiving what is to come.

    What the supplier has answered to a line stays as long as the line stays the same. Returns the order's id, or None for
    a version that is not newer than the one here.

    Raises:
        UnknownMaster: an item or the site is not known.
    """
    site = await _site(connection, message.site)
    items = await catalog.items_by_sku(connection, [line.sku for line in message.lines])
    if missing := sorted({line.sku for line in message.lines} - items.keys()):
        raise UnknownMaster(f"Not known: {', '.join(missing[:5])}", missing=missing[:50])
    before = await lock(connection, site.id, message.number)
    lines = [_ordered(line) for line in message.lines]
    if before is not None and before.version >= message.version:
        await _keep_version(connection, before.id, message.version, lines)
        return None
    order = await _write_order(connection, message, source, site)
    await reminders.call_off(connection, order)
    await _keep_version(connection, order, message.version, lines)
    states = await _write_lines(connection, order, lines, items)
    waits = "open" in states.values()
    await _set_state(connection, order, states, remind=waits)
    link = await links.cover(connection, order)
    if waits:
        await mail.queue(connection, order, link, "order" if before is None else "changed")
    await _expect(connection, order, message, site.id)
    await tell_agreed(connection, order)  # where the new version leaves nothing to be answered
    return order


async def cancel_order(
    connection: AsyncConnection, message: PurchaseOrderCancelled, source: str
) -> UUID | None:
    """Takes a cancellation. If goods are under way already, a person is told.

    Raises:
        UnknownMaster: the order is not known yet; the message waits.
    """
    row = (
        await connection.execute(
            select(PurchaseOrder.id, PurchaseOrder.version, PurchaseOrder.state, PurchaseOrder.site_id)
            .where(PurchaseOrder.source == source, PurchaseOrder.number == message.number)
            .with_for_update(key_share=True)
        )
    ).first()
    if row is None:
        raise UnknownMaster(f"Order {message.number} is not known yet.", order=message.number)
    if row.version > message.version or row.state == "cancelled":
        return None
    await connection.execute(
        update(PurchaseOrder)
        .where(PurchaseOrder.id == row.id)
        .values(state="cancelled", version=message.version, remind_at=None, reason=message.reason)
    )
    await reminders.call_off(connection, row.id)
    if row.state in {"part_shipped", "shipped"}:
        found = Found(
            kind="purchase_cancelled_late",
            severity="high",
            document=row.id,
            details={"order": message.number, "note": message.reason},
        )
        await raise_exception(connection, row.site_id, found)
    await expected.close(connection, row.site_id, kind="purchase", number=message.number, cancelled=True)
    link = await links.cover(connection, row.id)
    await mail.queue(connection, row.id, link, "cancelled")
    return UUID(str(row.id))


async def lock(connection: AsyncConnection, site_id: UUID, number: str) -> Any:
    """The order's row, held until the end of the transaction; None if there is none."""
    return (
        await connection.execute(
            select(PurchaseOrder.id, PurchaseOrder.version, PurchaseOrder.state)
            .where(PurchaseOrder.site_id == site_id, PurchaseOrder.number == number)
            .with_for_update(key_share=True)
        )
    ).first()


async def _site(connection: AsyncConnection, code: str) -> SiteFacts:
    if code:
        found = await catalog.site_by_code(connection, code)
    else:
        ids = list((await connection.execute(select(catalog.Site.id).limit(2))).scalars())
        found = await catalog.site(connection, ids[0]) if len(ids) == 1 else None
    if found is None:
        raise UnknownMaster(f"No site {code!r} is known.", site=code)
    return found


def _ordered(line: OrderedLine) -> rules.Ordered:
    return rules.Ordered(
        line=line.line,
        sku=line.sku,
        revision=line.revision,
        unit=line.unit,
        quantity=line.quantity,
        price=line.price,
        wanted_on=line.wanted_on,
    )


async def _write_order(
    connection: AsyncConnection, message: PurchaseOrderReleased, source: str, site: SiteFacts
) -> UUID:
    partner = await catalog.partner_by_number(connection, message.supplier)
    language = message.language[:2].lower()
    facts = {
        "source": source,
        "version": message.version,
        "supplier": message.supplier,
        "supplier_name": partner.name if partner else message.supplier,
        "email": message.supplier_email or (partner.email if partner else ""),
        "language": language if language in LANGUAGES else "en",
        "currency": message.currency,
        "days_early": message.tolerance.days_early,
        "days_late": message.tolerance.days_late,
        "over_percent": message.tolerance.over_percent,
        "deliver_to": site.name,
        "time_zone": site.time_zone,
        "released_at": clock.now(),
        "viewed_at": None,
        "reason": "",
        "reminders": 0,
    }
    row = pg_insert(PurchaseOrder).values(id=new_id(), site_id=site.id, number=message.number, **facts)
    written = await connection.execute(
        row.on_conflict_do_update(index_elements=["site_id", "number"], set_=facts).returning(
            PurchaseOrder.id
        )
    )
    return written.scalar_one()


async def _keep_version(
    connection: AsyncConnection, order: UUID, version: int, lines: list[rules.Ordered]
) -> None:
    row = pg_insert(PurchaseVersion).values(
        order_id=order, version=version, lines=[msgspec.to_builtins(line) for line in lines]
    )
    await connection.execute(row.on_conflict_do_nothing())


async def _write_lines(
    connection: AsyncConnection, order: UUID, lines: list[rules.Ordered], items: dict[str, ItemFacts]
) -> dict[int, str]:
    """Writes the newest version's lines and returns how each stands."""
    known = await connection.execute(
        select(PurchaseLine.line, PurchaseLine.state, PurchaseLine.shipped).where(
            PurchaseLine.order_id == order
        )
    )
    before = {row.line: row for row in known}
    last = await _last_replies(connection, order)
    states: dict[int, str] = {}
    for line in sorted(lines, key=lambda one: one.line):
        shipped = before[line.line].shipped if line.line in before else Decimal(0)
        state, reply = _carried(line, last.get(line.line), shipped)
        await _write_line(connection, order, line, items[line.sku], state=state, reply_id=reply)
        states[line.line] = state
    for gone in sorted(before.keys() - states.keys()):
        states[gone] = rules.LINE.get((before[gone].state, "remove"), before[gone].state)
        await connection.execute(
            update(PurchaseLine)
            .where(PurchaseLine.order_id == order, PurchaseLine.line == gone)
            .values(state=states[gone])
        )
    return states


def _carried(line: rules.Ordered, reply: Any, shipped: Decimal) -> tuple[str, UUID | None]:
    """How a line stands in a new version, and the reply that still holds for it: the last one, if it was about just this."""
    if reply is None or msgspec.convert(reply.about, rules.Ordered) != line:
        return "open", None
    promised = sum((Decimal(part["quantity"]) for part in reply.schedule), start=Decimal(0))
    state = rules.carried(reply.verdict, reply.decision, shipped, promised)
    return state, reply.id if state != "open" else None


async def _write_line(
    connection: AsyncConnection, order: UUID, line: rules.Ordered, item: ItemFacts, **stands: Any
) -> None:
    facts = {
        **msgspec.structs.asdict(line),
        "name": item.name,
        "gtin": item.packagings[0].gtin if item.packagings else "",
        "tracking": item.tracking,
        "expires": item.expires,
        "whole": item.whole,
        **stands,
    }
    row = pg_insert(PurchaseLine).values(order_id=order, **facts)
    await connection.execute(
        row.on_conflict_do_update(
            index_elements=["order_id", "line"], set_={name: row.excluded[name] for name in facts}
        )
    )


async def _last_replies(connection: AsyncConnection, order: UUID) -> dict[int, Any]:
    """The newest reply to each line, whichever version it answered."""
    found = await connection.execute(
        select(PurchaseReply.__table__)
        .ext(distinct_on(PurchaseReply.line))
        .where(PurchaseReply.order_id == order)
        .order_by(PurchaseReply.line, PurchaseReply.turn.desc())
    )
    return {row.line: row for row in found}


async def _set_state(
    connection: AsyncConnection, order: UUID, states: dict[int, str], *, remind: bool
) -> None:
    hours, _ = rules.LADDER[0]
    await connection.execute(
        update(PurchaseOrder)
        .where(PurchaseOrder.id == order)
        .values(
            state=rules.order_state(states.values(), viewed=False),
            remind_at=func.now() + timedelta(hours=hours) if remind else None,
        )
    )


async def _expect(
    connection: AsyncConnection, order: UUID, message: PurchaseOrderReleased, site_id: UUID
) -> None:
    """What receiving is to expect: as wanted, and where a line was agreed already, as promised."""
    supplier_name = await connection.scalar(
        select(PurchaseOrder.supplier_name).where(PurchaseOrder.id == order)
    )
    announced = expected.Announced(
        kind="purchase",
        number=message.number,
        version=message.version,
        supplier=message.supplier,
        supplier_name=str(supplier_name),
        over_percent=message.tolerance.over_percent,
        lines=tuple(
            expected.Line(
                line=line.line,
                sku=line.sku,
                quantity=line.quantity,
                unit=line.unit,
                schedule=(expected.Part(quantity=line.quantity, on=line.wanted_on),),
            )
            for line in message.lines
        ),
    )
    await expected.announce(connection, site_id, announced)
    kept = await connection.execute(
        select(PurchaseLine.line, PurchaseReply.schedule)
        .join(PurchaseReply, PurchaseReply.id == PurchaseLine.reply_id)
        .where(PurchaseLine.order_id == order, PurchaseLine.state.in_(["agreed", "shipping", "shipped"]))
    )
    promised = {row.line: parts(row.schedule) for row in kept}
    if promised:
        await expected.amend(connection, site_id, kind="purchase", number=message.number, promised=promised)
