"""The supervisor's look at the shop floor: lines, what each work centre does or why it stands, open calls."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.mes import screens
from backend.floor.mes.lists import open_calls, reasons
from backend.floor.mes.now import machines_now
from backend.kernel import clock


async def jobs_board(connection: AsyncConnection, site: UUID) -> screens.JobsBoard:
    """Every work centre, by line, with the job at hand."""
    return screens.JobsBoard(
        centres=await machines_now(connection, site),
        calls=await open_calls(connection, site),
        reasons=await reasons(connection, site),
        at=clock.now(),
    )
