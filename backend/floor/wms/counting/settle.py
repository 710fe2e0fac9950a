"""What a count changes: the bin's quants are locked, compared with what was seen, and the moves between made."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Place
from backend.floor.stock import Move, Quant, Reservation, Serial, virtual_place
from backend.floor.wms.counting import rules
from backend.floor.wms.counting.found import Seen, Sorted, not_booked
from backend.floor.wms.shipping import ShipmentLine
from backend.floor.work import Found

ZERO = Decimal(0)


class Settled(msgspec.Struct, kw_only=True):
    """What a count comes to. `expected` is what the books said of its own item; `asked` are items to be counted next.

    `virtual` is the place that differences come from and go to.
    """

    virtual: UUID
    expected: Decimal = ZERO
    given_up: Decimal = ZERO
    moves: list[Move] = []
    asked: list[UUID] = []
    odd: list[Found] = []


class Compared(msgspec.Struct, kw_only=True):
    """A bin as the books have it, locked, next to what was seen in it."""

    task: Any
    items: dict[UUID, Any]
    odd: list[Found]
    here: Sequence[Any]
    serials: dict[UUID | None, Any]
    seen: dict[Any, Seen]

    @property
    def own(self) -> list[Any]:
        """The quants that the count is about."""
        return [row for row in self.here if row.item_id == self.task.item_id and row.status == "free"]

    @property
    def expected(self) -> Decimal:
        """How many of the count's own item the books list."""
        return sum((row.quantity for row in self.own), start=ZERO)

    def differences(self) -> dict[rules.Key, Decimal]:
        """Counted less booked, of the count's own item."""
        more = {_key(row): -row.quantity for row in self.own}
        for one in self.seen.values():
            if one.item == self.task.item_id:
                key = (one.lot, one.serial, one.handling_unit)
                more[key] = more.get(key, ZERO) + one.quantity
        return {key: value for key, value in more.items() if value != 0}

    def shift(self, differences: rules.Differences, *, undated: Collection[UUID] = ()) -> None:
        """Says that so much more or less than the books say lies there now, never less than nothing."""
        for key, more in {**{_key(row): ZERO for row in self.own}, **differences}.items():
            lot, serial, unit = key
            now = sum((row.quantity for row in self.own if _key(row) == key), start=ZERO) + more
            one = Seen(
                item=self.task.item_id,
                quantity=max(now, ZERO),
                lot=lot,
                serial=serial,
                handling_unit=unit,
                dated=lot not in undated,
            )
            self.seen[one.key] = one


def _key(row: Any) -> rules.Key:
    return row.lot_id, row.serial_id, row.handling_unit_id


async def compare(connection: AsyncConnection, task: Any, counted: Sorted) -> Compared:
    """Locks what is concerned, in the house's order, and puts what was seen next to it."""
    here, serials = await _locked(connection, task, counted)
    seen: dict[Any, Seen] = {}
    for told in counted.seen:
        one = _as_listed(task, told, serials.get(told.serial))
        before = seen.get(one.key)
        seen[one.key] = one if before is None else _more(before, one.quantity)
    return Compared(task=task, items=counted.items, odd=counted.odd, here=here, serials=serials, seen=seen)


async def settle(connection: AsyncConnection, compared: Compared, *, own: bool = True) -> Settled:
    """Works out what a count changes.

    The count's own item is settled whole, what was not seen is not there; without `own` it is left as it is, to be counted again.
    Another item that the books list here is asked to be counted by itself; one that they do not is booked as found.
    """
    task, seen = compared.task, dict(compared.seen)
    virtual = await virtual_place(connection, task.site_id, "count")
    settled = Settled(virtual=virtual, expected=compared.expected, odd=compared.odd)
    if own:
        for row in compared.own:
            one = seen.pop((task.item_id, *_key(row)), None)
            now = ZERO if one is None else one.quantity
            if now < row.reserved:
                settled.given_up += await _give_up(connection, row.id, row.reserved - now)
            settled.moves += _difference(row, now - row.quantity, virtual)
    else:
        seen = {key: one for key, one in seen.items() if one.item != task.item_id}
    listed = {row.item_id for row in compared.here if row.quantity > 0} - {task.item_id}
    for one in seen.values():
        if one.quantity == 0:
            continue
        if one.item in listed:
            settled.asked.append(one.item)
        else:
            _book_found(task, one, compared.items[one.item], compared.serials, settled)
    return settled


def _as_listed(task: Any, one: Seen, at: Any) -> Seen:
    """A serial number is one thing however it lies: the books' lot and handling unit for it are taken over."""
    if at is None or at.place_id != task.place_id or at.item_id != one.item:
        return one
    return msgspec.structs.replace(one, lot=at.lot_id, handling_unit=at.handling_unit_id)


