"""The buyer's side over HTTP: /api/floor/suppliers."""

from uuid import UUID

from litestar import Router, get

from backend.access import requires
from backend.floor.srm import buyer_schemas, schemas
from backend.floor.srm.commands import COMMANDS
from backend.floor.srm.queries import buyer_order, buyer_rows
from backend.floor.typed_route import command_route
from backend.kernel.commands import Who
from backend.kernel.db import Database
from backend.kernel.paging import Asked, PageNumber, PageSize, Search, Show

_BUYERS = requires("buyer", "planner", "supervisor")


@get("/orders", operation_id="getPurchaseOrders", guards=[_BUYERS])
async def get_purchase_orders(
    db: Database,
    who: Who,
    page: PageNumber = 1,
    size: PageSize = 50,
    show: Show = "",
    search: Search = "",
) -> buyer_schemas.BuyerRows:
    """The site's purchase orders: what waits for the buyer first."""
    async with db.transaction() as connection:
        return await buyer_rows(connection, who.site_id, Asked(page, size, show), search=search)


@get("/orders/{order_id:uuid}", operation_id="getPurchaseOrder", guards=[_BUYERS])
async def get_purchase_order(db: Database, who: Who, order_id: UUID) -> buyer_schemas.BuyerOrder:
    """One purchase order with its answers, advices, mails and links."""
    async with db.transaction() as connection:
        return await buyer_order(connection, who.site_id, order_id)


router = Router(
    "/suppliers",
    tags=["suppliers"],
    route_handlers=[
        get_purchase_orders,
        get_purchase_order,
        command_route("/accept", "supplier.accept", COMMANDS, schemas.Decided),
        command_route("/counter", "supplier.counter", COMMANDS, schemas.Decided),
        command_route("/answer-for", "supplier.answer_for", COMMANDS, schemas.Receipt),
        command_route("/revoke-link", "supplier.revoke_link", COMMANDS, schemas.LinkTold),
        command_route("/renew-link", "supplier.renew_link", COMMANDS, schemas.LinkTold),
        command_route("/resend", "supplier.resend", COMMANDS, schemas.LinkTold),
    ],
)
