"""Stock by item and lot, floor against ERP; what differs becomes documents, what agrees again is settled.

The floor is right about where and which lot, the ERP about value, and both must count the same. Items with a message still on its
way to the ERP are left out this time: they are not different, only not told yet.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import PHYSICAL_KINDS, Item, Place
from backend.floor.link.differences import Difference, forget_resolved, record, settle
from backend.floor.link.erps import CORE
from backend.floor.link.port import ErpAway, ErpFault, ErpRefused, StockBook
from backend.floor.link.posting import Sums
from backend.floor.link.tables import LinkBinding, LinkReconciliation
from backend.floor.stock import Lot, Quant
from backend.kernel import clock
from backend.kernel.db import Database
from backend.kernel.ids import new_id
from backend.kernel.quantity import plain
from backend.kernel.tables import Outbox

log = structlog.get_logger()

NIGHT: Final = range(2, 5)  # UTC hours in which the night's own comparison begins
LEAST: Final = timedelta(hours=12)
STUCK: Final = timedelta(minutes=30)


class Compared(msgspec.Struct, frozen=True):
    """How a comparison ended: (item, lot) pairs compared, differing, and left out for messages on their way."""

    compared: int
    differing: int
    under_way: int
    error: str | None = None


async def ask(connection: AsyncConnection, erp: str, by: str) -> UUID:
    """Asks for a comparison; the worker makes it. One that waits or runs already is the answer to everyone who asks."""
    row = pg_insert(LinkReconciliation).values(id=new_id(), erp=erp, asked_by=by)
    asked = await connection.execute(
        row.on_conflict_do_update(
            index_elements=["erp"],
            index_where=LinkReconciliation.ended_at.is_(None),
            set_={"erp": row.excluded.erp},
        ).returning(LinkReconciliation.id)
    )
    return asked.scalar_one()


async def reconcile_due(db: Database, erp: StockBook) -> Compared | None:
    """Makes the comparison somebody asked for, or the night's; None when nothing is due."""
    async with db.transaction() as connection:
        if await _night_is_due(connection, erp.name):
            await ask(connection, erp.name, "")
        due = await connection.execute(
            update(LinkReconciliation)
            .where(
                LinkReconciliation.erp == erp.name,
                LinkReconciliation.ended_at.is_(None),
                LinkReconciliation.started_at.is_(None)
                | (LinkReconciliation.started_at < clock.now() - STUCK),
            )
            .values(started_at=func.clock_timestamp())
            .returning(LinkReconciliation.id)
        )
        run = due.scalar_one_or_none()
    return None if run is None else await _run(db, erp, run)


async def _night_is_due(connection: AsyncConnection, erp: str) -> bool:
    now = clock.now()
    if now.hour not in NIGHT:
        return False
    last = await connection.execute(
        select(func.max(LinkReconciliation.asked_at)).where(
            LinkReconciliation.erp == erp, LinkReconciliation.asked_by == ""
        )
    )
    at: datetime | None = last.scalar_one()
    return at is None or now - at > LEAST


async def _run(db: Database, erp: StockBook, run: UUID) -> Compared:
    values: dict[str, Any] = {"ended_at": func.clock_timestamp()}
    try:
        found = await reconcile(db, erp)
    except (ErpAway, ErpFault, ErpRefused) as error:
        found = Compared(0, 0, 0, str(error)[:500])
        log.warning("not_reconciled", erp=erp.name, error=found.error)
    values |= msgspec.structs.asdict(found)
    async with db.hot() as connection:
        await connection.execute(
            update(LinkReconciliation).where(LinkReconciliation.id == run).values(**values)
        )
    return found


