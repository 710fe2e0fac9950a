"""The core's end of the link over HTTP: the inbox the floor posts to, and what the office sees of it. /api/core/link"""

from typing import Any

from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.access.guards import public, requires
from backend.access.roles import SUPERVISOR
from backend.contract.stock import CountedStock
from backend.core.link.commands import COMMANDS
from backend.core.link.handlers import HANDLERS
from backend.core.link.schemas import MastersTold
from backend.core.link.stock import counted_stock
from backend.core.typed_route import command_route
from backend.kernel import clock
from backend.kernel.db import Database
from backend.kernel.link import queries, signing
from backend.kernel.link.accepting import accept
from backend.kernel.link.messages import MAX_BYTES
from backend.kernel.link.schemas import Accepted, Letter, Letters, LinkStatus, MessageState, Way
from backend.kernel.paging import Asked, PageNumber, PageSize, Search, Show
from backend.kernel.problems import BadRequest
from backend.kernel.settings import Settings


@post(
    "/inbox",
    opt=public("machines post here; only a holder of the link's secret can sign a message"),
    request_max_body_size=MAX_BYTES,
    status_code=202,
    operation_id="receiveMessage",
)
async def receive(
    request: Request[Any, Any, Any], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Accepted:
    """Takes one signed CloudEvents message and keeps it whole. 202 for a repeated one, too; the worker reads it afterwards."""
    return await accept(request, db, settings.link_secret, HANDLERS)


@get(
    "/stock",
    opt=public("the floor asks to compare stock; only a holder of the link's secret can sign the question"),
    operation_id="linkStock",
)
async def stock(
    request: Request[Any, Any, Any], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> CountedStock:
    """How much of each item the books have, and of which items messages have not been read yet."""
    signing.verify(signing.keys(settings.link_secret), request.headers, b"", clock.now())
    async with db.transaction() as connection:
        return await counted_stock(connection)


@get("/status", guards=[requires(SUPERVISOR)], operation_id="linkStatus")
async def status(db: NamedDependency[Database], settings: NamedDependency[Settings]) -> LinkStatus:
    """How many messages wait, since when, how many need a person, and which workers live."""
    async with db.transaction() as connection:
        return await queries.status(connection, settings.floor_inbox_url)


@get("/messages/{way:str}", guards=[requires(SUPERVISOR)], operation_id="linkMessages")
async def messages(
    db: NamedDependency[Database],
    way: FromPath[str],
    page: PageNumber = 1,
    size: PageSize = 50,
    show: Show = "",
    search: Search = "",
) -> Letters:
    """Messages, those that need a person first; those that got through when they are asked for. `search` is part of a document's name."""
    async with db.transaction() as connection:
        return await queries.letters_page(connection, _way(way), Asked(page, size, show), search=search)


@get("/messages/{way:str}/{seq:int}", guards=[requires(SUPERVISOR)], operation_id="linkMessage")
async def message(db: NamedDependency[Database], way: FromPath[str], seq: FromPath[int]) -> Letter:
    """One message with all it says."""
    async with db.transaction() as connection:
        return await queries.one_letter(connection, _way(way), seq)


def _way(given: str) -> Way:
    if given == "in":
        return "in"
    if given == "out":
        return "out"
    raise BadRequest("A way is `in` or `out`.")


router = Router(
    "/link",
    tags=["link"],
    route_handlers=[
        receive,
        stock,
        status,
        messages,
        message,
        command_route("/replay", "core_link.replay", COMMANDS, MessageState),
        command_route("/drop", "core_link.drop", COMMANDS, MessageState),
        command_route("/masters", "core_link.tell_masters", COMMANDS, MastersTold),
    ],
)
