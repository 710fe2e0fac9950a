"""Release: open orders become rounds for a cart, each a task that waits for a picker."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.wms.picking.packing import OpenOrder, Piece, open_orders, passed_over
from backend.floor.wms.picking.plan_schemas import OrdersReleased, ReleaseOrders
from backend.floor.wms.picking.tables import PickLine, PickRound, RoundTote
from backend.floor.wms.picking.walk import Stop, crowd_of, floor_of, plan_walk
from backend.floor.wms.shipping import ShipmentRequest
from backend.floor.work import Task, tasks
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.ids import new_id

CART_TOTES = 4
MOST_ROUNDS = 50
SEQUENCE_STEP = 10  # room for a line that is put between two others later


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
    without: Sequence[UUID] = (),
    totes: int = CART_TOTES,
    rounds: int = 1,
) -> OrdersReleased:
    """Fills up to `rounds` carts of so many totes with open orders, the most urgent first, and says why others had to stay.

    Several may do this at once: an order is locked while it is being released, and skipped by the others.
    """
    most = max(1, min(rounds, MOST_ROUNDS))
    waiting = await open_orders(
        connection,
        site_id,
        wanted=set(orders) if orders else None,
        without=without,
        limit=None if orders else totes * 3 * most,
    )
    left = await passed_over(connection, site_id, set(orders) - {order.id for order in waiting})
    waiting, cut_off = await _within_reach(connection, site_id, waiting)
    left |= cut_off
    made: list[UUID] = []
    while waiting and len(made) < most:
        cart = _fill_cart(waiting, totes)
        waiting = [order for order in waiting if order not in cart]
        made.append(await _make_round(connection, site_id, cart))
    if orders:
        left |= {str(order.id): "next_cart" for order in waiting}
    return OrdersReleased(rounds=made, left=left)


async def make_planned(
    connection: AsyncConnection, site_id: UUID, carts: Sequence[Sequence[UUID]]
) -> OrdersReleased:
    """Makes one round of each cart of a plan, of what is still to be had of it when the plan is carried out."""
    wanted = {order for cart in carts for order in cart}
    found = await open_orders(connection, site_id, wanted=wanted)
    left = await passed_over(connection, site_id, wanted - {order.id for order in found})
    kept, cut_off = await _within_reach(connection, site_id, found)
    by_id = {order.id: order for order in kept}
    made = []
    for cart in carts:
        orders = [by_id[order] for order in cart if order in by_id]
        if orders:
            made.append(await _make_round(connection, site_id, orders))
    return OrdersReleased(rounds=made, left=left | cut_off)


async def _within_reach(
    connection: AsyncConnection, site_id: UUID, orders: Sequence[OpenOrder]
) -> tuple[list[OpenOrder], dict[str, str]]:
    floor = await floor_of(connection, site_id)
    kept: list[OpenOrder] = []
    left: dict[str, str] = {}
    for order in orders:
        if floor.cut_off([piece.spot for piece in order.pieces]):
            left[str(order.id)] = "aisle_closed"
        else:
            kept.append(order)
    return kept, left


def _fill_cart(waiting: Sequence[OpenOrder], totes: int) -> list[OpenOrder]:
    """First come on one cart. An order larger than a cart has a round for itself, with as many totes as it needs."""
    cart: list[OpenOrder] = []
    room = totes
    for order in waiting:
        if len(order.totes) > room and room < totes:
            continue
        cart.append(order)
        room -= len(order.totes)
        if room <= 0:
            break
    return cart


async def _make_round(connection: AsyncConnection, site_id: UUID, cart: Sequence[OpenOrder]) -> UUID:
    due_at, priority = min(order.due_at for order in cart), max(order.priority for order in cart)
    task = await tasks.create(connection, site_id, kind="pick", due_at=due_at, priority=priority)
    pieces = [
        (order, number, piece) for order in cart for number, tote in enumerate(order.totes) for piece in tote
    ]
    crowd = await crowd_of(connection, site_id)
    walk = await plan_walk(connection, site_id, [Stop(piece.place) for _, _, piece in pieces], crowd=crowd)
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
    totes = await make_totes(connection, task, cart)
    sequence = {index: (place + 1) * SEQUENCE_STEP for place, index in enumerate(walk.order)}
    last = (len(pieces) + 1) * SEQUENCE_STEP
    await connection.execute(
        insert(PickLine),
        [
            {
                "id": new_id(),
                "site_id": site_id,
                "round_id": task,
                "tote_id": totes[order.id, number],
                "sequence": sequence.get(index, last),
                **_promised(piece),
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


def _promised(piece: Piece) -> dict[str, object]:
    return {
        "shipment_line_id": piece.shipment_line,
        "quant_id": piece.quant,
        "reservation_id": piece.reservation,
        "quantity": piece.quantity,
    }


async def make_totes(
    connection: AsyncConnection, task: UUID, cart: Sequence[OpenOrder], *, first: int = 1
) -> dict[tuple[UUID, int], UUID]:
    """Slots on a round's cart for these orders' totes, numbered from `first`; by order and number of the tote."""
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
            for slot, ((order, _), tote) in enumerate(totes.items(), start=first)
        ],
    )
    return totes


async def rounds_waiting(connection: AsyncConnection, site_id: UUID) -> int:
    """How many rounds wait for a picker."""
    found = await connection.execute(
        select(func.count()).where(Task.site_id == site_id, Task.kind == "pick", Task.state == "released")
    )
    return found.scalar_one()


COMMANDS: Registry = {"rounds.release": (ReleaseOrders, transactional(release_orders))}
