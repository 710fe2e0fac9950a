"""What the worker does for jobs every half minute."""

from backend.floor.mes.calls import escalate
from backend.floor.mes.closing import close_forgotten
from backend.kernel.db import Database
from backend.kernel.live import Live


async def look_after_jobs(db: Database, live: Live) -> None:
    """Takes calls that nobody answers to the supervisor, and closes clocks that were forgotten at the end of a shift."""
    async with db.transaction() as connection:
        late = await escalate(connection)
    async with db.transaction() as connection:
        forgotten = await close_forgotten(connection)
    for site in {*late, *forgotten}:
        live.publish(site, "job", late=len(late), forgotten=len(forgotten))
