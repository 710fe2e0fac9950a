"""Messages that go out: the worker takes them from the outbox and delivers them, at least once, in order for each document.

A claim leases the first messages of some documents: it moves `next_try_at` into the future and commits, so no transaction
is open while a slow receiver answers, and a worker that dies leaves only leases that run out. A document is held
back by its earliest message that waits or is dead; other documents go on. What was delivered but not yet marked is
delivered again after a crash, with the same id.

The outbox is polled, twice to ten times a second at rest, rather than announced by NOTIFY: a NOTIFY takes a lock that all
commits of the database share, and the floor's commands must not queue for the sake of the link.
"""

import asyncio
import contextlib
import time
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, exists, func, select, true, update
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningUpdate

from backend.kernel.db import Database, is_lost
from backend.kernel.link import rules
from backend.kernel.link.courier import Answer, Carrier
from backend.kernel.link.messages import encode
from backend.kernel.link.rules import Verdict
from backend.kernel.tables import Outbox

log = structlog.get_logger()

LEASE = timedelta(seconds=30)
RUN = 16  # messages of one document in one claim
POLL = 0.2

_earlier = aliased(Outbox)
_one = aliased(Outbox)
_HEADS = (
    select(Outbox.seq, Outbox.document)
    .where(
        Outbox.state == "waiting",
        Outbox.next_try_at <= func.now(),
        ~exists().where(
            _earlier.document == Outbox.document,
            _earlier.seq < Outbox.seq,
            _earlier.state.in_(("waiting", "dead")),
        ),
    )
    .order_by(Outbox.next_try_at, Outbox.seq)
    .with_for_update(skip_locked=True)
)


def _claiming(lease: timedelta) -> ReturningUpdate[*tuple[Any, ...]]:
    """Leases the first `run` messages of each of so many `documents`. Built once: building costs more than running it."""
    heads = _HEADS.limit(bindparam("documents")).cte("heads")
    each = (
        select(_one.seq)
        .where(
            _one.document == heads.c.document,
            _one.seq >= heads.c.seq,
            _one.state == "waiting",
            ~exists().where(
                _earlier.document == _one.document, _earlier.seq < _one.seq, _earlier.state == "dead"
            ),
        )
        .order_by(_one.seq)
        .limit(bindparam("run"))
        .lateral("each")
    )
    claimed = select(each.c.seq).select_from(heads).join(each, true()).cte("claimed")
    return (
        update(Outbox)
        .where(Outbox.seq.in_(select(claimed.c.seq)), Outbox.state == "waiting")
        .values(next_try_at=func.now() + lease)
        .returning(
            Outbox.seq,
            Outbox.id,
            Outbox.type,
            Outbox.document,
            Outbox.data,
            Outbox.created_at,
            Outbox.tries,
        )
    )


