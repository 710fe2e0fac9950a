"""Picking over HTTP: /api/floor/picking."""

from uuid import UUID

from litestar import Router, get

from backend.access import requires
from backend.floor.typed_route import command_route
from backend.floor.wms.picking import plan_schemas, round_schemas, schemas
from backend.floor.wms.picking.commands import COMMANDS
from backend.floor.wms.picking.documents import round_document
from backend.floor.wms.picking.summaries import round_summaries
from backend.kernel.commands import Who
from backend.kernel.db import Database


@get("/rounds", operation_id="listRounds", guards=[requires("picker", "planner", "supervisor")])
async def list_rounds(db: Database, who: Who) -> list[round_schemas.RoundSummary]:
    """Rounds that wait or are walked, the most urgent first."""
    async with db.transaction() as connection:
        return await round_summaries(connection, who.site_id)


@get("/rounds/{round_id:uuid}", operation_id="getRound", guards=[requires("picker", "planner", "supervisor")])
async def get_round(db: Database, who: Who, round_id: UUID) -> round_schemas.RoundDocument:
    """One round, whole."""
    async with db.transaction() as connection:
        return await round_document(connection, who.site_id, round_id)


router = Router(
    "/picking",
    tags=["picking"],
    route_handlers=[
        list_rounds,
        get_round,
        command_route("/claim", "pick.claim", COMMANDS, round_schemas.RoundDocument),
        command_route("/take-over", "pick.take_over", COMMANDS, round_schemas.RoundDocument),
        command_route("/release", "pick.release", COMMANDS, schemas.RoundReleased),
        command_route("/bind-tote", "pick.bind_tote", COMMANDS, schemas.ToteBound),
        command_route("/confirm", "pick.confirm", COMMANDS, schemas.PickConfirmed),
        command_route("/short", "pick.short", COMMANDS, schemas.ShortBooked),
        command_route("/damaged", "pick.damaged", COMMANDS, schemas.ShortBooked),
        command_route("/change-lot", "pick.change_lot", COMMANDS, schemas.LotChanged),
        command_route("/skip", "pick.skip", COMMANDS, schemas.LineSkipped),
        command_route("/tote-full", "pick.tote_full", COMMANDS, schemas.ToteBound),
        command_route("/zero-check", "pick.zero_check", COMMANDS, schemas.ZeroChecked),
        command_route("/undo", "pick.undo", COMMANDS, schemas.PickUndone),
        command_route("/drop", "pick.drop", COMMANDS, schemas.ToteDropped),
        command_route("/release-orders", "rounds.release", COMMANDS, plan_schemas.OrdersReleased),
        command_route("/add-order", "rounds.add_order", COMMANDS, plan_schemas.OrderAdded),
        command_route("/close-aisle", "aisle.close", COMMANDS, plan_schemas.AisleTold),
        command_route("/open-aisle", "aisle.open", COMMANDS, plan_schemas.AisleTold),
        command_route("/aisle-blocked", "pick.aisle_blocked", COMMANDS, plan_schemas.RoundReplanned),
    ],
)
