"""Printers over HTTP: /api/floor/printing."""

from uuid import UUID

from litestar import Router, get

from backend.access import requires
from backend.floor.printing import queries, schemas
from backend.floor.printing.commands import COMMANDS
from backend.floor.typed_route import command_route
from backend.kernel.commands import Who
from backend.kernel.db import Database


@get("/printers", operation_id="listPrinters", guards=[requires()])
async def list_printers(db: Database, who: Who) -> list[schemas.PrinterTold]:
    """The printers of my site, with what is wrong with them."""
    async with db.transaction() as connection:
        return await queries.printers(connection, who.site_id)


@get("/jobs", operation_id="listPrintJobs", guards=[requires("supervisor")])
async def list_print_jobs(db: Database, who: Who) -> list[schemas.PrintJobTold]:
    """What was printed last, the newest first."""
    async with db.transaction() as connection:
        return await queries.jobs(connection, who.site_id)


@get("/jobs/{job:uuid}", operation_id="getPrintJob", guards=[requires()])
async def get_print_job(db: Database, who: Who, job: UUID) -> schemas.PrintJobTold:
    """How a job stands."""
    async with db.transaction() as connection:
        return await queries.job_told(connection, who.site_id, job)


router = Router(
    "/printing",
    tags=["printing"],
    route_handlers=[
        list_printers,
        list_print_jobs,
        get_print_job,
        command_route("/jobs", "label.print", COMMANDS, schemas.PrintJobTold),
        command_route("/jobs/again", "label.again", COMMANDS, schemas.PrintJobTold),
        command_route("/jobs/cancel", "label.cancel", COMMANDS, schemas.PrintJobTold),
        command_route("/printers", "printer.add", COMMANDS, schemas.PrinterSaved),
        command_route("/printers/change", "printer.change", COMMANDS, schemas.PrinterSaved),
        command_route("/printers/remove", "printer.remove", COMMANDS, schemas.PrinterSaved),
        command_route("/printers/test", "printer.test", COMMANDS, schemas.PrintJobTold),
    ],
)
