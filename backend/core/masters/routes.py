"""Partners over HTTP: /api/core/partners. Items have their own room, `erp/items`, because they are shown with their value."""

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.access.guards import requires
from backend.core.duties import READERS
from backend.core.masters import queries, schemas
from backend.core.masters.commands import COMMANDS
from backend.core.typed_route import command_route
from backend.kernel.db import Database
from backend.kernel.paging import Asked, PageNumber, PageSize, Search, Show


@get("/", operation_id="partners", guards=[requires(*READERS)])
async def partners(
    db: NamedDependency[Database],
    page: PageNumber = 1,
    size: PageSize = 50,
    show: Show = "",
    search: Search = "",
) -> schemas.Partners:
    """Customers and suppliers by number."""
    async with db.transaction() as connection:
        return await queries.partners(connection, Asked(page, size, show), search=search)


@get("/{number:str}", operation_id="partner", guards=[requires(*READERS)])
async def partner(db: NamedDependency[Database], number: FromPath[str]) -> schemas.PartnerWhole:
    """One partner, and who changed it when."""
    async with db.transaction() as connection:
        return await queries.whole_partner(connection, number)


router = Router(
    "/partners",
    tags=["masters"],
    route_handlers=[
        partners,
        partner,
        command_route("/save", "partner.save", COMMANDS, schemas.PartnerFacts),
    ],
)
