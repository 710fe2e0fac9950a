"""The portal's door: a signed link opens a transaction of the portal's own role, in which row-level security shows what the link covers.

What is wrong with a link is told in a friendly word and nothing else. Who tries too often waits.
"""

import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.srm import problems, tokens
from backend.floor.srm.tables import SupplierLink
from backend.kernel import clock
from backend.kernel.db import Database
from backend.kernel.problems import TooMany

SETTING: Final = "gemba.link"
HEADER: Final = "gemba-link"
_SELDOM: Final = timedelta(minutes=5)  # `used_at` is for a person's eye: not worth a write a request
_KEPT: Final = 20_000  # senders remembered; the longest unseen is forgotten first


class Pass(msgspec.Struct, frozen=True):
    """A link in force: whose, in which language, until when."""

    link: UUID
    supplier: str
    language: str
    expires_at: datetime


class Limit:
    """So many calls at once, refilled steadily: a token bucket for each sender. Of one process; N processes let N times as many in."""

    def __init__(self, burst: int, a_minute: float) -> None:
        self._burst = float(burst)
        self._rate = a_minute / 60
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, sender: str) -> None:
        """Lets one call of `sender` in.

        Raises:
            TooMany: the facts say after how many seconds to try again.
        """
        now = time.monotonic()
        left, at = self._left.pop(sender, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        self._left[sender] = (max(left - 1, 0.0) if left >= 1 else left, now)
        if len(self._left) > _KEPT:
            self._left.popitem(last=False)
        if left < 1:
            seconds = round((1 - left) / self._rate) + 1
            raise TooMany(f"Too many requests. Try again in {seconds} seconds.", seconds=seconds)


class Door:
    """Opens transactions for suppliers.

    Args:
        db: connects as `gemba_portal`.
        secret: what links are signed with.
    """

    def __init__(self, db: Database, secret: str) -> None:
        self._db = db
        self._secret = secret
        self._calls = Limit(burst=60, a_minute=120)
        self._tries = Limit(burst=20, a_minute=10)

    @asynccontextmanager
    async def enter(self, token: str, sender: str) -> AsyncIterator[tuple[AsyncConnection, Pass]]:
        """A transaction bound to the link behind `token`; `sender` is the caller's network address.

        Raises:
            LinkUnknown, LinkEnded, TooMany.
        """
        read = tokens.read(self._secret, token)
        if read is None:
            self._tries.take(sender)
            raise problems.LinkUnknown
        self._calls.take(read.link.hex)
        async with self._db.transaction() as connection:
            await connection.execute(select(func.set_config(SETTING, str(read.link), True)))
            yield connection, await self._pass(connection, read.link, sender)

    async def _pass(self, connection: AsyncConnection, link: UUID, sender: str) -> Pass:
        row = (
            await connection.execute(
                select(
                    SupplierLink.supplier,
                    SupplierLink.language,
                    SupplierLink.expires_at,
                    SupplierLink.revoked_at,
                    SupplierLink.used_at,
                ).where(SupplierLink.id == link)
            )
        ).first()
        if row is None:
            self._tries.take(sender)
            raise problems.LinkUnknown
        if row.revoked_at is not None:
            raise problems.LinkEnded("This link was taken back.", why="revoked")
        if row.expires_at <= clock.now():
            raise problems.LinkEnded("This link is past its day.", why="expired")
        now = clock.now()
        if row.used_at is None or row.used_at < now - _SELDOM:
            await connection.execute(update(SupplierLink).where(SupplierLink.id == link).values(used_at=now))
        return Pass(link, row.supplier, row.language, row.expires_at)
