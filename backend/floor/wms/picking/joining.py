"""One more order for a round that is open already: which round takes it with the least extra walk, and its lines on the way."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Place
from backend.floor.stock import Quant
from backend.floor.wms.picking.packing import OpenOrder, open_orders, passed_over, spot_of
from backend.floor.wms.picking.plan_schemas import AddOrder, OrderAdded
from backend.floor.wms.picking.release import CART_TOTES, make_totes
from backend.floor.wms.picking.replan import last_stand, place_lines
from backend.floor.wms.picking.tables import PickLine, PickRound, RoundTote
from backend.floor.wms.picking.walk import floor_of
from backend.floor.wms.shipping import ShipmentRequest
from backend.floor.work import Task
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.ids import new_id
from backend.kernel.problems import Conflict


class NotToBeAdded(Conflict):
    """The order has no stock set aside, or is under way; the facts say which."""

    type = "not-to-be-added"
    title = "This order cannot be added"


class NoRoom(Conflict):
    """No open round has room on its cart for this order, or none can reach its bins."""

    type = "no-room"
    title = "No open round has room for this order"


async def add_order(connection: AsyncConnection, command: Command[AddOrder]) -> OrderAdded:
    """Puts an open order on a round that waits or is walked, and plans the rest of that round again.

    Raises:
        NotToBeAdded: the order is not open, or nothing is set aside for it.
        NoRoom: no round, or not the one named, has free slots enough and a way to its bins.
    """
    facts, site = command.payload, command.who.site_id
    found = await open_orders(connection, site, wanted=[facts.order])
    if not found:
        why = await passed_over(connection, site, [facts.order])
        raise NotToBeAdded(why=why[str(facts.order)])
    order = found[0]
    row, extra = await _best_round(connection, site, order, facts.round)
    totes = await make_totes(connection, row.id, [order], first=row.last_slot + 1)
    await connection.execute(
        insert(PickLine),
        [
            {
                "id": new_id(),
                "site_id": site,
                "round_id": row.id,
                "shipment_line_id": piece.shipment_line,
                "tote_id": totes[order.id, number],
                "quant_id": piece.quant,
                "reservation_id": piece.reservation,
                "sequence": 1_000_000,
                "quantity": piece.quantity,
            }
            for number, tote in enumerate(order.totes)
            for piece in tote
        ],
    )
    state = "picking" if row.state == "claimed" else "released"
    await connection.execute(
        update(ShipmentRequest).where(ShipmentRequest.id == order.id).values(state=state)
    )
    await connection.execute(
        update(PickRound).where(PickRound.id == row.id).values(length_m=PickRound.length_m + extra)
    )
    await connection.execute(update(Task).where(Task.id == row.id).values(version=Task.version + 1))
    start = await last_stand(connection, row.id)
    await place_lines(connection, site, row.id, start=start)
    return OrderAdded(round=row.id, number=row.number, extra_m=float(extra), lines=len(order.pieces))


async def _best_round(
    connection: AsyncConnection, site: UUID, order: OpenOrder, wanted: UUID | None
) -> tuple[Any, Any]:
    """The open round with room that walks the least further, its task locked; and by how much."""
    floor = await floor_of(connection, site)
    spots = [piece.spot for piece in order.pieces]
    if floor.cut_off(spots):
        raise NoRoom("A closed aisle is on the way to its bins.", why="aisle_closed")
    best: tuple[Any, Any] | None = None
    for row in await _open_rounds(connection, site, wanted):
        if row.totes + len(order.totes) > max(CART_TOTES, row.totes):
            continue
        left = await _places_left(connection, row.id)
        here = await _place(connection, await last_stand(connection, row.id))
        before = floor.walk(left, start=here).length_m
        extra = floor.walk([*left, *spots], start=here).length_m - before
        if best is None or extra < best[1]:
            best = (row, extra)
    if best is None:
        raise NoRoom
    return best


async def _open_rounds(connection: AsyncConnection, site: UUID, wanted: UUID | None) -> list[Any]:
    totes = (
        select(
            RoundTote.round_id,
            func.count().filter(RoundTote.state != "dropped").label("totes"),
            func.max(RoundTote.slot).label("last_slot"),
            func.count().filter(RoundTote.state == "dropped").label("dropped"),
        )
        .group_by(RoundTote.round_id)
        .subquery()
    )
    query = (
        select(Task.id, Task.number, Task.state, totes.c.totes, totes.c.last_slot)
        .join(totes, totes.c.round_id == Task.id)
        .where(
            Task.site_id == site,
            Task.kind == "pick",
            Task.state.in_(("released", "claimed")),
            totes.c.dropped == 0,
        )
        .order_by(Task.id)
        .with_for_update(of=Task, key_share=True)
    )
    if wanted is not None:
        query = query.where(Task.id == wanted)
    return list((await connection.execute(query)).all())


async def _places_left(connection: AsyncConnection, round_id: UUID) -> list[Any]:
    rows = await connection.execute(
        select(Place.aisle, Place.block, Place.offset_m, Place.x)
        .join(Quant, Quant.place_id == Place.id)
        .join(PickLine, PickLine.quant_id == Quant.id)
        .where(PickLine.round_id == round_id, PickLine.state == "open")
    )
    return [spot_of(row) for row in rows]


async def _place(connection: AsyncConnection, place: UUID | None) -> Any:
    if place is None:
        return None
    rows = await connection.execute(
        select(Place.aisle, Place.block, Place.offset_m, Place.x).where(Place.id == place)
    )
    return spot_of(rows.one())


COMMANDS: Registry = {"rounds.add_order": (AddOrder, transactional(add_order))}