def _more(seen: Seen, quantity: Decimal) -> Seen:
    """A label counted in two rows: a serial is there once, pieces add up."""
    total = seen.quantity + quantity
    return msgspec.structs.replace(seen, quantity=min(total, Decimal(1)) if seen.serial else total)


async def _locked(
    connection: AsyncConnection, task: Any, counted: Sorted
) -> tuple[Sequence[Any], dict[UUID | None, Any]]:
    """The quants of these items in the bin, and those that hold the seen serials anywhere. Serials come first, for two may find one."""
    serials = sorted({one.serial for one in counted.seen if one.serial is not None})
    if serials:
        await connection.execute(
            select(Serial.id).where(Serial.id.in_(serials)).order_by(Serial.id).with_for_update()
        )
    here = (Quant.place_id == task.place_id) & Quant.item_id.in_(list(counted.items))
    rows = await connection.execute(
        select(
            *Quant.__table__.columns,
            Place.code.label("place_code"),
            Place.kind.label("place_kind"),
            Serial.code.label("serial_code"),
        )
        .join(Place, Place.id == Quant.place_id)
        .outerjoin(Serial, Serial.id == Quant.serial_id)
        .where(Quant.site_id == task.site_id, or_(here, Quant.serial_id.in_(serials) & (Quant.quantity > 0)))
        .order_by(Quant.id)
        .with_for_update(key_share=True, of=Quant)
    )
    found = rows.all()
    at: dict[UUID | None, Any] = {
        row.serial_id: row for row in found if row.serial_id is not None and row.quantity > 0
    }
    return [row for row in found if row.place_id == task.place_id], at


def _difference(row: Any, change: Decimal, virtual: UUID) -> list[Move]:
    if change == 0:
        return []
    inward = change > 0
    return [
        Move(
            kind="count",
            item=row.item_id,
            quantity=abs(change),
            from_place=virtual if inward else row.place_id,
            to_place=row.place_id if inward else virtual,
            lot=row.lot_id,
            serial=row.serial_id,
            owner=row.owner_id,
            from_handling_unit=None if inward else row.handling_unit_id,
            to_handling_unit=row.handling_unit_id if inward else None,
            reason="count",
        )
    ]


def _book_found(task: Any, one: Seen, item: Any, serials: dict[UUID | None, Any], settled: Settled) -> None:
    """Books what the books don't list: from nowhere, or a serial from where they have it, if it lies free there."""
    lacking = rules.lacks(
        item.tracking, lot=one.lot is not None, serial=one.serial is not None, dated=one.dated
    )
    if lacking:
        settled.odd.append(not_booked(task, item.sku, one.quantity, lacking, item=item.id))
        return
    at = serials.get(one.serial) if one.serial else None
    if at is not None and not _fetched(task, item, at, settled):
        return
    settled.moves.append(
        Move(
            kind="count",
            item=one.item,
            quantity=one.quantity,
            from_place=settled.virtual if at is None else at.place_id,
            to_place=task.place_id,
            lot=one.lot if at is None else at.lot_id,
            serial=one.serial,
            owner=None if at is None else at.owner_id,
            to_handling_unit=one.handling_unit,
            reason="count",
        )
    )


def _fetched(task: Any, item: Any, at: Any, settled: Settled) -> bool:
    """Tells of a serial that the books have elsewhere; whether it is booked over from there. Set aside here, it is no news."""
    may = rules.may_fetch(
        status=at.status,
        reserved=at.reserved,
        in_unit=at.handling_unit_id is not None,
        place_kind=at.place_kind,
    )
    if at.place_id != task.place_id:
        settled.odd.append(
            Found(
                kind="count_found_elsewhere",
                severity="low" if may else "high",
                item=item.id,
                place=task.place_id,
                details={"sku": item.sku, "serial": at.serial_code, "booked_at": at.place_code},
            )
        )
    return may and at.place_id != task.place_id


async def _give_up(connection: AsyncConnection, quant: UUID, too_much: Decimal) -> Decimal:
    """Takes promises back, the newest first, until they fit. The lines they served lack it again and show so."""
    left = too_much
    rows = await connection.execute(
        select(Reservation.id, Reservation.quantity, Reservation.demand_id)
        .where(Reservation.quant_id == quant, Reservation.quantity > 0)
        .order_by(Reservation.id.desc())
        .with_for_update(key_share=True)
    )
    for row in rows.all():
        taken = min(left, row.quantity)
        if taken <= 0:
            break
        await connection.execute(
            update(Reservation).where(Reservation.id == row.id).values(quantity=Reservation.quantity - taken)
        )
        await connection.execute(
            update(ShipmentLine)
            .where(ShipmentLine.id == row.demand_id)
            .values(allocated=ShipmentLine.allocated - taken, why_not="count_found_less")
        )
        left -= taken
    await connection.execute(
        update(Quant).where(Quant.id == quant).values(reserved=Quant.reserved - (too_much - left))
    )
    return too_much - left
