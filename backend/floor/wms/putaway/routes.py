"""Putaway over HTTP: /api/floor/putaway."""

from litestar import Router, get

from backend.access import requires
from backend.floor.typed_route import command_route
from backend.floor.wms.putaway import schemas
from backend.floor.wms.putaway.commands import COMMANDS
from backend.floor.wms.putaway.documents import waiting
from backend.kernel.commands import Who
from backend.kernel.db import Database


@get("/waiting", operation_id="listPutaway", guards=[requires("receiver", "picker", "supervisor")])
async def list_putaway(db: Database, who: Who) -> list[schemas.WaitingTold]:
    """What stands at the docks, the longest waiting first."""
    async with db.transaction() as connection:
        return await waiting(connection, who.site_id)


router = Router(
    "/putaway",
    tags=["putaway"],
    route_handlers=[
        list_putaway,
        command_route("/propose", "putaway.propose", COMMANDS, schemas.Proposed),
        command_route("/confirm", "putaway.confirm", COMMANDS, schemas.PutAway),
        command_route("/cancel", "putaway.cancel", COMMANDS, schemas.HoldReleased),
        command_route("/undo", "putaway.undo", COMMANDS, schemas.PutBack),
    ],
)
