"""Trace over HTTP: /api/floor/trace."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get
from litestar.params import QueryParameter

from backend.access import requires
from backend.floor.trace import family_schemas, schemas
from backend.floor.trace.bay import bay
from backend.floor.trace.board import board
from backend.floor.trace.day import day
from backend.floor.trace.day_schemas import Day
from backend.floor.trace.families import family
from backend.floor.trace.kin import orders
from backend.floor.trace.rules import cursor
from backend.floor.trace.timeline import timeline
from backend.kernel.commands import Who
from backend.kernel.db import Database
from backend.kernel.problems import BadRequest

_READERS = [requires("supervisor", "planner")]
MOST = 200


@get("/timeline", operation_id="getTimeline", guards=_READERS)
async def get_timeline(
    db: Database,
    who: Who,
    *,
    of: schemas.Of,
    thing: Annotated[UUID, QueryParameter(name="id")],
    before: Annotated[str, QueryParameter(name="before", max_length=100)] = "",
    limit: Annotated[int, QueryParameter(name="limit", ge=1, le=MOST)] = 50,
) -> schemas.Timeline:
    """Who touched this: what happened to a thing, the newest first; `before` takes the `next` of the page before."""
    try:
        start = cursor(before)
    except ValueError as error:
        raise BadRequest("`before` is not what a page before told as `next`.") from error
    async with db.hot() as connection:
        return await timeline(connection, who.site_id, of=of, id_=thing, before=start, limit=limit)


@get("/board", operation_id="getBoard", guards=_READERS)
async def get_board(db: Database, who: Who) -> schemas.Board:
    """The floor this moment: picks that wait by bin, who was last seen where, rounds, pace, orders, devices."""
    async with db.transaction() as connection:
        return await board(connection, who.site_id)


@get("/day", operation_id="getDay", guards=_READERS)
async def get_day(db: Database, who: Who) -> Day:
    """How the day goes: orders that left on time and whole, rounds against the shortest way, work orders that are late."""
    async with db.transaction() as connection:
        return await day(connection, who.site_id)


@get("/bay/{aisle:int}/{number:int}", operation_id="getBay", guards=_READERS)
async def get_bay(db: Database, who: Who, aisle: int, number: int) -> list[schemas.BayBin]:
    """What lies in the bins of one bay, from the floor up."""
    async with db.transaction() as connection:
        return await bay(connection, who.site_id, aisle=aisle, number=number)


_TRACERS = [requires("supervisor", "planner", "inspector", "operator")]


@get("/family/{thing_id:uuid}", operation_id="getFamily", guards=_TRACERS)
async def get_family(db: Database, who: Who, thing_id: UUID) -> family_schemas.Family:
    """What a lot or serial was made of, down to each supplier, and what it went into, up to each customer."""
    async with db.transaction() as connection:
        return await family(connection, who.site_id, thing_id)


@get("/family/{thing_id:uuid}/orders", operation_id="getFamilyOrders", guards=_TRACERS)
async def get_family_orders(
    db: Database,
    who: Who,
    thing_id: UUID,
    *,
    customer: Annotated[UUID, QueryParameter(name="customer")],
    after: Annotated[str, QueryParameter(name="after", max_length=100)] = "",
    limit: Annotated[int, QueryParameter(name="limit", ge=1, le=MOST)] = MOST,
) -> family_schemas.Reached:
    """The orders by which a customer has some of a family; `after` takes the `next` of the page before."""
    async with db.transaction() as connection:
        return await orders(connection, who.site_id, thing_id, customer, after=after, limit=limit)


router = Router(
    "/trace",
    tags=["trace"],
    route_handlers=[get_timeline, get_board, get_day, get_bay, get_family, get_family_orders],
)
