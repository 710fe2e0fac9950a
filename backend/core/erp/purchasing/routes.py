"""Purchase orders over HTTP: /api/core/purchase-orders."""

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.access.guards import requires
from backend.core.duties import READERS
from backend.core.erp.purchasing import queries, schemas
from backend.core.erp.purchasing.commands import COMMANDS
from backend.core.typed_route import command_route
from backend.kernel.db import Database
from backend.kernel.paging import Asked, PageNumber, PageSize, Search, Show


@get("/", operation_id="purchaseOrders", guards=[requires(*READERS)])
async def purchase_orders(
    db: NamedDependency[Database],
    page: PageNumber = 1,
    size: PageSize = 50,
    show: Show = "",
    supplier: FromQuery[str] = "",
    search: Search = "",
) -> schemas.PurchaseOrders:
    """Purchase orders, the newest number first."""
    async with db.transaction() as connection:
        return await queries.purchase_orders(
            connection, Asked(page, size, show), supplier=supplier, search=search
        )


@get("/{number:str}", operation_id="purchaseOrder", guards=[requires(*READERS)])
async def purchase_order(db: NamedDependency[Database], number: FromPath[str]) -> schemas.PurchaseOrderFacts:
    """One purchase order with its versions, answers and invoices."""
    async with db.transaction() as connection:
        return await queries.purchase_order(connection, number)


router = Router(
    "/purchase-orders",
    tags=["purchasing"],
    route_handlers=[
        purchase_orders,
        purchase_order,
        command_route("/draft", "purchase.draft", COMMANDS, schemas.PurchaseOrderState),
        command_route("/revise", "purchase.revise", COMMANDS, schemas.PurchaseOrderState),
        command_route("/release", "purchase.release", COMMANDS, schemas.PurchaseOrderState),
        command_route("/cancel", "purchase.cancel", COMMANDS, schemas.PurchaseOrderState),
        command_route("/invoices", "purchase.book_invoice", COMMANDS, schemas.PurchaseOrderState),
    ],
)
