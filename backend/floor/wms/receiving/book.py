"""Receive: what stands on the dock goes into the books, and every difference beside it on record.

A fact from the floor is never thrown away: what cannot be booked is refused with its reason and kept as an exception.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.expected import Counted, begin_receiving, count_blocked, count_in, take_pack
from backend.floor.stock import Move, post, serial_id, virtual_place
from backend.floor.wms.receiving import facts as look
from backend.floor.wms.receiving import rules
from backend.floor.wms.receiving.kept import late, not_booked, pack_received
from backend.floor.wms.receiving.problems import LineUnknown, NotThisLine, OverReceipt
from backend.floor.wms.receiving.schemas import DiscrepancyTold, GoodsBooked, ReceiveGoods
from backend.floor.wms.receiving.tables import Receipt
from backend.floor.wms.receiving.tell import (
    Booked,
    Differs,
    Source,
    source_of,
    tell_difference,
    tell_received,
)
from backend.kernel.commands import Command
from backend.kernel.problems import Problem
from backend.kernel.quantity import plain

ZERO = Decimal(0)
# Refusals after which nothing lies on the dock that the books do not know, or that a corrected command mends at once.
_NOTHING_LOST = frozenset({"pack-received", "bad-request", "tracking-missing", "serials-differ"})


class Against(msgspec.Struct, frozen=True, kw_only=True):
    """What a receipt is booked against; nothing at all for goods that nobody announced."""

    delivery: Any = None
    counted: Counted | None = None
    source: Source

    @property
    def announced(self) -> bool:
        """Whether the goods came with a delivery that still stands."""
        return self.delivery is not None and self.delivery.state != "cancelled"


async def receive_goods(connection: AsyncConnection, command: Command[ReceiveGoods]) -> GoodsBooked:
    """Books one receipt: ledger, expected line, handling unit, differences, messages, in one transaction.

    Raises:
        UnknownItem, ExpiredLot, OverReceipt, SerialHere, UnitElsewhere: not booked; an exception keeps the fact.
        PackReceived: this pack was taken in before. TrackingMissing, SerialsDiffer, NotThisLine: scan again.
    """
    try:
        return await _receive(connection, command)
    except Problem as problem:
        if problem.type in _NOTHING_LOST:
            raise
        raise problem.recording(not_booked(command, problem)) from None


async def _receive(connection: AsyncConnection, command: Command[ReceiveGoods]) -> GoodsBooked:
    facts = command.payload
    item = await look.item_of(connection, facts)
    await look.dock_of(connection, command.who.site_id, facts.place)
    lot, expires_on = await look.lot_of(connection, command, item)
    await look.serials_of(connection, facts, item)
    supplier = await virtual_place(connection, command.who.site_id, "supplier")
    # From here on the line is locked: everyone else who receives of it waits for this transaction's end.
    against = await _count(connection, command, item)
    verdict = rules.judge(_arrived(facts, against))
    if verdict.blocked > 0 and against.delivery is not None:
        _refuse_over(against, verdict, facts, item)
    unit = await look.unit_of(connection, command)
    serials = [(await serial_id(connection, item.id, code), code) for code in facts.serials]
    booked = Booked(
        item=item,
        place=facts.place,
        lot=lot,
        lot_code=facts.lot_code,
        expires_on=expires_on,
        unit=unit,
        unit_code=facts.handling_unit_code,
        serials=tuple(serials),
    )
    good = rules.status_of(inspected=item.inspection_plan is not None)
    parts = [(good, facts.quantity - verdict.blocked), ("blocked", verdict.blocked)]
    parts = [(status, quantity) for status, quantity in parts if quantity > 0]
    await _move(connection, command, booked, (supplier, against.source), parts)
    await _write(connection, command, booked, against, parts)
    await tell_received(connection, command, booked, against.source, parts)
    about = _about(facts, booked, against)
    told = [
        await tell_difference(connection, command, one, about, against.source, receipt=command.id)
        for one in verdict.differences
    ]
    if against.counted is not None and against.counted.closed:
        await late(connection, command, against.source, against.delivery.number, item)
    return _answer(command, booked, against.counted, parts, told)


def _about(facts: ReceiveGoods, booked: Booked, against: Against) -> Differs:
    return Differs(
        item=booked.item.id,
        sku=booked.item.sku,
        unit=booked.item.unit,
        lot=facts.lot_code,
        lot_id=booked.lot,
        expected_lot=", ".join(sorted(against.counted.lots)) if against.counted else None,
        place=facts.place,
        unit_id=booked.unit,
        reason=facts.reason or ("expired" if facts.condition == "expired" else ""),
        photo=facts.photo,
    )


def _answer(
    command: Command[ReceiveGoods],
    booked: Booked,
    counted: Counted | None,
    parts: list[tuple[str, Decimal]],
    told: list[DiscrepancyTold],
) -> GoodsBooked:
    return GoodsBooked(
        receipt=command.id,
        item=booked.item.id,
        status=parts[0][0],
        blocked=sum((quantity for status, quantity in parts if status == "blocked"), start=ZERO),
        lot=booked.lot,
        handling_unit=booked.unit,
        line=counted.line if counted else None,
        received=counted.received if counted else None,
        open=counted.open if counted else None,
        discrepancies=told,
    )


async def _count(connection: AsyncConnection, command: Command[ReceiveGoods], item: Any) -> Against:
    facts = command.payload
    if facts.delivery is None:
        return Against(source=Source())
    delivery = await begin_receiving(connection, command.who.site_id, facts.delivery)
    if delivery is None:
        raise LineUnknown
    if facts.line is None or delivery.state == "cancelled":
        return Against(delivery=delivery, source=source_of(delivery))
    counted = await count_in(
        connection, delivery=delivery, line=facts.line, quantity=facts.quantity, whole=item.whole
    )
    if counted is None:
        raise LineUnknown
    if facts.pack is not None and not await take_pack(
        connection, command.who.site_id, facts.pack, command.id
    ):
        raise await pack_received(connection, facts.pack)
    if counted.item not in {None, item.id} or (counted.item is None and counted.sku != item.sku):
        raise NotThisLine(
            f"{item.sku} was scanned; this line expects {counted.sku}.",
            scanned=item.sku,
            expected=counted.sku,
        )
    source = source_of(delivery, line_id=facts.line, line=counted.purchase_line)
    return Against(delivery=delivery, counted=counted, source=source)


def _arrived(facts: ReceiveGoods, against: Against) -> rules.Arrived:
    counted = against.counted
    if counted is None:
        return rules.Arrived(
            quantity=facts.quantity,
            condition=facts.condition,
            announced=against.announced,
            on_a_line=False,
        )
    before = max(ZERO, counted.quantity - (counted.received - facts.quantity))
    return rules.Arrived(
        quantity=facts.quantity,
        condition=facts.condition,
        open=before,
        over_order=counted.over_order,
        over_advice=counted.over_advice,
        lot=facts.lot_code,
        lots=counted.lots,
    )


def _refuse_over(against: Against, verdict: rules.Verdict, facts: ReceiveGoods, item: Any) -> None:
    counted = against.counted
    if counted is None or counted.over_order == 0 or against.delivery.over_rule != "refuse":
        return
    expected = next(one.expected for one in verdict.differences if one.kind == "over")
    raise OverReceipt(
        f"{plain(facts.quantity)} {item.unit} {item.sku} came, {plain(expected)} were to come; "
        f"{plain(counted.over_order)} are beyond what was ordered and tolerated.",
        scanned=plain(facts.quantity),
        expected=plain(expected),
        over=plain(counted.over_order),
        sku=item.sku,
    )


async def _move(
    connection: AsyncConnection,
    command: Command[ReceiveGoods],
    booked: Booked,
    origin: tuple[UUID, Source],
    parts: list[tuple[str, Decimal]],
) -> None:
    supplier, source = origin
    left = [serial for serial, _ in booked.serials]
    moves = []
    for status, quantity in parts:
        pieces: list[tuple[UUID | None, Decimal]] = (
            [(left.pop(0), Decimal(1)) for _ in range(int(quantity))] if left else [(None, quantity)]
        )
        moves += [
            Move(
                kind="receive",
                item=booked.item.id,
                quantity=amount,
                from_place=supplier,
                to_place=booked.place,
                lot=booked.lot,
                serial=serial,
                to_handling_unit=booked.unit,
                from_status=status,
                to_status=status,
                reason=command.payload.reason or None,
                document=source.delivery,
            )
            for serial, amount in pieces
        ]
    await post(connection, command, moves)


async def _write(
    connection: AsyncConnection,
    command: Command[ReceiveGoods],
    booked: Booked,
    against: Against,
    parts: list[tuple[str, Decimal]],
) -> None:
    facts = command.payload
    blocked = sum((quantity for status, quantity in parts if status == "blocked"), start=ZERO)
    if against.counted is not None and blocked > 0:
        await count_blocked(connection, against.counted.line, blocked)
    await connection.execute(
        insert(Receipt).values(
            id=command.id,
            site_id=command.who.site_id,
            delivery_id=against.source.delivery,
            line_id=against.counted.line if against.counted else None,
            pack_id=facts.pack,
            item_id=booked.item.id,
            lot_id=booked.lot,
            expires_on=booked.expires_on,
            quantity=facts.quantity,
            blocked=blocked,
            status=parts[0][0],
            place_id=facts.place,
            handling_unit_id=booked.unit,
            person_id=command.who.person_id,
            captured_at=command.captured_at,
        )
    )
