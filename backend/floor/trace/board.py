"""The floor this moment: where picks wait, who is where, how fast it goes."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import (
    DateTime,
    Float,
    Select,
    Uuid,
    bindparam,
    case,
    exists,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from backend.access.tables import Device, Person
from backend.floor.catalog import Place, Site
from backend.floor.stock import Quant, StockMove
from backend.floor.trace.aisles import closed_aisles, crowded
from backend.floor.trace.schemas import (
    BinHeat,
    Board,
    DeviceSeen,
    Pace,
    PickerSpot,
    RoundPath,
    StateCount,
)
from backend.floor.wms.picking import PickLine, PickRound
from backend.floor.wms.picking.summaries import round_summaries
from backend.floor.wms.shipping import ShipmentRequest
from backend.floor.work import FloorException, Task
from backend.kernel import clock

HOURS: Final = 8
BUCKET: Final = timedelta(minutes=15)
OPEN_ORDERS: Final = ("open", "released", "picking", "picked")
OPEN_TASKS: Final = ("released", "claimed")

_SITE: Any = bindparam("p_site", type_=Uuid())
_SINCE: Any = bindparam("p_since", type_=DateTime(timezone=True))


async def board(connection: AsyncConnection, site_id: UUID) -> Board:
    """Everything the supervisor's map and figures show, in one statement, and the rounds as everyone lists them."""
    now = clock.now()
    start = _quarter(now) - timedelta(hours=HOURS) + BUCKET
    row = (await connection.execute(_STATEMENT, {"p_site": site_id, "p_since": start})).one()
    picked = {bucket.start: bucket.lines for bucket in msgspec.convert(row.pace, list[Pace])}
    buckets = [start + BUCKET * number for number in range(int(timedelta(hours=HOURS) / BUCKET))]
    pickers = msgspec.convert(row.pickers, list[PickerSpot])
    return Board(
        at=now,
        site=row.site or "",
        bins=msgspec.convert(row.bins, list[BinHeat]),
        pickers=pickers,
        rounds=await round_summaries(connection, site_id),
        paths=msgspec.convert(row.paths, list[RoundPath]),
        pace=[Pace(start=bucket, lines=picked.get(bucket, 0)) for bucket in buckets],
        orders=msgspec.convert(row.orders, list[StateCount]),
        devices=msgspec.convert(row.devices, list[DeviceSeen]),
        exceptions=row.exceptions,
        urgent=row.urgent,
        closed=await closed_aisles(connection, site_id),
        crowded=crowded(pickers, now),
    )


def _quarter(moment: Any) -> Any:
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


def _waiting() -> Select[Any]:
    """Lines that wait, by bin."""
    here = Quant.place_id
    lines = (
        select(here.label("place_id"), func.count().label("lines"))
        .join(PickLine, PickLine.quant_id == Quant.id)
        .join(Task, Task.id == PickLine.round_id)
        .where(PickLine.site_id == _SITE, PickLine.state == "open", Task.state.in_(OPEN_TASKS))
        .group_by(here)
        .subquery()
    )
    return select(
        Place.id.label("place"),
        Place.code.label("code"),
        Place.aisle.label("aisle"),
        Place.block.label("block"),
        Place.side.label("side"),
        Place.bay.label("bay"),
        lines.c.lines,
    ).join(lines, lines.c.place_id == Place.id)


def _recent() -> Any:
    """The people's moves of the last hours, read person by person along the index of who moved what when.

    A count that a supervisor decided was decided at a desk, and says nothing of where anybody is.
    """
    move = StockMove
    at_hand = func.coalesce(move.reason, "") != "decided"
    own = (
        select(
            move.id,
            move.kind,
            move.booked_at,
            move.document_id,
            move.device_id,
            move.from_place_id,
            move.to_place_id,
        )
        .where(move.person_id == Person.id, move.booked_at >= _SINCE, at_hand)
        .offset(0)
        .lateral()
    )
    return (
        select(Person.id.label("person_id"), Person.name, own)
        .join(own, true())
        .where(Person.site_id == _SITE)
        .cte("recent")
    )


