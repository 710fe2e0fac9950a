"""The end of a round: each tote is dropped at its packing place; the last one of an order makes the order picked."""

from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.shipments import PickedLine, ShipmentPicked
from backend.floor.catalog import Item, Place
from backend.floor.stock import HandlingUnit, move_contents
from backend.floor.wms.picking.problems import LinesOpen, WrongPlace, WrongTote
from backend.floor.wms.picking.schemas import DropTote, ToteDropped
from backend.floor.wms.picking.tables import PickLine, PickRound, RoundTote
from backend.floor.wms.shipping import ShipmentLine, ShipmentRequest
from backend.floor.work import tasks
from backend.kernel import outbox
from backend.kernel.commands import Command, Registry, transactional


async def drop_tote(connection: AsyncConnection, command: Command[DropTote]) -> ToteDropped:
    """Puts a tote down at a packing place.

    Raises:
        LinesOpen: something is still to be picked into it.
        WrongPlace: that is no packing place of this site.
        WrongTote: the tote is not on this round, or was dropped before.
    """
    facts = command.payload
    tote = await _lock_tote(connection, command, facts.tote)
    if await _has_open_lines(connection, facts.tote):
        raise LinesOpen
    await _packing_place(connection, command.who.site_id, facts.place, tote.drop_code)
    if tote.handling_unit_id is not None:
        await move_contents(
            connection,
            command,
            tote.handling_unit_id,
            tote.cart_place_id,
            facts.place,
            kind="drop",
            document=tote.request_id,
        )
        await connection.execute(
            update(HandlingUnit).where(HandlingUnit.id == tote.handling_unit_id).values(place_id=facts.place)
        )
    await connection.execute(
        update(RoundTote).where(RoundTote.id == facts.tote).values(state="dropped", drop_place_id=facts.place)
    )
    order_picked = not await _totes_left(connection, RoundTote.request_id == tote.request_id)
    if order_picked:
        await _order_picked(connection, command, tote.request_id)
    round_done = not await _totes_left(connection, RoundTote.round_id == tote.round_id)
    if round_done:
        await tasks.finish(connection, tote.round_id)
    return ToteDropped(tote=facts.tote, order_picked=order_picked, round_done=round_done)


async def _lock_tote(connection: AsyncConnection, command: Command[Any], tote_id: UUID) -> Any:
    row = (
        await connection.execute(
            select(
                RoundTote.round_id,
                RoundTote.request_id,
                RoundTote.handling_unit_id,
                RoundTote.state,
                PickRound.cart_place_id,
                Place.code.label("drop_code"),
            )
            .join(PickRound, PickRound.id == RoundTote.round_id)
            .join(Place, Place.id == RoundTote.drop_place_id)
            .where(RoundTote.id == tote_id, PickRound.site_id == command.who.site_id)
            .with_for_update(of=RoundTote, key_share=True)
        )
    ).first()
    if row is None or row.state == "dropped":
        raise WrongTote("That tote has been dropped already." if row else "That tote is not on a round.")
    # The round's row serialises the last two drops, so that exactly one of them sees itself as the last.
    await connection.execute(
        select(PickRound.id).where(PickRound.id == row.round_id).with_for_update(key_share=True)
    )
    await connection.execute(
        select(ShipmentRequest.id).where(ShipmentRequest.id == row.request_id).with_for_update(key_share=True)
    )
    return row


async def _has_open_lines(connection: AsyncConnection, tote: UUID) -> bool:
    found = await connection.execute(
        select(exists().where(PickLine.tote_id == tote, PickLine.state == "open"))
    )
    return bool(found.scalar_one())


async def _packing_place(connection: AsyncConnection, site_id: UUID, place: UUID, expected: str) -> None:
    row = (
        await connection.execute(
            select(Place.code, Place.kind).where(Place.id == place, Place.site_id == site_id)
        )
    ).first()
    if row is None or row.kind != "pack":
        scanned = row.code if row else "unknown"
        raise WrongPlace(
            f"This tote goes to {expected}, scanned {scanned}.", expected=expected, scanned=scanned
        )


async def _totes_left(connection: AsyncConnection, of: Any) -> bool:
    """Whether totes of an order or a round are still to be dropped; an unused slot without open lines is not."""
    still_open = exists().where(PickLine.tote_id == RoundTote.id, PickLine.state == "open")
    found = await connection.execute(
        select(
            exists().where(
                of, RoundTote.state != "dropped", RoundTote.handling_unit_id.is_not(None) | still_open
            )
        )
    )
    return bool(found.scalar_one())


async def _order_picked(connection: AsyncConnection, command: Command[Any], request: UUID) -> None:
    order = (
        await connection.execute(
            update(ShipmentRequest)
            .where(ShipmentRequest.id == request, ShipmentRequest.state.in_(("released", "picking")))
            .values(state="picked")
            .returning(ShipmentRequest.number, ShipmentRequest.version)
        )
    ).first()
    if order is None:
        return
    rows = await connection.execute(
        select(
            ShipmentLine.line,
            ShipmentLine.wanted,
            ShipmentLine.picked,
            (ShipmentLine.wanted - ShipmentLine.picked).label("shorted"),
            Item.sku,
            Item.unit,
        )
        .join(Item, Item.id == ShipmentLine.item_id)
        .where(ShipmentLine.request_id == request)
        .order_by(ShipmentLine.line)
    )
    message = ShipmentPicked(
        number=order.number,
        version=order.version,
        lines=tuple(
            PickedLine(
                line=row.line,
                sku=row.sku,
                unit=row.unit,
                wanted=row.wanted,
                picked=row.picked,
                shorted=row.shorted,
            )
            for row in rows
        ),
        at=command.captured_at,
    )
    await outbox.send(
        connection, message_type=ShipmentPicked.TYPE, document=f"shipment/{order.number}", data=message
    )


COMMANDS: Registry = {"pick.drop": (DropTote, transactional(drop_tote))}
