"""Inspection over HTTP: /api/floor/quality."""

from uuid import UUID

from litestar import Router, get

from backend.access import requires
from backend.floor.qms import documents, report_documents, report_schemas, schemas
from backend.floor.qms.chart_document import feature_chart
from backend.floor.qms.charts import Chart
from backend.floor.qms.commands import COMMANDS
from backend.floor.typed_route import command_route
from backend.kernel.commands import Who
from backend.kernel.db import Database

READERS = ("inspector", "supervisor")


@get("/lots", operation_id="listInspectionLots", guards=[requires(*READERS)])
async def list_lots(db: Database, who: Who) -> list[schemas.InspectionFacts]:
    """What waits for inspection, the most urgent first; then what was decided last."""
    async with db.transaction() as connection:
        return await documents.queue(connection, who.site_id)


@get("/lots/{lot_id:uuid}", operation_id="getInspectionLot", guards=[requires(*READERS)])
async def get_lot(db: Database, who: Who, lot_id: UUID) -> schemas.LotDocument:
    """A lot, whole, with its plan, drawing, gauges and readings."""
    async with db.transaction() as connection:
        return await documents.lot_document(connection, who.site_id, lot_id)


@get("/lots/{lot_id:uuid}/charts/{characteristic:int}", operation_id="getChart", guards=[requires(*READERS)])
async def get_chart(db: Database, who: Who, lot_id: UUID, characteristic: int) -> Chart:
    """The control chart of one feature up to this lot."""
    async with db.transaction() as connection:
        return await feature_chart(connection, who.site_id, lot_id, characteristic)


@get("/reports", operation_id="listNcrs", guards=[requires(*READERS)])
async def list_reports(db: Database, who: Who) -> list[report_schemas.NcrDocument]:
    """Nonconformity reports, the open ones first."""
    async with db.transaction() as connection:
        return await report_documents.reports(connection, who)


@get("/reports/{ncr_id:uuid}", operation_id="getNcr", guards=[requires(*READERS)])
async def get_report(db: Database, who: Who, ncr_id: UUID) -> report_schemas.NcrDocument:
    """A nonconformity report, whole."""
    async with db.transaction() as connection:
        return await report_documents.report_document(connection, who, ncr_id)


@get("/severities", operation_id="listSeverities", guards=[requires(*READERS)])
async def list_severities(db: Database, who: Who) -> list[schemas.SeverityFacts]:
    """How severely each supplier's items are inspected, and why."""
    async with db.transaction() as connection:
        return await documents.severities(connection, who.site_id)


router = Router(
    "/quality",
    tags=["quality"],
    route_handlers=[
        list_lots,
        get_lot,
        get_chart,
        list_reports,
        get_report,
        list_severities,
        command_route("/read", "quality.read", COMMANDS, schemas.ReadingBooked),
        command_route("/decide", "quality.decide", COMMANDS, schemas.LotDecided),
        command_route("/reports/step", "quality.ncr_step", COMMANDS, report_schemas.NcrStepped),
        command_route("/permit", "quality.permit", COMMANDS, schemas.Permitted),
    ],
)
