"""A feature's control chart as the tablet shows it: this supplier's lots of the item under the same plan, up to the one at hand."""

from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from backend.floor.qms.charts import SHOWN, Chart, Lot, chart
from backend.floor.qms.tables import InspectionLot, InspectionReading
from backend.kernel.problems import NotFound


async def feature_chart(connection: AsyncConnection, site: UUID, lot: UUID, characteristic: int) -> Chart:
    """The chart of one feature. What was sorted or reworked tells nothing of the process and is left out.

    Raises:
        NotFound: no such inspection lot at this site.
    """
    here = (
        await connection.execute(
            select(
                InspectionLot.number,
                InspectionLot.item_id,
                InspectionLot.supplier,
                InspectionLot.plan_id,
                InspectionLot.source,
            ).where(InspectionLot.id == lot, InspectionLot.site_id == site)
        )
    ).first()
    if here is None:
        raise NotFound("No such inspection lot.")
    rows = await connection.execute(_values(site, here, characteristic))
    lots = [
        Lot(number, tuple(float(row.value) for row in group))
        for number, group in groupby(rows.all(), key=lambda row: row.number)
    ]
    return chart(lots)


def _values(site: UUID, here: Any, characteristic: int) -> Any:
    one, reading, later = InspectionLot, InspectionReading, aliased(InspectionReading)
    lots = (
        select(one.id, one.number)
        .where(
            one.site_id == site,
            one.item_id == here.item_id,
            one.supplier == here.supplier,
            one.plan_id == here.plan_id,
            one.source == here.source,
            one.number <= here.number,
            one.state != "withdrawn",
        )
        .order_by(one.number.desc())
        .limit(SHOWN + 1)
        .subquery()
    )
    corrected = exists().where(
        later.inspection_id == reading.inspection_id, later.supersedes_id == reading.id, later.late.is_(False)
    )
    return (
        select(lots.c.number, reading.value)
        .join(reading, reading.inspection_id == lots.c.id)
        .where(reading.characteristic == characteristic, reading.late.is_(False), ~corrected)
        .order_by(lots.c.number, reading.sample, reading.id)
    )
