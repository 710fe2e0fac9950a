"""Every stored state against its log: what the cache says must be what the fold says."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.mes import rules
from backend.floor.mes.log import read_log
from backend.floor.mes.tables import OpClock, Operation, OpEvent


async def rebuilt(connection: AsyncConnection) -> list[str]:
    """Folds the log of every operation that has one anew; names each whose stored row or clocks differ."""
    rows = (
        await connection.execute(
            select(
                Operation.id,
                Operation.good,
                Operation.scrap,
                Operation.rework,
                Operation.state,
                Operation.last_at,
            ).where(Operation.id.in_(select(OpEvent.operation_id)))
        )
    ).all()
    wrong = []
    for row in rows:
        state = rules.fold(await read_log(connection, row.id))
        kept = (row.good, row.scrap, row.rework, row.state, row.last_at)
        if kept != (state.good, state.scrap, state.rework, state.name, state.last_at):
            wrong.append(f"operation {row.id}: {kept}")
        clocks = (
            await connection.execute(
                select(OpClock.person_id, OpClock.kind, OpClock.since, OpClock.worked, OpClock.told).where(
                    OpClock.operation_id == row.id
                )
            )
        ).all()
        stored = {
            one.person_id: rules.Clock(kind=one.kind, since=one.since, worked=one.worked, told=one.told)
            for one in clocks
        }
        if {person: one for person, one in stored.items() if one != rules.Clock()} != state.clocks:
            wrong.append(f"clocks of {row.id}")
    return wrong
