"""Stock over HTTP: /api/floor/stock."""

from litestar import Router

from backend.floor.stock import schemas
from backend.floor.stock.commands import COMMANDS
from backend.floor.typed_route import command_route

router = Router(
    "/stock",
    tags=["stock"],
    route_handlers=[
        command_route("/move", "stock.move", COMMANDS, schemas.StockMoved),
        command_route("/move-handling-unit", "stock.move_handling_unit", COMMANDS, schemas.HandlingUnitMoved),
        command_route("/receive", "stock.receive", COMMANDS, schemas.StockMoved),
        command_route("/undo", "stock.undo", COMMANDS, schemas.StockMoved),
    ],
)