def _pickers(recent: Any) -> Select[Any]:
    """Each person's last move, at the bin it came from for a pick and where it went otherwise; with the round in hand."""
    last = (
        select(recent)
        .ext(distinct_on(recent.c.person_id))
        .order_by(recent.c.person_id, recent.c.booked_at.desc())
    ).subquery()
    source, target = aliased(Place), aliased(Place)
    came_from = (last.c.kind == "pick") | target.x.is_(None)

    def spot(name: str) -> Any:
        return case((came_from, getattr(source, name)), else_=getattr(target, name))

    in_hand = (
        select(Task.id)
        .where(Task.person_id == last.c.person_id, Task.state == "claimed", Task.kind == "pick")
        .order_by(Task.claimed_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            last.c.person_id.label("person"),
            last.c.name.label("name"),
            spot("id").label("place"),
            spot("code").label("code"),
            sql_cast(spot("x"), Float).label("x"),
            sql_cast(spot("y"), Float).label("y"),
            spot("aisle").label("aisle"),
            spot("block").label("block"),
            last.c.booked_at.label("at"),
            in_hand.label("task"),
            func.coalesce(Device.name, "").label("device"),
        )
        .join(source, source.id == last.c.from_place_id)
        .join(target, target.id == last.c.to_place_id)
        .join(Device, Device.id == last.c.device_id, isouter=True)
    )


def _pace(recent: Any) -> Select[Any]:
    undo = aliased(StockMove)
    bucket = func.date_bin(BUCKET, recent.c.booked_at, _SINCE)
    kept = ~exists().where(undo.undoes_id == recent.c.id)
    return (
        select(bucket.label("start"), func.count().label("lines"))
        .where(recent.c.kind == "pick", kept)
        .group_by(bucket)
        .order_by(bucket)
    )


def _paths() -> Select[Any]:
    return (
        select(PickRound.id.label("task"), PickRound.path["legs"].label("legs"))
        .join(Task, Task.id == PickRound.id)
        .where(Task.site_id == _SITE, Task.kind == "pick", Task.state == "claimed")
    )  # fmt: skip


def _orders(recent: Any) -> Select[Any]:
    waiting = (
        select(ShipmentRequest.state.label("state"), func.count().label("orders"))
        .where(ShipmentRequest.site_id == _SITE, ShipmentRequest.state.in_(OPEN_ORDERS))
        .group_by(ShipmentRequest.state)
    )
    shipped = select(literal("shipped"), func.count(recent.c.document_id.distinct())).where(
        recent.c.kind == "ship"
    )
    rows = union_all(waiting, shipped).subquery()
    return select(rows.c.state, rows.c.orders)


def _devices() -> Any:
    return (
        select(
            Device.id.label("id"),
            Device.name.label("name"),
            Device.seen_at.label("seenAt"),
            Device.clock_skew_ms.label("clockSkewMs"),
            Device.health.label("health"),
        )
        .where(Device.site_id == _SITE, Device.revoked_at.is_(None))
        .order_by(Device.name)
    )


def _listed(rows: Select[Any]) -> Any:
    """A select as one JSON list, its columns' labels the members' names."""
    part = rows.subquery()
    return select(
        func.coalesce(func.json_agg(part.table_valued()), func.json_build_array())
    ).scalar_subquery()


def _count_exceptions(*more: Any) -> Any:
    return (
        select(func.count())
        .select_from(FloorException)
        .where(FloorException.site_id == _SITE, FloorException.state == "open", *more)
        .scalar_subquery()
    )


def _statement() -> Any:
    recent = _recent()
    return select(
        select(Site.name).where(Site.id == _SITE).scalar_subquery().label("site"),
        _listed(_waiting()).label("bins"),
        _listed(_pickers(recent)).label("pickers"),
        _listed(_pace(recent)).label("pace"),
        _listed(_paths()).label("paths"),
        _listed(_orders(recent)).label("orders"),
        _listed(_devices()).label("devices"),
        _count_exceptions().label("exceptions"),
        _count_exceptions(FloorException.severity == "high").label("urgent"),
    )


_STATEMENT: Final = _statement()
