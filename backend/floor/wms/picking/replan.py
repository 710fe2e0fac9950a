"""Planning the rest of a round again: after a short, a skip, a closed aisle, the open lines get the shortest order anew."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Place
from backend.floor.stock import Quant, StockMove
from backend.floor.wms.picking.floor import Closure
from backend.floor.wms.picking.tables import PickLine, PickRound
from backend.floor.wms.picking.walk import Stop, plan_walk
from backend.floor.work import FloorException, Found, Task, raise_exception
from backend.kernel import clock


async def place_lines(
    connection: AsyncConnection,
    site_id: UUID,
    round_id: UUID,
    *,
    start: UUID | None = None,
    closed: Sequence[Closure] = (),
) -> int:
    """Puts the open lines of a round in the order of the shortest walk from `start` to the depot.

    Lines that no open way leads to come after the others, each with an exception for a supervisor, who hears that it is
    settled when the way is open again; skipped lines stay last. `closed` are closures of this round alone.

    Returns:
        How many lines cannot be reached.
    """
    lines = await _open_lines(connection, round_id)
    kept = [row for row in lines if row.skipped == 0]
    skipped = sorted((row for row in lines if row.skipped > 0), key=lambda row: (row.skipped, row.sequence))
    if not kept:
        return 0
    stops = [Stop(row.place_id) for row in kept]
    walk = await plan_walk(connection, site_id, stops, start=start, closed=closed)
    cut_off = [kept[index] for index in walk.cut_off]
    await _tell_cut_off(connection, site_id, round_id, cut_off)
    placed = [*(kept[index] for index in walk.order), *cut_off, *skipped]
    first = await _last_done(connection, round_id)
    for place, row in enumerate(placed, start=1):
        await connection.execute(
            update(PickLine).where(PickLine.id == row.id).values(sequence=first + place * 10)
        )
    await connection.execute(
        update(PickRound).where(PickRound.id == round_id).values(path={"legs": walk.legs})
    )
    return len(cut_off)


async def replan_rounds(connection: AsyncConnection, site_id: UUID) -> tuple[int, int]:
    """Plans what is left of every open round of a site again, each from where its picker was last.

    Returns:
        How many rounds, and how many of their lines nobody can reach.
    """
    rounds = await connection.execute(
        select(PickLine.round_id)
        .join(Task, Task.id == PickLine.round_id)
        .where(Task.site_id == site_id, Task.state.in_(("released", "claimed")), PickLine.state == "open")
        .group_by(PickLine.round_id)
        .order_by(PickLine.round_id)
    )
    planned = unreachable = 0
    for round_id in rounds.scalars().all():
        start = await last_stand(connection, round_id)
        unreachable += await place_lines(connection, site_id, round_id, start=start)
        planned += 1
    return planned, unreachable


async def last_stand(connection: AsyncConnection, round_id: UUID) -> UUID | None:
    """The bin of a round's last pick; None when nothing was picked yet."""
    found = await connection.execute(
        select(StockMove.from_place_id)
        .where(StockMove.task_id == round_id, StockMove.kind == "pick")
        .order_by(StockMove.booked_at.desc())
        .limit(1)
    )
    return found.scalar_one_or_none()


async def _open_lines(connection: AsyncConnection, round_id: UUID) -> list[Any]:
    rows = await connection.execute(
        select(PickLine.id, PickLine.sequence, PickLine.skipped, Quant.place_id, Quant.item_id, Place.code)
        .join(Quant, Quant.id == PickLine.quant_id)
        .join(Place, Place.id == Quant.place_id)
        .where(PickLine.round_id == round_id, PickLine.state == "open")
        .order_by(PickLine.sequence, PickLine.id)
    )
    return list(rows.all())


async def _last_done(connection: AsyncConnection, round_id: UUID) -> int:
    found = await connection.execute(
        select(func.coalesce(func.max(PickLine.sequence), 0)).where(
            PickLine.round_id == round_id, PickLine.state != "open"
        )
    )
    return int(found.scalar_one())


async def _tell_cut_off(
    connection: AsyncConnection, site_id: UUID, round_id: UUID, cut_off: Sequence[Any]
) -> None:
    """One open exception for each bin that cannot be reached; those that can be again are settled."""
    places = {row.place_id: row for row in cut_off}
    open_ = (
        FloorException.task_id == round_id,
        FloorException.kind == "unreachable_stop",
        FloorException.state == "open",
    )
    await connection.execute(
        update(FloorException)
        .where(*open_, FloorException.place_id.not_in(places))
        .values(state="resolved", resolved_at=clock.now(), resolution="checked")
    )
    told = set((await connection.execute(select(FloorException.place_id).where(*open_))).scalars().all())
    for place, row in places.items():
        if place not in told:
            found = Found(
                kind="unreachable_stop",
                severity="high",
                task=round_id,
                item=row.item_id,
                place=place,
                details={"place": row.code},
            )
            await raise_exception(connection, site_id, found)
