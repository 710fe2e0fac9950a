"""How the link stands, and the messages a person may want to see."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.kernel import clock
from backend.kernel.link.schemas import Box, Letter, Letters, LinkStatus, PeriodicJobState, Way, Worker
from backend.kernel.paging import Asked, contains, listed
from backend.kernel.problems import NotFound
from backend.kernel.tables import Inbox, Outbox, PeriodicJob, WorkerBeat

ALIVE = timedelta(seconds=20)
FORGOTTEN = timedelta(days=1)
OPEN_STATES = ("waiting", "dead", "unknown")
THROUGH = ("done", "sent")
Table = type[Inbox] | type[Outbox]


class NoSuchMessage(NotFound):
    """No message with that number in that box."""

    type = "no-such-message"
    title = "There is no such message"


def table(way: Way) -> Table:
    """Where messages of one way are kept."""
    return Inbox if way == "in" else Outbox


async def status(connection: AsyncConnection, receiver: str | None) -> LinkStatus:
    """The link at one look: both boxes, the workers, the periodic jobs. `receiver` is the ERP's address, if any."""
    now = clock.now()
    beats = await connection.execute(
        select(WorkerBeat).where(WorkerBeat.seen_at > now - FORGOTTEN).order_by(WorkerBeat.started_at)
    )
    jobs = await connection.execute(select(PeriodicJob).order_by(PeriodicJob.name))
    return LinkStatus(
        at=now,
        receiver=receiver,
        boxes=[await _box(connection, "in"), await _box(connection, "out")],
        workers=[
            Worker(
                host=row.host,
                pid=row.pid,
                started_at=row.started_at,
                seen_at=row.seen_at,
                alive=row.seen_at > now - ALIVE,
                facts=row.facts,
            )
            for row in beats
        ],
        jobs=[
            PeriodicJobState(
                name=row.name, due_at=row.due_at, ran_at=row.ran_at, took_ms=row.took_ms, error=row.error
            )
            for row in jobs
        ],
    )


async def _box(connection: AsyncConnection, way: Way) -> Box:
    kept = table(way)
    ended = Inbox.done_at if kept is Inbox else Outbox.sent_at
    began = Inbox.received_at if kept is Inbox else Outbox.created_at
    counted = await connection.execute(
        select(kept.state, func.count(), func.min(began))
        .where(kept.state.in_((*OPEN_STATES, "dropped")))
        .group_by(kept.state)
    )
    found = {row[0]: (row[1], row[2]) for row in counted}
    recent = await connection.execute(
        select(func.count()).where(kept.state.in_(("done", "sent")), ended > func.now() - timedelta(hours=1))
    )
    return Box(
        way=way,
        waiting=found.get("waiting", (0, None))[0],
        oldest_waiting=found.get("waiting", (0, None))[1],
        dead=found.get("dead", (0, None))[0],
        unknown=found.get("unknown", (0, None))[0],
        dropped=found.get("dropped", (0, None))[0],
        last_hour=recent.scalar_one(),
    )


async def letters(
    connection: AsyncConnection, way: Way, states: tuple[str, ...] = OPEN_STATES, *, limit: int = 100
) -> list[Letter]:
    """Messages in the given states, those that need a person first, then the oldest first; without their data."""
    kept = table(way)
    rows = await connection.execute(
        select(kept).where(kept.state.in_(states)).order_by(kept.state == "waiting", kept.seq).limit(limit)
    )
    return [letter(way, row, whole=False) for row in rows]


async def letters_page(connection: AsyncConnection, way: Way, asked: Asked, *, search: str = "") -> Letters:
    """One page of messages, those that need a person first, without their data.

    Messages that got through are many: they are shown, the newest first, and counted only where somebody asks for them or searches;
    `search` is a part of a document's name.
    """
    kept = table(way)
    through = kept.state.in_(THROUGH)
    filters = {
        "to_do": kept.state.in_(("dead", "unknown")),
        "waiting": kept.state == "waiting",
        "dropped": kept.state == "dropped",
        "through": through,
    }
    if search:
        among = select(kept).where(kept.document.ilike(contains(search)))
    elif asked.show == "through":
        among = select(kept)
    else:
        among = select(kept).where(kept.state.in_((*OPEN_STATES, "dropped")))
    order = (kept.seq.desc(),) if asked.show == "through" else (_PLACES[kept], kept.seq)
    found = await listed(connection, among.order_by(*order), asked, filters)
    return Letters(items=[letter(way, row, whole=False) for row in found.rows], **found.page)


_PLACES = {
    kept: case((kept.state.in_(("dead", "unknown")), 0), (kept.state == "waiting", 1), else_=2)
    for kept in (Inbox, Outbox)
}


async def one_letter(connection: AsyncConnection, way: Way, seq: int) -> Letter:
    """One message with all it says.

    Raises:
        NoSuchMessage: there is none by that number.
    """
    kept = table(way)
    row = (await connection.execute(select(kept).where(kept.seq == seq))).first()
    if row is None:
        raise NoSuchMessage(way=way, seq=seq)
    return letter(way, row, whole=True)


def letter(way: Way, row: Row[Any], *, whole: bool) -> Letter:
    """A row of either box as the screens show it."""
    coming = way == "in"
    return Letter(
        way=way,
        seq=row.seq,
        id=str(row.id),
        type=row.type,
        document=row.document,
        source=row.source if coming else "",
        state=row.state,
        tries=row.tries,
        at=row.received_at if coming else row.created_at,
        next_try_at=row.next_try_at if row.state == "waiting" else None,
        ended_at=row.done_at if coming else row.sent_at,
        error=row.last_error,
        problem=row.problem if coming else None,
        note=row.note,
        data=(row.body if coming else row.data) if whole else None,
    )
