"""Calls for help: raised at a work centre, acknowledged, arrived, resolved. What waits too long goes to the supervisor."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.mes import rules
from backend.floor.mes.machine import centre_here
from backend.floor.mes.masters import WorkCentre
from backend.floor.mes.problems import CallOver
from backend.floor.mes.schemas import AnswerCall, CallTold, RaiseCall, ResolveCall
from backend.floor.mes.tables import AndonCall
from backend.floor.work import Found, raise_exception
from backend.kernel import clock
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.problems import NotFound

STEPS = {"acknowledge": "acknowledged", "arrive": "arrived", "resolve": "resolved"}


async def raise_call(connection: AsyncConnection, command: Command[RaiseCall]) -> CallTold:
    """Calls somebody to a work centre. The call's id is the command's, so that the device knows it before the answer."""
    facts = command.payload
    await centre_here(connection, command.who.site_id, facts.work_centre)
    await connection.execute(
        insert(AndonCall).values(
            id=command.id,
            site_id=command.who.site_id,
            work_centre_id=facts.work_centre,
            operation_id=facts.operation,
            kind=facts.kind,
            note=facts.note,
            photo=facts.photo,
            critical=facts.critical,
            raised_by=command.who.person_id,
            raised_at=command.captured_at,
        )
    )
    return CallTold(call=command.id, state="raised")


def _answer(
    event: str,
) -> Callable[[AsyncConnection, Command[AnswerCall | ResolveCall]], Awaitable[CallTold]]:
    async def answer(connection: AsyncConnection, command: Command[AnswerCall | ResolveCall]) -> CallTold:
        """Takes a call one step further.

        Raises:
            CallOver: it is beyond that step already.
            NotFound: there is no such call at this site.
        """
        facts = command.payload
        row = (
            await connection.execute(
                select(AndonCall.state)
                .where(AndonCall.id == facts.call, AndonCall.site_id == command.who.site_id)
                .with_for_update()
            )
        ).first()
        if row is None:
            raise NotFound("No such call.", call=str(facts.call))
        to = rules.CALL.get((row.state, event))
        if to is None:
            raise CallOver(f"The call is {row.state} already.", state=row.state)
        step = STEPS[event]
        values: dict[str, Any] = {
            "state": to,
            f"{step}_by": command.who.person_id,
            f"{step}_at": command.captured_at,
            "level": 0,
        }
        if isinstance(facts, ResolveCall):
            values["resolution"] = facts.resolution
        await connection.execute(update(AndonCall).where(AndonCall.id == facts.call).values(values))
        return CallTold(call=facts.call, state=to)

    return answer


async def escalate(connection: AsyncConnection) -> Sequence[UUID]:
    """Tells the supervisor of calls that wait longer than people should. Returns the sites that have some."""
    rows = await connection.execute(
        select(
            AndonCall.id,
            AndonCall.site_id,
            AndonCall.state,
            AndonCall.level,
            AndonCall.kind,
            AndonCall.critical,
            AndonCall.raised_at,
            AndonCall.acknowledged_at,
            WorkCentre.code,
        )
        .join(WorkCentre, WorkCentre.id == AndonCall.work_centre_id)
        .where(AndonCall.state.in_(("raised", "acknowledged")))
        .with_for_update(of=AndonCall, skip_locked=True)
    )
    now = clock.now()
    sites = []
    for row in rows.all():
        since = row.raised_at if row.state == "raised" else row.acknowledged_at
        if not rules.escalates(row.state, row.level, since, now):
            continue
        await connection.execute(
            update(AndonCall).where(AndonCall.id == row.id).values(level=AndonCall.level + 1)
        )
        found = Found(
            kind="call_not_answered" if row.state == "raised" else "call_nobody_came",
            severity="high" if row.critical or row.level > 0 else "normal",
            document=row.id,
            details={
                "call": row.kind,
                "centre": row.code,
                "minutes": str(int((now - row.raised_at).total_seconds() // 60)),
                "level": row.level + 1,
            },
        )
        await raise_exception(connection, row.site_id, found)
        sites.append(row.site_id)
    return sites


COMMANDS: Registry = {
    "call.raise": (RaiseCall, transactional(raise_call)),
    "call.acknowledge": (AnswerCall, transactional(_answer("acknowledge"))),
    "call.arrive": (AnswerCall, transactional(_answer("arrive"))),
    "call.resolve": (ResolveCall, transactional(_answer("resolve"))),
}
