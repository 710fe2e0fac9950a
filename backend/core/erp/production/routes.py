"""Work orders over HTTP: /api/core/work-orders."""

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.access.guards import requires
from backend.core.duties import READERS
from backend.core.erp.production import queries, schemas
from backend.core.erp.production.commands import COMMANDS
from backend.core.typed_route import command_route
from backend.kernel.db import Database
from backend.kernel.paging import Asked, PageNumber, PageSize, Search, Show


@get("/", operation_id="workOrders", guards=[requires(*READERS)])
async def work_orders(
    db: NamedDependency[Database],
    page: PageNumber = 1,
    size: PageSize = 50,
    show: Show = "",
    search: Search = "",
) -> schemas.WorkOrders:
    """Work orders, the earliest due first."""
    async with db.transaction() as connection:
        return await queries.work_orders(connection, Asked(page, size, show), search=search)


@get("/{number:str}", operation_id="workOrder", guards=[requires(*READERS)])
async def work_order(db: NamedDependency[Database], number: FromPath[str]) -> schemas.WorkOrderFacts:
    """One work order with its operations, materials and cost so far."""
    async with db.transaction() as connection:
        return await queries.work_order(connection, number)


router = Router(
    "/work-orders",
    tags=["production"],
    route_handlers=[
        work_orders,
        work_order,
        command_route("/draft", "work_order.draft", COMMANDS, schemas.WorkOrderState),
        command_route("/release", "work_order.release", COMMANDS, schemas.WorkOrderState),
        command_route("/cancel", "work_order.cancel", COMMANDS, schemas.WorkOrderState),
        command_route("/close", "work_order.close", COMMANDS, schemas.WorkOrderState),
    ],
)
