"""Asks for labels, and says which printers a site has."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.labels.queries import labels
from backend.floor.printing import schemas
from backend.floor.printing.problems import (
    NoSuchPrinter,
    NotAPrintersAddress,
    PrinterCodeTaken,
    PrintJobMoved,
)
from backend.floor.printing.queries import job_told
from backend.floor.printing.rules import Event, after, before, is_host
from backend.floor.printing.tables import LabelPrinter, PrintJob
from backend.kernel import clock
from backend.kernel.commands import Command, Registry, Who, transactional
from backend.kernel.ids import new_id
from backend.kernel.problems import NotAllowed

_BADGE_ROLES = frozenset({"supervisor", "admin"})
OWN_LABEL = "printer"
"""The kind of a printer's own label, which only this slice can make."""


async def print_labels(
    connection: AsyncConnection, command: Command[schemas.PrintLabels]
) -> schemas.PrintJobTold:
    """Queues labels for a printer; the worker sends them within a second or two.

    Raises:
        NoSuchPrinter: not here, or out of use.
        NotFound: nothing has one of the codes.
        NotAllowed: badges are a supervisor's.
    """
    wanted = command.payload
    if wanted.kind == "badge" and not command.who.roles & _BADGE_ROLES:
        raise NotAllowed("Badges are printed by a supervisor.", needed=sorted(_BADGE_ROLES))
    await labels(connection, command.who.site_id, wanted.kind, wanted.codes, wanted.item)
    facts = {"kind": wanted.kind, "codes": wanted.codes, "item": wanted.item, "copies": wanted.copies}
    return await _queue(connection, command.who, wanted.printer, facts)


async def print_test(
    connection: AsyncConnection, command: Command[schemas.TestPrint]
) -> schemas.PrintJobTold:
    """Queues the label that is stuck on the printer and scanned to choose it.

    Raises:
        NoSuchPrinter: not here, or out of use.
    """
    facts: dict[str, Any] = {"kind": OWN_LABEL, "codes": []}
    return await _queue(connection, command.who, command.payload.printer, facts)


async def _queue(
    connection: AsyncConnection, who: Who, printer: UUID, facts: dict[str, Any]
) -> schemas.PrintJobTold:
    held = select(LabelPrinter.id).where(
        LabelPrinter.id == printer, LabelPrinter.site_id == who.site_id, LabelPrinter.is_active
    )
    if (await connection.execute(held.with_for_update(read=True))).first() is None:
        raise NoSuchPrinter
    job, now = new_id(), clock.now()
    await connection.execute(
        insert(PrintJob).values(
            id=job,
            site_id=who.site_id,
            printer_id=printer,
            due_at=now,
            asked_at=now,
            asked_by=who.person_id,
            **facts,
        )
    )
    return await job_told(connection, who.site_id, job)


async def print_again(
    connection: AsyncConnection, command: Command[schemas.PrintJobRef]
) -> schemas.PrintJobTold:
    """Sends a job once more: its label was lost, or nobody knew whether it had come out.

    Raises:
        PrintJobMoved: it is on its way already.
        NotFound: no such job here.
    """
    now = clock.now()
    return await _move(connection, command, "again", {"due_at": now, "asked_at": now, "ended_at": None})


async def cancel_print(
    connection: AsyncConnection, command: Command[schemas.PrintJobRef]
) -> schemas.PrintJobTold:
    """Takes a job out of the queue.

    Raises:
        PrintJobMoved: it has gone out, or is on its way.
        NotFound: no such job here.
    """
    return await _move(connection, command, "cancel", {"ended_at": clock.now()})


