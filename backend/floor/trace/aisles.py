"""What is the matter with aisles: which are closed and why, and where people are in each other's way."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access import person_name
from backend.floor.trace.schemas import ClosedAisle, CrowdedAisle, PickerSpot
from backend.floor.wms.picking.closures import closures
from backend.floor.wms.picking.walk import CROWDED_FOR


async def closed_aisles(connection: AsyncConnection, site_id: UUID) -> list[ClosedAisle]:
    """The closed aisles of a site, by aisle and block."""
    return [
        ClosedAisle(
            aisle=row.aisle,
            block=row.block,
            reason=row.reason,
            person=await person_name(connection, row.closed_by),
            since=row.closed_at,
        )
        for row in await closures(connection, site_id)
    ]


def crowded(pickers: Sequence[PickerSpot], now: datetime) -> list[CrowdedAisle]:
    """The aisles where two or more people with a round in hand were seen within minutes."""
    together: dict[tuple[int, int], list[str]] = defaultdict(list)
    for picker in pickers:
        if picker.task is None or picker.aisle is None or picker.at < now - CROWDED_FOR:
            continue
        together[picker.aisle, picker.block or 0].append(picker.name)
    return [
        CrowdedAisle(aisle=aisle, block=block, people=sorted(names))
        for (aisle, block), names in sorted(together.items())
        if len(names) > 1
    ]
