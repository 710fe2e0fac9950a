"""Waves over HTTP: /api/floor/waves."""

from litestar import Router, get

from backend.access import requires
from backend.floor.typed_route import command_route
from backend.floor.wms.waves import schemas
from backend.floor.wms.waves.commands import COMMANDS
from backend.floor.wms.waves.queries import waves
from backend.kernel.commands import Who
from backend.kernel.db import Database


@get("/", operation_id="listWaves", guards=[requires("planner", "supervisor")])
async def list_waves(db: Database, who: Who) -> list[schemas.WaveTold]:
    """The newest waves, with the plan so far."""
    async with db.transaction() as connection:
        return await waves(connection, who.site_id)


router = Router(
    "/waves",
    tags=["waves"],
    route_handlers=[
        list_waves,
        command_route("/plan", "wave.plan", COMMANDS, schemas.WaveAsked),
        command_route("/accept", "wave.accept", COMMANDS, schemas.WaveAccepted),
        command_route("/cancel", "wave.cancel", COMMANDS, schemas.WaveAsked),
    ],
)
