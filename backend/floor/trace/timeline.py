"""Who touched this: the history of a bin, item, lot, serial, handling unit, order, person or task."""

from functools import cache
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import Text, case, cast, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from backend.access.tables import Device, Person
from backend.floor.catalog import PHYSICAL_KINDS, Item, Partner, Place
from backend.floor.stock import HandlingUnit, Lot, Serial, StockMove
from backend.floor.trace.events import LIMIT, OF, SITE
from backend.floor.trace.rules import Cursor
from backend.floor.trace.schemas import Event, Of, Subject, Timeline
from backend.floor.trace.sources import sources
from backend.floor.wms.shipping import ShipmentRequest
from backend.floor.work import Task
from backend.kernel.problems import NotFound


async def timeline(
    connection: AsyncConnection, site_id: UUID, *, of: Of, id_: UUID, before: Cursor, limit: int
) -> Timeline:
    """A page of a thing's history, the newest first.

    Raises:
        NotFound: there is no such thing at this site.
    """
    facts: dict[str, Any] = {"p_site": site_id, "p_of": id_}
    subject = (await connection.execute(_subjects()[of], facts)).first()
    if subject is None:
        raise NotFound("There is no such thing here.", of=of)
    facts |= {"p_limit": limit + 1, "p_at": before.at, "p_id": before.id}
    rows = (await connection.execute(_statement(of), facts)).mappings().all()
    events = [Event(**row) for row in rows[:limit]]
    last = events[-1] if len(rows) > limit else None
    return Timeline(
        subject=Subject(kind=of, id=id_, code=subject.code, label=subject.label),
        events=events,
        next=str(Cursor(last.at, last.id)) if last else None,
    )


@cache
def _subjects() -> dict[str, Any]:
    """One statement a kind: what people call the thing. Items, lots and serials belong to every site."""

    def named(row: Any, code: Any, label: Any, *, everywhere: bool = False) -> Any:
        found = select(code.label("code"), label.label("label")).where(row.id == OF)
        return found if everywhere else found.where(row.site_id == SITE)

    statements: dict[str, Any] = {
        "bin": named(Place, Place.code, Place.kind),
        "item": named(Item, Item.sku, Item.name, everywhere=True),
        "lot": named(Lot, Lot.code, Item.name, everywhere=True).join(Item, Item.id == Lot.item_id),
        "serial": named(Serial, Serial.code, Item.name, everywhere=True).join(
            Item, Item.id == Serial.item_id
        ),
        "handling_unit": named(HandlingUnit, HandlingUnit.code, HandlingUnit.kind),
        "order": named(ShipmentRequest, ShipmentRequest.number, Partner.name).join(
            Partner, Partner.id == ShipmentRequest.customer_id
        ),
        "person": named(Person, Person.name, literal("")),
        "task": named(Task, cast(Task.number, Text), Task.kind),
    }
    return {kind: statements[kind] for kind in get_args(Of)}


_FROM, _TO = aliased(Place), aliased(Place)
_OUT_OF, _INTO = aliased(HandlingUnit), aliased(HandlingUnit)
_UNDO = aliased(StockMove)


@cache
def _statement(of: str) -> Any:
    """One statement a kind: the newest of every source, merged, and only then given their names."""
    merged = union_all(*sources(of)).subquery()
    event = select(merged).order_by(merged.c.at.desc(), merged.c.id.desc()).limit(LIMIT).subquery().c
    return (
        select(*_facts(event), *_names(event))
        .join(Person, Person.id == event.person_id, isouter=True)
        .join(Device, Device.id == event.device_id, isouter=True)
        .join(Item, Item.id == event.item_id, isouter=True)
        .join(Lot, Lot.id == event.lot_id, isouter=True)
        .join(Serial, Serial.id == event.serial_id, isouter=True)
        .join(_FROM, _FROM.id == event.from_place_id, isouter=True)
        .join(_TO, _TO.id == event.to_place_id, isouter=True)
        .join(_OUT_OF, _OUT_OF.id == event.from_unit_id, isouter=True)
        .join(_INTO, _INTO.id == event.to_unit_id, isouter=True)
        .join(ShipmentRequest, ShipmentRequest.id == event.document_id, isouter=True)
        .join(Task, Task.id == event.task_id, isouter=True)
        .join(_UNDO, _UNDO.undoes_id == event.id, isouter=True)
        .order_by(event.at.desc(), event.id.desc())
    )


def _facts(event: Any) -> list[Any]:
    return [
        *[event[name] for name in ("id", "kind", "what", "at", "captured_at", "quantity", "expected")],
        event.person_id.label("person"),
        event.item_id.label("item"),
        event.from_place_id.label("from_place"),
        event.to_place_id.label("to_place"),
        event.task_id.label("task"),
        event.command_id.label("command"),
        event.undoes_id.label("undoes"),
        _UNDO.id.label("undone_by"),
        ShipmentRequest.id.label("order"),
        Task.number.label("task_number"),
    ]


def _names(event: Any) -> list[Any]:
    """What people call the things of an event; empty where it has none, and for the books' own places, which are none on the floor."""
    names = {
        "person_name": Person.name,
        "device_name": Device.name,
        "sku": Item.sku,
        "name": Item.name,
        "unit": Item.unit,
        "lot": Lot.code,
        "serial": Serial.code,
        "from_code": case((_FROM.kind.in_(PHYSICAL_KINDS), _FROM.code), else_=""),
        "from_unit": _OUT_OF.code,
        "from_status": event.from_status,
        "to_code": case((_TO.kind.in_(PHYSICAL_KINDS), _TO.code), else_=""),
        "to_unit": _INTO.code,
        "to_status": event.to_status,
        "reason": event.reason,
        "note": event.note,
        "outcome": event.outcome,
        "order_number": ShipmentRequest.number,
        "task_kind": Task.kind,
    }
    return [func.coalesce(column, "").label(name) for name, column in names.items()]
