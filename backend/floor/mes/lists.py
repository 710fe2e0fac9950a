"""Short lists that several screens show: open calls, reasons to choose."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.tables import Person
from backend.floor.mes import rules, screens
from backend.floor.mes.masters import Reason, WorkCentre
from backend.floor.mes.tables import AndonCall


async def open_calls(
    connection: AsyncConnection, site: UUID, centre: UUID | None = None
) -> list[screens.CallRow]:
    """Calls that are not resolved, of one work centre or of all; the critical ones first, then the oldest."""
    raiser, comer = Person.__table__.alias("raiser"), Person.__table__.alias("comer")
    query = (
        select(
            AndonCall.id, AndonCall.work_centre_id.label("work_centre"), WorkCentre.code.label("centre"),
            AndonCall.operation_id.label("operation"), AndonCall.kind, AndonCall.note, AndonCall.critical, AndonCall.state,
            AndonCall.level, func.coalesce(raiser.c.name, "?").label("raised_by"), AndonCall.raised_at,
            comer.c.name.label("acknowledged_by"), AndonCall.acknowledged_at, AndonCall.arrived_at,
        )
        .join(WorkCentre, WorkCentre.id == AndonCall.work_centre_id)
        .outerjoin(raiser, raiser.c.id == AndonCall.raised_by)
        .outerjoin(comer, comer.c.id == func.coalesce(AndonCall.arrived_by, AndonCall.acknowledged_by))
        .where(AndonCall.site_id == site, AndonCall.state != "resolved")
        .order_by(AndonCall.critical.desc(), AndonCall.raised_at)
    )  # fmt: skip
    if centre is not None:
        query = query.where(AndonCall.work_centre_id == centre)
    return [
        screens.CallRow(
            **row, called=rules.CALLED.get(row["kind"], rules.TOLD), told=rules.TOLD if row["level"] else ""
        )
        for row in (await connection.execute(query)).mappings()
    ]


async def reasons(connection: AsyncConnection, site: UUID) -> list[screens.ReasonTold]:
    """Every reason a person may choose, in its place."""
    rows = await connection.execute(
        select(Reason.kind, Reason.code, Reason.names)
        .where(Reason.site_id == site, Reason.active)
        .order_by(Reason.kind, Reason.place)
    )
    return [screens.ReasonTold(**row) for row in rows.mappings()]
