"""Messages that come in: kept whole first, then read, one after another for each document.

Keeping is one statement; a message that came before is told by UNIQUE (source, id). Reading happens in the worker: it leases
the first waiting message of some documents (by sequence, then arrival), and books each one's effect in the transaction
that marks it done. A worker that dies leaves its leases behind, which run out; the next worker reads those messages again.

Two messages of one document are never read at the same moment. A message that waits for another try holds back the
later ones of its document; one that is dead or unknown does not, because the ERP's next version of the same document
may be just the correction it needs.
"""

import asyncio
import hashlib
from datetime import timedelta
from typing import Any

import msgspec
import structlog
from sqlalchemy import Row, bindparam, exists, func, null, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningUpdate

from backend.contract.envelope import Envelope
from backend.kernel.db import Database, is_lost, retried, sqlstate
from backend.kernel.link import rules
from backend.kernel.link.handling import Handlers
from backend.kernel.link.messages import BadMessage, Received
from backend.kernel.problems import Problem
from backend.kernel.tables import Inbox

log = structlog.get_logger()

LEASE = timedelta(seconds=30)
CLAIMED = 4  # times as many messages are leased as are read at the same moment
_UNSTORABLE = {"22P02", "22P05", "22003", "54001"}  # text, escape, number or depth that jsonb cannot keep


class NotUnderstood(Exception):
    """This worker has no handler for the type: kept and shown, until one that has reads it again."""

    def __init__(self, message_type: str) -> None:
        super().__init__(f"{message_type} is not understood here yet")


class StoppedItsReader(Exception):
    """Whoever took this message up never came back, time and again."""

    def __init__(self) -> None:
        super().__init__(f"Its reader stopped {rules.MAX_TRIES} times while at it")


async def keep(connection: AsyncConnection, received: Received, handlers: Handlers) -> str:
    """Keeps one message whole and says what became of it: `accepted`, `unknown` or `duplicate`.

    Raises:
        BadMessage: PostgreSQL cannot keep what it says.
    """
    envelope = received.envelope
    known = envelope.type in handlers
    row = pg_insert(Inbox).values(
        source=envelope.source,
        id=envelope.id,
        type=envelope.type,
        document=envelope.subject,
        sequence=received.sequence,
        body=received.whole,
        state="waiting" if known else "unknown",
        last_error=None if known else str(NotUnderstood(envelope.type)),
    )
    try:
        kept = await connection.execute(row.on_conflict_do_nothing().returning(Inbox.seq))
    except DBAPIError as error:
        if sqlstate(error) in _UNSTORABLE:
            raise BadMessage("Something in it cannot be kept as JSON.") from error
        raise
    if kept.first() is None:
        return "duplicate"
    return "accepted" if known else "unknown"


_earlier = aliased(Inbox)


def _rank(row: Any) -> Any:
    return tuple_(func.coalesce(row.sequence, 0), row.seq)


_DUE = (
    select(Inbox.seq)
    .where(
        Inbox.state == "waiting",
        Inbox.next_try_at <= func.now(),
        ~exists().where(
            _earlier.document == Inbox.document,
            _earlier.source == Inbox.source,
            _earlier.state == "waiting",
            _rank(_earlier) < _rank(Inbox),
        ),
    )
    .order_by(Inbox.next_try_at, Inbox.seq)
    .with_for_update(skip_locked=True)
)


def _claiming(lease: timedelta) -> ReturningUpdate[*tuple[Any, ...]]:
    """Leases the first message of each of so many `documents`. Built once: building costs more than running it."""
    due = _DUE.limit(bindparam("documents")).cte("due")
    return (
        update(Inbox)
        .where(Inbox.seq.in_(select(due.c.seq)))
        .values(next_try_at=func.now() + lease, tries=Inbox.tries + 1)
        .returning(Inbox.seq, Inbox.source, Inbox.type, Inbox.document, Inbox.body, Inbox.tries)
    )


