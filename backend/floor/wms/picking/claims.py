"""Who walks which round: claim, take over, give back; and which tote stands in which slot of the cart."""

from uuid import UUID

from sqlalchemy import ColumnElement, exists, literal, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.tables import Person
from backend.floor.catalog import Place
from backend.floor.catalog.codes import TOTES
from backend.floor.stock import HandlingUnit, Quant, handling_unit
from backend.floor.wms.picking.documents import round_document
from backend.floor.wms.picking.problems import NotATote, ToteTaken, WrongTote
from backend.floor.wms.picking.round_schemas import RoundDocument
from backend.floor.wms.picking.schemas import (
    BindTote,
    ClaimRound,
    ReleaseRound,
    RoundReleased,
    TakeOverRound,
    ToteBound,
)
from backend.floor.wms.picking.tables import PickRound, RoundTote
from backend.floor.wms.shipping import ShipmentRequest
from backend.floor.work import Found, Task, raise_exception, tasks
from backend.kernel.commands import Command, Registry, transactional


async def claim_round(connection: AsyncConnection, command: Command[ClaimRound]) -> RoundDocument:
    """Takes the given round, or the best next one, and a free cart for it; answers with all the device needs.

    Raises:
        ClaimedByOther, NoWork: as `work.tasks.claim`.
    """
    task = await tasks.claim(connection, command, kind="pick", task=command.payload.round)
    await _take_cart(connection, command.who.site_id, task)
    return await round_document(connection, command.who.site_id, task)


async def take_over(connection: AsyncConnection, command: Command[TakeOverRound]) -> RoundDocument:
    """Takes a round from whoever has it; the supervisor sees that it changed hands."""
    before = await tasks.take_over(connection, command, command.payload.round)
    await _take_cart(connection, command.who.site_id, command.payload.round)
    if before is not None and before != command.who.person_id:
        found = Found(
            kind="round_taken_over", severity="low", task=command.payload.round, details={"from": str(before)}
        )
        await raise_exception(connection, command.who.site_id, found, command=command)
    return await round_document(connection, command.who.site_id, command.payload.round)


async def release_round(connection: AsyncConnection, command: Command[ReleaseRound]) -> RoundReleased:
    """Gives a round back for others. What was picked stays picked; totes stay on the cart."""
    await tasks.release(connection, command, command.payload.round)
    return RoundReleased(round=command.payload.round)


async def bind_tote(connection: AsyncConnection, command: Command[BindTote]) -> ToteBound:
    """Puts a tote into a slot of the cart, by its code.

    Raises:
        NotATote: the code is that of something else.
        ToteTaken: the tote holds something, or stands in another slot.
        WrongTote: the slot has another tote already, or is not on this round.
    """
    facts = command.payload
    slot = (
        await connection.execute(
            select(
                RoundTote.id,
                RoundTote.state,
                HandlingUnit.code,
                PickRound.cart_place_id,
                PickRound.id.label("round"),
            )
            .join(PickRound, PickRound.id == RoundTote.round_id)
            .join(HandlingUnit, HandlingUnit.id == RoundTote.handling_unit_id, isouter=True)
            .where(RoundTote.id == facts.tote, PickRound.site_id == command.who.site_id)
            .with_for_update(of=RoundTote, key_share=True)
        )
    ).first()
    if slot is None or slot.cart_place_id is None or slot.state == "dropped":
        raise WrongTote
    if slot.code is not None and slot.code != facts.code and slot.state != "empty":
        raise WrongTote(
            f"Slot has tote {slot.code}, scanned {facts.code}.", expected=slot.code, scanned=facts.code
        )
    await _nothing_else(connection, command.who.site_id, facts.code)
    unit = await handling_unit(
        connection, command.who.site_id, code=facts.code, kind="tote", place=slot.cart_place_id
    )
    await free_tote(connection, unit, facts)
    await connection.execute(
        update(HandlingUnit).where(HandlingUnit.id == unit).values(place_id=slot.cart_place_id)
    )
    await connection.execute(
        update(RoundTote).where(RoundTote.id == facts.tote).values(handling_unit_id=unit, state="filling")
    )
    return ToteBound(tote=facts.tote, handling_unit=unit, code=facts.code)


