"""How the day goes: orders that left on time and whole, rounds walked against the shortest way, work orders that are late."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Float, cast, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.tables import Person
from backend.floor.catalog import Item, Partner, Site
from backend.floor.mes import Operation, WorkCentre, WorkOrder
from backend.floor.trace.day_schemas import Day, OrderLate, OrderMissed, RoundWalked
from backend.floor.wms.picking import PickRound
from backend.floor.wms.shipping import ShipmentLine, ShipmentRequest
from backend.floor.work import Task
from backend.kernel import clock

MOST: Final = 100


async def day(connection: AsyncConnection, site_id: UUID) -> Day:
    """The day so far; each part is one statement that also counts what its list leaves out."""
    zone = await connection.execute(select(Site.time_zone).where(Site.id == site_id))
    now = clock.now().astimezone(ZoneInfo(zone.scalar_one()))
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    orders = (await connection.execute(_orders(site_id, start, now))).mappings().all()
    walks = (await connection.execute(_walks(site_id, start))).mappings().all()
    late = (await connection.execute(_late(site_id, now))).mappings().all()
    missed = [dict(row) for row in orders if row["number"] is not None]
    first = orders[0]
    return Day(
        day=start.date(),
        due=first["due"],
        on_time=first["due"] - first["missed"],
        missed=[OrderMissed(**_without(row, "due", "missed")) for row in missed],
        rounds=walks[0]["rounds"] if walks else 0,
        walked_m=walks[0]["all_walked"] if walks else 0.0,
        shortest_m=walks[0]["all_shortest"] if walks else 0.0,
        walks=[RoundWalked(**_without(row, "rounds", "all_walked", "all_shortest")) for row in walks],
        late=late[0]["late"] if late else 0,
        late_orders=[OrderLate(**_without(row, "late")) for row in late],
    )


def _without(row: Any, *names: str) -> dict[str, Any]:
    return {name: value for name, value in dict(row).items() if name not in names}


def _orders(site_id: UUID, start: datetime, now: datetime) -> Any:
    """Today's orders that can be judged, and those of them that were missed; one row at least, for the numbers."""
    order = ShipmentRequest
    whole = (
        select(func.bool_and(ShipmentLine.shipped >= ShipmentLine.wanted))
        .where(ShipmentLine.request_id == order.id)
        .scalar_subquery()
    )
    judged = (
        select(
            order.id,
            order.number,
            Partner.name.label("customer"),
            order.due_at,
            order.shipped_at,
            func.coalesce(whole, False).label("in_full"),
            order.state,
        )
        .join(Partner, Partner.id == order.customer_id)
        .where(
            order.site_id == site_id,
            order.state != "cancelled",
            order.due_at >= start,
            order.due_at < start + timedelta(days=1),
            or_(order.due_at <= now, order.state == "shipped"),
        )
        .cte("judged")
    )
    is_missed = ~(judged.c.in_full & (judged.c.state == "shipped") & (judged.c.shipped_at <= judged.c.due_at))
    sums = select(
        func.count().label("due"), func.count().filter(func.coalesce(is_missed, True)).label("missed")
    ).select_from(judged)
    rows = select(judged).where(func.coalesce(is_missed, True)).order_by(judged.c.due_at).limit(MOST)
    numbers, listed = sums.subquery(), rows.subquery()
    return (
        select(numbers, listed)
        .select_from(numbers)
        .join(listed, true(), isouter=True)
        .order_by(listed.c.due_at)
    )


def _walks(site_id: UUID, start: datetime) -> Any:
    """Rounds that are out or ended today and were walked, those with the longest detours first."""
    walked, shortest = (
        cast(column, Float).label(name)
        for column, name in ((PickRound.walked_m, "walked_m"), (PickRound.shortest_m, "shortest_m"))
    )
    return (
        select(
            Task.id,
            Task.number,
            func.coalesce(Person.name, "").label("person_name"),
            walked,
            shortest,
            Task.done_at,
            func.count().over().label("rounds"),
            cast(func.sum(PickRound.walked_m).over(), Float).label("all_walked"),
            cast(func.sum(PickRound.shortest_m).over(), Float).label("all_shortest"),
        )
        .join(PickRound, PickRound.id == Task.id)
        .join(Person, Person.id == Task.person_id, isouter=True)
        .where(
            Task.site_id == site_id,
            Task.kind == "pick",
            or_(Task.done_at >= start, Task.state == "claimed"),
            PickRound.walked_m > 0,
        )
        .order_by((PickRound.walked_m - PickRound.shortest_m).desc(), Task.number)
        .limit(MOST)
    )


def _late(site_id: UUID, now: datetime) -> Any:
    """Work orders past their time that are not made yet, the longest overdue first."""
    step = (
        select(Operation.name.label("step"), WorkCentre.code.label("centre"))
        .join(WorkCentre, WorkCentre.id == Operation.work_centre_id)
        .where(Operation.work_order_id == WorkOrder.id, Operation.state.not_in(("done", "cancelled")))
        .order_by(Operation.operation)
        .limit(1)
        .lateral("step")
    )
    return (
        select(
            WorkOrder.id,
            WorkOrder.number,
            Item.sku,
            Item.name,
            WorkOrder.quantity,
            Item.unit,
            WorkOrder.due_at,
            func.coalesce(WorkOrder.hold, "").label("hold"),
            func.coalesce(step.c.step, "").label("step"),
            func.coalesce(step.c.centre, "").label("centre"),
            func.count().over().label("late"),
        )
        .join(Item, Item.id == WorkOrder.item_id)
        .join(step, true(), isouter=True)
        .where(
            WorkOrder.site_id == site_id,
            WorkOrder.state.in_(("released", "in_progress")),
            WorkOrder.due_at < now,
        )
        .order_by(WorkOrder.due_at)
        .limit(MOST)
    )