async def _move(
    connection: AsyncConnection, command: Command[schemas.PrintJobRef], event: Event, values: dict[str, Any]
) -> schemas.PrintJobTold:
    job, site = command.payload.job, command.who.site_id
    states = before(event)
    moved = await connection.execute(
        update(PrintJob)
        .where(
            PrintJob.id == job,
            PrintJob.site_id == site,
            PrintJob.state.in_(states),
            PrintJob.printer_id.in_(select(LabelPrinter.id).where(LabelPrinter.is_active)),
        )
        .values(state=after(states[0], event), fault="", tries=0, **values)
        .returning(PrintJob.id)
    )
    if moved.first() is None:
        now = await job_told(connection, site, job)
        raise PrintJobMoved(f"The job is {now.state}.", state=now.state)
    return await job_told(connection, site, job)


async def add_printer(
    connection: AsyncConnection, command: Command[schemas.AddPrinter]
) -> schemas.PrinterSaved:
    """Adds a printer.

    Raises:
        PrinterCodeTaken: another one in use has the code.
        NotAPrintersAddress: the host is neither an address nor a name.
    """
    printer = new_id()
    row = pg_insert(LabelPrinter).values(id=printer, site_id=command.who.site_id, **_facts(command.payload))
    added = await connection.execute(row.on_conflict_do_nothing().returning(LabelPrinter.id))
    if added.first() is None:
        raise PrinterCodeTaken(code=command.payload.code)
    return schemas.PrinterSaved(printer=printer)


async def change_printer(
    connection: AsyncConnection, command: Command[schemas.ChangePrinter]
) -> schemas.PrinterSaved:
    """Changes a printer's facts; what waits for it goes to the new address.

    Raises:
        NoSuchPrinter, PrinterCodeTaken, NotAPrintersAddress
    """
    wanted, site = command.payload, command.who.site_id
    taken = select(LabelPrinter.id).where(
        LabelPrinter.site_id == site,
        LabelPrinter.code == wanted.code,
        LabelPrinter.is_active,
        LabelPrinter.id != wanted.printer,
    )
    if (await connection.execute(taken)).first() is not None:
        raise PrinterCodeTaken(code=wanted.code)
    await _update(
        connection, command.who, wanted.printer, _facts(wanted) | {"fault": "", "fault_since": None}
    )
    return schemas.PrinterSaved(printer=wanted.printer)


async def remove_printer(
    connection: AsyncConnection, command: Command[schemas.RemovePrinter]
) -> schemas.PrinterSaved:
    """Takes a printer out of use; its jobs stay to be read, those that wait are cancelled.

    Raises:
        NoSuchPrinter: not here, or out of use already.
    """
    printer = command.payload.printer
    await _update(connection, command.who, printer, {"is_active": False})
    await connection.execute(
        update(PrintJob)
        .where(PrintJob.printer_id == printer, PrintJob.state.in_(before("cancel")))
        .values(state="cancelled", ended_at=clock.now())
    )
    return schemas.PrinterSaved(printer=printer)


async def _update(connection: AsyncConnection, who: Who, printer: UUID, values: dict[str, Any]) -> None:
    changed = await connection.execute(
        update(LabelPrinter)
        .where(LabelPrinter.id == printer, LabelPrinter.site_id == who.site_id, LabelPrinter.is_active)
        .values(**values)
        .returning(LabelPrinter.id)
    )
    if changed.first() is None:
        raise NoSuchPrinter


def _facts(printer: schemas.AddPrinter) -> dict[str, Any]:
    if not is_host(printer.host):
        raise NotAPrintersAddress(host=printer.host)
    return {
        "code": printer.code,
        "name": printer.name.strip(),
        "host": printer.host,
        "port": printer.port,
        "resolution": printer.resolution,
    }


COMMANDS: Registry = {
    "label.print": (schemas.PrintLabels, transactional(print_labels)),
    "label.again": (schemas.PrintJobRef, transactional(print_again)),
    "label.cancel": (schemas.PrintJobRef, transactional(cancel_print)),
    "printer.test": (schemas.TestPrint, transactional(print_test)),
    "printer.add": (schemas.AddPrinter, transactional(add_printer)),
    "printer.change": (schemas.ChangePrinter, transactional(change_printer)),
    "printer.remove": (schemas.RemovePrinter, transactional(remove_printer)),
}
