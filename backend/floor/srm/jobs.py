"""What the worker does for suppliers every so often."""

from datetime import timedelta

from backend.floor.srm.mail import Post
from backend.floor.srm.reminders import remind
from backend.floor.srm.settle import settle
from backend.kernel.db import Database
from backend.kernel.jobs import Job
from backend.kernel.live import Live
from backend.kernel.settings import Settings


def supplier_jobs(settings: Settings) -> list[Job]:
    """Telling the ERP what suppliers said, mails, reminders."""
    post = Post(settings)

    async def send(db: Database, live: Live) -> None:
        del live
        await post.send_due(db)

    return [
        Job("supplier.settle", timedelta(seconds=1), settle),
        Job("supplier.mail", timedelta(seconds=2), send),
        Job("supplier.remind", timedelta(minutes=1), remind),
    ]
