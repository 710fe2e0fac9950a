"""Release: open orders become rounds for a cart, each a task that waits for a picker."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item
from backend.floor.stock import Quant, Reservation
from backend.floor.wms.picking.rules import Load, pack
from backend.floor.wms.picking.schemas import OrdersReleased, ReleaseOrders
from backend.floor.wms.picking.tables import PickLine, PickRound, RoundTote
from backend.floor.wms.picking.walk import Stop, plan_walk
from backend.floor.wms.shipping import ShipmentLine, ShipmentRequest
from backend.floor.work import Task, tasks
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.ids import new_id

CART_TOTES = 4


class _Piece(msgspec.Struct, frozen=True):
    reservation: UUID
    quant: UUID
    shipment_line: UUID
    quantity: Decimal
    place: UUID


class _Order(msgspec.Struct, frozen=True):
    id: UUID
    pack_place: UUID
    due_at: Any
    priority: int
    totes: tuple[tuple[_Piece, ...], ...]


async def release_orders(connection: AsyncConnection, command: Command[ReleaseOrders]) -> OrdersReleased:
    """Makes rounds of the named orders, or of the most urgent ones that have stock."""
    facts = command.payload
    return await make_rounds(
        connection,
        command.who.site_id,
        orders=facts.orders,
        totes=max(1, min(facts.totes, 12)),
        rounds=facts.rounds,
    )


async def make_rounds(
    connection: AsyncConnection,
    site_id: UUID,
    *,
    orders: Sequence[UUID] = (),
    totes: int = CART_TOTES,
    rounds: int = 1,
) -> OrdersReleased:
    """Fills up to `rounds` carts of so many totes with open orders, the most urgent first.

    Several may do this at once: an order is locked while it is being released, and skipped by the others.
    """
    made: list[UUID] = []
    left: dict[str, str] = {}
    wanted = set(orders)
    for _ in range(max(1, min(rounds, 50))):
        cart, passed = await _fill_cart(connection, site_id, wanted if orders else None, totes)
        left |= passed
        if not cart:
            break
        made.append(await _make_round(connection, site_id, cart))
        wanted -= {order.id for order in cart}
        if orders and not wanted:
            break
    return OrdersReleased(rounds=made, left=left)


async def _fill_cart(
    connection: AsyncConnection, site_id: UUID, wanted: set[UUID] | None, totes: int
) -> tuple[list[_Order], dict[str, str]]:
    allocated = (
        select(ShipmentLine.request_id)
        .where(ShipmentLine.allocated > 0)
        .group_by(ShipmentLine.request_id)
        .subquery()
    )
    query = (
        select(
            ShipmentRequest.id,
            ShipmentRequest.pack_place_id,
            ShipmentRequest.due_at,
            ShipmentRequest.priority,
        )
        .join(allocated, allocated.c.request_id == ShipmentRequest.id)
        .where(ShipmentRequest.site_id == site_id, ShipmentRequest.state == "open")
        .order_by(ShipmentRequest.priority.desc(), ShipmentRequest.due_at, ShipmentRequest.number)
        .limit(totes * 3)
        .with_for_update(of=ShipmentRequest, skip_locked=True, key_share=True)
    )
    if wanted is not None:
        query = query.where(ShipmentRequest.id.in_(wanted))
    cart: list[_Order] = []
    left: dict[str, str] = {}
    room = totes
    for row in (await connection.execute(query)).all():
        packed = await _packed(connection, row)
        if len(packed.totes) > room and room < totes:
            left[str(row.id)] = "next_cart"
            continue
        # An order larger than a cart has a round for itself, with as many totes as it needs.
        cart.append(packed)
        room -= len(packed.totes)
        if room <= 0:
            break
    return cart, left


async def _packed(connection: AsyncConnection, order: Any) -> _Order:
    rows = (
        await connection.execute(
            select(
                Reservation.id,
                Reservation.quant_id,
                Reservation.demand_id,
                Reservation.quantity,
                Quant.place_id,
                (Item.volume_ml * Reservation.quantity).label("volume"),
                (Item.weight_g * Reservation.quantity).label("weight"),
            )
            .join(ShipmentLine, ShipmentLine.id == Reservation.demand_id)
            .join(Quant, Quant.id == Reservation.quant_id)
            .join(Item, Item.id == Quant.item_id)
            .where(ShipmentLine.request_id == order.id, Reservation.quantity > 0)
            .order_by((Item.volume_ml * Reservation.quantity).desc(), Reservation.id)
        )
    ).all()
    pieces = {row.id: _Piece(row.id, row.quant_id, row.demand_id, row.quantity, row.place_id) for row in rows}
    packed = pack([Load(row.id, row.volume, row.weight) for row in rows])
    totes = tuple(tuple(pieces[piece] for piece in tote) for tote in packed.totes)
    return _Order(order.id, order.pack_place_id, order.due_at, order.priority, totes)


async def _make_round(connection: AsyncConnection, site_id: UUID, cart: list[_Order]) -> UUID:
    task = await tasks.create(
        connection,
        site_id,
        kind="pick",
        due_at=min(order.due_at for order in cart),
        priority=max(order.priority for order in cart),
    )
    pieces = [
        (order, number, piece) for order in cart for number, tote in enumerate(order.totes) for piece in tote
    ]
    walk = await plan_walk(connection, site_id, [Stop(piece.place) for _, _, piece in pieces])
    await connection.execute(
        insert(PickRound).values(
            id=task,
            site_id=site_id,
            length_m=walk.length_m,
            bound_m=walk.bound_m,
            proved=walk.proved,
            method=walk.method,
            path={"legs": walk.legs},
        )
    )
    totes = await _make_totes(connection, task, cart)
    sequence = {index: place for place, index in enumerate(walk.order)}
    await connection.execute(
        insert(PickLine),
        [
            {
                "id": new_id(),
                "site_id": site_id,
                "round_id": task,
                "shipment_line_id": piece.shipment_line,
                "tote_id": totes[order.id, number],
                "quant_id": piece.quant,
                "reservation_id": piece.reservation,
                "sequence": (sequence[index] + 1) * 10,
                "quantity": piece.quantity,
            }
            for index, (order, number, piece) in enumerate(pieces)
        ],
    )
    await connection.execute(
        update(ShipmentRequest)
        .where(ShipmentRequest.id.in_([order.id for order in cart]))
        .values(state="released")
    )
    return task


async def _make_totes(
    connection: AsyncConnection, task: UUID, cart: list[_Order]
) -> dict[tuple[UUID, int], UUID]:
    totes = {(order.id, number): new_id() for order in cart for number in range(len(order.totes))}
    pack_places = {order.id: order.pack_place for order in cart}
    await connection.execute(
        insert(RoundTote),
        [
            {
                "id": tote,
                "round_id": task,
                "slot": slot,
                "request_id": order,
                "drop_place_id": pack_places[order],
            }
            for slot, ((order, _), tote) in enumerate(totes.items(), start=1)
        ],
    )
    return totes


async def release_by_rule(connection: AsyncConnection, site_id: UUID, *, keep_ready: int = 4) -> list[UUID]:
    """The rule that stands in for a planner: keep so many rounds waiting, no more, so that urgent orders can still overtake."""
    waiting = (
        await connection.execute(
            select(func.count()).where(Task.site_id == site_id, Task.kind == "pick", Task.state == "released")
        )
    ).scalar_one()
    if waiting >= keep_ready:
        return []
    return (await make_rounds(connection, site_id, rounds=keep_ready - waiting)).rounds


COMMANDS: Registry = {"rounds.release": (ReleaseOrders, transactional(release_orders))}
