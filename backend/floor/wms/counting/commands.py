"""Counting: a blind count of one item in one bin settles what the books say, however much moved meanwhile."""

from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.stock import post
from backend.floor.wms.counting import looks, rules
from backend.floor.wms.counting.again import claim_count, decide_count, hand_on, no_more_asked
from backend.floor.wms.counting.found import sort_out
from backend.floor.wms.counting.looks import Look
from backend.floor.wms.counting.opening import close, open_count, open_task
from backend.floor.wms.counting.schemas import ClaimCount, CountPosted, DecideCount, PostCount
from backend.floor.wms.counting.settle import compare, settle
from backend.floor.wms.counting.tell import tell_changes, tell_differences
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.problems import Conflict

ZERO = Decimal(0)


class CountOver(Conflict):
    """The count was posted or cancelled."""

    type = "count-over"
    title = "This count is already settled"


async def post_count(connection: AsyncConnection, command: Command[PostCount]) -> CountPosted:
    """Takes in what a person counted: booked at once if it agrees or nearly so, or else looked at again by somebody else.

    Booked, the bin's books become what was counted; promises that no longer fit give way, the newest first. Other things that lie
    there are booked under the label they bear, now; what cannot be is an exception, never lost.

    Raises:
        CountOver: the count was settled before.
        BadRequest: half a piece of something that comes in wholes.
    """
    facts = command.payload
    task, undone = await _task(connection, command)
    await no_more_asked(connection, task.id, "counted")
    compared = await compare(connection, task, await sort_out(connection, task, facts.counted, facts.units))
    total = sum((one.quantity for one in compared.seen.values() if one.item == task.item_id), start=ZERO)
    look = Look(expected=compared.expected, counted=total, differences=compared.differences())
    before = await looks.looks_at(connection, task.id)
    came = rules.came_in(look.differences, look.expected, [one.differences for one in before] + undone)
    outcome = rules.AFTER["again" if before else "first", came]
    await looks.keep(connection, command, task.id, look)
    settled = await settle(connection, compared, own=outcome == "booked")
    await post(connection, command, settled.moves)
    for item in dict.fromkeys(settled.asked):
        await open_count(
            connection, task.site_id, place=task.place_id, item=item, reason="found", command_id=command.id
        )
    await tell_changes(connection, command, settled, compared.items)
    told = await tell_differences(connection, command, task, settled, compared.items, total)
    if outcome != "booked":
        await hand_on(connection, command, task, look, outcome)
        return CountPosted(task=facts.task, outcome=outcome, counted=total, exceptions=told)
    await close(connection, task.id, expected=settled.expected, counted=total)
    return CountPosted(
        task=facts.task,
        outcome=outcome,
        expected=settled.expected,
        counted=total,
        adjusted=total - settled.expected,
        given_up=settled.given_up,
        exceptions=told,
    )


async def _task(
    connection: AsyncConnection, command: Command[PostCount]
) -> tuple[Any, list[rules.Differences]]:
    """The count that is posted, locked; and what takes back one's own wrong look, if that was booked and is counted anew."""
    facts = command.payload
    task = await open_task(connection, command.who.site_id, facts.task)
    wrong = None if facts.replaces is None else await looks.take_back(connection, command, facts.replaces)
    if task is None and wrong is not None and wrong.state == "done":
        anew = await open_count(
            connection, wrong.site_id, place=wrong.place_id, item=wrong.item_id, reason="corrected"
        )
        return await open_task(connection, wrong.site_id, anew), [looks.turned(wrong)]
    if task is None:
        raise CountOver
    return task, []


COMMANDS: Registry = {
    "count.claim": (ClaimCount, transactional(claim_count)),
    "count.post": (PostCount, transactional(post_count)),
    "count_review.decide": (DecideCount, transactional(decide_count)),
}
