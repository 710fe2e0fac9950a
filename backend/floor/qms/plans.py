"""Plans and gauges: how they come in, and which plan an item is inspected by today."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item
from backend.floor.qms.aql import EDITION, LEVELS, STANDARD, OffTheTable, aql_rank
from backend.floor.qms.rules import CLASSES
from backend.floor.qms.schemas import GaugeMaster, PlanMaster
from backend.floor.qms.tables import Gauge, InspectionPlan
from backend.kernel.ids import new_id


async def upsert_plan(connection: AsyncConnection, plan: PlanMaster) -> bool:
    """Adds a version of a plan; one that is there is never changed. Returns whether it was new.

    Raises:
        OffTheTable: a class names a level or an AQL that the standard has not.
        NoResultFound: no such item.
    """
    for one in plan.classes:
        aql_rank(Decimal(one["aql"]))
        if one["level"] not in LEVELS or one["ofClass"] not in CLASSES:
            raise OffTheTable(f"{plan.code}: {one}")
    item = (await connection.execute(select(Item.id).where(Item.sku == plan.sku))).scalar_one()
    row = pg_insert(InspectionPlan).values(
        id=new_id(),
        code=plan.code,
        version=plan.version,
        item_id=item,
        source=plan.source,
        name=plan.name,
        effective_from=plan.effective_from,
        standard=STANDARD,
        edition=EDITION,
        classes=plan.classes,
        characteristics=msgspec.to_builtins(plan.characteristics),
        drawing=plan.drawing,
    )
    made = await connection.execute(row.on_conflict_do_nothing().returning(InspectionPlan.id))
    return made.first() is not None


async def upsert_gauge(connection: AsyncConnection, site_id: UUID, gauge: GaugeMaster) -> None:
    """Adds a gauge, or takes over its newer calibration."""
    facts = msgspec.structs.asdict(gauge)
    row = pg_insert(Gauge).values(id=new_id(), site_id=site_id, **facts)
    await connection.execute(row.on_conflict_do_update(index_elements=["site_id", "code"], set_=facts))


async def active_plan(connection: AsyncConnection, item: UUID, source: str, on: date) -> Any | None:
    """The newest version in force on a day of how an item from this source is inspected; None where it is not."""
    found = await connection.execute(
        select(InspectionPlan)
        .where(
            InspectionPlan.item_id == item,
            InspectionPlan.source == source,
            InspectionPlan.effective_from <= on,
        )
        .order_by(InspectionPlan.effective_from.desc(), InspectionPlan.version.desc())
        .limit(1)
    )
    return found.first()
