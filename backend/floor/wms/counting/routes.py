"""Counting over HTTP: /api/floor/counting."""

from uuid import UUID

from litestar import Router, get

from backend.access import requires
from backend.floor.typed_route import command_route
from backend.floor.wms.counting import schemas
from backend.floor.wms.counting.commands import COMMANDS
from backend.floor.wms.counting.documents import count_document
from backend.kernel.commands import Who
from backend.kernel.db import Database


@get("/{task_id:uuid}", operation_id="getCount", guards=[requires("picker", "receiver", "supervisor")])
async def get_count(db: Database, who: Who, task_id: UUID) -> schemas.CountDocument:
    """One count, whole, without what the books say."""
    async with db.transaction() as connection:
        return await count_document(connection, who.site_id, task_id)


router = Router(
    "/counting",
    tags=["counting"],
    route_handlers=[
        get_count,
        command_route("/claim", "count.claim", COMMANDS, schemas.CountDocument),
        command_route("/post", "count.post", COMMANDS, schemas.CountPosted),
        command_route("/decide", "count_review.decide", COMMANDS, schemas.CountDecided),
    ],
)
