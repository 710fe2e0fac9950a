"""Answers of commands that nobody can still ask for are forgotten; the keys stay for ever. The same in every service."""

from datetime import timedelta
from typing import Final

from backend.kernel.commands import forget_answers
from backend.kernel.db import Database
from backend.kernel.jobs import Job
from backend.kernel.live import Live


async def forget(db: Database, live: Live) -> None:
    """Drops answers of commands that no device can still ask for."""
    async with db.transaction() as connection:
        await forget_answers(connection)
    del live


FORGET: Final = Job("commands.forget", timedelta(hours=6), forget)
