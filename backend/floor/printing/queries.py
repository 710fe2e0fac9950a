"""The printers of a site and what was asked of them."""

from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.tables import Person
from backend.floor.printing.schemas import PrinterTold, PrintJobTold
from backend.floor.printing.tables import LabelPrinter, PrintJob
from backend.kernel.problems import NotFound

MOST_JOBS: Final = 50

_JOB: Final = (
    select(
        PrintJob.id,
        PrintJob.printer_id.label("printer"),
        LabelPrinter.code.label("printer_code"),
        PrintJob.kind,
        PrintJob.codes,
        PrintJob.item,
        PrintJob.copies,
        PrintJob.state,
        PrintJob.fault,
        PrintJob.asked_at,
        func.coalesce(Person.name, "").label("asked_by"),
    )
    .join(LabelPrinter, LabelPrinter.id == PrintJob.printer_id)
    .join(Person, Person.id == PrintJob.asked_by, isouter=True)
)


async def printers(connection: AsyncConnection, site_id: UUID) -> list[PrinterTold]:
    """Those in use, by code."""
    waiting = func.count(PrintJob.id).filter(PrintJob.state.in_(("waiting", "sending")))
    unsure = func.count(PrintJob.id).filter(PrintJob.state.in_(("unsure", "failed")))
    found = await connection.execute(
        select(
            LabelPrinter.id,
            LabelPrinter.code,
            LabelPrinter.name,
            LabelPrinter.host,
            LabelPrinter.port,
            LabelPrinter.resolution,
            LabelPrinter.fault,
            LabelPrinter.fault_since,
            waiting.label("waiting"),
            unsure.label("unsure"),
        )
        .join(
            PrintJob,
            (PrintJob.printer_id == LabelPrinter.id) & PrintJob.state.not_in(("sent", "cancelled")),
            isouter=True,
        )
        .where(LabelPrinter.site_id == site_id, LabelPrinter.is_active)
        .group_by(LabelPrinter.id)
        .order_by(LabelPrinter.code)
    )
    return [PrinterTold(**row) for row in found.mappings()]


async def jobs(connection: AsyncConnection, site_id: UUID) -> list[PrintJobTold]:
    """The newest 50."""
    newest = _JOB.where(PrintJob.site_id == site_id).order_by(PrintJob.id.desc()).limit(MOST_JOBS)
    return [PrintJobTold(**row) for row in (await connection.execute(newest)).mappings()]


async def job_told(connection: AsyncConnection, site_id: UUID, job: UUID) -> PrintJobTold:
    """One job.

    Raises:
        NotFound: no such job at this site.
    """
    one = _JOB.where(PrintJob.id == job, PrintJob.site_id == site_id)
    row = (await connection.execute(one)).mappings().first()
    if row is None:
        raise NotFound("No such print job here.")
    return PrintJobTold(**row)
