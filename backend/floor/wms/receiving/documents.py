"""Deliveries as the dock sees them: the day's list, one whole, and fresh numbers for units."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from backend.floor.catalog import Item, Packaging, Place, Site, sscc_of
from backend.floor.expected import ExpectedDelivery, ExpectedLine, ExpectedPack
from backend.floor.wms.receiving.facts import site_today
from backend.floor.wms.receiving.problems import LineUnknown
from backend.floor.wms.receiving.schemas import (
    DeliveryDocument,
    DeliveryRow,
    DockTold,
    ExpectedItem,
    LineTold,
    PackagingTold,
    PackTold,
    UnitNumbers,
)
from backend.floor.wms.receiving.tables import Receipt, ReceiptDiscrepancy
from backend.floor.work.schemas import KindCount
from backend.kernel.commands import Who

ROLES = frozenset({"receiver", "supervisor", "admin"})
MOST_ROWS = 200
SSCC_EXTENSION = 3  # the demo's opening stock and suppliers count under other digits


async def deliveries(
    connection: AsyncConnection, site_id: UUID, *, days: int = 0, find: str = ""
) -> list[DeliveryRow]:
    """What is expected until so many days from today, what is late and what is being received; the earliest first.

    `find` looks among all that is open: a delivery's, an order's or a supplier's number or name, or an announced SSCC.
    """
    today = await site_today(connection, site_id)
    wanted: Any = ExpectedDelivery.due_on.is_(None) | (
        ExpectedDelivery.due_on <= today + timedelta(days=days)
    )
    wanted |= ExpectedDelivery.state == "receiving"
    wanted = wanted & ((ExpectedDelivery.kind == "advice") | _not_advised())
    if find:
        packed = (
            select(ExpectedLine.delivery_id)
            .join(ExpectedPack, ExpectedPack.line_id == ExpectedLine.id)
            .where(ExpectedPack.site_id == site_id, ExpectedPack.sscc == find)
        )
        names = (ExpectedDelivery.number, ExpectedDelivery.purchase_order, ExpectedDelivery.supplier_name)
        wanted = ExpectedDelivery.id.in_(packed) | (ExpectedDelivery.supplier == find)
        for name in names:
            wanted |= name.icontains(find, autoescape=True)
    rows = await connection.execute(
        select(*ExpectedDelivery.__table__.columns, *_progress())
        .where(ExpectedDelivery.site_id == site_id, ExpectedDelivery.state.in_(("open", "receiving")), wanted)
        .order_by(ExpectedDelivery.due_on.asc().nulls_last(), ExpectedDelivery.kind, ExpectedDelivery.number)
        .limit(MOST_ROWS)
    )
    return [_row(row, today) for row in rows.all()]


def _not_advised() -> Any:
    """Something of the order is still to come that no open advice names; what one names comes with the advice."""
    line, coming, by = aliased(ExpectedLine), aliased(ExpectedLine), aliased(ExpectedDelivery)
    named = (
        select(func.coalesce(func.sum(coming.quantity - coming.received), 0))
        .join(by, by.id == coming.delivery_id)
        .where(
            coming.purchase_line_id == line.id,
            coming.received < coming.quantity,
            by.state.in_(("open", "receiving")),
        )
        .scalar_subquery()
    )
    left = line.quantity - line.received
    return exists().where(line.delivery_id == ExpectedDelivery.id, left > named) | ~exists().where(
        line.delivery_id == ExpectedDelivery.id, left > 0
    )


def _progress() -> list[Any]:
    line = ExpectedLine
    own = line.delivery_id == ExpectedDelivery.id

    def of_lines(value: Any) -> Any:
        return select(value).where(own).scalar_subquery()

    def of_packs(value: Any) -> Any:
        joined = select(value).join(line, line.id == ExpectedPack.line_id)
        return joined.where(own).scalar_subquery()

    share = func.least(line.received, line.quantity) / func.nullif(line.quantity, 0)
    return [
        of_lines(func.count()).label("lines"),
        of_lines(func.count(case((line.received >= line.quantity, 1)))).label("lines_done"),
        of_packs(func.count(ExpectedPack.sscc.distinct())).label("packs"),
        of_packs(
            func.count(case((ExpectedPack.received_by_id.is_not(None), ExpectedPack.sscc)).distinct())
        ).label("packs_done"),
        of_lines(func.coalesce(func.floor(100 * func.avg(share)), 100)).label("percent"),
        select(func.count())
        .where(ReceiptDiscrepancy.delivery_id == ExpectedDelivery.id, ~ReceiptDiscrepancy.withdrawn)
        .scalar_subquery()
        .label("discrepancies"),
        select(func.max(Receipt.booked_at))
        .where(Receipt.delivery_id == ExpectedDelivery.id)
        .scalar_subquery()
        .label("touched_at"),
    ]


def _row(row: Any, today: date) -> DeliveryRow:
    return DeliveryRow(
        id=row.id,
        kind=row.kind,
        number=row.number,
        purchase_order=row.purchase_order,
        supplier=row.supplier,
        supplier_name=row.supplier_name,
        state=row.state,
        due_on=row.due_on,
        late=row.due_on is not None and row.due_on < today,
        lines=row.lines,
        lines_done=row.lines_done,
        packs=row.packs,
        packs_done=row.packs_done,
        percent=int(row.percent),
        discrepancies=row.discrepancies,
        touched_at=row.touched_at,
    )


async def counted(connection: AsyncConnection, who: Who) -> list[KindCount]:
    """Deliveries that are due, for home: how many, and how many lines of them are still to come."""
    if not who.roles & ROLES:
        return []
    today = await site_today(connection, who.site_id)
    rows = await connection.execute(
        select(
            func.count(ExpectedDelivery.id.distinct()).label("open"),
            func.count(ExpectedLine.id).label("lines"),
            func.min(ExpectedDelivery.announced_at).label("oldest_at"),
        )
        .join(ExpectedLine, ExpectedLine.delivery_id == ExpectedDelivery.id)
        .where(
            ExpectedDelivery.site_id == who.site_id,
            ExpectedDelivery.state.in_(("open", "receiving")),
            (ExpectedDelivery.due_on <= today) | (ExpectedDelivery.state == "receiving"),
            ExpectedLine.received < ExpectedLine.quantity,
        )
    )
    row = rows.one()
    return [KindCount(kind="receive", open=row.open, lines=row.lines, due_at=None, oldest_at=row.oldest_at)]


async def delivery_document(connection: AsyncConnection, site_id: UUID, delivery: UUID) -> DeliveryDocument:
    """All a device needs to receive a delivery without the network.

    Raises:
        LineUnknown: there is no such delivery here.
    """
    row = (
        await connection.execute(
            select(*ExpectedDelivery.__table__.columns).where(
                ExpectedDelivery.id == delivery, ExpectedDelivery.site_id == site_id
            )
        )
    ).first()
    if row is None:
        raise LineUnknown
    lines = (
        await connection.execute(
            select(*ExpectedLine.__table__.columns)
            .where(ExpectedLine.delivery_id == delivery)
            .order_by(ExpectedLine.line)
        )
    ).all()
    packs = await _packs(connection, [line.id for line in lines])
    return DeliveryDocument(
        id=row.id,
        kind=row.kind,
        number=row.number,
        purchase_order=row.purchase_order,
        supplier=row.supplier,
        supplier_name=row.supplier_name,
        state=row.state,
        due_on=row.due_on,
        over_percent=row.over_percent,
        over_rule=row.over_rule,
        lines=[_line(line, packs.get(line.id, [])) for line in lines],
        items=await expected_items(connection, [line.sku for line in lines]),
        docks=await docks(connection, site_id),
    )


def _line(line: Any, packs: list[PackTold]) -> LineTold:
    return LineTold(
        id=line.id,
        line=line.line,
        sku=line.sku,
        item=line.item_id,
        unit=line.unit,
        quantity=line.quantity,
        received=line.received,
        blocked=line.blocked,
        lot=line.lot,
        expires_on=line.expires_on,
        due_on=line.due_on,
        state=line.state,
        packs=packs,
    )


async def _packs(connection: AsyncConnection, lines: list[UUID]) -> dict[UUID, list[PackTold]]:
    rows = await connection.execute(
        select(*ExpectedPack.__table__.columns)
        .where(ExpectedPack.line_id.in_(lines))
        .order_by(ExpectedPack.sscc, ExpectedPack.lot)
    )
    found: dict[UUID, list[PackTold]] = {}
    for row in rows.all():
        pack = PackTold(
            id=row.id,
            sscc=row.sscc,
            quantity=row.quantity,
            lot=row.lot,
            expires_on=row.expires_on,
            received=row.received_by_id is not None,
        )
        found.setdefault(row.line_id, []).append(pack)
    return found


async def expected_items(connection: AsyncConnection, skus: list[str]) -> list[ExpectedItem]:
    """Items by SKU with their packagings, as the dock needs them."""
    rows = (
        await connection.execute(select(*Item.__table__.columns).where(Item.sku.in_(skus)).order_by(Item.sku))
    ).all()
    packs = await connection.execute(
        select(*Packaging.__table__.columns)
        .where(Packaging.item_id.in_([row.id for row in rows]))
        .order_by(Packaging.quantity)
    )
    packed: dict[UUID, list[PackagingTold]] = {}
    for pack in packs.all():
        told = PackagingTold(kind=pack.kind, gtin=pack.gtin, quantity=pack.quantity)
        packed.setdefault(pack.item_id, []).append(told)
    return [
        ExpectedItem(
            id=row.id,
            sku=row.sku,
            name=row.name,
            unit=row.unit,
            whole=row.whole,
            tracking=row.tracking,
            expires=row.expires,
            inspected=row.inspection_plan is not None,
            packagings=packed.get(row.id, []),
        )
        for row in rows
    ]


async def docks(connection: AsyncConnection, site_id: UUID) -> list[DockTold]:
    """The site's docks."""
    rows = await connection.execute(
        select(Place.id, Place.code)
        .where(Place.site_id == site_id, Place.kind == "dock", Place.blocked.is_(None))
        .order_by(Place.code)
    )
    return [DockTold(id=row.id, code=row.code) for row in rows]


async def unit_numbers(connection: AsyncConnection, site_id: UUID, count: int) -> UnitNumbers:
    """SSCCs under the site's company prefix, never given out before; what a device does not use is lost, which is harmless."""
    plan = (await connection.execute(select(Site.plan).where(Site.id == site_id))).scalar_one()
    prefix = str(plan.get("company_prefix") or "0000000")
    drawn = await connection.execute(
        text("select nextval('handling_unit_number') from generate_series(1, :count)"), {"count": count}
    )
    return UnitNumbers(codes=[sscc_of(prefix, number, SSCC_EXTENSION) for number in drawn.scalars()])
