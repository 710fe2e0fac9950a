"""What the books say happened, from every table that keeps it, in one shape that can be put in one list."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
)

from backend.floor.stock import StockMove
from backend.floor.wms.counting import CountLook, CountTask
from backend.floor.wms.shipping import ShipmentRequest
from backend.floor.work import FloorException, Task
from backend.kernel.tables import CommandLog

SITE: Any = bindparam("p_site", type_=Uuid())
OF: Any = bindparam("p_of", type_=Uuid())
LIMIT: Any = bindparam("p_limit")
BEFORE: Any = tuple_(bindparam("p_at", type_=DateTime(timezone=True)), bindparam("p_id", type_=Uuid()))

_AMOUNT = StockMove.quantity.type
_SHAPE: dict[str, Any] = {
    "id": Uuid(),
    "kind": Text(),
    "what": Text(),
    "at": DateTime(timezone=True),
    "captured_at": DateTime(timezone=True),
    "person_id": Uuid(),
    "device_id": Uuid(),
    "item_id": Uuid(),
    "lot_id": Uuid(),
    "serial_id": Uuid(),
    "quantity": _AMOUNT,
    "expected": _AMOUNT,
    "from_place_id": Uuid(),
    "from_unit_id": Uuid(),
    "from_status": Text(),
    "to_place_id": Uuid(),
    "to_unit_id": Uuid(),
    "to_status": Text(),
    "reason": Text(),
    "note": Text(),
    "outcome": Text(),
    "document_id": Uuid(),
    "task_id": Uuid(),
    "command_id": Uuid(),
    "undoes_id": Uuid(),
}
_CLAIMS = ("pick.claim", "pick.take_over", "pick.release", "count.claim")


def shaped(kind: str, **facts: Any) -> Select[Any]:
    """One row of the common shape; what a source does not know is null."""
    facts |= {"kind": literal(kind)}
    return select(
        *[cast(facts[name] if name in facts else null(), type_).label(name) for name, type_ in _SHAPE.items()]
    )


def newest(
    rows: Select[Any], at: Any, id_: Any, *wanted: ColumnElement[bool], limit: Any = LIMIT
) -> Select[Any]:
    """The newest rows before the cursor, read backwards along an index that ends with the time where there is one."""
    page = (
        rows.where(*wanted, tuple_(at, id_) < BEFORE).order_by(at.desc(), id_.desc()).limit(limit).subquery()
    )
    return select(page)


def moves(*wanted: ColumnElement[bool]) -> Select[Any]:
    """Moves of the ledger."""
    rows = shaped(
        "move",
        id=StockMove.id,
        what=StockMove.kind,
        at=StockMove.booked_at,
        captured_at=StockMove.captured_at,
        person_id=StockMove.person_id,
        device_id=StockMove.device_id,
        item_id=StockMove.item_id,
        lot_id=StockMove.lot_id,
        serial_id=StockMove.serial_id,
        quantity=StockMove.quantity,
        from_place_id=StockMove.from_place_id,
        from_unit_id=StockMove.from_handling_unit_id,
        from_status=StockMove.from_status,
        to_place_id=StockMove.to_place_id,
        to_unit_id=StockMove.to_handling_unit_id,
        to_status=StockMove.to_status,
        reason=StockMove.reason,
        document_id=StockMove.document_id,
        task_id=StockMove.task_id,
        command_id=StockMove.command_id,
        undoes_id=StockMove.undoes_id,
    )
    return newest(rows, StockMove.booked_at, StockMove.id, StockMove.site_id == SITE, *wanted)


def exceptions(
    wanted: ColumnElement[bool], *, resolved: ColumnElement[bool] | None = None
) -> list[Select[Any]]:
    """What a person had to see: when it was raised, and when it was resolved (of `resolved`, if that differs)."""
    row = FloorException
    shared: dict[str, Any] = {
        "id": row.id,
        "item_id": row.item_id,
        "lot_id": row.lot_id,
        "from_place_id": row.place_id,
        "from_unit_id": row.handling_unit_id,
        "reason": row.kind,
        "document_id": row.document_id,
        "task_id": row.task_id,
        "command_id": row.command_id,
    }
    raised = shaped("exception", what=literal("raised"), at=row.raised_at, person_id=row.raised_by, **shared)
    settled = shaped(
        "exception",
        what=literal("resolved"),
        at=row.resolved_at,
        person_id=row.resolved_by,
        outcome=row.resolution,
        note=row.note,
        **shared,
    )
    here = row.site_id == SITE
    return [
        newest(raised, row.raised_at, row.id, here, wanted),
        newest(
            settled, row.resolved_at, row.id, here, row.state == "resolved", wanted if resolved is None else resolved
        ),
    ]  # fmt: skip


def counts(wanted: ColumnElement[bool]) -> list[Select[Any]]:
    """Counts that were asked for, and what was counted."""
    shared: dict[str, Any] = {
        "id": CountTask.id,
        "item_id": CountTask.item_id,
        "from_place_id": CountTask.place_id,
        "reason": CountTask.reason,
        "task_id": CountTask.id,
    }
    asked = shaped(
        "count",
        what=literal("asked"),
        at=Task.created_at,
        command_id=CountTask.raised_by_command_id,
        **shared,
    )
    counted = shaped(
        "count",
        what=case((CountLook.state == "given", "counted"), else_="count_withdrawn"),
        at=CountLook.given_at,
        person_id=CountLook.person_id,
        device_id=CountLook.device_id,
        quantity=CountLook.counted,
        expected=CountLook.expected,
        **shared | {"id": CountLook.id},
    )
    own = CountTask.id == Task.id
    here = CountTask.site_id == SITE
    return [
        newest(asked, Task.created_at, CountTask.id, own, here, wanted),
        newest(counted, CountLook.given_at, CountLook.id, CountLook.task_id == CountTask.id, here, wanted),
    ]


def tasks(which: Any) -> list[Select[Any]]:
    """The life of some tasks: released, claimed, taken over, given back, done."""
    shared: dict[str, Any] = {"id": Task.id, "task_id": Task.id}
    wanted = (Task.site_id == SITE, Task.id.in_(which))
    return [
        newest(
            shaped("task", what=literal("released"), at=Task.created_at, **shared),
            Task.created_at,
            Task.id,
            *wanted,
        ),
        newest(
            shaped(
                "task",
                what=Task.state,
                at=Task.done_at,
                person_id=Task.person_id,
                device_id=Task.device_id,
                **shared,
            ),
            Task.done_at,
            Task.id,
            Task.done_at.is_not(None),
            *wanted,
        ),
        _claims(which),
    ]


def _claims(which: Any) -> Select[Any]:
    """Who took these tasks and gave them back: the answers say of which task, their times lie within its life."""
    told = func.coalesce(CommandLog.answer["id"].astext, CommandLog.answer["round"].astext)
    return newest(
        _command(task_id=Task.id),
        CommandLog.booked_at,
        CommandLog.id,
        Task.site_id == SITE,
        Task.id.in_(which),
        CommandLog.booked_at >= Task.created_at,
        or_(Task.done_at.is_(None), CommandLog.booked_at <= Task.done_at),
        CommandLog.type.in_(_CLAIMS),
        CommandLog.outcome == "done",
        told == cast(Task.id, Text),
    )


def _command(**more: Any) -> Select[Any]:
    return shaped(
        "command",
        id=CommandLog.id,
        what=CommandLog.type,
        at=CommandLog.booked_at,
        captured_at=CommandLog.captured_at,
        person_id=CommandLog.person_id,
        device_id=CommandLog.device_id,
        reason=CommandLog.answer["title"].astext,
        outcome=CommandLog.outcome,
        command_id=CommandLog.id,
        **more,
    )


def commands_without_moves() -> Select[Any]:
    """A person's commands that moved nothing: claims, skips, refusals, …

    The newest commands are cut off before those with moves are dropped: looking for the rare ones through a year of picks would
    read them all. Nothing is lost by it, for each one dropped has a move of the same moment in the list.
    """
    latest = newest(
        _command(),
        CommandLog.booked_at,
        CommandLog.id,
        CommandLog.site_id == SITE,
        CommandLog.person_id == OF,
        limit=LIMIT + 8,
    ).subquery()
    moved = exists().where(StockMove.command_id == latest.c.id)
    return select(latest).where(~moved)


def arrived() -> Select[Any]:
    """When the order came."""
    row = ShipmentRequest
    rows = shaped("order", id=row.id, what=literal("arrived"), at=row.created_at, document_id=row.id)
    return newest(rows, row.created_at, row.id, row.site_id == SITE, row.id == OF)