class InboxReader:
    """Reads what came in. Several may run at once, in one process or many.

    Args:
        db: the service's database.
        handlers: what to do with each type.
        parallel: documents read at the same time; some times as many are claimed at once, for a look through a long queue
            costs as much as reading a message.
        lease: how long a message is held before another worker may take it; longer than any handler takes.
    """

    def __init__(
        self, db: Database, handlers: Handlers, *, parallel: int = 4, lease: timedelta = LEASE
    ) -> None:
        self._db = db
        self._handlers = handlers
        self._room = asyncio.Semaphore(parallel)
        self._at_once = parallel * CLAIMED
        self._claiming = _claiming(lease)
        self.read = 0
        self.failed = 0

    async def adopt(self) -> None:
        """Takes up the kept messages of types that were unknown when they came and are understood now."""
        async with self._db.hot() as connection:
            await connection.execute(
                update(Inbox)
                .where(Inbox.state == "unknown", Inbox.type.in_(list(self._handlers)))
                .values(state="waiting", next_try_at=func.now(), tries=0, last_error=None)
            )

    async def step(self) -> int:
        """Reads some messages, each of another document, and returns how many it took up; 0 means nothing is due."""
        rows = await self._claim()
        results = await asyncio.gather(*(self._read(row) for row in rows), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return len(rows)

    async def _claim(self) -> list[Row[Any]]:
        async with self._db.hot() as connection:
            return list(await connection.execute(self._claiming, {"documents": self._at_once}))

    async def _read(self, row: Row[Any]) -> None:
        try:
            async with self._room:
                await retried(lambda: self._apply(row))
        except Exception as error:
            if is_lost(error) and row.tries < rules.MAX_TRIES:
                raise  # the lease brings it back
            await self._put_off(row, error)

    async def _apply(self, row: Row[Any]) -> None:
        if row.tries > rules.MAX_TRIES:
            raise StoppedItsReader
        async with self._db.transaction() as connection:
            # A message that overtook an earlier one of its document may still be under way elsewhere; two first messages of
            # a document at once would each find nothing there.
            await connection.execute(select(func.pg_advisory_xact_lock(_lock_key(row.source, row.document))))
            ours = Inbox.seq == row.seq, Inbox.state == "waiting", Inbox.tries == row.tries
            done = await connection.execute(
                update(Inbox)
                .where(*ours)
                .values(state="done", done_at=func.clock_timestamp(), last_error=None, problem=null())
                .returning(Inbox.seq)
            )
            if done.first() is None:
                return  # the lease ran out and another worker has it
            handler = self._handlers.get(row.type)
            if handler is None:
                raise NotUnderstood(row.type)
            envelope = msgspec.convert(row.body, Envelope)
            message = msgspec.convert(envelope.data, handler.message)
            await handler.apply(connection, message, row.source)
        self.read += 1

    async def _put_off(self, row: Row[Any], error: Exception) -> None:
        self.failed += 1
        again = after_failure(error, row.tries)
        log.warning(
            "message_put_off", source=row.source, type=row.type, document=row.document, seq=row.seq, tries=row.tries,
            dead=again is None, exc_info=None if isinstance(error, Problem | msgspec.ValidationError) else error,
        )  # fmt: skip
        values: dict[str, Any] = {
            "last_error": told(error),
            "problem": error.body() if isinstance(error, Problem) else null(),
        }
        if again is None:
            values["state"] = "unknown" if isinstance(error, NotUnderstood) else "dead"
        else:
            values["next_try_at"] = func.now() + again
        async with self._db.hot() as connection:
            await connection.execute(
                update(Inbox)
                .where(Inbox.seq == row.seq, Inbox.state == "waiting", Inbox.tries == row.tries)
                .values(**values)
            )


def _lock_key(source: str, document: str) -> int:
    """A 64-bit number for one document of one source, for PostgreSQL's advisory locks."""
    return int.from_bytes(
        hashlib.blake2b(f"{source}\0{document}".encode(), digest_size=8).digest(), signed=True
    )


def after_failure(error: Exception, tries: int) -> timedelta | None:
    """When to read a message again that could not be booked, or None: never by itself, a person must look."""
    if isinstance(error, msgspec.ValidationError | NotUnderstood | StoppedItsReader):
        return None
    refused = isinstance(error, Problem) and error.status < 500
    if tries >= (rules.REFUSED_TRIES if refused else rules.MAX_TRIES):
        return None
    return rules.wait(tries) * (4 if refused else 1)


def told(error: Exception) -> str:
    """What a person reads about a failure: the refusal's own words, or the kind of fault without its innards."""
    if isinstance(error, Problem):
        return f"{error.title}: {error.detail}" if error.detail != error.title else error.title
    if isinstance(error, msgspec.ValidationError):
        return f"Its data does not fit its type: {error}"
    if isinstance(error, DBAPIError):
        return f"The database refused it ({sqlstate(error)}: {type(error.orig).__name__})"
    if isinstance(error, NotUnderstood | StoppedItsReader):
        return str(error)
    return f"A fault in the program ({type(error).__name__}: {error})"[:500]
