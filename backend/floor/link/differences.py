"""Differences between floor and ERP: each a document, each with an exception on the supervisor's list."""

from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Row, and_, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item, Site
from backend.floor.link.schemas import SettleDifference
from backend.floor.link.tables import LinkDifference
from backend.floor.stock import Lot
from backend.floor.work import FloorException, Found, raise_exception
from backend.kernel.ids import new_id
from backend.kernel.problems import Conflict

Kind = Literal["quantity", "state", "no_place", "undone", "stock"]


class NoSite(Conflict):
    """There is no site whose stock could be compared or whose people could be asked."""

    type = "no-site"
    title = "No site has been set up yet"


class DifferenceSettled(Conflict):
    """Somebody was first, or floor and ERP agree again."""

    type = "difference-settled"
    title = "That difference is settled already"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What the two say of one thing, in the item's own unit; `told` in words for whoever resolves it."""

    erp: str
    kind: Kind
    document: str
    told: str
    sku: str | None = None
    lot: str | None = None
    ours: Decimal | None = None
    theirs: Decimal | None = None


async def record(connection: AsyncConnection, found: Difference) -> bool:
    """Writes a difference down, with its exception; one that stands already is brought up to date. True: it is new.

    Raises:
        NoSite.
    """
    await forget_resolved(connection)
    known = await connection.execute(
        update(LinkDifference)
        .where(_same(found), LinkDifference.settled_at.is_(None))
        .values(ours=found.ours, theirs=found.theirs, told=found.told, seen_at=func.clock_timestamp())
        .returning(LinkDifference.id)
    )
    if known.first() is not None:
        return False
    site = await _site(connection)
    difference = new_id()
    facts = msgspec.structs.asdict(found)
    item = await _item(connection, found)
    exception = await raise_exception(
        connection,
        site,
        Found(
            kind="erp_difference",
            severity="high" if found.kind in {"no_place", "state", "undone"} else "normal",
            item=item.item_id if item else None,
            lot=item.lot_id if item else None,
            document=difference,
            details={name: value for name, value in facts.items() if value is not None},
        ),
    )
    row = pg_insert(LinkDifference).values(id=difference, site_id=site, exception_id=exception, **facts)
    await connection.execute(row)
    return True


async def settle(connection: AsyncConnection, erp: str, still: set[tuple[str, str | None]]) -> int:
    """Closes the open stock differences that are no more, `still` being (sku, lot) of those that are. Returns how many."""
    open_ones = await connection.execute(
        select(LinkDifference.id, LinkDifference.exception_id, LinkDifference.sku, LinkDifference.lot).where(
            LinkDifference.erp == erp, LinkDifference.kind == "stock", LinkDifference.settled_at.is_(None)
        )
    )
    gone = [row for row in open_ones if (row.sku, row.lot) not in still]
    if gone:
        await connection.execute(
            update(LinkDifference)
            .where(LinkDifference.id.in_([row.id for row in gone]))
            .values(settled_at=func.clock_timestamp())
        )
        await connection.execute(
            update(FloorException)
            .where(FloorException.id.in_([row.exception_id for row in gone]), FloorException.state == "open")
            .values(state="resolved", resolved_at=func.clock_timestamp(), resolution="agrees_again")
        )
    return len(gone)


async def settle_one(
    connection: AsyncConnection, asked: SettleDifference, *, person: UUID, site: UUID
) -> Row[Any] | None:
    """Closes one open difference in stock, and its exception, as decided; None if it is not open any more."""
    closed = await connection.execute(
        update(LinkDifference)
        .where(
            LinkDifference.id == asked.difference,
            LinkDifference.site_id == site,
            LinkDifference.kind == "stock",
            LinkDifference.settled_at.is_(None),
        )
        .values(settled_at=func.clock_timestamp())
        .returning(*LinkDifference.__table__.columns)
    )
    row = closed.first()
    if row is None:
        return None
    resolved = await connection.execute(
        update(FloorException)
        .where(FloorException.id == row.exception_id, FloorException.state == "open")
        .values(
            state="resolved",
            resolved_by=person,
            resolved_at=func.clock_timestamp(),
            resolution="erp_corrected" if asked.decision == "correct" else "left",
            note=asked.note or None,
        )
        .returning(FloorException.id)
    )
    return None if resolved.first() is None else row


async def forget_resolved(connection: AsyncConnection) -> None:
    """Closes differences whose exception a person has resolved; should the two still differ, they are found anew."""
    await connection.execute(
        update(LinkDifference)
        .where(
            LinkDifference.settled_at.is_(None),
            exists().where(
                FloorException.id == LinkDifference.exception_id, FloorException.state == "resolved"
            ),
        )
        .values(settled_at=func.clock_timestamp())
    )


def _same(found: Difference) -> ColumnElement[bool]:
    kept = LinkDifference
    return and_(
        kept.erp == found.erp,
        kept.kind == found.kind,
        kept.document == found.document,
        kept.sku.is_not_distinct_from(found.sku),
        kept.lot.is_not_distinct_from(found.lot),
    )


async def _site(connection: AsyncConnection) -> UUID:
    site = (await connection.execute(select(Site.id).order_by(Site.code).limit(1))).scalar_one_or_none()
    if site is None:
        raise NoSite
    return site


async def _item(connection: AsyncConnection, found: Difference) -> Row[UUID, UUID] | None:
    rows = await connection.execute(
        select(Item.id.label("item_id"), Lot.id.label("lot_id"))
        .outerjoin(Lot, and_(Lot.item_id == Item.id, Lot.code == found.lot))
        .where(Item.sku == found.sku)
    )
    return rows.first()
