"""How the ERP behind the link stands: cursors, open differences, the last comparison."""

from typing import Any, Final

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.link.differences import forget_resolved
from backend.floor.link.erps import erp_name
from backend.floor.link.schemas import CursorTold, DifferenceTold, ErpStatus, ReconciliationTold
from backend.floor.link.tables import LinkCursor, LinkDifference, LinkReconciliation
from backend.kernel.settings import Settings

MOST: Final = 200


async def erp_status(connection: AsyncConnection, settings: Settings) -> ErpStatus:
    """The ERP in the settings and at most 200 open differences, the oldest first."""
    cursors = await connection.execute(
        select(LinkCursor).where(LinkCursor.erp == erp_name(settings.erp_kind)).order_by(LinkCursor.kind)
    )
    last = await connection.execute(
        select(LinkReconciliation).order_by(LinkReconciliation.asked_at.desc()).limit(1)
    )
    run = last.first()
    return ErpStatus(
        kind=settings.erp_kind,
        url=settings.erp_url or settings.erp_inbox_url or "",
        cursors=[CursorTold(kind=row.kind, looked_at=row.looked_at, error=row.error) for row in cursors],
        differences=await open_differences(connection),
        reconciliation=None if run is None else told_run(run),
    )


async def open_differences(connection: AsyncConnection) -> list[DifferenceTold]:
    """What floor and ERP say differently, until somebody resolves it."""
    await forget_resolved(connection)
    rows = await connection.execute(
        select(LinkDifference)
        .where(LinkDifference.settled_at.is_(None))
        .order_by(LinkDifference.found_at)
        .limit(MOST)
    )
    return [
        DifferenceTold(
            id=row.id,
            exception=row.exception_id,
            kind=row.kind,
            document=row.document,
            sku=row.sku,
            lot=row.lot,
            ours=row.ours,
            theirs=row.theirs,
            told=row.told,
            found_at=row.found_at,
        )
        for row in rows
    ]


def told_run(row: Row[Any]) -> ReconciliationTold:
    """A comparison as screens show it."""
    return ReconciliationTold(
        id=row.id,
        erp=row.erp,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        compared=row.compared,
        differing=row.differing,
        under_way=row.under_way,
        error=row.error,
    )
