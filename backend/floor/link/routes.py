"""The link over HTTP: the inbox that machines post to, and what a supervisor sees and does about it."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody
from sqlalchemy import select

from backend.access.guards import public, requires
from backend.access.roles import SUPERVISOR
from backend.floor.link.commands import COMMANDS
from backend.floor.link.erps import CORE, erp_name
from backend.floor.link.handlers import HANDLERS
from backend.floor.link.reconcile import ask
from backend.floor.link.schemas import ErpStatus, ReconciliationTold, Settled, SettleDifference
from backend.floor.link.standing import erp_status, told_run
from backend.floor.link.tables import LinkReconciliation
from backend.kernel import clock
from backend.kernel.commands import Command, Outcome, Who
from backend.kernel.db import Database
from backend.kernel.link import queries
from backend.kernel.link.accepting import accept
from backend.kernel.link.messages import MAX_BYTES
from backend.kernel.link.schemas import (
    Accepted,
    DropMessage,
    DropReason,
    Letter,
    Letters,
    LinkStatus,
    MessageState,
    ReplayMessage,
    Way,
)
from backend.kernel.paging import Asked, PageNumber, PageSize, Search, Show
from backend.kernel.problems import BadRequest, Conflict, refusal
from backend.kernel.settings import Settings


class NothingToCompare(Conflict):
    """The ERP speaks our messages and is told of every move; its stock cannot be read by us."""

    type = "nothing-to-compare"
    title = "This ERP's stock cannot be read by the link"


Key = Annotated[UUID, HeaderParameter(name="Idempotency-Key")]


@post(
    "/inbox",
    opt=public(
        "machines post here; each message carries a signature that only a holder of the link's secret can make"
    ),
    request_max_body_size=MAX_BYTES,
    status_code=202,
    operation_id="receiveMessage",
)
async def receive(
    request: Request[Any, Any, Any], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Accepted:
    """Takes one signed CloudEvents message and keeps it whole. 202 for a repeated one, too; the worker reads it afterwards."""
    return await accept(request, db, settings.link_secret, HANDLERS)


@get("/status", guards=[requires(SUPERVISOR)], operation_id="linkStatus")
async def status(db: NamedDependency[Database], settings: NamedDependency[Settings]) -> LinkStatus:
    """How many messages wait, since when, how many need a person, and which workers live."""
    async with db.transaction() as connection:
        return await queries.status(connection, settings.erp_inbox_url)


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


@post(
    "/messages/{way:str}/{seq:int}/replay",
    guards=[requires(SUPERVISOR)],
    operation_id="replayMessage",
    status_code=200,
)
async def replay(
    db: NamedDependency[Database], who: NamedDependency[Who], way: FromPath[str], seq: FromPath[int], key: Key
) -> MessageState:
    """Tries a message again, at once."""
    return await _run(db, who, "link.replay", key, ReplayMessage(way=_way(way), seq=seq))


@post(
    "/messages/{way:str}/{seq:int}/drop",
    guards=[requires(SUPERVISOR)],
    operation_id="dropMessage",
    status_code=200,
)
async def drop(
    db: NamedDependency[Database],
    who: NamedDependency[Who],
    *,
    way: FromPath[str],
    seq: FromPath[int],
    key: Key,
    data: JSONBody[DropReason],
) -> MessageState:
    """Gives a message up, for a reason that stays with it."""
    try:
        payload = DropMessage(way=_way(way), seq=seq, reason=data.reason)
    except ValueError as error:
        raise BadRequest(str(error)) from error
    return await _run(db, who, "link.drop", key, payload)


async def _run(
    db: Database, who: Who, command_type: str, key: UUID, payload: ReplayMessage | DropMessage
) -> MessageState:
    _, handler = COMMANDS[command_type]
    outcome: Outcome = await handler(db, Command(key, command_type, payload, who, clock.now()))
    if outcome.problem is not None:
        raise refusal(outcome.problem)
    return msgspec.convert(outcome.answer, MessageState)


@get("/erp", guards=[requires(SUPERVISOR)], operation_id="erpStatus")
async def erp(db: NamedDependency[Database], settings: NamedDependency[Settings]) -> ErpStatus:
    """The ERP behind the link: how far it has been read, what it says differently, how the last comparison ended."""
    async with db.transaction() as connection:
        return await erp_status(connection, settings)


@post("/reconcile", guards=[requires(SUPERVISOR)], operation_id="askReconciliation", status_code=202)
async def reconcile(
    db: NamedDependency[Database], who: NamedDependency[Who], settings: NamedDependency[Settings]
) -> ReconciliationTold:
    """Asks for a comparison of all stock with the ERP's; a worker makes it. One that waits or runs already is the answer."""
    if settings.erp_kind == CORE and settings.core_url is None:
        raise NothingToCompare
    async with db.transaction() as connection:
        asked = await ask(connection, erp_name(settings.erp_kind), str(who.person_id))
        row = (
            await connection.execute(select(LinkReconciliation).where(LinkReconciliation.id == asked))
        ).one()
        return told_run(row)


@post("/differences/settle", guards=[requires(SUPERVISOR)], operation_id="settleDifference", status_code=200)
async def settle(
    db: NamedDependency[Database], who: NamedDependency[Who], key: Key, data: JSONBody[SettleDifference]
) -> Settled:
    """Decides about a difference in stock: the ERP books what the floor has, or it is left as it is."""
    _, handler = COMMANDS["link.settle"]
    outcome: Outcome = await handler(db, Command(key, "link.settle", data, who, clock.now()))
    if outcome.problem is not None:
        raise refusal(outcome.problem)
    return msgspec.convert(outcome.answer, Settled)


def _way(given: str) -> Way:
    if given == "in":
        return "in"
    if given == "out":
        return "out"
    raise BadRequest("A way is `in` or `out`.")


router = Router(
    "/link",
    route_handlers=[receive, status, messages, message, replay, drop, erp, reconcile, settle],
    tags=["link"],
)
