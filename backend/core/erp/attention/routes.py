"""Concerns over HTTP: /api/core/concerns."""

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from backend.access.guards import requires
from backend.core.duties import READERS
from backend.core.erp.attention import queries
from backend.core.erp.concerns import schemas
from backend.core.erp.concerns.commands import COMMANDS
from backend.core.typed_route import command_route
from backend.kernel.db import Database
from backend.kernel.paging import Asked, PageNumber, PageSize, Show


@get("/", operation_id="concerns", guards=[requires(*READERS)])
async def concerns(
    db: NamedDependency[Database],
    page: PageNumber = 1,
    size: PageSize = 50,
    show: Show = "",
    decided: FromQuery[bool] = False,
    sku: FromQuery[str] = "",
    document: FromQuery[str] = "",
) -> schemas.Concerns:
    """What a person must look at; with `decided`, what they decided. `document` is such as `purchase/PO-5001`."""
    async with db.transaction() as connection:
        return await queries.concerns(
            connection, Asked(page, size, show), decided=decided, sku=sku, document=document
        )


router = Router(
    "/concerns",
    tags=["concerns"],
    route_handlers=[
        concerns,
        command_route("/decide", "concern.decide", COMMANDS, schemas.ConcernDecided),
    ],
)
