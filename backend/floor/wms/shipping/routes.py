"""Orders over HTTP: /api/floor/shipping."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get
from litestar.params import QueryParameter

from backend.access import requires
from backend.floor.typed_route import command_route
from backend.floor.wms.shipping import schemas
from backend.floor.wms.shipping.commands import COMMANDS
from backend.floor.wms.shipping.documents import order_document, order_summaries
from backend.floor.wms.shipping.tables import REQUEST_STATES
from backend.kernel.commands import Who
from backend.kernel.db import Database
from backend.kernel.problems import BadRequest

_READERS = [requires("picker", "planner", "supervisor")]


@get("/orders", operation_id="listOrders", guards=_READERS)
async def list_orders(
    db: Database,
    who: Who,
    states: Annotated[str, QueryParameter(name="states", max_length=100)] = "open,released,picking,picked",
    limit: Annotated[int, QueryParameter(name="limit", ge=1, le=500)] = 200,
    find: Annotated[str, QueryParameter(name="find", max_length=80)] = "",
    unit: Annotated[UUID | None, QueryParameter(name="unit")] = None,
) -> list[schemas.OrderSummary]:
    """Orders in some states (comma-separated), the most urgent first; `find` in number, customer or carrier; `unit` for a tote's."""
    wanted = tuple(states.split(","))
    if not set(wanted) <= set(REQUEST_STATES):
        raise BadRequest(f"States are {', '.join(REQUEST_STATES)}.")
    async with db.transaction() as connection:
        return await order_summaries(
            connection, who.site_id, states=wanted, find=find, unit=unit, limit=limit
        )


@get("/orders/{order_id:uuid}", operation_id="getOrder", guards=_READERS)
async def get_order(db: Database, who: Who, order_id: UUID) -> schemas.OrderDocument:
    """One order, whole."""
    async with db.transaction() as connection:
        return await order_document(connection, who.site_id, order_id)


router = Router(
    "/shipping",
    tags=["shipping"],
    route_handlers=[
        list_orders,
        get_order,
        command_route("/ship", "ship.confirm", COMMANDS, schemas.OrderShipped),
    ],
)
