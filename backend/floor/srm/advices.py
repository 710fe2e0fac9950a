"""A dispatch advice is booked: what a supplier sends of what was agreed, in which lots, in which packs. One transaction."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, insert, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import sscc_of
from backend.floor.srm import problems, rules
from backend.floor.srm.answers import By, fingerprint, lines_of, locked, promised
from backend.floor.srm.schemas import Advise, AdvisedLine
from backend.floor.srm.tables import (
    DispatchAdvice,
    DispatchLine,
    DispatchPack,
    PurchaseLine,
    PurchaseOrder,
    PurchaseReply,
)
from backend.kernel import clock
from backend.kernel.problems import KeyReused

SERIAL: Final = "supplier_pack_serial"
_EXTENSION: Final = 3  # the SSCC's first digit: packs that suppliers label with our numbers


async def book_advice(
    connection: AsyncConnection, key: UUID, order_id: UUID, advise: Advise, by: By, *, prefix: str
) -> UUID:
    """Books an advice and gives its packs their SSCCs, under our GS1 company `prefix`. Returns the key: the advice's id.

    Raises:
        OrderUnknown, OrderCancelled, LineUnknown, KeyReused.
        NotAgreed: a line is not agreed. TooMuchShipped: more than was promised and the tolerance allows.
        NoCompanyPrefix: packs were asked for, but none can be numbered.
        LotMissing: the item needs a lot or an expiry date. PacksDoNotAddUp: the packs are not the line.
    """
    order = await locked(connection, order_id)
    digest = fingerprint(order_id, advise)
    known = await connection.scalar(select(DispatchAdvice.digest).where(DispatchAdvice.id == key))
    if known is not None:
        if known != digest:
            raise KeyReused("This key was used for another dispatch advice.")
        return key
    if order.state == "cancelled":
        raise problems.OrderCancelled(f"Order {order.number} is cancelled.", order=order.number)
    lines = await lines_of(connection, order_id)
    shipped = await _ship(connection, order, lines, advise)
    await _write(connection, key, order, advise, by, digest)
    await _write_packs(connection, key, order_id, advise, prefix)
    await connection.execute(
        update(PurchaseOrder)
        .where(PurchaseOrder.id == order_id)
        .values(state=rules.order_state(shipped.values(), viewed=True), advices=order.advices + 1)
    )
    return key


async def _ship(
    connection: AsyncConnection, order: Any, lines: Mapping[int, Any], advise: Advise
) -> dict[int, str]:
    """Books on the lines what is shipped of them, and returns how each line stands."""
    states = {line.line: line.state for line in lines.values()}
    amounts: dict[int, Decimal] = {}
    for said in advise.lines:
        _check(order, lines.get(said.line), said)
        amounts[said.line] = amounts.get(said.line, Decimal(0)) + said.quantity
    tolerance = rules.Tolerance(over_percent=order.over_percent)
    for number, quantity in sorted(amounts.items()):
        line = lines[number]
        schedule = await connection.scalar(
            select(PurchaseReply.schedule).where(PurchaseReply.id == line.reply_id)
        )
        most = promised(schedule or ())
        left = rules.shippable(line.quantity, most, line.shipped, tolerance)
        if quantity > left:
            raise problems.TooMuchShipped(
                f"Line {number}: {left.normalize():f} {line.unit} may still be shipped, this is {quantity.normalize():f}.",
                line=number,
                most=f"{left.normalize():f}",
                told=f"{quantity.normalize():f}",
            )
        event = "complete" if line.shipped + quantity >= most else "ship"
        states[number] = rules.LINE[line.state, event]
        await connection.execute(
            update(PurchaseLine)
            .where(PurchaseLine.order_id == order.id, PurchaseLine.line == number)
            .values(state=states[number], shipped=PurchaseLine.shipped + quantity)
        )
    return states


def _check(order: Any, line: Any, said: AdvisedLine) -> None:
    if line is None or line.state == "removed":
        raise problems.LineUnknown(f"Order {order.number} has no line {said.line}.", line=said.line)
    if line.state == "shipped":
        raise problems.TooMuchShipped(f"All of line {said.line} has been shipped.", line=said.line, most="0")
    if (line.state, "ship") not in rules.LINE:
        raise problems.NotAgreed(f"Line {said.line} is not agreed yet.", line=said.line, state=line.state)
    if line.tracking == "lot" and not said.lot:
        raise problems.LotMissing(
            f"Line {said.line}: {line.sku} needs its lot.", line=said.line, missing="lot"
        )
    if line.expires and said.expires_on is None:
        raise problems.LotMissing(
            f"Line {said.line}: {line.sku} needs its expiry date.", line=said.line, missing="expiresOn"
        )
    packed = sum((pack.quantity for pack in said.packs), start=Decimal(0))
    if said.packs and packed != said.quantity:
        raise problems.PacksDoNotAddUp(
            f"Line {said.line}: {said.quantity.normalize():f} is shipped, the packs hold {packed.normalize():f}.",
            line=said.line,
        )
    if line.whole and any(amount % 1 for amount in (said.quantity, *(pack.quantity for pack in said.packs))):
        raise problems.AnswerIncomplete(
            f"Line {said.line}: this item comes in whole pieces.", line=said.line, missing="whole"
        )


async def _write(
    connection: AsyncConnection, key: UUID, order: Any, advise: Advise, by: By, digest: str
) -> None:
    await connection.execute(
        insert(DispatchAdvice).values(
            id=key,
            order_id=order.id,
            number=f"{order.number}-D{order.advices + 1}",
            ships_on=advise.ships_on,
            carrier=advise.carrier,
            link_id=by.link,
            digest=digest,
            at=clock.now(),
        )
    )
    await connection.execute(
        insert(DispatchLine),
        [
            {
                "advice_id": key,
                "place": place,
                "order_id": order.id,
                "line": said.line,
                "quantity": said.quantity,
                "lot": said.lot,
                "expires_on": said.expires_on,
            }
            for place, said in enumerate(advise.lines, start=1)
        ],
    )


async def _write_packs(
    connection: AsyncConnection, key: UUID, order_id: UUID, advise: Advise, prefix: str
) -> None:
    packs = [(place, pack) for place, said in enumerate(advise.lines, start=1) for pack in said.packs]
    if not packs:
        return
    if not prefix:
        raise problems.NoCompanyPrefix
    serials = await connection.execute(
        select(func.nextval(SERIAL)).select_from(func.generate_series(1, literal_column(str(len(packs)))))
    )
    await connection.execute(
        insert(DispatchPack),
        [
            {
                "sscc": sscc_of(prefix, serial % 10 ** (16 - len(prefix)), _EXTENSION),
                "advice_id": key,
                "order_id": order_id,
                "place": place,
                "quantity": pack.quantity,
            }
            for (place, pack), serial in zip(packs, serials.scalars(), strict=True)
        ],
    )
