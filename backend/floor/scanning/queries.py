"""Which symbologies a site reads."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.scanning.rules import USUAL_FORMATS, USUAL_ITF_LENGTHS
from backend.floor.scanning.schemas import SiteLabels
from backend.floor.scanning.tables import LabelRules


async def site_labels(connection: AsyncConnection, site_id: UUID) -> SiteLabels:
    """The site's choice, or the usual one where it never chose."""
    row = (
        await connection.execute(
            select(LabelRules.formats, LabelRules.itf_lengths).where(LabelRules.site_id == site_id)
        )
    ).first()
    if row is None:
        return SiteLabels(formats=sorted(USUAL_FORMATS), itf_lengths=sorted(USUAL_ITF_LENGTHS))
    return SiteLabels(formats=row.formats, itf_lengths=row.itf_lengths)
