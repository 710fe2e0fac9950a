"""Rounds in a list, with their progress: for those who choose one and those who watch them all."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.tables import Person
from backend.floor.catalog import Place
from backend.floor.stock import StockMove
from backend.floor.wms.picking.round_schemas import RoundSummary
from backend.floor.wms.picking.tables import PickLine, PickRound, RoundTote
from backend.floor.work import Task


async def round_summaries(
    connection: AsyncConnection, site_id: UUID, *, states: tuple[str, ...] = ("released", "claimed")
) -> list[RoundSummary]:
    """The site's rounds with their progress, the most urgent first, in one statement."""
    lines, totes, last = _lines(), _totes(), _last_pick()
    rows = await connection.execute(
        select(
            *(getattr(Task, name) for name in ("id", "number", "state", "due_at")),
            Task.person_id.label("person"),
            func.coalesce(Person.name, "").label("person_name"),
            *(lines.c[name] for name in ("lines", "done", "shorts")),
            *(totes.c[name] for name in ("totes", "orders")),
            *(getattr(PickRound, name) for name in ("length_m", "proved", "walked_m", "shortest_m")),
            func.coalesce(last.c.place, "").label("last_place"),
            last.c.at.label("last_scan_at"),
        )
        .join(PickRound, PickRound.id == Task.id)
        .join(lines, lines.c.lines > 0)
        .join(totes, totes.c.totes > 0)
        .join(Person, Person.id == Task.person_id, isouter=True)
        .join(last, true(), isouter=True)
        .where(Task.site_id == site_id, Task.kind == "pick", Task.state.in_(states))
        .order_by(Task.priority.desc(), Task.due_at.asc().nulls_last(), Task.number)
        .limit(500)
    )
    return [_summary(dict(row)) for row in rows.mappings()]


def _summary(facts: dict[str, Any]) -> RoundSummary:
    for name in ("length_m", "walked_m", "shortest_m"):
        facts[name] = float(facts[name])
    return RoundSummary(**facts)


# Each part looks up its round's own rows: joined as a whole it would count the lines of every round there ever was.


def _lines() -> Any:
    return (
        select(
            func.count().label("lines"),
            func.count().filter(PickLine.state.in_(("picked", "short"))).label("done"),
            func.count().filter(PickLine.state == "short").label("shorts"),
        )
        .where(PickLine.round_id == Task.id, PickLine.state != "cancelled")
        .correlate(Task)
        .lateral("lines")
    )


def _totes() -> Any:
    return (
        select(
            func.count().label("totes"),
            func.count(RoundTote.request_id.distinct()).label("orders"),
        )
        .where(RoundTote.round_id == Task.id)
        .correlate(Task)
        .lateral("totes")
    )


def _last_pick() -> Any:
    """The bin that whoever has the round picked from last, and when."""
    return (
        select(Place.code.label("place"), StockMove.booked_at.label("at"))
        .join(Place, Place.id == StockMove.from_place_id)
        .where(
            StockMove.task_id == Task.id,
            StockMove.kind == "pick",
            StockMove.person_id == Task.person_id,
        )
        .order_by(StockMove.booked_at.desc())
        .limit(1)
        .correlate(Task)
        .lateral("last")
    )
