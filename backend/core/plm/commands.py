"""What an engineer does to a revision: draft the next one, release it. A release is one message to everyone."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Text, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, array
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from backend.contract.masters import ItemReleased, ReleasedPackaging
from backend.core.masters.problems import NoSuchItem
from backend.core.masters.tables import Bom, BomMaterial, BomOperation, Item, ItemRevision
from backend.core.plm.problems import NoSuchRevision, NotToBeReleased, RevisionTaken
from backend.core.plm.rules import MACHINE
from backend.core.plm.schemas import DraftRevision, ReleaseRevision, RevisionState
from backend.kernel import clock, outbox
from backend.kernel.commands import Command, Registry, transactional


async def draft_revision(connection: AsyncConnection, command: Command[DraftRevision]) -> RevisionState:
    """Begins a revision. With a BOM revision named, the released BOM is copied to it as a draft that belongs to the new one.

    Raises:
        NoSuchItem, RevisionTaken.
    """
    return await draft(connection, command.payload)


async def draft(connection: AsyncConnection, asked: DraftRevision) -> RevisionState:
    """See `draft_revision`."""
    known = await connection.execute(select(Item.sku).where(Item.sku == asked.sku))
    if known.first() is None:
        raise NoSuchItem(sku=asked.sku)
    made = await connection.execute(
        pg_insert(ItemRevision)
        .values(sku=asked.sku, revision=asked.revision, note=asked.note)
        .on_conflict_do_nothing()
        .returning(ItemRevision.revision)
    )
    if made.first() is None:
        raise RevisionTaken(sku=asked.sku, revision=asked.revision)
    if asked.bom_revision:
        await _copy_bom(connection, asked)
    return RevisionState(sku=asked.sku, revision=asked.revision, state="draft")


async def _copy_bom(connection: AsyncConnection, asked: DraftRevision) -> None:
    made = await connection.execute(
        pg_insert(Bom)
        .values(sku=asked.sku, bom_revision=asked.bom_revision, item_revision=asked.revision)
        .on_conflict_do_nothing()
        .returning(Bom.sku)
    )
    if made.first() is None:
        raise RevisionTaken(sku=asked.sku, revision=asked.bom_revision)
    for table in (BomOperation, BomMaterial):
        names = [column.name for column in table.__table__.columns]
        columns = [
            literal(asked.bom_revision) if name == "bom_revision" else getattr(table, name) for name in names
        ]
        copied = (
            select(*columns)
            .join(Bom, (Bom.sku == table.sku) & (Bom.bom_revision == table.bom_revision))
            .where(table.sku == asked.sku, Bom.state == "released")
        )
        await connection.execute(insert(table).from_select(names, copied))


async def release_revision(connection: AsyncConnection, command: Command[ReleaseRevision]) -> RevisionState:
    """Releases a revision and its BOM; the ones before are superseded. Whatever still stands on them is a concern from now on.

    Raises:
        NoSuchItem, NoSuchRevision, NotToBeReleased.
    """
    asked = command.payload
    return await release(
        connection, asked.sku, asked.revision, asked.effective_from, stop=asked.before == "stop"
    )


async def release(
    connection: AsyncConnection,
    sku: str,
    revision: str,
    effective_from: date | None = None,
    *,
    stop: bool = False,
) -> RevisionState:
    """See `release_revision`. The item's row is locked first, so that two releases come one after another."""
    today = clock.now().date()
    since = effective_from or today
    raised = await connection.execute(
        update(Item).where(Item.sku == sku).values(version=Item.version + 1).returning(Item.sku)
    )
    if raised.first() is None:
        raise NoSuchItem(sku=sku)
    found = await connection.execute(
        select(ItemRevision.state).where(ItemRevision.sku == sku, ItemRevision.revision == revision)
    )
    before = found.scalar_one_or_none()
    if before is None:
        raise NoSuchRevision(sku=sku, revision=revision)
    state = MACHINE.get((before, "release"))
    if state is None:
        raise NotToBeReleased(sku=sku, revision=revision)
    for_now = {"state": "superseded", "effective_to": since, "stopped": stop}
    superseded = await connection.execute(
        update(ItemRevision)
        .where(ItemRevision.sku == sku, ItemRevision.state == "released")
        .values(**for_now)
        .returning(ItemRevision.revision)
    )
    await connection.execute(
        update(ItemRevision)
        .where(ItemRevision.sku == sku, ItemRevision.revision == revision)
        .values(state=state, effective_from=since, effective_to=None, released_at=clock.now(), stopped=False)
    )
    await _release_bom(connection, sku, revision, since)
    await announce(connection, sku)
    return RevisionState(sku=sku, revision=revision, state=state, superseded=superseded.scalar_one_or_none())


async def _release_bom(connection: AsyncConnection, sku: str, revision: str, since: date) -> None:
    """The newest BOM of the revision, if there is one: an item that is bought has none."""
    newest = await connection.execute(
        select(Bom.bom_revision)
        .where(Bom.sku == sku, Bom.item_revision == revision)
        .order_by(Bom.bom_revision.desc())
        .limit(1)
    )
    bom_revision = newest.scalar_one_or_none()
    if bom_revision is None:
        return
    await connection.execute(
        update(Bom)
        .where(Bom.sku == sku, Bom.state == "released", Bom.bom_revision != bom_revision)
        .values(state="superseded", effective_to=since)
    )
    await connection.execute(
        update(Bom)
        .where(Bom.sku == sku, Bom.bom_revision == bom_revision)
        .values(state="released", effective_from=since, effective_to=None)
    )


_old = aliased(ItemRevision)
_STOPPED = (
    select(
        func.coalesce(func.array_agg(aggregate_order_by(_old.revision, _old.revision)), array([], type_=Text))
    )
    .where(_old.sku == Item.sku, _old.stopped)
    .correlate(Item)
    .scalar_subquery()
)
_RELEASED = select(Item, ItemRevision.revision, ItemRevision.effective_from, _STOPPED.label("stopped")).join(
    ItemRevision, (ItemRevision.sku == Item.sku) & (ItemRevision.state == "released")
)


async def announce(connection: AsyncConnection, sku: str) -> None:
    """Tells everyone the item's master with its released revision, in one message."""
    found = await connection.execute(_RELEASED.where(Item.sku == sku))
    await _send(connection, found.one())


async def announce_all(connection: AsyncConnection) -> int:
    """The same of every item that has a released revision; returns how many there are."""
    found = (await connection.execute(_RELEASED.order_by(Item.sku))).all()
    for row in found:
        await _send(connection, row)
    return len(found)


async def _send(connection: AsyncConnection, row: Any) -> None:
    message = ItemReleased(
        sku=row.sku,
        version=row.version,
        name=row.name,
        revision=row.revision,
        unit=row.unit,
        whole=row.whole,
        tracking=row.tracking,
        shelf_life_days=row.shelf_life_days,
        inspection_plan=row.inspection_plan,
        weight_g=row.weight_g,
        volume_ml=row.volume_ml,
        group=row.group,
        velocity=row.velocity,
        packagings=msgspec.convert(row.packagings, tuple[ReleasedPackaging, ...], strict=False),
        effective_from=row.effective_from,
        stopped=tuple(row.stopped),
    )
    await outbox.send(connection, message_type=message.TYPE, document=f"item/{row.sku}", data=message)


COMMANDS: Registry = {
    "item.draft_revision": (DraftRevision, transactional(draft_revision)),
    "item.release_revision": (ReleaseRevision, transactional(release_revision)),
}