async def _nothing_else(connection: AsyncConnection, site_id: UUID, code: str) -> None:
    """A new box is made of any code that was scanned, but never of a badge, a place or an order.

    Raises:
        NotATote: it is one of these; said without a name, for a badge is half a key.
    """
    badge = select(literal("a badge")).where(Person.site_id == site_id, Person.badge == code)
    place = select(literal("a place")).where(Place.site_id == site_id, Place.code == code)
    order = select(literal("an order")).where(
        ShipmentRequest.site_id == site_id, ShipmentRequest.number == code
    )
    what = (await connection.execute(union_all(badge, place, order).limit(1))).scalar_one_or_none()
    if what is not None:
        raise NotATote(f"{code} is {what}, not a tote.", scanned=code)


async def free_tote(connection: AsyncConnection, unit: UUID, facts: BindTote) -> None:
    """Locks a unit to be used as a tote.

    Raises:
        NotATote: it is a box or a pallet.
        ToteTaken: it holds something, or stands in another open slot.
    """
    row = (
        await connection.execute(
            select(HandlingUnit.kind, HandlingUnit.code).where(HandlingUnit.id == unit).with_for_update()
        )
    ).one()
    if row.kind != "tote":
        raise NotATote(f"{row.code} is a {row.kind}, not a tote.", scanned=row.code)
    used = await connection.execute(
        select(ShipmentRequest.number)
        .join(RoundTote, RoundTote.request_id == ShipmentRequest.id)
        .where(RoundTote.handling_unit_id == unit, RoundTote.id != facts.tote)
        .where(RoundTote.state.in_(("filling", "full")) | _holds_something(unit))
        .limit(1)
    )
    order = used.scalar_one_or_none()
    if order is not None:
        raise ToteTaken(f"Tote {row.code} is in use for order {order}.", scanned=row.code, order=order)


def _holds_something(unit: UUID) -> ColumnElement[bool]:
    return exists().where(Quant.handling_unit_id == unit, Quant.quantity > 0)


async def _take_cart(connection: AsyncConnection, site_id: UUID, task: UUID) -> None:
    used = (
        select(PickRound.cart_place_id)
        .join(Task, Task.id == PickRound.id)
        .where(Task.state.in_(("released", "claimed")), PickRound.cart_place_id.is_not(None))
    )
    carts = select(Place.id).where(Place.site_id == site_id, Place.kind == "cart", Place.blocked.is_(None))
    free = carts.where(Place.id.not_in(used)).order_by(Place.code).limit(1).with_for_update(skip_locked=True)
    cart = (await connection.execute(free)).scalar_one_or_none()
    if cart is None:
        cart = (await connection.execute(carts.order_by(Place.code).limit(1))).scalar_one()
    await connection.execute(
        update(PickRound)
        .where(PickRound.id == task, PickRound.cart_place_id.is_(None))
        .values(cart_place_id=cart)
    )
    await connection.execute(
        update(ShipmentRequest)
        .where(
            ShipmentRequest.state == "released",
            ShipmentRequest.id.in_(select(RoundTote.request_id).where(RoundTote.round_id == task)),
        )
        .values(state="picking")
    )


TOTES.append(
    lambda site_id: (
        select(HandlingUnit.code)
        .where(HandlingUnit.site_id == site_id, HandlingUnit.kind == "tote")
        .order_by(HandlingUnit.code)
    )
)

COMMANDS: Registry = {
    "pick.claim": (ClaimRound, transactional(claim_round)),
    "pick.take_over": (TakeOverRound, transactional(take_over)),
    "pick.release": (ReleaseRound, transactional(release_round)),
    "pick.bind_tote": (BindTote, transactional(bind_tote)),
}
