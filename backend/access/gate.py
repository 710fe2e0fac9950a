"""The gate every request passes: its token is checked here, and against the sessions that were ended meanwhile."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from backend.access.pins import Pins
from backend.access.sessions import ended_since
from backend.access.tokens import ACCESS_SECONDS, AccessTokens, SignedIn
from backend.kernel.db import Database
from backend.kernel.problems import NotSignedIn

log = structlog.get_logger()

WATCH_SECONDS: Final = 3.0
_BEARER: Final = "Bearer "
_LIFE: Final = timedelta(seconds=ACCESS_SECONDS + 60)


class Gate:
    """Checks tokens without a look at the database.

    An access token cannot be called back, so every process keeps the set of sessions ended within a token's life: at once for
    those it ended itself, within `WATCH_SECONDS` for the others.
    """

    def __init__(self, secret: str) -> None:
        self.tokens = AccessTokens(secret)
        self.pins = Pins(secret)
        self._ended: frozenset[UUID] = frozenset()

    def enter(self, authorization: str | None) -> SignedIn:
        """Who the bearer token stands for.

        Raises:
            NotSignedIn: no token, a bad one, or one whose session was ended.
        """
        if authorization is None or not authorization.startswith(_BEARER):
            raise NotSignedIn("Sign in first", reason="missing")
        signed_in = self.tokens.check(authorization[len(_BEARER) :])
        if self.has_ended(signed_in):
            raise NotSignedIn("You were signed out", reason="ended")
        return signed_in

    def has_ended(self, signed_in: SignedIn) -> bool:
        """Whether the session was ended since its token was made."""
        return signed_in.session_id in self._ended

    def end(self, sessions: Iterable[UUID]) -> None:
        """Refuses these sessions from now on, in this process."""
        self._ended |= frozenset(sessions)

    async def watch(self, db: Database) -> None:
        """Learns for ever which sessions other processes ended. A database that is away is asked again; what is known stays."""
        while True:
            try:
                async with db.transaction() as connection:
                    self._ended = await ended_since(connection, _LIFE)
            except (SQLAlchemyError, OSError) as error:
                log.warning("ended_sessions_unknown", error=type(error).__name__)
            await asyncio.sleep(WATCH_SECONDS)
