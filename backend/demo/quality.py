"""The demo's inspection as `fixtures/quality.yaml` tells it: gauges, and plans with their ballooned drawings."""

from datetime import date, timedelta
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.demo.company import FIXTURES, Edge
from backend.floor.catalog import Item
from backend.floor.qms import Characteristic, GaugeMaster, PlanMaster, upsert_gauge, upsert_plan
from backend.kernel import clock

CALIBRATED_EVERY = timedelta(days=365)
IN_FORCE_SINCE = date(2026, 1, 1)


class GaugeText(Edge, frozen=True):
    """A gauge, due so many days from today."""

    code: str
    type: str
    name: str
    due_in: int


class PlanText(Edge, frozen=True):
    """A plan; `drawing` is a file of `fixtures/drawings`."""

    code: str
    version: int
    sku: str
    source: Literal["receipt", "production"]
    name: str
    drawing: str
    classes: list[dict[str, str]]
    characteristics: list[Characteristic]


class Quality(Edge, frozen=True):
    """`quality.yaml`."""

    gauges: list[GaugeText]
    plans: list[PlanText]


def read_quality() -> Quality:
    """Reads the fixture; a slip of the pen in it is a `msgspec.ValidationError` that names the field."""
    return msgspec.yaml.decode((FIXTURES / "quality.yaml").read_bytes(), type=Quality)


async def add_quality(connection: AsyncConnection, site_id: UUID) -> int:
    """Adds gauges and plans, and lets the items know theirs. Returns how many plans were new."""
    told = read_quality()
    today = clock.now().date()
    for gauge in told.gauges:
        due = today + timedelta(days=gauge.due_in)
        facts = GaugeMaster(
            code=gauge.code,
            type=gauge.type,
            name=gauge.name,
            due_on=due,
            calibrated_on=due - CALIBRATED_EVERY,
        )
        await upsert_gauge(connection, site_id, facts)
    new = 0
    for plan in told.plans:
        drawing = (FIXTURES / "drawings" / plan.drawing).read_text(encoding="utf-8")
        facts_of = msgspec.structs.asdict(plan) | {"drawing": drawing, "effective_from": IN_FORCE_SINCE}
        new += await upsert_plan(connection, PlanMaster(**facts_of))
        await connection.execute(
            update(Item)
            .where(Item.sku == plan.sku, Item.inspection_plan.is_(None))
            .values(inspection_plan=plan.code)
        )
    return new
