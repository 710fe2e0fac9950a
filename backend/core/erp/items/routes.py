"""Items over HTTP: /api/core/items."""

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.access.guards import requires
from backend.core.duties import READERS
from backend.core.erp.items import queries, schemas
from backend.core.erp.items.commands import COMMANDS as COSTING
from backend.core.plm.commands import COMMANDS
from backend.core.plm.schemas import RevisionState
from backend.core.typed_route import command_route
from backend.kernel.db import Database
from backend.kernel.paging import Asked, PageNumber, PageSize, Search, Show


@get("/", operation_id="items", guards=[requires(*READERS)])
async def items(
    db: NamedDependency[Database],
    page: PageNumber = 1,
    size: PageSize = 50,
    search: Search = "",
    show: Show = "",
) -> schemas.Items:
    """Items by SKU."""
    async with db.transaction() as connection:
        return await queries.items(connection, Asked(page, size, show), search=search)


@get("/{sku:str}", operation_id="item", guards=[requires(*READERS)])
async def item(db: NamedDependency[Database], sku: FromPath[str]) -> schemas.ItemFacts:
    """One item: revisions, BOMs, costs, value, and the open lines it stands on."""
    async with db.transaction() as connection:
        return await queries.item(connection, sku)


router = Router(
    "/items",
    tags=["items"],
    route_handlers=[
        items,
        item,
        command_route("/revisions/draft", "item.draft_revision", COMMANDS, RevisionState),
        command_route("/revisions/release", "item.release_revision", COMMANDS, RevisionState),
        command_route("/cost", "item.cost", COSTING, schemas.Costed),
    ],
)
