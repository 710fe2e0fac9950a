"""A machine stands or runs. A stop is told with its reason, stops every clock at the work centre, and shuts its gate."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.mes import rules
from backend.floor.mes.entries import Entry, people_running, write
from backend.floor.mes.log import lock_job
from backend.floor.mes.masters import WorkCentre
from backend.floor.mes.problems import MachineState
from backend.floor.mes.schemas import MachineRuns, MachineTold, StopMachine
from backend.floor.mes.tables import MachineStop, Operation
from backend.floor.mes.tell import check_reasons
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.ids import new_id
from backend.kernel.problems import NotFound


async def stop_machine(connection: AsyncConnection, command: Command[StopMachine]) -> MachineTold:
    """Notes that the work centre stands still; everybody's clock there stops with it.

    Raises:
        MachineState: it stands already.
    """
    facts = command.payload
    await check_reasons(connection, command.who.site_id, "stop", [facts.reason])
    await centre_here(connection, command.who.site_id, facts.work_centre)
    running = await connection.execute(
        select(Operation.id)
        .where(Operation.work_centre_id == facts.work_centre, Operation.state.in_(("running", "setup")))
        .order_by(Operation.id)
    )
    for operation in running.scalars().all():
        job = await lock_job(connection, command, operation)
        stopped = [
            Entry(kind="pause", person=person, at=command.captured_at, reason=f"machine:{facts.reason}")
            for person in people_running(job.folded)
        ]
        await write(connection, command, job, stopped)
    made = await connection.execute(
        pg_insert(MachineStop)
        .values(
            id=new_id(),
            site_id=command.who.site_id,
            work_centre_id=facts.work_centre,
            operation_id=facts.operation,
            reason=facts.reason,
            note=facts.note,
            person_id=command.who.person_id,
            stopped_at=command.captured_at,
        )
        .on_conflict_do_nothing()
        .returning(MachineStop.id)
    )
    if made.first() is None:
        raise MachineState("The machine stands already.")
    return MachineTold(work_centre=facts.work_centre, stopped=True, minutes=Decimal(0))


async def machine_runs(connection: AsyncConnection, command: Command[MachineRuns]) -> MachineTold:
    """Notes that the work centre can work again; who was at work starts the clock by hand.

    Raises:
        MachineState: it was not stopped.
    """
    facts = command.payload
    row = (
        await connection.execute(
            select(MachineStop.id, MachineStop.stopped_at)
            .where(
                MachineStop.work_centre_id == facts.work_centre,
                MachineStop.site_id == command.who.site_id,
                MachineStop.runs_at.is_(None),
            )
            .with_for_update()
        )
    ).first()
    if row is None:
        raise MachineState("The machine was not stopped.")
    at = max(command.captured_at, row.stopped_at)
    await connection.execute(
        update(MachineStop).where(MachineStop.id == row.id).values(runs_at=at, runs_by=command.who.person_id)
    )
    return MachineTold(
        work_centre=facts.work_centre, stopped=False, minutes=rules.minutes(row.stopped_at, at)
    )


async def centre_here(connection: AsyncConnection, site: UUID, centre: UUID) -> None:
    """Raises NotFound for a work centre of another site, or none."""
    found = await connection.execute(
        select(WorkCentre.id).where(WorkCentre.id == centre, WorkCentre.site_id == site)
    )
    if found.first() is None:
        raise NotFound("No such work centre.", work_centre=str(centre))


COMMANDS: Registry = {
    "job.stop_machine": (StopMachine, transactional(stop_machine)),
    "job.machine_runs": (MachineRuns, transactional(machine_runs)),
}
