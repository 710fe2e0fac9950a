"""Work over HTTP: /api/floor/work: home, scan anything, look, exceptions."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get
from litestar.params import QueryParameter

from backend.access import requires
from backend.floor.typed_route import command_route
from backend.floor.work import exceptions, look, schemas, tasks
from backend.floor.work.codes import MAX_SCAN, codes_in
from backend.floor.work.commands import COMMANDS
from backend.floor.work.contents import unit_contents
from backend.floor.work.home import home
from backend.floor.work.photos import get_photo, put_photo
from backend.floor.work.resolve import resolve
from backend.kernel.commands import Who
from backend.kernel.db import Database


@get("/home", operation_id="getHome", guards=[requires()])
async def get_home(db: Database, who: Who) -> schemas.Home:
    """What I can do now, by urgency. Whoever asks is at work, so what they hold stays theirs."""
    async with db.transaction() as connection:
        await tasks.renew(connection, who.person_id)
        return await home(connection, who)


@get("/resolve", operation_id="resolveScan", guards=[requires()])
async def resolve_scan(
    db: Database,
    who: Who,
    code: Annotated[str, QueryParameter(name="code", max_length=20000)],
    expected: Annotated[str, QueryParameter(name="expected", max_length=200)] = "",
) -> schemas.Resolved:
    """All that a scanned code could be, what the screen expects (comma-separated kinds) first."""
    codes = codes_in(code) if len(code) <= MAX_SCAN else []
    return await resolve(db, who.site_id, code, codes, [kind for kind in expected.split(",") if kind])


@get("/stock/{by:str}/{of:uuid}", operation_id="lookAtStock", guards=[requires()])
async def look_at_stock(db: Database, who: Who, by: look.By, of: UUID) -> list[schemas.StockRow]:
    """What lies in a bin or handling unit, or where an item, lot or serial lies."""
    async with db.transaction() as connection:
        return await look.stock(connection, who.site_id, by=by, of=of)


@get("/units/{unit:uuid}", operation_id="getUnitContents", guards=[requires()])
async def get_unit_contents(db: Database, who: Who, unit: UUID) -> schemas.UnitContents:
    """What a pallet, box or tote should hold: its units and goods, to check their labels against."""
    async with db.transaction() as connection:
        return await unit_contents(connection, who.site_id, unit)


@get("/exceptions", operation_id="listExceptions", guards=[requires("supervisor")])
async def list_exceptions(
    db: Database,
    who: Who,
    of: Annotated[str, QueryParameter(name="of", pattern="^(open|resolved)$")] = "open",
) -> list[schemas.ExceptionRow]:
    """What the floor found that a person must see."""
    async with db.transaction() as connection:
        return await look.exceptions(connection, who.site_id, state=of)


router = Router(
    "/work",
    tags=["work"],
    route_handlers=[
        get_home,
        resolve_scan,
        look_at_stock,
        get_unit_contents,
        list_exceptions,
        put_photo,
        get_photo,
        command_route("/exceptions/resolve", "exception.resolve", COMMANDS, exceptions.ExceptionResolved),
    ],
)
