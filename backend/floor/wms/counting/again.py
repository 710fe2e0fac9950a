"""Counting again: a difference goes to somebody else's eyes first, then to a supervisor, who books it or asks once more."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access import others_at_work
from backend.floor.stock import Lot, post
from backend.floor.wms.counting import looks, rules
from backend.floor.wms.counting.documents import count_document
from backend.floor.wms.counting.found import Sorted, item_of
from backend.floor.wms.counting.looks import Look
from backend.floor.wms.counting.opening import close, open_task
from backend.floor.wms.counting.schemas import ClaimCount, CountDecided, CountDocument, DecideCount
from backend.floor.wms.counting.settle import compare, settle
from backend.floor.wms.counting.tell import tell_changes
from backend.floor.work import FloorException, Found, Task, raise_exception, tasks
from backend.kernel import clock
from backend.kernel.commands import Command
from backend.kernel.problems import Conflict
from backend.kernel.quantity import plain

COUNTERS = ("picker", "receiver", "supervisor")
_ASKS = ("count_again", "count_review")


class OthersTurn(Conflict):
    """Whoever found a difference does not look at it again while a colleague can."""

    type = "count-others-turn"
    title = "Somebody else counts this again"


class NothingToDecide(Conflict):
    """The count is settled, or nobody has counted yet."""

    type = "count-not-waiting"
    title = "This count does not wait for a decision"


async def claim_count(connection: AsyncConnection, command: Command[ClaimCount]) -> CountDocument:
    """Takes a count to do, the given one or the oldest waiting. One's own that differed goes to a colleague, if one is at work.

    Raises:
        OthersTurn: all that waits is to be counted again by somebody else.
    """
    who, wanted = command.who, command.payload.task
    mine = looks.looked_last(who.person_id)
    alone = not await others_at_work(connection, who.site_id, COUNTERS, but=who.person_id)
    try:
        task = await tasks.claim(connection, command, kind="count", task=wanted, but=None if alone else mine)
    except tasks.NoWork:
        left = select(Task.id).where(Task.site_id == who.site_id, Task.kind == "count")
        left = left.where(Task.state == "released", mine)
        if wanted is not None:
            left = left.where(Task.id == wanted)
        if (await connection.execute(left.limit(1))).first() is None:
            raise
        raise OthersTurn from None
    return await count_document(connection, who.site_id, task)


async def hand_on(
    connection: AsyncConnection, command: Command[Any], task: Any, look: Look, outcome: str
) -> None:
    """Gives a count that differs to somebody else, or puts it before a supervisor; told on the list of exceptions either way."""
    if outcome == "review":
        await tasks.hold_back(connection, task.id)
    else:
        await tasks.hand_on(connection, task.id, by=command.who.person_id)
    before = [one for one in await looks.looks_at(connection, task.id) if one != look]
    item = await item_of(connection, task)
    details = {"sku": item.sku, "expected": plain(look.expected), "counted": plain(look.counted)}
    if before:
        details["counted_before"] = plain(before[-1].counted)
    asks = Found(
        kind=f"count_{outcome}",
        severity="high" if outcome == "review" else "low",
        task=task.id,
        item=task.item_id,
        place=task.place_id,
        details=details,
    )
    await raise_exception(connection, task.site_id, asks, command=command)


async def no_more_asked(connection: AsyncConnection, task: UUID, resolution: str) -> None:
    """What an earlier look asked is answered by a later one, or by the supervisor."""
    await connection.execute(
        update(FloorException)
        .where(FloorException.task_id == task, FloorException.kind.in_(_ASKS), FloorException.state == "open")
        .values(state="resolved", resolved_at=clock.now(), resolution=resolution)
    )


async def decide_count(connection: AsyncConnection, command: Command[DecideCount]) -> CountDecided:
    """A supervisor books the newest look at a count, or asks for one more. What moved since that look stays moved.

    Raises:
        NothingToDecide: the count is settled, or nobody has counted yet.
    """
    facts = command.payload
    task = await open_task(connection, command.who.site_id, facts.task)
    given = [] if task is None else await looks.looks_at(connection, task.id)
    if task is None or not given:
        raise NothingToDecide
    await no_more_asked(connection, task.id, "accepted" if facts.accept else "again")
    outcome = rules.AFTER["again", "accept" if facts.accept else "recount"]
    if outcome == "again":
        await tasks.hand_on(connection, task.id, by=command.who.person_id)
        return CountDecided(task=task.id, outcome=outcome)
    look = given[-1]
    item = await item_of(connection, task)
    compared = await compare(connection, task, Sorted(items={item.id: item}))
    compared.shift(look.differences, undated=await _undated(connection, item, look))
    settled = await settle(connection, compared)
    await post(
        connection, command, [msgspec.structs.replace(move, reason="decided") for move in settled.moves]
    )
    await close(connection, task.id, expected=look.expected, counted=look.counted)
    await tell_changes(connection, command, settled, compared.items)
    return CountDecided(task=task.id, outcome=outcome)


async def _undated(connection: AsyncConnection, item: Any, look: Look) -> set[UUID]:
    lots = [lot for lot, _, _ in look.differences if lot is not None]
    if not item.expires or not lots:
        return set()
    rows = await connection.execute(select(Lot.id).where(Lot.id.in_(lots), Lot.expires_on.is_(None)))
    return set(rows.scalars())
