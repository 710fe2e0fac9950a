"""Withdrawing a lot: the goods it was opened for were never made."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.qms.rules import OVER
from backend.floor.qms.tables import InspectionLot
from backend.floor.stock import ProductionUndone


async def production_undone(connection: AsyncConnection, event: ProductionUndone) -> None:
    """What was made is taken back: its lot waits for nobody. Goods that were decided on have left their hold and cannot be undone."""
    await connection.execute(
        update(InspectionLot)
        .where(
            InspectionLot.source == "production",
            InspectionLot.source_id == event.production,
            InspectionLot.state.not_in(OVER),
        )
        .values(state="withdrawn")
    )