async def reconcile(db: Database, erp: StockBook) -> Compared:
    """Compares all stock now and writes down what differs.

    What is on its way is looked up before the ERP is asked and after, so that a message posted meanwhile makes no false difference.

    Raises:
        ErpAway, ErpFault, ErpRefused.
    """
    async with db.transaction() as connection:
        moving = await _under_way(connection)
        before = await _ours(connection)
    told = await _theirs(erp)
    theirs, by_lot = told.sums, told.by_lot
    async with db.transaction() as connection:
        moving |= told.unread | await _under_way(connection)
        ours = await _ours(connection)
        # Whatever moved while the ERP was counting is compared next time.
        moving |= {
            sku for sku, lot in before.keys() | ours.keys() if before.get((sku, lot)) != ours.get((sku, lot))
        }
        ours = ours if by_lot else _folded(ours)
        known = await _known(connection, erp.name)
        pairs = [pair for pair in ours.keys() | theirs.keys() if pair[0] in known]
        still = {pair for pair in pairs if ours.get(pair, Decimal(0)) != theirs.get(pair, Decimal(0))}
        differing = [pair for pair in sorted(still, key=str) if pair[0] not in moving]
        await forget_resolved(connection)
        await settle(connection, erp.name, still)
        for sku, lot in differing:
            await record(connection, _difference(erp.name, sku, lot, ours, theirs))
    left_out = sum(1 for pair in pairs if pair[0] in moving)
    return Compared(len(pairs) - left_out, len(differing), left_out)


def _difference(erp: str, sku: str, lot: str | None, ours: Sums, theirs: Sums) -> Difference:
    here, there = ours.get((sku, lot), Decimal(0)), theirs.get((sku, lot), Decimal(0))
    return Difference(
        erp=erp, kind="stock", document=f"item/{sku}", sku=sku, lot=lot, ours=here, theirs=there,
        told=f"The floor has {plain(here)} of {sku}{f' lot {lot}' if lot else ''}, the ERP {plain(there)}",
    )  # fmt: skip


async def _ours(connection: AsyncConnection) -> Sums:
    """What lies in the floor's real places, whatever its status."""
    rows = await connection.execute(
        select(Item.sku, Lot.code, func.sum(Quant.quantity).label("quantity"))
        .join(Item, Item.id == Quant.item_id)
        .join(Place, Place.id == Quant.place_id)
        .outerjoin(Lot, Lot.id == Quant.lot_id)
        .where(Place.kind.in_(PHYSICAL_KINDS), Quant.quantity > 0)
        .group_by(Item.sku, Lot.code)
    )
    return {(row.sku, row.code): row.quantity for row in rows}


class _Told(msgspec.Struct, frozen=True):
    """What an ERP says: sums by item and lot (or by item alone), and items it has not heard the last of."""

    sums: Sums
    by_lot: bool
    unread: set[str]


async def _theirs(erp: StockBook) -> _Told:
    sums: Sums = defaultdict(Decimal)
    by_lot, unread = True, set[str]()
    async for changes in erp.changed_since("stock", None):
        for found in changes.records:
            by_lot &= found.by_lot
            unread |= set(found.unread)
            for line in found.lines:
                sums[line.sku, line.lot] += line.done
    return _Told({pair: quantity for pair, quantity in sums.items() if quantity}, by_lot, unread)


def _folded(sums: Sums) -> Sums:
    """Sums by item, for an ERP that keeps no lots."""
    folded: Sums = defaultdict(Decimal)
    for (sku, _), quantity in sums.items():
        folded[sku, None] += quantity
    return dict(folded)


async def _known(connection: AsyncConnection, erp: str) -> set[str]:
    """The items that both keep: those the ERP has told of. What the floor keeps for itself is none of its business. With our own
    core all items are the ERP's.
    """
    if erp == CORE:
        return set((await connection.execute(select(Item.sku))).scalars())
    rows = await connection.execute(
        select(Item.sku)
        .join(LinkBinding, LinkBinding.document == "item/" + Item.sku)
        .where(LinkBinding.erp == erp)
    )
    return set(rows.scalars())


async def _under_way(connection: AsyncConnection) -> set[str]:
    """Items named in messages that still wait to be told. Dead ones wait for a person: what they hold back does differ."""
    named = func.jsonb_path_query(Outbox.data, literal_column("'$.**.sku'::jsonpath")).op("#>>")(
        literal_column("'{}'::text[]")
    )
    rows: Any = await connection.execute(
        select(named.label("sku")).where(Outbox.state == "waiting").distinct()
    )
    return {str(row.sku) for row in rows}