class Relay:
    """Delivers one service's outbox to one receiver. Several may run at once, in one process or many.

    Args:
        db: the service's database.
        courier: carries one message to the receiver.
        source: who we are, in every envelope.
        parallel: documents under way at the same time.
        lease: how long a claim lasts; longer than one delivery may take.
    """

    def __init__(
        self, db: Database, courier: Carrier, *, source: str, parallel: int = 32, lease: timedelta = LEASE
    ) -> None:
        self._db = db
        self._courier = courier
        self._source = source
        self._parallel = parallel
        self._lease = lease
        self._claiming = _claiming(lease)
        self._under_way: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()
        self._delivered: list[int] = []
        self._marking = asyncio.Lock()
        self._paused_until = 0.0
        self._away = 0
        self._answered = 0.0
        self.sent = 0
        self.failed = 0

    @property
    def away(self) -> bool:
        """Whether the receiver took nothing at the last try."""
        return self._away > 0

    async def step(self) -> int:
        """Starts what is due and there is room for; returns how many messages moved, 0 meaning: look again in a while.

        After the receiver was away only one message is tried, another one each time, until one gets through.
        """
        if self._delivered:
            await self._mark()
        if time.monotonic() < self._paused_until:
            return 0
        await self._half_free()
        room, run = (1, 1) if self.away else (self._parallel, RUN)
        room -= len(self._under_way)
        rows = await self._claim(room, run) if room > 0 else []
        until = time.monotonic() + self._lease.total_seconds() - self._courier.longest
        runs: dict[str, list[Row[Any]]] = {}
        for row in rows:
            runs.setdefault(row.document, []).append(row)
        for messages in runs.values():
            task = asyncio.create_task(self._carry(messages, until))
            self._under_way.add(task)
            task.add_done_callback(self._ended)
        return len(rows) or await self._some_done()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if len(self._under_way) * 2 <= self._parallel:
            self._room.set()

    async def _half_free(self) -> None:
        """Waits a moment until half of the room is free: a claim of one document costs as much as one of sixteen."""
        if len(self._under_way) * 2 > self._parallel:
            self._room.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._room.wait(), POLL)

    async def _some_done(self) -> int:
        """Waits a moment for deliveries under way, so that their documents' next messages follow at once."""
        if not self._under_way:
            return 0
        done, _ = await asyncio.wait(self._under_way, timeout=POLL, return_when=asyncio.FIRST_COMPLETED)
        return len(done)

    async def finish(self) -> None:
        """Ends what is under way, within the time one delivery may take, and marks what was delivered."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self._courier.longest + 1)
        await self._mark()

    async def _claim(self, documents: int, run: int) -> list[Row[Any]]:
        async with self._db.hot() as connection:
            rows = await connection.execute(self._claiming, {"documents": documents, "run": run})
            return sorted(rows, key=lambda row: row.seq)

    async def _carry(self, messages: list[Row[Any]], until: float) -> None:
        """Delivers one document's messages one after another, until one fails or the lease nears its end."""
        try:
            for row in messages:
                started = time.monotonic()
                if started > until:
                    break
                answer = await self._try(row)
                verdict = self._judge(answer, started)
                if verdict is not Verdict.SENT:
                    await self._mark()
                    await self._put_off(row, verdict, answer)
                    return
                self._delivered.append(row.seq)
                self.sent += 1
            await self._mark()
        except Exception:
            log.exception("delivery_not_booked", document=messages[0].document)  # the leases run out

    async def _try(self, row: Row[Any]) -> Answer:
        """One delivery. A fault of the program's own counts as a failed try, so that a message that breaks it ends with a person."""
        try:
            return await self._courier.deliver(str(row.id), encode(row, self._source))
        except Exception as error:
            if is_lost(error):
                raise  # the database went away; the lease brings the message back
            log.exception("delivery_broke", type=row.type, document=row.document, seq=row.seq)
            return Answer(500, f"A fault in the program ({type(error).__name__}: {error})"[:500])

    def _judge(self, answer: Answer, started: float) -> Verdict:
        verdict = rules.verdict(answer.status)
        if verdict is not Verdict.AWAY:
            self._away = 0
            self._answered = time.monotonic()
            return verdict
        if self._answered > started:
            return Verdict.AGAIN  # it answered others meanwhile, so this message must be the matter
        if time.monotonic() >= self._paused_until:
            self._away += 1
            pause = rules.wait(self._away, longest=rules.LONGEST_PAUSE).total_seconds()
            self._paused_until = time.monotonic() + pause
            log.warning("receiver_away", url=self._courier.url, status=answer.status, pause=round(pause, 1))
        return verdict

    async def _mark(self) -> None:
        """Marks as sent what was delivered. While one of these writes, the marks of the others gather for the next."""
        async with self._marking:
            batch, self._delivered = self._delivered, []
            if not batch:
                return
            statement = (
                update(Outbox)
                .where(Outbox.seq.in_(batch))
                .values(state="sent", sent_at=func.clock_timestamp(), last_error=None)
            )
            try:
                async with self._db.hot() as connection:
                    await connection.execute(statement)
            except Exception:
                self._delivered += batch
                raise

    async def _put_off(self, row: Row[Any], verdict: Verdict, answer: Answer) -> None:
        """Books a failed try: the document waits, or stops at this message until a person has looked."""
        self.failed += 1
        tries = row.tries + (verdict is not Verdict.AWAY)  # a receiver that is away is no message's fault
        dead = verdict is Verdict.REFUSED or tries >= rules.MAX_TRIES
        pause = max(self._paused_until - time.monotonic(), 0.0)
        delay = timedelta(seconds=pause) if verdict is Verdict.AWAY else rules.wait(tries)
        error = answer.text if answer.status is None else f"HTTP {answer.status}: {answer.text}"
        log.warning(
            "message_put_off", type=row.type, document=row.document, seq=row.seq, tries=tries, dead=dead, error=error
        )  # fmt: skip
        async with self._db.transaction() as connection:
            await connection.execute(
                update(Outbox)
                .where(Outbox.seq == row.seq, Outbox.state == "waiting")
                .values(tries=tries, last_error=error, state="dead" if dead else "waiting")
            )
            # The whole document is due together, so that the messages behind are not looked at in vain.
            await connection.execute(
                update(Outbox)
                .where(Outbox.document == row.document, Outbox.state == "waiting", Outbox.seq >= row.seq)
                .values(next_try_at=func.now() + delay)
            )
