"""Sales orders over HTTP: /api/core/sales-orders."""

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.access.guards import requires
from backend.core.duties import READERS
from backend.core.erp.sales import queries, schemas
from backend.core.erp.sales.commands import COMMANDS
from backend.core.typed_route import command_route
from backend.kernel.db import Database
from backend.kernel.paging import Asked, PageNumber, PageSize, Search, Show


@get("/", operation_id="salesOrders", guards=[requires(*READERS)])
async def sales_orders(
    db: NamedDependency[Database],
    page: PageNumber = 1,
    size: PageSize = 50,
    show: Show = "",
    customer: FromQuery[str] = "",
    search: Search = "",
) -> schemas.SalesOrders:
    """Sales orders, the earliest due first."""
    async with db.transaction() as connection:
        return await queries.sales_orders(
            connection, Asked(page, size, show), customer=customer, search=search
        )


@get("/{number:str}", operation_id="salesOrder", guards=[requires(*READERS)])
async def sales_order(db: NamedDependency[Database], number: FromPath[str]) -> schemas.SalesOrderFacts:
    """One sales order, whole."""
    async with db.transaction() as connection:
        return await queries.sales_order(connection, number)


router = Router(
    "/sales-orders",
    tags=["sales"],
    route_handlers=[
        sales_orders,
        sales_order,
        command_route("/enter", "sales.enter", COMMANDS, schemas.SalesOrderState),
        command_route("/release", "sales.release", COMMANDS, schemas.SalesOrderState),
        command_route("/cancel", "sales.cancel", COMMANDS, schemas.SalesOrderState),
        command_route("/invoice", "sales.invoice", COMMANDS, schemas.SalesOrderState),
        command_route("/payments", "sales.book_payment", COMMANDS, schemas.SalesOrderState),
    ],
)
